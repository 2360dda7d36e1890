"""What the message says to write instead, for mistakes that people really make."""

from __future__ import annotations

import pytest

from sim.core.problems import Problem, ProblemsError
from sim.formats import appspec, buildspec, nodes, syntax, template
from sim.formats.check import providers
from sim.formats.check.long_forms import in_long_form
from tests.formats.check.cases import FIRST, LAST, action, pipeline, stage
from tests.formats.check.small import check_text


def first(name: str, text: str) -> Problem:
    errors = [problem for problem in check_text(text, name) if problem.severity == "error"]
    return errors[0]


@pytest.mark.parametrize(
    ("name", "text", "line", "hint"),
    [
        pytest.param(
            "buildspec.yml",
            'version: 0.2\nphases:\n  build:\n    commands:\n      - echo "tag: $TAG"\n',
            5,
            "quote the command: it holds a colon followed by a space: write `- 'echo \"tag: $TAG\"'`",
            id="a command becomes a mapping",
        ),
        pytest.param(
            "buildspec.yml",
            "version: 0.2\nphases:\n  build:\n    - make\n",
            4,
            "write `commands:` above the list, and indent the list deeper",
            id="commands: is missing",
        ),
        pytest.param(
            "buildspec.yml",
            "version: 0.2\nphases:\n  build:\n    commands:make\n",
            4,
            "put a space after commands:",
            id="no space after the colon",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nos: linux\nhooks:\n  AfterInstall:\n    - location: a.sh\n permissions:\n  - object: /srv\n",
            6,
            "begin permissions in column 1, as version on line 1",
            id="a section one column deep, below an entry",
        ),
        pytest.param(
            "buildspec.yml",
            "version: 0.2\nphases:\n  build:\n    commands:\n      - make\n artifacts:\n  files: [a]\n",
            6,
            "begin artifacts in column 1, as version on line 1",
            id="a section one column deep, below phases",
        ),
        pytest.param(
            "buildspec.yml",
            "version: 0.2\nphases:\n  build:\n    commands:\n      - make\n   post_build:\n    commands:\n      - ls\n",
            6,
            "begin post_build in column 3, as build on line 3",
            id="a phase one column too deep",
        ),
        pytest.param(
            "template.yml",
            "Resources:\n  A:\n    Type: AWS::SNS::Topic\n Outputs:\n  B:\n    Value: x\n",
            4,
            "begin Outputs in column 1, as Resources on line 1",
            id="a section of a template one column deep",
        ),
        pytest.param(
            "buildspec.yml",
            "version: 0.2\nphases\n  build:\n    commands:\n      - make\n",
            2,
            "a colon is missing behind phases",
            id="phases without its colon",
        ),
        pytest.param(
            "buildspec.yml",
            "version:0.2\nphases:\n  build:\n    commands:\n      - make\n",
            1,
            "a space is missing after `version:`",
            id="version without a space",
        ),
        pytest.param(
            "appspec.yml",
            "# ours\nversion:0.0\nos:linux\n\nfiles: []\n",
            2,
            "a space is missing after `version:`",
            id="two lines without a space",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nos:linux\nfiles: []\n",
            2,
            "a space is missing after `os:`",
            id="the second line without a space",
        ),
        pytest.param(
            "buildspec.yml",
            " version: 0.2\nphases:\n  build: {}\n",
            2,
            "line 1 is indented, and this line is not: take the spaces at its beginning out",
            id="the first line is indented",
        ),
        pytest.param(
            "buildspec.yml",
            "version: 0.2\nphases:\n  build:\n    commands:\n      - [[ -n $X ]] && make\n",
            5,
            "text that begins with [ must stand in quotes",
            id="a test at the beginning",
        ),
        pytest.param(
            "buildspec.yml",
            'version: 0.2\nphases:\n  build:\n    commands:\n      - "a" && b\n',
            5,
            "text that begins with a quoted word must be quoted as a whole",
            id="a quoted word at the beginning",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nos: linux\nhooks:\nAfterInstall:\n    - location: a.sh\n  ApplicationStart:\n    - {}\n",
            6,
            "indent AfterInstall on line 4 deeper than `hooks:`",
            id="an event beside hooks",
        ),
        pytest.param(
            "buildspec.yml",
            "version: 0.2\n<<<<<<< HEAD\nphases: {}\n=======\nphases: {build: {}}\n>>>>>>> main\n",
            2,
            "a merge conflict is left in the file: settle it",
            id="a merge conflict",
        ),
        pytest.param(
            "buildspec.yml",
            "version: 0.2\nphases:\n  build:\n    commands:\n      - {{command}}\n",
            5,
            "quote it: `{{name}}` and `[[ … ]]` without quotes are mappings and lists",
            id="a template's braces",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nos: linux\nhooks:\n  AfterInstall:\n    - location: a.sh\n        timeout: 30\n",
            6,
            "begin timeout in column 7, as location on line 5",
            id="deeper than the key above",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nos: linux\nfiles:\n\t- source: /\n",
            4,
            "indent with spaces: YAML allows no tabs there",
            id="a tab",
        ),
        pytest.param(
            "event-pattern.json",
            '{\n  "source": ["aws.codebuild"],\n  "detail": {"a": ["b"]},\n}\n',
            4,
            "look for a comma too many, a comment, or single quotes: JSON takes none of them",
            id="a comma too many",
        ),
        pytest.param(
            "event-pattern.json",
            '{\n  "source": ["aws.codebuild"]\n  "detail": {"a": ["b"]}\n}\n',
            3,
            "look for a comma or a bracket that is missing before this place",
            id="a comma that is missing",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nos: linux\nhooks: {AfterInstal: [{location: a.sh}]}\n",
            3,
            "rename `AfterInstal` to `AfterInstall`",
            id="a typing mistake",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nResources: [{s: {Type: AWS::ECS::Service, Properties: {TaskDefinition: t, LoadBalancerInfo: "
            "{ContainerName: c, ContainerPort: 80}}}}]\nHooks: [{BeforeInstall: [{location: a.sh}]}]\n",
            3,
            'write `- BeforeInstall: "function-name"`; scripts are for instances',
            id="scripts in an ECS AppSpec",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nos: linux\nhooks:\n  AfterInstall:\n    - scripts/start.sh\n",
            5,
            "write `- location: scripts/start.sh`",
            id="a script without location",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nos: linux\nhooks:\n  AfterInstall:\n    location: a.sh\n",
            5,
            "begin it with `- `: a list may have one entry too",
            id="a script without a dash",
        ),
        pytest.param(
            "buildspec.yml",
            "version: 0.2\nphases:\n  build:\n    on-failure: abort\n    commands: [make]\n",
            4,
            "did you mean ABORT?",
            id="what to do after a failure in small letters",
        ),
        pytest.param(
            "buildspec.yml",
            "version: 0.2\nphases: {build: {commands: [make]}}\nreports: {a: {files: [b], file-format: JUNIT}}\n",
            3,
            "did you mean JUNITXML?",
            id="a report format",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nos: linux\npermissions:\n  - object: /srv\n    type: file\n",
            5,
            "write it as a list: [file]",
            id="a text where a list is due",
        ),
        pytest.param(
            "template.yml",
            "Parameters: {A: {Type: string}}\nResources:\n  Bucket: {Type: AWS::S3::Bucket}\n",
            1,
            "did you mean String?",
            id="a parameter type in small letters",
        ),
        pytest.param(
            "appspec.yml", "version: 0.0\nos: Linux\nfiles: []\n", 2, "did you mean linux?", id="a capital letter"
        ),
        pytest.param(
            "template.yml",
            "Resources:\n  Bucket: {Type: AWS::S3::Bucket}\nOutputs:\n  Name: {Value: !Ref Buckett}\n",
            4,
            "did you mean Bucket?",
            id="a reference",
        ),
    ],
)
def test_hints(name: str, text: str, line: int, hint: str) -> None:
    problem = first(name, text)
    assert (problem.line, problem.hint) == (line, hint)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version: 0.2\nphases: [a, b\nc: d\n", "did not find expected ',' or ']'"),
        ("version: 0.2\nphases:\n\t- a\n", "found character that cannot start any token"),
        ("version: 0.2\na: b: c\n", "mapping values are not allowed in this context"),
        ("version: 0.2\nphases:\n  build:\n  - a\n - b\n", "did not find expected key"),
    ],
)
def test_the_parsers_words_are_those_that_codebuild_answers(text: str, words: str) -> None:
    assert first("buildspec.yml", text).message == f"not YAML: {words}"


BROKEN = [
    "a: [1, 2\nb: 3\n",
    "a: {b: 1\nc: 2\n",
    "a: b: c\n",
    "a:\n  - b\n c: 1\n",
    "a:\n  - b\n  c: 1\n",
    " a: 1\nb: 2\n",
    'a: "x\nb: 1\n',
    "a: 1\nb:2\nc: 3\n",
    "a: *nobody\n",
    "a: 1\n---\nb: 2\n",
    "a: %x\n",
    "a: @x\n",
    "- - a\n  b\n",
    "a: &x [*x]\n",
    "a: 'x' y\n",
    '"a: b\n',
    "? [a]\n: b\n",
    "a: !<x\n",
    "a: |\n b\n  c\n d: e\n",
    "{a: 1}}\n",
    "[" * 300,
]


@pytest.mark.parametrize("text", BROKEN)
def test_without_libyaml_the_same_is_found(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> tuple[str, int] | None:
        try:
            nodes.compose(text, "a.yml")
        except ProblemsError as error:
            (problem,) = error.problems
            return problem.code, problem.line
        return None

    with_it = found()
    monkeypatch.setattr(nodes, "_FAST", nodes._Loader)
    assert found() == with_it


@pytest.mark.parametrize(
    ("commands", "line", "hint"),
    [
        ("    commands: [make, test\n  post_build:\n    commands: [x]\n", 5, "a [ is opened on line 4 and not closed"),
        ("    commands: {a: b\n  post_build: {}\n", 5, "a { is opened on line 4 and not closed"),
        ('    commands: [make, "test]\n', 4, 'a quote is not closed: write another "'),
        ("    commands:\n      - make\n     - test\n", 6, "begin this `-` in column 7, as the one on line 5"),
        ("    commands:\n    - make\n  - test\n", 6, "begin this `-` in column 5, as the one on line 5"),
        ("    commands:\n      - make\n- test\n", 6, "begin this `-` in column 7, as the one on line 5"),
        ("    commands:\n      - if ($x) {\n      - }\n", 6, "text that begins with } must stand in quotes"),
        ("    commands:\n      - &all [a, b]\n      - *all\n", 5, "it is a list inside the list"),
    ],
)
def test_hints_at_lists(commands: str, line: int, hint: str) -> None:
    problem = first("buildspec.yml", f"version: 0.2\nphases:\n  build:\n{commands}")
    assert problem.line == line
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("rest", "line", "hint"),
    [
        ("phases: build: commands: [a]\n", 2, "one key a line"),
        (
            "Alarms:\n  - !Ref Late\n    Name: Late\n",
            4,
            "line 3 is a value already, and no key stands below it: write `- Name: !Ref Late` in its place",
        ),
        (
            "Alarms:\n  - !Ref Late\n    Name: !Ref Late\n",
            4,
            "line 3 is a value already, and no key stands below it: write `- Name: !Ref Late` in its place",
        ),
        ("hooks:\n  - location a.sh\n    timeout: 300\n", 4, "a colon is missing behind location on line 3"),
        ("phases:\n  build\n    commands:\n      - make\n", 4, "a colon is missing behind build on line 3"),
        ("phases:\n  build:\n    commands: - make\n", 4, "begin the list on a line of its own"),
        (
            "phases:\n  build:\n    commands:\n      - make\n      test\n",
            6,
            "begin it with `- ` as an entry of its own",
        ),
        ('phases:\n  build:\n    commands:\n      - a --m {"a": "b"}\n', 5, "quote text that holds a colon"),
        ("phases:\n  build:\n    commands:\n      - > log make\n", 5, "text that begins with > must stand in quotes"),
        ('phases:\n  build:\n    commands:\n      - "echo \\d"\n', 5, "in double quotes a backslash begins an escape"),
        (
            "phases:\n  build:\n     commands:\n       - make\n   post_build:\n     commands: [a]\n",
            6,
            "begin post_build in column 3, as build on line 3",
        ),
        ("phases: {build: {commands: [{name: x, run: make}]}}\n", 2, "each entry is the command itself"),
        ("phases: {build: {commands: [a]}}\nartifacts: ['*']\n", 3, "write `files:` between `artifacts:` and the list"),
        ("phases: {build: {commands: [a]}}\ncache: [a]\n", 3, "write `paths:` between `cache:` and the list"),
        ("phases: {build: {commands: [a]}}\nenv: {variables: [A=b]}\n", 3, "write `A: b` in place of `- A=b`"),
        ("phases: {install: {runtime-versions: [{nodejs: 22}]}}\n", 2, "take each `- ` in front away"),
        ("phases: {build: {commands: [a]}}\nbatch: {build-list: [a]}\n", 3, "write `- identifier: a`"),
    ],
)
def test_hints_at_what_people_write(rest: str, line: int, hint: str) -> None:
    problem = first("buildspec.yml", "version: 0.2\n" + rest)
    assert problem.line == line
    assert hint in problem.hint


def test_an_equals_sign_in_place_of_the_colon() -> None:
    assert first("buildspec.yml", "version=0.2\nphases: {}\n").hint == "write `version: 0.2` on line 1"


def test_hints_at_texts_where_lists_are_due() -> None:
    text = (
        "version: 0.2\nphases:\n  build:\n    commands:\n      -make\n      -test\nenv: {exported-variables: 'A, B'}\n"
    )
    assert [problem.hint for problem in check_text(text, "buildspec.yml")] == [
        "put a space behind each -: without it they are no list",
        "write `exported-variables: [A, B]`",
    ]


def test_an_alias_of_a_list_is_told_where_it_stands() -> None:
    build = "  build:\n    commands:\n      - *all\n      - c\n"
    text = "version: 0.2\nphases:\n  pre_build: {commands: &all [a, b]}\n" + build
    problem = first("buildspec.yml", text)
    assert (problem.code, problem.line) == ("BS108", 6)
    assert problem.hint.startswith("write the entries out: *all stands for a whole list")


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        ("ComputeType", "BUILD_GENERAL1_SMAL", "did you mean BUILD_GENERAL1_SMALL?"),
        (
            "ComputeType",
            "BUILD_GENERAL1_TINY",
            "write one of BUILD_GENERAL1_SMALL, BUILD_GENERAL1_MEDIUM, BUILD_GENERAL1_LARGE, BUILD_GENERAL1_XLARGE, "
            "BUILD_GENERAL1_2XLARGE",
        ),
    ],
)
def test_values_that_begin_alike_come_first(name: str, text: str, hint: str) -> None:
    project = f"{{Type: AWS::CodeBuild::Project, Properties: {{Environment: {{{name}: {text}}}}}}}"
    assert first("template.yml", f"Resources: {{P: {project}}}\n").hint == hint


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("!FindInMap [M, y, a]", "its keys there are x"),
        ("!FindInMap [N, x, a]", "write it under Mappings; there is M"),
        ("!Select [first, [a]]", "write the number of the item: 0 is the first"),
        ("!Join [a]", "write `!Join [',', [a, b]]`"),
    ],
)
def test_functions_are_shown_as_they_are_written(value: str, hint: str) -> None:
    bucket = f"{{Type: AWS::S3::Bucket, Properties: {{BucketName: {value}}}}}"
    text = f"Mappings: {{M: {{x: {{a: b}}}}}}\nResources: {{B: {bucket}}}\n"
    assert first("template.yml", text).hint == hint


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("deployments[0].status = 'Failed'", "write == to compare"),
        ("deployments[0", "texts stand in '…', numbers and lists in backquotes"),
    ],
)
def test_an_expectation_with_one_equals_sign_is_told_to_have_two(expression: str, hint: str) -> None:
    problem = first("scenario.yml", f'title: A\ntimeline: []\nexpect:\n  - "{expression}"\n')
    assert (problem.code, problem.line, problem.hint) == ("SC050", 4, hint)


def test_a_key_that_nearly_says_files_is_to_be_renamed() -> None:
    text = "version: 0.2\nphases: {build: {commands: [make]}}\nartifacts:\n  file: [a]\n"
    problem = first("buildspec.yml", text)
    assert (problem.code, problem.hint) == ("BS109", "rename `file` to `files`")


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("shop-approvals", ["PL125"]),
        ("arn:aws:sns:us-east-1:123456789012:approvals", []),
    ],
)
def test_an_approval_names_its_topic_by_its_arn(value: str, codes: list[str]) -> None:
    ask = action("Ask", "Approval/Manual", f"NotificationArn: '{value}'")
    problems = check_text(pipeline(FIRST, stage("A", ask), LAST), "pipeline.yml")
    assert [problem.code for problem in problems if problem.severity == "error"] == codes


@pytest.mark.parametrize(
    ("rows", "code", "hint"),
    [
        ("{command: 'make (', takes: 5s}", "SC041", "put a backslash before each of ( ) [ ]"),
        ("{phase: build, takes: {lognormal: {mean: 5s}}}", "SC002", "such as `cv: 0.5`"),
        ("{phase: build, takes: {normal: {mean: 5s}}}", "SC002", "such as `sd: 20s`"),
        ("{phase: build, takes: {uniform: [5s]}}", "SC011", "write the shortest and the longest: [5s, 20s]"),
        ("{phase: build, takes: {triangular: [5s, 9s, 8s]}}", "SC011", "write the shortest first"),
        ("{phase: build, takes: [5s]}", "SC010", "write one of these, such as `90s`"),
    ],
)
def test_hints_at_rules_of_scenarios(rows: str, code: str, hint: str) -> None:
    problem = first("scenario.yml", f"title: A\ntimeline: []\nbehavior:\n  - {rows}\n")
    assert problem.code == code
    assert problem.hint.startswith(hint)


@pytest.mark.parametrize(
    ("step", "code", "hint"),
    [
        ("alarm: {name: a, state: alarm}", "SC035", "did you mean ALARM?"),
        ("instance: {name: a, state: stoped}", "SC035", "did you mean stopped?"),
        ("instance: {name: a, state: gone}", "SC035", "write stopped, terminated or running"),
        ("approve: {pipeline: p, stage: s, action: a, result: approve}", "SC034", "did you mean Approved?"),
    ],
)
def test_hints_at_steps_of_scenarios(step: str, code: str, hint: str) -> None:
    problem = first("scenario.yml", f"title: A\ntimeline:\n  - {{at: 5s, {step}}}\n")
    assert (problem.code, problem.hint) == (code, hint)


def test_what_a_template_does_not_make_is_told_with_the_type_that_makes_it() -> None:
    made = "R: {Type: AWS::CodeCommit::Repository, Properties: {RepositoryName: web}}"
    steps = "  - {at: 5s, alarm: {name: cpu, state: ALARM}}\n  - {at: 6s, instance: {name: web-1, state: stopped}}\n"
    text = f"title: A\nResources: {{{made}}}\ntimeline:\n{steps}"
    assert [problem.hint for problem in check_text(text, "scenario.yml") if problem.code == "SC303"] == [
        "the template makes none: add a resource of the type AWS::CloudWatch::Alarm of that name, or take this out",
        "the template makes none: add a resource of the type AWS::EC2::Instance or Sim::EC2::Fleet of that name, or "
        "take this out",
    ]


def test_a_copy_without_a_destination_is_told_that_a_folder_is_due() -> None:
    problem = first("appspec.yml", "version: 0.0\nos: linux\nfiles:\n  - source: a\n")
    assert (problem.code, problem.line) == ("AP105", 4)
    assert problem.hint.startswith("add `destination: /var/www/web`, or another folder of the instance")


@pytest.mark.parametrize(
    ("kind", "given", "hint"),
    [
        (
            "Deploy/CodeDeploy",
            "ApplicationName: a, DeploymentGroupName: b",
            "keep 1 of Src, Two: the one that holds the AppSpec",
        ),
        ("Deploy/S3", "BucketName: a, Extract: 'true'", "keep 1 of Src, Two"),
    ],
)
def test_of_too_many_artifacts_their_names_are_told(kind: str, given: str, hint: str) -> None:
    text = pipeline(
        FIRST, stage("Deploy", action("Ship", kind, given, "Src").replace("{name: Src}", "{name: Src}, {name: Two}"))
    )
    problems = [problem for problem in check_text(text, "pipeline.yml") if problem.code == "PL110"]
    assert [problem.hint for problem in problems] == [hint]


APPSPEC_KEYS = ("version", "os", "files", "file_exists_behavior", "permissions", "hooks")


def test_the_levels_are_those_of_the_readers() -> None:
    for top, _, inside in syntax.LEVELS.values():
        known = {"phases": {*buildspec._TOP, *buildspec.PHASES}, "hooks": {*appspec.HOOKS, *APPSPEC_KEYS}}
        place = "phases" if "phases" in top else "hooks" if "hooks" in top else ""
        assert {*top, *inside} <= known.get(place, set(template.SECTIONS))
        assert not place or set(inside) == set({"phases": buildspec.PHASES, "hooks": appspec.HOOKS}[place])


@pytest.mark.parametrize(
    ("hint", "json"),
    [
        ("write `!GetAtt Resource.Attribute`", 'write `{"Fn::GetAtt": ["Resource", "Attribute"]}`'),
        ("such as `Value: !Ref Bucket`", 'such as `"Value": {"Ref": "Bucket"}`'),
        ("write `!Not [!Condition A]`", 'write `{"Fn::Not": [{"Condition": "A"}]}`'),
        ("write !Sub 'arn:${X}'", 'write `{"Fn::Sub": "arn:${X}"}`'),
        ("write `${!HOME}` or `$HOME`", "write `${!HOME}` or `$HOME`"),
        ("a `!` stays", "a `!` stays"),
    ],
)
def test_hints_at_templates_in_json_have_no_short_forms(hint: str, json: str) -> None:
    assert in_long_form(hint) == json


def test_a_template_in_json_is_told_of_json() -> None:
    text = '{"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::GetAtt": "X"}}}}}'
    assert first("t.json", text).hint == 'write `{"Fn::GetAtt": ["Resource", "Attribute"]}`'
    assert first("t.yml", text).hint == "write `!GetAtt Resource.Attribute`"


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_words_that_are_no_numbers_of_json(word: str) -> None:
    problem = first("appspec.json", f'{{"version": 0.0,\n "x": "NaN", "Resources": [{word}]}}')
    assert (problem.code, problem.line, problem.column) == ("YAML110", 2, 28)
    assert problem.hint == "write a number, or the word in quotes if it is meant as text"


def test_a_version_of_yaml_that_is_none() -> None:
    assert "take this line out" in first("buildspec.yml", "%YAML 1.3\n---\nversion: 0.2\n").hint


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("Built:t.yml", "write Built::t.yml: two colons stand between"),
        ("t.yml", "write it like BuildOutput::t.yml"),
        ("s3://bucket/t.yml", "write it like BuildOutput::s3://bucket/t.yml"),
    ],
)
def test_a_template_path_with_one_colon(path: str, hint: str) -> None:
    wrong = providers._wrong_value(("Deploy", "CloudFormation"), "TemplatePath", path)
    assert wrong is not None
    assert wrong[1] == hint


def test_of_a_key_of_an_appspec_that_is_there_twice_the_line_that_counts_is_named() -> None:
    text = (
        "version: 0.0\nos: linux\nfiles:\n  - {source: a, destination: /a}\nfiles:\n  - {source: b, destination: /b}\n"
    )
    (problem,) = check_text(text, "appspec.yml")
    assert (problem.code, problem.line) == ("YAML201", 5)
    assert problem.message.endswith("here and on line 3; line 5 counts, and what line 3 holds is lost")
    assert (
        problem.hint
        == "merge the two lists into one: put these entries below those of line 3, and take this `files` out"
    )


@pytest.mark.parametrize(
    ("command", "written"),
    [
        ("echo it's: done", '- "echo it\'s: done"'),
        ("curl -H Accept: text/html x", "- 'curl -H Accept: text/html x'"),
        ('echo "it\'s": done', "or write it below a line `- |`"),
        ('echo a: "b"', None),
        ("{}", None),
        ("{a: b, c: d}", "take keys such as `name:` and `run:` away"),
    ],
)
def test_a_command_with_a_colon_is_shown_in_quotes(command: str, written: str | None) -> None:
    problem = first("buildspec.yml", f"version: 0.2\nphases:\n  build:\n    commands:\n      - {command}\n")
    assert problem.code == "BS108"
    assert (written or "a space") in problem.hint
    assert written is not None or problem.hint.endswith("a space")


def test_a_list_of_one_with_several_keys() -> None:
    text = "version: 0.0\nos: linux\nhooks:\n  AfterInstall:\n    location: a.sh\n    runas: root\n"
    assert first("appspec.yml", text).hint.endswith(
        "the first line is then `- location:`, and what follows it begins below the `l`"
    )


BUILD = "version: 0.2\nphases: {build: {commands: [make]}}\n"
HOOKS = "version: 0.0\nos: linux\nhooks:\n"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        pytest.param(
            "buildspec.yml",
            "version: 0.2\nphases:\n  build:\n    commands:\n      - make\n      -cp a b\n      - ls\n",
            [("YAML101", "put a space behind its -: `- cp a b`")],
            id="no space behind a dash",
        ),
        pytest.param(
            "buildspec.yml",
            "version: 0.2\nphases:\n  build:\n    commands:\n      - name: x\n        run: make all\n",
            [("BS108", "write `- make all`: each entry is the command itself, without keys such as `run:`")],
            id="a step of another service",
        ),
        pytest.param(
            "buildspec.yml",
            "version: 0.2\nphases: {build: {commands: make all}}\n",
            [("BS204", "write `commands:` alone, and below it, deeper, `- make all`")],
            id="one text for a list",
        ),
        pytest.param(
            "buildspec.yml",
            BUILD + "reports:\n  files: [a.xml]\n  file-format: JUNIT\n",
            [
                (
                    "BS001",
                    "write a name for the group, such as `tests:`, above `files`, and indent what belongs to it deeper",
                ),
                ("BS114", "did you mean JUNITXML?"),
            ],
            id="a report without a name",
        ),
        pytest.param(
            "buildspec.yml",
            BUILD + "env:\n  - A: b\n",
            [
                (
                    "BS001",
                    "write `variables:` below `env:`, and below that each entry as `NAME: value`, without its `- `",
                )
            ],
            id="variables in a list",
        ),
        pytest.param(
            "buildspec.yml",
            BUILD + "env:\n  NODE_ENV: production\n",
            [
                (
                    "BS201",
                    "write `variables:` in a line above it, and indent it, and other variables, deeper than that",
                )
            ],
            id="a variable in env",
        ),
        pytest.param(
            "buildspec.yml",
            BUILD + "env:\n  variables:\n    A: b\n  NODE_ENV: production\n",
            [("BS201", "move it below `variables:` on line 4")],
            id="a variable beside variables",
        ),
        pytest.param(
            "buildspec.yml",
            "version: 0.2\nphases:\nbuild:\n  commands: [make]\npost_build:\n  commands: [ls]\n",
            [("BS103", "indent build and post_build deeper than `phases:`")],
            id="phases at the left edge",
        ),
        pytest.param(
            "buildspec.yml",
            "version: 0.2\nphases:\n  build:\n  commands:\n    - echo a: b\n  post_build: {commands: [ls]}\n",
            [
                ("BS104", "indent it, and what belongs to it, deeper than `build:` on line 3"),
                ("BS108", "quote the command: it holds a colon followed by a space: write `- 'echo a: b'`"),
            ],
            id="commands in the column of their phase",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nos: linux\nfiles:\n  - source: web\n  - destination: /srv\n",
            [("AP104", "put two spaces in place of the `- ` in front of `destination`: it belongs to line 4")],
            id="one file in two entries",
        ),
        pytest.param(
            "appspec.yml",
            HOOKS + "  AfterInstall:\n    - location: a.sh\n    - timeout: 300\n    - runas: root\n",
            [
                ("AP110", "put two spaces in place of the `- ` in front of `timeout`: it belongs to line 5"),
                ("AP110", "put two spaces in place of the `- ` in front of `runas`: it belongs to line 5"),
            ],
            id="one script in three entries",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nos: linux\nfiles:\n  - web/index.html: /srv\n",
            [("AP104", "write `- source: web/index.html`, and below `source` the line `destination: /srv`")],
            id="a file as a pair",
        ),
        pytest.param(
            "appspec.yml",
            HOOKS + "  ApplicationStart: scripts/start.sh\n",
            [("AP001", "write below `ApplicationStart:` an entry of its own: `- location: scripts/start.sh`")],
            id="a script alone",
        ),
        pytest.param(
            "appspec.yml",
            HOOKS + "  ApplicationStart: [{location: [a.sh, b.sh]}]\n",
            [("AP001", "write an entry for each: `- location: a.sh` and `- location: b.sh`")],
            id="several scripts in one entry",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nos: linux\nfiles: [{source: /, destination: /a}]\n"
            "permissions: [{object: /a, type: 'file, directory', acls: 'u:alice:rw', except: '*.log'}]\n",
            [
                ("AP001", "write it as a list: [file, directory]"),
                ("AP001", "write it as a list: [u:alice:rw]"),
                ("AP001", "write it as a list: ['*.log']"),
            ],
            id="texts for lists",
        ),
        pytest.param(
            "buildspec.yml",
            "version: 0.2\nphases: {build: {commands: [make], on-failure: RETRY 3}}\n",
            [("BS106", "write RETRY-3")],
            id="a count behind a space",
        ),
        pytest.param(
            "buildspec.yml",
            "version: 0.2\nphases: {build: {commands: }}\n",
            [("BS203", "add a line with `- ` and a command below it, or take the whole phase out")],
            id="a phase with no command",
        ),
        pytest.param(
            "buildspec.yml",
            BUILD + "cache: {paths: node_modules/**/*}\n",
            [("BS204", "write `paths: ['node_modules/**/*']`")],
            id="one path for a list",
        ),
        pytest.param(
            "appspec.yml",
            HOOKS + "AfterInstall:\n  - location: a.sh\nApplicationStart:\n  - location: b.sh\n    timeout: 0\n",
            [
                ("AP202", "indent each of them, and what belongs to them, deeper than `hooks:`"),
                ("AP111", "write the seconds, such as `timeout: 300`"),
            ],
            id="events at the left edge",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nos: ubuntu\nhooks: {AfterInstall: [{location: a.sh}]}\n",
            [("AP103", "write `os: linux`")],
            id="a distribution for an os",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nos: linux\nfiles: [{source: /, destination: /a}]\n"
            "permissions: [{object: /a, mode: rwxr-x--x}]\n",
            [("AP108", 'write "0751", quoted')],
            id="a mode in letters",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nos: linux\nfiles: [{source: /, destination: }]\n",
            [
                (
                    "AP105",
                    "write `destination: /var/www/web`, or another folder of the instance that the copy goes into",
                )
            ],
            id="an empty destination",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nResources:\n  - f:\n    Type: AWS::Lambda::Function\n"
            "    Properties: {Name: f, Alias: a, CurrentVersion: 1, TargetVersion: 2}\n",
            [("AP120", "indent them, and what belongs to them, deeper than `f:`")],
            id="a resource beside its name",
        ),
        pytest.param(
            "appspec.yml",
            "version: 0.0\nResources: [{s: {Type: AWS::ECS::Service, Properties: {TaskDefinition: web:3, "
            "LoadBalancerInfo: [{ContainerName: c, ContainerPort: 80}]}}}]\n"
            "Hooks:\n  BeforeInstall: f\n  AfterInstall: g\n",
            [
                (
                    "AP217",
                    "write its ARN, arn:aws:ecs:us-east-1:123456789012:task-definition/web:3, "
                    "with your Region and account; `aws ecs deploy` and GitHub's action for ECS put it there by "
                    "themselves",
                ),
                ("AP001", "take the `- ` in front of `ContainerName` away: one mapping is due, no list"),
                ("AP001", "begin each of its lines with `- `, as in `- BeforeInstall:` and its function"),
            ],
            id="a list for a mapping, and a mapping for a list",
        ),
    ],
)
def test_what_people_write_is_told_once_with_what_to_write(name: str, text: str, told: list[tuple[str, str]]) -> None:
    assert [(problem.code, problem.hint) for problem in check_text(text, name)] == told


def test_a_secret_outside_its_section_is_one_all_the_same() -> None:
    told = [problem.code for problem in check_text(BUILD + "env: [{DB_PASSWORD: hunter22}]\n", "buildspec.yml")]
    assert told == ["BS001", "BS207"]
