"""Manual approval: ask by mail, then wait for an answer, which is a watch: only a person can end it (§17)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.core import naming
from sim.core.calls import Call
from sim.core.clock import format_duration, moment
from sim.core.problems import ServiceError
from sim.services import behavior
from sim.services.codepipeline import resources as r
from sim.services.codepipeline.job import ActionFailed, Work

if TYPE_CHECKING:
    from sim.services.codepipeline.job import Job

SUBJECT_LENGTH = 100
"""SNS takes no longer subject."""
_CONSOLE = "https://console.aws.amazon.com/codepipeline/home?region="


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody answers, and after how many ms, by a rule of the scenario."""

    takes: int
    by: str
    status: str
    summary: str


def approve(job: Job) -> Work:
    answer = job.action.answer
    assert answer is not None
    ask(job)
    reply = ruled(job)
    if reply is not None:
        answered = yield from job.within(answer, min(reply.takes, job.deadline - job.world.now))
        if not answered and job.world.now < job.deadline:
            give(job, reply)
    left = job.deadline - job.world.now
    if not (yield from job.within(answer, left, watch=left > 0)):
        limit = format_duration(job.limit)
        raise ActionFailed("JobFailed", f"Nobody answered within {limit}", r.APPROVAL_EXPIRED(limit=limit))
    given: Any = answer.value
    status, by, summary = given
    job.action.summary, job.action.updated_by = summary, by
    told = f": {summary}" if summary else ""
    if status == "Rejected":
        raise ActionFailed("JobFailed", f"Rejected by {by}{told}", r.REJECTED(by=by, summary=told))
    job.why = r.APPROVED(by=by, summary=told)


def ask(job: Job) -> None:
    """Tell the topic of the action, if it has one. What SNS refuses makes the action fail."""
    topic = job.configuration.get("NotificationArn")
    if topic is None:
        return
    subject = f"APPROVAL NEEDED: AWS CodePipeline {job.execution.pipeline} for action {job.action.name}"
    asked = {"TopicArn": topic, "Subject": subject[:SUBJECT_LENGTH], "Message": json.dumps(message(job))}
    job.call("sns", "Publish", asked)


def message(job: Job) -> dict[str, Any]:
    region, pipeline, action = job.service.region, job.execution.pipeline, job.action
    console = f"{_CONSOLE}{region}#/view/{pipeline}"
    approval = {
        "pipelineName": pipeline,
        "stageName": action.stage.name,
        "actionName": action.name,
        "token": action.token,
        "expires": moment(job.world.start, job.deadline).strftime("%Y-%m-%dT%H:%MZ"),
        "externalEntityLink": job.configuration.get("ExternalEntityLink"),
        "approvalReviewLink": f"{console}/{action.stage.name}/{action.name}/approve/{action.token}",
        "customData": job.configuration.get("CustomData"),
    }
    told = {key: value for key, value in approval.items() if value is not None}
    return {"region": region, "consoleLink": console, "approval": told}


def ruled(job: Job) -> Reply | None:
    """The answer that the scenario's rules foresee; None where nobody is foreseen to answer."""
    rules = job.fitting("approval")
    if not rules:
        return None
    what = job.circumstances()
    work = behavior.of(job.world).work(job.world, "approval", what, "pipeline.approval")
    by = next((rule.by for rule in rules if rule.by is not None), "approver")
    rejects = next((rule.rejects for rule in rules if rule.rejects is not None), 0.0)
    luck = job.world.draw(f"approval {what.subject} rejects", what.entity, what.attempt)
    who = by if by.startswith("arn:") else naming.user(job.service.account, by)
    return Reply(work.takes, who, "Rejected" if luck < rejects else "Approved", work.message or "")


def give(job: Job, reply: Reply) -> None:
    """Answer as that person, through the same door as everybody."""
    asked = {
        "pipelineName": job.execution.pipeline,
        "stageName": job.action.stage.name,
        "actionName": job.action.name,
        "result": {"status": reply.status, "summary": reply.summary},
        "token": job.action.token,
    }
    call = Call(reply.by, job.service.account, job.service.region, "codepipeline", "PutApprovalResult", asked)
    try:
        job.world.call(call)
    except ServiceError as error:  # somebody without the permission cannot answer; the action waits on
        job.action.summary = f"{error.code}: {error.message}"
