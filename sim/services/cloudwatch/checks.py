"""Settings of alarms and reported data that cannot be. Source: docs/behaviour/codecommit-and-glue.md §16, CW-API."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from sim.core.problems import ServiceError
from sim.services.cloudwatch.metrics import NO_UNIT, STATISTICS, Datum, is_percentile, stored_at
from sim.services.cloudwatch.resources import MissingData

SHORT_PERIODS = (10, 20, 30)
"""Periods below a minute that an alarm may have, in seconds."""
DAY, WEEK, HOUR = 86_400, 604_800, 3_600
"""Seconds."""
MAX_TAGS = 50
MAX_VALUES = 150
MAX_DATA = 1_000
"""Entries of one PutMetricData."""
LARGEST = 2.0**360
"""No value is larger, or smaller than its negative."""

_THRESHOLD_OPERATORS = (
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
)
_NOT_SIMULATED = {
    "Metrics": "metric math",
    "ThresholdMetricId": "anomaly detection",
    "EvaluationCriteria": "PromQL",
    "EvaluationWindow": "a choice of evaluation windows",
    "EvaluationInterval": "a choice of evaluation intervals",
    "WarmUpConfiguration": "a warm-up period",
    "ActionsSuppressor": "suppressing the actions of composite alarms",
    "ActionsSuppressorWaitPeriod": "suppressing the actions of composite alarms",
    "ActionsSuppressorExtensionPeriod": "suppressing the actions of composite alarms",
    "ActionConfiguration": "handing on tags to actions",
}


def invalid(message: str) -> ServiceError:
    return ServiceError("ValidationError", message)


def alarm(parameters: Mapping[str, Any]) -> None:
    """Check what all alarms have. Raises ValidationError."""
    for name, what in _NOT_SIMULATED.items():
        if parameters.get(name):
            raise invalid(f"{name}: {what} is not simulated")
    for name in ("OKActions", "AlarmActions", "InsufficientDataActions"):
        for arn in parameters.get(name) or ():
            if len(arn.split(":")) < 6 or not arn.startswith("arn:"):
                raise invalid(f"Invalid arn syntax: {arn}")
    tags(parameters.get("Tags") or ())


def tags(given: Any) -> dict[str, str]:
    """Tags by their keys. Raises ValidationError."""
    found = {tag["Key"]: tag["Value"] for tag in given}
    if len(found) > MAX_TAGS:
        raise invalid(f"A resource can have at most {MAX_TAGS} tags")
    return found


def metric_alarm(parameters: Mapping[str, Any]) -> None:
    """Check the settings of an alarm on one metric. Raises ValidationError."""
    alarm(parameters)
    for name in ("MetricName", "Namespace", "Period", "Threshold", "ComparisonOperator", "EvaluationPeriods"):
        if parameters.get(name) is None:
            raise invalid(f"The parameter {name} is required for an alarm on a metric")
    _check_statistic(parameters)
    _check_periods(parameters)
    if parameters["ComparisonOperator"] not in _THRESHOLD_OPERATORS:
        raise invalid(f"{parameters['ComparisonOperator']} is for anomaly detection, which is not simulated")
    if not math.isfinite(parameters["Threshold"]):
        raise invalid("The parameter Threshold must be a finite number")
    missing = parameters.get("TreatMissingData", MissingData.MISSING)
    if missing not in list(MissingData):
        raise invalid(f"Value '{missing}' for TreatMissingData is not one of {', '.join(MissingData)}")


def _check_statistic(parameters: Mapping[str, Any]) -> None:
    statistic, extended = parameters.get("Statistic"), parameters.get("ExtendedStatistic")
    if (statistic is None) is (extended is None):
        raise invalid("Specify either Statistic or ExtendedStatistic, and not both")
    if statistic is not None and statistic not in STATISTICS:
        raise invalid(f"Value '{statistic}' for Statistic is not one of {', '.join(STATISTICS)}")
    if extended is not None and not is_percentile(extended):
        raise invalid(
            f"ExtendedStatistic {extended}: of the extended statistics, percentiles such as p99 are simulated"
        )
    few = parameters.get("EvaluateLowSampleCountPercentile", "evaluate")
    if few == "ignore":
        raise invalid("EvaluateLowSampleCountPercentile: leaving out few samples is not simulated")
    if few != "evaluate":
        raise invalid(f"Value '{few}' for EvaluateLowSampleCountPercentile is not evaluate or ignore")


def _check_periods(parameters: Mapping[str, Any]) -> None:
    period, periods = parameters["Period"], parameters["EvaluationPeriods"]
    breaching = parameters.get("DatapointsToAlarm") or periods
    if min(period, periods, breaching) < 1:
        raise invalid("Period, EvaluationPeriods and DatapointsToAlarm must be 1 or more")
    if period not in SHORT_PERIODS and period % 60:
        raise invalid("Period must be 10, 20, 30 or a multiple of 60")
    longest = WEEK if period >= HOUR else DAY
    if period * periods > longest:
        raise invalid(f"Period × EvaluationPeriods must be {longest} seconds or less")
    if breaching > periods:
        raise invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods")


def reason_json(text: str) -> str:
    """StateReasonData. Raises InvalidFormat."""
    try:
        json.loads(text or "{}")
    except ValueError:
        raise ServiceError("InvalidFormat", "StateReasonData is not valid JSON") from None
    return text


# Data


def datum(entry: Mapping[str, Any], number: int, at: int) -> Datum:
    """An entry of PutMetricData, the `number`-th from 1, reported for that moment of the calendar (ms).

    Raises what AWS answers to an entry that cannot be.
    """
    place = f"MetricData.member.{number}"
    given = [name for name in ("Value", "Values", "StatisticValues") if entry.get(name) is not None]
    if not given:
        message = f"At least one of the parameters {place}.Value, Values and StatisticValues must be specified."
        raise ServiceError("MissingParameter", message)
    if len(given) > 1:
        message = f"The parameters {place}.{given[0]} and {place}.{given[1]} are mutually exclusive."
        raise ServiceError("InvalidParameterCombination", message)
    resolution = entry.get("StorageResolution", 60)
    if resolution not in (1, 60):
        raise _wrong(f"The value {resolution} for parameter {place}.StorageResolution is not 1 or 60.")
    moment, unit = stored_at(at, resolution), entry.get("Unit") or NO_UNIT
    if given[0] == "StatisticValues":
        return _statistic_set(entry["StatisticValues"], place, moment, unit)
    values = [entry["Value"]] if given[0] == "Value" else entry["Values"]
    counts = [1.0] * len(values) if given[0] == "Value" else entry.get("Counts") or [1.0] * len(values)
    if len(counts) != len(values):
        raise _wrong(f"The parameters {place}.Values and {place}.Counts must be of the same length.")
    if not 1 <= len(values) <= MAX_VALUES:
        raise _wrong(f"The collection {place}.Values must have 1 to {MAX_VALUES} items.")
    for value in (*values, *counts):
        _check_number(value, place)
    if any(count <= 0 for count in counts):
        raise _wrong(f"Each of {place}.Counts must be more than 0.")
    return Datum(
        moment,
        unit,
        count=sum(counts),
        total=sum(value * count for value, count in zip(values, counts, strict=True)),
        low=min(values),
        high=max(values),
        values=tuple(zip(values, counts, strict=True)),
    )


def _statistic_set(given: Mapping[str, float], place: str, at: int, unit: str) -> Datum:
    count, total, low, high = (given[name] for name in ("SampleCount", "Sum", "Minimum", "Maximum"))
    for value in (count, total, low, high):
        _check_number(value, f"{place}.StatisticValues")
    if count <= 0 or low > high:
        raise _wrong(f"The parameter {place}.StatisticValues must have samples, and no Minimum above its Maximum.")
    # What lies between is unknown: percentiles see it only when all values are one (CW-API:PutMetricData).
    return Datum(at, unit, count, total, low, high, values=((low, count),) if low == high else ())


def _check_number(value: float, place: str) -> None:
    if not -LARGEST <= value <= LARGEST:
        raise _wrong(f"The value {value} for parameter {place}.Value is invalid.")


def _wrong(message: str) -> ServiceError:
    return ServiceError("InvalidParameterValue", message)
