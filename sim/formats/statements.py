"""Statements of policies as hints write them: in YAML, or in JSON where the file is JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sim.formats.nodes import compose
from sim.formats.spelled import spelled_out

YAML = (".yml", ".yaml", ".template")
MAX_ACTIONS = 12
"""A hint names so many actions."""


def written(path: str, actions: Sequence[str], resource: str) -> str:
    """A statement that allows actions on a resource, which is given as YAML; functions in it stay in their short form.

    The short form is for the caller to respell where the file is JSON.
    """
    named = actions[:MAX_ACTIONS]
    text = f"{{Effect: Allow, Action: {one_or_list(named)}, Resource: {resource}}}"
    return f"`{value(path, text)}`"


def value(path: str, text: str) -> str:
    """A value given as YAML, in the language of a file; functions stay as they are."""
    return text if "!" in text or is_yaml(path) else in_json(text)


def in_json(text: str) -> str:
    """YAML without functions as JSON."""
    return json.dumps(spelled_out(compose(text, "hint")), ensure_ascii=False)


def is_yaml(path: str) -> bool:
    return path.lower().endswith(YAML)


def quoted(text: str) -> str:
    """A text as YAML."""
    return "'" + text.replace("'", "''") + "'"


def pair(path: str, text: str) -> str:
    """A key and its value given as YAML, in the language of a file; functions stay as they are."""
    return text if "!" in text or is_yaml(path) else in_json(f"{{{text}}}")[1:-1]


def one_or_list(values: Sequence[str]) -> str:
    """YAML values as one value: the only one, or a list."""
    return values[0] if len(values) == 1 else f"[{', '.join(values)}]"


__all__ = ["in_json", "is_yaml", "one_or_list", "pair", "quoted", "value", "written"]
