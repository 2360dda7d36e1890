"""What is told from a hook script without running it."""

from __future__ import annotations

import pytest

from sim.services.codedeploy.script import VARIABLES, ScriptOutcome, outcome, reads


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
        ("echo a | tee x", ScriptOutcome()),
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
        "if systemctl status web; then\n  exit 1\nelse\n  exit 2\nfi",
        "if systemctl status web; then exit 1; fi",
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
        ('echo "group $DEPLOYMENT_GROUP_NAME"', "group blue"),
        ("echo ${DEPLOYMENT_GROUP_NAME}-$LIFECYCLE_EVENT", "blue-Install"),
        ("echo '$LIFECYCLE_EVENT' \\$LIFECYCLE_EVENT \"\\$LIFECYCLE_EVENT\"", "$LIFECYCLE_EVENT " * 3),
        ('echo "it\'s $DEPLOYMENT_GROUP_NAME"', "it's blue"),
        ("echo $UNKNOWN costs 5$", "$UNKNOWN costs 5$"),
        ("echo one $1 two", "one two"),
        ("echo ${PORT:-8080} $(hostname)", "8080 $(hostname)"),
        ("echo plain", "plain"),
        ("export X=1\necho $X", "1"),
        ("X=a-b\necho ${X%-b}", "a"),
        ("cd /srv/shop\npwd", "/srv/shop"),
        ("whoami", "deploy"),
    ],
)
def test_what_is_known_is_filled_in(script, expected):
    told = (("DEPLOYMENT_GROUP_NAME", "blue"), ("LIFECYCLE_EVENT", "Install"))
    assert outcome(script.encode(), told, "deploy").lines == (expected.strip(),)


def test_the_environment_is_told():
    told = outcome(b"env", (("DEPLOYMENT_GROUP_NAME", "blue"), ("LIFECYCLE_EVENT", "Install"))).lines
    assert told == ("DEPLOYMENT_GROUP_NAME=blue", "LIFECYCLE_EVENT=Install")


@pytest.mark.parametrize(("group", "code"), [("production", 4), ("staging", 0)])
def test_a_script_may_do_other_things_in_other_groups(group, code):
    script = b'if [ "$DEPLOYMENT_GROUP_NAME" == "production" ]\nthen\n  exit 4\nfi\necho done'
    assert outcome(script, (("DEPLOYMENT_GROUP_NAME", group),)).exit == code


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("echo a; exit 3", 3),
        ("true && exit 5", 5),
        ("false || exit 6", 6),
        ("(sleep 5; exit 3)", 3),
        ("X=2\n[ $X -gt 1 ] && exit 7", 7),
        ("pgrep nginx && exit 1", 0),
        ("[ -f /etc/nothing ] || exit 1", 0),
        ("[ -f /etc/nothing ] && exit 1", 0),
        ("if ! command -v nginx; then exit 1; fi", 0),
        ('code=$(curl -s localhost)\nif [ "$code" != 200 ]; then exit 1; fi', 0),
        ('code=$(curl -s localhost)\ntest "$code" = 200 || exit 1', 0),
        ("echo 'never closed", 0),
    ],
)
def test_what_cannot_be_told_decides_nothing(script, code):
    assert outcome(script.encode()).exit == code


@pytest.mark.parametrize(
    ("command", "holds"),
    [
        ("./server &", True),
        ("nohup java -jar app.jar &", True),
        ("./server > /dev/null &", True),
        ("./server > /dev/null 2>&1 &", False),
        ("nohup java -jar app.jar >> app.log 2>> error.log < /dev/null &", False),
        ("./server &> /dev/null &", False),
        ("sleep 600 > /dev/null 2>&1 &", False),
    ],
)
def test_what_stays_in_the_background_may_hold_the_output(command, holds):
    told = outcome(f"{command}\nexit 0".encode())
    assert (told.exit, told.takes, told.left_open) == (0, 0, holds)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("#!/usr/bin/env bash\necho ready", ()),
        ("#!/bin/sh\nenv", VARIABLES),
        ('echo "$DEPLOYMENT_ID"', ("DEPLOYMENT_ID",)),
        ('echo "a heading\n# $BUNDLE_ETAG"', ("BUNDLE_ETAG",)),
    ],
)
def test_which_variables_may_matter(script: str, expected: tuple[str, ...]) -> None:
    """What hangs on none is worked out once for all deployments."""
    assert reads(script.encode()) == expected
