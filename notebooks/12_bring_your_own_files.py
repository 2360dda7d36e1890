# %% [markdown]
# # 12 Bring your own files
#
# The simulator reads the files that AWS reads. So it can look at yours, and it finds most mistakes before you push. You
# need about 35 minutes, and more with your own files.
#
# **You will be able to**
#
# - check buildspecs, AppSpec files, pipelines, templates, event patterns and IAM policies, from Python and in the shell;
# - read a finding: file, line, code, what is wrong, what to write;
# - say which findings are errors and which are warnings;
# - run your own CloudFormation template, and write a scenario around it.
#
# A word first: to **lint** is to look for mistakes in a file without running it. `codesuite check` is a linter for the
# files of this course.

# %% [markdown]
# ## A release of your own
#
# `codesuite copy first-release my-release` copies a scenario with its template and its application. In Python it is one
# call. The files are yours: change them as you like.

# %%
from pathlib import Path

from sim.formats import shipped

folder = Path("my-release")
if not folder.exists():
    shipped.copy_scenario("first-release", folder)

for path in sorted(folder.rglob("*")):
    if path.is_file() and path.suffix in (".yml", ".yaml", ".sh"):
        print(path.as_posix())

# %% [markdown]
# ## Check it
#
# In a terminal you write `codesuite check my-release`. In a notebook, a line that begins with `!` goes to the shell.
# (`python -m sim` is the same program; the variable makes sure that it is the Python of this notebook.)

# %%
import sys

codesuite = f"{sys.executable} -m sim"
# !{codesuite} check my-release

# %% [markdown]
# From Python, the findings are objects.

# %%
from sim.formats.check import check_paths, check_text

report = check_paths([folder])
print(report.files, "files,", len(report.problems), "findings")
report.kinds

# %% [markdown]
# Nothing to complain of. What a file *is* is told by its name or by its content. Files in one folder are also held against
# each other: does the AppSpec file name a script that is not there?

# %% [markdown]
# ## Read a finding
#
# **Predict**: what is wrong here?

# %%
spec = """\
version: 0.2
phases:
  build:
    commands:
      - echo result: good
"""
for problem in check_text(spec, "buildspec.yml"):
    print(problem)

# %% [markdown]
# | part | here |
# |---|---|
# | file, line, column | `buildspec.yml:5:9` |
# | how bad | `error`: AWS refuses it, or it fails when it is used. `warning`: AWS takes it, but it does not do what it seems to do. |
# | code | `BS108`: buildspec, number 108. Codes below 200 are errors, from 200 they are warnings. |
# | message | here in CodeBuild's own words |
# | hint | what to write instead |
#
# In the shell, errors give the exit status 1, warnings alone give 0. So the command can stand in a build, or in a hook
# of Git: a build fails early instead of late. With `--format github` the findings stand beside the lines of a pull request.

# %% [markdown]
# ## Bug hunt 1: a buildspec
#
# Seven findings. Mend them one by one: change the text, run the cell again. Try to find them yourself **before** you
# read the hints. To mend is not to delete: the build must still do all that it was meant to do.

# %%
import re

from sim.formats.buildspec import read_buildspec

my_buildspec = """\
version: 0.2
env:
  variables:
    DB_PASSWORD: "hunter2-hunter2"
    TARGET: $HOME/out
phases:
  instal:
    commands:
      - npm ci
  build:
    commands:
      - echo result: good
      - npm run build
  post_build:
    commands:
      - aws s3 sync public s3://my-site
artifacts:
  files: public/**/*
"""


def verdict(left, does):
    """Print what is left to mend, and what the file was there for and does no more. `does`: {what: is it done}."""
    for problem in left:
        print(problem)
    lost = [] if left else [what for what, done in does().items() if not done]
    if left or lost:
        print(f"Not solved yet: {len(left)} left. It no longer does: {lost or 'nothing is lost'}")
    else:
        print("Solved.")


def build_does():
    """What the build is there for, and whether it does it, as CodeBuild reads the file."""
    spec = read_buildspec(my_buildspec)
    runs = {
        name: "\n".join(command.text for command in phase.commands)
        for name, phase in spec.phases.items()
    }
    install, build, after = (runs.get(name, "") for name in ["install", "build", "post_build"])
    here = re.search(r'TARGET=["\']?\$\{?HOME\}?/out', "\n".join(runs.values()))
    kept = (spec.artifacts.base_directory, *spec.artifacts.files) if spec.artifacts else ()
    return {
        "take DB_PASSWORD from a secret": "DB_PASSWORD"
        in {**spec.secrets_manager, **spec.parameter_store},
        "set TARGET to $HOME/out": bool(here)
        or spec.variables.get("TARGET", "").endswith("/out"),
        "npm ci in install": "npm ci" in install,
        "say result: good in build": "result: good" in build,
        "npm run build in build": "npm run build\n" in build + "\n",
        "aws s3 sync public s3://my-site": "aws s3 sync public s3://my-site" in build + after,
        "keep public/**/*": "public/**/*" in kept or kept == ("public", "**/*"),
    }


verdict(check_text(my_buildspec, "buildspec.yml"), build_does)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```yaml
# version: 0.2
# env:
#   secrets-manager:
#     DB_PASSWORD: prod/db:password
# phases:
#   install:
#     runtime-versions:
#       nodejs: 20
#     commands:
#       - export TARGET=$HOME/out
#       - npm ci
#   build:
#     on-failure: ABORT
#     commands:
#       - 'echo "result: good"'
#       - npm run build
#   post_build:
#     commands:
#       - aws s3 sync public s3://my-site
# artifacts:
#   files:
#     - public/**/*
# ```
#
# </details>

# %% [markdown]
# ## Bug hunt 2: an AppSpec file
#
# `os`, an event that is not there, an event that takes no scripts (what it does belongs after the files are there), a
# timeout (it should stay two minutes long).

# %%
from sim.formats.appspec import read_appspec

my_appspec = """\
version: 0.0
os: Linux
files:
  - source: public
    destination: /var/www/web
hooks:
  BeforeInstal:
    - location: scripts/prepare.sh
  Install:
    - location: scripts/copy.sh
  ValidateService:
    - location: scripts/check.sh
      timeout: 2m
"""


def installation_does():
    """What the deployment is there for on an instance, and whether it does it, as the agent reads the file."""
    spec = read_appspec(my_appspec)
    runs = {
        event: [(one.location, one.timeout_s) for one in hooks]
        for event, hooks in spec.hooks.items()
    }
    times = dict(runs.get("ValidateService", []))
    return {
        "run on linux": spec.os == "linux",
        "copy public to /var/www/web": ("public", "/var/www/web")
        in [(one.source, one.destination) for one in spec.files],
        "prepare.sh before the files come": "scripts/prepare.sh"
        in dict(runs.get("BeforeInstall", [])),
        "copy.sh after the files came": "scripts/copy.sh" in dict(runs.get("AfterInstall", [])),
        "check.sh in ValidateService, two minutes at most": times.get("scripts/check.sh") == 120,
    }


verdict(check_text(my_appspec, "appspec.yml"), installation_does)

# %% [markdown]
# <details><summary>Solution</summary>
#
# `os: linux`; `BeforeInstall`; `AfterInstall` in place of `Install` (which copies the files and takes no scripts);
# `timeout: 120`, in seconds.
#
# </details>

# %% [markdown]
# ## Bug hunt 3: a pattern and a policy
#
# The event pattern should find pipelines that fail. The policy should let its owner push. **Predict** which of the two has
# a mistake that AWS takes without a word.

# %%
import json

from sim import Cloud
from sim.formats.policy import permits, read_policy


def found_by(pattern):
    """Which of these events the pattern finds: executions of a pipeline and of a stage, in each state."""
    events = Cloud().client("events")
    found = []
    for what in ["Pipeline", "Stage"]:
        for state in [
            "STARTED",
            "SUCCEEDED",
            "FAILED",
            "STOPPING",
            "STOPPED",
            "CANCELED",
            "RESUMED",
            "SUPERSEDED",
        ]:
            event = {
                "id": "1",
                "account": "123456789012",
                "source": "aws.codepipeline",
                "time": "2026-01-01T00:00:00Z",
                "region": "us-east-1",
                "resources": [],
                "detail-type": f"CodePipeline {what} Execution State Change",
                "detail": {"pipeline": "web", "state": state},
            }
            answer = events.test_event_pattern(EventPattern=pattern, Event=json.dumps(event))
            found += [f"{what} {state}"] if answer["Result"] else []
    return found


# %%
my_pattern = """{
  "source": "aws.codepipeline",
  "detail-type": ["CodePipeline Pipeline Execution State Change"],
  "detail": {"state": ["Failed"]}
}"""
my_policy = """{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "allow", "Action": "codecommit:GitPush", "Resource": "*"}]
}"""

left = check_text(my_pattern, "pattern.json", kind="eventpattern")
left += check_text(my_policy, "policy.json", kind="policy")
for problem in left:
    print(problem)
if left:
    print(f"Not solved yet: {len(left)} left.")
else:
    repository = "arn:aws:codecommit:us-east-1:123456789012:web"
    finds = found_by(my_pattern)
    may_push = permits(read_policy(my_policy).statements, "codecommit:GitPush", repository)
    if finds == ["Pipeline FAILED"] and may_push:
        print("Solved.")
    else:
        print(f"Not solved yet: the pattern finds {finds}; the owner may push: {may_push}.")

# %% [markdown]
# Mend `"source"` first, then look at the warning `EP204`: events spell states in capital letters. A pattern with
# `"Failed"` is taken by AWS, and matches nothing, for ever. Such silent mistakes are the worst ones.

# %% [markdown]
# ## Files against each other
#
# Some mistakes are in no single file. Here the AppSpec file names a script that is not in the folder. The cell spoils
# your copy, checks it and puts it right again.

# %%
script = folder / "apps/web/scripts/validate_service.sh"
aside = script.with_suffix(".aside")
script.rename(aside)
for problem in check_paths([folder]).problems:
    print(problem)
aside.rename(script)
print("after putting it back:", len(check_paths([folder]).problems), "findings")

# %% [markdown]
# ## Run your template
#
# A template is a CloudFormation file. Load yours, give the repositories their first commit from a folder, and start the
# pipeline: with boto3, as on AWS.

# %%
cloud = Cloud(seed=7)
cloud.load(folder / "templates/web-fleet.yaml", repositories={"web": folder / "apps/web"})
cloud.client("codepipeline").start_pipeline_execution(name="web")
cloud.run()
cloud.tables.executions[["pipeline", "status", "duration", "trigger"]]

# %%
axes = cloud.plot.timeline()

# %% [markdown]
# Nothing of yours was executed: commands and scripts only took time. How long they take is assumed where nobody says it,
# and the run tells you what it has assumed, and what it could not carry out.

# %%
for warning in cloud.warnings:
    print(warning)
print("assumed:", ", ".join(cloud.assumptions))

# %% [markdown]
# ## A scenario around it
#
# A template says what is *there*. A **scenario** says what *happens*: a timeline (who does what, when) and rules of
# behavior (what takes how long, and what fails). `expect:` lines make it a test of your release. They are written in
# JMESPath, the language of `--query` in the AWS CLI.

# %%
scenario = """\
title: My release, on a bad day
template: ../templates/web-fleet.yaml
parameters: {FleetSize: 4}
repositories: {web: ../apps/web}
seed: 7
timeline:
  - {at: 0s, push: {repository: web, branch: main, author: alice, files: {src/index.md: "# Hello"}}}
behavior:
  - {command: npm test, takes: 90s}
  - {hook: ValidateService, instances: [web-2], fails: true, message: "connection refused"}
expect:
  - "pipelines[0].executions[0].status == 'Failed'"
  - "length(fleet[?groups[0].instanceHealth == 'Unhealthy']) >= `1`"
"""
file = folder / "scenarios/bad-day.yml"
file.write_text(scenario)

# !{codesuite} run my-release/scenarios/bad-day.yml --check

# %% [markdown]
# ### Exercise: write the rule
#
# Make a scenario in which `npm test` fails and nothing is ever deployed. Change `my_rule`.

# %%
my_rule = "{command: npm test, takes: 20s}"

text = scenario.replace("{command: npm test, takes: 90s}", my_rule)
(folder / "scenarios/my-rule.yml").write_text(text)
mine = Cloud()
mine.load(folder / "scenarios/my-rule.yml")
mine.run()
mine.expect(
    "builds[0].buildStatus == 'FAILED'",
    "length(builds[0].phases[?contains(to_string(contexts), 'npm test')]) == `1`",
    "length(deployments) == `0`",
    hint="a rule may say `fails: true`, and `message:` for the log",
)

# %% [markdown]
# ## Your own files
#
# Write the names of your files or folders here and run the cell. Nothing leaves your computer.

# %%
my_paths = ["my-release/apps/web"]

for problem in check_paths([Path(path) for path in my_paths]).problems:
    print(problem)

# %% [markdown]
# All codes are listed in the documentation (`docs/checks.md`). If a finding is wrong for you, leave it out in the shell:
# `codesuite check . --ignore BS205`.

# %% [markdown]
# ## Quiz

# %%
from quizzes.widget import quiz

quiz(
    ids=[
        "build-literal-variable",
        "build-spec-name",
        "inplace-missing-script",
        "inplace-appspec-misplaced",
        "glue-pattern-match",
        "operations-null-test",
        "operations-base-directory",
    ]
)

# %% [markdown]
# ## What is next
#
# [13 Mock exam and review](13_mock_exam.ipynb): how far you have come.
