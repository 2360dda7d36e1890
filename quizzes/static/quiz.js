// Quiz, exam and review. Reads `screen`, sends what the learner intends; decides nothing. `pieces.js` stands before this.

const KEEP_MS = 400; // an exam keeps an answer so long after its last change
const WARN_MS = [10, 5, 1].map((minutes) => minutes * 60_000);

class Face {
  constructor(model, el) {
    this.model = model;
    this.drafts = new Map(); // question number -> what is chosen on the screen and not yet sent
    this.shown = "";
    this.live = announcer();
    this.body = h("div");
    this.root = h("div", { class: "cs cs-quiz" }, this.body, this.live);
    el.append(this.root);
    this.changed = () => this.draw();
    model.on("change:screen", this.changed);
    this.ticking = setInterval(() => this.tick(), 1000);
    this.draw();
  }

  close() {
    clearInterval(this.ticking);
    clearTimeout(this.keeping);
    this.model.off("change:screen", this.changed);
  }

  get screen() {
    return this.model.get("screen");
  }

  send(intent) {
    ask(this.model, intent, this.root);
  }

  say(text) {
    this.live.textContent = "";
    if (text) setTimeout(() => { this.live.textContent = text; }, 50);
  }

  // The whole screen

  draw() {
    const screen = this.screen;
    if (screen.now) this.skew = Date.now() - screen.now; // the kernel's clock decides, not the browser's
    const where = `${screen.stage}/${screen.number}/${Boolean(screen.feedback)}/${Boolean(screen.run)}`;
    const moved = this.shown && this.shown !== where;
    const leaving = screen.leaving && !this.leaving;
    this.leaving = Boolean(screen.leaving);
    this.shown = where;
    const stages = { intro: "intro", notice: "notice", question: "question", report: "report" };
    const kept = replace(this.body, this[stages[screen.stage]](screen));
    if (leaving) focus(this.body, "stay");
    else if (moved && !(kept && kept.startsWith("place-") && focus(this.body, kept))) {
      focus(this.body, screen.run ? "run" : "heading");
    }
    // What had the focus may be gone: without one, the next key would be JupyterLab's.
    if (kept && !this.body.contains(this.body.getRootNode().activeElement)) {
      focus(this.body, "finish") || focus(this.body, "heading");
    }
    this.say(screen.trouble || screen.told);
    this.tick();
  }

  heading(text) {
    return h("h3", { tabindex: "-1", "data-key": "heading" }, text);
  }

  trouble(screen) {
    return h("div", { class: "cs-trouble" }, screen.trouble || "");
  }

  button(text, intent, props = {}) {
    return h("button", { type: "button", "data-key": text, onclick: () => this.send(intent), ...props }, text);
  }

  notice(screen) {
    return [this.heading(screen.title), screen.notices.map((text) => h("p", {}, text))];
  }

  intro(screen) {
    return [
      this.heading(screen.title), screen.notices.map((text) => h("p", {}, text)), h("p", {}, screen.rules),
      this.trouble(screen),
      h("div", { class: "cs-row" }, this.button(screen.begin, { do: "begin" }, { class: "cs-main" })),
    ];
  }

  // A question

  question(screen) {
    const asked = screen.question;
    const answered = screen.places.filter((place) => place.answered).length;
    const alone = screen.total === 1;
    return [
      this.heading(alone ? screen.title : `Question ${screen.number} of ${screen.total}`),
      !alone && h("div", { class: "cs-row cs-top" },
        h("progress", { max: screen.total, value: answered, "aria-label": "Questions answered" }),
        h("span", {}, `${answered} of ${screen.total} answered`), this.clock(screen)),
      alone && this.clock(screen),
      asked.about && h("p", { class: "cs-quiet" }, alone ? asked.about : `${screen.title}. ${asked.about}`),
      asked.historical && h("p", {}, "As it was: AWS has retired what this question is about."),
      screen.feedback ? this.answered(screen) : screen.over ? this.skipped(screen) : this.form(screen),
      this.navigator(screen),
    ];
  }

  clock(screen) {
    if (!screen.deadline || screen.over) return null;
    this.timer = h("span", { class: "cs-push cs-clock", role: "timer", "aria-live": "off", "aria-label": "Time left" });
    return this.timer;
  }

  tick() {
    const screen = this.screen;
    if (!screen.deadline || screen.over || !this.timer) return;
    const left = Math.max(0, screen.deadline - (Date.now() - this.skew));
    const seconds = Math.ceil(left / 1000);
    const two = (number) => String(number).padStart(2, "0");
    const text = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    this.timer.textContent = `Time left ${text}`;
    const warned = WARN_MS.find((ms) => left <= ms && left > ms - 1000);
    if (warned && this.warned !== warned) {
      this.warned = warned;
      this.say(`${warned / 60_000} minute${warned === 60_000 ? "" : "s"} left.`);
    }
    if (left === 0 && !this.struck) {
      this.struck = true; // only asks: the engine decides whether the time is over
      setTimeout(() => { this.struck = false; }, 2000);
      this.send({ do: "look" });
    }
  }

  stem(asked) {
    return [h("span", { class: "cs-stem" }, prose(asked.stem)), asked.wanted && h("span", { class: "cs-wanted" }, ` ${asked.wanted}`)];
  }

  form(screen) {
    const asked = screen.question;
    const exam = screen.mode === "exam";
    const draft = this.draft(screen);
    const submit = (event) => {
      event.preventDefault();
      if (exam) this.leave({ do: "next" });
      else this.send({ do: "answer", text: this.text(screen) });
    };
    return [
      h("form", { onsubmit: submit, novalidate: true },
        h("fieldset", {}, h("legend", {}, this.stem(asked)),
          asked.exhibit && h("pre", {}, asked.exhibit), this.scenario(asked), this[asked.kind](screen, draft)),
        asked.hint && h("p", { class: "cs-hint" }, h("strong", {}, "Hint: "), prose(asked.hint)),
        this.trouble(screen),
        screen.trial && this.trial(screen.trial),
        h("div", { class: "cs-row" },
          asked.kind === "prove" && h("button", { type: "button", "data-key": "try",
            onclick: () => this.send({ do: "try", text: this.text(screen) }) }, "Try it"),
          h("button", { type: "submit", class: "cs-main", "data-key": "answer" },
            exam ? (screen.number === screen.total ? "Keep" : "Keep, and next question") : "Answer"),
          !exam && screen.total > 1 && screen.number < screen.total && this.button("Later", { do: "next" }),
          asked.hintable && this.button("Hint", { do: "hint" }),
          (exam || screen.total > 1) && h("button", {
            type: "button", "data-key": "flag",
            onclick: () => this.leave({ do: "flag" }),
          }, asked.flagged ? "⚑ Take the flag away" : "⚐ Flag for review"),
          exam && h("button", { type: "button", class: "cs-push", "data-key": "finish",
            onclick: () => this.leave({ do: "finish" }) }, "End the exam …"))),
      this.confirm(screen),
      screen.run && this.run(screen.run),
    ];
  }

  /** The scenario of a task as it is found; it stays open or shut. */
  scenario(asked) {
    return asked.scenario && h("details", { open: this.scenarioOpen, ontoggle: (event) => { this.scenarioOpen = event.target.open; } },
      h("summary", { "data-key": "scenario" }, "The scenario, as you found it"),
      h("pre", { tabindex: "0", role: "group", "aria-label": "Scenario" }, asked.scenario));
  }

  /** What came of trying a task out; it is no answer yet. */
  trial(tried) {
    return h("div", { class: `cs-outcome ${tried.holds ? "cs-yes" : "cs-no"}` },
      h("strong", {}, tried.holds ? "✓ Everything holds. Answer with it." : "✗ Not yet:"),
      tried.said.length > 0 && h("ul", {}, tried.said.map((text) => h("li", {}, prose(text)))),
      tried.provable && this.button("Show this run", { do: "prove" }));
  }

  confirm(screen) {
    if (!screen.leaving) return null;
    const text = fresh("leaving");
    const escape = (event) => { if (event.key === "Escape") this.send({ do: "stay" }); };
    return h("div", { class: "cs-confirm", role: "group", "aria-labelledby": text, onkeydown: escape },
      h("p", { id: text }, screen.leaving),
      h("div", { class: "cs-row" },
        this.button("No, go on", { do: "stay" }, { "data-key": "stay", "aria-describedby": text }),
        this.button("Yes, end the exam", { do: "finish", sure: true })));
  }

  // What is chosen on the screen: {letters} | {order, out} | {letters by place} | text | {path: text}

  draft(screen) {
    const { number, question } = screen;
    if (!this.drafts.has(number)) this.drafts.set(number, this.start(question));
    return this.drafts.get(number);
  }

  start(asked) {
    const letters = asked.choices.map((choice) => choice.letter);
    const given = asked.given;
    if (asked.kind === "numeric") return { text: given || "" };
    if (asked.kind === "matching") return { letters: given || asked.lefts.map(() => "") };
    if (asked.kind === "prove") return { texts: Object.fromEntries(asked.edits.map((row) => [row.path, row.value])) };
    if (asked.kind === "ordering") {
      const order = given || (asked.intruders ? [] : letters);
      return { order: [...order], out: letters.filter((letter) => !order.includes(letter)) };
    }
    return { letters: given || [] };
  }

  /** The draft as it would be typed in the terminal. */
  text(screen) {
    const draft = this.draft(screen);
    if (draft.text !== undefined) return draft.text;
    if (draft.order) return draft.order.join(",");
    if (draft.texts) {
      const before = Object.fromEntries(screen.question.edits.map((row) => [row.path, row.value]));
      const changed = Object.entries(draft.texts).filter(([path, value]) => value.trim() !== before[path]);
      return changed.map(([path, value]) => `${path} = ${value}`).join("\n");
    }
    return draft.letters.filter((letter) => letter).join(",");
  }

  complete(screen) {
    const asked = screen.question;
    const draft = this.draft(screen);
    if (asked.kind === "multiple") return draft.letters.length === asked.choose;
    if (draft.order) return draft.order.length > 0;
    if (asked.kind === "matching") return draft.letters.every((letter) => letter);
    return this.text(screen).trim() !== "";
  }

  /** In an exam every complete answer is kept by itself, soon after its last change. */
  touched() {
    if (this.screen.mode !== "exam") return;
    this.dirty = true;
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keep(), KEEP_MS);
  }

  /** What was changed and not kept yet, where it is a whole answer; else null. */
  unkept() {
    clearTimeout(this.keeping);
    const screen = this.screen;
    const waiting = this.dirty && screen.stage === "question" && !screen.feedback && !screen.over && this.complete(screen);
    this.dirty = false;
    return waiting ? this.text(screen) : null;
  }

  keep() {
    const text = this.unkept();
    if (text !== null) this.send({ do: "answer", text });
  }

  /** Do something else; what was changed last is kept in the same step. */
  leave(intent) {
    const text = this.unkept();
    this.send(text === null ? intent : { ...intent, keep: text });
  }

  // One way of answering for each kind

  choices(screen, draft, type, take) {
    const name = fresh("choice");
    return screen.question.choices.map((choice) => {
      const box = h("input", {
        type, name: type === "radio" ? name : null, value: choice.letter, "data-key": `choice-${choice.letter}`,
        onchange: (event) => { take(choice.letter, event.target.checked); this.touched(); },
      });
      box.checked = draft.letters.includes(choice.letter);
      return h("label", { class: "cs-choice" }, box, h("span", { class: "cs-letter" }, `${choice.letter.toUpperCase()}. `),
        h("span", {}, prose(choice.text)));
    });
  }

  single(screen, draft) {
    return this.choices(screen, draft, "radio", (letter) => { draft.letters = [letter]; });
  }

  truefalse(screen, draft) {
    return this.single(screen, draft);
  }

  multiple(screen, draft) {
    const most = screen.question.choose;
    const count = h("p", { class: "cs-quiet" });
    const tell = () => { count.textContent = `${draft.letters.length} of ${most} chosen`; };
    tell();
    const boxes = this.choices(screen, draft, "checkbox", (letter, on) => {
      draft.letters = draft.letters.filter((other) => other !== letter).concat(on ? [letter] : []);
      tell();
      this.say(count.textContent);
    });
    return [boxes, count];
  }

  numeric(screen, draft) {
    return h("label", { class: "cs-choice" }, "Your answer ", h("input", {
      type: "text", inputmode: "decimal", size: "10", autocomplete: "off", value: draft.text, "data-key": "number",
      oninput: (event) => { draft.text = event.target.value; this.touched(); },
    }), ` ${screen.question.unit}`);
  }

  matching(screen, draft) {
    const { lefts, choices } = screen.question;
    return h("div", { class: "cs-pairs" }, lefts.map((left, place) => {
      const id = fresh("left");
      const chosen = h("select", {
        id, "data-key": `left-${place}`,
        onchange: (event) => { draft.letters[place] = event.target.value; this.touched(); },
      }, h("option", { value: "" }, "Choose …"),
        choices.map((choice) => h("option", { value: choice.letter }, `${choice.letter.toUpperCase()}. ${choice.text}`)));
      chosen.value = draft.letters[place];
      return [h("label", { for: id }, prose(left)), chosen];
    }));
  }

  prove(screen, draft) {
    return screen.question.edits.map((row) => {
      const id = fresh("edit");
      return h("div", { class: "cs-edit" }, h("label", { for: id }, h("code", {}, row.path)),
        h("input", {
          id, type: "text", class: "cs-mono", autocomplete: "off", spellcheck: "false", value: draft.texts[row.path],
          placeholder: row.value ? "" : "not set", "data-key": `edit-${row.path}`,
          oninput: (event) => { draft.texts[row.path] = event.target.value; },
        }),
        h("span", { class: "cs-quiet" }, row.value ? `as you found it: ${row.value}` : "not set so far"));
    });
  }

  ordering(screen, draft) {
    const place = h("div");
    this.order(place, screen, draft);
    return place;
  }

  order(place, screen, draft) {
    const texts = Object.fromEntries(screen.question.choices.map((choice) => [choice.letter, choice.text]));
    const again = (letter, key, told) => {
      this.order(place, screen, draft);
      [key, `up-${letter}`, `down-${letter}`, `out-${letter}`, `in-${letter}`].some((one) => focus(place, one));
      this.say(told);
      this.touched();
    };
    const move = (from, by) => {
      const [letter] = draft.order.splice(from, 1);
      draft.order.splice(from + by, 0, letter);
      again(letter, `${by < 0 ? "up" : "down"}-${letter}`, `${texts[letter]} is now ${from + by + 1} of ${draft.order.length}.`);
    };
    const take = (letter) => {
      draft.out = draft.out.filter((other) => other !== letter);
      draft.order.push(letter);
      again(draft.out[0] || letter, `in-${draft.out[0]}`, `${texts[letter]} is number ${draft.order.length}.`);
    };
    const drop = (letter) => {
      draft.order = draft.order.filter((other) => other !== letter);
      draft.out.push(letter);
      again(letter, `in-${letter}`, `${texts[letter]} is left out.`);
    };
    const small = (text, name, letter, label, onclick, disabled = false) =>
      h("button", { type: "button", "data-key": `${name}-${letter}`, "aria-label": `${label}: ${texts[letter]}`, onclick, disabled }, text);
    const placed = draft.order.map((letter, at) => h("li", {},
      h("span", { class: "cs-text" }, `${at + 1}. `, prose(texts[letter])),
      small("↑", "up", letter, "Move up", () => move(at, -1), at === 0),
      small("↓", "down", letter, "Move down", () => move(at, 1), at === draft.order.length - 1),
      screen.question.intruders && small("Leave out", "out", letter, "Leave out", () => drop(letter))));
    const unplaced = draft.out.map((letter) => h("li", {},
      h("span", { class: "cs-text" }, prose(texts[letter])),
      small("Add", "in", letter, "Add as next", () => take(letter))));
    const first = fresh("order");
    const second = fresh("out");
    place.replaceChildren(
      h("p", { id: first, class: "cs-over" }, draft.order.length ? "Your order" : "Your order: empty so far"),
      h("ol", { class: "cs-order", "aria-labelledby": first }, placed),
      ...(screen.question.intruders ? [
        h("p", { id: second, class: "cs-over" }, draft.out.length ? "Left out" : "Left out: nothing"),
        h("ul", { class: "cs-order", "aria-labelledby": second }, unplaced)] : []),
    );
  }

  // An answer that was given, or never was

  skipped(screen) {
    const asked = screen.question;
    return [
      h("p", {}, this.stem(asked)), asked.exhibit && h("pre", {}, asked.exhibit),
      h("ul", {}, asked.choices.map((choice) => h("li", {}, prose(choice.text)))),
      h("p", {}, "This was not answered, and the session has ended."),
      h("div", { class: "cs-row" }, this.button("Back to the result", { do: "report" }, { class: "cs-main" })),
    ];
  }

  answered(screen) {
    const asked = screen.question;
    const told = screen.feedback;
    const last = screen.number === screen.total;
    const ended = screen.over;
    const go = last && !ended
      ? this.button("See how it went", { do: "finish" }, { class: "cs-main" })
      : !last && this.button("Next question", { do: "next" }, { class: "cs-main" });
    return [
      h("p", {}, this.stem(asked)), asked.exhibit && h("pre", {}, asked.exhibit),
      h("div", { class: `cs-outcome ${told.right ? "cs-yes" : "cs-no"}` },
        h("strong", {}, `${told.right ? "✓" : "✗"} ${told.outcome}`)),
      told.ordered && h("p", { class: "cs-over" }, "The right order"),
      told.remarks.length > 0 &&
        h("ul", { class: "cs-remarks", "aria-label": "Every option, and why" }, told.remarks.map((one) => this.remark(one))),
      this.given(asked),
      h("p", {}, h("strong", {}, "The lesson: "), prose(told.lesson)),
      told.currency && h("p", {}, told.currency),
      told.refs.length > 0 && h("p", {}, "Read on: ", told.refs.map((ref, at) => [at ? " · " : "", reference(ref)])),
      howToRead(told.refs),
      this.trouble(screen),
      h("div", { class: "cs-row" }, ended && this.button("Back to the result", { do: "report" }, { class: last ? "cs-main" : "" }),
        go, told.provable && this.button("Prove it", { do: "prove" }),
        told.readable && h("button", { type: "button", "data-key": "read", "aria-expanded": String(screen.notes.length > 0),
          onclick: () => this.send({ do: "read" }) }, "Read the notes")),
      screen.notes.map((note) => h("section", { class: "cs-notes", "aria-label": note.ref }, h("h4", {}, note.ref),
        h("p", { class: "cs-quiet" }, "Each line names its source by a short tag. What the tags stand for: ",
          h("code", {}, `codesuite quiz --read "${page(note.ref)} 0"`)),
        note.lines.map((line) => h("p", {}, prose(line))))),
      screen.run && this.run(screen.run),
    ];
  }

  given(asked) {
    if (!asked.given || !["ordering", "matching", "numeric", "prove"].includes(asked.kind)) return null;
    const texts = Object.fromEntries(asked.choices.map((choice) => [choice.letter, choice.text]));
    const own = {
      ordering: () => asked.given.map((letter) => texts[letter]).join(" → "),
      matching: () => asked.lefts.map((left, at) => `${left}: ${texts[asked.given[at]] || "nothing"}`).join("; "),
      numeric: () => `${asked.given} ${asked.unit}`,
      prove: () => Object.entries(asked.given).map(([path, value]) => `${path} = ${value}`).join("; "),
    };
    return h("p", {}, h("strong", {}, "Your answer: "), own[asked.kind]());
  }

  remark(one) {
    const letter = one.letter ? `${one.letter.toUpperCase()}. ` : "";
    return h("li", { class: `cs-mark-${one.mark || "none"}` },
      h("span", { class: "cs-sign", "aria-hidden": "true" }, one.sign),
      h("div", {}, h("strong", {}, `${one.word}: `), letter, prose(one.text),
        one.why && h("div", { class: "cs-why" }, prose(one.why))));
  }

  run(shown) {
    const claims = shown.claims.length > 0 && h("table", {},
      h("caption", {}, "What each option claims of the run"),
      h("thead", {}, h("tr", {}, ["Option", "It claims", "In the run", "Why"].map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, shown.claims.map((row) => h("tr", {},
        h("th", { scope: "row" }, `${row.letter.toUpperCase()}. `, prose(row.text)), h("td", {}, h("code", {}, row.claim)),
        h("td", {}, row.holds ? "✓ holds" : "✗ does not hold"), h("td", {}, prose(row.why))))));
    const title = `The run: ${shown.title}`;
    return h("section", { class: "cs-run", "aria-label": title }, h("h4", { tabindex: "-1", "data-key": "run" }, title), bars(shown.bars, title),
      h("details", {}, h("summary", {}, "What happened when"), moments(shown.moments)),
      claims, explanations(shown.explanations));
  }

  // All questions

  navigator(screen) {
    if (screen.total === 1) return null;
    const places = screen.places.map((place) => {
      const sign = place.right === true ? "✓" : place.right === false ? "✗" : place.answered ? "●" : "○";
      const words = [
        `Question ${place.number}`,
        place.right === true ? "right" : place.right === false ? "not right" : place.answered ? "done" : "open",
        place.flagged ? "flagged" : "",
      ].filter((word) => word);
      const current = screen.stage === "question" && place.number === screen.number;
      return h("li", {}, h("button", {
        type: "button", "data-key": `place-${place.number}`, "aria-label": words.join(", "), title: words.join(", "),
        "aria-current": current ? "true" : null, onclick: () => this.leave({ do: "go", number: place.number }),
      }, `${place.number} ${sign}${place.flagged ? "⚑" : ""}`));
    });
    const told = screen.places.some((place) => place.right !== null);
    const legend = told ? "✓ right  ✗ not right  ⚑ flagged" : "● done  ○ open  ⚑ flagged";
    return h("div", { class: "cs-places", role: "group", "aria-label": "All questions" }, h("ol", {}, places),
      h("p", { class: "cs-quiet" }, legend),
      screen.mode !== "exam" && !screen.over && screen.places.some((place) => place.answered) &&
        this.button("End here and see how it went", { do: "finish" }));
  }

  // The end

  report(screen) {
    const told = screen.report;
    if (!told.asked) return [this.heading("How it went"), h("p", {}, "Nothing was answered."), this.navigator(screen)];
    const list = (title, rows) => rows.length > 0 && [h("h4", {}, title), h("ul", {}, rows.map((row) => h("li", {}, row)))];
    return [
      this.heading("How it went"), h("p", { class: "cs-quiet" }, screen.title),
      h("p", { class: "cs-score" }, `${told.right} of ${told.asked} right: ${told.percent} %`),
      h("div", { class: "cs-interval", "aria-hidden": "true" },
        h("span", { class: "cs-range", style: `left:${told.low}%;width:${told.high - told.low}%` }),
        h("span", { class: "cs-point", style: `left:${told.percent}%` })),
      h("p", {}, `With so few questions the true share may lie anywhere between ${told.low} % and ${told.high} %.`),
      told.unanswered > 0 && h("p", {}, `${told.unanswered} were not answered, and count as wrong.`),
      told.passing && h("p", {}, `The exam is passed with a scaled score of ${told.passing} of 1000. How answers become ` +
        "scaled scores is not published, so none is given here."),
      this.shares(told.parts, told.domains), told.weak.length > 0 && this.shares("Worth going over again", told.weak),
      list("Wrong ideas that may be behind your answers", told.misconceptions.map((row) => `${row.text} (${row.count})`)),
      list("See it happen", told.run.map((text) => h("code", {}, text))),
      list("Read", told.read.map(reference)),
      h("h4", {}, "Your answers, one by one"), this.navigator(screen) ||
        h("div", { class: "cs-row" }, this.button("Look at the question again", { do: "go", number: 1 })),
    ];
  }

  shares(title, rows) {
    return h("table", { class: "cs-shares" }, h("caption", {}, title),
      h("tbody", {}, rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.title),
        h("td", {}, `${row.right} of ${row.asked}`), h("td", {}, `${row.percent} %`),
        h("td", { "aria-hidden": "true" }, h("span", { class: "cs-meter" }, h("span", { style: `width:${row.percent}%` })))))));
  }
}

/** The page that a reference cites: `docs/behaviour/codedeploy.md §5.4` is of codedeploy. */
function page(ref) {
  return ref.replace(/^docs\/behaviour\//, "").split(/\.md|\s/)[0];
}

export default {
  render({ model, el }) {
    const face = new Face(model, el);
    return () => face.close();
  },
};
