"""What experience says of an AppSpec that CodeDeploy would take."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePath
from posixpath import normpath

from sim.core.problems import Problem
from sim.formats.appspec import appspec_as_meant, mode_of
from sim.formats.nodes import Mapping, Node, Scalar, Sequence

EVENTS = (
    "BeforeBlockTraffic",
    "AfterBlockTraffic",
    "ApplicationStop",
    "BeforeInstall",
    "AfterInstall",
    "ApplicationStart",
    "ValidateService",
    "BeforeAllowTraffic",
    "AfterAllowTraffic",
    "AfterAllowTestTraffic",
)


def lint(root: Node, path: str) -> list[Problem]:
    """Warnings about an AppSpec whose grammar has been checked."""
    root = appspec_as_meant(root)
    if not isinstance(root, Mapping):
        return []
    found = [problem for rule in _RULES for problem in rule(root)]
    if PurePath(path).name == "appspec.yaml" and "os" in root:
        message = "the agent looks for appspec.yml when it runs hooks: a deployment to instances fails with this name"
        found.append(_warning(Node(path, 1, 1), "207", message, "rename it to appspec.yml"))
    return found


def _warning(node: Node, code: str, message: str, hint: str) -> Problem:
    return Problem(node.path, node.line, node.column, "warning", f"AP{code}", message, hint)


def is_empty(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.plain and node.text in ("", "~", "null", "Null", "NULL")


def rows(node: Node | None) -> list[Mapping]:
    """The mappings of a list, or one that stands there alone."""
    if isinstance(node, Mapping):
        return [node]
    return [item for item in node.items if isinstance(item, Mapping)] if isinstance(node, Sequence) else []


def events(root: Mapping) -> tuple[tuple[Scalar, Node], ...]:
    """Events and what they hold; also where they stand in a list."""
    hooks = root.get("hooks")
    tables = (hooks,) if isinstance(hooks, Mapping) else hooks.items if isinstance(hooks, Sequence) else ()
    return tuple(pair for table in tables if isinstance(table, Mapping) for pair in table.items)


def text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and not is_empty(node) else ""


def scripts(root: Mapping) -> Iterator[tuple[Scalar, Scalar]]:
    """(event, location) of every script that an AppSpec for servers names."""
    for event, value in events(root):
        for row in rows(value):
            location = row.get("location")
            if isinstance(location, Scalar) and text(location):
                yield event, location


def hinted(problem: Problem, text: str) -> Problem:
    """An error of YAML in an AppSpec, with the hint at an event that begins where `hooks:` does."""
    above = list(enumerate(text.splitlines()[: problem.line], 1))
    hooks = next((number for number, line in above if re.match(r"hooks[ \t]*:[ \t]*(#.*)?$", line)), None)
    if problem.code != "YAML101" or hooks is None:
        return problem
    for number, line in above[hooks:]:
        found = re.match(r"(\w+)[ \t]*:?[ \t]*(#.*)?$", line)
        if found is not None and found[1] in EVENTS:
            return replace(problem, hint=f"indent {found[1]} on line {number} deeper than `hooks:`")
    return problem


def _stray_events(root: Mapping) -> Iterator[Problem]:
    for section in ("files", "permissions"):
        for row in rows(root.get(section)):
            for key, _ in row.items:
                if key.text in EVENTS or key.text == "hooks":
                    message = f"{key.text} stands inside {section}: its scripts never run"
                    hint = "put `hooks:` at the left edge, and the events into it"
                    yield _warning(key, "202", message, hint)


def _octal_modes(root: Mapping) -> Iterator[Problem]:
    for row in rows(root.get("permissions")):
        mode = row.get("mode")
        read = mode_of(mode)
        if isinstance(mode, Scalar) and read != mode.text and all(digit in "01234567" for digit in read):
            message = f"mode: {mode.text} without quotes is the number {read} for YAML, and {read.rjust(3, '0')} is set"
            yield _warning(mode, "203", message, f'write mode: "{mode.text}"')


def _twice(root: Mapping) -> Iterator[Problem]:
    seen: dict[tuple[str, str], int] = {}
    for row in rows(root.get("files")):
        pair = text(row.get("source")), normpath(text(row.get("destination")) or ".")
        if pair in seen and all(pair):
            message = f"{pair[0]} is copied to {pair[1]} twice (line {seen[pair]}): Install fails on the second"
            yield _warning(row, "209", message, "take one of them out")
        seen.setdefault(pair, row.line)


_OF_FILES = re.compile(
    r"\.(?:cfg|cnf|conf|cron|crt|css|csv|env|gz|html?|ini|jar|js|json|key|list|logrotate|pem|php|pl|properties|ps1|py"
    r"|rb|repo|rules|service|sh|socket|sql|tar|tgz|timer|toml|txt|xml|ya?ml|zip)"
)
"""Endings that folders hardly ever have."""


def named_again(row: Mapping, is_file: bool = False) -> Problem | None:
    """A warning about a destination that ends with the name of its own source, which is a file (codedeploy.md §4.3)."""
    node = row.get("destination")
    source, destination = text(row.get("source")), text(node)
    parts = re.fullmatch(r"(.*?)[/\\]+([^/\\]+)[/\\]*", destination)
    name = re.split(r"[/\\]", source)[-1]
    known = is_file or _OF_FILES.fullmatch(name[name.rfind(".") :] if "." in name else "") is not None
    if node is None or parts is None or parts[2] != name or not known:
        return None
    sign = "\\" if "\\" in destination else "/"
    message = f"a destination is always a folder: the file lands at {destination.rstrip(sign)}{sign}{name}"
    return _warning(node, "218", message, f"write the folder alone: `destination: {parts[1] or sign}`")


def _names_again(root: Mapping) -> Iterator[Problem]:
    yield from (found for row in rows(root.get("files")) if (found := named_again(row)) is not None)


def _never_copied(root: Mapping) -> Iterator[Problem]:
    places = sorted({_folder(text(row.get("destination"))) for row in rows(root.get("files"))})
    outermost: list[str] = []
    for place in places:
        if not outermost or not place.startswith(outermost[-1]):
            outermost.append(place)
    for row in rows(root.get("permissions")):
        node = row.get("object")
        here = _folder(text(node))
        if node is None or not here.strip("/") or "$" in here:
            continue
        # In a sorted list stands what begins with a text right behind it, and what it may begin with right before.
        around = outermost[max(bisect_right(outermost, here) - 1, 0) :][:1]
        below = places[bisect_left(places, here) :][:1]
        if not any(here.startswith(place) for place in around) and not any(one.startswith(here) for one in below):
            message = f"no entry of files copies anything to {text(node)}: permissions touch only what was copied"
            yield _warning(node, "211", message, "set them in a hook script, or copy the files there")


def _folder(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").lower() + "/"


def _empty_sections(root: Mapping) -> Iterator[Problem]:
    hint = "take the section out, or fill it"
    for key, value in root.items:
        strayed = key.text == "hooks" and any(event in EVENTS for event in root.keys())  # told already
        if key.text in ("files", "permissions", "hooks", "Hooks") and is_empty(value) and not strayed:
            yield _warning(key, "213", f"{key.text} is empty: that can fail the deployment", hint)
    for key, value in events(root):
        if is_empty(value) or (isinstance(value, Sequence) and not value.items):
            yield _warning(key, "213", f"{key.text} has no scripts: that can fail the deployment", hint)


MAX_EVENT_S = 3600
"""The scripts of one event together may not take longer (docs/behaviour/codedeploy.md §3.4)."""


def _long_events(root: Mapping) -> Iterator[Problem]:
    for event, value in events(root):
        given = [text(row.get("timeout")) for row in rows(value)]
        total = sum(int(one) for one in given if re.fullmatch("[0-9]{1,9}", one))
        if total > MAX_EVENT_S:
            message = f"the scripts of {event.text} may take {total} seconds together, and an event has {MAX_EVENT_S}"
            hint = f"write `timeout: {MAX_EVENT_S}` or less"
            if len(given) > 1:
                hint = (
                    f"write shorter timeouts, such as {MAX_EVENT_S // len(given)} for each of the {len(given)} scripts"
                )
            yield _warning(event, "215", message, hint)


def _windows_users(root: Mapping) -> Iterator[Problem]:
    if text(root.get("os")) != "windows":
        return
    for _, value in events(root):
        for row in rows(value):
            if "runas" in row:
                key = row.key("runas") or row
                yield _warning(key, "214", "runas is for linux: on windows it does nothing", "take it out")


_RULES: tuple[Callable[[Mapping], Iterator[Problem]], ...] = (
    _stray_events,
    _octal_modes,
    _twice,
    _names_again,
    _never_copied,
    _empty_sections,
    _long_events,
    _windows_users,
)
