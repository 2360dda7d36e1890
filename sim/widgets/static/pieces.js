// What all views share: making elements, keeping the focus, and showing a run. A view's own module follows this text.

const FOCUSABLE = new Set(["button", "input", "select", "textarea", "a", "summary"]);
let made = 0;

/** An id that no other element of the page has. */
function fresh(name) {
  made += 1;
  return `cs-${name}-${made}-${Math.random().toString(36).slice(2, 8)}`;
}

/** An element: h("button", {onclick, "aria-label"}, "text", child). What is null or false is left out. */
function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  // JupyterLab takes keys (A, B, D D, arrows) from every element in focus that does not say otherwise itself.
  if (FOCUSABLE.has(tag) || props.tabindex !== undefined) node.setAttribute("data-lm-suppress-shortcuts", "true");
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return node;
}

/** Put new content into a place; what had the focus has it again, known by its data-key. */
function replace(place, ...children) {
  const active = place.getRootNode().activeElement;
  const key = active && place.contains(active) ? active.getAttribute("data-key") : null;
  const caret = key && active.selectionStart !== undefined ? [active.selectionStart, active.selectionEnd] : null;
  place.replaceChildren(...children.flat(Infinity).filter((child) => child || child === 0));
  if (key) focus(place, key, caret);
  return key;
}

/** Give the focus to what has that data-key; whether there is such a thing. */
function focus(place, key, caret = null) {
  const found = place.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!found || found.disabled) return false;
  found.focus({ preventScroll: true });
  if (caret && caret[0] !== null && found.setSelectionRange && found.type !== "number") found.setSelectionRange(...caret);
  return true;
}

/** A reference: a link where it is an address. */
function reference(text) {
  if (!/^https:\/\//.test(text)) return text;
  return h("a", { href: text, target: "_blank", rel: "noopener noreferrer" }, text);
}

/** How to read the pages that are cited, which come along with the program: a line for the first of them, or nothing. */
function howToRead(sources) {
  const cited = /docs\/behaviour\/([a-z-]+)\.md(?:\s+§(\d+(?:\.\d+)*))?/;
  const found = sources.map((source) => cited.exec(source)).find(Boolean);
  if (!found) return null;
  return h("p", { class: "cs-quiet" }, "docs/behaviour are pages that come along. In a terminal: ",
    h("code", {}, `codesuite quiz --read "${found.slice(1).filter(Boolean).join(" ")}"`));
}

/** A text with `code` in backticks. */
function prose(text) {
  return String(text).split(/`([^`\n]+)`/).map((part, at) => (at % 2 ? h("code", {}, part) : part));
}

/** A region whose text is read out when it changes. */
function announcer() {
  return h("div", { class: "cs-hidden", role: "status", "aria-live": "polite" });
}

const PATIENCE_MS = 8000;
const SILENCE = "No answer yet. The kernel may be busy with another cell. If it was restarted, or this notebook was opened "
  + "again, it knows nothing of this view any longer: run the cell again.";

/** Send a message to the kernel. Where it stays silent, that is said at the head of the view until an answer comes;
    `silent` is called then. */
function ask(model, message, root, silent = null) {
  const tell = () => {
    silent?.();
    if (!root.querySelector(":scope > .cs-silence")) {
      root.prepend(h("p", { class: "cs-trouble cs-silence", role: "alert" }, SILENCE));
    }
  };
  const waiting = setTimeout(tell, PATIENCE_MS);
  const heard = () => {
    clearTimeout(waiting);
    root.querySelector(":scope > .cs-silence")?.remove();
    model.off("change", heard);
  };
  model.on("change", heard);
  try {
    model.send(message);
  } catch {
    tell(); // there is no kernel at all
  }
}

const KINDS = {
  succeeded: "good", approved: "good", failed: "bad", fault: "bad", timed_out: "bad", inprogress: "busy",
  in_progress: "busy", stopped: "halt", stopping: "halt", superseded: "gone", abandoned: "gone", cancelled: "gone",
};

/** The class of a status: its colour and its pattern. */
function kind(status) {
  return `cs-${KINDS[String(status).toLowerCase()] || "none"}`;
}

/** A run as bars: {last, marks, rows: [{label, depth, note, bars: [[start, end, status, told]]}]}. */
function bars(shown, title) {
  const percent = (seconds) => `${(100 * seconds) / shown.last}%`;
  const statuses = new Map();
  const rows = shown.rows.map((row) => {
    const ticks = shown.marks.map(([place]) => h("span", { class: "cs-tick", style: `left:${percent(place)}` }));
    const drawn = row.bars.map(([start, end, status, told]) => {
      statuses.set(kind(status), statuses.get(kind(status)) || status);
      const style = `left:${percent(start)};width:${percent(end - start)}`;
      return h("span", { class: `cs-bar ${kind(status)}`, style, title: told }, h("span", { class: "cs-hidden" }, told));
    });
    const end = row.bars.length ? row.bars[row.bars.length - 1][1] : 0;
    const failed = row.bars.some(([, , status]) => kind(status) === "cs-bad") ? "✗ " : "";
    const note = h("span", { class: "cs-note", style: `left:${percent(end)}` }, failed + row.note);
    const label = h("span", { class: "cs-label", title: row.label, style: `padding-left:${row.depth}rem` }, row.label);
    return h("li", {}, label, h("div", { class: "cs-track" }, ticks, drawn, note));
  });
  // Every mark has its line; so many have their time that none is over another in a narrow window.
  const each = Math.ceil(shown.marks.length / 5);
  const axis = shown.marks.filter((_, at) => at % each === 0).map(([place, text]) => h("span", { style: `left:${percent(place)}` }, text));
  const legend = [...statuses].map(([name, status]) => h("span", {}, h("i", { class: name }), status));
  return h("figure", { class: "cs-bars", style: "margin-inline:0", "aria-label": title },
    h("div", { class: "cs-legend", "aria-hidden": "true" }, legend),
    h("ul", {}, rows),
    shown.more > 0 && h("p", {}, `and ${shown.more} rows more, which are left out here`),
    h("div", { class: "cs-rows", "aria-hidden": "true" },
      h("ul", {}, h("li", {}, h("span", { class: "cs-label" }, "virtual time"), h("div", { class: "cs-track cs-axis" }, axis)))));
}

/** What happened when. */
function moments(rows) {
  return h("ol", { class: "cs-told" }, rows.map((row) =>
    h("li", {}, h("span", { class: "cs-at" }, row.at),
      h("span", { class: row.bad ? "cs-fell" : "", style: `padding-left:${row.depth}rem` }, row.text))));
}

/** Decisions, each with its rule's basis and source: the main ones, and all of them on request. */
function explanations(rows) {
  const line = (one) => h("li", {}, h("span", { class: "cs-at" }, one.at),
    h("span", { style: `padding-left:${one.depth}rem` },
      h("span", { class: one.bad ? "cs-fell" : "" }, `${one.subject}: ${one.outcome}. `), `${one.text} `,
      h("span", { class: "cs-basis" }, "(", `${one.basis}: `, reference(one.source), ")")));
  return rows.map((one) => {
    const main = one.lines.filter((row) => row.main);
    const rest = one.lines.length > main.length;
    return h("section", {}, h("h4", {}, `Why: ${one.title}`), h("ol", { class: "cs-told" }, main.map(line)),
      rest && h("details", {}, h("summary", {}, `All ${one.lines.length} decisions`),
        h("ol", { class: "cs-told" }, one.lines.map(line))),
      one.count > one.lines.length && h("p", { class: "cs-quiet" },
        `${one.count} decisions in all: too many to show here; cloud.explain(id) and codesuite run --explain tell them.`),
      howToRead(one.lines.map((row) => row.source)));
  });
}
