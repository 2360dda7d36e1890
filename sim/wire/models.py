"""botocore's installed service models: the truth for names, shapes, constraints and errors, read once a process."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import Any

from botocore.exceptions import DataNotFoundError
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

from sim.core.problems import ServiceError, UsageError
from sim.core.world import SERVICES


@cache
def loader() -> Loader:
    """Reads botocore's own models only: none of a user's `~/.aws/models`, nothing from AWS_DATA_PATH."""
    return Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)


@cache
def service(name: str) -> ServiceModel:
    """The model of a simulated service. Raises ServiceError UnknownService."""
    if name not in SERVICES:
        raise ServiceError("UnknownService", _not_simulated(name))
    return ServiceModel(loader().load_service_model(name, "service-2"), name)


def require(name: str) -> None:
    """Raises UsageError, naming what is simulated, for a service that is not."""
    if name not in SERVICES:
        raise UsageError(_not_simulated(name))


def _not_simulated(name: str) -> str:
    why = "is not simulated" if _exists(name) else "is not a service of AWS"
    return f"{name!r} {why}; simulated are {', '.join(sorted(SERVICES))}"


def _exists(name: str) -> bool:
    try:
        loader().determine_latest_version(name, "service-2")
    except DataNotFoundError:
        return False
    return True


@cache
def operation(service_name: str, name: str) -> OperationModel:
    """The model of an operation. Raises ServiceError UnknownOperationException when AWS has none of that name."""
    model = service(service_name)
    if name not in model.operation_names:
        close = get_close_matches(name, model.operation_names, 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise ServiceError("UnknownOperationException", f"{name} is not an operation of {service_name}{hint}")
    return model.operation_model(name)


@cache
def paginators(service_name: str) -> dict[str, dict[str, Any]]:
    """Operation -> how it pages, as paginators-1.json has it."""
    found: dict[str, dict[str, Any]] = loader().load_service_model(service_name, "paginators-1")["pagination"]
    return found
