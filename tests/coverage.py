"""Which operations of AWS's model are simulated, and which tests call them: the tables in docs/coverage.

`python -m tests.coverage` writes them; a test holds that they are up to date.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from botocore.session import get_session

from sim.core.world import SERVICES

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs" / "coverage"
COVERED = ("codedeploy",)
"""Services with a table."""
ELSEWHERE = {
    "codedeploy": {
        "ContinueDeployment": "refused: blue/green deployments only",
        "SkipWaitTimeForInstanceTermination": "refused: blue/green deployments only",
        "PutLifecycleEventHookExecutionStatus": "refused: AWS Lambda and Amazon ECS only",
        "DeleteResourcesByExternalId": "nothing to delete: blue/green deployments through CloudFormation only",
        "ListGitHubAccountTokenNames": "no account is ever connected",
        "DeleteGitHubAccountToken": "no account is ever connected",
    }
}
"""Operations that answer, and simulate little: why."""


def table(service: str) -> str:
    """The page of one service: a row for each operation of the installed model."""
    model = get_session().get_service_model(service)
    kind = import_module(SERVICES[service]).SERVICE
    rows = []
    for operation in sorted(model.operation_names):
        there = "yes" if hasattr(kind, operation) else "no"
        said = ELSEWHERE.get(service, {}).get(operation, there)
        rows.append(f"| `{operation}` | {said} | {'<br>'.join(callers(service, operation)) or 'none'} |")
    return "\n".join(
        [
            f"# Operations of {service}",
            "",
            f"Every operation of AWS's model {model.api_version}, whether the simulator answers it, and the tests of",
            "the service that call it, themselves or through a function or fixture that they use: of each file the",
            "first such test, and how many more. `python -m tests.coverage` writes this page.",
            "",
            "| operation | simulated | tests |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def callers(service: str, operation: str) -> list[str]:
    """The tests that call the operation: of each file the first, and the number of the others."""
    found = []
    for path in sorted((ROOT / "tests" / "services" / service).glob("test_*.py")):
        names = [name for name, said in tests_of(path).items() if operation in said]
        if names:
            more = f" and {len(names) - 1} more" if names[1:] else ""
            found.append(f"`{path.name}::{names[0]}`{more}")
    return found


@cache
def tests_of(path: Path) -> dict[str, frozenset[str]]:
    """Every test of a file, in order, and the operations that it or anything it uses names."""
    here = pieces(path)
    return {name: operations(name, here) for name in here if name.startswith("test_")}


@cache
def pieces(path: Path) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """What stands at the top of a test file or is taken from another, and its conftest's fixtures.

    Each piece has the operations it names (as text, or as a client's method) and the names that it uses. The methods
    of a class are pieces too: whoever uses the word uses the method.
    """
    found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    if path.name.startswith("test_") and (path.parent / "conftest.py").exists():
        found |= pieces(path.parent / "conftest.py")
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests."):
            found |= pieces(ROOT / ((node.module or "").replace(".", "/") + ".py"))
        found |= dict(named(node))
    return found


def named(node: ast.stmt) -> Iterator[tuple[str, tuple[frozenset[str], frozenset[str]]]]:
    """(name, (operations said, names used)) of a function, of a constant, of each method of a class."""
    match node:
        case ast.FunctionDef():
            yield node.name, (said(node), used(node))
        case ast.ClassDef():
            for inner in node.body:
                yield from named(inner)
            start = [inner for inner in node.body if isinstance(inner, ast.FunctionDef) and inner.name == "__init__"]
            yield node.name, (said(*start), used(*start))
        case ast.Assign(targets=[ast.Name(id=name)]):
            yield name, (said(node), used(node))


def said(*nodes: ast.AST) -> frozenset[str]:
    """Operations named as text or as the method of a client: `"CreateDeployment"`, `.create_deployment(`."""
    words = set()
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.isidentifier():
                words.add(part.value)
            elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
                words.add(re.sub(r"(?:^|_)([a-z])", lambda match: match[1].upper(), part.func.attr))
    return frozenset(words)


def used(*nodes: ast.AST) -> frozenset[str]:
    """Names and attributes that stand there, and arguments: a test's arguments are its fixtures."""
    words: set[str] = set()
    for part in (part for node in nodes for part in ast.walk(node)):
        match part:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.arg(arg=word):
                words.add(word)
    return frozenset(words)


def operations(name: str, here: dict[str, tuple[frozenset[str], frozenset[str]]]) -> frozenset[str]:
    """What a piece says, with all that it uses and that uses again."""
    reached, left, words = set(), [name], set()
    while left:
        one = left.pop()
        if one in reached or one not in here:
            continue
        reached.add(one)
        says, uses = here[one]
        words |= says
        left += sorted(uses)
    return frozenset(words)


def write() -> None:
    PAGES.mkdir(exist_ok=True)
    for service in COVERED:
        (PAGES / f"{service}.md").write_text(table(service), encoding="utf-8")


if __name__ == "__main__":
    write()
