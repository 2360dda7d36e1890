// Predict first. Marks are kept here until all are sent; what happens comes only then. `pieces.js` stands before this.

class Predict {
  constructor(model, el) {
    this.model = model;
    this.marks = {};
    this.live = announcer();
    this.body = h("div");
    this.root = h("div", { class: "cs cs-predict" }, this.body, this.live);
    el.append(this.root);
    this.drawn = () => this.draw();
    model.on("change:screen", this.drawn);
    this.draw();
  }

  close() {
    this.model.off("change:screen", this.drawn);
  }

  draw() {
    const screen = this.model.get("screen");
    const judged = Boolean(screen.judged);
    const moved = this.judged !== undefined && this.judged !== judged;
    if (moved && !judged) this.marks = {};
    this.judged = judged;
    this.marks = { ...screen.marks, ...this.marks };
    replace(this.body, judged ? this.result(screen) : this.form(screen));
    if (moved) focus(this.body, "heading");
    this.live.textContent = screen.trouble || screen.told;
  }

  form(screen) {
    const send = (event) => {
      event.preventDefault();
      ask(this.model, { do: "run", marks: this.marks }, this.root);
    };
    const names = new Map();
    for (const row of screen.rows) for (const [key, text] of row.options) names.set(key, text);
    const count = h("span", { class: "cs-quiet" });
    const selects = screen.rows.map((row) => this.select(row, count, screen));
    const rest = h("select", { "data-key": "rest", id: fresh("rest"), onchange: () => {
      if (!rest.value) return;
      screen.rows.forEach((row, at) => {
        if (!this.marks[row.key] && row.options.some(([key]) => key === rest.value)) {
          this.marks[row.key] = rest.value;
          selects[at].value = rest.value;
        }
      });
      rest.value = "";
      this.count(count, screen);
      this.live.textContent = count.textContent;
    } }, h("option", { value: "" }, "Choose …"), [...names].map(([key, text]) => h("option", { value: key }, text)));
    this.count(count, screen);
    return h("form", { onsubmit: send },
      h("h3", { tabindex: "-1", "data-key": "heading" }, `Predict first: ${screen.title}`),
      h("fieldset", {}, h("legend", {}, screen.question),
        h("div", { class: "cs-marks" }, screen.rows.map((row, at) => [h("label", { for: selects[at].id }, row.label), selects[at]]))),
      screen.rows.length > 2 && h("div", { class: "cs-row" }, h("label", { for: rest.id }, "Mark all that have no mark as"), rest),
      h("div", { class: "cs-trouble" }, screen.trouble),
      h("div", { class: "cs-row" }, h("button", { type: "submit", class: "cs-main", "data-key": "run" }, "Run, and see"), count));
  }

  select(row, count, screen) {
    const chosen = h("select", { id: fresh("mark"), "data-key": `mark-${row.key}`, onchange: () => {
      if (chosen.value) this.marks[row.key] = chosen.value;
      else delete this.marks[row.key];
      this.count(count, screen);
    } }, h("option", { value: "" }, "Choose …"), row.options.map(([key, text]) => h("option", { value: key }, text)));
    chosen.value = this.marks[row.key] || "";
    return chosen;
  }

  count(place, screen) {
    const marked = screen.rows.filter((row) => this.marks[row.key]).length;
    place.textContent = `${marked} of ${screen.rows.length} marked`;
  }

  result(screen) {
    const rows = screen.judged.map((row) => h("tr", {},
      h("th", { scope: "row" }, row.label),
      h("td", { class: row.right ? "cs-hit" : "cs-missed" }, row.right ? "✓ as predicted" : "✗ otherwise"),
      h("td", {}, row.marked), h("td", {}, h("strong", {}, row.happened)),
      h("td", {}, row.why, row.source && h("span", { class: "cs-basis" }, ` (${row.basis}: `, reference(row.source), ")"))));
    return [
      h("h3", { tabindex: "-1", "data-key": "heading" }, `${screen.right} of ${screen.judged.length} as predicted`),
      h("p", {}, screen.question),
      h("table", {}, h("thead", {}, h("tr", {}, ["", "", "You marked", "It was", "Why"].map((text) =>
        (text ? h("th", { scope: "col" }, text) : h("td", {}))))), h("tbody", {}, rows)), howToRead(screen.judged.map((row) => row.source)),
      screen.remarks.length > 0 && [h("h4", {}, "A wrong idea that may be behind your marks"),
        h("ul", {}, screen.remarks.map((text) => h("li", {}, text)))],
      h("div", { class: "cs-row" }, h("button", { type: "button", "data-key": "again", onclick: () => ask(this.model, { do: "again" }, this.root) },
        "Predict again")),
    ];
  }
}

export default {
  render({ model, el }) {
    const predict = new Predict(model, el);
    return () => predict.close();
  },
};
