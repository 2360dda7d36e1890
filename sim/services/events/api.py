"""EventBridge's operations on the default bus: rules, targets, events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sim.core import naming
from sim.core.calls import Answer, Call, Service, copied
from sim.core.problems import ServiceError
from sim.formats import eventpattern, schedules
from sim.services.events import process, targets
from sim.services.events import resources as r
from sim.services.events.resources import EventRule, RuleState

MAX_EVENTS_SIZE = 256 * 1024
"""Bytes of all entries of one PutEvents together."""
_INPUTS = ("Input", "InputPath", "InputTransformer")
_TOO_MANY = "The requested resource exceeds the maximum number allowed."


class Events(Service):
    """EventBridge in one account and Region. It is the world's bus there."""

    name = "events"

    def prepare(self) -> None:
        self.rules: dict[str, EventRule] = {}
        self._listening: dict[tuple[str, str], tuple[EventRule, ...]] = {}
        self.world.buses[self.account, self.region] = self

    # The bus

    def wants(self, source: str, detail_type: str) -> bool:
        """Whether some rule may match events of that source and type. Asked at every move: a look into a table."""
        return bool(self._candidates(source, detail_type))

    def _candidates(self, source: str, detail_type: str) -> tuple[EventRule, ...]:
        found = self._listening.get((source, detail_type))
        if found is None:
            known = {"source": source, "detail-type": detail_type}
            found = tuple(
                rule
                for rule in self.rules.values()
                if rule.enabled and rule.targets and rule.pattern is not None and rule.pattern.could_match(known)
            )
            self._listening[source, detail_type] = found
        return found

    def put(self, event: dict[str, Any]) -> None:
        """Send an event to every target of every rule that matches it."""
        for rule in self._candidates(event["source"], event["detail-type"]):
            assert rule.pattern is not None
            if rule.pattern.matches(event):
                self._deliver(rule, event)

    def _deliver(self, rule: EventRule, event: dict[str, Any]) -> None:
        for target in rule.targets.values():
            self.world.process(process.deliver(self, rule, target, event))

    def tick(self, rule: EventRule) -> None:
        """The event of a schedule, to the targets of its rule."""
        event = self._event("aws.events", "Scheduled Event", self.world.date, [rule.arn], {})
        if self.world.events is not None:
            self.world.events.append(event)
        self._deliver(rule, event)

    def _event(
        self, source: str, detail_type: str, time: datetime, resources: list[str], detail: dict[str, Any]
    ) -> dict[str, Any]:
        return {
            "version": "0",
            "id": self.world.uuid("event", self.account, self.region, source, detail_type),
            "detail-type": detail_type,
            "source": source,
            "account": self.account,
            "time": time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self.region,
            "resources": resources,
            "detail": detail,
        }

    def PutEvents(self, call: Call) -> Answer:
        entries = call.parameters["Entries"]
        if sum(map(_size, entries)) > MAX_EVENTS_SIZE:
            raise _invalid("Total size of the entries in the request is over the limit.")
        rows = [self._receive(entry) for entry in entries]
        return {"FailedEntryCount": sum("ErrorCode" in row for row in rows), "Entries": rows}

    def _receive(self, entry: Mapping[str, Any]) -> dict[str, str]:
        error = _entry_error(entry)
        if error is not None:
            return error
        self._bus(entry)
        time = entry.get("Time") or self.world.date
        detail = json.loads(entry["Detail"])
        event = self._event(entry["Source"], entry["DetailType"], time, list(entry.get("Resources") or []), detail)
        if self.world.events is not None:
            self.world.events.append(event)
        self.put(event)
        return {"EventId": event["id"]}

    def TestEventPattern(self, call: Call) -> Answer:
        pattern = _pattern(call.parameters["EventPattern"])
        try:
            event = json.loads(call.parameters["Event"])
        except ValueError:
            event = None
        if not isinstance(event, dict):
            raise _invalid("Parameter Event is not valid. Reason: it is not a JSON object.")
        for name in ("id", "account", "source", "time", "region", "resources", "detail-type"):
            if name not in event:
                raise _invalid(f"Parameter Event is not valid. Reason: the field {name} is missing.")
        return {"Result": pattern.matches(event)}

    # Buses

    def _bus(self, parameters: Mapping[str, Any]) -> None:
        """Check that the default bus is meant. Raises ResourceNotFound for another."""
        name = parameters.get("EventBusName") or r.BUS
        if name not in (r.BUS, self._bus_arn()):
            raise ServiceError("ResourceNotFoundException", f"Event bus {name} does not exist.")

    def _bus_arn(self) -> str:
        return naming.arn("events", self.region, self.account, f"event-bus/{r.BUS}")

    def DescribeEventBus(self, call: Call) -> Answer:
        self._bus({"EventBusName": call.parameters.get("Name")})
        return {"Name": r.BUS, "Arn": self._bus_arn()}

    def ListEventBuses(self, call: Call) -> Answer:
        prefix = call.parameters.get("NamePrefix", "")
        return {"EventBuses": [{"Name": r.BUS, "Arn": self._bus_arn()}] if r.BUS.startswith(prefix) else []}

    # Rules

    def rule(self, call: Call, member: str = "Name") -> EventRule:
        """The rule that a call names. Raises ResourceNotFound."""
        self._bus(call.parameters)
        name = call.parameters[member]
        found = self.rules.get(name)
        if found is None:
            raise ServiceError("ResourceNotFoundException", f"Rule {name} does not exist on EventBus {r.BUS}.")
        return found

    def PutRule(self, call: Call) -> Answer:
        self._bus(call.parameters)
        parameters = call.parameters
        name, expression = parameters["Name"], parameters.get("ScheduleExpression")
        if not parameters.get("EventPattern") and not expression:
            raise _invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.")
        pattern = _pattern(parameters["EventPattern"]) if parameters.get("EventPattern") else None
        schedule = _schedule(expression) if expression else None
        state = RuleState(parameters.get("State") or RuleState.ENABLED)
        rule = self.rules.get(name)
        if rule is None:  # tags of a rule that is there already are ignored
            rule = self._new_rule(name, state, call.account)
            rule.tags = {tag["Key"]: tag["Value"] for tag in parameters.get("Tags") or []}
        rule.pattern, rule.schedule = pattern, schedule
        kept = ("EventPattern", "ScheduleExpression", "Description", "RoleArn")
        rule.members = {member: parameters[member] for member in kept if parameters.get(member)}
        self._set_state(rule, state)
        return {"RuleArn": rule.arn}

    def _new_rule(self, name: str, state: RuleState, account: str) -> EventRule:
        if len(self.rules) >= r.MAX_RULES:
            raise ServiceError("LimitExceededException", _TOO_MANY)
        arn = naming.arn("events", self.region, self.account, f"rule/{name}")
        rule = EventRule(name, state, arn=arn, account=self.account, region=self.region, created_by=account)
        self.rules[name] = rule
        self.world.register(rule)
        return rule

    def _set_state(self, rule: EventRule, state: RuleState) -> None:
        if rule.status is not state:
            self.world.move(rule, state, r.STATE_SET)
        self._changed(rule)

    def _changed(self, rule: EventRule) -> None:
        """Look anew at who listens, and start the rule's schedule anew."""
        self._listening.clear()
        if rule.alarm is not None:
            self.world.cancel(rule.alarm)
            rule.alarm = None
        if rule.enabled and rule.schedule is not None and self.rules.get(rule.name) is rule:
            self.world.follow(process.keep_schedule(self, rule), lambda: None)

    def DescribeRule(self, call: Call) -> Answer:
        rule = self.rule(call)
        return {**rule.row(), "CreatedBy": rule.created_by}

    def ListRules(self, call: Call) -> Answer:
        self._bus(call.parameters)
        prefix = call.parameters.get("NamePrefix", "")
        return {"Rules": [rule.row() for name, rule in sorted(self.rules.items()) if name.startswith(prefix)]}

    def ListRuleNamesByTarget(self, call: Call) -> Answer:
        self._bus(call.parameters)
        arn = call.parameters["TargetArn"]
        return {
            "RuleNames": [
                name
                for name, rule in sorted(self.rules.items())
                if any(target["Arn"] == arn for target in rule.targets.values())
            ]
        }

    def EnableRule(self, call: Call) -> Answer:
        self._set_state(self.rule(call), RuleState.ENABLED)
        return {}

    def DisableRule(self, call: Call) -> Answer:
        self._set_state(self.rule(call), RuleState.DISABLED)
        return {}

    def DeleteRule(self, call: Call) -> Answer:
        self._bus(call.parameters)
        rule = self.rules.get(call.parameters["Name"])
        if rule is None:
            return {}
        if rule.targets:
            raise _invalid("Rule can't be deleted since it has targets.")
        del self.rules[rule.name]
        self._changed(rule)
        return {}

    # Targets

    def PutTargets(self, call: Call) -> Answer:
        rule = self.rule(call, "Rule")
        given = call.parameters["Targets"]
        for target in given:
            _check_target(target)
        together = rule.targets | {target["Id"]: copied(target) for target in given}
        if len(together) > r.MAX_TARGETS:
            raise ServiceError("LimitExceededException", _TOO_MANY)
        rule.targets = together
        self._listening.clear()
        return {"FailedEntryCount": 0, "FailedEntries": []}

    def RemoveTargets(self, call: Call) -> Answer:
        rule = self.rule(call, "Rule")
        failed = []
        for id in call.parameters["Ids"]:
            if rule.targets.pop(id, None) is None:
                message = f"Rule {rule.name} does not have the target {id}."
                failed.append({"TargetId": id, "ErrorCode": "ResourceNotFoundException", "ErrorMessage": message})
        self._listening.clear()
        return {"FailedEntryCount": len(failed), "FailedEntries": failed}

    def ListTargetsByRule(self, call: Call) -> Answer:
        return {"Targets": copied(list(self.rule(call, "Rule").targets.values()))}

    # Tags

    def _tagged(self, call: Call) -> EventRule:
        arn = call.parameters["ResourceARN"]
        for rule in self.rules.values():
            if rule.arn == arn:
                return rule
        raise ServiceError("ResourceNotFoundException", f"Rule {arn.rsplit('/', 1)[-1]} does not exist.")

    def TagResource(self, call: Call) -> Answer:
        self._tagged(call).tags.update({tag["Key"]: tag["Value"] for tag in call.parameters["Tags"]})
        return {}

    def UntagResource(self, call: Call) -> Answer:
        rule = self._tagged(call)
        for key in call.parameters["TagKeys"]:
            rule.tags.pop(key, None)
        return {}

    def ListTagsForResource(self, call: Call) -> Answer:
        return {"Tags": [{"Key": key, "Value": value} for key, value in self._tagged(call).tags.items()]}


def _invalid(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)


def _pattern(text: str) -> eventpattern.Pattern:
    try:
        return eventpattern.parse(text)
    except eventpattern.PatternError as error:
        raise ServiceError("InvalidEventPatternException", f"Event pattern is not valid. Reason: {error}") from None


def _schedule(expression: str) -> schedules.Schedule:
    try:
        return schedules.parse(expression)
    except ValueError as error:
        raise _invalid(f"Parameter ScheduleExpression is not valid. Reason: {error}") from None


def _check_target(target: Mapping[str, Any]) -> None:
    id, arn = target["Id"], target["Arn"]
    if len(arn.split(":", 5)) < 6 or not arn.startswith("arn:"):
        raise _invalid(f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format.")
    if sum(member in target for member in _INPUTS) > 1:
        raise _invalid(f"Only one of Input, InputPath, or InputTransformer must be provided for target {id}.")
    if "Input" in target:
        try:
            json.loads(target["Input"])
        except ValueError:
            raise _invalid(f"JSON syntax error in input for target {id}") from None
    if targets.service_of(arn) in targets.WITH_ROLE and not target.get("RoleArn"):
        raise _invalid(f"RoleArn is required for target {arn}.")


def _size(entry: Mapping[str, Any]) -> int:
    """Bytes of an entry, as AWS counts them: the time is 14."""
    texts = [
        entry.get("Source", ""),
        entry.get("DetailType", ""),
        entry.get("Detail", ""),
        *(entry.get("Resources") or []),
    ]
    return (14 if entry.get("Time") else 0) + sum(len(str(text).encode()) for text in texts)


def _entry_error(entry: Mapping[str, Any]) -> dict[str, str] | None:
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            message = f"Parameter {name} is not valid. Reason: {name} is a required argument."
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": message}
    if entry["Source"].startswith("aws."):
        return {"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "Not authorized for the source."}
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        detail = None
    if not isinstance(detail, dict):
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    return None
