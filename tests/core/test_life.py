"""Lives that are followed, and resources that change under the eyes of others."""

from __future__ import annotations

from enum import StrEnum

from sim.core.states import Resource, Rule, table
from sim.core.world import World


class Light(StrEnum):
    RED = "red"
    GREEN = "green"


TURNED = Rule("light.turned", "it turned", basis="documented", source="the road")


class Lamp(Resource):
    kind = "lamp"
    moves, final = table({Light.RED: {Light.GREEN}, Light.GREEN: {Light.RED}})


def lamp(world: World) -> Lamp:
    one = Lamp("lamp", Light.RED, arn="arn:lamp", account="1", region="here")
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
