"""The pages that questions and rules cite, readable without the repository: docs/behaviour, by page and section.

A citation is `docs/behaviour/codedeploy.md §5.4 rule 7`, or as people type it: `codedeploy 5.4`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sim.core.problems import UsageError
from sim.formats import shipped

OURS = "docs/behaviour/"
"""What a citation of these pages begins with; every other one is an address."""
_CITED = re.compile(r"(?:docs/behaviour/)?(?P<page>[a-z-]+)(?:\.md)?(?:\s+§?\s*(?P<number>\d+(?:\.\d+)*).*)?")
_HEADING = re.compile(r"(?P<marks>#{1,4}) (?:§?(?P<number>\d+(?:\.\d+)*)\.? )?.*")


@cache
def folder() -> Path:
    """Where the pages lie: inside the installed package, else in the checkout."""
    installed = shipped.root() / "behaviour"
    return installed if installed.is_dir() else shipped.root().parent / "docs" / "behaviour"


def pages() -> list[str]:
    """The names of the pages."""
    return sorted(path.stem for path in folder().glob("[a-z]*.md"))


def page(citation: str) -> str:
    """The name of the page that is cited. Raises UsageError."""
    return _parsed(citation)["page"]


def section(citation: str) -> str:
    """The text of what is cited, in Markdown: a section with those inside it, or the headings of a whole page.

    Section 0 is what a page says of itself, before its first section. Raises UsageError.
    """
    cited = _parsed(citation)
    name, number = cited["page"], cited["number"]
    lines = (folder() / f"{name}.md").read_text(encoding="utf-8").splitlines()
    if number is None:
        return "\n".join(f"- {line.lstrip('# ')}" for line in lines if _HEADING.fullmatch(line))
    found = list(_before_the_first(lines) if number == "0" else _section(lines, number))
    if not found:
        raise UsageError(f"the page {name} has no section {number}; --read {name} lists them")
    return "\n".join(found).strip()


def _parsed(citation: str) -> re.Match[str]:
    cited = _CITED.fullmatch(citation.strip())
    if cited is None or cited["page"] not in pages():
        raise UsageError(f"{citation!r} names no page; name one of {', '.join(pages())}, and a section: codedeploy 5.4")
    return cited


def _before_the_first(lines: Iterable[str]) -> Iterable[str]:
    """The lines in front of section 1."""
    for line in lines:
        heading = _HEADING.fullmatch(line)
        if heading is not None and heading["number"] == "1":
            return
        yield line


def _section(lines: Iterable[str], number: str) -> Iterable[str]:
    """The lines from the heading with that number to the next one that is not inside it."""
    depth = 0
    for line in lines:
        heading = _HEADING.fullmatch(line)
        if heading is not None and depth and len(heading["marks"]) <= depth:
            return
        if heading is not None and not depth and heading["number"] == number:
            depth = len(heading["marks"])
        if depth:
            yield line


def address(ref: str) -> str:
    """Where a learner can read what is cited: an address as it is, or what to type for one of these pages."""
    cited = _CITED.fullmatch(ref) if ref.startswith(OURS) else None
    if cited is None:
        return ref
    number = "" if cited["number"] is None else f" {cited['number']}"
    return f'codesuite quiz --read "{cited["page"]}{number}"'


def told(markdown: str) -> list[str]:
    """The same as lines of words: each row of a table is one line, with the heads of its columns."""
    heads: list[str] = []
    found = []
    for line in markdown.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")] if line.startswith("|") else []
        if not cells:
            heads = []
            found.append(line.lstrip("# "))
        elif not heads:
            heads = cells
        elif not set(line) <= set("|-: "):
            found.append("; ".join(_cell(head, cell) for head, cell in zip(heads, cells, strict=False) if cell) + ".")
    return [line for line in found if line]


def _cell(head: str, cell: str) -> str:
    return f"{head} {cell}" if head == "#" else f"{head}: {cell}" if head else cell
