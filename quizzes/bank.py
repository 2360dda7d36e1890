"""Reading bank files: YAML to questions, every mistake with its line and the mend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from quizzes import grammar, model
from quizzes.shapes import Table, locate, texts
from sim.core.problems import Problem, ProblemsError, UsageError
from sim.formats import nodes
from sim.formats.nodes import Node, Reader

SHIPPED = Path(__file__).parent / "bank"
"""The banks that come along."""
PREFIX = "QB"


def paths() -> list[Path]:
    """The files of the banks that come along, by name."""
    return sorted(SHIPPED.glob("*.yml"))


def read_bank(path: Path, known: Mapping[str, str] | None = None) -> model.Bank:
    """The bank of that file. Raises ProblemsError with every finding. `known` are misconceptions of other banks."""
    reading = read_text(_text(path), str(path), known)
    reading.reader.raise_if_errors()
    return reading.bank()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ProblemsError([Problem(str(path), 0, 0, "error", "QB010", f"cannot be read: {reason}")]) from None


def check_bank(text: str, path: str, known: Mapping[str, str] | None = None) -> list[Problem]:
    """Every finding in a bank's text, all at once: what cannot be read, what does not fit together, what is pointed at
    and is not there, and the advice of the item-writing lint on what could be read."""
    from datetime import date

    from quizzes.dangling import dangling
    from quizzes.lint import lint

    try:
        reading = read_text(text, path, known)
    except ProblemsError as error:
        return list(error.problems)
    problems = reading.reader.problems
    dangling(reading, date.today())  # a day that is checked is one of the writer's, not of a run
    lint(reading.bank(), reading)
    return sorted(problems, key=lambda problem: (problem.line, problem.column, problem.code))


def load(files: Iterable[Path] | None = None) -> model.Bank:
    """The banks of those files (all that come along, without any) as one. Raises ProblemsError."""
    return _shipped() if files is None else _load(tuple(files), dict(_shipped().misconceptions))


@cache
def _shipped() -> model.Bank:
    return _load(tuple(paths()), {})


def _load(files: tuple[Path, ...], known: dict[str, str]) -> model.Bank:
    banks: list[model.Bank] = []
    problems: list[Problem] = []
    for file in files:
        try:
            banks.append(read_bank(file, known))
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(problems)
    _refuse_twins(banks)
    questions = tuple(question for bank in banks for question in bank.questions)
    generated = tuple(entry for bank in banks for entry in bank.generated)
    for bank in banks:
        known |= bank.misconceptions
    title = banks[0].title if len(banks) == 1 else f"{len(banks)} banks"
    return model.Bank(texts([bank.name for bank in banks]), title, banks[0].licence, questions, generated, known)


def _refuse_twins(banks: Sequence[model.Bank]) -> None:
    """An id names one question in all banks that are loaded together."""
    seen: dict[str, model.Question] = {}
    problems = []
    for question in (question for bank in banks for question in bank.questions):
        first = seen.setdefault(question.id, question)
        if first is not question:
            message = f"the id {question.id} is also that of {first.path}:{first.line}"
            problems.append(Problem(question.path, question.line, 1, "error", "QB021", message, "give it another one"))
    if problems:
        raise ProblemsError(problems)


def find(bank: model.Bank, id: str) -> model.Question:
    """The question of that id. Raises UsageError with near ones."""
    import difflib

    try:
        return bank.question(id)
    except KeyError:
        near = difflib.get_close_matches(id, [question.id for question in bank.questions], 3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise UsageError(f"no question has the id {id!r}{hint}") from None


class Reading:
    """One file on its way to be a bank: its tree, what was read of it, and what was found wrong.

    What cannot be read is told, and left blank: everything else is looked at all the same, so that a writer learns of
    all mistakes at once.
    """

    def __init__(self, root: Node, path: str, known: Mapping[str, str]):
        self.reader = Reader(path, PREFIX)
        self.root = root
        self.path = path
        self.known = known
        self.values: dict[str, Any] = {}
        self.entries: list[model.Question | model.Generated] = []
        self.nodes: dict[str, Node] = {}
        """The node of each question, by id."""
        self.faulty: dict[str, set[str]] = {}
        """The keys of each question in which something cannot be read, by id."""

    def read(self) -> None:
        table = Table(grammar.BANK_FIELDS)
        values = table.read(self.reader, self.root, "a bank")
        if values is None:
            return
        self.values = values
        rows = locate(self.root, "questions")
        for node in rows.items if isinstance(rows, nodes.Sequence) else ():
            entry = self.question(node)
            if entry is None:
                continue
            if entry.id in self.nodes:
                first = self.nodes[entry.id].line
                self.reader.error(node, "021", f"the id {entry.id} is also that of line {first}", "give it another one")
            self.nodes[entry.id] = node
            self.entries.append(entry)
        for entry in self.entries:
            if isinstance(entry, model.Question):
                self.check(entry, self.nodes[entry.id])

    @property
    def misconceptions(self) -> dict[str, str]:
        explained = locate(self.root, "misconceptions")
        badly = {key.text: "" for key, _ in explained.items} if isinstance(explained, nodes.Mapping) else {}
        found: dict[str, str] = {**self.known, **badly, **self.values.get("misconceptions", {})}
        return found

    def bank(self) -> model.Bank:
        """The bank; whoever asks questions from it sees to it that there are no errors."""
        values = Table(grammar.BANK_FIELDS).filled(self.values)
        return model.Bank(
            values["bank"],
            values["title"],
            values["licence"],
            tuple(entry for entry in self.entries if isinstance(entry, model.Question)),
            tuple(entry for entry in self.entries if isinstance(entry, model.Generated)),
            dict(self.values.get("misconceptions", {})),
            self.path,
        )

    # One question

    def question(self, node: Node) -> model.Question | model.Generated | None:
        mapping = self.reader.mapping(node, "a question")
        if mapping is None:
            return None
        kind = self.reader.text(self.reader.needed(mapping, "type", "a question"), "type")
        if kind is None:
            return None
        if kind not in grammar.TYPES:
            meant = self.reader.near(kind, grammar.TYPES)
            hint = f"did you mean {meant}?" if meant else f"one of {', '.join(grammar.TYPES)}"
            self.reader.error(mapping.get("type"), "022", f"there is no type of question {kind!r}", hint)
            if not meant:
                return None
            kind = meant
        faulty: set[str] = set()
        values = grammar.TYPES[kind].read(self.reader, mapping, f"a {kind} question", faulty)
        assert values is not None, "it is a mapping"
        values = grammar.TYPES[kind].filled(values)
        values["id"] = values["id"] or f"line {node.line}"
        self.faulty[values["id"]] = faulty
        return self.build(kind, values, node)

    def build(self, kind: str, values: dict[str, Any], node: Node) -> model.Question | model.Generated:
        del values["type"]
        values["path"], values["line"] = self.path, node.line
        if kind == "generated":
            return model.Generated(**values)
        parts = {name: _part(name, value) for name, value in values.items()}
        made: model.Question = KINDS[kind](bank=self.values.get("bank", ""), **parts)
        return made

    # What must fit together

    def sound(self, question: model.Question, *names: str) -> bool:
        """Whether all of these keys could be read."""
        return self.faulty[question.id].isdisjoint(names)

    def check(self, question: model.Question, node: Node) -> None:
        if self.sound(question, "currency"):
            self.check_currency(question, node)
        checks = {
            model.Ordering: self.check_ordering,
            model.Matching: self.check_matching,
            model.Numeric: self.check_numeric,
            model.Prove: self.check_prove,
        }
        if isinstance(question, model.Choice):
            self.check_choice(question, node)
        else:
            checks[type(question)](question, node)
        if question.proof is not None:
            self.check_proof(question, question.proof, locate(node, "proof"))

    def check_currency(self, question: model.Question, node: Node) -> None:
        currency, place = question.currency, locate(node, "currency")
        if currency.status != "current" and not (currency.note and currency.sources):
            hint = "add `note:` and `sources:`"
            self.reader.error(place, "030", "what is not current any more needs a note and a source", hint)
        needs = currency.effect in ("answer-changes", "historical-only")
        if needs and not currency.successor:
            self.reader.error(place, "031", f"an effect {currency.effect} needs a successor", "add `successor:`")
        named = not any("id" in faulty for faulty in self.faulty.values())
        if currency.successor and currency.successor not in self.nodes and named:
            place = locate(place, "successor")
            self.reader.error(place, "032", f"there is no question {currency.successor} in this bank")

    def check_choice(self, question: model.Choice, node: Node) -> None:
        options = locate(node, "options")
        self.check_keys([(option.key, locate(options, at, "key")) for at, option in enumerate(question.options)], "key")
        texts = [(option.text.casefold(), locate(options, at, "text")) for at, option in enumerate(question.options)]
        self.check_keys(texts, "text")
        wanted = question.choose if isinstance(question, model.Multiple) else 1
        if len(question.right) != wanted and self.sound(question, "choose") and _flagged(options):
            what = f"{len(question.right)} options are right and {wanted} should be"
            self.reader.error(options, "033", what, "mark the right ones with `correct: true`")
        if isinstance(question, model.TrueFalse) and len(question.options) != 2:
            self.reader.error(options, "034", "a true/false question has two options")
        for index, option in enumerate(question.options):
            self.check_misconception(option, locate(options, index))

    def check_misconception(self, option: model.Option | model.Near, node: Node) -> None:
        place = locate(node, "misconception")
        if isinstance(option, model.Option) and option.correct and option.misconception:
            self.reader.error(place, "035", "a right option carries no misconception", "take it out")
        if option.misconception and option.misconception not in self.misconceptions:
            hint = "say what it means under `misconceptions:` at the top"
            self.reader.error(place, "036", f"the misconception {option.misconception} is not explained", hint)

    def check_keys(self, keys: Sequence[tuple[str, Node]], what: str) -> None:
        """Tell each key that is there already, where it comes again."""
        first: dict[str, Node] = {}
        for key, node in keys:
            if key and key in first:
                self.reader.error(node, "037", f"the {what} {key!r} is also that of line {first[key].line}")
            first.setdefault(key, node)

    def check_ordering(self, question: Any, node: Node) -> None:
        items = locate(node, "items")
        keys = [item.key for item in question.items]
        placed = [(key, locate(items, at, "key")) for at, key in enumerate(keys)]
        placed += [(one.key, locate(node, "intruders", at, "key")) for at, one in enumerate(question.intruders)]
        self.check_keys(placed, "key")
        for index, item in enumerate(question.items if self.sound(question, "items") else ()):
            for key in item.after or ():
                if key not in keys[:index]:
                    place = locate(items, index, "after")
                    self.reader.error(
                        place, "038", f"{key!r} is no item above {item.key}", "list items in a right order"
                    )
        for index, option in enumerate(question.intruders):
            self.check_misconception(option, locate(node, "intruders", index))

    def check_matching(self, question: Any, node: Node) -> None:
        pairs, extra = list(enumerate(question.pairs)), list(enumerate(question.extra))
        keys = [(one.key, locate(node, "pairs", at, "key")) for at, one in pairs]
        self.check_keys(keys + [(one.key, locate(node, "extra", at, "key")) for at, one in extra], "key")
        rights = [(one.right, locate(node, "pairs", at, "right")) for at, one in pairs]
        self.check_keys(rights + [(one.text, locate(node, "extra", at, "text")) for at, one in extra], "right")
        for index, option in enumerate(question.extra):
            self.check_misconception(option, locate(node, "extra", index))

    def check_numeric(self, question: Any, node: Node) -> None:
        for index, near in enumerate(question.near):
            place = locate(node, "near", index)
            self.check_misconception(near, place)
            sound = self.sound(question, "value", "tolerance", "near")
            if sound and abs(near.value - question.value) <= question.tolerance:
                self.reader.error(place, "039", f"{near.value:g} counts as right, so it is no near miss")

    def check_prove(self, question: Any, node: Node) -> None:
        edits = [(question.solution, locate(node, "solution"))]
        edits += [(values, locate(node, "wrong", index)) for index, values in enumerate(question.wrong)]
        for values, place in edits:
            for path in values:
                if path not in question.edit and self.sound(question, "edit"):
                    what = f"{path} is not among the paths that may be changed"
                    self.reader.error(place, "040", what, "add it to `edit:`")
        for index, check in enumerate(question.checks):
            self.check_expression(check.holds, locate(node, "checks", index, "holds"))

    def check_proof(self, question: model.Question, proof: model.Proof, node: Node) -> None:
        for key, claim in proof.claims.items():
            self.check_expression(claim.holds, locate(node, "claims", key))
        if proof.value is not None:
            self.check_expression(proof.value, locate(node, "value"))
        if isinstance(question, model.Choice):
            wanted = [option.key for option in question.options if option.key]
            claims = locate(node, "claims")
            claimed = [key.text for key, _ in claims.items] if isinstance(claims, nodes.Mapping) else []
            known = self.sound(question, "options")
            for key in [*wanted, *(claimed if known else ())]:
                if (key in wanted) != (key in claimed):
                    what = f"{key} is not claimed" if key in wanted else f"there is no {key}"
                    place = locate(node, "claims") if key in wanted else locate(node, "claims", key)
                    self.reader.error(place, "041", f"proof: {what}", "one claim for each option")
        elif proof.value is None and not isinstance(locate(node, "value"), nodes.Scalar):
            self.reader.error(node, "042", "the proof has no value", "add `value:`, whose value is the answer itself")

    def check_expression(self, text: str, node: Node) -> None:
        if not text:  # it could not be read
            return
        from quizzes.claims import fault_of

        fault = fault_of(text)
        if fault:
            self.reader.error(node, "043", f"not JMESPath: {fault}", "strings stand in '…'")


def read_text(text: str, path: str, known: Mapping[str, str] | None = None) -> Reading:
    """What a bank's text holds. Raises ProblemsError only for what is not YAML."""
    reading = Reading(nodes.compose(text, path), path, known or {})
    reading.read()
    return reading


def _flagged(options: Node) -> bool:
    """Whether of each option it can be read if it is right."""
    rows = options.items if isinstance(options, nodes.Sequence) else ()
    marks = [row.get("correct") for row in rows if isinstance(row, nodes.Mapping)]
    read = [mark is None or (isinstance(mark, nodes.Scalar) and mark.text.lower() in _FLAGS) for mark in marks]
    return len(marks) == len(rows) and all(read)


_FLAGS = ("true", "false", "yes", "no")


def _part(name: str, value: Any) -> Any:
    """A value as the model holds it, blank where it could not be read."""
    make = _MAKE.get(name)
    if make is None:
        return value
    shape, build = make
    if isinstance(value, tuple):
        return tuple(build(shape.filled(row)) for row in value)
    return build(shape.filled(value))


def _proof(values: dict[str, Any]) -> model.Proof:
    claims = {key: model.Claim(**claim) for key, claim in values.pop("claims", {}).items()}
    return model.Proof(claims=claims, **values)


KINDS: dict[str, Any] = {
    "single": model.Single,
    "multiple": model.Multiple,
    "truefalse": model.TrueFalse,
    "ordering": model.Ordering,
    "matching": model.Matching,
    "numeric": model.Numeric,
    "prove": model.Prove,
}

_MAKE: dict[str, tuple[Table, Any]] = {
    "exams": (grammar.EXAM, lambda row: model.ExamTask(**row)),
    "course": (grammar.COURSE, lambda row: model.CourseLine(**row)),
    "currency": (grammar.CURRENCY, lambda row: model.Currency(**row)),
    "proof": (grammar.PROOF, _proof),
    "options": (grammar.OPTION, lambda row: model.Option(**row)),
    "intruders": (grammar.OPTION, lambda row: model.Option(**row)),
    "extra": (grammar.OPTION, lambda row: model.Option(**row)),
    "items": (grammar.ITEM, lambda row: model.Item(**row)),
    "pairs": (grammar.PAIR, lambda row: model.Pair(**row)),
    "near": (grammar.NEAR, lambda row: model.Near(**row)),
    "checks": (grammar.CHECK, lambda row: model.Check(**row)),
}
