"""CloudWatch's operations on alarms and metrics."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sim.core import naming
from sim.core.calls import Answer, Call, Service, copied
from sim.core.clock import DAY, HOUR, SECOND, moment
from sim.core.problems import ServiceError
from sim.services.cloudwatch import alarmrule, checks, events, process, reasons
from sim.services.cloudwatch import resources as r
from sim.services.cloudwatch.evaluation import Terms, judge
from sim.services.cloudwatch.metrics import Datapoint, Datum, Key, Metric, is_percentile, key_of, statistic
from sim.services.cloudwatch.resources import (
    Alarm,
    CompositeAlarm,
    HistoryItem,
    MetricAlarm,
    MissingData,
    State,
    StateValue,
)

events.register()

KEPT_HISTORY = timedelta(days=14)
"""How long the history of alarms is shown (§16)."""
LISTED = 14 * DAY
"""Metrics without data for so many ms are not listed (CW-API:ListMetrics)."""
RECENT = 3 * HOUR
OLDEST, NEWEST = 14 * DAY, 2 * HOUR
"""How far in the past and in the future a datum may lie, in ms (CW-API:PutMetricData)."""
MAX_DATAPOINTS = 1_440
"""In one answer of GetMetricStatistics."""

_ABOUT_METRIC = (
    "MetricName",
    "Namespace",
    "Statistic",
    "ExtendedStatistic",
    "Dimensions",
    "Period",
    "Unit",
    "EvaluationPeriods",
    "DatapointsToAlarm",
    "Threshold",
    "ComparisonOperator",
    "TreatMissingData",
    "EvaluateLowSampleCountPercentile",
)
_ABOUT_ALARM = ("ActionsEnabled", "OKActions", "AlarmActions", "InsufficientDataActions", "AlarmDescription")


class CloudWatch(Service):
    """CloudWatch in one account and Region."""

    name = "cloudwatch"

    def prepare(self) -> None:
        self.alarms: dict[str, Alarm] = {}
        self.metrics: dict[Key, Metric] = {}
        self.history: list[HistoryItem] = []
        self._begin = round(self.world.start.timestamp() * SECOND)

    # The calendar

    def calendar(self, ms: int) -> int:
        """A moment of the world as milliseconds of the calendar."""
        return self._begin + ms

    def date_of(self, calendar: int) -> datetime:
        return moment(self.world.start, calendar - self._begin)

    # Alarms: making and changing

    def PutMetricAlarm(self, call: Call) -> Answer:
        parameters = call.parameters
        checks.metric_alarm(parameters)
        name = parameters["AlarmName"]
        alarm = self._there(name, MetricAlarm)
        members = _kept(parameters, (*_ABOUT_ALARM, *_ABOUT_METRIC))
        terms = Terms(
            parameters["EvaluationPeriods"],
            parameters.get("DatapointsToAlarm") or parameters["EvaluationPeriods"],
            MissingData(parameters.get("TreatMissingData") or MissingData.MISSING),
        )
        if alarm is None:
            initial = State(StateValue.INSUFFICIENT_DATA, self.world.date, r.INITIAL)
            home = {"account": self.account, "region": self.region}
            id = naming.uuid(self.world.seed, "alarm metric", self.account, self.region, name)
            alarm = MetricAlarm(name, initial, **home, tags=checks.tags(parameters.get("Tags") or ()), metric_id=id)
            alarm.members, alarm.terms = members, terms
            if self.world.silent:
                self._stand(alarm, self._standing(alarm))
            self._add(alarm)
        else:
            alarm.members, alarm.terms = members, terms
            self._update(alarm)
            self._cancel(alarm)  # it counts in the old periods
        self.reconsider(alarm)
        return {}

    def _there(self, name: str, kind: type[Any]) -> Any:
        """The alarm of that name, None when there is none. Raises ValidationError when it is of another kind."""
        found = self.alarms.get(name)
        if found is not None and not isinstance(found, kind):
            raise checks.invalid(f"The alarm {name} is there already, as a {found.type}")
        return found

    def _standing(self, alarm: MetricAlarm) -> State | None:
        """How an alarm stands that has been there long before time 0, without a datum; None as a new one does."""
        verdict = judge([None] * alarm.terms.range, alarm.terms)
        if verdict.state in (None, StateValue.INSUFFICIENT_DATA):
            return None
        nothing: reasons.Range = [(self.world.date, None)] * alarm.terms.range
        return reasons.state(alarm, verdict, nothing, self.world.date)

    def _stand(self, alarm: Alarm, state: State | None) -> None:
        """Let an alarm that is not registered yet stand so."""
        if state is not None:
            alarm.status = state.value
            alarm.state = alarm.previous = state

    def _add(self, alarm: Alarm) -> None:
        self.alarms[alarm.name] = alarm
        self.world.register(alarm)
        self.world.stir(alarm.arn, alarm.status)
        self._configured(alarm, "Create", "created")

    def _update(self, alarm: Alarm) -> None:
        alarm.configured = self.world.date
        self._configured(alarm, "Update", "updated")

    def _configured(self, alarm: Alarm, kind: str, past: str) -> None:
        content = {"version": "1.0", "type": kind, f"{past}Alarm": {"alarmName": alarm.name, "alarmArn": alarm.arn}}
        self.remember(alarm, "ConfigurationUpdate", f'Alarm "{alarm.name}" {past}', content)

    def remember(self, alarm: Alarm, kind: str, summary: str, content: Mapping[str, Any]) -> None:
        """Write an entry of the history."""
        text = json.dumps(content, separators=(",", ":"))
        self.history.append(HistoryItem(self.world.date, alarm.name, alarm.type, kind, summary, text))

    def PutCompositeAlarm(self, call: Call) -> Answer:
        parameters = call.parameters
        checks.alarm(parameters)
        name = parameters["AlarmName"]
        alarm = self._there(name, CompositeAlarm)
        rule = self._rule(parameters["AlarmRule"])
        past = "created" if alarm is None else "updated"
        members = _kept(parameters, _ABOUT_ALARM)
        if alarm is None:
            initial = State(StateValue.INSUFFICIENT_DATA, self.world.date, r.INITIAL)
            tags = checks.tags(parameters.get("Tags") or ())
            alarm = CompositeAlarm(name, initial, account=self.account, region=self.region, tags=tags)
            alarm.members, alarm.rule = members, rule
            if self.world.silent:
                self._stand(alarm, State(self.composed(alarm), self.world.date, *self._reason(alarm, past)))
            self._add(alarm)
        else:
            alarm.members, alarm.rule = members, rule
            self._update(alarm)
        process.compose(self, alarm, *self._reason(alarm, past))
        return {}

    def _rule(self, text: str) -> alarmrule.AlarmRule:
        try:
            rule = alarmrule.parse(text)
        except alarmrule.AlarmRuleError as error:
            raise checks.invalid(f"AlarmRule: {error}") from None
        unknown = [one for one in map(self._name, rule.alarms) if one not in self.alarms]
        if unknown:
            message = (
                f"Could not save the composite alarm as alarms [{', '.join(unknown)}] in the alarm rule do not exist"
            )
            raise checks.invalid(message)
        return rule

    def _name(self, alarm: str) -> str:
        """The name in a rule, which may be an ARN of this account and Region."""
        return alarm.removeprefix(naming.arn("cloudwatch", self.region, self.account, "alarm:"))

    def composed(self, alarm: CompositeAlarm) -> StateValue:
        """What the rule of a composite alarm gives now."""
        return StateValue.ALARM if alarm.rule.holds(self._status) else StateValue.OK

    def _status(self, name: str) -> StateValue | None:
        found = self.alarms.get(self._name(name))
        return None if found is None else StateValue(found.status)

    def _reason(self, alarm: CompositeAlarm, past: str) -> tuple[str, str]:
        reason = f"{alarm.arn} was {past} and its alarm rule evaluates to {self.composed(alarm)}"
        return reason, reasons.triggers([(child, child.since) for child in self._children(alarm)])

    def _children(self, alarm: CompositeAlarm) -> list[Alarm]:
        names = map(self._name, alarm.rule.alarms)
        return [self.alarms[name] for name in names if name in self.alarms]

    def parents(self, name: str) -> list[CompositeAlarm]:
        """The composite alarms whose rules name that alarm, in order of creation."""
        composites = (alarm for alarm in self.alarms.values() if isinstance(alarm, CompositeAlarm))
        return [alarm for alarm in composites if name in map(self._name, alarm.rule.alarms)]

    def goes_in_circles(self, alarm: CompositeAlarm) -> bool:
        """Whether an alarm's state depends on itself."""
        seen: dict[str, None] = {}
        ahead = self._children(alarm)
        while ahead:
            one = ahead.pop()
            if one is alarm:
                return True
            if isinstance(one, CompositeAlarm) and one.name not in seen:
                seen[one.name] = None
                ahead += self._children(one)
        return False

    def DeleteAlarms(self, call: Call) -> Answer:
        found = [self.alarms[name] for name in dict.fromkeys(call.parameters["AlarmNames"]) if name in self.alarms]
        if sum(isinstance(alarm, CompositeAlarm) for alarm in found) > 1:
            raise checks.invalid("At most one composite alarm can be deleted in one request")
        needed = [alarm.name for alarm in found if any(parent not in found for parent in self.parents(alarm.name))]
        needed += [alarm.name for alarm in found if alarm in self.parents(alarm.name)]
        if needed:
            message = f"Cannot delete {', '.join(needed)} as there are composite alarm(s) depending on it."
            raise checks.invalid(message)
        for alarm in found:
            if isinstance(alarm, MetricAlarm):
                self._cancel(alarm)
            del self.alarms[alarm.name]
            self._configured(alarm, "Delete", "deleted")
            self.world.note(alarm, "deleted", r.DELETED)
            self.world.stir(alarm.arn, None)
        return {}

    # Alarms: evaluating

    def reconsider(self, alarm: MetricAlarm) -> None:
        """Something about an alarm is new: evaluate it at the end of the period that is running."""
        if alarm.held:
            return
        if alarm.waiting is not None:
            if alarm.due <= self.calendar(self.world.now) // alarm.period:
                return  # also an evaluation that is due at this very instant: it looks for the next one itself
            self._cancel(alarm)
        self.world.follow(process.keep_watch(self, alarm), lambda: None)

    def _cancel(self, alarm: MetricAlarm) -> None:
        if alarm.waiting is not None:
            self.world.cancel(alarm.waiting)
            alarm.waiting = None

    def datapoints(self, alarm: MetricAlarm, first: int) -> dict[int, Datapoint]:
        """The datapoints of an alarm's metric from the period number `first` on."""
        metric = self.metrics.get(alarm.metric)
        if metric is None:
            return {}
        return metric.datapoints(alarm.statistic, alarm.period, first, alarm.members.get("Unit"))

    def _alarm(self, name: str) -> Alarm:
        found = self.alarms.get(name)
        if found is None:
            raise ServiceError("ResourceNotFound", f"The alarm {name} does not exist")
        return found

    def SetAlarmState(self, call: Call) -> Answer:
        parameters = call.parameters
        alarm = self._alarm(parameters["AlarmName"])
        value, reason = StateValue(parameters["StateValue"]), parameters["StateReason"]
        content = checks.reason_json(parameters.get("StateReasonData") or "")
        alarm.held = False
        process.change(self, alarm, State(value, self.world.date, reason, content), r.SET(reason=reason))
        if isinstance(alarm, MetricAlarm):
            self.reconsider(alarm)
        return {}

    def hold(self, name: str, state: str) -> None:
        """Let an alarm stand so until somebody sets it again: the timeline's step `alarm`.

        Raises ResourceNotFound.
        """
        alarm, value = self._alarm(name), StateValue(state)
        alarm.held = True
        if isinstance(alarm, MetricAlarm):
            self._cancel(alarm)
        process.change(self, alarm, State(value, self.world.date, "Set by the timeline of the scenario"), r.HELD)

    def EnableAlarmActions(self, call: Call) -> Answer:
        return self._enable(call, True)

    def DisableAlarmActions(self, call: Call) -> Answer:
        return self._enable(call, False)

    def _enable(self, call: Call, enabled: bool) -> Answer:
        for name in dict.fromkeys(call.parameters["AlarmNames"]):
            alarm = self.alarms.get(name)
            if alarm is not None and alarm.actions_enabled is not enabled:
                alarm.members["ActionsEnabled"] = enabled
                self._update(alarm)
        return {}

    # Alarms: looking

    def DescribeAlarms(self, call: Call) -> Answer:
        parameters = call.parameters
        for name in ("ChildrenOfAlarmName", "ParentsOfAlarmName"):
            if parameters.get(name):
                return self._relatives(name, parameters)
        types = parameters.get("AlarmTypes") or ["MetricAlarm"]
        chosen = [alarm for alarm in self._named(parameters) if alarm.type in types and _fits(alarm, parameters)]
        return _answer((alarm, _row(alarm)) for alarm in chosen)

    def _named(self, parameters: Mapping[str, Any]) -> list[Alarm]:
        names = parameters.get("AlarmNames")
        if names and parameters.get("AlarmNamePrefix"):
            raise checks.invalid("AlarmNames and AlarmNamePrefix cannot both be specified")
        alarms = [alarm for _, alarm in sorted(self.alarms.items())]
        return [alarm for alarm in alarms if alarm.name in names] if names else alarms

    def _relatives(self, member: str, parameters: Mapping[str, Any]) -> Answer:
        others = [name for name in parameters if name not in (member, "MaxRecords", "NextToken")]
        if others:
            raise checks.invalid(f"With {member}, {', '.join(others)} cannot be specified")
        alarm = self._alarm_or_invalid(parameters[member])
        if member == "ParentsOfAlarmName":
            return _answer((one, _brief(one)) for one in self.parents(alarm.name))
        children = self._children(alarm) if isinstance(alarm, CompositeAlarm) else []
        standing = {
            child.name: {"StateValue": child.status, "StateUpdatedTimestamp": child.state.at} for child in children
        }
        return _answer((child, _brief(child) | standing[child.name]) for child in children)

    def _alarm_or_invalid(self, name: str) -> Alarm:
        found = self.alarms.get(name)
        if found is None:
            raise checks.invalid(f"The alarm {name} does not exist")
        return found

    def DescribeAlarmsForMetric(self, call: Call) -> Answer:
        wanted = call.parameters
        key = key_of(wanted["Namespace"], wanted["MetricName"], wanted.get("Dimensions") or ())
        narrower = [name for name in ("Statistic", "ExtendedStatistic", "Period", "Unit") if wanted.get(name)]
        return {
            "MetricAlarms": [
                _row(alarm)
                for _, alarm in sorted(self.alarms.items())
                if isinstance(alarm, MetricAlarm)
                and alarm.metric == key
                and all(alarm.members.get(name) == wanted[name] for name in narrower)
            ]
        }

    def DescribeAlarmHistory(self, call: Call) -> Answer:
        wanted = call.parameters
        types = wanted.get("AlarmTypes") or ["MetricAlarm"]
        first = max(self.world.date - KEPT_HISTORY, wanted.get("StartDate") or self.world.date - KEPT_HISTORY)
        last = wanted.get("EndDate") or self.world.date
        items = [
            item
            for item in self.history
            if item.type in types
            and first <= item.at <= last
            and wanted.get("AlarmName") in (None, item.name)
            and wanted.get("HistoryItemType") in (None, item.kind)
            and not wanted.get("AlarmContributorId")
        ]
        if wanted.get("ScanBy") != "TimestampAscending":
            items.reverse()
        return {"AlarmHistoryItems": [item.row() for item in items]}

    # Tags

    def TagResource(self, call: Call) -> Answer:
        alarm = self._tagged(call)
        alarm.tags = checks.tags(
            [{"Key": key, "Value": value} for key, value in alarm.tags.items()] + call.parameters["Tags"]
        )
        return {}

    def UntagResource(self, call: Call) -> Answer:
        alarm = self._tagged(call)
        for key in call.parameters["TagKeys"]:
            alarm.tags.pop(key, None)
        return {}

    def ListTagsForResource(self, call: Call) -> Answer:
        return {"Tags": [{"Key": key, "Value": value} for key, value in self._tagged(call).tags.items()]}

    def _tagged(self, call: Call) -> Alarm:
        arn = call.parameters["ResourceARN"]
        found = self.alarms.get(self._name(arn))
        if found is None or found.arn != arn:
            raise ServiceError("ResourceNotFoundException", f"There is no alarm {arn}")
        return found

    # Metrics

    def PutMetricData(self, call: Call) -> Answer:
        namespace = call.parameters["Namespace"]
        if namespace.startswith("AWS/"):
            raise _wrong("The value AWS/ for parameter Namespace is invalid.")
        entries = list(call.parameters.get("MetricData") or ())
        for entity in call.parameters.get("EntityMetricData") or ():
            entries += entity.get("MetricData") or ()
        if not entries:
            raise ServiceError("MissingParameter", "The parameter MetricData is required.")
        if len(entries) > checks.MAX_DATA:
            raise _wrong(f"The collection MetricData must not have more than {checks.MAX_DATA} items.")
        data = [
            (key_of(namespace, entry["MetricName"], entry.get("Dimensions") or ()), self._datum(entry, number))
            for number, entry in enumerate(entries, 1)
        ]
        for key, datum in data:
            self._keep(key, datum)
        return {}

    def _datum(self, entry: Mapping[str, Any], number: int) -> Datum:
        date = entry.get("Timestamp") or self.world.date
        away = round((date - self.world.date) / timedelta(milliseconds=1))
        if away < -OLDEST or away > NEWEST:
            message = "within the past two weeks" if away < 0 else "no more than two hours in the future"
            raise _wrong(f"The parameter MetricData.member.{number}.Timestamp must specify a time {message}.")
        return checks.datum(entry, number, self.calendar(self.world.now + away))

    def observe(self, namespace: str, name: str, value: float, dimensions: Mapping[str, str]) -> None:
        """A datum of any metric, also of AWS's own, at this instant: the timeline's step `metric`.

        It is kept to the second, so that alarms of any period see it. Raises InvalidParameterValue.
        """
        listed = [{"Name": dimension, "Value": text} for dimension, text in dimensions.items()]
        entry = {"Value": value, "StorageResolution": 1}
        self._keep(key_of(namespace, name, listed), checks.datum(entry, 1, self.calendar(self.world.now)))

    def _keep(self, key: Key, datum: Datum) -> None:
        metric = self.metrics.get(key)
        if metric is None:
            metric = self.metrics[key] = Metric(key)
        metric.add(datum)
        for alarm in self.alarms.values():
            if isinstance(alarm, MetricAlarm) and alarm.metric == key:
                self.reconsider(alarm)

    def ListMetrics(self, call: Call) -> Answer:
        wanted = call.parameters
        now = self.calendar(self.world.now)
        since = now - (RECENT if wanted.get("RecentlyActive") else LISTED)
        return {
            "Metrics": [
                metric.row()
                for metric in self.metrics.values()
                if metric.data[-1].at >= since and _is_meant(metric, wanted)
            ]
        }

    def GetMetricStatistics(self, call: Call) -> Answer:
        wanted = call.parameters
        names = wanted.get("Statistics") or wanted.get("ExtendedStatistics")
        if not names:
            raise ServiceError("MissingParameter", "Specify either Statistics or ExtendedStatistics.")
        if wanted.get("Statistics") and wanted.get("ExtendedStatistics"):
            message = "The parameters Statistics and ExtendedStatistics cannot both be specified."
            raise ServiceError("InvalidParameterCombination", message)
        for name in wanted.get("ExtendedStatistics") or ():
            if not is_percentile(name):
                raise _wrong(f"The value {name} for parameter ExtendedStatistics is not a percentile such as p99.")
        period = wanted["Period"]
        if period not in (1, 5, 10, 20, 30) and period % 60:
            raise _wrong("The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.")
        grain = min(period, 60) * SECOND
        start = self._calendar_of(wanted["StartTime"]) // grain * grain
        end = self._calendar_of(wanted["EndTime"])
        if start >= end:
            raise ServiceError(
                "InvalidParameterCombination",
                "The parameter StartTime must be less than the parameter EndTime.",
            )
        if (end - start) / (period * SECOND) > MAX_DATAPOINTS:
            message = f"You have requested more than {MAX_DATAPOINTS} datapoints: choose a longer Period or less time."
            raise ServiceError("InvalidParameterCombination", message)
        key = key_of(wanted["Namespace"], wanted["MetricName"], wanted.get("Dimensions") or ())
        data = self.metrics[key].between(start, end, wanted.get("Unit")) if key in self.metrics else []
        return {"Label": wanted["MetricName"], "Datapoints": self._statistics(data, start, period * SECOND, wanted)}

    def _calendar_of(self, date: datetime) -> int:
        return self.calendar(round((date - self.world.start) / timedelta(milliseconds=1)))

    def _statistics(
        self, data: list[Datum], start: int, period: int, wanted: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        """AWS's Datapoints: one for each period and unit, from `start` on."""
        groups: dict[tuple[int, str], list[Datum]] = {}
        for datum in data:
            groups.setdefault(((datum.at - start) // period, datum.unit), []).append(datum)
        rows = []
        for (number, unit), group in sorted(groups.items()):
            row: dict[str, Any] = {"Timestamp": self.date_of(start + number * period), "Unit": unit}
            row |= {name: statistic(name, group) for name in wanted.get("Statistics") or ()}
            extended = {name: statistic(name, group) for name in wanted.get("ExtendedStatistics") or ()}
            if extended:
                row["ExtendedStatistics"] = {name: value for name, value in extended.items() if value is not None}
            rows.append(row)
        return rows


def _kept(parameters: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: copied(parameters[name]) for name in names if parameters.get(name) is not None}


def _fits(alarm: Alarm, wanted: Mapping[str, Any]) -> bool:
    prefix = wanted.get("ActionPrefix")
    actions = [arn for state in StateValue for arn in alarm.actions(state)]
    return (
        alarm.name.startswith(wanted.get("AlarmNamePrefix") or "")
        and wanted.get("StateValue") in (None, alarm.status)
        and (not prefix or any(arn.startswith(prefix) for arn in actions))
    )


def _answer(rows: Iterable[tuple[Alarm, dict[str, Any]]]) -> Answer:
    answer: Answer = {"MetricAlarms": [], "CompositeAlarms": []}
    for alarm, row in rows:
        answer[f"{alarm.type}s"].append(row)
    return answer


def _brief(alarm: Alarm) -> dict[str, Any]:
    return {"AlarmName": alarm.name, "AlarmArn": alarm.arn}


def _row(alarm: Alarm) -> dict[str, Any]:
    """AWS's MetricAlarm or CompositeAlarm."""
    row = _brief(alarm) | {
        "AlarmConfigurationUpdatedTimestamp": alarm.configured,
        "ActionsEnabled": alarm.actions_enabled,
        **{name: [] for name in r.ACTIONS.values()},
        "StateValue": alarm.status,
        "StateReason": alarm.state.reason,
        "StateUpdatedTimestamp": alarm.state.at,
        "StateTransitionedTimestamp": alarm.since,
    }
    if alarm.state.reason_json:
        row["StateReasonData"] = alarm.state.reason_json
    if isinstance(alarm, CompositeAlarm):
        row["AlarmRule"] = alarm.rule.text
    if isinstance(alarm, MetricAlarm):
        row["Dimensions"] = []
    return row | copied(alarm.members)


def _is_meant(metric: Metric, wanted: Mapping[str, Any]) -> bool:
    namespace, name, dimensions = metric.key
    has = dict(dimensions)
    return (
        wanted.get("Namespace") in (None, namespace)
        and wanted.get("MetricName") in (None, name)
        and all(
            one["Name"] in has and one.get("Value") in (None, has[one["Name"]])
            for one in wanted.get("Dimensions") or ()
        )
    )


def _wrong(message: str) -> ServiceError:
    return ServiceError("InvalidParameterValue", message)
