# %% [markdown]
# # 00 Start here
#
# This is a flight simulator for the AWS developer tools: CodeCommit, CodeBuild, CodeDeploy and CodePipeline. You practise
# here what would take hours and money on AWS: releases, failures, rollbacks. Nothing leaves your computer, no AWS account
# is needed, and nothing that you break is broken for real. This notebook takes about 20 minutes.
#
# **You will be able to**
#
# - run a notebook, and start it anew;
# - play a run, step through it and break something in it;
# - ask the simulator why something happened;
# - push a change yourself.

# %% [markdown]
# ## How to use a notebook
#
# A notebook has **cells**. Grey cells are Python code. Click into one and press **Shift + Enter**: the cell runs, its
# result stands below, and the next cell is chosen. You need not know much Python: the code is short, and mostly you change
# a word or a number.
#
# - Run the cells **from the top**. Later cells need the earlier ones.
# - You may change every cell and run it again.
# - **Nothing works any more?** Menu *Kernel* → *Restart Kernel*, then run from the top. Your changes in the cells stay; only
#   what was in memory is gone.
# - Want a notebook as it came? Delete or rename your file, and start `codesuite lab` again: it copies what is missing, and
#   never writes over your work.
#
# One habit makes the difference: **predict, run, explain**. Say what you expect *before* you run a cell. Then look. Where
# you were wrong, ask why. This is how one learns what no text can teach.

# %% [markdown]
# ## The first flight
#
# A small library has a website on three servers. Alice changes its first page and pushes the change. What happens then?
#
# **Predict**: who has to press a button until the change is on all three servers? Alice only? An operator too?

# %%
from sim.widgets import Flight

flight = Flight("first-release")
flight.board()

# %% [markdown]
# When a cell has run, JupyterLab goes to the next one, and the top of the board may be out of sight: scroll up a little.
# Then press **Play**. From the top:
#
# 1. **The clock.** Time is *virtual*: the run takes three and a half minutes in the world of the simulator, and as long as
#    you like here. *Next decision* goes to the next moment at which something is decided; the slider goes to any moment,
#    forwards and backwards; *Speed* says how fast it plays. *All decisions* is the list of them: click one to go there.
# 2. **The pipeline.** A change goes from stage to stage: *Source*, *Build*, *Deploy*. Click an action to see what it did.
# 3. **The fleet.** Each tile is a server (an *instance*): which version it has, whether it is healthy, and what goes on
#    there now. At first it says *Unhealthy*: nothing was ever deployed there, so nothing can be well. A tile tells more
#    when you click it.
# 4. **Intervene.** Break something at the moment shown. More below.
# 5. **Mails.** What people got.
#
# When you restart the kernel (the program behind the notebook), or open the notebook again another day, boards and
# questions have lost their memory, even where they still show something. In the place of a board you may read *Error
# displaying widget: model not found*: nothing is broken, it is just this. Run the cells again, from the top: *Run*, then
# *Run All Cells*.
#
# ### With the keyboard
#
# Press *↑* to go back to the cell with the board, then *Tab* into it.
# *Tab* goes from one control to the next, *Enter* or *Space* presses a button, the arrow keys move the slider or go from
# tile to tile, *Esc* closes details. State is never told by colour alone: each has its word or sign.
#
# ## What happened
#
# The run in numbers. Times are seconds since the start.

# %%
flight.cloud.tables.actions[["stage", "action", "status", "started", "ended"]]

# %%
axes = flight.cloud.plot.timeline()

# %% [markdown]
# Alice only. Her push became an **event**; a **rule** saw it and started the **pipeline**; **CodeBuild** tested and built the
# website; **CodeDeploy** put it on one server after the other; and the manager got a mail:

# %%
flight.cloud.tables.notifications[["at", "endpoint", "message"]].iloc[0].to_dict()

# %% [markdown]
# ## Ask why
#
# Every decision has a reason, and every reason its source. *documented* means that AWS says so; *inferred* means that it
# follows from what AWS says, but is written down nowhere. The simulator never hides this difference.

# %%
execution = flight.cloud.tables.executions["pipelineExecutionId"][0]
flight.cloud.explain(execution)

# %% [markdown]
# ## Break something
#
# CodeDeploy takes `web-2` first, then `web-3`, then `web-1` (the numbers in the next table's column `position`).
# **Predict**: on `web-3` the new website does not answer. Will `web-1` get the new version all the same? And what does the
# manager's mail say?
#
# In the board you choose *Intervene*, at the moment shown. In Python it is one call: from 2 minutes 45 seconds on, the check
# on `web-3` fails. Everything before that moment stays exactly the same.

# %%
broken = Flight("first-release")
broken.inject(
    "2m45s",
    {"hook": "ValidateService", "instances": ["web-3"], "fails": True, "message": "no answer"},
)
broken.cloud.tables.targets[["position", "name", "status"]]

# %%
broken.board()

# %%
axes = broken.cloud.plot.fleet()

# %%
print(broken.cloud.tables.notifications["message"][0])

# %% [markdown]
# The release stopped at the first failure. The third server was never touched (`Skipped`): it still has nothing, as this was
# the very first release. Notebook 04 is about what to do then.
#
# `broken.undo()` takes the intervention back. And whatever you did can be kept: it is a **scenario**, a text that can be
# run again, with the same result to the last second. (It names its template and its application by their place on this
# computer. `codesuite copy first-release FOLDER` in a terminal gives you all of them in one folder, to take along.)

# %%
print(broken.scenario_yaml())

# %% [markdown]
# ## Push a change yourself
#
# `Cloud()` is an account of your own. `cloud.client("codecommit")` is a real boto3 client (boto3 is AWS's own library for
# Python): the same calls work against AWS. Change the text, run the cell, and read the table: one row for each run of the
# pipeline.

# %%
from sim import Cloud

my_page = "# The library by the harbour\n"


def push(codecommit, path, text):
    """One file, changed on top of the newest commit of the branch main."""
    branch = codecommit.get_branch(repositoryName="web", branchName="main")["branch"]
    try:
        codecommit.put_file(
            repositoryName="web",
            branchName="main",
            filePath=path,
            fileContent=text.encode(),
            parentCommitId=branch["commitId"],
        )
    except codecommit.exceptions.SameFileContentException:
        print(path, "has this text already: nothing is pushed")


cloud = Cloud()
cloud.load("library")
push(cloud.client("codecommit"), "src/index.md", my_page)
cloud.run()
cloud.tables.executions[["status", "started", "ended", "trigger"]]

# %% [markdown]
# `cloud.run()` lets the clock go on until nothing is left to do.
#
# ### Exercise: twice
#
# Push a **second** change after the first has arrived. The file `src/hours.md` is a good one to change. The cell makes a
# new world each time, so you may run it as often as you like. (`CloudWatchEvent` in the check is what the API calls a start
# by a push.)

# %%
cloud = Cloud()
cloud.load("library")
codecommit = cloud.client("codecommit")
push(codecommit, "src/index.md", my_page)
cloud.run()
# Your second push goes here.
cloud.run()
cloud.expect(
    'pipelines[0].executions[*].status == `["Succeeded", "Succeeded"]`',
    'pipelines[0].executions[*].trigger.triggerType == `["CloudWatchEvent", "CloudWatchEvent"]`',
    "length(deployments) == `2`",
    hint="call push as above, with another path and another text",
)

# %% [markdown]
# A cell like this one checks your work: ✓ holds, ✗ does not yet, and then it says what stands there instead. What is
# checked is written in JMESPath, the language of the AWS CLI's `--query`: `executions[*].status` is the status of every
# execution, and what stands between backquotes is a number or a list.

# %% [markdown]
# ## Quizzes
#
# Each notebook ends with questions. After each answer you read why each option is right or wrong. Where the simulator can
# decide a question, *Prove it* runs it before your eyes; the last one here has that button.

# %%
from quizzes.widget import quiz

quiz(ids=["course-01-run-tests", "course-14-validate", "inplace-hook-fails"])

# %% [markdown]
# Your answers are kept in one file on this computer, so that the questions you got wrong come back:

# %%
from quizzes.progress import default_path

print(default_path())

# %% [markdown]
# Delete that file, and everything begins anew. Several people at one computer: `quiz(learner="alice")`.

# %% [markdown]
# ## The way through the course
#
# | notebook | what about | minutes |
# |---|---|---|
# | [01 From a push to a pipeline](01_from_push_to_pipeline.ipynb) | repository, events, rules, artifacts, approvals, mails | 40 |
# | [02 What a build does](02_what_a_build_does.ipynb) | phases, variables, cache, logs | 30 |
# | [03 CodeDeploy in place](03_codedeploy_in_place.ipynb) | agent, AppSpec, how many at a time | 40 |
# | [04 Failures and rollbacks](04_failures_and_rollbacks.ipynb) | what is left, and how to get out | 40 |
# | [06 The pipeline and its executions](06_the_pipeline_and_its_executions.ipynb) | superseded, retry, stop, approvals | 35 |
# | [11 The what-if lab](11_what_if_lab.ipynb) | how long, how often, how much: many runs compared | 40 |
# | [12 Bring your own files](12_bring_your_own_files.ipynb) | your buildspec, AppSpec, template | 35 |
# | [13 Mock exam and review](13_mock_exam.ipynb) | how far you are, and a plan | 40 |
# | [20](20_demonstration_rollback.ipynb), [21](21_demonstration_approvals.ipynb) | demonstrations for teachers | 10 each |
#
# Beside your notebooks there is a text about these services, written some years ago: the *course text*. It is quoted in the
# notebooks, line by line, and beside each line stands what holds today. Some of it is **dated**: true when it was written,
# and not any more.
#
# In a terminal, the same things are there as commands: `codesuite run first-release`, `codesuite quiz`, `codesuite check`.

# %% [markdown]
# ## Glossary
#
# | word | meaning |
# |---|---|
# | **action** | one piece of work in a stage: fetch, build, approve, deploy |
# | **agent** | the program on each instance that carries out deployments |
# | **alarm** | watches a number; is `OK`, `ALARM` or `INSUFFICIENT_DATA` |
# | **AppSpec file** | `appspec.yml` in a bundle: which files go where, which scripts run when |
# | **artifact** | a zip file that one action makes and a later one takes; lies in S3 |
# | **buildspec** | `buildspec.yml`: the commands of a build |
# | **bundle** | a revision packed for CodeDeploy, mostly a zip file in S3 |
# | **commit, branch, push** | a change; a name for the newest commit of a line of work; to send commits to the repository |
# | **deployment** | one attempt to bring one revision to a group of instances |
# | **deployment configuration** | how many instances must stay healthy meanwhile |
# | **deployment group** | the instances that a deployment goes to |
# | **event, rule, target** | a message that something has happened; what to look for; whom to tell |
# | **execution** | one run of a pipeline |
# | **fleet, instance** | all machines together; one of them |
# | **healthy** | the last deployment to this instance succeeded (this is CodeDeploy's meaning) |
# | **hook, lifecycle event** | a place where your script runs; a step of a deployment on an instance |
# | **IAM, role, policy** | who may do what; an identity that is taken on for a while; the text that says what is allowed |
# | **pipeline, stage** | the way of a change to production; a part of that way |
# | **project** (build project) | the description of a build: source, image, role |
# | **revision** | one version of the code or of the application |
# | **rollback** | a new deployment that brings an earlier revision back |
# | **scenario** | a world and a story: what is there, what happens, how long it takes |
# | **SNS, topic, subscription** | the service that sends messages; an address; who wants to get them |
# | **superseded** | a newer execution took the place of this one while it waited |

# %% [markdown]
# ## What is next
#
# [01 From a push to a pipeline](01_from_push_to_pipeline.ipynb).
