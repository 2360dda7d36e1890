"""Proof: the simulator decides the answer, and a key that says otherwise is refused.

A right option's claim must be true of the run, a wrong option's claim exactly false, for every seed: what the stem
leaves open, such as how long scripts take, may not matter. The scenario must have happened as it is written: a proof
is refused where a step of its timeline came to nothing or to an error that the key does not speak of. And a claim that
would hold of any run is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizzes import model
from quizzes.claims import asks_nothing, hollow, in_force, misnamed, misvalued, texts_of, unique
from sim.analysis.expectations import judge
from sim.core.problems import ProblemsError, UsageError
from sim.core.states import Rule
from sim.formats import nodes, paths, shipped
from sim.formats import scenario as grammar
from sim.formats.spelled import spelled_out
from sim.timeline import NOTHING_THERE

if TYPE_CHECKING:
    from sim.cloud import Cloud
    from sim.scenario import Plan

WORLDS = Path(__file__).parent / "worlds"
"""Small scenarios for questions."""
NEVER_FITTED = "SC301"
"""The code of the warning that a rule of the scenario came to nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What speaks against a question: the seed of the run, what it is about, and why."""

    question: str
    seed: int
    about: str
    message: str

    def __str__(self) -> str:
        return f"{self.question}: {self.about}, seed {self.seed}: {self.message}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of proving one question. `rules` are the ids of the rules that its runs decided by, and `turned`
    those of them that were turned the other way for the doubt check."""

    question: str
    runs: int
    claims: int
    findings: tuple[Finding, ...]
    rules: frozenset[str] = frozenset()
    turned: frozenset[str] = frozenset()

    @property
    def holds(self) -> bool:
        return not self.findings


def provable(questions: Iterable[model.Question]) -> list[model.Question]:
    """Those whose answer the simulator decides."""
    return [one for one in questions if one.proof is not None or isinstance(one, model.Prove)]


def prove(question: model.Question) -> Outcome:
    """Run the question's scenario and hold its key against what comes out. Raises UsageError without a proof; a
    scenario that is not there, or has no such path, speaks against the question.

    Where the key holds, it must also hold with each rule that is no more than likely turned the other way, as far as
    the rule says what that is: a question whose key hangs on one is refused.
    """
    if not provable([question]):
        raise UsageError(f"{question.id} has no proof: nothing in it can be decided by the simulator")
    try:
        trial = Trial(question)
    except (UsageError, ProblemsError) as error:
        return Outcome(question.id, 0, 0, (Finding(question.id, 0, "the scenario", str(error)),))
    findings = list(_against(trial))
    turned: set[str] = set()
    for rule in [] if findings else doubtful(trial.rules):
        turned.add(rule.id)
        findings += _doubts(trial, rule)
    return Outcome(question.id, trial.runs, trial.claims, tuple(findings), frozenset(trial.rules), frozenset(turned))


def _against(trial: Trial) -> Iterator[Finding]:
    question = trial.question
    if isinstance(question, model.Prove):
        return _prove_task(question, trial)
    assert question.proof is not None
    return _prove_key(question, question.proof, trial)


def _doubts(trial: Trial, rule: Rule) -> Iterator[Finding]:
    """What no longer holds with that rule turned the other way."""
    assert rule.otherwise is not None
    choice, value = rule.otherwise
    other = trial.turned(rule)
    for finding in _against(other):
        why = f"the key depends on {rule.id} ({rule.basis}); with the choice {choice}: {value} it does not hold"
        yield Finding(finding.question, finding.seed, finding.about, f"{why}: {finding.message}")
    trial.runs += other.runs
    trial.claims += other.claims


# Scenarios of questions


def scenario_of(question: model.Question) -> tuple[dict[str, Any], Path]:
    """The scenario as the question changes it, and the folder where its paths start. Raises UsageError."""
    document, base = opened(question)
    source = question if isinstance(question, model.Prove) else question.proof
    assert source is not None
    return altered(document, source.changes), base


def opened(question: model.Question) -> tuple[dict[str, Any], Path]:
    """The scenario before the question changes it, and the folder where its paths start. Raises UsageError."""
    source = question if isinstance(question, model.Prove) else question.proof
    if source is None:
        raise UsageError(f"{question.id} has no proof: nothing in it can be decided by the simulator")
    home = Path(question.path).parent
    if isinstance(source.scenario, Mapping):
        return dict(source.scenario), home
    return open_world(source.scenario, home)


def editable(question: model.Prove) -> dict[str, Any]:
    """The paths that a learner may change, each with what stands there as the learner finds it."""
    document, _ = scenario_of(question)
    found: dict[str, Any] = {}
    for path in question.edit:
        try:
            found[path] = paths.get_path(document, path)
        except (LookupError, ValueError):
            found[path] = _default(document, path)
    return found


def _default(document: Mapping[str, Any], path: str) -> Any:
    """What holds of a parameter that the scenario does not set: the default that its template gives."""
    first, _, name = path.partition(".")
    declared = document.get("Parameters", {}).get(name, {}) if first == "parameters" else {}
    return declared.get("Default", "not set")


def open_world(name: str, home: Path | None = None) -> tuple[dict[str, Any], Path]:
    """A scenario as plain values, and its folder: a world of the quiz, a file beside the bank, or a shipped one."""
    places = [WORLDS / f"{name}.yml"] + ([home / name] if home is not None else [])
    file = next((place for place in places if place.is_file()), None)
    return _read(shipped.find_scenario(name) if file is None else file)


@cache
def _read(file: Path) -> tuple[dict[str, Any], Path]:
    document = spelled_out(nodes.compose(file.read_text(encoding="utf-8"), str(file)))
    assert isinstance(document, dict)
    return document, file.parent


def altered(document: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A copy with those values at those paths. Raises UsageError for a path that leads nowhere."""
    for path, value in changes.items():
        try:
            document = paths.set_path(document, path, value)
        except (LookupError, TypeError, ValueError) as error:
            raise UsageError(f"the path {path} leads nowhere in the scenario ({error})") from None
    return document


def compiled(document: dict[str, Any], base: Path) -> Plan:
    """The plan of a scenario that is there as plain values. Raises ProblemsError."""
    from sim.scenario import Scenario

    return Scenario(grammar.scenario_from_document(document, base)).compile()


class Trial:
    """The runs of one question: each scenario is compiled once, and run once for each seed."""

    def __init__(self, question: model.Question):
        self.question = question
        self.document, self.base = scenario_of(question)
        self.until = question.proof.until if question.proof is not None else None
        self.runs = 0
        self.claims = 0
        self.rules: dict[str, Rule] = {}
        """What the runs decided by, by id."""
        self._plans: dict[str, Plan] = {}
        self._clouds: dict[tuple[str, int], tuple[Cloud, dict[str, Any]]] = {}

    def run(self, seed: int, changes: Mapping[str, Any] | None = None) -> tuple[Cloud, dict[str, Any]]:
        """The Cloud after the run, and its result."""
        changes = changes or {}
        name = repr(sorted(changes.items()))
        found = self._clouds.get((name, seed))
        if found is None:
            if name not in self._plans:
                self._plans[name] = compiled(altered(self.document, changes), self.base)
            cloud = self._plans[name].run(seed, self.until)
            self.runs += 1
            self.rules |= rules_of(cloud)
            found = self._clouds[name, seed] = cloud, cloud.result()
        return found

    def turned(self, rule: Rule) -> Trial:
        """The same trial in worlds where that rule is turned the other way."""
        other = Trial(self.question)
        other.document = turned(self.document, rule)
        return other

    def judge(self, seed: int, claim: model.Claim, right: bool) -> str | None:
        """Why the claim is not what it should be, if it isn't: true where the option is right, else exactly false."""
        self.claims += 1
        _, result = self.run(seed, claim.changes)
        verdict = judge(result, claim.holds if right else f"!({claim.holds})")
        if verdict.holds:
            return None
        if right:
            return f"it is right, and its claim is not true: {claim.holds} ({verdict.message})"
        own = judge(result, claim.holds)
        return f"it is wrong, and its claim is not false: {claim.holds} ({'it is true' if own.holds else own.message})"

    def hollow(self, seed: int, claim: model.Claim, right: bool) -> str | None:
        """Why the claim, which is what it should be, would be so whatever happened; None when it would not."""
        _, result = self.run(seed, claim.changes)
        why = _hollow(claim.holds, result) if right else hollow(f"!({claim.holds})", result, lists=False)
        return f"its claim says nothing of the run: {claim.holds} ({why})" if why else None

    def finding(self, seed: int, about: str, message: str) -> Finding:
        return Finding(self.question.id, seed, about, message)


def rules_of(cloud: Cloud) -> dict[str, Rule]:
    """The rules that a run decided by, by id."""
    journal = cloud.world.journal
    moved = {why.rule.id: why.rule for _, _, _, why in journal.entries}
    return moved | {notice.why.rule.id: notice.why.rule for notice in journal.notices}


def doubtful(rules: Mapping[str, Rule]) -> list[Rule]:
    """Those that can be turned the other way."""
    return [rule for _, rule in sorted(rules.items()) if rule.otherwise is not None]


def turned(document: dict[str, Any], rule: Rule) -> dict[str, Any]:
    """A copy of the scenario in which that rule is turned the other way, as far as it says what that is."""
    assert rule.otherwise is not None
    choice, value = rule.otherwise
    found: dict[str, Any] = paths.set_path(document, f'choices."{choice}"', value)
    return found


def _prove_key(question: model.Question, proof: model.Proof, trial: Trial) -> Iterator[Finding]:
    for seed in proof.seeds:
        try:
            cloud, result = trial.run(seed)
            yield from _idle(trial, seed, cloud, result)
            if isinstance(question, model.Choice):
                yield from _judge_options(question, proof, trial, seed)
            if proof.value is not None:
                yield from _judge_value(question, proof.value, trial, seed, result)
        except (ProblemsError, UsageError) as error:
            yield trial.finding(seed, "the scenario", str(error))
            return


def _idle(trial: Trial, seed: int, cloud: Cloud, result: Mapping[str, Any]) -> Iterator[Finding]:
    """What was to happen in the scenario and did not: the proof may not be about what it seems to be."""
    for message in [*undone(trial.question, cloud, result), *_never_fitted(result)]:
        yield trial.finding(seed, "the scenario", message)


def undone(question: model.Question, cloud: Cloud, result: Mapping[str, Any]) -> list[str]:
    """Each step of the timeline that came to nothing, or to an error that the key does not speak of.

    A call that AWS refuses is what some questions are about: their right claims name the code of the error. A call
    whose `${…}` names nothing was never made, and no question can be about that.
    """
    expected = frozenset[str]().union(*map(texts_of, in_force(question))) - {NOTHING_THERE}
    rows = [(place, row) for place, row in enumerate(result["steps"]) if "error" in row]
    found = [_refused(place, row) for place, row in rows if row["error"]["Code"] not in expected]
    told = {row["step"] for _, row in rows}
    found += [f"this step never came to anything: {one.text}" for one in cloud.unapplied if one.text not in told]
    return unique(found)


def _refused(place: int, row: Mapping[str, Any]) -> str:
    code, message = row["error"]["Code"], row["error"]["Message"]
    mend = f"; if that is meant, let the right claim name it: steps[{place}].error.Code == '{code}'"
    return (
        f"this step did not happen as written: {row['step']} at {row['at']:g} s: {code}: {message}"
        f"{'' if code == NOTHING_THERE else mend}"
    )


def _never_fitted(result: Mapping[str, Any]) -> list[str]:
    return [warning["message"] for warning in result["warnings"] if warning["code"] == NEVER_FITTED]


def _judge_options(question: model.Choice, proof: model.Proof, trial: Trial, seed: int) -> Iterator[Finding]:
    for option in question.options:
        claim = proof.claims[option.key]
        message = trial.judge(seed, claim, option.correct) or trial.hollow(seed, claim, option.correct)
        if message is not None:
            yield trial.finding(seed, f"option {option.key}", message)
        for told in _idle_alone(trial, seed, claim):
            yield trial.finding(seed, f"option {option.key}", told)


def _idle_alone(trial: Trial, seed: int, claim: model.Claim) -> list[str]:
    """What was to happen in the run of a claim that changes the scenario for itself, and did not."""
    if not claim.changes:
        return []
    cloud, result = trial.run(seed, claim.changes)
    # Other rules of the scenario may well have nothing to fit any more.
    rules = _never_fitted(result) if any(path.startswith("behavior") for path in claim.changes) else []
    return [*undone(trial.question, cloud, result), *rules]


def _hollow(expression: str, result: Mapping[str, Any]) -> str:
    """Why an expression that is true of this run would be true of any; empty when it would not."""
    if asks_nothing(expression):
        return "it asks nothing of the run"
    return "; ".join([*misnamed(expression), *misvalued(expression)]) or hollow(expression, result)


def _judge_value(
    question: model.Question, expression: str, trial: Trial, seed: int, result: Mapping[str, Any]
) -> Iterator[Finding]:
    import jmespath

    trial.claims += 1
    value = jmespath.search(expression, result)
    if not agrees(question, value):
        yield trial.finding(seed, "the answer", f"the run gives {value!r}, and the key says otherwise")
    elif why := _hollow(expression, result):
        yield trial.finding(seed, "the answer", f"its value says nothing of the run: {expression} ({why})")


def agrees(question: model.Question, value: Any) -> bool:
    """Whether a value from a run is the question's answer."""
    if isinstance(question, model.Numeric):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and abs(value - question.value) <= question.tolerance
    if isinstance(question, model.Matching):
        return bool(value == [pair.right for pair in question.pairs])
    if isinstance(question, model.Ordering):
        return in_order(question, value)
    return False


def in_order(question: model.Ordering, texts: Any) -> bool:
    """Whether these are the texts of all items, in an order that the question allows."""
    keys = {item.text: item.key for item in question.items}
    if not isinstance(texts, list) or sorted(texts, key=str) != sorted(keys):
        return False
    before = question.before()
    placed: set[str] = set()
    for text in texts:
        if not before[keys[text]] <= placed:
            return False
        placed.add(keys[text])
    return True


# Tasks: the learner changes the scenario


def edits(values: Mapping[str, Any]) -> str:
    """Changes as a learner types them: values in YAML, on one line."""
    return "; ".join(f"{path} = {on_one_line(value)}" for path, value in values.items())


def on_one_line(value: Any) -> str:
    """A value in YAML on one line, as it stands in a scenario."""
    import yaml

    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10_000, allow_unicode=True)
    return text.strip().removesuffix("\n...")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a learner's changes: whether all checks hold for every seed, and what to say if not."""

    holds: bool
    failed: tuple[str, ...] = ()
    problems: tuple[str, ...] = field(default=())


def attempt(question: model.Prove, values: Mapping[str, Any]) -> Attempt:
    """Run the learner's changes against the checks. A scenario that cannot be run is a failed attempt."""
    foreign = [path for path in values if path not in question.edit]
    if foreign:
        return Attempt(False, problems=(f"{', '.join(foreign)} may not be changed here",))
    trial = Trial(question)
    failed: dict[str, None] = {}
    try:
        for seed in question.seeds:
            _, result = trial.run(seed, values)
            for check in question.checks:
                if not judge(result, check.holds).holds:
                    failed[check.fail] = None
    except ProblemsError as error:
        # where it stands in a scenario that the learner has never seen as a file would say nothing
        return Attempt(False, problems=tuple(problem.message for problem in error.problems))
    except UsageError as error:
        return Attempt(False, problems=(str(error),))
    return Attempt(not failed, tuple(failed))


def _prove_task(question: model.Prove, trial: Trial) -> Iterator[Finding]:
    """The scenario as it is found and each wrong edit fail some check for each seed, and the solution passes all."""
    start: Mapping[str, Any] = {}
    for seed in question.seeds:
        idle: list[set[str]] = []
        for values in (start, question.solution, *question.wrong):
            try:
                cloud, result = trial.run(seed, values)
            except (ProblemsError, UsageError) as error:
                yield trial.finding(seed, "the scenario", str(error))
                return
            trial.claims += len(question.checks)
            broken = [check.holds for check in question.checks if not judge(result, check.holds).holds]
            if values is question.solution:
                yield from _solved(question, trial, seed, cloud, broken)
            if values is start or values is question.solution:
                idle.append(set(_never_fitted(result)))
            if values is start and not broken:
                yield trial.finding(seed, "the start", "every check holds before anything was changed")
            if values in question.wrong and not broken:
                yield trial.finding(seed, "a wrong edit", f"every check holds with {edits(values)}")
        for message in sorted(idle[0] & idle[1]):  # what the solution is about may fit in one of them only
            yield trial.finding(seed, "the scenario", message)


def _solved(question: model.Prove, trial: Trial, seed: int, cloud: Cloud, broken: list[str]) -> Iterator[Finding]:
    """What speaks against the solution. Whether steps of the scenario happen as it is found is the learner's task."""
    result = cloud.result()
    if broken:
        yield trial.finding(seed, "the solution", f"does not hold: {'; '.join(broken)}")
    for message in undone(question, cloud, result):
        yield trial.finding(seed, "the solution", message)
    for check in question.checks:
        why = "" if check.holds in broken else _hollow(check.holds, result)
        if why:
            yield trial.finding(seed, "a check", f"says nothing of the run: {check.holds} ({why})")
