"""The actions of policies are those of AWS's own models, and the few that its reference names beside them."""

from __future__ import annotations

import botocore.session
import pytest

from sim.formats.actions import ACTIONS, OPERATIONS, is_unknown, nearest


@pytest.mark.parametrize("service", OPERATIONS)
def test_the_operations_are_those_of_the_model(service: str) -> None:
    model = botocore.session.get_session().get_service_model(service)
    assert sorted(OPERATIONS[service]) == sorted(model.operation_names)


@pytest.mark.parametrize(
    ("action", "unknown"),
    [
        ("codebuild:StartBuild", False),
        ("CodeBuild:startbuild", False),
        ("codecommit:GitPull", False),
        ("codecommit:UploadArchive", False),
        ("codebuild:Start*", False),
        ("codebuild:*", False),
        ("s3:GetObjects", False),
        ("codebuild:StartBuilds", True),
        ("codedeploy:CreateDeploiment", True),
    ],
)
def test_unknown_actions(action: str, unknown: bool) -> None:
    assert is_unknown(action) is unknown


def test_only_what_is_nearly_an_action_is_taken_for_one() -> None:
    assert nearest("codebuild:StartBuilds") == "codebuild:StartBuild"
    assert nearest("codepipeline:StartPipeline") == "codepipeline:StartPipelineExecution"
    assert nearest("codebuild:Rocket") == ""


def test_no_action_is_there_twice() -> None:
    for names in ACTIONS.values():
        assert len({name.lower() for name in names}) == len(names)
