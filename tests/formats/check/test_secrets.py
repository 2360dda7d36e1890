"""What looks like a secret, by its form or by its name, and what only speaks of one."""

from __future__ import annotations

import pytest

from sim.formats.check.secrets import is_secret, set_in
from tests.formats.check.cases import action, pipeline, stage
from tests.formats.check.small import check_text

KEYS = [
    "AKIA" + "Q" * 16,
    "ASIA" + "7" * 16,
    "ghp_" + "a1B2" * 9,
    "github_pat_" + "11ABCDEFG0" * 8,
    "glpat-" + "x1" * 10,
    "xoxb-" + "123456789012-abcdefghij",
    "https://hooks.slack.com/services/T0000/" + "B1/" + "a" * 24,
    "npm_" + "aB3d" * 9,
    "sk_live_" + "4eC39HqLyjWDarjtT1",
    "rk_test_" + "4eC39HqLyjWDarjtT1",
    "AIza" + "Sy-_" * 8 + "abc",
    "-----BEGIN " + "RSA PRIVATE KEY-----",
    "-----BEGIN " + "OPENSSH PRIVATE KEY-----",
    "SG." + "a" * 22 + "." + "b" * 43,
    "postgres://web:hunter22@db.example.com/web",
    "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + "c2lnbmF0dXJl",
]
"""Texts that have the form of a key, put together here so that nobody takes them for one."""

NAMES = [
    "PGPASSWORD",
    "DB_PASS",
    "MYSQL_PWD",
    "DB_PASSWORD",
    "apiKey".upper(),
    "dbPassword",
    "GITHUB_PAT",
    "CLIENT_SECRET",
    "SIGNING_KEY",
    "NPM_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "SSH_PASSPHRASE",
    "FTP_CREDENTIALS",
]

OF_ANOTHER_KIND = [
    "changeme",
    "change-me",
    "CHANGE_ME_PLEASE",
    "replace-with-yours",
    "your-password",
    "<password>",
    "${DB_PASSWORD}",
    "$DB_PASSWORD",
    "{{resolve:secretsmanager:web}}",
    "#{Variables.Token}",
    "/CodeBuild/web/password",
    "prod/web/password",
    "web-db-password",
    "arn:aws:secretsmanager:us-east-1:123456789012:secret:web",
    "https://example.com/token",
    "keys/deploy.pem",
    "********",
    "xxxxxxxx",
    "placeholder",
    "true",
    "",
]

PLAIN_NAMES = [
    "COMPASS",
    "BYPASS",
    "CACHE_KEY",
    "S3ObjectKey",
    "PASSWORD_FILE",
    "SECRET_NAME",
    "TOKEN_URL",
    "PATH",
    "PATTERN",
]


@pytest.mark.parametrize("value", KEYS)
def test_a_key_is_known_by_its_form_whatever_its_name(value: str) -> None:
    assert is_secret("VALUE", value)


@pytest.mark.parametrize("name", NAMES)
def test_a_value_is_known_by_its_name(name: str) -> None:
    assert is_secret(name, "hunter22!")


@pytest.mark.parametrize("value", OF_ANOTHER_KIND)
def test_a_value_that_only_stands_for_a_secret_is_none(value: str) -> None:
    assert not is_secret("DB_PASSWORD", value)


@pytest.mark.parametrize("name", PLAIN_NAMES)
def test_a_name_with_such_a_word_in_it_may_be_of_something_else(name: str) -> None:
    assert not is_secret(name, "hunter22!")


def test_a_number_of_tokens_is_no_secret() -> None:
    assert not is_secret("MAX_TOKENS", "4096")


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("export DB_PASSWORD=hunter22", ["DB_PASSWORD"]),
        ("PGPASSWORD='hunter 22' psql -h db", ["PGPASSWORD"]),
        ("tool login --password hunter22", ["password"]),
        ("tool login --password=hunter22", ["password"]),
        ("export DB_PASSWORD=$SECRET", []),
        ('export DB_PASSWORD="$(aws ssm get-parameter --name a)"', []),
        ("docker login --password-stdin", []),
        ("docker build --secret id=npmrc,src=.npmrc .", []),
        ("tool --token $TOKEN --api-key ${KEY}", []),
        ("tool --password --user a", []),
    ],
)
def test_a_command_that_holds_a_secret(command: str, names: list[str]) -> None:
    assert list(set_in(command)) == names


@pytest.mark.parametrize(
    "env",
    [
        "env: {variables: {PGPASSWORD: hunter22}}\n",
        "batch: {build-list: [{identifier: a, env: {variables: {PGPASSWORD: hunter22}}}]}\n",
        "batch: {build-matrix: {dynamic: {env: {variables: {PGPASSWORD: [hunter22]}}}}}\n",
    ],
)
def test_plain_variables_of_a_buildspec(env: str) -> None:
    problems = check_text("version: 0.2\nphases: {build: {commands: [make]}}\n" + env, "buildspec.yml")
    assert [problem.code for problem in problems] == ["BS207"]


def test_plain_variables_of_version_0_1() -> None:
    text = (
        "version: 0.1\nphases: {build: {commands: [make]}}\nenvironment_variables: {plaintext: {DB_PASS: hunter22}}\n"
    )
    assert [problem.code for problem in check_text(text, "buildspec.yml")] == ["BS207"]


def test_plain_variables_of_a_project_and_defaults_of_parameters() -> None:
    text = """\
Parameters:
  DbPassword: {Type: String, Default: hunter22}
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment: {EnvironmentVariables: [{Name: DB_PASS, Value: hunter22}, {Name: HOOK, Value: %s}]}
"""
    problems = check_text(text % KEYS[8], "template.yml")
    assert [(problem.code, problem.line) for problem in problems] == [("CF305", 2), ("CF305", 7), ("CF305", 7)]


def test_plain_variables_of_a_pipelines_build() -> None:
    variables = '\'[{"name":"PGPASSWORD","value":"hunter22","type":"PLAINTEXT"}]\''
    commit = action(
        "Get", "Source/CodeCommit", "RepositoryName: w, BranchName: m, PollForSourceChanges: 'false'", "", "S"
    )
    build = action("Make", "Build/CodeBuild", f"ProjectName: p, EnvironmentVariables: {variables}", "S")
    problems = check_text(pipeline(stage("A", commit), stage("B", build)), "pipeline.yml")
    assert [problem.code for problem in problems] == ["PL205"]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("docker login -u me -p S3cr3tPassw0rd", True),
        ("docker login -u me -p $PASSWORD", False),
        ("docker login -u AWS -p $(aws ecr get-login-password) host", False),
        ("docker login -u AWS --password-stdin host", False),
        ("docker run -p 8080:80 web", False),
    ],
)
def test_a_password_behind_a_short_option(command: str, told: bool) -> None:
    text = f"version: 0.2\nphases: {{build: {{commands: ['{command}']}}}}\n"
    assert [problem.code for problem in check_text(text, "buildspec.yml")] == ["BS207"] * told
