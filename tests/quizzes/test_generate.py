"""Generated questions: fair, reproducible, quick, and no giveaway in place or length."""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache

import pytest

from quizzes import generate, model, plain
from quizzes.asking import present
from quizzes.fleets import minimum
from quizzes.generate import Family, families, family, names
from quizzes.luck import Luck
from sim.core.problems import UsageError
from sim.core.states import Rule
from sim.services.codedeploy.resources import EVENT_SKIPPED, TARGET_SKIPPED

FAMILIES = names()
MANY = 40


@cache
def drawn(name: str, seed: int) -> model.Question:
    return generate.generate(family(name), seed)


def test_the_families_asked_for_are_there() -> None:
    deploy = ["batch-size", "fleet-outcome", "hook-failure", "immediate-fail", "next-order", "rollback"]
    run = ["approval", "failure-retry", "run-order", "superseded"]
    assert [f"codedeploy.{name}" for name in deploy] + [f"codepipeline.{name}" for name in run] == FAMILIES


def usable(name: str, seed: int) -> int:
    """Which of the ten draws of a seed is usable, from 1; 0 for none."""
    one = family(name)
    for attempt in range(1, generate.REDRAWS + 1):
        if generate.attempted(one, seed, attempt) is not None:
            return attempt
    return 0


@pytest.mark.parametrize("name", FAMILIES)
def test_nearly_every_seed_gives_a_question(name: str) -> None:
    tried = [usable(name, seed) for seed in range(MANY)]
    assert sum(attempt > 0 for attempt in tried) >= 0.95 * MANY


@pytest.mark.parametrize("name", FAMILIES)
def test_a_question_is_whole(name: str) -> None:
    for seed in range(10):
        question = drawn(name, seed)
        assert question.id == f"{name}#{seed}"
        assert question.drawn is not None
        assert question.stem.endswith("?")
        assert question.card == name
        assert len(question.explain) >= 25
        if isinstance(question, model.Choice):
            assert len(question.options) == generate.OPTIONS
            assert len(question.right) == 1
            assert len({option.text for option in question.options}) == generate.OPTIONS
            for option in question.options:
                assert option.correct or option.misconceptions
                assert set(option.misconceptions) <= set(family(name).beliefs)
        else:
            assert isinstance(question, model.Numeric)
            assert len(question.near) >= generate.NEAR
            assert question.value not in {near.value for near in question.near}


@pytest.mark.parametrize("name", FAMILIES)
def test_every_belief_is_some_rivals(name: str) -> None:
    one = family(name)
    shown = {""}
    for seed in range(4 * MANY):  # some speak of few draws
        if shown > set(one.beliefs):
            break
        question = drawn(one.name, seed)
        rows = question.options if isinstance(question, model.Choice) else getattr(question, "near", ())
        shown |= {key for row in rows for key in row.misconception.split("+")}
    assert shown - {""} == set(one.beliefs)


def test_the_same_id_gives_the_same_question_in_another_process() -> None:
    ids = [f"{name}#{seed}" for name in FAMILIES for seed in (3, 11)]
    code = (
        "import sys; from quizzes import generate, plain;"
        "print([plain.to_plain(generate.question(id)) for id in sys.argv[1:]])"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code, *ids], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert outputs[0].strip() == str([plain.to_plain(generate.question(id)) for id in ids])


def test_questions_come_back_from_plain_values() -> None:
    for name in FAMILIES:
        question = generate.question(f"{name}#5")
        assert plain.to_plain(plain.from_plain(plain.to_plain(question))) == plain.to_plain(question)


def timed(name: str, seeds: range) -> int:
    return sum(usable(name, seed) > 0 for seed in seeds)


def test_many_can_be_made_in_two_processes() -> None:
    """How long a thousand take is measured by hand: tests/benchmarks/test_quizzes.py."""
    with ProcessPoolExecutor(2) as pool:
        made = list(pool.map(timed, FAMILIES, [range(1000, 1020)] * len(FAMILIES)))
    assert sum(made) >= 0.95 * 20 * len(FAMILIES)


# No giveaways


def singles() -> list[model.Single]:
    made = [drawn(one.name, seed) for one in families() if not one.unit for seed in range(MANY)]
    return [question for question in made if isinstance(question, model.Single)]


def test_right_answers_stand_in_every_place_alike() -> None:
    places = Counter(
        next(place for place, shown in enumerate(present(question, seed, 1).choices) if shown.key == question.right[0])
        for question in singles()
        for seed in range(4)
    )
    count = sum(places.values())
    expected = count / generate.OPTIONS
    square = sum((places[place] - expected) ** 2 / expected for place in range(generate.OPTIONS))
    assert square < 16.27, f"chi-square with 3 degrees of freedom, p < 0.001: {places}"


def test_right_options_are_not_longer_than_wrong_ones() -> None:
    gaps = []
    for question in singles():
        right = [len(option.text) for option in question.options if option.correct]
        wrong = [len(option.text) for option in question.options if not option.correct]
        gaps.append(sum(right) / len(right) - sum(wrong) / len(wrong))
    mean = sum(gaps) / len(gaps)
    assert abs(mean) < 2, f"by {mean:.2f} characters on average"


# The gate


class Coin(Family):
    """A family whose answer hangs on what its stem leaves open."""

    topic = "codedeploy.order"
    exams = (("DVA-C02", "3.4"),)
    refs = ("docs/behaviour/codedeploy.md §6",)
    beliefs = {"one": "one", "two": "two", "three": "three"}  # noqa: RUF012
    name = "codedeploy.coin"

    def draw(self, luck):  # type: ignore[no-untyped-def]
        return {"size": luck.between(5, 9)}

    def world(self, drawn):  # type: ignore[no-untyped-def]
        return generate.World("fleet", {"parameters.FleetSize": drawn["size"]})

    def truth(self, drawn, result):  # type: ignore[no-untyped-def]
        return result["deployments"][0]["targets"][0]["name"]

    def rivals(self, drawn):  # type: ignore[no-untyped-def]
        return {"one": "a", "two": "b", "three": "c"}

    def stem(self, drawn):  # type: ignore[no-untyped-def]
        return "Which instance is reached first?"

    def lesson(self, drawn, answer):  # type: ignore[no-untyped-def]
        return "Chance decides among instances of the same standing."


def test_what_is_ambiguous_is_not_asked() -> None:
    with pytest.raises(generate.NoQuestionError, match="none of 10 draws"):
        generate.generate(Coin(), 1)


class Few(Coin):
    def rivals(self, drawn):  # type: ignore[no-untyped-def]
        return {"one": "a", "two": "a", "three": "c"}

    def truth(self, drawn, result):  # type: ignore[no-untyped-def]
        return "d"


class Alike(Few):
    def rivals(self, drawn):  # type: ignore[no-untyped-def]
        return {"one": "a", "two": "b", "three": "d"}


@pytest.mark.parametrize("kind", [Few, Alike])
def test_rivals_must_differ_from_each_other_and_from_the_answer(kind: type[Family]) -> None:
    with pytest.raises(generate.NoQuestionError):
        generate.generate(kind(), 1)


class Fair(Few):
    def rivals(self, drawn):  # type: ignore[no-untyped-def]
        return {"one": "a", "two": "b", "three": "c"}


def test_what_is_neither_is_asked() -> None:
    question = generate.generate(Fair(), 1)
    assert isinstance(question, model.Single)
    assert {option.text for option in question.options} == set("abcd")
    assert question.options[0].text == "d"


class Idle(Fair):
    """A family in whose scenario somebody stops a deployment that is not there."""

    def world(self, drawn):  # type: ignore[no-untyped-def]
        parameters = {"deploymentId": "${deployments[7].deploymentId}"}
        call = {"service": "codedeploy", "operation": "StopDeployment", "parameters": parameters}
        return generate.World("fleet", {"timeline": [{"at": "0s", "call": call}]})


def test_a_draw_whose_scenario_did_not_happen_as_written_is_not_asked() -> None:
    with pytest.raises(generate.NoQuestionError):
        generate.generate(Idle(), 1)


class Likely(Fair):
    """A family whose answer hangs on a rule that is no more than likely: that untried instances show as Skipped."""

    def world(self, drawn):  # type: ignore[no-untyped-def]
        fails = {"hook": "AfterInstall", "instances": {"position": [1]}, "fails": True}
        return generate.World("fleet", {"parameters.FleetSize": drawn["size"], "behavior": [fails]})

    def truth(self, drawn, result):  # type: ignore[no-untyped-def]
        return result["deployments"][0]["targets"][-1]["status"]


class Certain(Likely):
    """The same world, and what hangs on nothing of that kind."""

    def truth(self, drawn, result):  # type: ignore[no-untyped-def]
        return result["deployments"][0]["status"]


def test_what_hangs_on_a_rule_that_is_no_more_than_likely_is_not_asked() -> None:
    with pytest.raises(generate.NoQuestionError):
        generate.generate(Likely(), 1)
    assert generate.generate(Certain(), 1).options[0].text == "Failed"  # type: ignore[attr-defined]


def test_doubts_are_run_only_where_there_are_any(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[Rule | None] = []
    original = generate.answers

    def counted(family, drawn, used, doubt=None):  # type: ignore[no-untyped-def]
        runs.append(doubt)
        return original(family, drawn, used, doubt)

    monkeypatch.setattr(generate, "answers", counted)
    generate.generate(Fair(), 1)
    assert runs == [None]
    runs.clear()
    generate.generate(Certain(), 1)
    # of a first failure under OneAtATime: events after it, and the instances never reached
    assert runs == [None, EVENT_SKIPPED, TARGET_SKIPPED]


def test_every_option_says_why() -> None:
    made = generate.question("codedeploy.rollback#1")
    assert isinstance(made, model.Single)
    for option in made.options:
        assert option.correct or len(option.why) >= 25
        assert option.why != made.explain


def test_another_version_of_a_family_draws_anew() -> None:
    class Newer(Fair):
        version = 2

    old, new = ([generate.generate(kind(), seed).drawn for seed in range(12)] for kind in (Fair, Newer))
    assert [replace(one, version=0) for one in old if one] != [replace(one, version=0) for one in new if one]


def test_what_is_no_id_is_told() -> None:
    for id in ("codedeploy.batch-size", "codedeploy.batch-size#x", "#3"):
        with pytest.raises(UsageError):
            generate.question(id)
    with pytest.raises(UsageError, match=r"there is no family 'codedeploy\.nothing'; there are codedeploy\.batch-size"):
        generate.question("codedeploy.nothing#1")


def test_seeds_give_different_questions() -> None:
    for one in families():
        shown = {(question.stem, question.exhibit) for seed in range(20) if (question := drawn(one.name, seed))}
        assert len(shown) >= 10, one.name


def windowed(size: int, keep: int, fails: list[int], luck: Luck) -> tuple[str, int]:
    """A deployment that takes the next instance as soon as one is done, instead of working in batches: rule 14."""
    untried = list(range(1, size + 1))
    flying: list[int] = []
    failed = succeeded = 0
    while untried or flying:
        while untried and size - failed - len(flying) > keep:
            flying.append(untried.pop(0))
        if not flying:
            return "Failed", succeeded
        place = flying.pop(luck.between(0, len(flying) - 1))  # whoever is done first
        failed, succeeded = failed + (place in fails), succeeded + (place not in fails)
    return ("Succeeded" if succeeded >= max(1, keep) else "Failed"), succeeded


def test_batches_or_a_window_come_to_the_same() -> None:
    """docs/behaviour/codedeploy.md §5.4: the guide leaves open which it is, so no answer may hang on that."""
    one = family("codedeploy.fleet-outcome")
    for seed in range(60):
        drawn = one.draw(Luck(seed, "window"))
        keep = minimum(drawn["config"], drawn["size"])
        assert generate.decided(one, drawn) == windowed(drawn["size"], keep, drawn["fails"], Luck(seed, "who is first"))
