"""What a bank points at must be there: sections of pages, days, lines of the course, scenarios and their paths,
families, statuses. Looked at by `check_bank` alone: it would slow down reading, and needs the simulator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from quizzes import generate, model, proof, reading
from quizzes.bank import Reading
from quizzes.claims import asks_nothing, fault_of, in_force, misnamed, misvalued, unique
from quizzes.shapes import locate
from sim.core.problems import Problem, ProblemsError, UsageError
from sim.formats import nodes
from sim.formats.nodes import Node
from sim.timeline import references

STATUSES = ("status", "buildStatus", "phaseStatus", "revisionHealth", "instanceHealth")
"""The fields of a result whose values are AWS's enumerations."""


def dangling(bank: Reading, today: date) -> None:
    """Add an error to the reading for each thing that is pointed at and is not there."""
    for entry in bank.entries:
        node = bank.nodes[entry.id]
        if isinstance(entry, model.Generated):
            _family(entry, node, bank)
            continue
        _refs(entry, node, bank)
        _day(entry, node, bank, today)
        _course(entry, node, bank)
        _scenario(entry, node, bank)
        for text, place in _expressions(entry, node):
            if not text or fault_of(text):  # told when it was read
                continue
            _names(text, place, bank)
            if not _statuses(text, place, bank) and text in in_force(entry):
                # What is wrong may speak of a status that there never is; what is right would be empty then.
                for what in misvalued(text):
                    bank.reader.error(place, "056", what)


def _family(entry: model.Generated, node: Node, bank: Reading) -> None:
    if not entry.family:
        return
    try:
        generate.family(entry.family)
    except UsageError as error:
        bank.reader.error(locate(node, "family"), "055", str(error))


def _refs(question: model.Question, node: Node, bank: Reading) -> None:
    places = [(ref, locate(node, "refs", index)) for index, ref in enumerate(question.refs)]
    sources = question.currency.sources
    places += [(ref, locate(node, "currency", "sources", index)) for index, ref in enumerate(sources)]
    for ref, place in places:
        if ref.startswith(reading.OURS):
            try:
                reading.section(ref)
            except UsageError as error:
                bank.reader.error(place, "050", str(error))


def _day(question: model.Question, node: Node, bank: Reading, today: date) -> None:
    checked = question.currency.checked
    if checked > today:
        place = locate(node, "currency", "checked")
        bank.reader.error(place, "051", f"{checked} is in the future", "write the day on which it was looked at")


@cache
def _course_lines() -> int | None:
    """How many lines the course text has; None where only the package is installed, which has no course text."""
    file = reading.folder().parent / "course.txt"
    return len(file.read_text(encoding="utf-8").splitlines()) if file.is_file() else None


def _course(question: model.Question, node: Node, bank: Reading) -> None:
    lines = _course_lines()
    if question.course is not None and lines is not None and question.course.line > lines:
        what = f"the course text has {lines} lines, and none is line {question.course.line}"
        bank.reader.error(locate(node, "course", "line"), "052", what)


def _scenario(question: model.Question, node: Node, bank: Reading) -> None:
    """The scenario as each run of the question has it, and every path at which something is changed in it."""
    source = question if isinstance(question, model.Prove) else question.proof
    if source is None or source.scenario is None:
        return
    own = node if isinstance(question, model.Prove) else locate(node, "proof")
    try:
        opened, base = proof.opened(question)
    except (UsageError, ProblemsError) as error:
        bank.reader.error(locate(own, "scenario"), "053", str(error))
        return
    document = _changed(opened, source.changes, locate(own, "changes"), bank)
    if document is None:
        return
    told: set[str] = set()
    _runs(document, base, own, bank, told)
    for changes, place in _further(question, own):
        changed = _changed(document, changes, place, bank)
        if changed is not None and changes:
            _runs(changed, base, place, bank, told)
    for wrong in range(len(question.wrong) if isinstance(question, model.Prove) else 0):
        assert isinstance(question, model.Prove)
        _changed(document, question.wrong[wrong], locate(own, "wrong", wrong), bank)  # it may well be no scenario


def _further(question: model.Question, own: Node) -> Iterator[tuple[Mapping[str, Any], Node]]:
    """What other runs of the question change, and where that stands."""
    if isinstance(question, model.Prove):
        yield question.solution, locate(own, "solution")
    for key, claim in question.proof.claims.items() if question.proof is not None else ():
        yield claim.changes, locate(own, "claims", key)


def _runs(document: dict[str, Any], base: Path, place: Node, bank: Reading, told: set[str]) -> None:
    """Tell what is wrong with a scenario as it would be run, and what its `${…}` can never find; each thing once."""
    found = [("057", problem.message, problem.hint, problem.message) for problem in _faults(document, base)]
    for text in unique(references(document.get("timeline"))):
        fault = fault_of(text)
        wrong = [f"not JMESPath: {fault}"] if fault else misnamed(text)
        found += [("058", f"${{{text}}}: {what}", "", text) for what in wrong]
    for code, message, hint, word in found:
        if message not in told:
            told.add(message)
            bank.reader.error(_at(place, word) or _scenario_node(place), code, message, hint)


def _faults(document: dict[str, Any], base: Path) -> list[Problem]:
    try:
        proof.compiled(document, base)
    except ProblemsError as error:
        return [problem for problem in error.problems if problem.severity == "error"]
    return []


def _at(node: Node, word: str) -> Node | None:
    """The text within a node that is spoken of: the one that holds `word`, or is quoted in it."""
    if isinstance(node, nodes.Scalar):
        quoted = len(node.text) > 2 and f"'{node.text}'" in word
        return node if word in node.text or quoted else None
    inner: list[Node] = []
    if isinstance(node, nodes.Mapping):
        inner = [one for pair in node.items for one in pair]
    elif isinstance(node, nodes.Sequence):
        inner = list(node.items)
    return next((found for one in inner if (found := _at(one, word)) is not None), None)


def _scenario_node(place: Node) -> Node:
    """Where to point at when the text itself stands elsewhere, such as in a world of the quiz."""
    changes = locate(place, "changes")
    return changes if changes is not place else locate(place, "scenario")


def _changed(document: dict[str, Any], changes: Mapping[str, Any], place: Node, bank: Reading) -> dict[str, Any] | None:
    try:
        return proof.altered(document, changes)
    except UsageError as error:
        bank.reader.error(place, "054", str(error))
        return None


# Expressions


def _expressions(question: model.Question, node: Node) -> Iterator[tuple[str, Node]]:
    if question.proof is not None:
        for key, claim in question.proof.claims.items():
            yield claim.holds, locate(node, "proof", "claims", key)
        if question.proof.value is not None:
            yield question.proof.value, locate(node, "proof", "value")
    if isinstance(question, model.Prove):
        for index, check in enumerate(question.checks):
            yield check.holds, locate(node, "checks", index, "holds")


def _names(text: str, place: Node, bank: Reading) -> None:
    """What no result ever has at that place; and what is the same for every run."""
    for what in misnamed(text):
        bank.reader.error(place, "059", what)
    if asks_nothing(text):
        bank.reader.error(place, "060", "it asks nothing of the run", "name a part of the result, such as deployments")


def _statuses(text: str, place: Node, bank: Reading) -> bool:
    """Whether it compares a status with a word that no status of any service is."""
    import jmespath

    unknown = [word for word in _compared(jmespath.compile(text).parsed) if word not in _known()]
    for word in unknown:
        bank.reader.error(place, "056", f"nothing ever has the status {word!r}", _near(word))
    return bool(unknown)


def _near(word: str) -> str:
    import difflib

    near = difflib.get_close_matches(word, sorted(_known()), 2)
    return f"did you mean {' or '.join(near)}?" if near else ""


def _compared(tree: Any) -> Iterator[str]:
    """The words that an expression compares a status with."""
    children = [child for child in tree.get("children", ()) if isinstance(child, dict)]
    if tree["type"] == "comparator" and any(_ends_in_status(child) for child in children):
        for child in children:
            yield from _words(child)
    for child in children:
        yield from _compared(child)


def _ends_in_status(tree: Any) -> bool:
    if tree["type"] == "field":
        return tree["value"] in STATUSES
    children = tree.get("children", ())
    return tree["type"] in ("subexpression", "projection") and bool(children) and _ends_in_status(children[-1])


def _words(tree: Any) -> Iterator[str]:
    if tree["type"] == "literal":
        values = tree["value"] if isinstance(tree["value"], list) else [tree["value"]]
        yield from (value for value in values if isinstance(value, str))
    elif tree["type"] == "multi_select_list":
        for child in tree["children"]:
            yield from _words(child)


@cache
def _known() -> frozenset[str]:
    """Every value of the enumerations of the services."""
    from sim.services.cloudwatch import resources as cloudwatch
    from sim.services.codebuild import resources as codebuild
    from sim.services.codedeploy import resources as codedeploy
    from sim.services.codepipeline import resources as codepipeline

    modules: tuple[ModuleType, ...] = (cloudwatch, codebuild, codedeploy, codepipeline)
    enumerations = [
        one for module in modules for one in vars(module).values() if isinstance(one, type) and issubclass(one, StrEnum)
    ]
    return frozenset(str(value) for one in enumerations for value in one)
