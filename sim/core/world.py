"""The world: one clock, one journal, one seed, all accounts; the one call path and the one place for moves."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from heapq import heappop, heappush
from importlib import import_module
from typing import Any, Protocol

from simpy import Environment, Event, Process
from simpy.events import Condition, Interruption
from simpy.exceptions import Interrupt

from sim.core import naming
from sim.core.calls import Answer, Call, Service
from sim.core.clock import START as CALENDAR_START
from sim.core.clock import format_duration, iso, moment
from sim.core.journal import Journal, Notice
from sim.core.problems import ServiceError, SimError, UsageError
from sim.core.randomness import Distribution, uniform
from sim.core.states import Entity, Resource, Why

__all__ = ["BEGIN", "END", "Bus", "Interrupt", "Life", "NeverRestsError", "Wait", "World"]

SERVICES = {
    "autoscaling": "sim.services.autoscaling",
    "cloudformation": "sim.services.cloudformation",
    "cloudwatch": "sim.services.cloudwatch",
    "codebuild": "sim.services.codebuild",
    "codecommit": "sim.services.codecommit",
    "codedeploy": "sim.services.codedeploy",
    "codepipeline": "sim.services.codepipeline",
    "ec2": "sim.services.ec2",
    "events": "sim.services.events",
    "iam": "sim.services.iam",
    "s3": "sim.services.s3",
    "sns": "sim.services.sns",
    "sts": "sim.services.sts",
}
"""botocore's name of a service -> the package whose `SERVICE` is its class. A new service is one line here."""

END = 1 << 32
REACT = 2 << 32
BEGIN = 3 << 32
"""Ranks at one instant: first what ends, then what reacts to it (an event that was triggered, a process that is
over), then what begins; among ends and among beginnings the entity's ordinal decides."""

NOBODY = 0xFFFF_FFFF
"""In place of an ordinal: a wait without an owner comes after those of all entities."""

EVENT_LIMIT = 1_000_000
"""SimPy events that one run may take."""
INSTANT_LIMIT = 200_000
"""SimPy events that one run may take without time passing."""
YOUNG = 50_000
"""While the clock runs Python looks for garbage each time that so many objects more are there."""
_SAMPLE = 1_000
_new = object.__new__

Sleep = tuple[int, int]
"""(when it is over, rank and ordinal at that instant)"""
Behaviour = Generator[Event, Any, Any]
LifeBehaviour = Generator[Event | Sleep, Any, Any]
Listener = tuple[int, Event]
"""(ordinal of the entity that waits, the event it waits for)"""


class NeverRestsError(SimError):
    """The world did more than its limit allows: something in it goes round in circles."""


class _Environment(Environment):
    """SimPy's environment, but what is triggered comes after all that ends at that instant, not before it."""

    def schedule(self, event: Event, priority: Any = REACT, delay: float = 0) -> None:
        heappush(self._queue, (self._now + delay, priority, next(self._eid), event))


class Bus(Protocol):
    """Where events go: EventBridge's default bus of one account and Region."""

    def wants(self, source: str, detail_type: str) -> bool: ...
    def put(self, event: dict[str, Any]) -> None: ...


class Wait(Event):
    """A moment that somebody waits for; made by `World.wait`.

    It is *idle*, and does not keep the world from being quiet, as a watch or when nobody waits for it any longer.
    """

    # Nearly everything in a queue is a wait: what they all share is the class's, and `World.wait` sets the rest.
    _ok = True
    _value = None
    cancelled = False
    idle: bool


class Change(Event):
    """The next move of a resource; `made` as soon as it is, before anybody is told."""

    def __init__(self, env: Environment):
        super().__init__(env)
        self.made = False


class Life:
    """A generator that lives in a world; made by `World.follow`. It waits for events as a process does, or sleeps:

    >>> world = World()
    >>> def sleeper():
    ...     yield world.sleep(90_000)
    >>> _ = world.follow(sleeper(), lambda: print("awake"))
    >>> world.run()
    awake
    """

    __slots__ = ("_alarm", "_behaviour", "_send", "_target", "_then", "_world")

    _alarm: int | None
    """Which entry of the queue wakes it, while it sleeps."""

    def __init__(self, world: World, behaviour: LifeBehaviour, then: Callable[[], None]):
        self._world = world
        self._behaviour = behaviour
        self._send = behaviour.send
        self._then = then
        self._target: Event | None = None
        self._alarm = None

    def _go_on(self, resume: Callable[[Any], Event | Sleep], value: object) -> None:
        """Live until the next sleep or wait, or to the end."""
        self._alarm = None
        try:
            while True:
                target = resume(value)
                if isinstance(target, tuple):
                    time, rank = target
                    world = self._world
                    self._alarm = alarm = world._next_place()
                    heappush(world._queue, (time, rank, alarm, self))
                    return
                if target.callbacks is not None:
                    self._target = target
                    target.callbacks.append(self._happens)
                    return
                resume, value = self._send if target.ok else self._behaviour.throw, target.value  # past already
        except StopIteration:
            then = self._then
            self._target = None
            del self._behaviour, self._send, self._then  # what is over holds nothing any longer
        then()

    def _happens(self, event: Event) -> None:
        if event.ok:
            self._go_on(self._send, event.value)
        else:
            event.defused = True
            self._go_on(self._behaviour.throw, event.value)

    def nudge(self) -> None:
        """Let it go on at this instant in place of the end of its sleep or wait. It must look for itself why."""
        world, target = self._world, self._target
        if self._alarm is not None:
            world._idle += 1  # the old alarm
        elif target is None or target.callbacks is None or self._happens not in target.callbacks:
            return  # it has ended, or goes on at this instant anyway
        else:
            target.callbacks.remove(self._happens)
            if isinstance(target, Wait):
                world.cancel(target)
        self._alarm = alarm = world._next_place()
        heappush(world._queue, (world.now, END | NOBODY, alarm, self))


class World:
    """One clock, one journal, one seed and all accounts.

    >>> world = World(seed=7)
    >>> def sleeper():
    ...     yield world.wait(90_000)
    >>> _ = world.process(sleeper())
    >>> world.run()
    >>> world.now
    90000
    """

    def __init__(
        self,
        seed: int = 0,
        start: datetime = CALENDAR_START,
        *,
        event_limit: int = EVENT_LIMIT,
        instant_limit: int = INSTANT_LIMIT,
    ):
        self.seed = seed
        self.start = start
        self.env = _Environment(0)
        self.now = 0
        """Milliseconds since the start; only the world itself sets it."""
        self.journal = Journal()
        self.buses: dict[tuple[str, str], Bus] = {}
        self.silent = False
        """While what exists before time 0 comes into being: no event, no audit record."""
        self.events: list[dict[str, Any]] | None = None
        """EventBridge events, when the run asked for them."""
        self.audit: list[tuple[int, Call, Answer | ServiceError]] | None = None
        """Calls and what came of them, when the run asked for them."""
        self.authorize: Callable[[Call], None] | None = None
        self.people: dict[str, Any] = {}
        """Who confirms a subscription and when, by e-mail address; who is not named confirms at once."""
        self.quotas: dict[str, int] = {}
        """AWS quotas that the scenario changed, such as `codebuild.concurrent-builds`; services know the usual ones."""
        self.choices: dict[str, str] = {}
        """Where sources conflict and the scenario chose otherwise than services do by themselves."""
        self.outside: dict[str, Any] = {}
        """Repositories outside AWS, by URL: {path: content}, or the path of a git directory."""
        self.behaviour: Any = None
        """What the scenario says of durations and failures; `services.behavior` reads it."""
        self._queue: list[Any] = self.env._queue
        self._next_place = self.env._eid.__next__  # of two waits of one entity for one instant the older comes first
        self._entries = self.journal.entries
        self._idle = 0  # watches and cancelled waits in the queue
        self._services: dict[tuple[str, str, str], Service] = {}
        self._settled: dict[str, list[Listener]] = {}
        self._changed: dict[str, Change] = {}
        self._appearing: dict[str, list[Listener]] = {}
        self._resources: dict[str, Resource] = {}
        self._inside = False  # a step of the clock or an operation is under way
        self._steps = 0
        self._event_limit = event_limit
        self._instant_limit = instant_limit
        self._counts: dict[str, int] = {}

    # Time

    @property
    def date(self) -> datetime:
        """The calendar time of `now`, as API answers give it."""
        return moment(self.start, self.now)

    @property
    def steps(self) -> int:
        """SimPy events processed so far."""
        return self._steps

    def wait(self, ms: int, owner: Entity | None = None, rank: int = END, *, watch: bool = False) -> Wait:
        """An event `ms` milliseconds from now. `owner` and `rank` settle ties at that instant."""
        if type(ms) is not int or ms < 0:
            raise ValueError(f"a wait takes 0 or more whole milliseconds, not {ms!r}")
        event = _new(Wait)
        event.env = self.env
        event.callbacks = []
        event.idle = watch
        if watch:
            self._idle += 1
        ordinal = NOBODY if owner is None else owner.ordinal
        heappush(self._queue, (self.now + ms, rank | ordinal, self._next_place(), event))
        return event

    def sleep(self, ms: int, owner: Entity | None = None, rank: int = END) -> Sleep:
        """What a life that is followed yields to go on `ms` milliseconds from now; as `wait`, but cheaper, and nobody
        else can wait for it."""
        if type(ms) is not int or ms < 0:
            raise ValueError(f"a sleep takes 0 or more whole milliseconds, not {ms!r}")
        return self.now + ms, rank | (NOBODY if owner is None else owner.ordinal)

    def cancel(self, wait: Wait) -> None:
        """Nobody waits any longer. Cancelling what is past, or cancelled, changes nothing."""
        if wait.cancelled or wait.callbacks is None:
            return
        wait.cancelled = True
        if not wait.idle:
            wait.idle = True
            self._idle += 1

    def event(self) -> Event:
        """Something that will be triggered by `event.succeed(value)`."""
        return Event(self.env)

    def process(self, behaviour: Behaviour) -> Process:
        """Let a generator live in this world."""
        return Process(self.env, behaviour)

    def follow(self, behaviour: LifeBehaviour, then: Callable[[], None]) -> Life:
        """Let a generator live from now on, and call `then` at its end.

        As `process`, but without the SimPy events of a process's start and end: for the thousand small lives of a
        fleet, which nobody waits for one by one.
        """
        life = Life(self, behaviour, then)
        life._go_on(life._send, None)
        return life

    def interrupt(self, process: Process, cause: object) -> None:
        """Raise `Interrupt(cause)` inside a process, at this instant.

        What it alone waited for is cancelled, so that it no longer keeps the world busy: a process that goes on must
        wait for something new. Interrupting what is over changes nothing.
        """
        if not process.is_alive:
            return
        interruption = Interruption(process, cause)

        def abandon(_: Event) -> None:
            # Only now: a process that was just made has begun meanwhile, and waits for something.
            if process.is_alive:
                self._abandon(process.target, process._resume)

        assert interruption.callbacks is not None
        interruption.callbacks.insert(0, abandon)

    def _abandon(self, event: Event, listener: Callable[[Event], None]) -> None:
        """Cancel the waits that this listener alone waits for."""
        if event.callbacks is None:
            return
        own = (listener, event._build_value) if isinstance(event, Condition) else (listener,)
        if any(callback not in own for callback in event.callbacks):
            return
        if isinstance(event, Wait):
            self.cancel(event)
        elif isinstance(event, Condition):
            for part in event._events:
                self._abandon(part, event._check)

    @property
    def quiet(self) -> bool:
        """Nothing is left but watches."""
        return len(self._queue) == self._idle

    def peek(self) -> int | None:
        """When the next thing happens, watches included; None when nothing is left."""
        self._drop_cancelled()
        return self._queue[0][0] if self._queue else None

    def run(self, until: int | None = None) -> None:
        """Run until quiet, or up to and including the millisecond `until`, watches included."""
        for _ in self.walk(until):
            pass

    def walk(self, until: int | None = None, every: int = 4096) -> Iterator[int]:
        """Run as `run` does; yields the count of steps at the end and after `every` so many, to show progress."""
        if until is not None and until < self.now:
            raise UsageError(f"cannot run until {format_duration(until)}: it is {format_duration(self.now)} already")
        yield from self._go(until, every)
        if until is not None:
            self.now = self.env._now = max(until, self.now)
        yield self._steps

    def step(self) -> bool:
        """Go on to the next entry of the journal; False when the world is quiet."""
        before = len(self.journal)
        return any(len(self.journal) > before for _ in self._go(None, every=1))

    def _go(self, until: int | None, every: int) -> Iterator[int]:
        """Run as `run` does, within the limits; yields the count of steps after `every` so many."""
        if self._inside:
            raise UsageError("the clock is running already: nothing inside the world may run it")
        instant, instant_began, began = self.now, self._steps, self._steps
        stretch = min(every, self._instant_limit + 1, self._event_limit + 1)
        with seldom_collecting():
            while self._stretch(until, stretch):
                yield self._steps
                if self.now != instant:
                    instant, instant_began = self.now, self._steps
                elif self._steps - instant_began > self._instant_limit:
                    self._never_rests(f"{self._instant_limit} steps at one instant, {format_duration(instant)}")
                if self._steps - began > self._event_limit:
                    self._never_rests(f"{self._event_limit} steps, up to {format_duration(self.now)}")

    def _stretch(self, until: int | None, most: int) -> bool:
        """Take so many steps at most, those until quiet, or until that time; False when no such step is left."""
        env, queue, steps = self.env, self._queue, 0
        event: Any = None
        self._inside = True
        try:
            while steps < most:
                if not queue:
                    return False
                now, _, place, event = queue[0]
                if until is not None and now > until:
                    return False
                if type(event) is Life:
                    heappop(queue)
                    if event._alarm != place:  # it was nudged meanwhile
                        self._idle -= 1
                        continue
                    self.now = env._now = now
                    steps += 1
                    event._go_on(event._send, None)
                    continue
                a_wait = type(event) is Wait
                if a_wait and event.idle:
                    if until is None and len(queue) == self._idle:
                        return False
                    self._idle -= 1
                    if event.cancelled:
                        heappop(queue)
                        continue
                heappop(queue)
                self.now = env._now = now
                steps += 1
                callbacks, event.callbacks = event.callbacks, None
                for callback in callbacks:
                    callback(event)
                if not a_wait and not event._ok and not event.defused:
                    raise event._value
        except Exception as error:
            names = "" if event is None else _names(event)
            error.add_note(f"at {format_duration(self.now)} of virtual time" + (f", in {names}" if names else ""))
            raise
        finally:
            self._inside = False
            self._steps += steps
        return True

    def _drop_cancelled(self) -> None:
        queue = self._queue
        while queue:
            _, _, place, event = queue[0]
            if isinstance(event, Life):
                over = event._alarm != place
            else:
                over = isinstance(event, Wait) and event.cancelled
            if not over:
                return
            heappop(queue)
            self._idle -= 1

    def _never_rests(self, limit: str) -> None:
        busy: Counter[str] = Counter()
        for _ in range(_SAMPLE):
            self._drop_cancelled()
            if not self._queue:
                break
            time, priority, _, event = self._queue[0]
            busy[self._busy(priority, event)] += 1
            self._stretch(time, 1)
        busy.pop("", None)
        names = ", ".join(f"{name} ({count} of the next {_SAMPLE})" for name, count in busy.most_common(3))
        raise NeverRestsError(f"this world never rests: {limit}. Busiest: {names or 'processes without a name'}")

    def _busy(self, priority: int, event: Event | Life) -> str:
        """Who an event of the queue is for: the entity that waits, or else the processes."""
        ordinal = priority & NOBODY
        if isinstance(event, Wait | Life) and ordinal < len(self.journal.entities):
            owner = self.journal.entities[ordinal]
            return f"{owner.kind} {owner.name}"
        return _names(event)

    # Chance

    def draw(self, purpose: str, entity: str, attempt: int = 1) -> float:
        """A number between 0 and 1 for that purpose, entity and attempt: the same in every run of this seed."""
        return uniform(self.seed, purpose, entity, attempt)

    def sample(self, distribution: Distribution, purpose: str, entity: str, attempt: int = 1) -> int:
        """A duration in milliseconds."""
        return distribution.at(uniform(self.seed, purpose, entity, attempt))

    # Names

    def count(self, of: str) -> int:
        """1, 2, 3, … for each thing counted, such as the builds of one project."""
        self._counts[of] = number = self._counts.get(of, 0) + 1
        return number

    def uuid(self, *parts: object) -> str:
        """A UUID for those parts; each further one for the same parts is another."""
        key = "\x1f".join(map(str, parts))
        return naming.uuid(self.seed, key, self.count("uuid\x1f" + key))

    # Calls

    def service(self, name: str, account: str, region: str) -> Service:
        """The service of that name in that account and Region, made when first asked for."""
        found = self._services.get((name, account, region))
        if found is not None:
            return found
        if name not in SERVICES:
            raise ServiceError(
                "UnknownService", f"{name} is not a service of this simulator; it has {sorted(SERVICES)}"
            )
        kind: type[Service] = import_module(SERVICES[name]).SERVICE
        key = (name, "" if kind.scope == "world" else account, region if kind.scope == "region" else "")
        service = self._services.get(key)
        if service is None:
            service = self._services[key] = kind(self, account, region)
        self._services[name, account, region] = service
        return service

    def call(self, call: Call) -> Answer:
        """Answer one call at this very instant. Raises ServiceError as the service would."""
        inside, self._inside = self._inside, True
        try:
            operation = self.service(call.service, call.account, call.region).operation(call.operation)
            if self.authorize is not None:
                self.authorize(call)
            answer = operation(call)
        except ServiceError as error:
            if self.audit is not None and not self.silent:
                self.audit.append((self.now, call, error))
            raise
        finally:
            self._inside = inside
        if self.audit is not None and not self.silent:
            self.audit.append((self.now, call, answer))
        return answer

    # Moves

    def register(self, entity: Entity, *parts: Entity) -> None:
        """Give an entity, and parts of it that are no resources, their ordinals and their places in the journal."""
        entities = (entity, *parts)
        self.journal.register(entities, self.now)
        if isinstance(entity, Resource):
            self._resources[entity.arn] = entity
        if self._appearing:
            for one in entities:
                if one.kind in self._appearing:
                    _tell(self._appearing.pop(one.kind), one)

    def appears(self, kind: str, owner: Entity | None = None) -> Event:
        """Fires with the next entity of that kind when it is registered. `owner` settles ties, as in `wait`."""
        event = Event(self.env)
        self._appearing.setdefault(kind, []).append((_ordinal(owner), event))
        return event

    def move(self, entity: Entity, status: StrEnum, why: Why) -> None:
        """Change a status. The only place that does: checks legality, journals, tells those who wait."""
        if status not in entity.moves[entity.status]:
            raise AssertionError(f"{entity.kind} {entity.name} cannot go from {entity.status} to {status}")
        entity.status = status
        self._entries.append((self.now, entity.ordinal, status, why))
        if entity.emits is not None and (self.buses or self.events is not None):
            self._emit(entity, why)
        if isinstance(entity, Resource):
            self.stir(entity.arn, status)
            if status in entity.final and entity.arn in self._settled:
                _tell(self._settled.pop(entity.arn), status)

    def note(self, entity: Entity | None, topic: str, why: Why) -> None:
        """Journal a decision that changes no status."""
        self.journal.notices.append(Notice(self.now, entity, topic, why, len(self.journal.entries)))

    def settled(self, arn: str, owner: Entity | None = None) -> Event:
        """Fires with the final status once the resource of that ARN has one; at once if it has it.

        `owner` settles ties among those who wait for the same resource, as in `wait`. Raises LookupError for an ARN
        that no resource was registered with.
        """
        event = Event(self.env)
        resource = self._resources.get(arn)
        if resource is None:
            raise LookupError(f"no resource has the ARN {arn}")
        if resource.status in resource.final:
            event.succeed(resource.status)
        else:
            self._settled.setdefault(arn, []).append((_ordinal(owner), event))
        return event

    def stir(self, arn: str, value: object) -> None:
        """Tell those who wait for a change of the resource of that ARN.

        A move does so by itself; a service does for what is no move: that the resource is new, restarts or is gone.
        """
        change = self._changed.pop(arn, None)
        if change is not None:
            change.made = True
            change.succeed(value)

    def changed(self, arn: str) -> Change:
        """Fires with the new status at the next move of the resource of that ARN, or with what `stir` says of it.

        Nothing need have that ARN yet.
        """
        event = self._changed.get(arn)
        if event is None:
            event = self._changed[arn] = Change(self.env)
        return event

    def resource(self, arn: str) -> Resource | None:
        return self._resources.get(arn)

    # Events

    def _emit(self, entity: Entity, why: Why) -> None:
        assert entity.emits is not None
        source, detail_type, build = entity.emits
        account, region = entity.home
        if self.listens(account, region, source, detail_type):
            built = build(entity, why)
            if built is not None:
                self.publish(account, region, source, detail_type, *built)

    def listens(self, account: str, region: str, source: str, detail_type: str) -> bool:
        """Whether an event of that source and type would go anywhere; ask before building one."""
        if self.silent:
            return False
        if self.events is not None:
            return True
        bus = self.buses.get((account, region))
        return bus is not None and bus.wants(source, detail_type)

    def publish(
        self, account: str, region: str, source: str, detail_type: str, resources: list[str], detail: dict[str, Any]
    ) -> None:
        """Put an event on the account's default bus. Ask `listens` first."""
        event = {
            "version": "0",
            "id": self.uuid("event", account, region, source, detail_type),
            "detail-type": detail_type,
            "source": source,
            "account": account,
            "time": iso(self.start, self.now),
            "region": region,
            "resources": resources,
            "detail": detail,
        }
        if self.events is not None:
            self.events.append(event)
        bus = self.buses.get((account, region))
        if bus is not None and bus.wants(source, detail_type):
            bus.put(event)


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """What a run makes stays, in the journal: to look through it for garbage whenever there are 700 objects more, as
    Python does by itself, is nearly always in vain. At its end comes a look: one inside another leaves that to the
    outer one, by whose end nobody may need the run any longer."""
    first, *others = gc.get_threshold()
    if 0 < first < YOUNG:  # 0: never
        gc.set_threshold(YOUNG)
    try:
        yield
    finally:
        gc.set_threshold(first, *others)


def _ordinal(owner: Entity | None) -> int:
    return NOBODY if owner is None else owner.ordinal


def _tell(listeners: list[Listener], value: object) -> None:
    """Trigger the events in order of the entities that wait, whoever asked first."""
    for _, event in sorted(listeners, key=lambda listener: listener[0]):
        event.succeed(value)


def _names(event: Event | Life) -> str:
    """The generators that live on when the event happens."""
    if isinstance(event, Process | Life):
        listeners: list[Any] = [event]
    else:
        listeners = [getattr(callback, "__self__", None) for callback in event.callbacks or ()]
    generators = [getattr(one, "_generator", None) or getattr(one, "_behaviour", None) for one in listeners]
    return ", ".join(generator.__qualname__ for generator in generators if generator is not None)
