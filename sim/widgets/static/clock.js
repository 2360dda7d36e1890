// The time control. The clock itself ticks here, once for all boards of the page, whether the kernel is busy or gone.

const STEPS_IN_ALL = 100;
const QUIET_BETWEEN = 2500; // ms between two things read out while it plays
const SAVE_EVERY = 1000; // ms between two words to the kernel while it plays

/** Let the time go on while it plays. */
function tick(model, signal) {
  let before = null;
  let saved = 0;
  let due = 0;
  let exact = 0;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const go = (now) => {
    due = 0;
    if (!model.get("playing")) return;
    const passed = before === null ? 0 : Math.min(now - before, 250);
    // Who asked for little motion sees the boards change once a second.
    if (before === null || !still.matches || now - before >= 1000) {
      if (Math.round(exact) !== model.get("at")) exact = model.get("at"); // somebody moved it meanwhile
      const whole = still.matches && before !== null ? now - before : passed;
      exact = Math.min(exact + whole * model.get("speed"), model.get("duration"));
      before = now;
      model.set("at", Math.round(exact));
      if (exact >= model.get("duration")) {
        model.set("playing", false);
        model.save_changes();
        return;
      }
      if (now - saved > SAVE_EVERY) {
        saved = now;
        model.save_changes();
      }
    }
    due = requestAnimationFrame(go);
  };
  const changed = () => {
    cancelAnimationFrame(due);
    before = null;
    if (model.get("playing")) due = requestAnimationFrame(go);
  };
  model.on("change:playing", changed);
  signal?.addEventListener("abort", () => cancelAnimationFrame(due));
  return () => {
    model.off("change:playing", changed);
    cancelAnimationFrame(due);
  };
}

function timeControl(model) {
  let run = null;
  let told = -1;
  let toldAt = 0;
  let later = 0;
  const live = announcer();
  const title = h("h3", { class: "cb-title" });
  const time = h("div", { class: "cb-time", role: "timer", "aria-label": "Virtual time" });
  const date = h("span", { class: "cs-quiet cb-date" });
  const play = h("button", { class: "cs-main cb-play", "data-key": "play", onclick: toggle });
  const previous = h("button", { "data-key": "previous", onclick: () => step(-1) },
    icon("previous"), " Previous decision");
  const next = h("button", { "data-key": "next", onclick: () => step(1) },
    "Next decision ", icon("next"));
  const speeds = h("select", { id: fresh("speed"), "data-key": "speed", onchange: () => {
    model.set("speed", Number(speeds.value));
    model.save_changes();
  } });
  const slider = h("input", { type: "range", min: 0, step: "any", id: fresh("time"), "data-key": "time",
    class: "cb-slider", oninput: () => seek(model, Number(slider.value), false), onkeydown: keys });
  const marks = h("canvas", { class: "cb-marks", "aria-hidden": "true", height: 14 });
  const now = h("div", { class: "cb-now", tabindex: "0", role: "group", "aria-label": "What was decided last" });
  const list = h("ol", { class: "cb-decisions" });
  const all = h("details", { ontoggle: () => all.open && draw() }, h("summary", {}, "All decisions"), list);
  const root = h("div", { class: "cs cb cb-clock", role: "group", "aria-label": "Time" },
    h("div", { class: "cb-head" }, title, h("div", { class: "cb-when" }, time, date)),
    h("div", { class: "cs-row cb-controls" }, play, previous, next,
      h("label", { class: "cb-field", for: speeds.id }, "Speed"), speeds),
    h("label", { class: "cs-hidden", for: slider.id }, "Moment of the run"), slider, marks, now, live, all);

  function toggle() {
    const ended = model.get("at") >= model.get("duration");
    const playing = !model.get("playing");
    model.set(playing && ended ? { at: 0, playing } : { playing });
    model.save_changes();
  }

  function step(way) {
    const at = model.get("at");
    const times = run.decisions.map((one) => one[0]);
    const place = way > 0 ? upTo(times, at) : upTo(times, at - 1) - 1;
    seek(model, place < 0 ? 0 : place >= times.length ? run.end : times[place]);
  }

  function keys(event) {
    const part = model.get("duration") / STEPS_IN_ALL;
    const moves = { ArrowLeft: -part, ArrowDown: -part, ArrowRight: part, ArrowUp: part, PageDown: -10 * part,
      PageUp: 10 * part, Home: -Infinity, End: Infinity };
    if (!(event.key in moves)) return;
    event.preventDefault();
    event.stopPropagation();
    seek(model, model.get("at") + moves[event.key]);
  }

  function load(fresh) {
    run = fresh;
    told = -2;
    title.textContent = run.title;
    slider.max = String(run.end);
    replace(list, run.decisions.map((one) => h("li", {}, h("button", { class: "cb-jump", "data-key": `at ${one[0]}`,
      onclick: () => seek(model, one[0]) }, h("span", { class: "cs-mono" }, duration(one[0])),
    one[2] ? h("span", { class: "cb-fell" }, " ✕ ") : " ", one[1].join("; ")))));
    paint();
    speed();
    playing();
  }

  function paint() {
    const context = marks.getContext("2d");
    marks.width = Math.max(200, Math.round(marks.clientWidth || 600));
    context.clearRect(0, 0, marks.width, marks.height);
    const style = getComputedStyle(root);
    for (const [at, , failed] of run.decisions) {
      const x = 8 + (marks.width - 16) * (run.end ? at / run.end : 0);
      context.fillStyle = style.getPropertyValue(failed ? "--cb-edge-bad" : "--cb-mark").trim() || "#777";
      context.fillRect(Math.round(x), failed ? 0 : 5, failed ? 3 : 1, failed ? 14 : 9);
    }
  }

  function speed() {
    const chosen = model.get("speed");
    const choices = [...new Set([...model.get("speeds"), chosen])].sort((one, other) => one - other);
    replace(speeds, choices.map((one) => h("option", { value: String(one) }, `${one} ×`)));
    speeds.value = String(chosen);
  }

  function playing() {
    const on = model.get("playing");
    replace(play, icon(on ? "pause" : "play"), on ? " Pause" : " Play");
    if (!on) tell(true);
  }

  function draw() {
    const at = model.get("at");
    time.textContent = duration(at);
    date.textContent = `${calendar(run, at)} UTC`;
    slider.value = String(at);
    slider.setAttribute("aria-valuetext", `${duration(at)} of ${duration(run.end)}`);
    const place = upTo(run.decisions.map((one) => one[0]), at) - 1;
    if (place !== told) {
      told = place;
      show(place);
      tell(!model.get("playing"));
    }
  }

  function show(place) {
    const one = run.decisions[place];
    if (!one) {
      replace(now, h("p", { class: "cs-quiet" }, "Nothing has been decided yet."));
    } else {
      const source = one[5] ? [h("p", { class: "cs-quiet" }, `Rule (${one[4]}): `, reference(one[5])), howToRead([one[5]])] : null;
      replace(now, h("p", {}, h("span", { class: "cs-mono" }, duration(one[0])), " "),
        h("ul", {}, one[1].map((line) => h("li", {}, line))), source);
      now.classList.toggle("cb-failed", Boolean(one[2]));
      now.scrollTop = 0;
    }
    if (all.open) {
      list.querySelectorAll("[aria-current]").forEach((button) => button.removeAttribute("aria-current"));
      list.children[place]?.firstChild.setAttribute("aria-current", "step");
    }
  }

  /** Read the decision out: at once when it stands still, else not too often. */
  function tell(atOnce) {
    clearTimeout(later);
    const say = () => {
      toldAt = performance.now();
      const one = run && run.decisions[told];
      live.textContent = one ? `${duration(one[0])}: ${one[1].join("; ")}` : "";
    };
    const wait = QUIET_BETWEEN - (performance.now() - toldAt);
    if (atOnce || wait <= 0) say();
    else later = setTimeout(say, wait);
  }

  return { root, load, draw, speed, playing, paint, end: () => clearTimeout(later) };
}

export default {
  initialize({ model, signal }) {
    return tick(model, signal);
  },
  async render({ model, el }) {
    const control = timeControl(model);
    el.append(control.root);
    const frames = await referred(model, "frames");
    const anew = () => {
      control.load(unpacked(frames));
      control.draw();
    };
    let due = 0;
    const soon = () => {
      if (!due) {
        due = requestAnimationFrame(() => {
          due = 0;
          control.draw();
        });
      }
    };
    const here = {};
    frames.on("change:frames", anew, here);
    model.on("change:at", soon);
    model.on("change:speed", control.speed);
    model.on("change:playing", control.playing);
    const size = new ResizeObserver(() => control.paint());
    const theme = new MutationObserver(() => control.paint());
    anew();
    size.observe(control.root);
    theme.observe(document.body, { attributeFilter: ["data-jp-theme-name"] });
    return () => {
      frames.off(null, null, here);
      model.off("change:at", soon);
      model.off("change:speed", control.speed);
      model.off("change:playing", control.playing);
      size.disconnect();
      theme.disconnect();
      cancelAnimationFrame(due);
      control.end();
    };
  },
};
