# %% [markdown]
# # 02 What a build does
#
# In this notebook you start builds and watch what happens inside them. You need about 30 minutes.
#
# **You will be able to**
#
# - name the phases of a build in their order, and say what each one is for;
# - say what still runs after a command has failed, and what does not;
# - find out why a build failed: status, phases, log;
# - set environment variables in three places and know which one wins;
# - say when a cache helps, what a timeout does, and when a build has to wait.
#
# Some words first:
#
# - **AWS CodeBuild** runs builds. A **build** is a list of commands in a fresh container: install what is needed, run
#   tests, compile, pack. When it ends, the container is thrown away.
# - A **build project** is the description: which source, which image (the content of the container), which role,
#   where the result goes.
# - A **buildspec** is the file with the commands, `buildspec.yml`.
# - An **artifact** is a file that the build gives out, stored in Amazon S3.
# - **Exit status**: the number with which a command ends. 0 means success, everything else means failure.
#
# How to read this notebook: first say what you expect, then run the cell, then click *After the run* and read why. A
# wrong guess teaches more than a right one.

# %% [markdown]
# ## One build from start to end
#
# `Cloud()` is an AWS account of your own, inside this notebook. `cloud.client("codebuild")` is a real boto3 client: the
# same lines work against AWS. Nothing leaves your computer, and no command is really executed: the simulator knows
# `echo`, `sleep`, `export`, `true`, `false`, `exit` and a few more. Every other command only takes some time.

# %%
import json

import pandas as pd

from sim import Cloud

pd.set_option("display.max_colwidth", None)  # show messages in full
cloud = Cloud(seed=7)
codebuild = cloud.client("codebuild")
cloud.client("s3").create_bucket(Bucket="shop-results")

# The service role: what a build may do. CodeBuild takes it on.
trust = {
    "Effect": "Allow",
    "Principal": {"Service": "codebuild.amazonaws.com"},
    "Action": "sts:AssumeRole",
}
role = cloud.client("iam").create_role(
    RoleName="build",
    AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
)["Role"]

buildspec = """
version: 0.2
env:
  variables:
    STAGE: spec
phases:
  install:
    commands:
      - echo "install what the build needs"
  pre_build:
    commands:
      - echo "the stage is $STAGE"
  build:
    commands:
      - sleep 60
  post_build:
    commands:
      - echo "succeeding is $CODEBUILD_BUILD_SUCCEEDING"
artifacts:
  files:
    - site/**/*
"""

project = codebuild.create_project(
    name="shop",
    source={"type": "NO_SOURCE", "buildspec": buildspec},
    artifacts={"type": "S3", "location": "shop-results"},
    environment={
        "type": "LINUX_CONTAINER",
        "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
        "computeType": "BUILD_GENERAL1_SMALL",
    },
    serviceRole=role["Arn"],
)["project"]
(
    project["name"],
    project["timeoutInMinutes"],
    project["queuedTimeoutInMinutes"],
    project["cache"]["type"],
)

# %% [markdown]
# **Predict.** The buildspec names four phases. A build has more than four. Which ones come before `INSTALL`, and which
# come after `POST_BUILD`? Say it, then run.

# %%
first = codebuild.start_build(projectName="shop")["build"]
print("right after StartBuild:", first["buildStatus"], "in phase", first["currentPhase"])
cloud.run()
cloud.tables.phases[["phase", "status", "started", "duration"]]

# %% [markdown]
# `cloud.run()` lets the virtual clock run until nothing is left to do. Times in the tables are seconds since the start.
#
# <details><summary>After the run: what happened</summary>
#
# Eleven phases, always in this order. You write commands for four of them only: `install`, `pre_build`, `build` and
# `post_build`. These names are fixed: you cannot rename them or add another one.
#
# </details>

# %%
axes = cloud.tables.phases.plot.barh(
    x="phase", y="duration", legend=False, xlabel="seconds", ylabel=""
)
axes.invert_yaxis()

# %% [markdown]
# **Explain.** For every decision the simulator tells the rule and where it is written down. *documented* means: AWS says
# so. *inferred* means: it follows from what AWS says, but nobody has written it down.

# %%
cloud.explain(first["id"])

# %% [markdown]
# ### What the course says about CodeBuild
#
# The left column is the course text. The right column says what holds today.
#
# | The course text | Today |
# |---|---|
# | "AWS CodeBuild: building and testing our code" | Holds. |
# | "Fully managed build service. Alternative to other build tools such as Jenkins" | Holds: you have no build server of your own. |
# | "Leverages Docker under the hood for reproducible builds" | Holds. It is reproducible as far as image, source and dependencies are pinned (named with an exact version). |
# | "extend capabilities leveraging our own base Docker images" | Holds: a project may name an image of your own, for example in Amazon ECR. |
# | "Secure: Integration with KMS for encryption of build artifacts, IAM for build permissions, and VPC for network security, CloudTrail for API calls logging" | Holds. Artifacts are encrypted by default; for S3 artifacts it can be switched off. |
# | "Source Code from GitHub / CodeCommit / CodePipeline / S3…" | Holds. Also Bitbucket, GitLab, GitHub Enterprise, or no source at all, as here. |
# | "Build instructions can be defined in code (buildspec.yml file)" | Holds. |
# | "Builds can be defined within CodePipeline or CodeBuild itself" | Not quite. A build project is always a CodeBuild resource. A pipeline action only names it, and then replaces its source and its artifact settings. |

# %% [markdown]
# ## A command fails
#
# Now the second command of `build` is `false`, which ends with exit status 1.
#
# **Predict** before you run:
#
# 1. Does `echo "never"` run?
# 2. Does the `finally` block run?
# 3. Does `post_build` run?
# 4. Is the upload of the artifacts tried?

# %%
failing = """
version: 0.2
phases:
  build:
    commands:
      - sleep 10
      - "false"
      - echo "never"
    finally:
      - echo "finally runs"
  post_build:
    commands:
      - echo "succeeding is $CODEBUILD_BUILD_SUCCEEDING"
artifacts:
  files:
    - site/**/*
"""


def run_build(spec, **more):
    """Start a build with another buildspec, let it end, and return it as AWS describes it."""
    id = codebuild.start_build(projectName="shop", buildspecOverride=spec, **more)["build"]["id"]
    cloud.run()
    return codebuild.batch_get_builds(ids=[id])["builds"][0]


def phases(build):
    """The phases of one build."""
    table = cloud.tables.phases.fillna({"message": ""})
    return table.loc[table["build"] == build["id"], ["phase", "status", "duration", "message"]]


failed = run_build(failing)
print(failed["buildStatus"])
phases(failed)

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# - `echo "never"` did not run: the first failing command ends the list of commands.
# - `finally` ran: it always runs, once its phase was entered.
# - `post_build` ran **although** `build` had failed. This surprises nearly everybody.
# - `UPLOAD_ARTIFACTS` was tried as well.
#
# </details>
#
# The log shows it line by line. On AWS you find it in CloudWatch Logs, group `/aws/codebuild/shop`.

# %%
print(cloud.log(failed["id"]))

# %% [markdown]
# ### A guard for post_build
#
# Many buildspecs publish something in `post_build`: an image, a package, a website. If `build` fails, they publish all
# the same. CodeBuild sets the variable `CODEBUILD_BUILD_SUCCEEDING` to `0` once something has failed. There are two
# guards: test the variable, or write `on-failure: ABORT` in the phase `build`.

# %%
aborting = failing.replace("  build:\n", "  build:\n    on-failure: ABORT\n")
stopped_early = run_build(aborting)
phases(stopped_early)

# %% [markdown]
# Now `POST_BUILD` is not in the table, and `UPLOAD_ARTIFACTS` is not there either. AWS documents that `ABORT` ends the
# build; whether the upload is still tried after it is not settled, and the simulator takes the reading that it is not.
# A line that is only *inferred* stands in the explanation as such:

# %%
for line in cloud.explain(stopped_early["id"]).lines[-4:]:
    print(line)

# %% [markdown]
# What happens after a failure, phase by phase (without `on-failure`):
#
# | this phase fails | what still runs |
# |---|---|
# | `INSTALL` | none of `PRE_BUILD`, `BUILD`, `POST_BUILD` |
# | `PRE_BUILD` | neither `BUILD` nor `POST_BUILD` |
# | `BUILD` | `POST_BUILD`, then `UPLOAD_ARTIFACTS` |
# | `POST_BUILD` | `UPLOAD_ARTIFACTS` |
#
# Check the second row yourself: move the failing command into `pre_build`.

# %%
before_the_build = failing.replace("  build:\n", "  pre_build:\n")
phases(run_build(before_the_build))

# %% [markdown]
# ### What the course says about phases
#
# | The course text | Today |
# |---|---|
# | "Phases (specify commands to run)" | Holds: four phases, fixed names. |
# | "Install: install dependencies you may need for your build" | Holds. |
# | "Pre build: final commands to execute before build" | Holds. If one fails, `build` and `post_build` do not run. |
# | "Build: actual build commands" | Holds. |
# | "Post build: finishing touches (zip output for example)" | Holds, but it also runs after a failed `build`. Guard what publishes. |

# %% [markdown]
# ### Exercise: publish only what is good
#
# Write a buildspec whose `build` fails (keep the `"false"`), whose `post_build` runs, and which does **not** print
# `published` to the log. With a `build` that succeeds it must print it: the check puts `"true"` in place of `"false"` and
# runs your buildspec once more. Only change the line under `post_build`.

# %%
my_spec = """
version: 0.2
phases:
  build:
    commands:
      - "false"
  post_build:
    commands:
      - echo "published"
"""

bad = run_build(my_spec)
good = run_build(my_spec.replace('"false"', '"true"'))
published = {
    name: "\npublished" in cloud.log(build["id"])
    for name, build in [("bad", bad), ("good", good)]
}
outcomes = [
    phase["phaseStatus"]
    for phase in bad["phases"]
    if phase["phaseType"] in ("BUILD", "POST_BUILD")
]
if outcomes == ["FAILED", "SUCCEEDED"] and published == {"bad": False, "good": True}:
    print("Solved.")
else:
    print("Not solved yet: BUILD and POST_BUILD", outcomes, "· published:", published)
    print(
        'Hint: \'if [ "$CODEBUILD_BUILD_SUCCEEDING" = "1" ]; then echo published; fi\', in quotes'
    )

# %% [markdown]
# ## Environment variables
#
# The same variable `STAGE` is set in three places: in the buildspec (`spec`), in the project (`project`) and at the
# start of the build (`start`). **Predict** which value the build sees.

# %%
codebuild.update_project(
    name="shop",
    environment={
        **project["environment"],
        "environmentVariables": [{"name": "STAGE", "value": "project"}],
    },
)


def stage_line(build):
    return next(
        line for line in cloud.log(build["id"]).splitlines() if line.startswith("the stage is")
    )


without_start = run_build(buildspec)
with_start = run_build(
    buildspec, environmentVariablesOverride=[{"name": "STAGE", "value": "start"}]
)
print("buildspec and project:         ", stage_line(without_start))
print("buildspec, project and start:  ", stage_line(with_start))

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# The start of the build wins, then the project, then the buildspec. A pipeline that starts a build sends its variables
# with the start, so they win too (this last sentence is inferred).
#
# </details>
#
# **Plain variables are not secret**: everybody who may look at the build can read them.

# %%
with_start["environment"]["environmentVariables"]

# %% [markdown]
# | The course text | Today |
# |---|---|
# | "Define environment variables: Plaintext variables" | Holds. They are readable in the console, in API answers and in the log. |
# | "Secure secrets: use SSM Parameter store" | Not quite: it is one of two ways. AWS Secrets Manager (`env/secrets-manager` in the buildspec) is the other, and only it changes secrets by itself. Both are hidden in logs, and the service role of the build needs the permission to read them. |
#
# A buildspec that reads both looks like this:
#
# ```yaml
# env:
#   parameter-store:
#     DB_HOST: /CodeBuild/db/host
#   secrets-manager:
#     DB_PASSWORD: prod/db:password
# ```

# %% [markdown]
# ## Where the buildspec is
#
# > Course: "buildspec.yml file must be at the root of your code"
#
# Not quite: the root is the **default**. The project, or a single build, may name another path, name an object in S3,
# or hold the text itself, as this notebook does. Without such an override the name must be exactly `buildspec.yml`;
# `buildspec.yaml` is not found.
#
# > Question of the course: "Where should the buildspec.yml file be placed in your code for CodeBuild to work properly?" –
# > "At the root of your code"
#
# Right for the default settings, and only for them.
#
# A mistake in the file ends the build early. **Predict** in which phase.

# %%
broken = """
version: 0.2
phases:
  build:
    commands:
      - echo result: good
"""
phases(run_build(broken))

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# `echo result: good` has a colon and a space. For YAML this is a mapping (`result` → `good`), not a text. Put quotes
# around such commands. The build fails in `DOWNLOAD_SOURCE`, because there the buildspec is read: no command of yours
# has run. `codesuite check` finds this before you push; you will do that in notebook 12.
#
# </details>

# %% [markdown]
# ## What a build takes, and what it costs
#
# A build may take too long. The timeout of a build is 60 minutes if you say nothing, and can be 5 to 2160 minutes.
# **Predict** the status of a build whose command needs an hour with a timeout of 5 minutes: `FAILED`, `STOPPED` or
# something else?

# %%
endless = "version: 0.2\nphases: {build: {commands: [sleep 3600]}}\n"
late = run_build(endless, timeoutInMinutesOverride=5)
print(late["buildStatus"])
phases(late)

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# `TIMED_OUT` in the phase that was running, and nothing after it. (One page of AWS's guide calls such a build `FAILED`;
# the API has `TIMED_OUT`. The simulator takes the API.)
#
# </details>
#
# ### How long a build waits
#
# > Course: "Continuous scaling (no servers to manage or provision – no build queue)"
#
# Not quite. You have no servers, but there is a queue: every build has a phase `QUEUED`. Up to the account's limit builds
# run side by side; above it they wait, up to five times the limit, for up to 8 hours. A project with its own
# `concurrentBuildLimit` does **not** queue: it refuses.

# %%
codebuild.update_project(name="shop", concurrentBuildLimit=1)
codebuild.start_build(projectName="shop")
try:
    codebuild.start_build(projectName="shop")
except codebuild.exceptions.AccountLimitExceededException as error:
    print(error)
cloud.run()
codebuild.update_project(name="shop", concurrentBuildLimit=-1)["project"]["name"]

# %% [markdown]
# ### What is paid for
#
# > Course: "Pay for usage: the time it takes to complete the builds"
#
# Not quite: this is true of on-demand builds, which are paid by the minute. Reserved capacity (machines kept ready for
# you) is paid while it is there, also idle. Amazon S3, KMS, logs and NAT gateways are paid to their own services.

# %%
cloud.tables.builds[["number", "status", "duration", "billed_minutes", "usd"]]

# %% [markdown]
# ## A cache
#
# Most of a slow build is often the download of dependencies. A **cache** keeps them in S3 for the next build. The
# scenario `java-release` builds the same Java service twice, with an S3 cache. `sim.run` loads a scenario (a world and a
# story) and runs it to its end. **Predict** which phase gets shorter in the second build.

# %%
from sim import run

java = run("java-release")
table = java.tables.phases.merge(
    java.tables.builds[["id", "project", "number"]], left_on="build", right_on="id"
)
table[table["project"] == "java-service"].pivot(
    index="phase", columns="number", values="duration"
).dropna()

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# `BUILD` gets shorter, from 180 to 45 seconds: Maven finds its libraries. The other small differences are luck: how long
# things take is drawn anew for each build. The cache is restored before `INSTALL`. (The 180 and 45 seconds are what this
# scenario says; how much a cache saves you depends on your dependencies.)
#
# </details>
#
# | The course text | Today |
# |---|---|
# | "Cache: Files to cache (usually dependencies) to S3 for future build speedup" | Not quite. The buildspec lists the paths, but the **project** decides whether and where: no cache, S3, or local. With `NO_CACHE` the paths in the buildspec do nothing. A local cache lives on one machine, is kept on a best-effort basis and does not work in a VPC. |
# | Question: "15 minutes at each build is spent on pulling dependencies … What should you do?" – "Change buildspec.yml to enable dependencies caching in amazon s3" | Half of it: also set the project's cache type to S3. Another way is an image that already holds the dependencies. |

# %%
java.client("codebuild").batch_get_projects(names=["java-service"])["projects"][0]["cache"]

# %% [markdown]
# ## Artifacts
#
# > Course: "Artifacts: What to upload to S3 (encrypted with KMS)"
#
# Not quite: encrypted **by default**, with the AWS managed key for S3 or a key of your own. For S3 artifacts it can be
# switched off (for a public website, for example). And two things to remember from above: the upload is tried even after
# a failed build, and a pattern that matches no file fails the build.
#
# In a pipeline the artifacts go to the pipeline's bucket; notebook 01 shows them.
#
# What lies in the bucket now? (The simulator runs no commands, so it assumes that the files which the buildspec names are
# there, and puts a placeholder in their place.)

# %%
[
    item["Key"]
    for item in cloud.client("s3").list_objects_v2(Bucket="shop-results").get("Contents", [])
]

# %% [markdown]
# ## Finding out why a build failed
#
# Here is a whole release whose test fails. The board shows it in virtual time: press *Play*, or step from decision to
# decision. Click the action `Build` to open its details and log.

# %%
from sim.widgets import Flight

flight = Flight("failing-test")
flight.board()

# %% [markdown]
# Your three questions, in this order:
#
# 1. **Which phase failed?** In the console under *Phase details*, in the API in `phases`.
# 2. **What does its context say?** Each failed phase has a status code and a message.
# 3. **What does the log say just above?**

# %%
build = flight.cloud.call(
    "codebuild", "BatchGetBuilds", ids=[flight.cloud.result()["builds"][0]["id"]]
)["builds"][0]
[
    (phase["phaseType"], phase["contexts"])
    for phase in build["phases"]
    if phase.get("phaseStatus") == "FAILED"
]

# %%
print("\n".join(flight.cloud.log(build["id"]).splitlines()[-6:]))

# %% [markdown]
# | The course text | Today |
# |---|---|
# | "Output logs to Amazon S3 & AWS CloudWatch Logs" | Holds. CloudWatch Logs is on by default, S3 is off by default; one, both or none may be on. |
# | "Metrics to monitor CodeBuild statistics" | Holds: builds, failures and the duration of each phase, in the namespace `AWS/CodeBuild`. |
# | "Use CloudWatch Events to detect failed builds and trigger notifications" | The name is dated: the service is **Amazon EventBridge** now. It is the same service with the same API. Notification rules of the Developer Tools are a second way. |
# | "Use CloudWatch Alarms to notify if you need “thresholds” for failures" | Holds. |
# | "CloudWatch Events / AWS Lambda as a Glue" | The name is dated, as above. |
# | "SNS notifications" | Holds, through an EventBridge rule or a notification rule. |
# | "Ability to reproduce CodeBuild locally to troubleshoot in case of errors" | Holds: install Docker and run the CodeBuild agent on your own computer. |
# | "In case of need of deep troubleshooting beyond logs. You can run CodeBuild locally on your desktop" | Holds, and it is no longer the only way in: since July 2020 a **running** Linux build that was started with sessions enabled can be paused and entered with Session Manager. |
# | Question: "Your CodeBuild has failed. What isn’t a solution to troubleshoot?" – "SSH into the CodeBuild container" | The answer still holds: there is no SSH, and after its end the container is gone. Its reasoning is dated: "You can’t SSH into them, even while they’re running" leaves out that a running build can be entered with Session Manager by now. |
# | Question: "AWS Service helps you run automated test in your CICD?" – "CodeBuild" | Holds. |

# %% [markdown]
# ## Inside and outside a VPC
#
# A **VPC** is your private network at AWS. By default a build runs outside of it: it reaches the internet, but not your
# database in a private subnet. Give the project a VPC configuration and it is the other way round: it reaches what is
# inside, and loses the internet unless the subnet has a NAT gateway. This part is told, not simulated; only the limits of
# the API are checked here.
#
# | The course text | Today |
# |---|---|
# | "By default, your CodeBuild containers are launched outside your VPC" | Holds. |
# | "Therefore, by default it cannot access resources in a VPC" | Holds. |
# | "You can specify a VPC configuration: VPC ID, Subnet IDs, Security Group IDs" | Holds: up to 16 subnets and 5 security groups, all in that VPC. Security groups need no inbound rule. |
# | "Then your build can access resources in your VPC (RDS, ElastiCache, EC2, ALB..)" | Holds, as far as routes and security groups let it. |
# | "Use cases: integration tests, data query, internal load balancers" | Holds. |

# %%
network = {
    "vpcId": "vpc-0a1b2c3d",
    "subnets": [f"subnet-{number}" for number in range(17)],
    "securityGroupIds": ["sg-1"],
}
try:
    codebuild.update_project(name="shop", vpcConfig=network)
except codebuild.exceptions.InvalidInputException as error:
    print(error)

# %% [markdown]
# ## Build and deploy a website
#
# > Question of the course: "You would like to deploy static web files to Amazon S3 automatically, after generating the
# > static websites from markdown files. Which services should you use for this?" – "CodePipeline + CodeBuild"
#
# The answer holds. CodeBuild turns the Markdown into HTML; it could copy the files to S3 itself, or a deploy action of
# the pipeline does that. The sample website of this course is made in just this way: see its buildspec.

# %%
from sim.formats import shipped

print((shipped.root() / "apps/web/buildspec.yml").read_text())

# %% [markdown]
# ## Exercise: three mistakes in one buildspec
#
# This buildspec has three mistakes. Mend them until the build succeeds. Run the cell again after each change, and read
# the table: the build itself tells you what is wrong.

# %%
my_buildspec = """
version: 0.2
env:
  variables:
    PORTS: [80, 443]
phases:
  pre_build:
    commands:
      - echo checking: style
  build:
    commands:
      - echo "building"
      - exit 3
  post_build:
    commands:
      - echo "packed"
artifacts:
  files:
    - site/**/*
"""

attempt = run_build(my_buildspec)
if attempt["buildStatus"] == "SUCCEEDED":
    print("Solved.")
else:
    print(
        "Not solved yet. Hint: start with the first phase that is FAILED, and read its message."
    )
phases(attempt)

# %% [markdown]
# <details><summary>Solution</summary>
#
# 1. `PORTS` is a list, but variables must be text: `PORTS: "80,443"`.
# 2. `echo checking: style` needs quotes: `- 'echo "checking: style"'`.
# 3. `exit 3` ends with exit status 3: take it out, or write `exit 0`.
#
# </details>

# %% [markdown]
# ## Quiz
#
# After each answer, *Prove it* runs the question in the simulator.

# %%
from quizzes.widget import quiz

quiz(
    ids=[
        "build-phase-order",
        "build-post-build-runs",
        "build-finally",
        "build-variable-precedence",
        "build-timeout",
        "course-10-now",
        "course-11-slow-dependencies",
    ]
)

# %% [markdown]
# ## What is next
#
# [03 CodeDeploy in place](03_codedeploy_in_place.ipynb): the artifact of a build goes to the instances. In
# [12 Bring your own files](12_bring_your_own_files.ipynb) you check your own buildspec.
