"""Stacks: resources in order, what is not simulated in name only, mistakes with the line of their resource."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.problems import ProblemsError
from sim.core.world import World
from sim.formats import template
from sim.formats.nodes import Reader
from sim.services import cloudformation
from sim.services.stacks import Created, Stack
from tests.services.asking import ACCOUNT, REGION, Asker


class Made:
    """A stack that was created before time 0."""

    def __init__(self, text: str, seed: int = 7, **parameters: Any):
        self.world = World(seed)
        reader = Reader("t.yml", "CF")
        read = template.read_sections(template_node(text), "t.yml", reader)
        template.check_names(read, reader)
        reader.raise_if_errors()
        self.resolved = template.resolve(read, parameters, account=ACCOUNT, region=REGION, stack_name="codesuite")
        self.stack = Stack(self.world, ACCOUNT, REGION, "codesuite", f"arn:aws:iam::{ACCOUNT}:user/alice", {})
        self.world.silent = True
        self.created: dict[str, Created] = cloudformation.create(self.stack, self.resolved)
        self.world.silent = False

    def ask(self, service: str) -> Asker:
        return Asker(self.world, service)

    @property
    def instances(self) -> list[dict[str, Any]]:
        rows = self.ask("ec2")("DescribeInstances")["Reservations"]
        return [row for reservation in rows for row in reservation["Instances"]]

    @property
    def names(self) -> list[str]:
        return [tag["Value"] for row in self.instances for tag in row["Tags"] if tag["Key"] == "Name"]


def template_node(text: str) -> Any:
    from sim.formats.nodes import compose

    return compose(text, "t.yml")


def refused(text: str) -> tuple[str, int, str]:
    with pytest.raises(ProblemsError) as caught:
        Made(text)
    (problem,) = caught.value.problems
    return problem.code, problem.line, problem.message


TWO = """\
Resources:
  Copy:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Sub "${Store}-copy"}
  Store:
    Type: AWS::S3::Bucket
    Properties: {BucketName: store}
Outputs:
  Arn: {Value: !GetAtt Copy.Arn}
"""


def test_resources_are_made_in_the_order_that_they_need() -> None:
    made = Made(TWO)
    assert [bucket["Name"] for bucket in made.ask("s3")("ListBuckets")["Buckets"]] == ["store", "store-copy"]
    rows = made.ask("cloudformation")("DescribeStackResources", StackName="codesuite")["StackResources"]
    assert [(row["LogicalResourceId"], row["PhysicalResourceId"], row["ResourceStatus"]) for row in rows] == [
        ("Store", "store", "CREATE_COMPLETE"),
        ("Copy", "store-copy", "CREATE_COMPLETE"),
    ]


def test_a_stack_can_be_looked_at() -> None:
    ask = Made(TWO).ask("cloudformation")
    (stack,) = ask("DescribeStacks")["Stacks"]
    assert (stack["StackName"], stack["StackStatus"]) == ("codesuite", "CREATE_COMPLETE")
    assert stack["Outputs"] == [{"OutputKey": "Arn", "OutputValue": "arn:aws:s3:::store-copy"}]
    assert ask("DescribeStacks", StackName="codesuite")["Stacks"] == [stack]
    assert ask("DescribeStackResources", PhysicalResourceId="store")["StackResources"]
    error = ask.refused("DescribeStacks", StackName="other")
    assert (error.code, error.message) == ("ValidationError", "Stack with id other does not exist")
    assert ask.refused("DescribeStackResources", PhysicalResourceId="other").code == "ValidationError"
    assert ask.elsewhere(region="eu-west-1")("DescribeStacks")["Stacks"] == []


def test_what_a_condition_leaves_out_is_not_made() -> None:
    text = TWO.replace("Resources:\n", "Conditions: {Never: !Equals [a, b]}\nResources:\n")
    text = text.replace("  Copy:\n", "  Copy:\n    Condition: Never\n").partition("Outputs:")[0]
    assert list(Made(text).created) == ["Store"]


def test_names_that_nobody_gave_depend_on_the_seed_and_fit_their_service() -> None:
    text = f"Resources:\n  {'Bucket' * 20}: {{Type: AWS::S3::Bucket}}\n  B: {{Type: AWS::S3::Bucket}}\n"
    one, two, other = (list(Made(text, seed).created.values()) for seed in (1, 1, 2))
    assert one == two
    assert one[1].ref != other[1].ref
    assert len(one[0].ref) == 63
    assert one[1].ref.startswith("codesuite-b-")


# What is not simulated


def test_what_is_not_simulated_is_there_in_name_and_warned_of() -> None:
    made = Made(
        """\
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {Cidr: !ImportValue somewhere}
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Select [0, [!Join ["-", [a, !Ref AWS::AccountId]], !GetAtt Table.Arn, !Ref Table]]}
"""
    )
    table = made.created["Table"]
    assert table.ref.startswith("codesuite-Table-")
    assert table.attributes["Arn"] == f"arn:aws:dynamodb:us-east-1:111111111111:{table.ref}"
    assert (table.attributes["StreamArn"], table.attributes["Color"]) == (table.attributes["Arn"], table.ref)
    ((logical_id, code, message, hint),) = made.stack.warnings
    assert (logical_id, code) == ("Table", "CF411")
    assert message == "AWS::DynamoDB::Table is not simulated: it is there in name only"
    assert hint


def test_a_type_that_its_service_does_not_make_is_there_in_name_too() -> None:
    made = Made("Resources:\n  Vpc: {Type: AWS::EC2::VPC}\n  Odd: {Type: Custom::Thing}\n")
    assert [code for _, code, _, _ in made.stack.warnings] == ["CF411", "CF411"]


# Mistakes


@pytest.mark.parametrize(
    ("resource", "code", "message"),
    [
        ("{Type: AWS::S3::Bucket, Properties: {BucketName: No_Good}}", "CF401", "InvalidBucketName"),
        ("{Type: AWS::S3::Bucket, Properties: {VersioningConfiguration: [x]}}", "CF403", "has not the form"),
        ("{Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: x}}", "CF403", "has not the form"),
        ("{Type: AWS::EC2::Instance, Properties: {Tags: [{Key: a}]}}", "CF402", "the property 'Value' is missing"),
        ("{Type: Sim::EC2::Fleet, Properties: {Count: many}}", "CF403", "has not the form"),
        ("{Type: Sim::EC2::Fleet, Properties: {Count: 1000000}}", "CF401", "Count is 1000000"),
        ("{Type: Sim::EC2::Fleet, Properties: {Tags: 5}}", "CF403", "has not the form"),
        ("{Type: AWS::AutoScaling::AutoScalingGroup, Properties: {MinSize: 1}}", "CF402", "'MaxSize' is missing"),
    ],
)
def test_what_a_service_refuses_has_the_line_of_its_resource(resource: str, code: str, message: str) -> None:
    found = refused(f"Resources:\n  First: {{Type: AWS::S3::Bucket}}\n  Second: {resource}\n")
    assert found[:2] == (code, 3)
    assert found[2].startswith("Second: ")
    assert message in found[2]


def test_an_attribute_that_a_resource_has_not_is_told() -> None:
    text = "Resources:\n  A: {Type: AWS::S3::Bucket}\n  B: {Type: AWS::S3::Bucket, Properties: {X: !GetAtt A.Color}}\n"
    assert refused(text)[:2] == ("CF149", 3)


# The types


def test_buckets() -> None:
    made = Made(
        """\
Resources:
  Store:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: store
      VersioningConfiguration: {Status: Enabled}
      NotificationConfiguration: {EventBridgeConfiguration: {EventBridgeEnabled: true}}
  Quiet:
    Type: AWS::S3::Bucket
    Properties: {BucketName: quiet, NotificationConfiguration: {EventBridgeConfiguration: {EventBridgeEnabled: false}}}
  Policy: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref Store, PolicyDocument: {}}}
"""
    )
    s3 = made.ask("s3")
    assert s3("GetBucketVersioning", Bucket="store") == {"Status": "Enabled"}
    made.world.events = events = []
    for name in ("store", "quiet"):
        s3("PutObject", Bucket=name, Key="a", Body=b"")
    assert [event["detail"]["bucket"]["name"] for event in events] == ["store"]
    assert made.created["Store"].attributes == {
        "Arn": "arn:aws:s3:::store",
        "DomainName": "store.s3.amazonaws.com",
        "RegionalDomainName": "store.s3.us-east-1.amazonaws.com",
    }
    assert made.stack.warnings == []


def test_a_fleet_is_so_many_instances_with_names_zones_and_a_profile() -> None:
    made = Made(
        "Resources:\n  Fleet:\n    Type: Sim::EC2::Fleet\n"
        "    Properties: {Name: web, Count: 4, Tags: {Stage: prod}, Files: {/etc/motd: hello}}\n"
    )
    assert made.names == ["web-1", "web-2", "web-3", "web-4"]
    assert [row["Placement"]["AvailabilityZone"][-1] for row in made.instances] == ["a", "b", "c", "a"]
    assert {row["State"]["Name"] for row in made.instances} == {"running"}
    assert all({"Key": "Stage", "Value": "prod"} in row["Tags"] for row in made.instances)
    assert all(row["IamInstanceProfile"]["Arn"].endswith("/web-profile") for row in made.instances)
    assert made.world.now == 0


def test_a_fleet_says_what_it_does_not_carry_out() -> None:
    made = Made("Resources:\n  Fleet: {Type: Sim::EC2::Fleet, Properties: {TargetGroupARNs: [x]}}\n")
    assert [message for _, _, message, _ in made.stack.warnings] == [
        "the property TargetGroupARNs is not carried out",
    ]
    assert made.names == ["Fleet-1"]


def test_an_instance() -> None:
    made = Made(
        """\
Resources:
  One:
    Type: AWS::EC2::Instance
    Properties:
      InstanceType: m5.large
      IamInstanceProfile: web
      Tags: [{Key: Name, Value: web-1}, {Key: Number, Value: 5}]
"""
    )
    (row,) = made.instances
    assert (row["InstanceType"], row["InstanceId"]) == ("m5.large", made.created["One"].ref)
    assert row["Tags"] == [{"Key": "Name", "Value": "web-1"}, {"Key": "Number", "Value": "5"}]
    assert row["PrivateIpAddress"] == made.created["One"].attributes["PrivateIp"]


def test_a_group_of_instances_from_a_launch_template() -> None:
    made = Made(
        """\
Parameters: {Size: {Type: Number, Default: 3}}
Resources:
  Launch:
    Type: AWS::EC2::LaunchTemplate
    Properties: {LaunchTemplateData: {IamInstanceProfile: {Arn: "arn:aws:iam::111111111111:instance-profile/web"}}}
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      AutoScalingGroupName: web
      MinSize: "1"
      MaxSize: "5"
      DesiredCapacity: !Ref Size
      LaunchTemplate: {LaunchTemplateId: !Ref Launch, Version: !GetAtt Launch.LatestVersionNumber}
      Tags:
        - {Key: Stage, Value: prod, PropagateAtLaunch: true}
        - {Key: Team, Value: web, PropagateAtLaunch: false}
""",
        Size=2,
    )
    assert made.names == ["web-1", "web-2"]
    (row, _) = made.instances
    assert row["IamInstanceProfile"]["Arn"].endswith("instance-profile/web")
    assert {"Key": "Stage", "Value": "prod"} in row["Tags"]
    assert "Team" not in [tag["Key"] for tag in row["Tags"]]
    assert {"Key": "aws:autoscaling:groupName", "Value": "web"} in row["Tags"]
    assert row["State"]["Name"] == "running"
    assert made.created["Group"].ref == "web"


def test_a_type_that_is_one_slip_away_from_a_known_one_is_refused_with_its_line() -> None:
    code, line, message = refused("Resources:\n  App:\n    Type: AWS::CodeDeploy::Aplication\n")
    assert (code, line) == ("CF404", 3)
    assert "no resource type AWS::CodeDeploy::Aplication" in message
    assert Made("Resources: {Role: {Type: AWS::IAM::RolePolicy}}").stack.warnings, "a real type is only warned of"
