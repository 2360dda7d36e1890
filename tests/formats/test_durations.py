from __future__ import annotations

import pytest

from sim.core.randomness import Constant, Distribution, Empirical, Exponential, Lognormal, Normal, Triangular, Uniform
from sim.formats.durations import read_distribution
from sim.formats.nodes import Reader, compose


def read(text: str) -> tuple[Distribution | None, Reader]:
    reader = Reader("a.yml", "XX")
    return read_distribution(reader, compose(text, "a.yml"), "takes"), reader


@pytest.mark.parametrize(
    ("text", "distribution"),
    [
        ("40s", Constant(40_000)),
        ("0", Constant(0)),
        ("{exponential: 30m}", Exponential(1_800_000)),
        ("{lognormal: {mean: 90s, cv: 0.3}}", Lognormal(90_000, 0.3)),
        ("{lognormal: {mean: 90s, cv: 0}}", Lognormal(90_000, 0.0)),
        ("{uniform: [5s, 20s]}", Uniform(5_000, 20_000)),
        ("{triangular: [1s, 3s, 15s]}", Triangular(1_000, 3_000, 15_000)),
        ("{normal: {mean: 1m, sd: 10s}}", Normal(60_000, 10_000)),
        ("{empirical: [9s, 1s, 4s]}", Empirical((9_000, 1_000, 4_000))),
    ],
)
def test_every_form(text: str, distribution: Distribution) -> None:
    found, reader = read(text)
    assert (found, reader.problems) == (distribution, [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("soon", "takes is 'soon', not a duration such as 90s, 1h30m or 7d"),
        ("[5s, 6s]", "takes is not a duration such as 90s, or one of exponential"),
        ("{uniform: [1s, 2s], normal: x}", "takes is not a duration such as 90s, or one of"),
        ("{gamma: 3s}", "takes: 'gamma' is no distribution"),
        ("{exponential: [1s]}", "takes: exponential is a list, not a duration"),
        ("{uniform: 5s}", "takes: uniform is '5s', not a list"),
        ("{uniform: [5s]}", "takes: uniform needs 2 durations, not 1"),
        ("{uniform: [20s, 5s]}", "takes: uniform: the durations must not fall"),
        ("{triangular: [1s, 9s, 5s]}", "takes: triangular: the durations must not fall"),
        ("{uniform: [5s, soon]}", "takes: uniform is 'soon', not a duration"),
        ("{empirical: []}", "takes: empirical needs at least one durations, not 0"),
        ("{lognormal: {mean: 90s}}", "takes: lognormal has no cv"),
        ("{lognormal: {cv: 1}}", "takes: lognormal has no mean"),
        ("{lognormal: {mean: 0s, cv: 1}}", "takes: lognormal: mean must be above 0, and cv from 0 to 100"),
        ("{lognormal: {mean: 9s, cv: -1}}", "takes: lognormal: mean must be above 0, and cv from 0 to 100"),
        ("{lognormal: {mean: 9s, cv: 101}}", "takes: lognormal: mean must be above 0, and cv from 0 to 100"),
        ("{lognormal: {mean: 9s, cv: 1e99}}", "takes: lognormal: mean must be above 0, and cv from 0 to 100"),
        ("{lognormal: {mean: 9s, cv: wide}}", "takes: lognormal: cv is 'wide', not a number"),
        ("{lognormal: {mean: 9s, cv: 1, sd: 2s}}", "takes: lognormal has no key 'sd'"),
        ("{normal: {mean: 9s, sd: x}}", "takes: normal: sd is 'x', not a duration"),
        ("{normal: 9s}", "takes: normal is '9s', not a mapping"),
    ],
)
def test_what_is_none_is_a_problem_on_its_line(text: str, message: str) -> None:
    found, reader = read(f"# first line\n{text}")
    assert found is None or "no key" in message
    (problem,) = reader.problems
    assert problem.message.startswith(message)
    assert problem.line == 2
