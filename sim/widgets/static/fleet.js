// The fleet: one tile an instance, with what lies there, how it is, and what is being done to it.

const CODES = {
  ApplicationStop: "AS", DownloadBundle: "DB", BeforeInstall: "BI", Install: "In", AfterInstall: "AI",
  ApplicationStart: "St", ValidateService: "VS", BeforeBlockTraffic: "BB", BlockTraffic: "BT", AfterBlockTraffic: "AB",
  BeforeAllowTraffic: "BA", AllowTraffic: "AT", AfterAllowTraffic: "AA",
};
const MARKS = { bad: "✕ ", busy: "↻ " };
const TONES = 4; // colours of revisions
const LATEST = 2; // so many deployments that are over stay in sight
const LARGE = 60; // up to so many instances a tile has room for words
const MIDDLE = 300; // up to so many it has room for the instance's name

/** What a picture looks like: its class, its words, and the same in one sentence. */
function look(picture) {
  const standing = picture.standings[0];
  const numbers = picture.standings.map((one) => one[1]);
  const revision = numbers.some(Boolean) ? numbers.map((one) => (one ? `r${one}` : "–")).join("/") : "–";
  const worst = picture.standings.find((one) => one[1] && one[2] === "Unhealthy") || standing;
  const health = worst ? worst[2] : "no group";
  const deployed = picture.status === "InProgress";
  const failed = picture.status === "Failed" || picture.status === "Unknown";
  const like = picture.state !== "running" ? "off" : deployed ? "busy" : failed ? "bad"
    : !numbers.some(Boolean) ? "none" : health === "Unhealthy" ? "bad" : `r${1 + ((numbers.find(Boolean) - 1) % TONES)}`;
  const event = picture.event && (deployed || failed) ? picture.event : "";
  const code = like === "off" ? "off" : like === "bad" ? "✕" : deployed ? CODES[event] || "…" : revision;
  const doing = like === "off" ? picture.state : deployed ? event || "its turn came" : failed ? `failed${event ? `: ${event}` : ""}`
    : health;
  const where = standing ? `, ${numbers.some(Boolean) ? `revision ${numbers.map((one) => one || "none").join(" and ")}`
    : "no revision"}` : "";
  const besides = standing && doing !== health ? `, ${health}` : "";
  const short = like === "bad" && event ? event : doing; // the sign says that it failed
  return { like, code, doing: short, revision, told: `${doing}${where}${besides}` };
}

function fleetBoard(clockOf) {
  let run = null;
  let tiles = [];
  let looks = [];
  let focused = 0;
  let open = null;
  let seen = "";
  let counted = "";
  let ringing = null;
  let kinds = null; // how many tiles look like what
  const size = h("span", { class: "cs-quiet" });
  const alarms = h("ul", { class: "cb-alarms", "aria-label": "Alarms" });
  const bars = h("div", { class: "cb-deployments" });
  const grid = h("div", { class: "cb-fleet", role: "listbox", "aria-label": "Instances", onclick: clicked, onkeydown: keys });
  const legend = h("div", { class: "cb-legend" });
  const summary = h("table", { class: "cb-counts" });
  const details = h("div", { class: "cb-details", hidden: true });
  const root = h("div", { class: "cs cb cb-fleets", role: "group", "aria-label": "Fleet" },
    h("h3", {}, "Fleet ", size), alarms, grid, bars, legend, h("details", {}, h("summary", { "data-key": "counts" }, "Counts"), summary),
    details);

  function load(fresh) {
    run = fresh;
    looks = run.pictures.map(look);
    seen = counted = "";
    ringing = null;
    const count = run.instances.length;
    const room = count <= LARGE ? "large" : count <= MIDDLE ? "middle" : "small";
    size.textContent = count === 1 ? "(1 instance)" : `(${count} instances)`;
    grid.className = `cb-fleet cb-${room}`;
    tiles = run.instances.map((instance, number) => tile(instance, number, room));
    focused = Math.min(focused, Math.max(0, tiles.length - 1));
    const had = grid.contains(grid.getRootNode().activeElement);
    grid.replaceChildren(...tiles.map((one) => one.box));
    grid.hidden = !tiles.length;
    if (tiles.length) point(focused, had);
    if (open !== null && open >= tiles.length) close();
    kinds = new Map();
    const revisions = Math.max(0, ...run.pictures.flatMap((one) => one.standings.map((standing) => standing[1])));
    replace(legend, key("busy", "VS", "lifecycle event in progress"), key("bad", "✕", "failed, or unhealthy with a revision"),
      Array.from({ length: Math.min(revisions, TONES) }, (_, at) => key(`r${at + 1}`, `r${at + 1}`, alike(at + 1, revisions))),
      key("none", "–", "nothing deployed yet: counts as unhealthy"), key("off", "off", "not running"),
      revisions > 0 && h("span", { class: "cs-quiet" }, "The colours of r1, r2 … tell revisions apart; they say nothing of health."));
  }

  /** The revisions that have the same colour: their numbers tell them apart. */
  function alike(first, revisions) {
    const all = [];
    for (let number = first; number <= revisions; number += TONES) all.push(number);
    return `revision ${all.length > 3 ? `${all.slice(0, 3).join(", ")}, …` : all.join(", ")}`;
  }

  function key(like, code, words) {
    return h("span", { class: "cb-key" }, h("span", { class: `cb-tile cb-tile-${like}`, "aria-hidden": "true" }, code), words);
  }

  function tile(instance, number, size) {
    const box = document.createElement("div");
    box.setAttribute("role", "option");
    box.setAttribute("aria-selected", "false");
    box.setAttribute("data-lm-suppress-shortcuts", "true");
    box.tabIndex = -1;
    box.csNumber = number;
    box.title = instance.name;
    const lines = size === "large" ? 3 : size === "middle" ? 2 : 1;
    const texts = Array.from({ length: lines }, (_, at) => {
      const line = document.createElement("span");
      if (at === 0 && lines > 1) line.textContent = instance.name;
      box.append(line);
      return line;
    });
    box.hidden = true;
    return { box, texts, instance, shown: -1, at: 0, agent: null };
  }

  // One moment: only what changed is touched

  function draw(ms) {
    for (const one of tiles) {
      const times = one.instance.times;
      let at = one.at;
      if (at && times[at - 1] > ms) at = upTo(times, ms);
      else if (at < times.length && times[at] <= ms) at = at + 1 < times.length && times[at + 1] <= ms ? upTo(times, ms) : at + 1;
      one.at = at;
      const shown = at ? one.instance.shown[at - 1] : -1;
      if (shown !== one.shown) change(one, shown);
      if (one.instance.agents.length > 1) silence(one, ms);
    }
    if (tiles.length && tiles[focused].box.hidden) point(Math.max(0, tiles.findIndex((one) => !one.box.hidden)), false);
    drawAlarms(ms);
    drawDeployments(ms);
    if (open !== null) drawDetails(ms);
  }

  function change(one, shown) {
    const before = one.shown < 0 ? null : looks[one.shown];
    const now = shown < 0 ? null : looks[shown];
    one.shown = shown;
    if (!now || !before) one.box.hidden = !now;
    if (before) kinds.set(before.told, kinds.get(before.told) - 1);
    if (!now) return;
    kinds.set(now.told, (kinds.get(now.told) || 0) + 1);
    if (!before || before.like !== now.like) one.box.className = `cb-tile cb-tile-${now.like}`;
    if (one.texts.length === 1) {
      if (!before || before.code !== now.code) one.texts[0].textContent = now.code;
    } else {
      one.texts[1].textContent = one.texts.length === 3 ? `${MARKS[now.like] || ""}${now.doing}` : now.code;
      if (one.texts.length === 3) one.texts[2].textContent = `${now.revision}${one.agent ? `, ${one.agent}` : ""}`;
    }
    one.box.setAttribute("aria-label", `${one.instance.name}: ${now.told}${one.agent ? `, ${one.agent}` : ""}`);
  }

  /** An agent that takes no commands is told of on the tile. */
  function silence(one, ms) {
    const words = held(one.instance.agents, ms)?.[1] || "";
    const silent = words.includes("polling") ? null : words;
    if (silent === one.agent) return;
    one.agent = silent;
    one.box.classList.toggle("cb-silent", Boolean(silent));
    const shown = one.shown;
    one.shown = -1;
    if (shown >= 0) {
      kinds.set(looks[shown].told, kinds.get(looks[shown].told) - 1);
      change(one, shown);
      one.box.classList.toggle("cb-silent", Boolean(silent));
    }
  }

  function drawAlarms(ms) {
    const there = run.alarms.map((one) => [one.name, held(one.moves, ms)]).filter(([, move]) => move);
    const text = JSON.stringify(there.map(([name, move]) => [name, move[1]]));
    if (text === ringing) return;
    ringing = text;
    alarms.hidden = !there.length;
    replace(alarms, there.map(([name, move]) => h("li", { class: `cb-chip cb-${likeness(move[1])}` }, `Alarm ${name} `,
      badge(move[1]))));
  }

  function drawDeployments(ms) {
    const begun = run.deployments.filter((one) => one.moves[0][0] <= ms);
    const there = begun.filter((one, at) => at >= begun.length - LATEST || likeness(held(one.moves, ms)[1]) === "busy")
      .reverse();
    const text = JSON.stringify(there.map((one) => [one.id, held(one.moves, ms)[1], held(one.counts, ms)]));
    const counts = JSON.stringify([...kinds]);
    if (text !== seen) {
      seen = text;
      replace(bars, there.length ? there.map((one) => bar(one, ms)) : h("p", { class: "cs-quiet" }, "No deployment so far in this run. What lies on the instances was there before it."));
    }
    if (counts !== counted) {
      counted = counts;
      replace(summary, h("caption", {}, "Instances by what they are"),
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "State"), h("th", { scope: "col" }, "Instances"))),
        h("tbody", {}, [...kinds].filter(([, count]) => count).sort((one, other) => other[1] - one[1]).map(([told, count]) =>
          h("tr", {}, h("th", { scope: "row" }, told), h("td", {}, String(count))))));
    }
  }

  function bar(deployment, ms) {
    const [, status] = held(deployment.moves, ms);
    const counts = held(deployment.counts, ms)?.[1] || [deployment.count, 0, 0, 0, 0, 0];
    const parts = [["good", 2], ["bad", 3], ["busy", 1], ["ended", 4], ["none", 0]];
    return h("div", { class: "cb-deployment" },
      h("div", {}, h("strong", {}, `${kindOf(deployment)} ${deployment.id}`), " ", badge(status), h("span", { class: "cs-quiet" },
        ` to ${deployment.application}/${deployment.group}, `,
        `${deployment.config.replace("CodeDeployDefault.", "")}, revision ${deployment.revision || "?"}`)),
      h("div", { class: "cb-bar", "aria-hidden": "true" }, parts.filter(([, at]) => counts[at]).map(([like, at]) =>
        h("span", { class: `cb-part cb-part-${like}`, style: `flex-grow:${counts[at]}` }))),
      h("div", { class: "cs-quiet" }, overviewOf(counts)));
  }

  // Keyboard: one tile takes the focus, arrows move it

  function point(number, take = true) {
    tiles[focused]?.box.setAttribute("tabindex", "-1");
    focused = number;
    const { box } = tiles[number];
    box.tabIndex = 0;
    if (take) box.focus();
  }

  function keys(event) {
    const columns = columnsOf();
    const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -focused,
      End: tiles.length - 1 - focused };
    if (event.key in moves) {
      event.preventDefault();
      event.stopPropagation();
      let to = focused + moves[event.key];
      const way = Math.sign(moves[event.key]) || 1;
      while (to >= 0 && to < tiles.length && tiles[to].box.hidden) to += way;
      if (to >= 0 && to < tiles.length) point(to);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      event.stopPropagation();
      toggle(focused);
    }
  }

  function columnsOf() {
    const first = tiles.find((one) => !one.box.hidden)?.box;
    if (!first) return 1;
    const gap = parseFloat(getComputedStyle(grid).columnGap) || 0;
    const space = parseFloat(getComputedStyle(grid).paddingLeft) * 2;
    return Math.max(1, Math.floor((grid.clientWidth - space + gap) / (first.offsetWidth + gap)));
  }

  function clicked(event) {
    const box = event.target.closest("[role=option]");
    if (!box) return;
    point(box.csNumber);
    toggle(box.csNumber);
  }

  // Details of one instance

  function toggle(number) {
    if (open === number) return close();
    if (open !== null) tiles[open].box.setAttribute("aria-selected", "false");
    open = number;
    tiles[open].box.setAttribute("aria-selected", "true");
    details.hidden = false;
    details.csText = "";
    drawDetails(clockOf().get("at"));
    details.querySelector("h4")?.focus();
    return undefined;
  }

  function close() {
    if (open !== null && tiles[open]) {
      tiles[open].box.setAttribute("aria-selected", "false");
      point(open);
    }
    open = null;
    details.hidden = true;
    details.replaceChildren();
  }

  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
  });

  function drawDetails(ms) {
    const { instance, shown } = tiles[open];
    // What never began on it is told when that was decided: it was skipped.
    const since = (one) => (one.begun === null ? one.over : one.begun);
    const visits = instance.visits.filter((one) => since(one) !== null && since(one) <= ms);
    const agent = held(instance.agents, ms)?.[1] || "";
    const text = JSON.stringify([open, shown, agent, visits.length]);
    if (text === details.csText) return;
    details.csText = text;
    const picture = shown < 0 ? null : run.pictures[shown];
    replace(details, h("div", { class: "cb-head" },
      h("h4", { tabindex: "-1", "data-key": "details" }, `Instance ${instance.name}`),
      h("button", { class: "cb-close", "data-key": "close details", onclick: close }, "Close")),
    h("dl", { class: "cb-facts" }, [["Id", instance.id], ["Zone", instance.zone || "on premises"],
      ["State", picture ? picture.state : "not there yet"], ["Agent", agent]].map(([name, value]) =>
      h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
    picture && picture.standings.length ? standings(picture.standings) : null,
    visits.reverse().map((visit) => visited(visit, ms)));
  }

  function standings(rows) {
    const names = ["Deployment group", "Revision", "Instance health", "Revision health", "Where it came from"];
    return h("table", {}, h("caption", {}, "How it stands in its deployment groups"),
      h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows.map(([group, revision, health, current, location]) => h("tr", {}, h("th", { scope: "row" }, group),
        h("td", {}, revision ? `r${revision}` : "none"), h("td", {}, badge(health)), h("td", {}, current),
        h("td", { class: "cs-mono" }, location)))));
  }

  function visited(visit, ms) {
    if (visit.begun === null) return passedOver(visit);
    const over = visit.over !== null && visit.over <= ms;
    const rows = visit.events.map((event) => {
      const begun = event.begun !== null && event.begun <= ms;
      const done = event.over !== null && event.over <= ms;
      const status = done || (over && event.begun === null) ? event.status : begun ? "InProgress" : "Pending";
      const found = done ? visit.diagnostics[event.name] : null;
      return [h("tr", {}, h("th", { scope: "row" }, event.name), h("td", {}, badge(status)),
        h("td", {}, begun ? duration(event.begun) : ""), h("td", {}, done && begun ? spell(event.over - event.begun) : ""),
        h("td", {}, done || over ? run.reasons[event.why]?.[0] || "" : "")),
      found ? h("tr", {}, h("td", { colspan: "5" }, h("p", { class: "cs-trouble" },
        `${found.errorCode}: ${found.message}`), found.logTail ? h("pre", { class: "cb-log" }, found.logTail) : null)) : null];
    });
    return h("div", {}, h("table", {}, h("caption", {}, `${kindOf(visit.deployment)} ${visit.deployment.id}: the ${ordinal(visit.position)} instance, `,
      badge(over ? visit.status : "InProgress")),
    h("thead", {}, h("tr", {}, ["Lifecycle event", "Status", "Began", "Took", "Why"].map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, rows)), over ? because(run, visit.why) : null);
  }

  /** A deployment that did nothing on the instance, and why. */
  function passedOver(visit) {
    return h("div", {}, h("p", {}, h("strong", {}, `${kindOf(visit.deployment)} ${visit.deployment.id}: `), badge(visit.status),
      " Nothing was done on this instance."), because(run, visit.why));
  }

  return { root, load, draw: measured(root, draw) };
}

function kindOf(deployment) {
  return deployment.creator === "codeDeployRollback" ? "Rollback" : "Deployment";
}

function ordinal(number) {
  const last = number % 100 > 10 && number % 100 < 14 ? 0 : number % 10;
  return `${number}${["th", "st", "nd", "rd"][last] || "th"}`;
}

function overviewOf(counts) {
  const names = ["Pending", "In progress", "Succeeded", "Failed", "Skipped", "Ready"];
  return names.map((name, at) => [name, counts[at]]).filter(([, count]) => count).map(([name, count]) => `${name} ${count}`)
    .join(", ") || "No instance is targeted.";
}

export default {
  async render({ model, el, signal }) {
    let clock = null;
    const board = fleetBoard(() => clock);
    el.append(board.root);
    clock = await referred(model, "clock");
    const following = await follow(model, signal, board);
    return following.leave;
  },
};
