"""What a lifecycle event does on an instance, as far as the revision says so: worked out once for a whole fleet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from posixpath import normpath

from sim.core.clock import HOUR, SECOND
from sim.core.states import Why
from sim.formats.appspec import AppSpec, Hook
from sim.formats.scenario import HOOKS
from sim.services.codedeploy import resources as r
from sim.services.codedeploy.script import ScriptOutcome, outcome, reads

EVENT_LIMIT = HOUR
"""An event must end within an hour, all its scripts together (docs/behaviour/codedeploy.md §3.1, §3.4)."""
AGENTS_OWN = ("DownloadBundle", "Install")
"""What the agent does itself (docs/behaviour/codedeploy.md §2.1)."""
ORDER = 0
"""Which of the draws of an instance in a deployment says when its turn comes among equals."""
LANES = {event: lane for lane, event in enumerate(HOOKS, 1)}
"""Which of them is each event's; a new event comes last, so that the others keep their luck."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of an event. `error` is its code, "" when it succeeds; `why` is there where it says more than that
    the event succeeded, or failed with that message; `log` is shown of a failure only."""

    error: str = ""
    message: str = ""
    script: str = ""
    log: tuple[str, ...] = ()
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """One script of an event, and what it does: None when the bundle doesn't hold it."""

    hook: Hook
    does: ScriptOutcome | None

    @property
    def begins(self) -> str:
        """What the agent writes into the log first."""
        return f"Script - {self.hook.location}"


@dataclass(frozen=True, slots=True)
class Part:
    """What one event does. `assumption` says how long it takes where no rule does, each script if it has any; `why`
    why it succeeds without any; `problem` why the AppSpec cannot be used.

    `usual` is what comes of it where no rule speaks of it and it takes `limit` ms at most, `sleeps` ms of them in the
    script; None when that is to be worked out script by script.
    """

    event: str
    assumption: str = "deploy.event"
    why: Why | None = None
    scripts: tuple[Script, ...] = ()
    problem: str = ""
    lane: int = field(init=False)
    usual: Outcome | None = field(init=False, default=None)
    sleeps: int = field(init=False, default=0)
    limit: int = field(init=False, default=EVENT_LIMIT)

    def __post_init__(self) -> None:
        def settle(**values: object) -> None:
            for name, value in values.items():
                object.__setattr__(self, name, value)

        settle(lane=LANES[self.event])
        if not self.scripts and not self.problem:
            settle(usual=Outcome(why=self.why))
        elif len(self.scripts) == 1:
            (script,) = self.scripts
            if script.does is not None and not script.does.exit and not script.does.left_open:
                settle(
                    usual=Outcome(log=(self.begins, script.begins, *stdout(script.does.lines))),
                    sleeps=script.does.takes,
                    limit=min(script.hook.timeout_s * SECOND, EVENT_LIMIT),
                )

    @property
    def begins(self) -> str:
        """What the agent writes into the log first."""
        return f"LifecycleEvent - {self.event}"


def stdout(lines: Iterable[str]) -> tuple[str, ...]:
    """What a script prints, as it stands in the agent's log."""
    return tuple(f"[stdout]{line}" for line in lines)


Parts = Mapping[str, Part]
"""{lifecycle event: what it does}"""


def parts_of(
    files: Mapping[str, bytes], appspec: AppSpec | None, problem: str, environment: Mapping[str, str]
) -> Parts:
    """What each event does with the bundle that holds those files and with what the agent tells its scripts; `problem`
    says why its AppSpec cannot be used."""
    return {event: _part(event, files, appspec, problem, environment) for event in HOOKS}


def _part(
    event: str, files: Mapping[str, bytes], appspec: AppSpec | None, problem: str, environment: Mapping[str, str]
) -> Part:
    if event in AGENTS_OWN or event in r.SERVICES_OWN:
        return Part(event, f"deploy.{event}")
    if appspec is None:
        return Part(event, problem=problem)
    told = {**environment, "LIFECYCLE_EVENT": event}
    scripts = tuple(_script(files, hook, told) for hook in appspec.hooks.get(event, ()))
    return Part(event, "deploy.script", scripts=scripts) if scripts else Part(event, why=r.NO_SCRIPT)


def _script(files: Mapping[str, bytes], hook: Hook, environment: Mapping[str, str]) -> Script:
    content = held(files, hook)
    if content is None:
        return Script(hook, None)
    told = tuple((name, environment[name]) for name in reads(content) if name in environment)
    return Script(hook, outcome(content, told, hook.runas or "root"))


def held(files: Mapping[str, bytes], hook: Hook) -> bytes | None:
    """The content of a hook's script, where the bundle holds it."""
    return files.get(normpath(hook.location).lstrip("/"))


def variables(files: Mapping[str, bytes], appspec: AppSpec | None) -> tuple[str, ...]:
    """Which of the agent's variables the scripts of a bundle read, but for the event, which each of them knows."""
    hooks = () if appspec is None else (hook for event in appspec.hooks.values() for hook in event)
    read = {name for hook in hooks for name in reads(held(files, hook) or b"")}
    return tuple(sorted(read - {"LIFECYCLE_EVENT"}))


NOTHING: Parts = {event: Part(event, f"deploy.{event}") for event in (*AGENTS_OWN, *sorted(r.SERVICES_OWN))} | {
    event: Part(event, why=r.NO_PREVIOUS) for event in sorted(r.PREVIOUS_REVISION)
}
"""Where no revision lies on the instance yet."""
