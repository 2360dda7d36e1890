"""`codesuite demo` in a real terminal: it is drawn, keys break the run, and the terminal is as before afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.terminal import PATIENCE_S, terminal


def test_a_demonstration_is_played_broken_and_left() -> None:
    with terminal("demo", "rollback") as screen:
        screen.wait_for("‖ paused")
        screen.press("\x1b[C")
        screen.wait_for("Speaker")
        screen.wait_for("alice pushes")
        screen.press("b")
        screen.wait_for("0:00:05 break the next instances")
        screen.press("+" * 20 + " ")
        for _ in range(10):  # it stops at each note
            screen.press(" ")
            time.sleep(0.3)
        screen.press("." * 60)
        screen.wait_for("rollback d-")
        screen.press("q")
        assert screen.ends() == 0
        assert termios.tcgetattr(screen.slave) == screen.before


@pytest.mark.parametrize("key", ["\x03", "\x04", "\x1b"])
def test_usual_ways_out_leave_the_terminal_as_it_was(key: str) -> None:
    with terminal("demo", "approvals") as screen:
        screen.wait_for("Four pushes")
        screen.press(key)
        assert screen.ends() in (0, 130)
        assert "Traceback" not in screen.seen
        assert termios.tcgetattr(screen.slave) == screen.before


def test_a_signal_ends_it() -> None:
    with terminal("demo", "approvals") as screen:
        screen.wait_for("Four pushes")
        screen.process.send_signal(signal.SIGTERM)
        assert screen.ends() == 128 + signal.SIGTERM
        assert termios.tcgetattr(screen.slave) == screen.before


def test_in_a_pipe_and_with_plain_it_is_told_in_lines_and_ends() -> None:
    command = [sys.executable, "-m", "sim", "demo", "rollback", "--press", "b@3m5s"]
    piped = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE_S).stdout
    assert "\x1b" not in piped
    assert "ValidateService failed" in piped
    with terminal("demo", "rollback", "--press", "b@3m5s", "--plain") as screen:
        screen.wait_for("Keys, to be pressed")
        assert screen.ends() == 0
        assert screen.seen.replace("\r\n", "\n") == piped


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["rolback"], "did you mean rollback"),
        (["rollback", "--press", "x@3m"], "no key 'x'"),
        (["rollback", "--press", "b"], "write KEY@TIME"),
    ],
)
def test_what_cannot_be_is_said(arguments: list[str], says: str) -> None:
    command = [sys.executable, "-m", "sim", "demo", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    assert done.returncode == 2
    assert says in done.stderr


def test_without_a_name_they_are_listed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sim", "demo"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "approvals" in done.stdout
    assert "rollback" in done.stdout


def test_a_reader_that_has_enough_hears_no_complaint() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "sim", "demo", "rollback"]
    try:
        told = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False, timeout=PATIENCE_S)
    finally:
        os.close(writing)
    assert told.returncode == 0
    assert told.stderr == b""
