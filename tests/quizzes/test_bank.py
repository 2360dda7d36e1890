"""Bank files: what is read of them, and how mistakes are told."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import quizzes
from quizzes import grammar, model
from quizzes.bank import check_bank, load, paths, read_bank, read_text
from quizzes.proof import prove
from sim.core.problems import Problem, ProblemsError
from sim.formats import nodes, shipped
from sim.formats.check import command

HEAD = """schema: codesuite-quiz/1
bank: mine
title: Questions of mine
licence: Apache-2.0
misconceptions:
  pushes: CodeDeploy logs in to the instances and pushes files.
questions:
"""
COMMON = """  topic: codedeploy.agent
  exams: [{exam: DVA-C02, task: "3.4"}]
  difficulty: 1
  cognitive: recall
  explain: The agent asks for work, and nothing connects to the instance.
  refs: ["https://docs.aws.amazon.com/codedeploy/latest/userguide/codedeploy-agent.html"]
  currency: {status: current, checked: 2026-11-23}
"""
SINGLE = """- id: direction
  type: single
  stem: Who begins the conversation between agent and service?
  options:
  - {key: agent, text: The agent on the instance, correct: true, why: It polls over HTTPS and is given commands.}
  - {key: service, text: The CodeDeploy service, misconception: pushes, why: The service never connects to an instance.}
"""


def test_codesuite_check_has_nothing_to_say_about_the_quiz_and_looks_at_all_of_it() -> None:
    folder = Path(quizzes.__file__).parent
    answer = command.check([folder])
    assert (answer.text.strip(), answer.failed) == ("no findings", False)
    kept = [*folder.glob("bank/*.yml"), *folder.glob("worlds/*.yml"), *folder.glob("worlds/apps/*/appspec.yml")]
    assert answer.aside == f"{len(kept)} files checked"


def found(text: str) -> list[Problem]:
    return check_bank(text, "mine.yml")


def one(body: str, head: str = HEAD) -> list[str]:
    """The findings in a bank with that question, as `line code message`."""
    return [f"{problem.line} {problem.code} {problem.message}" for problem in found(head + body + COMMON)]


def test_a_bank_is_read_as_it_stands() -> None:
    reading = read_text(HEAD + SINGLE + COMMON, "mine.yml")
    assert reading.reader.problems == []
    (question,) = reading.bank().questions
    assert isinstance(question, model.Single)
    assert question.right == ("agent",)
    assert question.exams == (model.ExamTask("DVA-C02", "3.4"),)
    assert question.exams[0].domain == "3"
    assert (question.path, question.line, question.bank) == ("mine.yml", 8, "mine")


MISTAKES: dict[str, tuple[str, str]] = {
    "a key that is not known": (SINGLE.replace("stem:", "steam:"), "QB003"),
    "a type that is not known": (SINGLE.replace("type: single", "type: sinlge"), "QB022"),
    "no right option": (SINGLE.replace("correct: true, ", ""), "QB033"),
    "two right options": (SINGLE.replace("misconception: pushes", "correct: true"), "QB033"),
    "the same option twice": (SINGLE.replace("The CodeDeploy service", "The agent on the instance"), "QB037"),
    "the same key twice": (SINGLE.replace("key: service", "key: agent"), "QB037"),
    "a rationale that is no sentence": (SINGLE.replace("It polls over HTTPS and is given commands.", "Yes."), "QB013"),
    "a misconception that is not explained": (
        SINGLE.replace("misconception: pushes", "misconception: puhses"),
        "QB036",
    ),
    "a right option with a misconception": (
        SINGLE.replace("correct: true", "correct: true, misconception: pushes"),
        "QB035",
    ),
    "an id with capitals": (SINGLE.replace("id: direction", "id: Direction"), "QB012"),
}


def test_all_mistakes_of_a_bank_are_told_at_once() -> None:
    head = HEAD.replace("title: Questions of mine", "titel: Questions of mine")
    body = ""
    for number, (old, new) in enumerate(SLIPS):
        assert old in SINGLE + COMMON
        body += (SINGLE + COMMON).replace("id: direction", f"id: question-{number}").replace(old, new, 1)
    told = [problem for problem in found(head + body) if problem.severity == "error"]
    lines = (head + body).splitlines()
    first = [at for at, line in enumerate(lines, 1) if line.startswith("- ")]
    of = [sum(start <= problem.line for start in first) for problem in told]
    assert set(of) == set(range(len(SLIPS) + 1)), "0 is the head of the bank"


SLIPS = (
    ("key: agent", "key: service"),
    ("misconception: pushes", "misconception: puhses"),
    ("type: single", "type: sinlge"),
    ("difficulty: 1", "difficulty: easy"),
    ("correct: true", "correct: perhaps"),
    ("2026-11-23", "yesterday"),
    ("explain:", "explian:"),
    ('task: "3.4"', "taks: 3"),
    ("key: service, ", ""),
    ("id:", "name:"),
)


@pytest.mark.parametrize("scenario", ["5", "[fleet]"])
def test_a_proof_names_its_scenario_or_writes_it_down(scenario: str) -> None:
    told = one(SINGLE + f"  proof: {{scenario: {scenario}, claims: {{}}}}\n")
    assert any(line.split()[0] == "14" for line in told), told


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_line(mistake: str) -> None:
    body, code = MISTAKES[mistake]
    problems = [problem for problem in found(HEAD + body + COMMON) if problem.code == code]
    assert problems, one(body)
    changed = [
        number
        for number, (was, now) in enumerate(zip(SINGLE.splitlines(), body.splitlines(), strict=True), 8)
        if was != now
    ]
    near = {line for number in changed for line in (number - 2, number - 1, number)} | {8}
    assert {problem.line for problem in problems} <= near
    assert all(problem.severity == "error" for problem in problems)


def test_the_same_id_twice_names_the_first() -> None:
    (problem,) = one(SINGLE + COMMON + SINGLE)
    assert problem == "21 QB021 the id direction is also that of line 8"


def test_what_is_retired_needs_a_note_a_source_and_a_successor() -> None:
    text = HEAD + SINGLE + COMMON.replace("status: current", "status: retired, effect: historical-only")
    assert {problem.code for problem in found(text)} == {"QB030", "QB031"}


def test_a_proof_claims_every_option() -> None:
    proof = '  proof: {scenario: fleet, claims: {agent: "deployments[0].status == \'Succeeded\'", other: "a =="}}\n'
    codes = [problem.code for problem in found(HEAD + SINGLE + COMMON + proof)]
    assert sorted(codes) == ["QB041", "QB041", "QB043"]


def test_wrong_edits_of_a_task_keep_to_its_paths() -> None:
    body = """\
- id: task
  type: prove
  stem: Set the configuration up so that one instance fails.
  scenario: fleet
  edit: [parameters.Config]
  checks: [{holds: "deployments[0].status == 'Failed'", fail: The deployment has not failed in this run.}]
  solution: {parameters.Config: custom}
  wrong: [{parameters.Config: custom}, {parameters.Fleet: 3}]
"""
    (problem,) = found(HEAD + body + COMMON)
    assert problem.code == "QB040"
    assert "parameters.Fleet" in str(problem)


def test_an_ordering_lists_its_items_in_a_right_order() -> None:
    body = """- id: order
  type: ordering
  stem: Put these events of a deployment in order.
  items:
  - {key: one, text: One, why: It comes first because nothing else can., after: [two]}
  - {key: two, text: Two, why: It comes second because the first is done.}
  - {key: three, text: Three, why: It comes third because the second is done.}
"""
    assert one(body) == ["12 QB038 'two' is no item above one"]


def test_partial_orders_know_what_comes_before_what() -> None:
    items = (
        model.Item("a", "A", "why"),
        model.Item("b", "B", "why", after=()),
        model.Item("c", "C", "why", after=("a", "b")),
        model.Item("d", "D", "why"),
    )
    blank: Any = dict.fromkeys(
        ("id", "stem", "topic", "exams", "difficulty", "cognitive", "explain", "refs", "currency")
    )
    before = model.Ordering(items=items, **blank).before()
    assert before == {"a": frozenset(), "b": frozenset(), "c": frozenset("ab"), "d": frozenset("abc")}


# Advice on writing

ADVICE: dict[str, tuple[str, str]] = {
    "no whole sentence": (SINGLE.replace("service?", "service"), "QB202"),
    "a negative question": (SINGLE.replace("Who begins", "Which of them does not begin"), "QB203"),
    "the right one stands out": (
        SINGLE.replace("text: The agent on the instance", f"text: {'The agent ' * 9}"),
        "QB210",
    ),
    "an absolute word": (SINGLE.replace("The CodeDeploy service", "The service always"), "QB213"),
    "options of two makings": (SINGLE.replace("The CodeDeploy service", "The service itself."), "QB214"),
    "a topic nearly that of others": (SINGLE.replace("  stem:", "  topic: codedeploy.rolback\n  stem:"), "QB205"),
    "a service nearly that of others": (SINGLE.replace("  stem:", "  topic: codeploy.agent\n  stem:"), "QB205"),
    "all of the above": (SINGLE.replace("The CodeDeploy service", "All of the above"), "QB212"),
}


@pytest.mark.parametrize("habit", ADVICE)
def test_bad_habits_are_warned_of(habit: str) -> None:
    body, code = ADVICE[habit]
    common = COMMON.replace("  topic: codedeploy.agent\n", "") if "topic:" in body else COMMON
    problems = found(HEAD + body + common)
    assert code in {problem.code for problem in problems}
    assert {problem.severity for problem in problems} == {"warning"}


@pytest.mark.parametrize("topic", ["codedeploy.agent", "codedeploy.weather", "gitlab.runners"])
def test_a_topic_that_is_known_or_new_is_not_warned_of(topic: str) -> None:
    assert one(SINGLE, HEAD) == []
    assert found(HEAD + SINGLE + COMMON.replace("codedeploy.agent", topic)) == []


def test_what_is_meant_by_a_topic_is_told() -> None:
    (problem,) = found(HEAD + SINGLE + COMMON.replace("codedeploy.agent", "codeploy.agnt"))
    assert problem.hint == "did you mean codedeploy.agent?"


def test_a_misconception_that_nobody_names_is_warned_of() -> None:
    (problem,) = one(SINGLE.replace("misconception: pushes, ", ""), HEAD)[:1]
    assert problem.startswith("6 QB220")


# What comes along


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_the_banks_that_come_along_are_without_findings(path: Path) -> None:
    assert [str(problem) for problem in check_bank(path.read_text(encoding="utf-8"), str(path))] == []


def schema() -> Any:
    return json.loads((shipped.root() / "schema" / "quiz-bank.schema.json").read_text(encoding="utf-8"))


def test_the_schema_for_editors_is_that_of_the_reader() -> None:
    assert schema() == grammar.schema(), "python -m quizzes.grammar > data/schema/quiz-bank.schema.json"
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_the_banks_that_come_along_are_as_the_schema_says(path: Path) -> None:
    document = nodes.plain(nodes.compose(path.read_text(encoding="utf-8"), str(path)))
    errors = [f"{list(error.path)}: {error.message}" for error in Draft202012Validator(schema()).iter_errors(document)]
    assert errors == []


def test_two_banks_may_not_share_an_id(tmp_path: Path) -> None:
    files = [tmp_path / "one.yml", tmp_path / "two.yml"]
    for file in files:
        file.write_text(HEAD + SINGLE + COMMON, encoding="utf-8")
    assert read_bank(files[0]).questions
    with pytest.raises(ProblemsError, match="QB021 the id direction is also that of"):
        load(files)


def test_the_example_of_the_documentation_is_a_bank_and_is_proved() -> None:
    page = (Path(__file__).parents[2] / "docs" / "quiz.md").read_text(encoding="utf-8")
    (example,) = [part.partition("```")[0] for part in page.split("```yaml\n")[1:]]
    assert found(example) == []
    (question,) = read_text(example, "docs/quiz.md").bank().questions
    assert prove(question).holds
