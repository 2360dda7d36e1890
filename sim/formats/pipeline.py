"""Pipeline declarations: read from a file, and checked as CodePipeline checks them.

`violations` works on plain values, so that CreatePipeline and the reader of files judge alike. A rule's number is
its row in docs/behaviour/codepipeline.md §3; rule 21 (the JSON's shape, §2) comes first, as the others stand on it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sim.core.problems import Problem, ProblemsError
from sim.formats import stores
from sim.formats.actiontypes import ACTION_TYPES, RULE_TYPES, SKIPPING, ActionType, action_type, variables_of
from sim.formats.apishapes import (
    SPELT,
    Fault,
    ListOf,
    MapOf,
    Members,
    Number,
    Place,
    Text,
    faults,
    flow,
    keys_in,
    mended,
    spelled,
)
from sim.formats.configurations import CONFIGURED, MAX_KEYS, meant_key, missing_hint, unknown_hint
from sim.formats.homes import Home, at, home, with_homes
from sim.formats.namespaces import Setter, Start, Use
from sim.formats.namespaces import hint as namespace_hint
from sim.formats.nodes import MAX_LOOK_UPS, Mapping, Node, Scalar, Sequence, compose, near, plain
from sim.formats.regions import meant_region

Declaration = dict[str, Any]

VARIABLE = re.compile(r"#\{([A-Za-z0-9@\-_]+)\.([^{}]+)\}")
"""`#{namespace.key}`, whole or part of a value (§19)."""

MAX_FAULTS, MAX_MENDED = 1_000, 100
"""So many values of the wrong shape are told; with more than so many, nothing else of the declaration is looked at."""
RESERVED_NAMESPACES = ("codepipeline", "variables")
MAX_STAGES = 50
_NOT_IN_V1 = "A pipeline of type V1 cannot have "


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a declaration breaks, with the exception that CodePipeline raises for it."""

    rule: int
    error: str
    message: str
    where: Place = ()
    hint: str = ""
    of_key: bool = False
    """It is the key at that place that is wrong, whatever its value."""
    about: str = ""
    """The key of a configuration that is due, or the artifact that nothing makes, or that an action is to make."""
    near: Place | None = None
    """A place whose line belongs to the hint."""


def violations(declaration: Declaration, region: str | None = None) -> list[Violation]:
    """Every violation, in the order of the rules. `region` is the pipeline's; without it nothing is cross-Region."""
    wrong = islice(faults(_PIPELINE, declaration), MAX_FAULTS)
    found = list(_told_of(list(wrong), declaration))
    if not isinstance(declaration, dict):
        return found
    sound = Sound.of(declaration)
    if () not in sound.guesses:
        found = [_with_artifact(one, sound.value) for one in found]
    broken = (
        violation
        for rule in _RULES
        for violation in rule(sound.written if rule is _known_types else sound.value, region)
    )
    return [*found, *(one for one in broken if sound.is_sure(f"{100 + one.rule}", one.where))]


def _with_artifact(violation: Violation, pipeline: Declaration) -> Violation:
    """The violation of an entry of artifacts that has no name, with the one that is meant."""
    where = violation.where[: -1 if violation.where[-1:] == ("name",) else None]
    if violation.rule != 21 or where[4:5] not in (("outputArtifacts",), ("inputArtifacts",)) or len(where) != 6:
        return violation
    if not all(isinstance(where[at], int) for at in (1, 3, 5)):
        return violation  # there is a mapping in place of a list
    stage, place = pipeline["stages"][int(where[1])], int(where[3])
    action = stage["actions"][place]
    entry = action[str(where[4])][int(where[5])]["name"]
    made = {name: start for name, start in _first_with(pipeline, _outputs).items() if _is_artifact(name)}
    if where[4] == "outputArtifacts":
        unmade = _unmade(pipeline, made)
        meant = next((name for name in unmade if _squeezed(name) == _squeezed(entry)), "")
        if entry and not _is_filled(entry, where):
            return replace(violation, hint=f"write {meant}: so it is read", about=meant) if meant else violation
        name = unmade[0] if len(unmade) == 1 else _another_output(action["name"], made)
        return replace(violation, hint=f"write {{name: {name}}}", about=name)
    if entry and not _is_filled(entry, where):
        return violation
    before = sorted(name for name, there in made.items() if there < (int(where[1]), run_order(action)))
    some = f", one of {', '.join(before[:MAX_NAMED])}" if len(before) > 1 else ""
    hint = f"write {{name: {before[0] if len(before) == 1 else '…'}}}{some}" if before else violation.hint
    return replace(violation, hint=hint)


def _is_filled(name: str, where: Place) -> bool:
    """Whether a name stands only for one that is not there."""
    return name == spelled(where)


def _is_artifact(name: str) -> bool:
    return re.fullmatch(_ARTIFACT_NAME.pattern, name) is not None


def told_once(found: list[Violation]) -> list[Violation]:
    """Each slip once: of a key that is wrong and its value, and of an artifact that is read and not made."""
    offered = {one.about for one in found if one.rule in (10, 21) and one.about}
    found = [one for one in found if one.rule != 9 or one.about not in offered]
    found = _needs_v2_once(found)
    added: set[str] = set()
    for one in [one for one in found if one.rule == 9 and one.hint.startswith("add outputArtifacts")]:
        if one.about in added:
            found.remove(one)
        added.add(one.about)
    of_values: dict[Place, str] = {}
    for one in found:
        if not one.of_key:
            of_values.setdefault(one.where, one.hint)
    keys = {one.where for one in found if one.of_key}
    return [_with_value(one, of_values.get(one.where, "")) for one in found if one.of_key or one.where not in keys]


def _needs_v2_once(found: list[Violation]) -> list[Violation]:
    """A pipeline that is declared as V1 is told once, with all that it cannot have."""
    several = [one for one in found if one.rule == 19]
    if len(several) < 2:
        return found
    others = [one.message.removeprefix(_NOT_IN_V1) for one in several[1:]]
    more = f" and {len(others) - MAX_NAMED} more" if len(others) > MAX_NAMED else ""
    told = replace(several[0], message=f"{several[0].message}, {', '.join(others[:MAX_NAMED])}{more}")
    return [told if one is several[0] else one for one in found if one.rule != 19 or one is several[0]]


def _with_value(violation: Violation, hint: str) -> Violation:
    """A violation of a key, with the hint at its value."""
    renamed = violation.hint.startswith("did you mean")
    return (
        replace(violation, hint=f"{violation.hint} And {hint}") if violation.of_key and renamed and hint else violation
    )


@dataclass(frozen=True, slots=True)
class Sound:
    """A declaration whose shape is right, although the one that was given may have another in places.

    What stands on values that are guesses is not sure: an input may be made by the very action that nobody can read.
    """

    value: Declaration
    written: Declaration
    """The same, but for types of actions that are not there: in `value` these are the ones that are meant."""
    guesses: frozenset[Place] = frozenset()
    around: frozenset[Place] = frozenset()
    """The places at guesses and around them."""
    unsure: frozenset[str] = frozenset()
    """What is not known as a whole: see _WHOLE."""

    @classmethod
    def of(cls, declaration: Declaration) -> Sound:
        wrong = sum(1 for _ in islice(faults(_PIPELINE, declaration), MAX_MENDED + 1))
        if not wrong:
            return cls(_with_meant_types(declaration), declaration)
        if wrong > MAX_MENDED:
            nothing: Declaration = {"name": "", "roleArn": "", "stages": []}
            return cls(nothing, nothing, frozenset([()]))
        value, guesses = mended(_PIPELINE, declaration)
        telling = [guess for guess in guesses if not _is_own_name(guess)]
        around = frozenset(guess[:length] for guess in telling for length in range(1, len(guess) + 1))
        unsure = frozenset(what for guess in guesses for what in _unsure(guess))
        return cls(_with_meant_types(value), value, frozenset(guesses), around, unsure)

    def is_sure(self, code: str, where: Place) -> bool:
        """Whether what is found by the rule of that code (its figures) at that place stands on no guess."""
        if not self.guesses:
            return True
        if () in self.guesses:
            return False
        if self.unsure.intersection(_WHOLE.get(code, ())):
            return False
        if where == ("stages",):
            return ("stages",) not in self.guesses
        if code in _WHOLE_PARTS and _part(where) in self.around:
            return False
        return where not in self.around and not any(where[:length] in self.guesses for length in range(len(where)))


def _with_meant_types(declaration: Declaration) -> Declaration:
    """The declaration with types that are there, where it is plain which one is meant: the rest is judged as theirs."""
    if all(_type_of(action) is not None for *_, action in actions_of(declaration)):
        return declaration
    stages = [
        {**stage, "actions": [_with_meant_type(one) for one in stage["actions"]]} for stage in declaration["stages"]
    ]
    return {**declaration, "stages": stages}


def _with_meant_type(action: dict[str, Any]) -> dict[str, Any]:
    id = action["actionTypeId"]
    if _type_of(action) is not None:
        return action
    provider, of_category = id["provider"], _of_category(id["category"])
    meant = _meant_provider(**id) or (provider if provider in of_category else "")
    alike = difflib.SequenceMatcher(None, meant.lower(), provider[:60].lower()).ratio() if meant else 0.0
    given = action.get("configuration") or {}
    required = (of_category[meant].required or ()) if meant else ()
    fits = meant and 2 * sum(key in given for key in required) >= len(required)
    if fits and (meant.lower() in provider.lower() or provider in _CONNECTED or alike >= SURE):
        return {**action, "actionTypeId": {**id, "owner": of_category[meant].owner, "provider": meant, "version": "1"}}
    return action


SURE = 0.75
"""How much a provider has in common, of 1, with the one by whose rules its action is judged."""


_WHOLE = {
    "109": ("outputs", "order"),
    "114": ("stores",),
    "115": ("stores",),
    "119": ("types",),
    "120": ("namespaces", "order", "variables"),
    "126": ("sources",),
    "131": ("namespaces",),
    "203": ("inputs",),
}
"""Code of a rule -> what it must know of all parts of a declaration."""
_WHOLE_PARTS = ("117", "122", "123", "125", "127", "204", "208", "209", "210")
"""Codes of rules that hold values of an action, or of a section of a stage, against each other."""


def _part(where: Place) -> Place:
    """The action, or the section of a stage, that a place lies in."""
    return where[:4] if where[2:3] == ("actions",) else where[:3]


_OF_ACTIONS = {
    "name": ("sources",),
    "actionTypeId": ("sources",),
    "outputArtifacts": ("outputs",),
    "inputArtifacts": ("inputs",),
    "configuration": ("inputs",),
    "namespace": ("namespaces",),
    "outputVariables": ("namespaces",),
    "runOrder": ("order",),
}
"""Key of an action -> what is not known when its value is a guess."""
_ALL = ("outputs", "inputs", "namespaces", "sources")
"""What is not known when an action is one."""


def _unsure(guess: Place) -> tuple[str, ...]:
    if not guess:
        return tuple(dict.fromkeys(what for needed in _WHOLE.values() for what in needed))
    if guess[0] != "stages":
        known = {"artifactStore": ("stores",), "artifactStores": ("stores",), "variables": ("variables",)}
        if guess[0] in _PIPELINE.members:
            return known.get(str(guess[0]), ())
        return ("stores", "variables", "types")
    if len(guess) < 3 or (guess[2] == "actions" and len(guess) < 5):
        return _ALL
    if guess[2] != "actions":
        return ("inputs",) if guess[2] in RESULTS or guess[2] not in _STAGE.members else ()
    key = str(guess[4])
    return _OF_ACTIONS.get(key, ()) if key in _ACTION.members else _ALL


def _is_own_name(guess: Place) -> bool:
    """The name of a stage or an action: it tells nothing of the rest."""
    return len(guess) in (3, 5) and guess[-1] == "name"


def _told_of(wrong: list[Fault], declaration: Declaration) -> Iterator[Violation]:
    """Faults as violations; a key that stands at another level than its own is not told as missing there, too."""
    wrong = [
        _with_type(_out_of_configuration(one, declaration), declaration) for one in _configured(wrong, declaration)
    ]
    homes = {fault.where: _home(fault, declaration) for fault in wrong if fault.of_key}
    moved = {(one.into, where[-1]) for where, one in homes.items() if one is not None}
    moved |= {(one.into[:-1], one.into[-1]) for one in homes.values() if one is not None and one.into}
    for fault in wrong:
        if (fault.where, fault.message.rpartition(" has no ")[2]) not in moved:
            found = homes.get(fault.where) or _of_approvals(fault, declaration)
            told = Violation(21, "ValidationException", fault.message, fault.where, fault.hint, fault.of_key)
            yield replace(told, hint=found.hint, near=found.near) if found is not None else told


def _of_approvals(fault: Fault, declaration: Declaration) -> Home | None:
    """The time limit of an action that is no approval, under a name with a slip: with the right one it says nothing."""
    if not fault.of_key or fault.hint != "did you mean timeoutInMinutes?" or fault.where[2:3] != ("actions",):
        return None
    type = at(declaration, fault.where[:4]).get("actionTypeId")
    is_approval = not isinstance(type, dict) or type.get("category") == "Approval"
    return None if is_approval else Home("take it out; a build has a timeout in its project")


def _configured(wrong: list[Fault], declaration: Declaration) -> Iterator[Fault]:
    """Keys of a configuration that stand at the level of an action without one: they are told in one."""
    of_actions: dict[Place, list[str]] = {}
    for fault in wrong:
        if _is_of_configuration(fault) and "configuration" not in at(declaration, fault.where[:4]):
            of_actions.setdefault(fault.where[:4], []).append(str(fault.where[4]))
    for fault in wrong:
        keys = of_actions.get(fault.where[:4], []) if _is_of_configuration(fault) else []
        if len(keys) < 2:
            yield fault
        elif fault.where[4] == keys[0]:
            action = at(declaration, fault.where[:4])
            inside = flow({_capital(key): action[key] for key in keys})
            message = f"{spelled(fault.where[:4])} has {', '.join(keys)}, which are keys of a configuration"
            yield Fault(fault.where, message, f"write configuration: {inside}", of_key=True)


def _is_of_configuration(fault: Fault) -> bool:
    is_strange = fault.of_key and fault.hint.startswith("known here")
    return is_strange and fault.where[2:3] == ("actions",) and len(fault.where) == 5 and _is_configured(fault.where[4])


def _is_configured(key: str | int) -> bool:
    return _capital(str(key)) in CONFIGURED


def _capital(key: str) -> str:
    return key[:1].upper() + key[1:]


def _out_of_configuration(fault: Fault, declaration: Declaration) -> Fault:
    """A fault of a key of an action that stands in its configuration, where no value is a list or a mapping."""
    *_, part, key = (None, None, *fault.where)
    hint = beside_configuration(str(key), at(declaration, fault.where)) if part == "configuration" else ""
    if not hint or fault.of_key:
        return fault
    message = f"{spelled(fault.where)} is not a key of any configuration: it is one of the action"
    return Fault(fault.where, message, hint, of_key=True)


def beside_configuration(key: str, value: Any) -> str:
    """How a key of actions comes out of a configuration; "" for what is no key of an action."""
    name = key[:1].lower() + key[1:]
    shape = _ACTION.members.get(name)
    if shape is None or name == "name" or key in CONFIGURED:
        return ""
    number = isinstance(shape, Number) and isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value)
    return f"move it out of `configuration`, and write `{name}: {flow(int(value) if number else value)}` beside that"


def _home(fault: Fault, declaration: Declaration) -> Home | None:
    """Where a key belongs that stands at the wrong level; None when no such place is known."""
    *place, name = fault.where
    where, key, levels = tuple(place), str(name), fault.levels
    value = at(declaration, fault.where)
    if not where and key == "type" and value in ("V1", "V2"):
        return Home("did you mean pipelineType?")
    if _is_of_configuration(fault) and not levels:
        return home(declaration, where, _capital(key), value, (("stages", "*", "actions", "*", "configuration"),))
    if key in _OF_TYPES and isinstance(value, str) and where[2:3] == ("actions",) and len(where) == 4:
        action = at(declaration, where)
        if "actionTypeId" not in action and sum(one in action for one in _OF_TYPES) == 1:
            return Home(f"write {_type_written(action, value)} in its place", into=(*where, "actionTypeId"))
    return home(declaration, where, key, value, levels) if levels else None


_OF_TYPES = ("type", "category", "provider")
"""Keys of an action under which people name its type."""


def _type_written(action: dict[str, Any], word: str = "") -> str:
    """The type of an action, by a word that is its provider or category, and by its configuration."""
    given = action.get("configuration")
    keys = set(given) if isinstance(given, dict) else set()
    named = [one for one in ACTION_TYPES if word.lower() in (one.provider.lower(), one.category.lower())]
    of_word = [one for one in named if one.provider.lower() == word.lower()] or named or list(ACTION_TYPES)
    fitting = [one for one in of_word if keys and _takes(one, keys)] or (of_word if word and named else [])
    providers = {(one.owner, one.provider) for one in fitting}
    categories = list(dict.fromkeys(one.category for one in fitting))
    owner, provider = providers.pop() if len(providers) == 1 else ("AWS", "…")
    category = categories[0] if len(categories) == 1 or provider != "…" else "…"
    return f'actionTypeId: {{category: {category}, owner: {owner}, provider: {provider}, version: "1"}}'


def _takes(kind: ActionType, keys: set[str]) -> bool:
    """Whether a configuration with these keys may be one of that type."""
    required, optional = kind.required or (), kind.optional or ()
    return bool(required) and set(required) <= keys <= {*required, *optional}


def _with_type(fault: Fault, declaration: Declaration) -> Fault:
    """The fault of an action's type that is missing, or not a mapping, with what to write."""
    place = fault.where if fault.where[4:] != ("actionTypeId",) else fault.where[:4]
    if place[2:3] != ("actions",) or len(place) != 4 or fault.of_key:
        return fault
    action = at(declaration, place)
    if fault.message.endswith(" has no actionTypeId"):
        return replace(fault, hint=f"add {_type_written(action)}")
    word = at(declaration, fault.where)
    if fault.where != place and isinstance(word, str):
        return replace(fault, hint=f"write {_type_written(action, word)}")
    return fault


def read_pipeline(text: str, path: str = "pipeline.json", region: str | None = None) -> Declaration:
    """The declaration in a JSON or YAML text, without its wrapper. Raises ProblemsError with every finding."""
    problems = check_pipeline(text, path, region)
    if any(problem.severity == "error" for problem in problems):
        raise ProblemsError(problems)
    declaration: Declaration = plain(_unwrapped(compose(text, path)))
    return declaration


def check_pipeline(text: str, path: str = "pipeline.json", region: str | None = None) -> list[Problem]:
    """Every finding in a declaration, errors and warnings, with lines. Raises ProblemsError when it is no YAML."""
    return check_declaration(compose(text, path), path, region)


def check_declaration(root: Node, path: str, region: str | None = None) -> list[Problem]:
    """Every finding in a declaration that stands at that node, with or without its wrapper."""
    node = _unwrapped(root)
    if not isinstance(node, Mapping):
        hint = 'write the declaration, or {"pipeline": the declaration}'
        return [Problem(path, node.line, node.column, "error", "PL001", "a pipeline is a mapping", hint)]
    declaration = with_secrets_filled(plain(node))
    found = told_once(violations(declaration, region))
    if _is_capital(root):
        found = [one for one in found if SPELT not in one.message]  # that is told of the wrapper
    problems = [_problem(path, node, violation) for violation in found]
    problems += _polling(path, node, Sound.of(declaration))
    if isinstance(root, Mapping) and node is not root:
        problems += _around(path, root, node)
    return sorted(problems, key=lambda problem: (problem.line, problem.column))


def _around(path: str, root: Mapping, declaration: Mapping) -> Iterator[Problem]:
    """What stands beside the declaration in its wrapper, and the wrapper's own key."""
    wrapper = next(key for key, value in root.items if value is declaration)
    if wrapper.text != _WRAPPER:
        message = f"{wrapper.text} is not a key of the CLI's input (ValidationException)"
        hint = f"did you mean {_WRAPPER}?"
        if _is_capital(root):
            message = f"{wrapper.text} and the keys in it are spelt as in CloudFormation (ValidationException)"
            hint = f"write {_WRAPPER}, and begin all keys in it with a small letter, but for those in configuration"
        yield Problem(path, wrapper.line, wrapper.column, "error", "PL121", message, hint)
    for key, value in root.items:
        name = key.text[:1].lower() + key.text[1:]
        if key.text == "metadata":
            hint = "take it out before update-pipeline"
            yield Problem(path, key.line, key.column, "warning", "PL201", "metadata is what GetPipeline adds", hint)
        elif value is not declaration and name in _PIPELINE.members:
            again = declaration.key(name)
            message = f"{key.text} stands beside {wrapper.text}, and is a key of the pipeline (ValidationException)"
            hint = f"move it into `{_WRAPPER}`, line {wrapper.line}"
            if again is not None:
                hint = f"take it out: the pipeline has one, line {again.line}"
            yield Problem(path, key.line, key.column, "error", "PL121", message, hint)


def _is_capital(root: Node) -> bool:
    """Whether a wrapper is spelt as in CloudFormation, and what stands in it, too."""
    inside = root.get("Pipeline") if isinstance(root, Mapping) and _WRAPPER not in root else None
    return isinstance(inside, Mapping) and "Stages" in inside


_WRAPPER = "pipeline"
"""The key that the CLI's input has around a declaration."""


SECRETS = ("OAuthToken", "ClientSecret", "RefreshToken")
"""Configuration keys whose value is a secret (docs/behaviour/codepipeline.md §4.2)."""
MASK = "****"
"""How GetPipeline shows a secret."""


def with_secrets_filled(declaration: Declaration) -> Declaration:
    """A file in a repository holds no secrets: where one is left empty, it is judged as if it were there."""
    if isinstance(declaration, dict):
        return {
            key: MASK if key in SECRETS and value == "" else with_secrets_filled(value)
            for key, value in declaration.items()
        }
    if isinstance(declaration, list):
        return [with_secrets_filled(item) for item in declaration]
    return declaration


def declared(root: Node) -> tuple[Declaration, Callable[[Place], Node]]:
    """A declaration as plain values, which is a mapping at least, and what finds the node of a place in it."""
    node = _unwrapped(root)
    return plain(node), lambda where: _node_at(node, where)


def pipeline_type(declaration: Declaration) -> str:
    """V1 or V2: as declared, else V2 if something in it needs V2 (§2.1)."""
    declared = declaration.get("pipelineType")
    return declared if declared else "V2" if next(_v2_only(declaration), None) else "V1"


def actions_of(declaration: Declaration) -> Iterator[tuple[int, int, dict[str, Any], dict[str, Any]]]:
    """(stage's place, action's place, stage, action) of every action, in the order of the declaration."""
    for i, stage in enumerate(declaration["stages"]):
        for j, action in enumerate(stage["actions"]):
            yield i, j, stage, action


def run_order(action: dict[str, Any]) -> int:
    return int(action.get("runOrder", 1))


# The shape of a declaration: docs/behaviour/codepipeline.md §2. A test holds it against botocore's model, which
# this floor of the house may not load.


_LETTERS = "letters, digits and"
_NAME = Text(1, 100, r"[A-Za-z0-9.@\-_]+", words=f"{_LETTERS} . @ - _ only")
_ARTIFACT_NAME = Text(1, 100, r"[a-zA-Z0-9_\-]+", words=f"{_LETTERS} - _ only")
_WORD = r"[0-9A-Za-z_-]+"
_TYPE_WORD = Text(1, 35, _WORD, words=f"{_LETTERS} - _ only")
_VERSION = Text(1, 9, _WORD, words='the number 1 in quotes: "1"')
_ROLE = Text(
    1, 1024, r"arn:aws(-[\w]+)*:iam::[0-9]{12}:role/.*", words="a role's ARN: arn:aws:iam::123456789012:role/name"
)
_STORE = Members(
    {
        "type": Text(values=("S3",)),
        "location": Text(3, 63, r"[a-zA-Z0-9\-\.]+", words="the name of a bucket, no ARN and no URL"),
        "encryptionKey": Members({"id": Text(1, 400), "type": Text(values=("KMS",))}, ("id", "type")),
    },
    ("type", "location"),
)
_RULE = Members(
    {
        "name": _NAME,
        "ruleTypeId": Members(
            {
                "category": Text(values=("Rule",)),
                "owner": Text(values=("AWS",)),
                "provider": _TYPE_WORD,
                "version": _VERSION,
            },
            ("category", "provider"),
        ),
        "configuration": MapOf(Text(1, 50), Text(1, 10_000)),
        "commands": ListOf(Text(1, 1000), 1, 50),
        "inputArtifacts": ListOf(Members({"name": _ARTIFACT_NAME}, ("name",))),
        "roleArn": _ROLE,
        "region": Text(4, 30),
        "timeoutInMinutes": Number(5, 86_400),
    },
    ("name", "ruleTypeId"),
)
_RESULTS = ("ROLLBACK", "FAIL", "RETRY", "SKIP")
_CONDITION = Members({"result": Text(values=_RESULTS), "rules": ListOf(_RULE, 1, 5)})
_CONDITIONS = ListOf(_CONDITION, 1, 1)
_ACTION = Members(
    {
        "name": _NAME,
        "actionTypeId": Members(
            {
                "category": Text(values=("Source", "Build", "Deploy", "Test", "Invoke", "Approval", "Compute")),
                "owner": Text(values=("AWS", "ThirdParty", "Custom")),
                "provider": _TYPE_WORD,
                "version": _VERSION,
            },
            ("category", "owner", "provider", "version"),
        ),
        "runOrder": Number(1, 999),
        "configuration": MapOf(Text(1, 50), Text(1, 1000)),
        "commands": ListOf(Text(1, 1000), 1, 50),
        "inputArtifacts": ListOf(Members({"name": _ARTIFACT_NAME}, ("name",))),
        "outputArtifacts": ListOf(Members({"name": _ARTIFACT_NAME, "files": ListOf(Text(1, 128), 1, 10)}, ("name",))),
        "outputVariables": ListOf(Text(1, 128), 1, 15),
        "environmentVariables": ListOf(
            Members(
                {
                    "name": Text(1, 128, "[A-Za-z0-9_]+", words=f"{_LETTERS} _ only"),
                    "value": Text(1, 2000),
                    "type": Text(values=("PLAINTEXT", "SECRETS_MANAGER")),
                },
                ("name", "value"),
            ),
            1,
            10,
        ),
        "roleArn": _ROLE,
        "region": Text(4, 30),
        "namespace": Text(1, 100, r"[A-Za-z0-9@\-_]+", words=f"{_LETTERS} @ - _ only"),
        "timeoutInMinutes": Number(5, 86_400),
    },
    ("name", "actionTypeId"),
)
_STAGE = Members(
    {
        "name": _NAME,
        "actions": ListOf(_ACTION, 1),
        "blockers": ListOf(Members({"name": Text(1, 100), "type": Text(values=("Schedule",))}, ("name", "type"))),
        "beforeEntry": Members({"conditions": _CONDITIONS}, ("conditions",)),
        "onSuccess": Members({"conditions": _CONDITIONS}, ("conditions",)),
        "onFailure": Members(
            {
                "result": Text(values=_RESULTS),
                "retryConfiguration": Members({"retryMode": Text(values=("FAILED_ACTIONS", "ALL_ACTIONS"))}),
                "conditions": _CONDITIONS,
            }
        ),
    },
    ("name", "actions"),
)
_PATTERNS = Members({"includes": ListOf(Text(1, 255), 1, 8), "excludes": ListOf(Text(1, 255), 1, 8)})
_GIT = Members(
    {
        "sourceActionName": _NAME,
        "push": ListOf(Members({"tags": _PATTERNS, "branches": _PATTERNS, "filePaths": _PATTERNS}), 1, 3),
        "pullRequest": ListOf(
            Members(
                {
                    "events": ListOf(Text(values=("OPEN", "UPDATED", "CLOSED")), 1, 3),
                    "branches": _PATTERNS,
                    "filePaths": _PATTERNS,
                }
            ),
            1,
            3,
        ),
    },
    ("sourceActionName",),
)
_PIPELINE = Members(
    {
        "name": _NAME,
        "roleArn": _ROLE,
        "artifactStore": _STORE,
        "artifactStores": MapOf(Text(4, 30, words="a Region"), _STORE),
        "stages": ListOf(_STAGE),
        "version": Number(1),
        "executionMode": Text(values=("QUEUED", "SUPERSEDED", "PARALLEL")),
        "pipelineType": Text(values=("V1", "V2")),
        "variables": ListOf(
            Members(
                {
                    "name": Text(1, 128, r"[A-Za-z0-9@\-_]+", words=f"{_LETTERS} @ - _ only"),
                    "defaultValue": Text(1, 1000),
                    "description": Text(0, 200),
                },
                ("name",),
            ),
            0,
            50,
        ),
        "triggers": ListOf(
            Members(
                {"providerType": Text(values=("CodeStarSourceConnection",)), "gitConfiguration": _GIT},
                ("providerType", "gitConfiguration"),
            ),
            0,
            50,
        ),
    },
    ("name", "roleArn", "stages"),
)


_PIPELINE = with_homes(_PIPELINE)

KEYS = frozenset(keys_in(_PIPELINE))
"""Every key that a declaration may have somewhere; those of configurations are the providers'."""


# The rules of §3, in order


def _structure(rule: int, message: str, where: Place = (), hint: str = "") -> Violation:
    return Violation(rule, "InvalidStructureException", message, where, hint)


def _bad_action(rule: int, message: str, where: Place, hint: str = "") -> Violation:
    return Violation(rule, "InvalidActionDeclarationException", message, where, hint)


def _bad_stage(rule: int, message: str, where: Place, hint: str) -> Violation:
    return Violation(rule, "InvalidStageDeclarationException", message, where, hint)


def _is_source(action: dict[str, Any]) -> bool:
    return bool(action["actionTypeId"]["category"] == "Source")


def _at(i: int, j: int, *rest: str | int) -> Place:
    return ("stages", i, "actions", j, *rest)


def _type_of(action: dict[str, Any]) -> ActionType | None:
    id = action["actionTypeId"]
    return action_type(id["category"], id["owner"], id["provider"], id["version"])


def _number_of_stages(pipeline: Declaration, region: str | None) -> Iterator[Violation]:
    count = len(pipeline["stages"])
    if count < 2:
        message = f"Pipeline has only {count} stage(s). There should be a minimum of 2 stages in a pipeline"
        hint = (
            "add a stage with a build, a deployment or an approval"
            if count
            else "add a stage with a source, and one more"
        )
        yield _structure(1, message, ("stages",), hint)
    if count > MAX_STAGES:
        message = f"Pipeline has {count} stages; at most {MAX_STAGES} are allowed"
        hint = "put actions of several stages into one, ordered by their runOrder, or make two pipelines"
        yield Violation(2, "LimitExceededException", message, ("stages",), hint)


def _sources_first(pipeline: Declaration, region: str | None) -> Iterator[Violation]:
    for i, j, stage, action in actions_of(pipeline):
        if i == 0 and not _is_source(action) and not _is_of_sources(action):
            message = "Pipeline should start with a stage that only contains source actions"
            yield _structure(3, message, _at(i, j), f"move {action['name']} to a later stage")
        if i > 0 and _is_source(action):
            message = f"Source action {action['name']} is in stage {stage['name']}; only the first stage may have any"
            yield _structure(4, message, _at(i, j), "move it to the first stage")


def _is_of_sources(action: dict[str, Any]) -> bool:
    """Whether only the category is wrong of what is a source by its provider; that is told elsewhere."""
    providers = {one.provider for one in ACTION_TYPES if one.category == "Source"}
    return _type_of(action) is None and action["actionTypeId"]["provider"] in providers


def _unique_names(pipeline: Declaration, region: str | None) -> Iterator[Violation]:
    stages: set[str] = set()
    taken = {stage["name"] for stage in pipeline["stages"]}
    for i, stage in enumerate(pipeline["stages"]):
        if stage["name"] in stages:
            message = f"Stage name {stage['name']} is used more than once"
            hint = f"give this stage another name, such as {_another(stage['name'], taken)}"
            yield Violation(6, "InvalidStageDeclarationException", message, ("stages", i, "name"), hint)
        stages.add(stage["name"])
    for i, stage in enumerate(pipeline["stages"]):
        names: set[str] = set()
        taken = {action["name"] for action in stage["actions"]}
        for j, action in enumerate(stage["actions"]):
            if action["name"] in names:
                message = f"Action name {action['name']} is used more than once in stage {stage['name']}"
                provider = action["actionTypeId"]["provider"]
                another = _by_work(action, pipeline, taken) or _another(action["name"], taken, provider)
                hint = f"give this action another name, such as {another}"
                yield _bad_action(7, message, _at(i, j, "name"), hint)
            names.add(action["name"])


def _another(name: str, taken: Collection[str], word: str = "") -> str:
    """A name that is free: with a word behind it that tells the two apart, else with a number."""
    if word and word not in name and f"{name}-{word}" not in taken:
        return f"{name}-{word}"
    return next(f"{name}-{number}" for number in range(2, len(taken) + 3) if f"{name}-{number}" not in taken)


def _by_work(action: dict[str, Any], pipeline: Declaration, taken: Collection[str]) -> str:
    """A name for an action of CodeBuild by what it does: its project's own word, and that it tests; "" for none."""
    id, name = action["actionTypeId"], action["name"]
    if id["provider"] != "CodeBuild":
        return ""
    word = next((one for one in reversed(_project_words(action)) if one not in _known_words(action, pipeline)), "")
    capital = word[:1].upper() + word[1:]
    if id["category"] == "Test":
        found = capital if "test" in word else f"{capital}Test"
    else:
        found = f"{name}-{capital}" if word else ""
    return found if found and found not in taken and re.fullmatch(_NAME.pattern, found) else ""


def _project_words(action: dict[str, Any]) -> list[str]:
    project = (action.get("configuration") or {}).get("ProjectName")
    if not isinstance(project, str) or project == "unknown" or len(project) > MAX_PROJECT:
        return []
    return re.findall("[a-z]+", re.sub("(?<=[a-z])(?=[A-Z])", "-", project).lower())


MAX_PROJECT = 150
"""Characters of a project's name, at most."""


def _known_words(action: dict[str, Any], pipeline: Declaration) -> set[str]:
    """Words that tell a project from no other: of the action's and the pipeline's name, of other projects."""
    mine = (action.get("configuration") or {}).get("ProjectName")
    words = set(re.findall("[a-z]+", f"{action['name']} {pipeline['name']} project codebuild".lower()))
    for *_, other in islice(actions_of(pipeline), MAX_STAGES):
        if (other.get("configuration") or {}).get("ProjectName") != mine:
            words.update(_project_words(other))
    return words


def _artifact_names(artifacts: Any) -> list[str]:
    return [artifact["name"] for artifact in artifacts or ()]


def _unique_outputs(pipeline: Declaration, region: str | None) -> Iterator[Violation]:
    made: dict[str, str] = {}
    for i, j, _, action in actions_of(pipeline):
        for k, name in enumerate(_artifact_names(action.get("outputArtifacts"))):
            if name in made:
                message = f"Output artifact {name} of action {action['name']} is made by {made[name]} already"
                another = _another(name, made)
                hint = f"give it another name, such as {another}, also where it is read among inputArtifacts"
                yield _bad_action(8, message, _at(i, j, "outputArtifacts", k, "name"), hint)
            made.setdefault(name, action["name"])


_DECLARED: Start = (-1, 0)
"""Before every action."""


def _first_with(pipeline: Declaration, names_of: Callable[[dict[str, Any]], list[str]]) -> dict[str, Start]:
    """{a name that actions bring: when the first of them starts}"""
    found: dict[str, Start] = {}
    for i, _, _, action in actions_of(pipeline):
        start = i, run_order(action)
        for name in names_of(action):
            found[name] = min(found.get(name, start), start)
    return found


def _outputs(action: dict[str, Any]) -> list[str]:
    return _artifact_names(action.get("outputArtifacts"))


def _namespace(action: dict[str, Any]) -> list[str]:
    """The namespace of an action, also one that stands in its configuration, which is told."""
    given = action.get("namespace") or (action.get("configuration") or {}).get("namespace")
    return [given] if given else []


class _Near:
    """Looks for the name that may be meant; of the first few wrong ones only, as it takes time."""

    def __init__(self) -> None:
        self.looked_up = 0

    def __call__(self, word: str, first: dict[str, Start], start: Start, alike: float = 0.6) -> str:
        self.looked_up += 1
        if self.looked_up > MAX_LOOK_UPS:
            return ""
        return near(word, sorted(name for name, there in first.items() if there < start), alike)


def _inputs_come_before(pipeline: Declaration, region: str | None) -> Iterator[Violation]:
    made, meant = _first_with(pipeline, _outputs), _Near()
    idle = [(start, name) for start, name, _ in _idle(pipeline)]
    misspelt = {_squeezed(name) for name in made if re.fullmatch(_ARTIFACT_NAME.pattern, name) is None}
    for i, j, _, action in actions_of(pipeline):
        start = i, run_order(action)
        for k, name in enumerate(_artifact_names(action.get("inputArtifacts"))):
            if name and made.get(name, start) >= start and _squeezed(name) not in misspelt:
                message = f"Input artifact {name} of action {action['name']} is made by no action that comes before it"
                due = "an earlier stage, or a lower runOrder of the same stage, must have it among its outputArtifacts"
                hint = _made_by(name, start, made, idle, meant) or due
                found = _bad_action(9, message, _at(i, j, "inputArtifacts", k, "name"), hint)
                yield replace(found, about=name)
    for start, told, rule, where in _rules_of(pipeline):
        for k, name in enumerate(_artifact_names(rule.get("inputArtifacts"))):
            if name and made.get(name, start) >= start:
                message = f"Input artifact {name} of {told} is made by no action that comes before it"
                due = "name an output of an action that is done by then"
                hint = _made_by(name, start, made, idle, meant) or due
                yield _bad_stage(9, message, (*where, "inputArtifacts", k, "name"), hint)


def _squeezed(name: str) -> str:
    """A name without what may be wrong in it: the artifact that is made under it has a wrong one, which is told."""
    return re.sub("[^a-z0-9]", "", name.lower())


CERTAIN = 0.75
"""How much an artifact's name has in common, of 1, with the one that is meant, whatever else may be."""


def _made_by(name: str, start: Start, made: dict[str, Start], idle: list[tuple[Start, str]], meant: _Near) -> str:
    """How an artifact comes to be there: by its right name, or from an action that may make one and makes none."""
    close = meant(name, made, start, CERTAIN)
    before = [action for there, action in idle if there < start]
    fitting = [action for action in before if action.lower() in name.lower()] or before
    if not close and len(fitting) == 1 and name not in made:
        return f"add outputArtifacts: [{{name: {name}}}] to the action {fitting[0]}, which makes none"
    close = close or meant(name, made, start)
    return f"did you mean {close}?" if close else ""


def _idle(pipeline: Declaration) -> Iterator[tuple[Start, str, ActionType]]:
    """(when it starts, its name, its type) of every action that may make an artifact, and makes none."""
    for i, _, _, action in actions_of(pipeline):
        kind = _type_of(action)
        if kind is not None and kind.outputs[1] and kind.owner == "AWS" and not action.get("outputArtifacts"):
            if kind.category != "Invoke":  # what a function makes is for the function to say
                yield (i, run_order(action)), action["name"], kind


def _rules_of(pipeline: Declaration) -> Iterator[tuple[Start, str, dict[str, Any], Place]]:
    """(when it is asked, what it is called, the rule, its place) of every rule of a condition."""
    for i, stage in enumerate(pipeline["stages"]):
        for place, condition in _conditions_of(stage, ("stages", i)):
            for k, rule in enumerate(condition.get("rules", ())):
                start = (i, 0) if "beforeEntry" in place else (i + 1, 0)
                yield start, f"rule {rule['name']} of stage {stage['name']}", rule, (*place, "rules", k)


def _known_types(pipeline: Declaration, region: str | None) -> Iterator[Violation]:
    for i, j, _, action in actions_of(pipeline):
        if _type_of(action) is None:
            id = action["actionTypeId"]
            place = f" in region '{region.upper().replace('-', '_')}'" if region else ""
            message = (
                f"ActionType (Category: '{id['category']}', Provider: '{id['provider']}', Owner: '{id['owner']}', "
                f"Version: '{id['version']}') in action '{action['name']}' is not available{place}"
            )
            yield _bad_action(10, message, _at(i, j, "actionTypeId"), _type_hint(**id))


_CONNECTION = "CodeStarSourceConnection"
_CONNECTED = ("Bitbucket", "BitBucket", "CodeConnections", "GitHub", "GitHub2", "GitHubV2", "GitLab", "Github")
"""What people call the provider CodeStarSourceConnection."""


def _type_hint(category: str, owner: str, provider: str, version: str) -> str:
    """What to write instead of an action type that is not there."""
    of_category = _of_category(category)
    meant = _meant_provider(category, owner, provider, version)
    if meant == _CONNECTION and provider in _CONNECTED:
        return f"write {meant}: sources at GitHub, GitLab and Bitbucket are read by a connection"
    if provider in of_category:
        known = of_category[provider].owner
        return 'write version: "1"' if known == owner else f"the owner of {provider} is {known}"
    elsewhere = [one.category for one in ACTION_TYPES if one.provider == provider]
    if elsewhere:
        return f"{provider} is of the category {' or '.join(dict.fromkeys(elsewhere))}"
    return f"did you mean {meant}?" if meant else f"providers of {category}: {', '.join(of_category)}"


def _of_category(category: str) -> dict[str, ActionType]:
    """Provider -> its type, of all in a category; where two owners have the same provider, the first."""
    return {one.provider: one for one in reversed(ACTION_TYPES) if one.category == category}


def _meant_provider(category: str, owner: str, provider: str, version: str) -> str:
    """The provider that is meant by one that its category has not; "" for none."""
    known = _of_category(category)
    if category == "Source" and provider in _CONNECTED and owner == "AWS":
        return _CONNECTION
    if provider in known or any(one.provider == provider for one in ACTION_TYPES):
        return ""
    small = {one.lower(): one for one in known}
    inside = [one for one in sorted(small, key=len, reverse=True) if one in provider.lower()]
    near = inside or difflib.get_close_matches(provider[:60].lower(), small, 1)
    return small[near[0]] if near else ""


def _artifact_counts(pipeline: Declaration, region: str | None) -> Iterator[Violation]:
    made = _first_with(pipeline, _outputs)
    unmade = _unmade(pipeline, made)
    for i, j, _, action in actions_of(pipeline):
        kind = _type_of(action)
        if kind is None:
            continue
        for what, (least, most) in (("input", kind.inputs), ("output", kind.outputs)):
            count = len(action.get(f"{what}Artifacts") or ())
            told = f"Action {action['name']} declares {count} {what} artifacts which is"
            where = _at(i, j, f"{what}Artifacts") if count else _at(i, j)
            if count < least:
                message = f"{told} less than the minimum count ({least})"
                if what == "input":
                    yield _bad_action(10, message, where, _input_due((i, run_order(action)), made))
                else:
                    name = unmade[0] if len(unmade) == 1 else _another_output(action["name"], made)
                    hint = f"add outputArtifacts: [{{name: {name}}}]"
                    hint += ", which is read and not made" if unmade == [name] else ", and read it in a later action"
                    yield replace(_bad_action(10, message, where, hint), about=name if unmade == [name] else "")
            elif count > most:
                hint = _kept(action, what, most) if most else f"take {what}Artifacts out: {kind.provider} has none"
                yield _bad_action(10, f"{told} more than the maximum count ({most})", where, hint)


def _unmade(pipeline: Declaration, made: dict[str, Start]) -> list[str]:
    """The artifacts that actions read and none makes, each once."""
    read = (name for *_, action in actions_of(pipeline) for name in _artifact_names(action.get("inputArtifacts")))
    return list(dict.fromkeys(name for name in read if name not in made))


def _input_due(start: Start, made: dict[str, Start]) -> str:
    before = sorted(name for name, there in made.items() if there < start)
    if len(before) == 1:
        return f"add inputArtifacts: [{{name: {before[0]}}}]"
    some = f"one of {', '.join(before[:MAX_NAMED])}" if before else "an output artifact of an earlier action"
    return f"add inputArtifacts: [{{name: ...}}] with {some}"


def _another_output(action: str, made: Collection[str]) -> str:
    """A name for an artifact that an action is to make."""
    name = re.sub(r"[^a-zA-Z0-9_-]", "", action)[:80] + "Output"
    return name if name not in made else _another(name, made)


MAX_NAMED = 5
"""So many artifacts are named in one hint."""


def _kept(action: dict[str, Any], what: str, most: int) -> str:
    """Which artifacts to keep where an action names too many."""
    names = [artifact["name"] for artifact in action[f"{what}Artifacts"]]
    bundle = ": the one that holds the AppSpec" if action["actionTypeId"]["provider"] == "CodeDeploy" else ""
    return f"keep {most} of {', '.join(names[:5])}{bundle}"


def _configuration_keys(pipeline: Declaration, region: str | None) -> Iterator[Violation]:
    for i, j, _, action in actions_of(pipeline):
        kind = _type_of(action)
        if kind is None:
            continue
        yield from _keys_of(kind, action, _at(i, j))
        if kind.provider == "Commands" and not action.get("commands"):
            message = f"Action {action['name']} must have a non-empty commands field"
            yield _bad_action(11, message, _at(i, j), _COMMANDS_HINT)


_COMMANDS_HINT = 'add "commands": ["…"] beside the configuration, a text for each command'


def _keys_of(kind: ActionType, action: dict[str, Any], where: Place) -> Iterator[Violation]:
    if kind.required is None or kind.optional is None:
        return
    configuration = action.get("configuration") or {}
    told = f"Action configuration for action '{action['name']}'"
    known = (*kind.required, *kind.optional)
    wrong = [key for key in configuration if key not in known]
    hints = {key: _unknown_hint(kind.provider, key, known, configuration) for key in wrong[:MAX_KEYS]}
    meant = {one for one, _ in hints.values()}
    for key in kind.required:
        if key not in configuration and key not in meant:
            hint = missing_hint(key, configuration, _artifact_names(action.get("inputArtifacts")))
            missing = _bad_action(11, f"{told} is missing required configuration '{key}'", where, hint)
            yield replace(missing, about=key)
    if "Repo" in hints and hints["Repo"][0]:
        hints.pop("Owner", None)  # one key takes both, and that is told once
    for key, (_, hint) in hints.items():
        place = (*where, "configuration", key)
        message = f"{told} contains unknown configuration '{key}'"
        yield replace(_bad_action(11, message, place, hint), of_key=True)
    if kind.provider == "S3" and kind.category == "Deploy" and configuration.get("Extract") == "false":
        if "ObjectKey" not in configuration:
            message = f"{told} is missing required configuration 'ObjectKey'"
            hint = missing_hint("ObjectKey", configuration) + ', which Extract "false" needs'
            yield _bad_action(11, message, where, hint)


def _unknown_hint(provider: str, key: str, known: tuple[str, ...], configuration: dict[str, str]) -> tuple[str, str]:
    beside = beside_configuration(key, configuration[key])
    return ("", beside) if beside else unknown_hint(provider, key, known, configuration)


def _namespaces(pipeline: Declaration, region: str | None) -> Iterator[Violation]:
    artifacts = {name for *_, action in actions_of(pipeline) for name in _artifact_names(action.get("outputArtifacts"))}
    taken: set[str] = set()
    for i, j, _, action in actions_of(pipeline):
        namespace = action.get("namespace")
        if namespace is None:
            continue
        where = _at(i, j, "namespace")
        if namespace in RESERVED_NAMESPACES:
            message = f"Namespace {namespace} of action {action['name']} is reserved"
            yield _bad_action(13, message, where, _renamed(action["name"], taken))
        if namespace in taken:
            message = f"Namespace {namespace} is used more than once"
            yield _bad_action(13, message, where, _renamed(action["name"], taken))
        if namespace in artifacts:
            message = f"Namespace {namespace} is the name of an artifact too"
            yield _bad_action(13, message, where, _renamed(namespace, taken))
        taken.add(namespace)


def _renamed(word: str, taken: set[str]) -> str:
    """Another namespace for an action."""
    name = re.sub("[^A-Za-z0-9@_-]", "", word)[:80] + "Variables"
    free = name if name not in taken else _another(name, taken)
    return f"write another, such as {free}, also where its variables are used: #{{{free}.…}}"


def _stores(pipeline: Declaration, region: str | None) -> Iterator[Violation]:
    one, several = pipeline.get("artifactStore"), pipeline.get("artifactStores")
    if (one is None) == (several is None):
        found = "both artifactStore and artifactStores" if one else "neither artifactStore nor artifactStores"
        hint = "keep artifactStores if actions run in several Regions, else artifactStore" if one else _STORE_HINT
        where: Place = ("artifactStores",) if one else ()
        yield _structure(14, f"Pipeline has {found}; exactly one must be there", where, hint)
        return
    if region is None and several is None:
        yield from _two_regions(pipeline)
        return
    regions = (region,) if several is None else tuple(several)
    if region is not None and region not in regions:
        yield _structure(15, f"artifactStores has no store for the pipeline's own Region {region}", ("artifactStores",))
    yield from _abroad(pipeline, region, regions)


_STORE_HINT = 'add artifactStore: {"type": "S3", "location": "the name of a bucket"}'
_A_STORE = '{"type": "S3", "location": "…"}'


def _two_regions(pipeline: Declaration) -> Iterator[Violation]:
    """Actions in two Regions, of which one at most is the pipeline's own, and a single store."""
    settled = [(i, j, action) for i, j, _, action in actions_of(pipeline) if action.get("region") is not None]
    found = abroad_in(pipeline)
    if found is not None:
        i, j, action = settled[found.index]
        message = f"Action {action['name']} runs in {found.region}, another in {found.home}, and there is one"
        hint = stores.hint(found, pipeline["artifactStore"])
        yield _structure(15, f"{message} artifactStore", _at(i, j, "region"), hint)


def abroad_in(pipeline: Declaration) -> stores.Abroad | None:
    """What is abroad in a declaration; None when all actions with a Region have the same."""
    given = (action["region"] for *_, action in actions_of(pipeline) if action.get("region") is not None)
    wanted = [meant_region(region) or region for region in given]
    if len(set(wanted)) < 2:
        return None
    arns = [value for *_, action in actions_of(pipeline) for value in (action.get("configuration") or {}).values()]
    key = (pipeline["artifactStore"].get("encryptionKey") or {}).get("id", "")
    return stores.abroad(wanted, " ".join([*arns, key]))


def _abroad(pipeline: Declaration, region: str | None, regions: tuple[str | None, ...]) -> Iterator[Violation]:
    """Actions in other Regions. Without the pipeline's own, only a Region without a store is surely wrong."""
    for i, j, _, action in actions_of(pipeline):
        wanted = action.get("region")
        if wanted is None or wanted == region:
            continue
        id = action["actionTypeId"]
        if region is not None and (_is_source(action) or id["owner"] != "AWS"):
            kind = "source" if _is_source(action) else str(id["owner"])
            message = f"A {kind} action cannot run in another Region: {action['name']}"
            yield _bad_action(16, message, _at(i, j, "region"), f"take region out: it runs in {region}")
        elif wanted not in regions:
            message = f"Action {action['name']} runs in {wanted}, for which artifactStores has no store"
            hint = f'add "{wanted}": {_A_STORE} to artifactStores, with a bucket in that Region'
            yield replace(_structure(15, message, _at(i, j, "region"), hint), about=str(wanted))


def _primary_source(pipeline: Declaration, region: str | None) -> Iterator[Violation]:
    for i, j, _, action in actions_of(pipeline):
        if action["actionTypeId"]["provider"] != "CodeBuild":
            continue
        names = _artifact_names(action.get("inputArtifacts"))
        primary = (action.get("configuration") or {}).get("PrimarySource")
        if len(names) > 1 and primary is None:
            message = f"Action {action['name']} has {len(names)} input artifacts and names no PrimarySource"
            hint = f'add "PrimarySource": "{names[0]}" to its configuration, or that of {", ".join(names[1:5])}'
            yield _bad_action(17, message, _at(i, j), f"{hint} which holds the buildspec")
        elif primary is not None and primary not in names:
            where = _at(i, j, "configuration", "PrimarySource")
            message = f"PrimarySource {primary} of action {action['name']} is no input artifact"
            hint = f"write {near(primary, names) or ' or '.join(names)}" if names else "take it out: there is no input"
            yield _bad_action(17, message, where, hint)


def _v2_only(pipeline: Declaration) -> Iterator[tuple[str, Place]]:
    if pipeline.get("executionMode", "SUPERSEDED") != "SUPERSEDED":
        yield f"executionMode {pipeline['executionMode']}", ("executionMode",)
    for member in ("variables", "triggers"):
        if pipeline.get(member):
            yield member, (member,)
    for i, stage in enumerate(pipeline["stages"]):
        for member in ("beforeEntry", "onSuccess", "onFailure"):
            if stage.get(member):
                yield f"{member} of stage {stage['name']}", ("stages", i, member)
    for i, j, _, action in actions_of(pipeline):
        kind = _type_of(action)
        if kind is not None and kind.v2:
            where = _at(i, j, "actionTypeId", "provider")
            yield f"the provider {kind.provider} of action {action['name']}", where


def _declared_v1(pipeline: Declaration, region: str | None) -> Iterator[Violation]:
    if pipeline.get("pipelineType") == "V1":
        for what, where in _v2_only(pipeline):
            message, hint = f"{_NOT_IN_V1}{what}", 'write "pipelineType": "V2"'
            yield replace(_structure(19, message, where, hint), near=("pipelineType",))


def _variables(pipeline: Declaration, region: str | None) -> Iterator[Violation]:
    declared = {variable["name"]: _DECLARED for variable in pipeline.get("variables") or ()}
    namespaces, meant = _first_with(pipeline, _namespace), _Near()
    setters, artifacts = _setters(pipeline), _first_with(pipeline, _outputs)

    def wrong(text: str, start: Start, is_source: bool = False) -> Iterator[tuple[str, str]]:
        for namespace, name in VARIABLE.findall(text):
            found = None
            if namespace == "variables":
                found = _declared(is_source, name, declared, meant)
            elif namespace != "codepipeline" and namespaces.get(namespace, start) >= start:
                meant.looked_up += 1
                few = meant.looked_up <= MAX_LOOK_UPS
                hint = namespace_hint(Use(namespace, name, start, namespace in artifacts), setters if few else ())
                found = f"no action that comes before it has the namespace {namespace}", hint
            if found is not None:
                yield f"uses #{{{namespace}.{name}}}: {found[0]}", found[1]

    for i, j, _, action in actions_of(pipeline):
        for where, text in texts_of(action, _at(i, j)):
            for message, hint in wrong(text, (i, run_order(action)), _is_source(action)):
                yield _bad_action(20, f"Action {action['name']} {message}", where, hint)
    for start, told, rule, place in _rules_of(pipeline):
        for where, text in texts_of(rule, place):
            for message, hint in wrong(text, start):
                yield _bad_stage(20, f"{told[:1].upper()}{told[1:]} {message}", where, hint)


def texts_of(action: dict[str, Any], where: Place) -> Iterator[tuple[Place, str]]:
    """(place, text) of all that may hold variables: the configuration, commands, and environment variables."""
    for key, value in (action.get("configuration") or {}).items():
        yield (*where, "configuration", key), value
    for k, command in enumerate(action.get("commands") or ()):
        yield (*where, "commands", k), command
    for k, variable in enumerate(action.get("environmentVariables") or ()):
        yield (*where, "environmentVariables", k, "value"), variable["value"]


def _declared(is_source: bool, name: str, declared: dict[str, Start], meant: _Near) -> tuple[str, str] | None:
    """(what is wrong, the mend) of a reference to a variable of the pipeline; None when nothing is."""
    if is_source:
        return "a source action cannot use the pipeline's variables", "write the value itself"
    if name in declared:
        return None
    close = meant(name, declared, (0, 0))
    hint = f"did you mean #{{variables.{close}}}?" if close else f"add {name} to the pipeline's variables"
    return f"the pipeline declares no variable {name}", hint


def _setters(pipeline: Declaration) -> list[Setter]:
    return [
        Setter(
            action["name"],
            action["actionTypeId"]["provider"],
            (i, run_order(action)),
            action.get("namespace") or "",
            variables_of(action),
        )
        for i, _, _, action in actions_of(pipeline)
    ]


RESULTS = {"beforeEntry": ("FAIL", "SKIP"), "onSuccess": ("ROLLBACK", "FAIL"), "onFailure": ("ROLLBACK", "FAIL")}
"""Section of a stage -> the results that its conditions may have (§2.3)."""


def _conditions(pipeline: Declaration, region: str | None) -> Iterator[Violation]:
    for i, stage in enumerate(pipeline["stages"]):
        where: Place = ("stages", i)
        failure = stage.get("onFailure") or {}
        if failure.get("result") == "RETRY" and failure.get("conditions"):
            message = f"onFailure of stage {stage['name']} retries, and so cannot have conditions"
            yield _bad_stage(
                22, message, (*where, "onFailure"), "take conditions out, or result and retryConfiguration"
            )
        for place, condition in _conditions_of(stage, where):
            yield from _skips(stage, condition, place)
            yield from _result(stage, condition, place)
            for k, rule in enumerate(condition.get("rules", ())):
                yield from _rule_type(stage, rule, (*place, "rules", k))
        yield from _rollbacks(pipeline, stage, where)


def _conditions_of(stage: dict[str, Any], where: Place) -> Iterator[tuple[Place, dict[str, Any]]]:
    for section in RESULTS:
        for k, condition in enumerate((stage.get(section) or {}).get("conditions", ())):
            yield (*where, section, "conditions", k), condition


def _skips(stage: dict[str, Any], condition: dict[str, Any], where: Place) -> Iterator[Violation]:
    providers = {rule["ruleTypeId"]["provider"] for rule in condition.get("rules", ())}
    if "beforeEntry" in where and condition.get("result") == "SKIP" and not providers <= SKIPPING:
        message = f"Stage {stage['name']} can be skipped by rules of LambdaInvoke and VariableCheck only"
        hint = f"write FAIL as the result, or use rules of {' and '.join(sorted(SKIPPING))} alone"
        yield _bad_stage(23, message, (*where, "result"), hint)


def _result(stage: dict[str, Any], condition: dict[str, Any], where: Place) -> Iterator[Violation]:
    section, result = str(where[2]), condition.get("result")
    if result is not None and result not in RESULTS[section]:
        message = f"A condition of {section} of stage {stage['name']} cannot have the result {result}"
        hint = f"write {' or '.join(RESULTS[section])}"
        if section == "onFailure" and result == "RETRY":
            hint += "; a retry is written without conditions: onFailure: {result: RETRY}"
        yield _bad_stage(27, message, (*where, "result"), hint)


def _rollbacks(pipeline: Declaration, stage: dict[str, Any], where: Place) -> Iterator[Violation]:
    places = list(_rollback_places(stage, where))
    if places and pipeline.get("executionMode") == "PARALLEL":
        message = f"Stage {stage['name']}: rollback is not available in PARALLEL mode"
        hint = 'write "FAIL" as the result; or, to keep the rollback, "executionMode": "QUEUED" in place of PARALLEL'
        yield replace(_bad_stage(24, message, places[0], hint), near=("executionMode",))
    if places and where[1] == 0:
        message = f"Stage {stage['name']} holds the sources, and such a stage cannot be rolled back"
        yield _bad_stage(28, message, places[0], "write RETRY or FAIL, or take it out")


def _rollback_places(stage: dict[str, Any], where: Place) -> Iterator[Place]:
    if (stage.get("onFailure") or {}).get("result") == "ROLLBACK":
        yield (*where, "onFailure", "result")
    for place, condition in _conditions_of(stage, where):
        if condition.get("result") == "ROLLBACK" and "beforeEntry" not in place:
            yield (*place, "result")


def _rule_type(stage: dict[str, Any], rule: dict[str, Any], where: Place) -> Iterator[Violation]:
    id = rule["ruleTypeId"]
    known = RULE_TYPES.get(id["provider"])
    told = f"Rule {rule['name']} of stage {stage['name']}"
    if known is None:
        meant = near(id["provider"], list(RULE_TYPES))
        hint = f"did you mean {meant}?" if meant else f"providers of rules: {', '.join(RULE_TYPES)}"
        yield _bad_stage(
            29, f"{told} has the unknown provider {id['provider']}", (*where, "ruleTypeId", "provider"), hint
        )
        return
    if id.get("version", "1") != "1":
        message = f"{told} has version {id['version']} of {id['provider']}, which is not there"
        yield _bad_stage(29, message, (*where, "ruleTypeId", "version"), 'write version: "1"')
    configuration = rule.get("configuration") or {}
    for key in known[0]:
        if key not in configuration:
            message = f"{told} is missing required configuration '{key}'"
            yield _bad_stage(29, message, where, missing_hint(key, configuration))
    for key in configuration:
        if key not in (*known[0], *known[1]):
            meant = near(key, [*known[0], *known[1]])
            listed = ", ".join((*known[0], *known[1])) or "none"
            hint = f"did you mean {meant}?" if meant else f"known here: {listed}"
            message = f"{told} contains unknown configuration '{key}'"
            yield _bad_stage(29, message, (*where, "configuration", key), hint)
    if id["provider"] == "Commands" and not rule.get("commands"):
        yield _bad_stage(29, f"{told} must have a non-empty commands field", where, _COMMANDS_HINT)


def _unique_variables(pipeline: Declaration, region: str | None) -> Iterator[Violation]:
    seen: set[str] = set()
    for k, variable in enumerate(pipeline.get("variables") or ()):
        if variable["name"] in seen:
            message = f"Variable {variable['name']} is declared more than once"
            yield _structure(30, message, ("variables", k, "name"), "rename one, or take it out")
        seen.add(variable["name"])


Rule = Callable[[Declaration, str | None], Iterator[Violation]]
_RULES: tuple[Rule, ...] = (
    _number_of_stages,
    _sources_first,
    _unique_names,
    _unique_outputs,
    _inputs_come_before,
    _known_types,
    _artifact_counts,
    _configuration_keys,
    _namespaces,
    _stores,
    _primary_source,
    _declared_v1,
    _variables,
    _conditions,
    _unique_variables,
)
"""Rules 5 and 12 need no function: 5 follows from 1, 3 and 4; 12 is part of the shape. 18 asks IAM, not the file."""


# From places to lines


def _unwrapped(root: Node) -> Node:
    if not isinstance(root, Mapping):
        return root
    inside = root.get(_WRAPPER)
    spelt = root.get("Pipeline") if inside is None else inside
    return root if spelt is None else spelt


def _problem(path: str, root: Node, violation: Violation) -> Problem:
    node = _node_at(root, violation.where)
    text = f"{violation.message} ({violation.error})"
    line = "" if violation.near is None else f", line {_node_at(root, violation.near).line}"
    return Problem(path, node.line, node.column, "error", f"PL{100 + violation.rule}", text, violation.hint + line)


def _node_at(node: Node, where: Place) -> Node:
    """The node of that place, or the nearest one around it that is there; a block is named by the line of its key."""
    name: Node | None = None
    for part in where:
        inside: Node | None = None
        name = None
        if isinstance(node, Mapping) and isinstance(part, str):
            inside, name = node.get(part), node.key(part)
        elif isinstance(node, Sequence) and isinstance(part, int):
            inside = node.items[part]
        if inside is None:
            break
        node = inside
    return node if name is None or isinstance(node, Scalar) else name


def _polling(path: str, root: Node, sound: Sound) -> Iterator[Problem]:
    for i, j, _, action in actions_of(sound.value):
        if not sound.is_sure("202", _at(i, j)):
            continue
        kind = _type_of(action)
        keys = kind.optional if kind is not None and kind.optional is not None else ()
        if "PollForSourceChanges" in keys and not _says(action, "PollForSourceChanges", keys):
            node = _node_at(root, _at(i, j))
            message = f"source action {action['name']} polls, as PollForSourceChanges is left out"
            what = "a webhook" if _is_old_github(action) else "an EventBridge rule"
            hint = f'add "PollForSourceChanges": "false" where {what} starts the pipeline, or it starts twice'
            yield Problem(path, node.line, node.column, "warning", "PL202", message, hint)


def _is_old_github(action: dict[str, Any]) -> bool:
    """Whether it is the source that GitHub starts by a webhook (§20)."""
    type = action.get("actionTypeId") or {}
    return (type.get("owner"), type.get("provider")) == ("ThirdParty", "GitHub")


def _says(action: dict[str, Any], key: str, known: tuple[str, ...]) -> bool:
    """Whether a configuration has a key, be it misspelt, which is told elsewhere."""
    configuration = action.get("configuration") or {}
    wrong = [one for one in configuration if one not in known][:MAX_KEYS]
    provider = action["actionTypeId"]["provider"]
    return key in configuration or any(meant_key(provider, one, known) == key for one in wrong)


__all__ = [
    "KEYS",
    "VARIABLE",
    "Declaration",
    "Place",
    "Sound",
    "Violation",
    "actions_of",
    "check_declaration",
    "check_pipeline",
    "declared",
    "pipeline_type",
    "read_pipeline",
    "run_order",
    "spelled",
    "texts_of",
    "told_once",
    "violations",
]
