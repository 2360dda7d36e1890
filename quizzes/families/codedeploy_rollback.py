"""Whether a rollback follows, how many deployments there are then, and what an instance runs in the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes.fleets import DEPLOY_EXAMS, GUIDE, deployment, listed, upload
from quizzes.generate import Answer, Family, Parameters, World
from quizzes.luck import Luck

FAILURE, ALARM, REQUEST = "DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"
CASES = ("fails", "fails", "stopped", "stopped", "tolerated")


class Rollback(Family):
    topic = "codedeploy.rollback"
    exams = DEPLOY_EXAMS
    difficulty = 4
    cognitive = "analyse"
    refs = (f"{GUIDE}/deployments-rollback-and-redeploy.html", "docs/behaviour/codedeploy.md §7")
    principle = (
        "A rollback is a new deployment of the last revision that was deployed successfully. It follows only on an "
        "event that is listed, and a deployment's own setting goes before its group's."
    )
    beliefs: ClassVar[Mapping[str, str]] = {
        "rollback-is-default": "a deployment that does not go well is rolled back, whatever the settings say",
        "rollback-never-by-itself": "a rollback has to be started by hand",
        "rollback-same-id": "a rollback is a part of the deployment that it undoes",
        "rollback-retries": "a rollback tries the new version once more",
    }

    def draw(self, luck: Luck) -> Parameters:
        case = luck.one_of(CASES)
        events = luck.sample((FAILURE, ALARM, REQUEST), luck.one_of((1, 1, 2)))
        if luck.maybe(0.5):  # else a rollback would be rare, and "nothing follows" a good guess
            events = [FAILURE if case == "fails" else REQUEST]
        return {
            "size": luck.between(4, 6),
            "case": case,
            "events": [] if luck.maybe(0.1) else events,
            "override": luck.maybe(0.15),
            "place": luck.between(2, 3),
        }

    def world(self, drawn: Parameters) -> World:
        create = deployment("v2.zip")
        if drawn["override"]:
            create["parameters"]["autoRollbackConfiguration"] = {"enabled": False}
        timeline: list[dict[str, Any]] = [upload(2), {"at": "1m", "call": create}]
        behaviour: list[dict[str, Any]] = [{"hook": "AfterInstall", "takes": "20s"}]
        if drawn["case"] == "stopped":
            stop = {"deploymentId": "${deployments[0].deploymentId}"}
            call = {"service": "codedeploy", "operation": "StopDeployment", "parameters": stop}
            timeline.append({"at": "2m30s", "call": call})
        else:
            place = {"position": [drawn["place"]]}
            behaviour.append({"hook": "ValidateService", "deployment": [1], "instances": place, "fails": True})
        config = "HalfAtATime" if drawn["case"] == "tolerated" else "OneAtATime"
        changes: dict[str, Any] = {
            "parameters.FleetSize": drawn["size"],
            "parameters.Config": f"CodeDeployDefault.{config}",
            "timeline": timeline,
            "behavior": behaviour,
        }
        if drawn["events"]:
            settings = {"Enabled": True, "Events": drawn["events"]}
            changes["Resources.Group.Properties.AutoRollbackConfiguration"] = settings
        return World("fleet", changes)

    def truth(self, drawn: Parameters, result: Mapping[str, Any]) -> Answer:
        first = result["deployments"][0]["targets"][0]["name"]
        (row,) = [host for host in result["fleet"] if host["name"] == first]
        bucket = row["groups"][0]["revision"]["s3Location"]["bucket"]
        return len(result["deployments"]), 2 if bucket == "shop-revisions" else 1

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        return {
            "rollback-is-default": (2, 1),
            "rollback-never-by-itself": (1, 2),
            "rollback-same-id": (1, 1),
            "rollback-retries": (2, 2),
        }

    def stem(self, drawn: Parameters) -> str:
        settings = (
            f"automatic rollback enabled for {listed(drawn['events'])}" if drawn["events"] else "no rollback settings"
        )
        own = ", with autoRollbackConfiguration {enabled: false} of its own" if drawn["override"] else ""
        told = {
            "fails": (
                "The configuration is OneAtATime, and ValidateService fails on instance number "
                f"{drawn['place']} of {drawn['size']} in the order in which they are reached."
            ),
            "tolerated": (
                f"The configuration is HalfAtATime, and of {drawn['size']} instances only number {drawn['place']} in "
                "the order in which they are reached fails in ValidateService."
            ),
            "stopped": (
                f"The configuration is OneAtATime. When the first of {drawn['size']} instances has succeeded and "
                "others have not been reached yet, somebody calls StopDeployment without further parameters."
            ),
        }[drawn["case"]]
        return (
            f"A deployment group runs version 1, which was deployed successfully, and has {settings}. Version 2 is "
            f"deployed in place{own}. {told} Whatever may follow succeeds. How many deployments of the two versions "
            "are there in the end, not counting that of version 1 in the past, and what runs on the instance that was "
            "reached first?"
        )

    def show(self, answer: Answer) -> str:
        count, version = answer
        return f"{'One deployment' if count == 1 else 'Two deployments'}, and version {version}"

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        happened = {
            "fails": f"it fails, which is the event {FAILURE}",
            "tolerated": "it succeeds as a whole, as the failure is tolerated, and that is no event at all",
            "stopped": f"it is stopped on request, which is the event {REQUEST}",
        }[drawn["case"]]
        own = " The deployment's own setting takes the place of the group's." if drawn["override"] else ""
        outcome = (
            "a second deployment brings version 1 back"
            if answer[0] == 2
            else "nothing follows, and version 2 stays there"
        )
        return f"What counts is how the deployment ends: {happened}.{own} So {outcome}."


FAMILY = Rollback
