"""Paths into a document: `parameters.FleetSize`, `behavior[1].fails`, `quotas."codebuild.concurrent-builds"`."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

_STEP = re.compile(r'\[(?P<index>[0-9]{1,6})\]|(?P<dot>\.?)(?:(?P<name>[\w:@/*-]+)|"(?P<quoted>[^"]+)")')


def parts(path: str) -> list[str | int]:
    """The names and indexes that a path is made of. Raises ValueError for what is no path."""
    names: list[str | int] = []
    position = 0
    while position < len(path):
        found = _STEP.match(path, position)
        if found is None or (found["index"] is None and bool(found["dot"]) is not bool(names)):
            break
        names.append(int(found["index"]) if found["index"] is not None else found["name"] or found["quoted"])
        position = found.end()
    if not names or position < len(path):
        raise ValueError(f'{path!r} is not a path such as parameters.FleetSize, behavior[1].fails or quotas."a.b"')
    return names


def get_path(document: Any, path: str) -> Any:
    """What stands at a path of a document. Raises LookupError when nothing does, ValueError for what is no path."""
    for part in parts(path):
        document = _inside(document, part, path)
    return document


def _inside(place: Any, part: Any, path: str) -> Any:
    if isinstance(place, dict if isinstance(part, str) else list):
        try:
            return place[part]
        except LookupError:
            pass
    raise LookupError(f"nothing stands at {part!r} of {path}")


def set_path(document: Any, path: str, value: Any) -> Any:
    """A copy of the document with that value at that path; mappings on the way are made.

    Raises LookupError when the path leads into something that is neither a mapping nor a list of that length, and
    ValueError for what is no path.
    """
    changed = deepcopy(document)
    *way, last = parts(path)
    place: Any = changed
    for part in way:
        if isinstance(place, dict) and isinstance(part, str):
            place.setdefault(part, {})
        place = _inside(place, part, path)
    if not (isinstance(place, dict) and isinstance(last, str)):
        _inside(place, last, path)
    place[last] = value
    return changed
