# %% [markdown]
# # 20 Demonstration: a push to production, and what saves the day
#
# Ten minutes in front of a class. You project this notebook, play the board, and break things at the right moment. The
# same demonstration runs in a terminal: `codesuite demo rollback`.
#
# **Before the class**: run all cells once, then close the menu bar (*View* → *Simple Interface*) and make the browser's
# letters larger (*Ctrl* and *+*). Nothing is connected to AWS, so nothing can go wrong for real.
#
# **What the class takes home.** After the ten minutes they will be able to
#
# - say how early a deployment stops that goes one instance at a time, and what each instance holds then;
# - say what a rollback is: a new deployment, while the failed one stays failed;
# - tell apart a failure, an alarm and a stop by hand.

# %% [markdown]
# ## What you say, and when
#
# The notes come with the demonstration, so that terminal and notebook say the same.

# %%
from IPython.display import Markdown

from sim.core.clock import format_duration
from sim.course.demos import demo

show = demo("rollback")
rows = [f"| {format_duration(note.at)} | {note.say} |" for note in show.notes]
Markdown("\n".join(["| at | say |", "|---|---|", *rows]))

# %% [markdown]
# ## The board
#
# *Play*, *Pause*, or step to the next decision. Under *Intervene* you break an instance, turn the alarm red or stop the
# deployment, at the moment that the board shows. *Undo the last one* takes it back: everything before that moment stays
# the same.

# %%
flight = show.flight()
flight.board()

# %% [markdown]
# ## If you would rather prepare it
#
# The same faults by a key of the demonstration. `b` breaks `ValidateService` from that moment on.

# %%
for key in show.keys:
    print(key.key, "–", key.does)

# %% [markdown]
# ### Let the class predict
#
# Hands up, or one student at the keyboard: which revision will each instance hold in the end? CodeDeploy takes the instances
# in the order that is printed first; the second one in it is the first to fail.

# %%
from sim.widgets import Prediction

broken = show.flight()
broken.inject("3m", show.step("b"))
print(", ".join(target["name"] for target in broken.cloud.result()["deployments"][0]["targets"]))
Prediction(broken, of="revision").view()

# %%
axes = broken.cloud.plot.fleet()

# %%
broken.cloud.tables.deployments[
    ["creator", "status", "started", "ended", "succeeded", "failed", "skipped"]
]

# %% [markdown]
# **Say**: two deployments. The first is `Failed` and will always be. The second has the creator `codeDeployRollback`; it
# began with the instance that failed, and brought version 1 back to all six.
#
# ### Three ways to fail
#
# A failure, an alarm, a stop by hand: a rollback follows each of them here, because the group asks for all three. Only the
# status of the first deployment differs.

# %%
import pandas as pd

rows = []
for key in ["b", "a", "s"]:
    one = show.flight()
    one.inject("3m", show.step(key))
    first, second = one.cloud.result()["deployments"]
    rows.append(
        [
            key,
            first["status"],
            first["errorInformation"]["code"],
            second["creator"],
            second["status"],
        ]
    )
pd.DataFrame(
    rows, columns=["key", "first deployment", "because of", "second deployment by", "ends"]
)

# %% [markdown]
# ### Why?
#
# The last decision of the broken run, with its rule. *documented*: AWS says so. *inferred*: it follows, but is written
# down nowhere.

# %%
for deployment in broken.cloud.tables.deployments["deploymentId"]:
    for line in broken.cloud.explain(deployment).lines:
        if line.depth == 0:
            print(line)

# %% [markdown]
# ## Questions that come
#
# - *"Why did it not try the other instances?"* – Five of six must stay healthy with one at a time, and five are left.
# - *"Is the machine broken?"* – No. `Unhealthy` is a note of CodeDeploy's; the machine runs on.
# - *"What if the rollback fails?"* – Then it is `Failed`. There is no rollback of a rollback (inferred).
# - *"And the pipeline?"* – Its execution is `Failed`, although the website works again. Somebody has to push or to retry.

# %%
list(broken.cloud.tables.executions["status"])

# %% [markdown]
# ## For home
#
# [04 Failures and rollbacks](04_failures_and_rollbacks.ipynb) has it all with exercises. Two questions:

# %%
from quizzes.widget import quiz

quiz(ids=["inplace-rollback-is-new", "inplace-second-of-five"])
