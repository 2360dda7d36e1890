"""Generated questions: fair, reproducible, quick, and no giveaway in place or length."""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache

import pytest

from quizzes import generate, model, plain, proof
from quizzes.asking import present
from quizzes.generate import Family, families, family, names
from sim.core.problems import UsageError
from sim.formats.scenario import CHOICES

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
        if isinstance(question, model.Choice):
            assert len(question.options) == generate.OPTIONS
            assert len(question.right) == 1
            assert len({option.text for option in question.options}) == generate.OPTIONS
            assert all(
                option.misconception in family(name).beliefs for option in question.options if not option.correct
            )
        else:
            assert isinstance(question, model.Numeric)
            assert len(question.near) >= generate.NEAR
            assert question.value not in {near.value for near in question.near}


@pytest.mark.parametrize("name", FAMILIES)
def test_every_belief_is_some_rivals(name: str) -> None:
    one = family(name)
    shown: set[str] = set()
    for seed in range(MANY):
        question = drawn(one.name, seed)
        rows = question.options if isinstance(question, model.Choice) else getattr(question, "near", ())
        shown |= {row.misconception for row in rows}
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
    """How long a thousand take is measured by hand: docs/performance.md."""
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


def test_every_option_says_why() -> None:
    made = generate.question("codedeploy.rollback#1")
    assert isinstance(made, model.Single)
    for option in made.options:
        assert (option.why == made.explain) if option.correct else option.why.startswith("This is the answer of those")


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


@pytest.mark.parametrize("name", [name for name in FAMILIES if name.startswith("codedeploy.")])
def test_no_answer_hangs_on_a_rule_that_is_no_more_than_likely(name: str) -> None:
    one = family(name)
    other_way = {key: values[-1] for key, values in CHOICES.items() if key.startswith("codedeploy.")}
    for seed in range(12):
        question = drawn(name, seed)
        assert question.drawn is not None
        parameters = dict(question.drawn.parameters)
        world = one.world(parameters)
        document, base = proof.open_world(world.name)
        plan = proof.compiled(proof.altered(document, {**world.changes, "choices": other_way}), base)
        answer = one.truth(parameters, plan.run(1, world.until).result())
        if isinstance(question, model.Choice):
            assert one.show(answer) == question.options[0].text, question.id
        else:
            assert isinstance(question, model.Numeric)
            assert answer == question.value, question.id
