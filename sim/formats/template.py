"""CloudFormation templates: read, ordered, and their functions evaluated.

`read_template` reads and checks; `resolve` fixes parameters and conditions, once; `Stack.properties` evaluates a
resource's properties when what it refers to exists.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field
from typing import Any

from sim.core.problems import Problem, ProblemsError
from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence, compose, plain, scalar

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
PSEUDO = (
    "AWS::AccountId",
    "AWS::NotificationARNs",
    "AWS::NoValue",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
)
_SHORT = {"!Ref": "Ref", "!Condition": "Condition"}
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
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
_REFUSED = ("Fn::ImportValue", "Fn::Cidr", "Fn::Transform", "Fn::ForEach", "Fn::Length", "Fn::ToJsonString")


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
    reader.raise_if_errors()
    assert document is not None
    return read_sections(document, path)


def read_sections(document: Mapping, path: str) -> Template:
    """The sections of a template, from a document that may hold other things beside them."""
    reader = Reader(path, "CF")
    found = Template(
        path,
        _tables(reader, document, "Parameters"),
        _tables(reader, document, "Mappings"),
        dict(_items(reader, document, "Conditions")),
        {key: _resource(reader, key, node) for key, node in _tables(reader, document, "Resources").items()},
        _tables(reader, document, "Outputs"),
    )
    for name, table in found.parameters.items():
        if "Type" not in table:
            reader.error(table, "102", f"the parameter {name} has no Type", "such as `Type: String`")
    reader.raise_if_errors()
    return found


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


_RESOURCE_KEYS = (
    "Type",
    "Properties",
    "Condition",
    "DependsOn",
    "Metadata",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "UpdatePolicy",
    "CreationPolicy",
)


def _resource(reader: Reader, logical_id: str, node: Mapping) -> Resource:
    reader.unknown_keys(node, _RESOURCE_KEYS, f"the resource {logical_id}")
    if "Type" not in node:
        reader.error(node, "103", f"the resource {logical_id} has no Type", "such as `Type: AWS::S3::Bucket`")
    kind = reader.text(node.get("Type"), "Type") if "Type" in node else None
    given = node.get("Properties")
    properties = None if given is None else reader.mapping(given, "Properties")
    condition = None if node.get("Condition") is None else reader.text(node.get("Condition"), "Condition")
    depends = node.get("DependsOn")
    items = depends.items if isinstance(depends, Sequence) else () if depends is None else (depends,)
    names = tuple(item.text for item in items if isinstance(item, Scalar))
    return Resource(logical_id, kind or "", properties, condition, names, node.path, node.line)


def function(node: Node) -> tuple[str, Node] | None:
    """(long name, argument) of an intrinsic function, in its long or short form; None for anything else."""
    tag = getattr(node, "tag", "")
    if tag:
        name = _SHORT.get(tag) or f"Fn::{tag[1:]}"
        return name, _untagged(node)
    if isinstance(node, Mapping) and len(node.items) == 1:
        key, value = node.items[0]
        if key.text in ("Ref", "Condition") or key.text.startswith("Fn::"):
            return key.text, value
    return None


def _untagged(node: Node) -> Node:
    if isinstance(node, Scalar):
        return Scalar(node.path, node.line, node.column, node.text, node.plain)
    if isinstance(node, Sequence):
        return Sequence(node.path, node.line, node.column, node.items)
    assert isinstance(node, Mapping)
    return Mapping(node.path, node.line, node.column, node.items)


def _fault(node: Node, code: str, message: str, hint: str = "") -> ProblemsError:
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
    import difflib

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
        values[name] = _value(reader, name, node, _spell(given[name] if name in given else plain(default)))  # type: ignore[arg-type]
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
    parts = [part.strip() for part in text.split(",")] if type_.startswith(("CommaDelimitedList", "List<")) else [text]
    for part in parts:
        _check_value(reader, name, node, part, type_)
    if type_.startswith(("CommaDelimitedList", "List<")):
        return parts
    return text


def _check_value(reader: Reader, name: str, node: Mapping, text: str, type_: str) -> None:
    allowed = node.get("AllowedValues")
    if isinstance(allowed, Sequence):
        choices = [_spell(plain(item)) for item in allowed.items]
        if text not in choices:
            reader.error(node, "112", f"{name} is {text!r}, not one of {', '.join(choices)}")
    pattern = node.get("AllowedPattern")
    if isinstance(pattern, Scalar) and not re.fullmatch(pattern.text, text):
        reader.error(node, "113", f"{name} is {text!r} and does not match {pattern.text}")
    if type_ in ("Number", "List<Number>"):
        try:
            number = float(text)
        except ValueError:
            reader.error(node, "114", f"{name} is {text!r}, not a number")
            return
        _check_limits(reader, name, node, number, "MinValue", "MaxValue", "")
    else:
        _check_limits(reader, name, node, len(text), "MinLength", "MaxLength", " characters long")


def _check_limits(reader: Reader, name: str, node: Mapping, number: float, low: str, high: str, unit: str) -> None:
    for key, wrong in ((low, lambda limit: number < limit), (high, lambda limit: number > limit)):
        limit = node.get(key)
        if isinstance(limit, Scalar) and wrong(float(limit.text)):
            reader.error(node, "115", f"{name} is {number:g}{unit}; {key} is {limit.text}")


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

    def type(self, logical_id: str) -> str:
        return self.template.resources[logical_id].type

    def line(self, logical_id: str) -> int:
        return self.template.resources[logical_id].line

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
            condition = node.get("Condition")
            value = node.get("Value")
            if isinstance(condition, Scalar) and not self.condition(condition.text, condition):
                continue
            if value is not None:
                found[name] = _Evaluation(self, ref, att).value(value)
        return found

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
            raise _fault(node, "130", f"there is no condition {name}")
        if name in path:
            raise _fault(node, "131", f"the condition {name} depends on itself")
        self.holds[name] = self._test(body, (*path, name))
        return self.holds[name]

    def _test(self, node: Node, path: tuple[str, ...]) -> bool:
        call = function(node)
        if call is None or call[0] not in _CONDITIONS:
            raise _fault(node, "132", "a condition is Fn::And, Fn::Or, Fn::Not, Fn::Equals or Condition")
        name, argument = call
        if name == "Condition":
            return self.condition(argument.text if isinstance(argument, Scalar) else "", argument, path)
        items = argument.items if isinstance(argument, Sequence) else ()
        if name == "Fn::Equals":
            if len(items) != 2:
                raise _fault(argument, "133", "Fn::Equals compares two values")
            nothing = _Evaluation(self, self._no_ref(argument), self._no_att(argument))
            left, right = (_spell(nothing.value(item)) for item in items)  # type: ignore[arg-type]
            return left == right
        results = [self._test(item, path) for item in items]  # type: ignore[arg-type]
        if name == "Fn::Not":
            return not results[0]
        return all(results) if name == "Fn::And" else any(results)

    def _no_ref(self, node: Node) -> RefOf:
        def ref(name: str) -> Any:
            raise _fault(node, "134", f"a condition cannot refer to the resource {name}", "use a parameter")

        return ref

    def _no_att(self, node: Node) -> AttOf:
        def att(name: str, attribute: str) -> Any:
            raise _fault(node, "134", f"a condition cannot refer to the resource {name}", "use a parameter")

        return att

    # Order

    def settle_order(self) -> None:
        present = [
            name
            for name, resource in self.template.resources.items()
            if resource.condition is None or self.condition(resource.condition, self._node(resource))
        ]
        needs = {name: self._needs(self.template.resources[name]) for name in present}
        done: dict[str, None] = {}

        def visit(name: str, path: tuple[str, ...]) -> None:
            if name in done or name not in needs:
                return
            if name in path:
                resource = self.template.resources[name]
                circle = " → ".join((*path[path.index(name) :], name))
                raise _fault(self._node(resource), "140", f"resources depend on each other in a circle: {circle}")
            for other in needs[name]:
                visit(other, (*path, name))
            done[name] = None

        for name in present:
            visit(name, ())
        self.order = tuple(done)

    def _node(self, resource: Resource) -> Node:
        return Node(resource.path, resource.line, 1)

    def _needs(self, resource: Resource) -> list[str]:
        found = dict.fromkeys(resource.depends_on)
        for name in resource.depends_on:
            if name not in self.template.resources:
                raise _fault(
                    self._node(resource), "141", f"{resource.logical_id} depends on {name}, which is not there"
                )
        if resource.properties is not None:
            for name in self._mentioned(resource.properties):
                found.setdefault(name)
        return list(found)

    def _known(self, name: str, node: Node) -> None:
        if name not in self.values and name not in self.template.resources:
            import difflib

            near = difflib.get_close_matches(name, [*self.template.resources, *self.template.parameters], 1)
            raise _fault(node, "142", f"there is no {name} to refer to", f"did you mean {near[0]}?" if near else "")

    def _mentioned(self, node: Node) -> list[str]:
        """Logical ids that a node refers to, in order; branches of Fn::If that do not count are left out."""
        call = function(node)
        if call is not None:
            name, argument = call
            if name == "Ref" and isinstance(argument, Scalar):
                self._known(argument.text, argument)
                return [argument.text] if argument.text in self.template.resources else []
            if name == "Fn::GetAtt":
                target = _get_att(argument)[0]
                if target not in self.template.resources:
                    self._known(target, argument)
                return [target]
            if name == "Fn::Sub":
                return self._mentioned_in_sub(argument)
            if name == "Fn::If" and isinstance(argument, Sequence) and len(argument.items) == 3:
                return self._mentioned(self._branch(argument))
            return self._mentioned(argument)
        if isinstance(node, Sequence):
            return [name for item in node.items for name in self._mentioned(item)]
        if isinstance(node, Mapping):
            return [name for _, item in node.items for name in self._mentioned(item)]
        return []

    def _mentioned_in_sub(self, argument: Node) -> list[str]:
        text, variables = _sub(argument)
        own = variables.keys() if variables else ()
        found = [] if variables is None else [name for _, item in variables.items for name in self._mentioned(item)]
        for mention in _VARIABLE.findall(text):
            name = mention.strip().partition(".")[0]
            if name not in own:
                self._known(name, argument)
                if name in self.template.resources:
                    found.append(name)
        return found

    def _branch(self, argument: Sequence) -> Node:
        test = argument.items[0]
        if not isinstance(test, Scalar):
            raise _fault(test, "143", "Fn::If takes the name of a condition")
        return argument.items[1] if self.condition(test.text, test) else argument.items[2]


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
    raise _fault(node, "145", "Fn::Sub takes text, or text and a mapping of names")


class _Evaluation:
    """Evaluates nodes: typed as `nodes.plain` types them."""

    def __init__(self, stack: Stack, ref: RefOf, att: AttOf):
        self.stack = stack
        self.ref = ref
        self.att = att

    def value(self, node: Node) -> Any:
        call = function(node)
        if call is not None:
            return self._call(node, *call)
        if isinstance(node, Scalar):
            return scalar(node)
        if isinstance(node, Sequence):
            values = [self.value(item) for item in node.items]
            return [value for value in values if value is not NO_VALUE]
        assert isinstance(node, Mapping)
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

    def _name(self, name: str, node: Node) -> Any:
        if name in self.stack.values:
            return self.stack.values[name]
        self.stack._known(name, node)
        return self.ref(name)

    def _ref(self, node: Node) -> Any:
        if not isinstance(node, Scalar):
            raise _fault(node, "148", "Ref takes a name")
        return self._name(node.text, node)

    def _getatt(self, node: Node) -> Any:
        name, attribute = _get_att(node)
        return self._attribute(name, attribute, node)

    def _attribute(self, name: str, attribute: str, node: Node) -> Any:
        try:
            return self.att(name, attribute)
        except KeyError:
            raise _fault(node, "149", f"{name} ({self.stack.type(name)}) has no attribute {attribute}") from None

    def _sub(self, node: Node) -> Any:
        text, variables = _sub(node)
        own = {key.text: self.value(item) for key, item in variables.items} if variables else {}

        def replaced(found: re.Match[str]) -> str:
            name = found.group(1).strip()
            if name in own:
                return _spell(own[name])
            resource, dot, attribute = name.partition(".")
            if dot and name not in self.stack.values:
                return _spell(self._attribute(resource, attribute, node))
            return _spell(self._name(name, node))

        return _VARIABLE.sub(replaced, text).replace("${!", "${")

    def _items(self, node: Node, name: str, count: int) -> tuple[Node, ...]:
        if not isinstance(node, Sequence) or len(node.items) != count:
            raise _fault(node, "150", f"{name} takes a list of {count}")
        return node.items

    def _join(self, node: Node) -> str:
        separator, items = (self.value(item) for item in self._items(node, "Fn::Join", 2))
        if not isinstance(items, list):
            raise _fault(node, "151", "Fn::Join joins a list")
        return _spell(separator).join(map(_spell, items))

    def _select(self, node: Node) -> Any:
        index, items = (self.value(item) for item in self._items(node, "Fn::Select", 2))
        try:
            return items[int(index)]
        except (IndexError, ValueError, TypeError):
            raise _fault(node, "152", f"Fn::Select: there is no item {index} in the list") from None

    def _split(self, node: Node) -> list[str]:
        separator, text = (self.value(item) for item in self._items(node, "Fn::Split", 2))
        return _spell(text).split(_spell(separator))

    def _if(self, node: Node) -> Any:
        self._items(node, "Fn::If", 3)
        assert isinstance(node, Sequence)
        return self.value(self.stack._branch(node))

    def _findinmap(self, node: Node) -> Any:
        items = node.items if isinstance(node, Sequence) else ()
        if len(items) not in (3, 4):
            raise _fault(node, "153", "Fn::FindInMap takes a map and two keys")
        name, first, second = (_spell(self.value(item)) for item in items[:3])
        table: Node | None = self.stack.template.mappings.get(name)
        for key in (first, second):
            table = table.get(key) if isinstance(table, Mapping) else None
        if table is not None:
            return self.value(table)
        if len(items) == 4 and isinstance(items[3], Mapping) and items[3].get("DefaultValue") is not None:
            return self.value(items[3].get("DefaultValue"))  # type: ignore[arg-type]
        raise _fault(node, "154", f"the mapping {name} has no {first} / {second}")

    def _base64(self, node: Node) -> str:
        return base64.b64encode(_spell(self.value(node)).encode()).decode()

    def _getazs(self, node: Node) -> list[str]:
        region = _spell(self.value(node)) or self.stack.region
        return [f"{region}{zone}" for zone in "abc"]


def as_json(value: Any) -> str:
    """A property that holds JSON, as the text an API wants: a mapping is dumped, text stays."""
    return value if isinstance(value, str) else json.dumps(value)
