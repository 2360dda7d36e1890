"""What is wrong with one part of a file hides nothing of the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.formats.check import check_paths, check_text


def appspec(text: str) -> list[str]:
    return [problem.code for problem in check_text(f"version: 0.0\n{text}", "appspec.yml", "appspec")]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("os: linux\nfiles: {source: /}\n", ["AP001", "AP105"]),
        ("os: linux\npermissions: {object: /srv, mode: '9'}\n", ["AP001", "AP211", "AP108"]),
        ("os: linux\nhooks: [{AfterInstal: [{location: a.sh}]}]\n", ["AP001", "AP003"]),
        ("os: linux\nhooks: {AfterInstall: {location: a.sh, timeout: 0}}\n", ["AP001", "AP111"]),
        ("os: linux\nhooks: [{AfterInstall: [{location: a.sh, timeout: 4000}]}]\n", ["AP001", "AP215"]),
        (
            "Resources:\n  - {Type: AWS::Lambda::Function, Properties: {Name: f, Alias: a, CurrentVersion: 1}}\n",
            ["AP120", "AP122"],
        ),
        (
            "Resources:\n  - f: {Type: AWS::Lambda::Function, Properties: {Alias: a, CurrentVersion: 1, "
            "TargetVersion: 2}}\n  - g: {Type: AWS::S3::Bucket}\n",
            ["AP120", "AP122", "AP121"],
        ),
        (
            "Resources: [{f: {Type: AWS::Lambda::Function, Properties: {Name: f, Alias: a, CurrentVersion: 1, "
            "TargetVersion: 2}}}]\nHooks: {BeforeAllowTrafic: f}\n",
            ["AP001", "AP123"],
        ),
    ],
)
def test_an_appspec(text: str, codes: list[str]) -> None:
    assert appspec(text) == codes


BASE = """\
title: t
Resources:
  Repository: {Type: AWS::CodeCommit::Repository, Properties: {RepositoryName: web}}
"""


def scenario(folder: Path, text: str) -> list[str]:
    path = folder / "day.yml"
    path.write_text(BASE + text, encoding="utf-8")
    return [problem.code for problem in check_paths([path], "scenario").problems]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("seed: x\ntimeline: [{at: 1s, push: {repository: webb}}]\n", ["SC001", "SC303"]),
        ("parameters: {A: 1}\ntimeline: [{at: 1s, push: {repository: webb}}]\n", ["SC053", "SC303"]),
        ("timeline: {at: soon, push: {repository: web}}\n", ["SC001", "SC001"]),
        ("timeline: [{at: 1s, push: {brnch: a}, scale: {}}]\n", ["SC030", "SC033", "SC003", "SC033", "SC033"]),
        ("timeline: [{at: 1s, pusch: {brnch: a, repository: web}}]\n", ["SC030", "SC003", "SC003"]),
        ("behavior: {hook: AfterInstal, fails: true}\n", ["SC001", "SC042"]),
        ("history: {group: app}\n", ["SC001", "SC002"]),
        ("expect: a = b\n", ["SC001", "SC050"]),
        (
            "  A: {Properties: {}}\n  B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref C}}\n",
            ["CF103", "CF142"],
        ),
        ("  A: {Properties: {}}\ntimeline: [{at: 1s, push: {repository: webb}}]\n", ["CF103", "SC303"]),
    ],
)
def test_a_scenario(text: str, codes: list[str], tmp_path: Path) -> None:
    assert sorted(scenario(tmp_path, text)) == sorted(codes)


def test_names_are_not_judged_where_a_template_is_missing(tmp_path: Path) -> None:
    text = "template: none.yaml\ntimeline: [{at: 1s, push: {repository: web}}]\n"
    assert scenario(tmp_path, text.replace("title", "")) == ["SC023"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (
            "  A: text\n  B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref C}}\n",
            ["CF001", "CF142"],
        ),
        ("  A: {Type: AWS::S3::Bucket, Properties: []}\n  B: {Type: AWS::S3::Bukcet}\n", ["CF001", "CF170"]),
        (
            "  P: {Type: AWS::IAM::ManagedPolicy, Properties: {Colour: red, PolicyDocument: {Version: 2012-10-17, "
            "Statement: [text, {Effect: allow, Action: 's3:GetObject', Resource: '*'}]}}}\n",
            ["CF320", "IAM001", "IAM105"],
        ),
    ],
)
def test_a_template(text: str, codes: list[str]) -> None:
    assert [problem.code for problem in check_text(f"Resources:\n{text}", "template.yml")] == codes


def test_what_a_scenario_makes_is_held_against_what_cloudformation_knows(tmp_path: Path) -> None:
    text = (
        "  Fleet: {Type: Sim::EC2::Fleet, Properties: {Cout: 3, Tags: {App: web}, Agent: {instaled: true}}}\n"
        "  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !GetAtt Bucket.ARN}}\n"
        "  Bucket: {Type: AWS::S3::Bucket, Properties: {Tags: {a: b}}}\n"
        "  Group: {Type: AWS::CodeDeploy::DeploymentGroup, Properties: {ApplicationName: a}}\n"
    )
    assert scenario(tmp_path, text) == ["CF172", "CF172", "CF149", "CF001", "CF169"]


def test_a_fleet_of_a_scenario_is_known(tmp_path: Path) -> None:
    agent = "{installed: true, running: true, version: 1.8.1, poll: 1s, role: true}"
    fleet = f"{{Name: f, Count: 3, Tags: {{App: web}}, AvailabilityZones: [a], Files: {{a: b}}, Agent: {agent}}}"
    text = f"  F: {{Type: Sim::EC2::Fleet, Properties: {fleet}}}\n"
    text += (
        "  G: {Type: Sim::OnPremises::Fleet, Properties: {Tags: [{Key: a, Value: b}], Count: !Ref 'AWS::NoValue'}}\n"
    )
    assert scenario(tmp_path, text) == []
