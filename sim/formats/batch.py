"""The `batch` section of a buildspec: its grammar (docs/behaviour/codebuild.md §11.1)."""

from __future__ import annotations

import re
from itertools import islice

from sim.formats.circles import circles
from sim.formats.meant import Part, is_table, is_word
from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence, is_null

KINDS = ("build-list", "build-graph", "build-matrix", "build-fanout")
RESERVED = "DOWNLOAD_SOURCE"
"""The group that CodeBuild itself reads the buildspec in (docs/behaviour/codebuild.md §11.2)."""
_IDENTIFIER = re.compile(r"[A-Za-z0-9_]{1,127}")
"""CodeBuild answers so to others: https://github.com/aws/copilot-cli/pull/1673"""
MAX_NAMED = 20
"""So many tasks are named in a hint."""
_TASK = ("identifier", "buildspec", "debug-session", "env", "ignore-failure")
_ENV = ("compute-type", "fleet", "image", "privileged-mode", "type", "variables")


def check_batch(reader: Reader, node: Node) -> None:
    """Add the findings about a `batch` section to a buildspec's reader."""
    if is_null(node):
        reader.error(node, "120", "batch is empty", f"add one of {', '.join(KINDS)}, or take the section out")
        return
    table = reader.mapping(node, "batch")
    if table is None:
        return
    _known(reader, table, ("fast-fail", *KINDS), "batch")
    _flag(reader, table, "fast-fail")
    kinds = [key for key in table.keys() if key in KINDS]
    if len(kinds) != 1:
        what = f"has {' and '.join(kinds)}" if kinds else "has no builds"
        hint = "keep one of them" if kinds else f"add one of {', '.join(KINDS)}"
        reader.error(table, "120", f"batch {what}: it is one of {', '.join(KINDS)}", hint)
    for kind in kinds:
        value = table.get(kind)
        assert value is not None
        _SECTIONS[kind](reader, value)


def _known(reader: Reader, table: Mapping, allowed: tuple[str, ...], what: str) -> None:
    # Keys that CodeBuild has no use for are left alone, as far as anybody has seen (§1.10).
    reader.unknown_keys(table, allowed, what, tolerated="201")


def _flag(reader: Reader, table: Mapping, key: str) -> None:
    node = table.get(key)
    if node is not None:
        reader.boolean(node, key)


def _list(reader: Reader, node: Node) -> None:
    _tasks(reader, node, "build-list", ())


def _graph(reader: Reader, node: Node) -> None:
    tasks = _tasks(reader, node, "build-graph", ("depend-on",))
    needs: dict[str, tuple[str, ...]] = {}
    for name, task in tasks.items():
        needs[name] = tuple(_waits_for(reader, task, tasks))
    for circle in circles(needs):
        message = f"tasks wait for each other in a circle: {' → '.join(circle)}"
        reader.error(tasks[circle[0]], "124", message, "take one depend-on out")


def _waits_for(reader: Reader, task: Mapping, tasks: dict[str, Mapping]) -> list[str]:
    given = task.get("depend-on")
    if is_null(given):
        return []
    if isinstance(given, Scalar):
        message = "depend-on is one text: it counts as a list of one"
        reader.warning(given, "204", message, f"write `depend-on: [{given.text[:40]}]`")
    found = []
    for item in given.items if isinstance(given, Sequence) else (given,):
        name = reader.text(item, "depend-on")
        if name is None:
            continue
        if name not in tasks:
            close = reader.near(name, tasks)
            hint = f"did you mean {close}?" if close else f"tasks: {', '.join(islice(tasks, MAX_NAMED))}"
            reader.error(item, "123", f"depend-on names {name!r}, and no task has that identifier", hint)
        found.append(name)
    return found


def _tasks(reader: Reader, node: Node, what: str, more: tuple[str, ...]) -> dict[str, Mapping]:
    """{identifier: task} of a list or graph."""
    rows = None if is_null(node) else reader.sequence(node, what)
    if is_null(node) or (rows is not None and not rows.items):
        reader.error(node, "120", f"batch has no builds: {what} is empty", "add a task: `- identifier: name`")
    found: dict[str, Mapping] = {}
    for item in rows.items if rows else ():
        hint = f"write `- identifier: {item.text[:40]}`" if isinstance(item, Scalar) else ""
        task = reader.mapping(item, f"a task of {what}", hint)
        if task is None:
            continue
        _known(reader, task, (*_TASK, *more), "a task")
        for key in ("debug-session", "ignore-failure"):
            _flag(reader, task, key)
        _env(reader, task.get("env"))
        _text(reader, task, "buildspec")
        given = task.get("identifier")
        if is_null(given):
            reader.error(given or task, "121", "a task has no identifier", "add `identifier: name`")
            continue
        name = reader.text(given, "identifier")
        if name is not None and name in found:
            message = f"the identifier {name} is there twice: here and on line {found[name].line}"
            reader.error(given, "122", message, "rename one of the tasks")
        elif name is not None:
            _identifier(reader, name, given)
            found[name] = task
    return found


def _identifier(reader: Reader, name: str, node: Node | None) -> None:
    if _IDENTIFIER.fullmatch(name) is None:
        words = "must contain only alphanumeric characters and underscores and be less than 128 characters in length"
        valid = re.sub(r"[^A-Za-z0-9_]", "_", name)[:40] or "name"
        hint = f"write `identifier: {valid}`, and so in each depend-on"
        reader.error(node, "128", f"Build Identifiers {name[:140]} {words}", hint)
    elif name == RESERVED:
        message = f"{RESERVED} is the group of the build that reads the batch: no task can have it"
        reader.error(node, "128", message, "give the task another identifier")


def _text(reader: Reader, table: Mapping, key: str) -> None:
    node = table.get(key)
    if not is_null(node):
        reader.text(node, key)


def _env(reader: Reader, node: Node | None) -> None:
    table = None if node is None else reader.mapping(node, "env")
    if table is None:
        return
    _known(reader, table, _ENV, "env of a task")
    _flag(reader, table, "privileged-mode")
    if "compute-type" in table and "fleet" in table:
        hint = "keep one: a fleet has its own compute type"
        reader.error(table.key("fleet"), "125", "env has compute-type and fleet", hint)
    for key in ("compute-type", "fleet", "image", "type"):
        _text(reader, table, key)
    variables = None if is_null(table.get("variables")) else reader.mapping(table.get("variables"), "variables")
    for name, value in variables.items if variables is not None else ():
        if not isinstance(value, Scalar):
            hint = "write one text; lists of values belong into dynamic of a build-matrix"
            reader.error(value, "102", f"variables: {name.text} must be text", hint)


def _matrix(reader: Reader, node: Node) -> None:
    table = reader.mapping(node, "build-matrix")
    if table is None:
        return
    _known(reader, table, ("static", "dynamic"), "build-matrix")
    static, dynamic = table.get("static"), table.get("dynamic")
    if static is not None:
        fixed = reader.mapping(static, "static")
        if fixed is not None:
            _known(reader, fixed, ("ignore-failure", "env", "buildspec"), "static")
            _flag(reader, fixed, "ignore-failure")
            _env(reader, fixed.get("env"))
    if is_null(dynamic):
        hint = "add `dynamic:` with lists: builds are made of all their combinations"
        reader.error(dynamic or table, "126", "build-matrix has no dynamic part", hint)
        return
    moving = reader.mapping(dynamic, "dynamic")
    if moving is not None:
        _dynamic(reader, moving)


def _dynamic(reader: Reader, table: Mapping) -> None:
    _known(reader, table, ("buildspec", "env"), "dynamic")
    _choices(reader, table, ("buildspec",))
    given = table.get("env")
    env = None if given is None else reader.mapping(given, "env")
    if env is None:
        return
    _known(reader, env, _ENV, "env of dynamic")
    _choices(reader, env, ("compute-type", "fleet", "image", "type"))
    variables = env.get("variables")
    names = None if variables is None else reader.mapping(variables, "variables")
    if names is not None:
        _choices(reader, names, names.keys())


def _choices(reader: Reader, table: Mapping, keys: tuple[str, ...]) -> None:
    """Each of these keys, where it is there, holds a list with something in it."""
    for key in keys:
        value = table.get(key)
        if value is None:
            continue
        if isinstance(value, Scalar):
            message = f"{key} of dynamic is one text: it takes a list, and a build is made for each of its values"
            reader.error(value, "126", message, f"write `{key}: [{value.text[:40]}]`")
        elif isinstance(value, Sequence) and not value.items:
            reader.error(value, "126", f"{key} of dynamic is an empty list: no build comes of it", "name a value")
        else:
            reader.sequence(value, key)


def _fanout(reader: Reader, node: Node) -> None:
    table = reader.mapping(node, "build-fanout")
    if table is None:
        return
    _known(reader, table, ("parallelism", "ignore-failure"), "build-fanout")
    _flag(reader, table, "ignore-failure")
    given = table.get("parallelism")
    if given is None:
        reader.error(table, "127", "build-fanout has no parallelism", "add `parallelism: 5`, the number of builds")
        return
    number = reader.integer(given, "parallelism")
    if number is not None and number < 1:
        reader.error(given, "127", f"parallelism is {number}, not 1 or more", "write the number of builds")


_ENVIRONMENT = Part(keys=_ENV, what="env of a task", words={"vars": "variables", "privileged": "privileged-mode"})
_ONE_TASK = Part(
    keys=(*_TASK, "depend-on"),
    what="a task",
    words={"id": "identifier", "name": "identifier", "dependson": "depend-on", "needs": "depend-on"},
    due={"identifier": "121"},
    fits={"identifier": is_word, "env": is_table},
    below={"env": _ENVIRONMENT},
)
BATCH = Part(
    keys=("fast-fail", *KINDS),
    below={
        "build-list": _ONE_TASK,
        "build-graph": _ONE_TASK,
        "build-matrix": Part(
            keys=("static", "dynamic"),
            due={"dynamic": "126"},
            below={
                "static": Part(keys=("ignore-failure", "env", "buildspec"), below={"env": _ENVIRONMENT}),
                "dynamic": Part(keys=("buildspec", "env"), below={"env": _ENVIRONMENT}),
            },
        ),
        "build-fanout": Part(keys=("parallelism", "ignore-failure"), due={"parallelism": "127"}),
    },
)
"""What stands where in a `batch` section, for slips in keys."""
_SECTIONS = {"build-list": _list, "build-graph": _graph, "build-matrix": _matrix, "build-fanout": _fanout}
