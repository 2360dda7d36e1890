"""Scenarios: read and compiled once, run any number of times."""

from pathlib import Path

import pytest

import sim.scenario as scenarios
from sim import Cloud, Scenario, run
from sim.analysis.result import dumps
from sim.core.problems import ProblemsError, UsageError
from sim.core.world import NeverRestsError

DATA = Path(__file__).parent.parent / "data"


def text(cloud: Cloud) -> str:
    return dumps(cloud.result())


def test_a_plan_runs_again_and_again_and_nothing_of_one_run_reaches_the_next() -> None:
    plan = Scenario.open("validate-fails-rollback").compile()
    first = text(plan.run())
    other = text(plan.run(seed=99))
    assert text(plan.run()) == first
    assert text(plan.run(seed=99)) == other
    assert first != other


def test_run_takes_a_name_a_path_or_a_scenario() -> None:
    by_name = text(run("first-release"))
    assert text(run(DATA / "scenarios" / "first-release.yml")) == by_name
    assert text(run(Scenario.open("first-release"))) == by_name


def test_running_until_a_time_and_going_on_is_the_same_as_running_at_once() -> None:
    cloud = run("first-release", until="2m")
    assert cloud.now == 120.0
    assert not cloud.result()["quiet"]
    assert text(cloud.run()) == text(run("first-release"))


def test_step_goes_from_one_entry_of_the_journal_to_the_next() -> None:
    cloud = Scenario.open("first-release").compile().start()
    before = len(cloud.world.journal)
    assert cloud.step()
    assert len(cloud.world.journal) > before
    while cloud.step():
        pass
    assert text(cloud) == text(run("first-release"))


def test_a_template_alone_is_there_and_nothing_happens() -> None:
    cloud = Cloud(seed=3)
    cloud.load(DATA / "templates/web-fleet.yaml", repositories={"web": DATA / "apps/web"}, parameters={"FleetSize": 5})
    cloud.run()
    result = cloud.result(events=True, audit=True)
    assert len(result["fleet"]) == 5
    assert result["pipelines"] == [{"name": "web", "executions": []}]
    assert (result["events"], result["audit"], cloud.now) == ([], [], 0.0)


def test_on_create_lets_the_pipeline_start_as_on_aws() -> None:
    source = (
        (DATA / "scenarios/first-release.yml")
        .read_text(encoding="utf-8")
        .replace("\ntimeline:", "\non_create: true\ntimeline:")
    )
    cloud = run(Scenario.parse(source, str(DATA / "scenarios/mine.yml")))
    triggers = [one["trigger"]["triggerType"] for one in cloud.result()["pipelines"][0]["executions"]]
    assert triggers == ["CreatePipeline", "CloudWatchEvent"]


def test_a_cloud_loads_one_file_before_its_clock_runs() -> None:
    cloud = Cloud()
    cloud.load("first-release")
    with pytest.raises(UsageError, match="loads one file"):
        cloud.load("superseded")


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (("FleetSize: 3", "FleetSize: 300"), "CF115", "MaxValue is 100"),
        (("FleetSize: 3", "FleetSiz: 3"), "SC053", "has no parameter FleetSiz"),
        (("{web: ../apps/web}", "{wbe: ../apps/web}"), "SC201", "there is no CodeCommit repository wbe"),
        (("../templates/web-fleet.yaml", "../templates/nothing.yaml"), "SC023", "no such template"),
        (("../apps/web}", "../apps/nothing}"), "SC020", "there is no folder"),
    ],
)
def test_a_mistake_is_a_problem_with_a_line_and_nothing_is_run(
    change: tuple[str, str], code: str, message: str
) -> None:
    source = (DATA / "scenarios/first-release.yml").read_text(encoding="utf-8")
    assert change[0] in source
    with pytest.raises(ProblemsError) as caught:
        Scenario.parse(source.replace(*change), str(DATA / "scenarios/mine.yml")).compile().run()
    (problem,) = [one for one in caught.value.problems if one.severity == "error"]
    assert problem.code == code
    assert message in problem.message
    written = source.replace(*change).splitlines()
    assert problem.path.endswith("web-fleet.yaml") or change[1] in written[problem.line - 1], "the line that is wrong"


def test_history_of_a_group_that_is_not_there_is_a_problem() -> None:
    source = (
        (DATA / "scenarios/validate-fails.yml").read_text(encoding="utf-8").replace("web/production", "web/producton")
    )
    with pytest.raises(ProblemsError, match="SC202"):
        Scenario.parse(source, str(DATA / "scenarios/mine.yml")).compile().run()


def test_a_scenario_that_a_cloud_loads_brings_its_seed_and_start_unless_the_cloud_has_its_own() -> None:
    cloud = Cloud()
    cloud.load("first-release")
    assert text(cloud.run()) == text(run("first-release"))
    other = Cloud(seed=8)
    other.load("first-release")
    assert other.run().result()["seed"] == 8


def test_a_template_is_loaded_into_the_clouds_own_account_and_region() -> None:
    cloud = Cloud(account="222222222222", region="eu-west-1")
    cloud.load(DATA / "templates/web-fleet.yaml", repositories={"web": DATA / "apps/web"})
    cloud.call("codepipeline", "StartPipelineExecution", name="web")
    cloud.run()
    assert cloud.result()["deployments"][0]["status"] == "Succeeded"
    role = cloud.call("codepipeline", "GetPipeline", name="web")["pipeline"]["roleArn"]
    assert role.startswith("arn:aws:iam::222222222222:")
    assert cloud.region("us-east-1").call("codepipeline", "ListPipelines")["pipelines"] == []


def test_a_result_holds_no_path_of_the_machine() -> None:
    cloud = run("first-release", until="1s")
    paths = [warning["path"] for warning in cloud.result()["warnings"]]
    assert set(paths) == {"first-release.yml"}


def test_a_pipeline_that_starts_itself_again_never_rests_and_the_run_says_who_is_busy() -> None:
    source = (DATA / "scenarios/first-release.yml").read_text(encoding="utf-8")
    rule = """
Resources:
  Again:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codepipeline], detail: {pipeline: [web], state: [SUCCEEDED]}}
      Targets:
        - Id: again
          Arn: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:web
          RoleArn: !Sub arn:aws:iam::${AWS::AccountId}:role/start
"""
    plan = Scenario.parse(source + rule, str(DATA / "scenarios/mine.yml")).compile()
    cloud = plan.start()
    cloud.world._event_limit = 20_000
    with pytest.raises(
        NeverRestsError, match=r"never rests: 20000 steps, up to \S+\. Busiest: .*\(\d+ of the next 1000\)"
    ):
        cloud.run()
    assert len(cloud.result()["pipelines"][0]["executions"]) > 100


def test_what_reaches_nobody_is_warned_of_once() -> None:
    source = (DATA / "scenarios/superseded.yml").read_text(encoding="utf-8")
    extra = """
Resources:
  ToLambda:
    Type: AWS::Events::Rule
    Properties:
      Name: scan
      EventPattern: {source: [aws.codepipeline]}
      Targets:
        - {Id: scanner, Arn: !Sub "arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:scan"}
        - {Id: lost, Arn: !Sub "arn:aws:sns:${AWS::Region}:${AWS::AccountId}:nowhere"}
  ToQueue:
    Type: AWS::SNS::Subscription
    Properties: {Protocol: sqs, TopicArn: !Ref News, Endpoint: !Sub "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:q"}
"""
    texts = [
        one["message"]
        for one in run(Scenario.parse(source + extra, str(DATA / "scenarios/mine.yml"))).result()["warnings"]
    ]
    assert sum("target scanner" in text and "is not simulated" in text for text in texts) == 1
    assert sum("target lost" in text and "NotFound" in text for text in texts) == 1
    assert sum("sqs is not simulated" in text for text in texts) == 1


def test_a_misspelt_property_is_warned_of_with_what_was_meant() -> None:
    source = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: codedeploy.amazonaws.com}, Action: sts:AssumeRole}]
  App: {Type: AWS::CodeDeploy::Application, Properties: {ApplicationName: app}}
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: !Ref App
      AutoRollbackConfiguraton: {Enabled: true, Events: [DEPLOYMENT_FAILURE]}
      ServiceRoleArn: !GetAtt Role.Arn
timeline: []
"""
    plan = Scenario.parse(source, "mine.yml").compile()
    (warning,) = plan.run().result()["warnings"]
    assert plan.run(seed=2).result()["warnings"] == [warning], "what is known of a property is said in every run"
    assert (warning["code"], warning["line"]) == ("CF412", 10)
    assert "AutoRollbackConfiguraton is without effect" in warning["message"]
    assert warning["hint"] == "did you mean AutoRollbackConfiguration?"


GROUP_WITH = """
Resources:
  App: {Type: AWS::CodeDeploy::Application, Properties: {ApplicationName: app}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: codedeploy.amazonaws.com}, Action: sts:AssumeRole}]
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: !Ref App
      ServiceRoleArn: !GetAtt Role.Arn
      PROPERTY
"""


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "AutoRollbackConfiguration: {Enabled: true, Events: [FOO]}",
            "CF401 Group: InvalidAutoRollbackConfigException: Value 'FOO'",
        ),
        (
            "AutoRollbackConfiguration: {Enabled: true, Events: [FOO], Evnts: [1]}",
            "CF401 Group: InvalidAutoRollbackConfigException: Value 'FOO'",
        ),
        ("Ec2TagFilters: [{Key: App, Type: SOME}]", "CF401 Group: InvalidEC2TagException: Value 'SOME'"),
        ("DeploymentGroupName: a b", "CF401 Group: InvalidDeploymentGroupNameException: Value 'a b'"),
        ("AutoScalingGroups: {Name: x}", "CF401 Group: ValidationError: Invalid type for parameter autoScalingGroups"),
    ],
)
def test_a_template_is_judged_as_calls_from_outside_are(written: str, said: str) -> None:
    # given a template with a value that the API does not take
    plan = Scenario.parse(GROUP_WITH.replace("PROPERTY", written), "mine.yml").compile()
    # when it is made, then that is an error of the file
    with pytest.raises(ProblemsError) as error:
        plan.run()
    assert said in str(error.value)
    assert error.value.problems[0].line == 10


def test_a_role_that_is_not_there_is_an_error_of_the_template() -> None:
    source = GROUP_WITH.replace("!GetAtt Role.Arn", '"arn:aws:iam::123456789012:role/other"').replace("PROPERTY", "")
    with pytest.raises(ProblemsError, match="permissions required to assume the role"):
        Scenario.parse(source, "mine.yml").compile().run()


def test_what_a_template_says_is_judged_once_for_all_runs_of_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Scenario.parse(GROUP_WITH.replace("PROPERTY", "Ec2TagFilterz: []"), "mine.yml").compile()
    judged: list[str] = []
    real = scenarios.judge
    monkeypatch.setattr(scenarios, "judge", lambda *given: judged.append(given[1]) or real(*given))
    first = plan.run(1).result()["warnings"]
    count = len(judged)
    assert count > 0
    assert plan.run(2).result()["warnings"] == first
    assert len(judged) == count
