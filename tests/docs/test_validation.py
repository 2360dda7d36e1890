"""docs/validation.md holds: each block is run, and prints what stands below it."""

import io
import re
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent.parent.parent / "docs" / "validation.md"


def blocks() -> list[tuple[str, str]]:
    """(python, what it prints), in order."""
    found = re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [(code, text) for code, text in found]


def settled(text: str) -> str:
    """Without the simulated figures, which move when a version draws something anew."""
    text = re.sub(r"simulated [\d.]+ \([\d.]+ to [\d.]+\)", "simulated", text)
    return re.sub(r"[\d.]+%", "%", text)


def test_the_page_prints_what_it_says_and_all_of_it_holds() -> None:
    names: dict[str, Any] = {"__name__": "validation"}
    printed = []
    for code, _ in blocks():
        with redirect_stdout(io.StringIO()) as out:
            exec(compile(code, str(PAGE), "exec"), names)
        printed.append(out.getvalue())
    assert [settled(text) for text in printed] == [settled(text) for _, text in blocks()]
    assert len(printed) == 6
    assert all("True" in text for text in printed[1:])
    assert not any("False" in text for text in printed)
    assert sum(text.count("told apart: True") for text in printed) == 4, "each queue's check would find an error of 5%"
