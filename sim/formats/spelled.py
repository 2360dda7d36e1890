"""CloudFormation in plain values: a resource as a program, or one line of YAML, can hold it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.formats import nodes
from sim.formats.intrinsics import function
from sim.formats.text import read_text


def spelled_out(node: nodes.Node) -> Any:
    """Plain values, with CloudFormation's functions in their long form: a short tag has no place in them."""
    call = function(node) if getattr(node, "tag", "") else None
    if call is not None:
        return {call[0]: spelled_out(call[1])}
    if isinstance(node, nodes.Sequence):
        return [spelled_out(item) for item in node.items]
    if isinstance(node, nodes.Mapping):
        return {key.text: spelled_out(value) for key, value in node.items}
    assert isinstance(node, nodes.Scalar)
    return nodes.scalar(node)


def resource(file: Path, logical_id: str) -> dict[str, Any]:
    """A resource of a template file, spelled out. Raises LookupError."""
    there = nodes.compose(read_text(file), str(file))
    resources = there.get("Resources") if isinstance(there, nodes.Mapping) else None
    found = resources.get(logical_id) if isinstance(resources, nodes.Mapping) else None
    if found is None:
        raise LookupError(f"the template has no resource {logical_id}")
    plain: dict[str, Any] = spelled_out(found)
    return plain
