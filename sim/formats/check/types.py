"""Resource types that nearly are one of those that are known."""

from __future__ import annotations

from collections.abc import Iterator

from sim.core.problems import Problem
from sim.formats.check.template import Found, problem_at, text_of
from sim.formats.nodes import near
from sim.formats.resourcetypes import KNOWN, WHOLE
from sim.formats.slips import misspelled


def check_types(template: Found) -> Iterator[Problem]:
    """An error for each type that nearly is a known one, and for each that a whole service has not."""
    for resource in template.resources.values():
        node = resource.get("Type")
        text = text_of(node)
        if node is None or text is None or text in KNOWN:
            continue
        hint = _instead(text)
        if hint:
            message = f"Template format error: Unrecognized resource types: [{text[:100]}]"
            yield problem_at(node, "error", "170", message, hint)


def _instead(text: str) -> str:
    """What to write for a type that is none; "" for one that may be."""
    meant = misspelled(text, KNOWN)
    if meant is not None:
        return f"did you mean {meant}?"
    parts = text.split("::")
    if len(parts) < 3 and parts[0] != "Custom" and "${" not in text:
        # A type of one's own has three parts too, but custom resources have two.
        close = near(text, KNOWN)
        return f"did you mean {close}?" if close else "a type is written Organisation::Service::Resource"
    types = WHOLE.get(parts[1]) if len(parts) == 3 and parts[0] == "AWS" else None
    if types is None:
        return ""
    close = near(parts[2], types)
    here = f"AWS::{parts[1]}::"
    return f"did you mean {here}{close}?" if close else f"types of {parts[1]} are {', '.join(types)} (list of 2026)"
