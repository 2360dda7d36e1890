"""Keys at the wrong level of a file: each told once with the place that it belongs to, and looked at there.

A key is misplaced when the mapping that it stands in has none of that name, and the section directly above it, the file
itself or just one of its sections has. What no place is known for is left where it is: others tell of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from sim.core.problems import Problem, Severity
from sim.formats.meant import Part
from sim.formats.nodes import Mapping, Node, Scalar, Sequence, is_null

COMMON = ("name", "type", "version")
"""Keys that may be anybody's: of them nothing is known by their name alone."""
MAX_MOVED = 50
"""So many keys of a file are put into their places."""

Pair = tuple[Scalar, Node]


def in_place(root: Node, grammar: Part, prefix: str, left: tuple[str, ...] = ()) -> tuple[Node, list[Problem]]:
    """A tree with its keys where they belong, and what was told of those that were moved.

    `left` are keys of the file's own level that others tell of. What has no misplaced key is the same tree.
    """
    if not isinstance(root, Mapping):
        return root, []
    reading = _Places(root, grammar, prefix, left)
    return reading.read(), reading.problems


@dataclass
class _Places:
    root: Mapping
    grammar: Part
    prefix: str
    left: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)
    outside: list[Pair] = field(default_factory=list)
    """Sections that stood inside others."""
    elsewhere: list[tuple[str, Pair]] = field(default_factory=list)
    """(a section, a key of it that stood inside another)"""
    section: str = ""
    """The section that is being read."""
    raised: list[Pair] = field(default_factory=list)
    """Keys that belong beside the table that they stand in."""

    def read(self) -> Mapping:
        kept = self._at_the_left_edge()
        found = []
        for key, value in kept:
            part, self.section = self.grammar.below.get(key.text), key.text
            found.append((key, value if part is None else self._inside(key, value, part, self.grammar)))
        there = {key.text for key, _ in found}
        for key, value in self.outside:
            if key.text not in there:
                there.add(key.text)
                found.append((key, value))
        if not self.problems:
            return self.root
        return replace(self.root, items=tuple(self._with_elsewhere(found)))

    def _with_elsewhere(self, pairs: list[Pair]) -> list[Pair]:
        """With keys of a section that stood inside others in it, where it has none of that name."""
        for section, (key, value) in self.elsewhere:
            place = next((number for number, pair in enumerate(pairs) if pair[0].text == section), None)
            if place is None:
                pairs.append((replace(key, text=section), Mapping(key.path, key.line, key.column, ((key, value),))))
                continue
            above, inside = pairs[place]
            if is_null(inside):
                pairs[place] = above, Mapping(key.path, key.line, key.column, ((key, value),))
            elif isinstance(inside, Mapping) and key.text not in inside:
                pairs[place] = above, replace(inside, items=(*inside.items, (key, value)))
        return pairs

    # At the left edge

    def _at_the_left_edge(self) -> list[Pair]:
        kept: list[Pair] = []
        made: dict[str, Scalar] = {}
        for key, value in self.root.items:
            known = key.text in (*self.grammar.keys, *self.grammar.below, *self.left, *COMMON)
            known = known and not self._is_missed_above(key, kept)
            section = "" if known or len(self.problems) >= MAX_MOVED else self._section(key, kept)
            if not section:
                kept.append((key, value))
                continue
            place = next((number for number, pair in enumerate(kept) if pair[0].text == section), None)
            part = self.grammar.below[section]
            if place is None:
                made[section] = key
                new: Node = Mapping(key.path, key.line, key.column, ((key, value),))
                new = Sequence(key.path, key.line, key.column, (new,)) if part.in_list else new
                kept.append((replace(key, text=section), new))
                message = f"{key.text} stands at the left edge, and belongs to {section}"
                self._tell(key, "201", message, _new(key, part, section))
                continue
            above, inside = kept[place]
            follows = place == len(kept) - 1
            kept[place] = above, self._put((key, value), above, inside, part, follows, made.get(section))
        return kept

    def _is_missed_above(self, key: Scalar, kept: list[Pair]) -> bool:
        """Whether the section directly above, or its last group, lacks just this key."""
        name, section = kept[-1] if kept else (key, key)
        part = self.grammar.below.get(name.text)
        if part is None or key.text in self.grammar.keys or not isinstance(section, Mapping):
            return False
        if key.text in COMMON:
            return key.text in part.keys and key.text not in section
        group = section.items[-1][1] if section.items else section
        due = part.each is not None and key.text in part.each.due
        return due and isinstance(group, Mapping) and key.text not in group

    def _section(self, key: Scalar, kept: list[Pair]) -> str:
        """The section that a key at the left edge belongs to; "" for none that is known."""
        last = kept[-1][0].text if kept else ""
        part = self.grammar.below.get(last)
        if part is not None and (key.text in part.keys or (part.each is not None and key.text in part.each.keys)):
            return last
        homes = [
            name for name, part in self.grammar.below.items() if name in self.grammar.keys and key.text in part.keys
        ]
        return homes[0] if len(homes) == 1 else ""

    # Inside a section

    def _inside(self, name: Scalar, node: Node, part: Part, outer: Part) -> Node:
        if isinstance(node, Sequence):
            items = tuple(self._inside(name, item, part, outer) for item in node.items)
            same = all(new is old for new, old in zip(items, node.items, strict=True))
            return node if same else replace(node, items=items)
        if not isinstance(node, Mapping):
            return node
        before = len(self.problems)
        kept: list[Pair] = []
        for key, value in node.items:
            if len(self.problems) >= MAX_MOVED or not self._is_moved(name, (key, value), part, outer, kept):
                kept.append((key, value))
        raised, self.raised = self.raised, []
        found: list[Pair] = []
        for key, value in kept:
            deeper = part.below.get(key.text, part.each)
            found.append((key, value if deeper is None else self._inside(key, value, deeper, part)))
            if self.raised:
                names = {key.text for key, _ in (*kept, *found)}
                found += [pair for pair in self.raised if pair[0].text not in names]
                self.raised = []
        self.raised = raised
        return node if before == len(self.problems) else replace(node, items=tuple(found))

    def _is_moved(self, name: Scalar, pair: Pair, part: Part, outer: Part, kept: list[Pair]) -> bool:
        key, value = pair
        if not part.keys and part.each is None:
            return self._is_raised(name, pair, part, outer)
        if key.text in part.keys or key.text in part.below:
            return False
        if kept and self._belongs_above(pair, part, kept[-1]):
            above, inside = kept[-1]
            deeper = part.below.get(above.text, part.each)
            assert deeper is not None
            kept[-1] = above, self._put(pair, above, inside, deeper, True, None, part.code)
            return True
        if outer is not self.grammar and self._is_raised(name, pair, part, outer):
            return True
        if not self._is_section(key, value, part):
            return self._is_of_another(name, pair, part)
        self.outside.append(pair)
        again = self.root.key(key.text)
        hint = f"move `{key.text}:` and what belongs to it to the left edge: it is a section of its own"
        if isinstance(value, Scalar):
            hint = f"write `{key.text}: {value.text[:60]}` at the left edge, beside `{name.text}:`"
        if again is not None:
            hint = f"move what belongs to it into `{key.text}:` on line {again.line}, which stands at the left edge"
        beside = "it" if self.section == name.text else self.section
        self._tell(key, part.code, f"{key.text} stands inside {name.text}, not beside {beside}", hint)
        return True

    def _is_of_another(self, name: Scalar, pair: Pair, part: Part) -> bool:
        """Whether a key is one of another section's, and of no other's."""
        key = pair[0]
        if not part.keys:
            return False  # names of one's own stand there
        homes = [
            one for one, other in self.grammar.below.items() if one in self.grammar.keys and key.text in other.keys
        ]
        meant_here = key.text in part.left or re.sub(r"[-_ .]", "", key.text[:60]).lower() in part.words
        if len(homes) != 1 or meant_here or key.text in COMMON or part.in_list or self.grammar.below[homes[0]].in_list:
            return False
        self.elsewhere.append((homes[0], pair))
        section = self.root.key(homes[0])
        hint = (
            f"move it below `{homes[0]}:` on line {section.line}"
            if section
            else f"write `{homes[0]}:` at the left edge"
        )
        hint += ", and indent it deeper than that" if section else ", and move it below that, indented deeper"
        self._tell(key, part.code, f"{key.text} stands inside {name.text}, and belongs to {homes[0]}", hint)
        return True

    def _is_raised(self, name: Scalar, pair: Pair, part: Part, outer: Part) -> bool:
        """Whether a key stands in something, such as `variables` or a phase, and is meant to stand beside it."""
        key, value = pair
        if isinstance(value, Scalar) or key.text not in outer.keys:
            return False
        self.raised.append(pair)
        hint = f"begin it, and what belongs to it, in the column of `{name.text}:` on line {name.line}"
        self._tell(key, part.code, f"{key.text} stands inside {name.text}, not beside it", hint)
        return True

    def _belongs_above(self, pair: Pair, part: Part, last: Pair) -> bool:
        """Whether a key that stands beside a group, such as a phase or a report, is one of that group's own."""
        deeper = part.below.get(last[0].text, part.each)
        if deeper is None or pair[0].text not in deeper.keys or pair[0].text in COMMON:
            return False
        if last[0].text in deeper.keys and not isinstance(last[1], Mapping):
            return False  # no group either
        return is_null(last[1]) or (not isinstance(last[1], Scalar) and not isinstance(pair[1], Mapping))

    def _is_section(self, key: Scalar, value: Node, part: Part) -> bool:
        section = self.grammar.below.get(key.text)
        if key.text not in self.grammar.keys or key.text in COMMON or is_null(value):
            return False
        if section is None:
            return not part.each or bool(part.keys)
        if isinstance(value, Scalar):
            return False
        if part.each is None or part.keys:
            return True
        # It may be the name of a group: what stands in it tells.
        keys = set(value.keys()) if isinstance(value, Mapping) else set()
        return bool(keys & set(section.keys)) and not keys <= set(part.each.keys)

    # Where it belongs

    def _put(
        self, pair: Pair, above: Scalar, node: Node, part: Part, follows: bool, made: Scalar | None, code: str = "201"
    ) -> Node:
        """A section, or a group, with the key in it."""
        key = pair[0]
        if part.each is not None and key.text not in part.keys and isinstance(node, Mapping) and node.items:
            (group, inside), rest = node.items[-1], node.items[:-1]
            return replace(node, items=(*rest, (group, self._put(pair, group, inside, part.each, follows, made, code))))
        target = node.items[-1] if isinstance(node, Sequence) and node.items else node
        if not isinstance(target, Mapping) and not is_null(target):
            self._tell(
                key, code, f"{key.text} stands beside {above.text}, not in it", _deeper(pair, above, None, follows)
            )
            return node
        if not isinstance(target, Mapping) and part.in_list:
            return self._put_in_list(pair, above, part, code)
        table = target if isinstance(target, Mapping) else Mapping(key.path, key.line, key.column, ())
        again = table.key(key.text)
        if again is not None:
            hint = f"move what belongs to it into `{key.text}:` on line {again.line}, or give it a place of its own"
            self._tell(key, code, f"{key.text} stands beside {above.text}, which has one", hint)
            return node
        due = part.due.get(key.text, "") if not set(part.instead.get(key.text, ())) & set(table.keys()) else ""
        first = table.items[0][0] if table.items else None
        hint = _deeper(pair, above, first, follows)
        if made is not None:
            hint = f"{_indent(pair)} as far as `{made.text}` on line {made.line}, below the same `{above.text}:`"
        lacks = f"{above.text} has no {key.text}" if due else ""
        if part.empty and is_null(node):
            due, lacks = part.empty, f"{above.text} is empty"
        self._tell(key, due or code, f"{key.text} stands beside {above.text}, not in it", hint, lacks)
        table = replace(table, items=(*table.items, pair))
        return replace(node, items=(*node.items[:-1], table)) if isinstance(node, Sequence) else table

    def _put_in_list(self, pair: Pair, above: Scalar, part: Part, code: str) -> Node:
        """The first entry of a list."""
        key = pair[0]
        lacks = f"{above.text} is empty" if key.text in part.due else ""
        hint = f"begin it with `- `, as in `- {key.text}:`, deeper than `{above.text}:` on line {above.line}"
        self._tell(key, part.due.get(key.text, code), f"{key.text} stands beside {above.text}, not in it", hint, lacks)
        entry = Mapping(key.path, key.line, key.column, (pair,))
        return Sequence(key.path, key.line, key.column, (entry,))

    def _tell(self, key: Scalar, code: str, message: str, hint: str, lacks: str = "") -> None:
        severity: Severity = "error" if int(code) < 200 else "warning"
        ends = lacks or _ENDS.get(code, "nothing comes of it")
        self.problems.append(
            Problem(key.path, key.line, key.column, severity, self.prefix + code, f"{message}: {ends}", hint)
        )


_ENDS = {"003": "there is no such lifecycle event", "102": "a text is due there"}


def _indent(pair: Pair) -> str:
    return "indent it" if isinstance(pair[1], Scalar) else "indent it, and what belongs to it,"


def _deeper(pair: Pair, above: Scalar, first: Scalar | None, follows: bool) -> str:
    """How a key is put into what stands above it, whose first key is `first`."""
    way = _indent(pair) if follows else f"move it below `{above.text}:` on line {above.line}, and {_indent(pair)}"
    if first is not None and first.line > above.line:
        return f"{way} as far as `{first.text}` on line {first.line}: it belongs to {above.text}"
    if first is not None:
        return f"move it into `{above.text}` on line {above.line}"
    return f"{way} deeper than `{above.text}:` on line {above.line}" if follows else f"{way} deeper than that"


def _new(key: Scalar, part: Part, section: str) -> str:
    if part.in_list:
        return f"write `{section}:` in a line above it, and begin it, indented, with `- `: `- {key.text}:`"
    return f"write `{section}:` in a line above it, and indent it, and what belongs to it, deeper than that"


__all__ = ["in_place"]
