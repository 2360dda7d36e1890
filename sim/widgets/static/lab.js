// The scenario lab. Reads `screen` and `steps`, sends values; decides nothing. `pieces.js` stands before this.

const WAIT_MS = 350; // a change is run so long after the last one

class Lab {
  constructor(model, el) {
    this.model = model;
    this.values = {}; // path -> what was moved and not run yet
    this.byItself = true;
    this.live = announcer();
    this.form = h("div");
    this.trouble = h("div", { class: "cs-trouble" });
    this.busy = h("div", { class: "cs-busy-line", role: "status" });
    this.out = h("div");
    this.take = h("div");
    this.root = h("div", { class: "cs cs-lab" }, this.form, this.busy, this.trouble, this.out, this.take, this.live);
    el.append(this.root);
    this.drawn = () => this.draw();
    this.going = () => this.went();
    model.on("change:screen", this.drawn);
    model.on("change:steps", this.going);
    this.draw();
  }

  close() {
    clearTimeout(this.waiting);
    this.model.off("change:screen", this.drawn);
    this.model.off("change:steps", this.going);
  }

  // Running

  moved(path, value) {
    this.values[path] = value;
    if (this.byItself) {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.run(), WAIT_MS);
    }
  }

  run() {
    clearTimeout(this.waiting);
    if (this.running) {
      this.again = true; // one run at a time: what was moved meanwhile is run after it
      return;
    }
    this.running = true;
    this.sent = this.values;
    this.values = {};
    this.busy.textContent = "Running …";
    ask(this.model, { do: "run", values: this.sent }, this.root);
  }

  went() {
    const steps = this.model.get("steps");
    if (steps) this.busy.textContent = `Running … ${steps.toLocaleString("en")} steps so far`;
  }

  // Showing

  draw() {
    const screen = this.model.get("screen");
    this.running = false;
    this.busy.textContent = "";
    if (screen.trouble) this.values = { ...this.sent, ...this.values }; // nothing that was set is lost
    this.controls(screen);
    this.trouble.textContent = screen.trouble;
    replace(this.out, screen.shown ? this.result(screen) : h("p", {}, "Not run yet."));
    replace(this.take, this.yaml(screen));
    this.live.textContent = screen.trouble || screen.told;
    if (this.again) {
      this.again = false;
      if (Object.keys(this.values).length) this.run();
    }
  }

  controls(screen) {
    replace(this.form,
      h("h3", {}, screen.title),
      h("fieldset", { class: "cs-controls" }, h("legend", {}, "What stands in the scenario"),
        screen.controls.map((one) => this.control(one))),
      h("div", { class: "cs-row" },
        h("button", { type: "button", class: "cs-main", "data-key": "run", onclick: () => this.run() }, "Run"),
        h("button", { type: "button", "data-key": "reset", onclick: () => { this.values = {}; this.sent = {}; ask(this.model, { do: "reset" }, this.root); } },
          "As in the scenario"),
        this.automatic()));
  }

  automatic() {
    const box = h("input", { type: "checkbox", "data-key": "auto", onchange: (event) => { this.byItself = event.target.checked; } });
    box.checked = this.byItself;
    return h("label", {}, box, " Run after each change");
  }

  control(one) {
    const id = fresh("control");
    const about = fresh("about");
    const value = one.path in this.values ? this.unsent(one, this.values[one.path]) : one.value;
    const field = this[one.kind](one, id, about, value);
    return h("div", { class: "cs-control" },
      h("label", { for: id, title: one.path }, one.label), field,
      h("span", { class: "cs-quiet", id: about }, [one.about, `in the scenario: ${one.start}`].filter((text) => text).join(" · ")));
  }

  /** What a control shows for a value that was sent or is about to be. */
  unsent(one, value) {
    if (one.kind === "choice") return value.choice;
    return one.kind === "duration" ? Number(String(value).replace(/s$/, "")) : value;
  }

  slider(one, id, about, value, told, send) {
    const out = h("output", { for: id }, told(value));
    const line = h("input", {
      type: "range", id, min: one.low, max: one.high, step: one.step, "data-key": one.path, "aria-describedby": about,
      "aria-valuetext": told(value),
      oninput: (event) => {
        const number = Number(event.target.value);
        out.textContent = told(number);
        event.target.setAttribute("aria-valuetext", told(number));
        box.value = number;
        this.moved(one.path, send(number));
      },
    });
    line.value = isNaN(Number(value)) ? one.value : value;
    // A number that is typed may be wrong: the kernel says what is taken, and it stays here to be mended.
    const box = h("input", {
      type: "text", inputmode: "decimal", size: "6", value: String(value), "data-key": `${one.path}/typed`,
      "aria-label": `${one.label}, typed`, "aria-describedby": about,
      onchange: (event) => this.moved(one.path, event.target.value.trim() === "" ? null : send(event.target.value.trim())),
    });
    return h("span", { class: "cs-slider" }, line, box, one.kind === "duration" && out);
  }

  number(one, id, about, value) {
    return this.slider(one, id, about, value, (number) => String(number), (number) => number);
  }

  duration(one, id, about, value) {
    return this.slider(one, id, about, value, spelled, (number) => (isNaN(Number(number)) ? number : `${number}s`));
  }

  choice(one, id, about, value) {
    const chosen = h("select", {
      id, "data-key": one.path, "aria-describedby": about,
      onchange: (event) => this.moved(one.path, { choice: Number(event.target.value) }),
    }, one.choices.map((text, at) => h("option", { value: at }, text)));
    chosen.value = String(value);
    return chosen;
  }

  switch(one, id, about, value) {
    const box = h("input", {
      type: "checkbox", role: "switch", id, "data-key": one.path, "aria-describedby": about,
      onchange: (event) => { word.textContent = event.target.checked ? "on" : "off"; this.moved(one.path, event.target.checked); },
    });
    box.checked = value;
    const word = h("span", { "aria-hidden": "true" }, value ? "on" : "off");
    return h("span", { class: "cs-switch" }, box, word);
  }

  text(one, id, about, value) {
    return h("input", {
      type: "text", id, class: "cs-mono", value: value === null ? "" : String(value), "data-key": one.path, "aria-describedby": about,
      autocomplete: "off", spellcheck: "false", onchange: (event) => this.moved(one.path, event.target.value),
    });
  }

  result(screen) {
    const shown = screen.shown;
    return [
      shown.compared && this.compared(shown.compared),
      h("table", { class: "cs-figures" }, h("caption", {}, "The run in figures"),
        h("tbody", {}, shown.figures.map(([what, value]) => h("tr", {}, h("th", { scope: "row" }, what), h("td", {}, value))))),
      shown.deployments.length > 0 && h("table", {}, h("caption", {}, "Deployments"),
        h("thead", {}, h("tr", {}, ["Deployment", "Status", "Took", "Instances", "Fewest healthy", "Most at a time"].map((text) => h("th", { scope: "col" }, text)))),
        h("tbody", {}, shown.deployments.map(([id, ...rest]) => h("tr", {}, h("th", { scope: "row" }, id), rest.map((text) => h("td", {}, text)))))),
      shown.more_deployments > 0 && h("p", {}, `and ${shown.more_deployments} deployments more, which are left out here`),
      bars(shown.bars, "The run over time"),
      shown.warnings.length > 0 && h("div", {}, h("h4", {}, "What was odd"), h("ul", {}, shown.warnings.map((text) => h("li", {}, text)))),
      h("details", { open: this.explained, ontoggle: (event) => { this.explained = event.target.open; } },
        h("summary", { "data-key": "why" }, "Why it came out so"), explanations(shown.explanations)),
    ];
  }

  compared(told) {
    const side = (one) => (one ? [`${one.at}: ${one.status}: ${one.why} (`, `${one.basis}: `, reference(one.source), ")"] : ["nothing"]);
    return h("section", { class: "cs-compared", "aria-label": "Compared with the run before" },
      h("h4", {}, "Compared with the run before"),
      told.set.length > 0 && h("ul", {}, told.set.map(([path, before, now]) => h("li", {}, "You set ", h("code", {}, path), ` from ${before} to ${now}.`))),
      told.figures.length > 0
        ? h("table", {}, h("thead", {}, h("tr", {}, ["", "Before", "Now"].map((text) => (text ? h("th", { scope: "col" }, text) : h("td", {}))))),
          h("tbody", {}, told.figures.map(([what, before, now]) => h("tr", {}, h("th", { scope: "row" }, what), h("td", {}, before), h("td", {}, h("strong", {}, now))))))
        : h("p", {}, "No figure is different."),
      told.parting
        ? h("p", {}, "The runs part at ", h("strong", {}, told.parting.subject), ". Before: ", side(told.parting.before), ". Now: ", side(told.parting.now), ".")
        : h("p", {}, "Every decision was the same."));
  }

  yaml(screen) {
    const id = fresh("yaml");
    const text = h("textarea", { id, class: "cs-mono", readonly: true, rows: "12", spellcheck: "false", "data-key": "yaml" });
    text.value = screen.yaml;
    const copy = async () => {
      try {
        await navigator.clipboard.writeText(screen.yaml);
        this.live.textContent = "Copied.";
        button.textContent = "Copied";
      } catch {
        text.select();
        document.execCommand("copy");
        button.textContent = "Copied";
      }
    };
    const button = h("button", { type: "button", "data-key": "copy", onclick: copy }, "Copy");
    return h("details", { open: this.taken, ontoggle: (event) => { this.taken = event.target.open; } },
      h("summary", { "data-key": "take" }, "The scenario, to take along"),
      h("p", {}, h("label", { for: id }, "Save it as a file and run it: "), h("code", {}, "codesuite run my-scenario.yml"),
        ". Paths of files and folders in it are those of this computer: on another one, change them."),
      text, h("div", { class: "cs-row" }, button));
  }
}

/** A duration in seconds, as scenarios write it. */
function spelled(seconds) {
  const parts = [[3600, "h"], [60, "m"], [1, "s"]];
  let left = Number(seconds);
  const words = parts.map(([unit, name]) => {
    const count = unit === 1 ? Math.round(left * 1000) / 1000 : Math.floor(left / unit);
    left -= count * unit;
    return count ? `${count}${name}` : "";
  });
  return words.join("") || "0s";
}

export default {
  render({ model, el }) {
    const lab = new Lab(model, el);
    return () => lab.close();
  },
};
