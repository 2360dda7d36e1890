"""Creating a stack's resources in order, and looking at stacks."""

from __future__ import annotations

import difflib
from importlib import import_module
from typing import Any

from sim.core import naming
from sim.core.calls import Answer, Call, Service
from sim.core.problems import Problem, ProblemsError, ServiceError
from sim.formats import template
from sim.services.stacks import Created, Maker, Stack

SERVICES = {
    "AutoScaling": "autoscaling",
    "CloudWatch": "cloudwatch",
    "CodeBuild": "codebuild",
    "CodeCommit": "codecommit",
    "CodeDeploy": "codedeploy",
    "CodePipeline": "codepipeline",
    "EC2": "ec2",
    "Events": "events",
    "IAM": "iam",
    "OnPremises": "codedeploy",
    "S3": "s3",
    "SNS": "sns",
}
"""The middle of a resource type -> the service whose template.py makes it."""


_ONE_SLIP = 0.94
"""How alike two names are of which one is a misspelling of the other."""


class CloudFormation(Service):
    """CloudFormation in one account and Region."""

    name = "cloudformation"

    def prepare(self) -> None:
        self.stacks: dict[str, dict[str, Any]] = {}

    def remember(
        self, stack: Stack, resolved: template.Stack, created: dict[str, Created], outputs: dict[str, Any]
    ) -> None:
        self.stacks[stack.name] = {
            "StackName": stack.name,
            "StackId": resolved.values["AWS::StackId"],
            "CreationTime": self.world.date,
            "StackStatus": "CREATE_COMPLETE",
            "Outputs": [{"OutputKey": key, "OutputValue": str(value)} for key, value in outputs.items()],
            "resources": [
                {
                    "LogicalResourceId": logical_id,
                    "PhysicalResourceId": one.ref,
                    "ResourceType": resolved.type(logical_id),
                    "Timestamp": self.world.date,
                    "ResourceStatus": "CREATE_COMPLETE",
                }
                for logical_id, one in created.items()
            ],
        }

    def _stack(self, name: str) -> dict[str, Any]:
        found = self.stacks.get(name)
        if found is None:
            raise ServiceError("ValidationError", f"Stack with id {name} does not exist")
        return found

    def DescribeStacks(self, call: Call) -> Answer:
        name = call.parameters.get("StackName")
        rows = self.stacks.values() if name is None else [self._stack(name)]
        return {"Stacks": [{key: value for key, value in row.items() if key != "resources"} for row in rows]}

    def DescribeStackResources(self, call: Call) -> Answer:
        name, wanted = call.parameters.get("StackName"), call.parameters.get("PhysicalResourceId")
        if name is None and wanted is None:
            raise ServiceError("ValidationError", "give a StackName or a PhysicalResourceId")
        if name is not None:
            return {"StackResources": list(self._stack(name)["resources"])}
        for stack in self.stacks.values():
            if any(row["PhysicalResourceId"] == wanted for row in stack["resources"]):
                return {"StackResources": list(stack["resources"])}
        raise ServiceError("ValidationError", f"Stack for {wanted} does not exist")


def create(stack: Stack, resolved: template.Stack) -> dict[str, Created]:
    """Make every resource of a resolved template. Raises ProblemsError for what a service refuses."""
    created: dict[str, Created] = {}

    def ref(logical_id: str) -> Any:
        return created[logical_id].ref

    def att(logical_id: str, attribute: str) -> Any:
        return created[logical_id].attributes[attribute]

    for logical_id in resolved.order:
        maker = _maker(resolved.type(logical_id))
        if maker is None:
            _refuse_misspelt(resolved, logical_id)
            created[logical_id] = _placeholder(stack, logical_id, resolved.type(logical_id))
        else:
            properties = resolved.properties(logical_id, ref, att)
            stack.making = logical_id
            created[logical_id] = _made(maker, stack, resolved, logical_id, properties)
    service = stack.world.service("cloudformation", stack.account, stack.region)
    assert isinstance(service, CloudFormation)
    service.remember(stack, resolved, created, resolved.outputs(ref, att))
    return created


def _made(maker: Maker, stack: Stack, resolved: template.Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    """One resource. Raises ProblemsError, with its line, for what the service refuses or cannot make sense of."""
    try:
        return maker(stack, logical_id, properties)
    except ServiceError as error:
        code, message = "CF401", f"{error.code}: {error.message}"
    except KeyError as error:
        code, message = "CF402", f"the property {error} is missing"
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        code, message = "CF403", f"a property has not the form it should have ({error})"
    path, line = resolved.place(logical_id)
    hint = f"see the properties of {resolved.type(logical_id)}"
    raise ProblemsError([Problem(path, line, 1, "error", code, f"{logical_id}: {message}", hint)])


def _maker(type_: str) -> Maker | None:
    _, _, rest = type_.partition("::")
    service = SERVICES.get(rest.partition("::")[0])
    if service is None:
        return None
    return _types(service).get(type_)


def _types(service: str) -> dict[str, Maker]:
    types: dict[str, Maker] = import_module(f"sim.services.{service}.template").TYPES
    return types


def _refuse_misspelt(resolved: template.Stack, logical_id: str) -> None:
    """A type that is one slip away from a simulated one is no other type. Raises ProblemsError."""
    type_ = resolved.type(logical_id)
    known = [name for service in SERVICES.values() for name in _types(service)]
    near = difflib.get_close_matches(type_, known, 1, _ONE_SLIP)
    if near:
        path, line = resolved.place(logical_id)
        message = f"{logical_id}: there is no resource type {type_}"
        raise ProblemsError([Problem(path, line, 1, "error", "CF404", message, f"did you mean {near[0]}?")])


class _Guesses(dict[str, Any]):
    """Attributes of a resource that is not simulated: its name, and an ARN where one is asked for."""

    def __missing__(self, attribute: str) -> str:
        return str(self["Arn"] if attribute.endswith("Arn") else self["Name"])


def _placeholder(stack: Stack, logical_id: str, type_: str) -> Created:
    name = stack.physical_name(logical_id)
    _, service, _ = (type_ + "::::").split("::")[:3]
    arn = naming.arn(service.lower() or "cloudformation", stack.region, stack.account, name)
    stack.warnings.append(
        (logical_id, "CF411", f"{type_} is not simulated: it is there in name only", "nothing depends on it in a run")
    )
    return Created(name, _Guesses(Arn=arn, Name=name))
