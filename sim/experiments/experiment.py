"""Replications: one run of one variant with one seed, and the numbers that the asked metrics take from it.

Replication n of every variant has the same seed, the scenario's own plus n - 1, so that what the variants have in
common has the same luck (common random numbers), and `codesuite run SCENARIO --seed` shows any of them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property, partial
from hashlib import blake2b
from inspect import getsource
from pathlib import Path
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

from sim.analysis.measures import METRICS, Metric, Number
from sim.analysis.run import Run
from sim.cloud import Cloud
from sim.core.problems import ProblemsError, SimError, UsageError
from sim.core.world import seldom_collecting
from sim.experiments.design import Source, Variant
from sim.formats import shipped
from sim.scenario import Plan

DEPTH = 8
"""So deep is looked into what a metric of one's own holds on to."""


class Row(NamedTuple):
    """What one replication of one variant gave. `variant` counts from 0, `replication` from 1."""

    variant: int
    replication: int
    values: Mapping[str, Number]


class Task(NamedTuple):
    variant: int
    replication: int


class ReplicationError(SimError):
    """A run could not be measured; the message says which, and how to see it again."""


@dataclass(frozen=True)
class Experiment:
    """Everything that decides what comes out, and nothing else. `warm_up` in ms; `until` as `Plan.run` takes it."""

    source: Source
    variants: tuple[Variant, ...]
    metrics: tuple[Metric, ...]
    seed: int
    until: str | int | float | None = None
    warm_up: int = 0

    def seed_of(self, replication: int) -> int:
        return self.seed + replication - 1

    @cached_property
    def fingerprint(self) -> str:
        """The same text for the same experiment: scenario, files, assumptions, prices, metrics and version."""
        import sim

        parts: list[Any] = [sim.__version__, self.seed, self.until, self.warm_up]
        parts += [(shipped.root() / name).read_bytes() for name in ("assumptions.yml", "prices.yml")]
        parts += [(metric.name, _source(metric)) for metric in self.metrics]
        parts += [self.plan(variant.index).scenario for variant in self.variants]
        return _digest(parts)

    def plan(self, variant: int) -> Plan:
        """The variant, compiled: once in each process."""
        plans = self.__dict__.setdefault("_plans", {})
        if variant not in plans:
            plans[variant] = self.source.compile(self.variants[variant].settings)
        found: Plan = plans[variant]
        return found

    def __getstate__(self) -> dict[str, Any]:
        """Plans stay in their process: compiling is quicker than sending."""
        return {name: value for name, value in self.__dict__.items() if name != "_plans"}

    def play(self, variant: int, replication: int) -> Cloud:
        """Run one replication; the Cloud at its end."""
        return self.plan(variant).run(self.seed_of(replication), self.until)

    def observe(self, variant: int, replication: int) -> Run:
        """Run one replication, for metrics to look at."""
        cloud, plan = self.play(variant, replication), self.plan(variant)
        home = cloud.account_id, cloud.region_name
        seed = self.seed_of(replication)
        return Run(cloud.world, home, cloud._inside, lambda: plan.start(seed)._fleet(), self.warm_up)

    def notices(self) -> Iterator[str]:
        """What makes a comparison worth less than it looks: a variant that changes nothing, and what `codesuite run`
        warns of (rules that never fitted, properties that have no effect), seen in the first replication of each."""
        first: dict[str, str] = {}
        if len(self.variants) == 1 and self.variants[0].settings:
            first[_digest(_effective(self.source.compile({})))] = "the scenario as it is"
        for variant in self.variants:
            other = first.setdefault(_digest(_effective(self.plan(variant.index))), variant.label)
            if other != variant.label:
                yield f"{variant.label} changes nothing against {other}: check the path and the value"
        seen: dict[tuple[str, str, str], list[str]] = {}
        for variant in self.variants:
            for problem in self.play(variant.index, 1).warnings:
                labels = seen.setdefault((problem.code, problem.message, problem.hint), [])
                if variant.label not in labels:
                    labels.append(variant.label)
        for (code, message, hint), labels in seen.items():
            where = "" if len(labels) == len(self.variants) else f"with {'; '.join(labels)}: "
            yield f"warning {code}: {where}{message}" + (f" ({hint})" if hint else "")

    def replicate(self, variant: int, replication: int) -> Row:
        """Run one replication and measure it. Raises ReplicationError."""
        with seldom_collecting():  # by its end the run is garbage, and goes at the first look
            return self._measured(variant, replication)

    def _measured(self, variant: int, replication: int) -> Row:
        try:
            run = self.observe(variant, replication)
            values: dict[str, Number] = {}
            for metric in self.metrics:
                found = metric.of(run)
                if twice := values.keys() & found.keys():
                    raise UsageError(f"two metrics give {min(twice)}: give one of them another name")
                values.update(found)
        except ProblemsError:
            raise
        except Exception as error:
            label, seed = self.variants[variant].label, self.seed_of(replication)
            place = f"replication {replication} of {label} (seed {seed})"
            raise ReplicationError(f"{place}: {type(error).__name__}: {error}") from error
        return Row(variant, replication, values)


def _effective(plan: Plan) -> list[Any]:
    """What a run goes by: of the template only what came of it, and no words about the scenario."""
    aside = ("template", "parameters", "seed", "title", "expect", "warnings", "repository_lines")
    own = [(one.name, getattr(plan.scenario, one.name)) for one in fields(plan.scenario) if one.name not in aside]
    stack = plan.resolved
    made = (
        None
        if stack is None
        else [stack.order, stack.values, stack.holds, stack.template.mappings, stack.template.resources]
    )
    return [own, made]


def _source(metric: Metric) -> Any:
    """What a metric of one's own does, so that a changed one makes another experiment: its text and code, what it
    holds on to, its defaults. Functions that it calls and global names are not looked into."""
    if METRICS.get(metric.name) is metric:
        return ""
    return _held(metric.measure, 0)


def _held(value: Any, depth: int) -> Any:
    """A value that a function holds on to, as a row of plain ones that are the same in every process."""
    if depth > DEPTH:
        return type(value).__qualname__
    if isinstance(value, FunctionType):
        cells = [_cell(cell) for cell in value.__closure__ or ()]
        held = [*cells, *(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).items()]
        return [_text(value), _held(value.__code__, depth), [_held(one, depth + 1) for one in held]]
    if isinstance(value, CodeType):
        return [value.co_code, value.co_names, [_held(one, depth + 1) for one in value.co_consts]]
    if isinstance(value, list | tuple | Mapping):
        items = value.items() if isinstance(value, Mapping) else value
        return [_held(one, depth + 1) for one in items]
    if isinstance(value, set | frozenset):
        return {repr(one) for one in value}
    if value is None or isinstance(value, str | bytes | int | float | Path):
        return value
    if isinstance(value, partial):
        return ["partial", *(_held(one, depth + 1) for one in (value.func, value.args, value.keywords))]
    if isinstance(value, MethodType):
        return ["method", *(_held(one, depth + 1) for one in (value.__func__, value.__self__))]
    kept = getattr(value, "__dict__", {}) if not isinstance(value, type | ModuleType) else {}
    return [getattr(value, "__qualname__", type(value).__qualname__), _text(type(value)), _held(dict(kept), depth + 1)]


def _cell(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # nothing was put into it yet
        return None


def _text(thing: Any) -> str:
    try:
        return getsource(thing)
    except (OSError, TypeError):
        return ""


def _digest(value: Any) -> str:
    digest = blake2b(digest_size=16)
    for text in _texts(value):
        digest.update(text + b"\x1f")
    return digest.hexdigest()


def _texts(value: Any) -> Iterable[bytes]:
    """A value as a row of texts that is the same in every process: sets in order, classes by their fields."""
    if is_dataclass(value) and not isinstance(value, type):
        yield type(value).__name__.encode()
        for field in fields(value):
            if field.name not in ("line", "column", "path"):
                yield from _texts(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts((key, item))
    elif isinstance(value, set | frozenset):
        yield from sorted(text for item in value for text in _texts(item))
    elif isinstance(value, list | tuple):
        yield f"[{len(value)}".encode()
        for item in value:
            yield from _texts(item)
    elif isinstance(value, Path):
        yield value.name.encode()
    else:
        yield value if isinstance(value, bytes) else f"{type(value).__name__} {value!r}".encode()
