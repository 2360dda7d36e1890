"""The actions of policies are those of AWS's own models, and the few that its reference names beside them."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import botocore.session
import pytest

from sim.formats.actions import ACTIONS, OPERATIONS, is_unknown, nearest, service_meant
from sim.formats.other_actions import INSTEAD, SERVICES, actions


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
        ("s3:GetObjects", True),
        ("s3:ListBucket", False),
        ("s3:listallmybuckets", False),
        ("s3:Get*", False),
        ("lambda:InvokeFunction", False),
        ("iam:PassRole", False),
        ("ec2:DescribeInstance", False),
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


@pytest.mark.parametrize(
    ("action", "meant"),
    [
        ("s3:GetObjects", "s3:GetObject"),
        ("S3:getobjcet", "S3:GetObject"),
        ("iam:PasRole", "iam:PassRole"),
        ("logs:PutLogEvent", "logs:PutLogEvents"),
        ("s3:ListObjectsV2", "s3:ListBucket"),
        ("s3:HeadObject", "s3:GetObject"),
        ("lambda:Invoke", "lambda:InvokeFunction"),
        ("sns:PublishBatch", "sns:Publish"),
        ("s3:GetRocket", ""),
        ("s3:GetBucketVersion2", ""),
    ],
)
def test_of_other_services_only_what_is_sure(action: str, meant: str) -> None:
    assert nearest(action) == meant


def test_operations_without_an_action_are_allowed_by_one_that_is_there() -> None:
    for operation, meant in INSTEAD.items():
        assert is_unknown(operation)
        assert not any(is_unknown(action) for action in meant.split(" and "))


@pytest.mark.parametrize("service", SERVICES)
def test_the_actions_of_others_are_those_of_the_reference(service: str) -> None:
    cfnlint = pytest.importorskip("cfnlint")
    path = Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "Policies.json"
    known = json.loads(path.read_text(encoding="utf-8"))[service]["Actions"]
    if tuple(int(part) for part in version("cfn-lint").split(".")[:2]) < (1, 58):
        pytest.skip("the list is of a later version of cfn-lint")
    assert sorted(actions(service)) == sorted(known)


@pytest.mark.parametrize(
    ("service", "meant"),
    [
        ("cloudformaton", "cloudformation"),
        ("CodeBuild", ""),
        ("codestar-connection", "codestar-connections"),
        ("lamda", "lambda"),
        ("s33", ""),
        ("acme", ""),
    ],
)
def test_services_that_are_slips_of_known_ones(service: str, meant: str) -> None:
    assert service_meant(service) == meant


def test_no_service_of_the_reference_is_taken_for_a_slip() -> None:
    cfnlint = pytest.importorskip("cfnlint")
    path = Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "Policies.json"
    assert [one for one in json.loads(path.read_text(encoding="utf-8")) if service_meant(one)] == []


def test_no_action_is_there_twice() -> None:
    for names in ACTIONS.values():
        assert len({name.lower() for name in names}) == len(names)


@pytest.mark.parametrize(
    ("action", "meant"),
    [
        ("codedeploy:RegisterRevision", "codedeploy:RegisterApplicationRevision"),
        ("codedeploy:StartDeployment", "codedeploy:CreateDeployment"),
        ("codedeploy:PauseDeployment", ""),
        ("codedeploy:RestartDeployment", ""),
        ("codepipeline:ReleasePipeline", ""),
        ("codepipeline:GtePipeline", "codepipeline:GetPipeline"),
        ("codepipeline:RunPipeline", "codepipeline:StartPipelineExecution"),
        ("codepipeline:DescribePipeline", "codepipeline:GetPipeline"),
        ("codecommit:Push", "codecommit:GitPush"),
        ("codecommit:GetRepo", "codecommit:GetRepository"),
        ("codebuild:GetProject", "codebuild:BatchGetProjects"),
        ("codebuild:StartBiuld", "codebuild:StartBuild"),
    ],
)
def test_an_action_is_known_by_its_words(action: str, meant: str) -> None:
    assert nearest(action) == meant
