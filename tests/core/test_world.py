"""One clock, one order at each instant, one meaning of quiet, and limits on everything."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simpy import AllOf, AnyOf, Event

from sim.core.calls import Answer, Call, Service
from sim.core.clock import HOUR, MINUTE, SECOND
from sim.core.problems import ProblemsError, ServiceError, UsageError
from sim.core.world import BEGIN, END, Interrupt, NeverRestsError, Wait, World
from tests.core.park import FULL, TIRED, CarStatus, Life, arrives, cars, truck

# The clock


def test_time_passes_to_the_end_of_the_last_wait() -> None:
    world = World()
    log: list[str] = []
    (car,) = cars(world, "red")
    world.process(arrives(world, log, car, 90 * SECOND))
    world.run()
    assert (world.now, log) == (90_000, ["90000 red"])


def test_the_calendar_follows_the_clock() -> None:
    world = World()
    world.run(2 * HOUR)
    assert world.date.isoformat() == "2026-01-05T11:00:00+00:00"


@pytest.mark.parametrize("ms", [-1, 1.5, "10", True])
def test_a_wait_takes_whole_milliseconds_from_now_on(ms: Any) -> None:
    with pytest.raises(ValueError, match="whole milliseconds"):
        World().wait(ms)


# Ties at one instant

ORDERS = list(permutations("abc"))


@pytest.mark.parametrize("order", ORDERS)
def test_of_what_ends_together_the_ordinal_decides_and_never_the_order_of_insertion(order: Sequence[str]) -> None:
    world = World()
    log: list[str] = []
    park = dict(zip("abc", cars(world, "a", "b", "c"), strict=True))
    for name in order:
        world.process(arrives(world, log, park[name], 10))
    world.run()
    assert log == ["10 a", "10 b", "10 c"]


@pytest.mark.parametrize("order", ORDERS)
def test_lives_that_are_followed_keep_to_the_same_order(order: Sequence[str]) -> None:
    world = World()
    log: list[str] = []
    park = dict(zip("abc", cars(world, "a", "b", "c"), strict=True))
    for name in order:
        world.follow(arrives(world, log, park[name], 10), lambda: None)
    world.run()
    assert log == ["10 a", "10 b", "10 c"]


def test_waits_of_different_lengths_that_end_together_keep_to_the_same_order() -> None:
    world = World()
    log: list[str] = []
    early, late = cars(world, "early", "late")

    def second_leg() -> Life:
        yield world.wait(7, early)
        yield from arrives(world, log, early, 3)

    world.process(arrives(world, log, late, 10))
    world.process(second_leg())  # asks for its last wait long after the other
    world.run()
    assert log == ["10 early", "10 late"]


@pytest.mark.parametrize("turned", [False, True])
def test_ends_come_before_beginnings(turned: bool) -> None:
    world = World()
    log: list[str] = []
    first, second = cars(world, "first", "second")
    lives = [arrives(world, log, first, 10, BEGIN), arrives(world, log, second, 10, END)]
    for life in reversed(lives) if turned else lives:
        world.process(life)
    world.run()
    assert log == ["10 second", "10 first"]


def test_a_wait_without_owner_comes_after_those_of_entities() -> None:
    world = World()
    log: list[str] = []

    def nobody() -> Life:
        yield world.wait(10)
        log.append("nobody")

    world.process(nobody())
    world.process(arrives(world, log, cars(world, "red")[0], 10))
    world.run()
    assert log == ["10 red", "nobody"]


@pytest.mark.parametrize("turned", [False, True])
def test_what_reacts_to_an_end_comes_after_all_ends_and_before_all_beginnings(turned: bool) -> None:
    """Were a triggered event SimPy's own, the reaction to the first end would come before the second end."""
    world = World()
    log: list[str] = []
    a, b, c = cars(world, "a", "b", "c")
    free = world.event()

    def leaves() -> Life:
        yield world.wait(10, a)
        log.append("a leaves")
        free.succeed()

    def reacts() -> Life:
        yield free
        log.append("somebody reacts")

    lives = [leaves(), reacts(), arrives(world, log, b, 10), arrives(world, log, c, 10, BEGIN)]
    for life in reversed(lives) if turned else lives:
        world.process(life)
    world.run()
    assert log == ["a leaves", "10 b", "somebody reacts", "10 c"]


def test_a_process_that_waits_for_another_goes_on_after_all_ends() -> None:
    world = World()
    log: list[str] = []
    a, b = cars(world, "a", "b")
    inner = world.process(arrives(world, log, a, 10))

    def outer() -> Life:
        yield inner
        log.append("outer")

    world.process(outer())
    world.process(arrives(world, log, b, 10))
    world.run()
    assert log == ["10 a", "10 b", "outer"]


@pytest.mark.parametrize("order", ORDERS)
def test_those_who_wait_for_the_same_resource_are_told_in_their_own_order(order: Sequence[str]) -> None:
    world = World()
    log: list[str] = []
    big = truck(world)
    park = dict(zip("abc", cars(world, "a", "b", "c"), strict=True))

    def waits(name: str) -> Life:
        status = yield world.settled(big.arn, park[name])
        log.append(f"{name} {status}")

    for name in order:
        world.process(waits(name))
    world.run()
    world.move(big, CarStatus.SCRAPPED, TIRED)
    world.run()
    assert log == ["a Scrapped", "b Scrapped", "c Scrapped"]


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_those_who_wait_for_something_to_appear_are_told_in_their_own_order(order: Sequence[str]) -> None:
    world = World()
    log: list[str] = []
    park = dict(zip("ab", cars(world, "a", "b"), strict=True))

    def waits(name: str) -> Life:
        found = yield world.appears("truck", park[name])
        log.append(f"{name} sees {found.name}")

    for name in order:
        world.process(waits(name))
    world.run()
    truck(world)
    world.run()
    assert log == ["a sees big", "b sees big"]


# Quiet


def test_a_world_with_nothing_to_do_is_quiet() -> None:
    world = World()
    assert world.quiet
    assert world.peek() is None
    world.run()
    assert world.now == 0


def test_watches_do_not_keep_a_world_from_being_quiet() -> None:
    world = World()
    log: list[str] = []
    watcher, car = cars(world, "watcher", "car")

    def watches() -> Life:
        while True:
            yield world.wait(4, watcher, watch=True)
            log.append(f"{world.now} watcher")

    world.process(watches())
    world.process(arrives(world, log, car, 10))
    world.run()
    assert log == ["4 watcher", "8 watcher", "10 car"]  # it struck while there was work
    assert (world.now, world.quiet, world.peek()) == (10, True, 12)


def test_a_time_named_lets_watches_strike() -> None:
    world = World()
    log: list[str] = []
    (car,) = cars(world, "car")

    def watches() -> Life:
        yield world.wait(10, car, watch=True)
        log.append("struck")

    world.process(watches())
    world.run(9)
    assert (world.now, log) == (9, [])
    world.run(10)
    assert (world.now, log) == (10, ["struck"])


def test_run_until_includes_everything_at_that_instant() -> None:
    world = World()
    log: list[str] = []
    (car,) = cars(world, "car")

    def busy() -> Life:
        yield world.wait(10, car)
        log.append("arrived")
        yield world.wait(0, car, BEGIN)
        log.append("parked")
        yield world.wait(1, car)
        log.append("left")

    world.process(busy())
    world.run(10)
    assert log == ["arrived", "parked"]
    world.run()
    assert log == ["arrived", "parked", "left"]


def test_the_clock_does_not_go_back() -> None:
    world = World()
    world.run(MINUTE)
    with pytest.raises(UsageError, match="cannot run until 30s: it is 1m already"):
        world.run(30 * SECOND)
    world.run(MINUTE)
    assert world.now == MINUTE


def test_a_cancelled_wait_neither_fires_nor_lets_time_pass() -> None:
    world = World()
    log: list[str] = []
    (car,) = cars(world, "car")
    wait = world.wait(HOUR, car)
    assert wait.callbacks is not None
    wait.callbacks.append(lambda _: log.append("fired"))
    world.cancel(wait)
    assert world.quiet
    world.run()
    assert (world.now, log) == (0, [])
    world.run(2 * HOUR)
    assert log == []


def test_cancelling_twice_or_too_late_changes_nothing() -> None:
    world = World()
    work, watch, past = world.wait(10), world.wait(20, watch=True), world.wait(1)
    world.run(1)
    for wait in (work, work, watch, watch, past):
        world.cancel(wait)
    assert world.quiet
    other = world.wait(5)
    assert not world.quiet
    world.cancel(other)
    assert world.quiet
    assert world.peek() is None


def _is_idle(event: Event) -> bool:
    return isinstance(event, Wait) and event.idle


def _told(world: World) -> bool:
    """Quiet, counted from scratch."""
    return all(_is_idle(entry[3]) for entry in world._queue)


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(0, 20), st.booleans()),
        st.tuples(st.just("process"), st.integers(0, 20), st.booleans()),
        st.tuples(st.just("any"), st.integers(0, 20), st.booleans()),
        st.tuples(st.just("all"), st.integers(0, 20), st.booleans()),
        st.tuples(st.just("cancel"), st.integers(0, 30), st.just(False)),
        st.tuples(st.just("interrupt"), st.integers(0, 30), st.just(False)),
        st.tuples(st.just("run"), st.integers(0, 6), st.booleans()),
    ),
    max_size=40,
)


@given(ACTIONS)
def test_quiet_is_always_that_nothing_but_watches_is_left(actions: list[tuple[str, int, bool]]) -> None:
    world = World()
    (car,) = cars(world, "car")
    waits: list[Wait] = []
    processes: list[Any] = []

    def wait(ms: int, watch: bool) -> Wait:
        waits.append(world.wait(ms, car, watch=watch))
        return waits[-1]

    def lives(event: Event) -> Life:
        again = True
        while True:
            try:
                yield event
                if not again:
                    return
                event = wait(3, False)
            except Interrupt:
                event = wait(2, True)
            again = False

    for kind, number, flag in actions:
        if kind == "wait":
            wait(number, flag)
        elif kind == "process":
            processes.append(world.process(lives(wait(number, flag))))
        elif kind == "any":
            processes.append(world.process(lives(AnyOf(world.env, [wait(number, flag), wait(5, not flag)]))))
        elif kind == "all":
            processes.append(world.process(lives(wait(number, flag) & (wait(5, not flag) | wait(7, flag)))))
        elif kind == "cancel" and waits:
            world.cancel(waits[number % len(waits)])
        elif kind == "interrupt" and processes:
            world.interrupt(processes[number % len(processes)], "enough")
        elif kind == "run":
            world.run(None if flag else world.now + number)
        assert world.quiet == _told(world)
    world.run()
    assert world.quiet
    assert _told(world)
    world.run(world.now + 100)
    assert not world._queue
    assert world._idle == 0


# Interrupting


def test_an_interrupt_strikes_at_once_and_ends_what_was_waited_for() -> None:
    world = World()
    log: list[str] = []
    (car,) = cars(world, "car")

    def drives() -> Life:
        try:
            yield world.wait(HOUR, car)
        except Interrupt as stop:
            log.append(f"{world.now} {stop.cause}")

    life = world.process(drives())
    world.run(10)
    world.interrupt(life, "red light")
    world.run()
    assert (world.now, log) == (10, ["10 red light"])


def test_interrupting_a_process_that_was_just_made_leaves_no_wait_behind() -> None:
    world = World()

    def drives() -> Life:
        try:
            yield world.wait(HOUR)
        except Interrupt:
            return

    world.interrupt(world.process(drives()), "changed my mind")
    world.run()
    assert world.now == 0


def test_interrupting_one_leaves_what_another_waits_for() -> None:
    world = World()
    log: list[str] = []
    shared = world.wait(20)

    def waits(name: str) -> Life:
        try:
            yield shared
            log.append(f"{world.now} {name}")
        except Interrupt:
            log.append(f"{world.now} {name} stops")

    first = world.process(waits("first"))
    world.process(waits("second"))
    world.run(5)
    world.interrupt(first, None)
    world.run()
    assert log == ["5 first stops", "20 second"]


def test_interrupting_a_wait_for_the_first_of_several_cancels_them_all() -> None:
    world = World()

    def waits() -> Life:
        try:
            yield AllOf(world.env, [world.wait(HOUR) | world.wait(2 * HOUR), world.wait(3 * HOUR)])
        except Interrupt:
            return

    life = world.process(waits())
    world.run(5)
    world.interrupt(life, None)
    world.run()
    assert world.now == 5


def test_interrupting_what_is_over_changes_nothing() -> None:
    world = World()
    life = world.process(arrives(world, [], cars(world, "car")[0], 1))
    world.run()
    world.interrupt(life, "late")
    world.run()
    assert world.quiet


# Failing


def fails(world: World, error: Exception, ms: int = 90 * SECOND) -> Life:
    yield world.wait(ms)
    raise error


@pytest.mark.parametrize(
    "error",
    [
        ServiceError("ThrottlingException", "too fast", detail=3),
        ProblemsError([]),
        UsageError("no"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
        ZeroDivisionError(),
    ],
)
def test_a_process_that_fails_stops_the_run_with_its_own_error(error: Exception) -> None:
    world = World()
    world.process(fails(world, error))
    with pytest.raises(type(error)) as caught:
        world.run()
    assert caught.value is error
    assert caught.value.__notes__ == ["at 1m30s of virtual time, in fails"]


def test_what_a_followed_life_raises_stops_the_run_too() -> None:
    world = World()
    world.follow(fails(world, KeyError("x")), lambda: None)
    with pytest.raises(KeyError):
        world.run()


def test_after_a_failure_the_clock_can_run_on() -> None:
    world = World()
    log: list[str] = []
    world.process(fails(world, ZeroDivisionError(), 5))
    world.process(arrives(world, log, cars(world, "car")[0], 10))
    with pytest.raises(ZeroDivisionError):
        world.run()
    world.run()
    assert log == ["10 car"]


def test_who_waits_for_a_process_that_fails_is_told() -> None:
    world = World()
    log: list[object] = []
    inner = world.process(fails(world, ServiceError("ThrottlingException", "too fast"), 5))

    def outer() -> Life:
        try:
            yield inner
        except ServiceError as error:
            log.append((error.code, error.message))

    world.process(outer())
    world.run()
    assert log == [("ThrottlingException", "too fast")]


def test_a_followed_life_is_told_too() -> None:
    world = World()
    log: list[object] = []
    inner = world.process(fails(world, ServiceError("ThrottlingException", "too fast"), 5))

    def outer() -> Life:
        try:
            yield inner
        except ServiceError as error:
            log.append(error.code)

    world.follow(outer(), lambda: log.append("over"))
    world.run()
    assert log == ["ThrottlingException", "over"]


# Following


def test_a_followed_life_begins_now_and_tells_when_it_is_over() -> None:
    world = World()
    log: list[str] = []
    (car,) = cars(world, "car")
    past = world.wait(0)
    world.run()

    def lives() -> Life:
        log.append("begins")
        yield past  # over already: no reason to pause
        yield world.wait(3, car)

    world.follow(lives(), lambda: log.append(f"over at {world.now}"))
    assert log == ["begins"]
    world.run()
    assert log == ["begins", "over at 3"]


def test_a_life_costs_one_step_a_wait() -> None:
    world = World()
    (car,) = cars(world, "car")

    def lives() -> Life:
        for _ in range(10):
            yield world.wait(1, car)

    world.follow(lives(), lambda: None)
    world.run()
    assert world.steps == 10


# Running the clock from inside


def test_a_process_cannot_run_the_clock() -> None:
    world = World()
    caught: list[str] = []

    def meddles() -> Life:
        yield world.wait(1)
        for run in (world.run, world.step):
            with pytest.raises(UsageError) as error:
                run()
            caught.append(str(error.value))

    world.process(meddles())
    world.run()
    assert caught == ["the clock is running already: nothing inside the world may run it"] * 2


class Clockmaker(Service):
    name = "clockmaker"

    def RunClock(self, call: Call) -> Answer:
        self.world.run()
        return {}

    def Refuse(self, call: Call) -> Answer:
        raise ServiceError("InvalidClockException", "no")

    def Tell(self, call: Call) -> Answer:
        return {"now": self.world.now}


@pytest.fixture
def clockmaker(monkeypatch: pytest.MonkeyPatch) -> World:
    """A world with a service of that name."""
    import sys
    from types import ModuleType

    module = ModuleType("clockmaker_service")
    module.SERVICE = Clockmaker  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "clockmaker_service", module)
    monkeypatch.setitem(__import__("sim.core.world", fromlist=["SERVICES"]).SERVICES, "clockmaker", module.__name__)
    return World()


def ask(world: World, operation: str, service: str = "clockmaker") -> Answer:
    return world.call(Call("arn:aws:iam::111111111111:user/alice", "111111111111", "us-east-1", service, operation, {}))


def test_an_operation_cannot_run_the_clock(clockmaker: World) -> None:
    with pytest.raises(UsageError, match="running already"):
        ask(clockmaker, "RunClock")
    clockmaker.run()  # and leaves it as it was


# Calls


def test_calls_and_what_came_of_them_are_kept_when_the_run_asked_for_them(clockmaker: World) -> None:
    clockmaker.audit = []
    assert ask(clockmaker, "Tell") == {"now": 0}
    with pytest.raises(ServiceError):
        ask(clockmaker, "Refuse")
    with pytest.raises(ServiceError, match="UnknownOperationException"):
        ask(clockmaker, "Dance")
    came = [(call.operation, getattr(answer, "code", answer)) for _, call, answer in clockmaker.audit]
    assert came == [
        ("Tell", {"now": 0}),
        ("Refuse", "InvalidClockException"),
        ("Dance", "UnknownOperationException"),
    ]


def test_before_time_0_nothing_is_recorded(clockmaker: World) -> None:
    clockmaker.audit, clockmaker.silent = [], True
    ask(clockmaker, "Tell")
    with pytest.raises(ServiceError):
        ask(clockmaker, "Refuse")
    assert clockmaker.audit == []


def test_what_is_no_operation_is_refused(clockmaker: World) -> None:
    for name in ("prepare", "world", "__init__", "tell", ""):
        with pytest.raises(ServiceError, match="UnknownOperationException"):
            ask(clockmaker, name)
    with pytest.raises(ServiceError, match="UnknownService"):
        ask(clockmaker, "Tell", "astrology")


def test_each_account_and_region_has_a_service_of_its_own(clockmaker: World) -> None:
    here = clockmaker.service("clockmaker", "111111111111", "us-east-1")
    assert clockmaker.service("clockmaker", "111111111111", "us-east-1") is here
    assert clockmaker.service("clockmaker", "111111111111", "eu-west-1") is not here
    assert clockmaker.service("clockmaker", "222222222222", "us-east-1") is not here


@pytest.mark.parametrize(("scope", "shared"), [("account", (True, False)), ("world", (True, True))])
def test_a_wider_service_is_shared(
    clockmaker: World, monkeypatch: pytest.MonkeyPatch, scope: str, shared: tuple[bool, bool]
) -> None:
    monkeypatch.setattr(Clockmaker, "scope", scope)
    here = clockmaker.service("clockmaker", "111111111111", "us-east-1")
    region = clockmaker.service("clockmaker", "111111111111", "eu-west-1")
    account = clockmaker.service("clockmaker", "222222222222", "us-east-1")
    assert (region is here, account is here) == shared


def test_authorization_comes_before_the_operation(clockmaker: World) -> None:
    def nobody(call: Call) -> None:
        raise ServiceError("AccessDeniedException", f"{call.principal} may not {call.operation}")

    clockmaker.authorize = nobody
    with pytest.raises(ServiceError, match="AccessDeniedException"):
        ask(clockmaker, "Tell")


# Limits


def test_a_world_that_goes_round_at_one_instant_says_who() -> None:
    world = World(instant_limit=100)
    (car,) = cars(world, "red")

    def circles() -> Life:
        while True:
            yield world.wait(0, car)

    world.process(circles())
    with pytest.raises(NeverRestsError, match=r"100 steps at one instant, 0s\. Busiest: car red \(1000 of the next"):
        world.run()


def test_a_world_that_never_ends_says_who() -> None:
    world = World(event_limit=1_000)
    red, blue = cars(world, "red", "blue")

    def circles(car: Any, ms: int) -> Life:
        while True:
            yield world.wait(ms, car)

    world.process(circles(red, 10))
    world.process(circles(blue, 90))
    with pytest.raises(NeverRestsError, match=r"1000 steps, up to .*\. Busiest: car red .*, car blue"):
        world.run()


def test_processes_that_keep_waking_each_other_are_named() -> None:
    world = World(instant_limit=100)
    bells: list[Event] = [world.event(), world.event()]

    def rings(own: int, other: int) -> Life:
        while True:
            yield bells[own]
            bells[own] = world.event()
            bells[other].succeed()

    world.process(rings(0, 1))
    world.process(rings(1, 0))
    world.run()
    bells[0].succeed()
    with pytest.raises(NeverRestsError, match=r"Busiest: .*rings \(1000 of the next"):
        world.run()


def test_a_step_has_limits_too() -> None:
    world = World(instant_limit=100)

    def circles() -> Life:
        while True:
            yield world.wait(0)

    world.process(circles())
    with pytest.raises(NeverRestsError):
        world.step()


def test_the_limits_are_those_of_one_run() -> None:
    world = World(event_limit=100)
    (car,) = cars(world, "red")

    def long() -> Life:
        for _ in range(150):
            yield world.wait(1, car)

    world.process(long())
    world.run(80)
    world.run()
    assert world.now == 150


# Steps and progress


def test_a_step_goes_to_the_next_entry_of_the_journal() -> None:
    world = World()
    (car,) = cars(world, "red")

    def parks() -> Life:
        yield world.wait(5, car)
        yield world.wait(5, car)
        world.move(car, CarStatus.PARKED, TIRED)
        yield world.wait(5, car)

    world.process(parks())
    assert world.step()
    assert (world.now, len(world.journal)) == (10, 1)
    assert not world.step()
    assert world.now == 15


def test_progress_is_told_now_and_then_and_at_the_end() -> None:
    world = World()
    (car,) = cars(world, "red")

    def long() -> Life:
        for _ in range(25):
            yield world.wait(1, car)

    world.follow(long(), lambda: None)
    assert list(world.walk(every=10)) == [10, 20, 25]


# Moves


def test_a_move_sets_the_status_and_journals_it() -> None:
    world = World()
    red, blue = cars(world, "red", "blue")
    world.run(10)
    world.move(blue, CarStatus.PARKED, FULL(cars=2))
    (move,) = world.journal.moves()
    assert (blue.status, red.status) == (CarStatus.PARKED, CarStatus.DRIVING)
    assert (move.time, move.entity, move.status, move.why.render()) == (10, blue, "Parked", "2 cars fill the park")


@pytest.mark.parametrize("way", [["Driving"], ["Parked", "Parked"], ["Parked", "Scrapped"], ["Scrapped", "Driving"]])
def test_an_illegal_move_is_a_mistake_of_the_service(way: list[str]) -> None:
    world = World()
    (car,) = cars(world, "red")
    *before, last = way
    for status in before:
        world.move(car, CarStatus(status), TIRED)
    with pytest.raises(AssertionError, match="car red cannot go from"):
        world.move(car, CarStatus(last), TIRED)
    assert len(world.journal) == len(before)


def test_settled_fires_with_the_final_status_only() -> None:
    world = World()
    big = truck(world)
    log: list[object] = []

    def waits() -> Life:
        log.append((yield world.settled(big.arn)))

    world.process(waits())
    world.move(big, CarStatus.PARKED, TIRED)
    world.run()
    assert log == []
    world.move(big, CarStatus.DRIVING, TIRED)
    world.move(big, CarStatus.SCRAPPED, TIRED)
    world.run()
    assert log == [CarStatus.SCRAPPED]
    world.process(waits())  # and at once when it is settled already
    world.run()
    assert log == [CarStatus.SCRAPPED] * 2


def test_waiting_for_a_resource_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(LookupError, match="no resource has the ARN arn:nothing"):
        World().settled("arn:nothing")


# Events


class Listener:
    """A bus that keeps what it gets."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []

    def wants(self, source: str, detail_type: str) -> bool:
        return detail_type == "Truck State-change"

    def put(self, event: dict[str, Any]) -> None:
        self.got.append(event)


@pytest.fixture
def emitting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Trucks whose moves to Parked become events; the names of those that were built."""
    from tests.core.park import Truck

    built: list[str] = []

    def event(truck: Any, why: Any) -> tuple[list[str], dict[str, Any]] | None:
        built.append(truck.name)
        return ([truck.arn], {"state": str(truck.status)}) if truck.status is CarStatus.PARKED else None

    monkeypatch.setattr(Truck, "emits", ("aws.park", "Truck State-change", event))
    return built


def test_a_move_becomes_an_event_on_the_bus_of_its_account_and_region(emitting: list[str]) -> None:
    world = World()
    here, there = Listener(), Listener()
    world.buses["111111111111", "us-east-1"], world.buses["111111111111", "eu-west-1"] = here, there
    big = truck(world)
    world.run(SECOND)
    world.move(big, CarStatus.PARKED, TIRED)
    world.move(big, CarStatus.DRIVING, TIRED)
    assert there.got == []
    (event,) = here.got
    assert {key: value for key, value in event.items() if key != "id"} == {
        "version": "0",
        "detail-type": "Truck State-change",
        "source": "aws.park",
        "account": "111111111111",
        "time": "2026-01-05T09:00:01Z",
        "region": "us-east-1",
        "resources": ["arn:aws:park:us-east-1:111111111111:truck/big"],
        "detail": {"state": "Parked"},
    }


def test_no_event_is_built_when_nobody_listens(emitting: list[str]) -> None:
    world = World()
    world.move(truck(world), CarStatus.PARKED, TIRED)
    assert emitting == []
    world.events = []
    world.silent = True
    world.move(truck(world, "two"), CarStatus.PARKED, TIRED)
    assert (emitting, world.events) == ([], [])
    world.silent = False
    world.move(truck(world, "three"), CarStatus.PARKED, TIRED)
    assert [event["detail"] for event in world.events] == [{"state": "Parked"}]


# Names and chance


def test_uuids_depend_on_seed_and_parts_and_each_is_another() -> None:
    def some(seed: int) -> list[str]:
        world = World(seed)
        return [world.uuid("a"), world.uuid("a"), world.uuid("a", "b"), world.uuid("ab")]

    assert some(1) == some(1)
    assert len({*some(1), *some(2)}) == 8


def test_counts_are_of_each_thing() -> None:
    world = World()
    assert [world.count("a"), world.count("b"), world.count("a")] == [1, 1, 2]


def test_asking_for_luck_does_not_change_it() -> None:
    world, other = World(7), World(7)
    for attempt in range(5):
        other.draw("something else", "web-1", attempt)
    assert world.draw("boot", "web-1") == other.draw("boot", "web-1")
    assert World(8).draw("boot", "web-1") != world.draw("boot", "web-1")
