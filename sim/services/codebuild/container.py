"""The container of a build: its files and its shell, and what is known of the commands that run in it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from sim.services import behavior
from sim.services.behavior import Circumstances, Work
from sim.services.codebuild.resources import Build
from sim.services.codebuild.workspace import Workspace
from sim.services.shell.run import Came, Run, Shell
from sim.services.shell.syntax import Exit, SyntaxFault, commands, parse

if TYPE_CHECKING:
    from sim.services.codebuild.api import CodeBuild

DOCKER = re.compile(r"\s*(sudo\s+)?docker(-compose|\s+(build|buildx|compose|images|load|ps|pull|push|run|save|tag))\b")
"""Commands that talk to the Docker daemon (docs/behaviour/codebuild.md §4.3)."""
NO_DAEMON = "Cannot connect to the Docker daemon at unix:/var/run/docker.sock. Is the docker daemon running?"
SUCCEEDING = "CODEBUILD_BUILD_SUCCEEDING"


class Container:
    """What the commands of one build run in. It is the `Outside` that their shell asks."""

    def __init__(self, service: CodeBuild, build: Build):
        self.service = service
        self.world = service.world
        self.build = build
        self.behavior = behavior.of(service.world)
        self.workspace = Workspace("")
        self.shell = Shell("", build.environment)
        self.same_shell = True
        """False for version 0.1, which gives every command a shell of its own (docs/behaviour/codebuild.md §1.2)."""
        self.phase = ""
        self.run_as = "root"
        self.succeeding = True
        self._ran = False
        """Some command was only taken to run, so that files nobody knows of may be there."""
        self._seen: dict[tuple[str, str], int] = {}

    def open(self, workspace: Workspace, same_shell: bool) -> None:
        """The sources are there."""
        self.workspace = workspace
        self.shell.cwd = workspace.root
        self.same_shell = same_shell

    def failing(self) -> None:
        """From now on CODEBUILD_BUILD_SUCCEEDING is 0 (docs/behaviour/codebuild.md §2.5)."""
        self.succeeding = False
        self.build.environment[SUCCEEDING] = "0"

    def follow(self, text: str) -> Run:
        """Follow one entry of `commands`."""
        shell = self.shell if self.same_shell else Shell(self.workspace.root, dict(self.build.environment))
        run = Run(shell, self)
        if self._named_as_a_whole(text):
            run.whole(text)
        else:
            run.follow(text)
        return run

    def interpolate(self, text: str) -> str:
        """Text with the shell's variables put in, or as it is when no shell could read it. The shell stays as it is."""
        try:
            return Run(self.shell.copy(), self).interpolate(text)
        except (SyntaxFault, Exit):
            return text

    def _named_as_a_whole(self, text: str) -> bool:
        """Whether a rule speaks of the entry but of none of the commands in it, such as `npm ci && npm test`."""
        rules = list(self.behavior.of_kind("command"))
        if not rules:
            return False
        try:
            parts = commands(parse(text))
        except SyntaxFault:
            return False
        return any(
            behavior.names(rule, text) and not any(behavior.names(rule, part) for part in parts) for rule in rules
        )

    def _work(self, text: str, assumption: str) -> Work:
        """What comes of a command: the scenario's rules, else the assumptions.

        The how-manieth time the same text stands in a phase tells two works apart; the build's number does not, so
        that leaving something out of an earlier build changes no later luck but by the count of attempts.
        """
        build = self.build
        occurrence = self._seen[self.phase, text] = self._seen.get((self.phase, text), 0) + 1
        entity = f"{build.project}/{self.phase}/{occurrence}"
        what = Circumstances(
            text,
            entity,
            self.service.attempt(f"{entity}/{text}"),
            project=build.project,
            phase=self.phase,
            build=build.number,
        )
        return self.behavior.work(self.world, "command", what, assumption, cached=build.cached)

    def _produce(self, work: Work, text: str, failed: bool) -> None:
        """Files that a rule says the command makes. Made or not, from now on nothing is assumed to be there."""
        if work.produces is None:
            return
        self.workspace.produced = True
        if not failed:
            self.workspace.produce(work.produces, f"{self.build.project} {self.build.resolved_version or ''} {text}")

    def _lacks(self, work: Work, text: str) -> str:
        """What the command needs and does not have, as it would say itself."""
        settings = self.build.settings
        if DOCKER.match(text) and not settings["environment"].get("privilegedMode"):
            return NO_DAEMON
        network = settings.get("vpcConfig") or {}
        if "vpc" in work.needs and not network.get("vpcId"):
            return f"{text}: Connection timed out: the project has no vpcConfig, so nothing in a VPC can be reached"
        if "internet" in work.needs and network.get("vpcId"):
            self.service.assume(
                f"the subnets of {self.build.project} are taken to reach the internet through a NAT gateway",
                "route tables are not part of this version",
            )
        return ""

    # What the shell asks (shell.Outside)

    def command(self, text: str) -> Came:
        self._ran = True
        work = self._work(text, f"command:{text}")
        lacks = self._lacks(work, text)
        self._produce(work, text, failed=work.fails or bool(lacks))
        if lacks:
            return Came(work.takes, 1, (lacks,))
        prints = (*work.prints, *((work.message,) if work.fails and work.message else ()))
        return Came(work.takes, work.exit, prints, work.sets, known=bool(work.prints))

    def builtin(self, name: str) -> Came:
        """Rules see a builtin's name only: one about `npm test` must not make `echo "now npm test"` fail.

        Without a rule all builtins cost as much as `true` does; what they print they say themselves.
        """
        work = self._work(name, "command:true")
        self._produce(work, name, failed=work.fails)
        prints = (work.message,) if work.fails and work.message else work.prints
        takes = 0 if name == "sleep" and work.assumed else work.takes
        return Came(takes, work.exit, prints, work.sets)

    def unknown_output(self, text: str) -> None:
        self.service.assume(
            f"what `{text}` prints in a build of {self.build.project} is taken to be nothing",
            'say it with a rule: {command: "…", prints: ["…"]}',
        )

    def is_file(self, path: str) -> bool:
        return path in self.workspace.files

    def is_directory(self, path: str) -> bool:
        return self.workspace.is_directory(path)

    def may_exist(self, path: str) -> bool:
        return self._ran or not self.workspace.holds(path)

    def write(self, path: str, text: str | None, append: bool) -> None:
        before = self.workspace.files.get(path, b"") if append else b""
        self.workspace.write(path, before + (text if text is not None else "written by a command\n").encode())

    def user(self) -> str:
        return self.run_as

    def date(self) -> datetime:
        return self.world.date
