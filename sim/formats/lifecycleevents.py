"""Which lifecycle event is meant by a name that is none: by what its words say, and only then by its letters.

By letters alone ValidateApplication is nearer to ApplicationStop than to ValidateService: then the check of health
would run when the application stops. Events: docs/behaviour/codedeploy.md §2.1, §2.5.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from sim.formats.nodes import near

_MOMENTS = {"before": "before", "pre": "before", "after": "after", "post": "after"}
_ACTS = {
    "validate": ("validate", "validation", "verify", "verification", "check", "health", "healthcheck", "smoke", "test"),
    "stop": ("stop", "stopped", "stopping", "shutdown", "halt", "terminate", "kill"),
    "start": ("start", "started", "starting", "startup", "launch", "run"),
    "block": ("block", "blocked", "blocking", "drain", "deregister"),
    "allow": ("allow", "allowed", "allowing", "traffic", "register"),
    "install": ("install", "installed", "installing", "installation", "deploy", "deployment"),
}
"""{what an event is about: words that say so}; where several are said, the first counts."""
_WORDS = {word: act for act, words in _ACTS.items() for word in words} | dict.fromkeys(
    ("application", "service", "server"), ""
)
_ALIKE = 0.8
_SHORTEST = 4
"""Shorter words are not taken for others that are nearly so."""
MAX_NAME = 60
"""Characters of a name that are looked at."""

Meaning = tuple[str, str]
"""(before, after or "", what the event is about or "")"""

NEXT = {
    ("before", "start"): ("AfterInstall", "the last event before ApplicationStart"),
    ("after", "start"): ("ValidateService", "the first event after ApplicationStart"),
    ("after", "stop"): ("BeforeInstall", "the first event after ApplicationStop that takes scripts"),
}
"""{a meaning that no event has: the event at that place, and what it is}, on instances."""


def event_meant(written: str, known: Sequence[str], there: Collection[str] = (), alike: float = 0.6) -> str:
    """The event of those known, and not there yet, that a name may stand for; "" for none.

    `alike`, from 0 to 1: so much its letters are those of the event's name, where the words do not tell.
    """
    bare = re.sub(r"[-_ .]", "", written[:MAX_NAME]).lower()
    moment, act = meaning = meaning_of(written)
    names = {event.lower(): event for event in known if moment in ("", meaning_of(event)[0])}
    if act and bare not in names:
        meant = next((event for event in known if meaning_of(event) == meaning), "")
    else:
        meant = names.get(near(bare, names, alike), "")
    return "" if meant in there else meant


def meaning_of(name: str) -> Meaning:
    """What the words of a name say."""
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name[:MAX_NAME])]
    bare = "".join(words)
    first = words[0] if words else ""
    moment = _MOMENTS.get(near(first, ("before", "after"), _ALIKE) or first, "")
    if not moment and len(words) == 1:
        found = re.match(r"before|after|pre|post", bare)
        moment = _MOMENTS[found[0]] if found else ""
    said = {act for word in words if (act := _act(word))}
    if not said and len(words) == 1:
        said = {act for word, act in _WORDS.items() if act and len(word) > _SHORTEST and word in bare}
    if "validate" in said and "allow" in said:
        return moment, "allow test"  # AfterAllowTestTraffic
    return moment, next((act for act in _ACTS if act in said), "")


def _act(word: str) -> str:
    if word in _WORDS or len(word) < _SHORTEST:
        return _WORDS.get(word, "")
    return _WORDS.get(near(word, _WORDS, _ALIKE), "")


__all__ = ["NEXT", "event_meant", "meaning_of"]
