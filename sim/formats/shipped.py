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
    return sorted(path.stem for path in (root() / "scenarios").glob("*.yml"))


def find_scenario(name: str) -> Path:
    """A path as given, or the scenario of that name. Raises UsageError with near names."""
    path = Path(name)
    if path.is_file():
        return path
    named = root() / "scenarios" / f"{name}.yml"
    if named.is_file():
        return named
    near = difflib.get_close_matches(name, scenarios(), 3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(scenarios())}"
    raise UsageError(f"no file and no scenario is called {name!r}; {hint}")


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars. `builds` is (environment type, compute type) -> a minute; `pipeline_month` an active V1 pipeline."""

    builds: dict[tuple[str, str], float]
    pipeline_month: float

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
    return Prices(builds, float(document["codepipeline"]["month"]))
