"""The grammar of bank files: one table says which keys stand where. `schema()` is the same for editors."""

from __future__ import annotations

from quizzes.shapes import (
    Anything,
    Day,
    Field,
    Flag,
    Listed,
    Mapped,
    NameOrMapping,
    Number,
    Schema,
    Shape,
    Table,
    Text,
    TextOr,
    Whole,
)

SCHEMA = "codesuite-quiz/1"

KEY = Text(pattern=r"[a-z0-9]+(-[a-z0-9]+)*", hint="small letters, digits and single dashes, such as any-failure-fails")
TOPIC = Text(pattern=r"[a-z]+(\.[a-z0-9-]+)+", hint="a service and a theme, such as codedeploy.rollback")
FAMILY = Text(pattern=r"[a-z]+\.[a-z0-9-]+", hint="such as codedeploy.fleet-outcome")
WHY = Text(least=25, hint="a rationale is a sentence: say why it is right or wrong")
SENTENCE = Text(least=10)
URL = Text(
    pattern=r"(https://\S+|docs/behaviour/\S+\.md( §[\d.]+)?)", hint="an https address, or a page of docs/behaviour"
)

EXAMS = ("DVA-C02", "DOP-C02")
COGNITIVE = ("recall", "understand", "apply", "analyse")
STATUSES = ("current", "renamed", "changed", "retired")
EFFECTS = ("none", "wording", "more-answers", "answer-changes", "historical-only")


def _needed(shape: Shape, about: str = "") -> Field:
    return Field(shape, about, needed=True)


CLAIM = TextOr(
    "holds",
    Table(
        {
            "holds": _needed(
                Text(), "JMESPath over the result of a run; true for a right option, false for a wrong one"
            ),
            "changes": Field(Mapped(Anything()), "what is changed in the scenario for this claim alone"),
        }
    ),
)

SCENARIO = NameOrMapping()

PROOF = Table(
    {
        "scenario": _needed(
            SCENARIO, "a world of the quiz or a scenario that comes along, by name; or one written here"
        ),
        "changes": Field(Mapped(Anything()), "paths into the scenario, such as parameters.FleetSize, and their values"),
        "seeds": Field(Listed(Whole(), 1), "the answer must be the same for each; 1, 2 and 3 when left out"),
        "until": Field(Text(), "when the run stops, such as 2h; when left out, once nothing more happens"),
        "claims": Field(Mapped(CLAIM), "for each option what is true of the run if it is right"),
        "value": Field(
            Text(),
            "JMESPath whose value is the answer: a number, the items' texts in order, or the rights of the pairs",
        ),
    }
)

OPTION = Table(
    {
        "key": _needed(KEY, "never changes: answers are kept by key"),
        "text": _needed(Text(), "what the learner reads"),
        "correct": Field(Flag(), "whether it is right; false when left out"),
        "why": _needed(WHY, "why it is right, or what is wrong about it"),
        "misconception": Field(KEY, "what somebody believes who takes this wrong option"),
        "pin": Field(Text(words=("first", "last")), "keeps its place when options are shuffled"),
    }
)

EXAM = Table(
    {
        "exam": _needed(Text(words=EXAMS), "the exam's code"),
        "task": _needed(Text(pattern=r"\d+\.\d+", hint="such as 3.4"), "the task of its exam guide"),
    }
)

COURSE = Table(
    {
        "line": _needed(Whole(1), "the line of docs/course.txt that asks this, from 1"),
        "answer": _needed(Text(), "what it answers there, literally"),
    }
)

CURRENCY = Table(
    {
        "status": _needed(Text(words=STATUSES), "what AWS has changed since"),
        "checked": _needed(Day(), "when that was last looked at"),
        "note": Field(SENTENCE, "what has changed"),
        "effect": Field(Text(words=EFFECTS), "what that does to the question; none when left out"),
        "successor": Field(KEY, "the question that asks it as of today"),
        "sources": Field(Listed(URL), "where the change is written down"),
    }
)

_COMMON: dict[str, Field] = {
    "id": _needed(KEY, "never changes: answers are kept by it"),
    "type": _needed(Text(), "what kind of question it is"),
    "rev": Field(Whole(1), "raise it when the meaning changes"),
    "stem": _needed(Text(least=15), "the task as the learner reads it"),
    "exhibit": Field(Text(), "a file or log that belongs to the stem"),
    "hint": Field(SENTENCE, "a push in the right direction, for those who ask"),
    "topic": _needed(TOPIC, "a service and a theme"),
    "exams": _needed(Listed(EXAM, 1), "the tasks of exam guides that it belongs to"),
    "difficulty": _needed(Whole(1, 5), "from 1 (known after one reading) to 5"),
    "cognitive": _needed(Text(words=COGNITIVE), "what the learner has to do"),
    "explain": _needed(WHY, "the lesson, shown after answering"),
    "refs": _needed(Listed(URL, 1), "where it is documented"),
    "course": Field(COURSE, "the line of the course text that asks this"),
    "currency": _needed(CURRENCY, "whether the answer still holds"),
    "proof": Field(PROOF, "how the simulator decides the answer"),
    "shuffle": Field(Flag(), "whether options or items come in another order each time; true when left out"),
    "tags": Field(Listed(KEY), "free words to choose by"),
}

_CHOICE = {"options": _needed(Listed(OPTION, 2), "what can be chosen")}

ITEM = Table(
    {
        "key": _needed(KEY),
        "text": _needed(Text()),
        "why": _needed(WHY, "why it stands there"),
        "after": Field(Listed(KEY), "which items come before it; the one above when left out; [] for none"),
    }
)
PAIR = Table({"key": _needed(KEY), "left": _needed(Text()), "right": _needed(Text()), "why": _needed(WHY)})
NEAR = Table(
    {
        "value": _needed(Number(), "a wrong number that people give"),
        "why": _needed(WHY, "what leads to it"),
        "misconception": Field(KEY, "what somebody believes who gives it"),
    }
)
CHECK = Table(
    {
        "holds": _needed(Text(), "JMESPath over the result of the run: must be true"),
        "fail": _needed(WHY, "what to say when it does not hold"),
    }
)

TYPES: dict[str, Table] = {
    "single": Table(_COMMON | _CHOICE),
    "multiple": Table(_COMMON | _CHOICE | {"choose": _needed(Whole(2, 8), "how many options are right")}),
    "truefalse": Table(_COMMON | _CHOICE),
    "ordering": Table(
        _COMMON
        | {
            "items": _needed(Listed(ITEM, 3), "in their right order"),
            "intruders": Field(Listed(OPTION), "what belongs nowhere in it"),
        }
    ),
    "matching": Table(
        _COMMON
        | {
            "pairs": _needed(Listed(PAIR, 3), "what belongs together"),
            "extra": Field(Listed(OPTION), "right sides that belong to nothing"),
        }
    ),
    "numeric": Table(
        _COMMON
        | {
            "value": _needed(Number(), "the answer"),
            "unit": _needed(Text(), "what is counted"),
            "tolerance": Field(Number(), "how far off still counts as right"),
            "near": Field(Listed(NEAR), "known wrong answers, each with its own words"),
        }
    ),
    "prove": Table(
        {key: one for key, one in _COMMON.items() if key != "proof"}
        | {
            "scenario": _needed(SCENARIO, "a world of the quiz, a scenario that comes along, or one written here"),
            "changes": Field(Mapped(Anything()), "how the learner finds it changed"),
            "edit": _needed(Listed(Text(), 1), "the paths that the learner may change"),
            "checks": _needed(Listed(CHECK, 1), "what must hold in the end"),
            "solution": _needed(Mapped(Anything()), "values for these paths that do it"),
            "wrong": Field(Listed(Mapped(Anything()), 1), "edits that must fail some check, for each seed"),
            "seeds": Field(Listed(Whole(), 1), "it must hold for each"),
        }
    ),
    "generated": Table(
        {
            "id": _needed(KEY),
            "type": _needed(Text()),
            "family": _needed(FAMILY, "where the questions come from"),
            "seed": Field(Whole(), "one draw, the same for everybody; any draw when left out"),
        }
    ),
}

BANK_FIELDS = {
    "schema": _needed(Text(words=(SCHEMA,)), "which grammar this file is written in"),
    "bank": _needed(KEY, "the bank's name"),
    "title": _needed(SENTENCE),
    "licence": _needed(Text()),
    "misconceptions": Field(Mapped(SENTENCE), "what is wrongly believed, by key: named by options"),
    "questions": _needed(Listed(Anything(), 1), "the questions, in order"),
}


def schema() -> Schema:
    """The JSON Schema of a bank file."""
    questions = []
    for name, table in TYPES.items():
        one = table.schema()
        one["properties"]["type"] = {"const": name, "description": "what kind of question it is"}
        questions.append(one)
    bank = Table(BANK_FIELDS).schema()
    bank["properties"]["questions"]["items"] = {"oneOf": questions}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A question bank of codesuite-sim",
        **bank,
    }


def dumps() -> str:
    """The schema as data/schema/quiz-bank.schema.json holds it."""
    import json

    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":  # python -m quizzes.grammar > data/schema/quiz-bank.schema.json
    print(dumps(), end="")
