"""How datapoints become a state. Source: docs/behaviour/codecommit-and-glue.md §16, whose tables stand here."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.services.cloudwatch import resources as r
from sim.services.cloudwatch.evaluation import Terms, judge, next_turn
from sim.services.cloudwatch.resources import MissingData, StateValue

TREATMENTS = (MissingData.MISSING, MissingData.IGNORE, MissingData.BREACHING, MissingData.NOT_BREACHING)
POINTS = {"0": False, "X": True, "-": None}
OK, ALARM, UNKNOWN, KEPT = StateValue.OK, StateValue.ALARM, StateValue.INSUFFICIENT_DATA, None

TABLES = {
    # All 3 of the last 3
    (3, "0 - X - X"): (OK, OK, OK, OK),
    (3, "0 - - - -"): (OK, OK, OK, OK),
    (3, "- - - - -"): (UNKNOWN, KEPT, ALARM, OK),
    (3, "0 X X - X"): (ALARM, ALARM, ALARM, ALARM),
    (3, "- - X - -"): (ALARM, KEPT, ALARM, OK),
    # 2 of the last 3
    (2, "0 - X - X"): (ALARM, ALARM, ALARM, ALARM),
    (2, "0 0 X 0 X"): (ALARM, ALARM, ALARM, ALARM),
    (2, "0 - X - -"): (OK, OK, ALARM, OK),
    (2, "- - - - 0"): (OK, OK, ALARM, OK),
    (2, "- - - X -"): (ALARM, KEPT, ALARM, OK),
    # Step 5: not ALARM yet
    (3, "- - - - X"): (UNKNOWN, KEPT, ALARM, OK),
    (3, "- - - X -"): (UNKNOWN, KEPT, ALARM, OK),
    (2, "- - - - X"): (UNKNOWN, KEPT, ALARM, OK),
    # and what it waits for
    (3, "- - - X 0"): (OK, OK, OK, OK),
    (3, "- - X - 0"): (OK, OK, OK, OK),
    (3, "X - - - -"): (ALARM, KEPT, ALARM, OK),
}


def points(text: str) -> list[bool | None]:
    return [POINTS[one] for one in text.split()]


@pytest.mark.parametrize(("breaching", "text"), TABLES)
def test_the_tables_of_the_guide(breaching: int, text: str):
    found = tuple(judge(points(text), Terms(3, breaching, treatment)).state for treatment in TREATMENTS)
    assert found == TABLES[breaching, text]


def test_an_alarm_before_enough_breaches_says_so():
    assert judge(points("- - X - -"), Terms(3, 3, MissingData.MISSING)).rule is r.PREMATURE
    assert judge(points("- - - X -"), Terms(3, 3, MissingData.MISSING)).rule is r.TOO_LITTLE
    assert judge(points("- - - - -"), Terms(3, 3, MissingData.MISSING)).rule is r.NO_DATA
    assert judge(points("0 X X - X"), Terms(3, 3, MissingData.MISSING)).rule is r.BREACHING
    assert judge(points("0 - X - X"), Terms(3, 3, MissingData.MISSING)).rule is r.WITHIN


def test_the_newest_real_datapoints_decide():
    verdict = judge(points("X 0 X - X"), Terms(3, 2, MissingData.BREACHING))
    assert (verdict.used, verdict.filled) == ((1, 2, 4), 0)
    verdict = judge(points("X - - - X"), Terms(3, 2, MissingData.BREACHING))
    assert (verdict.used, verdict.filled) == ((0, 4), 1)


RANGES = st.integers(1, 4).flatmap(
    lambda periods: st.tuples(
        st.builds(Terms, st.just(periods), st.integers(1, periods), st.sampled_from(TREATMENTS)),
        st.lists(st.sampled_from([True, False, None]), min_size=periods + 2, max_size=periods + 2),
    )
)


@given(RANGES)
def test_no_missing_datapoint_means_that_the_setting_does_not_matter(case: tuple[Terms, list[bool | None]]):
    terms, found = case
    if sum(point is not None for point in found) >= terms.periods:
        states = [judge(found, Terms(terms.periods, terms.breaching, one)).state for one in TREATMENTS]
        assert len(dict.fromkeys(states)) == 1


@given(RANGES)
def test_one_more_breach_never_calms_an_alarm(case: tuple[Terms, list[bool | None]]):
    terms, found = case
    if judge(found, terms).state is not ALARM:
        return
    for place, point in enumerate(found):
        if point is False:
            assert judge([*found[:place], True, *found[place + 1 :]], terms).state is ALARM


@given(
    RANGES,
    st.dictionaries(st.integers(0, 20), st.booleans(), max_size=6),
    st.sampled_from(list(StateValue)),
)
def test_between_two_turns_nothing_changes(
    case: tuple[Terms, list[bool | None]], reported: dict[int, bool], state: StateValue
):
    """The evaluations that are left out would have come out as the last one that was made."""
    terms, _ = case

    def at(number: int) -> StateValue | None:
        return judge([reported.get(one) for one in range(number - terms.range + 1, number + 1)], terms).state

    made: int | None = 0
    stands = state
    for number in range(40):
        if number == made:
            stands = at(number) or stands
            made = next_turn(reported, number, terms)
            assert made is None or made > number
        else:
            assert (at(number) or stands) is stands
    assert made is None or made >= 40
