"""A real boto3 client that is answered in this process: no socket, and nothing of the machine's settings in it.

botocore does all of its own work (validation, paginators, waiters, exception classes); only the sending is replaced,
through the hook `before-call`, where botocore takes an answer in place of a request.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache, partial
from itertools import count
from typing import Any

import boto3
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.configprovider import ConfigValueStore, ConstantProvider
from botocore.credentials import CredentialResolver
from botocore.model import OperationModel
from botocore.plugin import PluginContext, reset_plugin_context, set_plugin_context
from botocore.response import StreamingBody
from botocore.session import Session
from botocore.waiter import NormalizedOperationMethod, Waiter

from sim.core.problems import ServiceError, UsageError
from sim.wire import errors, models

Answer = Callable[[str, str, dict[str, Any]], dict[str, Any]]
"""(service, operation, parameters) -> answer; raises ServiceError or ParamValidationError."""
Advance = Callable[[float], None]
"""Advances the virtual clock by so many seconds."""

_PARAMETERS = "simulated_parameters"
"""Where botocore's context of one call keeps the parameters from before they are serialized."""


def client(service: str, *, region: str, answer: Answer, advance: Advance, uuid: Callable[[], str]) -> Any:
    """A boto3 client of that service. `uuid` makes request ids and idempotency tokens.

    Raises UsageError for a service that is not simulated.
    """
    models.require(service)
    token = set_plugin_context(PluginContext("DISABLED"))
    try:
        made = _session().client(
            service,
            region_name=region,
            config=Config(ignore_configured_endpoint_urls=True, proxies={}),
        )
    finally:
        reset_plugin_context(token)
    _Line(service, answer, uuid).attach(made)
    made.get_waiter = partial(_waiter, made, made.get_waiter, advance)
    for name in ("generate_presigned_url", "generate_presigned_post"):
        if hasattr(made, name):
            setattr(made, name, _no_presigned)
    return made


@cache
def _session() -> boto3.Session:
    """One session for all clients; what is a client's own is attached to the client."""
    session = Session()
    variables = {name: variable[2] for name, variable in Session.SESSION_VARIABLES.items()}
    variables |= {"config_file": None, "credentials_file": None}
    defaults = {name: ConstantProvider(default) for name, default in variables.items()}
    session.register_component("config_store", ConfigValueStore(mapping=defaults))
    session.register_component("data_loader", models.loader())
    session.register_component("credential_provider", CredentialResolver([]))
    return boto3.Session(botocore_session=session)


class _Line:
    """The line between one client and the world."""

    def __init__(self, service: str, answer: Answer, uuid: Callable[[], str]):
        self.service = service
        self.answer = answer
        self.uuid = uuid

    def attach(self, made: Any) -> None:
        prefix = made.meta.service_model.service_id.hyphenize()
        made.meta.events.register_last(f"before-parameter-build.{prefix}", self._remember)
        made.meta.events.register_first(f"before-call.{prefix}", self._respond)

    def _remember(self, params: dict[str, Any], model: OperationModel, context: dict[str, Any], **_: Any) -> None:
        for name in model.idempotent_members:  # before botocore does, whose tokens are other ones in each run
            if name not in params:
                params[name] = self.uuid()
        context[_PARAMETERS] = params

    def _respond(self, model: OperationModel, context: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        status = 200
        try:
            parsed = self.answer(self.service, model.name, context[_PARAMETERS])
        except ServiceError as error:
            status, parsed = errors.response(model.service_model, error)
        else:
            parsed = _as_parsed(model, parsed)
        return self._metadata(status, parsed)

    def _metadata(self, status: int, parsed: dict[str, Any]) -> tuple[AWSResponse, dict[str, Any]]:
        request = self.uuid()
        headers = {"x-amzn-requestid": request}
        metadata = {"RequestId": request, "HTTPStatusCode": status, "HTTPHeaders": headers, "RetryAttempts": 0}
        return AWSResponse(None, status, headers, None), {"ResponseMetadata": metadata, **parsed}


_NOTHING = {"GetBucketLocation": "LocationConstraint"}
"""Members for which botocore gives None when AWS's answer is an empty element."""


def _as_parsed(model: OperationModel, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer as botocore's parsers give it: a body, where it has one, is read as from a connection."""
    if model.name in _NOTHING:
        return {_NOTHING[model.name]: None, **answer}
    if not model.has_streaming_output:
        return answer
    name = model.output_shape.serialization["payload"]
    body = answer.get(name, b"")
    return {**answer, name: StreamingBody(io.BytesIO(body), len(body))}


def _waiter(made: Any, get_waiter: Callable[[str], Any], advance: Advance, waiter_name: str) -> Any:
    """A waiter that lets the virtual clock pass between its polls, and none of real time."""
    waiter = get_waiter(waiter_name)
    poll = NormalizedOperationMethod(getattr(made, xform_name(waiter.config.operation)))

    def wait(**parameters: Any) -> None:
        given = parameters.pop("WaiterConfig", {})
        delay = given.get("Delay", waiter.config.delay)
        polls = count()

        def advance_and_poll(**parameters: Any) -> Any:
            if next(polls):
                advance(delay)
            return poll(**parameters)

        # The waiting is ours, so botocore's own wait has nothing left to sleep: 0 s.
        patient = Waiter(waiter.name, waiter.config, advance_and_poll)
        patient.wait(WaiterConfig={**given, "Delay": 0}, **parameters)

    wait.__doc__ = waiter.wait.__doc__
    waiter.wait = wait
    return waiter


def _no_presigned(*_: Any, **__: Any) -> None:
    raise UsageError("a presigned URL needs a server: this client has none, so call the operation itself")
