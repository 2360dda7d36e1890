"""What can be set in a scenario lab: one control for a path into the scenario, with the values that it takes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sim.core.clock import SECOND, format_duration, parse_duration
from sim.core.problems import ProblemsError, UsageError
from sim.formats import nodes, paths
from sim.formats import scenario as grammar
from sim.formats.edits import flow

Kind = Literal["number", "choice", "switch", "duration", "text"]
STEPS = 100
"""A slider between two fractions has so many places, one between two durations at most so many."""
MOST_PROPOSED = 8
"""So many controls are proposed when none are named."""
WHOLE_MOST = 10
"""A number of the template without a limit of its own goes at least so far."""
SAID = (*grammar.RULES, "instances", "on", "deployment", "build", "execution", "revision", "project", "phase", "script")
"""What is said of a rule of behavior beside its control: what it is about, and how it is narrowed."""
STRINGS = ("true", "false")
"""The values of a template's parameter that is a switch: CloudFormation has no booleans among its parameters."""
CONFIGURATIONS = ("CodeDeployDefault.OneAtATime", "CodeDeployDefault.HalfAtATime", "CodeDeployDefault.AllAtOnce")
"""CodeDeploy's own configurations for instances: docs/behaviour/codedeploy.md §5.1."""


@dataclass(frozen=True, slots=True)
class Control:
    """One control. `low`, `high` and `step` bound a number, or a duration in seconds; `values` are the choices, or what
    a switch means by off and on; `start` is what stands in the scenario; `about` says what it is for."""

    path: str
    kind: Kind
    start: Any
    low: float = 0
    high: float = 0
    step: float = 1
    values: tuple[Any, ...] = ()
    about: str = ""

    @property
    def label(self) -> str:
        """The last name of the path: short beside its control."""
        names = [name for name in paths.parts(self.path) if isinstance(name, str)]
        return names[-1] if names[:1] != ["behavior"] else self.path

    def read(self, raw: Any) -> Any:
        """The value for the scenario that somebody means. Raises UsageError, which says what is taken."""
        read = {
            "number": self._number,
            "choice": self._choice,
            "switch": self._switch,
            "duration": self._duration,
            "text": self._text,
        }
        return read[self.kind](raw)

    def _number(self, raw: Any) -> float:
        whole = all(float(bound).is_integer() for bound in (self.low, self.high, self.step))
        wanted = f"{self.path} takes {'a whole number' if whole else 'a number'} from {self.low:g} to {self.high:g}"
        number = _finite(raw, wanted)
        if not self.low <= number <= self.high or (whole and not number.is_integer()):
            raise UsageError(f"{wanted}, not {number:g}")
        return int(number) if whole else number

    def _choice(self, raw: Any) -> Any:
        if raw not in self.values:
            raise UsageError(f"{self.path} takes one of {', '.join(map(flow, self.values))}, not {flow(raw)}")
        return raw

    def _switch(self, raw: Any) -> Any:
        if raw in self.values and type(raw) is type(self.values[0]):
            return raw
        if not isinstance(raw, bool):
            raise UsageError(f"{self.path} is on or off, not {flow(raw)}")
        return self.values[raw]

    def _duration(self, raw: Any) -> str:
        low, high = (format_duration(round(bound * SECOND)) for bound in (self.low, self.high))
        try:
            seconds = _seconds(raw)
        except ValueError as error:
            raise UsageError(f"{self.path} takes a duration from {low} to {high}: {error}") from None
        if not self.low <= seconds <= self.high:
            raise UsageError(f"{self.path} takes a duration from {low} to {high}, not {flow(raw)}")
        return format_duration(round(seconds * SECOND))

    def _text(self, raw: Any) -> Any:
        if not isinstance(raw, str):
            return raw
        try:
            return nodes.plain(nodes.compose(raw, self.path))
        except ProblemsError as error:
            raise UsageError(f"{self.path}: {error.problems[0].message}; a value is written as in YAML") from None

    def shown(self, value: Any) -> Any:
        """A value as the control shows it: a number, true or false, a duration in seconds, YAML on one line."""
        if self.kind == "switch":
            return value == self.values[1]
        if self.kind == "duration":
            return _seconds(value)
        return flow(value) if self.kind == "text" and not isinstance(value, str) else value


def _finite(raw: Any, wanted: str) -> float:
    try:
        number = float(raw)
    except (TypeError, ValueError):
        raise UsageError(f"{wanted}, not {flow(raw)}") from None
    if not math.isfinite(number):
        raise UsageError(f"{wanted}, not {number}")
    return number


def _seconds(value: Any) -> float:
    """A duration in seconds. Raises ValueError for anything else."""
    if not isinstance(value, str | int | float):
        raise ValueError(f"{flow(value)} is no duration such as 90s")
    return parse_duration(value) / SECOND


def controls_of(document: Mapping[str, Any], given: Mapping[str, Any], scenario: grammar.Scenario) -> list[Control]:
    """The controls that somebody names: {path: (low, high) or (low, high, step), [choices], bool, or str for text}.

    Bounds may be whole numbers, fractions or durations. Raises UsageError for a path into nothing and other specs.
    """
    return [_control(path, spec, document, scenario) for path, spec in given.items()]


def _control(path: str, spec: Any, document: Mapping[str, Any], scenario: grammar.Scenario) -> Control:
    try:
        names = paths.parts(path)
    except ValueError as error:
        raise UsageError(str(error)) from None
    start = standing(path, document, scenario)
    about = _about(names, document, scenario)
    if spec is bool or isinstance(spec, bool):
        values = STRINGS[::-1] if isinstance(start, str) and start in STRINGS else (False, True)
        return Control(path, "switch", values[0] if start is None else start, values=values, about=about)
    if spec is str:
        return Control(path, "text", start, about=about)
    if isinstance(spec, tuple) and len(spec) in (2, 3) and all(isinstance(bound, str) for bound in spec[:2]):
        return _stretch(path, spec, start, about)
    if isinstance(spec, tuple) and len(spec) in (2, 3) and all(_is_number(bound) for bound in spec):
        return _slider(path, spec, start, about)
    if isinstance(spec, Sequence) and not isinstance(spec, str | bytes | tuple) and spec:
        values = tuple(spec) if start is None or start in spec else (start, *spec)
        return Control(path, "choice", values[0] if start is None else start, values=values, about=about)
    raise UsageError(f"{path}: give (low, high), (low, high, step), a list of choices, bool or str, not {spec!r}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _slider(path: str, spec: Sequence[float], start: Any, about: str) -> Control:
    low, high = spec[:2]
    if not low < high:
        raise UsageError(f"{path}: the lower bound comes first, and {low!r} is not less than {high!r}")
    whole = isinstance(low, int) and isinstance(high, int)
    step = spec[2] if len(spec) == 3 else 1 if whole else (high - low) / STEPS
    # What stands there may be no number, as in `fails: true`, and may lie outside: the slider then begins at its end.
    known = float(start) if _is_number(start) or isinstance(start, bool) else _number_in(start, low)
    return Control(path, "number", int(known) if whole else known, low, high, step, about=about)


def _number_in(start: Any, low: float) -> float:
    try:
        return float(start)
    except (TypeError, ValueError):
        return low


def _stretch(path: str, spec: Sequence[str], start: Any, about: str) -> Control:
    try:
        bounds = [_seconds(bound) for bound in spec]
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from None
    low, high = bounds[:2]
    if not low < high:
        raise UsageError(f"{path}: the lower bound comes first, and {spec[0]!r} is not less than {spec[1]!r}")
    step = bounds[2] if len(bounds) == 3 else max(1, round((high - low) / STEPS))
    try:
        _seconds(start)
    except ValueError:
        start = spec[0]  # a distribution, or nothing: the slider begins at its end
    return Control(path, "duration", start, low, high, step, about=about)


def standing(path: str, document: Mapping[str, Any], scenario: grammar.Scenario) -> Any:
    """What stands at a path of the scenario, or is the template's default; None where nothing does."""
    try:
        return paths.get_path(document, path)
    except LookupError:
        names = paths.parts(path)
        if names[0] == "parameters" and len(names) == 2:
            return _parameter(scenario, str(names[1])).get("Default")
        return None


def _parameter(scenario: grammar.Scenario, name: str) -> dict[str, Any]:
    known = scenario.template.parameters if scenario.template is not None else {}
    found = nodes.plain(known[name]) if name in known else {}
    assert isinstance(found, dict)
    return found


def _about(names: Sequence[str | int], document: Mapping[str, Any], scenario: grammar.Scenario) -> str:
    if names[0] == "parameters" and len(names) == 2:
        return str(_parameter(scenario, str(names[1])).get("Description", ""))
    if names[0] == "behavior" and len(names) > 1 and isinstance(names[1], int):
        rules = document.get("behavior") or []
        if names[1] < len(rules):
            rule = rules[names[1]]
            return flow({key: rule[key] for key in SAID if key in rule})
    return ""


# Proposals


def proposed(document: Mapping[str, Any], scenario: grammar.Scenario) -> list[Control]:
    """Controls that make sense for a scenario: its template's numbers, choices and switches, and its rules."""
    specs: dict[str, Any] = dict(_of_parameters(scenario))
    specs |= dict(_of_rules(document))
    first = dict(list(specs.items())[: MOST_PROPOSED - 1])
    first["seed"] = (0, 100)
    return controls_of(document, first, scenario)


def _of_parameters(scenario: grammar.Scenario) -> Iterator[tuple[str, Any]]:
    for name in scenario.template.parameters if scenario.template is not None else ():
        parameter = _parameter(scenario, name)
        spec = _spec(name, parameter, scenario.parameters.get(name, parameter.get("Default")))
        if spec is not None:
            yield f'parameters."{name}"' if not name.isidentifier() else f"parameters.{name}", spec


def _spec(name: str, parameter: Mapping[str, Any], value: Any) -> Any:
    allowed = parameter.get("AllowedValues")
    if allowed and sorted(map(str, allowed)) == sorted(STRINGS):
        return bool
    if allowed:
        return list(allowed)
    if parameter.get("Type") == "Number" and _is_number(value):
        return _whole(parameter, value)
    # Which parameter names a configuration, only its value tells.
    return list(CONFIGURATIONS) if value in CONFIGURATIONS else None


def _whole(parameter: Mapping[str, Any], value: float) -> tuple[int, int] | None:
    if not float(value).is_integer():
        return None
    low = int(parameter.get("MinValue", min(0, value)))
    high = int(parameter.get("MaxValue", max(WHOLE_MOST, 3 * value)))
    return (low, min(high, max(20, 3 * int(value))))


def _of_rules(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for index, rule in enumerate(document.get("behavior") or []):
        fails, takes = rule.get("fails"), rule.get("takes")
        if isinstance(fails, bool):
            yield f"behavior[{index}].fails", bool
        elif _is_number(fails):
            yield f"behavior[{index}].fails", (0.0, 1.0)
        if isinstance(takes, str):
            yield f"behavior[{index}].takes", ("1s", format_duration(max(60 * SECOND, 3 * parse_duration(takes))))


__all__ = ["Control", "controls_of", "proposed", "standing"]
