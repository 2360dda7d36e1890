"""A command on a pseudo-terminal, as somebody at a keyboard has it: keys are pressed, what is drawn is read."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
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

    def __init__(self, *arguments: str, cwd: Path | None = None, environment: Mapping[str, str] = os.environ):
        self.master, slave = pty.openpty()
        termios.tcsetwinsize(self.master, (40, 120))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        environment = {**environment, "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", OWN_TERMINAL, sys.executable, "-m", "sim", *arguments],
            stdin=slave, stdout=slave, stderr=slave, cwd=cwd, env=environment, start_new_session=True,
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
def terminal(
    *arguments: str, cwd: Path | None = None, environment: Mapping[str, str] = os.environ
) -> Iterator[Terminal]:
    """`codesuite` with these arguments, on a terminal of its own; it does not outlive the block."""
    opened = Terminal(*arguments, cwd=cwd, environment=environment)
    try:
        yield opened
    finally:
        with suppress(ProcessLookupError):
            opened.process.kill()
        opened.process.wait()
        os.close(opened.slave)
        os.close(opened.master)
