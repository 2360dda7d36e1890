"""The quiz engine and its question banks. It imports `sim`; `sim` never imports it.

A bank is a YAML file of questions; what the simulator can decide it decides (`prove`); families make questions that
never run dry; a session asks them, and progress is kept in a file of the learner's.

>>> from quizzes import load
>>> load().question("course-14-validate").right
('validate',)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quizzes.bank import check_bank, load, read_bank
    from quizzes.model import Bank, Question
    from quizzes.proof import prove

_HOMES = {
    "Bank": "quizzes.model",
    "Question": "quizzes.model",
    "check_bank": "quizzes.bank",
    "load": "quizzes.bank",
    "prove": "quizzes.proof",
    "read_bank": "quizzes.bank",
}
__all__ = ["Bank", "Question", "check_bank", "load", "prove", "read_bank"]


def __getattr__(name: str) -> Any:
    # Loaded when first used, so that `import quizzes` stays quick.
    if name not in _HOMES:
        raise AttributeError(f"module 'quizzes' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
