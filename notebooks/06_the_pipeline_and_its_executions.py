# %% [markdown]
# # 06 The pipeline and its executions
#
# People push whenever they like. What does one pipeline do with three pushes in a minute? This notebook is about the
# order of things: who waits, who is overtaken, who is stopped. You need about 35 minutes.
#
# **You will be able to**
#
# - say what superseded, queued and parallel executions are, and choose between them;
# - work out when a stage ends whose actions run side by side;
# - retry a failed stage, and say when that is no longer possible;
# - stop an execution in two ways, and close the way into a stage;
# - say what an approval holds up, and for how long.
#
# Some words first:
#
# - An **execution** is one run of a pipeline with one revision of the source.
# - A **stage** is **locked** while an execution is in it.
# - The **inbound transition** is the way into a stage. It can be closed.
# - **Superseded**: a newer execution took the place of this one while it was waiting.
#
# What happens stands folded under each **Predict**: say what you expect, run the cells, then click *After the run*.

# %% [markdown]
# ## Three executions in a minute
#
# `three-stages` is a pipeline and nothing else: Source takes 10 seconds, Build 100, Deploy 50. (What the actions do is
# replaced by durations, so that only the order is left.) Executions start at 0, 30 and 60 seconds.
#
# **Predict** what becomes of the **second** execution, and of each of its actions: mark it below, then look.

# %%
import pandas as pd

from quizzes.widget import predict
from sim import Cloud
from sim.widgets import Flight

pd.set_option("display.max_colwidth", None)  # show messages in full
race = Flight("three-stages")
predict(race, of="execution", number=2)

# %%
race.board()

# %%
axes = race.cloud.plot.timeline()

# %%
race.cloud.tables.executions[["status", "started", "ended"]]

# %% [markdown]
# **Explain**: ask the second execution.

# %%
second = race.cloud.tables.executions["pipelineExecutionId"][1]
race.cloud.explain(second)

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# The rules of the default mode, `SUPERSEDED`, all documented:
#
# - A stage holds **one** execution. It is locked until this one is through, has failed or was stopped.
# - In front of a locked stage **one** execution waits. A newer one takes its place; the older becomes `Superseded`.
# - Superseding happens only **between** stages. An execution *inside* a stage is never superseded.
#
# Nothing is lost by it: the newer execution holds the newer commit, and with it all earlier changes. `Superseded` is no
# failure; it raises no alarm and no rule for `FAILED`. But the change is not **released by itself**.
#
# </details>
#
# ### The other two modes
#
# A pipeline of type `V2` may choose another mode. **Predict** for `QUEUED` and for `PARALLEL`: how many executions succeed,
# and when does the last one end?

# %%
ends = {}
for mode in ["SUPERSEDED", "QUEUED", "PARALLEL"]:
    cloud = Cloud()
    cloud.load("three-stages", parameters={"Mode": mode})
    cloud.run()
    executions = cloud.tables.executions
    ends[mode] = [f"{one.status} at {one.ended:g} s" for one in executions.itertuples()]
pd.DataFrame(ends, index=["first", "second", "third"])

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# | mode | in front of a locked stage | good for |
# |---|---|---|
# | `SUPERSEDED` (default) | only the newest waits | only the newest state matters |
# | `QUEUED` (V2) | all wait, in their order | every change must be released by itself |
# | `PARALLEL` (V2) | there are no locks | executions that do not touch the same thing |
#
# In `PARALLEL` a later execution may overtake an earlier one, so an older version may be deployed **after** a newer one
# (inferred: AWS says that there are no locks, and draws no conclusion).
#
# </details>

# %% [markdown]
# ## Actions side by side
#
# > Course: "Each stage can have sequential actions and / or parallel actions"
#
# Holds: the number `runOrder` decides. Equal numbers start together. The next number starts when **all** of the lower
# number have succeeded. In the scenario `java-release` the stage `Test` has two actions. **Predict**: when does the stage
# end?

# %%
from sim import run

java = run("java-release")
declaration = java.client("codepipeline").get_pipeline(name="java-service")["pipeline"]
for stage in declaration["stages"]:
    print(stage["name"], [(action["name"], action["runOrder"]) for action in stage["actions"]])

# %%
actions = java.tables.actions
actions[actions["stage"] == "Test"][["action", "started", "ended", "duration"]]

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# Both start at the same second; the stage ends with the slower one.
#
# </details>
#
# If one fails, the other goes on to its end, and the stage fails **then**, not at the first failure:

# %%
both = Flight("java-release")
names = list(actions[actions["stage"] == "Test"]["action"])[:2]
both.inject("0s", {"action": f"Test/{names[0]}", "execution": [1], "takes": "10s", "fails": True})
table = both.cloud.tables.actions
table[table["stage"] == "Test"][["action", "status", "started", "ended"]].head(2)

# %% [markdown]
# `flight.inject(at, rule)` has broken the first action; everything else is as before.
#
# ## A stage fails: retry it
#
# > Course: "If CodePipeline fails a stage, your pipeline stops and you can get information in the console"
#
# Not quite: the **execution** ends in that stage; the stage is free for the next one. Somebody may retry the stage: the
# same execution goes on, with the same artifacts. In this scenario the first deployment fails, and Bob retries `Deploy`.

# %%
retried = run("retry-deploy")
retried.tables.actions[["stage", "action", "attempt", "status", "started", "ended"]]

# %% [markdown]
# Nothing was built again, and the execution has kept its id.
#
# ### Too late
#
# The first of our three executions fails in `Build` at 110 seconds. The third has been waiting in front of it. **Predict**:
# can the first be retried five minutes later?

# %%
broken = Flight("three-stages")
broken.inject("0s", {"action": "Build/*", "execution": [1], "takes": "100s", "fails": True})
pipeline = broken.cloud.client("codepipeline")
first, second, third = broken.cloud.tables.executions["pipelineExecutionId"]
print(list(broken.cloud.tables.executions["status"]))

for execution in [first, second]:
    try:
        pipeline.retry_stage_execution(
            pipelineName="shop",
            stageName="Build",
            pipelineExecutionId=execution,
            retryMode="FAILED_ACTIONS",
        )
    except pipeline.exceptions.ClientError as error:
        print(error)

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# The third has entered the stage since, so the first is refused: otherwise an old version would come after a newer one.
# And what was superseded has never been in the stage.
#
# </details>

# %% [markdown]
# ## Stopping an execution
#
# `StopPipelineExecution` has two ways. **Stop and wait**: what is running may end, nothing new begins. **Stop and
# abandon**: the pipeline stops looking. **Predict** the status of the action `Compile` and the time of the end, for each.

# %%
rows = []
for abandon in [False, True]:
    cloud = Cloud()
    cloud.load("three-stages")
    pipeline = cloud.client("codepipeline")
    cloud.run(until="50s")
    running = cloud.tables.executions["pipelineExecutionId"][0]
    pipeline.stop_pipeline_execution(
        pipelineName="shop", pipelineExecutionId=running, abandon=abandon, reason="a wrong colour"
    )
    asked = pipeline.get_pipeline_execution(pipelineName="shop", pipelineExecutionId=running)[
        "pipelineExecution"
    ]
    cloud.run()
    table = cloud.tables.actions
    compile_ = table[
        (table["pipelineExecutionId"] == running) & (table["action"] == "Compile")
    ].iloc[0]
    ended = cloud.tables.executions["ended"][0]
    rows.append(
        [
            abandon,
            asked["status"],
            compile_["status"],
            ended,
            list(cloud.tables.executions["status"]),
        ]
    )
pd.DataFrame(
    rows, columns=["abandon", "right after the call", "action Compile", "ended", "all executions"]
)

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# - With *stop and wait*, the execution is `Stopping` until the build has ended at 110 seconds.
# - With *abandon*, it is over at once and the action is `Abandoned`. **The build itself goes on**: nobody has told CodeBuild.
#   The stage is free at 50 seconds, so the second execution gets in before the third comes: nobody is superseded.
#
# </details>

# %% [markdown]
# ## Closing the way into a stage
#
# No releases in exam week: close the inbound transition of `Deploy`. **Predict** what becomes of the three executions, and
# which one is released when the way is opened again.

# %%
closed = Cloud()
closed.load("three-stages")
pipeline = closed.client("codepipeline")
way = {"pipelineName": "shop", "stageName": "Deploy", "transitionType": "Inbound"}
pipeline.disable_stage_transition(**way, reason="exam week")
closed.run()
print(list(closed.tables.executions["status"]))

deploy = pipeline.get_pipeline_state(name="shop")["stageStates"][2]
print(
    "waits:",
    deploy["inboundExecution"]["pipelineExecutionId"],
    "·",
    deploy["inboundTransitionState"]["disabledReason"],
)

# %%
pipeline.enable_stage_transition(**way)
closed.run()
closed.tables.executions[["status", "started", "ended"]]

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# Building goes on; only the newest waits in front of the closed way, and it is released when the way opens.
#
# </details>
#
# ### Exercise: only the first
#
# The first execution shall be released, and nothing after it. Let the clock run to the right moment, then close the way
# into `Deploy`. Change the time.

# %%
mine = Cloud()
mine.load("three-stages")
mine.run(until="10s")  # change this time
mine.client("codepipeline").disable_stage_transition(**way, reason="one is enough")
mine.run()
mine.expect(
    'pipelines[0].executions[*].status == `["Succeeded", "Superseded", "InProgress"]`',
    "length(pipelines[0].executions[?stages[2].status == 'Succeeded']) == `1`",
    hint="the first enters Deploy at 110 s and the third would at 210 s; executions already inside are not touched",
)

# %% [markdown]
# ## Approvals hold a stage
#
# An approval is an action that waits for a person. As long as it waits, its stage is locked. Who never answers?
#
# > Course: "Manual approval can be defined at any stage"
#
# Not quite: at any stage but the first. And an answer that never comes fails the action, after seven days if nothing else
# is set. **Predict** the status of the execution then: `Failed`, `Stopped` or `Superseded`?

# %%
unanswered = run("approval-timeout")
unanswered.tables.actions[["stage", "action", "status", "started", "ended"]]

# %%
print("days:", round(unanswered.tables.executions["ended"][0] / 86_400, 2))
print(list(unanswered.tables.executions["status"]))
for line in unanswered.explain(unanswered.tables.executions["pipelineExecutionId"][0]).lines:
    if "Approve" in line.subject:
        print(line)

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# `Failed`: an approval that nobody answers in time fails its action, and with it the execution.
#
# </details>
#
# And if the approver refuses? The reason that was given stands in the action:

# %%
refused = run("approval-rejected")
action = refused.result()["pipelines"][0]["executions"][0]["stages"][2]["actions"][0]
action["status"], action["errorDetails"]

# %% [markdown]
# ### Exercise: approve in time
#
# The flight `approval-timeout` waits for seven days. Add a step that approves on the second day; find the names of stage
# and action in the table above.

# %%
waiting = Flight("approval-timeout")
# waiting.inject("1d2h", {"approve": {"pipeline": "web", "stage": …, "action": …, "by": "bob", "result": "Approved"}})
waiting.cloud.expect(
    "pipelines[0].executions[0].status == 'Succeeded'",
    "pipelines[0].executions[0].ended > `86400`",
    "pipelines[0].executions[0].ended < `172800`",
    hint='the stage is "Release" and the action "Approve"; the second day is from 86400 to 172800 seconds',
)

# %% [markdown]
# ## A pipeline that is changed under way
#
# > Course: "Ex: you can create events for cancelled stages"
#
# A stage becomes `CANCELED` when somebody changes the pipeline while an execution is in it. **Predict** what a change of
# the pipeline at 20 seconds does to the first execution.

# %%
changed = Cloud()
changed.load("three-stages")
pipeline = changed.client("codepipeline")
changed.run(until="20s")
pipeline.update_pipeline(pipeline=pipeline.get_pipeline(name="shop")["pipeline"])
changed.run()
print(list(changed.tables.executions["status"]))
for event in changed.result(events=True)["events"]:
    if event["detail"].get("state") == "CANCELED":
        print(event["time"][11:19], event["detail-type"], event["detail"].get("stage", ""))

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# What is running may end; then the execution is `Cancelled` (with two L in the API, one in events). The others went on
# with the new declaration.
#
# </details>
#
# ### Exercise: how each one ended
#
# Six executions have six stories; a status may come twice. Match them: write the status you expect in place of each `?`.

# %%
answers = {
    "a newer one took its place while it waited": "?",
    "its approval was refused": "?",
    "somebody stopped it": "?",
    "the pipeline was changed under it": "?",
    "its only build failed": "?",
    "it was retried, and all went well": "?",
}
seen = {
    "a newer one took its place while it waited": race.cloud.tables.executions["status"][1],
    "its approval was refused": refused.tables.executions["status"][0],
    "somebody stopped it": rows[0][4][0],
    "the pipeline was changed under it": changed.tables.executions["status"][0],
    "its only build failed": run("failing-test").tables.executions["status"][0],
    "it was retried, and all went well": retried.tables.executions["status"][0],
}
wrong = [text for text in answers if answers[text] != seen[text]]
print("Solved." if not wrong else f"Not solved yet. Look at: {', '.join(wrong)}")

# %% [markdown]
# ## Quiz

# %%
from quizzes.widget import quiz

quiz(
    ids=[
        "pipeline-superseded-middle",
        "pipeline-superseded-inside",
        "pipeline-run-order",
        "pipeline-sibling-fails",
        "pipeline-retry-too-late",
        "pipeline-abandon",
        "pipeline-approval-holds-stage",
        "pipeline-task-all-three",
    ]
)

# %% [markdown]
# ## What is next
#
# [12 Bring your own files](12_bring_your_own_files.ipynb): your buildspec, your AppSpec file, your template.
