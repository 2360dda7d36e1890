"""How a hook's script begins: whether a Linux system starts it as it is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.formats.check.firstlines import wrong_beginning
from tests.formats.check.small import check_paths


@pytest.mark.parametrize(
    ("content", "name", "code", "words", "hint"),
    [
        (
            b"#!/bin/bash\r\nls\r\n",
            "a.sh",
            "307",
            "the system looks for the program '/bin/bash' with a carriage return at its end",
            "`sed -i 's/\\r$//' a.sh`",
        ),
        (b"ls /srv\r\nls\r\n", "a.sh", "307", "a carriage return belongs to the last word of each line", "sed"),
        (b"#!/bin/bash\nls\r\n", "a.sh", "307", "CRLF", "sed"),
        (b"print('x')\n", "a.py", "308", "a shell runs it", "write `#!/usr/bin/env python3` as its first line"),
        (b"\n#!/bin/bash\nif [[ -d /srv ]]; then\n", "a.sh", "308", "`[[` in it is bash's", "`#!/bin/bash`"),
        (b"source ~/.profile\n", "start", "308", "`source` in it is bash's", "`#!/bin/bash`"),
        (b"\xef\xbb\xbf#!/bin/bash\nls\n", "a.sh", "308", "byte order mark", "without a byte order mark"),
    ],
)
def test_what_is_started_otherwise(content: bytes, name: str, code: str, words: str, hint: str) -> None:
    found = wrong_beginning(content, name)
    assert found is not None
    assert found[0] == code
    assert words in found[1]
    assert hint in found[2]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"#!/bin/bash\nif [[ -d /srv ]]; then ls; fi\n", "a.sh"),
        (b"#!/usr/bin/env python3\nprint()\n", "a.py"),
        (b"npm install\n", "a.sh"),
        (b"echo '[[ ]]'\n", "a.sh"),
        (b"\x7fELF\0\r\n", "a"),
        (b"", "a.sh"),
    ],
)
def test_what_is_started_as_it_is_meant(content: bytes, name: str) -> None:
    assert wrong_beginning(content, name) is None


def appspec(folder: Path, os: str = "linux") -> Path:
    script = "{location: scripts/start.sh}"
    text = f"version: 0.0\nos: {os}\nhooks:\n  AfterInstall: [{script}]\n  ApplicationStart: [{script}]\n"
    (folder / "appspec.yml").write_text(text, encoding="utf-8")
    (folder / "scripts").mkdir()
    (folder / "scripts/start.sh").write_bytes(b"#!/bin/sh\r\n")
    return folder


def test_a_script_is_told_once_at_the_line_that_names_it(tmp_path: Path) -> None:
    (problem,) = check_paths([appspec(tmp_path)]).problems
    assert (problem.code, problem.line) == ("AP307", 4)
    assert problem.message.startswith("scripts/start.sh, which AfterInstall runs, has line ends of Windows (CRLF)")


def test_windows_takes_its_own_line_ends(tmp_path: Path) -> None:
    assert check_paths([appspec(tmp_path, "windows")]).problems == ()


@pytest.mark.parametrize(
    ("attributes", "told"),
    [("*.sh text eol=lf\n", False), ("* text=auto\n", False), ("*.bat text\n", True), ("", True)],
)
def test_git_may_keep_them_apart(attributes: str, told: bool, tmp_path: Path) -> None:
    appspec(tmp_path)
    (tmp_path / ".gitattributes").write_text(attributes, encoding="utf-8")
    assert bool(check_paths([tmp_path]).problems) is told
