"""`codesuite demo` in a real terminal: it is drawn, keys break the run, and the terminal is as before afterwards."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="pseudo-terminals are not on this system")
PATIENCE_S = 60.0
OWN_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)
"""The terminal becomes the one whose Ctrl-C reaches the process."""


class Terminal:
    """A process on a pseudo-terminal of 120 columns and 40 lines."""

    def __init__(self, *arguments: str):
        self.master, slave = pty.openpty()
        termios.tcsetwinsize(self.master, (40, 120))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", OWN_TERMINAL, sys.executable, "-m", "sim", *arguments],
            stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True,
        )  # fmt: skip
        self.seen = ""

    def wait_for(self, text: str) -> None:
        """Until the text has been drawn since the last key."""
        end = time.monotonic() + PATIENCE_S
        while text not in self.seen:
            assert time.monotonic() < end, f"{text!r} never came:\n{self.seen[-4000:]}"
            self._read()

    def press(self, key: str) -> None:
        self.seen = ""
        os.write(self.master, key.encode())

    def ends(self) -> int:
        """The exit code, with everything read that was still drawn."""
        end = time.monotonic() + PATIENCE_S
        while self.process.poll() is None:
            assert time.monotonic() < end
            self._read()
        self._read()
        return self.process.returncode

    def _read(self) -> None:
        if select.select([self.master], [], [], 0.2)[0]:
            content = os.read(self.master, 65536).decode(errors="ignore")
            self.seen += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", content)


@contextmanager
def terminal(*arguments: str) -> Iterator[Terminal]:
    opened = Terminal(*arguments)
    try:
        yield opened
    finally:
        with suppress(ProcessLookupError):
            opened.process.kill()
        opened.process.wait()
        os.close(opened.slave)
        os.close(opened.master)


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
