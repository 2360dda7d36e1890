"""The boards as widgets, without a browser: what they send to it, and what they make of what it sends."""

import json
import re
from typing import Any

import pytest

from sim.widgets import Flight
from sim.widgets.board import STYLE, ClockView, FleetBoard, InjectView, PipelineBoard, module

MODULES = ("clock.js", "pipeline.js", "fleet.js", "inject.js")


def flight_and_inject() -> tuple[Flight, InjectView]:
    flight = Flight("first-release")
    view = flight.inject_view()
    assert isinstance(view, InjectView)
    return flight, view


def ask(view: InjectView, **content: Any) -> None:
    """As the browser's message would."""
    view._handle_custom_msg(content, [])


def frames(flight: Flight) -> Any:
    return json.loads(flight.clock_view().frames.frames)


def test_a_flights_board_holds_all_its_views_once() -> None:
    flight = Flight("first-release")
    views = flight.board().children
    for view, kind in zip(views, (ClockView, PipelineBoard, FleetBoard, InjectView), strict=False):
        assert isinstance(view, kind)
    assert flight.board().children[0] is flight.clock_view()
    assert flight.pipeline_board() is flight.board().children[1]
    assert flight.fleet_board() is flight.board().children[2]


def test_every_board_follows_the_one_clock() -> None:
    flight = Flight("first-release")
    reference = f"IPY_MODEL_{flight.clock_view().model_id}"
    for board in (flight.pipeline_board(), flight.fleet_board(), flight.inject_view()):
        assert board.get_state()["clock"] == reference


def test_the_frames_are_sent_once_and_are_the_replay() -> None:
    flight = Flight("first-release")
    assert frames(flight) == json.loads(flight.replay.json())
    for board in (flight.pipeline_board(), flight.fleet_board()):
        assert not any(isinstance(value, bytes) for value in board.get_state().values())


def test_the_clock_in_python_moves_the_one_in_the_browser_and_the_other_way_round() -> None:
    flight = Flight("first-release")
    view = flight.clock_view()
    flight.clock.seek(42_000)
    assert view.at == 42_000
    view.at = 61_000  # as when the browser says so
    assert flight.clock.at == 61_000
    flight.clock.play()
    assert view.playing
    view.playing = False
    assert not flight.clock.playing
    view.speed = 300.0
    assert flight.clock.speed == 300


def test_who_listens_to_the_clock_hears_of_what_is_done_in_the_browser() -> None:
    flight = Flight("first-release")
    view = flight.clock_view()
    heard: list[int] = []
    flight.clock.observe(lambda clock: heard.append(clock.at))
    view.at = 61_000
    assert heard == [61_000]


def test_an_intervention_from_the_browser_runs_again_and_shows_the_new_run() -> None:
    flight, view = flight_and_inject()
    before = frames(flight)["deployments"][0]["moves"][-1][1]
    ask(view, type="inject", at=150_000, kind="hook", values={"hook": "AfterInstall", "instance": "all instances"})
    assert before == "Succeeded"
    assert frames(flight)["deployments"][0]["moves"][-1][1] == "Failed"
    assert view.interventions == [[150_000, "{hook: AfterInstall, fails: true, exit: 1, after: 2m30s}"]]
    assert "after: 2m30s" in view.yaml
    assert (view.problem, view.busy) == ("", False)
    assert flight.clock_view().at == 150_000
    ask(view, type="undo")
    assert view.interventions == []
    assert frames(flight)["deployments"][0]["moves"][-1][1] == "Succeeded"


def test_a_mistake_is_told_and_leaves_the_run_as_it_was() -> None:
    flight, view = flight_and_inject()
    before = flight.cloud
    ask(view, type="inject", at=150_000, kind="own", values={"text": "hook: Nowhere\nfails: true"})
    assert "there is no hook 'Nowhere'" in view.problem
    assert view.problem.startswith("intervention:")
    assert flight.cloud is before
    assert view.interventions == []
    ask(view, type="inject", at=150_000, kind="push", values={"repository": "web", "author": "bob"})
    assert view.problem == ""


def test_what_came_to_nothing_is_told_and_stays_in_the_scenario() -> None:
    _, view = flight_and_inject()
    ask(view, type="inject", at=150_000, kind="own", values={"text": "instance: {name: web-99, state: stopped}"})
    assert view.problem == "It is in the scenario now, but nothing came of it: there is no instance web-99."
    assert len(view.interventions) == 1
    ask(view, type="undo")
    assert (view.problem, view.interventions) == ("", [])


def test_the_browser_is_told_at_the_end_even_when_nothing_changed() -> None:
    _, view = flight_and_inject()
    told: list[bool] = []
    view.observe(lambda change: told.append(change.new), "busy")
    for _ in range(2):
        ask(view, type="inject", at=1_000, kind="agent", values={})
    assert told == [True, False, True, False]


def test_an_intervention_in_python_shows_in_the_view() -> None:
    flight, view = flight_and_inject()
    flight.inject("2m", {"push": {"repository": "web", "branch": "main"}})
    assert view.interventions[0][0] == 120_000
    assert "at: 2m" in view.yaml


@pytest.mark.parametrize("name", MODULES)
def test_a_boards_module_names_nothing_twice(name: str) -> None:
    """Its parts are joined into one text: a name that is there twice would keep it from loading."""
    names = re.findall(r"^(?:async )?(?:function|const|let|class) (\w+)", module(name), re.MULTILINE)
    assert len(names) > 20
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("name", MODULES)
def test_a_board_asks_for_nothing_outside(name: str) -> None:
    text = module(name) + STYLE
    assert not re.search(r"\bimport\b[^\n]*\bfrom\b|@import|url\(|fetch\(", text)
    addresses = set(re.findall(r"https?://[\w./-]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg"}


def test_what_nobody_foresaw_is_told_in_the_view(monkeypatch: pytest.MonkeyPatch) -> None:
    _, view = flight_and_inject()

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr(Flight, "undo", broken)
    with pytest.raises(ZeroDivisionError):
        view._asked(view, {"type": "undo"}, None)
    assert "of all things" in view.problem
    assert not view.busy
