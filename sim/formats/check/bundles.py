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

    def hint(self, missing: Sequence[str]) -> str:
        """What to write so that it has them: files, and folders with a slash at their end."""
        base = self.artifacts.base_directory
        for changes, way in _LESS:
            if all(self._with(changes)._keeps(path) for path in missing):
                return way
        unflat = self._with({"discard_paths": False})
        lacking = [path for path in missing if not unflat._keeps(path)]
        entries = [f"`- {path}**/*`" if path.endswith("/") else f"`- {path}`" for path in lacking]
        nested = self.artifacts.discard_paths and any("/" in path for path in missing)
        flat = f"; and take `discard-paths` out, as {_FLAT}" if nested else ""
        if base and any(f"{path.rstrip('/')}/".startswith(f"{base}/") for path in missing):
            out = f"take `base-directory: {base}` out, as the AppSpec names {base} itself"
            return f"{out}, and list {' and '.join(entries)} as its `files`{flat}"
        if base:
            copied = " ".join(path.rstrip("/") or "." for path in missing)
            way = f"add the command `cp -r {copied} {base}/` before"
            return f"only files of the base-directory {base} are taken: {way}{flat}"
        return f"add {' and '.join(entries)} to its `files`{flat}"


def packed(root: Mapping) -> list[Packed] | None:
    """The artifacts of a buildspec; None when nothing can be known of what is in them."""
    spec = Spec.of(root)
    commands = tuple(command.text for _, command in spec.commands)
    if any(_packs(words) for command in commands for words in shell.steps(command)):
        return None
    makers = [command for command in commands if not shell.makes_nothing(command)]
    by_packages = all(words[0] in _NODE for command in makers for words in shell.steps(command))
    found = []
    for node, table in _tables(spec):
        artifacts = _artifacts(table)
        if artifacts is None:
            return None
        if artifacts.files:
            found.append(Packed(node, artifacts, bool(makers), commands, by_packages))
    return found


_FLAT = "names with folders are lost with it"
_LESS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"exclude_paths": ()}, "take what fits it out of `exclude-paths` there"),
    ({"discard_paths": False}, f"take `discard-paths` out there: {_FLAT}"),
    (
        {"exclude_paths": (), "discard_paths": False},
        f"take what fits it out of `exclude-paths` there, and take `discard-paths` out: {_FLAT}",
    ),
)
"""What may be left out of an artifact's section so that it holds more, and how a hint says so."""
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
