from __future__ import annotations

from sim.core.states import Rule, Ruling, table
from sim.core.world import World
from tests.core.park import FINAL, FULL, MOVES, TIRED, Car, CarStatus, truck


def test_a_table_of_moves_tells_what_is_final() -> None:
    assert MOVES[CarStatus.DRIVING] == {CarStatus.PARKED, CarStatus.SCRAPPED}
    assert MOVES[CarStatus.SCRAPPED] == frozenset()
    assert {CarStatus.SCRAPPED} == FINAL
    assert table({CarStatus.DRIVING: ()}) == ({CarStatus.DRIVING: frozenset()}, {CarStatus.DRIVING})


def test_a_rule_without_facts_is_its_own_ruling() -> None:
    assert TIRED.rule is TIRED
    assert TIRED.facts == {}
    assert TIRED.render() == "the driver is tired"


def test_a_rule_with_facts_renders_them() -> None:
    ruling = FULL(cars=3)
    assert isinstance(ruling, Ruling)
    assert (ruling.rule, ruling.facts) == (FULL, {"cars": 3})
    assert ruling.render() == "3 cars fill the park"
    assert repr(ruling) == "Ruling('park.full', {'cars': 3})"


def test_a_rule_says_whether_it_is_documented_and_where() -> None:
    assert (FULL.basis, FULL.source) == ("inferred", "docs/behaviour/park.md §2")
    assert isinstance(FULL, Rule)


def test_a_part_lives_where_the_whole_does() -> None:
    whole = truck(World(), region="eu-west-1")
    part = Car("wheel", CarStatus.DRIVING, whole)
    assert part.home == whole.home == ("111111111111", "eu-west-1")
