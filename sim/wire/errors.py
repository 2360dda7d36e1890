"""Which error code AWS answers with, and how an error looks to a client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.model import OperationModel, ServiceModel, Shape

from sim.core.problems import ServiceError

_COMMON = {"query": "ValidationError", "ec2": "InvalidParameterValue", "rest-xml": "InvalidArgument"}
"""Protocol -> the code for a parameter that breaks the model's constraints. The JSON services: ValidationException."""

_NAMED_OTHERWISE = {"ZonalConfig": "InvalidZonalDeploymentConfigurationException"}
"""Shapes of which an Invalid…Exception speaks under another name."""

_STATUS = {"NoSuchVersion": 404, "BucketNotEmpty": 409, "NoSuchEntity": 404}
"""HTTP statuses of codes that have no shape in the models."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A constraint that a value does not meet.

    `path` is written as AWS writes it (`pipeline.stages.1.member.name`), `names` holds the members and shapes on the
    way, `value` the text to show (None for what AWS does not show), `constraint` what the member must do.
    """

    path: str
    names: tuple[str, ...]
    constraint: str
    value: str | None

    def __str__(self) -> str:
        shown = "" if self.value is None else f" '{self.value}'"
        return f"Value{shown} at '{self.path}' failed to satisfy constraint: {self.constraint}"


def codes(operation: OperationModel) -> dict[str, str]:
    """Error shape -> code on the wire, for every error the model lists for the operation."""
    return {shape.name: shape.error_code for shape in operation.error_shapes}


def missing(operation: OperationModel, member: str) -> str | None:
    """The code of the operation's …RequiredException for that member, if it has one."""
    return codes(operation).get(f"{member[:1].upper()}{member[1:]}RequiredException")


def refusal(operation: OperationModel, violations: Sequence[Violation]) -> ServiceError:
    """What AWS answers to parameters that break constraints of the model."""
    first = violations[0]
    code = _invalid(operation, first.names)
    if code != "ValidationException" and code not in _COMMON.values():
        return ServiceError(code, str(first))
    count = f"{len(violations)} validation error{'s' if len(violations) > 1 else ''} detected"
    return ServiceError(code, f"{count}: {'; '.join(map(str, violations))}")


def _invalid(operation: OperationModel, names: Sequence[str]) -> str:
    listed = codes(operation)
    protocol = _protocol(operation.service_model)
    if "InvalidParameterException" in listed:  # SNS
        return listed["InvalidParameterException"]
    if protocol in _COMMON:
        return _COMMON[protocol]
    if "ValidationException" in listed:  # CodePipeline: constraints are checked before the service itself looks
        return "ValidationException"
    return _specific(listed, names) or listed.get("InvalidInputException", "ValidationException")


def _protocol(service: ServiceModel) -> str:
    """The protocol whose errors a service gives: one that left the query protocol keeps its codes."""
    return "query" if "awsQueryCompatible" in service.metadata else str(service.metadata["protocol"])


def _specific(listed: dict[str, str], names: Sequence[str]) -> str | None:
    """The Invalid…Exception that speaks of one of these names, the innermost first: exactly (`EC2Tag` of the shape
    EC2TagFilterList), else roughly (`MinimumHealthyHostValue` of the member minimumHealthyHosts)."""
    subjects = {
        _singular(name.removeprefix("Invalid").removesuffix("Exception")): code
        for name, code in listed.items()
        if name.startswith("Invalid") and name != "InvalidInputException"
    }
    for name in reversed(names):
        if _NAMED_OTHERWISE.get(name) in listed:
            return listed[_NAMED_OTHERWISE[name]]
    innermost = [_singular(name) for name in reversed(names)]
    for speaks in (_borders, lambda name, subject: len(name) >= _TELLING and _borders(subject, name)):
        for name in innermost:
            spoken = [subject for subject in subjects if speaks(name, subject)]
            if spoken:
                return subjects[max(spoken, key=len)]
    return None


_TELLING = 6
"""Letters that a name needs to say anything alone: `Type` and `Name` end too many."""


def _singular(name: str) -> str:
    return name.lower().removesuffix("s")


def _borders(name: str, subject: str) -> bool:
    return name.startswith(subject) or name.endswith(subject)


def bad_token(operation: OperationModel, member: str) -> ServiceError:
    """What AWS answers to a token that it did not give."""
    listed = codes(operation)
    names = [f"Invalid{member[:1].upper()}{member[1:]}", "InvalidContinuationToken", "InvalidNextToken"]
    for name in names:
        for code in (listed.get(f"{name}Exception"), listed.get(name)):
            if code is not None:
                return ServiceError(code, f"The {member} is not valid: use one that this operation gave")
    return ServiceError(_invalid(operation, ()), f"The {member} is not valid: use one that this operation gave")


def shape_of(service: ServiceModel, code: str) -> Shape | None:
    """The error shape of a code; the shape's own name is understood as well."""
    for shape in service.error_shapes:
        if code in (shape.error_code, shape.name):
            return shape
    return None


def response(service: ServiceModel, error: ServiceError) -> tuple[int, dict[str, Any]]:
    """(HTTP status, the error as botocore's parsers give it)."""
    shape = shape_of(service, error.code)
    code = error.code if shape is None else shape.error_code
    described: dict[str, Any] = {"Message": error.message, "Code": code}
    modelled = {} if shape is None else shape.members
    parsed: dict[str, Any] = {"Error": described}
    if _protocol(service) == "query":
        described["Type"] = "Sender"
    for name in ("message", "Message"):
        if name in modelled:
            parsed[name] = error.message
    for name, value in error.members.items():
        (parsed if name in modelled else described)[name] = value
    return _status(code, shape), parsed


def _status(code: str, shape: Shape | None) -> int:
    if code.isdigit():
        return int(code)  # S3's HEAD operations have no body, so the status is the code
    modelled = {} if shape is None else shape.metadata.get("error", {})
    return int(modelled.get("httpStatusCode", _STATUS.get(code, 400)))
