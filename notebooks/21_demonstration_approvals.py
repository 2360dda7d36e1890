# %% [markdown]
# # 21 Demonstration: four pushes, one pipeline, and a person
#
# Ten minutes in front of a class. Four changes are pushed within ten minutes, and each release has to be approved by a
# person. How many releases will there be? The same demonstration runs in a terminal: `codesuite demo approvals`.
#
# **Before the class**: run all cells once. Let the class write down its guess before you press *Play*.
#
# **What the class takes home.** After the ten minutes they will be able to
#
# - say how many executions a stage holds, and how many wait in front of it (one, and one: the newer takes the place of the
#   older);
# - work out how many releases come of a row of pushes, and with which changes;
# - say whom an approval holds up as long as nobody answers it.

# %% [markdown]
# ## What you say, and when
#
# The notes come with the demonstration, so that terminal and notebook say the same.

# %%
from IPython.display import Markdown

from sim.core.clock import format_duration
from sim.course.demos import demo

show = demo("approvals")
rows = [f"| {format_duration(note.at)} | {note.say} |" for note in show.notes]
Markdown("\n".join(["| at | say |", "|---|---|", *rows]))

# %% [markdown]
# ## The board
#
# The approvals are yours: under *Intervene*, or by the cells below.

# %%
flight = show.flight()
flight.board()

# %%
for key in show.keys:
    print(key.key, "–", key.does)

# %% [markdown]
# ### Let the class predict
#
# Nobody approves anything for twenty minutes. What becomes of the **second** execution?

# %%
from sim.widgets import Prediction

Prediction(flight, of="execution", number=2).view()

# %%
axes = flight.cloud.plot.timeline()

# %%
flight.cloud.tables.executions[["status", "started", "ended"]]

# %% [markdown]
# Who had to go, when, and why: ask the second execution.

# %%
second = flight.cloud.tables.executions["pipelineExecutionId"][1]
flight.cloud.explain(second)

# %% [markdown]
# ### Now approve, twice
#
# The first approval at 11 min 30 s, the second three minutes later. **Ask first**: how many deployments will there be, and
# how many of the four changes are in production then?

# %%
approved = show.flight()
approved.inject("11m30s", show.step("a"))
approved.inject("14m30s", show.step("a"))
approved.cloud.tables.executions[["status", "started", "ended"]]

# %%
for execution in approved.cloud.client("codepipeline").list_pipeline_executions(
    pipelineName="web"
)["pipelineExecutionSummaries"]:
    print(execution["status"], "·", execution["sourceRevisions"][0]["revisionSummary"])
print("deployments:", list(approved.cloud.tables.deployments["status"]))
print("builds:     ", list(approved.cloud.tables.builds["status"]))

# %% [markdown]
# **Say**: four builds, two releases, and all four changes are out. The fourth execution holds the newest commit, and with it
# the changes of the second and the third.
#
# ### And if Bob says no?

# %%
refused = show.flight()
refused.inject("11m30s", show.step("r"))
refused.cloud.tables.executions[["status", "started", "ended"]]

# %% [markdown]
# The first has `Failed`. The stage is free, and the fourth is asked for: it waits for an answer now.
#
# ### Who was asked
#
# The mails that went out in the approved run:

# %%
approved.cloud.tables.notifications[["at", "endpoint", "subject"]]

# %% [markdown]
# ## Questions that come
#
# - *"Can we release every change by itself?"* – Yes: a pipeline of type V2 in the mode `QUEUED`. Notebook 06 shows it.
# - *"How long does an approval wait?"* – Seven days, if nothing else is set; then it fails.
# - *"Can the developer approve the own change?"* – Whoever has the permission `codepipeline:PutApprovalResult` for that
#   action. The pipeline does not ask whose change it is (inferred: nothing of the kind is documented).
# - *"What if we want no releases in exam week?"* – Disable the transition into `Deploy`: key `d`, and `e` to open it.

# %% [markdown]
# ## For home
#
# [06 The pipeline and its executions](06_the_pipeline_and_its_executions.ipynb), and these questions:

# %%
from quizzes.widget import quiz

quiz(
    ids=[
        "pipeline-superseded-middle",
        "pipeline-approval-holds-stage",
        "operations-change-failure",
    ]
)
