"""`import sim` stays light: the command starts at once, and the model runs where the heavy packages are not."""

import subprocess
import sys

import pytest

HEAVY = (
    *("numpy", "scipy", "pandas", "matplotlib", "joblib", "boto3", "botocore", "dulwich", "rich"),
    *("IPython", "ipywidgets", "anywidget", "jupyterlab"),
)


LIGHT = ["sim", "quizzes", "sim.core.world", "sim.scenario", "sim.experiments.whatif", "sim.widgets"]


@pytest.mark.parametrize("module", LIGHT)
def test_import_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(' '.join(m for m in {HEAVY!r} if m in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == []


def test_the_public_face_is_there_when_asked_for() -> None:
    import sim

    assert [getattr(sim, name).__name__ for name in sim.__all__] == sim.__all__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        sim.nothing  # noqa: B018
