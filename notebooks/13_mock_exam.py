# %% [markdown]
# # 13 Mock exam and review plan
#
# First you take a short exam. Then you look at what it says about you, and make a plan of what to learn again. You need 20
# to 40 minutes for the short one.
#
# **You will be able to**
#
# - take an exam under its real rules: a clock, no answers before the end;
# - read a result: by domain, with its uncertainty;
# - see which wrong beliefs your answers have shown;
# - mend a rollback setting that looks right, and let the simulator check it;
# - learn with spaced repetition: what you know comes later and later, what you do not know comes soon.
#
# Some words first:
#
# - **AWS Certified Developer – Associate** has the code `DVA-C02`, **DevOps Engineer – Professional** has `DOP-C02`.
# - A **domain** is a part of the exam with a weight; a **task** is a part of a domain.
# - **Mock** means: made to be like it, but not it. The questions here are written from the documentation. They are not, and
#   must not be, questions of the real exam.

# %% [markdown]
# ## What the exams ask

# %%
import pandas as pd

from quizzes import blueprints

rows = []
for exam_code, blueprint in blueprints.exams().items():
    for domain in blueprint.domains.values():
        rows.append([exam_code, domain.title, domain.weight, ", ".join(domain.tasks) or "–"])
pd.DataFrame(rows, columns=["exam", "domain", "weight in %", "tasks that this course is about"])

# %%
pd.DataFrame(
    [[code, one.questions, one.minutes, one.passing] for code, one in blueprints.exams().items()],
    columns=["exam", "questions", "minutes", "passing score (100 to 1000)"],
)

# %% [markdown]
# This course is about the developer tools, so only some domains are covered. A mock exam here takes its questions from
# these, with their weights. Some rules of the real exam hold here as well:
#
# - an answer is right or wrong, there are no half points; for "choose two" both must be right;
# - a question without an answer counts as wrong, and a wrong answer costs nothing more: so **always guess**;
# - you may mark a question and come back to it.
#
# The real result is a number from 100 to 1000. How AWS works it out of your answers is not published. So you get a percent
# here, with its uncertainty: ten questions say little, sixty-five say more.

# %% [markdown]
# ## A short exam
#
# Ten questions, twenty minutes. It begins when you press the button. **Predict** your result first, in percent, and
# write it down.
#
# It can be taken by keyboard alone: *Tab* goes on to the next control, arrow keys or *Space* choose, *Enter* presses a
# button. If you close the notebook, the exam goes on where you left it; its clock does not stand still.

# %%
from quizzes.widget import exam

exam("DVA-C02", questions=10, minutes=20)

# %% [markdown]
# For the full exam, with 65 questions and 130 minutes, write `exam("DVA-C02")`; for the professional one,
# `exam("DOP-C02")`.

# %% [markdown]
# ## What your answers say
#
# Everything that you have answered in this course is kept in one file on your computer.

# %%
from quizzes import load
from quizzes.command import LEARNER
from quizzes.progress import Progress, default_path

print(default_path())
progress = Progress(default_path())
bank = load()
topics = {question.id: question.topic for question in bank.questions}

answered = pd.DataFrame(progress.grades(), columns=["learner", "at", "question", "right"])
answered = answered[answered["learner"] == LEARNER]
answered = answered[
    ~answered["question"].str.startswith("prediction:")
]  # they show beliefs: see below
answered["topic"] = answered["question"].map(
    lambda name: topics.get(name, name.partition("#")[0])
)
by_topic = (
    answered.groupby("topic")["right"].agg(answers="count", right="mean").sort_values("right")
)
by_topic if len(
    by_topic
) else "Nothing answered yet: take the short exam, or any quiz of this course."

# %% [markdown]
# `right` is a share: 1.0 means that all answers were right. Few answers in a topic mean that the number says little.
#
# ### Beliefs that were wrong
#
# Most wrong options are not just any mistake. They are what somebody would say who **believes** something that is not so.
# Here is what your answers have shown, most often first.

# %%
from quizzes import generate

meanings = generate.beliefs() | dict(bank.misconceptions)
shown = sorted(progress.misconceptions(LEARNER).items(), key=lambda item: -item[1])
for name, times in shown[:10]:
    print(f"{times} times: {meanings.get(name, name)}   [{name}]")
if not shown:
    print("None so far.")

# %% [markdown]
# ## Your plan
#
# 1. Take the topic with the smallest share, and the notebook that belongs to it:
#
# | topics | notebook |
# |---|---|
# | `codecommit.*`, `events.*`, `sns.*`, `iam.*`, `cloudtrail.*` | 01 From a push to a pipeline |
# | `codebuild.*` | 02 What a build does |
# | `codedeploy.deployment-config`, `.hooks`, `.agent`, `.appspec`, `.lifecycle`, `.targets` | 03 CodeDeploy in place |
# | `codedeploy.rollback`, `.instance-health` | 04 Failures and rollbacks |
# | `codepipeline.*` | 06 The pipeline and its executions |
# | any other | none yet: read the lesson and the pages named after each answer |
#
# 2. Practise on that topic. The cell takes your weakest one, or a topic that you write into it.

# %%
from quizzes.widget import quiz

weakest = by_topic.index[0] if len(by_topic) else "codedeploy.rollback"
print("topic:", weakest)
quiz(topic=weakest, n=5)

# %% [markdown]
# 3. Drill a wrong belief: several questions on the same mistake, until it is gone. Write the name that stands in brackets
#    above.

# %%
belief = shown[0][0] if shown else "any-failure-fails"
print(belief, "–", meanings.get(belief, ""))
quiz(misconception=belief, n=5)

# %% [markdown]
# 4. Then do it with your hands. A question that is **proved** has no options: you write settings, the simulator runs them,
#    and the run decides.

# %%
quiz(ids=["inplace-task-bring-back"])

# %% [markdown]
# ### Exercise: rollback is on, and nothing comes back
#
# Somebody has switched rollback on for this group: `enabled` is `True`. Yet the release of Alice fails, and the fleet stays
# mixed. Mend the setting so that a **failure** brings the last good revision back. An alarm should still do so too; who
# stops a deployment by hand wants to look at it first, so a stop must bring nothing back.

# %%
import json

from sim import Cloud

my_rollback = {"enabled": True, "events": ["DEPLOYMENT_STOP_ON_ALARM"]}  # change this

cloud = Cloud()
cloud.load("validate-fails")
codedeploy = cloud.client("codedeploy")
codedeploy.update_deployment_group(
    applicationName="web",
    currentDeploymentGroupName="production",
    autoRollbackConfiguration=my_rollback,
)
cloud.run()

events = json.dumps(my_rollback["events"])
cloud.expect(
    'deployments[*].creator == `["user", "codeDeployRollback"]`',
    f"contains(`{events}`, 'DEPLOYMENT_STOP_ON_ALARM')",
    f"!contains(`{events}`, 'DEPLOYMENT_STOP_ON_REQUEST')",
    hint="which event is it when a deployment ends as Failed? Notebook 04 has a table of three",
)

# %% [markdown]
# <details><summary>Solution</summary>
#
# `my_rollback = {"enabled": True, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]}`. A group rolls back on the
# events that it names, and on no others.
#
# </details>

# %% [markdown]
# ## Come back tomorrow
#
# What you answered comes back after a while: soon if it was wrong, later and later if it was right. Run this cell each
# day; it takes five minutes. In a terminal it is `codesuite quiz --mode review`.

# %%
from quizzes.widget import review

review(n=10)

# %%
due = pd.Series([card.due for card in progress.cards(LEARNER)], dtype="int64")
days = pd.to_datetime(due, unit="ms").dt.date.value_counts().sort_index()
days if len(days) else "Nothing is planned yet."

# %% [markdown]
# ## What is next
#
# A good sign that you are ready: you can say **why** each wrong option is wrong. Go back to the notebooks with *Prove it*,
# change the scenarios, and try to make the simulator contradict you.
