"""Draws as pure functions of what they are for, and the distributions they go through.

No stream of random numbers is consumed in order: the same (seed, purpose, entity, attempt) always gives the
same number, so two variants of a scenario that treat an instance differently still give it the same luck. What one
entity does in many parts, such as an instance in a deployment, takes one hash and a lane of it for each part.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field
from hashlib import blake2b
from statistics import NormalDist

_NORMAL = NormalDist()
_BITS = 52
"""So many bits of a hash and half a bit more fill a float's 53 digits: neither 0 nor 1 can come of rounding."""


def uniform(seed: int, purpose: str, entity: str, attempt: int = 1) -> float:
    """A number strictly between 0 and 1 that depends on its arguments and on nothing else."""
    key = f"{seed}\x1f{purpose}\x1f{entity}\x1f{attempt}".encode()
    return fraction(int.from_bytes(blake2b(key, digest_size=8).digest()))


LANES = 16
"""So many draws of 32 bits come out of one hash."""
_numbers = struct.Struct(f">{LANES}I").unpack
Lanes = tuple[int, ...]


def lanes(seed: int, purpose: str, entity: str, attempt: int = 1) -> Lanes:
    """Many draws in one, for an entity that does its work in several parts; `lane` takes one out."""
    return _numbers(blake2b(f"{seed}\x1f{purpose}\x1f{entity}\x1f{attempt}".encode()).digest())


def lane(drawn: Lanes, number: int) -> float:
    """The draw of that number, from 0: strictly between 0 and 1."""
    return (drawn[number] + 0.5) * 2.0**-32


def fraction(hash: int) -> float:
    """A number strictly between 0 and 1 from a hash of 64 bits."""
    return ((hash >> (64 - _BITS)) + 0.5) * 2.0**-_BITS


@dataclass(frozen=True, slots=True)
class Distribution:
    """A duration in milliseconds, by its inverse distribution function. `at(u)` takes 0 < u < 1."""

    def at(self, u: float) -> int:
        raise TypeError("a Distribution is one of its subclasses")


@dataclass(frozen=True, slots=True)
class Constant(Distribution):
    ms: int

    def at(self, u: float) -> int:
        return self.ms


@dataclass(frozen=True, slots=True)
class Exponential(Distribution):
    mean: float

    def at(self, u: float) -> int:
        return round(-self.mean * math.log1p(-u))


@dataclass(frozen=True, slots=True)
class Uniform(Distribution):
    low: float
    high: float

    def at(self, u: float) -> int:
        return round(self.low + (self.high - self.low) * u)


@dataclass(frozen=True, slots=True)
class Triangular(Distribution):
    low: float
    mode: float
    high: float

    def at(self, u: float) -> int:
        span = self.high - self.low
        if span == 0:
            return round(self.low)
        left = (self.mode - self.low) / span
        if u < left:
            return round(self.low + math.sqrt(u * span * (self.mode - self.low)))
        return round(self.high - math.sqrt((1 - u) * span * (self.high - self.mode)))


@dataclass(frozen=True, slots=True)
class Lognormal(Distribution):
    """By the mean (ms) and the coefficient of variation of the duration itself, not of its logarithm."""

    mean: float
    cv: float
    _variance: float = field(init=False, repr=False, compare=False)
    _sd: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_variance", math.log1p(self.cv**2))
        object.__setattr__(self, "_sd", math.sqrt(self._variance))

    def at(self, u: float) -> int:
        return round(self.mean * math.exp(self._sd * _NORMAL.inv_cdf(u) - self._variance / 2))


@dataclass(frozen=True, slots=True)
class Normal(Distribution):
    """Cut at 0: a draw below 0 counts as 0."""

    mean: float
    sd: float

    def at(self, u: float) -> int:
        return max(0, round(self.mean + self.sd * _NORMAL.inv_cdf(u)))


@dataclass(frozen=True, slots=True)
class Empirical(Distribution):
    """Each of the given durations (ms) is equally likely."""

    values: tuple[int, ...]

    def at(self, u: float) -> int:
        return self.values[int(u * len(self.values))]
