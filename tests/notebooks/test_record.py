"""The mock exam's notebook with a record in which something was answered before."""

from contextlib import closing
from pathlib import Path

from quizzes.progress import FILE, Progress
from quizzes.widget import predict
from sim.widgets import Flight
from tests.jupyter import surroundings
from tests.notebooks.test_exercises import notebook, run


def test_after_a_wrong_prediction_the_plan_drills_what_it_showed(tmp_path: Path) -> None:
    record = Path(surroundings(tmp_path)["XDG_DATA_HOME"]) / "codesuite" / FILE
    with closing(Progress(record)) as progress:
        assert progress.grades() == []
    view = predict(Flight("validate-fails"), of="status", path=record)
    view.act(do="run", marks=dict.fromkeys(("web-1", "web-2", "web-3"), "Succeeded"))
    text = run(notebook("13_mock_exam"), tmp_path)
    assert "failures-never-stop" in text
