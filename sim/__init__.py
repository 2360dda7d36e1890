"""A flight simulator for the AWS developer tools: CodeCommit, CodeBuild, CodeDeploy and CodePipeline in virtual time.

>>> from sim import Cloud
>>> cloud = Cloud(seed=7)
>>> cloud.now
0.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.cloud import Cloud
    from sim.core.world import World
    from sim.experiments.whatif import whatif
    from sim.scenario import Plan, Scenario, run

__version__ = "0.1.0"
__all__ = ["Cloud", "Plan", "Scenario", "World", "run", "whatif"]

_HOMES = {
    "Cloud": "sim.cloud",
    "Plan": "sim.scenario",
    "Scenario": "sim.scenario",
    "World": "sim.core.world",
    "run": "sim.scenario",
    "whatif": "sim.experiments.whatif",
}


def __getattr__(name: str) -> Any:
    # Loaded when first used, so that `import sim` stays quick: the command starts at once, and so does a browser.
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
