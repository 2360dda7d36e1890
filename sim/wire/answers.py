"""What a service answered, in the shape that AWS's model gives the answer: plain, copied, nothing unknown in it."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from botocore.model import Shape

from sim.wire import models

_SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "character": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "blob": (bytes,),
    "timestamp": (datetime,),
}


def shaped(service: str, operation: str, answer: dict[str, Any]) -> dict[str, Any]:
    """A copy of the answer with the members that the model knows, in its order.

    Strings, numbers, bytes, dicts, lists and datetimes in UTC, nothing else. A value of another type than the model's
    is a fault of the simulator: AssertionError.
    """
    shape = models.operation(service, operation).output_shape
    if shape is None:
        return {}
    found: dict[str, Any] = _shape(answer, shape, f"{service} {operation}")
    return found


def _shape(value: Any, shape: Shape, place: str) -> Any:
    kind = shape.type_name
    if kind == "structure":
        assert isinstance(value, dict), f"{place}: {value!r} is no structure"
        return deepcopy(value) if shape.is_document_type else _structure(value, shape, place)
    if kind == "list":
        assert isinstance(value, list | tuple), f"{place}: {value!r} is no list"
        return [_shape(item, shape.member, place) for item in value]
    if kind == "map":
        assert isinstance(value, dict), f"{place}: {value!r} is no map"
        return {str(key): _shape(item, shape.value, f"{place}.{key}") for key, item in value.items()}
    return _scalar(value, kind, place)


def _structure(value: dict[str, Any], shape: Shape, place: str) -> dict[str, Any]:
    return {
        name: _shape(value[name], member, f"{place}.{name}")
        for name, member in shape.members.items()
        if value.get(name) is not None
    }


def _scalar(value: Any, kind: str, place: str) -> Any:
    fits = isinstance(value, _SCALARS[kind]) and (kind == "boolean" or not isinstance(value, bool))
    assert fits, f"{place}: {value!r} is no {kind}"
    if kind == "timestamp":
        assert value.tzinfo is not None, f"{place}: {value!r} has no time zone"
        return value.astimezone(UTC)
    return str(value) if isinstance(value, str) else value  # an enumeration's member becomes its text
