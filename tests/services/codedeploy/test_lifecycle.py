"""What an event does is worked out once a bundle; how long it takes is the instance's luck, whatever else differs."""

from __future__ import annotations

import pytest

from sim.core.clock import MINUTE, SECOND
from tests.services.codedeploy.stage import APPSPEC, SEVEN, Stage, bundle, hooks


def durations(stage: Stage, number: int = 0) -> dict[str, list[int]]:
    """{instance: how long each event took, in ms} of a deployment."""
    deployment = stage.deployments()[number]
    return {
        target.name: [event.ended - event.started for event in target.events if event.ended]
        for target in deployment.targets
    }


def run(files, *behavior, hosts=4, **settings) -> dict[str, list[int]]:
    stage = Stage(hosts, behavior=behavior, **settings)
    stage.deploy(files)
    return durations(stage)


PLAIN = hooks("AfterInstall", "ApplicationStart")


def test_a_rule_that_changes_nothing_leaves_every_instance_its_luck():
    idle = {"hook": "AfterInstall", "instances": ["web-3"], "fails": False}
    assert run(PLAIN, idle) == run(PLAIN)


def test_a_rule_for_one_event_of_one_instance_changes_that_alone():
    usual = run(PLAIN)
    slow = run(PLAIN, {"hook": "AfterInstall", "instances": ["web-3"], "takes": "30m"})
    place = SEVEN.index("AfterInstall")
    assert slow["web-3"][place] == 30 * MINUTE != usual["web-3"][place]
    assert slow["web-3"][:place] + slow["web-3"][place + 1 :] == usual["web-3"][:place] + usual["web-3"][place + 1 :]
    for name in ("web-1", "web-2", "web-4"):
        assert slow[name] == usual[name]


def test_another_name_of_the_script_or_a_rule_of_the_same_duration_is_no_other_luck():
    text = APPSPEC + "hooks:\n  AfterInstall:\n    - location: other/name.sh\n"
    renamed = bundle(text, **{"site/index.html": "x", "other/name.sh": "echo done"})
    same = {"hook": "AfterInstall", "takes": {"lognormal": {"mean": "4s", "cv": 0.5}}}
    first = run(hooks("AfterInstall"))
    assert run(renamed) == first
    assert run(hooks("AfterInstall"), same) == first


def test_a_second_script_has_luck_of_its_own():
    text = APPSPEC + "hooks:\n  AfterInstall:\n    - location: one.sh\n    - location: two.sh\n"
    both = bundle(text, **{"site/index.html": "x", "one.sh": "echo 1", "two.sh": "echo 2"})
    place = SEVEN.index("AfterInstall")
    one, two = run(hooks("AfterInstall")), run(both)
    added = [two[name][place] - one[name][place] for name in one]
    assert all(ms > 0 for ms in added)
    assert added != [one[name][place] for name in one]


def test_the_next_deployment_to_an_instance_has_other_luck():
    stage = Stage(3)
    stage.deploy(PLAIN)
    stage.deploy(PLAIN, key="v3.zip")
    first, second = durations(stage, 0), durations(stage, 1)
    place = SEVEN.index("DownloadBundle")
    assert all(first[name][place] != second[name][place] for name in first)


@pytest.mark.parametrize("seconds", [1, 2])
def test_what_a_script_sleeps_comes_on_top(seconds: int):
    place = SEVEN.index("AfterInstall")
    usual, longer = run(hooks("AfterInstall")), run(hooks("AfterInstall", script=f"sleep {seconds}"))
    assert [longer[name][place] - usual[name][place] for name in usual] == [seconds * SECOND] * len(usual)
    assert all(longer[name][:place] == usual[name][:place] for name in usual)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ({"takes": {"uniform": ["5s", "20s"]}}, {"instances": {"position": [1, 2, 3, 4]}}),
        ({"takes": "2h"}, {"after": "0s"}),
    ],
    ids=["a duration", "longer than an event may take"],
)
@pytest.mark.parametrize("event", ["ApplicationStart", "BeforeInstall", "DownloadBundle", "BlockTraffic"])
def test_a_rule_for_every_instance_says_the_same_as_one_that_must_be_asked_each_time(short, long, event):
    # given the same rule twice, the second time narrowed to what is always so
    runs = []
    for rule in (short, {**short, **long}):
        stage = Stage(
            4,
            behavior=[{"hook": event, **rule}],
            deploymentStyle={"deploymentOption": "WITH_TRAFFIC_CONTROL"},
            loadBalancerInfo={"targetGroupInfoList": [{"name": "web"}]},
        )
        stage.deploy(PLAIN)
        runs.append((durations(stage), stage.world.behaviour.fitted, stage.world.behaviour.used))
    # then
    assert runs[0] == runs[1]
    assert runs[0][1] == {0}


def test_a_rule_that_lets_a_script_fail_or_print_is_asked_each_time():
    fails = {"hook": "ApplicationStart", "fails": {"attempts": [1]}, "takes": "5s"}
    stage = Stage(2, behavior=[fails])
    assert stage.deploy(PLAIN).overview()["Failed"] == 2
    # what it prints stands in the log of an event whose agent goes away meanwhile
    prints = {"hook": "ApplicationStart", "prints": ["ready"], "takes": "5s"}
    assert Stage(1, behavior=[prints]).world.behaviour.always("ApplicationStart", "deploy.script") is None
