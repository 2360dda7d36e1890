"""What a scenario speaks of is what its template makes, or it is told with the name that is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.problems import Problem
from sim.formats.check import check_paths, check_text
from tests.formats.check.scenarios import WHOLE

TEMPLATE = """\
Parameters:
  Stage: {Type: String, Default: prod}
Resources:
  Code: {Type: AWS::CodeCommit::Repository, Properties: {RepositoryName: shop}}
  Fleet: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {AutoScalingGroupName: web}}
  App: {Type: AWS::CodeDeploy::Application, Properties: {ApplicationName: !Sub '${Stage}-shop'}}
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties: {ApplicationName: !Ref App, DeploymentGroupName: blue}
  Project: {Type: AWS::CodeBuild::Project, Properties: {Name: !Join ['-', [!GetAtt Code.Name, build]]}}
  Slow: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmName: slow}}
  Bundles: {Type: AWS::S3::Bucket}
  News:
    Type: AWS::SNS::Topic
    Properties: {TopicName: news, Subscription: [{Protocol: email, Endpoint: alice@example.com}]}
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: release
      Stages:
        - {Name: Source, Actions: [{Name: Get, ActionTypeId: {Category: Source}}]}
        - {Name: Release, Actions: [{Name: Ask, ActionTypeId: {Category: Approval}}, {Name: Note}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.yml").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "app").mkdir()
    (tmp_path / "app/index.html").write_text("v1", encoding="utf-8")
    return tmp_path


def found(folder: Path, text: str) -> list[Problem]:
    return check_text(f"title: t\ntemplate: shop.yml\n{text}\n", str(folder / "one.yml"), "scenario")


def told(folder: Path, text: str) -> list[str]:
    return [f"{one.message}: {one.hint}" for one in found(folder, text)]


RIGHT = """\
repositories: {shop: app}
history: [{group: prod-shop/blue, revision: app, unhealthy: [web-2]}]
people: {alice@example.com: {confirms: never}}
timeline:
  - {at: 0s, push: {repository: shop}}
  - {at: 0s, upload: {bucket: whatever, key: k, folder: app}}
  - {at: 0s, scale: {group: web, desired: 3}}
  - {at: 0s, alarm: {name: slow, state: ALARM}}
  - {at: 0s, instance: {name: web-7, state: stopped}}
  - {at: 0s, approve: {pipeline: release, stage: Release, action: Ask}}
  - {at: 0s, call: {service: codepipeline, operation: StartPipelineExecution, parameters: {name: release}}}
  - {at: 0s, call: {service: codedeploy, operation: StopDeployment, parameters: {deploymentId: "${deployments[0]}"}}}
  - {at: 0s, call: {service: codecommit, operation: CreateRepository, parameters: {repositoryName: second}}}
  - {at: 1s, push: {repository: second}}
behavior:
  - {command: make, project: shop-build, takes: 5s}
  - {hook: Install, instances: [web-1, 2], fails: true}
  - {agent: "web-*", running: true}
  - {action: "*/Get", takes: 5s}
  - {approval: "Release/*", takes: 5s}
"""


def test_names_that_are_there_or_may_be(folder: Path) -> None:
    assert told(folder, RIGHT) == []


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("{shop: app}", "{shpo: app}", "there is no repository 'shpo': did you mean shop?"),
        (
            "prod-shop/blue",
            "prod-shop/bleu",
            "there is no deployment group 'prod-shop/bleu': did you mean prod-shop/blue?",
        ),
        ("unhealthy: [web-2]", "unhealthy: [wbe-2]", "there is no instance 'wbe-2': did you mean web-1?"),
        (
            "alice@example.com: {",
            "alcie@example.com: {",
            "no subscription of the template is for alcie@example.com: did you mean alice@example.com?",
        ),
        ("{repository: shop}", "{repository: shops}", "there is no repository 'shops': did you mean shop?"),
        ("{group: web,", "{group: wep,", "there is no Auto Scaling group 'wep': did you mean web?"),
        ("{name: slow,", "{name: fast,", "there is no alarm 'fast': there is slow"),
        ("{name: web-7,", "{name: db-7,", "there is no instance 'db-7': there is web-1"),
        ("pipeline: release", "pipeline: relase", "there is no pipeline 'relase': did you mean release?"),
        ("stage: Release", "stage: Relaese", "the pipeline release has no stage 'Relaese': did you mean Release?"),
        ("action: Ask", "action: Aks", "the stage Release has no manual approval 'Aks': did you mean Ask?"),
        ("action: Ask", "action: Note", "the stage Release has no manual approval 'Note': there is Ask"),
        (
            "parameters: {name: release}",
            "parameters: {name: reles}",
            "there is no pipeline 'reles': did you mean release?",
        ),
        ("project: shop-build", "project: shop-biuld", "there is no project 'shop-biuld': did you mean shop-build?"),
        ("instances: [web-1", "instances: [wep-1", "there is no instance 'wep-1': did you mean web-1?"),
        ('agent: "web-*"', 'agent: "app-*"', "there is no instance 'app-*': there is web-1"),
        ('"*/Get"', "Source/Got", "no pipeline has the action 'Source/Got': did you mean Source/Get?"),
        ('"Release/*"', '"Relaese/*"', "no pipeline has the manual approval 'Relaese/*': did you mean Release/Ask?"),
    ],
)
def test_names_that_are_nowhere(old: str, new: str, finding: str, folder: Path) -> None:
    assert old in RIGHT
    assert told(folder, RIGHT.replace(old, new, 1)) == [finding]


def test_what_stops_the_run_is_an_error_at_its_line(folder: Path) -> None:
    (problem,) = found(folder, "repositories:\n  shpo: app")
    assert (problem.severity, problem.code, problem.line) == ("error", "SC055", 4)
    (other,) = found(folder, "timeline:\n  - {at: 0s, push: {repository: shpo}}")
    assert (other.severity, other.code, other.line) == ("warning", "SC303", 4)


def test_parameters_decide_what_is_there(folder: Path) -> None:
    history = "history: [{group: test-shop/blue, revision: app}]"
    assert told(folder, f"parameters: {{Stage: test}}\n{history}") == []
    assert [problem.code for problem in found(folder, history)] == ["SC055"]


def test_a_parameter_without_a_value_is_told_before_the_run(folder: Path) -> None:
    path = folder / "shop.yml"
    path.write_text(TEMPLATE.replace("{Type: String, Default: prod}", "{Type: String}"), encoding="utf-8")
    assert [problem.code for problem in found(folder, "seed: 1")] == ["CF111"]


@pytest.mark.parametrize(
    ("fleet", "name", "known"),
    [
        ("{Name: app, Count: 2}", "app-2", True),
        ("{Name: app, Count: 2}", "app-3", False),
        ("{Count: 2}", "Machines-1", True),
    ],
)
def test_instances_of_a_fleet(fleet: str, name: str, known: bool, tmp_path: Path) -> None:
    text = (
        f"title: t\nResources: {{Machines: {{Type: Sim::EC2::Fleet, Properties: {fleet}}}}}\n"
        f"timeline: [{{at: 0s, instance: {{name: {name}, state: stopped}}}}]\n"
    )
    problems = check_text(text, str(tmp_path / "one.yml"), "scenario")
    assert [problem.code for problem in problems] == ([] if known else ["SC303"])


def test_a_scenario_with_resources_of_its_own_names_them() -> None:
    assert check_text(WHOLE, "scenario.yml") == []
    (problem,) = check_text(WHOLE.replace("web-slow", "wep-slow"), "scenario.yml")
    assert problem.hint == "did you mean web-slow?"


@pytest.mark.parametrize("template", ["", "template: nowhere.yml\n"])
def test_a_condition_that_refers_to_nothing_is_told_and_nothing_is_made_of_it(template: str, tmp_path: Path) -> None:
    text = (
        f"title: A\n{template}Parameters: {{Stage: {{Type: String, Default: a}}}}\n"
        "Conditions: {Live: !Equals [!Ref Stag, prod]}\n"
        "Resources: {T: {Type: AWS::SNS::Topic, Condition: Live}}\n"
        "timeline: [{at: 0s, alarm: {name: High, state: ALARM}}]\n"
    )
    path = tmp_path / "scenario.yml"
    path.write_text(text, encoding="utf-8")
    codes = [problem.code for problem in check_paths([path], "scenario").problems]
    assert codes == (["SC023"] if template else ["CF142"])


def test_properties_that_a_function_gives_are_no_trouble(tmp_path: Path) -> None:
    line = "P: {Type: AWS::CodePipeline::Pipeline, Properties: {'Fn::Sub': 'a-${AWS::StackName}'}}"
    path = tmp_path / "scenario.yml"
    path.write_text(f"title: A\nResources:\n  {line}\ntimeline: []\nbehavior: [{{action: '*/Get', takes: 5s}}]\n")
    assert all(problem.code for problem in check_paths([path]).problems)
