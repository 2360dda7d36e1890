"""The tables of operations are up to date, and leave nothing out."""

from __future__ import annotations

import pytest

from tests.coverage import COVERED, PAGES, table


@pytest.mark.parametrize("service", COVERED)
def test_the_table_of_operations_is_up_to_date(service: str) -> None:
    written = (PAGES / f"{service}.md").read_text(encoding="utf-8")
    assert written == table(service), "run `python -m tests.coverage`"


@pytest.mark.parametrize("service", COVERED)
def test_every_operation_is_answered_and_called_by_some_test(service: str) -> None:
    rows = [line for line in table(service).splitlines() if line.startswith("| `")]
    assert len(rows) > 40
    assert [row for row in rows if "| no |" in row or row.endswith("| none |")] == []
