"""Event patterns for API calls that CloudTrail tells of: fields of its records, who was called, and what for.

Source: docs/behaviour/codecommit-and-glue.md §17; the operations are those of the APIs (sim/formats/actions.py).
"""

from __future__ import annotations

import json
import re

from sim.formats.actions import ACTIONS, OPERATIONS
from sim.formats.check.events import DETAIL_TYPES, FIELDS, RECORD
from sim.formats.check.leaves import asks_absence, filled_in, fold, texts, values
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence
from sim.formats.slips import misspelled

GIT = ("GitPull", "GitPush")
"""Events of CodeCommit that are no operations."""
PARAMETERS = (
    "repositoryName",
    "repositoryNames",
    "pullRequestId",
    "branchName",
    "projectName",
    "applicationName",
    "deploymentGroupName",
    "deploymentId",
    "pipelineName",
    "stageName",
    "name",
)
"""What calls are given, and people look for in the detail itself."""
CALLER = ("principalId", "arn", "accountId", "accessKeyId", "userName", "invokedBy", "sessionContext")
"""What a record tells of the caller, in its userIdentity, and people look for in the detail itself (docs §17)."""
OBJECTS = ("userIdentity", "requestParameters", "responseElements", "tlsDetails")
"""What of a record is an object (docs §17)."""
MAX_FIELDS = 200


def check_call(reader: Reader, detail: Mapping, sources: tuple[str, ...]) -> None:
    """Advice on the detail of a pattern for API calls. `sources` are those asked for, () for others too."""
    known = bool(sources) and all(source in DETAIL_TYPES for source in sources)
    services = tuple(source.removeprefix("aws.") for source in sources) if known else ()
    called: Node | None = None
    names: Node | None = None
    for key, node in detail.items[:MAX_FIELDS]:
        if key.text == "$or":
            for one in node.items if isinstance(node, Sequence) else ():
                if isinstance(one, Mapping):
                    check_call(reader, one, sources)
            continue
        if function(node) is not None or asks_absence(node):
            continue
        name = _field(reader, key, node, sources if known else ())
        if name in OBJECTS and key.text == name and not isinstance(node, Mapping):
            given = json.dumps({name: {"NAME": values(node)}}, ensure_ascii=False)[1:-1]
            message = f"{name} of an API call is an object, and has no value of its own"
            reader.warning(key, "204", message, f"name a field in it: {given}")
        called = node if name == "eventSource" else called
        names = node if name == "eventName" else names
    asked = _sources(reader, called, services)
    _names(reader, names, services or asked)


def _field(reader: Reader, key: Scalar, node: Node, sources: tuple[str, ...]) -> str:
    """The field of a record that a key names, or should."""
    name = key.text.partition(".")[0]
    if name in RECORD:
        return name
    meant = {fold(one): one for one in RECORD}.get(fold(name)) or misspelled(name, RECORD) or ""
    types = [type_ for source in sources for type_ in DETAIL_TYPES[source] if name in FIELDS[type_]]
    hint = ""
    if meant:
        hint = f"did you mean {meant}?"
    elif name in PARAMETERS or name in CALLER:
        head = "requestParameters" if name in PARAMETERS else "userIdentity"
        given = values(node) if isinstance(node, Sequence | Mapping) else [values(node)]
        hint = f"write it inside {head}: {json.dumps(head)}: {json.dumps({name: given}, ensure_ascii=False)}"
    elif types:
        hint = f'change detail-type to ["{types[0]}"], whose detail has it, or take {json.dumps(name)} out'
    if hint:
        reader.warning(key, "206", f"detail of an API call has no {key.text!r}", hint)
    return meant


def _sources(reader: Reader, node: Node | None, services: tuple[str, ...]) -> tuple[str, ...]:
    """The developer tools that calls are asked of. With `services`, no others can match."""
    found = []
    for item in texts(node):
        text = values(item, operator=True)
        if not isinstance(text, str) or filled_in(text):
            continue
        meant = _service(text)
        if not meant and not services and re.fullmatch(r"(aws\.)?[a-z0-9-]+", text):
            meant = text.removeprefix("aws.")
        service = meant if not services or meant in services else services[0]
        if service and text != f"{service}.amazonaws.com":
            whose = f" of {' and '.join(services)}" if services else ""
            message = f"eventSource of an API call{whose} is never {json.dumps(text)}"
            reader.warning(item, "204", message, f"did you mean {service}.amazonaws.com?")
        found.append(service)
    return tuple(found) if found and all(found) else ()


def _service(text: str) -> str:
    """The one of the developer tools that is called under such a name; "" for others."""
    bare = fold(text.lower().removeprefix("aws.").partition(".amazon")[0])
    return bare if bare in OPERATIONS else misspelled(bare, OPERATIONS) or ""


def _names(reader: Reader, node: Node | None, services: tuple[str, ...]) -> None:
    if any(service not in OPERATIONS for service in services):
        return
    known = {name for service in services for name in ACTIONS[service].values()}
    for item in texts(node) if services else ():
        text = values(item, operator=True)
        if not isinstance(text, str) or text in known or filled_in(text):
            continue
        meant = _name(text, services)
        others = [service for service in OPERATIONS if text in OPERATIONS[service]]
        if meant:
            hint = f"did you mean {meant}?"
        elif others:
            hint = _called_too(others[0], len(texts(node)) == 1)
        else:
            continue  # what services log without an operation is not known here
        message = f"eventName of a call of {' and '.join(services)} is never {json.dumps(text)}"
        reader.warning(item, "204", message, hint)


def _called_too(service: str, alone: bool) -> str:
    """The hint at an operation of another service; not `alone` where other operations are asked for, too."""
    if alone:
        return f"write aws.{service} as the source and {service}.amazonaws.com as eventSource, or take it out"
    called = f'"{service}.amazonaws.com" to eventSource if it is asked for'
    return f'add "aws.{service}" to source, and {called}; or take it out'


def _name(text: str, services: tuple[str, ...]) -> str:
    """The operation that is meant by an unknown one; "" where that is not sure."""
    bare = text.rpartition(":")[2]
    for service in services:
        names = (*OPERATIONS[service], *GIT) if service == "codecommit" else OPERATIONS[service]
        found = {fold(name): name for name in names}.get(fold(bare)) or misspelled(bare, names, len(names))
        if found:
            return found
    return ""
