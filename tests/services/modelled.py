"""Errors as the models know them: every refusal that a test provokes must be one that AWS lists for the operation."""

from __future__ import annotations

from functools import cache

from botocore.loaders import Loader
from botocore.model import ServiceModel

from sim.core.problems import ServiceError

COMMON = {
    "events": {"ValidationException"},
    "iam": {"ValidationError"},
    "sts": {"ValidationError", "AccessDenied"},
    "sns": set[str](),
    "cloudwatch": {"ValidationError"},
    "codecommit": {"AccessDeniedException"},
}
"""Codes that every operation of a service may answer, which the models do not list."""


@cache
def _model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def check_error(service: str, operation: str, error: ServiceError) -> None:
    """Fails unless AWS lists this error for the operation."""
    model = _model(service) if service in COMMON else None
    if model is None or operation not in model.operation_names:
        return
    listed = {shape.error_code for shape in model.operation_model(operation).error_shapes}
    allowed = listed | COMMON[service] | {"UnknownOperationException"}
    assert error.code in allowed, f"{service} {operation} does not list {error.code}: {sorted(listed)}"
