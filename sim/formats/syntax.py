"""What may have gone wrong where the YAML parser stumbled: hints at mistakes that people really make."""

from __future__ import annotations

import re

_KEY = re.compile(r"^(\s*(?:- +)*)([\w.\"'-]+):(?=\s|$)")
_DASH = re.compile(r"^(\s*)- +\S")
_MAX_ABOVE = 200
"""So many lines above a mistake are looked at."""
_GLUED = re.compile(r"^(\s*(?:- +)?)([A-Za-z][\w.-]*):(?!//)[^\s:]\S*\s*$")
_BUILDSPEC = ("version", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache")
_PHASES = ("install", "pre_build", "build", "post_build")
_APPSPEC = ("version", "os", "files", "permissions", "hooks", "file_exists_behavior")
_EVENTS = (
    "ApplicationStop",
    "BeforeInstall",
    "AfterInstall",
    "ApplicationStart",
    "ValidateService",
    "BeforeBlockTraffic",
    "AfterBlockTraffic",
    "BeforeAllowTraffic",
    "AfterAllowTraffic",
)
_TEMPLATE = ("AWSTemplateFormatVersion", "Mappings", "Conditions", "Resources", "Outputs")
LEVELS = {
    "phases": (_BUILDSPEC, "phases", _PHASES),
    "os": (_APPSPEC, "hooks", _EVENTS),
    "hooks": (_APPSPEC, "hooks", _EVENTS),
    "Resources": (_TEMPLATE, "", ()),
}
"""A key at the left edge that tells what a file is -> the others there; one of them, and the keys that stand in it."""
_SIGNS = ("[", "{", "]", "}", "&", "*", "!", "%", "@", "`")
_QUOTE_ALL = "quote text that holds a colon followed by a space, as a whole"


def hint(lines: list[str], line: int, words: str) -> str:
    """A hint at what to mend, from the line that the parser names and its words. Lines count from 1."""
    here = lines[line - 1] if 0 < line <= len(lines) else ""
    stripped = here.strip()
    if any(text.startswith(("<<<<<<< ", ">>>>>>> ")) or text == "=======" for text in lines[max(line - 1, 0) :][:500]):
        if stripped.startswith(("<<<<<<<", "=======", ">>>>>>>")):
            return "a merge conflict is left in the file: settle it"
    if "{{" in here or "{%" in here:
        return "this looks like a template: fill it in first, or quote the value"
    for look in (_characters, _values, _indentation, _colons):
        found = look(lines, line, here, words)
        if found:
            return found
    return "look at the indentation of this line and the one before; quote text that holds `: ` or starts with a sign"


def no_space(key: str) -> str:
    """The hint at a key whose colon sticks to its value."""
    return f"a space is missing after `{key}:`"


def glued(lines: list[str], line: int, words: str) -> tuple[int, int, str] | None:
    """(line, column, key) of the first of the pairs without a space that stand right above a line.

    YAML takes such a pair for text that goes on below, and only stumbles at the next colon.
    """
    here = lines[line - 1] if 0 < line <= len(lines) else ""
    first = None
    while "not allowed" in words and _KEY.match(here) is not None:
        line = _above(lines, line)
        found = _GLUED.match(lines[line - 1]) if line > 0 else None
        if found is None or len(found[1]) != _depth(here):
            break
        first = line, found.end(2) + 2, found[2]
    return first


def opened(lines: list[str], line: int, words: str, context: str, begins: tuple[int, int] | None) -> str:
    """What to close, where the parser was inside brackets or quotes that begin at a (line, column); "" elsewhere."""
    if begins is None or not 0 < begins[0] <= len(lines):
        return ""
    text = lines[begins[0] - 1][begins[1] - 1 :]
    if "quoted scalar" in context:
        if "escape" in words:
            return "in double quotes a backslash begins an escape: write two of them, or use single quotes"
        return f"a quote is not closed: write another {text[:1]} where the text ends that begins here"
    pair = {"[": "]", "{": "}"}.get(text[:1]) if "flow" in context else None
    if pair is None or text.count(text[0]) <= text.count(pair):
        return ""
    if text.startswith(("[ ", "[[", "{{")):
        return f"text that begins with {text[0]} must stand in quotes"
    where = "here" if begins[0] == line else f"on line {begins[0]}"
    return f"a {text[0]} is opened {where} and not closed: a {pair} is missing"


def _characters(lines: list[str], line: int, here: str, words: str) -> str:
    if "\t" in here[: len(here) - len(here.lstrip())] or "tab" in words:
        return "indent with spaces: YAML allows no tabs there"
    if "incompatible YAML document" in words:
        return "take this line out: YAML 1.1 and 1.2 are known, and none of them needs it"
    if words == "did not find expected <document start>" and lines and lines[0].startswith(" "):
        return "line 1 is indented, and this line is not: take the spaces at its beginning out"
    if "sequence entries are not allowed" in words and re.match(r"\s*[\w.-]+:\s+- ", here):
        return "begin the list on a line of its own, below the key and deeper"
    if "not allowed" in words and re.match(r"\s*[\w.-]+:\s+[\w.-]+:\s*([\w.-]+:\s|[\[{]|$)", here):
        return "one key a line: put what follows the first colon on a line of its own, indented deeper"
    return _without_colon(lines, line) if "not allowed" in words else ""


_OF_LISTS = ("And", "Cidr", "Equals", "FindInMap", "If", "Join", "Not", "Or", "Select", "Split")
"""Functions of CloudFormation that take a list."""


_SHORT = re.compile(
    r"!(?:And|Base64|Cidr|Condition|Equals|FindInMap|GetAtt|GetAZs|If|ImportValue|Join|Not|Or|Ref|Select|Split|Sub)\b"
)
"""A function of CloudFormation in its short form, which needs no quotes."""


def _values(lines: list[str], line: int, here: str, words: str) -> str:
    value = re.sub(r"^[\s-]*([\w.-]+:\s+)?", "", here)
    if value[:1] in ("[", "{"):
        for sign, closing in ("[]", "{}"):
            if value.count(sign) > value.count(closing):
                return f"a {sign} is opened here and not closed: a {closing} is missing"
    function = re.match(r"!(\w+) +[!\"']", value)
    if function is not None and function[1] in _OF_LISTS:
        return f"write the values of the function as one list: `!{function[1]} [ … , … ]`"
    if function is not None:
        return f"a short function cannot follow another: write `Fn::{function[1]}:`, and the other on the line below it"
    if (value[:1] in _SIGNS and _SHORT.match(value) is None) or (
        value[:1] in ("|", ">") and "expected comment or line break" in words
    ):
        return f"text that begins with {value[:1]} must stand in quotes"
    if value[:1] in ("'", '"') and (value.count(value[0]) % 2 == 0):
        return "text that begins with a quoted word must be quoted as a whole"
    if re.match(r"\s*- [^\"'].*[\w\"']: ", here) and "did not find expected key" in words:
        return _QUOTE_ALL
    if here.count('"') % 2 or here.count("'") % 2:
        return "a quote is not closed"
    return ""


def _indentation(lines: list[str], line: int, here: str, words: str) -> str:
    if "did not find expected" in words:
        found = _dashed(lines, line)
        if found:
            return found
    if "not allowed" in words or "did not find expected" in words:
        for look in (_without_colon, _below_value, _level, _aligned, _beside):
            found = look(lines, line)
            if found:
                return found
    if "could not find expected ':'" in words:
        return _bare(lines, line) or _continued(lines, line)
    return ""


def _colons(lines: list[str], line: int, here: str, words: str) -> str:
    found = _GLUED.match(here)
    if found is not None:
        return no_space(found[2])
    if ":" in here and ": " not in here and not here.rstrip().endswith(":"):
        return "put a space after the colon"
    if "not allowed" in words and here.count(": ") > 1:
        return _QUOTE_ALL
    return ""


def _above(lines: list[str], line: int) -> int:
    """The line above that holds something; 0 when there is none."""
    above = line - 1
    while above > 0 and (not lines[above - 1].strip() or lines[above - 1].lstrip().startswith("#")):
        above -= 1
    return above


def _without_colon(lines: list[str], line: int) -> str:
    """A word alone on the line above, less deep, that most likely is a key."""
    above = _above(lines, line)
    text = lines[above - 1] if above > 0 else ""
    here = lines[line - 1] if 0 < line <= len(lines) else ""
    if re.fullmatch(r"\s*[A-Za-z][\w.-]*\s*", text) and _KEY.match(here) is not None and _depth(text) < _depth(here):
        return f"a colon is missing behind {text.strip()} on line {above}"
    pair = re.fullmatch(r"\s*([A-Za-z][\w.-]*)\s*=\s*([\w.-]+)\s*", text)
    return f"write `{pair[1]}: {pair[2]}` on line {above}" if pair is not None else ""


def _below_value(lines: list[str], line: int) -> str:
    """A key below an entry of a list that is a value already, as deep as a key of that entry would stand."""
    above = _above(lines, line)
    entry = re.match(r"(\s*- +)([^\s\"'#|>&*].*?)\s*$", lines[above - 1]) if above > 0 else None
    key = _KEY.match(lines[line - 1]) if 0 < line <= len(lines) else None
    if entry is None or key is None or "-" in key[1] or len(key[1]) != len(entry[1]) or ": " in entry[2]:
        return ""
    if entry[2].startswith("!"):
        return (
            f"line {above} is a value already, and no key stands below it: write `- {key[2]}: {entry[2]}` in its place"
        )
    pair = re.fullmatch(r"([A-Za-z][\w-]*) +(\S+)", entry[2])
    return f"a colon is missing behind {pair[1]} on line {above}" if pair is not None else ""


def _bare(lines: list[str], line: int) -> str:
    """A word alone on its line, above what is deeper: most likely a key."""
    here = lines[line - 1] if 0 < line <= len(lines) else ""
    below = next((text for text in lines[line:][:_MAX_ABOVE] if text.strip() and not text.lstrip().startswith("#")), "")
    if re.fullmatch(r"\s*[A-Za-z][\w.-]*\s*", here) is None or _depth(below) <= _depth(here):
        return ""
    return f"a colon is missing behind {here.strip()}"


def _level(lines: list[str], line: int) -> str:
    """Where a key should begin that has one place only in a file of this kind; "" elsewhere, and when it is there."""
    here = _KEY.match(lines[line - 1]) if 0 < line <= len(lines) else None
    edge = {found[2]: place for place, text in enumerate(lines, 1) if (found := _KEY.match(text)) and not found[1]}
    kind = next((LEVELS[key] for key in LEVELS if key in edge), None)
    if here is None or kind is None or "-" in here[1]:
        return ""
    top, section, inside = kind
    beside = next(((1, key, place) for key, place in edge.items() if key in top), None) if here[2] in top else None
    if here[2] in inside and section in edge:
        beside = _first_below(lines, edge[section])
    if beside is None or beside[0] == len(here[1]) + 1 or beside[2] == line:
        return ""
    return f"begin {here[2]} in column {beside[0]}, as {beside[1]} on line {beside[2]}"


def _first_below(lines: list[str], line: int) -> tuple[int, str, int] | None:
    """(column, key, line) of the first key inside a section."""
    for place, text in enumerate(lines[line:][:_MAX_ABOVE], line + 1):
        found = _KEY.match(text)
        if found is not None:
            return (len(found[1]) + 1, found[2], place) if found[1] else None
    return None


def _depth(text: str) -> int:
    return len(text) - len(text.lstrip())


def _continued(lines: list[str], line: int) -> str:
    """A line that is to go on with the entry above, and does not stand deeper than its `-`."""
    above = _above(lines, line)
    before = _DASH.match(lines[above - 1]) if above > 0 else None
    here = lines[line - 1] if 0 < line <= len(lines) else ""
    if before is None or _DASH.match(here) is not None or _depth(here) > len(before[1]):
        return ""
    if re.match(r"-[\w./$\"']", here.strip()):
        return f"put a space behind its -: `- {here.strip()[1:][:80]}`"
    return f"begin it with `- ` as an entry of its own, or indent it deeper than the `-` of line {above}"


def _aligned(lines: list[str], line: int) -> str:
    """Where a key should begin that stands beside the one above it, or "" when that is not the trouble."""
    here = _KEY.match(lines[line - 1]) if 0 < line <= len(lines) else None
    above = _above(lines, line)
    before = _KEY.match(lines[above - 1]) if above > 0 else None
    if here is None or before is None or len(here[1]) == len(before[1]):
        return ""
    return f"begin {here[2]} in column {len(before[1]) + 1}, as {before[2]} on line {above}"


def _beside(lines: list[str], line: int) -> str:
    """Where a key should begin that is in line with none above it: as the nearest of those it may stand beside."""
    here = _KEY.match(lines[line - 1]) if 0 < line <= len(lines) else None
    if here is None:
        return ""
    open_: list[tuple[int, str, int]] = []
    depth = 10_000
    for above in range(line - 1, max(line - 1 - _MAX_ABOVE, 0), -1):
        before = _KEY.match(lines[above - 1])
        if before is not None and len(before[1]) < depth and not lines[above - 1].lstrip().startswith("#"):
            depth = len(before[1])
            open_.append((depth, before[2], above))
    if not open_ or any(depth == len(here[1]) for depth, _, _ in open_):
        return ""
    depth, key, above = min(open_, key=lambda one: abs(one[0] - len(here[1])))
    return f"begin {here[2]} in column {depth + 1}, as {key} on line {above}"


def _dashed(lines: list[str], line: int) -> str:
    """Where an entry of a list should begin that stands left of those above it, or "" when that is not the trouble."""
    here = _DASH.match(lines[line - 1]) if 0 < line <= len(lines) else None
    for above in range(line - 1, max(line - 1 - _MAX_ABOVE, 0), -1) if here is not None else ():
        text = lines[above - 1]
        before = _DASH.match(text)
        if here is not None and before is not None:
            if len(before[1]) <= len(here[1]):
                return ""
            return f"begin this `-` in column {len(before[1]) + 1}, as the one on line {above}"
        if text.strip() and not text.startswith(" "):
            return ""
    return ""
