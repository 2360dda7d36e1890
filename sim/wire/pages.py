"""Lists in pages. Services answer whole lists; botocore's models say how each operation cuts them."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any

from botocore.model import OperationModel

from sim.wire import errors, models

SIZE = 100
"""Rows in a page when the caller asks for no number."""
SIZES = {"autoscaling": 50, "ec2": 1000, "s3": 1000}
"""Services whose pages have another size, as the models' documentation says."""
MOST = 1000
"""No page of AWS's holds more rows, whatever the caller asks for."""

_TOKENS = ("nextToken", "NextToken")
_LIMITS = ("maxResults", "MaxResults", "Limit", "MaxRecords")
_COUNTS = ("KeyCount",)
"""Members that count the rows of a page."""


@dataclass(frozen=True, slots=True)
class Paging:
    """How an operation pages: its members for the token in and out, the limit, the rows, and "there is more"."""

    token_in: str
    token_out: str
    rows: tuple[str, ...]
    limit: str | None = None
    more: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The page that a caller asked for."""

    operation: OperationModel
    paging: Paging
    start: int
    size: int
    question: str

    def cut(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer with the rows of this page only. A service that gave a token itself has cut it already."""
        paging = self.paging
        if answer.get(paging.token_out):
            return answer
        rows = [(name, row) for name in paging.rows for row in answer.get(name) or ()]
        end = self.start + self.size
        shown = rows[self.start : end]
        page = dict(answer)
        for name in paging.rows:
            if name in answer:
                page[name] = [row for owner, row in shown if owner == name]
        more = self.size > 0 and end < len(rows)
        if more:
            page[paging.token_out] = _token(self.operation.name, self.question, end)
        if paging.more is not None:
            page[paging.more] = more
        return page | {name: len(shown) for name in _COUNTS if name in answer}


def asked(service: str, operation: str, parameters: dict[str, Any]) -> Page | None:
    """The page that these parameters ask for; None when the operation has no pages.

    Raises ServiceError with the service's own code for a token that this operation did not give for this question.
    """
    paging = paging_of(service, operation)
    if paging is None:
        return None
    model = models.operation(service, operation)
    question = _digest({key: value for key, value in parameters.items() if key not in (paging.token_in, paging.limit)})
    token = parameters.get(paging.token_in)
    start = 0 if token is None else _start(operation, question, token)
    if start is None:
        raise errors.bad_token(model, paging.token_in)
    size = parameters.get(paging.limit, SIZES.get(service, SIZE)) if paging.limit else SIZES.get(service, SIZE)
    return Page(model, paging, start, min(size, MOST), question)


@cache
def paging_of(service: str, operation: str) -> Paging | None:
    """How an operation pages. None too where a page starts after a key, as S3's ListObjectVersions: there the service
    itself knows what comes next."""
    model = models.operation(service, operation)
    described = models.paginators(service).get(operation)
    if described is None:
        return _inferred(model)
    rows = described["result_key"] if isinstance(described["result_key"], list) else [described["result_key"]]
    token_out = described["output_token"]
    if not isinstance(token_out, str) or token_out not in model.output_shape.members:
        return None
    return Paging(
        described["input_token"], token_out, tuple(rows), described.get("limit_key"), described.get("more_results")
    )


def _inferred(model: OperationModel) -> Paging | None:
    """botocore describes not every list: what takes and gives a NextToken and has one list pages by it."""
    if model.input_shape is None or model.output_shape is None:
        return None
    inputs, outputs = model.input_shape.members, model.output_shape.members
    token = next((name for name in _TOKENS if name in inputs and name in outputs), None)
    rows = [name for name, shape in outputs.items() if shape.type_name == "list"]
    if token is None or len(rows) != 1:
        return None
    return Paging(token, token, tuple(rows), next((name for name in _LIMITS if name in inputs), None))


def _token(operation: str, question: str, start: int) -> str:
    return urlsafe_b64encode(json.dumps([operation, question, start]).encode()).decode().rstrip("=")


def _start(operation: str, question: str, token: str) -> int | None:
    """Where the page begins; None for a token that was not given for this question."""
    try:
        content = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except ValueError:
        return None
    match content:
        case [str(named), str(asked_for), int(start)] if (named, asked_for) == (operation, question):
            return start
    return None


def _digest(parameters: dict[str, Any]) -> str:
    text = json.dumps(parameters, sort_keys=True, default=str)
    return blake2b(text.encode(), digest_size=8).hexdigest()
