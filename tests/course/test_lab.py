"""`codesuite lab`: the course is copied, JupyterLab answers there on loopback, and ends when it is told to."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from sim.core.problems import UsageError
from sim.course import lab
from sim.course.folder import Delivery, State
from sim.course.notebooks import notebooks
from tests.jupyter import PATIENCE_S, running_lab, surroundings
from tests.terminal import terminal

FIRST = notebooks()[0].file_name


def codesuite(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sim", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=PATIENCE_S)


def test_it_copies_the_course_and_says_where_it_is(tmp_path: Path) -> None:
    done = codesuite("lab", "--copy-only", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "notebooks copied to codesuite-course" in done.stdout
    assert "codesuite lab codesuite-course" in done.stdout
    assert (tmp_path / "codesuite-course" / FIRST).is_file()
    again = codesuite("lab", "--copy-only", cwd=tmp_path)
    assert "copied to" not in again.stdout


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("taken", "taken is a file; name a folder"),
        ("taken/course", "taken/course: Not a directory"),
        ("/proc/course", "/proc/course: No such file or directory"),
    ],
)
def test_a_folder_that_cannot_be_is_said_plainly(tmp_path: Path, place: str, says: str) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    done = codesuite("lab", place, "--copy-only", cwd=tmp_path)
    assert done.returncode != 0
    assert done.stderr.strip().startswith(f"codesuite: {says}")
    assert "Traceback" not in done.stderr


def test_a_delivery_is_told_with_what_would_happen() -> None:
    folder = Path("course")
    delivery = Delivery(waiting=[("00.ipynb", State.RUN), ("01.ipynb", State.CHANGED)])
    assert list(lab.told(delivery, folder)) == [
        "The course is newer than what is here. Nothing of yours was touched; with --update",
        "  00.ipynb: the new version would take its place; you have run yours but changed no cell,"
        " so only outputs would go",
        "  01.ipynb: the new version would be put beside it under another name; you have changed yours",
    ]
    delivery = Delivery(added=["00.ipynb"], updated=["01.ipynb"], beside=[("02.ipynb", "02-new.ipynb")])
    assert list(lab.told(delivery, folder)) == [
        "1 notebook copied to course",
        "1 notebook replaced by the newer version: 01.ipynb",
        "The new version of 02.ipynb is beside it, as 02-new.ipynb; yours is as you left it",
    ]
    assert list(lab.told(Delivery(), folder)) == []


def test_root_is_told_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "_is_root", lambda: True)
    with pytest.raises(UsageError, match="--jupyter=--allow-root"):
        lab.command(Path("course"), None, True, None, ())
    assert "--allow-root" in lab.command(Path("course"), None, True, None, ["--allow-root"])
    assert "--ServerApp.ip=127.0.0.1" in lab.command(Path("course"), None, True, None, ["--allow-root"])
    monkeypatch.setattr(lab, "_is_root", lambda: False)
    assert "--allow-root" not in lab.command(Path("course"), None, True, None, ())


def test_it_serves_the_folder_on_loopback_and_ends_when_told(tmp_path: Path) -> None:
    with running_lab(tmp_path, "lab", "course") as (process, address):
        assert f"/lab/tree/{FIRST}?token=" in address
        listing = re.sub(r"/lab/tree/[^?]*", f"/api/contents/{FIRST}", address)
        with urllib.request.urlopen(listing, timeout=PATIENCE_S) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0


def test_ctrl_c_ends_it_at_once(tmp_path: Path) -> None:
    arguments = ("lab", "course", "--no-browser", "--jupyter=--allow-root")
    with terminal(*arguments, cwd=tmp_path, environment=surroundings(tmp_path)) as screen:
        screen.wait_for("?token=")
        screen.press("\x03")
        assert screen.ends() == 0
        assert "Traceback" not in screen.seen


def test_the_address_comes_last_and_a_second_lab_tells_it_again(tmp_path: Path) -> None:
    with running_lab(tmp_path, "lab", "course") as (_, address):
        lines = (tmp_path / "log.txt").read_text(encoding="utf-8").strip().splitlines()
        assert "?token=" in lines[-1]
        assert "Ctrl-C here ends it." in "\n".join(lines)
        assert not [line for line in lines if line.startswith("[I ")]
        second = subprocess.run(
            [sys.executable, "-m", "sim", "lab", "course", "--no-browser", "--jupyter=--allow-root"],
            cwd=tmp_path,
            env=surroundings(tmp_path),
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE_S,
        )
        assert "is running for course already" in second.stdout
        assert address.split("?")[1] in second.stdout


def test_the_course_has_its_own_default_for_news_and_the_user_stays_stronger(tmp_path: Path) -> None:
    with running_lab(tmp_path, "lab", "course") as (_, address):
        asked = re.sub(r"/lab/tree/[^?]*", "/lab/api/settings/@jupyterlab/apputils-extension:notification", address)
        with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
            settings = json.load(answer)
    assert settings["schema"]["properties"]["fetchNews"]["default"] == "false"
    assert json.loads(settings["raw"])["doNotDisturbMode"] is True


def test_a_folder_that_cannot_be_written_to_has_no_settings_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "course").write_text("", encoding="utf-8")
    assert lab.environment(tmp_path / "course") == dict(os.environ)
