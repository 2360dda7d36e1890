"""What DOWNLOAD_SOURCE does: fetch the sources, read the buildspec, settle the variables."""

from __future__ import annotations

import re
from functools import lru_cache
from posixpath import join
from typing import TYPE_CHECKING, Any

from sim.core import naming
from sim.core.problems import ProblemsError
from sim.formats.buildspec import Buildspec, read_buildspec, yaml_file_error
from sim.services.codebuild import sources
from sim.services.codebuild.container import Container
from sim.services.codebuild.resources import Build
from sim.services.codebuild.sources import SourceFault
from sim.services.codebuild.workspace import Workspace

if TYPE_CHECKING:
    from sim.services.codebuild.api import CodeBuild

INLINE = "/codebuild/readonly/buildspec.yml"
"""Where the log says an inline buildspec lies (docs/behaviour/codebuild.md §1.1)."""
NEEDS_RUNTIME = re.compile(r"aws/codebuild/(standard:2\.0|amazonlinux2-\w+-standard:1\.0)")
"""Images that demand a runtime (docs/behaviour/codebuild.md §1.6)."""
NO_RUNTIME = "This build image requires selecting at least one runtime version"
MASK = "***"
"""What a log shows in place of a secret (docs/behaviour/codebuild.md §3.4)."""


@lru_cache(maxsize=256)
def read(text: str) -> Buildspec | str:
    """A buildspec, or the message of its YAML_FILE_ERROR."""
    try:
        return read_buildspec(text)
    except ProblemsError as error:
        return yaml_file_error(error)


def is_inline(buildspec: str) -> bool:
    """Whether a project's or a call's value is a buildspec itself, not the place of one."""
    return "\n" in buildspec or buildspec.lstrip().startswith(("{", "version"))


class Download:
    """One build's DOWNLOAD_SOURCE. `spec` is there once `run` has come through."""

    def __init__(self, service: CodeBuild, build: Build, container: Container):
        self.service = service
        self.build = build
        self.container = container
        self.spec = Buildspec("0.2", {})
        self.held_back: dict[str, None] = {}
        """Variables of the project's that no build may export (docs/behaviour/codebuild.md §3.5)."""

    def run(self) -> None:
        """Raises SourceFault."""
        build, settings = self.build, self.build.settings
        primary = settings["source"]
        root = self._directory(primary, "")
        workspace = Workspace(root)
        fetched = self._fetch(primary, settings.get("sourceVersion"), "primary source")
        workspace.put(fetched.files, root)
        build.environment["CODEBUILD_SRC_DIR"] = root
        versions = {one["sourceIdentifier"]: one["sourceVersion"] for one in settings["secondarySourceVersions"]}
        for source in settings["secondarySources"]:
            name = source["sourceIdentifier"]
            directory = self._directory(source, name)
            workspace.put(self._fetch(source, versions.get(name), f"secondary source {name}").files, directory)
            build.environment[f"CODEBUILD_SRC_DIR_{name}"] = directory
        build.say(self.service.world.now, f"CODEBUILD_SRC_DIR={root}")
        self.spec = self._buildspec(workspace)
        self.container.open(workspace, self.spec.same_shell)
        self._variables()
        build.resolved_version = fetched.version
        if fetched.version:  # only from now on, and never for S3 (docs/behaviour/codebuild.md §3.1)
            build.environment["CODEBUILD_RESOLVED_SOURCE_VERSION"] = fetched.version

    def _fetch(self, source: dict[str, Any], version: str | None, what: str) -> sources.Source:
        try:
            return sources.fetch(self.service, self.build, source, version)
        except SourceFault as fault:
            tail = f" for {what}" + (f" and source version {version}" if version else "")
            raise SourceFault(fault.code, fault.message + tail) from None

    def _directory(self, source: dict[str, Any], name: str) -> str:
        digits = naming.hexadecimal(self.service.world.seed, "src", self.build.name, name, length=8)
        return join(f"/codebuild/output/src{int(digits, 16)}/src", sources.folder_of(source)).rstrip("/")

    def _buildspec(self, workspace: Workspace) -> Buildspec:
        """The call's or the project's value, else `buildspec.yml` in the root (docs/behaviour/codebuild.md §1.1)."""
        settings = self.build.settings
        given = settings["source"].get("buildspec") or ""
        if is_inline(given):
            text, place = given, INLINE
        elif given.startswith("arn:"):
            text, place = sources.buildspec_in_s3(self.service, self.build, given), given
        else:
            place = join(workspace.root, given or "buildspec.yml")
            content = workspace.files.get(place)
            if content is None:
                raise SourceFault("YAML_FILE_ERROR", f"stat {place}: no such file or directory")
            text = content.decode("utf-8", "replace")
        self.build.say(self.service.world.now, f"YAML location is {place}")
        spec = read(text)
        if isinstance(spec, str):
            raise SourceFault("YAML_FILE_ERROR", spec)
        runtimes = spec.phases["install"].runtime_versions if "install" in spec.phases else {}
        if not runtimes and NEEDS_RUNTIME.match(settings["environment"]["image"]):
            raise SourceFault("YAML_FILE_ERROR", NO_RUNTIME)
        for warning in spec.warnings:
            self.build.say(self.service.world.now, f"[WARN] {warning}")
        if spec.reports:
            self.service.assume(
                f"the buildspec of {self.build.project} asks for test reports; none is made",
                "reports are not part of this version; a test command that fails still fails the build",
            )
        return spec

    def _variables(self) -> None:
        """The call's override the project's, and both override the buildspec's (docs/behaviour/codebuild.md §3.2)."""
        build, spec = self.build, self.spec
        build.say(self.service.world.now, "Processing environment variables")
        built_in = dict(build.environment)
        given = {one["name"]: one for one in build.settings["environment"]["environmentVariables"]}
        build.environment.update(spec.variables)
        for what, references in (("parameter", spec.parameter_store), ("secret", spec.secrets_manager)):
            for name, reference in references.items():
                if name not in given:
                    self._mask(name, f"{what} {reference}")
        for name, one in given.items():
            kind = one.get("type", "PLAINTEXT")
            if kind == "PLAINTEXT":
                build.environment[name] = one["value"]
            else:
                self.held_back[name] = None
                self._mask(name, f"{'parameter' if kind == 'PARAMETER_STORE' else 'secret'} {one['value']}")
        reserved = {name: value for name, value in built_in.items() if name.startswith("CODEBUILD_")}
        build.environment.update(reserved)

    def _mask(self, name: str, what: str) -> None:
        self.build.environment[name] = MASK
        self.service.assume(
            f"the {what} is taken to be there: ${name} of {self.build.project} holds {MASK} in its place",
            "Parameter Store and Secrets Manager are not part of this version",
        )
