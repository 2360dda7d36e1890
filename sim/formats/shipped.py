"""Where the data that comes along lies: sample applications, templates, scenarios, prices, assumptions."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sim.core.problems import UsageError
from sim.formats import nodes


@cache
def root() -> Path:
    """The folder `data`: inside the installed package, else beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "data"
    return installed if installed.is_dir() else package.parent / "data"


def scenarios() -> list[str]:
    """The names of the scenarios that come along."""
    folder = root() / "scenarios"
    return sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.yml"))


def find_scenario(name: str) -> Path:
    """A path as given, or the scenario of that name. Raises UsageError with near names."""
    path = Path(name)
    if path.is_file():
        return path
    named = root() / "scenarios" / f"{name}.yml"
    if named.is_file():
        return named
    if path.exists():
        raise UsageError(f"{name!r} is no file; name a scenario's own file")
    near = difflib.get_close_matches(name, scenarios(), 3)
    if near:
        raise UsageError(f"no file and no scenario is called {name!r}; did you mean {' or '.join(near)}?")
    if path.suffix in (".yml", ".yaml", ".json") or path.parent != Path("."):
        raise UsageError(f"there is no file {name!r}")
    raise UsageError(f"no file and no scenario is called {name!r}; there are: {', '.join(scenarios())}")


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars. `builds` is (environment type, compute type) -> a minute; `pipeline_month` an active V1 pipeline;
    `action_minute` a minute of an action of a V2 pipeline; `on_premises_update` a deployment to one such instance."""

    builds: dict[tuple[str, str], float]
    pipeline_month: float
    action_minute: float
    on_premises_update: float

    def build_minute(self, environment: str, compute: str) -> float:
        """0 for a compute type that the table does not price."""
        return self.builds.get((environment, compute), 0.0)


@cache
def prices() -> Prices:
    """The prices of data/prices.yml."""
    path = root() / "prices.yml"
    document: Any = nodes.plain(nodes.compose(path.read_text(encoding="utf-8"), path.name))
    builds = {
        (environment, compute): float(price)
        for environment, table in document["codebuild"]["minute"].items()
        for compute, price in table.items()
    }
    pipeline = document["codepipeline"]
    update = document["codedeploy"]["on_premises_update"]
    return Prices(builds, float(pipeline["month"]), float(pipeline["action_minute"]), float(update))


def copy_scenario(name: str, folder: Path) -> Path:
    """Copy a scenario that comes along, with the template and the folders it names, into a new folder.

    Returns the path of the copied scenario. Paths inside it stay right. Raises UsageError when the folder is there.
    """
    import shutil

    source = find_scenario(name)
    if folder.exists():
        raise UsageError(f"{folder} is there already; name a folder that is not, so that nothing is lost")
    inside = source.resolve()
    if not inside.is_relative_to(root().resolve()):
        raise UsageError(f"{name!r} is a file of your own; copy one of: {', '.join(scenarios())}")
    target = folder / inside.relative_to(root().resolve())
    target.parent.mkdir(parents=True)
    shutil.copyfile(source, target)
    for path in _mentioned(nodes.compose(source.read_text(encoding="utf-8"), str(source)), source.parent):
        there = folder / path.relative_to(root().resolve())
        there.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, there, dirs_exist_ok=True)
        else:
            shutil.copyfile(path, there)
    return target


def _mentioned(node: nodes.Node, base: Path) -> list[Path]:
    """Files and folders of `data` that a scenario names by a relative path."""
    if not isinstance(node, nodes.Scalar):
        return [path for value in nodes.inner(node) for path in _mentioned(value, base)]
    if not node.text.startswith("../"):
        return []
    path = (base / node.text).resolve()
    return [path] if path.exists() and path.is_relative_to(root().resolve()) else []
