"""The files of a build: what its sources brought, and what its commands are said to have made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from posixpath import join, normpath

from sim.formats.buildspec import Artifacts, select_artifacts

STAND_IN = "placeholder"
_THERE = ("/", "/codebuild", "/codebuild/output", "/etc", "/home", "/opt", "/root", "/tmp", "/usr", "/var")
"""Directories of every build image."""


class Workspace:
    """Files by absolute path. `root` is CODEBUILD_SRC_DIR; relative paths start there."""

    def __init__(self, root: str):
        self.root = root
        self.files: dict[str, bytes] = {}
        self.directories: dict[str, None] = {root: None}
        self.produced = False
        """Some rule said what a command of this build makes."""

    def put(self, files: Mapping[str, bytes], directory: str) -> None:
        """The files of a source, below a directory."""
        self.directories[directory] = None
        for path, content in files.items():
            self.write(join(directory, path), content)

    def write(self, path: str, content: bytes) -> None:
        path = normpath(join(self.root, path))
        self.files[path] = content
        while "/" in path[1:]:
            path = path.rpartition("/")[0]
            if path in self.directories:
                return
            self.directories[path] = None

    def is_directory(self, path: str) -> bool:
        return path in self.directories or path in _THERE

    def holds(self, path: str) -> bool:
        """Whether the path lies where sources are put, and so is known to be there or not."""
        return path.startswith("/codebuild/output/")

    def inside(self, directory: str) -> dict[str, bytes]:
        """{path below the directory: content}."""
        start = f"{directory}/"
        return {path[len(start) :]: content for path, content in self.files.items() if path.startswith(start)}

    def produce(self, produces: Mapping[str, str | None], origin: str) -> None:
        """What a rule says a command makes: a path with its text, or a pattern, for which one file stands."""
        for pattern, text in produces.items():
            content = f"made by {origin}\n" if text is None else text
            self.write(stand_in(pattern), content.encode())

    def assume(self, artifacts: Artifacts, origin: str) -> list[str]:
        """Put there what `artifacts` names and nothing made, one file for a pattern; the paths of those files."""
        base, wanted = self._based(artifacts)
        made = []
        for pattern in artifacts.files:
            one = replace(wanted, files=(pattern,), exclude_paths=(), discard_paths=False)
            if select_artifacts(self.inside(base), one):
                continue
            path = normpath(join(base, stand_in(wanted.base_directory or ""), stand_in(pattern)))
            if path not in self.directories:
                self.write(path, f"assumed to be made from {origin}\n".encode())
                made.append(path)
        return made

    def select(self, artifacts: Artifacts) -> dict[str, bytes]:
        """{path inside the artifact: content} of what the section chooses."""
        base, wanted = self._based(artifacts)
        files = self.inside(base)
        return {path: files[source] for path, source in select_artifacts(files, wanted).items()}

    def unmatched(self, artifacts: Artifacts) -> list[str]:
        """The entries of `files` that choose nothing."""
        base, wanted = self._based(artifacts)
        files = self.inside(base)
        return [
            pattern for pattern in artifacts.files if not select_artifacts(files, replace(wanted, files=(pattern,)))
        ]

    def _based(self, artifacts: Artifacts) -> tuple[str, Artifacts]:
        """A base directory may be absolute, as `$CODEBUILD_SRC_DIR_other` is."""
        base = artifacts.base_directory or ""
        if base.startswith("/"):
            directory = normpath(base)
            if directory == self.root or directory.startswith(f"{self.root}/"):
                below = directory[len(self.root) + 1 :]
                return self.root, replace(artifacts, base_directory=below or None)
            return directory, replace(artifacts, base_directory=None)
        return self.root, artifacts


def stand_in(pattern: str) -> str:
    """One path that the pattern matches; a path without signs is its own.

    >>> stand_in("dist/**/*"), stand_in("target/*.jar"), stand_in("app.zip")
    ('dist/placeholder', 'target/placeholder.jar', 'app.zip')
    """
    parts = [part for part in pattern.split("/") if part not in (".", "")]
    kept = [part for part in parts[:-1] if part != "**"] + parts[-1:]
    path = "/".join(part.replace("**", "*").replace("*", STAND_IN).replace("?", "x") for part in kept)
    return f"/{path}" if pattern.startswith("/") else path


def listed(paths: Iterable[str], limit: int = 5) -> str:
    """Some paths on one line."""
    paths = list(paths)
    more = f" and {len(paths) - limit} more" if len(paths) > limit else ""
    return ", ".join(paths[:limit]) + more
