"""Plain resources: declared, not programmed.

A `Kind` says what a resource is called, which parameter names it and which operations create, describe, change,
delete and list it. `declares` gives a service those operations. Members are kept under AWS's names, as the create
operation gets them; `wire` projects answers onto the model's output shapes, so nothing is retyped here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sim.core.calls import Answer, Call, Service, copied
from sim.core.problems import ServiceError

Members = dict[str, Any]
ServiceClass = TypeVar("ServiceClass", bound=type[Service])


@dataclass(frozen=True, slots=True)
class Kind:
    """A plain resource.

    `noun` is the attribute of the service that holds the shelf; `key` the member with the name; `missing` and
    `exists` are (error code, message with {name}); `wrap` is the output member that holds one resource ("" for the
    answer itself); `create`, `get`, `update`, `delete`, `list` name the operations ("" for none); `listed` is the
    output member of `list`, whose items `row` makes (default: the names); `get_many` answers several at once:
    (operation, input member with the names, output member, output member of names not found).
    """

    noun: str
    key: str
    missing: tuple[str, str]
    exists: tuple[str, str]
    wrap: str = ""
    create: str = ""
    get: str = ""
    update: str = ""
    delete: str = ""
    list: str = ""
    listed: str = ""
    row: Callable[[Members], Any] | None = None
    get_many: tuple[str, str, str, str] | None = None
    quiet_delete: bool = False
    """Deleting what is not there is no error."""


class Shelf:
    """The resources of one kind in one service: name -> members, in order of creation."""

    def __init__(self, kind: Kind):
        self.kind = kind
        self.members: dict[str, Members] = {}

    def __contains__(self, name: object) -> bool:
        return name in self.members

    def get(self, name: str) -> Members:
        """The members themselves, not a copy. Raises the kind's `missing` error."""
        try:
            return self.members[name]
        except KeyError:
            code, message = self.kind.missing
            raise ServiceError(code, message.format(name=name)) from None

    def refuse(self, name: str) -> None:
        """Raises the kind's `exists` error when that name is taken."""
        if name in self.members:
            code, message = self.kind.exists
            raise ServiceError(code, message.format(name=name))

    def add(self, name: str, members: Members) -> Members:
        self.refuse(name)
        self.members[name] = members
        return members


def declares(*kinds: Kind) -> Callable[[ServiceClass], ServiceClass]:
    """Give a service the operations of these kinds. What the class defines by hand stays as it is.

    A method `complete_NOUN(self, parameters) -> members` of the class, where there is one, makes the members of a
    new resource from the parameters of its create operation, and of a changed one from its merged members.
    """

    def decorate(cls: ServiceClass) -> ServiceClass:
        for kind in kinds:
            for name, operation in _operations(kind).items():
                if name and name not in cls.__dict__:
                    setattr(cls, name, operation)
        prepare = cls.prepare

        def prepare_with_shelves(self: Service) -> None:
            for kind in kinds:
                setattr(self, kind.noun, Shelf(kind))
            prepare(self)

        cls.prepare = prepare_with_shelves  # type: ignore[method-assign]
        return cls

    return decorate


def _operations(kind: Kind) -> Mapping[str, Callable[[Any, Call], Answer]]:
    def shelf(service: Any) -> Shelf:
        found = getattr(service, kind.noun)
        assert isinstance(found, Shelf)
        return found

    def completed(service: Any, members: Members) -> Members:
        complete = getattr(service, f"complete_{kind.noun}", None)
        return complete(members) if complete else members

    def wrapped(members: Members) -> Answer:
        copy = copied(members)
        return {kind.wrap: copy} if kind.wrap else copy

    def create(self: Any, call: Call) -> Answer:
        name = call.parameters[kind.key]
        shelf(self).refuse(name)  # before the service makes anything of it
        return wrapped(shelf(self).add(name, completed(self, copied(call.parameters))))

    def get(self: Any, call: Call) -> Answer:
        return wrapped(shelf(self).get(call.parameters[kind.key]))

    def update(self: Any, call: Call) -> Answer:
        name = call.parameters[kind.key]
        merged = shelf(self).get(name) | copied(call.parameters)
        shelf(self).members[name] = completed(self, merged)
        return wrapped(shelf(self).members[name])

    def delete(self: Any, call: Call) -> Answer:
        name = call.parameters[kind.key]
        if not kind.quiet_delete:
            shelf(self).get(name)
        shelf(self).members.pop(name, None)
        return {}

    def list_(self: Any, call: Call) -> Answer:
        rows = shelf(self).members.values()
        make = kind.row or (lambda members: members[kind.key])
        return {kind.listed: [copied(make(members)) for members in rows]}

    operations = {kind.create: create, kind.get: get, kind.update: update, kind.delete: delete, kind.list: list_}
    if kind.get_many:
        many, names_member, found_member, absent_member = kind.get_many

        def get_many(self: Any, call: Call) -> Answer:
            wanted = call.parameters[names_member]
            members = shelf(self).members
            answer: Answer = {found_member: [copied(members[name]) for name in wanted if name in members]}
            if absent_member:
                answer[absent_member] = [name for name in wanted if name not in members]
            return answer

        operations[many] = get_many
    operations.pop("", None)
    return operations
