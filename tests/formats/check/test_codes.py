"""Every code is registered, told in the table, and triggered by some file; clean files trigger none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.core.problems import Problem, ProblemsError
from sim.formats.check import CODES, check_paths
from sim.formats.check.codes import markdown
from sim.formats.check.guests import codes_of_guests, kinds_of_guests
from sim.formats.template import read_template, resolve
from tests.formats.check import scenarios
from tests.formats.check.cases import CASES, CLEAN, FOLDERS, RUNS

FORMATS = Path(sim.__file__).parent / "formats"
HINTED = ("YAML", "BS", "CF", "AP", "PL", "EP", "IAM")
"""The kinds of codes whose errors all have a hint."""
DOCS = FORMATS.parent.parent / "docs" / "checks.md"


def written(folder: Path, files: dict[str, Any]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def found(folder: Path, name: str, text: str | bytes) -> list[Problem]:
    name, _, kind = name.partition(" as ")
    report = check_paths([written(folder, {name: text}) / name], kind or None)  # type: ignore[arg-type]
    assert not report.others
    return list(report.problems)


@pytest.mark.parametrize("code", CASES)
def test_each_code_has_a_file_that_triggers_it(code: str, tmp_path: Path) -> None:
    problems = [problem for problem in found(tmp_path, *CASES[code]) if problem.code == code]
    assert problems
    for problem in problems:
        assert problem.severity == CODES[code].severity
        assert problem.line >= 1
        assert problem.column >= 1


@pytest.mark.parametrize("code", CASES)
def test_every_finding_says_what_to_write_instead(code: str, tmp_path: Path) -> None:
    for problem in found(tmp_path, *CASES[code]):
        assert "(path=" not in problem.message
        if problem.severity == "warning" or problem.code.startswith(HINTED):
            assert problem.hint, f"{problem.code} {problem.message}"


@pytest.mark.parametrize("what", CLEAN)
def test_clean_files_trigger_none(what: str, tmp_path: Path) -> None:
    # What a macro makes is not looked at, and that alone may be told.
    assert [problem for problem in found(tmp_path, *CLEAN[what]) if problem.code != "CF203"] == []


@pytest.mark.parametrize("code", FOLDERS)
def test_files_that_do_not_fit_together(code: str, tmp_path: Path) -> None:
    wrong, mended = FOLDERS[code]
    report = check_paths([written(tmp_path / "wrong", wrong)])
    assert code in [problem.code for problem in report.problems]
    assert all(problem.hint and "(path=" not in problem.message for problem in report.problems)
    assert check_paths([written(tmp_path / "mended", mended)]).problems == ()


@pytest.mark.parametrize("code", RUNS)
def test_what_only_a_run_refuses(code: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        _run(*RUNS[code])
    assert code in [problem.code for problem in caught.value.problems]
    assert all(problem.hint for problem in caught.value.problems)


def _run(text: str, parameters: dict[str, Any]) -> None:
    template = read_template(text, "template.yml")
    stack = resolve(template, parameters, account="123456789012", region="us-east-1", stack_name="s")
    for name in stack.order:
        stack.properties(name, lambda name: name, _no_attribute)


def _no_attribute(name: str, attribute: str) -> Any:
    raise KeyError(attribute)


@pytest.mark.parametrize("code", scenarios.CASES)
def test_each_code_of_scenarios(code: str, tmp_path: Path) -> None:
    path = scenarios.place(tmp_path) / "half.yml"
    path.write_text(scenarios.CASES[code], encoding="utf-8")
    problems = check_paths([path], "scenario").problems
    assert code in [problem.code for problem in problems]
    assert all(problem.hint for problem in problems)
    assert all(problem.severity == CODES[problem.code].severity for problem in problems)


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, {"buildspec.yml": "version: 0.2\n"}) / "buildspec.yml"

    def refuse(*args: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    (problem,) = check_paths([path]).problems
    assert (problem.code, problem.message) == ("YAML112", "cannot be read: Permission denied")


def test_every_registered_code_is_triggered_somewhere() -> None:
    triggered = {*CASES, *FOLDERS, *RUNS, *scenarios.CASES, "YAML112"}
    assert set(CODES) - triggered == set(GIVEN_ELSEWHERE)


GIVEN_ELSEWHERE = {
    "PL116": "without the pipeline's Region, only the service can tell",
    "SC022": "needs a folder of 100 MB",
    "SC028": "needs a file that the system does not give",
}


# Codes in the source

_CODE = re.compile(r"(?:YAML|BS|AP|PL|CF|EP|IAM|SC)?\d{3}")
_PREFIXES = {
    "appspec.py": "AP",
    "computespec.py": "AP",
    "computelevels.py": "AP",
    "buildspec.py": "BS",
    "batch.py": "BS",
    "misplaced.py": "BS",
    "eventpattern.py": "EP",
    "unmatched.py": "EP",
    "envelope.py": "EP",
    "details.py": "EP",
    "levels.py": "EP",
    "calls.py": "EP",
    "pipeline.py": "PL",
    "policy.py": "IAM",
    "scenario.py": "SC",
    "durations.py": "SC",
    "folders.py": "SC",
    "template.py": "CF",
    "intrinsics.py": "CF",
    "inside.py": "CF",
    "names.py": "CF",
    "daemon.py": "CF",
    "pipelines.py": "CF",
    "projects.py": "CF",
    "choices.py": "CF",
    "fates.py": "CF",
    "spellings.py": "CF",
    "known_properties.py": "CF",
    "types.py": "CF",
    "properties.py": "CF",
    "platforms.py": "CF",
    "roles.py": "CF",
    "rules.py": "CF",
    "inputs.py": "CF",
    "unreplaced.py": "CF",
}


def emitted() -> Iterator[tuple[str, str]]:
    """(file, code) of every code that stands as an argument of a call in sim/formats."""
    for path in sorted(FORMATS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            values = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg in ("tolerated", "code"))]
            for value in values:
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and _CODE.fullmatch(value.value):
                    yield path.name, value.value


def test_every_code_that_is_emitted_is_registered() -> None:
    codes = [(name, code) for name, code in emitted() if name not in ("codes.py", "assumptions.py", "nodes.py")]
    assert len(codes) > 150
    for name, code in codes:
        whole = code if code[0].isalpha() else _PREFIXES[name] + code
        assert whole in CODES, f"{name} emits {whole}"


FILLED_IN = ("_required", "_joined")
"""Functions that make the hint of what they report themselves."""


def test_every_finding_in_the_source_has_a_hint() -> None:
    """Whatever calls that report something are given: a code, a message, and a third text or variable."""
    calls = 0
    for path in [path for path in sorted(FORMATS.rglob("*.py")) if path.name not in ("codes.py", "assumptions.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            place = next((n for n, value in enumerate(node.args) if _is_code(value)), None)
            if place is None or (isinstance(node.func, ast.Attribute) and node.func.attr not in REPORTS):
                continue
            if (isinstance(node.func, ast.Name) and node.func.id in FILLED_IN) or place == 3:
                continue  # with the code as its last argument, a hint is what comes before
            calls += 1
            hint = node.args[place + 2 :]
            where = f"{path.name}:{node.lineno}"
            assert hint, where
            assert not (isinstance(hint[0], ast.Constant) and not hint[0].value), where
    assert calls > 300


REPORTS = ("error", "warning", "_fault")


def _is_code(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str) and _CODE.fullmatch(value.value) is not None


def test_the_table_of_codes_is_up_to_date() -> None:
    whole = markdown(codes_of_guests(), kinds_of_guests())
    assert DOCS.read_text(encoding="utf-8") == whole, "python -m sim.formats.check > docs/checks.md"


def test_every_code_says_what_and_why_and_where_from() -> None:
    for code in CODES.values():
        assert code.title
        assert code.explanation.endswith(".")
        assert code.source
        assert (code.severity == "error") == (int(code.code[-3:]) < 200)


def test_no_code_stands_twice_in_the_table() -> None:
    rows = re.findall(r"^\| ([A-Z]+\d+) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) > 200
    assert set(rows) == set(CODES) | set(codes_of_guests())
    assert [code for code in rows if rows.count(code) > 1] == []


def test_what_a_scenario_finds_in_its_template_is_told_once(tmp_path: Path) -> None:
    template = "AWSTemplateFormatVersion: 2010-09-09\nParameters: {Fleet: {Type: number}}\nResources: {}\n"
    scenario = "title: A\ntemplate: template.yaml\ntimeline: []\n"
    folder = written(tmp_path, {"template.yaml": template, "scenario.yml": scenario})
    assert [problem.code for problem in check_paths([folder]).problems].count("CF117") == 1
