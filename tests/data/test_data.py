"""What comes along can be read, built and deployed: applications, templates and scenarios, one by one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim import Scenario
from sim.formats import shipped
from sim.formats.appspec import HOOKS, read_appspec
from sim.formats.buildspec import read_buildspec, select_artifacts
from sim.formats.scenario import File, read_repository, read_scenario
from sim.formats.template import read_template
from sim.services.bundles import pack
from sim.services.codedeploy.bundle import open_bundle
from sim.services.codedeploy.script import outcome

DATA = shipped.root()
APPS = sorted(path.name for path in (DATA / "apps").iterdir() if path.is_dir())
SOURCES = [name for name in APPS if (DATA / "apps" / name / "buildspec.yml").is_file()]
BUNDLES = [name for name in APPS if name not in SOURCES]
TEMPLATES = sorted((DATA / "templates").glob("*.yaml"))
BUILT = {
    "web": {"public/index.html": b"<h1>Library</h1>", "public/version.txt": b"1.1.0"},
    "python-web": {},
    "java-service": {"target/java-service.jar": b"PK"},
}
"""What the build commands of an application add to its source."""
SERVER_HOOKS = ("ApplicationStop", "BeforeInstall", "AfterInstall", "ApplicationStart", "ValidateService")


def files_of(app: str) -> dict[str, File]:
    files = read_repository(DATA / "apps" / app)
    assert not isinstance(files, Path)
    return dict(files)


def bundle_of(app: str) -> dict[str, bytes]:
    """What a deployment of that application gets: what its buildspec selects, or the folder itself."""
    files = {path: file.content for path, file in files_of(app).items()}
    if app in BUNDLES:
        return files
    files |= BUILT[app]
    artifacts = read_buildspec(files["buildspec.yml"].decode()).artifacts
    assert artifacts is not None
    return {inside: files[path] for inside, path in select_artifacts(files, artifacts).items()}


def test_what_comes_along_is_all_there() -> None:
    assert set(SOURCES) == set(BUILT)
    assert [path.stem for path in TEMPLATES] == ["java-fleet", "python-fleet", "web-fleet"]
    assert len(shipped.scenarios()) >= 12


@pytest.mark.parametrize("app", SOURCES)
def test_a_buildspec_is_read_without_a_finding(app: str) -> None:
    buildspec = read_buildspec(files_of(app)["buildspec.yml"].content.decode(), f"{app}/buildspec.yml")
    assert buildspec.version == "0.2"
    assert buildspec.artifacts is not None
    assert buildspec.cache is not None
    assert buildspec.phases["install"].runtime_versions
    assert buildspec.warnings == ()


@pytest.mark.parametrize("app", APPS)
def test_a_bundle_holds_what_its_appspec_names(app: str) -> None:
    files = bundle_of(app)
    appspec = read_appspec(files["appspec.yml"].decode(), f"{app}/appspec.yml")
    assert tuple(hook for hook in HOOKS if hook in appspec.hooks) == SERVER_HOOKS
    for event, scripts in appspec.hooks.items():
        assert all(script.location in files for script in scripts), event
    assert open_bundle(pack(files)).plan


@pytest.mark.parametrize("app", APPS)
def test_hook_scripts_are_honest_bash(app: str) -> None:
    files = files_of(app)
    scripts = {path: file for path, file in files.items() if path.endswith(".sh")}
    assert len(scripts) == len(SERVER_HOOKS)
    for path, script in scripts.items():
        assert script.executable, path
        assert script.content.startswith(b"#!/usr/bin/env bash\n"), path
        assert b"\nset -euo pipefail\n" in script.content, path
        said = outcome(script.content)
        assert (said.exit, len(said.lines)) == (0, 1), f"{path}: without a rule it succeeds and says one line"
    assert any(b"$DEPLOYMENT_GROUP_NAME" in script.content for script in scripts.values())


@pytest.mark.parametrize("app", APPS)
def test_only_example_addresses_are_in_the_applications(app: str) -> None:
    for path, file in files_of(app).items():
        for host in re.findall(rb"[\w.+-]+@([\w-]+\.[\w.-]+)", file.content):
            assert host.endswith(b"example.com"), path


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_cfn_lint_finds_nothing_in_a_template(path: Path) -> None:
    from cfnlint.api import ManualArgs, lint_file

    assert lint_file(path, config=ManualArgs(regions=["us-east-1", "eu-central-1"])) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_holds_nothing_that_only_a_simulation_has(path: Path) -> None:
    template = read_template(path.read_text(encoding="utf-8"), path.name)
    types = {resource.type for resource in template.resources.values()}
    assert all(type_.startswith("AWS::") for type_ in types)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_resolves_with_its_defaults(path: Path) -> None:
    stack = Scenario.open(path).compile().resolved
    assert stack is not None
    assert "Pipeline" in stack.order


def test_the_approval_stage_of_the_web_fleet_is_a_parameter() -> None:
    path = DATA / "templates" / "web-fleet.yaml"
    without = Scenario.open(path).compile().resolved
    asking = Scenario.open(path, parameters={"WithApproval": True}).compile().resolved
    assert without is not None
    assert asking is not None
    assert set(asking.order) - set(without.order) == {"ApprovalTopic"}


@pytest.mark.parametrize("name", shipped.scenarios())
def test_a_scenario_is_read_and_says_what_one_learns(name: str) -> None:
    path = shipped.find_scenario(name)
    text = path.read_text(encoding="utf-8")
    scenario = read_scenario(path)
    Scenario.open(path).compile()
    assert scenario.title
    assert scenario.expect
    assert scenario.warnings == ()
    assert text.startswith("# ")
    assert "# What one learns: " in text
    addresses = re.findall(r"[\w.+-]+@([\w.-]+)", text)
    assert all(host == "example.com" for host in addresses)
