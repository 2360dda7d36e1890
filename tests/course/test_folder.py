"""A learner's folder is brought up to date, and nothing of theirs is ever lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.problems import UsageError
from sim.course.folder import MANIFEST, Folder, State
from sim.course.notebooks import Notebook


def notebook(name: str, says: str = "1") -> Notebook:
    return Notebook(name, f"# %% [markdown]\n# # {name}\n\n# %%\nprint({says})\n")


OLD = [notebook("00_start"), notebook("01_push")]
NEWER = [notebook("00_start", "2"), notebook("01_push", "2")]


def run(path: Path) -> str:
    """What JupyterLab leaves after a run: outputs, a count; no cell is another."""
    return edit(path, lambda cell: cell.update(execution_count=1, outputs=[]))


def change(path: Path, text: str = "print('mine')") -> str:
    return edit(path, lambda cell: cell.update(source=text))


def edit(path: Path, how: Any) -> str:
    document = json.loads(path.read_text(encoding="utf-8"))
    for cell in document["cells"]:
        if cell["cell_type"] == "code":
            how(cell)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path.read_text(encoding="utf-8")


def test_an_empty_folder_gets_the_course_and_nothing_else(tmp_path: Path) -> None:
    delivery = Folder(tmp_path / "deep" / "course").bring(OLD)
    assert delivery.added == ["00_start.ipynb", "01_push.ipynb"]
    there = sorted(path.name for path in (tmp_path / "deep" / "course").iterdir())
    assert there == [MANIFEST, "00_start.ipynb", "01_push.ipynb"]


def test_what_is_there_already_is_left_in_peace(tmp_path: Path) -> None:
    Folder(tmp_path).bring(OLD)
    mine = change(tmp_path / "00_start.ipynb")
    delivery = Folder(tmp_path).bring(OLD)
    assert (delivery.added, delivery.updated, delivery.beside, delivery.waiting) == ([], [], [], [])
    assert (tmp_path / "00_start.ipynb").read_text(encoding="utf-8") == mine


def test_a_newer_version_replaces_what_nobody_touched(tmp_path: Path) -> None:
    Folder(tmp_path).bring(OLD)
    delivery = Folder(tmp_path).bring(NEWER)
    assert delivery.updated == ["00_start.ipynb", "01_push.ipynb"]
    assert "print(2)" in (tmp_path / "01_push.ipynb").read_text(encoding="utf-8")


def test_what_was_run_or_changed_waits_until_it_is_asked_for(tmp_path: Path) -> None:
    Folder(tmp_path).bring(OLD)
    ran, changed = run(tmp_path / "00_start.ipynb"), change(tmp_path / "01_push.ipynb")

    delivery = Folder(tmp_path).bring(NEWER)
    assert delivery.waiting == [("00_start.ipynb", State.RUN), ("01_push.ipynb", State.CHANGED)]
    assert (tmp_path / "00_start.ipynb").read_text(encoding="utf-8") == ran

    delivery = Folder(tmp_path).bring(NEWER, update=True)
    assert delivery.updated == ["00_start.ipynb"]
    assert delivery.beside == [("01_push.ipynb", "01_push-new.ipynb")]
    assert (tmp_path / "01_push.ipynb").read_text(encoding="utf-8") == changed
    assert "print(2)" in (tmp_path / "01_push-new.ipynb").read_text(encoding="utf-8")

    delivery = Folder(tmp_path).bring(NEWER, update=True)
    assert (delivery.updated, delivery.beside, delivery.waiting) == ([], [], []), "it is brought once"


def test_a_file_of_the_same_name_that_came_from_elsewhere_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "00_start.ipynb").write_text("no notebook at all", encoding="utf-8")
    (tmp_path / "00_start-new.ipynb").write_text("nor this", encoding="utf-8")
    assert Folder(tmp_path).bring(OLD).waiting == [("00_start.ipynb", State.CHANGED)]
    assert Folder(tmp_path).bring(OLD, update=True).beside == [("00_start.ipynb", "00_start-new-2.ipynb")]
    assert (tmp_path / "00_start.ipynb").read_text(encoding="utf-8") == "no notebook at all"
    assert (tmp_path / "00_start-new.ipynb").read_text(encoding="utf-8") == "nor this"


def test_who_deletes_a_notebook_gets_a_fresh_one(tmp_path: Path) -> None:
    Folder(tmp_path).bring(OLD)
    (tmp_path / "01_push.ipynb").unlink()
    assert Folder(tmp_path).bring(OLD).added == ["01_push.ipynb"]


def test_a_lost_manifest_costs_nobody_anything(tmp_path: Path) -> None:
    Folder(tmp_path).bring(OLD)
    mine = change(tmp_path / "00_start.ipynb")
    (tmp_path / MANIFEST).unlink()
    delivery = Folder(tmp_path).bring(OLD)
    assert delivery.waiting == [("00_start.ipynb", State.CHANGED)]
    assert (tmp_path / "00_start.ipynb").read_text(encoding="utf-8") == mine


@pytest.mark.parametrize("text", ["", "{", "[]", '{"notebooks": {"a": {"b": 1}}}', '{"notebooks": 3}', "\ufffe"])
def test_a_broken_manifest_is_said_and_how_to_mend_it(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text, encoding="utf-16")
    with pytest.raises(UsageError, match="delete it"):
        Folder(tmp_path)
    (tmp_path / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="delete it"):
        Folder(tmp_path)


def test_a_file_in_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "course").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="is a file"):
        Folder(tmp_path / "course")


ACTS = st.lists(st.sampled_from(["run", "change", "delete", "newer", "update", "bring", "lose"]), max_size=12)


@given(acts=ACTS)
def test_whatever_is_done_in_whatever_order_no_changed_cell_is_lost(
    acts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("course")
    version, mine = 1, 0
    own = path / "00_start.ipynb"
    Folder(path).bring([notebook("00_start")])
    for act in acts:
        if act == "run" and own.exists():
            run(own)
        elif act == "change" and own.exists():
            mine += 1
            change(own, f"print('mine {mine}')")
        elif act == "delete":
            own.unlink(missing_ok=True)
            mine = 0
        elif act == "lose":
            (path / MANIFEST).unlink(missing_ok=True)
        elif act == "newer":
            version += 1
        Folder(path).bring([notebook("00_start", str(version))], update=act == "update")
        if mine:
            assert f"mine {mine}" in own.read_text(encoding="utf-8")


def test_where_nothing_is_to_be_written_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Folder(tmp_path).bring(OLD)

    def forbidden(path: Path, *_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "write_text", forbidden)
    assert Folder(tmp_path).bring(OLD).waiting == []
    with pytest.raises(UsageError, match=r"you may not write to .*; name a folder that is yours"):
        Folder(tmp_path).bring(NEWER)
