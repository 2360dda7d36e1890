"""A pipeline as a template declares it, in the spelling of the API, with what cannot be known filled in plausibly."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Scalar, Sequence
from sim.formats.pipeline import KEYS, Place, spelled

ParameterOf = Callable[[str], Mapping | None]

_UNKNOWN = {
    "roleArn": "arn:aws:iam::123456789012:role/unknown",
    "location": "unknown-bucket",
    "region": "us-east-1",
    "version": "1",
}
"""What stands for a value that is not known, by its key; for all other keys, `unknown`."""
ONLY_IN_TEMPLATES = ("Tags", "RestartExecutionOnUpdate", "DisableInboundStageTransitions")
_NUMBERS = ("runOrder", "timeoutInMinutes")


@dataclass(slots=True)
class Declared:
    """A declaration as plain values, where each value stands in the file, and which values are guesses."""

    value: dict[str, Any] = field(default_factory=dict)
    nodes: dict[Place, Node] = field(default_factory=dict)
    keys: dict[Place, Node] = field(default_factory=dict)
    guessed: set[Place] = field(default_factory=set)
    small: list[Scalar] = field(default_factory=list)
    """Keys that begin with a small letter, as those of the API do: CloudFormation has none."""

    def node(self, where: Place) -> Node:
        """The node of a place, or of the nearest one around it; a block is named by the line of its key."""
        where = self._real(where)
        while where and where not in self.nodes:
            where = where[:-1]
        node = self.nodes[where]
        return node if isinstance(node, Scalar) else self.keys.get(where, node)

    def is_known(self, where: Place) -> bool:
        """Whether a value stands there as it is, and none of it is a guess."""
        return self._real(where) not in self.guessed

    def _real(self, where: Place) -> Place:
        """A place as it is here: an entry that stands alone where a list is due has no number."""
        value: Any = self.value
        found: list[str | int] = []
        for step in where:
            if isinstance(step, int) and not isinstance(value, list):
                continue
            found.append(step)
            if isinstance(value, dict):
                value = value.get(step)
            else:
                value = value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None
        return tuple(found)


def declare(properties: Mapping, parameter: ParameterOf) -> Declared | None:
    """The declaration in the properties of an AWS::CodePipeline::Pipeline; None when its stages cannot be known."""
    stages = properties.get("Stages")
    if (stages is not None and function(stages) is not None) or any(
        key.startswith("Fn::") for key in properties.keys()
    ):
        return None
    return _Reader(parameter).read(properties)


class _Reader:
    def __init__(self, parameter: ParameterOf):
        self.parameter = parameter
        self.found = Declared()
        self.count = 0

    def read(self, properties: Mapping) -> Declared:
        items = tuple(pair for pair in properties.items if pair[0].text not in ONLY_IN_TEMPLATES)
        root = Mapping(properties.path, properties.line, properties.column, items)
        value = self._mapping(root, (), rename=True)
        value.setdefault("name", "unknown")
        stores = value.get("artifactStores")
        if isinstance(stores, list):
            value["artifactStores"] = {
                str(store.get("region")): store.get("artifactStore", {}) for store in stores if isinstance(store, dict)
            }
        self.found.value = value
        return self.found

    def _any(self, node: Node, where: Place, rename: bool) -> Any:
        self.found.nodes[where] = node
        call = function(node)
        if call is not None and call[0] != "Condition":
            return self._call(call[0], call[1], where, rename)
        if isinstance(node, Mapping):
            return self._mapping(node, where, rename)
        if isinstance(node, Sequence):
            return self._list(node, where, rename)
        assert isinstance(node, Scalar)
        return self._number(node.text, where)

    def _number(self, text: str, where: Place) -> Any:
        key = where[-1] if where else ""
        return int(text) if key in _NUMBERS and re.fullmatch(r"[0-9]{1,9}", text) else text

    def _list(self, node: Sequence, where: Place, rename: bool) -> list[Any]:
        values: list[Any] = []
        for item in node.items:
            chosen = _chosen(item)
            if chosen is not None:
                values.append(self._any(chosen, (*where, len(values)), rename))
        return values

    def _mapping(self, node: Mapping, where: Place, rename: bool) -> dict[str, Any]:
        self.found.nodes.setdefault(where, node)
        values = {}
        for key, item in node.items:
            chosen = _chosen(item)
            if chosen is None:
                continue
            name = key.text[:1].lower() + key.text[1:] if rename else key.text
            if rename and name == key.text and name in KEYS:
                self.found.small.append(key)
            self.found.keys[(*where, name)] = key
            values[name] = self._any(chosen, (*where, name), rename and name != "configuration")
        return values

    def _call(self, name: str, argument: Node, where: Place, rename: bool) -> Any:
        known = self._known(name, argument)
        if known is not None:
            return self._number(known, where)
        self.found.guessed.add(where)
        key = where[-1] if where else ""
        if isinstance(key, str) and key in _NUMBERS:
            return 10
        if key == "name":
            self.count += 1
            return f"unknown-{self.count}"
        return _UNKNOWN.get(str(key), "unknown")

    def _known(self, name: str, argument: Node) -> str | None:
        """The text that a function comes to when all it needs are defaults of parameters."""
        if name == "Ref" and isinstance(argument, Scalar):
            table = self.parameter(argument.text)
            default = table.get("Default") if table is not None else None
            return default.text if isinstance(default, Scalar) and default.text else None
        return None


def respelled(text: str, where: Place = ()) -> str:
    """A message or hint about a place of a declaration, its keys spelled as templates do: `InputArtifacts`, `Name:`."""
    path = spelled(where)
    if where and text.startswith(f"{path} "):
        keys = where[: where.index("configuration")] if "configuration" in where else where
        in_template = spelled(tuple(_capital(part) if isinstance(part, str) else part for part in keys))
        rest = path[len(in_template) :].replace(".configuration", ".Configuration", 1)
        return in_template + rest + respelled(text.removeprefix(path))
    if text.startswith(_LISTED):
        return _LISTED + ", ".join(map(_capital, text.removeprefix(_LISTED).split(", ")))
    return _KEY.sub(lambda found: _capital(found[0]) if found[0] in KEYS else found[0], text)


_LISTED = "known here: "


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


_KEY = re.compile(
    r"(?<![\w#{.])[a-z]+[A-Z]\w*"  # inputArtifacts
    r"|(?<![\w#.])[a-z]\w*(?=:)"  # name:
    r"|(?<=mean )[a-z]\w*|(?<=has no )[a-z]\w*|(?<=^add )[a-z]\w*"
    r"|(?<=`)[a-z]\w*(?=`)"
)
"""What may be a key."""


def _chosen(node: Node) -> Node | None:
    """The branch of an Fn::If that holds a value; None when there is none. Anything else is itself."""
    call = function(node)
    if call is None or call[0] != "Fn::If" or not isinstance(call[1], Sequence) or len(call[1].items) != 3:
        return None if _is_nothing(node) else node
    for branch in call[1].items[1:]:
        if not _is_nothing(branch):
            return _chosen(branch)
    return None


def _is_nothing(node: Node) -> bool:
    call = function(node)
    return call is not None and call[0] == "Ref" and isinstance(call[1], Scalar) and call[1].text == "AWS::NoValue"
