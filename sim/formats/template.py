"""CloudFormation templates: read, ordered, and their functions evaluated.

`read_template` reads and checks; `resolve` fixes parameters and conditions, once; `Stack.properties` evaluates a
resource's properties when what it refers to exists.
"""

from __future__ import annotations

import base64
import difflib
import json
import math
import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field
from typing import Any

from sim.core import naming
from sim.core.calls import copied
from sim.core.problems import Problem, ProblemsError
from sim.formats.intrinsics import EXAMPLES, Functions, Names, function
from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence, compose, describe, inner, plain, scalar

SECTIONS = (
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Transform",
    "Resources",
    "Outputs",
)
_VARIABLE = re.compile(r"\$\{(!?)([^!${}][^${}]*)\}")
MAX_RESOURCES = 500
"""As many resources as a template may have on AWS."""
_MAX_CHAIN = 100
_PARAMETER_TYPES = re.compile(
    r"String|Number|CommaDelimitedList|List<(Number|String|AWS::[\w:]+)>|AWS::[\w:]+|AWS::SSM::Parameter::Value<[\w:<>]+>"
)
_USUAL_TYPES = ("String", "Number", "List<Number>", "CommaDelimitedList")
_FROM_STORE = "AWS::SSM::Parameter::Value<"
_PUBLIC_IMAGE = "/aws/service/"
_PARAMETER_KEYS = (
    "Type",
    "Default",
    "AllowedValues",
    "AllowedPattern",
    "ConstraintDescription",
    "Description",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
)
_CONDITIONS = ("Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Condition")
_FUNCTIONS = (
    "Ref",
    "Fn::GetAtt",
    "Fn::Sub",
    "Fn::Join",
    "Fn::Select",
    "Fn::Split",
    "Fn::If",
    "Fn::FindInMap",
    "Fn::Base64",
    "Fn::GetAZs",
)
_REFUSED = (
    "Fn::ImportValue",
    "Fn::GetStackOutput",
    "Fn::Cidr",
    "Fn::Transform",
    "Fn::ForEach",
    "Fn::Length",
    "Fn::ToJsonString",
)


_STACK_UUID = "00000000-0000-4000-8000-000000000000"


class _NoValue:
    """What `AWS::NoValue` leaves: the property goes away."""


NO_VALUE = _NoValue()

RefOf = Callable[[str], Any]
AttOf = Callable[[str, str], Any]


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a template; `properties` is still unevaluated."""

    logical_id: str
    type: str
    properties: Mapping | None
    condition: str | None
    depends_on: tuple[str, ...]
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Template:
    """A template, read. Sections hold nodes, so that every error knows its line."""

    path: str
    parameters: MappingABC[str, Mapping] = field(default_factory=dict)
    mappings: MappingABC[str, Mapping] = field(default_factory=dict)
    conditions: MappingABC[str, Node] = field(default_factory=dict)
    resources: MappingABC[str, Resource] = field(default_factory=dict)
    outputs: MappingABC[str, Mapping] = field(default_factory=dict)

    def merged(self, other: Template) -> Template:
        """With another's sections added; the same logical id is replaced."""
        return Template(
            self.path,
            {**self.parameters, **other.parameters},
            {**self.mappings, **other.mappings},
            {**self.conditions, **other.conditions},
            {**self.resources, **other.resources},
            {**self.outputs, **other.outputs},
        )


def read_template(text: str, path: str) -> Template:
    """A template from its text. Raises ProblemsError with every finding and its line."""
    reader = Reader(path, "CF")
    document = reader.mapping(compose(text, path), "a template")
    if document is not None:
        reader.unknown_keys(document, SECTIONS, "a template")
        if "Transform" in document:
            reader.error(
                document.key("Transform"), "120", "templates with a Transform are not read", "transform it first"
            )
        if "Resources" not in document:
            reader.error(document, "101", "Resources is missing", "a template has at least one resource")
    if document is None or "Transform" in document:
        reader.raise_if_errors()
    assert document is not None
    template = read_sections(document, path, reader)
    check_names(template, reader)
    reader.raise_if_errors()
    return template


def read_sections(document: Mapping, path: str, reader: Reader) -> Template:
    """The sections of a template, from a document that may hold others beside them; `reader` gets the findings."""
    found = Template(
        path,
        _tables(reader, document, "Parameters"),
        _tables(reader, document, "Mappings"),
        dict(_items(reader, document, "Conditions")),
        {key: _resource(reader, key, node) for key, node in _tables(reader, document, "Resources").items()},
        _tables(reader, document, "Outputs"),
    )
    for name, table in found.parameters.items():
        check_parameter(reader, name, table)
    for name, table in found.outputs.items():
        reader.needed(table, "Value", f"the output {name}")
    if len(found.resources) > MAX_RESOURCES:
        reader.error(
            document.key("Resources"),
            "104",
            f"there are more than {MAX_RESOURCES} resources",
            "split it into nested stacks",
        )
    return found


def check_parameter(reader: Reader, name: str, table: Mapping) -> None:
    """Add the findings about a parameter's declaration."""
    value = table.key("Value")
    if value is not None and "Default" not in table:
        reader.error(value, "003", f"the parameter {name} has no key 'Value'", "did you mean Default?")
        pairs = tuple(pair for pair in table.items if pair[0] is not value)
        table = Mapping(table.path, table.line, table.column, pairs)
    reader.unknown_keys(table, _PARAMETER_KEYS, f"the parameter {name}")
    kind = table.get("Type")
    if kind is None:
        reader.error(table, "102", f"the parameter {name} has no Type", "such as `Type: String`")
    elif not isinstance(kind, Scalar) or not _PARAMETER_TYPES.fullmatch(kind.text):
        word = kind.text.lower() if isinstance(kind, Scalar) else ""
        near = difflib.get_close_matches(word[:60], {one.lower(): one for one in _USUAL_TYPES}, 1)
        meant = next((one for one in _USUAL_TYPES if near and one.lower() == near[0]), "")
        hint = f"did you mean {meant}?" if meant else f"one of {', '.join(_USUAL_TYPES)}, AWS::…"
        reader.error(kind, "117", f"the parameter {name} has the type {describe(kind)}", hint)
    elif kind.text == "List<String>":
        message = f"the parameter {name} has a type that no reference of CloudFormation names: List<String>"
        reader.warning(kind, "205", message, "write `Type: CommaDelimitedList`, which gives a list of texts too")
    for key in ("MinLength", "MaxLength", "MinValue", "MaxValue"):
        if table.get(key) is not None:
            reader.number(table.get(key), f"{key} of {name}")
    if table.get("AllowedValues") is not None:
        reader.sequence(table.get("AllowedValues"), f"AllowedValues of {name}")
    pattern = table.get("AllowedPattern")
    try:
        re.compile(pattern.text if isinstance(pattern, Scalar) else "")
    except re.error as error:
        hint = "close its brackets; before a sign that is meant as itself stands a backslash"
        reader.error(pattern, "118", f"AllowedPattern of {name} is no regular expression: {error}", hint)


def _items(reader: Reader, document: Mapping, section: str) -> list[tuple[str, Node]]:
    node = document.get(section)
    table = None if node is None else reader.mapping(node, section)
    return [(key.text, value) for key, value in table.items] if table else []


def _tables(reader: Reader, document: Mapping, section: str) -> dict[str, Mapping]:
    found = {}
    for key, value in _items(reader, document, section):
        table = reader.mapping(value, f"{section}: {key}")
        if table is not None:
            found[key] = table
    return found


RESOURCE_KEYS = (
    "Type",
    "Properties",
    "Condition",
    "DependsOn",
    "Description",
    "Metadata",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "UpdatePolicy",
    "CreationPolicy",
)


def _resource(reader: Reader, logical_id: str, node: Mapping) -> Resource:
    reader.unknown_keys(node, RESOURCE_KEYS, f"the resource {logical_id}")
    if "Type" not in node:
        reader.error(node, "103", f"the resource {logical_id} has no Type", "such as `Type: AWS::S3::Bucket`")
    kind = reader.text(node.get("Type"), "Type") if "Type" in node else None
    given = node.get("Properties")
    properties = None if given is None else reader.mapping(given, "Properties")
    condition = None if node.get("Condition") is None else reader.text(node.get("Condition"), "Condition")
    depends = node.get("DependsOn")
    items = depends.items if isinstance(depends, Sequence) else () if depends is None else (depends,)
    names = [reader.text(item, "DependsOn") for item in items]
    return Resource(logical_id, kind or "", properties, condition, tuple(filter(None, names)), node.path, node.line)


# Names


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that a template refers to, and where. `attribute` when it is of Fn::GetAtt or a Fn::Sub like it."""

    name: str
    node: Node
    attribute: bool = False


Branch = Callable[[Node], Node]


def mentions(node: Node, branch: Branch | None = None) -> Iterator[Mention]:
    """Every parameter and resource that a node refers to, in order.

    `branch` chooses one of the two of a Fn::If; without it both count. Raises ProblemsError for a malformed function.
    """
    call = function(node)
    if call is None:
        for part in inner(node):
            yield from mentions(part, branch)
        return
    name, argument = call
    if name == "Ref":
        if not isinstance(argument, Scalar):
            raise _fault(argument, "148", "Ref takes a name", "write `!Ref Name`")
        yield Mention(argument.text, argument)
    elif name == "Fn::GetAtt":
        yield Mention(_get_att(argument)[0], argument, attribute=True)
    elif name == "Fn::Sub":
        yield from _mentions_of_sub(argument, branch)
    elif name == "Fn::If":
        for one in _if(argument)[1:] if branch is None else [branch(argument)]:
            yield from mentions(one, branch)
    else:
        for part in argument.items if isinstance(argument, Sequence) else (argument,):
            yield from mentions(part, branch)


def _mentions_of_sub(argument: Node, branch: Branch | None) -> Iterator[Mention]:
    text, variables = _sub(argument)
    for _, item in variables.items if variables else ():
        yield from mentions(item, branch)
    own = set(variables.keys()) if variables else ()
    for literal, mention in _VARIABLE.findall(text):
        name = mention.strip()
        if not literal and name not in own:
            resource, dot, _ = name.partition(".")
            yield Mention(resource, argument, attribute=bool(dot))


def names_of(template: Template) -> Names:
    """What the functions of a template may name."""
    types = {name: resource.type for name, resource in template.resources.items()}
    parameters, resources, conditions = set(template.parameters), set(template.resources), set(template.conditions)
    return Names(parameters, resources, conditions, dict(template.mappings), types)


def check_names(template: Template, reader: Reader) -> None:
    """Whether every function is well written and all it names is there; `reader` gets the findings."""
    functions = Functions(reader, names_of(template))
    for name, node in template.conditions.items():
        functions.test(node, f"the condition {name}")
    for resource in template.resources.values():
        place = Node(resource.path, resource.line, 1)
        for other in resource.depends_on:
            functions.dependency(other, place, resource.logical_id)
        if resource.condition is not None:
            functions.condition(resource.condition, place)
        if resource.properties is not None:
            functions.check(resource.properties, resource.logical_id)
    for name, table in template.outputs.items():
        condition, value = table.get("Condition"), table.get("Value")
        if isinstance(condition, Scalar):
            functions.condition(condition.text, condition)
        if value is not None:
            functions.check(value, f"the output {name}")


def _fault(node: Node, code: str, message: str, hint: str) -> ProblemsError:
    return ProblemsError([Problem(node.path, node.line, node.column, "error", f"CF{code}", message, hint)])


# Resolving


def resolve(
    template: Template,
    parameters: MappingABC[str, Any],
    *,
    account: str,
    region: str,
    stack_name: str,
) -> Stack:
    """Fix parameters and conditions and find the order of creation. Raises ProblemsError."""
    stack = Stack(template, account, region, stack_name)
    reader = Reader(template.path, "CF")
    stack.values.update(_parameters(reader, template, parameters))
    reader.raise_if_errors()
    stack.settle_conditions()
    stack.settle_order()
    return stack


def _parameters(reader: Reader, template: Template, given: MappingABC[str, Any]) -> dict[str, Any]:
    for name in given:
        if name not in template.parameters:
            near = difflib.get_close_matches(name, template.parameters, 1)
            hint = f"did you mean {near[0]}?" if near else f"it has: {', '.join(template.parameters) or 'none'}"
            reader.error(None, "110", f"the template has no parameter {name}", hint)
    values = {}
    for name, node in template.parameters.items():
        default = node.get("Default")
        if name not in given and default is None:
            reader.error(node, "111", f"the parameter {name} has no value", "give it one, or a Default")
            continue
        value = given[name] if name in given else plain(default or node)
        if isinstance(value, dict):
            reader.error(node, "119", f"the parameter {name} is given a mapping", "it takes text, a number or a list")
            continue
        values[name] = _value(reader, name, node, _spell(value))
    return values


def _spell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(map(_spell, value))
    return "" if value is None else str(value)


def _value(reader: Reader, name: str, node: Mapping, text: str) -> Any:
    kind = node.get("Type")
    type_ = kind.text if isinstance(kind, Scalar) else "String"
    if type_.startswith(_FROM_STORE):
        return _from_store(reader, name, node, text)
    parts = [part.strip() for part in text.split(",")] if type_.startswith(("CommaDelimitedList", "List<")) else [text]
    for part in parts:
        check_value(reader, name, node, part)
    if type_.startswith(("CommaDelimitedList", "List<")):
        return parts
    return text


def _from_store(reader: Reader, name: str, node: Mapping, text: str) -> str:
    """The value of a Parameter Store parameter: AWS's public ones name machine images, of which any will do here."""
    if not text.startswith(_PUBLIC_IMAGE):
        message = f"the parameter {name} takes its value from {text} in Parameter Store, which is not simulated"
        reader.error(node, "116", message, "make it a String with the value itself as its Default")
    return "ami-" + naming.hexadecimal(0, "public image", text)


def check_value(reader: Reader, name: str, declared: Mapping, text: str, place: Node | None = None) -> None:
    """Add the findings about one value of a parameter against what its declaration allows, at `place`."""
    node = place or declared
    kind = declared.get("Type")
    type_ = kind.text if isinstance(kind, Scalar) else "String"
    allowed, pattern = declared.get("AllowedValues"), declared.get("AllowedPattern")
    if isinstance(allowed, Sequence):
        choices = [_spell(plain(item)) for item in allowed.items if isinstance(item, Scalar)]
        if text not in choices:
            hint = _allowed_hint(text, choices, allowed.line)
            reader.error(node, "112", f"{name} is {text!r}, not one of {', '.join(choices)}", hint)
    if isinstance(pattern, Scalar) and does_not_match(pattern.text, text):
        hint = "the pattern must match the whole value: write one that it matches, or change AllowedPattern"
        reader.error(node, "113", f"{name} is {text!r} and does not match {pattern.text}", hint)
    if type_ in ("Number", "List<Number>"):
        if _NUMBER.fullmatch(text) is None:
            hint = "write digits, with a point where one is due, or declare `Type: String`"
            reader.error(node, "114", f"{name} is {text!r}, not a number", hint)
            return
        _check_limits(reader, name, declared, node, float(text), "MinValue", "MaxValue", "")
    elif not type_.startswith(("CommaDelimitedList", "List<")):
        _check_limits(reader, name, declared, node, len(text), "MinLength", "MaxLength", " characters long")


def _allowed_hint(text: str, choices: list[str], line: int) -> str:
    """What to write for a value that is not allowed."""
    near = difflib.get_close_matches(text[:60], choices[:500], 1)
    if near:
        return f"did you mean {near[0]}? Else add {text[:100]} to AllowedValues, line {line}"
    some = " or ".join(choices[:MAX_CHOICES])
    more = f", or another of the {len(choices)} values" if len(choices) > MAX_CHOICES else ""
    return f"write {some}{more} in its place, or add {text[:100]} to AllowedValues, line {line}"


MAX_CHOICES = 6
"""So many values are named in one hint."""
_NUMBER = re.compile(r"[-+]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})([eE][-+]?[0-9]{1,2})?")


def _check_limits(
    reader: Reader, name: str, declared: Mapping, node: Node, number: float, low: str, high: str, unit: str
) -> None:
    for key, sign, word in ((low, 1, "at least"), (high, -1, "at most")):
        limit = declared.get(key)
        if isinstance(limit, Scalar) and _NUMBER.fullmatch(limit.text) and sign * number < sign * float(limit.text):
            message = f"{name} is {number:g}{unit}; {key} is {limit.text}"
            reader.error(node, "115", message, f"write one that is {word} {limit.text}{unit}, or change {key}")


_MOST_STEPS = 1_000_000
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[*+?]|\{[0-9]{0,4},?[0-9]{0,4}\}|\(\?|[()|]", re.DOTALL)


def does_not_match(pattern: str, text: str) -> bool:
    """Whether a value surely does not match as a whole: patterns that could take for ever are not tried."""
    if _steps(pattern, len(text)) > _MOST_STEPS:
        return False
    try:
        return re.fullmatch(pattern, text) is None
    except (re.error, RecursionError, OverflowError):
        return False


def _steps(pattern: str, length: int) -> int:
    """About how many ways a regular expression may try on a text of that length, at most a little above the limit.

    What repeats without end tries each place; what repeats so often, or may be there or not, each number of times.
    Something with such a choice inside that itself repeats without end has no bound worth waiting for.
    """
    groups = [1]
    parts = _PARTS.findall(pattern[: _MOST_STEPS // 100])
    ways = 1
    for place, part in enumerate(parts):
        after = parts[place + 1] if place + 1 < len(parts) else ""
        if part in ("(", "(?"):
            groups.append(1)
            continue
        if part == ")" and len(groups) > 1:
            inside = groups.pop()
            ways = inside if inside == 1 else _repeated(inside, after)
        elif part in ("*", "+", "?", "|") or (part[0] == "{" and parts[place - 1] != ")"):
            ways = 2 if part in ("?", "|") else _spread(part, length)
        else:
            continue
        groups[-1] = min(groups[-1] * ways, _MOST_STEPS * 2)
    return min(math.prod(groups), _MOST_STEPS * 2)


def _repeated(ways: int, quantifier: str) -> int:
    if quantifier in ("*", "+") or quantifier.endswith(",}"):
        return _MOST_STEPS * 2
    most = re.findall("[0-9]+", quantifier) if quantifier.startswith("{") else []
    return (
        _MOST_STEPS * 2 if most and int(most[-1]) > 20 else min(ways ** int(most[-1] if most else 1), _MOST_STEPS * 2)
    )


def _spread(quantifier: str, length: int) -> int:
    if quantifier in ("*", "+") or quantifier.endswith(",}"):
        return max(length, 1)
    ends = re.findall("[0-9]+", quantifier)
    return max(int(ends[-1]) - int(ends[0]) + 1, 1) if ends else 1


class Stack:
    """A template with its parameters fixed. `order` lists the logical ids to create, in order."""

    def __init__(self, template: Template, account: str, region: str, name: str):
        self.template = template
        self.account = account
        self.region = region
        self.name = name
        self.values: dict[str, Any] = {
            "AWS::AccountId": account,
            "AWS::NotificationARNs": [],
            "AWS::NoValue": NO_VALUE,
            "AWS::Partition": "aws",
            "AWS::Region": region,
            "AWS::StackId": f"arn:aws:cloudformation:{region}:{account}:stack/{name}/{_STACK_UUID}",
            "AWS::StackName": name,
            "AWS::URLSuffix": "amazonaws.com",
        }
        self.holds: dict[str, bool] = {}
        self.order: tuple[str, ...] = ()
        self.known: dict[int, _Known] = {}
        """What was found out about nodes, by their id(): the same for every evaluation."""

    def type(self, logical_id: str) -> str:
        return self.template.resources[logical_id].type

    def place(self, logical_id: str) -> tuple[str, int]:
        """(path, line) of a resource."""
        resource = self.template.resources[logical_id]
        return resource.path, resource.line

    def properties(self, logical_id: str, ref: RefOf, att: AttOf) -> dict[str, Any]:
        """The evaluated properties of a resource; what it refers to must exist."""
        node = self.template.resources[logical_id].properties
        if node is None:
            return {}
        found: dict[str, Any] = _Evaluation(self, ref, att).value(node)
        return found

    def outputs(self, ref: RefOf, att: AttOf) -> dict[str, Any]:
        """Name -> value of the outputs whose condition holds."""
        found = {}
        for name, node in self.template.outputs.items():
            value = node.get("Value")
            if value is not None and self._is_made(node):
                found[name] = _Evaluation(self, ref, att).value(value)
        return found

    def _is_made(self, output: Mapping) -> bool:
        condition = output.get("Condition")
        return not isinstance(condition, Scalar) or self.condition(condition.text, condition)

    # Conditions

    def settle_conditions(self) -> None:
        for name, node in self.template.conditions.items():
            self.condition(name, node)

    def condition(self, name: str, node: Node, path: tuple[str, ...] = ()) -> bool:
        """Whether a condition of that name holds."""
        if name in self.holds:
            return self.holds[name]
        body = self.template.conditions.get(name)
        if body is None:
            raise _fault(node, "130", f"there is no condition {name}", "write it under Conditions")
        if name in path or len(path) > _MAX_CHAIN:
            raise _fault(node, "131", f"the condition {name} depends on itself", "take one of the references out")
        self.holds[name] = self._test(body, (*path, name))
        return self.holds[name]

    def _test(self, node: Node, path: tuple[str, ...]) -> bool:
        call = function(node)
        if call is None or call[0] not in _CONDITIONS:
            message = "a condition is Fn::And, Fn::Or, Fn::Not, Fn::Equals or Condition"
            raise _fault(node, "132", message, "such as `!Equals [!Ref Stage, prod]`")
        name, argument = call
        if name == "Condition":
            return self.condition(argument.text if isinstance(argument, Scalar) else "", argument, path)
        items = argument.items if isinstance(argument, Sequence) else ()
        if name == "Fn::Equals":
            if len(items) != 2:
                raise _fault(argument, "133", "Fn::Equals compares two values", f"write `{EXAMPLES[name]}`")
            evaluation = _Evaluation(self, _no_resource, _no_resource)
            left, right = (_spell(evaluation.value(item)) for item in items)
            return left == right
        if name == "Fn::Not" and len(items) != 1:
            raise _fault(argument, "133", "Fn::Not takes a list of one condition", f"write `{EXAMPLES[name]}`")
        if name != "Fn::Not" and not 2 <= len(items) <= 10:
            raise _fault(argument, "133", f"{name} takes a list of 2 to 10 conditions", f"write `{EXAMPLES[name]}`")
        results = [self._test(item, path) for item in items]
        if name == "Fn::Not":
            return not results[0]
        return all(results) if name == "Fn::And" else any(results)

    # Order

    def settle_order(self) -> None:
        present = dict.fromkeys(
            name
            for name, resource in self.template.resources.items()
            if resource.condition is None or self.condition(resource.condition, self._node(resource))
        )
        needs = {name: self._needs(self.template.resources[name], present) for name in present}
        done: dict[str, None] = {}

        def visit(name: str, path: tuple[str, ...]) -> None:
            if name in done:
                return
            if name in path:
                resource = self.template.resources[name]
                circle = " → ".join((*path[path.index(name) :], name))
                message = f"resources depend on each other in a circle: {circle}"
                hint = "take one of the references out, or move it into a resource of its own"
                raise _fault(self._node(resource), "140", message, hint)
            for other in needs[name]:
                visit(other, (*path, name))
            done[name] = None

        for name in present:
            visit(name, ())
        self.order = tuple(done)
        for name, output in self.template.outputs.items():
            if self._is_made(output):
                self._referred(output.get("Value"), f"the output {name}", present)

    def _node(self, resource: Resource) -> Node:
        return Node(resource.path, resource.line, 1)

    def _needs(self, resource: Resource, present: MappingABC[str, None]) -> list[str]:
        # CloudFormation forgives a DependsOn on what a condition leaves out, but no reference to it.
        found = dict.fromkeys(name for name in resource.depends_on if name in present)
        found |= dict.fromkeys(self._referred(resource.properties, resource.logical_id, present))
        return list(found)

    def _referred(self, node: Node | None, where: str, present: MappingABC[str, None]) -> list[str]:
        """The resources that a node refers to, as the conditions have it."""
        found = []
        for mention in mentions(node, self.branch) if node is not None else ():
            if mention.name in present:
                found.append(mention.name)
            elif mention.name in self.template.resources:
                message = f"{where} refers to {mention.name}, which its condition leaves out"
                raise _fault(mention.node, "155", message, "refer to it inside a Fn::If on the same condition")
        return found

    def branch(self, argument: Node) -> Node:
        """The branch of a Fn::If that counts."""
        test, yes, no = _if(argument)
        return yes if self.condition(test.text, test) else no


def _no_resource(name: str, attribute: str = "") -> Any:
    raise AssertionError("names are checked before conditions are settled")


def _if(argument: Node) -> tuple[Scalar, Node, Node]:
    if isinstance(argument, Sequence) and len(argument.items) == 3:
        test, yes, no = argument.items
        if isinstance(test, Scalar):
            return test, yes, no
    message = "Fn::If takes the name of a condition and two values"
    raise _fault(argument, "143", message, f"write `{EXAMPLES['Fn::If']}`")


def _get_att(node: Node) -> tuple[str, str]:
    if isinstance(node, Scalar):
        name, dot, attribute = node.text.partition(".")
        if dot:
            return name, attribute
    elif isinstance(node, Sequence) and len(node.items) == 2:
        first, second = node.items
        if isinstance(first, Scalar) and isinstance(second, Scalar):
            return first.text, second.text
    raise _fault(node, "144", "Fn::GetAtt takes a resource and an attribute", "write `!GetAtt Resource.Attribute`")


def _sub(node: Node) -> tuple[str, Mapping | None]:
    if isinstance(node, Scalar):
        return node.text, None
    if isinstance(node, Sequence) and len(node.items) == 2:
        first, second = node.items
        if isinstance(first, Scalar) and isinstance(second, Mapping):
            return first.text, second
    hint = "write `!Sub '…${Name}…'`, or a list of the text and a mapping of names to values"
    raise _fault(node, "145", "Fn::Sub takes text, or text and a mapping of names", hint)


@dataclass(slots=True)
class _Known:
    """A node, the function that it is, and its value where that depends on no resource."""

    node: Node
    call: tuple[str, Node] | None
    value: Any = None
    is_fixed: bool = False


class _Evaluation:
    """Evaluates nodes: typed as `nodes.plain` types them. `asked` counts how often resources were referred to."""

    def __init__(self, stack: Stack, ref: RefOf, att: AttOf):
        self.stack = stack
        self.ref = ref
        self.att = att
        self.asked = 0

    def value(self, node: Node) -> Any:
        known = self.stack.known.get(id(node))
        if known is None or known.node is not node:
            known = self.stack.known[id(node)] = _Known(node, function(node))
        if known.is_fixed:
            return copied(known.value)
        before = self.asked
        found = self._evaluate(node, known.call)
        if self.asked == before:
            known.value, known.is_fixed = copied(found), True
        return found

    def _evaluate(self, node: Node, call: tuple[str, Node] | None) -> Any:
        if call is not None:
            return self._call(node, *call)
        if isinstance(node, Scalar):
            return scalar(node)
        if isinstance(node, Sequence):
            values = [self.value(item) for item in node.items]
            return [value for value in values if value is not NO_VALUE]
        assert isinstance(node, Mapping)
        for key, _ in node.items:
            if key.text.startswith("Fn::"):
                raise _fault(key, "156", f"{key.text} stands beside other keys", "a function is alone in its mapping")
        pairs = [(key.text, self.value(value)) for key, value in node.items]
        return {key: value for key, value in pairs if value is not NO_VALUE}

    def _call(self, node: Node, name: str, argument: Node) -> Any:
        if name in _REFUSED:
            raise _fault(node, "146", f"{name} is not evaluated by this simulator", "give the value itself")
        if name == "Condition":
            # `Condition` as an ordinary key, as in an IAM policy statement
            return {"Condition": self.value(argument)}
        method = getattr(self, "_" + name.removeprefix("Fn::").lower(), None) if name in _FUNCTIONS else None
        if method is None:
            raise _fault(node, "147", f"there is no function {name}", f"known: {', '.join(_FUNCTIONS)}")
        return method(argument)

    def _name(self, name: str) -> Any:
        if name in self.stack.values:
            return self.stack.values[name]
        self.asked += 1
        return self.ref(name)

    def _ref(self, node: Node) -> Any:
        assert isinstance(node, Scalar), "names are checked before"
        return self._name(node.text)

    def _getatt(self, node: Node) -> Any:
        name, attribute = _get_att(node)
        return self._attribute(name, attribute, node)

    def _attribute(self, name: str, attribute: str, node: Node) -> Any:
        self.asked += 1
        try:
            return self.att(name, attribute)
        except KeyError:
            message = f"{name} ({self.stack.type(name)}) has no attribute {attribute}"
            hint = f"`!Ref {name}` gives its name or id; its attributes stand in CloudFormation's reference of the type"
            raise _fault(node, "149", message, hint) from None

    def _sub(self, node: Node) -> Any:
        text, variables = _sub(node)
        own = {key.text: self.value(item) for key, item in variables.items} if variables else {}

        def replaced(found: re.Match[str]) -> str:
            name = found.group(2).strip()
            if found.group(1):
                return f"${{{found.group(2)}}}"
            if name in own:
                return _spell(own[name])
            resource, dot, attribute = name.partition(".")
            return _spell(self._attribute(resource, attribute, node) if dot else self._name(name))

        return _VARIABLE.sub(replaced, text)

    def _items(self, node: Node, name: str, count: int) -> tuple[Node, ...]:
        if not isinstance(node, Sequence) or len(node.items) != count:
            raise _fault(node, "150", f"{name} takes a list of {count}", f"write `{EXAMPLES[name]}`")
        return node.items

    def _join(self, node: Node) -> str:
        separator, items = (self.value(item) for item in self._items(node, "Fn::Join", 2))
        if not isinstance(items, list):
            raise _fault(node, "151", "Fn::Join joins a list", f"write `{EXAMPLES['Fn::Join']}`")
        return _spell(separator).join(map(_spell, items))

    def _select(self, node: Node) -> Any:
        index, items = (self.value(item) for item in self._items(node, "Fn::Select", 2))
        position = int(index) if re.fullmatch(r"[0-9]{1,9}", str(index)) else -1
        if not isinstance(items, list) or not 0 <= position < len(items):
            message = f"Fn::Select: there is no item {index} in the list"
            raise _fault(node, "152", message, "count from 0, up to one less than the list has items")
        return items[position]

    def _split(self, node: Node) -> list[str]:
        separator, text = (self.value(item) for item in self._items(node, "Fn::Split", 2))
        return _spell(text).split(_spell(separator))

    def _if(self, node: Node) -> Any:
        return self.value(self.stack.branch(node))

    def _findinmap(self, node: Node) -> Any:
        items = node.items if isinstance(node, Sequence) else ()
        if len(items) not in (3, 4):
            message = "Fn::FindInMap takes a map and two keys"
            raise _fault(node, "153", message, f"write `{EXAMPLES['Fn::FindInMap']}`")
        name, first, second = (_spell(self.value(item)) for item in items[:3])
        table: Node | None = self.stack.template.mappings.get(name)
        for key in (first, second):
            table = table.get(key) if isinstance(table, Mapping) else None
        if table is not None:
            return self.value(table)
        if len(items) == 4 and isinstance(items[3], Mapping) and items[3].get("DefaultValue") is not None:
            return self.value(items[3].get("DefaultValue"))  # type: ignore[arg-type]
        hint = f"add it under Mappings: `{name}: {{{first}: {{{second}: …}}}}`"
        raise _fault(node, "154", f"the mapping {name} has no {first} / {second}", hint)

    def _base64(self, node: Node) -> str:
        return base64.b64encode(_spell(self.value(node)).encode()).decode()

    def _getazs(self, node: Node) -> list[str]:
        region = _spell(self.value(node)) or self.stack.region
        return [f"{region}{zone}" for zone in "abc"]


def as_json(value: Any) -> str:
    """A property that holds JSON, as the text an API wants: a mapping is dumped, text stays."""
    return value if isinstance(value, str) else json.dumps(value)
