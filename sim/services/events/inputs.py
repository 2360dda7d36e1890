"""What a target gets of an event: all of it, a constant, a part, or a template filled in.

Source: docs/behaviour/codecommit-and-glue.md §13.3.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sim.services.events.resources import EventRule, Target

_PLACEHOLDER = re.compile(r"<([\w.-]+)>")
_STEP = re.compile(r"\.([\w/-]+)|\.(\*)|\[(\d+|\*)\]|\['([^']+)'\]|\[\"([^\"]+)\"\]")
_MISSING = object()


def compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def text(rule: EventRule, target: Target, event: Mapping[str, Any], received: str) -> str:
    """The text that the target gets. `received` is when EventBridge got the event, in ISO 8601."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        found = find(event, target["InputPath"])
        return "" if found is _MISSING else compact(found)
    if "InputTransformer" in target:
        return transformed(target["InputTransformer"], rule, event, received)
    return compact(event)


def is_own(target: Target) -> bool:
    """Whether the target gets something else than the event itself."""
    return any(member in target for member in ("Input", "InputPath", "InputTransformer"))


def find(event: Any, path: str) -> Any:
    """What lies at a JSONPath such as `$.detail.commitId`, `$.resources[0]` or `$.detail.tags[*]`."""
    if not path.startswith("$"):
        return _MISSING
    values, many, place = [event], False, 1
    while place < len(path):
        step = _STEP.match(path, place)
        if step is None:
            return _MISSING
        place = step.end()
        name = next(group for group in step.groups() if group is not None)
        bracket = step.group(3) is not None
        many = many or name == "*"
        values = [found for value in values for found in _inside(value, name, bracket)]
    if many:
        return values
    return values[0] if values else _MISSING


def _inside(value: Any, name: str, bracket: bool) -> list[Any]:
    if name == "*":
        return list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []
    if bracket:
        return [value[int(name)]] if isinstance(value, list) and int(name) < len(value) else []
    return [value[name]] if isinstance(value, Mapping) and name in value else []


def transformed(transformer: Mapping[str, Any], rule: EventRule, event: Mapping[str, Any], received: str) -> str:
    """An InputTemplate with its variables filled in. What a path does not find is left out."""
    template = transformer["InputTemplate"]
    values: dict[str, Any] = {
        "aws.events.rule-arn": rule.arn,
        "aws.events.rule-name": rule.name,
        "aws.events.event.ingestion-time": received,
        "aws.events.event": {key: value for key, value in event.items() if key != "detail"},
        "aws.events.event.json": event,
    }
    for name, path in (transformer.get("InputPathsMap") or {}).items():
        values[name] = find(event, path)
    as_json = template.lstrip().startswith(("{", "["))

    def filled(found: re.Match[str]) -> str:
        value = values.get(found.group(1), found.group(0))
        if value is _MISSING:
            return ""
        if isinstance(value, str) and (not as_json or _quoted(template, found.start())):
            return value
        return compact(value)

    return _PLACEHOLDER.sub(filled, template)


def _quoted(template: str, place: int) -> bool:
    """Whether that place of a JSON text lies inside a string."""
    inside, escaped = False, False
    for letter in template[:place]:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = inside
        elif letter == '"':
            inside = not inside
    return inside
