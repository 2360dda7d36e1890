"""Projects whose environment does not support what they ask for, and inline buildspecs that do not fit them."""

from __future__ import annotations

import pytest

from tests.formats.check.small import check_text


def told(
    properties: str, buildspec: str = "version: 0.2\\nphases: {build: {commands: [make]}}"
) -> list[tuple[str, int, str]]:
    text = f"""\
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      {properties}
      Source: {{Type: NO_SOURCE, BuildSpec: "{buildspec}"}}
"""
    return [(problem.code, problem.line, problem.hint) for problem in check_text(text, "template.yml")]


LAMBDA = "Type: LINUX_LAMBDA_CONTAINER, ComputeType: BUILD_LAMBDA_2GB"


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        (f"Environment: {{{LAMBDA}, PrivilegedMode: true}}", "CF317"),
        (f"{{Environment: {{{LAMBDA}}}, Cache: {{Type: S3}}}}", "CF317"),
        (f"{{Environment: {{{LAMBDA}}}, VpcConfig: {{VpcId: vpc-1}}}}", "CF317"),
        (f"{{Environment: {{{LAMBDA}}}, TimeoutInMinutes: 10}}", "CF317"),
        (f"{{Environment: {{{LAMBDA}}}, Cache: {{Type: NO_CACHE}}}}", None),
        (f"Environment: {{{LAMBDA}, PrivilegedMode: false}}", None),
        ("Environment: {Type: LINUX_CONTAINER, PrivilegedMode: true}", None),
        ("{Environment: {Type: LINUX_CONTAINER}, Cache: {Type: S3}}", None),
    ],
)
def test_what_lambda_compute_has_not(properties: str, code: str | None) -> None:
    lines = properties[1:-1].replace("}, ", "}\n      ") if properties.startswith("{") else properties
    assert [found[0] for found in told(lines)] == ([code] if code else [])


RETRY = "version: 0.2\\nphases: {build: {on-failure: RETRY-3, commands: [make]}}"


@pytest.mark.parametrize(
    ("environment", "works"),
    [
        (LAMBDA, False),
        ("Type: LINUX_CONTAINER, Image: node:22", False),
        ("Type: LINUX_CONTAINER, Fleet: {FleetArn: a}", False),
        ("Type: LINUX_CONTAINER, Image: aws/codebuild/standard:7.0", True),
        ("Type: LINUX_CONTAINER, Image: !Ref Image", True),
    ],
)
def test_a_retry(environment: str, works: bool) -> None:
    found = [code for code, *_ in told(f"Environment: {{{environment}}}", RETRY) if code != "CF142"]
    assert found == ([] if works else ["CF318"])


S3 = "Artifacts: {Type: S3, Location: b}\n      SecondaryArtifacts: "
DOCS = (
    "version: 0.2\\nphases: {build: {commands: [make]}}\\n"
    "artifacts: {files: [a], secondary-artifacts: {docs: {files: [b]}}}"
)


@pytest.mark.parametrize(
    ("artifacts", "hint"),
    [
        ("Artifacts: {Type: NO_ARTIFACTS}", "add an entry with `ArtifactIdentifier: docs` to SecondaryArtifacts"),
        (
            S3 + "[{Type: S3, Location: b, ArtifactIdentifier: doc}]",
            "did you mean doc?",
        ),
        (
            S3 + "[{Type: S3, Location: b, ArtifactIdentifier: docs}]",
            None,
        ),
        (S3 + "!If [A, [], []]", None),
        (S3 + "[{ArtifactIdentifier: !Ref Build}]", None),
    ],
)
def test_secondary_artifacts_are_the_projects(artifacts: str, hint: str | None) -> None:
    found = [(code, mend) for code, _, mend in told(artifacts, DOCS) if code == "CF319"]
    assert found == ([("CF319", hint)] if hint else [])
