"""Questions as plain values and back: a generated question is kept with the session that asks it, as it was then."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from quizzes import model
from quizzes.bank import KINDS

_PARTS: dict[str, Any] = {
    "exams": model.ExamTask,
    "options": model.Option,
    "intruders": model.Option,
    "extra": model.Option,
    "items": model.Item,
    "pairs": model.Pair,
    "near": model.Near,
    "checks": model.Check,
}


def to_plain(question: model.Question) -> dict[str, Any]:
    """The question as JSON can hold it."""
    return {"type": question.kind, **_plain(question)}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def from_plain(values: Mapping[str, Any]) -> model.Question:
    """The question of which `to_plain` made these values. Raises KeyError or TypeError for others."""
    rest = dict(values)
    kind = KINDS[rest.pop("type")]
    for name, part in _PARTS.items():
        if name in rest:
            rest[name] = tuple(part(**_tuples(row)) for row in rest[name])
    currency = dict(rest["currency"])
    currency["checked"] = date.fromisoformat(currency["checked"])
    rest["currency"] = model.Currency(**_tuples(currency))
    for name, single in (("course", model.CourseLine), ("drawn", model.Drawn)):
        if rest.get(name) is not None:
            rest[name] = single(**rest[name])
    if rest.get("proof") is not None:
        proof = _tuples(rest["proof"])
        proof["claims"] = {key: model.Claim(**claim) for key, claim in proof["claims"].items()}
        rest["proof"] = model.Proof(**proof)
    question: model.Question = kind(**_tuples(rest))
    return question


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    """Lists as tuples, as the model has them; what lies inside mappings stays as it is."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
