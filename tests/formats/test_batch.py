"""The `batch` section of a buildspec: docs/behaviour/codebuild.md §11.1."""

from __future__ import annotations

import pytest

from sim.core.problems import ProblemsError
from sim.formats.buildspec import check_buildspec, read_buildspec
from sim.formats.nodes import compose


def found(batch: str) -> list[tuple[str, str]]:
    text = f"version: 0.2\nbatch:\n  {batch}\n"
    return [(problem.code, problem.severity) for problem in check_buildspec(compose(text, "b.yml"), "b.yml")]


@pytest.mark.parametrize(
    "batch",
    [
        "build-list: [{identifier: a}, {identifier: b, buildspec: b.yml, ignore-failure: true, debug-session: no}]",
        "build-list: [{identifier: a, env: {compute-type: BUILD_GENERAL1_SMALL, image: x, privileged-mode: true}}]",
        "build-list: [{identifier: a, env: {fleet: f, type: ARM_CONTAINER, variables: {A: 1}}}]",
        "build-graph: [{identifier: a}, {identifier: b, depend-on: [a]}, {identifier: c, depend-on: [a, b]}]",
        "build-matrix: {static: {ignore-failure: no, env: {privileged-mode: yes}}, dynamic: {buildspec: [a, b]}}",
        "build-matrix: {dynamic: {env: {image: [a, b], compute-type: [c], variables: {N: [1, 2], M: [x]}}}}",
        "build-fanout: {parallelism: 5, ignore-failure: false}",
        "{fast-fail: true, build-list: [{identifier: a}]}",
    ],
)
def test_what_is_well_written(batch: str) -> None:
    assert found(batch) == []


@pytest.mark.parametrize(
    ("batch", "code"),
    [
        ("[a]", "BS001"),
        ("{}", "BS120"),
        ("{build-list: [{identifier: a}], build-graph: [{identifier: b}]}", "BS120"),
        ("build-list: {identifier: a}", "BS001"),
        ("build-list: [a]", "BS001"),
        ("build-list: [{buildspec: a}]", "BS121"),
        ("build-list: [{identifier: a}, {identifier: a}]", "BS122"),
        ("build-list: [{identifier: a, ignore-failure: maybe}]", "BS001"),
        ("build-graph: [{identifier: a, depend-on: [b]}]", "BS123"),
        ("build-graph: [{identifier: a, depend-on: [a]}]", "BS124"),
        ("build-graph: [{identifier: a, depend-on: [b]}, {identifier: b, depend-on: [c]}, "
         "{identifier: c, depend-on: [b]}]", "BS124"),
        ("build-list: [{identifier: a, env: {fleet: f, compute-type: c}}]", "BS125"),
        ("build-matrix: {static: {}}", "BS126"),
        ("build-matrix: {dynamic: {buildspec: a}}", "BS126"),
        ("build-matrix: {dynamic: {env: {variables: {A: 1}}}}", "BS126"),
        ("build-matrix: {dynamic: {env: {image: []}}}", "BS126"),
        ("build-fanout: {}", "BS127"),
        ("build-fanout: {parallelism: 0}", "BS127"),
        ("build-fanout: {parallelism: many}", "BS001"),
    ],
)  # fmt: skip
def test_what_is_not(batch: str, code: str) -> None:
    assert (code, "error") in found(batch)


@pytest.mark.parametrize(
    "batch",
    [
        "{build-list: [{identifier: a}], comment: x}",
        "build-list: [{identifier: a, comment: x}]",
        "build-list: [{identifier: a, env: {env: x}}]",
        "build-list: [{identifier: a, depend-on: [b]}]",
        "build-matrix: {dynamic: {buildspec: [a]}, stat: {}}",
    ],
)
def test_what_nothing_comes_of_is_a_warning(batch: str) -> None:
    assert found(batch) == [("BS201", "warning")]


def test_a_circle_is_told_by_its_names() -> None:
    graph = "[{identifier: a, depend-on: [b]}, {identifier: b, depend-on: [c]}, {identifier: c, depend-on: [b]}]"
    with pytest.raises(ProblemsError, match="tasks wait for each other in a circle: b → c → b"):
        read_buildspec(f"version: 0.2\nbatch: {{build-graph: {graph}}}\n")


def test_each_circle_of_a_graph_is_told() -> None:
    pairs = "{identifier: a, depend-on: [b]}, {identifier: b, depend-on: [a]}"
    others = "{identifier: c, depend-on: [d]}, {identifier: d, depend-on: [c]}"
    assert found(f"build-graph: [{pairs}, {others}]") == [("BS124", "error"), ("BS124", "error")]
