from __future__ import annotations

import copy
import pickle

import pytest

from sim.core.problems import Problem, ProblemsError, ServiceError, SimError, UsageError

PROBLEM = Problem("buildspec.yml", 3, 5, "error", "BS101", "version is missing", "write `version: 0.2`")


def test_a_problem_names_place_code_and_mend() -> None:
    assert str(PROBLEM) == "buildspec.yml:3:5: error BS101 version is missing\n    write `version: 0.2`"
    assert str(Problem("a.yml", 1, 1, "warning", "X1", "odd")) == "a.yml:1:1: warning X1 odd"
    assert PROBLEM.as_dict()["line"] == 3


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ProblemsError([PROBLEM, PROBLEM]), f"{PROBLEM}\n{PROBLEM}"),
        (ServiceError("ThrottlingException", "too fast", detail=1), "ThrottlingException: too fast"),
        (UsageError("give one"), "give one"),
    ],
)
def test_errors_read_well_and_can_be_copied(error: SimError, text: str) -> None:
    assert str(error) == text
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error)), type(error)(*error.args)):
        assert str(twin) == text
    assert vars(copy.copy(error)) == vars(error)


def test_a_service_error_keeps_its_members() -> None:
    assert ServiceError("NoSuchKey", "no", Key="a").members == {"Key": "a"}
