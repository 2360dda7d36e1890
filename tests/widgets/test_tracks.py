"""What something was from when on, looked up at any moment, and packed for the way to a browser."""

from hypothesis import given
from hypothesis import strategies as st

from sim.widgets.tracks import Catalogue, Track

entries = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 3)), max_size=30).map(
    lambda rows: sorted(rows, key=lambda row: row[0])
)


def track_of(rows: list[tuple[int, int]]) -> Track[int]:
    track: Track[int] = Track()
    for time, value in rows:
        track.put(time, value)
    return track


@given(entries, st.integers(-1, 60))
def test_at_any_time_it_is_what_was_put_last_up_to_then(rows: list[tuple[int, int]], time: int) -> None:
    said = [value for at, value in rows if at <= time]
    assert track_of(rows).at(time) == (said[-1] if said else None)


@given(entries)
def test_it_holds_no_entry_that_changes_nothing(rows: list[tuple[int, int]]) -> None:
    track = track_of(rows)
    assert track.times == sorted(set(track.times))
    assert all(one != other for one, other in zip(track.values, track.values[1:], strict=False))


@given(entries)
def test_packed_it_can_be_unpacked_by_adding_up_the_times(rows: list[tuple[int, int]]) -> None:
    track = track_of(rows)
    packed = track.packed()
    times = [sum(packed[: place + 1 : 2]) for place in range(0, len(packed), 2)]
    assert (times, packed[1::2]) == (track.times, track.values)


def test_a_catalogue_gives_the_same_thing_the_same_number() -> None:
    words: Catalogue[str] = Catalogue()
    assert [words.number(word) for word in ("a", "b", "a", "c", "b")] == [0, 1, 0, 2, 1]
    assert words.things == ["a", "b", "c"]
