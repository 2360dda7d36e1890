"""Hints at files in JSON: no short forms such as !Ref, and every key and text in quotes."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from sim.core.problems import ProblemsError
from sim.formats.nodes import Mapping, compose, plain
from sim.formats.pipeline import KEYS
from sim.formats.spelled import spelled_out

_SHORT = re.compile(r"`([^`]*(?<!\{)![A-Z][^`]*)`|(?:(?<=write )|(?<=resource )|(?<=with it: ))(![A-Z]\w+ '[^']*')")

_ATTRIBUTE = re.compile(r'("Fn::GetAtt": )"(\w+)\.([\w.]+)"')
"""In JSON, this function takes a list only."""


def in_long_form(hint: str) -> str:
    """A hint whose examples are JSON. What is no example of a function stays as it is."""
    return _SHORT.sub(lambda found: f"`{_long(found[1] or found[2])}`", hint) if "!" in hint else hint


@lru_cache(maxsize=256)
def _long(example: str) -> str:
    try:
        node = compose(example, "hint")
    except ProblemsError:
        return example
    text = _ATTRIBUTE.sub(r'\1["\2", "\3"]', json.dumps(spelled_out(node), ensure_ascii=False))
    is_pair = isinstance(node, Mapping) and not node.tag and not example.startswith("{")
    return text[1:-1] if is_pair else text


_INSIDE = r"(?:[^{}]|\{[^{}]*\})*"
_NAMED = r"\{name: [\w.-]+(?:, \w+: [^{}]*)?\}"
_EXAMPLE = re.compile(rf"\b\w+: (?:\[\{{{_INSIDE}\}}\]|\[\{{.*?\}}\]|\[[\w./-]+\]|\{{{_INSIDE}\}})|{_NAMED}")


_PAIR = re.compile(r"`(([a-z]\w*): [^`]*)`")
_PAIRED = KEYS - {"commands", "files", "name", "type", "version"}
"""Keys of pipelines that neither buildspecs nor AppSpecs have."""


def in_json(hint: str) -> str:
    """A hint whose examples are JSON: `"inputArtifacts": [{"name": "Src"}]` for inputArtifacts: [{name: Src}]."""
    if ": " not in hint:
        return hint
    hint = _PAIR.sub(lambda found: f"`{_as_json(found[1])}`" if found[2] in _PAIRED else found[0], hint)
    return _EXAMPLE.sub(lambda found: _as_json(found[0]), hint)


@lru_cache(maxsize=256)
def _as_json(example: str) -> str:
    try:
        text = json.dumps(plain(compose(example, "hint")), ensure_ascii=False)
        return text if example.startswith("{") else text[1:-1]
    except ProblemsError:
        return example
