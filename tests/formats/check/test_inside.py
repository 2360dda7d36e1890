"""Templates: names without values, and the files that stand inside resources, each finding where it stands."""

from __future__ import annotations

import pytest

from sim.core.problems import Problem
from tests.formats.check.small import check_text


def found(text: str) -> list[Problem]:
    return check_text(text, "template.yml", "template")


def places(text: str) -> list[tuple[str, int]]:
    return [(problem.code, problem.line) for problem in found(text)]


BASE = """\
Parameters:
  Name: {Type: String}
  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}
Mappings:
  Sizes: {dev: {count: 1}, prod: {count: 3}}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  Both: !And [!Condition Prod, !Not [!Equals [!Ref Name, '']]]
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Other:
    Type: AWS::S3::Bucket
    Condition: Both
    DependsOn: [Bucket]
    Properties:
      BucketName: VALUE
"""


def value(text: str) -> str:
    return BASE.replace("VALUE", text)


@pytest.mark.parametrize(
    "text",
    [
        "!Ref Name",
        "!Ref Bucket",
        "!Ref AWS::Region",
        "!GetAtt Bucket.Arn",
        "!GetAtt [Bucket, Arn]",
        "{Fn::GetAtt: [Bucket, Arn]}",
        "!GetAtt Bucket.MetadataConfiguration.Destination",
        "!Sub '${Bucket}-${AWS::Region}-${Name}-${Bucket.Arn}-${!Literal}'",
        "!Sub ['${A}-${Name}', {A: !Ref Bucket}]",
        "!Join ['-', [a, !Ref Name]]",
        "!Join ['-', !Split [',', !Ref Name]]",
        "!Select [0, !GetAZs '']",
        "!Select [!Ref Name, [a, b]]",
        "!Select [1, [a, b]]",
        "!Select [7, !Split [',', !Ref Name]]",
        "!If [Prod, a, !Ref AWS::NoValue]",
        "!FindInMap [Sizes, !Ref Stage, count]",
        "!FindInMap [Sizes, prod, count]",
        "!FindInMap [!Ref Name, a, b]",
        "!FindInMap [Sizes, a, b, {DefaultValue: 5}]",
        "!Base64 {Fn::Sub: 'a ${Name}'}",
        "!ImportValue {Fn::Sub: '${Name}-vpc'}",
        "!Cidr [10.0.0.0/16, 6, 8]",
        "{Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}}",
        "{Condition: text}",
    ],
)
def test_functions_that_are_well_written(text: str) -> None:
    assert places(value(text)) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("!Ref Nam", "CF142"),
        ("!Select [5, [a, b]]", "CF152"),
        ("!Select [2, [a, b]]", "CF152"),
        ("!Select [0, []]", "CF152"),
        ("!Select [0, text]", "CF152"),
        ("!ImportValue [a]", "CF171"),
        ("!ImportValue {a: b, c: d}", "CF171"),
        ("!Base64 [a]", "CF171"),
        ("!Split [',', [a]]", "CF151"),
        ("!Join [',', {a: b}]", "CF151"),
        ("!ImportValue {'Fn::Sub': '${Bucket}-x'}", "CF173"),
        ("!ImportValue {'Fn::GetAtt': Bucket.Arn}", "CF173"),
        ("!Ref [Name]", "CF148"),
        ("!GetAtt Bucket", "CF144"),
        ("!GetAtt Name.Arn", "CF142"),
        ("!Sub '${Buckt.Arn}'", "CF142"),
        ("!Sub '${Buckt}'", "CF142"),
        ("!Sub '${AWS::Regio}'", "CF142"),
        ("!Sub ['${A}', {B: !Ref Nobody}]", "CF142"),
        ("!Sub {a: b}", "CF145"),
        ("!Join ['-']", "CF150"),
        ("!Join [[a], [b]]", "CF151"),
        ("!Join ['-', text]", "CF151"),
        ("!Split [a]", "CF150"),
        ("!Select [one, [a]]", "CF152"),
        ("!If [Prod, a]", "CF143"),
        ("!If [Pro, a, b]", "CF130"),
        ("!If [[Prod], a, b]", "CF143"),
        ("!FindInMap [Sizes, prod]", "CF153"),
        ("!FindInMap [Size, prod, count]", "CF154"),
        ("!FindInMap [Sizes, prod, cuont]", "CF154"),
        ("!Equals [a, b]", "CF157"),
        ("!Length [a]", "CF158"),
        ("!Rf Name", "CF147"),
        ("{Fn::Sub: a, Fn::Join: b}", "CF156"),
    ],
)
def test_functions_that_are_not(text: str, code: str) -> None:
    assert (code, 16) in places(value(text))


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("!Equals [!Ref Stage, prod]", "!Equals [!Ref Bucket, prod]", "CF134", 7),
        ("!Condition Prod", "!Condition Pro", "CF130", 8),
        ("!And [!Condition Prod, ", "!And [", "CF133", 8),
        ("!Not [!Equals [!Ref Name, '']]", "!Not []", "CF133", 8),
        ("  Prod: !Equals [!Ref Stage, prod]", "  Prod: !Condition Both", "CF131", 7),
        ("Condition: Both", "Condition: Neither", "CF130", 13),
        ("DependsOn: [Bucket]", "DependsOn: [Buckt]", "CF141", 14),
        ("Default: dev", "Default: test", "CF112", 3),
        (
            "Bucket: {Type: AWS::S3::Bucket}",
            "Bucket: {Type: AWS::S3::Bucket, Properties: {N: !Ref Other}}",
            "CF140",
            10,
        ),
        ("Bucket: {Type: AWS::S3::Bucket}", "Bucket: {Type: AWS::S3::Bucket, Propertys: {}}", "CF003", 10),
    ],
)
def test_conditions_dependencies_and_parameters(old: str, new: str, code: str, line: int) -> None:
    text = value("a")
    assert old in text
    assert (code, line) in places(text.replace(old, new, 1))


def test_a_macro_ends_the_search_for_names_and_is_told() -> None:
    text = value("!Ref MadeByTheMacro") + "Transform: AWS::Serverless-2016-10-31\n"
    assert places(text) == [("CF203", 17)]
    loops = value("{Fn::Length: [a]}") + "Transform: AWS::LanguageExtensions\n"
    assert places(loops) == []


# Buildspecs

PROJECT = """\
Resources:
  Project:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: NO_SOURCE
        BuildSpec: {}
"""


def project(buildspec: str) -> str:
    return PROJECT.replace("{}", buildspec)


BLOCK = """|
          version: 0.2
          phases:
            build:
              commands:
                - echo "tag: $TAG"
"""


@pytest.mark.parametrize("head", ["|", "|-", "!Sub |", "| # the build", ">"])
def test_a_finding_in_an_inline_buildspec_has_its_line_in_the_template(head: str) -> None:
    (problem,) = found(project(BLOCK.replace("|", head, 1))) if head != ">" else (Problem("", 12, 19, "error", "", ""),)
    assert (problem.line, problem.column) == (12, 19)


def test_it_may_stand_in_one_line_too() -> None:
    (problem,) = found(project('"version: 0.2\\nphases: {build: {commands: [[a]]}}"'))
    assert (problem.code, problem.line, problem.column) == ("BS108", 7, 20)
    assert problem.message.endswith("(line 2 of this text)")


def test_a_sub_with_names_of_its_own() -> None:
    spec = "version: 0.3\\nphases: {build: {commands: [a]}}"
    text = project(f'\n          Fn::Sub:\n            - "{spec}"\n            - {{A: b}}')
    assert ("BS101", 9) in places(text)


@pytest.mark.parametrize("path", ["ci/build.yml", "!Ref Spec", "arn:aws:s3:::b/buildspec.yml", "''"])
def test_a_path_is_no_buildspec(path: str) -> None:
    assert places(project(path).replace("Resources:", "Parameters: {Spec: {Type: String}}\nResources:")) == []


def test_lints_hold_inside_too() -> None:
    (problem,) = found(project(BLOCK.replace('echo "tag: $TAG"', "npm ci")))
    assert (problem.code, problem.line) == ("BS205", 12)


# Pipelines

PIPELINE = """\
Parameters:
  Branch: {Type: String, Default: main}
  Bucket: {Type: String}
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: {Type: S3, Location: !Ref Bucket}
      Stages:
        - Name: Source
          Actions:
            - Name: Code
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: '1'}
              Configuration: {RepositoryName: !GetAtt Name.Name, BranchName: !Ref Branch, PollForSourceChanges: false}
              OutputArtifacts: [{Name: Src}]
        - Name: Deploy
          Actions:
            - Name: Ship
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeploy, Version: 1}
              Configuration: {ApplicationName: !Ref App, DeploymentGroupName: web}
              InputArtifacts: [{Name: Src}]
              RunOrder: 1
  Name: {Type: AWS::CodeCommit::Repository}
  App: {Type: AWS::CodeDeploy::Application}
  Role:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - {Effect: Allow, Principal: {Service: codepipeline.amazonaws.com}, Action: sts:AssumeRole}
"""


def test_a_pipeline_in_a_template_is_clean() -> None:
    assert found(PIPELINE) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("InputArtifacts: [{Name: Src}]", "InputArtifacts: [{Name: Scr}]", "PL109", 22),
        ("Provider: CodeDeploy,", "Provider: CodeDeployment,", "PL110", 20),
        ("ApplicationName: !Ref App, ", "", "PL111", 19),
        ("ApplicationName: !Ref App", "Application: !Ref App", "PL111", 21),
        ("RepositoryName: !GetAtt Name.Name", "Repository: !GetAtt Name.Name", "PL111", 15),
        ("PollForSourceChanges: false", "PollForSourceChanges: maybe", "PL125", 15),
        ("Name: Deploy\n", "Name: Source\n", "PL106", 17),
        ("RunOrder: 1", "RunOrder: 1000", "PL121", 23),
        ("OutputArtifacts: [{Name: Src}]", "OutputArtifacts: [{Name: Src}, {Name: Two}]", "PL110", 16),
        ("codepipeline.amazonaws.com", "codebuild.amazonaws.com", "CF309", 31),
    ],
)
def test_findings_in_it_have_their_lines(old: str, new: str, code: str, line: int) -> None:
    assert old in PIPELINE
    assert (code, line) in places(PIPELINE.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "InputArtifacts: [{Name: Src}]",
            "InputArtifact: [{Name: Src}]",
            "Stages[1].Actions[0].InputArtifact is not a key of a pipeline declaration: did you mean InputArtifacts?",
        ),
        (
            "- Name: Ship",
            "- Nam: Ship",
            "Stages[1].Actions[0].Nam is not a key of a pipeline declaration: did you mean Name?",
        ),
        (
            "ApplicationName: !Ref App",
            "ApplicationName: [a]",
            'Stages[1].Actions[0].Configuration.ApplicationName is ["a"], not text: '
            'every value is text: write "[\\"a\\"]"',
        ),
        (
            "InputArtifacts: [{Name: Src}]",
            "TimeoutInMinutes: 10",
            "Action Ship declares 0 input artifacts which is less than the minimum count (1): "
            "add InputArtifacts: [{Name: Src}]",
        ),
        (
            "ApplicationName: !Ref App",
            "ApplicationName: '#{Src.name}'",
            "Action Ship uses #{Src.name}: no action that comes before it has the namespace Src: "
            "give the action that sets it `Namespace: SrcVariables`, and write #{SrcVariables.name}: "
            "an artifact is called Src",
        ),
    ],
)
def test_keys_are_spelled_as_templates_spell_them(old: str, new: str, told: str) -> None:
    problems = found(PIPELINE.replace(old, new, 1))
    assert told in [
        f"{one.message.partition(' (Invalid')[0].partition(' (Validation')[0]}: {one.hint}" for one in problems
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Name: Ship", "Name: !Sub 'Ship-${Branch}'"),
        ("Location: !Ref Bucket", "Location: !ImportValue bucket"),
        ("!GetAtt Role.Arn", "!Sub 'arn:aws:iam::${AWS::AccountId}:role/x'"),
        ("- Name: Deploy\n", "- !If [Never, !Ref AWS::NoValue, !Ref AWS::NoValue]\n        - Name: Deploy\n"),
        ("RunOrder: 1", "RunOrder: !Ref Bucket"),
        ("[{Name: Src}]\n        - Name: Deploy", "[{Name: !Ref Branch}]\n        - Name: Deploy"),
        ("Stages:\n", "Tags: [{Key: a, Value: b}]\n      RestartExecutionOnUpdate: true\n      Stages:\n"),
        (
            "ArtifactStore: {Type: S3, Location: !Ref Bucket}",
            "ArtifactStores: [{Region: us-east-1, ArtifactStore: {Type: S3, Location: !Ref Bucket}}]",
        ),
    ],
)
def test_what_cannot_be_known_is_no_finding(old: str, new: str) -> None:
    assert old in PIPELINE
    text = PIPELINE.replace(old, new, 1).replace("Parameters:", "Conditions: {Never: !Equals [a, b]}\nParameters:")
    errors = [problem for problem in found(text) if problem.severity == "error"]
    assert [problem for problem in errors if "Src" not in problem.message] == []


# Roles

POLICY = """\
      Policies:
        - PolicyName: p
          PolicyDocument:
            Version: 2012-10-17
            Statement: [{Effect: Allow, Resource: '*', Action: ACTIONS}]
"""
ADMIN = "      ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]\n"


@pytest.mark.parametrize(
    ("actions", "missing"),
    [
        ("['codecommit:*', 'codedeploy:*', 's3:*']", []),
        ("'*'", []),
        ("['codecommit:*', 's3:*']", ["Ship"]),
        ("['s3:*']", ["Code", "Ship"]),
        ("['codecommit:*', 'codedeploy:*']", ["artifact"]),
        ("!Ref Actions", []),
    ],
)
def test_a_role_without_the_permission_its_actions_need(actions: str, missing: list[str]) -> None:
    text = PIPELINE.replace(ADMIN, POLICY.replace("ACTIONS", actions))
    text = text.replace("Parameters:", "Parameters:\n  Actions: {Type: CommaDelimitedList}", 1)
    messages = [problem.message for problem in found(text) if problem.code == "CF310"]
    assert [message.split()[1] for message in messages] == missing


def test_a_policy_beside_the_role_counts_too() -> None:
    beside = """\
  More:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: more
      Roles: [!Ref Role]
      PolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Resource: '*', Action: ['codecommit:*', 'codedeploy:*', 's3:*']}]
"""
    assert [problem.code for problem in found(PIPELINE.replace(ADMIN, ""))] == ["CF310", "CF310", "CF310"]
    assert found(PIPELINE.replace(ADMIN, "") + beside) == []


def test_the_policy_of_a_bucket_may_give_what_the_role_does_not() -> None:
    text = PIPELINE.replace(ADMIN, POLICY.replace("ACTIONS", "['codecommit:*', 'codedeploy:*']"))
    assert [problem.code for problem in found(text)] == ["CF310"]
    assert found(text + "  Shared: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref Bucket}}\n") == []


def test_the_role_of_a_stack_trusts_cloudformation() -> None:
    stack = (
        "{ActionMode: CREATE_UPDATE, StackName: s, RoleArn: !GetAtt Role.Arn, TemplatePath: 'Src::t.yml', "
        "Capabilities: CAPABILITY_IAM}"
    )
    text = PIPELINE.replace("Provider: CodeDeploy", "Provider: CloudFormation").replace(
        "{ApplicationName: !Ref App, DeploymentGroupName: web}", stack
    )
    (problem,) = found(text)
    assert (problem.code, problem.line) == ("CF309", 31)
    assert problem.message == (
        "a stack of Pipeline takes on the role Role, which does not trust cloudformation.amazonaws.com"
    )


# Rules

RULE = """\
Resources:
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.codecommit]
        detail-type: [CodeCommit Repository State Change]
        resources: [!GetAtt Code.Arn]
        detail: {referenceType: [branch], referenceName: [!Ref Branch, {prefix: !Ref Branch}]}
      Targets:
        - Arn: !Sub 'arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Branch}'
          RoleArn: !GetAtt Role.Arn
          Id: a
  Code: {Type: AWS::CodeCommit::Repository}
  Role: {Type: AWS::IAM::Role}
Parameters: {Branch: {Type: String}}
"""


def test_a_rule_with_functions_in_its_pattern_is_clean() -> None:
    assert found(RULE) == []


@pytest.mark.parametrize(
    "value",
    [
        "[{Fn::Sub: '${Branch}'}]",
        "!Split [',', !Ref Branch]",
        "[!If [A, {prefix: a}, !Ref Branch]]",
        "{Fn::Split: [',', !Ref Branch]}",
        "[{anything-but: !Ref Branch}]",
    ],
)
def test_functions_may_stand_anywhere_in_a_pattern(value: str) -> None:
    text = RULE.replace("[!GetAtt Code.Arn]", value).replace(
        "Parameters", "Conditions: {A: !Equals [a, b]}\nParameters"
    )
    assert found(text) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("source: [aws.codecommit]", "source: aws.codecommit", "EP101", 6),
        ("[CodeCommit Repository State Change]", "[CodeCommit State Change]", "EP203", 7),
        ("[branch]", "[{prefx: b}]", "EP104", 9),
        ("          RoleArn: !GetAtt Role.Arn\n", "", "CF308", 11),
    ],
)
def test_findings_in_a_rule_have_their_lines(old: str, new: str, code: str, line: int) -> None:
    assert old in RULE
    assert (code, line) in places(RULE.replace(old, new, 1))


@pytest.mark.parametrize(
    ("schedule", "good"),
    [
        ("rate(1 minute)", True),
        ("rate(5 minutes)", True),
        ("rate(12 hours)", True),
        ("cron(0 9 ? * MON-FRI *)", True),
        ("cron(0/15 * * * ? *)", True),
        ("rate(1 minutes)", False),
        ("rate(5 minute)", False),
        ("rate(0 minutes)", False),
        ("cron(0 9 * * *)", False),
        ("cron(0 9 1 * MON *)", False),
        ("every day", False),
    ],
)
def test_schedules(schedule: str, good: bool) -> None:
    text = f"Resources:\n  R:\n    Type: AWS::Events::Rule\n    Properties: {{ScheduleExpression: '{schedule}'}}\n"
    assert (places(text) == []) is good


CHOSEN = """\
Parameters: {P: {Type: String}}
Conditions: {Left: !Equals [!Ref P, left]}
Resources:
  A: {Type: T::A::B, Properties: {X: !If [Left, !Ref B, !Ref C]}}
  B: {Type: T::A::B, Properties: {X: !If [Left, b, !Ref A]}}
  C: {Type: T::A::B, Properties: {X: !If [Left, !Ref A, c]}}
"""


@pytest.mark.parametrize(
    ("old", "new", "circle"),
    [
        ("", "", []),
        ("!If [Left, b, !Ref A]", "!If [Left, !Ref A, b]", ["A → B → A"]),
        ("!If [Left, !Ref A, c]", "!If [Left, !Ref A, !Ref A]", ["A → C → A"]),
        ("!If [Left, !Ref A, c]", "!Ref A", ["A → C → A"]),
    ],
)
def test_circles_are_those_that_some_conditions_make(old: str, new: str, circle: list[str]) -> None:
    told = [one.message.partition(": ")[2] for one in found(CHOSEN.replace(old, new)) if one.code == "CF140"]
    assert told == circle


def test_circles_that_no_conditions_make_take_no_time() -> None:
    first, second = ("".join(f", !Ref {name}{n}" for n in range(150)) for name in "AB")
    rows = [f"  A{n}: {{Type: T::A::B, Properties: {{X: !If [Left, [x{second}], x]}}}}\n" for n in range(150)]
    rows += [f"  B{n}: {{Type: T::A::B, Properties: {{X: !If [Left, x, [x{first}]]}}}}\n" for n in range(150)]
    assert found(CHOSEN.partition("  A:")[0] + "".join(rows)) == []


DOCUMENTS = """\
Resources:
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: |
        {
          "source": "aws.codebuild"
        }
  Project: {Type: AWS::CodeBuild::Project, Properties: {ServiceRole: !GetAtt Role.Arn}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
      AssumeRolePolicyDocument: |
        {"Version": "2012-10-17", "Statement": {
          "Effect": "Allow", "Action": "sts:AssumeRole",
          "Principal": {"Service": "ec2.amazonaws.com"}
        }}
"""


def test_documents_written_as_text_are_judged_where_they_stand() -> None:
    assert places(DOCUMENTS) == [("EP101", 7), ("CF309", 14)]
    broken = DOCUMENTS.replace('"sts:AssumeRole",', '"s3:*"')
    assert ("YAML110", 17) in places(broken)
    assert ("IAM123", 16) in places(DOCUMENTS.replace("sts:AssumeRole", "sts:AssumeRol"))


def test_after_a_function_with_too_few_values_the_rest_is_read() -> None:
    text = """\
Conditions:
  Both: !And [!Condition Nobody]
Resources:
  A: {Type: AWS::S3::Bucket, Properties: {BucketName: !Join [!Ref Nothing], Tags: !Foo [!Ref Nowhere]}}
  B: {Type: AWS::SNS::Topic, Properties: {TopicName: !If [Both, !Ref Nobody]}}
"""
    told = [(problem.line, problem.code) for problem in check_text(text, "template.yml")]
    assert told == [
        (2, "CF133"),
        (2, "CF130"),
        (4, "CF150"),
        (4, "CF142"),
        (4, "CF147"),
        (4, "CF142"),
        (5, "CF143"),
        (5, "CF142"),
    ]


def test_each_circle_of_a_template_is_told() -> None:
    resources = "".join(
        f"  {one}: {{Type: AWS::S3::Bucket, Properties: {{BucketName: !Ref {other}}}}}\n"
        for one, other in (("A", "B"), ("B", "A"), ("C", "D"), ("D", "C"))
    )
    conditions = "Conditions: {E: !Not [!Condition F], F: !Not [!Condition E], G: !Not [!Condition G]}\n"
    told = [problem.code for problem in check_text(f"{conditions}Resources:\n{resources}", "template.yml")]
    assert sorted(told) == ["CF131", "CF131", "CF140", "CF140"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Parameters: {P: {Type: String, AllowedValues: dev}}", [("CF001", "write it as a list: [dev]")]),
        ("Description: [a]", [("CF001", "write one text there, in quotes if it holds `: ` or begins with a sign")]),
        ("Mappings: {M: {a: b}}", [("CF001", "a mapping has two levels: write `a: {name: value}`")]),
        ("Outputs: {O: !Ref B}", [("CF001", "write `Value:` below the name, indented deeper")]),
        ("Outputs: {O: {Value: [a]}}", [("CF001", "write one text; of a list, `!Join [',', …]`")]),
        ("Outputs: {O: {Value: a, Export: x}}", [("CF001", "write `Export: {Name: …}`")]),
        ("Outputs: {O: {Value: a, Export: {Name: x}}}", []),
        ("Outputs: {O: {Value: !Ref Aws::Region}}", [("CF142", "did you mean AWS::Region?")]),
        ("Outputs: {O: {Value: !Base64 }}", [("CF171", "write `!Base64 …` with one")]),
    ],
)
def test_sections_in_the_wrong_shape(text: str, told: list[tuple[str, str]]) -> None:
    problems = check_text(f"Resources: {{B: {{Type: AWS::S3::Bucket}}}}\n{text}\n", "template.yml")
    assert [(problem.code, problem.hint) for problem in problems] == told


@pytest.mark.parametrize(
    ("resource", "told"),
    [
        ("AWS::S3::Bucket", [("CF001", "write `Type: AWS::…` below the name, indented deeper")]),
        ("{type: AWS::S3::Bucket}", [("CF003", "did you mean Type?")]),
        ("{Properties: {}}", [("CF103", "such as `Type: AWS::S3::Bucket`")]),
    ],
)
def test_a_resource_in_the_wrong_shape(resource: str, told: list[tuple[str, str]]) -> None:
    problems = check_text(f"Resources:\n  A: {{Type: AWS::S3::Bucket}}\n  B: {resource}\n", "template.yml")
    assert [(problem.code, problem.hint) for problem in problems] == told


SUBSTITUTED = """\
Parameters:
  Stage: {Type: String}
Resources:
  P:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        BuildSpec: !Sub |
          version: 0.2
          phases:
            build:
              commands:
                - echo ${HOME} ${Stage} ${!USER}
                - echo ${HOME} ${tag:-latest}
"""


def test_a_variable_of_the_shell_inside_a_substituted_text_is_told_on_its_line() -> None:
    found = [problem for problem in check_text(SUBSTITUTED, "template.yml") if problem.code == "CF142"]
    assert [(problem.line, problem.column) for problem in found] == [(13, 24), (14, 32)]
    assert found[0].hint.startswith("write `${!HOME}` or `$HOME` if it is the shell's variable")
    assert found[1].hint.startswith("write `${!tag:-latest}` if the shell is to replace it")


def test_a_name_that_nearly_is_one_of_the_template_is_offered_there_too() -> None:
    text = SUBSTITUTED.replace("${HOME}", "${Stagee}").replace(" ${tag:-latest}", "")
    (problem,) = (problem for problem in check_text(text, "template.yml") if problem.code == "CF142")
    assert (problem.line, problem.hint) == (13, "did you mean Stage?")


NAMED = """\
TRANSFORM
Parameters:
  Stage: {Type: String}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      KEY: VALUE
"""


def unreplaced(value: str, key: str = "TopicName", transform: str = "Description: x") -> list[Problem]:
    text = NAMED.replace("TRANSFORM", transform).replace("KEY", key).replace("VALUE", value)
    return [problem for problem in check_text(text, "template.yml") if problem.code == "CF206"]


@pytest.mark.parametrize(
    "value",
    [
        '"${AWS::StackName}-x"',
        '"x-${Stage}"',
        '"${Topic.TopicName}"',
        "{Fn::Join: ['-', ['${Stage}', x]]}",
        "!Sub ['${A}', {A: '${Stage}'}]",
        "[{Key: a, Value: '${AWS::Region}'}]",
    ],
)
def test_a_name_that_nothing_replaces(value: str) -> None:
    (problem,) = unreplaced(value)
    assert problem.line == 8
    assert problem.hint.startswith("write `!Sub '")


@pytest.mark.parametrize(
    "value",
    [
        '!Sub "${AWS::StackName}-x"',
        "!Sub ['${A}-${Stage}', {A: b}]",
        '"${HOME}"',
        '"${aws:username}"',
        '"${AWS::NoSuchThing}"',
        '"$Stage"',
        '"line ${Stage}\\nline"',
        "{Fn::Base64: 'echo ${Stage}'}",
    ],
)
def test_texts_in_which_nothing_is_to_be_replaced(value: str) -> None:
    assert unreplaced(value) == []


@pytest.mark.parametrize("key", ["UserData", "BuildSpec", "Command", "DefinitionString", "ZipFile"])
def test_texts_that_somebody_else_reads(key: str) -> None:
    assert unreplaced('"echo ${Stage}"', key) == []


def test_a_macro_of_ones_own_may_replace_anything() -> None:
    assert unreplaced('"${Stage}"', transform="Transform: Mine") == []
    assert len(unreplaced('"${Stage}"', transform="Transform: AWS::LanguageExtensions")) == 1


def test_a_tag_inside_a_buildspec_of_a_template() -> None:
    text = SUBSTITUTED.replace("echo ${HOME} ${Stage} ${!USER}", "!grep -q x f").replace(
        "echo ${HOME} ${tag:-latest}", "! a"
    )
    found = [(problem.line, problem.code) for problem in check_text(text, "template.yml") if problem.line > 12]
    assert found == [(13, "YAML202"), (14, "BS224")]


@pytest.mark.parametrize(
    ("export", "codes"),
    [
        ("{Name: !Sub '${AWS::StackName}-${Name}'}", []),
        ("{Name: !Sub '${Bucket}-x'}", ["CF173"]),
        ("{Name: !GetAtt Bucket.Arn}", ["CF173"]),
        ("{Nme: x}", ["CF002"]),
        ("{Fn::If: [Prod, {Name: a}, !Ref 'AWS::NoValue']}", []),
        ("{Name: !Sub '${Nam}-x'}", ["CF142"]),
    ],
)
def test_names_of_exports_are_known_before_anything_is_made(export: str, codes: list[str]) -> None:
    text = value("b") + f"Outputs: {{O: {{Value: !Ref Bucket, Export: {export}}}}}\n"
    assert [problem.code for problem in found(text)] == codes


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        ("{Ref: Bucket, x: y}", ["CF207"]),
        ("{Ref: AWS::Region, x: y}", ["CF207"]),
        ("{Ref: a reference of ours, x: y}", []),
        ("{a: {Ref: Name}, b: [!Ref Bucket]}", []),
    ],
)
def test_a_ref_beside_other_keys(table: str, codes: list[str]) -> None:
    text = value("b").replace(
        "Resources:\n", f"Resources:\n  Own: {{Type: Custom::Thing, Properties: {{P: {table}}}}}\n"
    )
    assert [problem.code for problem in found(text)] == codes


def test_what_is_written_instead_of_a_ref_or_an_attribute() -> None:
    hints = [problem.hint for text in ("!Ref Bucket.Arn", "!GetAtt Bucket") for problem in found(value(text))]
    assert hints[0] == "write `!GetAtt Bucket.Arn`: Ref takes a name alone"
    assert hints[1].startswith("write `!GetAtt Bucket.Arn` or another attribute;")
