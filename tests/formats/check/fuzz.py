"""Mutates files and checks them: no exception, no run over the limit of time, memory bounded.

    python -m tests.formats.check.fuzz 100000        so many inputs
    python -m tests.formats.check.fuzz --seed 7 --only 4711      the one that failed

An input is a pure function of the seed and its number. The files are our own fixtures and, where the folder is beside
the checkout, those of ../shared/corpus.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sim
from sim.core.problems import ProblemsError
from sim.formats.check import FORMATS, check_paths
from sim.formats.nodes import compose, plain
from tests.formats.check.cases import CASES, CLEAN
from tests.formats.check.scenarios import WHOLE

CORPUS = Path(sim.__file__).resolve().parent.parent.parent / "shared" / "corpus"
LIMIT_S = 0.1
"""So long may one input take, in time of the processor."""
MAX_SIZE = 60_000

TOKENS = (
    b"version: 0.2\n",
    b"phases:\n",
    b"  build:\n",
    b"    commands:\n",
    b"      - ",
    b"Resources:\n",
    b"!Ref ",
    b"!Sub '${A.B}'",
    b"Fn::If",
    b"{{",
    b"}}",
    b"&a ",
    b"*a",
    b"<<: *a\n",
    b"? ",
    b"- - - ",
    b": ",
    b"[",
    b"]",
    b"{",
    b"}",
    b"|\n",
    b">-\n",
    b"'",
    b'"',
    b"\\u00e9",
    b"\\ud83d",
    b"~",
    b"null",
    b"0.0",
    b"[]",
    b"{}",
    b"#",
    b"---\n",
    b"\t",
    b"\r\n",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"AWSTemplateFormatVersion: '2010-09-09'\n",
    b'"Statement": ',
    b'"detail-type": ',
    b"arn:aws:iam::1:role/x",
    b"9" * 400,
    b"$" * 50,
    b"(" * 50,
    b"[" * 120,
)


def files() -> dict[str, list[bytes]]:
    """{name: contents} of the files to start from; a name decides the kind."""
    found: dict[str, list[bytes]] = {}
    for name, text in [*CASES.values(), *CLEAN.values()]:
        content = text if isinstance(text, bytes) else text.encode()
        if len(content) <= MAX_SIZE:
            found.setdefault(name.partition(" as ")[0], []).append(content)
    found["scenario.yml"] = [*found.get("scenario.yml", ()), *[WHOLE.encode()] * 20]
    for path in sorted(CORPUS.rglob("*")) if CORPUS.is_dir() else ():
        if path.is_file() and path.suffix in (".yml", ".yaml", ".json") and path.stat().st_size <= MAX_SIZE:
            folder = path.relative_to(CORPUS).parts[0]
            name = {"buildspec": "buildspec.yml", "appspec": "appspec.yml"}.get(folder, f"file{path.suffix}")
            found.setdefault(name, []).append(path.read_bytes())
    return found


def mutated(draw: random.Random, content: bytes, others: list[bytes]) -> bytes:
    """One to eight small changes."""
    for _ in range(draw.randint(1, 8)):
        content = _changed(draw, content, others)[:MAX_SIZE]
    return content


def _changed(draw: random.Random, content: bytes, others: list[bytes]) -> bytes:
    place, end = sorted(draw.randint(0, len(content)) for _ in range(2))
    lines = content.splitlines(keepends=True)
    kind = draw.randrange(9)
    if kind == 0:
        return content[:place] + draw.choice(TOKENS) + content[place:]
    if kind == 1:
        return content[:place] + content[end:]
    if kind == 2:
        return content[:place] + content[place:end] * draw.randint(2, 4) + content[end:]
    if kind == 3 and content:
        place = min(place, len(content) - 1)
        return content[:place] + bytes([draw.randrange(256)]) + content[place + 1 :]
    if kind == 4 and lines:
        draw.shuffle(lines)
        return b"".join(lines)
    if kind == 5 and lines:
        number = draw.randrange(len(lines))
        lines[number] = b" " * draw.randint(1, 6) + lines[number] if draw.random() < 0.5 else lines[number].lstrip()
        return b"".join(lines)
    if kind == 6:
        other = draw.choice(others)
        cut = draw.randint(0, len(other))
        return content[:place] + other[cut:]
    if kind == 7 and lines:
        number = draw.randrange(len(lines))
        return b"".join([*lines[:number], lines[number] * draw.randint(2, 30), *lines[number:]])
    return content.replace(draw.choice((b":", b" ", b"-", b'"', b"\n", b"'")), draw.choice(TOKENS), draw.randint(1, 3))


# Documents with the wrong thing in the right place: they get past the parser, and deep into the readers


def documents(start: dict[str, list[bytes]]) -> dict[str, list[Any]]:
    """{name: the documents that can be read, as plain values}"""
    found: dict[str, list[Any]] = {}
    for name, contents in start.items():
        for content in contents:
            try:
                found.setdefault(name, []).append(plain(compose(content.decode("utf-8"), name)))
            except (ProblemsError, UnicodeDecodeError):
                continue
    return found


def parts(value: Any) -> Iterator[Any]:
    """Every value inside a value."""
    yield value
    for inside in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(inside)


def swapped(draw: random.Random, document: Any, pool: list[Any]) -> bytes:
    """A document with one to six values replaced by others, as JSON, which is YAML too."""
    whole = {"": deepcopy(document)}
    for _ in range(draw.randint(1, 6)):
        _swap(draw, whole, pool)
    return json.dumps(whole[""], ensure_ascii=draw.random() < 0.5, indent=draw.choice((None, 1))).encode()[:MAX_SIZE]


def _swap(draw: random.Random, whole: Any, pool: list[Any]) -> None:
    place = whole
    key: Any = ""
    while isinstance(place[key], dict | list) and place[key] and (place is whole or draw.random() < 0.8):
        place = place[key]
        key = draw.choice(list(place)) if isinstance(place, dict) else draw.randrange(len(place))
    kind = draw.randrange(6)
    if kind == 0 and place is not whole:
        del place[key]
    elif kind == 1:
        place[key] = [place[key]] * draw.randint(0, 3)
    elif kind == 2 and isinstance(place, dict) and place is not whole:
        place[str(draw.choice(pool))[:40]] = place.pop(key)
    else:
        place[key] = deepcopy(draw.choice(pool))


@dataclass
class Outcome:
    inputs: int = 0
    findings: int = 0
    slowest_s: float = 0.0
    slowest: int = 0
    failures: list[str] = field(default_factory=list)


def inputs(seed: int, numbers: Iterator[int] | range) -> Iterator[tuple[int, str, bytes]]:
    """(number, name, content)"""
    start = files()
    read = documents(start)
    pool = [part for name in sorted(read) for document in read[name] for part in parts(document)]
    for number in numbers:
        draw = random.Random(f"{seed}:{number}")
        if draw.random() < 0.5:
            name = draw.choice(sorted(start))
            yield number, name, mutated(draw, draw.choice(start[name]), start[draw.choice(sorted(start))])
        else:
            name = draw.choice(sorted(read))
            yield number, name, swapped(draw, draw.choice(read[name]), pool)


def run(seed: int, numbers: range, limit_s: float = LIMIT_S) -> Outcome:
    """Check so many mutated files. A slow one is tried again: what counts is the best of three."""
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as folder:
        for number, name, content in inputs(seed, numbers):
            path = Path(folder) / name
            path.write_bytes(content)
            outcome.inputs += 1
            try:
                took, found = _timed(path)
                if took > limit_s:
                    took, found = min(_timed(path) for _ in range(3))
                if number % 10 == 0:
                    _timed(Path(folder))  # what is left there of the inputs before, held against each other
            except Exception:
                outcome.failures.append(f"input {number} (seed {seed}), {name}:\n{traceback.format_exc()}")
                continue
            outcome.findings += found
            if took > outcome.slowest_s:
                outcome.slowest_s, outcome.slowest = took, number
            if took > limit_s:
                outcome.failures.append(f"input {number} (seed {seed}), {name}: took {took:.3f} s")
    return outcome


def _timed(path: Path) -> tuple[float, int]:
    """(seconds of the processor, findings): what else runs on the machine does not count."""
    began = time.process_time()
    report = check_paths([path])
    took = time.process_time() - began
    for form in FORMATS.values():
        form(report.problems).encode("utf-8")
    for problem in report.problems:
        if problem.line < 0 or not problem.message or "(path=" in problem.message:
            raise AssertionError(f"a finding that cannot be read: {problem!r}")
    return took, len(report.problems)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="?", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="the number of one input, which is printed and checked")
    given = parser.parse_args()
    numbers = range(given.inputs) if given.only is None else range(given.only, given.only + 1)
    if given.only is not None:
        for _, name, content in inputs(given.seed, numbers):
            print(name, content, sep="\n")
    began = time.perf_counter()
    outcome = run(given.seed, numbers)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{outcome.inputs} inputs, {outcome.findings} findings, {len(outcome.failures)} failures, "
        f"{time.perf_counter() - began:.0f} s; slowest {outcome.slowest_s * 1000:.0f} ms (input {outcome.slowest}); "
        f"at most {memory:.0f} MB"
    )
    for failure in outcome.failures[:10]:
        print(failure, file=sys.stderr)
    return 1 if outcome.failures else 0


if __name__ == "__main__":
    sys.exit(main())
