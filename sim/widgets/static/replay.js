// What all boards share: a run's frames, unpacked once, and the clock that every board follows. Follows pieces.js.

/** The model that a trait refers to. */
async function referred(model, name) {
  const reference = model.get(name);
  return model.widget_manager.get_model(reference.slice("IPY_MODEL_".length));
}

/** The frames of a run, unpacked once for all boards of the page. */
function unpacked(frames) {
  const bytes = frames.get("frames");
  if (frames.csBytes !== bytes) {
    frames.csBytes = bytes;
    frames.csRun = unpack(JSON.parse(new TextDecoder().decode(bytes)));
  }
  return frames.csRun;
}

function unpack(run) {
  for (const one of run.instances) {
    const count = one.tiles.length / 2;
    one.times = new Float64Array(count);
    one.shown = new Uint32Array(count);
    let time = 0;
    for (let at = 0; at < count; at += 1) {
      time += one.tiles[2 * at];
      one.times[at] = time;
      one.shown[at] = one.tiles[2 * at + 1];
    }
    one.visits = [];
    delete one.tiles;
  }
  run.targets.forEach((row) => {
    const events = [];
    for (let at = 0; at < row[7].length; at += 5) {
      const [name, begun, over, became, why] = row[7].slice(at, at + 5);
      events.push({ name: run.words[name], begun: moment(row[3], begun), over: moment(row[3], over),
        status: run.words[became], why });
    }
    const visit = { deployment: run.deployments[row[0]], position: row[2], begun: row[3], over: row[4],
      status: run.words[row[5]], why: row[6], events, diagnostics: row[8] || {} };
    if (row[1] >= 0) run.instances[row[1]].visits.push(visit);
  });
  for (const one of run.deployments) one.counts = track(one.overview);
  for (const one of run.instances) one.agents = track(one.agent);
  run.deploymentOf = new Map(run.deployments.map((one) => [one.id, one]));
  run.buildOf = new Map(run.builds.map((one) => [one.id, one]));
  return run;
}

function moment(start, since) {
  return since === null || start === null ? null : start + since;
}

/** [[ms, value], …] of a packed track. */
function track(packed) {
  const found = [];
  let time = 0;
  for (let at = 0; at < packed.length; at += 2) {
    time += packed[at];
    found.push([time, packed[at + 1]]);
  }
  return found;
}

/** How many of those sorted times are not after that one. */
function upTo(times, ms) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The entry of [[ms, …], …] that holds at that time, or null before the first. */
function held(entries, ms) {
  let found = null;
  for (const entry of entries) {
    if (entry[0] > ms) break;
    found = entry;
  }
  return found;
}

const two = (number) => String(number).padStart(2, "0");

/** Virtual time as a wall clock shows a duration: 0:01:23. Rounded as everywhere else: one moment has one text. */
function duration(ms) {
  const seconds = Math.floor((ms + 500) / 1000);
  const days = Math.floor(seconds / 86400);
  const rest = `${Math.floor((seconds % 86400) / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days ? `${days} d ${rest}` : rest;
}

/** A duration as texts and pictures spell it: 4.7s, 2m13s, 1h5m. */
function spell(ms) {
  const tenths = Math.round(ms / 100);
  if (tenths < 600) return `${tenths / 10}s`;
  let rest = Math.floor((tenths * 100 + 500) / 1000);
  const units = [["d", 86400], ["h", 3600], ["m", 60], ["s", 1]];
  return units.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest %= size;
    return count ? `${count}${unit}` : "";
  }).join("");
}

/** The date and time at a moment of the run, in UTC. */
function calendar(run, ms) {
  // rounded as `duration` is: one moment has one spelling
  return new Date(Date.parse(run.start) + Math.floor((ms + 500) / 1000) * 1000).toISOString().slice(0, 19).replace("T", " ");
}

const GOOD = new Set(["Succeeded", "SUCCEEDED", "Approved", "OK", "Healthy", "Current", "running"]);
const BAD = new Set(["Failed", "FAILED", "FAULT", "TIMED_OUT", "ALARM", "Unhealthy", "terminated"]);
const ENDED = new Set(["Stopped", "STOPPED", "Superseded", "Cancelled", "Skipped", "Abandoned", "stopped"]);
const BUSY = new Set(["InProgress", "IN_PROGRESS", "Created", "Queued", "Stopping", "Baking"]);

/** What a status is like; the sign and the word say it besides the colour. */
function likeness(status) {
  if (GOOD.has(status)) return "good";
  if (BAD.has(status)) return "bad";
  if (BUSY.has(status)) return "busy";
  if (ENDED.has(status)) return "ended";
  return "none";
}

const SIGNS = { good: "✓", bad: "✕", busy: "↻", ended: "⊘", none: "○" };
const WORDS = { InProgress: "In progress", IN_PROGRESS: "In progress" };

/** A status as a badge: a sign, the word, and a colour. */
function badge(status, word = null) {
  const like = likeness(status);
  return h("span", { class: `cb-badge cb-${like}` }, h("span", { "aria-hidden": "true", class: "cb-sign" }, SIGNS[like]),
    word || WORDS[status] || status || "Not run yet");
}

const ICONS = {
  play: "M2 0 L12 6 L2 12 Z", pause: "M1 0 H5 V12 H1 Z M7 0 H11 V12 H7 Z", next: "M0 0 L8 6 L0 12 Z M9 0 H12 V12 H9 Z",
  previous: "M12 0 L4 6 L12 12 Z M0 0 H3 V12 H0 Z",
};

/** A sign that every font has: it is drawn. */
function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawn = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  drawn.setAttribute("viewBox", "0 0 12 12");
  drawn.setAttribute("class", "cb-icon");
  drawn.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  drawn.append(path);
  return drawn;
}

/** Why something came about: the rule's words and where it is written. */
function because(run, why) {
  if (why < 0 || !run.reasons[why]) return null;
  const [text, , basis, source] = run.reasons[why];
  return [h("p", { class: "cb-why" }, text, h("span", { class: "cs-quiet" }, ` (${basis}: `, reference(source), ")")),
    howToRead([source])];
}

/** Follow the clock: `load(run)` for every new run, `draw(ms)` for every moment shown, once a frame at most. */
async function follow(model, signal, { load, draw }) {
  const clock = await referred(model, "clock");
  const frames = await referred(clock, "frames");
  const here = {};
  let due = 0;
  let run = unpacked(frames);
  const paint = () => {
    due = 0;
    draw(clock.get("at"), run, clock);
  };
  const soon = () => {
    if (!due) due = requestAnimationFrame(paint);
  };
  const anew = () => {
    run = unpacked(frames);
    load(run, clock);
    soon();
  };
  frames.on("change:frames", anew, here);
  clock.on("change:at", soon, here);
  load(run, clock);
  paint();
  const leave = () => {
    frames.off(null, null, here);
    clock.off(null, null, here);
    cancelAnimationFrame(due);
  };
  signal?.addEventListener("abort", leave);
  return { clock, frames, leave, run: () => run, redraw: soon };
}

/** Go to a moment; the kernel hears of it when it has time. */
function seek(clock, ms, playing = false) {
  const at = Math.round(Math.min(Math.max(0, ms), clock.get("duration")));
  clock.set({ at, playing });
  clock.save_changes();
}

/** Time spent drawing, for whoever measures: {frames, last, total, most} in ms, at the board's own element. */
function measured(element, draw) {
  const spent = { frames: 0, last: 0, total: 0, most: 0, every: [] };
  element.csSpent = spent;
  return (...args) => {
    const begun = performance.now();
    draw(...args);
    spent.last = performance.now() - begun;
    spent.frames += 1;
    spent.total += spent.last;
    spent.most = Math.max(spent.most, spent.last);
    spent.every.push(spent.last);
    if (spent.every.length > 1000) spent.every.shift();
  };
}
