"""CloudFormation's intrinsic functions, looked at without values: is each written well, and is what it names there?"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as SequenceABC
from dataclasses import dataclass, field
from itertools import islice

from sim.formats.absent import NEAR, PLAIN, Absent, made, mend
from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence, block_of, describe, is_null

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
_VARIABLE = re.compile(r"\$\{([^!${}][^${}]*)\}")
MAX_HINTS = 20
_LANGUAGE = ("Fn::Length", "Fn::ToJsonString")
_TESTS = ("Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Condition")
_OF_TEXT = ("Fn::Base64", "Fn::ImportValue", "Fn::Transform")
"""Functions that take one value, and are nothing without it."""
_IN_STACKS = "is known only when the stack is there: names of exports are made of parameters and text"
EXAMPLES = {
    "Fn::Cidr": "!Cidr [10.0.0.0/16, 4, 8]",
    "Fn::FindInMap": "!FindInMap [Map, FirstKey, SecondKey]",
    "Fn::If": "!If [Condition, if it holds, if not]",
    "Fn::Join": "!Join [',', [a, b]]",
    "Fn::Select": "!Select [0, [a, b]]",
    "Fn::Split": "!Split [',', text]",
    "Fn::And": "!And [!Condition A, !Condition B]",
    "Fn::Or": "!Or [!Condition A, !Condition B]",
    "Fn::Not": "!Not [!Condition A]",
    "Fn::Equals": "!Equals [!Ref Stage, prod]",
}
"""How each is written that takes a list of a certain length."""
_RESULTS = (
    "Ref",
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::FindInMap",
    "Fn::GetAZs",
    "Fn::GetAtt",
    "Fn::GetStackOutput",
    "Fn::If",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
    "Fn::Transform",
    *_LANGUAGE,
)


def function(node: Node) -> tuple[str, Node] | None:
    """(long name, argument) of an intrinsic function, in its long or short form; None for anything else."""
    tag: str = getattr(node, "tag", "")
    if tag:
        return _SHORT.get(tag) or f"Fn::{tag[1:]}", _untagged(node)
    if isinstance(node, Mapping) and len(node.items) == 1:
        key, value = node.items[0]
        if key.text in ("Ref", "Condition") or key.text.startswith("Fn::"):
            return key.text, value
    return None


def is_function(tag: str) -> bool:
    """Whether a tag is the short form of one of CloudFormation's functions."""
    return (_SHORT.get(tag) or f"Fn::{tag[1:]}") in (*_RESULTS, *_TESTS)


def _untagged(node: Node) -> Node:
    if isinstance(node, Scalar):
        return Scalar(node.path, node.line, node.column, node.text, node.plain)
    if isinstance(node, Sequence):
        return Sequence(node.path, node.line, node.column, node.items)
    assert isinstance(node, Mapping)
    return Mapping(node.path, node.line, node.column, node.items)


def _is_no_value(node: Node) -> bool:
    """Whether a list or a mapping stands where one value is due. What has a key of a function is told elsewhere."""
    if isinstance(node, Mapping):
        return function(node) is None and not any(key.startswith("Fn::") for key in node.keys())
    return isinstance(node, Sequence) and not node.tag


def _of_shell(name: str, script: bool) -> str:
    """The hint at what most likely is a shell's variable inside a Fn::Sub; "" for other names."""
    if not re.fullmatch(r"[\w.:]+", name):
        return f"write `${{!{name}}}` if the shell is to replace it"
    if "." in name or not (script or re.fullmatch("[A-Z][A-Z0-9_]*", name)):
        return ""
    return f"write `${{!{name}}}` or `${name}` if it is the shell's variable"


@dataclass(slots=True)
class Names:
    """What a template's functions may name. `open_` when a macro may add names that are not there yet."""

    parameters: set[str] = field(default_factory=set)
    resources: set[str] = field(default_factory=set)
    conditions: set[str] = field(default_factory=set)
    mappings: dict[str, Mapping] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    """Type of each resource, as far as it is known."""
    language: bool = False
    open_: bool = False


class Functions:
    """Checks the functions below a node. `needs` collects the resources that the last node given refers to.

    `lines` is the file that the nodes stand in, where it is at hand: mistakes inside long texts then have their line.
    """

    def __init__(self, reader: Reader, names: Names, lines: SequenceABC[str] = ()):
        self.reader = reader
        self.names = names
        self.lines = lines
        self.used: set[str] = set()
        self.needs: dict[str, None] = {}
        self.held: dict[str, bool] = {}
        """The conditions whose branch is being looked at, and whether they hold in it."""
        self.whens: dict[str, list[dict[str, bool]]] = {}
        """For each of `needs`, the conditions of every mention."""
        self.attributes: list[tuple[str, str, Node]] = []
        """(resource, attribute, where it stands) of all mentions so far."""
        self.where = ""
        self.hints = MAX_HINTS
        self._modules: tuple[str, ...] | None = None
        """The logical ids of modules, once somebody asks."""
        self.told: dict[tuple[Absent, str], str] = {}
        """The hints at names that are not there, so far."""
        self.key = ""
        """The property whose value is being looked at."""

    def check(self, node: Node, where: str) -> list[str]:
        """Check everything below a node; the names of resources it refers to, in order. `where` is for messages."""
        self.needs, self.whens, self.held = {}, {}, {}
        self.where, self.key = where, ""
        self._value(node)
        return list(self.needs)

    def _value(self, node: Node) -> None:
        call = function(node)
        if call is not None and call[0] != "Condition":
            self._call(node, *call)
        elif isinstance(node, Sequence):
            for item in node.items:
                self._value(item)
        elif isinstance(node, Mapping):
            for key, item in node.items:
                self._lone(node, key)
                self.key = key.text
                self._value(item)

    def _lone(self, table: Mapping, key: Scalar) -> None:
        if key.text.startswith("Fn::ForEach::"):
            if not self.names.language:
                self._language(key)
        elif key.text.startswith("Fn::") and key.text != "Fn::Transform" and len(table.items) > 1:
            message = f"{key.text} stands beside other keys: every Fn::X object must have one entry"
            self.reader.error(key, "156", message, "take the other keys out, or use Fn::If inside each of them")
        elif key.text == "Ref" and len(table.items) > 1 and self._is_name(table.get("Ref")):
            others = ", ".join(other.text for other, _ in table.items if other is not key)
            message = f"Ref stands beside other keys ({others[:100]}), so it is no function: nothing replaces it"
            self.reader.warning(key, "207", message, "take the other keys out: a function stands alone in its mapping")

    def _is_name(self, node: Node | None) -> bool:
        """Whether a node is a name that Ref could replace."""
        names = (self.names.resources, self.names.parameters, PSEUDO)
        return isinstance(node, Scalar) and not node.tag and any(node.text in there for there in names)

    def _call(self, node: Node, name: str, argument: Node) -> None:
        if name.startswith("Fn::ForEach::") or name in _LANGUAGE:
            if not self.names.language:
                self._language(node)
            if name in _LANGUAGE:
                self._value(argument)
            return
        if name in _TESTS:
            message = f"{name} belongs into Conditions, not here"
            self.reader.error(node, "157", message, "name the condition under Conditions, and use Fn::If here")
            return
        if name not in _RESULTS:
            hint = self._near_function(name)
            self.reader.error(node, "147", f"there is no function {name[:60]}", hint)
            self._value(argument)
            return
        rule = _RULES.get(name)
        if name in _OF_TEXT and is_null(argument):
            self.reader.error(node, "171", f"{name} has no value", f"write `!{name.removeprefix('Fn::')} …` with one")
        elif name in ("Fn::Base64", "Fn::ImportValue") and _is_no_value(argument):
            message = f"{name} takes one value, and here is {describe(argument)}"
            self.reader.error(argument, "171", message, f"write `!{name.removeprefix('Fn::')} …` with one text")
        elif name == "Fn::ImportValue":
            self.fixed(argument, "Fn::ImportValue")
        elif rule is not None:
            rule(self, argument)
        else:
            self._value(argument)

    def fixed(self, node: Node, what: str) -> None:
        """Check a value that may not depend on resources; `what` it is, for messages."""
        needs, self.needs = self.needs, {}
        whens, self.whens = self.whens, {}
        self._value(node)
        for name in self.needs:
            message = f"{what} depends on the resource {name}, which {_IN_STACKS}"
            self.reader.error(node, "173", message, "write the name itself, or `!Sub` with parameters")
        self.needs = needs | self.needs
        for name, mentions in self.whens.items():
            whens.setdefault(name, []).extend(mentions)
        self.whens = whens

    def _near_function(self, name: str) -> str:
        """A hint at the function that may be meant, by what its name has behind `Fn::`."""
        short = {one.removeprefix("Fn::"): one for one in _RESULTS}
        near = difflib.get_close_matches(name.removeprefix("Fn::")[:60], short, 1)
        return f"did you mean {short[near[0]]}?" if near else f"known: {', '.join(_RESULTS)}"

    def loop(self, key: Scalar) -> None:
        """Complain about a Fn::ForEach in a section of a template without the transform that it needs."""
        if not self.names.language:
            self._language(key)

    def _language(self, node: Node) -> None:
        message = "Fn::ForEach, Fn::Length and Fn::ToJsonString need the transform AWS::LanguageExtensions"
        self.reader.error(node, "158", message, "write `Transform: AWS::LanguageExtensions` at the top")

    # Names

    def known(self, name: str, node: Node, form: str = PLAIN[0], *, otherwise: str = "") -> None:
        """Note that a name is used, and complain when there is none.

        `form` is how it is referred to, with `{}` for the name; `otherwise` is another reading, when no name is near.
        """
        self.used.add(name)
        resource = form not in PLAIN
        if name in self.names.resources:
            self.needs.setdefault(name)
            self.whens.setdefault(name, []).append(self.held)
        elif (resource or (name not in self.names.parameters and name not in PSEUDO)) and not self._may_be(name):
            what = "an attribute of " if resource else ""
            message = f"{self.where} refers to {what}{name[:100]}, which is not there"
            self.reader.error(node, "142", message, self._instead(name, form, otherwise))

    def _may_be(self, name: str) -> bool:
        """Whether a macro may make something of that name, or a module have it inside: its logical id stands before."""
        if self._modules is None:
            self._modules = tuple(one for one, type in self.names.types.items() if type.endswith("::MODULE"))
        return self.names.open_ or name.startswith(self._modules)

    def _instead(self, name: str, form: str, otherwise: str) -> str:
        """The hint at a name that is not there."""
        if name.partition(".")[0] in self.names.resources:
            return f"write `!GetAtt {name}`: Ref takes a name alone"
        inside = re.fullmatch(r"!?(?:Fn::)?(?:GetAtt|Ref) +(.+)", name)
        if inside is not None:
            return f"write `{form.replace('{}', inside[1])}`: inside Fn::Sub a name stands alone"
        if "::" in name:
            return self._near(name, PSEUDO, "take it out, or write one of " + ", ".join(PSEUDO))
        if f"AWS::{name}" in PSEUDO and form in PLAIN:
            return f"did you mean AWS::{name}?"
        if name in self.names.parameters:
            plain = PLAIN[0] if form.startswith("!") else PLAIN[1]
            return f"{name} is a parameter, and has no attributes: write `{plain.replace('{}', name)}`"
        return self._absent(Absent(name, form, self.key, self.where, self.names.types.get(self.where, "")), otherwise)

    def _absent(self, absent: Absent, otherwise: str = "") -> str:
        """A hint at the name that may be meant. Only the first few are looked for: it takes time."""
        told = (absent, otherwise)
        if told not in self.told:
            self.told[told] = self._new_hint(absent, otherwise)
        return self.told[told]

    def _new_hint(self, absent: Absent, otherwise: str) -> str:
        if self.hints == 0:
            return otherwise or made(absent)
        self.hints -= 1
        parameters = sorted(self.names.parameters) if absent.is_plain else []
        types = {name: self.names.types.get(name, "") for name in sorted(self.names.resources)}
        hint = mend(absent, types, parameters)
        return f"{otherwise}; else {hint}" if otherwise and not hint.startswith("did you") else hint

    def _near(self, name: str, there: Iterable[str], otherwise: str = "") -> str:
        """A hint at the name that may be meant. Only the first few are looked for: it takes time."""
        if self.hints == 0:
            return otherwise
        self.hints -= 1
        near = difflib.get_close_matches(name[:60], sorted(set(there))[:500], 1, NEAR)
        return f"did you mean {near[0]}?" if near else otherwise

    def dependency(self, name: str, node: Node, where: str) -> None:
        """Complain when a resource depends on one that is not there."""
        if name in self.names.resources or self._may_be(name):
            return
        message = f"Unresolved resource dependencies [{name[:100]}] in the Resources block of the template"
        if name in self.names.parameters:
            hint = "take the DependsOn out: a parameter is there before all resources"
        else:
            hint = self._absent(Absent(name, "DependsOn: {}", but=where))
            hint += "" if hint.startswith("did you") else "; else take the DependsOn out"
        self.reader.error(node, "141", message, hint)

    def condition(self, name: str, node: Node) -> None:
        """Complain when there is no condition of that name."""
        if name not in self.names.conditions and not self.names.open_:
            hint = self._near(name, self.names.conditions, "write it under Conditions")
            self.reader.error(node, "130", f"there is no condition {name[:100]!r}", hint)

    # One function each

    def _ref(self, node: Node) -> None:
        if isinstance(node, Scalar):
            self.known(node.text, node)
        elif not self.names.language:
            self.reader.error(node, "148", "Ref takes a name", "write `!Ref Name`")

    def _get_att(self, node: Node) -> None:
        parts = node.items if isinstance(node, Sequence) else ()
        if isinstance(node, Scalar) and "." in node.text:
            name, _, attribute = node.text.partition(".")
            self.known(name, node, f"!GetAtt {{}}.{attribute}")
            self.attributes.append((name, attribute, node))
        elif len(parts) == 2 and isinstance(parts[0], Scalar):
            attribute = parts[1].text if isinstance(parts[1], Scalar) and not parts[1].tag else "…"
            self.known(parts[0].text, parts[0], f"!GetAtt {{}}.{attribute}")
            if isinstance(parts[1], Scalar) and not parts[1].tag:
                self.attributes.append((parts[0].text, parts[1].text, parts[1]))
            self._value(parts[1])
        else:
            message = "Fn::GetAtt takes a resource and an attribute"
            alone = parts[0] if len(parts) == 1 else node
            given = alone.text if isinstance(alone, Scalar) else ""
            there = given if given in self.names.resources else ""
            hint = f"write `!GetAtt {there}.Arn` or another attribute; `!Ref {there}` gives its name or id"
            dotted = given if re.fullmatch(r"\w+(\.\w+)+", given) else "Resource.Attribute"
            self.reader.error(node, "144", message, hint if there else f"write `!GetAtt {dotted}`")

    def _sub(self, node: Node) -> None:
        given: Mapping | None = None
        if isinstance(node, Sequence) and len(node.items) == 2:
            first, second = node.items
            if isinstance(first, Scalar) and isinstance(second, Mapping):
                node, given = first, second
        if (function(node) or ("",))[0] == "Fn::Transform":
            self._value(node)  # a macro makes the text
            return
        if not isinstance(node, Scalar):
            hint = "write `!Sub '…${Name}…'`, or a list of the text and a mapping of names to values"
            self.reader.error(node, "145", "Fn::Sub takes text, or text and a mapping of names", hint)
            return
        for _, item in given.items if given else ():
            self._value(item)
        own = set(given.keys()) if given else ()
        seen: set[str] = set()
        for name, there in self._mentioned(node):
            if name in own or name in seen:
                continue
            seen.add(name)
            if name.startswith("AWS::"):
                self.known(name, there, PLAIN[1])
            else:
                shell = _of_shell(name, "\n" in node.text.strip())
                resource, dot, attribute = name.partition(".")
                self.known(resource, there, f"${{{{}}{dot}{attribute}}}", otherwise=shell)
                if dot:
                    self.attributes.append((resource, attribute, there))

    def _mentioned(self, node: Scalar) -> Iterator[tuple[str, Node]]:
        """(name, where it stands) of every mention in a text: its line in a block, else where the text begins."""
        block = block_of(self.lines, node)
        line, begin = 1, 0
        for mention in _VARIABLE.finditer(node.text):
            there: Node = node
            if block is not None:
                line += node.text.count("\n", begin, mention.start())
                begin = max(begin, node.text.rfind("\n", begin, mention.start()) + 1)
                there = Node(node.path, block[0] + line, block[1] + mention.start() - begin + 1)
            yield mention[1].strip(), there

    def _sized(self, name: str, *sizes: int, code: str = "150") -> Callable[[Node], tuple[Node, ...] | None]:
        def items(node: Node) -> tuple[Node, ...] | None:
            if isinstance(node, Sequence) and len(node.items) in sizes:
                return node.items
            found = f"and here are {len(node.items)}" if isinstance(node, Sequence) else f"and here is {describe(node)}"
            message = f"{name} takes a list of {' or '.join(map(str, sizes))}, {found}"
            self.reader.error(node, code, message, f"write `{EXAMPLES[name]}`")
            self._value(node)
            return None

        return items

    def _join(self, node: Node) -> None:
        if isinstance(node, Sequence) and len(node.items) > 2 and not isinstance(node.items[1], Sequence):
            first = node.items[0].text if isinstance(node.items[0], Scalar) else ","
            message = f"Fn::Join takes a list of 2, and here are {len(node.items)}"
            hint = f"put all but the first into a list of their own: `!Join ['{first[:20]}', [a, b]]`"
            self.reader.error(node, "150", message, hint)
            self._value(node)
            return
        items = self._sized("Fn::Join", 2)(node)
        if items is None:
            return
        if not isinstance(items[0], Scalar):
            self.reader.error(items[0], "151", "the first value of Fn::Join is the text between", "write text there")
        if isinstance(items[1], Scalar) and not items[1].tag:
            hint = "write the text between first, and then the parts as a list: `!Join ['-', [a, b]]`"
            self.reader.error(items[1], "151", "Fn::Join joins a list, and here stands text", hint)
        elif isinstance(items[1], Mapping) and _is_no_value(items[1]):
            self.reader.error(items[1], "151", "Fn::Join joins a list, and here stands a mapping", "write a list there")
        self._value(items[1])

    def _pair(self, name: str) -> Callable[[Node], None]:
        def rule(node: Node) -> None:
            for item in self._sized(name, 2)(node) or ():
                self._value(item)

        return rule

    def _select(self, node: Node) -> None:
        items = self._sized("Fn::Select", 2)(node)
        if items is None:
            return
        if isinstance(items[0], Scalar) and not items[0].tag and not items[0].text.isdigit():
            message = f"Fn::Select counts from 0, and takes no {items[0].text!r}"
            self.reader.error(items[0], "152", message, "write the number of the item: 0 is the first")
        elif isinstance(items[1], Scalar) and not items[1].tag:
            message = f"Fn::Select chooses from a list, and here stands {describe(items[1])}"
            self.reader.error(items[1], "152", message, f"write `{EXAMPLES['Fn::Select']}`")
        elif isinstance(items[0], Scalar) and isinstance(items[1], Sequence) and not (items[0].tag or items[1].tag):
            count = len(items[1].items)
            if int(items[0].text[:9]) >= count:
                message = f"Fn::Select: there is no item {items[0].text[:20]} in a list of {count}: the first is item 0"
                self.reader.error(items[0], "152", message, f"count from 0: the last is {max(count - 1, 0)}")
        for item in items:
            self._value(item)

    def _split(self, node: Node) -> None:
        self._pair("Fn::Split")(node)
        text = node.items[1] if isinstance(node, Sequence) and len(node.items) == 2 else None
        if text is not None and _is_no_value(text):
            message = f"Fn::Split splits a text, and here stands {describe(text)}"
            self.reader.error(text, "151", message, f"write `{EXAMPLES['Fn::Split']}`")

    def _if(self, node: Node) -> None:
        items = self._sized("Fn::If", 3, code="143")(node)
        if items is None:
            return
        if not isinstance(items[0], Scalar):
            self.reader.error(node, "143", "Fn::If takes the name of a condition and two values", "name a condition")
            self._value(node)
            return
        self.condition(items[0].text, items[0])
        before = dict(self.held)
        for item, holds in zip(items[1:], (True, False), strict=True):
            self.held = {**before, items[0].text: holds}
            self._value(item)
        self.held = before

    def _find_in_map(self, node: Node) -> None:
        items = self._sized("Fn::FindInMap", 3, 4, code="153")(node)
        if items is None:
            return
        name, first, second = items[:3]
        for item in items:
            self._value(item)
        if not isinstance(name, Scalar) or name.tag or self.names.open_:
            return
        table: Node | None = self.names.mappings.get(name.text)
        if table is None:
            there = ", ".join(islice(self.names.mappings, MAX_HINTS))
            otherwise = f"write it under Mappings; there is {there}" if there else "write it under Mappings"
            hint = self._near(name.text, self.names.mappings, otherwise)
            self.reader.error(name, "154", f"there is no mapping {name.text[:100]!r}", hint)
            return
        for key in (first, second):
            if not isinstance(key, Scalar) or key.tag or len(items) == 4:
                return
            above, table = table, table.get(key.text) if isinstance(table, Mapping) else None
            if table is None:
                keys = above.items if isinstance(above, Mapping) else ()
                some = ", ".join(one.text for one, _ in keys[:MAX_HINTS]) or "none"
                hint = self._near(key.text, (one.text for one, _ in keys), f"its keys there are {some}")
                self.reader.error(key, "154", f"the mapping {name.text} has no key {key.text[:100]!r}", hint)
                return

    def _cidr(self, node: Node) -> None:
        for item in self._sized("Fn::Cidr", 2, 3)(node) or ():
            self._value(item)

    # Conditions

    def test(self, node: Node, where: str) -> list[str]:
        """Check the body of a condition; the names of the conditions it stands on."""
        self.where = where
        return list(self._test(node))

    def _test(self, node: Node) -> Iterator[str]:
        call = function(node)
        if call is None or call[0] not in _TESTS:
            message = "a condition is Fn::And, Fn::Or, Fn::Not, Fn::Equals or Condition"
            self.reader.error(node, "132", message, "such as `!Equals [!Ref Stage, prod]`")
            return
        name, argument = call
        if name == "Condition":
            other = self.reader.text(argument, "Condition")
            if other is not None:
                self.condition(other, argument)
                yield other
            return
        sizes = {"Fn::Equals": (2,), "Fn::Not": (1,)}.get(name, tuple(range(2, 11)))
        if not isinstance(argument, Sequence) or len(argument.items) not in sizes:
            wanted = str(sizes[0]) if len(sizes) == 1 else "2 to 10"
            count = len(argument.items) if isinstance(argument, Sequence) else "no list"
            message = f"{name} takes a list of {wanted}, and here is {count}"
            self.reader.error(argument, "133", message, f"write `{EXAMPLES[name]}`")
        for item in argument.items if isinstance(argument, Sequence) else ():
            if name == "Fn::Equals":
                self._compared(item)
            else:
                yield from self._test(item)

    def _compared(self, node: Node) -> None:
        for name in self.check(node, self.where):
            message = f"{self.where} refers to the resource {name}"
            self.reader.error(node, "134", message, "a condition can only use parameters")


_RULES: dict[str, Callable[[Functions, Node], None]] = {
    "Ref": Functions._ref,
    "Fn::GetAtt": Functions._get_att,
    "Fn::Sub": Functions._sub,
    "Fn::Join": Functions._join,
    "Fn::Select": Functions._select,
    "Fn::Split": Functions._split,
    "Fn::If": Functions._if,
    "Fn::FindInMap": Functions._find_in_map,
    "Fn::Cidr": Functions._cidr,
}
