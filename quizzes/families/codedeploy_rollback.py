"""Whether a rollback follows, how many deployments there are then, and how many instances keep the new version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes.fleets import DEPLOY_EXAMS, GUIDE, deployment, listed, ordinal, upload
from quizzes.generate import Answer, Family, Held, Parameters, World, believed
from quizzes.luck import Luck

FAILURE, ALARM, REQUEST = "DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"
CASES = ("fails", "fails", "stopped", "stopped", "tolerated", "passed")
SETTINGS = "timeline[1].call.parameters"


class Rollback(Family):
    version = 4
    topic = "codedeploy.rollback"
    exams = DEPLOY_EXAMS
    difficulty = 4
    cognitive = "analyse"
    refs = (f"{GUIDE}/deployments-rollback-and-redeploy.html", "docs/behaviour/codedeploy.md §7")
    principle = (
        "A rollback is a new deployment of the last revision that was deployed successfully, and can fail like any "
        "other. It follows only on an event that is listed, and a deployment's own setting goes before its group's."
    )
    beliefs: ClassVar[Mapping[str, str]] = {
        # the rarest first: of two that say the same, the first is kept
        "group-settings-win": "the group's rollback settings hold whatever a deployment itself says",
        "stop-counts-as-failure": "a deployment that somebody stops has failed, and DEPLOYMENT_FAILURE covers it",
        "any-failure-fails": "every instance is deployed to, and one failure makes the whole deployment fail",
        "stops-at-first-failure": "no further instance is taken after the first failure, whatever the configuration",
        "flag-changes-nothing": "a failed event ends the instance's part whatever the deployment says",
        "rollback-is-default": "a deployment that does not go well is rolled back, whatever the settings say",
        "rollback-never-by-itself": "a rollback has to be started by hand",
        "rollback-restores": "a rollback puts instances back without a deployment of its own",
        "rollback-spares-successes": "a rollback leaves the instances alone on which the new version succeeded",
        "failed-instance-goes-back": "an instance on which something fails is rolled back by a deployment of its own, "
        "however the deployment as a whole ends",
        "rollback-cannot-fail": "a rollback succeeds on every instance, whatever its hooks do",
        "failed-changes-nothing": "what did not succeed as a whole leaves no instance on the new version",
        "failures-never-stop": "a deployment goes on to the last instance, whatever has failed before",
        "failed-still-counts": "an instance on which the files were installed counts as healthy",
        "stop-lets-finish": "the instance that is being deployed to when a deployment is stopped ends well",
    }

    def draw(self, luck: Luck) -> Parameters:
        case = luck.one_of(CASES)
        events = luck.sample((FAILURE, ALARM, REQUEST), luck.one_of((1, 1, 2)))
        if luck.maybe(0.5):  # else a rollback would be rare, and "nothing follows" a good guess
            events = [REQUEST if case == "stopped" else FAILURE]
        size = luck.between(4, 6)
        return {
            "size": size,
            "case": case,
            "events": [] if luck.maybe(0.1) else events,
            "override": luck.maybe(0.25),
            "place": luck.between(1, size - 1 if case == "fails" else 3),
            "again": case in ("fails", "stopped") and luck.maybe(0.5),
        }

    def world(self, drawn: Parameters) -> World:
        create = deployment("v2.zip")
        if drawn["override"]:
            create["parameters"]["autoRollbackConfiguration"] = {"enabled": False}
        if drawn["case"] == "passed":
            create["parameters"]["ignoreApplicationStopFailures"] = True
        timeline: list[dict[str, Any]] = [upload(2), {"at": "1m", "call": create}]
        behaviour: list[dict[str, Any]] = [{"hook": "AfterInstall", "takes": "1m"}]
        if drawn["case"] == "stopped":
            stop = {"deploymentId": "${deployments[0].deploymentId}"}
            call = {"service": "codedeploy", "operation": "StopDeployment", "parameters": stop}
            timeline.append({"at": "3m", "call": call})  # in the middle of the second instance
        else:
            hook = "ApplicationStop" if drawn["case"] == "passed" else "ValidateService"
            behaviour.append(_failing(hook, 1, drawn["place"]))
        if drawn["again"]:
            behaviour.append(_failing("ValidateService", 2, 1))
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
        rows = [host["groups"][0] for host in result["fleet"]]
        healthy = [row for row in rows if row["instanceHealth"] == "Healthy"]
        new = [row for row in healthy if row["revision"]["s3Location"]["bucket"] == "shop-revisions"]
        return len(result["deployments"]), len(new)

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        return believed(self.beliefs, lambda held: course(drawn, held))

    def wrong(self, drawn: Parameters, misconception: str, answer: Answer) -> str:
        size, done = drawn["size"], succeeded(drawn)
        what, why = _happened(drawn)
        kept = f"{done} of {size} had succeeded with version 2"
        be = "is" if follows(drawn) else "would be"
        new = f"A rollback {be} a second deployment, with an id of its own, that installs version 1 again"
        return {
            "rollback-is-default": f"No rollback follows here: {why}.",
            "failed-changes-nothing": f"Nothing goes back by itself: {what}, and {kept}.",
            "failures-never-stop": (
                f"With OneAtATime the failure on the {ordinal(drawn['place'])} instance ends it: only {kept}."
                if drawn["case"] == "fails"
                else f"No failure counts here, as the flag lets ApplicationStop pass: {kept}."
            ),
            "group-settings-win": f"What the deployment itself says replaces the group's settings: {why}.",
            "stop-counts-as-failure": f"A deployment that is stopped is Stopped and not Failed: {why}.",
            "any-failure-fails": f"HalfAtATime leaves room for a failure, and {size - 1} successes are enough: {what}.",
            "stops-at-first-failure": f"HalfAtATime leaves room for a failure, and goes on: {kept}.",
            "flag-changes-nothing": f"The flag lets a failed ApplicationStop pass, and that instance goes on: {kept}.",
            "failed-still-counts": (
                f"The {ordinal(drawn['place'])} instance has the files of version 2, but it failed in ValidateService "
                f"and counts as unhealthy: {kept}."
            ),
            "stop-lets-finish": f"The instance that was under way when StopDeployment came is not healthy: {kept}.",
            "rollback-never-by-itself": f"Here one follows by itself: {why}.",
            "rollback-restores": f"{new}. Nothing is put back behind the scenes.",
            "rollback-spares-successes": f"{new}, also where version 2 had succeeded.",
            "failed-instance-goes-back": (
                f"No single instance is rolled back, also not the {ordinal(drawn['place'])}: {what}, and {why}."
            ),
            "rollback-cannot-fail": f"{new}. Here it {'fails' if follows(drawn) else 'would fail'} on the first "
            f"instance that it reaches, and {done} of {size} keep{'s' if done == 1 else ''} version 2.",
        }[misconception]

    def stem(self, drawn: Parameters) -> str:
        settings = (
            f"automatic rollback enabled for {listed(drawn['events'])}" if drawn["events"] else "no rollback settings"
        )
        own = ", with autoRollbackConfiguration {enabled: false} of its own" if drawn["override"] else ""
        size, place = drawn["size"], ordinal(drawn["place"])
        told = {
            "fails": (
                f"The configuration is OneAtATime, and ValidateService fails on the {place} of {size} instances in "
                "the order in which they are reached."
            ),
            "tolerated": (
                f"The configuration is HalfAtATime, and of {size} instances only the {place} in the order in which "
                "they are reached fails, in ValidateService."
            ),
            "passed": (
                "The configuration is OneAtATime, and the deployment has ignoreApplicationStopFailures set to true. "
                f"ApplicationStop fails on the {place} of {size} instances in the order in which they are reached."
            ),
            "stopped": (
                f"The configuration is OneAtATime. When the first of {size} instances has succeeded and the second is "
                "in AfterInstall, somebody calls StopDeployment without further parameters."
            ),
        }[drawn["case"]]
        then = (
            "If a rollback follows, ValidateService fails on the first instance that it reaches."
            if drawn["again"]
            else "If a rollback follows, it succeeds."
        )
        return (
            f"A deployment group runs version 1, which was deployed successfully, and has {settings}. Version 2 is "
            f"deployed in place{own}. {told} {then} How many deployments are there from then on, and how many "
            "instances are in the end healthy with version 2, in the eyes of CodeDeploy?"
        )

    def show(self, answer: Answer) -> str:
        count, new = answer
        return f"Deployments: {count}; healthy with version 2: {new}"

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        what, why = _happened(drawn)
        done = succeeded(drawn)
        kept = {0: "no instance", 1: "one instance"}.get(done, f"{done} instances")
        if answer[0] == 1:
            return f"{what[:1].upper()}{what[1:]}. No rollback follows: {why}. Version 2 has succeeded on {kept}."
        then = (
            f"It fails on its first instance, so that {kept} keep{'s' if done < 2 else ''} version 2"
            if drawn["again"]
            else f"It brings version 1 back, so that none of {drawn['size']} is left with version 2"
        )
        return f"{what[:1].upper()}{what[1:]}, and {why}: a second deployment follows. {then}."


APART = (
    {"failures-never-stop", "failed-still-counts", "any-failure-fails", "stops-at-first-failure"},
    {"rollback-is-default", "group-settings-win", "stop-counts-as-failure", "rollback-never-by-itself"},
    {"rollback-restores", "rollback-spares-successes", "rollback-cannot-fail", "rollback-never-by-itself"},
    {"failed-instance-goes-back", "rollback-is-default"},
    {"failed-changes-nothing", "failed-instance-goes-back", "stop-counts-as-failure"},
)
"""What cannot be believed together, as it is about the same thing."""
ONLY = {
    "any-failure-fails": ("tolerated",),
    "stops-at-first-failure": ("tolerated",),
    "failed-still-counts": ("fails", "tolerated"),
    "failures-never-stop": ("fails", "passed"),
    "flag-changes-nothing": ("passed",),
    "stop-lets-finish": ("stopped",),
    "stop-counts-as-failure": ("stopped",),
    "failed-instance-goes-back": ("tolerated", "passed"),
}
"""The cases of which a misconception says something, where that is not all of them."""
AFTER = {"rollback-restores", "rollback-spares-successes", "rollback-cannot-fail", "rollback-never-by-itself"}
"""Misconceptions about a rollback that does follow."""


def course(drawn: Parameters, held: Held) -> Answer | None:
    """How many deployments there are, and how many instances end with version 2, for who holds these misconceptions.

    None where one of them says nothing, or where two exclude each other.
    """
    if any(len(held & kind) > 1 for kind in APART) or any(drawn["case"] not in ONLY.get(one, CASES) for one in held):
        return None
    event, done = _ended(drawn, held)
    asked = event in drawn["events"] and (not drawn["override"] or "group-settings-win" in held)
    rolls = asked or "rollback-is-default" in held
    if not rolls:
        return None if held & AFTER else _stays(drawn, held, event, done)
    if held & {"failed-changes-nothing", "failed-instance-goes-back"}:
        return None
    if "rollback-never-by-itself" in held:
        return (1, done) if follows(drawn) else None
    fails = drawn["again"] and not held & {"rollback-cannot-fail", "rollback-restores"}
    keeps = fails or "rollback-spares-successes" in held
    return (1 if "rollback-restores" in held else 2), (done if keeps else 0)


def _ended(drawn: Parameters, held: Held) -> tuple[str | None, int]:
    """The event of a rollback that the end of the deployment is, if it is one, and how many have succeeded by then."""
    size, place, case = drawn["size"], drawn["place"], drawn["case"]
    failed = case == "fails" or bool(held & {"any-failure-fails", "stops-at-first-failure", "flag-changes-nothing"})
    if case == "stopped":
        return FAILURE if "stop-counts-as-failure" in held else REQUEST, 1 + ("stop-lets-finish" in held)
    done = succeeded(drawn)
    if "flag-changes-nothing" in held:
        done = place - 1
    if "stops-at-first-failure" in held:
        batch = size // 2
        done = min(size, -(-place // batch) * batch) - 1
    if "failures-never-stop" in held and failed:
        done = size - 1
    return (FAILURE if failed else None), done + ("failed-still-counts" in held)


def _stays(drawn: Parameters, held: Held, event: str | None, done: int) -> Answer | None:
    """The same where no rollback of the group follows."""
    if "failed-changes-nothing" in held:
        return None if event is None else (1, 0)
    if "failed-instance-goes-back" in held:
        return (2, drawn["size"] - 1) if event is None else None
    return 1, done


def _failing(hook: str, number: int, place: int) -> dict[str, Any]:
    return {"hook": hook, "deployment": [number], "instances": {"position": [place]}, "fails": True}


def succeeded(drawn: Parameters) -> int:
    """On how many instances version 2 succeeds before anything is rolled back."""
    size, place = drawn["size"], drawn["place"]
    return int({"fails": place - 1, "stopped": 1, "tolerated": size - 1, "passed": size}[drawn["case"]])


def follows(drawn: Parameters) -> bool:
    """Whether the settings ask for a rollback after what happens."""
    event = {"fails": FAILURE, "stopped": REQUEST}.get(drawn["case"])
    return event in drawn["events"] and not drawn["override"]


def _happened(drawn: Parameters) -> tuple[str, str]:
    """How the deployment ends, and why a rollback follows on that or does not."""
    event = {"fails": FAILURE, "stopped": REQUEST}.get(drawn["case"])
    what = {
        "fails": "the deployment fails",
        "stopped": "the deployment is stopped on request",
        "tolerated": "the deployment succeeds as a whole, since the one failure is tolerated",
        "passed": "the deployment succeeds, since failures of ApplicationStop are ignored",
    }[drawn["case"]]
    if event is None:
        return what, "a deployment that succeeds sets off no rollback"
    if drawn["override"]:
        return what, "the deployment's own setting switches rollbacks off"
    if not drawn["events"]:
        return what, "the group has no rollback settings"
    listed_events = listed(drawn["events"])
    return what, (f"{event} is listed" if event in drawn["events"] else f"{event} is not listed, only {listed_events}")


FAMILY = Rollback
