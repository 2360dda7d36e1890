"""The grammar of scenarios, key by key; mistakes with their lines; what is not part of this version is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sim.core.clock import DAY, HOUR, MINUTE, SECOND
from sim.core.problems import Problem, ProblemsError
from sim.core.randomness import Constant, Exponential, Lognormal, Uniform
from sim.formats.scenario import (
    QUOTAS,
    BehaviorRule,
    Fails,
    File,
    Instances,
    Person,
    Scenario,
    Step,
    is_template,
    read_scenario,
    scenario_from_document,
    scenario_from_text,
    scenario_of_template,
)

WHOLE = """\
title: Half at a time, and two instances fail
template: web.yaml
parameters: {FleetSize: 9, Stage: prod}
repositories: {web: app}
seed: 7
start: 2026-03-01T10:00:00Z
until: 12h
on_create: true
enforce: []
quotas: {codebuild.concurrent-builds: 5}
history:
  - {group: app/production, revision: app, unhealthy: [web-2]}
people:
  boss@example.com: {confirms: 5m}
  alice@example.com: {confirms: never}
  bob@example.com: {}
timeline:
  - {at: 10m, approve: {pipeline: web, stage: Release, action: Approve, by: bob, result: Rejected, summary: no}}
  - {at: 0s, push: {repository: web, branch: main, files: {index.html: "<h1>v2</h1>", old: ~, n: 3}, author: alice}}
  - {at: 20m, as: bob, call: {service: codedeploy, operation: StopDeployment, parameters: {deploymentId: "${d}", n: 3}}}
  - {at: 21m, call: {service: s3, operation: ListBuckets, as: carol}}
  - {at: 25m, upload: {bucket: b, key: k.zip, folder: app}}
  - {at: 26m, scale: {group: web, desired: 5}}
  - {at: 27m, instance: {name: web-1, state: stopped}}
  - {every: {exponential: 30m}, until: 8h, push: {repository: web, tag: v1, using: ssh}}
behavior:
  - {command: "npm (ci|install)", takes: {lognormal: {mean: 90s, cv: 0.3}}, cached: 15s, produces: ["node_modules/**"]}
  - {command: "npm test", project: web-build, phase: build, takes: 40s, fails: 0.05, build: 2}
  - {hook: AfterInstall, instances: [web-2, 7], fails: true, exit: 3, message: no space}
  - {hook: ValidateService, instances: {position: [1, 2]}, deployment: [2], fails: {attempts: [1, 2]}}
  - {hook: ValidateService, on: web-3, revision: [2], script: scripts/check.sh, fails: true}
  - {hook: ApplicationStart, takes: {uniform: [5s, 20s]}, after: 1h, before: 2h}
  - {agent: web-4, installed: false, running: yes, role: r, poll: 45s, version: 1.3.2}
  - {action: "Deploy/Stack", takes: 4m, execution: [1, 3]}
  - {approval: "Release/*", takes: {exponential: 2h}, by: bob, rejects: 0.1}
  - {phase: provisioning, takes: 5m}
  - {command: make, sets: {A: 1, B: two}, prints: hello, needs: [internet], produces: {a.txt: text, b.txt: }}
expect:
  - "deployments[-1].status == 'Failed'"
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a template and an application."""
    (tmp_path / "web.yaml").write_text(
        "Parameters:\n  FleetSize: {Type: Number, Default: 3}\n  Stage: {Type: String, Default: dev}\n"
        "Resources:\n  Repository: {Type: AWS::CodeCommit::Repository, Properties: {RepositoryName: web}}\n"
    )
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "index.html").write_text("v1")
    (tmp_path / "bare.git").mkdir()
    return tmp_path


def read(text: str, place: Path) -> Scenario:
    return scenario_from_text(text, place / "half.yml")


def refused(text: str, place: Path) -> list[Problem]:
    with pytest.raises(ProblemsError) as caught:
        read(text, place)
    return list(caught.value.problems)


def rule(text: str, place: Path) -> BehaviorRule:
    (found,) = read(f"behavior:\n  - {text}\n", place).behavior
    return found


def step(text: str, place: Path) -> Step:
    (found,) = read(f"timeline:\n  - {text}\n", place).timeline
    return found


# What is read


def test_what_stands_at_the_top(place: Path) -> None:
    scenario = read(WHOLE, place)
    assert (scenario.name, scenario.title) == ("half", "Half at a time, and two instances fail")
    assert scenario.template is not None
    assert list(scenario.template.resources) == ["Repository"]
    assert scenario.parameters == {"FleetSize": 9, "Stage": "prod"}
    assert scenario.repositories == {"web": {"index.html": File(b"v1")}}
    assert (scenario.seed, scenario.until, scenario.on_create) == (7, 12 * HOUR, True)
    assert scenario.start == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert scenario.quotas == {"codebuild.concurrent-builds": 5}
    assert scenario.people == {
        "boss@example.com": Person(5 * MINUTE),
        "alice@example.com": Person(None),
        "bob@example.com": Person(0),
    }
    (past,) = scenario.history
    assert (past.application, past.group, past.unhealthy, past.line) == ("app", "production", ("web-2",), 12)
    assert past.files == {"index.html": File(b"v1")}
    assert [(expect.text, expect.line) for expect in scenario.expect] == [("deployments[-1].status == 'Failed'", 39)]


def test_what_is_left_out_has_a_default(place: Path) -> None:
    scenario = read("title: nothing\n", place)
    assert scenario == Scenario(str(place / "half.yml"), "half", "nothing")
    assert (scenario.seed, scenario.until, scenario.start) == (0, None, datetime(2026, 1, 5, 9, tzinfo=UTC))


@pytest.mark.parametrize(("text", "until"), [("idle", None), ("2h", 2 * HOUR), ("90", 90 * SECOND)])
def test_until(place: Path, text: str, until: int | None) -> None:
    assert read(f"until: {text}\n", place).until == until


def test_the_timeline_is_in_order_of_time(place: Path) -> None:
    kinds = [(step.kind, step.at) for step in read(WHOLE, place).timeline]
    assert kinds == [
        ("push", None),
        ("push", 0),
        ("approve", 10 * MINUTE),
        ("call", 20 * MINUTE),
        ("call", 21 * MINUTE),
        ("upload", 25 * MINUTE),
        ("scale", 26 * MINUTE),
        ("instance", 27 * MINUTE),
    ]


def test_steps_at_one_instant_keep_the_order_of_the_file(place: Path) -> None:
    text = "timeline:\n" + "".join(f"  - {{at: 5s, push: {{repository: r{i}}}}}\n" for i in (3, 1, 2))
    assert [step.fields["repository"] for step in read(text, place).timeline] == ["r3", "r1", "r2"]


def test_the_steps_themselves(place: Path) -> None:
    again, push, approve, stop, listing, upload, scale, instance = read(WHOLE, place).timeline
    assert (again.every, again.until, again.fields["tag"]) == (Exponential(30 * MINUTE), 8 * HOUR, "v1")
    assert push.fields["files"] == {"index.html": "<h1>v2</h1>", "old": None, "n": "3"}
    assert push.text == "push repository web, branch main, files index.html, old, n, author alice"
    assert (approve.fields["by"], approve.fields["summary"], approve.line) == ("bob", "no", 18)
    assert (stop.as_, stop.fields["parameters"]) == ("bob", {"deploymentId": "${d}", "n": 3})
    assert listing.as_ == "carol"
    assert upload.fields["files"] == {"index.html": File(b"v1")}
    assert (scale.fields["desired"], instance.fields["state"]) == (5, "stopped")


def test_text_in_steps_stays_text(place: Path) -> None:
    assert step("{at: 0, push: {repository: 3.10, branch: 1, message: true}}", place).fields == {
        "repository": "3.10",
        "branch": "1",
        "message": "true",
    }


def test_the_rules(place: Path) -> None:
    install, test, after, validate, older, start, agent, action, approval, phase, make = read(WHOLE, place).behavior
    assert [one.index for one in (install, test, make)] == [0, 1, 10]
    assert (install.takes, install.cached) == (Lognormal(90 * SECOND, 0.3), Constant(15 * SECOND))
    assert install.produces == {"node_modules/**": None}
    assert (test.project, test.phase, test.fails, test.build) == ("web-build", "BUILD", Fails(probability=0.05), {2})
    assert after.instances == Instances(names=frozenset({"web-2"}), indexes=frozenset({7}))
    assert (after.fails, after.exit, after.message) == (Fails(always=True), 3, "no space")
    assert validate.instances == Instances(positions=frozenset({1, 2}))
    assert (validate.deployment, validate.fails) == ({2}, Fails(attempts=frozenset({1, 2})))
    assert older.instances == Instances(names=frozenset({"web-3"}))
    assert (older.revision, older.script) == ({2}, "scripts/check.sh")
    assert (start.takes, start.after, start.before) == (Uniform(5 * SECOND, 20 * SECOND), HOUR, 2 * HOUR)
    assert (agent.subject, agent.installed, agent.running, agent.role) == ("web-4", False, True, "r")
    assert (agent.poll, agent.version) == (45 * SECOND, "1.3.2")
    assert (action.subject, action.execution) == ("Deploy/Stack", {1, 3})
    assert (approval.subject, approval.by, approval.rejects) == ("Release/*", "bob", 0.1)
    assert (phase.kind, phase.subject) == ("phase", "PROVISIONING")
    assert (make.sets, make.prints, make.needs) == ({"A": "1", "B": "two"}, ("hello",), ("internet",))
    assert make.produces == {"a.txt": "text", "b.txt": None}


def test_a_rule_knows_its_line_and_text(place: Path) -> None:
    install = read(WHOLE, place).behavior[0]
    assert (install.line, install.text) == (27, "command npm (ci|install)")
    assert install.pattern is not None


@pytest.mark.parametrize("key", ["on", "instances"])
def test_the_older_spelling_of_instances_is_text_and_no_true(place: Path, key: str) -> None:
    assert rule(f"{{hook: Install, {key}: [a], fails: true}}", place).instances == Instances(frozenset({"a"}))


# Resources of the scenario itself


def test_inline_resources_stand_alone_or_add_to_the_template(place: Path) -> None:
    inline = "Resources:\n  Fleet: {Type: Sim::EC2::Fleet, Properties: {Name: web, Count: 3}}\n"
    alone = read(inline, place).template
    both = read("template: web.yaml\n" + inline, place).template
    assert alone is not None
    assert both is not None
    assert (list(alone.resources), list(both.resources)) == (["Fleet"], ["Repository", "Fleet"])


def test_inline_resources_may_refer_to_the_template(place: Path) -> None:
    text = "template: web.yaml\nResources:\n  B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Repository}}\n"
    assert read(text, place).template is not None
    (problem,) = refused(text.replace("template: web.yaml\n", ""), place)
    assert (problem.code, problem.line) == ("CF142", 2)


def test_every_finding_in_the_template_and_the_scenario_is_told(place: Path) -> None:
    (place / "web.yaml").write_text("Resources:\n  B: {Type: AWS::S3::Bucket, Properties: {X: !Ref Nobody}}\n")
    found = refused("template: web.yaml\nseed: x\n", place)
    assert [(Path(problem.path).name, problem.line) for problem in found] == [("half.yml", 2), ("web.yaml", 2)]


def test_simulated_resources_are_for_scenarios_only(place: Path) -> None:
    (place / "web.yaml").write_text("Resources:\n  Fleet: {Type: Sim::EC2::Fleet}\n")
    (problem,) = refused("template: web.yaml\n", place)
    assert (problem.code, problem.line, Path(problem.path).name) == ("SC027", 2, "web.yaml")
    with pytest.raises(ProblemsError, match="which AWS does not know"):
        scenario_of_template(place / "web.yaml")


# Mistakes


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("titel: x\n", "SC003", 1),
        ("title: [x]\n", "SC001", 1),
        ("template: nowhere.yaml\n", "SC023", 1),
        ("template: 'x\\0y'\n".replace("'", '"'), "SC023", 1),
        ("parameters: [1]\n", "SC001", 1),
        ("repositories: {web: nowhere}\n", "SC020", 1),
        ("repositories: [app]\n", "SC001", 1),
        ("seed: lucky\n", "SC001", 1),
        ("start: tomorrow\n", "SC024", 1),
        ("until: soon\n", "SC001", 1),
        ("on_create: perhaps\n", "SC001", 1),
        ("enforce: [sanity]\n", "SC025", 1),
        ("quotas: {codebuild.builds: 1}\n", "SC003", 1),
        ("quotas: {codebuild.concurrent-builds: many}\n", "SC001", 1),
        ("quotas: {codebuild.concurrent-builds: 0}\n", "SC029", 1),
        ("history:\n  - {group: app, revision: app}\n", "SC026", 2),
        ("history:\n  - {revision: app}\n", "SC002", 2),
        ("history:\n  - {group: a/b}\n", "SC002", 2),
        ("history:\n  - {group: a/b, revision: nowhere}\n", "SC020", 2),
        ("history:\n  - {group: a/b, revision: app, unhealty: [x]}\n", "SC003", 2),
        ("history: {group: a/b}\n", "SC001", 1),
        ("people: {boss@example.com: {confirms: maybe}}\n", "SC001", 1),
        ("people: {boss@example.com: {confirm: never}}\n", "SC003", 1),
        ("people: {boss@example.com: never}\n", "SC001", 1),
        ("expect: ['a ==']\n", "SC050", 1),
        (f"expect: ['{'(' * 3000}']\n", "SC050", 1),
        ("expect: [[a]]\n", "SC001", 1),
        ("Resources: {A: {Typ: x}}\n", "CF103", 1),
        ("- a\n", "SC001", 1),
        ("", "YAML102", 1),
        ("seed: 1\nseed: 2\n", "YAML103", 2),
    ],
)
def test_a_mistake_at_the_top_has_its_line(place: Path, text: str, code: str, line: int) -> None:
    assert (code, line) in [(problem.code, problem.line) for problem in refused(text, place)]


def test_an_upload_may_change_what_its_folder_holds(place: Path) -> None:
    step = "{at: 5s, upload: {bucket: a, key: b, folder: app, files: {index.html: ~, page.html: v2}}}"
    (upload,) = read(f"title: x\ntimeline:\n  - {step}\n", place).timeline
    assert upload.fields["files"] == {"page.html": File(b"v2")}
    assert "files" not in upload.text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{push: {repository: web}}", "SC031"),
        ("{at: 5s}", "SC030"),
        ("{at: 5s, push: {repository: a}, scale: {group: a, desired: 1}}", "SC030"),
        ("{at: 5s, psuh: {repository: web}}", "SC003"),
        ("{at: soon, push: {repository: web}}", "SC001"),
        ("{at: 5s, push: {branch: main}}", "SC033"),
        ("{at: 5s, push: {repository: web, file: x}}", "SC003"),
        ("{at: 5s, push: {repository: [web]}}", "SC001"),
        ("{at: 5s, push: {repository: web, files: [a]}}", "SC001"),
        ("{at: 5s, push: {repository: web, branch: a, tag: b}}", "SC036"),
        ("{at: 5s, push: {repository: web, using: carrier-pigeon}}", "SC039"),
        ("{at: 5s, push: web}", "SC001"),
        ("{at: 5s, approve: {pipeline: a, stage: b}}", "SC033"),
        ("{at: 5s, approve: {pipeline: a, stage: b, action: c, result: Maybe}}", "SC034"),
        ("{at: 5s, call: {service: s3}}", "SC033"),
        ("{at: 5s, call: {service: s3, operation: ListBuckets, parameters: [a]}}", "SC001"),
        ("{at: 5s, upload: {bucket: a, key: b, folder: nowhere}}", "SC020"),
        ("{at: 5s, upload: {bucket: a, key: b, folder: bare.git}}", "SC038"),
        ("{at: 5s, upload: {bucket: a, key: b, folder: app, files: [c]}}", "SC001"),
        ("{at: 5s, upload: {bucket: a, key: b, folder: app, files: {nowhere.sh: ~}}}", "SC057"),
        ("{at: 5s, scale: {group: a, desired: many}}", "SC001"),
        ("{at: 5s, alarm: {name: a, state: RED}}", "SC035"),
        ("{at: 5s, alarm: {name: a}}", "SC033"),
        ("{at: 5s, metric: {namespace: a, name: b}}", "SC033"),
        ("{at: 5s, metric: {namespace: a, name: b, value: much}}", "SC001"),
        ("{at: 5s, metric: {namespace: a, name: b, value: 1, dimensions: [c]}}", "SC001"),
        ("{at: 5s, metric: {namespace: a, name: b, value: 1, dimensions: {c: [d]}}}", "SC001"),
        ("{at: 5s, instance: {name: a, state: tired}}", "SC035"),
        ("{at: 5s, instance: {name: a, state: [stopped]}}", "SC035"),
        ("{every: 10m, push: {repository: web}}", "SC032"),
        ("{every: 0s, until: 8h, push: {repository: web}}", "SC037"),
        ("{every: often, until: 8h, push: {repository: web}}", "SC001"),
        ("push", "SC001"),
    ],
)
def test_a_mistake_in_a_step_has_its_line(place: Path, text: str, code: str) -> None:
    found = refused(f"title: x\ntimeline:\n  - {text}\n", place)
    assert (code, 3) in [(problem.code, problem.line) for problem in found]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{takes: 5s}", "SC040"),
        ("{hook: Install, agent: x, fails: true}", "SC040"),
        ("{hook: Instal, fails: true}", "SC042"),
        ("{phase: BILD, takes: 5s}", "SC042"),
        ("{command: '(', takes: 5s}", "SC041"),
        ("{command: [make], takes: 5s}", "SC001"),
        ("{command: make, phase: QUEUED, takes: 5s}", "SC042"),
        ("{command: make, hooks: x, takes: 5s}", "SC003"),
        ("{hook: Install, project: x, fails: true}", "SC003"),
        ("{hook: Install}", "SC047"),
        ("{hook: Install, instances: [a]}", "SC047"),
        ("{hook: Install, on: a, instances: b, fails: true}", "SC048"),
        ("{hook: Install, takes: long}", "SC001"),
        ("{hook: Install, fails: 1.5}", "SC043"),
        ("{hook: Install, fails: -1}", "SC043"),
        ("{hook: Install, fails: nan}", "SC043"),
        ("{hook: Install, fails: often}", "SC043"),
        ("{hook: Install, fails: [1]}", "SC043"),
        ("{hook: Install, fails: {attempts: [0]}}", "SC044"),
        ("{hook: Install, fails: {attempts: []}}", "SC045"),
        ("{hook: Install, fails: {attempt: [1]}}", "SC003"),
        ("{hook: Install, fails: true, exit: 0}", "SC049"),
        ("{hook: Install, fails: true, exit: 256}", "SC049"),
        ("{hook: Install, fails: true, instances: []}", "SC045"),
        ("{hook: Install, fails: true, instances: {positions: [1]}}", "SC003"),
        ("{hook: Install, fails: true, deployment: [0]}", "SC044"),
        ("{hook: Install, fails: true, deployment: first}", "SC001"),
        ("{hook: Install, fails: true, after: noon}", "SC001"),
        ("{agent: a, poll: 0s}", "SC052"),
        ("{agent: a, version: abc}", "SC056"),
        ("{agent: a, installed: never}", "SC001"),
        ("{approval: a, rejects: 2}", "SC046"),
        ("{command: make, needs: [money]}", "SC051"),
        ("{command: make, sets: [A]}", "SC001"),
        ("{command: make, sets: {A: [1]}}", "SC001"),
    ],
)
def test_a_mistake_in_a_rule_has_its_line(place: Path, text: str, code: str) -> None:
    found = refused(f"title: x\nbehavior:\n  - {text}\n", place)
    assert (code, 3) in [(problem.code, problem.line) for problem in found]


def test_a_name_that_is_near_is_told(place: Path) -> None:
    assert refused("behavior:\n  - {hook: AfterInstal, fails: true}\n", place)[0].hint == "did you mean AfterInstall?"
    assert refused("titel: x\n", place)[0].hint == "did you mean title?"


def test_a_scenario_that_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match="cannot be read: No such file"):
        read_scenario(tmp_path / "nothing.yml")
    (tmp_path / "latin.yml").write_bytes(b"title: caf\xe9\n")
    with pytest.raises(ProblemsError):
        read_scenario(tmp_path / "latin.yml")


# What is not part of this version


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("enforce:\n  - iam\n", "SC090"),
        ("timeline:\n  - {at: 5s, pull_request: {repository: a}}\n", "SC091"),
        ("timeline:\n  - {at: 5s, push: {repository: 'https://example.com/r'}}\n", "SC091"),
        ("behavior:\n  - {function: scan, takes: 2s}\n", "SC092"),
        ("behavior:\n  - {instance: web-1, takes: 2s}\n", "SC092"),
        ("Resources:\n  A: {Type: Sim::EKS::Fleet}\n", "SC093"),
    ],
)
def test_it_is_refused_with_its_line(place: Path, text: str, code: str) -> None:
    (problem,) = refused(text, place)
    assert (problem.code, problem.line) == (code, 2)
    assert "not part of this version" in problem.message
    assert problem.hint


# Other ways in


def test_a_scenario_from_plain_values(place: Path) -> None:
    document: dict[str, Any] = {"title": "\U0001f680 \t up", "repositories": {"web": "app"}, "until": "1d"}
    scenario = scenario_from_document(document, place)
    assert (scenario.title, scenario.until, scenario.name) == ("\U0001f680 \t up", DAY, "scenario")
    assert scenario.repositories == {"web": {"index.html": File(b"v1")}}


def test_a_template_alone_is_a_scenario_in_which_nothing_happens(place: Path) -> None:
    scenario = scenario_of_template(place / "web.yaml")
    assert (scenario.name, scenario.timeline, scenario.until) == ("web", (), None)
    assert scenario.template is not None


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("AWSTemplateFormatVersion: 2010-09-09\nResources: {}\n", True),
        ("Resources: {}\nParameters: {}\n", True),
        ("Resources: {}\ntitle: x\n", False),
        ("Resources: {}\ntimeline: []\n", False),
        ("title: x\n", False),
        ("- a\n", False),
        ("a: b: c\n", False),
    ],
)
def test_templates_and_scenarios_are_told_apart(tmp_path: Path, text: str, template: bool) -> None:
    file = tmp_path / "file.yml"
    file.write_text(text)
    assert is_template(file) is template


def test_every_quota_that_services_know_can_be_changed() -> None:
    """The names are the services' own; the reader lists them, since formats know no service."""
    import re

    import sim

    services = Path(sim.__file__).parent / "services"
    pattern = re.compile(r'^[A-Z_]+(?:: \w+)? = \(?"([a-z]+\.[a-z-]+)"(?:, [\d_]+\))?$', re.MULTILINE)
    code = [file.read_text(encoding="utf-8") for file in sorted(services.rglob("*.py"))]
    assert {name for text in code if "quotas.get(" in text for name in pattern.findall(text)} == set(QUOTAS)
