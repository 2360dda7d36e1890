"""What the quiz costs: one question of each family, and one step with ten thousand answers in the log.

A thousand questions are a hundred rounds of the first: in two processes they must take less than a minute, on a machine
with nothing else to do. A step must take less than 50 ms.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

from quizzes import generate, model
from quizzes.progress import Progress
from quizzes.selection import Plan
from quizzes.sessions import Session
from tests.quizzes.test_sessions import BANK, fill


def test_a_question_of_each_family(benchmark: Any) -> None:
    seeds = count(10_000)

    def made() -> int:
        seed = next(seeds)
        return len([generate.generate(one, seed) for one in generate.families()])

    assert benchmark(made) == len(generate.families())


def test_a_step_with_ten_thousand_answers_in_the_log(benchmark: Any, tmp_path: Path) -> None:
    progress = Progress(tmp_path / "progress.sqlite")
    fill(progress, 10_000)
    choices = tuple(one for one in BANK.questions if isinstance(one, model.Single))
    session = Session.start(progress, "alice", Plan("practice", "A benchmark", 7, choices))

    def step() -> bool:
        question = choices[session.number - 1]
        session.answer(list(question.right))
        told = session.view().feedback is not None
        session.next()
        return told

    assert benchmark.pedantic(step, rounds=len(choices) - 1)
    progress.close()
