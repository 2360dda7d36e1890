"""Buildspecs as the reference has them, member by member: what is refused, what is taken and does nothing."""

from __future__ import annotations

import pytest

from sim.core.problems import Problem
from sim.formats.check.runtimes import CURRENT, RETIRED, unknown_version
from tests.formats.check.small import check_text

HEAD = "version: 0.2\n"
BUILD = "phases: {build: {commands: [make]}}\n"


def found(text: str) -> list[Problem]:
    return check_text(text, "buildspec.yml")


def codes(text: str) -> list[tuple[str, int]]:
    return [(problem.code, problem.line) for problem in found(text)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(HEAD + "phases: {}\n", [("BS203", 2)], id="no phase"),
        pytest.param(HEAD + "phases: {install: {}, build: {commands: [make]}}\n", [("BS203", 2)], id="install"),
        pytest.param(HEAD + "phases: {build: {commands: []}}\n", [("BS203", 2)], id="commands"),
        pytest.param(HEAD + "phases:\n  build:\n    commands:\n      -\n      - make\n", [("BS203", 5)], id="an entry"),
        pytest.param(HEAD + "phases: {build: {commands: [make], finally: []}}\n", [("BS203", 2)], id="finally"),
        pytest.param(HEAD + BUILD + "cache:\n  paths:\n    - a\n    -\n", [("BS203", 6)], id="an entry of paths"),
        pytest.param(HEAD + BUILD + "env: {exported-variables: []}\n", [("BS203", 3)], id="exports"),
        pytest.param(HEAD + BUILD + "artifacts: {files: [a], exclude-paths: []}\n", [("BS203", 3)], id="exclusions"),
        pytest.param(HEAD + BUILD + "reports: {unit: }\n", [("BS113", 3)], id="a report"),
        pytest.param(HEAD + BUILD + "env:\nproxy:\nreports:\nartifacts:\ncache:\n", [], id="sections"),
    ],
)
def test_what_is_empty(text: str, told: list[tuple[str, int]]) -> None:
    assert codes(text) == told


@pytest.mark.parametrize(
    ("batch", "told"),
    [
        ("", "BS120"),
        ("{build-list: []}", "BS120"),
        ("{build-graph: }", "BS120"),
        ("{build-list: [{identifier: }]}", "BS121"),
        ("{build-list: [{identifier: DOWNLOAD_SOURCE}]}", "BS128"),
        ("{build-list: [{identifier: linux-small}]}", "BS128"),
        ("{build-list: [{identifier: %s}]}" % ("a" * 128), "BS128"),
        ("{build-graph: [{identifier: a}, {identifier: b, depend-on: a}]}", "BS204"),
        ("{build-list: [{identifier: a, env: {variables: {A: [1, 2]}}}]}", "BS102"),
        ("{build-list: [{identifier: a, env: {image: [x]}}]}", "BS001"),
        ("{build-matrix: {dynamic: }}", "BS126"),
    ],
)
def test_batches(batch: str, told: str) -> None:
    assert [problem.code for problem in found(HEAD + f"batch: {batch}\n" + BUILD)] == [told]


def test_an_identifier_is_refused_in_codebuilds_own_words() -> None:
    (problem,) = found(HEAD + "batch: {build-list: [{identifier: on-linux}]}\n" + BUILD)
    words = "must contain only alphanumeric characters and underscores and be less than 128 characters in length"
    assert problem.message == f"Build Identifiers on-linux {words}"
    assert problem.hint == "write `identifier: on_linux`, and so in each depend-on"


@pytest.mark.parametrize(
    "text",
    [
        "version: 0.1\nbatch: {build-list: [{identifier: a}]}\n" + BUILD,
        "version: 0.1\nenv: {plaintext: {A: b}}\n" + BUILD,
        "version: 0.1\nenvironment_variables: {variables: {A: b}}\n" + BUILD,
        HEAD + "env: {plaintext: {A: b}}\n" + BUILD,
        HEAD + "artifacts: {files: [a], type: zip}\n" + BUILD,
    ],
)
def test_keys_of_the_other_version(text: str) -> None:
    assert codes(text) == [("BS220", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "version: 0.1\nenvironment_variables: {plaintext: {A: b}}\nartifacts: {files: [a], type: zip}\n" + BUILD,
        HEAD + "env: {variables: {A: b}}\n" + BUILD,
        HEAD + "eb_codebuild_settings: {CodeBuildServiceRole: r}\n" + BUILD,
        HEAD + "x-common: &common [make]\nphases: {build: {commands: *common}}\n",
        HEAD + "phases: {build: {commands: [node --version, make]}}\n",
    ],
)
def test_keys_that_belong_there(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("RETRY-101", "write a count from 0 to 100"),
        ("RETRY-", "after RETRY may come a count"),
        ("RETRY-3-", "after RETRY may come a count"),
        ("'RETRY-3-['", "close its brackets"),
        ("'RETRY-(a'", "close its brackets"),
        ("abort", "did you mean ABORT?"),
        ("retry", "did you mean RETRY?"),
    ],
)
def test_what_to_do_after_a_failure(value: str, words: str) -> None:
    (problem,) = found(HEAD + f"phases: {{build: {{on-failure: {value}, commands: [make]}}}}\n")
    assert (problem.code, problem.line) == ("BS106", 2)
    assert words in problem.hint


@pytest.mark.parametrize("value", ["RETRY", "RETRY-0", "RETRY-100", "RETRY-timed out", "RETRY-3-5", "'RETRY-3-a(?i)b'"])
def test_what_may_be_done_after_a_failure(value: str) -> None:
    assert codes(HEAD + f"phases: {{build: {{on-failure: {value}, commands: [make]}}}}\n") == []


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ("secrets-manager: {A: ''}", "BS116"),
        ("secrets-manager: {A: ':key'}", "BS116"),
        ("secrets-manager: {A: }", "BS116"),
        ("parameter-store: {A: ''}", "BS117"),
        ("parameter-store: {A: }", "BS117"),
    ],
)
def test_references_that_name_nothing(env: str, told: str) -> None:
    assert codes(HEAD + f"env: {{{env}}}\n" + BUILD) == [(told, 2)]


def runtime(versions: str) -> list[tuple[str, str]]:
    text = HEAD + f"phases: {{install: {{runtime-versions: {{{versions}}}}}, build: {{commands: [make]}}}}\n"
    return [(problem.code, problem.hint) for problem in found(text)]


@pytest.mark.parametrize("versions", ["python: 3.99", "nodejs: 99", "java: 17", "golang: 2.x", "ruby: 1.8", "python: "])
def test_a_version_that_no_image_has(versions: str) -> None:
    ((code, hint),) = runtime(versions)
    assert code == "BS221"
    assert hint


def test_the_hint_names_what_the_images_have_and_from_when_the_list_is() -> None:
    ((_, hint),) = runtime("nodejs: 99")
    assert hint.startswith("the standard images have 18, 20, 22, 24 (list of 2026)")
    ((_, hint),) = runtime("java: 17")
    assert hint.startswith("did you mean corretto17?")


@pytest.mark.parametrize(
    "versions",
    ["python: 3.x", "nodejs: 18.x", "java: latest", "python: $VERSION", "nodejs: 22.4.1", "dotnet: 3.1", "rust: 1.93"],
)
def test_versions_that_an_image_has_or_installs(versions: str) -> None:
    assert runtime(versions) == []


@pytest.mark.parametrize("runtime", sorted({*CURRENT, *RETIRED}))
def test_every_version_of_the_lists_is_known(runtime: str) -> None:
    for version in (*CURRENT.get(runtime, ()), *RETIRED.get(runtime, ())):
        assert not unknown_version(runtime, version)


def test_android_and_another_java() -> None:
    assert [code for code, _ in runtime("android: 29, java: corretto11")] == ["BS222"]
    assert runtime("android: 29, java: corretto8") == []


def test_runtimes_of_another_phase_count_for_nothing() -> None:
    text = HEAD + "phases: {build: {runtime-versions: {nodejs: 22}, commands: [make]}}\n"
    hint = "move it, and what belongs to it, below a line `install:` in `phases`"
    assert [(problem.code, problem.hint) for problem in found(text)] == [("BS201", hint)]
    text = text.replace("phases: {", "phases: {install: {commands: [npm ci]}, ")
    hint = "move it, and what belongs to it, below `install:` on line 2, beside its `commands`"
    assert [(problem.code, problem.hint) for problem in found(text)] == [("BS201", hint)]


@pytest.mark.parametrize(
    "command",
    ["nvm install 22", "n 22", "apt-get install -y nodejs", "curl -fsSL https://deb.nodesource.com/x | bash -"],
)
def test_a_runtime_that_the_commands_bring_is_not_missed(command: str) -> None:
    assert codes(HEAD + f"phases: {{build: {{commands: ['{command}', npm ci]}}}}\n") == []


def test_nor_is_it_on_an_image_of_ones_own() -> None:
    batch = "batch: {build-list: [{identifier: a, env: {image: example/node}}]}\n"
    assert codes(HEAD + batch + "phases: {build: {commands: [npm ci]}}\n") == []
    template = """\
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment: {Image: %s}
      Source:
        BuildSpec: |
          version: 0.2
          phases: {build: {commands: [npm ci]}}
"""
    told = [problem.code for problem in check_text(template % "node:22", "template.yml")]
    curated = [problem.code for problem in check_text(template % "aws/codebuild/standard:7.0", "template.yml")]
    assert (told, curated) == ([], ["BS205"])


@pytest.mark.parametrize(
    ("build", "told"),
    [
        ("docker build -t web .", False),
        ("docker build -t web ., docker tag web web:1, echo built", False),
        ("docker build -t web ., docker run web npm test", True),
        ("docker build -t web ., ./smoke.sh", True),
        ("make", True),
    ],
)
def test_a_push_after_a_failed_build(build: str, told: bool) -> None:
    text = HEAD + f"phases: {{build: {{commands: [{build}]}}, post_build: {{commands: [docker push web]}}}}\n"
    assert [problem.code for problem in found(text)] == ["BS212"] * told


def test_what_only_packages_releases_nothing() -> None:
    package = "aws cloudformation package --template a"
    text = HEAD + f"phases: {{build: {{commands: [make]}}, post_build: {{commands: [{package}]}}}}\n"
    assert codes(text) == []


def test_an_entry_that_became_a_piece_of_the_one_above() -> None:
    text = HEAD + "phases:\n  build:\n    commands:\n      - make\n        - make test\n"
    (problem,) = found(text)
    assert (problem.code, problem.line) == ("BS223", 5)
    assert problem.hint == "begin the `-` of line 6 in column 7, as the one above"


def test_a_long_command_in_two_lines_is_one_command() -> None:
    assert codes(HEAD + "phases:\n  build:\n    commands:\n      - make\n        all\n") == []


def test_commands_without_phases() -> None:
    (problem,) = found(HEAD + "commands: [make]\n")
    assert (problem.code, problem.line) == ("BS103", 2)
    assert problem.hint == "write the lines `phases:` and, deeper, `build:` above it, and indent it deeper again"


def test_phases_without_their_section_are_told_once_and_looked_at() -> None:
    told = found(HEAD + "build:\n  command:\n    - make\npost_build:\n  commands: [{echo a: b}]\n")
    assert [(problem.code, problem.line) for problem in told] == [("BS103", 2), ("BS105", 3), ("BS108", 6)]
    assert told[0].hint == "write `phases:` in a line above it, and indent build and post_build deeper than `phases:`"


@pytest.mark.parametrize(
    ("phases", "hint"),
    [
        (
            "phases: {install: {commands: [ls]}}\n",
            "move it into a phase, such as install on line 2, and indent it deeper",
        ),
        ("phases:\nbatch: {build-list: [{identifier: a}]}\n", "write below `phases:` the line `build:`"),
    ],
)
def test_commands_beside_phases(phases: str, hint: str) -> None:
    (problem,) = found(HEAD + phases + "commands: [make]\n")
    assert problem.code == "BS201"
    assert problem.hint.startswith(hint)


ENV = "env: {%s}\n" + BUILD


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("IMAGE_TAG", "`- export IMAGE_TAG=$CODEBUILD_RESOLVED_SOURCE_VERSION` (the id of the commit)"),
        ("BUILD_NO", "`- export BUILD_NO=$CODEBUILD_BUILD_NUMBER`"),
        ("COLOUR", "`- export COLOUR=<its value>`"),
        ("VERSIN", "did you mean VERSION, which this file sets?"),
    ],
)
def test_how_an_exported_variable_is_set(name: str, hint: str) -> None:
    (problem,) = found(HEAD + ENV % f"variables: {{VERSION: '1'}}, exported-variables: [{name}]")
    assert problem.code == "BS210"
    assert hint in problem.hint


def test_what_a_hint_shows_is_not_to_be_copied_as_it_is() -> None:
    commands = "phases: {build: {commands: [export COLOUR=<its value>]}}\n"
    (problem,) = found(HEAD + "env: {exported-variables: [COLOUR]}\n" + commands)
    assert (problem.code, problem.hint) == ("BS210", "write the value of COLOUR in its place")
    secret = found(HEAD + ENV % "variables: {DB_PASSWORD: hunter22}")[0].hint
    assert "`DB_PASSWORD: <name of the secret>:<key in it>`" in secret
    (problem,) = found(HEAD + ENV % "secrets-manager: {DB_PASSWORD: '<name of the secret>:<key in it>'}")
    assert problem.code == "BS116"
    (problem,) = found(HEAD + ENV % "parameter-store: {A: /CodeBuild/<name of the parameter>}")
    assert problem.code == "BS117"


def test_a_secret_goes_below_the_section_that_is_there() -> None:
    text = HEAD + "env:\n  variables: {DB_PASSWORD: hunter22}\n  secrets-manager:\n    A: a:b\n" + BUILD
    assert "below `secrets-manager:` on line 4 `DB_PASSWORD: " in found(text)[0].hint


def test_a_key_of_aws_needs_no_store() -> None:
    (problem,) = found(HEAD + "phases: {build: {commands: [aws configure set k AKIAIOSFODNN7EXAMPLE]}}\n")
    assert problem.hint.startswith("take the command out: commands have the rights of the project's service role")


@pytest.mark.parametrize(
    ("entries", "hint"),
    [
        ("[API_KEY=/prod/key]", "write `API_KEY: /prod/key` in place of `- API_KEY=/prod/key`"),
        ("['A=x: y', B=z]", 'write `A: "x: y"` in place of `- A=x: y`, and the others likewise'),
    ],
)
def test_variables_in_a_list_are_shown_as_they_are_written(entries: str, hint: str) -> None:
    (problem,) = found(HEAD + ENV % f"parameter-store: {entries}")
    assert (problem.code, problem.hint) == ("BS001", hint)


def test_what_a_list_of_variables_names_is_set() -> None:
    text = HEAD + ENV % "parameter-store: [API_KEY=/prod/key], exported-variables: [API_KEY]"
    assert [code for code, _ in codes(text)] == ["BS001"]


def test_a_value_with_a_variable_in_it_is_shown_as_a_command() -> None:
    (problem,) = found(HEAD + ENV % "variables: {PATH: '$PATH:/x'}")
    assert problem.code == "BS208"
    assert problem.hint.endswith("""`- 'export PATH="$PATH:/x"'`""")


@pytest.mark.parametrize(
    ("phases", "place"),
    [
        (
            "  install:\n    commands:\n      # first\n      - npm ci\n",
            "as the first command of install, before line 6,",
        ),
        (
            "  install:\n    runtime-versions:\n      nodejs: 22\n  build:\n    commands:\n      - make\n",
            "as the first command of build, before line 8,",
        ),
        ("  build:\n    commands: [make]\n", "as the first command of build, on line 4,"),
        ("  build:\n    commands: make\n", "as the first command of build, on line 4,"),
    ],
)
def test_the_place_of_a_command_that_sets_a_variable(phases: str, place: str) -> None:
    text = f"version: 0.2\nphases:\n{phases}env:\n  variables:\n    CACHE: $HOME/x\n"
    (problem,) = [one for one in found(text) if one.code == "BS208"]
    assert place in problem.hint


def test_runtimes_in_a_wrong_phase_are_told_once() -> None:
    # given a runtime that is chosen, though in a phase where it does not count
    text = (
        "version: 0.2\nphases:\n  pre_build:\n    runtime-versions:\n      python: 3.12\n"
        "    commands:\n      - npm ci\n      - python -m pytest\n"
    )
    # then that is told, and not that none is chosen
    assert [code for code, _ in codes(text)] == ["BS201"]


def test_an_export_that_a_batch_sets() -> None:
    batch = "batch: {build-list: [{identifier: a, env: {variables: {TAG: x}}}]}\nenv: {exported-variables: [TAG]}\n"
    assert codes(HEAD + batch + BUILD) == []


def test_all_of_an_inline_buildspec_is_told_though_a_key_stands_twice() -> None:
    template = """\
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        BuildSpec: |
          version: 0.2
          phases:
            build: {commands: [a]}
            build: {commands: [b], on-failure: STOP}
"""
    problems = check_text(template, "template.yml")
    assert [(problem.code, problem.line) for problem in problems] == [("YAML103", 10), ("BS106", 10)]
    assert problems[0].message == "'build' is there twice: here and on line 9"
    assert "into that of line 9" in problems[0].hint


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("STOP", "write ABORT (the build ends)"),
        ("stop", "write ABORT (the build ends)"),
        ("EXIT", "write ABORT (the build ends)"),
        ("IGNORE", "write CONTINUE (the next phase runs)"),
        ("abort", "did you mean ABORT?"),
        ("whatever", "write ABORT (the build ends), CONTINUE (the next phase runs) or RETRY-3"),
    ],
)
def test_what_to_write_for_a_failure(written: str, hint: str) -> None:
    (problem,) = found(HEAD + f"phases: {{build: {{commands: [make], on-failure: {written}}}}}\n")
    assert problem.code == "BS106"
    assert problem.hint.startswith(hint)


@pytest.mark.parametrize(
    ("entries", "hint"),
    [
        ("[{name: A, value: b}, {name: C, value: 'd: e'}]", 'the lines `A: b` and `C: "d: e"`'),
        ("[{Name: A, Value: b}]", "the lines `A: b`"),
    ],
)
def test_names_and_values_in_a_list_are_shown_as_lines(entries: str, hint: str) -> None:
    (problem,) = found(HEAD + f"env: {{variables: {entries}, exported-variables: [A]}}\n" + BUILD)
    assert problem.code == "BS001"
    assert problem.hint == f"write below `variables:`, in place of the list, {hint}"


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("artifacts: {base-directory: out, files: ['out/**/*', b]}", [("BS225", "write `- '**/*'`, without out")]),
        ("artifacts: {base-directory: ./out/, files: [./out/a.jar]}", [("BS225", "write `- 'a.jar'`, without out")]),
        ("artifacts: {base-directory: out, files: [outer/a, '**/*']}", []),
        ("artifacts: {base-directory: 'out*', files: [out/a]}", []),
        ("artifacts: {base-directory: ., files: ['**/*']}", []),
        (
            "artifacts: {secondary-artifacts: {a: {base-directory: out, files: [out]}}}",
            [("BS225", "write `- '**/*'`, without out")],
        ),
        ("reports: {a: {base-directory: out, files: [out/a.xml]}}", [("BS225", "write `- 'a.xml'`, without out")]),
    ],
)
def test_paths_that_begin_with_the_base_directory(section: str, told: list[tuple[str, str]]) -> None:
    assert [(one.code, one.hint) for one in found(HEAD + BUILD + section + "\n")] == told


def test_a_folder_that_the_commands_put_into_itself() -> None:
    build = "phases: {build: {commands: [mkdir -p out/out]}}\n"
    assert found(HEAD + build + "artifacts: {base-directory: out, files: ['out/**/*']}\n") == []


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        ("test $CODEBUILD_BUILD_SUCCEEDED = 1", "did you mean CODEBUILD_BUILD_SUCCEEDING?"),
        ("echo ${CODEBUILD_WEBHOOK_HEAD_REFS}", "did you mean CODEBUILD_WEBHOOK_HEAD_REF?"),
        ("echo $CODEBUILD_BUILD_SUCCEEDING ${CODEBUILD_SRC_DIR_lib} $CODEBUILD_SOURCE_VERSION_lib", ""),
        ("echo $CODEBUILD_PROJECT_UUID $CODEBUILD_CI $CODEBUILD_MY_EFS $CODEBUILD_AUTH_TOKEN", ""),
        ("CODEBUILD_BUILD_IDS=1; echo $CODEBUILD_BUILD_IDS", ""),
    ],
)
def test_variables_of_codebuilds(command: str, hint: str) -> None:
    hints = [one.hint for one in found(HEAD + f"phases: {{build: {{commands: ['{command}']}}}}\n")]
    assert hints == ([hint] if hint else [])


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("export A=b\necho $A", True),
        ("cd web\naws s3 ls\nmkdir a", True),
        ("if [ a = b ]; then\necho a\nfi", True),
        ("if [ a = b ]; then\n  echo a\nfi", False),
        ("cd web &&\necho a", False),
        ("echo a;\necho b", False),
        ("aws s3 cp a b\n--acl private", False),
        ("aws cloudformation deploy --parameter-overrides\nA=b\nC=d", False),
        ("docker run image\necho a", False),
        ("echo Waiting\nfor the service", False),
        ('echo \\"one\ncd two\\"', False),
        ("export A=b\n\necho $A", False),
        ("export A=b", False),
    ],
)
def test_commands_that_become_one_line(lines: str, told: bool) -> None:
    text = lines.replace("\\", "").replace("\n", "\n        ")
    problems = found(HEAD + f"phases:\n  build:\n    commands:\n      - >\n        {text}\n      - ls\n")
    assert [(one.code, one.line) for one in problems] == ([("BS227", 5)] if told else [])


def test_what_is_no_phase_is_told_with_the_phase_that_does_so() -> None:
    # given phases of another service
    text = (
        "version: 0.2\nphases:\n  build:\n    commands: [make]\n  test:\n    commands: [make test]\n"
        "  deploy:\n    commands: [make deploy]\n  notify:\n    commands: [make mail]\n  post_install:\n"
        "    commands: [make x]\n"
    )
    # when
    hints = [one.hint for one in check_text(text, "buildspec.yml") if one.code == "BS202"]
    # then none is to be a phase that is there already, or that another is to become
    assert hints == [
        "move its commands below those of `build` on line 3: phases are install, pre_build, build, post_build",
        "did you mean post_build?",
        "move its commands below those of `deploy` on line 7: phases are install, pre_build, build, post_build",
        "rename `post_install` to `pre_build`",
    ]


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        ('[ -z "$(gofmt -l .)" ]', "a list in YAML: quote the whole command: write `- '[ -z \"$(gofmt -l .)\" ]'`"),
        ("[[ -f 'a' ]]", "a list in YAML: quote the whole command: write `- '[[ -f ''a'' ]]'`"),
        ("{ make; }", "a mapping in YAML: quote the whole command: write `- '{ make; }'`"),
        ("[ -f a,\n        b ]", "a list in YAML: quote the whole command"),
    ],
)
def test_a_command_in_brackets_is_shown_in_quotes(command: str, hint: str) -> None:
    (problem,) = found(HEAD + f"phases:\n  build:\n    commands:\n      - {command}\n")
    assert (problem.code, problem.hint) == ("BS108", f"text that begins with {command[0]} is {hint}")
