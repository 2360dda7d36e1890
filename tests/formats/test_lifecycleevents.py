"""Names that are no lifecycle event: which one is meant, by words before letters, and never one that is there."""

import pytest

from sim.formats.appspec import HOOKS
from sim.formats.check import check_text
from sim.formats.computespec import COMPUTE_HOOKS
from sim.formats.lifecycleevents import event_meant, meaning_of

HEAD = "version: 0.0\nos: linux\nfiles: [{source: /, destination: /srv/web}]\nhooks:\n"
ECS_TYPE = "AWS::ECS::Service"
ECS = (
    "version: 0.0\nResources:\n  - Service:\n"
    f"      Type: {ECS_TYPE}\n      Properties:\n        TaskDefinition: <TASK_DEFINITION>\n"
    "        LoadBalancerInfo: {ContainerName: web, ContainerPort: 80}\nHooks:\n"
)


def told(text: str) -> list[tuple[str, int, str]]:
    return [(one.code, one.line, one.hint) for one in check_text(text, "appspec.yml")]


def hooks(*events: str) -> str:
    return HEAD + "".join(f"  {event}:\n    - location: scripts/{event.lower()}.sh\n" for event in events)


@pytest.mark.parametrize("events", [HOOKS, COMPUTE_HOOKS])
def test_every_event_is_meant_by_its_own_name(events: tuple[str, ...]) -> None:
    assert [event_meant(event, events) for event in events] == list(events)
    assert [event_meant(event.lower(), events) for event in events] == list(events)


@pytest.mark.parametrize(
    ("written", "event"),
    [
        ("ValidateApplication", "ValidateService"),
        ("ValidationService", "ValidateService"),
        ("health_check", "ValidateService"),
        ("StartServer", "ApplicationStart"),
        ("ServiceStart", "ApplicationStart"),
        ("AplicationStart", "ApplicationStart"),
        ("applicationstrt", "ApplicationStart"),
        ("StopApplication", "ApplicationStop"),
        ("StopServer", "ApplicationStop"),
        ("PreInstall", "BeforeInstall"),
        ("BeforInstal", "BeforeInstall"),
        ("after-install", "AfterInstall"),
        ("AfterAllow", "AfterAllowTraffic"),
        ("PostTraffic", "AfterAllowTraffic"),
        ("BeforeBlock", "BeforeBlockTraffic"),
        ("BeforeStart", ""),
        ("AfterStop", ""),
        ("Installation", ""),
        ("LifeCycleEvent", ""),
        ("", ""),
    ],
)
def test_words_say_which_event_is_meant(written: str, event: str) -> None:
    assert event_meant(written, HOOKS) == event


def test_traffic_for_tests_is_another_event() -> None:
    assert meaning_of("AfterAllowTestTraffic") != meaning_of("AfterAllowTraffic")
    assert event_meant("AfterTestTraffic", COMPUTE_HOOKS) == "AfterAllowTestTraffic"
    assert event_meant("BeforeAllowTestTraffic", COMPUTE_HOOKS) == ""
    assert event_meant("AfterAllow", COMPUTE_HOOKS) == "AfterAllowTraffic"


def test_an_event_that_is_there_is_not_meant() -> None:
    assert event_meant("ValidateApplication", HOOKS, ["ValidateService"]) == ""
    assert event_meant("AplicationStp", HOOKS, ["ApplicationStop"]) == ""


def test_a_check_of_health_does_not_become_the_stop() -> None:
    for events in (["ApplicationStop"], ["ApplicationStart", "ApplicationStop", "AfterInstall"]):
        text = hooks(*events, "ValidateApplication")
        assert told(text) == [
            ("AP003", 5 + 2 * len(events), "rename `ValidateApplication` to `ValidateService`"),
        ]


def test_scripts_of_a_name_whose_event_is_there_go_into_that() -> None:
    ((code, line, hint),) = told(hooks("ValidateService", "ValidateApplication"))
    assert (code, line) == ("AP003", 7)
    assert hint.startswith("move its scripts below `ValidateService:` on line 5")


def test_what_no_event_is_for_is_told_with_the_next_one() -> None:
    assert told(hooks("BeforeStart")) == [
        ("AP003", 5, "rename it to AfterInstall: that is the last event before ApplicationStart")
    ]
    ((_, _, hint),) = told(hooks("AfterInstall", "BeforeStart"))
    assert hint == "move its scripts below `AfterInstall:` on line 5: that is the last event before ApplicationStart"


def test_a_hint_names_only_events_that_are_not_there() -> None:
    ((_, _, hint),) = told(hooks("BeforeInstall", "ApplicationStop", "Whenever"))
    assert hint.startswith("use one of BeforeBlockTraffic")
    assert "BeforeInstall" not in hint
    assert "ApplicationStop" not in hint


def test_events_of_ecs_are_told_by_their_words() -> None:
    assert told(ECS + "  - AfterTestTraffic: check\n") == [("AP123", 9, "did you mean AfterAllowTestTraffic?")]
    ((_, _, hint),) = told(ECS + "  - AfterAllowTraffic: check\n  - AfterAllow: check\n")
    assert hint.startswith("use one of BeforeInstall")
    assert "AfterAllowTraffic" not in hint
