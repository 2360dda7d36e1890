"""Where a warning would be wrong, none is given; and what it says where it is right."""

from __future__ import annotations

import pytest

from sim.core.problems import Problem
from sim.formats.check import check_text, shell
from sim.formats.check.secrets import is_secret
from tests.formats.check.cases import COMMIT, DEPLOY, FIRST, LAST, SOURCE, STORE, action, pipeline, stage


def found(name: str, text: str) -> list[Problem]:
    return check_text(text, name)


def codes(name: str, text: str) -> list[str]:
    return [problem.code for problem in found(name, text)]


def build(*commands: str, more: str = "", install: str = "") -> str:
    lines = "".join(f"      - {command}\n" for command in commands)
    return f"version: 0.2\n{more}phases:\n{install}  build:\n    commands:\n{lines}"


# Runtimes

NODE = "  install:\n    runtime-versions: {nodejs: 20}\n"


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        (build("npm ci"), True),
        (build("npm ci", install=NODE), False),
        (build("mvn package", install=NODE), True),
        (build("python3 -m pytest", install=NODE), False),
        (build("./gradlew build"), True),
        (build("echo npm is nice"), False),
        (build("NODE_ENV=test npm test"), True),
        (build("cd web && sudo npm ci"), True),
        (build("make"), False),
    ],
)
def test_a_runtime_is_chosen(text: str, warned: bool) -> None:
    assert ("BS205" in codes("buildspec.yml", text)) is warned


def test_each_runtime_is_told_once() -> None:
    text = build("npm ci", "npm test", "node x.js")
    assert codes("buildspec.yml", text) == ["BS205"]


# Variables


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("DB_PASSWORD", "hunter22", True),
        ("ApiKey", "0123456789abcdef", True),
        ("GITHUB_TOKEN", "0123456789abcdef", True),
        ("ANYTHING", "AKIAIOSFODNN7EXAMPLE", True),
        ("KEY", "-----BEGIN RSA PRIVATE KEY-----", True),
        ("DB_PASSWORD", "", False),
        ("DB_PASSWORD", "$SECRET", False),
        ("DB_PASSWORD", "<password>", False),
        ("DB_PASSWORD", "{{password}}", False),
        ("DB_PASSWORD", "****", False),
        ("TOKEN", "arn:aws:secretsmanager:us-east-1:123456789012:secret:x", False),
        ("SECRET", "/app/db/password", False),
        ("TOKENIZER", "punkt-model", False),
        ("PASSWORD_FILE", "secrets.txt", False),
        ("KEYBOARD", "qwerty", False),
        ("STAGE", "production", False),
        ("GPG_KEY_SECRET_ID", "maven/gpg-key", False),
        ("AWS_ACCESS_KEY_ID", "0123456789abcdef", True),
    ],
)
def test_secrets(name: str, value: str, secret: bool) -> None:
    assert is_secret(name, value) is secret


def test_a_key_in_a_command() -> None:
    assert codes("buildspec.yml", build("aws configure set aws_access_key_id AKIAIOSFODNN7EXAMPLE")) == ["BS207"]


@pytest.mark.parametrize(
    ("commands", "warned"),
    [
        (["make"], True),
        (["export TAG=1"], False),
        (["TAG=$(git describe)"], False),
        (["read TAG < file"], False),
        ([". ./env.sh"], False),
        (["eval $(tool env)"], False),
        (["echo $TAG"], True),
        (["export STAGE_TAG=1"], True),
    ],
)
def test_exported_variables_are_set_somewhere(commands: list[str], warned: bool) -> None:
    text = build(*commands, more="env:\n  exported-variables: [TAG]\n")
    assert ("BS210" in codes("buildspec.yml", text)) is warned


@pytest.mark.parametrize(
    "env",
    [
        "variables: {TAG: a}",
        "parameter-store: {TAG: /CodeBuild/tag}",
        "secrets-manager: {TAG: secret}",
    ],
)
def test_a_variable_of_env_may_be_exported(env: str) -> None:
    text = build("make", more=f"env:\n  exported-variables: [TAG]\n  {env}\n")
    assert codes("buildspec.yml", text) == []


def test_what_codebuild_sets_may_be_exported_and_aws_names_never() -> None:
    text = build("make", more="env:\n  exported-variables: [CODEBUILD_BUILD_ID, AWS_REGION]\n")
    (problem,) = found("buildspec.yml", text)
    assert problem.message == "AWS_REGION is not exported: names that begin with AWS_ never are"


# After a failed build


@pytest.mark.parametrize(
    ("build", "post", "warned"),
    [
        ("commands: [make]", "docker push web", True),
        ("commands: [make]\n    on-failure: ABORT", "docker push web", False),
        ("commands: [make]\n    on-failure: CONTINUE", "docker push web", True),
        ("commands: [make]", 'if [ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ]; then docker push web; fi', False),
        ("commands: [make]", "test $CODEBUILD_BUILD_SUCCEEDING = 1 && aws s3 cp a s3://b", False),
        ("commands: [make]", "echo done", False),
        ("commands: [make]", "aws s3 sync dist s3://b", True),
        ("commands: [make]", "aws s3 ls s3://b", False),
        ("commands: [make]", "aws cloudformation describe-stacks --stack-name web", False),
        ("commands: [make]", "aws ecs wait services-stable --cluster c", False),
        ("commands: [make]", "aws lambda get-function --function-name f", False),
        ("commands: [make]", "aws cloudformation deploy --stack-name web", True),
    ],
)
def test_publishing_after_a_failed_build(build: str, post: str, warned: bool) -> None:
    text = f"version: 0.2\nphases:\n  build:\n    {build}\n  post_build:\n    commands:\n      - {post}\n"
    assert ("BS212" in codes("buildspec.yml", text)) is warned


# Shell


@pytest.mark.parametrize(
    ("command", "programs"),
    [
        ("npm ci && npm test", ("npm", "npm")),
        ("cd web; ./mvnw -q package | tee log", ("cd", "mvnw", "tee")),
        ("A=1 B='x y' sudo make", ("make",)),
        ("if [ -f x ]; then go test; fi", ("[", "go", "fi")),
        ("echo $(python3 --version)", ("echo", "python3")),
        ("# npm ci", ()),
        ("", ()),
        ("A=1", ()),
    ],
)
def test_programs(command: str, programs: tuple[str, ...]) -> None:
    assert shell.programs(command) == programs


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("echo '[]' > imagedefinitions.json", ("imagedefinitions.json",)),
        ("printf '%s' \"$X\" >>out/a.json; echo b > b", ("out/a.json", "b")),
        ("echo x > $FILE", None),
        ('echo x > "a_b.json"', None),
        ("echo x > a$N.json", None),
        ("echo x >&2 && npm test > /dev/null 2>&1", ()),
        ("echo 'a > b'", ()),
        ("make > log", None),
        ("cat <<END > a", None),
        ("docker build -t web .", ()),
        ("docker build -o dist .", None),
        ("docker run -v $PWD:/src builder", None),
        ("python -m build", None),
        ("pytest --junitxml=report.xml", None),
        ("python -m pytest", ()),
    ],
)
def test_files_that_commands_surely_make(command: str, files: tuple[str, ...] | None) -> None:
    assert shell.made(command) == files


@pytest.mark.parametrize(
    ("command", "nothing"),
    [
        ("echo hello", True),
        ("npm ci && npm test", True),
        ("echo hello > file", False),
        ("make", False),
        ("npm run build", False),
        ("python3 -m build", False),
        ("./build.sh", False),
        ("", True),
    ],
)
def test_commands_that_make_nothing(command: str, nothing: bool) -> None:
    assert shell.makes_nothing(command) is nothing


@pytest.mark.parametrize(
    ("command", "left_open"),
    [
        ("if [ -f x ]; then make; fi", ("", "")),
        ("if [ -f x ]; then\n  make\nelse\n  true\nfi", ("", "")),
        ("a && if b; then c; fi | d", ("", "")),
        ("while read line; do echo $line; done < list", ("", "")),
        ("case $A in a) b ;; *) c ;; esac", ("", "")),
        ("A=$(if b; then c; fi)", ("", "")),
        ("echo if then", ("", "")),
        ("fi", ("", "")),
        ('python3 -c "if x: y"', ("", "")),
        ("# don't", ("", "")),
        ("make # don't", ("", "")),
        ("echo ${#a} a#b", ("", "")),
        ("echo $'it\\'s'", ("", "")),
        ("echo \"it's ${A:-x} $(echo 'a\"b') `date`\"", ("", "")),
        ("""printf '[{"name":"web","imageUri":"%s"}]' $URI > images.json""", ("", "")),
        ("test -f a || { echo b; exit 1; }", ("", "")),
        ("cat <<EOF\nit's\nEOF", ("", "")),
        ('echo \\"', ("", "")),
        ("if [ -f x ]; then", ("", "if")),
        ("for f in *; do", ("", "for")),
        ("if a; then while b; do c; fi", ("", "if")),
        ("echo it's", ("'", "")),
        ('echo "a', ('"', "")),
        ("echo `date", ("`", "")),
        ('echo "$(date)', ('"', "")),
        ("$(" * 10_000 + '"', ("", "")),
    ],
)
def test_what_a_command_leaves_open(command: str, left_open: tuple[str, str]) -> None:
    assert shell.unclosed(command) == left_open


def test_an_if_in_several_entries_is_told_where_it_begins() -> None:
    (problem,) = found("buildspec.yml", build("if [ -f a ]; then", "make", "fi"))
    assert (problem.code, problem.line) == ("BS217", 5)
    assert problem.hint == "make one entry of it: `- |`, and below it, deeper, all lines from `if` to `fi`"


def test_commands_of_the_aws_cli_are_none_of_powershell() -> None:
    text = build("aws ecr get-login-password | docker login", "if [ -f a ]; then", "fi")
    assert codes("buildspec.yml", text) == ["BS217"]


@pytest.mark.parametrize("shell_", ["powershell.exe", "cmd.exe"])
def test_quotes_of_windows_have_other_rules(shell_: str) -> None:
    assert codes("buildspec.yml", build("echo it's", more=f"env: {{shell: {shell_}}}\n")) == []
    assert codes("buildspec.yml", build("echo it's", "Write-Host done")) == []


@pytest.mark.parametrize(
    ("runtime", "hint"),
    [
        ("node", "did you mean nodejs?"),
        ("jdk", "did you mean java?"),
        ("pyhton", "did you mean python?"),
        ("docker", "take it out: images have Docker, and the project's privileged mode starts it"),
        ("perl", "runtimes are android, dotnet, golang, java, nodejs, php, python, ruby, rust"),
        ("rust", None),
        ("nodejs", None),
        ("dotnet", None),
    ],
)
def test_runtimes_that_images_have(runtime: str, hint: str | None) -> None:
    text = build("make", install=f"  install:\n    runtime-versions: {{{runtime}: latest}}\n")
    assert [problem.hint for problem in found("buildspec.yml", text)] == ([] if hint is None else [hint])


@pytest.mark.parametrize(
    ("section", "value"),
    [
        ("artifacts", "{files: ['**/*']}"),
        ("cache", "{paths: [a]}"),
        ("reports", "{unit: {files: [a]}}"),
        ("env", "{variables: {A: b}}"),
    ],
)
def test_a_section_inside_a_phase_belongs_to_the_left_edge(section: str, value: str) -> None:
    (problem,) = found("buildspec.yml", build("make") + f"    {section}: {value}\n")
    assert (problem.code, problem.message) == (
        "BS201",
        f"{section} stands inside build, not beside phases: nothing comes of it",
    )
    assert problem.hint == f"move `{section}:` and what belongs to it to the left edge: it is a section of its own"
    (other,) = found("buildspec.yml", build("make") + f"  {section}: {value}\n")
    assert (other.code, other.hint) == ("BS202", problem.hint)


def test_environments_of_a_batch() -> None:
    matrix = "batch: {build-matrix: {dynamic: {env: {type: [LINUX, ARM_CONTAINER], compute-type: [SMALL]}}}}\n"
    hints = [problem.hint for problem in found("buildspec.yml", build("make", more=matrix)) if problem.code == "BS219"]
    assert hints == ["did you mean LINUX_CONTAINER?", "did you mean BUILD_GENERAL1_SMALL?"]


# AppSpecs


def appspec(more: str) -> str:
    return f"version: 0.0\nos: linux\n{more}"


@pytest.mark.parametrize(
    ("mode", "warned"), [("0644", True), ('"0644"', False), ("644", False), ("0", False), ("'755'", False)]
)
def test_modes(mode: str, warned: bool) -> None:
    text = appspec(f"files: [{{source: /, destination: /srv}}]\npermissions: [{{object: /srv, mode: {mode}}}]\n")
    assert ("AP203" in codes("appspec.yml", text)) is warned


def test_a_mode_that_yaml_changes_is_told_as_the_number_it_becomes() -> None:
    text = appspec("files: [{source: /, destination: /srv}]\npermissions: [{object: /srv, mode: 0755}]\n")
    (problem,) = found("appspec.yml", text)
    assert "is the number 493 for YAML" in problem.message
    assert problem.hint == 'write mode: "0755"'


@pytest.mark.parametrize(
    ("object", "warned"),
    [
        ("/srv/web", False),
        ("/srv/web/", False),
        ("/srv", False),
        ("/srv/web/static", False),
        ("/", False),
        ("/etc/nginx", True),
        ("/srv/website", True),
        ("/home/$USER", False),
    ],
)
def test_permissions_on_what_is_copied(object: str, warned: bool) -> None:
    text = appspec(f"files: [{{source: /, destination: /srv/web}}]\npermissions: [{{object: {object}, owner: web}}]\n")
    assert ("AP211" in codes("appspec.yml", text)) is warned


def test_the_name_of_an_appspec_for_lambda_may_end_in_yaml() -> None:
    text = (
        "version: 0.0\nResources: [{f: {Type: AWS::Lambda::Function, Properties: {Name: f, Alias: a, "
        "CurrentVersion: '1', TargetVersion: '2'}}}]\n"
    )
    assert codes("appspec.yaml", text) == []


@pytest.mark.parametrize("filled", ["<VERSION>", "{{version}}", "${VERSION}"])
def test_what_something_else_fills_in_is_left_alone(filled: str) -> None:
    text = (
        "version: 0.0\nResources: [{f: {Type: AWS::Lambda::Function, Properties: {Name: f, Alias: a, "
        f'CurrentVersion: "{filled}", TargetVersion: "{filled}"}}}}}}]\n'
    )
    assert codes("appspec.yml", text) == []


def test_latest_is_no_version() -> None:
    text = (
        "version: 0.0\nResources: [{f: {Type: AWS::Lambda::Function, Properties: {Name: f, Alias: a, "
        "CurrentVersion: 1, TargetVersion: $LATEST}}}]\n"
    )
    (problem,) = found("appspec.yml", text)
    words = "$LATEST is no published version: publish a version, and write its number, such as `TargetVersion: 2`"
    assert (problem.code, problem.hint) == ("AP125", words)
    (problem,) = found("appspec.yml", text.replace("$LATEST", "v7"))
    assert problem.hint.startswith("write its number alone, such as `TargetVersion: 7`")


# Pipelines


def test_an_artifact_that_a_configuration_names_is_read() -> None:
    make = action("Make", "Build/CodeBuild", "ProjectName: p", "Src", "Out")
    stack = action(
        "Stack",
        "Deploy/CloudFormation",
        "ActionMode: CREATE_UPDATE, StackName: s, "
        "RoleArn: 'arn:aws:iam::123456789012:role/r', TemplatePath: 'Out::t.yml'",
    )
    assert "PL203" not in codes("pipeline.yml", pipeline(FIRST, stage("B", make), stage("D", DEPLOY, stack)))
    assert "PL203" in codes("pipeline.yml", pipeline(FIRST, stage("B", make), LAST))


@pytest.mark.parametrize(
    ("configuration", "complaint"),
    [
        ("ActionMode: CREATE_OR_UPDATE, StackName: s", "ActionMode of action Stack is 'CREATE_OR_UPDATE'"),
        ("ActionMode: CREATE_UPDATE, StackName: s, RoleArn: 'arn:aws:iam::123456789012:role/r'", "lacks TemplatePath"),
        ("ActionMode: CHANGE_SET_EXECUTE, StackName: s", "lacks ChangeSetName"),
        (
            "ActionMode: CREATE_UPDATE, StackName: s, RoleArn: 'arn:aws:iam::123456789012:role/r', TemplatePath: t.yml",
            "TemplatePath of action Stack is 't.yml', and names no artifact",
        ),
        (
            "ActionMode: CREATE_UPDATE, StackName: s, "
            "RoleArn: 'arn:aws:iam::123456789012:role/r', TemplatePath: 'Src::t', Capabilities: IAM",
            "Capabilities of action Stack is 'IAM'",
        ),
        (
            "ActionMode: CREATE_UPDATE, StackName: s, "
            "RoleArn: 'arn:aws:iam::123456789012:role/r', TemplatePath: 'Src::t', ParameterOverrides: 'A=1'",
            "ParameterOverrides of action Stack is not a JSON object",
        ),
        ("ActionMode: DELETE_ONLY, StackName: s, RoleArn: 'arn:aws:iam::123456789012:role/r'", None),
        (
            "ActionMode: CREATE_UPDATE, StackName: s, "
            "RoleArn: 'arn:aws:iam::123456789012:role/r', TemplatePath: 'Src::t', "
            "Capabilities: 'CAPABILITY_IAM,CAPABILITY_AUTO_EXPAND', ParameterOverrides: '{\"A\": \"1\"}'",
            None,
        ),
    ],
)
def test_configurations_of_stack_actions(configuration: str, complaint: str | None) -> None:
    stack = action("Stack", "Deploy/CloudFormation", configuration, "Src")
    errors = [
        problem.message
        for problem in found("pipeline.yml", pipeline(FIRST, stage("D", stack)))
        if problem.code == "PL125"
    ]
    assert len(errors) == (complaint is not None)
    assert complaint is None or complaint in errors[0]


def test_a_variable_in_a_configuration_is_left_alone() -> None:
    source = action("Get", "Source/CodeCommit", COMMIT, "", "Src", "namespace: S")
    make = action("Make", "Build/CodeBuild", "ProjectName: p, BatchEnabled: '#{S.CommitId}'", "Src")
    assert codes("pipeline.yml", pipeline(stage("Source", source), stage("B", make))) == []


CONNECTION = action(
    "Get",
    "Source/CodeStarSourceConnection",
    "ConnectionArn: 'arn:aws:codeconnections:us-east-1:123456789012:connection/a', "
    "FullRepositoryId: o/r, BranchName: main, DetectChanges: 'false'",
    "",
    "Src",
)


@pytest.mark.parametrize(
    ("git", "complaint"),
    [
        ("push: [{tags: {includes: [v*]}, branches: {includes: [main]}}]", "tags stand alone"),
        ("push: [{filePaths: {includes: [src/**]}}]", "file paths without branches"),
        ("push: [{branches: {includes: [main]}, filePaths: {includes: [src/**]}}]", None),
        ("push: [{tags: {includes: [v*]}}, {branches: {includes: [main]}}]", None),
        ("pullRequest: [{events: [OPEN, UPDATED], branches: {includes: [main]}}]", None),
    ],
)
def test_trigger_filters(git: str, complaint: str | None) -> None:
    trigger = f"{{providerType: CodeStarSourceConnection, gitConfiguration: {{sourceActionName: Get, {git}}}}}"
    more = STORE + f"pipelineType: V2\ntriggers: [{trigger}]\n"
    problems = found("pipeline.yml", pipeline(stage("Source", CONNECTION), LAST, more=more))
    assert len(problems) == (complaint is not None)
    assert complaint is None or complaint in problems[0].message


@pytest.mark.parametrize(
    "git",
    [
        "push: []",
        "push: [{branches: {includes: []}}]",
        "push: [{branch: {includes: [main]}}]",
        "pullRequest: [{events: [MERGED]}]",
        "push: [{branches: {includes: [a, b, c, d, e, f, g, h, i]}}]",
    ],
)
def test_the_shape_of_triggers_is_the_apis(git: str) -> None:
    trigger = f"{{providerType: CodeStarSourceConnection, gitConfiguration: {{sourceActionName: Get, {git}}}}}"
    more = STORE + f"pipelineType: V2\ntriggers: [{trigger}]\n"
    assert "PL121" in codes("pipeline.yml", pipeline(stage("Source", CONNECTION), LAST, more=more))


def test_a_trigger_is_for_one_source_with_a_connection() -> None:
    trigger = "{providerType: CodeStarSourceConnection, gitConfiguration: {sourceActionName: Get}}"
    more = STORE + f"pipelineType: V2\ntriggers: [{trigger}, {trigger}]\n"
    problems = found("pipeline.yml", pipeline(stage("Source", CONNECTION), LAST, more=more))
    assert [problem.message for problem in problems] == ["the source action Get has two triggers; it may have one"]


def test_only_what_may_be_left_out_is_told_to_be_taken_out() -> None:
    make = action("Make", "Build/CodeBuild", "ProjectName: p", "Src", "Built")
    (hint,) = (one.hint for one in found("pipeline.yml", pipeline(FIRST, stage("B", make), LAST)))
    assert hint.endswith("or take it out")
    lone = stage("Source", action("Get", "Source/CodeCommit", COMMIT, "", "Src"))
    hints = [one.hint for one in found("pipeline.yml", pipeline(lone, stage("Wait", APPROVAL)))]
    assert "name it among some action's inputArtifacts" in hints


APPROVAL = action("Ask", "Approval/Manual", 'NotificationArn: "arn:aws:sns:us-east-1:123456789012:t"')


def test_values_that_are_no_text_are_shown_as_json() -> None:
    ship = DEPLOY.replace("ApplicationName: a", "ApplicationName: [a, true]")
    (problem,) = (one for one in found("pipeline.yml", pipeline(FIRST, stage("D", ship))) if one.code == "PL121")
    assert problem.message.count('["a", true]') == 1
    assert problem.hint == 'every value is text: write "[\\"a\\", true]"'


@pytest.mark.parametrize(
    ("key", "value", "hint"),
    [
        ("TemplatePath", "Src::t.yml", None),
        ("TemplatePath", "Scr::t.yml", "write Src::t.yml, or add Scr to inputArtifacts"),
        ("TemplateConfiguration", "Built::c.json", "write Src::c.json, or add Built to inputArtifacts"),
    ],
)
def test_files_of_a_stack_action_are_in_its_input_artifacts(key: str, value: str, hint: str | None) -> None:
    more = {"TemplatePath": "Src::t.yml", key: value}
    configuration = ", ".join(f"{name}: '{text}'" for name, text in more.items())
    stack = action(
        "Stack",
        "Deploy/CloudFormation",
        f"ActionMode: CREATE_UPDATE, StackName: s, RoleArn: 'arn:aws:iam::123456789012:role/r', {configuration}",
        "Src",
    )
    problems = found("pipeline.yml", pipeline(FIRST, stage("D", stack)))
    assert [(one.code, one.severity, one.hint) for one in problems] == (
        [] if hint is None else [("PL125", "error", hint)]
    )


def test_an_action_without_input_artifacts_gets_them() -> None:
    stack = action(
        "Stack",
        "Deploy/CloudFormation",
        "ActionMode: CREATE_UPDATE, StackName: s, "
        "RoleArn: 'arn:aws:iam::123456789012:role/r', TemplatePath: 'Src::t.yml'",
    )
    (problem,) = (one for one in found("pipeline.yml", pipeline(FIRST, stage("D", stack))) if one.code == "PL125")
    assert problem.hint == "add inputArtifacts: [{name: Src}] to the action"


@pytest.mark.parametrize(
    ("type_", "complaint"),
    [("PLAINTEXT", None), ("SECRETS_MANAGER", None), ("PLAIN", 'gives the variable A the type "PLAIN"')],
)
def test_types_of_variables(type_: str, complaint: str | None) -> None:
    variables = f"""'[{{"name": "A", "value": "a", "type": "{type_}"}}]'"""
    make = action("Make", "Build/CodeBuild", f"ProjectName: p, EnvironmentVariables: {variables}", "Src")
    messages = [one.message for one in found("pipeline.yml", pipeline(FIRST, stage("B", make)))]
    assert len(messages) == (complaint is not None)
    assert complaint is None or complaint in messages[0]


def test_a_timeout_is_for_approvals_only() -> None:
    wait = APPROVAL.replace("{name: Ask,", "{name: Ask, timeoutInMinutes: 60,")
    assert codes("pipeline.yml", pipeline(FIRST, stage("A", wait), LAST)) == []


def test_a_silent_approval_fails_when_its_own_time_is_over() -> None:
    ask = action("Ask", "Approval/Manual")
    for wait, limit in (
        (ask, "7 days"),
        (ask.replace("{name: Ask,", "{name: Ask, timeoutInMinutes: 60,"), "60 minutes"),
    ):
        (problem,) = found("pipeline.yml", pipeline(FIRST, stage("A", wait), LAST))
        assert problem.message == f"nobody is told when Ask waits for approval, and after {limit} it fails"


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("provider: CodeDeploy,", "provider: CodeDeployment,", "did you mean CodeDeploy?"),
        ("provider: CodeDeploy,", "provider: CodeBuild,", "CodeBuild is of the category Build or Test"),
        ("owner: AWS, provider: CodeDeploy,", "owner: Custom2, provider: CodeDeploy,", "did you mean Custom?"),
        ("provider: CodeDeploy, version: '1'", "provider: CodeDeploy, version: '2'", 'write version: "1"'),
        ("[{name: Src}]", "[Src]", "write {name: Src}"),
        ("[{name: Src}]", "[{name: Scr}]", "did you mean Src?"),
        ("[{name: Src}]", "[]", "add inputArtifacts: [{name: Src}]"),
        ("outputArtifacts: []", "outputArtifacts: [{name: Out}]", "take outputArtifacts out: CodeDeploy has none"),
        ("name: Ship,", "name: Ship it,", "write Ship-it: letters, digits and . @ - _ only"),
        (
            "ApplicationName: a",
            "ApplicationName: '#{Src.CommitId}'",
            "add `namespace: SrcVariables` to the action Get, which sets CommitId, and write #{SrcVariables.CommitId}: "
            "an artifact is called Src",
        ),
        (
            "ApplicationName: a",
            "ApplicationName: '#{Code.CommitId}'",
            "add `namespace: Code` to the action Get, which sets CommitId",
        ),
    ],
)
def test_what_to_write_in_a_declaration_instead(old: str, new: str, hint: str) -> None:
    assert old in DEPLOY
    problems = found("pipeline.yml", pipeline(FIRST, stage("D", DEPLOY.replace(old, new, 1))))
    assert hint in [problem.hint for problem in problems]
    assert all(problem.hint for problem in problems)
    assert all("THIS REGION" not in problem.message for problem in problems)


def test_the_owner_of_a_provider() -> None:
    git = action("Get", "Source/GitHub", "Owner: o, Repo: r, Branch: b, OAuthToken: t", "", "Src")
    (problem,) = found("pipeline.yml", pipeline(stage("Source", git), LAST))
    assert (problem.code, problem.hint) == (
        "PL110",
        "write CodeStarSourceConnection: sources at GitHub, GitLab and Bitbucket are read by a connection",
    )
    assert problem.message.endswith("in action 'Get' is not available (InvalidActionDeclarationException)")


@pytest.mark.parametrize(
    ("reference", "hint"),
    [
        ("#{Sorce.CommitId}", "did you mean #{Source.CommitId}?"),
        ("#{variables.Stgae}", "did you mean #{variables.Stage}?"),
        ("#{variables.Other}", "add Other to the pipeline's variables"),
    ],
)
def test_the_variable_that_is_meant(reference: str, hint: str) -> None:
    source = SOURCE.replace("{name: Get,", "{name: Get, namespace: Source,")
    ship = DEPLOY.replace("ApplicationName: a", f"ApplicationName: '{reference}'")
    text = pipeline(
        stage("Source", source), stage("D", ship), more=STORE + "pipelineType: V2\nvariables: [{name: Stage}]\n"
    )
    (problem,) = found("pipeline.yml", text)
    assert (problem.code, problem.hint) == ("PL120", hint)


NEGATED = "version: 0.2\nphases:\n  build:\n    commands:\n      - ENTRY\n"


@pytest.mark.parametrize(
    ("entry", "codes", "hint"),
    [
        ("! grep -q x f", ["BS224"], "quote the command: `- '! grep -q x f'`"),
        ("! grep -q 'x' f", ["BS224"], "quote the command: `- \"! grep -q 'x' f\"`"),
        ("!grep -q x f", ["YAML202"], "quote the text, and the command as a whole: the ! belongs to it"),
        ("'! grep -q x f'", [], ""),
        ("if ! grep -q x f; then make; fi", [], ""),
    ],
)
def test_a_negation_that_yaml_takes_for_a_tag(entry: str, codes: list[str], hint: str) -> None:
    found = check_text(NEGATED.replace("ENTRY", entry), "buildspec.yml")
    assert [problem.code for problem in found] == codes
    assert [problem.hint for problem in found] == [hint] * len(codes)
