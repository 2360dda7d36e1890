"""Findings as text for people, JSON for programs, commands for GitHub and SARIF for code scanning."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from sim.core.problems import Problem
from sim.formats.check.codes import CODES
from sim.formats.check.guests import codes_of_guests

Form = Callable[[Sequence[Problem]], str]


def as_text(problems: Sequence[Problem]) -> str:
    """`path:line:col: error CODE message`, the hint on a line of its own, and a last line that counts."""
    lines = [_printable(str(replace(problem, path=on_one_line(problem.path)))) for problem in problems]
    return "\n".join([*lines, _count(problems)]) + "\n"


def _count(problems: Sequence[Problem]) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    if not problems:
        return "no findings"
    return f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"


def on_one_line(path: str) -> str:
    """A path as it can be printed: a file's name may hold line breaks too."""
    return _printable(path.replace("\n", "\\n"))


def _printable(text: str) -> str:
    """Without characters that would steer a terminal, or that no encoding has."""
    return "".join(
        char if char.isprintable() or char == "\n" else char.encode("unicode_escape").decode() for char in text
    )


def as_json(problems: Sequence[Problem]) -> str:
    """A list of {path, line, column, severity, code, message, hint}."""
    return json.dumps([problem.as_dict() for problem in problems], indent=2) + "\n"


def as_github(problems: Sequence[Problem]) -> str:
    """Workflow commands: GitHub shows each beside its line of a pull request."""
    return "".join(_printable(_command(problem)) + "\n" for problem in problems)


def _command(problem: Problem) -> str:
    place = {"file": _posix(problem.path), "line": str(max(problem.line, 1)), "col": str(max(problem.column, 1))}
    properties = ",".join(f"{key}={_escaped(value, True)}" for key, value in {**place, "title": problem.code}.items())
    text = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    return f"::{problem.severity} {properties}::{_escaped(text)}"


def _escaped(text: str, property: bool = False) -> str:
    for char in "%\r\n" + (":," if property else ""):
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def _posix(path: str) -> str:
    """A path with slashes, from the working directory where it lies in it: there CI has the repository's root."""
    try:
        return PurePath(os.path.relpath(path)).as_posix() if _is_inside(path) else PurePath(path).as_posix()
    except (OSError, ValueError):
        return PurePath(path).as_posix()


def _is_inside(path: str) -> bool:
    here = os.getcwd()
    return os.path.commonpath([here, os.path.abspath(path)]) == here


def as_sarif(problems: Sequence[Problem]) -> str:
    """A SARIF 2.1.0 log with one run; only the rules that found something are listed."""
    codes = sorted({problem.code for problem in problems})
    places = {code: index for index, code in enumerate(codes)}
    driver = {"name": "codesuite", "rules": [_rule(code) for code in codes]}
    results = [_result(problem, places[problem.code]) for problem in problems]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(log, indent=2) + "\n"


def _rule(code: str) -> dict[str, Any]:
    known = CODES.get(code) or codes_of_guests().get(code)
    rule: dict[str, Any] = {"id": code}
    if known is not None:
        rule["shortDescription"] = {"text": known.title}
        rule["fullDescription"] = {"text": known.explanation}
        rule["help"] = {"text": f"{known.explanation} Source: {known.source}"}
        rule["defaultConfiguration"] = {"level": known.severity}
    return rule


def _artifact(path: str) -> dict[str, str]:
    """Where a file is: from the root of the sources, as code scanning wants it, or by its whole path outside of it."""
    uri = quote(_posix(path).encode("utf-8", "surrogateescape"))
    return {"uri": f"file://{uri}"} if uri.startswith("/") else {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _result(problem: Problem, rule: int) -> dict[str, Any]:
    text = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    place: dict[str, Any] = {"artifactLocation": _artifact(problem.path)}
    if problem.line:
        place["region"] = {"startLine": problem.line, "startColumn": max(problem.column, 1)}
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity,
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    }


FORMATS: dict[str, Form] = {"text": as_text, "json": as_json, "github": as_github, "sarif": as_sarif}
