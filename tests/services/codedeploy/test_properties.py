"""What holds for every deployment, whatever the fleet, its configuration, its past and its luck."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from sim.core.clock import MINUTE
from tests.services.codedeploy.stage import Stage, bundle, hooks, in_flight

ONE = "CodeDeployDefault.OneAtATime"
CONFIGS = st.one_of(
    st.sampled_from([ONE, "CodeDeployDefault.HalfAtATime", "CodeDeployDefault.AllAtOnce"]),
    st.tuples(st.just("HOST_COUNT"), st.integers(0, 11)),
    st.tuples(st.just("FLEET_PERCENT"), st.integers(0, 99)),
)
ROLLBACK = {"enabled": True, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST"]}


@dataclass(frozen=True)
class Plan:
    """A fleet, its past, and what happens to it. Times in ms."""

    seed: int
    hosts: int
    config: Any
    past: frozenset[int] | None
    """Which instances the past left unhealthy; None: nothing was ever deployed."""
    luck: float
    silent: frozenset[int]
    lost: tuple[int, int] | None
    """(which instance is stopped, when)"""
    stop: int | None
    rolls_back: bool
    ignores_stop: bool
    again: int


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    hosts = draw(st.integers(1, 11))
    some = st.frozensets(st.integers(1, hosts), max_size=hosts)
    return Plan(
        draw(st.integers(0, 999)),
        hosts,
        draw(CONFIGS),
        draw(st.none() | some),
        draw(st.sampled_from([0.0, 0.02, 0.1, 0.4, 1.0])),
        draw(st.just(frozenset()) | some),
        draw(st.none() | st.tuples(st.integers(1, hosts), st.integers(0, 4 * MINUTE))),
        draw(st.none() | st.integers(0, 8 * MINUTE)),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.integers(0, 2)),
    )


Health = dict[str, bool]


def play(plan: Plan) -> tuple[Stage, dict[str, Health]]:
    """Play a plan; the stage, and who was healthy before each deployment."""
    rules: list[dict[str, Any]] = [{"agent": f"web-{n}", "running": False} for n in sorted(plan.silent)]
    rules += [{"hook": name, "fails": plan.luck} for name in ("ApplicationStop", "Install", "ValidateService")]
    stage = Stage(plan.hosts, ONE, rules, seed=plan.seed)
    config = plan.config if isinstance(plan.config, str) else stage.config("custom", *plan.config)
    if plan.past is not None:
        stage.adopt(bundle(), *(f"web-{n}" for n in sorted(plan.past)))
    if plan.lost is not None:
        stage.world.process(_lose(stage, *plan.lost))
    before = _watch(stage)
    for number in range(1 + plan.again):
        asked: dict[str, Any] = {"deploymentConfigName": config, "ignoreApplicationStopFailures": plan.ignores_stop}
        if plan.rolls_back:
            asked["autoRollbackConfiguration"] = ROLLBACK
        id = stage.create(hooks("ApplicationStop", "ValidateService"), f"v{number}.zip", **asked)
        if plan.stop is not None and number == 0:
            stage.world.run(until=plan.stop)
            if stage.info(id)["status"] in ("Created", "InProgress"):
                stage.call("StopDeployment", deploymentId=id)
        stage.world.run()
    return stage, before


def _watch(stage: Stage) -> dict[str, Health]:
    """Note who is healthy whenever a deployment is created."""
    before: dict[str, Health] = {}
    start = stage.codedeploy.start

    def watched(*arguments: Any) -> Any:
        health = {name: health == "Healthy" for name, (health, _) in stage.health().items()}
        deployment = start(*arguments)
        before[deployment.name] = health
        return deployment

    stage.codedeploy.start = watched
    return before


def _lose(stage: Stage, number: int, at: int) -> Any:
    yield stage.world.wait(at)
    id = list(stage.ec2.instances)[number - 1]
    stage.call("StopInstances", "ec2", InstanceIds=[id])


def minimum_of(deployment: Any, config: Any) -> int:
    hosts = len(deployment.targets)
    if config == ONE:
        return hosts - 1
    if isinstance(config, str):
        return {"CodeDeployDefault.HalfAtATime": ceil(hosts / 2), "CodeDeployDefault.AllAtOnce": 0}[config]
    kind, value = config
    return value if kind == "HOST_COUNT" else ceil(hosts * value / 100)


def check_pace(deployment: Any, minimum: int, healthy: Health) -> None:
    """Never more in flight than allowed, and no healthy instance is taken out below the minimum."""
    allowed = max(0, len(deployment.targets) - minimum)
    most = in_flight(deployment)
    assert most == deployment.maximum_in_flight
    assert most <= allowed
    now = dict(healthy)
    moves: list[tuple[int, int, Any]] = []
    for target in deployment.targets:
        if target.started is not None:
            moves += [(target.started, 1, target), (target.ended, 0, target)]
    taken: set[str] = set()
    for _, begins, target in sorted(moves, key=lambda move: (move[0], move[1], move[2].position)):
        if begins:
            taken.add(target.name)
            in_service = sum(well for name, well in now.items() if name not in taken)
            assert not now[target.name] or in_service >= minimum
        else:
            taken.remove(target.name)
            now[target.name] = target.status == "Succeeded"


def check_order(deployment: Any, healthy: Health) -> None:
    places = [healthy[target.name] for target in deployment.targets]
    assert places == sorted(places), "unhealthy ones first"
    started = [target.started for target in deployment.targets if target.started is not None]
    assert started == sorted(started)
    reached = [target.started is not None for target in deployment.targets]
    assert reached == sorted(reached, reverse=True), "nobody is passed over"


def check_ends(stage: Stage, deployment: Any) -> None:
    """Each target has one final status, each event too, and the overview adds up."""
    assert deployment.status in ("Succeeded", "Failed", "Stopped")
    finals = dict.fromkeys((target.ordinal for target in deployment.targets), 0)
    for _, ordinal, status, _ in stage.world.journal.entries:
        if ordinal in finals and status in ("Succeeded", "Failed", "Skipped"):
            finals[ordinal] += 1
    assert set(finals.values()) <= {1}
    for target in deployment.targets:
        ends = [one.status for one in target.events]
        assert set(ends) <= {"Succeeded", "Failed", "Skipped"}
        if target.status == "Skipped":
            assert (set(ends), target.started, target.ended) == ({"Skipped"}, None, None)
        if target.status == "Succeeded":
            assert "Skipped" not in ends
            assert all(one.status == "Succeeded" for one in target.events if one.name != "ApplicationStop")
    counts = deployment.overview()
    assert sum(counts.values()) == len(deployment.targets)
    assert counts["Pending"] == counts["InProgress"] == counts["Ready"] == 0


def check_verdict(deployment: Any, minimum: int) -> None:
    counts = deployment.overview()
    enough = counts["Succeeded"] >= max(1, minimum)
    if deployment.status == "Succeeded":
        assert enough
        assert counts["Skipped"] == 0
        assert deployment.error is None
    elif deployment.status == "Failed":
        assert counts["Skipped"] or not enough
        assert deployment.error["code"] in ("HEALTH_CONSTRAINTS", "HEALTH_CONSTRAINTS_INVALID")


@settings(max_examples=150, deadline=None)
@given(plans())
def test_what_always_holds(plan: Plan) -> None:
    stage, before = play(plan)
    deployments = stage.deployments()
    for deployment in deployments:
        event(f"{deployment.creator} {deployment.status}")
        if not deployment.targets:
            assert (deployment.status, deployment.started) == ("Stopped", None)
            continue
        # A rollback takes the group's configuration, which is one at a time.
        minimum = minimum_of(deployment, plan.config if deployment.creator == "user" else ONE)
        assert deployment.minimum == minimum
        check_pace(deployment, minimum, before[deployment.name])
        check_order(deployment, before[deployment.name])
        check_ends(stage, deployment)
        check_verdict(deployment, minimum)
    for deployment in deployments:
        told = deployment.rollback_info or {}
        if deployment.creator == "codeDeployRollback":
            assert "rollbackDeploymentId" not in told, "no rollback of a rollback"
        elif deployment.status == "Succeeded" or not plan.rolls_back:
            assert not told
    assert stage.world.quiet


def journal_of(stage: Stage) -> list[Any]:
    names = [entity.name for entity in stage.world.journal.entities]
    return [
        (time, names[ordinal], str(status), why.rule.id, why.render())
        for time, ordinal, status, why in stage.world.journal.entries
    ]


@settings(max_examples=40, deadline=None)
@given(plans())
def test_the_same_seed_gives_the_same_journal(plan: Plan) -> None:
    assert journal_of(play(plan)[0]) == journal_of(play(plan)[0])


def test_another_seed_gives_other_durations() -> None:
    plan = Plan(1, 4, ONE, frozenset(), 0.0, frozenset(), None, None, False, False, 0)
    other = Plan(2, 4, ONE, frozenset(), 0.0, frozenset(), None, None, False, False, 0)
    assert journal_of(play(plan)[0]) != journal_of(play(other)[0])
