"""Pipelines of a template: judged as declarations, in the spelling of templates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from sim.core.problems import Problem
from sim.formats import stores
from sim.formats.check.declared import Declared, respelled
from sim.formats.check.entries import written
from sim.formats.check.known_properties import fitting_roles
from sim.formats.check.names import CONFIGURED, name_of
from sim.formats.check.pipeline import lint
from sim.formats.check.template import Found, problem_at
from sim.formats.pipeline import Violation, abroad_in, told_once, violations

MAX_KEYS = 6
MAX_LINES = 20
"""So many keys and lines are named in one message."""


def check_pipelines(template: Found) -> Iterator[Problem]:
    """Every finding about the pipelines of a template."""
    for name, _ in template.of_type("AWS::CodePipeline::Pipeline"):
        declared = template.declared(name)
        if declared is not None:
            yield from _small_keys(name, declared)
            yield from _violations(template, declared)
            yield from _lints(declared)


def _small_keys(name: str, declared: Declared) -> Iterator[Problem]:
    """Keys as the API and its CLI spell them: CloudFormation knows others."""
    keys = list(dict.fromkeys(key.text for key in declared.small))
    if keys:
        more = f" and {len(keys) - MAX_KEYS} more" if len(keys) > MAX_KEYS else ""
        message = f"{name} has {', '.join(keys[:MAX_KEYS])}{more} as the CLI spells them; a template has no such keys"
        lines = sorted({key.line for key in declared.small})
        where = f", on the lines {', '.join(map(str, lines[:MAX_LINES]))}" if len(lines) > 1 else ""
        each = "each " if len(keys) > 1 else ""
        spelt = ", ".join(key[:1].upper() + key[1:] for key in keys[:MAX_KEYS])
        hint = f"write {spelt}{more}, {each}with a capital letter{where}"
        yield problem_at(declared.small[0], "error", "172", message, hint)


def _violations(template: Found, declared: Declared) -> Iterator[Problem]:
    for violation in told_once(violations(declared.value)):
        node = declared.node(violation.where)
        if violation.of_key or declared.is_known(violation.where):
            text = f"{respelled(violation.message, violation.where)} ({violation.error})"
            code = f"PL{100 + violation.rule}"
            hint = _own(template, declared, violation) or respelled(_without_guesses(declared, violation))
            hint += "" if violation.near is None else f", line {declared.node(violation.near).line}"
            yield Problem(node.path, node.line, node.column, "error", code, text, hint)


def _without_guesses(declared: Declared, violation: Violation) -> str:
    """The hint of a key, in which nothing that only stands for a value is written out."""
    place = violation.where[:-1] if violation.of_key else violation.where
    if any(guess[: len(place)] == place for guess in declared.guessed):
        return re.sub(r"\bunknown(-\d+)?\b", "…", violation.hint)
    return violation.hint


def _own(template: Found, declared: Declared, violation: Violation) -> str:
    """The hint at a key that is due, where the template makes one resource that it may name; else ""."""
    if violation.rule == 21 and violation.message.endswith("has no roleArn") and not violation.where:
        roles = fitting_roles(template, "codepipeline.amazonaws.com")
        return f"add `RoleArn: !GetAtt {roles[0]}.Arn`" if len(roles) == 1 else ""
    if violation.rule == 15 and not violation.about and violation.where[2:3] == ("actions",):
        return _stores(declared)
    if violation.rule == 15 and violation.about:
        store = f"{{Region: {violation.about}, ArtifactStore: {{Type: S3, Location: …}}}}"
        return f"add `{store}` to ArtifactStores, with a bucket of that Region"
    if violation.rule != 11 or not violation.about:
        return ""
    _, i, _, j, *_ = violation.where
    provider = declared.value["stages"][i]["actions"][j]["actionTypeId"]["provider"]
    kind = CONFIGURED.get((provider, violation.about))
    there = [name for name in template.resources if template.type_of(name) == kind]
    if kind is None or len(there) != 1:
        return ""
    return f"add `{violation.about}: {name_of(there[0], kind)}` to its Configuration"


def _stores(declared: Declared) -> str:
    """The stores to write for actions in several Regions, the bucket as the template names it."""
    found = abroad_in(declared.value)
    regions = [where for where in declared.guessed if where[4:] == ("region",)]
    if found is None or regions:
        return "write, in place of ArtifactStore, ArtifactStores with a store for each Region that actions run in"
    store = dict(declared.value["artifactStore"])
    place = ("artifactStore", "location")
    if declared.is_known(place):
        return stores.hint(found, store, listed=True)
    bucket = written(declared.nodes[place]) or "…"
    return stores.hint(found, {**store, "location": bucket}, listed=True).replace(json.dumps(bucket), bucket)


def _lints(declared: Declared) -> Iterator[Problem]:
    for finding in lint(declared.value):
        node = declared.node(finding.where)
        if declared.is_known(finding.where):
            message, hint = respelled(finding.message), respelled(finding.hint)
            yield Problem(node.path, node.line, node.column, finding.severity, f"PL{finding.code}", message, hint)
