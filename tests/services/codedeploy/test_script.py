"""What is told from a hook script without running it."""

from __future__ import annotations

import pytest

from sim.services.codedeploy.script import ScriptOutcome, outcome, printed


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", ScriptOutcome()),
        ("systemctl restart web", ScriptOutcome()),
        ("#!/bin/bash\necho hello world\nexit 3\necho never", ScriptOutcome(3, ("hello world",))),
        ("echo 'a  b' \"c\"", ScriptOutcome(0, ("a  b c",))),
        ("echo -e one\necho -n two", ScriptOutcome(0, ("one", "two"))),
        ("echo a > /tmp/file\necho b | tee x", ScriptOutcome()),
        ("sleep 5\nsleep 1m\nsleep 0.5", ScriptOutcome(takes=65_500)),
        ("sleep $LONG", ScriptOutcome()),
        ("exit", ScriptOutcome()),
        ("false\nexit", ScriptOutcome(1)),
        ("false\nexit $?", ScriptOutcome(1)),
        ("exit 256", ScriptOutcome(0)),
        ("false", ScriptOutcome(1)),
        ("false\ntrue", ScriptOutcome(0)),
        ("set -e\nfalse\necho never", ScriptOutcome(1)),
        ("set -euo pipefail\nfalse\necho never", ScriptOutcome(1)),
        ("#!/bin/bash -e\nfalse\necho never", ScriptOutcome(1)),
        ("#!/bin/sh\nfalse || true\necho on", ScriptOutcome(0, ("on",))),
        ("test -f /x || exit 1\necho on", ScriptOutcome(0, ("on",))),
        ("exit 1 # because", ScriptOutcome(1)),
        ("# exit 1\necho on", ScriptOutcome(0, ("on",))),
    ],
)
def test_the_top_level(script, expected):
    assert outcome(script.encode()) == expected


@pytest.mark.parametrize(
    "script",
    [
        "if true; then\n  exit 1\nelse\n  exit 2\nfi",
        "if true; then exit 1; fi",
        "for x in a b; do\n  exit 1\ndone",
        "while read line; do\n  exit 1\ndone < file",
        "case $1 in\n  start)\n    exit 1\n    ;;\nesac",
        "stop() {\n  exit 1\n}",
        "stop()\n{\n  exit 1\n}",
        "function stop {\n  exit 1\n}",
        "function stop() {\n  exit 1\n}",
        "stop() { exit 1; }",
        "cat > file <<EOF\nexit 1\necho inside\nEOF",
        "cat <<-'END'\nexit 1\nEND",
        "(\nexit 1\n)",
    ],
)
def test_what_stands_inside_is_left_alone(script):
    assert outcome((script + "\necho after").encode()) == ScriptOutcome(0, ("after",))


def test_a_line_may_go_on_in_the_next():
    assert outcome(b"curl \\\n  exit 1\necho on") == ScriptOutcome(0, ("on",))


@pytest.mark.parametrize("shebang", ["#!/usr/bin/env python3", "#!/usr/bin/perl", "#!/usr/bin/env node"])
def test_other_languages_are_not_read(shebang):
    assert outcome(f"{shebang}\nexit 1\n".encode()) == ScriptOutcome()


@pytest.mark.parametrize("shebang", ["#!/bin/sh", "#!/bin/bash", "#!/usr/bin/env bash", "#!/bin/dash", "#! /bin/sh"])
def test_shells_are_read(shebang):
    assert outcome(f"{shebang}\nexit 1\n".encode()) == ScriptOutcome(1)


def test_what_is_no_text_does_no_harm():
    assert outcome(bytes(range(256))) == ScriptOutcome()


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('echo "group $GROUP"', ["group blue"]),
        ("echo ${GROUP}-$EVENT", ["blue-Install"]),
        ("echo '$GROUP' \\$GROUP \"\\$GROUP\"", ["$GROUP $GROUP $GROUP"]),
        ('echo "it\'s $GROUP"', ["it's blue"]),
        ("echo $UNKNOWN $1 costs 5$", ["$UNKNOWN $1 costs 5$"]),
        ("echo plain", ["plain"]),
    ],
)
def test_variables_are_filled_in(script, expected):
    assert printed(outcome(script.encode()).lines, {"GROUP": "blue", "EVENT": "Install"}) == expected
