"""Two ways to start a pipeline at once: a source that polls, and a rule of EventBridge for the same source.

Source: docs/behaviour/codepipeline.md §20: a pipeline of a template polls unless PollForSourceChanges is "false", and
then starts twice for each change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sim.core.problems import Problem
from sim.formats.check.template import Found, get, rows, spelled, text_of
from sim.formats.nodes import Mapping, Node

EVENTS_OF = {"CodeCommit": "aws.codecommit", "S3": "aws.s3"}
"""Provider of a source that can poll -> the source of the events that tell of its changes."""


def check_starts(template: Found) -> Iterator[Problem]:
    """A warning for each source action that polls although a rule of the template starts its pipeline."""
    for name, properties in template.of_type("AWS::CodePipeline::Pipeline"):
        for action in _sources(properties):
            provider = text_of(get(action, "ActionTypeId", "Provider")) or ""
            polls = get(action, "Configuration", "PollForSourceChanges")
            if provider not in EVENTS_OF or (polls is not None and (text_of(polls) or "").lower() != "true"):
                continue
            rule = _rule_for(template, name, text_of(properties.get("Name")), EVENTS_OF[provider])
            if rule is not None:
                what = text_of(get(action, "Name")) or "the source"
                message = (
                    f"{what} of {name} polls, and the rule {rule} starts the pipeline too: two executions a change"
                )
                hint = 'write PollForSourceChanges: "false", and leave the rule as it is; left out, it polls'
                place = polls or get(action, "Configuration") or action
                yield Problem(place.path, place.line, place.column, "warning", "PL211", message, hint)


def _sources(properties: Mapping) -> Iterator[Node]:
    for stage in rows(properties.get("Stages")):
        for action in rows(get(stage, "Actions")):
            if text_of(get(action, "ActionTypeId", "Category")) == "Source":
                yield action


def _rule_for(template: Found, pipeline: str, name: str | None, source: str) -> str | None:
    """The rule that starts this pipeline on events of that source."""
    own = "|".join(re.escape(one) for one in (pipeline, name) if one)
    for rule, properties in template.of_type("AWS::Events::Rule"):
        pattern = properties.get("EventPattern")
        if pattern is None or text_of(properties.get("State")) == "DISABLED" or source not in spelled(pattern).split():
            continue
        for target in rows(properties.get("Targets")):
            arn = get(target, "Arn")
            if arn is not None and re.search(rf"(?<![\w-])({own})(?![\w-])", spelled(arn)):
                return rule
    return None
