// The pipelines of a run as the console shows them: stages with their actions, and the executions inside.

const LOG_LINES = 400;
const LATEST = 6; // so many executions are in sight

function pipelineBoard(clockOf) {
  let run = null;
  let places = []; // what is on the page for each pipeline
  let open = null; // {pipeline, stage, action}: whose details are shown
  let seen = "";
  const body = h("div", {});
  const details = h("div", { class: "cb-details", hidden: true });
  const root = h("div", { class: "cs cb cb-pipelines", role: "group", "aria-label": "Pipelines" }, body, details);

  // The frames, arranged by pipeline and stage once

  function load(fresh) {
    run = fresh;
    seen = "";
    places = run.pipelines.map((pipeline, number) => place(pipeline, number));
    replace(body, places.length ? places.map((one) => one.root)
      : h("p", { class: "cs-quiet" }, "There is no pipeline in this scenario."));
    if (open && !(run.pipelines[open.pipeline]?.stages[open.stage]?.actions[open.action])) close();
  }

  function place(pipeline, number) {
    const executions = run.executions.map((one, at) => ({ ...one, at })).filter((one) => one.pipeline === number);
    const stages = pipeline.stages.map((stage, at) => stagePlace(stage, number, at));
    const strip = h("ul", { class: "cb-executions", "aria-label": `Executions of ${pipeline.name}` });
    const root = h("div", { class: "cb-pipeline" },
      h("h3", {}, `Pipeline ${pipeline.name}`, h("span", { class: "cs-quiet" }, ` (${pipeline.mode} mode)`)),
      strip, h("ol", { class: "cb-stages", "aria-label": `Stages of ${pipeline.name}` }, stages.map((one) => one.root)));
    return { executions, stages, strip, root, seen: "", parallel: pipeline.mode === "PARALLEL", chosen: null };
  }

  function stagePlace(stage, pipeline, at) {
    const inside = run.stages.map((one, number) => ({ ...one, number }))
      .filter((one) => one.stage === at && run.executions[one.execution].pipeline === pipeline)
      .sort((one, other) => one.moves[0][0] - other.moves[0][0]);
    const waiting = h("div", { class: "cb-waiting" });
    const head = h("div", { class: "cb-stage-head" });
    const orders = [...new Set(stage.actions.map((one) => one.runOrder))].sort((one, other) => one - other);
    const actions = stage.actions.map((action, number) => actionPlace(action, inside, { pipeline, stage: at, action: number }));
    const box = h("div", { class: "cb-stage" }, h("h4", {}, stage.name), head,
      orders.map((order) => h("div", { class: "cb-order" },
        actions.filter((one) => one.action.runOrder === order).map((one) => one.button))));
    return { stage, pipeline, at, inside, waiting, head, actions, box, root: h("li", {}, waiting, box), seen: "" };
  }

  function actionPlace(action, inside, where) {
    const numbers = new Set(inside.map((one) => one.number));
    const runs = run.actions.filter((one) => one.action === where.action && numbers.has(one.in))
      .map((one) => ({ ...one, execution: run.stages[one.in].execution }))
      .sort((one, other) => one.moves[0][0] - other.moves[0][0]);
    const button = h("button", { class: "cb-action", "data-key": `action ${where.pipeline} ${where.stage} ${where.action}`,
      "aria-expanded": "false", onclick: () => toggle(where) });
    return { action, runs, button, where, seen: "" };
  }

  // One moment

  function draw(ms) {
    places.forEach((one) => drawPipeline(one, ms));
    if (open) drawDetails(ms);
  }

  const latest = (list, ms) => {
    let found = null;
    for (const one of list) {
      if (one.moves[0][0] > ms) break;
      found = one;
    }
    return found;
  };
  const short = (execution) => `#${execution.number}`;

  function waitsAt(execution, ms) {
    return execution.waits.find(([begin, end]) => begin <= ms && (end === null || ms < end)) || null;
  }

  function drawPipeline(one, ms) {
    const there = one.executions.filter((execution) => execution.moves[0][0] <= ms);
    const rows = there.slice(-LATEST).reverse().map((execution) => [execution, held(execution.moves, ms)[1], waitsAt(execution, ms)]);
    if (one.parallel) one.shown = one.chosen !== null && one.chosen.moves[0][0] <= ms ? one.chosen : there[there.length - 1];
    const text = JSON.stringify([rows.map(([execution, status, waits]) => [execution.at, status, waits && waits[2]]),
      one.shown && one.shown.at]);
    if (text !== one.seen) {
      one.seen = text;
      const earlier = there.length - rows.length;
      replace(one.strip, rows.length ? [rows.map(([execution, status, waits]) => chip(execution, status, waits, one)),
        earlier ? h("li", { class: "cs-quiet cb-chip" }, `and ${earlier} earlier`) : null]
        : h("li", { class: "cs-quiet" }, "No execution has started yet."));
    }
    one.stages.forEach((stage) => drawStage(one, stage, there, ms));
  }

  function chip(execution, status, waits, one) {
    const what = execution.revisions.map((revision) => revision.summary || revision.id.slice(0, 8)).filter(Boolean).join("; ");
    // In PARALLEL mode each execution has stages of its own: which ones are shown is chosen.
    const choose = one.parallel ? h("button", { "data-key": `execution ${execution.id}`,
      "aria-pressed": String(one.shown === execution), onclick: () => {
        one.chosen = execution;
        draw(clockOf().get("at"));
      } }, `Show #${execution.number}`) : null;
    return h("li", { class: `cb-chip cb-${likeness(status)}`, title: execution.id },
      h("strong", {}, short(execution)), " ", badge(status),
      waits ? h("span", {}, ` waits in front of ${one.stages[waits[2]].stage.name}`) : null,
      h("span", { class: "cs-quiet" }, ` ${what ? `“${what}” ` : ""}${execution.trigger} `), choose);
  }

  function drawStage(one, stage, there, ms) {
    const inside = latest(one.parallel ? stage.inside.filter((run) => run.execution === one.shown?.at) : stage.inside, ms);
    const status = inside ? held(inside.moves, ms)[1] : null;
    const waiting = there.map((execution) => [execution, waitsAt(execution, ms)])
      .filter(([, waits]) => waits && one.stages[waits[2]] === stage);
    const closed = run.transitions.filter((row) => row[0] <= ms && row[1] === stage.pipeline && row[2] === stage.at).pop();
    const shut = closed && !closed[3] ? closed[4] : null;
    const text = JSON.stringify([inside && inside.number, status, shut, waiting.map(([execution]) => execution.at)]);
    if (text !== stage.seen) {
      stage.seen = text;
      stage.box.className = `cb-stage cb-${likeness(status)}`;
      replace(stage.head, badge(status), inside
        ? h("span", { class: "cb-by", title: run.executions[inside.execution].id }, short(run.executions[inside.execution]))
        : null);
      stage.root.classList.toggle("cb-closed", shut !== null);
      replace(stage.waiting, shut === null ? null : h("p", { class: "cb-chip cb-ended" }, h("strong", {}, "⊘ Transition disabled"),
        shut ? `: ${shut}` : ""), waiting.map(([execution, waits]) => h("p", { class: "cb-chip cb-busy" },
        h("strong", {}, short(execution)), " waits: ", run.reasons[waits[3]][0])));
    }
    stage.actions.forEach((action) => drawAction(action, inside, ms));
  }

  function drawAction(place, inside, ms) {
    const last = shownOf(place, ms);
    const own = last && inside && last.in === inside.number;
    const move = last ? held(last.moves, ms) : null;
    const status = move ? move[1] : null;
    const busy = status === "InProgress";
    const since = move ? Math.floor((ms - last.moves[0][0]) / 1000) : 0;
    const text = `${last ? last.id : ""} ${status} ${own} ${busy ? since : ""}`;
    if (text === place.seen) return;
    const again = place.seen.split(" ", 3).join(" ") === text.split(" ", 3).join(" ");
    place.seen = text;
    const time = busy ? `for ${duration(since * 1000)}` : move && last.moves.length > 1
      ? `after ${spell(move[0] - last.moves[0][0])}` : "";
    if (again && place.time) {
      place.time.textContent = time;
      return;
    }
    place.time = h("span", { class: "cb-took" }, time);
    place.button.className = `cb-action cb-${own ? likeness(status) : "none"}`;
    const attempt = last && last.attempt > 1 ? ` (attempt ${last.attempt})` : "";
    const shown = own || !last ? badge(own ? status : null)
      : [badge(null), h("span", { class: "cs-quiet" }, `, before: ${WORDS[status] || status}`)];
    const waiting = busy && place.action.category === "Approval" ? "Waiting for approval" : null;
    replace(place.button, h("span", { class: "cb-name" }, place.action.name + attempt),
      h("span", { class: "cb-provider" }, place.action.provider),
      h("span", {}, waiting ? badge(status, waiting) : shown, " ", place.time));
  }

  /** The attempt that the board shows of an action. */
  function shownOf(place, ms) {
    const one = places[place.where.pipeline];
    const own = place.runs.filter((run) => !one.parallel || run.execution === one.shown?.at);
    return latest(own, ms);
  }

  // Details of one action

  function toggle(where) {
    if (open && JSON.stringify(open) === JSON.stringify(where)) return close();
    if (open) button(open)?.setAttribute("aria-expanded", "false");
    open = where;
    button(open).setAttribute("aria-expanded", "true");
    seen = "";
    details.hidden = false;
    draw(clockOf().get("at"));
    details.querySelector("h4")?.focus({ preventScroll: false });
    return undefined;
  }

  function button(where) {
    return places[where.pipeline]?.stages[where.stage]?.actions[where.action]?.button;
  }

  function close() {
    const before = open && button(open);
    open = null;
    details.hidden = true;
    details.replaceChildren();
    before?.setAttribute("aria-expanded", "false");
    before?.focus();
  }

  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
  });

  function drawDetails(ms) {
    const place = places[open.pipeline].stages[open.stage].actions[open.action];
    const last = shownOf(place, ms);
    const linked = last && last.external ? run.buildOf.get(last.external) || run.deploymentOf.get(last.external) : null;
    const build = linked && linked.phases ? linked : null;
    const lines = build ? upTo(build.log.map((line) => line[0]), ms) : 0;
    const counts = linked && linked.counts ? held(linked.counts, ms) : null;
    const text = JSON.stringify([open, last && last.id, last && held(last.moves, ms)[1], lines,
      build && build.phases.map((phase) => [phase[1] <= ms, phase[2] !== null && phase[2] <= ms]), counts,
      linked && linked.notes && linked.notes.filter((note) => note[0] <= ms).length,
      linked && held(linked.moves, ms)]);
    if (text === seen) return;
    seen = text;
    const stage = run.pipelines[open.pipeline].stages[open.stage];
    const bottom = atBottom();
    const head = h("h4", { tabindex: "-1", "data-key": "details" }, `${stage.name} / ${place.action.name}`);
    const shut = h("button", { "data-key": "close details", class: "cb-close", onclick: close }, "Close");
    replace(details, h("div", { class: "cb-head" }, head, shut), last ? told(last, place, ms) : notYet(place),
      build && toldBuild(build, lines, ms), linked && linked.counts && toldDeployment(linked, counts, ms),
      settings(place.action));
    const log = details.querySelector("pre.cb-log");
    if (log && bottom !== null) log.scrollTop = bottom === true ? log.scrollHeight : bottom;
  }

  /** Where the log stands: true at its end, else how far it is scrolled. */
  function atBottom() {
    const log = details.querySelector("pre.cb-log");
    if (!log) return true;
    return log.scrollHeight - log.scrollTop - log.clientHeight < 20 ? true : log.scrollTop;
  }

  function notYet(place) {
    return h("p", {}, `Not run yet. It is of category ${place.action.category} and done by ${place.action.provider}.`);
  }

  function told(last, place, ms) {
    const [since, status, why] = held(last.moves, ms);
    const begun = last.moves[0][0];
    const over = status !== "InProgress";
    const execution = run.executions[run.stages[last.in].execution];
    const rows = [["Status", badge(status)], ["Execution", `${short(execution)}: ${execution.id}`],
      ["Attempt", String(last.attempt)], ["Started", `${duration(begun)} (${calendar(run, begun)} UTC)`],
      over ? ["Ended", `${duration(since)}, after ${spell(since - begun)}`] : ["Running for", spell(ms - begun)],
      last.external && ["External id", last.external], over && last.summary && ["Summary", last.summary]];
    return [facts(rows.filter(Boolean)),
      over && last.error ? h("p", { class: "cs-trouble" }, `${last.error.code}: ${last.error.message}`) : null,
      over ? because(run, why) : null];
  }

  function facts(rows) {
    return h("dl", { class: "cb-facts" }, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  }

  function toldBuild(build, lines, ms) {
    const phases = build.phases.filter((phase) => phase[1] <= ms);
    const rows = phases.map(([name, begun, ended, status, said]) => {
      const over = ended !== null && ended <= ms;
      return h("tr", {}, h("th", { scope: "row" }, name),
        h("td", {}, name === "COMPLETED" ? "" : badge(over ? status : "IN_PROGRESS")),
        h("td", {}, over ? spell(ended - begun) : ""), h("td", {}, over ? said : ""));
    });
    const log = build.log.slice(Math.max(0, lines - LOG_LINES), lines).map((line) => line[1]).join("\n");
    return [h("table", {}, h("caption", {}, `Build ${build.project} #${build.number}`),
      h("thead", {}, h("tr", {}, ["Phase", "Status", "Took", "Message"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows)),
    h("p", { class: "cb-label" }, `Log (${lines} lines so far)`),
    h("pre", { class: "cb-log", tabindex: "0", role: "region", "aria-label": "Build log", "data-key": "log" }, log || " ")];
  }

  function toldDeployment(deployment, counts, ms) {
    const [, status, why] = held(deployment.moves, ms) || [0, null, -1];
    const notes = deployment.notes.filter((note) => note[0] <= ms);
    return [h("p", {}, h("strong", {}, `Deployment ${deployment.id}`), " ", badge(status), ` to ${deployment.application}/`,
      `${deployment.group}, ${deployment.config.replace("CodeDeployDefault.", "")}`),
    counts ? h("p", {}, overview(counts[1])) : null,
    deployment.error && likeness(status) !== "busy" && h("p", { class: "cs-trouble" },
      `${deployment.error.code}: ${deployment.error.message}`),
    because(run, why),
    notes.length ? h("details", {}, h("summary", { "data-key": "notes" }, notes.length === 1 ? "One decision on the way" : `${notes.length} decisions on the way`),
      h("ul", {}, notes.map((note) => h("li", {}, h("span", { class: "cs-mono" }, duration(note[0])), " ",
        run.reasons[note[2]][0], h("span", { class: "cs-quiet" }, ` (${run.reasons[note[2]][2]}: `,
          reference(run.reasons[note[2]][3]), ")"))))) : null];
  }

  function settings(action) {
    const rows = Object.entries(action.configuration);
    return rows.length ? h("details", {}, h("summary", { "data-key": "settings" }, "Configuration"), facts(rows)) : null;
  }

  return { root, load, draw: measured(root, draw) };
}

/** How many instances are in which status. */
function overview(counts) {
  const names = ["Pending", "In progress", "Succeeded", "Failed", "Skipped", "Ready"];
  return names.map((name, at) => [name, counts[at]]).filter(([, count]) => count).map(([name, count]) => `${name} ${count}`)
    .join(", ");
}

export default {
  async render({ model, el, signal }) {
    let clock = null;
    const board = pipelineBoard(() => clock);
    el.append(board.root);
    clock = await referred(model, "clock");
    const following = await follow(model, signal, board);
    return following.leave;
  },
};
