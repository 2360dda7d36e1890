# %% [markdown]
# # 03 CodeDeploy in place
#
# A build has made an artifact. Now it has to go to the machines. In this notebook you build a fleet, deploy to it, and
# choose how many machines may be out of service at a time. You need about 40 minutes.
#
# **You will be able to**
#
# - name the parts of CodeDeploy and say what each one decides;
# - put the lifecycle events into their order and say whose scripts run in each;
# - say what the agent does, and what happens without it;
# - work out how many instances a deployment takes out of service, and how many failures it survives.
#
# Some words first:
#
# - An **instance** is a virtual machine (Amazon EC2). A machine of your own that is registered with CodeDeploy is called
#   **on premises**. All instances together are the **fleet**.
# - **AWS CodeDeploy** brings an application to the fleet. **In place** means: the running instances stop the old version,
#   take the new one and start it.
# - A **revision** is one version of the application, packed as a **bundle** (a zip file) in S3 or as a commit in GitHub.
# - The **agent** is a program on each instance that does the work there.
# - The **AppSpec file**, `appspec.yml`, lies in the bundle and says what the agent has to do.
#
# What happens stands folded under each **Predict**: say what you expect, run the cells, then click *After the run*.

# %% [markdown]
# ## The parts of CodeDeploy
#
# | part | what it decides | The course text | Today |
# |---|---|---|---|
# | application | the name of it all | "Application: unique name" | Holds: unique in an account and Region. |
# | compute platform | where it runs | "Compute platform: EC2/On-Premise or Lambda" | Dated: there are three. Amazon ECS came later. |
# | deployment group | to which instances | "Deployment group: group of tagged instances (allows to deploy gradually)" | Not quite: tags, Auto Scaling groups or both. How gradually is said by the deployment configuration. |
# | deployment configuration | how many at a time | "Deployment configuration: Deployment rules for success / failures" | Holds. |
# | deployment type | in place, or blue/green | "Deployment type: In-place deployment or Blue/green deployment" | Holds: both on EC2 only. |
# | service role | what CodeDeploy itself may do | "Service role: Role for CodeDeploy to perform what it needs" | Holds. |
# | instance profile | what the agent may do | "IAM instance profile: need to give EC2 the permissions to pull from S3 / GitHub" | Not quite: it is for S3. GitHub is not governed by IAM; machines on premises have no profile. |
# | target revision | which version | "Target revision: Target deployment application version" | Holds. |
#
# And the sentences around them:
#
# | The course text | Today |
# |---|---|
# | "We want to deploy our application automatically to many EC2 instances" | Holds. |
# | "These instances are not managed by Elastic Beanstalk" | Holds: Beanstalk deploys by itself. |
# | "There are several ways to handle deployments using open source tools (Ansible,Terraform, Chef, Puppet, etc…) or AWS CodeDeploy" | Partly dated: Terraform is no longer under an open source licence (not confirmed by a source here), and it mainly makes machines rather than deploying to them. |
# | "CodeDeploy can be chained into CodePipeline and use artifacts from there" | Holds: notebook 01. |
# | "CodeDeploy can re-use existing setup tools, works with any application, auto scaling integration" | Holds. |
# | "CodeDeploy does not provision resources" | Not quite: in place it makes nothing. A blue/green deployment may make a new Auto Scaling group. |

# %% [markdown]
# ## A fleet, a group, a first deployment
#
# Everything with AWS's own API. First two roles: one for the instances (their *instance profile*), which lets the agent read
# bundles in S3; one for CodeDeploy itself (its *service role*). A role says who may take it on, and what it may do.

# %%
import json

import pandas as pd

from sim import Cloud

pd.set_option("display.max_colwidth", None)  # show messages in full
cloud = Cloud(seed=7)
iam = cloud.client("iam")


def make_role(name, service):
    """A role that a service of AWS may take on."""
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    return iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]


make_role("web-instances", "ec2.amazonaws.com")
reads = {
    "Effect": "Allow",
    "Action": ["s3:GetObject", "s3:GetObjectVersion"],
    "Resource": "arn:aws:s3:::releases/*",
}
iam.put_role_policy(
    RoleName="web-instances",
    PolicyName="fetch-bundles",
    PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [reads]}),
)
iam.create_instance_profile(InstanceProfileName="web")
iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web-instances")

service_role = make_role("codedeploy", "codedeploy.amazonaws.com")
iam.attach_role_policy(
    RoleName="codedeploy", PolicyArn="arn:aws:iam::aws:policy/service-role/AWSCodeDeployRole"
)
service_role

# %% [markdown]
# Now three instances. They carry a **tag** (a label): `Role = web`.

# %%
ec2 = cloud.client("ec2")

for number in [1, 2, 3]:
    tags = [{"Key": "Name", "Value": f"web-{number}"}, {"Key": "Role", "Value": "web"}]
    ec2.run_instances(
        ImageId="ami-0123456789abcdef0",
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        IamInstanceProfile={"Name": "web"},
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
    )
cloud.run()
cloud.tables.fleet[["name", "instanceId", "agent"]]

# %% [markdown]
# (In the simulator each new instance has an agent. On AWS you install it, for example with a start script.)
#
# Now the revision: a zip file with `appspec.yml` at its root.

# %%
import io
import zipfile

APPSPEC = """\
version: 0.0
os: linux
files:
  - source: site
    destination: /var/www/web
hooks:
  ApplicationStop:
    - location: scripts/stop.sh
  BeforeInstall:
    - location: scripts/prepare.sh
  AfterInstall:
    - location: scripts/settings.sh
  ApplicationStart:
    - location: scripts/start.sh
      timeout: 60
  ValidateService:
    - location: scripts/check.sh
      timeout: 120
"""
SCRIPTS = {
    f"scripts/{name}.sh": "#!/bin/sh\n"
    for name in ["stop", "prepare", "settings", "start", "check"]
}


def bundle(files):
    """A zip file of {path: text}."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return memory.getvalue()


s3 = cloud.client("s3")
s3.create_bucket(Bucket="releases")


def publish(name, files):
    """Put a bundle into S3 and return how CodeDeploy speaks of it."""
    s3.put_object(Bucket="releases", Key=name, Body=bundle(files))
    return {
        "revisionType": "S3",
        "s3Location": {"bucket": "releases", "key": name, "bundleType": "zip"},
    }


version_1 = publish(
    "v1.zip", {"appspec.yml": APPSPEC, "site/index.html": "<h1>Version 1</h1>\n", **SCRIPTS}
)
version_1

# %%
codedeploy = cloud.client("codedeploy")
codedeploy.create_application(applicationName="web", computePlatform="Server")
codedeploy.create_deployment_group(
    applicationName="web",
    deploymentGroupName="production",
    deploymentConfigName="CodeDeployDefault.OneAtATime",
    ec2TagFilters=[{"Key": "Role", "Value": "web", "Type": "KEY_AND_VALUE"}],
    serviceRoleArn=service_role,
)
try:
    codedeploy.create_application(applicationName="web", computePlatform="Server")
except codedeploy.exceptions.ApplicationAlreadyExistsException as error:
    print(error)

# %% [markdown]
# **Predict.** Three instances, one at a time. Every lifecycle event takes a second or more. What does the table of
# events look like: instance by instance, or event by event? Does `ApplicationStop` run a script, on the very first
# deployment?

# %%
first = codedeploy.create_deployment(
    applicationName="web", deploymentGroupName="production", revision=version_1
)
codedeploy.get_waiter("deployment_successful").wait(deploymentId=first["deploymentId"])

cloud.tables.lifecycle_events[["name", "event", "status", "started", "duration"]].head(14)

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# Instance by instance: the second begins when the first has ended. Which one comes first is luck: CodeDeploy chooses.
#
# </details>
#
# What `ApplicationStop` did is explained below. A *waiter* of boto3 asks again and again until the deployment is over; here
# it lets the virtual clock run.

# %%
axes = cloud.plot.timeline()
# %% [markdown]
# ## The lifecycle events, in order
#
# | event | who acts | your scripts? | The course text |
# |---|---|---|---|
# | `ApplicationStop` | agent, scripts of the revision **installed before** | yes | "ApplicationStop": holds |
# | `DownloadBundle` | agent fetches the bundle | **no** | "DownloadBundle": an event, but not a hook |
# | `BeforeInstall` | scripts of the **new** revision, from here on | yes | "BeforeInstall": holds |
# | `Install` | agent copies the files | **no** | left out in the course's list |
# | `AfterInstall` | | yes | "AfterInstall": holds |
# | `ApplicationStart` | | yes | "ApplicationStart": holds |
# | `ValidateService` | the last word: does it work? | yes | "ValidateService: really important": holds |
#
# > Course: "Hooks: set of instructions to do to deploy the new version (hooks can have timeouts). The order is: …"
#
# Not quite: `Install` is missing in that list. With a load balancer three *Block* events come before `ApplicationStop`
# and three *Allow* events after `ValidateService`. A script may take 3600 seconds if you say nothing, and all scripts of
# one event together no more than 3600 seconds.
#
# > Question: "What’s the proper order of events in CodeDeploy?" – "Stop App, Before Install, After Install, Start App"
#
# Holds, as a shortened list. **Explain**: what does the simulator say about `ApplicationStop` on the first deployment?

# %%
deployment = cloud.explain(first["deploymentId"])
for line in deployment.lines[:8]:
    print(line)

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# No revision was installed before, so there is no script to run. Remember this: `ApplicationStop` runs the **old**
# revision's script. Notebook 04 shows what that can do to you.
#
# </details>
#
# ### What each instance tells
#
# > Course: "CodeDeploy Agent will report of success / failure of deployment on the instance"
#
# Holds. In the API: `GetDeploymentTarget`.

# %%
one = codedeploy.list_deployment_targets(deploymentId=first["deploymentId"])["targetIds"][0]
target = codedeploy.get_deployment_target(deploymentId=first["deploymentId"], targetId=one)[
    "deploymentTarget"
]
[
    (event["lifecycleEventName"], event["status"], event["diagnostics"]["errorCode"])
    for event in target["instanceTarget"]["lifecycleEvents"]
]

# %% [markdown]
# ## The AppSpec file
#
# **Predict.** The bundle holds `site/index.html`, and `files` says `source: site`, `destination: /var/www/web`. Which
# path has the page on the instance?

# %%
cloud.files("web-1")

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# The *content* of the folder `site` is copied into the destination; the name `site` itself is not.
#
# </details>
#
# | The course text | Today |
# |---|---|
# | "CodeDeploy sends appspec.yml file." | **Wrong**, and was never so: nobody sends it. It lies at the root of the bundle, and the agent reads it there. |
# | "File section: how to source and copy from S3 / GitHub to filesystem" | Not quite: `files` says where files of the **bundle** go on the instance. Where the bundle comes from is said by the deployment's revision. |
# | "Application is pulled from GitHub or S3" | Holds. |
# | "EC2 will run the deployment instructions" | Holds: the agent runs them, as root unless `runas` says otherwise. |
# | "Define how to deploy the application using appspec.yml + deployment strategy" | Holds. |
# | "Can use hooks to verify the deployment after each deployment phase" | Holds, for the events that take scripts. |
# | "Customization in scripts with DEPLOYMENT_GROUP_NAME environment variables" | Holds: one bundle, and the script asks in which group it is. |
# | Question: "Which hook step … to ensure the application is properly running?" – "ValidateService" | Holds, on EC2 and on premises. |
#
# **Predict.** A bundle without `appspec.yml` at its root: does `CreateDeployment` refuse it? Where does it fail?

# %%
misplaced = publish(
    "misplaced.zip", {"deploy/appspec.yml": APPSPEC, "site/index.html": "<h1>2</h1>\n", **SCRIPTS}
)
second = codedeploy.create_deployment(
    applicationName="web", deploymentGroupName="production", revision=misplaced
)
cloud.run()
table = cloud.tables.lifecycle_events
table.loc[
    (table["deploymentId"] == second["deploymentId"]) & (table["status"] == "Failed"),
    ["name", "event", "error", "message"],
]

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# `CreateDeployment` took it. It failed on the host, once the agent had the bundle: the proof that nobody sends the AppSpec
# file beforehand.
#
# </details>
#
# ### Exercise: a settings file
#
# Make a revision whose deployment succeeds and after which `/etc/web/settings.ini` is on every instance. Add an entry to
# `files` and a file to the bundle.

# %%
my_appspec = APPSPEC
my_files = {"site/index.html": "<h1>Version 2</h1>\n"}

version_2 = publish("v2.zip", {"appspec.yml": my_appspec, **my_files, **SCRIPTS})
codedeploy.create_deployment(
    applicationName="web", deploymentGroupName="production", revision=version_2
)
cloud.run()
print("deployment:", cloud.tables.deployments["status"].iloc[-1])
if all("/etc/web/settings.ini" in cloud.files(name) for name in ["web-1", "web-2", "web-3"]):
    print("Solved.")
else:
    print(
        "Not solved yet: the file is not there. Hint: source: settings.ini, destination: /etc/web (a folder)"
    )

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# my_appspec = APPSPEC.replace("hooks:", "  - source: settings.ini\n    destination: /etc/web\nhooks:")
# my_files = {"site/index.html": "<h1>Version 2</h1>\n", "settings.ini": "colour = teal\n"}
# ```
#
# </details>

# %% [markdown]
# ## The agent
#
# | The course text | Today |
# |---|---|
# | "Each EC2 Machine (or On Premise machine) must be running the CodeDeploy Agent" | Holds for EC2 and on premises. Lambda and ECS need none. |
# | "The agent is continuously polling AWS CodeDeploy for work to do" | Holds: to *poll* is to ask again and again. Nobody connects to the instance. |
# | Question: "You’ve created a fleet … trying to run your first CodeDeploy. It doesn’t work, why?" – "forgotten to install and start the CodeDeploy agent" | Holds. A missing instance profile looks nearly the same. |
#
# In the scenario `missing-agent` the agent is not installed on `web-2`, where the last deployment failed. **Predict**: which
# lifecycle event fails there, and how long does it take? Play the board, or read the table below.

# %%
from sim.widgets import Flight

no_agent = Flight("missing-agent")
no_agent.board()

# %%
no_agent.cloud.tables.lifecycle_events[["name", "event", "status", "started"]].head(7)

# %%
deployments = no_agent.cloud.tables.deployments
print(deployments[["status", "started", "ended", "error"]].to_string(index=False))
for line in no_agent.cloud.explain(deployments["deploymentId"][0]).lines:
    if line.depth < 2:  # the deployment and its instances, without the single events
        print(line)

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# No event **failed**: all are `Skipped`, for nobody ever took the work. CodeDeploy waited five minutes, then gave the
# instance up. *All events Skipped* means: look for the agent, and for the instance profile.
#
# </details>

# %% [markdown]
# ## One, half or all at a time
#
# The **deployment configuration** says how many instances must stay healthy. The rest may be out of service at the same
# time. *Healthy* has its own meaning here: an instance is healthy if the last deployment to it succeeded.
#
# Take the library with nine instances and deploy the same revision four times, each time with another configuration.
# **Predict** for each: how many instances at once?

# %%
nine = Cloud()
nine.load("library", parameters={"FleetSize": 9})
deploy = nine.client("codedeploy")
deploy.create_deployment_config(
    deploymentConfigName="three-quarters",
    minimumHealthyHosts={"type": "FLEET_PERCENT", "value": 75},
)
revision = deploy.list_application_revisions(applicationName="web")["revisions"][0]

for name in [
    "CodeDeployDefault.OneAtATime",
    "CodeDeployDefault.HalfAtATime",
    "CodeDeployDefault.AllAtOnce",
    "three-quarters",
]:
    deploy.create_deployment(
        applicationName="web",
        deploymentGroupName="production",
        revision=revision,
        deploymentConfigName=name,
    )
    nine.run()

table = nine.tables.deployments[
    ["status", "duration", "maximum_in_flight", "minimum_healthy_observed"]
]
table.insert(
    0,
    "configuration",
    ["one at a time", "half at a time", "all at once", "three quarters healthy"],
)
table

# %%
axes = table.plot.barh(x="configuration", y="duration", legend=False, xlabel="seconds", ylabel="")
axes.invert_yaxis()
# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# - **Half of nine** is 4.5. The *minimum* is rounded **up**: five stay healthy, so four go at a time.
# - **75 percent of nine** is 6.75, so seven stay healthy and two go at a time.
# - **All at once** is the quickest, and for a while nobody serves the website.
#
# </details>
#
# | The course text | Today |
# |---|---|
# | "EC2/On-Premise: you can specify the minimum number of healthy instances for the deployment." | Holds, and there is a limit to it: see below. |
# | "One a time: one instance at a time, one instance fails => deployment stops" | Not quite: the failure of the very **last** instance is forgiven. |
# | "Half at a time: 50%" | Holds: at most half at once, rounded down. |
# | "All at once: quick but no healthy host, downtime. Good for dev" | Holds. And one single success is enough for `Succeeded`. |
# | "Custom: min healthy host = 75%" | Holds; the share is rounded up. |
# | "Will do in-place update to your fleet of EC2 instances" | Holds; in place is one of two types. |
#
# ### When the minimum is the whole fleet
#
# **Predict**: nine instances, and 95 percent must stay healthy.

# %%
deploy.create_deployment_config(
    deploymentConfigName="too-careful", minimumHealthyHosts={"type": "FLEET_PERCENT", "value": 95}
)
careful = deploy.create_deployment(
    applicationName="web",
    deploymentGroupName="production",
    revision=revision,
    deploymentConfigName="too-careful",
)
nine.run()
nine.tables.deployments.iloc[-1][["status", "skipped", "duration", "error"]]

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# 95 percent of nine is 8.55, so the minimum is nine: the whole fleet. Nobody may be taken out, and the deployment is
# `Failed` before anything is touched. The minimum must be below the size of the fleet.
#
# </details>
#
# ### Exercise: a configuration for nine
#
# Your website needs at least six instances at any time. The deployment should be as quick as this allows. Make the
# configuration `mine`, then run the check.

# %%
my_minimum = {"type": "HOST_COUNT", "value": 8}

name = f"mine-{len(nine.tables.deployments)}"  # a new name for each try: a configuration cannot be changed
deploy.create_deployment_config(deploymentConfigName=name, minimumHealthyHosts=my_minimum)
deploy.create_deployment(
    applicationName="web",
    deploymentGroupName="production",
    revision=revision,
    deploymentConfigName=name,
)
nine.run()
nine.expect(
    "deployments[-1].status == 'Succeeded'",
    "deployments[-1].minimumHealthyObserved == `6`",
    "deployments[-1].maximumInFlight == `3`",
    hint="at once = fleet − minimum. HOST_COUNT counts instances, FLEET_PERCENT is a share that is rounded up.",
)

# %% [markdown]
# ## How many failures a deployment survives
#
# Half at a time, nine instances: four go first, and all four fail. CodeDeploy has chosen this order:

# %%
four_fail = Flight("codedeploy/half-at-a-time-stops")
print(
    ", ".join(target["name"] for target in four_fail.cloud.result()["deployments"][0]["targets"])
)

# %% [markdown]
# **Predict** how the deployment ends on each instance: mark every one, then press the button.

# %%
from quizzes.widget import predict

predict(four_fail, of="status")

# %%
axes = four_fail.cloud.plot.fleet()
# %%
deployment = four_fail.cloud.result()["deployments"][0]
print(deployment["status"], deployment["deploymentOverview"])
for line in four_fail.cloud.explain(deployment["deploymentId"]).lines:
    if line.depth == 0:
        print(line)

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# Five healthy instances are left. Five is the minimum: nobody else may be taken out, so the deployment is over at once.
# It does not go on to find out what the others would have done. Five were never touched (`Skipped`).
#
# </details>
#
# Now two surprises. **Predict** the status of the whole deployment:
#
# 1. one at a time, three instances, and the **last** one fails;
# 2. all at once, nine instances, and **eight** of them fail.

# %%
from sim import run

for scenario in ["last-instance-fails", "codedeploy/all-at-once-one-survives"]:
    overview = run(scenario).tables.deployments[["status", "succeeded", "failed", "skipped"]]
    print(scenario, overview.to_dict("records")[0])

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# Both are `Succeeded`. The status speaks of the deployment, not of every instance: always look at the overview too.
#
# </details>
#
# ## What if? A laboratory
#
# A bad revision passes its tests and works nowhere. Move the controls: the size of the fleet, the configuration. The
# result follows, with the explanation, and with the scenario's text to copy. Find out:
#
# - With which configuration is the damage smallest?
# - What is left with `AllAtOnce`?

# %%
from sim.widgets import ScenarioLab

lab = ScenarioLab(
    "bad-revision",
    {
        "parameters.FleetSize": (2, 12),
        "parameters.DeploymentConfigName": [
            "CodeDeployDefault.OneAtATime",
            "CodeDeployDefault.HalfAtATime",
            "CodeDeployDefault.AllAtOnce",
        ],
    },
)
lab.view()

# %% [markdown]
# ## Which instances belong to a group
#
# | The course text | Today |
# |---|---|
# | "EC2 instances are grouped by deployment group (dev / test / prod). Lots of flexibility to define any kind of deployments" | Holds, for EC2 and on premises. |
# | "Deployment Targets: Set of EC2 instances with tags" | Holds. An instance that gets the tag later is not deployed to by itself. |
# | "Directly to an ASG" | Holds. An **Auto Scaling group** (ASG) starts and ends instances by itself, to keep their number. |
# | "Mix of ASG / Tags so you can build deployment segments" | Holds: the group is both together (that it is exactly both is inferred). |
# | "CodeDeploy to ASG. In place updates: Updates current existing EC2 instances" | Holds: their ids stay. |
# | "Instances newly created by an ASG will also get automated deployments" | Holds: they get the last revision that was deployed **successfully**. |
#
# The library's fleet is an Auto Scaling group. **Predict**: what happens if it grows from nine to ten?

# %%
nine.client("autoscaling").set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=10)
nine.run()
nine.tables.deployments.iloc[-1][["creator", "status", "succeeded"]]

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# CodeDeploy made a deployment for the new instance alone (`creator`: `autoscaling`).
#
# </details>

# %% [markdown]
# ## Beyond in place
#
# **Blue/green** means: the new version goes to new instances (green) while the old ones (blue) go on serving; then the
# load balancer sends the visitors to the new ones. This version of the simulator deploys in place only, so this part is
# told.
#
# | The course text | Today |
# |---|---|
# | "Note: Blue / Green only works with EC2 instances (not on premise)" | Not quite: right for machines. But Lambda and ECS deployments are **always** blue/green. |
# | "Support for AWS Lambda deployments" | Holds, and for Amazon ECS too. |
# | "AWS Lambda: specify how traffic is routed to your updated Lambda function versions." | Holds, and for ECS in the same way: *canary* (a part first, then the rest), *linear* (part by part), all at once. |
# | "Blue / green deployment: A new auto-scaling group is created (settings are copied)" | Not quite: only if you choose to copy the group. You may name new instances yourself. |
# | "Choose how long to keep the old instances" | Holds: up to two days, or keep them. |
# | "Must be using an ELB" | Holds for EC2 blue/green. An **ELB** is a load balancer. |

# %% [markdown]
# ## Quiz

# %%
from quizzes.widget import quiz

quiz(
    ids=[
        "course-13-event-order",
        "inplace-half-of-nine",
        "inplace-last-may-fail",
        "inplace-75-percent-of-ten",
        "inplace-hook-for-the-job",
        "inplace-agent-direction",
        "inplace-file-destination",
        "inplace-task-keep-four",
    ]
)

# %% [markdown]
# ## What is next
#
# [04 Failures and rollbacks](04_failures_and_rollbacks.ipynb): what a failed deployment leaves behind, and how to get out
# of it.
