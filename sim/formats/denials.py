"""A Deny that takes back all that an Allow of the same policy gives.

IAM User Guide, policy evaluation logic: a Deny that fits always wins. Only what is sure counts: the Deny has no
condition, and each action, resource and principal of the Allow is one of its own, or fits a wider pattern of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

MAX_COMPARED = 20_000
"""So many pairs of patterns are looked at in a policy; IAM's policies have fewer."""

MAX_SPARED = 12
"""A hint names so many actions."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a statement names, each as it is written; None for a resource that is not known."""

    actions: tuple[str, ...]
    resources: tuple[str | None, ...] | None
    principals: Mapping[str, tuple[str, ...]] | None


class _Pairs:
    def __init__(self) -> None:
        self.left = MAX_COMPARED

    def all_covered(self, wide: Sequence[str], narrow: Iterable[str | None]) -> bool:
        exact = frozenset(wide)
        if "*" in exact:
            return True
        patterns = [one for one in wide if "*" in one]
        return all(one is not None and (one in exact or self._any(patterns, one)) for one in narrow)

    def _any(self, patterns: list[str], one: str) -> bool:
        self.left -= len(patterns)
        return self.left > 0 and any(_compiled(pattern).fullmatch(one) is not None for pattern in patterns)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, to be held against others as they are written: a star of theirs fits a star of it only."""
    pieces = [re.escape(piece) for piece in pattern.split("*")]
    # Each piece is found at its first place, once: no other way is tried.
    middle = "".join(f"(?>.*?{piece})" for piece in pieces[1:-1]) if len(pieces) > 2 else ""
    return re.compile(pieces[0] + middle + (f".*{pieces[-1]}" if len(pieces) > 1 else ""), re.DOTALL)


def dead(denials: Sequence[Rights], allowances: Sequence[Rights]) -> Iterator[tuple[int, list[int]]]:
    """(a Deny, the Allows that it takes back whole), by their places."""
    pairs = _Pairs()
    for i, deny in enumerate(denials):
        if pairs.left <= 0 or not deny.actions:
            return
        found = []
        for k, allow in enumerate(allowances):
            pairs.left -= len(deny.actions) + len(allow.actions)
            if pairs.left > 0 and _takes_back(pairs, deny, allow):
                found.append(k)
        if found:
            yield i, found


def spared(deny: Rights, allowances: Sequence[Rights]) -> tuple[str, ...]:
    """The actions that NotAction of a Deny is to name, so that all of these are allowed, and all else stays denied.

    () where that would deny more: it may where the Deny is not about all that a service does with its own resources.
    """
    found = [re.match(r"arn:[^:]*:([a-z0-9-]+):", one or "") for one in deny.resources or ()]
    services = {one[1] if one is not None else "" for one in found}
    actions = tuple(dict.fromkeys(action for one in allowances for action in one.actions))
    if len(services) != 1 or "" in services or len(actions) > MAX_SPARED:
        return ()
    whole = ("*", f"{services.pop()}:*")
    is_all = all(one.lower() in whole for one in deny.actions)
    return actions if is_all and not any(one.lower() in whole for one in actions) else ()


def _takes_back(pairs: _Pairs, deny: Rights, allow: Rights) -> bool:
    if not allow.actions or (deny.resources is None) != (allow.resources is None):
        return False
    if not _everybody(deny.principals, allow.principals):
        return False
    known = [one for one in deny.resources or () if one is not None]
    wide, narrow = [one.lower() for one in deny.actions], [one.lower() for one in allow.actions]
    if not pairs.all_covered(wide, narrow):
        return False
    return allow.resources is None or (bool(allow.resources) and pairs.all_covered(known, allow.resources))


def _everybody(wide: Mapping[str, tuple[str, ...]] | None, narrow: Mapping[str, tuple[str, ...]] | None) -> bool:
    if wide is None or narrow is None:
        return wide is narrow
    if "*" in wide.get("AWS", ()):
        return True
    return bool(narrow) and all(set(names) <= set(wide.get(key, ())) for key, names in narrow.items())


__all__ = ["MAX_COMPARED", "Rights", "dead", "spared"]
