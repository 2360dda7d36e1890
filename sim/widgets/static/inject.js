// What can be done to a run at the moment shown. The kernel runs it again; everything before stays as it was.

function injectView(model, clockOf, runOf) {
  let fields = {};
  let offered = "";
  const legend = h("legend", {}, "Now");
  const what = h("select", { id: fresh("what"), "data-key": "what", onchange: () => form() });
  const inputs = h("div", { class: "cb-form" });
  const go = h("button", { class: "cs-main", "data-key": "go", onclick: inject }, "Do it now");
  const trouble = h("div", { class: "cs-trouble", role: "alert" });
  const told = announcer();
  const done = h("div", {});
  const yaml = h("textarea", { class: "cb-yaml", readonly: true, id: fresh("yaml"), "data-key": "yaml", spellcheck: "false" });
  const copied = h("span", { class: "cs-quiet", role: "status" });
  const root = h("div", { class: "cs cb cb-inject", role: "group", "aria-label": "Interventions" },
    h("h3", {}, "Intervene"),
    h("fieldset", {}, legend,
      h("div", { class: "cb-form" }, h("div", { class: "cb-wide" }, h("label", { for: what.id }, "What happens"), what)), inputs,
      h("div", { class: "cs-row" }, go)), trouble, told, done,
    h("details", {}, h("summary", { "data-key": "show yaml" }, "The scenario with all interventions, as YAML"),
      h("p", { class: "cs-quiet" }, prose("Save it as a file and run it with `codesuite run FILE`: it gives this very run. "
        + "Paths of files and folders in it are those of this computer: on another one, change them.")),
      h("div", { class: "cs-row" }, h("button", { "data-key": "copy", onclick: copy }, "Copy"), copied),
      h("label", { class: "cs-hidden", for: yaml.id }, "Scenario as YAML"), yaml));

  const kind = () => model.get("kinds").find((one) => one.key === what.value);

  function choices() {
    const before = what.value;
    replace(what, model.get("kinds").map((one) => h("option", { value: one.key }, one.title)));
    if (model.get("kinds").some((one) => one.key === before)) what.value = before;
    form();
  }

  /** The inputs of the chosen kind; what was chosen before stays chosen. */
  function form() {
    const chosen = values();
    fields = {};
    offered = offers();
    replace(inputs, kind().fields.map((field) => {
      const input = entry(field);
      fields[field.name] = input;
      if (chosen[field.name] !== undefined) input.value = chosen[field.name];
      if (input.tagName === "SELECT" && input.selectedIndex < 0) input.selectedIndex = 0;
      return h("div", { class: field.lines > 1 ? "cb-wide" : null }, h("label", { for: input.id }, field.label), input);
    }));
    ready();
  }

  function entry(field) {
    const common = { id: fresh(field.name), "data-key": `field ${field.name}`, onchange: ready, oninput: ready };
    if (field.lines > 1) {
      return h("textarea", { ...common, rows: field.lines, spellcheck: "false",
        placeholder: "hook: AfterInstall\ntakes: 3m" });
    }
    if (field.lines === 1) return h("input", { ...common, type: "text", placeholder: "npm test" });
    const options = field.of ? underWay(field.of) : field.choices;
    return h("select", common, options.length ? options.map(([value, words]) => h("option", { value }, words))
      : h("option", { value: "" }, "none at this moment"));
  }

  /** What is under way at the moment shown: [[value, words], …]. */
  function underWay(what) {
    const run = runOf();
    const at = clockOf().get("at");
    const going = (one) => {
      const move = held(one.moves, at);
      return move && likeness(move[1]) === "busy";
    };
    if (what === "deployment") {
      return run.deployments.filter(going).map((one) => [one.id, `${one.id} to ${one.application}/${one.group}`]);
    }
    return run.executions.filter(going).map((one) => {
      const name = run.pipelines[one.pipeline].name;
      return [`${name}\x1f${one.id}`, `#${one.number} of ${name}`];
    });
  }

  function offers() {
    return JSON.stringify(kind().fields.filter((one) => one.of).map((one) => underWay(one.of)));
  }

  function values() {
    return Object.fromEntries(Object.entries(fields).map(([name, input]) => [name, input.value]));
  }

  function ready() {
    go.disabled = model.get("busy") || Object.values(fields).some((input) => !input.value.trim());
  }

  function inject() {
    // What happened at this very millisecond was seen, and stays: then it is the millisecond after.
    const now = clockOf().get("at");
    const at = runOf().decisions.some((one) => one[0] === now) ? now + 1 : now;
    clockOf().set("playing", false);
    model.set("busy", true);
    trouble.textContent = "";
    told.textContent = "The run is made again from here.";
    busy();
    ask(model, { type: "inject", at, kind: what.value, values: values() }, root, unanswered);
  }

  function undo() {
    model.set("busy", true);
    busy();
    ask(model, { type: "undo" }, root, unanswered);
  }

  function busy() {
    if (!model.get("busy")) trouble.textContent = model.get("problem"); // also when it is the same as before
    replace(go, model.get("busy") ? "Running again …" : "Do it now");
    ready();
    done.querySelectorAll("button").forEach((button) => (button.disabled = model.get("busy")));
  }

  function unanswered() {
    replace(go, "No answer yet");
  }

  function results() {
    trouble.textContent = model.get("problem");
    yaml.value = model.get("yaml");
    const rows = model.get("interventions");
    replace(done, rows.length ? [h("h4", {}, "What was done"),
      h("ol", { class: "cb-done" }, rows.map(([at, text]) => h("li", {}, h("span", { class: "cs-mono" }, duration(at)), " ",
        h("code", {}, text)))),
      h("button", { "data-key": "undo", onclick: undo }, "Undo the last one")] : h("p", { class: "cs-quiet" }, "Nothing was done yet."));
    told.textContent = model.get("problem") ? "" : rows.length ? "Done: the boards show the new run." : "";
    busy();
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(yaml.value);
      copied.textContent = "Copied.";
    } catch {
      yaml.focus();
      yaml.select();
      copied.textContent = "Selected: press Ctrl+C to copy.";
    }
  }

  function draw(ms) {
    legend.textContent = `At ${duration(ms)}`;
    if (Object.keys(fields).length && offered !== offers()) form();
  }

  return { root, load: choices, draw, results, busy, choices };
}

export default {
  async render({ model, el, signal }) {
    let following = null;
    const clock = await referred(model, "clock");
    const frames = await referred(clock, "frames");
    const view = injectView(model, () => clock, () => unpacked(frames));
    el.append(view.root);
    following = await follow(model, signal, view);
    const names = ["change:interventions", "change:problem", "change:yaml"];
    names.forEach((name) => model.on(name, view.results));
    model.on("change:kinds", view.choices);
    model.on("change:busy", view.busy);
    view.results();
    return () => {
      names.forEach((name) => model.off(name, view.results));
      model.off("change:kinds", view.choices);
      model.off("change:busy", view.busy);
      following.leave();
    };
  },
};
