"""Circles among names that need each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from collections.abc import Mapping as MappingABC

MAX_TOLD = 10
"""So many circles of one file are told."""


def circles(needs: MappingABC[str, Collection[str]]) -> Iterator[list[str]]:
    """The first circles, each as if the ones before had been mended."""
    left = {name: list(others) for name, others in needs.items()}
    for _ in range(MAX_TOLD):
        found = first_circle(left)
        if not found:
            return
        yield found
        left[found[0]] = [name for name in left[found[0]] if name != found[1]]


def first_circle(needs: MappingABC[str, Collection[str]]) -> list[str]:
    """One circle among names that need each other, first name again at the end; [] when there is none.

    Looks at each name and each of its needs once. Needs that are no names here are passed over.
    """
    done: set[str] = set()
    for start in needs:
        found = _from(start, needs, done)
        if found:
            return found
    return []


def _from(start: str, needs: MappingABC[str, Collection[str]], done: set[str]) -> list[str]:
    """A circle on the ways from a name; [] when there is none. What has been looked at to its end is `done`."""
    path: dict[str, Iterator[str]] = {}
    name: str | None = start
    while True:
        if name is not None and name in path:
            names = list(path)
            return [*names[names.index(name) :], name]
        if name is not None and name not in done and name in needs:
            path[name] = iter(needs[name])
        if not path:
            return []
        last = next(reversed(path))
        name = next(path[last], None)
        if name is None:
            done.add(last)
            del path[last]
