"""Mutates files and folders and checks them: no exception, no run over the limit of time, memory bounded.

    python -m tests.formats.check.fuzz 100000        so many inputs
    python -m tests.formats.check.fuzz --seed 7 --only 4711      the one that failed

An input is a pure function of the seed and its number: one file, or a folder with some that speak of each other. The
files are our own fixtures and, where the folder is beside the checkout, those of ../shared/corpus.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
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
from sim.formats.check.kinds import SUFFIXES
from sim.formats.nodes import compose, plain
from tests.formats.check.cases import CASES, CLEAN, FOLDERS
from tests.formats.check.scenarios import WHOLE

CORPUS = Path(sim.__file__).resolve().parent.parent.parent / "shared" / "corpus"
LIMIT_S = 0.1
"""So long may each file of an input take, in time of the processor."""
FOLDERS_OF = 4
"""One input of so many is a folder."""
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
        times = min(draw.choice((2, 5, 30, 3_000)), MAX_SIZE // len(lines[number]) + 1)
        return b"".join([*lines[:number], lines[number] * times, *lines[number:]])
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
        fitting = MAX_SIZE // 2 // (len(json.dumps(place[key])) + 3)
        place[key] = [place[key]] * min(draw.choice((0, 1, 2, 3, 3, 3_000)), max(fitting, 3))
    elif kind == 2 and isinstance(place, dict) and place is not whole:
        place[str(draw.choice(pool))[:40]] = place.pop(key)
    else:
        place[key] = deepcopy(draw.choice(pool))


# Folders: files that speak of each other, some of them changed


def folders() -> list[dict[str, bytes]]:
    """Folders to start from: {path: content}."""
    found: list[dict[str, Any]] = [files for pair in FOLDERS.values() for files in pair]
    found += [{"template.yml": text, "scenario.yml": WHOLE} for name, text in CLEAN.values() if "emplate" in name]
    for place in sorted((CORPUS / "apps").glob("*")) if CORPUS.is_dir() else ():
        paths = [path for path in sorted(place.rglob("*")) if path.is_file() and path.stat().st_size <= MAX_SIZE]
        found.append({path.relative_to(place).as_posix(): path.read_bytes() for path in paths})
    return [{name: _bytes(content) for name, content in files.items()} for files in found]


def _bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode()


@dataclass
class Source:
    """What inputs are made of."""

    files: dict[str, list[bytes]]
    read: dict[str, list[Any]]
    pool: list[Any]
    folders: list[dict[str, bytes]]

    @classmethod
    def whole(cls) -> Source:
        start = files()
        read = documents(start)
        pool = [part for name in sorted(read) for document in read[name] for part in parts(document)]
        return cls(start, read, pool, folders())

    def file(self, draw: random.Random) -> tuple[str, bytes]:
        """A changed file with its name."""
        if draw.random() < 0.5:
            name = draw.choice(sorted(self.files))
            return name, mutated(draw, draw.choice(self.files[name]), self.files[draw.choice(sorted(self.files))])
        name = draw.choice(sorted(self.read))
        return name, swapped(draw, draw.choice(self.read[name]), self.pool)

    def folder(self, draw: random.Random) -> dict[str, bytes]:
        """One or two folders in one, with changes in some of the files, and with other files beside them."""
        found: dict[str, bytes] = {}
        for _ in range(draw.randint(1, 2)):
            inside = draw.choice(("", "", "web/", "web/deploy/"))
            for name, content in draw.choice(self.folders).items():
                found[inside + name] = self._changed(draw, content) if draw.random() < 0.6 else content
        for _ in range(draw.randint(0, 5)):
            name, content = self.file(draw)
            found[draw.choice(("", "web/", "ci/")) + name] = content
        if draw.random() < 0.1:
            found |= {f"{draw.choice(('web', 'assets'))}/{number}.txt": b"" for number in range(300)}
        gone = draw.choice(sorted(found))
        if draw.random() < 0.3 and len(found) > 1:
            del found[gone]
        return found

    def _changed(self, draw: random.Random, content: bytes) -> bytes:
        """Its bytes changed, or its values, where there are any: names that others know stay more often so."""
        try:
            document = plain(compose(content.decode("utf-8"), "file.yml"))
        except (ProblemsError, UnicodeDecodeError):
            document = None
        if isinstance(document, dict) and draw.random() < 0.6:
            return swapped(draw, document, self.pool)
        return mutated(draw, content, self.files[draw.choice(sorted(self.files))])


@dataclass
class Outcome:
    inputs: int = 0
    folders: int = 0
    findings: int = 0
    across: int = 0
    """Findings about files that do not fit together."""
    slowest_s: float = 0.0
    """For each file of the input."""
    slowest: int = 0
    failures: list[str] = field(default_factory=list)


def inputs(seed: int, numbers: Iterator[int] | range) -> Iterator[tuple[int, dict[str, bytes]]]:
    """(number, {path: content}) of each input."""
    source = Source.whole()
    for number in numbers:
        draw = random.Random(f"{seed}:{number}")
        yield number, source.folder(draw) if number % FOLDERS_OF == 0 else dict([source.file(draw)])


def run(seed: int, numbers: range, limit_s: float = LIMIT_S) -> Outcome:
    """Check so many mutated inputs. A slow one is tried again: what counts is the best of three."""
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as place:
        for number, content in inputs(seed, numbers):
            folder = Path(place) / str(number)
            path = written(folder, content)
            outcome.inputs += 1
            outcome.folders += path == folder
            try:
                took, codes = _timed(path)
                checked = sum(path.endswith(SUFFIXES) for path in content)
                if took > limit_s * checked:
                    took, codes = min(_timed(path) for _ in range(3))
            except Exception:
                outcome.failures.append(f"input {number} (seed {seed}), {sorted(content)}:\n{traceback.format_exc()}")
                continue
            finally:
                shutil.rmtree(folder)
            outcome.findings += len(codes)
            outcome.across += sum(code in FOLDERS for code in codes)
            each = took / max(checked, 1)
            if each > outcome.slowest_s:
                outcome.slowest_s, outcome.slowest = each, number
            if each > limit_s:
                outcome.failures.append(f"input {number} (seed {seed}), {sorted(content)}: took {took:.3f} s")
    return outcome


def written(folder: Path, content: dict[str, bytes]) -> Path:
    """Write an input; gives what is to be checked: the only file, or the folder of several."""
    for name, text in content.items():
        path = folder / name
        if not path.exists() and not any(above.is_file() for above in path.parents):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
    return folder / next(iter(content)) if len(content) == 1 else folder


def _timed(path: Path) -> tuple[float, list[str]]:
    """(seconds of the processor, the codes found): what else runs on the machine does not count."""
    began = time.process_time()
    report = check_paths([path])
    took = time.process_time() - began
    for form in FORMATS.values():
        form(report.problems).encode("utf-8")
    for problem in report.problems:
        if problem.line < 0 or not problem.message or "(path=" in problem.message:
            raise AssertionError(f"a finding that cannot be read: {problem!r}")
    return took, [problem.code for problem in report.problems]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="?", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="the number of one input, which is printed and checked")
    given = parser.parse_args()
    numbers = range(given.inputs) if given.only is None else range(given.only, given.only + 1)
    if given.only is not None:
        for _, content in inputs(given.seed, numbers):
            for name, text in content.items():
                print(name, text, sep="\n")
    began = time.perf_counter()
    outcome = run(given.seed, numbers)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{outcome.inputs} inputs, {outcome.folders} of them folders; {outcome.findings} findings, {outcome.across} "
        f"of them across files; {len(outcome.failures)} failures, {time.perf_counter() - began:.0f} s; "
        f"slowest {outcome.slowest_s * 1000:.0f} ms for each file (input {outcome.slowest}); "
        f"at most {memory:.0f} MB"
    )
    for failure in outcome.failures[:10]:
        print(failure, file=sys.stderr)
    return 1 if outcome.failures else 0


if __name__ == "__main__":
    sys.exit(main())
