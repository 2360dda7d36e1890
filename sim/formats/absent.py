"""What to write for a logical id that a template has not: by its words, its place, and what is there."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sim.formats.resourcetypes import KNOWN, TAIL, WITH_ARN, kinds_of

NEAR = 0.7
"""How much two names must have in common, of 1, for one to be offered for the other."""
MAX_NAMES = 500
"""So many names are held against one."""
MAX_LISTED = 8
"""So many names are listed of those that are there."""
PLAIN = ("!Ref {}", "${{}}")
"""References to a name alone, which a parameter may have too; `{}` stands for the name."""
_QUALIFIERS = frozenset(("beta", "dev", "live", "prod", "production", "qa", "stage", "staging", "test", "uat"))
"""Words that tell names apart of which there is one for each stage."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_KNOWN = frozenset(KNOWN)
_TAILS = {"name", "arn", "id"}


@dataclass(frozen=True, slots=True)
class Absent:
    """A name that is not there. `form` is the reference as it is written, with `{}` for the name: `!GetAtt {}.Arn`.

    `key` is the property that it stands in, `but` the resource that refers to it, and `own` the type of that one.
    """

    name: str
    form: str
    key: str = ""
    but: str = ""
    own: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether it is a reference to a name alone, which a parameter may have too."""
        return self.form in PLAIN

    @property
    def kinds(self) -> tuple[str, ...]:
        """The resource types that may be meant: as the property says, and the name where that leaves a choice."""
        of_key, of_name = kinds_of(self.key), kinds_of(self.name)
        if self.own in of_key:
            of_key = ()  # the BucketName of a bucket is its own
        return tuple(kind for kind in of_key if kind in of_name) or of_key or of_name


def mend(absent: Absent, resources: Mapping[str, str], parameters: Sequence[str]) -> str:
    """The hint. `resources` gives the type of each; `parameters` is empty where only a resource can be meant."""
    there = {name: kind for name, kind in resources.items() if name != absent.but}
    meant = _nearest(absent, there, parameters) or _inside(absent, there, parameters)
    if meant:
        written = _written(absent, meant, there.get(meant, ""))
        if _are_apart(absent.name, meant):
            return f"{made(absent)}; else write `{written}`, if there is one for all stages"
        return f"did you mean {meant}?" if written == absent.form.replace("{}", meant) else f"write `{written}`"
    kinds = absent.kinds
    alike = [name for name, kind in there.items() if kind in kinds]
    if len(alike) == 1:
        kind = there[alike[0]]
        written = _written(absent, alike[0], kind)
        return f"write `{written}` if {alike[0]} is meant, the only {kind} here; else {made(absent)}"
    if alike:
        return f"write one of {_listed(dict.fromkeys(alike, ''), ())}; else {made(absent)}"
    listed = _listed(there, parameters) if len(absent.kinds) != 1 else ""
    return f"{made(absent)}, or write one that is there: {listed}" if listed else made(absent)


def _are_apart(name: str, other: str) -> bool:
    """Whether two names differ by a word such as Dev or Prod."""
    words, others = _words(name), _words(other)
    one, two = _QUALIFIERS.intersection(words), _QUALIFIERS.intersection(others)
    return one != two and (len(words) != len(others) or bool(one and two))


def _possible(absent: Absent, resources: Mapping[str, str]) -> dict[str, str]:
    """The resources that may be meant: not those of a known type where another is asked for."""
    kinds = absent.kinds
    if not kinds:
        return dict(resources)
    return {name: kind for name, kind in resources.items() if kind in kinds or kind not in _KNOWN}


def _nearest(absent: Absent, resources: Mapping[str, str], parameters: Sequence[str]) -> str:
    names = sorted({*_possible(absent, resources), *parameters})[:MAX_NAMES]
    found = difflib.get_close_matches(absent.name[:60], names, 1, NEAR)
    return found[0] if found else ""


def _inside(absent: Absent, resources: Mapping[str, str], parameters: Sequence[str]) -> str:
    """The one name whose words end, or begin, the other; "" when there are several, or none."""
    words, kinds = _words(absent.name), absent.kinds
    named = _words(TAIL.sub("", absent.name))
    possible = list(_possible(absent, resources).items())[:MAX_NAMES]
    found = [name for name, kind in possible if _overlap(named, _words(name), kind in kinds)]
    found += [name for name in parameters[:MAX_NAMES] if _overlap(words, _words(name), False)]
    return found[0] if len(found) == 1 else ""


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name[:100])]


def _overlap(words: list[str], others: list[str], same_kind: bool) -> bool:
    if not words or not others or set(words) <= _TAILS or set(others) <= _TAILS:
        return False
    if len(others) >= len(words):
        return others[: len(words)] == words or others[-len(words) :] == words
    if words[-len(others) :] == others:
        return True
    return words[: len(others)] == others and (same_kind or set(words[len(others) :]) <= _TAILS)


def _written(absent: Absent, name: str, kind: str) -> str:
    """A reference to another name, in the place of this one: of a role whose ARN is due, its attribute."""
    wants_arn = absent.key.endswith(("Arn", "ARN")) or absent.name.endswith(("Arn", "ARN")) or absent.key == "Role"
    if absent.is_plain and wants_arn and kind in WITH_ARN:
        return f"!GetAtt {name}.Arn" if absent.form == PLAIN[0] else f"${{{name}.Arn}}"
    return absent.form.replace("{}", name)


def made(absent: Absent) -> str:
    """How to make what is not there."""
    kinds = absent.kinds
    if absent.is_plain and (not kinds or TAIL.search(absent.name)):
        return f"add `{absent.name[:100]}: {{Type: String}}` under Parameters"
    of = f" of `Type: {'` or `'.join(kinds)}`" if kinds else ""
    parameter = ", or a parameter for one that exists already" if absent.is_plain else ""
    return f"add a resource {absent.name[:100]}{of}{parameter}"


def _listed(resources: Mapping[str, str], parameters: Sequence[str]) -> str:
    """What is there, with its kind."""
    rows = list(_rows(resources, parameters))
    more = f" and {len(rows) - MAX_LISTED} more" if len(rows) > MAX_LISTED else ""
    return ", ".join(rows[:MAX_LISTED]) + more


def _rows(resources: Mapping[str, str], parameters: Sequence[str]) -> Iterator[str]:
    yield from (f"{name} (a parameter)" for name in parameters)
    yield from (f"{name} ({kind})" if kind else name for name, kind in resources.items())
