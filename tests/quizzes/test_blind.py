"""Who knows nothing of a subject and looks only at the options is seldom right at generated questions."""

import pytest

from tests.quizzes.blind import (
    DRAWS,
    HABITS,
    by_alphabet,
    by_number,
    by_places,
    choices,
    distance,
    drawn,
    earned,
    numbers,
)

BOUND = 0.40
"""Of four options chance gives a quarter, and a quarter of 200 draws comes out as up to 34 percent by chance alone
(three standard deviations). The rest is what no wrong option that somebody believes takes away: the right answer is
the one from which beliefs depart, so it lies between them more often than at an end. A habit that is seldom right needs
no bound: it rules out one option of four, which is worth a third."""


@pytest.mark.parametrize("name", choices())
def test_no_habit_tells_the_right_option(name: str) -> None:
    asked = drawn()[name]
    assert len(asked) >= 0.95 * DRAWS
    shares = {habit: earned(one, asked) for habit, one in HABITS.items()}
    assert {habit: share for habit, share in shares.items() if share > BOUND} == {}


# The measure itself


def test_a_giveaway_is_seen() -> None:
    asked = [("How many?", ("Failed; 1", "Failed; 2", "Stopped; 1", "Skipped; 3"), 0)] * 4
    assert earned(by_places, asked) == 1
    assert earned(by_number, asked) == 0


def test_where_nothing_tells_a_quarter_is_earned() -> None:
    asked = [("How many?", ("a; b", "a; c", "d; b", "d; c"), right) for right in range(4)]
    assert earned(by_places, asked) == 0.25
    assert earned(by_alphabet, asked) == 0.25


def test_numbers_that_only_name_something_do_not_count() -> None:
    assert numbers("1 Failed, 2 InProgress, no third") == [0]
    assert numbers("shop-3 and shop-12") == [3, 12]
    assert numbers("It works at one instance at a time") == [1]


def test_distance_counts_what_is_put_in_taken_out_or_replaced() -> None:
    assert distance("kitten", "sitting") == 3
    assert distance(["a", "b"], []) == 2
