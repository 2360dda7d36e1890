"""Triggers: messages that a repository sends to SNS topics when its references change.

Source: docs/behaviour/codecommit-and-glue.md §7.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from sim.core.calls import Call, copied
from sim.core.clock import moment
from sim.core.problems import ServiceError
from sim.services.codecommit import events
from sim.services.codecommit.git import NOTHING
from sim.services.codecommit.resources import TRIGGER_FAILED, TRIGGERED, Change, Repository, valid_reference_name

if TYPE_CHECKING:
    from sim.services.codecommit.api import CodeCommit

Trigger = dict[str, Any]

EVENTS = {
    "referenceCreated": "createReference",
    "referenceUpdated": "updateReference",
    "referenceDeleted": "deleteReference",
}
"""What EventBridge calls it -> what a trigger calls it."""
MAX_TRIGGERS = 10
MAX_BRANCHES = 10
MAX_CUSTOM_DATA = 1000
PRINCIPAL = "codecommit.amazonaws.com"
_NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)


def checked(service: CodeCommit, triggers: Any) -> list[Trigger]:
    """Triggers as they are kept. Raises AWS's error for what is wrong with them."""
    if triggers is None:
        raise ServiceError("RepositoryTriggersListRequiredException", "The list of triggers is required")
    if len(triggers) > MAX_TRIGGERS:
        raise ServiceError(
            "MaximumRepositoryTriggersExceededException", f"A repository has at most {MAX_TRIGGERS} triggers"
        )
    names = [trigger.get("name") for trigger in triggers]
    for trigger in triggers:
        _check(service, trigger)
        if names.count(trigger["name"]) > 1:
            raise _invalid("Name", f"two triggers are called {trigger['name']}")
    return copied(list(triggers))


def _invalid(what: str, message: str) -> ServiceError:
    return ServiceError(f"InvalidRepositoryTrigger{what}Exception", message)


def _required(what: str) -> ServiceError:
    return ServiceError(f"RepositoryTrigger{what}RequiredException", f"A trigger needs a {what}")


def _check(service: CodeCommit, trigger: Trigger) -> None:
    name = trigger.get("name")
    if not name:
        raise _required("Name")
    if not _NAME.fullmatch(name):
        raise _invalid("Name", f"{name} is not a trigger's name: 1 to 100 letters, digits, '.', '_' and '-'")
    _check_destination(service, trigger.get("destinationArn"))
    if len(trigger.get("customData") or "") > MAX_CUSTOM_DATA:
        raise _invalid("CustomData", f"customData has at most {MAX_CUSTOM_DATA} characters")
    branches = trigger.get("branches")
    if branches is None:
        raise _required("BranchNameList")
    if len(branches) > MAX_BRANCHES:
        raise ServiceError("MaximumBranchesExceededException", f"A trigger names at most {MAX_BRANCHES} branches")
    for branch in branches:
        if not valid_reference_name(branch):
            raise _invalid("BranchName", f"{branch} is not a branch's name")
    _check_events(trigger.get("events"))


def _check_destination(service: CodeCommit, destination: Any) -> None:
    if not destination:
        raise _required("DestinationArn")
    parts = str(destination).split(":")
    if len(parts) < 6 or parts[0] != "arn" or parts[2] not in ("sns", "lambda"):
        raise _invalid("DestinationArn", f"{destination} is not the ARN of an SNS topic or Lambda function")
    if parts[2] == "sns" and destination.endswith(".fifo"):
        raise _invalid("DestinationArn", "A trigger cannot send to a FIFO topic")
    if parts[3] != service.region:
        raise _invalid("Region", f"{destination} is not in the repository's Region, {service.region}")


def _check_events(wanted: Any) -> None:
    if not wanted:
        raise _required("EventsList")
    for event in wanted:
        if event not in ("all", *EVENTS.values()):
            raise _invalid("Events", f"{event} is not an event of triggers: all, {', '.join(EVENTS.values())}")
    if "all" in wanted and len(wanted) > 1:
        raise _invalid("Events", "all cannot be combined with other events")


def fire(service: CodeCommit, repository: Repository, changes: list[Change]) -> None:
    """Send what a push changed to every trigger that it concerns."""
    for trigger in repository.triggers:
        concerned = [change for change in changes if concerns(trigger, change)]
        if not concerned:
            continue
        facts = {"trigger": trigger["name"], "destination": trigger["destinationArn"]}
        references = [reference(change) for change in concerned]
        error = send(service, repository, trigger, references, concerned[0].principal)
        why = TRIGGERED(**facts) if error is None else TRIGGER_FAILED(**facts, error=error)
        service.world.note(concerned[0], "trigger", why)


def concerns(trigger: Trigger, change: Change) -> bool:
    """Whether a trigger wants to hear of that change. Branches that are named leave tags out."""
    if trigger["events"] != ["all"] and EVENTS[events.kind(change)] not in trigger["events"]:
        return False
    return not trigger["branches"] or (change.type == "branch" and change.short_name in trigger["branches"])


def reference(change: Change) -> dict[str, Any]:
    row: dict[str, Any] = {"commit": change.new or change.old, "ref": change.reference}
    if change.old is None:
        row["created"] = True
    if change.new is None:
        row["deleted"] = True
    return row


def sample(repository: Repository) -> list[dict[str, Any]]:
    """What a test sends: the last commit of the default branch, or zeros from an empty repository."""
    branch = repository.default_branch
    commit = repository.tip(branch) if branch else None
    return [{"commit": commit or NOTHING, "ref": f"refs/heads/{branch or 'main'}"}]


def send(
    service: CodeCommit, repository: Repository, trigger: Trigger, references: list[dict[str, Any]], principal: str
) -> str | None:
    """Publish one message; None, or why that failed."""
    destination = trigger["destinationArn"]
    _, _, target, region, account, *_ = destination.split(":")
    if target != "sns":
        return "this simulator has no Lambda functions"
    message = {"Records": [_record(service, repository, trigger, references, principal)]}
    parameters = {
        "TopicArn": destination,
        # The subject is not in the guide; mails that users quote read so.
        "Subject": f"UPDATE: AWS CodeCommit {repository.region} push: {repository.name}"[:100],
        "Message": json.dumps(message),
    }
    try:
        service.world.call(Call(PRINCIPAL, account, region, "sns", "Publish", parameters, PRINCIPAL))
    except ServiceError as error:
        return f"{error.code}: {error.message}"
    return None


def _record(
    service: CodeCommit, repository: Repository, trigger: Trigger, references: list[dict[str, Any]], principal: str
) -> dict[str, Any]:
    world = service.world
    now = moment(world.start, world.now)
    record = {
        "awsRegion": repository.region,
        "codecommit": {"references": references},
        "eventId": world.uuid("trigger", repository.arn, trigger["name"]),
        "eventName": "ReferenceChange",
        "eventPartNumber": 1,
        "eventSource": "aws:codecommit",
        "eventSourceARN": repository.arn,
        "eventTime": f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}+0000",
        "eventTotalParts": 1,
        "eventTriggerConfigId": repository.configuration_id,
        "eventTriggerName": trigger["name"],
        "eventVersion": "1.0",
        "customData": trigger.get("customData"),
        "userIdentityARN": principal,
    }
    return {name: value for name, value in record.items() if value is not None}
