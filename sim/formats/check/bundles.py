"""Whether the artifacts of a build hold what an AppSpec names: they are what CodePipeline gives to CodeDeploy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from posixpath import basename, dirname, join, normpath
from typing import Any

from sim.formats.buildspec import Artifacts, glob, select_artifacts
from sim.formats.check import shell
from sim.formats.check.appspec import text
from sim.formats.check.buildspec import Spec
from sim.formats.nodes import Mapping, Node, Scalar, inner
from sim.formats.nodes import Sequence as Rows

MAX_PATTERNS = 100
"""Of an artifact with more of them nothing is said."""
APPSPEC = "appspec.yml"
_PACKS = {"zip", "tar", "7z", "jar", "rsync"}
_SENDS = {"s3", "s3api", "deploy", "codepipeline", "cloudformation"}
"""Programs that make a bundle of their own, and parts of the AWS CLI that send one away."""
_PACKED = (".zip", ".tar", ".tgz", ".tar.gz")


@dataclass(frozen=True, slots=True)
class Packed:
    """One artifact of a build. `makes_files` says whether its commands may make any."""

    node: Node
    artifacts: Artifacts
    makes_files: bool
    commands: tuple[str, ...]
    table: Mapping
    """The section itself."""
    last: str = ""
    """Where a command can be added as the last one, for hints."""
    by_packages: bool = False
    """Whether all that its commands make is made by what package.json and its neighbours name."""

    def key(self, path: str) -> str | None:
        """The name of a file of the source in the artifact; None when it is not in it."""
        return next(iter(select_artifacts([path], self.artifacts)), None)

    def has(self, wanted: str, there: Iterable[str]) -> bool:
        """Whether it has, or may have, a file or folder of that name. `there`: files of the source."""
        there = tuple(there)
        for path in there:
            key = self.key(path)
            if key is not None and (key == wanted or key.startswith(f"{wanted}/")):
                return True
        base = self.artifacts.base_directory
        if self.makes_flat(wanted):
            return True
        if base and not self.makes_files:
            return False  # nothing comes to lie there but what is there already
        made = normpath(join(base or "", wanted))
        return self.key(made) == wanted or (not there and not self.artifacts.discard_paths and self._below(wanted))

    def makes_flat(self, wanted: str) -> bool:
        """Whether a file that the build may make comes to lie under that name, without its folders."""
        flat = self.makes_files and self.artifacts.discard_paths and "/" not in wanted
        return flat and any(glob(basename(pattern)).match(wanted) for pattern in self.artifacts.files)

    def _below(self, wanted: str) -> bool:
        """Whether a pattern may take something in a folder of that name, which a command may make."""
        for pattern in self.artifacts.files:
            fixed = normpath(pattern.replace("*", "?").partition("?")[0] or ".").lstrip("./")
            wild = "*" in pattern or "?" in pattern
            if f"{fixed}/".startswith(f"{wanted}/") or (wild and f"{wanted}/".startswith(fixed)):
                return True
        return False

    def _with(self, changes: dict[str, Any]) -> Packed:
        return replace(self, artifacts=replace(self.artifacts, **changes))

    def _keeps(self, path: str) -> bool:
        """Whether a file, or what lies in a folder with a slash at its end, is in it by its own name."""
        one = f"{path}x" if path.endswith("/") else path
        return self.key(one) == one

    def mend(self, missing: Sequence[str], place: str) -> tuple[int, str]:
        """(the line of the buildspec at `place` where it is mended, what to write there) so that it has them.

        `missing` are files, and folders with a slash at their end.
        """
        for changes, keys in _LESS:
            if all(self._with(changes)._keeps(path) for path in missing):
                line = self._line(keys[0])
                return line, f"in {place}, line {line}, {', and '.join(self._out(key, line) for key in keys)}"
        base = self.artifacts.base_directory
        unflat = self._with({"discard_paths": False})
        lacking = [path for path in missing if not unflat._keeps(path)]
        nested = self.artifacts.discard_paths and any("/" in path for path in missing)
        line = self._line("files")
        flat = f"; and {self._out('discard-paths', line)}" if nested else ""
        if base and any(f"{path.rstrip('/')}/".startswith(f"{base}/") for path in missing):
            start = self._line("base-directory")
            out = f"take `base-directory: {base}` out, as the AppSpec names {base} itself"
            entries = self._entries(lacking, start).replace(" to `files`", " in place of what stands in `files`")
            return start, f"in {place}, line {start}, {out}, and write {entries}{flat}"
        if base:
            copied = " ".join(path.rstrip("/") or "." for path in missing)
            way = f"add the command `cp -r {copied} {base}/` to {place}{self.last}"
            return self._line("base-directory"), f"only files of the base-directory {base} are taken: {way}{flat}"
        return line, f"in {place}, line {line}, add {self._entries(lacking, line)}{flat}"

    def take_all(self, place: str) -> tuple[int, str]:
        """The same where it is to hold everything."""
        line = self._line("files")
        base = self.artifacts.base_directory
        out = "" if base is None else f", and take `base-directory: {base}`{self._on('base-directory', line)} out"
        return line, f"in {place}, line {line}, write `- '**/*'` as the only entry of `files`{out}"

    def _entries(self, paths: Sequence[str], line: int) -> str:
        names = [f"{path}**/*" if path.endswith("/") else path for path in paths]
        given = self.table.get("files")
        in_brackets = isinstance(given, Rows) and bool(given.items) and given.items[0].line == self._line("files")
        of = f" of {self.node.text}" if isinstance(self.node, Scalar) else ""
        entries = [f"`'{name}'`" if in_brackets else f"`- {name}`" for name in names]
        return f"{' and '.join(entries)} to `files`{of}{self._on('files', line)}"

    def _out(self, key: str, line: int) -> str:
        """How a key is taken out, or less is written there."""
        if key == "discard-paths":
            given = text(self.table.get(key))
            return f"take `{key}: {given}`{self._on(key, line)} out, as names with folders are lost with it"
        return f"take what fits it out of `{key}`{self._on(key, line)}"

    def _on(self, key: str, line: int) -> str:
        return "" if self._line(key) == line else f" on line {self._line(key)}"

    def _line(self, key: str) -> int:
        return (self.table.key(key) or self.node).line


def packed(root: Mapping) -> list[Packed] | None:
    """The artifacts of a buildspec; None when nothing can be known of what is in them."""
    spec = Spec.of(root)
    commands = tuple(command.text for _, command in spec.commands)
    if any(_packs(words) for command in commands for words in shell.steps(command)):
        return None
    makers = [command for command in commands if not shell.makes_nothing(command)]
    by_packages = all(words[0] in _NODE for command in makers for words in shell.steps(command))
    last = f", in {spec.commands[-1][0]} after line {spec.commands[-1][1].line}" if spec.commands else ""
    found = []
    for node, table in _tables(spec):
        artifacts = _artifacts(table)
        if artifacts is None:
            return None
        if artifacts.files:
            found.append(Packed(node, artifacts, bool(makers), commands, table, last, by_packages))
    return found


_LESS: tuple[tuple[dict[str, Any], tuple[str, ...]], ...] = (
    ({"exclude_paths": ()}, ("exclude-paths",)),
    ({"discard_paths": False}, ("discard-paths",)),
    ({"exclude_paths": (), "discard_paths": False}, ("exclude-paths", "discard-paths")),
)
"""What may be left out of an artifact's section so that it holds more: (what it is then, the keys)."""
_NODE = {"npm", "npx", "yarn", "pnpm", "tsc", "vite", "webpack", "ng", "cd", "echo"}
"""Programs that make of the sources what the files below say."""
CONFIGURED = (
    "package.json",
    "webpack.config.js",
    "webpack.prod.js",
    "vite.config.js",
    "vite.config.ts",
    "gulpfile.js",
    "Gruntfile.js",
    "angular.json",
)
"""Files that say what those programs make."""


def _packs(words: Sequence[str]) -> bool:
    """Whether a command may make or send a bundle that is not the build's artifact."""
    return basename(words[0]) in _PACKS or (words[0] == "aws" and words[1:2] != [] and words[1] in _SENDS)


def _tables(spec: Spec) -> Iterator[tuple[Node, Mapping]]:
    table = spec.table("artifacts")
    if table is not None:
        yield spec.root.key("artifacts") or table, table
    secondary = spec.table("artifacts", "secondary-artifacts")
    for key, value in secondary.items if secondary is not None else ():
        if isinstance(value, Mapping):
            yield key, value


def _artifacts(table: Mapping) -> Artifacts | None:
    """What a section names; None where that is known to the build alone."""
    files, excluded = _texts(table.get("files")), _texts(table.get("exclude-paths"))
    base = text(table.get("base-directory"))
    unknown = any("$" in one for one in (*files, *excluded, base)) or "*" in base or "?" in base
    if unknown or len(files) + len(excluded) > MAX_PATTERNS or any(one.endswith(_PACKED) for one in files):
        return None
    flat = text(table.get("discard-paths")).lower() in ("yes", "true")
    return Artifacts(files, None, flat, normpath(base) if base.strip("./") else None, excluded)


def _texts(node: Node | None) -> tuple[str, ...]:
    items = node.items if isinstance(node, Rows) else (node,)
    return tuple(item.text for item in items if isinstance(item, Scalar) and text(item))


def folder_of(path: str, is_folder: bool = False) -> str:
    """What to name in a hint: a folder, with a slash at its end, or a file that lies in none."""
    if is_folder and not dirname(path):
        return f"{path}/"
    return f"{dirname(path)}/" if dirname(path) else basename(path)


def deploys_a_source(root: Mapping) -> bool:
    """Whether a pipeline, of a declaration or of a template, gives CodeDeploy what a source action puts out."""
    inputs: set[str] = set()
    sources: set[str] = set()
    below: list[Node] = [root]
    while below:
        node = below.pop()
        kind = _any(node, "ActionTypeId") if isinstance(node, Mapping) else None
        if isinstance(node, Mapping) and kind is not None:
            if text(_any(kind, "Provider")) == "CodeDeploy":
                inputs.update(text(_any(row, "Name")) for row in _rows(_any(node, "InputArtifacts")))
            elif text(_any(kind, "Category")) == "Source":
                sources.update(text(_any(row, "Name")) for row in _rows(_any(node, "OutputArtifacts")))
        else:
            below += inner(node)
    return bool(inputs & sources)


def _rows(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Rows) else ()


def _any(node: Node | None, key: str) -> Node | None:
    """The value of a key as templates spell it, or as declarations do."""
    if not isinstance(node, Mapping):
        return None
    return node.get(key) or node.get(key[:1].lower() + key[1:])
