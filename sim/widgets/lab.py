"""The scenario lab: set what a scenario holds, run it, see what changed, and take the scenario along as YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis import diff
from sim.analysis.explain import explainable
from sim.analysis.story import clock, spell
from sim.cloud import Cloud
from sim.core.clock import SECOND
from sim.core.problems import ProblemsError, UsageError
from sim.formats import edits, nodes, paths, spelled
from sim.scenario import Scenario
from sim.widgets import pieces
from sim.widgets.controls import Control, controls_of, proposed, standing

if TYPE_CHECKING:
    from sim.widgets.lab_view import LabView

MOST_EXPLAINED = 3
"""So many deployments and builds are explained, those that ended badly first."""
MOST_DEPLOYMENTS = 40
"""So many deployments have a row of their own."""
BAD_FIRST = ("Failed", "FAILED", "Stopped", "STOPPED", "TIMED_OUT", "FAULT")


@dataclass(frozen=True)
class Trial:
    """One run of the lab: what stood at each control's path, and what came of it."""

    values: Mapping[str, Any]
    cloud: Cloud
    result: dict[str, Any]


class ScenarioLab:
    """A scenario with controls.

    >>> lab = ScenarioLab("first-release", {"parameters.FleetSize": (1, 20)})
    >>> lab.set("parameters.FleetSize", 5)
    >>> len(lab.run().result["fleet"])
    5

    `controls` is {path: spec}: (low, high) for a slider between whole numbers, fractions or durations ("10s", "5m"),
    a list of choices, `bool` for a switch, `str` for a field; paths are those of `codesuite whatif --vary`. Without
    it, controls are proposed. Without `seed` the scenario's own holds. Raises ProblemsError for a scenario that is
    wrong, UsageError for a control that is.
    """

    def __init__(
        self,
        scenario: str | Path | Scenario,
        controls: Mapping[str, Any] | None = None,
        seed: int | None = None,
    ):
        read = scenario if isinstance(scenario, Scenario) else Scenario.open(scenario)
        if not read.text:
            raise UsageError("this scenario was made of plain values and has no text; make it with Scenario.parse")
        self._path = Path(read.document.path)
        text = read.text if seed is None else edits.with_value(read.text, "seed", seed)
        self._text = _with_resources(text, self._path, controls or ())
        self._document: Any = nodes.plain(nodes.compose(self._text, str(self._path)))
        self.title = read.document.title or read.document.name
        found = (
            proposed(self._document, read.document)
            if controls is None
            else controls_of(self._document, controls, read.document)
        )
        self.controls: dict[str, Control] = {one.path: one for one in found}
        self.standing: dict[str, Any] = {path: standing(path, self._document, read.document) for path in self.controls}
        """What stands in the scenario, by path; None where nothing does."""
        self.values: dict[str, Any] = {}
        """What was set, by path; what was not stands as in the scenario."""
        self.last: Trial | None = None
        self.previous: Trial | None = None

    def __repr__(self) -> str:
        return f"<ScenarioLab {self.title}: {edits.flow(self.values)}>"

    # Setting

    def value(self, path: str) -> Any:
        """What stands at a control's path now."""
        return self.values.get(path, self.controls[path].start)

    def set(self, path: str, value: Any) -> None:
        """Set what a control controls. Raises UsageError for another path, or a value that it does not take."""
        control = self.controls.get(path)
        if control is None:
            raise UsageError(f"there is no control for {path}; there are {', '.join(self.controls) or 'none'}")
        read = control.read(value)
        if read == self.standing[path] and type(read) is type(self.standing[path]):
            self.values.pop(path, None)
        else:
            self.values[path] = read

    def reset(self) -> None:
        """Everything as in the scenario again."""
        self.values.clear()

    def text(self) -> str:
        """The scenario's text with what was set; paths of files in it are as in the scenario."""
        return self._edited(self._text)

    def _edited(self, text: str) -> str:
        for path, value in self.values.items():
            text = edits.with_value(text, path, value)
        return text

    def scenario_yaml(self) -> str:
        """The scenario with what was set, to be saved anywhere and run by `codesuite run`: it gives the same result.

        Files and folders in it are named by their whole paths on this machine.
        """
        text = edits.with_absolute_paths(self._text, self._path.parent)
        if "title" not in self._document:
            text = edits.with_value(text, "title", self.title)  # else the run would be called by the new file's name
        return self._edited(text)

    # Running

    def run(self, progress: Callable[[int], None] | None = None) -> Trial:
        """Run the scenario as it is set; `progress` is called now and then with the count of steps.

        Raises ProblemsError when it cannot be run so; then what was there stays. Setting nothing new and running again
        gives the same.
        """
        plan = Scenario.parse(self.text(), str(self._path)).compile()
        cloud = plan.start().run(until=plan.limit(None), progress=progress)
        trial = Trial(dict(self.values), cloud, cloud.result())
        if self.last is None or trial.values != self.last.values:
            self.previous = self.last
        self.last = trial
        return trial

    def difference(self) -> diff.Parting | None:
        """Where the last run first parted from the one before; None without two runs, or when they are alike."""
        if self.last is None or self.previous is None:
            return None
        return diff.first_difference(self.previous.cloud.record, self.last.cloud.record)

    def view(self) -> LabView:
        """The lab as a widget."""
        from sim.widgets.lab_view import LabView

        return LabView(self)


def _with_resources(text: str, path: Path, controlled: Iterable[str]) -> str:
    """The scenario's text with those resources of its template that have a control: what stands in the scenario's own
    Resources replaces the template's. Raises UsageError."""
    for control in controlled:
        names = parts(control)
        document: Any = nodes.plain(nodes.compose(text, str(path)))
        own = document.get("Resources") or {}
        if names[0] == "Resources" and len(names) > 2 and names[1] not in own and document.get("template"):
            try:
                resource = spelled.resource(path.parent / document["template"], str(names[1]))
            except LookupError as error:
                raise UsageError(f"{control}: {error.args[0]}") from None
            text = edits.with_value(text, f'Resources."{names[1]}"', resource)
    return text


def parts(path: str) -> list[str | int]:
    """The names of a path. Raises UsageError."""
    try:
        return paths.parts(path)
    except ValueError as error:
        raise UsageError(str(error)) from None


# What a run is shown as: plain values


def figures(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The key figures of a run: (what, value)."""
    metrics = result["metrics"]
    found = [("Took", _took(_last_end(result)))]
    rows = [execution for pipeline in result["pipelines"] for execution in pipeline["executions"]]
    if rows:
        found.append(("Executions", _counted(rows, "status")))
    if result["builds"]:
        found.append(("Builds", _counted(result["builds"], "buildStatus")))
    if result["deployments"]:
        found.append(("Deployments", _counted(result["deployments"], "status")))
        least = min(one["minimumHealthyObserved"] for one in result["deployments"])
        found.append(("Fewest healthy instances in service", str(least)))
    found.append(("Lead time", _took(metrics["lead_time"])))
    found.append(("Time to restore", _took(metrics["time_to_restore"])))
    rate = metrics["change_failure_rate"]
    found.append(("Change failure rate", "not measured" if rate is None else f"{100 * rate:.0f} %"))
    found.append(("Cost", f"{metrics['cost_usd']:g} USD"))
    return found


def _last_end(result: Mapping[str, Any]) -> float:
    from sim.analysis.plots import last_moment

    return last_moment(dict(result))


def _took(seconds: float | None) -> str:
    return "not measured" if seconds is None else spell(round(seconds * SECOND))


def _counted(rows: list[dict[str, Any]], key: str) -> str:
    """`2: Failed, Succeeded`, or by count where there are more than a few."""
    statuses = [str(row[key]) for row in rows]
    if len(set(statuses)) == 1:
        return f"{len(rows)} {statuses[0]}"
    return ", ".join(f"{statuses.count(status)} {status}" for status in dict.fromkeys(statuses))


def deployments(result: Mapping[str, Any]) -> list[list[str]]:
    """A row for each deployment: id, status, how long, instances by outcome, fewest healthy, most in flight."""
    rows = []
    for one in result["deployments"]:
        overview = one["deploymentOverview"]
        outcome = ", ".join(f"{count} {name}" for name, count in overview.items() if count)
        name = f"{one['deploymentId']} (rollback)" if one["creator"] == "codeDeployRollback" else one["deploymentId"]
        took = None if one["ended"] is None else one["ended"] - one["started"]
        least, most = str(one["minimumHealthyObserved"]), str(one["maximumInFlight"])
        rows.append([name, one["status"], _took(took), outcome, least, most])
    return rows


def worth_explaining(result: Mapping[str, Any]) -> list[str]:
    """The ids that are explained: what ended badly first."""
    status = {one["deploymentId"]: one["status"] for one in result["deployments"]}
    status |= {one["id"]: one["buildStatus"] for one in result["builds"]}
    ids = explainable(result)
    return sorted(ids, key=lambda one: status.get(one) not in BAD_FIRST)[:MOST_EXPLAINED]


def compared(lab: ScenarioLab) -> dict[str, Any] | None:
    """What the last run changed: {"set": [[path, before, now]], "figures": [[what, before, now]], "parting": …}."""
    before, now = lab.previous, lab.last
    if before is None or now is None:
        return None
    touched = [path for path in lab.controls if before.values.get(path) != now.values.get(path)]
    pairs = _paired(figures(before.result), figures(now.result))
    return {
        "set": [[path, spelled_in(before, path, lab), spelled_in(now, path, lab)] for path in touched],
        "figures": [[what, one, other] for what, one, other in pairs if one != other],
        "parting": _parted(lab.difference()),
    }


def spelled_in(trial: Trial | None, path: str, lab: ScenarioLab) -> str:
    """What stood at a path in a run, or stands in the scenario, as YAML has it."""
    values = {} if trial is None else trial.values
    value = values.get(path, lab.standing[path])
    return "not set" if value is None else edits.flow(value)


def _paired(before: list[tuple[str, str]], now: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    one, other = dict(before), dict(now)
    return [(what, one.get(what, "none"), other.get(what, "none")) for what in dict.fromkeys([*one, *other])]


def _parted(parting: diff.Parting | None) -> dict[str, Any] | None:
    if parting is None:
        return None
    return {"subject": parting.subject, "before": _side(parting.left), "now": _side(parting.right)}


def _side(side: diff.Side | None) -> dict[str, str] | None:
    if side is None:
        return None
    return {
        "at": clock(side.time),
        "status": side.status,
        "why": side.why,
        "basis": side.basis,
        "source": side.source,
    }


def shown(lab: ScenarioLab) -> dict[str, Any] | None:
    """What the last run came to, for a view; None before the first."""
    if lab.last is None:
        return None
    result, cloud = lab.last.result, lab.last.cloud
    return {
        "figures": [list(pair) for pair in figures(result)],
        "deployments": deployments(result)[:MOST_DEPLOYMENTS],
        "more_deployments": max(0, len(result["deployments"]) - MOST_DEPLOYMENTS),
        "bars": pieces.bars(result),
        "explanations": pieces.explained(cloud.explain(id) for id in worth_explaining(result)),
        "warnings": [warning["message"] for warning in result["warnings"]],
        "compared": compared(lab),
    }


def control_shown(lab: ScenarioLab, control: Control) -> dict[str, Any]:
    """A control for a view, with what it shows now."""
    value = lab.value(control.path)
    return {
        "path": control.path,
        "label": control.label,
        "kind": control.kind,
        "about": control.about,
        "low": control.low,
        "high": control.high,
        "step": control.step,
        "choices": [edits.flow(one) for one in control.values] if control.kind == "choice" else [],
        "value": control.values.index(value) if control.kind == "choice" else control.shown(value),
        "start": spelled_in(None, control.path, lab),
    }


def complaint(error: ProblemsError | UsageError) -> str:
    """An error as a learner reads it: each finding, with its mend."""
    if isinstance(error, ProblemsError):
        return "\n".join(f"{one.message}{f' ({one.hint})' if one.hint else ''}" for one in error.problems)
    return pieces.sentence(error)


__all__ = ["ScenarioLab", "Trial", "compared", "deployments", "figures", "shown"]
