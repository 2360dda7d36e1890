# %% [markdown]
# # 04 Failures and rollbacks
#
# Deployments fail. What is on each instance then? Who repairs it? This notebook is about the answers that people get wrong
# most often. You need about 40 minutes.
#
# **You will be able to**
#
# - say which revision each instance has after a failed deployment, and why;
# - read the three things that CodeDeploy keeps about an instance: revision, revision health, instance health;
# - say what a rollback really does, what it brings back, and what it does not;
# - stop a deployment by hand and by an alarm, and know the difference to a failure;
# - get a fleet out of trouble, also past a broken `ApplicationStop`.
#
# Some words first:
#
# - A **rollback** is a deployment that brings an earlier revision back.
# - **Last known good**: the revision of the group's last *successful* deployment.
# - An **alarm** (Amazon CloudWatch) watches a number, such as errors per minute. Its state is `OK`, `ALARM` or
#   `INSUFFICIENT_DATA` (too little is known).
# - A **lifecycle event** is one step of a deployment on an instance. `Install` copies the files; `ValidateService` is the
#   last one and runs your script that asks: does it work?
#
# In tables, times are seconds since the start: `139.782` is what a board calls 0:02:20 and an explanation 2m20s (rounded).
# `NaN` ("not a number") means that there is nothing to show. What happens stands folded under each **Predict**: say what
# you expect, run the cells, then click *After the run*.

# %% [markdown]
# ## A deployment fails on the second instance
#
# Three instances run version 1. Alice pushes a new version. One instance at a time gets it (`OneAtATime`), and on the
# second one `ValidateService` fails. Nobody has asked for a rollback. CodeDeploy takes the instances in the order `web-2`,
# `web-3`, `web-1`: among instances that are alike, luck decides.
#
# **Predict**: which revision will each instance hold in the end? Mark every one, then press the button.

# %%
import pandas as pd

from quizzes.widget import predict
from sim.widgets import Flight

pd.set_option("display.max_colwidth", None)  # show messages in full
failing = Flight("validate-fails")
predict(failing, of="revision")

# %% [markdown]
# Now watch it. The board plays the run: *Play*, or step from decision to decision. Tiles are instances.

# %%
failing.board()

# %% [markdown]
# The same run as a picture and as a table.

# %%
axes = failing.cloud.plot.fleet()

# %%
failing.cloud.tables.targets[["position", "name", "status", "started", "ended"]]

# %% [markdown]
# **Explain.** Why did it stop there?

# %%
deployment = failing.cloud.result()["deployments"][0]
for line in failing.cloud.explain(deployment["deploymentId"]).lines:
    if line.depth < 2:  # the deployment and its instances, without the single events
        print(line)

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# One failure is enough here: with one at a time, two of three must stay healthy, and two are left.
#
# - The **first** instance has the new version and keeps it. Nothing takes it back.
# - The **second** failed *after* the new files had been copied: `Install` comes before `ValidateService`.
# - The **third** was never touched. Its status is `Skipped`, and it has the old version.
#
# So the fleet is **mixed**: visitors get one version or the other. A failed deployment undoes nothing.
#
# </details>

# %% [markdown]
# ## What CodeDeploy knows about an instance
#
# Three different things, and one more that is not CodeDeploy's.


# %%
def version(address, newer):
    """A short name for the address of a revision in S3."""
    if address.endswith(newer):
        return "version 2"
    return "version 1" if address.endswith("production/1.zip") else "a later one"


def instances(cloud):
    """What CodeDeploy knows about each instance. The first deployment brings version 2."""
    newer = cloud.result()["deployments"][0]["revision"]["s3Location"]["key"]
    table = cloud.tables.fleet[["name", "revision", "revisionHealth", "instanceHealth"]].copy()
    table["revision"] = [version(address, newer) for address in table["revision"]]
    return table


cloud = failing.cloud
fleet = instances(cloud)
answer = cloud.client("ec2").describe_instances()
states = {
    one["InstanceId"]: one["State"]["Name"]
    for group in answer["Reservations"]
    for one in group["Instances"]
}
fleet["EC2 state"] = cloud.tables.fleet["instanceId"].map(states)
fleet["page"] = [cloud.files(name)["/var/www/web/version.txt"].strip() for name in fleet["name"]]
fleet

# %% [markdown]
# | column | question it answers |
# |---|---|
# | `revision` | What was installed last? (In the API it is an address in S3; here it has a short name.) |
# | `revisionHealth` | How does that stand to the group's last **successful** deployment? `Current`: the same. `Old`: another one. `Unknown`: nothing was ever installed here, or the last successful deployment failed on this instance. It is a note that is kept: where an instance fails in a deployment that **fails as a whole**, the old note stays. |
# | `instanceHealth` | Did the last deployment to this instance succeed? |
# | `EC2 state` | Is the machine on? |
# | `page` | What does its website say? (Read from a file on it: version 1 of the website says `1.0.0`, version 2 says `1.1.0`.) |
#
# Three surprises:
#
# 1. The instance with the **new** version is `Old`. No deployment with it has ever succeeded, so the *current* revision of
#    the group is still version 1.
# 2. The failed instance is `Unhealthy`, and its machine runs on, with the new files. `Unhealthy` is a note in CodeDeploy's
#    book: nobody looks at the machine.
# 3. Its `revisionHealth` still says `Current`, although version 2 was installed last: it is the note from before. (AWS says
#    when it becomes `Unknown` after a *successful* deployment with failures; for a failed deployment nothing is written
#    down, so this is inferred.)
#
# > Course: "Instances stay in “failed state”"
#
# Not quite: the **target** of that deployment is `Failed`, and the instance is `Unhealthy` in its group until a deployment
# to it succeeds. The machine itself goes on.

# %% [markdown]
# ## The next deployment: who comes first?
#
# In this scenario Alice pushes a mended version half an hour later. **Predict** the order of the second deployment. The
# first one went `web-2`, `web-3` (failed), `web-1`.

# %%
from sim import Cloud, run

mended = run("failed-instance-first")
ids = list(mended.tables.deployments["deploymentId"])
table = mended.tables.targets
table["deployment"] = table["deploymentId"].map({id: number for number, id in enumerate(ids, 1)})
table[["deployment", "position", "name", "status"]]

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# The failed instance comes first. CodeDeploy repairs what is broken before it takes a healthy instance out of service. The
# order is: unhealthy, then `Unknown`, `Old`, `Current`; among equals, luck.
#
# </details>
#
# > Course: "New deployments will first be deployed to “failed state” instances"
#
# Holds. **Predict**: ten instances, three of them unhealthy, and at least eight must stay healthy. The new revision fails
# on two of the three once more. Will the seven healthy ones get it?

# %%
protected = Cloud()
protected.load("codedeploy/unhealthy-first")
before = protected.tables.fleet.set_index("name")["instanceHealth"]
protected.run()
print("status of the deployment:", protected.tables.deployments["status"][0])
table = protected.tables.targets[["position", "name", "status"]].copy()
table["before"] = table["name"].map(before)
table["afterwards"] = table["name"].map(
    protected.tables.fleet.set_index("name")["instanceHealth"]
)
table

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# The three unhealthy ones were tried first, and one of them was repaired. With it there are eight healthy ones, and eight
# must stay so: nobody else may be touched, and the deployment is `Failed`.
#
# </details>

# %% [markdown]
# ## A rollback
#
# The same failure, but now the deployment group rolls back by itself when a deployment fails.
#
# **Predict**:
#
# 1. How many deployments will there be?
# 2. What is the status of the first one in the end?
# 3. Which instance does the rollback begin with? (The chapter before this one helps.)
# 4. What becomes of the pipeline's execution: `Succeeded` or `Failed`?

# %%
rolled_back = Flight("validate-fails-rollback")
rolled_back.board()

# %% [markdown]
# `HEALTH_CONSTRAINTS` in the next table means: too few instances would have stayed healthy.

# %%
rolled_back.cloud.tables.deployments[
    ["deploymentId", "creator", "status", "started", "ended", "error"]
]

# %%
codedeploy = rolled_back.cloud.client("codedeploy")
failed, rollback = rolled_back.cloud.tables.deployments["deploymentId"]
for id in [failed, rollback]:
    print(id, codedeploy.get_deployment(deploymentId=id)["deploymentInfo"]["rollbackInfo"])

# %%
print("execution:", list(rolled_back.cloud.tables.executions["status"]))
table = rolled_back.cloud.tables.targets
table.loc[table["deploymentId"] == rollback, ["position", "name", "status"]]

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# - A rollback is a **new deployment** with a new id; its creator is `codeDeployRollback`.
# - The failed one **stays** `Failed`. It never becomes anything else.
# - It begins with the failed instance, as every deployment does.
# - It goes to **all** instances, also to the one that was never touched. (Sources disagree about this one; the simulator
#   takes this reading.)
# - The pipeline's execution has `Failed`, although the website works again.
#
# </details>
#
# | The course text | Today |
# |---|---|
# | "To rollback: redeploy old deployment or enable automated rollback for failures" | Holds. Automatic rollback is **off** unless you switch it on. |
# | "You can specify automated rollback options" | Holds: on the group, or on one deployment. |
# | "Roll back when a deployment fails" | Holds. |
# | "Disable rollbacks — Do not perform rollbacks for this deployment." | Holds: a setting on the deployment replaces the group's. |
# | "If a roll back happens, CodeDeploy redeploys the last known good revision as a new deployment." | Holds. |
#
# A rollback undoes no side effects of scripts: a database that the new version has changed stays changed.
#
# ### Which version comes back?
#
# Version 1 works. Version 2 fails, without a rollback. Then Bob switches rollback on, and version 3 fails too.
# **Predict**: which version comes back, 2 or 1?

# %%
last_good = run("rollback-to-last-good")
table = last_good.tables.deployments[["creator", "status"]].copy()
table["revision"] = [
    one["revision"]["s3Location"]["key"] for one in last_good.result()["deployments"]
]
table

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# `web/production/1.zip` is version 1; the first two rows are version 2 and version 3. Version 2 was the deployment before,
# but it was never good.
#
# </details>
#
# ### A failure that is allowed
#
# The same failure of one instance, the group's rollback is on, but the configuration is `AllAtOnce`, which asks for one
# success only. **Predict**: does the failed instance bring a rollback?

# %%
tolerant = Cloud()
settings = {
    "FleetSize": 3,
    "AutoRollback": "true",
    "DeploymentConfigName": "CodeDeployDefault.AllAtOnce",
}
tolerant.load("validate-fails", parameters=settings)
tolerant.run()
tolerant.tables.deployments[["creator", "status", "succeeded", "failed"]]

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# There is one deployment only. It is `Succeeded`, with one failed instance in it. What has not failed is not rolled back.
#
# </details>

# %% [markdown]
# ## An alarm stops a deployment
#
# > Course: "Roll back when alarm thresholds are met"
#
# Holds, with two details. The alarm must be named in the deployment group. And the deployment is **Stopped**, not Failed:
# so the group needs the event `DEPLOYMENT_STOP_ON_ALARM` for its rollback.

# %%
alarmed = Flight("codedeploy/alarm-stops-and-rolls-back")
alarmed.board()

# %%
alarmed.cloud.tables.deployments[
    ["creator", "status", "started", "ended", "succeeded", "skipped", "error"]
]

# %% [markdown]
# The same story, but the group rolls back on `DEPLOYMENT_FAILURE` only. **Predict**: is there a rollback?

# %%
unprotected = Cloud()
unprotected.load("codedeploy/alarm-stops-and-rolls-back")
unprotected.client("codedeploy").update_deployment_group(
    applicationName="web",
    currentDeploymentGroupName="production",
    autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
)
unprotected.run()
unprotected.tables.deployments[["creator", "status", "succeeded", "skipped", "error"]]

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# There is one deployment, `Stopped`, and no rollback. A stop is no failure: `DEPLOYMENT_FAILURE` alone does nothing here.
#
# In the first run the rollback went on although the alarm was still red. AWS documents that a red alarm stops deployments,
# and says nothing of rollbacks: that they go on is *inferred*, as else no alarm could ever bring a version back.
#
# </details>

# %% [markdown]
# **Predict**: the alarm is red since before the deployment. What happens to a deployment that would repair it?

# %%
red = run("codedeploy/alarm-red-already")
red.tables.deployments[["started", "status", "succeeded", "failed", "skipped", "error"]]

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# The first two are stopped before any instance is touched (none succeeded, none failed). The third was created with
# `overrideAlarmConfiguration`, alarms switched off for this one deployment: that is the way past a red alarm.
#
# </details>

# %% [markdown]
# ## Stopping by hand
#
# Readers complain, and Bob calls `StopDeployment` while the third of four instances is being deployed to. **Predict** what
# becomes of that instance: does it get the event it is in to its end? Does it go through all events?

# %%
stopped = Flight("stop-deployment")
table = stopped.cloud.tables.lifecycle_events
third = stopped.cloud.result()["deployments"][0]["targets"][2]["name"]
first_deployment = stopped.cloud.tables.deployments["deploymentId"][0]
table.loc[
    (table["deploymentId"] == first_deployment) & (table["name"] == third),
    ["event", "status", "started", "ended"],
]

# %%
stopped.cloud.tables.deployments[["creator", "status", "succeeded", "failed", "skipped", "error"]]

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# The event that was running went to its end; no further one began. So this instance did not get through, and counts as
# **failed** (`failed` is 1; AWS does not document how it counts, so this is *inferred*). The fourth was never begun
# (`skipped`). The status of the deployment is `Stopped`, with the code `MANUAL_STOP`. The rollback came because this group rolls back on `DEPLOYMENT_STOP_ON_REQUEST`.
#
# </details>
#
# | what happens | status | rollback event it needs |
# |---|---|---|
# | too many instances fail | `Failed` | `DEPLOYMENT_FAILURE` |
# | an alarm goes red | `Stopped` | `DEPLOYMENT_STOP_ON_ALARM` |
# | somebody stops it | `Stopped` | `DEPLOYMENT_STOP_ON_REQUEST`, or `autoRollbackEnabled` in the call |
#
# ### Exercise: stop it yourself
#
# Here is a release that works. Stop its deployment while it is at its second instance, so that one instance has the new
# version and at least one is `Skipped`. `flight.inject(at, step)` adds a step at that moment and runs the scenario again;
# everything before it stays as it was. Find the moment in the table (in seconds: `"100s"`), then change `"20m"`. The first
# line that the cell prints says what became of your stop.

# %%
release = Flight("approval-given")
release.cloud.tables.targets[["position", "name", "started", "ended"]]

# %%
stop = {
    "call": {
        "service": "codedeploy",
        "operation": "StopDeployment",
        "parameters": {"deploymentId": "${deployments[-1].deploymentId}"},
    }
}
release.undo()  # takes your last try back, if there was one
release.inject("20m", stop)
if release.cloud.unapplied:
    print("At that moment there was no deployment yet: nothing to stop.")
for call in release.cloud.result(audit=True)["audit"]:
    if call["eventName"] == "StopDeployment":
        print("The answer to your stop:", call.get("errorMessage", "the deployment stops"))
release.cloud.expect(
    "deployments[0].status == 'Stopped'",
    "deployments[0].deploymentOverview.Succeeded == `1`",
    "deployments[0].deploymentOverview.Skipped >= `1`",
)

# %% [markdown]
# <details><summary>Hint</summary>
#
# A moment between `started` and `ended` of the instance at position 2.
#
# </details>

# %% [markdown]
# ## The trap of ApplicationStop
#
# Version 1 has a broken `ApplicationStop` script. Version 2 mends it. **Predict**: does the deployment of version 2
# succeed?

# %%
trap = Flight("codedeploy/old-stop-script")
trap.cloud.tables.deployments[["started", "status", "error"]]

# %%
table = trap.cloud.tables.lifecycle_events
table.loc[table["event"] == "ApplicationStop", ["deploymentId", "status", "error", "message"]]

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# It fails, and every other version will fail too: `ApplicationStop` runs the script of the revision that is **installed**,
# not of the one that comes. Mending the script in the new revision does not help. The way out is
# `ignoreApplicationStopFailures` on one deployment (the second row): the event still fails, but the deployment goes on,
# and from then on the good script is the installed one.
#
# </details>

# %%
for line in trap.cloud.explain(trap.cloud.tables.deployments["deploymentId"][1]).lines:
    if "ApplicationStop" in line.subject:
        print(line)

# %% [markdown]
# ## Out of trouble: your turn
#
# The fleet of the first chapter again: one instance with the new version, one broken, one old. (The fault was a moment's:
# the second deployment will work.) Bring the fleet to **one** revision, everybody healthy.
#
# You have at least three ways:
#
# 1. deploy the **old** revision again (a rollback by hand);
# 2. deploy the **new** revision once more;
# 3. push a mended version through the pipeline.
#
# Choose one, write it into the cell, run it.

# %%
patient = Cloud()
patient.load("validate-fails-rollback", parameters={"AutoRollback": "false"})
patient.run()
print("before the repair:")
print(instances(patient).to_string(index=False))

client = patient.client("codedeploy")
new = patient.result()["deployments"][0]["revision"]
old = next(
    one
    for one in client.list_application_revisions(applicationName="web")["revisions"]
    if one != new
)


def push(path, text):
    """Push one changed file to main; the pipeline builds and deploys it."""
    codecommit = patient.client("codecommit")
    head = codecommit.get_branch(repositoryName="web", branchName="main")["branch"]
    codecommit.put_file(
        repositoryName="web",
        branchName="main",
        filePath=path,
        fileContent=text.encode(),
        parentCommitId=head["commitId"],
    )


before = instances(patient)

# Ways 1 and 2. `old` and `new` are names that the cell has just made: write them without quotes.
choice = None  # old, or new
if choice is not None:
    client.create_deployment(
        applicationName="web", deploymentGroupName="production", revision=choice
    )

# Way 3: take the # away.
# push("src/style.css", "body { color: teal; }\n")

patient.run()
after = instances(patient)
print("nothing has changed yet:" if after.equals(before) else "after the repair:")
print(after.to_string(index=False))

patient.expect(
    'fleet[*].groups[0].instanceHealth == `["Healthy", "Healthy", "Healthy"]`',
    'fleet[*].groups[0].revisionHealth == `["Current", "Current", "Current"]`',
)

# %% [markdown]
# <details><summary>Hint</summary>
#
# For way 1 write `choice = old`, for way 2 `choice = new`, without quotes: both are names that the cell has made above. For
# way 3 leave `choice` as it is, and take the `#` in front of `push(…)` away.
#
# </details>

# %% [markdown]
# ### Exercise: never again by hand
#
# Change the deployment group so that a failed deployment **and** a stop by hand bring the last good revision back. The
# check reads the group's settings, then starts a deployment and stops it.

# %%
import json

safe = Cloud()
safe.load("library")
client = safe.client("codedeploy")

my_rollback = {"enabled": False, "events": []}  # change this

client.update_deployment_group(
    applicationName="web",
    currentDeploymentGroupName="production",
    autoRollbackConfiguration=my_rollback,
)

revision = client.list_application_revisions(applicationName="web")["revisions"][0]
started = client.create_deployment(
    applicationName="web", deploymentGroupName="production", revision=revision
)
safe.run(for_="30s")
client.stop_deployment(deploymentId=started["deploymentId"])
safe.run()

info = client.get_deployment_group(applicationName="web", deploymentGroupName="production")[
    "deploymentGroupInfo"
]
events = json.dumps(info.get("autoRollbackConfiguration", {}).get("events", []))
safe.expect(
    f"contains(`{events}`, 'DEPLOYMENT_FAILURE')",
    f"contains(`{events}`, 'DEPLOYMENT_STOP_ON_REQUEST')",
    "deployments[0].status == 'Stopped'",
    "deployments[-1].creator == 'codeDeployRollback'",
    "deployments[-1].status == 'Succeeded'",
)

# %% [markdown]
# <details><summary>Hint</summary>
#
# `"enabled"` must be `True`, and two events are needed: the table under *Stopping by hand* has their names.
#
# </details>

# %% [markdown]
# CodeDeploy refuses one mistake at once: rollback is on, but no event is named.

# %%
try:
    client.update_deployment_group(
        applicationName="web",
        currentDeploymentGroupName="production",
        autoRollbackConfiguration={"enabled": True, "events": []},
    )
except client.exceptions.InvalidAutoRollbackConfigException as error:
    print(error)

# %% [markdown]
# ## Quiz

# %%
from quizzes.widget import quiz

quiz(
    ids=[
        "inplace-second-of-five",
        "inplace-failed-first",
        "inplace-rollback-is-new",
        "inplace-rollback-to-which",
        "inplace-tolerated-no-rollback",
        "inplace-stop-no-rollback",
        "inplace-whose-stop-script",
        "inplace-task-bring-back",
    ]
)

# %% [markdown]
# ## What is next
#
# [06 The pipeline and its executions](06_the_pipeline_and_its_executions.ipynb): several pushes at a time.
