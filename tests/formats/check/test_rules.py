"""Rules of EventBridge in templates: schedules, targets, what these are given, and how patterns are written there."""

from __future__ import annotations

import pytest

from sim.core.problems import Problem
from sim.formats import schedules
from sim.formats.check import check_text

HEAD = """\
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: alerts}}
  Queue: {Type: AWS::SQS::Queue}
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: mine}}
  Repo: {Type: AWS::CodeCommit::Repository, Properties: {RepositoryName: shop}}
  Web:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: web
      ServiceRole: arn:aws:iam::123456789012:role/build
      Artifacts: {Type: NO_ARTIFACTS}
      Source: {Type: CODECOMMIT, Location: 'https://git-codecommit.us-east-1.amazonaws.com/v1/repos/web'}
      Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: 'aws/codebuild/standard:7.0'}
  Rule:
    Type: AWS::Events::Rule
    Properties: """


def found(properties: str) -> list[Problem]:
    return check_text(f"{HEAD}{{{properties}}}\n", "template.yml", "template")


def target(rest: str) -> str:
    return f"ScheduleExpression: rate(1 day), Targets: [{{Id: a, {rest}}}]"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("cron(0 12 * * *)", "cron(0 12 * * ? *)"),
        ("cron(*/5 * * * *)", "cron(*/5 * * * ? *)"),
        ("cron(0 9 * * 1-5)", "cron(0 9 ? * MON-FRI *)"),
        ("cron(0 9 * * 0,6)", "cron(0 9 ? * SUN,SAT *)"),
        ("cron(0 9 1 * *)", "cron(0 9 1 * ? *)"),
        ("cron(0 12 * * * *)", "cron(0 12 * * ? *)"),
        ("cron(0 12 ? * ? *)", "cron(0 12 * * ? *)"),
        ("cron(0 9 * * mon-fri *)", "cron(0 9 ? * MON-FRI *)"),
        ("cron(0 12 ? * 0 *)", "cron(0 12 ? * SUN *)"),
        ("cron(0 0 9 * * ?)", "cron(0 9 * * ? *)"),
        ("cron(0 0 9 * * MON-FRI)", "cron(0 9 ? * MON-FRI *)"),
        ("cron(0 0 9 * * ? *)", "cron(0 9 * * ? *)"),
        ("0 12 * * ? *", "cron(0 12 * * ? *)"),
        ("@weekly", "cron(0 0 ? * SUN *)"),
        ("rate(1 minutes)", "rate(1 minute)"),
        ("rate(5 minute)", "rate(5 minutes)"),
        ("rate(5 min)", "rate(5 minutes)"),
        ("rate(5min)", "rate(5 minutes)"),
        ("Rate(5 Minutes)", "rate(5 minutes)"),
        ("rate (2 hours)", "rate(2 hours)"),
        ("every 5 minutes", "rate(5 minutes)"),
        ("rate(1 week)", "rate(7 days)"),
        ("rate(30 seconds)", "rate(1 minute)"),
    ],
)
def test_a_schedule_is_told_as_it_is_to_be_written(wrong: str, right: str) -> None:
    (problem,) = found(f"ScheduleExpression: '{wrong}'")
    assert problem.code == "CF164"
    assert problem.hint.startswith(f"write {right}")
    schedules.parse(right)


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("cron(0 12 1 * MON *)", "write cron(0 12 1 * ? *) or cron(0 12 ? * MON *); if both are meant, make two rules"),
        ("cron(0 24 * * ? *)", "hours 0-23"),
        ("at(2026-12-24T18:00:00)", "at(…) is for EventBridge Scheduler"),
        ("sometimes", "such as rate(5 minutes)"),
        ("cron()", "such as rate(5 minutes)"),
    ],
)
def test_a_schedule_whose_meaning_is_not_sure(wrong: str, hint: str) -> None:
    (problem,) = found(f"ScheduleExpression: '{wrong}'")
    assert problem.code == "CF164"
    assert hint in problem.hint


@pytest.mark.parametrize("right", ["cron(0 9 ? * 2-6 *)", "cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)", "cron(0 9 L * ? *)"])
def test_schedules_that_are_what_they_seem(right: str) -> None:
    assert found(f"ScheduleExpression: '{right}'") == []


def test_days_by_number_begin_with_sunday() -> None:
    (problem,) = found("ScheduleExpression: 'cron(0 9 ? * 1-5 *)'")
    assert problem.code == "CF323"
    assert problem.hint == "write cron(0 9 ? * MON-FRI *), or cron(0 9 ? * SUN-THU *) if that is meant"


@pytest.mark.parametrize("bus", ["mine", "!Ref Bus", "arn:aws:events:us-east-1:123456789012:event-bus/mine"])
def test_only_the_default_bus_has_schedules(bus: str) -> None:
    (problem,) = found(f"ScheduleExpression: rate(1 day), EventBusName: {bus}")
    assert problem.code == "CF177"
    assert "take EventBusName out" in problem.hint


@pytest.mark.parametrize(
    "rest",
    ["ScheduleExpression: rate(1 day), EventBusName: default", "EventBusName: mine, EventPattern: {source: [a]}"],
)
def test_other_buses_have_patterns(rest: str) -> None:
    assert found(rest) == []


@pytest.mark.parametrize(
    ("arn", "hint"),
    [
        ("notify-me", "write the ARN as a whole"),
        ("web", "write !Sub 'arn:${AWS::Partition}:codebuild:${AWS::Region}:${AWS::AccountId}:project/${Web}'"),
        ("Topic", "write `!Ref Topic`"),
        ("alerts", "write `!Ref Topic`"),
        ("Queue", "write `!GetAtt Queue.Arn`"),
        ("!Ref Queue", "write `!GetAtt Queue.Arn`"),
        ("arn:aws:codepipeline:us-east-1:123456789012:pipeline/web", "123456789012:web"),
        ("!Sub 'arn:aws:codebuild:${AWS::Region}:${AWS::AccountId}:${Web}'", "123456789012:project/web"),
        ("arn:aws:lambda:us-east-1:123456789012:notify", "123456789012:function:notify"),
    ],
)
def test_a_target_is_an_arn(arn: str, hint: str) -> None:
    problems = [one for one in found(target(f"Arn: {arn}")) if one.code != "CF308"]
    (problem,) = problems
    assert (problem.code, problem.severity) == ("CF179", "error")
    assert problem.hint.endswith(hint) or hint in problem.hint


@pytest.mark.parametrize(
    "arn",
    [
        "!Ref Topic",
        "!GetAtt Queue.Arn",
        "!ImportValue topic",
        "'{{resolve:ssm:topic}}'",
        "!Sub '${Topic}'",
        "arn:aws:lambda:us-east-1:123456789012:function:notify:live",
        "arn:aws:codepipeline:us-east-1:123456789012:web, RoleArn: 'arn:aws:iam::123456789012:role/start'",
        "!Sub 'arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Topic}', RoleArn: !ImportValue role",
    ],
)
def test_targets_that_are_arns(arn: str) -> None:
    assert found(target(f"Arn: {arn}")) == []


@pytest.mark.parametrize(
    ("rest", "hint"),
    [
        ("Input: '{}', InputPath: $.detail", "keep InputPath, or one of the others"),
        ("Input: hello", "write `Input: '\"hello\"'`"),
        ("Input: '{a: 1}'", "look for a comma too many, or a quote that is missing"),
        ("InputPath: detail.state", "write $.detail.state"),
        ("InputTransformer: {InputPathsMap: {s: detail.state}, InputTemplate: '{\"s\": <s>}'}", "write $.detail.state"),
        ("InputTransformr: {InputPathsMap: {s: detail}, InputTemplate: '{}'}", "write $.detail"),
        ("InputTransformer: {InputPathsMap: {state: $.a}, InputTemplate: '\"<stat>\"'}", "did you mean <state>?"),
        (
            "InputTransformer: {InputPathsMap: {s: $.a}, InputTemplate: '{\"s\": <t>}'}",
            "did you mean <s>? or add `t: $.detail.…` to InputPathsMap",
        ),
        ("InputTransformer: {InputTemplate: '{\"s\": <t>}'}", "add `t: $.detail.…` to InputPathsMap"),
    ],
)
def test_what_a_target_is_not_given(rest: str, hint: str) -> None:
    (problem,) = [one for one in found(target(f"Arn: !Ref Topic, {rest}")) if one.code != "CF172"]
    assert (problem.code, problem.hint) == ("CF178", hint)


@pytest.mark.parametrize(
    "rest",
    [
        "Input: '{\"a\": 1}'",
        "Input: !Sub '{\"a\": ${Topic}}'",
        "InputPath: $",
        "InputPath: $.detail",
        "InputTransformer: {InputPathsMap: {s: $.a}, InputTemplate: '\"<b><s></b> <h1>all</h1> <time><br>\"'}",
        "InputTransformer: {InputPathsMap: {s: $.a, unused: $.b}, InputTemplate: '\"<s>\"'}",
        "InputTransformer: {InputTemplate: '\"<anything>\"'}",
        "InputTransformer: {InputTemplate: '\"<b>all</b> of <aws.events.event.json>\"'}",
        'InputTransformer: {InputPathsMap: {s: $.detail.state}, InputTemplate: \'{"s":<s>,"e": <aws.events.event>}\'}',
    ],
)
def test_what_a_target_may_be_given(rest: str) -> None:
    assert found(target(f"Arn: !Ref Topic, {rest}")) == []


PIPELINE = "source: [aws.codepipeline], detail-type: [CodePipeline Pipeline Execution State Change]"


def filled(paths: str, template: str, pattern: str = PIPELINE) -> list[Problem]:
    transformer = f"InputTransformer: {{InputPathsMap: {{{paths}}}, InputTemplate: {template}}}"
    return found(f"EventPattern: {{{pattern}}}, Targets: [{{Id: a, Arn: !Ref Topic, {transformer}}}]")


@pytest.mark.parametrize(
    ("paths", "template", "hint"),
    [
        (
            "state: $.detail.state",
            "'\"it is <outcome>\"'",
            "did you mean <state>? or add `outcome: $.detail.…`",
        ),
        (
            "a: $.detail.state, b: $.detail.pipeline",
            "'\"<a> <b> <version>\"'",
            "add `version: $.detail.version` to InputPathsMap, or write one that is there: <a>, <b>",
        ),
        (
            "a: $.detail.state",
            "'\"<a> <pipeline> <trigger-type>\"'",
            "add `pipeline: $.detail.pipeline` to InputPathsMap, or write one that is there: <a>",
        ),
        ("a: $.detail.state", "!Sub '\"<a> <pipeline> in ${AWS::Region}\"'", "add `pipeline: $.detail.pipeline`"),
    ],
)
def test_placeholders_that_nothing_fills(paths: str, template: str, hint: str) -> None:
    problem = filled(paths, template)[0]
    assert (problem.code, problem.severity) == ("CF324", "warning")
    assert problem.hint.startswith(hint)


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("$.detail.status", "write $.detail.state"),
        ("$.detail.State", "write $.detail.state"),
        ("$.state", "write $.detail.state"),
        ("$.detailType", "write $.detail-type"),
        ("$.Detail.state", "write $.detail.state"),
        ("$.detail.trigger-type", "write $.detail.execution-trigger.trigger-type"),
        ("$.detail.execution-trigger.triggertype", "write $.detail.execution-trigger.trigger-type"),
        ("$.detail.stage", "the detail has pipeline, execution-id, version, start-time, state, "),
    ],
)
def test_paths_that_find_nothing(path: str, hint: str) -> None:
    (problem,) = filled(f"s: {path}", "'\"<s>\"'")
    assert (problem.code, problem.severity) == ("CF325", "warning")
    assert problem.hint.startswith(hint)


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        (
            "$.detail.phases[0].phase-type",
            "write $.detail.additional-information.phases[0].phase-type",
        ),
        (
            "$.detail.additional-information.phases[0].phase_type",
            "write $.detail.additional-information.phases[0].phase-type",
        ),
        ("$.detail.initiator", "write $.detail.additional-information.initiator"),
        ("$.detail.*", ""),
        ("$['detail']['state']", ""),
    ],
)
def test_paths_into_what_events_of_builds_tell(path: str, hint: str) -> None:
    pattern = "source: [aws.codebuild], detail-type: [CodeBuild Build State Change]"
    problems = filled(f's: "{path}"', "'\"<s>\"'", pattern)
    assert [problem.hint for problem in problems if problem.code == "CF325"] == ([hint] if hint else [])


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("$.detail.state", PIPELINE),
        ("$.detail-type", PIPELINE),
        ("$.detail", PIPELINE),
        ("$.resources[0]", PIPELINE),
        ("$.detail.execution-trigger.something-newer", PIPELINE),
        ("$.detail.stage", "source: [aws.codepipeline]"),
        ("$.detail.status", "source: [my.app]"),
        ("$.detail.status", "source: [aws.codepipeline, my.app]"),
        ("$.detail.requestParameters.name", "source: [aws.codepipeline], detail-type: [AWS API Call via CloudTrail]"),
        ("$.detail.additional-information.phases[0].phase-type", "source: [aws.codebuild]"),
    ],
)
def test_paths_that_find_something(path: str, pattern: str) -> None:
    assert filled(f"s: '{path}'", "'\"<s>\"'", pattern) == []


@pytest.mark.parametrize(
    ("properties", "codes"),
    [
        ("EventPatern: {source: [aws.codecommits]}", ["CF172", "EP205"]),
        ("State: ENABLED", ["CF163"]),
        ("Schedule: rate(1 hours)", ["CF164", "CF320"]),
        ("Conditions: {StringEquals: a}", ["CF163", "CF320"]),
        ("EventPattern: !If [Here, {source: [aws.codebuilds]}, !Ref AWS::NoValue]", ["CF130", "EP205"]),
        ("EventPattern: aws.codecommit", ["CF001"]),
        ("EventPattern: [{source: [aws.codecommits]}]", ["CF001", "EP205"]),
        ('EventPattern: \'{"source": ["aws.codecommits"]}\'', ["EP205"]),
        ('EventPattern: !Sub \'{"source": ["aws.codecommits"], "account": ["${AWS::AccountId}"]}\'', ["EP205"]),
        ("EventPattern: !Sub '{\"source\": ${Topic}}'", []),
        ("EventPattern: {source: [aws.codecommit], resources: !GetAtt Repo.Arn}", ["EP101"]),
    ],
)
def test_patterns_as_templates_hold_them(properties: str, codes: list[str]) -> None:
    assert sorted(problem.code for problem in found(properties)) == codes


@pytest.mark.parametrize(
    ("source", "resource", "hint"),
    [
        ("aws.codecommit", "!GetAtt Web.Arn", "take it out, or write aws.codebuild as the source"),
        ("aws.codebuild", "!GetAtt Web.Arn", '"detail": {"project-name": [!Ref Web]}'),
        ("aws.codebuild", "!Sub 'arn:aws:codebuild:${AWS::Region}:1:project/${Web}'", '"project-name": [!Ref Web]}'),
        ("aws.codebuild", "!Sub 'arn:aws:codecommit:${AWS::Region}:1:shop'", "write aws.codecommit as the source"),
    ],
)
def test_resources_of_the_template_that_such_events_never_name(source: str, resource: str, hint: str) -> None:
    (problem,) = found(f"EventPattern: {{source: [{source}], resources: [{resource}]}}")
    assert problem.code == "EP209"
    assert problem.hint.endswith(hint)


def test_resources_of_the_template_that_events_name() -> None:
    assert found("EventPattern: {source: [aws.codecommit], resources: [!GetAtt Repo.Arn]}") == []


ROLE = """  Start:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: 'sts:AssumeRole'}]
"""


@pytest.mark.parametrize(
    ("arn", "what", "action"),
    [
        ("arn:aws:codepipeline:us-east-1:123456789012:web", "pipelines", "codepipeline:StartPipelineExecution"),
        ("!GetAtt Web.Arn", "builds", "codebuild:StartBuild"),
        ("!Sub 'arn:aws:states:${AWS::Region}:1:stateMachine:a'", "state machines", "states:StartExecution"),
    ],
)
def test_what_is_started_only_with_a_role(arn: str, what: str, action: str) -> None:
    (problem,) = found(target(f"Arn: {arn}"))
    assert (problem.code, problem.severity) == ("CF308", "warning")
    assert problem.message == f"a target of Rule has no RoleArn: EventBridge starts {what} only with a role"
    assert problem.hint == f"add `RoleArn:` of a role that trusts events.amazonaws.com and may {action}"


def test_the_role_that_the_template_has_for_it_is_named() -> None:
    text = f"{HEAD}{{{target('Arn: !GetAtt Web.Arn')}}}\n{ROLE}"
    (problem,) = check_text(text, "template.yml", "template")
    assert problem.hint == "add `RoleArn: !GetAtt Start.Arn`, a role that may codebuild:StartBuild"


def test_a_role_of_the_rule_is_not_one_of_its_target() -> None:
    (problem,) = found(f"{target('Arn: !GetAtt Web.Arn')}, RoleArn: !ImportValue role")
    assert problem.hint == "the RoleArn beside Targets is for other buses: move it into the target, beside its Arn"


CALLS = "detail-type: [AWS API Call via CloudTrail], source: [aws.codepipeline]"


def test_calls_that_only_read_are_not_sent_to_every_rule() -> None:
    pattern = f"EventPattern: {{{CALLS}, detail: {{eventName: [StopPipelineExecution, GetPipeline]}}}}"
    (problem,) = found(pattern)
    assert problem.code == "CF322"
    assert "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" in problem.hint
    assert found(f"{pattern}, State: ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS") == []
