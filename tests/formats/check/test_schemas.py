"""What is known of resource types, held against the schemas of cfn-lint."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import pytest

from sim.formats.check.schemas import ATTRIBUTES, KINDS, OWN, Shape, shapes

SINCE = (1, 58)
"""The version of cfn-lint that the table was made with: earlier ones know less."""
ADDED = {"WebhookFilter"}
"""What the schemas leave open, and CodeBuild's API says."""


def schema(kind: str) -> Any:
    if tuple(int(part) for part in version("cfn-lint").split(".")[:2]) < SINCE:
        pytest.skip("the table is of a later version of cfn-lint")
    cfnlint = pytest.importorskip("cfnlint.schema.manager")
    return cfnlint.PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind)


def resolved(property: dict[str, Any], definitions: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """(the name of what a property is, its schema): names that stand for plain values are followed."""
    name = ""
    while "$ref" in property:
        name = property["$ref"].rpartition("/")[2]
        property = definitions[name]
    return name if "properties" in property else "", property


def kind_of(property: dict[str, Any], definitions: dict[str, Any]) -> str:
    """The kind of a property as the table writes it, with the whole name of what stands inside."""
    name, found = resolved(property, definitions)
    given = found.get("type")
    if name:
        return name
    if given == "array":
        return f"[{kind_of(found['items'], definitions) if 'items' in found else '*'}]"
    if isinstance(given, list):
        return "@" if set(given) == {"object", "string"} else "*"
    return {"string": "", "integer": "#", "number": "#", "boolean": "?", "object": "{}"}.get(given or "", "*")


def agree(ours: str, theirs: str) -> bool:
    """Whether two kinds agree: the table need not look into everything, nor say less than is known."""
    if ours.startswith("[") and theirs.startswith("["):
        return agree(ours[1:-1], theirs[1:-1])
    return ours == theirs or theirs == "*" or (ours == "{}" and theirs.isidentifier())


def check(shape: Shape, schema: dict[str, Any], definitions: dict[str, Any], left_out: set[str]) -> None:
    there = {name: value for name, value in schema["properties"].items() if name not in left_out}
    assert set(shape) == set(there)
    assert {name for name, one in shape.items() if one.due} == set(schema.get("required", ()))
    for name, property in shape.items():
        found = resolved(there[name], definitions)[1]
        assert agree(property.kind, kind_of(there[name], definitions)), name
        for limit, key in ((property.low, "minimum"), (property.high, "maximum")):
            assert property.kind != "#" or key not in found or limit == found[key], name


@pytest.mark.parametrize("kind", KINDS)
def test_properties_are_those_of_the_schemas(kind: str) -> None:
    theirs = schema(kind).schema
    only_read = {row.split("/")[2] for row in theirs.get("readOnlyProperties", ()) if row.count("/") == 2}
    definitions = theirs.get("definitions", {})
    for name, shape in shapes(kind).items():
        if name in ADDED or (name == "Tag" and "Tag" not in definitions):
            continue
        check(shape, theirs if name == OWN else definitions[name], definitions, only_read if name == OWN else set())


@pytest.mark.parametrize("kind", KINDS)
def test_all_that_is_named_is_there(kind: str) -> None:
    found = shapes(kind)
    named = {property.kind.strip("[]") for shape in found.values() for property in shape.values()}
    assert named - {"", "#", "?", "{}", "@", "*"} <= set(found)
    assert set(found) - named <= {OWN, "Tag"}


@pytest.mark.parametrize("kind", ATTRIBUTES)
def test_attributes_are_those_of_the_schemas(kind: str) -> None:
    assert sorted(ATTRIBUTES[kind]) == sorted(schema(kind).get_atts)
