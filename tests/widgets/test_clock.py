"""The time that boards show: it stays inside the run, and stops where something was decided."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.problems import UsageError
from sim.widgets import Clock, Decision
from sim.widgets.clock import SPEEDS, usual_speed

DECISIONS = [Decision(1_000, ("a push",)), Decision(5_000, ("a build starts",)), Decision(9_000, ("it fails",), True)]


def test_a_clock_goes_on_at_its_speed_and_stops_at_the_end() -> None:
    clock = Clock(duration=10_000, speed=2)
    clock.play()
    clock.advance(1.5)
    assert (clock.at, clock.playing) == (3_000, True)
    clock.advance(60)
    assert (clock.at, clock.playing) == (10_000, False)


def test_playing_at_the_end_begins_again() -> None:
    clock = Clock(duration=10_000, at=10_000)
    clock.play()
    assert (clock.at, clock.playing) == (0, True)


def test_a_paused_clock_stands_still() -> None:
    clock = Clock(duration=10_000, at=4_000)
    clock.advance(3)
    assert clock.at == 4_000


def test_steps_go_from_decision_to_decision_both_ways() -> None:
    clock = Clock(duration=10_000, decisions=DECISIONS)
    assert [clock.next_decision(), clock.at] == [DECISIONS[0], 1_000]
    assert [clock.next_decision(), clock.at] == [DECISIONS[1], 5_000]
    clock.seek(5_001)
    assert clock.current is DECISIONS[1]
    assert [clock.previous_decision(), clock.at] == [DECISIONS[1], 5_000]
    assert [clock.previous_decision(), clock.at] == [DECISIONS[0], 1_000]
    assert [clock.previous_decision(), clock.at] == [None, 0]
    assert clock.current is None


def test_after_the_last_decision_the_next_step_is_the_end() -> None:
    clock = Clock(duration=10_000, decisions=DECISIONS, at=9_000)
    assert [clock.next_decision(), clock.at] == [None, 10_000]


def test_a_step_pauses() -> None:
    clock = Clock(duration=10_000, decisions=DECISIONS)
    clock.play()
    clock.next_decision()
    assert not clock.playing


def test_listeners_hear_of_every_change() -> None:
    heard: list[int] = []
    clock = Clock(duration=10_000, decisions=DECISIONS)
    clock.observe(lambda changed: heard.append(changed.at))
    clock.seek(3_000)
    clock.next_decision()
    clock.load(4_000, DECISIONS[:1])
    assert heard == [3_000, 5_000, 4_000]


def test_a_speed_is_more_than_nothing() -> None:
    with pytest.raises(UsageError, match="more than 0"):
        Clock(duration=1).set_speed(0)


def test_a_run_is_over_within_a_minute_at_the_speed_it_begins_with() -> None:
    assert usual_speed(50_000) == 1
    assert usual_speed(283_695) == 5
    assert usual_speed(10**12) == SPEEDS[-1]


@given(st.integers(0, 10**9), st.lists(st.one_of(st.floats(-1e12, 1e12), st.integers(0, 3)), max_size=20))
def test_a_clock_never_leaves_the_run(duration: int, moves: list[float]) -> None:
    clock = Clock(duration=duration, decisions=[one for one in DECISIONS if one.at <= duration])
    for move in moves:
        if isinstance(move, float):
            clock.seek(move)
        else:
            (clock.next_decision, clock.previous_decision, clock.play, lambda: clock.advance(0.7))[move]()
        assert 0 <= clock.at <= duration
