"""What a scenario expects of its run, held against the schema of results: names and values that no result ever has."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from sim.core.problems import Problem
from sim.formats import shipped
from sim.formats.nodes import MAX_LOOK_UPS, Mapping, Node, Scalar, Sequence, near

Schema = dict[str, Any]
"""A part of the JSON Schema of results; an empty one is of something that no schema tells."""
Part = dict[str, Any]
"""A node of a parsed JMESPath expression: its type, value and children."""


def check_expectations(root: Node) -> list[Problem]:
    """A finding for each name and each value in `expect` that no result has. What is no JMESPath is told elsewhere."""
    rows = root.get("expect") if isinstance(root, Mapping) else None
    found: list[Problem] = []
    for item in rows.items if isinstance(rows, Sequence) else ():
        if isinstance(item, Scalar):
            found += check_expression(item, len(found))
    return found


def check_expression(item: Scalar, told: int = 0) -> list[Problem]:
    """The findings in one expression over a result. `told` says how many there were before."""
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        return _Walk(item, told).all(jmespath.compile(item.text).parsed)
    except (JMESPathError, RecursionError):
        return []


@cache
def _document() -> Schema:
    found: Schema = json.loads((shipped.root() / "schema/result.schema.json").read_text(encoding="utf-8"))
    return found


def _resolved(schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = _document()["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema


def _items(schema: Schema) -> Schema:
    """What the items of a list are."""
    items = schema.get("items")
    return _resolved(items) if isinstance(items, dict) else {}


class _Walk:
    """One expression, followed through the schema. `told` says how many findings there were before."""

    def __init__(self, item: Scalar, told: int):
        self.item = item
        self.told = told
        self.problems: dict[Problem, None] = {}

    def all(self, expression: Any) -> list[Problem]:
        self._of(expression, _document())
        return list(self.problems)

    def _of(self, part: Part, schema: Schema) -> Schema:
        """What a part of the expression comes to where the value before it is of that schema."""
        step = getattr(self, f"_{part['type']}", self._other)
        found: Schema = step(part, schema)
        return found

    # Steps, by the types of JMESPath's nodes

    def _other(self, part: Part, schema: Schema) -> Schema:
        for child in part["children"]:
            if isinstance(child, dict):
                self._of(child, schema)
        return {}

    def _current(self, part: Part, schema: Schema) -> Schema:
        return schema

    _identity = _current

    def _field(self, part: Part, schema: Schema) -> Schema:
        known = schema.get("properties", {})
        name = part["value"]
        if schema.get("additionalProperties") is False and name not in known:
            self._tell("SC305", f"nothing is called {name!r} there", name, list(known))
        return _resolved(known.get(name, {}))

    def _subexpression(self, part: Part, schema: Schema) -> Schema:
        for child in part["children"]:
            schema = self._of(child, schema)
        return schema

    _index_expression = _pipe = _subexpression

    def _index(self, part: Part, schema: Schema) -> Schema:
        return _items(schema)

    def _flatten(self, part: Part, schema: Schema) -> Schema:
        rows = self._of(part["children"][0], schema)
        inner = _items(rows)
        return inner if "items" in inner else rows

    def _slice(self, part: Part, schema: Schema) -> Schema:
        return schema

    def _projection(self, part: Part, schema: Schema) -> Schema:
        rows, rest = part["children"]
        return {"items": self._of(rest, _items(self._of(rows, schema)))}

    def _value_projection(self, part: Part, schema: Schema) -> Schema:
        rows, rest = part["children"]
        self._of(rows, schema)
        return {"items": self._of(rest, {})}

    def _filter_projection(self, part: Part, schema: Schema) -> Schema:
        rows, rest, condition = part["children"]
        row = _items(self._of(rows, schema))
        self._of(condition, row)
        return {"items": self._of(rest, row)}

    def _comparator(self, part: Part, schema: Schema) -> Schema:
        one, other = part["children"]
        sides = [self._of(one, schema), self._of(other, schema)]
        for side, literal in zip(sides, (other, one), strict=True):
            if literal["type"] == "literal" and part["value"] in ("eq", "ne"):
                self._values(side, literal["value"])
        return {}

    def _function_expression(self, part: Part, schema: Schema) -> Schema:
        given = [child for child in part["children"] if child["type"] != "expref"]
        sides = [self._of(child, schema) for child in given]
        for child in part["children"]:
            if child["type"] == "expref" and sides:
                self._other(child, _items(sides[0]))
        if part["value"] == "contains" and len(given) == 2 and given[1]["type"] == "literal":
            self._values(_items(sides[0]), given[1]["value"])
        return {}

    # Findings

    def _values(self, schema: Schema, value: Any) -> None:
        """Complain about a text that is none of the values that something can have; of a list, about each."""
        if isinstance(value, list):
            for item in value:
                self._values(_items(schema), item)
        elif isinstance(value, str) and "enum" in schema and value not in schema["enum"]:
            known = [one for one in schema["enum"] if isinstance(one, str)]
            self._tell("SC306", f"what stands there is never {value!r}", value, known)

    def _tell(self, code: str, message: str, word: str, known: list[str]) -> None:
        meant = near(word, known) if self.told + len(self.problems) < MAX_LOOK_UPS else ""
        same = next((one for one in known if one.lower() == word.lower()), meant)
        hint = f"did you mean {same}?" if same else f"known: {', '.join(known)}"
        self.problems[Problem(self.item.path, self.item.line, self.item.column, "warning", code, message, hint)] = None


__all__ = ["check_expectations", "check_expression"]
