"""Files of one folder held against each other: what one names, and another should be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from posixpath import basename, dirname, join, normpath

from sim.core.problems import Problem
from sim.formats.appspec import appspec_at
from sim.formats.buildspec import glob
from sim.formats.check import shell
from sim.formats.check.appspec import rows, scripts, text
from sim.formats.check.buildspec import Spec
from sim.formats.check.files import parents, tree
from sim.formats.check.reading import Checked
from sim.formats.check.roles import from_stores
from sim.formats.check.template import Found, get
from sim.formats.install import InstallError, copies_of, places, rights
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Scalar
from sim.formats.nodes import Sequence as Rows

MAX_NAMES = 200
"""So many paths of a file are looked up."""
OUTPUTS = ("target", "build", "dist", "out", "bin", "node_modules", "publish", "public")
"""Folders into which builds write."""
DEFAULT = "buildspec.yml"
"""The buildspec of a project that names none."""
ROOT = "paths start at the folder of the AppSpec, which is the bundle's root"


def check_across(checked: Sequence[Checked], folder: Path) -> list[Problem]:
    """What files of a folder get wrong about each other."""
    found = _Folder(checked, folder)
    problems: list[Problem] = []
    for one in checked:
        if not isinstance(one.root, Mapping):
            continue
        if one.kind == "appspec" and "os" in one.root:
            problems += _appspec(found, one, one.root)
        elif one.kind == "buildspec":
            problems += _buildspec(found, one, one.root)
        elif one.kind == "template":
            problems += _template(found, one, one.root)
    return problems


def _warning(node: Node, code: str, message: str, hint: str) -> Problem:
    return Problem(node.path, node.line, node.column, "warning", code, message, hint)


class _Builds:
    """Some buildspecs together: what they may make."""

    def __init__(self, roots: Sequence[Mapping]):
        commands = [command.text for root in roots for _, command in Spec.of(root).commands]
        self.commands = "\n".join(command[: shell.MAX_COMMAND] for command in commands)
        self.may_write = any(not shell.makes_nothing(command) for command in commands)
        """Whether some command may write files, as far as can be told."""
        self.flattens = any(_flattens(root) for root in roots)
        """Whether some artifact has all its files in one folder."""

    def mention(self, name: str) -> bool:
        return bool(name) and re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", self.commands) is not None

    def may_make(self, path: str) -> bool:
        """Whether they may make a file: commands that name it, or write into a folder where builds write."""
        first = path.partition("/")[0]
        return self.mention(basename(path)) or self.mention(first) or (first in OUTPUTS and self.may_write)


def _flattens(root: Mapping) -> bool:
    artifacts = root.get("artifacts")
    return isinstance(artifacts, Mapping) and text(artifacts.get("discard-paths")).lower() in ("yes", "true")


@dataclass
class _Folder:
    """A folder with its files, of which all paths are known once somebody asks."""

    checked: Sequence[Checked]
    folder: Path

    @cached_property
    def files(self) -> set[str]:
        return tree(self.folder)

    @cached_property
    def folders(self) -> set[str]:
        return parents(self.files)

    @cached_property
    def names(self) -> dict[str, list[str]]:
        """{the name of a file: its paths, in order}"""
        found: dict[str, list[str]] = {}
        for path in sorted(self.files):
            found.setdefault(basename(path), []).append(path)
        return found

    @cached_property
    def buildspecs(self) -> list[tuple[str, Mapping]]:
        """(the folder it lies in, its root) of every buildspec."""
        return [
            (self.base(one), one.root)
            for one in self.checked
            if one.kind == "buildspec" and isinstance(one.root, Mapping)
        ]

    def buildspec(self, base: str, path: str) -> Mapping | None:
        """The buildspec that a path leads to from a folder, or from the nearest one around it."""
        if not path or not self.buildspecs:
            return None
        return next(
            (self._specs[there] for start in around(base) if (there := normpath(join(start, path))) in self._specs),
            None,
        )

    @cached_property
    def _specs(self) -> dict[str, Mapping]:
        """{the path of a buildspec: its root}"""
        return {
            one.path.relative_to(self.folder).as_posix(): one.root
            for one in self.checked
            if one.kind == "buildspec" and isinstance(one.root, Mapping)
        }

    def builds(self, base: str) -> _Builds:
        """The builds that may make what lies in a folder: their buildspecs lie in it, below it, or around it."""
        if base not in self._builds:
            outside = set(around(base))
            roots = [root for start, root in self.buildspecs if start in outside or start.startswith(f"{base}/")]
            self._builds[base] = _Builds(roots)
        return self._builds[base]

    @cached_property
    def _builds(self) -> dict[str, _Builds]:
        return {}

    def base(self, one: Checked) -> str:
        """The folder a file lies in, from this folder; "" for this folder itself."""
        base = one.path.relative_to(self.folder).parent.as_posix()
        return "" if base == "." else base

    def has(self, base: str, path: str) -> bool:
        """Whether a path leads to something from a folder, or from one around it: which is the root is not known."""
        return any(self._has(join(start, path)) for start in around(base))

    def _has(self, path: str) -> bool:
        path = normpath(path)
        return path in self.files or path in self.folders or path == "."


def around(base: str) -> list[str]:
    """A folder and all folders around it, up to "" for the one that was given."""
    parts = base.split("/") if base else []
    return ["/".join(parts[:length]) for length in range(len(parts), -1, -1)]


# AppSpecs: what they name is in the bundle


def _appspec(folder: _Folder, one: Checked, root: Mapping) -> Iterator[Problem]:
    base = folder.base(one)
    for event, node in islice(scripts(root), MAX_NAMES):
        if not _is_bundled(folder, base, node.text):
            message = f"{event.text} runs {node.text}, and no such file is there"
            yield _warning(node, "AP301", message, _near(folder, base, node.text) or ROOT)
    for row in rows(root.get("files"))[:MAX_NAMES]:
        given = row.get("source")
        source = text(given)
        if given is not None and source.strip("/\\") and not _is_bundled(folder, base, source):
            message = f"files copies {source}, and no such file or folder is there: Install fails"
            yield _warning(given, "AP302", message, _near(folder, base, source) or ROOT)
    yield from _install(folder, one, root)


def _install(folder: _Folder, one: Checked, root: Mapping) -> Iterator[Problem]:
    """Whether Install can do what is asked, as far as the files are there already."""
    appspec = appspec_at(root, str(one.path))
    if appspec is None or appspec.os != "linux":
        return
    base = folder.base(one)
    start = f"{base}/" if base else ""
    files = [path.removeprefix(start) for path in sorted(folder.files) if path.startswith(start)]
    try:
        plan = places(files, [mapping for mapping in appspec.files if copies_of(files, mapping)])
        rights(plan, appspec.permissions)
    except InstallError as fault:
        node = root.get("permissions" if "permissions" in root else "files") or root
        yield _warning(node, "AP303", f"Install fails: {fault}", "each path once, and patterns for folders only")


def _is_bundled(folder: _Folder, base: str, path: str) -> bool:
    """Whether a path of an AppSpec is in the folder, or a build may put it into the bundle."""
    path = path.replace("\\", "/").lstrip("/")
    if "{" in path or "$" in path or not path:
        return True
    if folder.has(base, path):
        return True
    builds = folder.builds(base)
    if builds.flattens and basename(path) in folder.names:
        return True
    if dirname(path) and folder.has(base, dirname(path)):
        return builds.mention(basename(path))  # its folder is kept here: that a build names the folder is no sign
    return builds.may_make(normpath(path))


def _near(folder: _Folder, base: str, path: str) -> str:
    """A hint at a file of the same name elsewhere."""
    name = basename(normpath(path.replace("\\", "/")))
    there = folder.names.get(name)
    if not there:
        return ""
    inside = there[0].removeprefix(f"{base}/") if base else there[0]
    return f"did you mean {inside}?"


# Buildspecs: artifacts are made by somebody, files of batch tasks are there


def _buildspec(folder: _Folder, one: Checked, root: Mapping) -> Iterator[Problem]:
    spec = Spec.of(root, one.name)
    base = folder.base(one)
    yield from _artifacts(folder, base, spec)
    for key in ("build-list", "build-graph"):
        batch = spec.table("batch")
        for row in rows(batch.get(key) if batch is not None else None):
            node = row.get("buildspec")
            name = text(node)
            if isinstance(node, Scalar) and name and "$" not in name and not name.startswith("arn:"):
                if not folder.has(base, name):
                    message = f"the task's buildspec {name} is not there"
                    yield _warning(node, "BS302", message, "paths start at the root of the source")


def _artifacts(folder: _Folder, start: str, spec: Spec) -> Iterator[Problem]:
    commands = [command.text for _, command in spec.commands]
    if not all(shell.makes_nothing(command) for command in commands):
        return
    tables = [spec.table("artifacts")]
    secondary = spec.table("artifacts", "secondary-artifacts")
    tables += [value for _, value in secondary.items if isinstance(value, Mapping)] if secondary is not None else []
    for table in tables:
        if table is None:
            continue
        base = normpath(text(table.get("base-directory")) or ".").lstrip("/")
        given = table.get("files")
        for item in given.items[:MAX_NAMES] if isinstance(given, Rows) else (given,):
            if isinstance(item, Scalar) and text(item) and not _is_there(folder, start, base, item.text):
                message = f"no command makes {item.text}, and it is not in the folder: the build fails at the upload"
                yield _warning(item, "BS301", message, "add the command that makes it, or name what is there")


def _is_there(folder: _Folder, start: str, base: str, pattern: str) -> bool:
    if "$" in pattern or "$" in base or pattern.startswith("/"):
        return True
    if base != ".":
        pattern = f"{base}/{pattern}"
    pattern = normpath(pattern.removeprefix("./"))
    if pattern in ("", ".", "/"):
        return True
    patterns = [glob(normpath(join(root, pattern))) for root in around(start)]
    return any(one.match(path) for one in patterns for path in folder.files)


# Templates: files they name are there


def _template(folder: _Folder, one: Checked, root: Mapping) -> Iterator[Problem]:
    resources = root.get("Resources")
    base = folder.base(one)
    yield from _stores(folder, base, Found.of(one.name, one.text, root))
    for _, resource in resources.items if isinstance(resources, Mapping) else ():
        properties = resource.get("Properties") if isinstance(resource, Mapping) else None
        kind = text(resource.get("Type")) if isinstance(resource, Mapping) else ""
        if not isinstance(properties, Mapping):
            continue
        if kind == "AWS::CodeBuild::Project":
            yield from _named_buildspec(folder, base, properties)
        elif kind == "AWS::CloudFormation::Stack":
            node = properties.get("TemplateURL")
            url = text(node) if node is not None and function(node) is None else ""
            if node is not None and url and "://" not in url and not folder.has(base, url):
                message = f"the nested template {url} is not there"
                yield _warning(node, "CF312", message, "paths start at the folder of this template")


def _stores(folder: _Folder, base: str, template: Found) -> Iterator[Problem]:
    """What the buildspecs of projects take from a store, and the projects' roles may not."""
    for name, properties in template.of_type("AWS::CodeBuild::Project"):
        node = get(properties, "Source", "BuildSpec")
        path = text(node) if node is not None and function(node) is None else "" if node is not None else DEFAULT
        root = folder.buildspec(base, path)
        if root is not None:
            yield from from_stores(template, name, properties, root)


def _named_buildspec(folder: _Folder, base: str, properties: Mapping) -> Iterator[Problem]:
    source = properties.get("Source")
    node = source.get("BuildSpec") if isinstance(source, Mapping) else None
    path = text(node) if node is not None and function(node) is None else ""
    if node is None or not re.fullmatch(r"[\w./-]+\.(ya?ml|json)", path) or not folder.buildspecs:
        # Without any buildspec in the folder, the source of the build is somewhere else.
        return
    if not folder.has(base, path):
        there = sorted(
            one.path.relative_to(folder.folder).as_posix() for one in folder.checked if one.kind == "buildspec"
        )
        near = [name for name in there if basename(name) == basename(path)] or there
        message = f"the project's buildspec {path} is not there"
        yield _warning(node, "CF311", message, f"did you mean {near[0]}?")


__all__ = ["check_across"]
