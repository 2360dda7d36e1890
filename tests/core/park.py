"""A small world to try the ground floor on: cars that park in a garage."""

from __future__ import annotations

from collections.abc import Generator
from enum import StrEnum
from typing import Any

from simpy import Event

from sim.core.states import Entity, Resource, Rule, table
from sim.core.world import BEGIN, END, World


class CarStatus(StrEnum):
    DRIVING = "Driving"
    PARKED = "Parked"
    SCRAPPED = "Scrapped"


MOVES, FINAL = table(
    {
        CarStatus.DRIVING: {CarStatus.PARKED, CarStatus.SCRAPPED},
        CarStatus.PARKED: {CarStatus.DRIVING},
    }
)

TIRED = Rule("park.tired", "the driver is tired", basis="documented", source="docs/behaviour/park.md §1")
FULL = Rule("park.full", "{cars} cars fill the park", basis="inferred", source="docs/behaviour/park.md §2")


class Car(Entity):
    __slots__ = ()
    kind = "car"
    moves = MOVES
    final = FINAL


class Truck(Resource):
    """A car that others know by its ARN."""

    __slots__ = ()
    kind = "truck"
    moves = MOVES
    final = FINAL


Life = Generator[Event, Any, None]


def cars(world: World, *names: str) -> list[Car]:
    """Cars on the road, registered in that order."""
    found = [Car(name, CarStatus.DRIVING) for name in names]
    for car in found:
        world.register(car)
    return found


def truck(world: World, name: str = "big", account: str = "111111111111", region: str = "us-east-1") -> Truck:
    arn = f"arn:aws:park:{region}:{account}:truck/{name}"
    one = Truck(name, CarStatus.DRIVING, arn=arn, account=account, region=region)
    world.register(one)
    return one


def arrives(world: World, log: list[str], car: Entity, ms: int, rank: int = END) -> Life:
    """Drive for so long, then say so."""
    yield world.wait(ms, car, rank)
    log.append(f"{world.now} {car.name}")


__all__ = ["BEGIN", "END", "FULL", "TIRED", "Car", "CarStatus", "Life", "Truck", "arrives", "cars", "truck"]
