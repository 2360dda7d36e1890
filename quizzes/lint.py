"""Advice on writing questions: what gives the answer away, or makes a question hard for the wrong reason.

The rules are those of the item-writing literature (Haladyna, Downing and Rodriguez, 2002), as far as a program can
see them. They are warnings: a writer may have reasons.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import get_close_matches

from quizzes import blueprints, model
from quizzes.bank import Reading
from quizzes.shapes import locate
from sim.formats.nodes import Node

STANDS_OUT = 1.6
"""So many times longer (or shorter) than every wrong option, the right one stands out."""

ALIKE = 0.8
"""From so much likeness on (1: the same) a word that nothing else has is taken for a slip."""

_OF_THE_ABOVE = re.compile(r"\b(all|none|both) of (the above|these)\b", re.IGNORECASE)
_ABSOLUTE = re.compile(r"\b(always|never)\b", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(not|isn't|doesn't|cannot|except)\b")
_ARTICLE = re.compile(r"\b(a|an)\s*[:?]?\s*$", re.IGNORECASE)


def lint(bank: model.Bank, reading: Reading) -> None:
    """Add a warning to the reading for each piece of advice."""
    topics = _topics(bank)
    for question in bank.questions:
        node = reading.nodes[question.id]
        if reading.sound(question, "topic"):
            _topic(question, node, reading, topics)
        if reading.sound(question, "exams"):
            _tasks(question, node, reading)
        if reading.sound(question, "stem"):
            _stem(question, node, reading)
        if isinstance(question, model.Choice) and reading.sound(question, "options"):
            _options(question, locate(node, "options"), reading)
    if not any(problem.severity == "error" for problem in reading.reader.problems):
        _unused(bank, reading)  # what cannot be read may name one


def _topics(bank: model.Bank) -> frozenset[str]:
    """Topics that are sure: of other banks and of families, and those of several questions here."""
    from quizzes import generate
    from quizzes.bank import load

    own = Counter(question.topic for question in bank.questions)
    ids = {question.id for question in bank.questions}
    others = {question.topic for question in load().questions if question.id not in ids}
    several = {topic for topic, count in own.items() if count > 1}
    return frozenset(others | several | {family.topic for family in generate.families()})


def _topic(question: model.Question, node: Node, reading: Reading, known: frozenset[str]) -> None:
    """A topic that nothing else has, and that is spelled nearly as one that others have."""
    if question.topic in known:
        return
    service, _, theme = question.topic.partition(".")
    services = {topic.partition(".")[0]: None for topic in sorted(known)}
    meant = service if service in services else next(iter(get_close_matches(service, services, 1, ALIKE)), "")
    themes = [topic.partition(".")[2] for topic in sorted(known) if topic.partition(".")[0] == meant]
    near = get_close_matches(theme, themes, 1, ALIKE)
    if near or meant not in ("", service):
        hint = f"did you mean {meant}.{near[0] if near else theme}?"
        reading.reader.warning(locate(node, "topic"), "205", f"no other question is about {question.topic}", hint)


def _tasks(question: model.Question, node: Node, reading: Reading) -> None:
    for index, ref in enumerate(question.exams):
        if ref.task not in blueprints.exam(ref.exam).tasks:
            place = locate(node, "exams", index)
            reading.reader.warning(
                place, "201", f"the guide of {ref.exam} has no task {ref.task} that this quiz covers"
            )


def _stem(question: model.Question, node: Node, reading: Reading) -> None:
    place = locate(node, "stem")
    if not question.stem.rstrip().endswith((".", "?", ":", "…")):
        reading.reader.warning(
            place, "202", "the stem is no whole sentence", "end it with a question mark or a full stop"
        )
    asked = [one for one in re.split(r"(?<=[.?!])\s+", question.stem) if one.rstrip().endswith("?")]
    if any(one.lower().startswith(("which", "what")) and _NEGATIVE.search(one) for one in asked):
        reading.reader.warning(
            place, "203", "a negative question is easily misread", "write NOT in capitals, or turn it"
        )
    if _ARTICLE.search(question.stem):
        reading.reader.warning(place, "204", "the stem ends in an article, which fits only some options")


def _options(question: model.Choice, node: Node, reading: Reading) -> None:
    warn = reading.reader.warning
    right = [len(option.text) for option in question.options if option.correct]
    wrong = [len(option.text) for option in question.options if not option.correct]
    if right and wrong and min(right) > STANDS_OUT * max(wrong):
        warn(node, "210", "the right option stands out by its length", "shorten it, or say more in the wrong ones")
    if right and wrong and max(right) * STANDS_OUT < min(wrong):
        warn(node, "211", "the right option stands out by its shortness", "shorten the wrong ones")
    for index, option in enumerate(question.options):
        place = locate(node, index, "text")
        if _OF_THE_ABOVE.search(option.text):
            warn(place, "212", "options come in another order each time: nothing is above", "name what is meant")
        if not option.correct and _ABSOLUTE.search(option.text):
            warn(place, "213", f"an absolute word gives the wrong option {option.key} away")
    if len({option.text.endswith(".") for option in question.options}) > 1:
        warn(node, "214", "some options end in a full stop and some do not")
    if not isinstance(question, model.TrueFalse):
        if not any(option.misconception for option in question.options):
            warn(node, "215", "no wrong option names a misconception", "what does somebody believe who takes it?")
        if len(question.options) > 6:
            warn(node, "216", f"{len(question.options)} options are more than people weigh")


def _unused(bank: model.Bank, reading: Reading) -> None:
    """Misconceptions of this file that nobody names."""
    used = {name for question in bank.questions for name in named(question)}
    for name in bank.misconceptions:
        if name not in used:
            place = locate(reading.root, "misconceptions", name)
            reading.reader.warning(place, "220", f"no option names the misconception {name}")


def named(question: model.Question) -> set[str]:
    """The misconceptions that a question can show."""
    rows: tuple[model.Option | model.Near, ...] = ()
    if isinstance(question, model.Choice):
        rows = question.options
    elif isinstance(question, model.Ordering):
        rows = question.intruders
    elif isinstance(question, model.Matching):
        rows = question.extra
    elif isinstance(question, model.Numeric):
        rows = question.near
    return {row.misconception for row in rows} - {""}
