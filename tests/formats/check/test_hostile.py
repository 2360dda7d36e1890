"""Whatever is in a file, the answer is a Problem, soon: never an exception."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sim.formats.check import MAX_FINDINGS, check_paths
from tests.formats.check.cases import BUILD

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
)
LIMIT_S = 2.0
"""Generous, as other tests may run beside; tests/formats/check/fuzz.py measures."""

HOSTILE: dict[str, tuple[str, bytes, str]] = {
    "empty": ("buildspec.yml", b"", "YAML102"),
    "NUL bytes": ("buildspec.yml", b"version: 0.2\n" + b"\0" * 10, "YAML111"),
    "a program": ("buildspec.yml", bytes(range(256)) * 4, "YAML111"),
    "UTF-16 with a mark": ("buildspec.yml", BUILD.encode("utf-16"), "YAML113"),
    "UTF-16 without one": ("buildspec.yml", BUILD.encode("utf-16-le"), "YAML113"),
    "UTF-16, big end first": ("buildspec.yml", b"\xfe\xff" + BUILD.encode("utf-16-be"), "YAML113"),
    "UTF-32": ("buildspec.yml", BUILD.encode("utf-32"), "YAML113"),
    "Latin-1": ("buildspec.yml", "version: 0.2 # für\n".encode("latin-1"), "YAML113"),
    "control characters": ("buildspec.yml", b"version: 0.2\n\x07: x\n", "YAML101"),
    "a line of 1 MB": ("buildspec.yml", BUILD.encode() + b"# " + b"x" * 1_048_576, "YAML105"),
    "a line of 900 KB": ("buildspec.yml", b"version: '" + b"x" * 900_000 + b"'\n", "BS101"),
    "deep lists": ("buildspec.yml", b"[" * 50_000, "YAML104"),
    "deep mappings": ("buildspec.yml", b"{a: " * 50_000, "YAML104"),
    "deep blocks": ("buildspec.yml", b"- " * 50_000, "YAML104"),
    "deep JSON": ("event-pattern.json", b'{"a":' * 50_000, "YAML104"),
    "aliases that multiply": ("buildspec.yml", LAUGHS.encode(), "YAML104"),
    "an alias of itself": ("buildspec.yml", b"a: &a\n  b: *a\n", "YAML120"),
    "many keys": ("buildspec.yml", BUILD.encode() + b"".join(b"k%d: x\n" % n for n in range(20_000)), "YAML203"),
    "many references": (
        "template.yml",
        b"Resources:\n" + b"".join(b"  R%d: {Type: AWS::S3::Bucket, DependsOn: X%d}\n" % (n, n) for n in range(480)),
        "CF141",
    ),
    "long keys": ("buildspec.yml", BUILD.encode() + b"".join(b"%s%d: x\n" % (b"k" * 900, n) for n in range(900)), ""),
    "backtracking": ("buildspec.yml", BUILD.encode() + b"env: {variables: {SECRET: '" + b"-" * 50_000 + b"'}}\n", ""),
    "many dollars": (
        "template.yml",
        b"Resources: {B: {Type: AWS::S3::Bucket, Properties: {N: !Sub '" + b"${" * 50_000 + b"'}}}\n",
        "",
    ),
    "many commands": (
        "buildspec.yml",
        b"version: 0.2\nphases: {build: {commands: ['" + b"A=1 " * 20_000 + b"']}}\n",
        "",
    ),
    "a number without end": ("event-pattern.json", b'{"detail": {"a": [' + b"9" * 50_000 + b"]}}", ""),
    "wildcards": (
        "policy.json",
        b'{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Resource": "*", "Action": "s3:'
        + b"*a" * 5_000
        + b'"}}',
        "",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_input_is_a_problem_and_soon(what: str, tmp_path: Path) -> None:
    name, content, code = HOSTILE[what]
    path = tmp_path / name
    path.write_bytes(content)
    began = time.process_time()
    report = check_paths([path])
    took = time.process_time() - began
    assert took < LIMIT_S
    assert not report.others
    assert not code or code in [problem.code for problem in report.problems]
    assert len(report.problems) <= MAX_FINDINGS + 2
    for problem in report.problems:
        assert len(problem.message) < 5_000
        assert problem.line >= 0


@pytest.mark.parametrize("content", [BUILD.encode("utf-16"), b"\xfe\xff" + BUILD.encode("utf-16-be")])
def test_utf_16_is_told_whatever_the_name(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "ci.yml"
    path.write_bytes(content)
    assert [problem.code for problem in check_paths([tmp_path]).problems] == ["YAML113"]


def test_utf_16_gets_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "buildspec.yml"
    path.write_bytes(BUILD.encode("utf-16"))
    (problem,) = check_paths([path]).problems
    assert "UTF-16" in problem.message
    assert "save the file as UTF-8" in problem.hint


def test_a_byte_order_mark_of_utf_8_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "buildspec.yml"
    path.write_bytes(b"\xef\xbb\xbf" + BUILD.replace("\n", "\r\n").encode())
    assert check_paths([path]).problems == ()


def test_the_line_of_a_byte_that_is_no_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "buildspec.yml"
    path.write_bytes(BUILD.encode() + "# für\n".encode("latin-1"))
    (problem,) = check_paths([path]).problems
    assert (problem.code, problem.line) == ("YAML113", 3)


def test_a_folder_with_a_link_to_itself_ends(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside/again").symlink_to(tmp_path)
    (tmp_path / "buildspec.yml").write_text(BUILD, encoding="utf-8")
    (tmp_path / "gone.yml").symlink_to(tmp_path / "nowhere.yml")
    assert check_paths([tmp_path]).files == 1
