"""Whatever a story asks of CodeDeploy, the answer has the model's shape and a refusal is one of the operation's own."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import pytest
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.session import get_session

from sim.core.calls import Answer
from sim.core.problems import ServiceError
from tests.services.codedeploy.stage import Stage

SCALARS: dict[str, type] = {"string": str, "timestamp": datetime, "integer": int, "long": int, "boolean": bool}
BEYOND_THE_ENUM = ("MOST_CONCURRENCY",)
"""The type of OneAtATime, which the model's text names and its enum does not (docs/behaviour/codedeploy.md §5.1)."""


@cache
def model() -> ServiceModel:
    return get_session().get_service_model("codedeploy")


@pytest.fixture(autouse=True)
def answers_as_the_model_says(monkeypatch: pytest.MonkeyPatch) -> None:
    call = Stage.call

    def checked(self: Stage, operation: str, service: str = "codedeploy", **parameters: Any) -> Answer:
        if service != "codedeploy":
            return call(self, operation, service, **parameters)
        described = model().operation_model(operation)
        try:
            answer = call(self, operation, **parameters)
        except ServiceError as error:
            check_refusal(error, described)
            raise
        if described.output_shape is not None:
            check(answer, described.output_shape, operation)
        return answer

    monkeypatch.setattr(Stage, "call", checked)


def check_refusal(error: ServiceError, operation: OperationModel) -> None:
    assert error.code in [shape.name for shape in operation.error_shapes], operation.name


def check(value: Any, shape: Shape, place: str) -> None:
    if shape.type_name == "structure":
        assert isinstance(value, dict), place
        for name, member in value.items():
            assert name in shape.members, f"{place} has no member {name}"
            check(member, shape.members[name], f"{place}.{name}")
    elif shape.type_name == "list":
        assert isinstance(value, list), place
        for item in value:
            check(item, shape.member, f"{place}[]")
    else:
        assert isinstance(value, SCALARS[shape.type_name]), f"{place}: {value!r}"
        allowed = getattr(shape, "enum", None)
        assert not allowed or value in (*allowed, *BEYOND_THE_ENUM), f"{place}: {value!r}"
