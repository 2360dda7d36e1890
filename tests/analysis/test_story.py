"""The story of a run: everything in order, the inner before the outer it decides, and why it ended so."""

import re

import pytest

from sim import run
from sim.analysis.story import Story, clock, shorten, spell, tell
from sim.widgets import Flight


def story(name: str) -> Story:
    cloud = run(name)
    return tell(cloud.record, cloud.result(), name)


def place(told: Story, pattern: str) -> int:
    found = [index for index, moment in enumerate(told.moments) if re.search(pattern, moment.text)]
    assert found, f"{pattern} is not told"
    return found[0]


def test_a_release_is_told_from_the_push_to_the_mail() -> None:
    told = story("first-release")
    order = [
        "push repository web",
        r"pipeline web #1 starts \(CloudWatchEvent by web-push-to-main\)",
        "Source / Checkout starts",
        "Source / Checkout Succeeded",
        "Build / Build starts",
        "build web #1: BUILD",
        "Build / Build Succeeded",
        "deployment d-.* is created",
        "web-3 Succeeded",
        "deployment d-.* Succeeded: 3 of 3",
        "Deploy / Production Succeeded",
        "pipeline web #1 Succeeded",
        "mail to manager@example.com",
    ]
    assert [place(told, pattern) for pattern in order] == sorted(place(told, pattern) for pattern in order)
    assert [moment.time for moment in told.moments] == sorted(moment.time for moment in told.moments)
    assert {ending.status for ending in told.endings} == {"Succeeded", "SUCCEEDED"}
    assert not any("--explain" in line for line in told.next), "nothing has to be explained"


def test_a_failure_shows_the_log_of_the_script_that_failed_the_instance_not_of_one_that_was_let_pass() -> None:
    flight = Flight("codedeploy/old-stop-script")
    flight.inject("5m", {"hook": "BeforeInstall", "fails": True, "message": "no room on the disk"})
    told = tell(flight.cloud.record, flight.cloud.result(), "old-stop-script")
    second = [moment.text for moment in told.moments if "Failed after" in moment.text][1]
    assert "BeforeInstall failed" in second
    assert "(log: [stderr]no room on the disk)" in second


def test_a_failure_says_which_instance_which_event_and_why() -> None:
    told = story("validate-fails-rollback")
    failed = told.moments[place(told, r"web-\d Failed")]
    assert "ValidateService failed" in failed.text
    assert "exit code 22" in failed.text
    assert "requested URL returned error: 500" in failed.text, "the last line of its log"
    assert (
        place(told, r"web-\d Failed")
        < place(told, r"deployment d-\S+ Failed")
        < place(told, "rollback d-.* is created")
    )
    ending = next(one for one in told.endings if one.what.startswith("deployment"))
    assert (ending.status, ending.basis) == ("Failed", "documented")
    assert "docs/behaviour/codedeploy.md §5.4" in ending.source
    assert any("--explain" in line for line in told.next)


def test_who_was_superseded_is_told_with_the_reason() -> None:
    ending = next(one for one in story("superseded").endings if one.status == "Superseded")
    assert ending.what == "pipeline web #2"
    assert "execution #3" in ending.why


@pytest.mark.parametrize(("ms", "text"), [(0, "0:00:00"), (83_000, "0:01:23"), (100 * 3_600_000, "100:00:00")])
def test_clock(ms: int, text: str) -> None:
    assert clock(ms) == text


@pytest.mark.parametrize(("ms", "text"), [(4_732, "4.7s"), (83_400, "1m23s"), (40, "0s")])
def test_spell(ms: int, text: str) -> None:
    assert spell(ms) == text


def test_shorten_cuts_between_words_and_after_the_first_line() -> None:
    assert shorten("one two\nthree") == "one two"
    assert shorten("one two three", most=9) == "one two …"
    assert shorten("") == ""
