from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim.core.problems import ProblemsError
from sim.formats import folders
from sim.formats.folders import File, read_repository


def make(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def refused(folder: Path) -> str:
    with pytest.raises(ProblemsError) as caught:
        read_repository(folder)
    return caught.value.problems[0].message


def test_a_folder_is_its_files_with_their_paths(tmp_path: Path) -> None:
    make(tmp_path, buildspec_yml="version: 0.2", b__a_txt="deep", a_txt="shallow")
    (tmp_path / "b" / "a.txt").chmod(0o755)
    assert read_repository(tmp_path) == {
        "a.txt": File(b"shallow"),
        "buildspec.yml": File(b"version: 0.2"),
        "b/a.txt": File(b"deep", executable=True),
    }


def test_what_git_and_python_leave_behind_is_no_part_of_it(tmp_path: Path) -> None:
    make(tmp_path, a_txt="x", __pycache____a_pyc="x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main")
    assert list(read_repository(tmp_path)) == ["a.txt"]  # type: ignore[arg-type]
    other = make(tmp_path / "other", a_txt="x")
    (other / ".git").write_text("gitdir: elsewhere")
    assert list(read_repository(other)) == ["a.txt"]  # type: ignore[arg-type]


def test_a_git_directory_is_taken_as_one(tmp_path: Path) -> None:
    bare = tmp_path / "web.git"
    bare.mkdir()
    assert read_repository(bare) == bare


def test_links_are_refused(tmp_path: Path) -> None:
    make(tmp_path / "in", a_txt="x")
    make(tmp_path / "out", secret_txt="x")
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "out" / "secret.txt")
    assert refused(tmp_path / "in") == "link.txt is a symbolic link"
    (tmp_path / "in" / "link.txt").unlink()
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "out")
    assert refused(tmp_path / "in") == "folder is a symbolic link"
    (tmp_path / "in" / "folder").unlink()
    (tmp_path / "in" / "nowhere").symlink_to(tmp_path / "nothing")
    assert refused(tmp_path / "in") == "nowhere is a symbolic link"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    make(tmp_path, a_txt="x")
    os.mkfifo(tmp_path / "pipe")
    assert list(read_repository(tmp_path)) == ["a.txt"]  # type: ignore[arg-type]


def test_a_folder_has_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, a_txt="x", b_txt="x", c_txt="x" * 2_000_000)
    monkeypatch.setattr(folders, "MAX_FILES", 2)
    assert refused(tmp_path).endswith("holds more than 2 files")
    monkeypatch.setattr(folders, "MAX_FOLDER", 1_000_000)
    monkeypatch.setattr(folders, "MAX_FILES", 20)
    assert refused(tmp_path).endswith("holds more than 1 MB")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "nothing") == "there is no folder 'nothing' there"
