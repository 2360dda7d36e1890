"""A demonstration is played, broken and mended with keys; what is seen is the run at that moment."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from sim import Scenario
from sim.core.problems import UsageError
from sim.course.demos import demo
from sim.course.stage import Stage
from sim.course.terminal import keys, picture
from sim.formats import shipped
from sim.widgets import Flight


def shown(stage: Stage, height: int = 40, width: int = 120) -> str:
    console = Console(width=width, height=height, record=True, file=io.StringIO())
    console.print(picture(stage, height))
    return console.export_text()


def past(screen: str) -> list[str]:
    """What is on the screen of the run up to now: all above the speaker's note, but for how long the run is."""
    return screen.split("Speaker")[0].splitlines()[2:]


def after(stage: Stage, pressed: str) -> Stage:
    for key in pressed:
        stage.press(key)
    return stage


def test_the_clock_goes_on_and_stops_where_the_speaker_speaks() -> None:
    stage = after(Stage(demo("rollback")), " ")
    stage.pass_time(600)
    assert (stage.flight.clock.at, stage.flight.clock.playing) == (5_000, False)
    assert stage.note is not None
    assert stage.note.say.startswith("alice pushes")


def test_an_answer_that_nobody_asked_for_yet_says_that_it_waits() -> None:
    stage = after(Stage(demo("approvals")), "r")
    assert stage.told == (
        "0:00:00 bob rejects what waits in Release: nothing waits there yet, so this is done as soon as something does"
    )
    stage = Stage(demo("approvals"))
    stage.flight.clock.seek(150_000)
    assert after(stage, "r").told == "0:02:30 bob rejects what waits in Release"
    assert after(stage, "p").told == "0:02:30 alice pushes once more"


def test_without_stops_it_goes_to_the_end() -> None:
    stage = after(Stage(demo("rollback"), stops=False), " ")
    stage.pass_time(600)
    assert stage.flight.clock.at == stage.flight.clock.duration


def test_decisions_are_gone_through_both_ways() -> None:
    stage = after(Stage(demo("rollback")), "...")
    assert "Source / Checkout Succeeded" in stage.decisions(1)[0].text
    after(stage, ",")
    assert "starts (CloudWatchEvent" in stage.decisions(1)[0].text


def test_speed_goes_up_and_down_and_no_further_than_there_are_speeds() -> None:
    clock = (stage := Stage(demo("rollback"))).flight.clock
    usual = clock.speed
    after(stage, "+")
    assert clock.speed > usual
    after(stage, "-" * 20)
    assert clock.speed == 1
    after(stage, "+" * 20)
    assert clock.speed == 7200


def test_a_key_breaks_the_run_from_that_moment_on_and_u_takes_it_back() -> None:
    stage = Stage(demo("rollback"))
    stage.flight.clock.seek(185_000)
    before = shown(stage)
    after(stage, "b")
    assert stage.told == "0:03:05 break the next instances, so that ValidateService fails"
    assert past(shown(stage)) == past(before)
    stage.flight.clock.seek(stage.flight.clock.duration)
    assert "rollback" in shown(stage)
    after(stage, "u")
    assert stage.told.startswith("Taken back: ")
    stage.flight.clock.seek(stage.flight.clock.duration)
    assert "rollback d-" not in shown(stage)
    assert after(stage, "u").told == "There is nothing to take back"


def test_what_plays_goes_on_playing_after_a_key() -> None:
    stage = after(Stage(demo("rollback"), stops=False), " ")
    stage.pass_time(10)
    after(stage, "b")
    assert stage.flight.clock.playing
    stage.pass_time(600)
    assert stage.flight.cloud.result()["deployments"][0]["status"] == "Failed"


def test_a_key_that_nobody_knows_says_so_and_changes_nothing() -> None:
    stage = after(Stage(demo("rollback")), "x")
    assert stage.told == "The key 'x' does nothing here"
    assert stage.flight.interventions == []


def test_a_step_that_cannot_be_is_told_and_the_show_goes_on() -> None:
    stage = Stage(demo("rollback"))
    after(stage, "s")  # nothing is deployed yet that could be stopped
    assert stage.told
    assert not stage.over


def test_the_screen_shows_pipeline_fleet_decisions_note_and_keys() -> None:
    stage = Stage(demo("rollback"))
    stage.flight.clock.seek(185_000)
    screen = shown(stage)
    for part in (
        "Source #1 ✓ Succeeded  →  Build #1 ✓ Succeeded  →  Deploy #1 · InProgress",
        "0:03:05 of 0:05:08",
        "web-6",
        "revision 2",
        "web-6 Succeeded after",
        "documented: docs/behaviour",
        "One instance is done.",
        "play or pause",
        "bob stops the deployment",
    ):
        assert part in screen, screen


def test_who_waits_in_front_of_a_stage_is_shown() -> None:
    stage = Stage(demo("approvals"))
    stage.flight.clock.seek(360_000)
    assert "(#2 waits) Release #1 · InProgress" in shown(stage)


def test_a_large_fleet_is_counted() -> None:
    stage = Stage(demo("rollback"))
    path = shipped.find_scenario(stage.demo.scenario)
    text = path.read_text(encoding="utf-8").replace("FleetSize: 6", "FleetSize: 20")
    stage.flight = Flight(Scenario.parse(text, str(path)))
    stage.flight.clock.seek(stage.flight.clock.duration)
    assert "20 instances: 20 with revision 2, 20 Succeeded" in shown(stage)


@pytest.mark.parametrize(("width", "height"), [(120, 24), (100, 30), (120, 60), (80, 24), (70, 20)])
@pytest.mark.parametrize("name", ["rollback", "approvals"])
def test_it_fits_a_terminal_with_all_of_its_keys(name: str, width: int, height: int) -> None:
    stage = after(Stage(demo(name)), "x")
    for moment in range(0, stage.flight.clock.duration, 30_000):
        stage.flight.clock.seek(moment)
        lines = shown(stage, height, width).rstrip().splitlines()
        assert len(lines) <= height
        assert "p  alice pushes once more" in lines[-1]
        assert any("The key 'x' does nothing here" in line for line in lines)


def test_a_pipeline_that_is_wider_than_the_terminal_takes_more_lines() -> None:
    stage = Stage(demo("approvals"))
    stage.flight.clock.seek(700_000)
    assert "…" not in shown(stage, 30, 60).split("revision")[0].split("web ", 1)[1]
    assert "→  Deploy" in shown(stage, 30, 60)


def test_it_stops_at_the_first_failure_after_somebody_broke_something_and_only_there() -> None:
    stage = Stage(demo("rollback"))
    stage.flight.clock.seek(185_000)
    after(stage, "b ")
    stage.pass_time(600)
    failed = next(one for one in stage.flight.replay.decisions if one.failed)
    assert (stage.flight.clock.at, stage.flight.clock.playing) == (failed.at, False)
    assert stage.told.endswith("this failed; play on to see what follows")
    after(stage, " ")
    stage.pass_time(600)
    assert stage.flight.clock.at in (302_000, stage.flight.clock.duration)


def test_the_speaker_says_that_an_instance_is_done_when_it_is() -> None:
    stage = Stage(demo("rollback"))
    note = next(one for one in stage.demo.notes if one.say.startswith("One instance is done."))
    fleet = stage.flight.replay.at(note.at)["fleet"]
    assert [one["status"] for one in fleet].count("Succeeded") == 1


def test_told_in_lines_it_is_the_same_every_time_and_another_seed_is_not() -> None:
    def told(seed: int | None) -> list[str]:
        stage = Stage(demo("rollback"), seed)
        stage.press_at("b@3m5s")
        return list(stage.story())

    assert told(None) == told(None)
    assert told(7) == told(None)
    assert told(8) != told(None)
    assert any(line.startswith("Speaker: alice pushes") for line in told(None))
    assert sum(line.startswith("Speaker: ") for line in told(None)) == len(demo("rollback").notes)


@pytest.mark.parametrize(
    ("text", "says"),
    [("b", "write KEY@TIME"), ("b@soon", "write KEY@TIME"), ("x@3m", "no key 'x'"), ("b@2h", "over after")],
)
def test_a_press_that_cannot_be_is_refused(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        Stage(demo("rollback")).press_at(text)


@pytest.mark.parametrize(
    ("sent", "pressed"),
    [
        ("b", "b"),
        ("\x1b[C\x1b[D", ".,"),
        ("\x1b[A", ""),
        ("\x1b[15~b", "b"),
        ("\x1b", "q"),
        ("\x03", "q"),
        ("ab ", "ab "),
    ],
)
def test_keys_are_read_from_what_a_terminal_sends(sent: str, pressed: str) -> None:
    assert "".join(keys(sent)) == pressed
