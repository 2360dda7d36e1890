"""What comes from outside, checked as AWS checks it.

First botocore's own validator (unknown and required members, types, minima), then what it leaves out: maxima,
patterns, enumerations, and members that only look optional.
"""

from __future__ import annotations

from collections.abc import Hashable
from copy import deepcopy
from datetime import UTC
from functools import cache
from typing import Any

from botocore.exceptions import ParamValidationError
from botocore.model import OperationModel, Shape
from botocore.utils import parse_to_aware_datetime
from botocore.validate import ParamValidator

from sim.core.calls import copied
from sim.core.problems import ServiceError
from sim.wire import errors, models, patterns
from sim.wire.errors import Violation

__all__ = ["ParamValidationError", "check"]

_CONDITIONAL = {
    ("CreateCommit", "parentCommitId"): (),
    ("PutFile", "parentCommitId"): (),
    ("CreatePullRequest", "clientRequestToken"): (),
    ("PostCommentForComparedCommit", "clientRequestToken"): (),
    ("PostCommentForPullRequest", "clientRequestToken"): (),
    ("PostCommentReply", "clientRequestToken"): (),
    ("GetCommentsForPullRequest", "repositoryName"): ("beforeCommitId", "afterCommitId"),
    ("CreateDeployment", "deploymentGroupName"): (),
    ("CreateDeployment", "revision"): (),
    ("ListDeployments", "applicationName"): ("deploymentGroupName",),
    ("ListDeployments", "deploymentGroupName"): ("applicationName",),
    ("RegisterOnPremisesInstance", "iamUserArn"): (),
}
"""(operation, member) with a …RequiredException that holds only sometimes -> the members that call for it, as the
models' documentation says; none: the service decides (a first commit has no parent), or SDKs fill it in."""


def check(service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters as the service gets them: a copy, with timestamps as datetimes in UTC and blobs as bytes.

    Raises ParamValidationError for what no SDK would send, ServiceError with the service's own code for the rest.
    """
    try:
        key = service, operation, _fixed(parameters)
    except TypeError:  # a stream, or something large
        return _checked(service, operation, parameters)
    received = _right_before.get(key)
    if received is None:
        received = _checked(service, operation, parameters)
        if len(_right_before) >= _REMEMBERED:
            _right_before.clear()
        _right_before[key] = received
    return copied(received)


_REMEMBERED = 1_024
_SMALL = 10_000
_right_before: dict[Any, dict[str, Any]] = {}
"""Replications send the same few calls again and again: what was right once is right again."""


def _fixed(value: Any) -> Any:
    """A value as a key of its own. Raises TypeError for what is none, or too large to be kept."""
    if isinstance(value, dict):
        return tuple([(key, _fixed(item)) for key, item in value.items()])
    if isinstance(value, list | tuple):
        return (list, *map(_fixed, value))
    if (isinstance(value, str | bytes | bytearray) and len(value) > _SMALL) or not isinstance(value, Hashable):
        raise TypeError
    return (type(value), value) if type(value) is not str else value


def _checked(service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    model = models.operation(service, operation)
    _validate(model, parameters)
    for member, code, conditions in _required(service, operation):
        if parameters.get(member) is None and (conditions is None or any(name in parameters for name in conditions)):
            raise ServiceError(code, f"{member} is required")
    reading = _Reading()
    received: dict[str, Any] = reading.read(parameters, model.input_shape, "", ()) if model.input_shape else {}
    if reading.violations:
        raise errors.refusal(model, reading.violations)
    return received


def _validate(model: OperationModel, parameters: dict[str, Any]) -> None:
    if model.input_shape is None:
        if parameters:
            raise ParamValidationError(report=f"Unknown parameters in input: {', '.join(parameters)}")
        return
    try:
        report = ParamValidator().validate(parameters, model.input_shape)
    except (RuntimeError, OverflowError, OSError) as error:  # from timestamps that no calendar holds
        raise ParamValidationError(report=str(error)) from None
    if report.has_errors():
        raise ParamValidationError(report=report.generate_report())


@cache
def _required(service: str, operation: str) -> tuple[tuple[str, str, tuple[str, ...] | None], ...]:
    """(member, code of the …RequiredException, as in _CONDITIONAL or None for always) of an operation, in order."""
    model = models.operation(service, operation)
    members = model.input_shape.members if model.input_shape else ()
    codes = ((member, errors.missing(model, member)) for member in members)
    return tuple((member, code, _CONDITIONAL.get((model.name, member))) for member, code in codes if code is not None)


class _Reading:
    """One walk over parameters and their shapes: copies the values and notes the constraints that are not met."""

    def __init__(self) -> None:
        self.violations: list[Violation] = []

    def read(self, value: Any, shape: Shape, path: str, names: tuple[str, ...]) -> Any:
        """`path` and `names` as in Violation."""
        if shape.type_name == "structure":
            return self._structure(value, shape, path, names)
        names = (*names, shape.name)
        if shape.type_name == "list":
            copied: Any = [
                self.read(item, shape.member, f"{path}.{number}.member", names) for number, item in enumerate(value, 1)
            ]
        elif shape.type_name == "map":
            copied = self._map(value, shape, path, names)
        else:
            copied = _scalar(value, shape.type_name)
        shown = _shown(copied, shape)
        self.violations += [Violation(path, names, constraint, shown) for constraint in _unmet(copied, shape)]
        return copied

    def _structure(self, value: dict[str, Any], shape: Shape, path: str, names: tuple[str, ...]) -> Any:
        if shape.is_document_type:
            return deepcopy(value)
        prefix = f"{path}." if path else ""
        return {
            name: self.read(
                item, shape.members[name], f"{prefix}{name[:1].lower()}{name[1:]}", (*names, shape.name, name)
            )
            for name, item in value.items()
        }

    def _map(self, value: dict[str, Any], shape: Shape, path: str, names: tuple[str, ...]) -> dict[str, Any]:
        for part, subject, scalars in (("keys", shape.key, value.keys()), ("value", shape.value, value.values())):
            if subject.type_name == "string" and any(_unmet(item, subject) for item in scalars):
                constraint = f"Map {part} must satisfy constraint: [{', '.join(_constraints(subject))}]"
                self.violations.append(Violation(path, names, constraint, None))
        for key in value:
            _encoded(key)
        if shape.value.type_name == "string":  # said once for the whole map, as AWS does
            return {key: _scalar(item, "string") for key, item in value.items()}
        return {key: self.read(item, shape.value, f"{path}.{key}.member", names) for key, item in value.items()}


def _scalar(value: Any, type_name: str) -> Any:
    if type_name == "string":
        _encoded(value)
        return value
    if type_name == "timestamp":
        return parse_to_aware_datetime(value).astimezone(UTC)
    if type_name == "blob":
        content = value.read() if hasattr(value, "read") else value
        return _encoded(content) if isinstance(content, str) else bytes(content)
    if type_name in ("integer", "long"):
        return int(value)
    if type_name in ("float", "double"):
        return float(value)
    return value


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:  # half of a surrogate pair, as "\\ud83d" in JSON
        raise ParamValidationError(report=f"Text that is not Unicode: {error}") from None


def _shown(value: Any, shape: Shape) -> str | None:
    visible = isinstance(value, str | int | float) and not shape.metadata.get("sensitive")
    return str(value) if visible else None


def _unmet(value: Any, shape: Shape) -> list[str]:
    """The constraints that the value does not meet, in AWS's words."""
    limits = shape.metadata
    unmet = []
    if "max" in limits or "min" in limits:
        size, what = _size(value, shape)
        if size > limits.get("max", size):
            unmet.append(f"Member must have {what} less than or equal to {limits['max']}")
        if size < limits.get("min", size):
            unmet.append(f"Member must have {what} greater than or equal to {limits['min']}")
    if "pattern" in limits and not patterns.matches(limits["pattern"], value):
        unmet.append(f"Member must satisfy regular expression pattern: {limits['pattern']}")
    if "enum" in limits and value not in limits["enum"]:
        unmet.append(f"Member must satisfy enum value set: [{', '.join(limits['enum'])}]")
    return unmet


def _constraints(shape: Shape) -> list[str]:
    """Every constraint of a string shape, in AWS's words."""
    limits = shape.metadata
    texts = {
        "max": f"Member must have length less than or equal to {limits.get('max')}",
        "min": f"Member must have length greater than or equal to {limits.get('min')}",
        "pattern": f"Member must satisfy regular expression pattern: {limits.get('pattern')}",
        "enum": f"Member must satisfy enum value set: [{', '.join(limits.get('enum', ()))}]",
    }
    return [text for name, text in texts.items() if name in limits]


def _size(value: Any, shape: Shape) -> tuple[float, str]:
    if shape.type_name in ("integer", "long", "float", "double"):
        return value, "value"
    return len(value), "length"
