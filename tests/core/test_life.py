"""Lives that are followed, and resources that change under the eyes of others."""

from __future__ import annotations

import gc
from enum import StrEnum

import pytest

from sim.core.states import Resource, Rule, table
from sim.core.world import YOUNG, NeverRestsError, World


class Light(StrEnum):
    RED = "red"
    GREEN = "green"


TURNED = Rule("light.turned", "it turned", basis="documented", source="the road")


class Lamp(Resource):
    kind = "lamp"
    moves, final = table({Light.RED: {Light.GREEN}, Light.GREEN: {Light.RED}})


def lamp(world: World, arn: str = "arn:lamp") -> Lamp:
    one = Lamp("lamp", Light.RED, arn=arn, account="1", region="here")
    world.register(one)
    return one


def test_a_followed_life_waits_and_tells_of_its_end():
    world = World()
    told = []

    def sleeper():
        yield world.wait(2_000)
        yield world.wait(3_000)

    world.follow(sleeper(), lambda: told.append(world.now))
    world.run()
    assert told == [5_000]


def test_a_nudged_life_goes_on_at_once_and_its_old_wait_is_forgotten():
    world = World()
    woken = []

    def sleeper():
        yield world.wait(10_000)
        woken.append(world.now)

    life = world.follow(sleeper(), lambda: None)

    def passer_by():
        yield world.wait(4_000)
        life.nudge()
        life.nudge()

    world.process(passer_by())
    world.run()
    assert woken == [4_000]
    assert world.now == 4_000


def test_a_life_that_has_ended_cannot_be_nudged():
    world = World()
    ends = []

    def brief():
        yield world.wait(1)

    life = world.follow(brief(), lambda: ends.append(world.now))
    world.run()
    life.nudge()
    world.run()
    assert ends == [1]


def test_changed_fires_at_the_next_move_and_only_then():
    world = World()
    one = lamp(world)
    seen = []

    def watcher():
        first = yield world.changed(one.arn)
        seen.append((world.now, first))
        second = yield world.changed(one.arn)
        seen.append((world.now, second))

    def road():
        yield world.wait(1_000)
        world.move(one, Light.GREEN, TURNED)
        yield world.wait(1_000)
        world.move(one, Light.RED, TURNED)

    world.process(watcher())
    world.process(road())
    world.run()
    assert seen == [(1_000, Light.GREEN), (2_000, Light.RED)]


def test_a_life_sleeps_and_the_older_of_two_sleeps_first_at_one_instant():
    world = World()
    lamps = [lamp(world, f"arn:lamp-{number}") for number in (1, 2)]
    woken = []

    def sleeper(name, one, ms):
        for _ in range(2):
            yield world.sleep(ms, one)
            woken.append((world.now, name))

    world.follow(sleeper("second", lamps[1], 2_000), lambda: None)
    world.follow(sleeper("first", lamps[0], 2_000), lambda: None)
    world.run()
    assert woken == [(2_000, "first"), (2_000, "second"), (4_000, "first"), (4_000, "second")]
    assert world.steps == 4


def test_a_life_sleeps_whole_milliseconds_only():
    world = World()
    with pytest.raises(ValueError, match="0 or more whole milliseconds"):
        world.sleep(-1)
    with pytest.raises(ValueError, match="0 or more whole milliseconds"):
        world.sleep(0.5)


def test_a_nudged_sleeper_goes_on_at_once_and_its_alarm_is_forgotten():
    world = World()
    woken = []

    def sleeper():
        yield world.sleep(10_000)
        woken.append(world.now)
        yield world.sleep(1_000)
        woken.append(world.now)

    life = world.follow(sleeper(), lambda: None)
    world.run(until=4_000)
    life.nudge()
    life.nudge()
    assert world.peek() == 4_000
    world.run()
    assert woken == [4_000, 5_000]
    assert world.now == 5_000
    assert world.peek() is None


def test_a_nudged_sleeper_keeps_nobody_busy_with_its_old_alarm():
    world = World()

    def sleeper():
        yield world.sleep(10_000)

    life = world.follow(sleeper(), lambda: None)
    life.nudge()
    assert not world.quiet
    world.run(until=0)
    assert world.quiet
    world.run(until=20_000)
    assert world.quiet


def test_an_event_that_has_happened_holds_a_life_up_no_more_and_one_that_fails_is_thrown_into_it():
    world = World()
    rung, failed = world.event(), world.event()
    seen = []

    def listener():
        yield world.sleep(1_000)
        seen.append((yield rung))
        try:
            yield failed
        except KeyError as error:
            seen.append(error.args[0])
        yield world.sleep(1_000)
        seen.append(world.now)

    world.follow(listener(), lambda: seen.append("over"))
    rung.succeed("rung")
    world.run(until=500)
    world.run(until=1_500)
    failed.fail(KeyError("lost"))
    world.run()
    assert seen == ["rung", "lost", 2_500, "over"]


def test_a_sleeper_that_fails_says_who_and_when():
    world = World()

    def stumbles():
        yield world.sleep(90_000)
        raise KeyError("x")

    world.follow(stumbles(), lambda: None)
    with pytest.raises(KeyError) as failure:
        world.run()
    assert "1m30s" in failure.value.__notes__[0]
    assert "stumbles" in failure.value.__notes__[0]


def test_sleepers_that_go_round_at_one_instant_are_named():
    world = World(instant_limit=100)
    one = lamp(world)

    def circles():
        while True:
            yield world.sleep(0, one)

    world.follow(circles(), lambda: None)
    with pytest.raises(NeverRestsError, match=r"Busiest: lamp lamp \(1000 of the next"):
        world.run()


def test_the_collector_is_set_back_whatever_happens():
    world = World()
    before = gc.get_threshold()
    during = []

    def fails():
        yield world.sleep(1)
        during.append(gc.get_threshold()[0])
        raise KeyError("x")

    world.follow(fails(), lambda: None)
    with pytest.raises(KeyError):
        world.run()
    assert during == [YOUNG]
    assert gc.get_threshold() == before
