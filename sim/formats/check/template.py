"""CloudFormation templates, checked without values for their parameters, with every file that stands inside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise

from sim.core.problems import Problem, Severity
from sim.formats.check.declared import Declared, declare
from sim.formats.check.schemas import OWN, shapes
from sim.formats.circles import circles, first_circle
from sim.formats.intrinsics import Functions, Names, function
from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence, describe, is_null, near
from sim.formats.template import RESOURCE_KEYS, SECTIONS, check_parameter, check_value

MAX_RESOURCES = 500
MAX_PARAMETERS = 200
MAX_OUTPUTS = 200
MAX_VALUES = 100
"""So many values of a list are looked at."""
MAX_CIRCLES = 100
"""Of so many circles that no conditions make, another one is not looked for: it takes time."""

FORMAT_VERSION = "2010-09-09"
LOOP = "Fn::ForEach::"
LANGUAGE = "AWS::LanguageExtensions"
SERVERLESS = "AWS::Serverless-2016-10-31"
BLUE_GREEN = "AWS::CodeDeployBlueGreen"
SECTIONS_OF = {SERVERLESS: ("Globals",), BLUE_GREEN: ("Hooks",)}
"""Transform -> the sections that it reads beside CloudFormation's own."""
RESOURCE_KEYS_OF = {SERVERLESS: ("Connectors", "IgnoreGlobals")}
"""Transform -> the keys of a resource that it reads."""


@dataclass(frozen=True)
class Found:
    """A template's resources, by logical id, as the checks of single types look at them."""

    path: str
    text: str
    root: Mapping
    resources: dict[str, Mapping]
    attributes: tuple[tuple[str, str, Node], ...] = ()
    """(resource, attribute, where it stands) of all that Fn::GetAtt and Fn::Sub ask for."""

    @classmethod
    def of(cls, path: str, text: str, root: Mapping) -> Found:
        """The resources of a template whose names are checked elsewhere."""
        table = root.get("Resources")
        rows = table.items if isinstance(table, Mapping) else ()
        resources = {key.text: value for key, value in rows if isinstance(value, Mapping)}
        functions = Functions(Reader(path, "CF"), Names(open_=True), text.splitlines())
        for name, resource in islice(resources.items(), MAX_RESOURCES):
            functions.check(resource.get("Properties") or resource, name)
        return cls(path, text, root, resources, tuple(functions.attributes))

    @cached_property
    def lines(self) -> tuple[str, ...]:
        return tuple(self.text.splitlines())

    def of_type(self, type: str) -> list[tuple[str, Mapping]]:
        """(logical id, properties) of the resources of a type."""
        return self._types.get(type, [])

    @cached_property
    def _types(self) -> dict[str, list[tuple[str, Mapping]]]:
        found: dict[str, list[tuple[str, Mapping]]] = {}
        for name, node in self.resources.items():
            kind, properties = node.get("Type"), node.get("Properties")
            if isinstance(kind, Scalar) and isinstance(properties, Mapping):
                found.setdefault(kind.text, []).append((name, properties))
        return found

    def type_of(self, name: str) -> str:
        """The type of a resource; "" when there is none."""
        return text_of(get(self.resources.get(name), "Type")) or ""

    def declared(self, name: str) -> Declared | None:
        """The declaration of a pipeline that has properties, read once; None when its stages cannot be known."""
        if name not in self._declared:
            properties = get(self.resources.get(name), "Properties")
            self._declared[name] = declare(properties, self.parameter) if isinstance(properties, Mapping) else None
        return self._declared[name]

    @cached_property
    def _declared(self) -> dict[str, Declared | None]:
        return {}

    def parameter(self, name: str) -> Mapping | None:
        table = self.root.get("Parameters")
        node = table.get(name) if isinstance(table, Mapping) else None
        return node if isinstance(node, Mapping) else None


def check_template(root: Node, text: str, path: str) -> tuple[list[Problem], Found | None]:
    """Every finding about the template itself, and its resources for the checks that look into them."""
    reader = Reader(path, "CF")
    document = reader.mapping(root, "a template")
    if document is None:
        return reader.problems, None
    checked = _Template(reader, document, text.splitlines())
    checked.check()
    return reader.problems, Found(path, text, document, checked.resources, tuple(checked.functions.attributes))


def problem_at(node: Node, severity: Severity, code: str, message: str, hint: str = "") -> Problem:
    return Problem(node.path, node.line, node.column, severity, f"CF{code}", message, hint)


def warning_at(node: Node, code: str, message: str, hint: str) -> Problem:
    """A warning of any kind of file; `code` with its letters."""
    return Problem(node.path, node.line, node.column, "warning", code, message, hint)


def get(node: Node | None, *keys: str) -> Node | None:
    """What stands at those keys, one inside the other."""
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def text_of(node: Node | None) -> str | None:
    """The text of a literal; None for anything else."""
    return node.text if isinstance(node, Scalar) and not node.tag else None


def rows(node: Node | None) -> tuple[Node, ...]:
    """The items of a list; () for anything else."""
    return node.items if isinstance(node, Sequence) and not node.tag else ()


def referred(node: Node | None) -> str:
    """The logical id that a value refers to, by Ref, Fn::GetAtt, or a Fn::Sub of it alone; "" for anything else."""
    call = function(node) if node is not None else None
    if call is None or call[0] not in ("Ref", "Fn::GetAtt", "Fn::Sub"):
        return ""
    argument = call[1]
    first = argument.items[0] if isinstance(argument, Sequence) and argument.items else argument
    text = first.text if isinstance(first, Scalar) else ""
    if call[0] == "Fn::Sub":
        alone = re.fullmatch(r"\$\{([\w.]+)\}", text)
        text = alone[1] if alone is not None else ""
    return text.partition(".")[0]


def spelled(node: Node) -> str:
    """All texts below a node in a row, to look for a word in them."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return " ".join(spelled(item) for item in node.items)
    return " ".join(spelled(item) for _, item in node.items) if isinstance(node, Mapping) else ""


class _Template:
    def __init__(self, reader: Reader, document: Mapping, lines: list[str]):
        self.reader = reader
        self.document = document
        self.resources: dict[str, Mapping] = {}
        self.functions = Functions(reader, Names(), lines)
        self.macros: list[str] = []
        self.whens: dict[tuple[str, str], dict[str, bool]] = {}
        """(a resource, one it refers to) -> the conditions without which it does not, each with what it must be."""

    def check(self) -> None:
        names = self.functions.names
        self._transforms(names)
        more = (key for macro in self.macros for key in SECTIONS_OF.get(macro, ()))
        self.reader.unknown_keys(self.document, (*SECTIONS, *more), "a template")
        parameters = self._tables("Parameters", MAX_PARAMETERS)
        self.resources = self._tables("Resources", MAX_RESOURCES)
        names.parameters = set(parameters)
        names.resources = set(self.resources)
        names.types = {name: text_of(node.get("Type")) or "" for name, node in self.resources.items()}
        names.conditions = set(self._section("Conditions"))
        if any(name.startswith(LOOP) for name in names.conditions):
            names.open_ = True
        names.mappings = self._tables("Mappings", MAX_PARAMETERS)
        self._keys_of_mappings(names.mappings)
        self._due()
        for name, node in islice(parameters.items(), MAX_PARAMETERS):
            self._parameter(name, node)
        self._conditions()
        self._resources()
        self._outputs()

    def _transforms(self, names: Names) -> None:
        node = self.document.get("Transform")
        if node is None:
            return
        items = node.items if isinstance(node, Sequence) else (node,)
        for item in items:
            name = item.text if isinstance(item, Scalar) else "Fn::Transform"
            self.macros.append(name)
            if name == LANGUAGE:
                names.language = True
                continue
            names.open_ = True
            hint = "check what it makes: the processed template, as GetTemplate gives it"
            self.reader.warning(item, "203", f"what the macro {name} makes of this template is not checked", hint)

    def _section(self, section: str) -> dict[str, Node]:
        node = self.document.get(section)
        table = None if node is None else self.reader.mapping(node, section)
        return {key.text: value for key, value in table.items} if table else {}

    def _tables(self, section: str, most: int) -> dict[str, Mapping]:
        found = {}
        for name, value in self._section(section).items():
            if name.startswith((LOOP, "Fn::Transform")):
                self.functions.names.open_ = True
                self._loop(section, name)
                continue
            table = self.reader.mapping(value, f"{section}: {name}", _SHAPES.get(section, ""))
            if table is not None:
                found[name] = table
        if len(found) > most:
            node = self.document.key(section)
            message = f"{section} has {len(found)} entries; a template may have {most}"
            self.reader.error(node, "104", message, "split it into nested stacks")
        return found

    def _keys_of_mappings(self, mappings: dict[str, Mapping]) -> None:
        for name, table in mappings.items():
            for key, value in table.items:
                if not key.text.startswith("Fn::"):
                    hint = f"a mapping has two levels: write `{key.text}: {{name: value}}`"
                    self.reader.mapping(value, f"Mappings: {name}: {key.text}", hint)

    def _loop(self, section: str, name: str) -> None:
        key = _key_of(self.document.get(section), name)
        if name.startswith(LOOP) and key is not None:
            self.functions.loop(key)

    def _due(self) -> None:
        self._format_version()
        description = self.document.get("Description")
        if description is not None:
            self.reader.text(description, "Description")
        if "Resources" not in self.document and any(near(key, ("Resources",), 0.8) for key in self.document.keys()):
            self.functions.names.open_ = True  # that is told already, and what stands there is not known
        elif "Resources" not in self.document:
            self.reader.error(self.document, "101", "Resources is missing", "a template has at least one resource")
        elif not self.resources and not self.functions.names.open_:
            message = "At least one Resources member must be defined."
            self.reader.error(self.document.key("Resources"), "101", message, "add a resource")
        for name, node in self.resources.items():
            if not re.fullmatch("[A-Za-z0-9]+", name):
                key = _key_of(self.document.get("Resources"), name) or node
                message = f"Template format error: Resource name {name} is non alphanumeric."
                self.reader.error(key, "106", message, "use letters and digits only")

    def _format_version(self) -> None:
        node = self.document.get("AWSTemplateFormatVersion")
        if node is not None and not (isinstance(node, Scalar) and node.text == FORMAT_VERSION):
            found = text_of(node) or describe(node)
            message = f"Template format error: unsupported value for AWSTemplateFormatVersion: {found}"
            self.reader.error(node, "105", message, f"write '{FORMAT_VERSION}': there is no other")

    def _parameter(self, name: str, node: Mapping) -> None:
        check_parameter(self.reader, name, node)
        kind, default = node.get("Type"), node.get("Default")
        if isinstance(default, (Mapping, Sequence)):
            hint = "write one text; of a list, its values in a row: 'a,b'" if _is_list(kind) else "write one text"
            message = f"the Default of {name} is {describe(default)}, and Defaults are text or numbers"
            self.reader.error(default, "119", message, hint)
        elif isinstance(default, Scalar) and not _from_store(kind):
            parts = default.text.split(",") if _is_list(kind) else [default.text]
            for part in parts[:MAX_VALUES]:
                check_value(
                    self.reader, f"the Default of {name}", node, part.strip() if _is_list(kind) else part, default
                )

    def _conditions(self) -> None:
        section = self._section("Conditions")
        for name in [name for name in section if name.startswith(LOOP)]:
            self._loop("Conditions", name)
            del section[name]
        needs = {name: self.functions.test(node, f"the condition {name}") for name, node in section.items()}
        for circle in circles(needs):
            node = self.document.get("Conditions")
            key = _key_of(node, circle[0])
            message = f"conditions depend on each other in a circle: {' → '.join(circle)}"
            self.reader.error(key or node, "131", message, "take one of these references out")

    def _resources(self) -> None:
        looked_at = dict(islice(self.resources.items(), MAX_RESOURCES))  # CloudFormation looks at no template of more
        needs = {name: self._resource(name, node) for name, node in looked_at.items() if not self._is_part(name, node)}
        # What refers to what is only known of resources that stay as they are: a macro makes others of the rest.
        needs = {name: rows for name, rows in needs.items() if not _is_serverless(self.resources[name])}
        circle = first_circle(needs)
        for _ in range(MAX_CIRCLES):
            never = self._never(circle)
            if never is None:
                break
            needs[never[0]].remove(never[1])
            circle = first_circle(needs)
        for circle in circles(needs):
            if self._never(circle) is not None:
                continue
            node = self.resources[circle[0]]
            message = f"Circular dependency between resources: {' → '.join(circle)}"
            hint = "take one of the references out, or move it into a resource of its own"
            self.reader.error(node, "140", message, hint)

    def _is_part(self, name: str, node: Mapping) -> bool:
        """Whether what stands among the resources is a part of the one above it; that is told."""
        if name not in RESOURCE_KEYS or "Type" in node:
            return False
        before = list(self.resources)[: list(self.resources).index(name)][-1:]
        table = self.document.get("Resources")
        above = _key_of(table, before[0]) if before else None
        of = f" of {above.text}, line {above.line}" if above is not None else ""
        key = _key_of(table, name) or node
        message = f"{name} stands among the resources, and is a part of one"
        self.reader.error(key, "003", message, f"indent it deeper, as deep as Type{of}")
        return True

    def _never(self, circle: list[str]) -> tuple[str, str] | None:
        """A reference of a circle that is never there together with another of it: they need opposite conditions."""
        held: dict[str, bool] = {}
        for one, other in pairwise(circle):
            for condition, holds in self.whens.get((one, other), {}).items():
                if held.setdefault(condition, holds) != holds:
                    return one, other
        return None

    def _resource(self, name: str, node: Mapping) -> list[str]:
        rest = tuple(pair for pair in node.items if not pair[0].text.startswith("Fn::"))
        more = [key for macro in self.macros for key in RESOURCE_KEYS_OF.get(macro, ())]
        more += ["Version"] if _is_custom(node) else []
        outside = self._outside(name, node, more)
        known = tuple(pair for pair in rest if pair[0] not in outside)
        table = Mapping(node.path, node.line, node.column, known)
        self.reader.unknown_keys(table, (*RESOURCE_KEYS, *more), f"the resource {name}")
        if "Description" in node:
            message = f"the resource {name} has a Description beside its Type: CloudFormation has no use for it"
            self.reader.warning(node.key("Description"), "204", message, "write a comment, or put it into Metadata")
        kind = node.get("Type")
        if kind is None:
            if not any(near(key, ("Type",)) for key in node.keys()):  # else that is told already
                self.reader.error(node, "103", f"the resource {name} has no Type", "such as `Type: AWS::S3::Bucket`")
        else:
            self.reader.text(kind, "Type")
        self._condition(node)
        needs = dict.fromkeys(self._depends(node, name))
        properties = node.get("Properties")
        if properties is not None:
            if function(properties) is None and not (outside and is_null(properties)):
                self.reader.mapping(properties, "Properties")
            found = [other for other in self.functions.check(properties, name) if other not in needs]
            self.whens |= {(name, other): _always(self.functions.whens[other]) for other in found}
            needs |= dict.fromkeys(found)
        return list(needs)

    def _outside(self, name: str, node: Mapping, more: list[str]) -> list[Scalar]:
        """The keys of a resource that are its properties, and stand beside Properties; told in one."""
        own = shapes(text_of(node.get("Type")) or "").get(OWN, {})
        given, key = node.get("Properties"), node.key("Properties")
        found = [one for one, _ in node.items if one.text in own and one.text not in (*RESOURCE_KEYS, *more)]
        if not found:
            return []
        names = ", ".join(one.text for one in found)
        message = (
            f"the resource {name} has no key {found[0].text!r}: it is a property of an {text_of(node.get('Type'))}"
        )
        if key is None:
            hint = f"write `Properties:` above {names}, and indent {_them(found)} deeper"
        elif is_null(given):
            hint = f"indent {names} deeper than Properties, line {key.line}"
        else:
            hint = f"move {names} into Properties, line {key.line}"
        self.reader.error(found[0], "003", message, hint)
        return found

    def _condition(self, node: Mapping) -> None:
        given = node.get("Condition")
        if given is not None and not (isinstance(given, Scalar) and not given.tag):
            named = given.text if isinstance(given, Scalar) and re.fullmatch(r"\w+", given.text) else ""
            hint = f"write `Condition: {named}`" if named else "write it under Conditions, and here its name alone"
            self.reader.error(given, "001", "Condition is no text: the name of a condition is due", hint)
            return
        name = None if given is None else self.reader.text(given, "Condition")
        if given is not None and name is not None:
            self.functions.condition(name, given)

    def _depends(self, node: Mapping, where: str) -> list[str]:
        given = node.get("DependsOn")
        if given is None:
            return []
        names = []
        for item in given.items if isinstance(given, Sequence) else (given,):
            if isinstance(item, Scalar) and (item.tag or re.fullmatch(r"\w+( *, *\w+)+", item.text)):
                listed = ", ".join(re.split(" *, *", item.text))
                hint = f"write `DependsOn: [{listed}]`" if "," in listed else f"write `DependsOn: {listed}`"
                self.reader.error(item, "001", "DependsOn takes the name of a resource, or a list of names", hint)
                continue
            name = self.reader.text(item, "DependsOn")
            if name is None:
                continue
            self.functions.dependency(name, item, where)
            names.append(name)
        return names

    def _value_of_output(self, name: str, node: Mapping) -> None:
        value, export = node.get("Value"), node.get("Export")
        if isinstance(value, (Mapping, Sequence)) and function(value) is None and not _holds_function(value):
            hint = "write one text; of a list, `!Join [',', …]`"
            message = f"the Value of the output {name} is {describe(value)}, and must come to a String"
            self.reader.error(value, "001", message, hint)
        call = function(export) if export is not None else None
        if export is None or (call is not None and call[0] in ("Fn::If", "Fn::Transform")):
            return
        if call is not None:
            message = f"the Export of the output {name} is a value, and its Name is due"
            self.reader.error(export, "001", message, "write `Export:`, and below it, deeper, `Name:` with that value")
            return
        table = self.reader.mapping(export, f"the Export of the output {name}", "write `Export: {Name: …}`")
        if table is not None:
            self._name_of_export(name, table)

    def _name_of_export(self, name: str, table: Mapping) -> None:
        given = table.get("Name")
        if given is None and not any(key.startswith("Fn::") for key in table.keys()):
            self.reader.error(table, "002", f"the Export of the output {name} has no Name", "write `Export: {Name: …}`")
        elif given is not None:
            self.functions.where = f"the output {name}"
            self.functions.fixed(given, f"the Name of the Export of {name}")

    def _outputs(self) -> None:
        for name, node in self._tables("Outputs", MAX_OUTPUTS).items():
            close = next((key for key, _ in node.items if near(key.text, ("Value",), 0.8)), None)
            if "Value" not in node and close is not None:
                self.reader.error(close, "003", f"the output {name} has no key {close.text!r}", "did you mean Value?")
            elif not any(key.startswith("Fn::") for key in node.keys()):
                self.reader.needed(node, "Value", f"the output {name}", "such as `Value: !Ref Bucket`")
            self._condition(node)
            self._value_of_output(name, node)
            value = node.get("Value")
            if value is not None:
                self.functions.check(value, f"the output {name}")


def _them(keys: list[Scalar]) -> str:
    return "it" if len(keys) == 1 else "them"


_SHAPES = {
    "Resources": "write `Type: AWS::…` below the name, indented deeper",
    "Outputs": "write `Value:` below the name, indented deeper",
    "Parameters": "write `Type: String` below the name, indented deeper",
}
"""Section -> how each of its entries begins."""


def _always(mentions: list[dict[str, bool]]) -> dict[str, bool]:
    """The conditions that every mention stands under."""
    first, *rest = mentions
    return {name: holds for name, holds in first.items() if all(one.get(name) is holds for one in rest)}


def _holds_function(node: Mapping | Sequence) -> bool:
    """Whether a mapping has a key of a function beside others, which is told elsewhere."""
    return isinstance(node, Mapping) and any(key.text.startswith("Fn::") for key, _ in node.items)


def _is_serverless(resource: Mapping) -> bool:
    kind = resource.get("Type")
    return isinstance(kind, Scalar) and kind.text.startswith("AWS::Serverless::")


def _is_custom(resource: Mapping) -> bool:
    kind = text_of(resource.get("Type")) or ""
    return kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource"


def _is_list(kind: Node | None) -> bool:
    return isinstance(kind, Scalar) and ("List" in kind.text)


def _from_store(kind: Node | None) -> bool:
    """Whether a parameter's value is the name of one in Parameter Store, whose own value is not known."""
    return isinstance(kind, Scalar) and kind.text.startswith("AWS::SSM::")


def _key_of(node: Node | None, name: str) -> Scalar | None:
    return node.key(name) if isinstance(node, Mapping) else None
