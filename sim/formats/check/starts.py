"""Two ways to start a pipeline at once, a source that polls and a rule of EventBridge for it; or none at all.

Source: docs/behaviour/codepipeline.md §20: a pipeline of a template polls unless PollForSourceChanges is "false", and
then starts twice for each change; with "false" it waits for a rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from sim.core.problems import Problem
from sim.formats.check.template import Found, get, referred, rows, spelled, text_of
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node

EVENTS_OF = {"CodeCommit": "aws.codecommit", "S3": "aws.s3"}
"""Provider of a source that can poll -> the source of the events that tell of its changes."""


_OTHER_WAYS = re.compile("StartPipelineExecution|AWS::(CloudFormation::Stack|Scheduler::|CodePipeline::Webhook)\\b")
"""Words of a template in which something may start a pipeline that cannot be seen."""
_NO_TEMPLATE_ALONE = ("Transform", "timeline", "behavior", "expect")
"""Keys at the top of what is not all that there is: a macro makes more, and a scenario starts things itself."""


def check_starts(template: Found) -> Iterator[Problem]:
    """A warning for each source action that polls although a rule of the template starts its pipeline."""
    for name, properties in template.of_type("AWS::CodePipeline::Pipeline"):
        for source in _polling(properties, str):
            rule = _rule_for(template, name, text_of(properties.get("Name")), source)
            if rule is not None:
                yield _twice(source, name, f"the rule {rule}")
    if not any(key in template.root for key in _NO_TEMPLATE_ALONE) and not _OTHER_WAYS.search(template.text):
        yield from _never(template)


def _never(template: Found) -> Iterator[Problem]:
    """A warning for each pipeline that waits for a rule of which the template has none."""
    rules = template.of_type("AWS::Events::Rule")
    for name, properties in template.of_type("AWS::CodePipeline::Pipeline"):
        sources = list(_sources(properties, str))
        if not sources or not all(source.waits for source in sources):
            continue
        if any(_may_start(template, rule, (name, text_of(properties.get("Name")))) for _, rule in rules):
            continue
        place, source = sources[0].place, sources[0]
        message = f"{source.name} of {name} does not poll, and this template has no rule that starts it on a change"
        hint = f"add `Rule: {_rule(name, source)}`"
        hint += "; the bucket needs EventBridgeEnabled: true" if source.events == "aws.s3" else ""
        hint += ", with the ARN of a role that trusts events.amazonaws.com and may codepipeline:StartPipelineExecution"
        hint += "; leave it so where something elsewhere starts the pipeline"
        yield Problem(place.path, place.line, place.column, "warning", "PL214", message, hint)


def may_start_others(template: Found) -> bool:
    """Whether a rule of a template may start a pipeline of another one: not all its targets are its own resources."""
    return any(_may_start(template, rule, ("", None)) for _, rule in template.of_type("AWS::Events::Rule"))


def _rule(pipeline: str, source: _Source) -> str:
    """A rule that starts a pipeline when that source changes."""
    arn = f"arn:${{AWS::Partition}}:codepipeline:${{AWS::Region}}:${{AWS::AccountId}}:${{{pipeline}}}"
    pattern = _PATTERNS[source.events]
    for key in re.findall(r"<(\w+)>", pattern):
        node = get(source.values, key)
        pattern = pattern.replace(f"<{key}>", "…" if node is None else _written_again(node))
    target = f"{{Id: pipeline, Arn: !Sub '{arn}', RoleArn: …}}"
    return f"{{Type: AWS::Events::Rule, Properties: {{EventPattern: {pattern}, Targets: [{target}]}}}}"


_PATTERNS = {
    "aws.codecommit": "{source: [aws.codecommit], detail-type: [CodeCommit Repository State Change], detail: "
    "{event: [referenceCreated, referenceUpdated], repositoryName: [<RepositoryName>], referenceType: [branch], "
    "referenceName: [<BranchName>]}}",
    "aws.s3": "{source: [aws.s3], detail-type: [Object Created], detail: "
    "{bucket: {name: [<S3Bucket>]}, object: {key: [<S3ObjectKey>]}}}",
}
"""Source of events -> the pattern of those that a change makes (docs/behaviour/codepipeline.md §20)."""


def _written_again(node: Node) -> str:
    """A value of a configuration, as it can stand in a pattern."""
    call = function(node)
    if call is None:
        return text_of(node) or "…"
    argument = text_of(call[1])
    name = ".".join(text_of(one) or "…" for one in rows(call[1])) if argument is None else argument
    quoted = f"'{name}'" if call[0] == "Fn::Sub" else name
    return f"!{call[0].removeprefix('Fn::')} {quoted}" if call[0] in ("Ref", "Fn::GetAtt", "Fn::Sub") else "…"


def _may_start(template: Found, rule: Mapping, names: tuple[str, str | None]) -> bool:
    """Whether a rule may start a pipeline of those names: not when its targets are other resources of the template."""
    targets = rows(rule.get("Targets"))
    for arn in (get(target, "Arn") for target in targets):
        words = spelled(arn) if arn is not None else ""
        kind = template.type_of(referred(arn))
        if not kind or kind == "AWS::CodePipeline::Pipeline" or any(name and name in words for name in names):
            return True
    return not targets and "Targets" in rule


def check_starts_across(files: Sequence[tuple[str, Node]], templates: Sequence[Found]) -> Iterator[Problem]:
    """The same where the rule stands in another file, and names the pipeline by its name.

    `files` are the paths and roots of pipeline declarations that have a file of their own.
    """
    rules = _rules_by_pipeline(templates)
    if not rules:
        return
    for path, root in files:
        table = get(root, "pipeline") or root
        if isinstance(table, Mapping):
            yield from _across(path, table, text_of(table.get("name")), small, rules)
    for template in templates:
        for _, properties in template.of_type("AWS::CodePipeline::Pipeline"):
            yield from _across(template.path, properties, text_of(properties.get("Name")), str, rules)


@dataclass(frozen=True, slots=True)
class _Source:
    """A source action; `place` is where it is said whether it polls, or could be."""

    name: str
    events: str
    repository: str | None
    place: Node
    values: Mapping | None = None
    """Its configuration."""
    waits: bool = False
    """It does not poll, and so waits for a rule."""


Spelling = Callable[[str], str]
"""From a key as templates spell it to the same key of a declaration."""


def small(key: str) -> str:
    return key[:1].lower() + key[1:]


def _sources(pipeline: Mapping, spelling: Spelling) -> Iterator[_Source]:
    """The source actions of which it is known whether they poll or wait."""
    for stage in rows(pipeline.get(spelling("Stages"))):
        for action in rows(get(stage, spelling("Actions"))):
            type, configuration = get(action, spelling("ActionTypeId")), get(action, spelling("Configuration"))
            category, provider = (text_of(get(type, spelling(key))) for key in ("Category", "Provider"))
            given = get(configuration, "PollForSourceChanges")
            polls = "true" if given is None else (text_of(given) or "").lower()
            events = EVENTS_OF.get(provider or "")
            if category == "Source" and events and polls in ("true", "false"):
                name = text_of(get(action, spelling("Name"))) or "the source"
                place = given or (action if spelling is small else configuration or action)
                repository = text_of(get(configuration, "RepositoryName"))
                values = configuration if isinstance(configuration, Mapping) else None
                yield _Source(name, events, repository, place, values, polls == "false")


def _polling(pipeline: Mapping, spelling: Spelling) -> Iterator[_Source]:
    return (source for source in _sources(pipeline, spelling) if not source.waits)


def _twice(source: _Source, pipeline: str, rule: str) -> Problem:
    message = f"{source.name} of {pipeline} polls, and {rule} starts the pipeline too: two executions a change"
    hint = 'write "PollForSourceChanges": "false", and leave the rule as it is; left out, it polls'
    place = source.place
    return Problem(place.path, place.line, place.column, "warning", "PL211", message, hint)


def _rule_for(template: Found, pipeline: str, name: str | None, source: _Source) -> str | None:
    """The rule that starts this pipeline on events of that source."""
    own = "|".join(re.escape(one) for one in (pipeline, name) if one)
    for rule, properties in template.of_type("AWS::Events::Rule"):
        if not _tells_of(properties, source):
            continue
        for target in rows(properties.get("Targets")):
            arn = get(target, "Arn")
            if arn is not None and re.search(rf"(?<![\w-])({own})(?![\w-])", spelled(arn)):
                return rule
    return None


def _tells_of(rule: Mapping, source: _Source) -> bool:
    """Whether a rule that is not disabled may match what the source does."""
    pattern = rule.get("EventPattern")
    return (
        pattern is not None and text_of(rule.get("State")) != "DISABLED" and source.events in spelled(pattern).split()
    )


# In different files


@dataclass(frozen=True, slots=True)
class _Rule:
    path: str
    name: str
    properties: Mapping


def _rules_by_pipeline(templates: Sequence[Found]) -> dict[str, list[_Rule]]:
    """{the name of a pipeline: the rules that have its ARN as a target}"""
    found: dict[str, list[_Rule]] = {}
    for template in templates:
        for name, properties in template.of_type("AWS::Events::Rule"):
            for target in rows(properties.get("Targets")):
                arn = _ARN.fullmatch(_written(get(target, "Arn")))
                if arn is not None:
                    found.setdefault(arn[1], []).append(_Rule(template.path, name, properties))
    return found


_ARN = re.compile(r"arn:[^\s:]*:codepipeline:[^\s]*:([A-Za-z0-9.@_-]+)")


def _written(node: Node | None) -> str:
    """A text, also one in which Fn::Sub fills in something."""
    call = function(node) if node is not None else None
    return text_of(call[1] if call is not None and call[0] == "Fn::Sub" else node) or ""


def _across(
    path: str, pipeline: Mapping, name: str | None, spelling: Spelling, rules: dict[str, list[_Rule]]
) -> Iterator[Problem]:
    there = [rule for rule in rules.get(name or "", ()) if rule.path != path][:MAX_RULES]
    for source in _polling(pipeline, spelling) if there else ():
        for rule in there:
            if _tells_of(rule.properties, source) and _is_about(rule, source):
                yield _twice(source, name or "", f"the rule {rule.name} of {PurePath(rule.path).name}")
                break


MAX_RULES = 20
"""So many rules for one pipeline are looked at."""


def _is_about(rule: _Rule, source: _Source) -> bool:
    """Whether a rule that names resources names the source's repository, as far as both are plain text."""
    resources = [_written(one) for one in rows(get(rule.properties, "EventPattern", "resources"))]
    if source.repository is None or not resources or not all(resources):
        return True
    return any(text.endswith((f":{source.repository}", "}")) for text in resources)
