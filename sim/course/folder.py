"""A learner's folder: the notebooks of the course as .ipynb, kept up to date, and never over anybody's work.

A manifest in the folder remembers what was written there. A notebook that nobody touched may be replaced by a newer
one; one that was only run, or changed, is the learner's own: its new version comes only when asked for, and beside it
where anything was changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from sim.core.problems import UsageError
from sim.course.notebooks import SUFFIX, Notebook

MANIFEST = ".codesuite-course.json"
"""Hidden, so that JupyterLab does not list it among the notebooks."""


class State(StrEnum):
    """How a notebook in the folder stands to the one that comes along."""

    NEW = "new"
    """It is not there."""
    CURRENT = "current"
    """What is there was made of the very version that comes along, whatever was done to it since."""
    OUTDATED = "outdated"
    """An older version, and nobody has touched it."""
    RUN = "run"
    """An older version that was run: its outputs are new, its cells are as they came."""
    CHANGED = "changed"
    """An older version whose cells were changed, or a file of that name that did not come from here."""


@dataclass(frozen=True, slots=True)
class Written:
    """What the manifest remembers of a notebook, as SHA-256: the text it was made of, the file, its cells alone."""

    text: str
    file: str
    cells: str


@dataclass(slots=True)
class Delivery:
    """What came of bringing a folder up to date: names of files, in the order of the course."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    beside: list[tuple[str, str]] = field(default_factory=list)
    """(the learner's own, the new version beside it)"""
    waiting: list[tuple[str, State]] = field(default_factory=list)
    """Newer versions that were not brought, as the learner's own are there: RUN or CHANGED."""


class Folder:
    """The folder of one learner. Raises UsageError when `path` cannot be one."""

    def __init__(self, path: Path):
        self.path = path
        if path.exists() and not path.is_dir():
            raise UsageError(f"{path} is a file; name a folder, which is made if it is not there")
        self._manifest = self._read_manifest()

    def state(self, notebook: Notebook) -> State:
        """How the notebook of that name in the folder stands to this one."""
        path = self.path / notebook.file_name
        if not path.exists():
            return State.NEW
        written = self._manifest.get(notebook.file_name)
        content = path.read_bytes()
        if written is None:
            return State.CURRENT if _digest(content) == _digest(notebook.ipynb().encode()) else State.CHANGED
        if written.text == _digest(notebook.text.encode()):
            return State.CURRENT
        if written.file == _digest(content):
            return State.OUTDATED
        return State.RUN if written.cells == _digest_of_cells(content) else State.CHANGED

    def bring(self, notebooks: Iterable[Notebook], update: bool = False) -> Delivery:
        """Write what is missing and replace what nobody touched; with `update`, also bring the new versions of what
        the learner has run (in its place) or changed (beside it). Where nothing is to be written, nothing is: such a
        folder may be read-only. Raises UsageError where it may not be written to, OSError where it cannot."""
        delivery = Delivery()
        before = dict(self._manifest)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            try:
                for notebook in notebooks:
                    self._bring(notebook, update, delivery)
            finally:  # what was written before a disk is full is remembered all the same
                if self._manifest != before:
                    self._write_manifest()
        except PermissionError as error:
            mend = "name a folder that is yours, such as: codesuite lab ~/codesuite-course"
            raise UsageError(f"you may not write to {error.filename or self.path}; {mend}") from None
        return delivery

    def _bring(self, notebook: Notebook, update: bool, delivery: Delivery) -> None:
        name = notebook.file_name
        state = self.state(notebook)
        if state is State.NEW:
            self._write(notebook, name)
            delivery.added.append(name)
        elif state is State.OUTDATED or (state is State.RUN and update):
            self._write(notebook, name)
            delivery.updated.append(name)
        elif state is State.CHANGED and update:
            free = self._free_name(notebook)
            self._write(notebook, free)
            self._remember(notebook, name)
            delivery.beside.append((name, free))
        elif state is State.CURRENT:
            if name not in self._manifest:
                self._remember(notebook, name)
        else:
            delivery.waiting.append((name, state))

    def _free_name(self, notebook: Notebook) -> str:
        number = 1
        while (self.path / (name := f"{notebook.name}-new{'' if number == 1 else f'-{number}'}{SUFFIX}")).exists():
            number += 1
        return name

    def _write(self, notebook: Notebook, name: str) -> None:
        """Whole or not at all: a learner never finds half a notebook."""
        part = self.path / f".{name}.part"
        part.write_text(notebook.ipynb(), encoding="utf-8")
        part.replace(self.path / name)
        if name == notebook.file_name:
            self._remember(notebook, name)

    def _remember(self, notebook: Notebook, name: str) -> None:
        made = notebook.ipynb().encode()
        self._manifest[name] = Written(_digest(notebook.text.encode()), _digest(made), _digest_of_cells(made))

    def _read_manifest(self) -> dict[str, Written]:
        path = self.path / MANIFEST
        if not path.exists():
            return {}
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            return {str(name): Written(**entry) for name, entry in document["notebooks"].items()}
        except (ValueError, TypeError, KeyError, AttributeError):
            mend = "delete it: then every notebook there counts as your own, and none is touched"
            raise UsageError(f"{path} cannot be read as it was written; {mend}") from None

    def _write_manifest(self) -> None:
        document = {"notebooks": {name: asdict(entry) for name, entry in sorted(self._manifest.items())}}
        (self.path / MANIFEST).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest_of_cells(content: bytes) -> str:
    """Of the cells' kinds and texts, without outputs: what a learner has written. A file that is no notebook has one
    of its own."""
    try:
        cells: list[Any] = json.loads(content)["cells"]
        return _digest(json.dumps([[cell["cell_type"], "".join(cell["source"])] for cell in cells]).encode())
    except (ValueError, TypeError, KeyError):
        return _digest(content)
