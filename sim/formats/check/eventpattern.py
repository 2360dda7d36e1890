"""Event patterns with lines: what EventBridge refuses, and what it takes although no event can ever match."""

from __future__ import annotations

import difflib
import json
from typing import Any

from sim.core.problems import Problem
from sim.formats.eventpattern import PatternError, parse
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence, plain

MAX_LENGTH = 4096
QUOTA_LENGTH = 2048
ENVELOPE = ("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail", "$or")
OPERATORS = ("prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric", "cidr", "exists")

DETAIL_TYPES = {
    "aws.codecommit": (
        "CodeCommit Repository State Change",
        "CodeCommit Comment on Commit",
        "CodeCommit Comment on Pull Request",
        "CodeCommit Pull Request State Change",
        "CodeCommit Approval Rule Template Change",
        "CodeCommit Comment Reaction Change",
    ),
    "aws.codebuild": ("CodeBuild Build State Change", "CodeBuild Build Phase Change"),
    "aws.codedeploy": (
        "CodeDeploy Deployment State-change Notification",
        "CodeDeploy Instance State-change Notification",
    ),
    "aws.codepipeline": (
        "CodePipeline Pipeline Execution State Change",
        "CodePipeline Stage Execution State Change",
        "CodePipeline Action Execution State Change",
    ),
}
"""Source -> its detail types: codecommit-and-glue.md §10, codebuild.md §9.3, codedeploy.md §13, codepipeline.md §23."""
_API_CALL = "AWS API Call via CloudTrail"

VALUES = {
    "CodeCommit Repository State Change": (
        "event",
        ("referenceCreated", "referenceUpdated", "referenceDeleted", "unreferencedMergeCommitCreated"),
    ),
    "CodeCommit Pull Request State Change": (
        "event",
        (
            "pullRequestCreated",
            "pullRequestSourceBranchUpdated",
            "pullRequestStatusChanged",
            "pullRequestMergeStatusUpdated",
            "pullRequestApprovalRuleCreated",
            "pullRequestApprovalRuleUpdated",
            "pullRequestApprovalRuleDeleted",
            "pullRequestApprovalRuleOverridden",
            "pullRequestApprovalStateChanged",
        ),
    ),
    "CodeCommit Comment on Commit": ("event", ("commentOnCommitCreated", "commentOnCommitUpdated")),
    "CodeCommit Comment on Pull Request": ("event", ("commentOnPullRequestCreated", "commentOnPullRequestUpdated")),
    "CodePipeline Pipeline Execution State Change": (
        "state",
        ("CANCELED", "FAILED", "RESUMED", "STARTED", "STOPPED", "STOPPING", "SUCCEEDED", "SUPERSEDED"),
    ),
    "CodePipeline Stage Execution State Change": (
        "state",
        ("CANCELED", "FAILED", "RESUMED", "STARTED", "STOPPED", "STOPPING", "SUCCEEDED"),
    ),
    "CodePipeline Action Execution State Change": (
        "state",
        ("ABANDONED", "CANCELED", "FAILED", "STARTED", "SUCCEEDED"),
    ),
    "CodeDeploy Deployment State-change Notification": (
        "state",
        ("START", "SUCCESS", "FAILURE", "STOP", "READY", "QUEUED"),
    ),
    "CodeDeploy Instance State-change Notification": ("state", ("START", "SUCCESS", "FAILURE", "READY")),
    "CodeBuild Build State Change": (
        "build-status",
        ("IN_PROGRESS", "SUCCEEDED", "FAILED", "STOPPED", "TIMED_OUT", "FAULT"),
    ),
}
"""Detail type -> (a field of detail, the values it can have)."""


def check_pattern(root: Node, path: str) -> list[Problem]:
    """Every finding, errors and warnings, in a pattern that stands at that node."""
    reader = Reader(path, "EP")
    document = reader.mapping(root, "an event pattern")
    if document is not None:
        _object(reader, document)
        value = values(document)
        if not reader.problems:
            _whole(reader, document, value)
        _advise(reader, document, value)
    return reader.problems


def values(node: Node, operator: bool = False) -> Any:
    """Plain values as JSON has them: an unquoted number is one, however it is written.

    A function of a template stands for the list it should come to, and inside an `operator` for text.
    """
    if function(node) is not None:
        return "unknown" if operator else ["unknown"]
    if isinstance(node, Scalar) and node.plain:
        try:
            return json.loads(node.text, parse_constant=str)
        except (ValueError, RecursionError):
            return plain(node)
    if isinstance(node, Sequence):
        return [values(item, operator=True) for item in node.items]
    if isinstance(node, Mapping):
        return {key.text: _member(key.text, value, operator) for key, value in node.items}
    return plain(node)


def _member(key: str, node: Node, operator: bool) -> Any:
    if key == "$or" and isinstance(node, Sequence):
        return [values(item) for item in node.items]
    return values(node, operator)


def _refused(reader: Reader, node: Node, code: str, reason: str, hint: str = "") -> None:
    reader.error(node, code, f"Event pattern is not valid. Reason: {reason}", hint)


def _object(reader: Reader, table: Mapping) -> None:
    if not table.items:
        _refused(reader, table, "103", "Empty objects are not allowed", "take it out, or name a field in it")
    for key, value in table.items:
        if function(value) is not None:
            continue
        if key.text == "$or":
            _alternatives(reader, value)
        elif isinstance(value, Mapping):
            _object(reader, value)
        elif isinstance(value, Sequence):
            _leaf(reader, key, value)
        else:
            hint = f'write "{key.text}": [{json.dumps(plain(value))}]'
            _refused(reader, value, "101", f'"{key.text}" must be an object or an array', hint)


def _alternatives(reader: Reader, node: Node) -> None:
    if not isinstance(node, Sequence) or len(node.items) < 2:
        _refused(reader, node, "105", "$or must be an array of two or more objects", "name the alternatives in a list")
        return
    for item in node.items:
        if not isinstance(item, Mapping):
            _refused(reader, item, "105", "$or takes objects only", "write each alternative as an object")
            continue
        _object(reader, item)


def _leaf(reader: Reader, key: Scalar, node: Sequence) -> None:
    if not node.items:
        hint = 'name a value, or write [{"exists": true}] for any'
        _refused(reader, node, "102", f'"{key.text}": empty arrays are not allowed', hint)
    for item in node.items:
        if function(item) is not None:
            continue
        if isinstance(item, Sequence):
            _refused(reader, item, "106", f'"{key.text}": a list inside a list is no value', "write its values instead")
        elif isinstance(item, Mapping):
            try:
                parse({"field": [values(item, operator=True)]})
            except PatternError as error:
                _refused(reader, item, "104", str(error), _operator_hint(item))


def _operator_hint(item: Mapping) -> str:
    wrong = [key for key in item.keys() if key not in OPERATORS]
    if not wrong:
        return "look up what the operator takes in docs/behaviour/codecommit-and-glue.md §13.2"
    near = difflib.get_close_matches(wrong[0][:40], OPERATORS, 1)
    return f"did you mean {near[0]}?" if near else f"known operators: {', '.join(OPERATORS)}"


def _whole(reader: Reader, document: Mapping, value: Any) -> None:
    """What only shows in the whole: operators as fields inside `$or`, too many combinations."""
    try:
        parse(value)
    except PatternError as error:
        _refused(reader, document, "107", str(error))
    length = len(json.dumps(value, separators=(",", ":"), ensure_ascii=False))
    if length > MAX_LENGTH:
        reader.error(document, "108", f"the pattern has {length} characters; at most {MAX_LENGTH} are taken")
    elif length > QUOTA_LENGTH:
        message = f"the pattern has {length} characters, and the quota of an account is {QUOTA_LENGTH}"
        reader.warning(document, "201", message, "shorten it, or have the quota raised")


# Advice: patterns that nothing can match


def _advise(reader: Reader, document: Mapping, value: dict[str, Any]) -> None:
    for key, _ in document.items:
        if key.text not in ENVELOPE:
            near = difflib.get_close_matches(key.text[:40], ENVELOPE, 1)
            hint = f"did you mean {near[0]}?" if near else f"an event has {', '.join(ENVELOPE[:-1])}"
            reader.warning(key, "202", f"no event has {key.text!r} at its top", hint)
    sources, types = _texts(document, "source"), _texts(document, "detail-type")
    for source in sources:
        if f"aws.{source.text}" in DETAIL_TYPES:
            message = f"no service sends as {source.text!r}"
            reader.warning(source, "205", message, f"write aws.{source.text}")
    known = [name for source in sources for name in DETAIL_TYPES.get(source.text, ())]
    if known and all(source.text in DETAIL_TYPES for source in sources):
        for type_ in types:
            if type_.text not in (*known, _API_CALL):
                near = difflib.get_close_matches(type_.text[:80], known, 1)
                hint = f"did you mean {near[0]}?" if near else f"known: {'; '.join(known)}"
                message = f"{' and '.join(source.text for source in sources)} sends no {type_.text!r}"
                reader.warning(type_, "203", message, hint)
    for type_ in types if len(types) == 1 else ():
        _states(reader, document, type_.text)


def _texts(table: Mapping, key: str) -> list[Scalar]:
    node = table.get(key)
    items = node.items if isinstance(node, Sequence) else ()
    return [item for item in items if isinstance(item, Scalar) and not item.tag]


def _states(reader: Reader, document: Mapping, type_: str) -> None:
    detail = document.get("detail")
    if type_ not in VALUES or not isinstance(detail, Mapping):
        return
    field, known = VALUES[type_]
    for item in _texts(detail, field):
        if item.text not in known:
            near = [value for value in known if value == item.text.upper().replace("CANCELLED", "CANCELED")]
            near = near or difflib.get_close_matches(item.text[:60], known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
            reader.warning(item, "204", f"{field} of {type_!r} is never {item.text!r}", hint)
