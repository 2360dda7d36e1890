"""Replications: one run of one variant with one seed, and the numbers that the asked metrics take from it.

Replication n of every variant has the same seed, the scenario's own plus n - 1, so that what the variants have in
common has the same luck (common random numbers), and `codesuite run SCENARIO --seed` shows any of them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from hashlib import blake2b
from inspect import getsource
from pathlib import Path
from typing import Any, NamedTuple

from sim.analysis.measures import METRICS, Metric, Number
from sim.analysis.run import Run
from sim.cloud import Cloud
from sim.core.problems import ProblemsError, SimError
from sim.experiments.design import Source, Variant
from sim.formats import shipped
from sim.scenario import Plan


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
        digest = blake2b(digest_size=16)
        for text in _texts(parts):
            digest.update(text + b"\x1f")
        return digest.hexdigest()

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

    def replicate(self, variant: int, replication: int) -> Row:
        """Run one replication and measure it. Raises ReplicationError."""
        try:
            run = self.observe(variant, replication)
            values: dict[str, Number] = {}
            for metric in self.metrics:
                values.update(metric.of(run))
        except ProblemsError:
            raise
        except Exception as error:
            label, seed = self.variants[variant].label, self.seed_of(replication)
            place = f"replication {replication} of {label} (seed {seed})"
            raise ReplicationError(f"{place}: {type(error).__name__}: {error}") from error
        return Row(variant, replication, values)


def _source(metric: Metric) -> str:
    """The text of a metric of one's own, so that a changed one makes another experiment."""
    if METRICS.get(metric.name) is metric:
        return ""
    try:
        return getsource(metric.measure)
    except (OSError, TypeError):
        return metric.text


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
