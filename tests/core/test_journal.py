from __future__ import annotations

import tracemalloc

from sim.core.journal import Journal
from sim.core.world import World
from tests.core.park import FULL, TIRED, CarStatus, cars


def test_the_journal_holds_moves_in_order() -> None:
    world = World()
    red, blue = cars(world, "red", "blue")
    world.move(blue, CarStatus.PARKED, TIRED)
    world.run(5)
    world.move(red, CarStatus.PARKED, FULL(cars=2))
    world.move(blue, CarStatus.DRIVING, TIRED)
    journal = world.journal
    assert [(move.time, move.entity.name, move.status) for move in journal.moves()] == [
        (0, "blue", "Parked"),
        (5, "red", "Parked"),
        (5, "blue", "Driving"),
    ]
    assert [move.status for move in journal.moves(blue)] == ["Parked", "Driving"]
    assert len(journal) == 3


def test_it_knows_when_each_entity_came() -> None:
    world = World()
    cars(world, "red")
    world.run(7)
    cars(world, "blue")
    journal = world.journal
    assert [
        (entity.name, entity.ordinal, time) for entity, time in zip(journal.entities, journal.created, strict=True)
    ] == [
        ("red", 0, 0),
        ("blue", 1, 7),
    ]


def test_notes_and_records_stand_beside_the_moves() -> None:
    world = World()
    (red,) = cars(world, "red")
    world.run(3)
    world.note(red, "order", FULL(cars=1))
    world.note(None, "weather", TIRED)
    world.journal.record("mail", {"to": "alice"})
    assert [(notice.time, notice.entity, notice.topic) for notice in world.journal.notices] == [
        (3, red, "order"),
        (3, None, "weather"),
    ]
    assert world.journal.of("mail") == [{"to": "alice"}]
    assert world.journal.of("nothing") == []
    assert len(world.journal) == 0


def bytes_an_entry(facts: bool) -> float:
    """Of 20,000 entries at times of their own."""
    journal, (car,) = Journal(), cars(World(), "red")
    journal.register([car], 0)
    tracemalloc.start()
    before = tracemalloc.take_snapshot()
    for time in range(1_000_000, 1_020_000):
        journal.entries.append((time, car.ordinal, CarStatus.PARKED, FULL(cars=time) if facts else TIRED))
    grown = sum(one.size_diff for one in tracemalloc.take_snapshot().compare_to(before, "filename"))
    tracemalloc.stop()
    return grown / len(journal)


def test_an_entry_takes_at_most_150_bytes() -> None:
    assert bytes_an_entry(facts=False) <= 150


def test_an_entry_with_facts_of_its_own_takes_at_most_250() -> None:
    assert bytes_an_entry(facts=True) <= 250
