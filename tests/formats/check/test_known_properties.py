"""Names of properties, what is due, and kinds of values; attributes of resources."""

from __future__ import annotations

import pytest

from sim.core.problems import Problem
from sim.formats.check import check_text
from tests.formats.check.cases import WHOLE
from tests.formats.check.small import PIPELINE


def found(resources: str, more: str = "") -> list[Problem]:
    return check_text(f"{more}Resources:\n{resources}", "template.yml", "template")


def told(resources: str, more: str = "") -> list[tuple[str, str]]:
    return [(problem.code, problem.hint) for problem in found(resources, more)]


def project(properties: str) -> str:
    return f"  P: {{Type: AWS::CodeBuild::Project, Properties: {{{WHOLE}ServiceRole: r{properties}}}}}\n"


def group(properties: str) -> str:
    due = "ApplicationName: a, ServiceRoleArn: 'arn:aws:iam::123456789012:role/d'"
    return f"  G: {{Type: AWS::CodeDeploy::DeploymentGroup, Properties: {{{due}, {properties}}}}}\n"


# What is due


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        (
            "{Type: AWS::CodeBuild::Project, Properties: {Source: {Type: S3, Location: a}, Artifacts: {Type: S3}}}",
            "X has no Environment and ServiceRole, which an AWS::CodeBuild::Project needs",
        ),
        ("{Type: AWS::CodeCommit::Repository}", "X has no RepositoryName, which an AWS::CodeCommit::Repository needs"),
        (
            "{Type: AWS::CodeDeploy::DeploymentGroup, Properties: {ServiceRoleArn: !Ref S}}",
            "X has no ApplicationName, which an AWS::CodeDeploy::DeploymentGroup needs",
        ),
        (
            "{Type: AWS::CodeDeploy::DeploymentConfig, Properties: {MinimumHealthyHosts: {Type: HOST_COUNT}}}",
            "MinimumHealthyHosts of X has no Value",
        ),
        (
            "{Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 hour), Targets: [{Arn: !Ref S}]}}",
            "an entry of Targets of X has no Id",
        ),
        (
            "{Type: AWS::CodePipeline::Pipeline, Properties: {Stages: !Ref S, RoleArn: r, Tags: [{Key: a}]}}",
            "an entry of Tags of X has no Value",
        ),
    ],
)
def test_what_is_missing_is_told_once(resource: str, message: str) -> None:
    (problem,) = found(f"  X: {resource}\n", "Parameters: {S: {Type: String}}\n")
    assert (problem.code, problem.message, problem.severity) == ("CF169", message, "error")
    assert problem.hint.startswith("add `")


TRUSTING = "{Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: "


@pytest.mark.parametrize(
    ("resources", "hint"),
    [
        ("", "add `ServiceRoleArn: …` with the ARN of a role that trusts codedeploy.amazonaws.com"),
        ("  R: {Type: AWS::IAM::Role}\n", "add `ServiceRoleArn: !GetAtt R.Arn`"),
        (
            "  R: {Type: AWS::IAM::Role}\n"
            f"  Q: {TRUSTING}{{Service: codedeploy.amazonaws.com}}, Action: 'sts:AssumeRole'}}]}}}}}}\n",
            "add `ServiceRoleArn: !GetAtt Q.Arn`",
        ),
    ],
)
def test_a_role_that_is_due_is_one_of_the_template(resources: str, hint: str) -> None:
    text = f"{resources}  G: {{Type: AWS::CodeDeploy::DeploymentGroup, Properties: {{ApplicationName: a}}}}\n"
    assert [said for code, said in told(text) if code == "CF169" and "ServiceRoleArn" in said] == [hint]


@pytest.mark.parametrize(
    ("resources", "waits", "hints"),
    [
        ("  App: {Type: AWS::CodeDeploy::Application}\n", "App", ["add `ApplicationName: !Ref App`"]),
        (
            "",
            "Application",
            [
                "add `ApplicationName: !Ref Application`, and the resource Application of "
                "`Type: AWS::CodeDeploy::Application` that its DependsOn names",
                "add a resource Application of `Type: AWS::CodeDeploy::Application`; else take the DependsOn out",
            ],
        ),
        (
            "  T: {Type: AWS::SNS::Topic}\n",
            "T",
            [
                "add `ApplicationName: …` with the name of one that exists, or with `!Ref` of an "
                "AWS::CodeDeploy::Application that you add here"
            ],
        ),
    ],
)
def test_an_application_that_is_due_is_the_one_that_is_waited_for(resources: str, waits: str, hints: list[str]) -> None:
    due = "ServiceRoleArn: 'arn:aws:iam::123456789012:role/d'"
    text = f"  G: {{Type: AWS::CodeDeploy::DeploymentGroup, DependsOn: {waits}, Properties: {{{due}}}}}\n"
    assert sorted(hint for _, hint in told(resources + text)) == hints


def test_a_pipeline_without_stages() -> None:
    text = "RoleArn: 'arn:aws:iam::123456789012:role/p', ArtifactStore: {Type: S3, Location: my-bucket}"
    (problem,) = found(f"  P: {{Type: AWS::CodePipeline::Pipeline, Properties: {{{text}}}}}\n")
    assert (problem.code, problem.line) == ("PL121", 2)
    assert "has no Stages" in problem.message


@pytest.mark.parametrize(
    "resource",
    [
        "{Type: AWS::CodeBuild::Project, Properties: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: l}}}}",
        "{Type: AWS::CodeBuild::Project, Properties: !If [A, {}, {}]}",
        "{Type: AWS::CodeDeploy::Application}",
        "{Type: AWS::CodeDeploy::DeploymentGroup, Properties: {ApplicationName: !Ref S, ServiceRoleArn: !Ref S}}",
        "{Type: AWS::CodePipeline::Pipeline, Properties: {Stages: !Ref S, RoleArn: r}}",
    ],
)
def test_what_may_be_there_is_not_missed(resource: str) -> None:
    more = "Parameters: {S: {Type: String}}\nConditions: {A: !Equals [!Ref S, a]}\n"
    assert told(f"  X: {resource}\n", more) == []


def test_what_a_macro_may_make_is_not_judged() -> None:
    assert [code for code, _ in told(project(", Colour: red"), "Transform: MyMacro\n")] == ["CF203"]
    serverless = "Transform: AWS::Serverless-2016-10-31\n"
    assert [code for code, _ in told(project(", Colour: red"), serverless)] == ["CF203", "CF320"]


# Names


@pytest.mark.parametrize(
    ("resources", "code", "hint"),
    [
        (project(", BadgEnabled: true"), "CF172", "did you mean BadgeEnabled?"),
        (project(", Triggers: {Webhok: true}"), "CF172", "did you mean Webhook?"),
        (project(", SecondarySources: [{Type: NO_SOURCE, Buildspec: a.yml}]"), "CF172", "did you mean BuildSpec?"),
        (project(", Image: a"), "CF172", "take it out: Environment has one, line 3"),
        (
            project(", LogsConfig: {QueuedTimeoutInMinutes: 5}"),
            "CF172",
            "move it out of LogsConfig: it belongs in the column of LogsConfig, line 3",
        ),
        (project(", Colour: red"), "CF320", "known here, in 2026: Artifacts, AutoRetryLimit,"),
        (project(", FilterGroups: []"), "CF172", "write `Triggers: {FilterGroups: …}`"),
        (group("DeploymentConfig: a"), "CF172", "did you mean DeploymentConfigName?"),
        (group("EC2TagFilters: []"), "CF172", "did you mean Ec2TagFilters?"),
        (group("DeploymentStyle: !If [A, {Kind: IN_PLACE}, !Ref 'AWS::NoValue']"), "CF320", "known here"),
    ],
)
def test_names_that_are_not_there(resources: str, code: str, hint: str) -> None:
    ((there, said),) = told(resources, "Conditions: {A: !Equals [a, b]}\n")
    assert there == code
    assert said.startswith(hint)


def test_a_misspelt_name_is_not_told_again_as_missing() -> None:
    text = project("").replace("Environment:", "Enviroment:")
    assert told(text) == [("CF172", "did you mean Environment?")]


def test_of_very_many_names_the_first_are_looked_up() -> None:
    names = ", ".join(f"Colour{n}: red" for n in range(150))
    assert len(found(project(f", {names}"))) == 150


def test_what_pipelines_hold_only_in_templates() -> None:
    line = f"  P: {{Type: AWS::CodePipeline::Pipeline, Properties: {{{PIPELINE}, TAGS}}}}\n"
    line = line.replace("PollForSourceChanges: 'false'", "PollForSourceChanges: 'true'")
    assert told(line.replace("TAGS", "Tags: [{Key: a, Value: b}], RestartExecutionOnUpdate: true")) == []
    assert told(line.replace("TAGS", "Tags: [{Key: a, Vaule: b}]")) == [("CF172", "did you mean Value?")]


# Kinds


@pytest.mark.parametrize(
    ("resources", "hint"),
    [
        (
            project("").replace("Image:", "EnvironmentVariables: {A: b}, Image:"),
            "write each as an entry of a list: `- {Name: A, Value: …}`",
        ),
        (project(", Tags: {a: b}"), "write each as an entry of a list: `- {Key: a, Value: …}`"),
        (project(", SecondarySources: {Type: NO_SOURCE}"), "begin it with `- `: a list may have one entry too"),
        (project(", Cache: {Type: LOCAL, Modes: LOCAL_SOURCE_CACHE}"), "write it as a list: `[LOCAL_SOURCE_CACHE]`"),
        (project(", VpcConfig: [a]"), "write below it `SecurityGroupIds:`, `Subnets:`, `VpcId:`"),
        (project(", Cache: none"), "write it as a mapping: `{Type: NO_CACHE}`"),
        (project(", BadgeEnabled: maybe"), "write true or false"),
        (project(", BadgeEnabled: 'yes'"), "write true or false"),
        (project(", ConcurrentBuildLimit: five"), "write digits only, such as 5"),
        (project(", Description: [a]"), "write one value there; a function stands alone in its mapping"),
        (project(", Description: "), "write its value, or take the key out"),
        (project(", Tags: "), "write its value, or take the key out"),
        (project(", Tags: !If [A, {a: b}, []]"), "write each as an entry of a list: `- {Key: a, Value: …}`"),
        (
            "  R: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: b, PolicyDocument: [a]}}\n",
            "a document begins with its keys, such as `Version: '2012-10-17'`",
        ),
        (
            "  F: {Type: AWS::S3::Bucket, Properties: {BucketEncryption: AES256}}\n",
            "write below it lines of `key: value`, indented deeper",
        ),
    ],
)
def test_values_of_the_wrong_kind(resources: str, hint: str) -> None:
    ((code, said),) = told(resources, "Conditions: {A: !Equals [a, b]}\n")
    assert code == "CF001"
    assert said.startswith(hint)


@pytest.mark.parametrize(
    "properties",
    [
        ", BadgeEnabled: yes",
        ", BadgeEnabled: 'true'",
        ", ConcurrentBuildLimit: '{{resolve:ssm:limit}}'",
        ", ConcurrentBuildLimit: '5'",
        ", Description: 5",
        ", Tags: !Ref T",
        ", VpcConfig: !If [A, !Ref 'AWS::NoValue', {VpcId: v}]",
        ", Triggers: {Webhook: true, FilterGroups: [[{Type: EVENT, Pattern: PUSH}]]}",
    ],
)
def test_values_of_the_right_kind(properties: str) -> None:
    more = "Parameters: {T: {Type: CommaDelimitedList}}\nConditions: {A: !Equals [a, b]}\n"
    assert told(project(properties), more) == []


# Ranges


def configuration(minimum: str) -> str:
    return f"  C: {{Type: AWS::CodeDeploy::DeploymentConfig, Properties: {{{minimum}}}}}\n"


@pytest.mark.parametrize(
    ("resources", "limits"),
    [
        (project(", TimeoutInMinutes: 4"), "5 to 2160"),
        (project(", TimeoutInMinutes: 2161"), "5 to 2160"),
        (project(", QueuedTimeoutInMinutes: 481"), "5 to 480"),
        (configuration("MinimumHealthyHosts: {Type: FLEET_PERCENT, Value: 175}"), "0 to 99"),
        (configuration("MinimumHealthyHosts: {Type: FLEET_PERCENT, Value: 100}"), "0 to 99"),
        (configuration("MinimumHealthyHosts: {Type: HOST_COUNT, Value: -1}"), "0 or more"),
        (
            configuration(
                "ComputePlatform: ECS, TrafficRoutingConfig: {Type: TimeBasedLinear, "
                "TimeBasedLinear: {LinearInterval: 1, "
                "LinearPercentage: 100}}"
            ),
            "1 to 99",
        ),
        (project(", TimeoutInMinutes: 5"), ""),
        (configuration("MinimumHealthyHosts: {Type: FLEET_PERCENT, Value: 99}"), ""),
        (configuration("MinimumHealthyHosts: {Type: HOST_COUNT, Value: 175}"), ""),
    ],
)
def test_numbers_out_of_their_range(resources: str, limits: str) -> None:
    expected = [("CF162", f"write a number from {limits}")] if limits else []
    assert told(resources) == expected


# Attributes


OTHERS = """\
  Role: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: '{{resolve:ssm:p}}'}}
  App: {Type: AWS::CodeDeploy::Application}
  Bucket: {Type: AWS::S3::Bucket}
  Own: {Type: Custom::Thing}
"""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("!GetAtt Bucket.Arn", []),
        ("!GetAtt Bucket.RegionalDomainName", []),
        ("!GetAtt Own.Anything", []),
        ("!GetAtt Bucket.ARN", [("CF149", "did you mean Bucket.Arn?")]),
        ("!GetAtt [Bucket, ARN]", [("CF149", "did you mean Bucket.Arn?")]),
        ("!Sub 'a ${Bucket.DomianName}'", [("CF149", "did you mean Bucket.DomainName?")]),
        ("!GetAtt App.Arn", [("CF149", "write the ARN with !Sub, from the name that `!Ref App` gives")]),
        ("!GetAtt Bucket.DomainNames", [("CF149", "did you mean Bucket.DomainName?")]),
        ("!GetAtt Bucket.URLWebsite", [("CF320", "did you mean Bucket.WebsiteURL?")]),
        (
            "!GetAtt App.Name",
            [("CF320", "`!Ref App` gives its name or id; an AWS::CodeDeploy::Application has none")],
        ),
    ],
)
def test_attributes(value: str, expected: list[tuple[str, str]]) -> None:
    output = f"Outputs: {{O: {{Value: {value}}}}}\n"
    assert [one for one in told(OTHERS, output) if one[0] in ("CF149", "CF320")] == expected
