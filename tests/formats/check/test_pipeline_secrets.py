"""A declaration in a repository holds no secrets; what stands in their place is a warning, whatever it is."""

import pytest

from sim.formats.check import check_text

DECLARATION = """
name: web
roleArn: arn:aws:iam::123456789012:role/pipeline
artifactStore: {type: S3, location: artifacts}
stages:
  - name: Source
    actions:
      - name: Checkout
        actionTypeId: {category: Source, owner: ThirdParty, provider: GitHub, version: "1"}
        configuration: {Owner: me, Repo: web, Branch: main, PollForSourceChanges: "false", OAuthToken: %s}
        outputArtifacts: [{name: Code}]
  - name: Deploy
    actions:
      - name: Site
        actionTypeId: {category: Deploy, owner: AWS, provider: S3, version: "1"}
        configuration: {BucketName: site, Extract: "true"}
        inputArtifacts: [{name: Code}]
"""


@pytest.mark.parametrize(("token", "message"), [('""', "left empty"), ('"****"', "masked")])
def test_a_secret_that_is_not_there_is_a_warning(token: str, message: str) -> None:
    problems = check_text(DECLARATION % token, "pipeline.yml", "pipeline")
    (found,) = [problem for problem in problems if problem.code == "PL206"]
    assert (found.severity, found.line) == ("warning", 10)
    assert message in found.message
    assert not [problem for problem in problems if problem.severity == "error"]


def test_any_other_empty_value_is_an_error() -> None:
    problems = check_text((DECLARATION % "x").replace("Branch: main", 'Branch: ""'), "pipeline.yml", "pipeline")
    assert [problem.code for problem in problems if problem.severity == "error"] == ["PL121"]
