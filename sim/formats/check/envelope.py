"""What stands at the top of an event pattern: who sends, from where, about which resources."""

from __future__ import annotations

import json
import re
from collections.abc import Collection

from sim.formats.check.events import DETAIL_TYPES, FIELDS, TEXTS
from sim.formats.check.leaves import MAX_TEXTS, asks_absence, filled_in, fold, star, texts, values
from sim.formats.check.levels import as_member, parents
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence, near
from sim.formats.slips import misspelled

ENVELOPE = ("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail", "$or")


def part(table: Mapping, name: str) -> Node | None:
    """What stands at a field of the top, or at a key that is another spelling or a slip of it."""
    node = table.get(name)
    if node is not None or len(table.items) > len(ENVELOPE):
        return node
    return next((value for key, value in table.items if top_meant(key.text) == name), None)


def top_meant(text: str) -> str:
    """The field of an event's top that a name is, or is another spelling or a slip of; "" for others."""
    if text in ENVELOPE:
        return text
    return {fold(name): name for name in ENVELOPE[:-1]}.get(fold(text)) or misspelled(text, ENVELOPE[:-1]) or ""


def source_meant(text: str, types: set[str]) -> str:
    """The service of the developer tools that sends as that text, or is meant by it; "" for all others.

    An application may call itself as it likes, if it does not begin with `aws.`: with a slip, it must ask for `types`
    of that service.
    """
    if text in DETAIL_TYPES or filled_in(text):
        return text if text in DETAIL_TYPES else ""
    bare = fold(re.sub(r"^aws[.:]|\.amazonaws\.com$", "", text.lower()))
    services = {fold(name.removeprefix("aws.")): name for name in DETAIL_TYPES}
    if bare in services:
        return services[bare]
    meant = services.get(misspelled(bare, services) or "", "")
    if text.lower().startswith("aws.") or (meant and types.intersection(DETAIL_TYPES[meant])):
        return meant or (near(text.lower(), DETAIL_TYPES, 0.9) if text.lower().startswith("aws.") else "")
    return ""


def check_envelope(
    reader: Reader, table: Mapping, known: tuple[str, ...], sources: tuple[str, ...], refused: Collection[str] = ()
) -> None:
    """Advice on the top of a pattern. `known` are the detail types of which one must match, or ().

    `refused` are keys that are told to be none already.
    """
    for key, node in table.items:
        if key.text in refused or asks_absence(node):
            continue
        if key.text not in ENVELOPE and not key.text.startswith("detail."):
            reader.warning(key, "202", f"no event has {key.text!r} at its top", _key_hint(key.text, node, known))
        elif key.text in TEXTS:
            for item in node.items if isinstance(node, Sequence) else ():
                if key.text in ("id", "time", "version") and isinstance(item, Scalar) and star(item.text):
                    message = f"{key.text} of an event is never {json.dumps(item.text)}"
                    reader.warning(item, "209", message, star(item.text))
                elif isinstance(item, Scalar) and not isinstance(values(item, operator=True), str | None):
                    message = f"{key.text} of an event is text, and never the number {item.text}"
                    reader.warning(item, "208", message, f"write {json.dumps(item.text)}, in quotes")
    _account(reader, table)
    _region(reader, table)
    _time(reader, table)
    if known and all(source in DETAIL_TYPES for source in sources) and sources and known[0] in FIELDS:
        for item in texts(part(table, "resources")):
            _resource(reader, item, sources)
        for one in operators_of(part(table, "resources")):
            _resource_like(reader, one, sources)


def _key_hint(name: str, node: Node, known: tuple[str, ...]) -> str:
    meant = top_meant(name)
    own = any(name in FIELDS.get(type_, ()) for type_ in known)
    if not meant and (own or parents(name, known)):
        return f"write it inside detail: {as_member(name, node, '' if own else parents(name, known)[0])}"
    meant = meant or near(name, ENVELOPE[:-1])
    return f"did you mean {meant}?" if meant else f"an event has {', '.join(ENVELOPE[:-1])}"


def _account(reader: Reader, table: Mapping) -> None:
    for item in texts(part(table, "account")):
        text = values(item, operator=True)
        if isinstance(text, str) and not re.fullmatch(r"[0-9]{12}", text) and not filled_in(text):
            bare = re.sub(r"[ -]", "", text)
            hint = f"write {json.dumps(bare)}, without dashes" if re.fullmatch(r"[0-9]{12}", bare) else ""
            hint = hint or star(text) or "write its 12 digits, without dashes"
            reader.warning(item, "209", f"{text!r} is not an account", hint)


def _time(reader: Reader, table: Mapping) -> None:
    for item in texts(part(table, "time")):
        text = item.text
        if re.match(r"[0-9]{4}(-|$)", text) and not re.fullmatch(r"[0-9-]{10}T[0-9:]{8}Z", text) and "*" not in text:
            hint = f'write {{"prefix": {json.dumps(text.rstrip("Z"))}}}'
            reader.warning(item, "209", f"time of an event has seconds, and is never {text!r}", hint)


# Regions

_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]+")
_DIRECTIONS = ("north", "south", "east", "west", "central", "northeast", "northwest", "southeast", "southwest")
"""The last word in the name of every Region, before its number."""


def _region(reader: Reader, table: Mapping) -> None:
    for item in texts(part(table, "region")):
        text = values(item, operator=True)
        if isinstance(text, str) and not _is_region(text) and not filled_in(text):
            meant = _region_meant(text)
            hint = star(text) or (f"did you mean {meant}?" if meant else "write it like us-east-1")
            reader.warning(item, "209", f"{text!r} is not a Region", hint)


def _is_region(text: str) -> bool:
    return _REGION.fullmatch(text) is not None and text.rsplit("-", 2)[1] in _DIRECTIONS


def _region_meant(text: str) -> str:
    """The Region that is meant by a text with capitals, other signs, a zone's letter, or a slip; "" if not known."""
    parts = re.fullmatch(r"([a-z]{2})[-_ ]?((?:gov[-_ ]?)?)([a-z]{3,10})[-_ ]?([0-9])[a-z]?", text[:40].lower())
    if parts is None:
        return ""
    direction = parts[3] if parts[3] in _DIRECTIONS else misspelled(parts[3], _DIRECTIONS)
    return f"{parts[1]}-{'gov-' if parts[2] else ''}{direction}-{parts[4]}" if direction else ""


# Resources

_SERVICES = {"aws.codedeploy": ("codedeploy", "ec2")}
"""Source -> the services of the ARNs that its events name; where it is left out, its own (§10, codedeploy.md §12)."""
_OF_PROJECT = "events of aws.codebuild name the ARN of the build, and never the project's"
_BY_NAME = ("aws.codecommit", "aws.codepipeline")
"""Sources whose resources are ARNs that end with a name alone."""


def _resource(reader: Reader, item: Scalar, sources: tuple[str, ...]) -> None:
    """A plain value of `resources` that no event of these sources has."""
    text = values(item, operator=True)
    if not isinstance(text, str) or filled_in(text):
        return
    services = services_of(sources)
    parts = text.split(":")
    if parts[0] != "arn" or len(parts) < 6:
        reader.warning(
            item, "209", f"resources of events are ARNs, and never {json.dumps(text)}", _arn_hint(text, sources)
        )
    elif "*" in text:
        reader.warning(item, "209", f"no event names {json.dumps(text)}", star(text))
    elif parts[2] not in services:
        message, hint = of_another(parts[2], sources)
        reader.warning(item, "209", message, hint)
    elif sources == ("aws.codebuild",) and parts[5].startswith("project/"):
        build = f"{':'.join(parts[:5])}:build/{parts[5].removeprefix('project/')}:"
        reader.warning(item, "209", _OF_PROJECT, f"write {json.dumps({'prefix': build})}, for every build of it")
    elif sources == ("aws.codedeploy",) and (kind := re.match("(application|deploymentgroup)/", parts[5])):
        whole = ":".join((*parts[:5], kind[1], *parts[5:])).replace(f":{kind[0]}", ":", 1)
        message = f"ARNs of CodeDeploy have {kind[1]}: before the name, and never {kind[0]}"
        reader.warning(item, "209", message, f"write {json.dumps(whole)}")
    elif sources == ("aws.codecommit",) and text.endswith(".git"):
        message = f"ARNs of repositories end with the name, and never with .git as {json.dumps(text)}"
        reader.warning(item, "209", message, f"write {json.dumps(text.removesuffix('.git'))}")
    elif len(sources) == 1 and sources[0] in _BY_NAME and (len(parts) > 6 or "/" in parts[5]):
        words = re.split("[:/]", ":".join(parts[5:]))
        name = words[1] if words[0] in ("repository", "repo", "pipeline") else words[0]
        whole = ":".join([*parts[:5], name])
        message = f"ARNs in events of {sources[0]} end with the name alone, and never like {json.dumps(text)}"
        reader.warning(item, "209", message, f"write {json.dumps(whole)}" if name else "end it with the name")


def operators_of(node: Node | None) -> list[Mapping]:
    """The operators in a list of no more values than are looked at."""
    items = node.items[:MAX_TEXTS] if isinstance(node, Sequence) else ()
    return [item for item in items if isinstance(item, Mapping) and function(item) is None]


def _resource_like(reader: Reader, item: Mapping, sources: tuple[str, ...]) -> None:
    """An operator on `resources` that asks for a kind of ARN that no event of these sources has."""
    name, text = next(iter(values(item, operator=True).items()), ("", ""))
    if len(item.items) != 1 or name not in ("prefix", "suffix", "wildcard") or not isinstance(text, str):
        return
    if filled_in(text) or len(sources) != 1:
        return
    asked = json.dumps({name: text})
    if sources == ("aws.codebuild",) and re.search(":project/." if name == "suffix" else ":project/", text):
        reader.warning(item, "209", _OF_PROJECT, f"write {json.dumps(_of_builds(name, text))}, for the builds of it")
    elif sources[0] in _BY_NAME and re.search(":(repository|repo|pipeline)[:/]", text):
        message = f"ARNs in events of {sources[0]} end with the name alone, and never like {asked}"
        mend = re.sub(":(repository|repo|pipeline)[:/]", ":", text)
        reader.warning(item, "209", message, f"write {json.dumps({name: mend})}")


def services_of(sources: tuple[str, ...]) -> list[str]:
    """The services whose ARNs events of these sources name."""
    return [name for source in sources for name in _SERVICES.get(source, (source.removeprefix("aws."),))]


def of_another(service: str, sources: tuple[str, ...]) -> tuple[str, str]:
    """(message, hint) at the ARN of another service."""
    services = " and ".join(services_of(sources))
    message = f"events of {' and '.join(sources)} name ARNs of {services}, and never of {service}"
    return message, f"take it out, or write aws.{service} as the source"


def of_project(name: str) -> tuple[str, str]:
    """(message, hint) at the ARN of a project of CodeBuild; its name as it is to be written."""
    return _OF_PROJECT, f'take it out, and ask for the project: "detail": {{"project-name": [{name}]}}'


def _of_builds(name: str, text: str) -> dict[str, str]:
    """What asks for the ARNs of builds as an operator asks for that of their project: an id stands after its name."""
    text = text.replace(":project/", ":build/")
    if name == "prefix":
        return {name: text}
    text = text if text.endswith("*") else f"{text}:*"
    return {"wildcard": text if name == "wildcard" or text.startswith("*") else f"*{text}"}


def _arn_hint(text: str, sources: tuple[str, ...]) -> str:
    whole = f"arn:aws:{sources[0].removeprefix('aws.')}:us-east-1:123456789012:"
    if len(sources) == 1 and sources[0] in _BY_NAME and re.fullmatch(r"[\w.@-]+", text):
        return f'write {{"suffix": {json.dumps(":" + text)}}}, or the ARN as a whole, such as {whole}{text}'
    return star(text) or f"write the ARN as a whole, such as {whole}…"
