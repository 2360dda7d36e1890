// The mails that people got, up to the moment that the clock shows. `pieces.js` and `replay.js` stand before this.

const EVERYBODY = "";

function outbox() {
  let run = null;
  let shown = -1; // so many mails are on the page
  let whose = EVERYBODY;
  const live = announcer();
  const select = h("select", { id: fresh("whose"), "data-key": "whose", onchange: () => {
    whose = select.value;
    shown = -1;
    draw(now);
  } });
  const list = h("ol", { class: "cs-mails" });
  const count = h("span", { class: "cs-quiet" });
  const root = h("div", { class: "cs cb cs-outbox", role: "group", "aria-label": "Mails" }, h("h3", {}, "Mails"),
    h("div", { class: "cs-row" }, h("label", { for: select.id }, "Whose"), select, count), list, live);
  let now = 0;

  function load(fresh) {
    run = fresh;
    shown = -1;
    const people = [...new Set(run.mails.map((mail) => mail.endpoint))];
    if (!people.includes(whose)) whose = EVERYBODY;
    select.replaceChildren(h("option", { value: EVERYBODY }, "everybody's"), ...people.map((one) => h("option", { value: one }, one)));
    select.value = whose;
  }

  function draw(ms) {
    now = ms;
    const until = upTo(run.mails.map((mail) => Math.round(mail.at * 1000)), ms);
    if (until === shown) return;
    const fresh = run.mails.slice(Math.max(0, shown), until).filter(mine);
    if (shown >= 0 && until > shown && fresh.length) {
      live.textContent = fresh.map((mail) => `Mail to ${mail.endpoint}: ${mail.subject}`).join(". ");
    }
    shown = until;
    const mails = run.mails.slice(0, until).filter(mine);
    count.textContent = mails.length === 1 ? "1 mail so far" : `${mails.length || "no"} mails so far`;
    replace(list, mails.reverse().map(letter));
  }

  function mine(mail) {
    return whose === EVERYBODY || mail.endpoint === whose;
  }

  function letter(mail) {
    return h("li", {}, h("div", { class: "cs-mail-head" },
      h("span", { class: "cs-mono" }, duration(Math.round(mail.at * 1000))), h("span", {}, `to ${mail.endpoint}`),
      h("span", { class: "cs-quiet" }, `topic ${mail.topic}`)),
    h("h4", {}, mail.subject || "(no subject)"), h("div", { class: "cs-mail-text" }, laidOut(mail.message)));
  }

  return { root, load, draw };
}

/** A message that is a document with a line for each of its members; any other as it is. */
function laidOut(message) {
  if (!message.startsWith("{")) return message;
  try {
    return h("pre", {}, JSON.stringify(JSON.parse(message), null, 2));
  } catch {
    return message;
  }
}

export default {
  async render({ model, el, signal }) {
    const board = outbox();
    el.append(board.root);
    const following = await follow(model, signal, board);
    return following.leave;
  },
};
