"""Which operations of AWS's model are simulated, and which tests call them: the tables in docs/coverage.

`python -m tests.coverage` writes them; a test holds that they are up to date.
"""

from __future__ import annotations

import re
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
        rows.append(f"| `{operation}` | {said} | {', '.join(callers(service, operation)) or 'none'} |")
    return "\n".join(
        [
            f"# Operations of {service}",
            "",
            f"Every operation of AWS's model {model.api_version}, whether the simulator answers it, and the tests of",
            "the service that call it. `python -m tests.coverage` writes this page.",
            "",
            "| operation | simulated | tests |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def callers(service: str, operation: str) -> list[str]:
    """The test files that name the operation, or the method of a client for it."""
    method = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", operation).lower()
    named = re.compile(rf"""["']{operation}["']|\.{method}\(""")
    files = sorted((ROOT / "tests" / "services" / service).glob("test_*.py"))
    return [
        f"`{path.relative_to(ROOT / 'tests').as_posix()}`"
        for path in files
        if named.search(path.read_text(encoding="utf-8"))
    ]


def write() -> None:
    PAGES.mkdir(exist_ok=True)
    for service in COVERED:
        (PAGES / f"{service}.md").write_text(table(service), encoding="utf-8")


if __name__ == "__main__":
    write()
