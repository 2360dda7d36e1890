"""Errors and warnings about a file that a user wrote, and errors that a simulated service answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding in a user's file.

    `path` is as the user gave it, `line` and `column` count from 1 (0: the file as a whole), `code` is a
    stable short name such as `BS101`, `message` says what was found and what was expected, `hint` says
    what to write instead.
    """

    path: str
    line: int
    column: int
    severity: Severity
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.path}:{self.line}:{self.column}: {self.severity} {self.code} {self.message}"
        return f"{text}\n    {self.hint}" if self.hint else text

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class SimError(Exception):
    """The root of every error this package raises on purpose.

    `type(error)(*error.args)` is an error like it: SimPy makes such copies when one process waits for another.
    """


class ProblemsError(SimError):
    """A file cannot be used. `problems` holds every finding, errors and warnings, in file order."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class UsageError(SimError):
    """The simulator was used in a way that cannot work; the message says what to do instead."""


class ServiceError(SimError):
    """What a simulated AWS service answers in place of a result.

    `code` is the error's AWS name (`DeploymentDoesNotExistException`), `message` its text, `members`
    further members of the modelled error shape.
    """

    def __init__(self, code: str, message: str, **members: Any):
        self.code = code
        self.message = message
        self.members = members
        super().__init__(code, message)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
