"""Properties of resources against what CloudFormation knows of their types: names, what is due, kinds of values.

What a value may be beyond that stands in `properties`; what stands in the stages of a pipeline, in `inside`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import cached_property

from sim.core.problems import Problem
from sim.formats.check.declared import ONLY_IN_TEMPLATES
from sim.formats.check.entries import as_example, as_mapping, choice_of, chosen, named_by_key, written
from sim.formats.check.property_homes import Move, Path, moves
from sim.formats.check.providers import OMITTED
from sim.formats.check.roles import TRUSTED
from sim.formats.check.schemas import OWN, Property, Shape, shapes
from sim.formats.check.template import (
    BLUE_GREEN,
    LANGUAGE,
    SERVERLESS,
    Found,
    problem_at,
    referred,
    rows,
    spelled,
    text_of,
)
from sim.formats.intrinsics import function
from sim.formats.nodes import MAX_LOOK_UPS, Mapping, Node, Scalar, Sequence, describe, is_null, near
from sim.formats.resourcetypes import kinds_of
from sim.formats.slips import misspelled
from sim.formats.template import RESOURCE_KEYS

PIPELINE = "AWS::CodePipeline::Pipeline"
TOLD = {("AWS::CodeBuild::Project", "BuildSpec")}
"""(resource type, a property) whose wrong kind of value has a finding of its own."""
PACKAGED = {("AWS::Lambda::Function", "Code"), ("AWS::CodeCommit::Repository", "S3")}
"""(resource type, a property) that may be a path: `aws cloudformation package` puts a bucket and a key there."""
CERTAIN = 0.8
"""How much a name has in common, of 1, with the one that is surely meant."""
MAX_EXAMPLES = 3
MAX_KEYS = 4
"""So many keys are shown of a mapping that is due."""
_HARMLESS = (LANGUAGE, SERVERLESS, BLUE_GREEN)
"""Transforms that leave the properties of other resources as they are."""
_EXAMPLES = {
    "Artifacts": "Artifacts: {Type: NO_ARTIFACTS}",
    "Environment": "Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: …}",
    "Source": "Source: {Type: NO_SOURCE, BuildSpec: …}",
    "Id": "Id: target-1",
    "Arn": "Arn: of what is to start",
}
"""How a property is written that is due."""
_TAKEN_ON = {
    kind: (key, service) for kind, key, service in (*TRUSTED, ("AWS::Lambda::Function", "Role", "lambda.amazonaws.com"))
}
"""Resource type -> the property that takes the ARN of a role, and the service that must be trusted by it."""
NAMED = {
    ("AWS::CodeDeploy::DeploymentGroup", "ApplicationName"): "AWS::CodeDeploy::Application",
    ("AWS::Lambda::Alias", "FunctionName"): "AWS::Lambda::Function",
    ("AWS::Lambda::Version", "FunctionName"): "AWS::Lambda::Function",
    ("AWS::Lambda::Permission", "FunctionName"): "AWS::Lambda::Function",
    ("AWS::S3::BucketPolicy", "Bucket"): "AWS::S3::Bucket",
    ("AWS::SNS::Subscription", "TopicArn"): "AWS::SNS::Topic",
}
"""(resource type, a property that is due) -> the type that Ref of gives its value."""


def check_known(template: Found) -> Iterator[Problem]:
    """Every finding about names and kinds of properties."""
    if not _is_rewritten(template.root.get("Transform")):
        check = _Shapes(template)
        for name, resource in template.resources.items():
            if shapes(template.type_of(name)):
                yield from check.resource(name, resource)


def _is_rewritten(transform: Node | None) -> bool:
    """Whether a macro may make other properties of those that stand here."""
    items = transform.items if isinstance(transform, Sequence) else (transform,) if transform is not None else ()
    return not all(isinstance(item, Scalar) and item.text in _HARMLESS for item in items)


class _Shapes:
    def __init__(self, template: Found):
        self.template = template
        self.looked_up = 0
        self.kind = ""
        self.name = ""
        self.shapes: dict[str, Shape] = {}
        self.path: list[str] = []
        """The properties that lead to what is looked at."""
        self.moves: dict[int, tuple[Scalar, Move]] = {}
        self.moved: dict[Path, set[str]] = {}
        """The mappings that keys belong to which stand elsewhere, and these keys: they are told already."""
        self.roles: dict[str, list[str]] = {}
        """Service -> the roles that may be meant where it needs one."""

    @cached_property
    def of_type(self) -> dict[str, list[str]]:
        """{a type: its resources, also those without properties}"""
        found: dict[str, list[str]] = {}
        for name in self.template.resources:
            found.setdefault(self.template.type_of(name), []).append(name)
        return found

    def resource(self, name: str, resource: Mapping) -> Iterator[Problem]:
        """Every finding in the properties of one resource."""
        self.kind, self.name = self.template.type_of(name), name
        self.shapes = shapes(self.kind)
        given = resource.get("Properties")
        is_table = isinstance(given, Mapping) and self.kind != PIPELINE
        self.moves = moves(self.kind, given) if isinstance(given, Mapping) and is_table else {}
        self.moved = {}
        for key, move in self.moves.values():
            self.moved.setdefault(move.target, set()).add(key.text)
        if given is None:
            if not any(key.startswith("Fn::") or near(key, ("Properties",)) for key in resource.keys()):
                beside = tuple(pair for pair in resource.items if pair[0].text in self.shapes[OWN])  # told elsewhere
                table = Mapping(resource.path, resource.line, resource.column, beside)
                yield from self._missing(table, self.shapes[OWN], name, ())
        elif isinstance(given, Mapping) and function(given) is None:
            if self.kind == PIPELINE and self.template.declared(name) is not None:
                # The rest is told as of a declaration.
                own = tuple(
                    pair for pair in given.items if pair[0].text in ONLY_IN_TEMPLATES or function(pair[1]) is not None
                )
                yield from self._values(Mapping(given.path, given.line, given.column, own), self.shapes[OWN])
            else:
                yield from self._table(given, self.shapes[OWN], name)

    def _table(self, node: Mapping, shape: Shape, what: str) -> Iterator[Problem]:
        pair = named_by_key(shape, node)
        if pair:
            yield problem_at(
                node.items[0][0], "error", "172", f"{what} has no property {node.items[0][0].text}", f"write `{pair}`"
            )
            return
        meant = []
        for key, _ in node.items:
            if key.text not in shape and not key.text.startswith("Fn::"):
                close, problem = self._unknown(key, shape, what)
                meant.append(close)
                yield problem
        yield from self._missing(node, shape, what, meant)
        yield from self._values(node, shape)

    def _unknown(self, key: Scalar, shape: Shape, what: str) -> tuple[str, Problem]:
        """The name that is meant, if any, and what to say of a key that is not there."""
        if key.text in RESOURCE_KEYS and shape is self.shapes[OWN]:
            message = f"{what} has no property {key.text}"
            hint = f"move it out of Properties: it stands beside them, in the column of Properties, of {self.name}"
            return "", problem_at(key, "error", "172", message, hint)
        message = f"{what} has no property {key.text[:100]}"
        if id(key) in self.moves:
            move = self.moves[id(key)][1]
            if move.is_sure:
                return "", problem_at(key, "error", "172", message, move.hint)
            return "", problem_at(key, "warning", "320", f"{message} that is known here", move.hint)
        self.looked_up += 1
        close, certain = ("", False) if self.looked_up > MAX_LOOK_UPS else nearest_name(key.text, tuple(shape))
        hint = f"did you mean {close}?" if close else f"known here, in 2026: {', '.join(shape)}"
        if certain:
            return close, problem_at(key, "error", "172", message, hint)
        return close, problem_at(key, "warning", "320", f"{message} that is known here", hint)

    def _missing(self, node: Mapping, shape: Shape, what: str, meant: list[str] | tuple[str, ...]) -> Iterator[Problem]:
        given = {*node.keys(), *meant, *self.moved.get(tuple(self.path), ())}
        missing = [name for name, property in shape.items() if property.due and name not in given]
        if not missing or any(key.startswith("Fn::") for key in node.keys()):
            return
        names = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"
        of = "" if shape is not self.shapes[OWN] else f", which an {self.kind} needs"
        own = shape is self.shapes[OWN]
        examples = [self._example(name, own) for name in missing]
        yield problem_at(node, "error", "169", f"{what} has no {names}{of}", f"add {', '.join(examples)}")

    def _example(self, name: str, own: bool) -> str:
        """How a property is written that is due, with a resource of the template where one fits."""
        if own and _TAKEN_ON.get(self.kind, ("", ""))[0] == name:
            return self._role(name, _TAKEN_ON[self.kind][1])
        if own and (self.kind, name) in NAMED:
            return self._reference(name, NAMED[self.kind, name])
        return f"`{_EXAMPLES.get(name, f'{name}: …')}`"

    def _role(self, name: str, service: str) -> str:
        fitting = self.roles.get(service)
        if fitting is None:
            fitting = self.roles[service] = fitting_roles(self.template, service)
        if len(fitting) == 1:
            return f"`{name}: !GetAtt {fitting[0]}.Arn`"
        return f"`{name}: …` with the ARN of a role that trusts {service}"

    def _reference(self, name: str, kind: str) -> str:
        there = self.of_type.get(kind)
        if there:
            return " or ".join(f"`{name}: !Ref {one}`" for one in there[:MAX_EXAMPLES])
        waits = self.template.resources[self.name].get("DependsOn")
        for node in rows(waits) or (waits,):
            text = text_of(node) or ""
            if text not in self.template.resources and kind in kinds_of(text):
                return f"`{name}: !Ref {text}`, and the resource {text} of `Type: {kind}` that its DependsOn names"
        return f"`{name}: …` with the name of one that exists, or with `!Ref` of an {kind} that you add here"

    def _values(self, node: Mapping, shape: Shape) -> Iterator[Problem]:
        for key, value in node.items:
            property = shape.get(key.text)
            own = (self.kind, key.text)
            packaged = own in PACKAGED and isinstance(value, Scalar) and not is_null(value)
            if property is not None and own not in TOLD and not packaged:
                self.path.append(key.text)
                yield from self._value(value, property, property.kind, f"{key.text} of {self.name}")
                self.path.pop()

    def _value(self, node: Node, property: Property, kind: str, what: str) -> Iterator[Problem]:
        call = function(node)
        if call is not None:
            for branch in _branches(*call):
                yield from self._value(branch, property, kind, what)
            yield from self._given(node, call, kind, what)
        elif is_null(node) and kind != "*":
            message = f"{what} is empty: 'null' values are not allowed in templates"
            yield problem_at(node, "error", "001", message, "write its value, or take the key out")
        elif kind.startswith("["):
            yield from self._list(node, property, kind[1:-1], what)
        elif kind in self.shapes:
            if isinstance(node, Mapping):
                yield from self._table(node, self.shapes[kind], what)
            else:
                yield _wrong(node, what, "a mapping", self._written_out(node, kind, what))
        elif kind == "{}" and not isinstance(node, Mapping):
            yield _wrong(node, what, "a mapping", "write below it lines of `key: value`, indented deeper")
        elif kind == "@" and isinstance(node, Sequence):
            hint = "a document begins with its keys, such as `Version: '2012-10-17'`"
            if what.startswith("EventPattern "):
                hint = "a pattern begins with its fields, such as `source: [aws.codecommit]`, and not with `- ` or `[`"
            yield _wrong(node, what, "a mapping", hint)
        elif kind in ("", "#", "?"):
            yield from _scalar(node, property, kind, what)

    def _given(self, node: Node, call: tuple[str, Node], kind: str, what: str) -> Iterator[Problem]:
        """A function that gives text where something else is due."""
        name = call[1].text if call[0] == "Ref" and isinstance(call[1], Scalar) else ""
        is_text = call[0] in ("Fn::Sub", "Fn::Join", "Fn::Base64") or name in self.template.resources
        is_text = is_text or (call[0] == "Fn::GetAtt" and bool(shapes(self.template.type_of(referred(node)))))
        if (kind in self.shapes or kind == "{}") and (is_text or self.template.parameter(name) is not None):
            hint = self._written_out(node, kind, what) if kind in self.shapes else "write below it its keys"
            if what.startswith("ArtifactStore of"):
                hint = f"write below it `Type: S3` and `Location: !Ref {name}`"
            yield _text_given(node, call[0], what, "a mapping", hint)
        elif kind.startswith("[") and name in self.template.resources:
            entry = self._entry(node, kind[1:-1], what) or f"!Ref {name}"
            yield _text_given(node, call[0], what, "a list", f"write it as a list: `[{entry}]`")

    def _list(self, node: Node, property: Property, kind: str, what: str) -> Iterator[Problem]:
        if isinstance(node, Sequence):
            for item in node.items:
                yield from self._value(item, property, kind, f"an entry of {what}")
            return
        due = [name for name, one in self.shapes.get(kind, {}).items() if one.due]
        if isinstance(node, Mapping) and len(due) == 2 and node.items and not set(due) & set(node.keys()):
            hint = f"write each as an entry of a list: `- {{{due[0]}: {node.items[0][0].text[:40]}, {due[1]}: …}}`"
        elif isinstance(node, Mapping):
            hint = "begin it with `- `: a list may have one entry too"
        else:
            entry = self._entry(node, kind, what)
            hint = f"write it as a list: `[{entry}]`" if entry else _AS_LIST
        yield _wrong(node, what, "a list", hint)
        if isinstance(node, Mapping) and set(self.shapes.get(kind, ())) & set(node.keys()):
            yield from self._value(node, property, kind, f"an entry of {what}")

    def _entry(self, node: Node, kind: str, what: str) -> str:
        """A value as the one entry of a list; "" where it cannot be told how it is written."""
        if kind in self.shapes:
            shape = self.shapes[kind]
            return as_mapping(shape, node, choice_of(self.kind, _property_in(what))) or as_example(shape)
        return written(node) if kind == "" else ""

    def _written_out(self, node: Node, kind: str, what: str) -> str:
        """How a value is written that stands alone where a mapping is due."""
        shape, key = self.shapes[kind], _property_in(what)
        text = chosen(self.kind, key, shape, node) or as_mapping(shape, node, choice_of(self.kind, key))
        keys = [f"`{key}:`" for key in self.shapes[kind]]
        alone = f"write below it {', '.join(keys[:MAX_KEYS])}{' and its like' if len(keys) > MAX_KEYS else ''}"
        return f"write it as a mapping: `{text}`" if text else alone


_AS_LIST = "write it as a list: a line that begins with `- `, or in brackets"


def _property_in(what: str) -> str:
    """The property that a message speaks of: Source in "Source of P", also in "an entry of SecondarySources of P"."""
    return what.removeprefix("an entry of ").partition(" ")[0]


def fitting_roles(template: Found, service: str) -> list[str]:
    """The one role of a template that trusts a service, else all of them."""
    roles = [name for name in template.resources if template.type_of(name) == "AWS::IAM::Role"]
    trusting = [role for role in roles if service in spelled(template.resources[role])]
    return trusting if len(trusting) == 1 else roles


def nearest_name(word: str, known: tuple[str, ...]) -> tuple[str, bool]:
    """The name that may be meant by one that is not known, and whether it surely is."""
    slip = next((one for one in known if one.lower() == word.lower()), None) or misspelled(word, known)
    if slip is not None:
        return slip, True
    for cutoff in (CERTAIN, 0.6):
        found = difflib.get_close_matches(word[:60], known, 1, cutoff)
        if found:
            return found[0], cutoff == CERTAIN
    return "", False


def _branches(name: str, argument: Node) -> tuple[Node, ...]:
    """The values that a function chooses from."""
    items = argument.items if isinstance(argument, Sequence) else ()
    return items[1:] if name == "Fn::If" and len(items) == 3 else ()


def _wrong(node: Node, what: str, expected: str, hint: str) -> Problem:
    return problem_at(node, "error", "001", f"{what} is {describe(node)}, not {expected}", hint)


def _text_given(node: Node, function: str, what: str, expected: str, hint: str) -> Problem:
    return problem_at(node, "error", "001", f"{what} is a {function}, which gives text, not {expected}", hint)


def _scalar(node: Node, property: Property, kind: str, what: str) -> Iterator[Problem]:
    if not isinstance(node, Scalar):
        if not (isinstance(node, Mapping) and any(key.startswith("Fn::") for key in node.keys())):
            yield _wrong(node, what, _EXPECTED[kind], "write one value there; a function stands alone in its mapping")
    elif node.text in OMITTED and node.plain:
        message = f"{what} is {node.text}, which only holds a place in an example"
        yield problem_at(node, "error", "001", message, "write the value that is meant")
    elif "{{resolve:" in node.text or "${" in node.text:
        return
    elif kind == "?" and node.text.lower() not in (("true", "false", *_YAML_ONLY) if node.plain else ("true", "false")):
        yield _wrong(node, what, _EXPECTED[kind], "write true or false")
    elif kind == "#":
        yield from _number(node, property, what)


_EXPECTED = {"": "text", "#": "a number", "?": "true or false"}
_YAML_ONLY = ("yes", "no", "on", "off")
"""Words that YAML reads as true or false where they stand without quotes."""


def _number(node: Scalar, property: Property, what: str) -> Iterator[Problem]:
    if re.fullmatch(r"[-+]?[0-9]{1,18}(\.[0-9]{1,18})?", node.text) is None:
        yield _wrong(node, what, "a number", "write digits only, such as 5")
        return
    number = float(node.text)
    low, high = property.low, property.high
    if (low is not None and number < low) or (high is not None and number > high):
        limits = f"{low} to {high}" if high is not None else f"{low} or more"
        yield problem_at(node, "error", "162", f"{what} is {node.text}, not {limits}", f"write a number from {limits}")
