"""Twice as much to check takes twice as many steps, not four times: counted, not timed.

A step is a call of a function, Python's own or one of ours: what grows faster than its input shows in these
numbers, on every machine alike.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from sim.formats.check import across, check_paths, check_text
from sim.formats.intrinsics import MAX_HINTS, Functions, Names
from sim.formats.nodes import Node, Reader
from tests.formats.check.cases import CLEAN, FOLDERS

TWICE = 2.3
"""Twice, and what a sort takes more."""


def steps(work: Callable[[], object]) -> int:
    """How many calls some work makes, those of built-in functions included."""
    count = 0

    def note(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def grows(work: Callable[[int], object], n: int) -> float:
    """How many times the steps of n are those of 2 n. Once before, so that nothing is loaded on the way."""
    work(n)
    return steps(lambda: work(2 * n)) / steps(lambda: work(n))


# One file


def pipeline(stages: int) -> str:
    """Every action reads what the one before made, and names its variable."""
    source = {
        "name": "Get",
        "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "CodeCommit", "version": "1"},
        "configuration": {"RepositoryName": "web", "BranchName": "main", "PollForSourceChanges": "false"},
        "outputArtifacts": [{"name": "o0"}],
        "namespace": "n0",
    }
    found = [{"name": "Source", "actions": [source]}]
    for i in range(1, stages + 1):
        actions = [
            {
                "name": f"A{k}",
                "actionTypeId": {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"},
                "configuration": {
                    "ProjectName": "web",
                    "EnvironmentVariables": json.dumps([{"name": "A", "value": f"#{{n{max(i - 1, 0)}.x}}"}]),
                },
                "inputArtifacts": [{"name": "o0" if i == 1 else f"o{i - 1}x{k}"}],
                "outputArtifacts": [{"name": f"o{i}x{k}"}],
                **({"namespace": f"n{i}"} if k == 0 else {}),
            }
            for k in range(8)
        ]
        found.append({"name": f"S{i}", "actions": actions})
    store = {"type": "S3", "location": "bucket"}
    return json.dumps(
        {"name": "web", "roleArn": "arn:aws:iam::123456789012:role/x", "artifactStore": store, "stages": found}
    )


def wrong_pipeline(stages: int) -> str:
    """Every action reads what nobody makes."""
    return pipeline(stages).replace('"inputArtifacts": [{"name": "o', '"inputArtifacts": [{"name": "p')


def appspec(entries: int) -> str:
    files = "".join(f"  - source: /\n    destination: /srv/{n}\n" for n in range(entries))
    return f"version: 0.0\nos: linux\nfiles:\n{files}permissions:\n" + "".join(
        f"  - object: /srv/{n}\n" for n in range(entries)
    )


def graph(tasks: int) -> str:
    """Every task waits for the one behind it."""
    rows = "".join(f"    - {{identifier: t{n}, depend-on: [t{n + 1}]}}\n" for n in range(tasks))
    return f"version: 0.2\nbatch:\n  build-graph:\n{rows}    - identifier: t{tasks}\n"


def circles(tasks: int) -> str:
    """Every two tasks wait for each other."""
    rows = "".join(f"    - {{identifier: t{n}, depend-on: [t{n ^ 1}]}}\n" for n in range(2 * tasks))
    return f"version: 0.2\nbatch:\n  build-graph:\n{rows}"


def wrong_graph(tasks: int) -> str:
    """Every task waits for what is no task."""
    return graph(tasks).replace("depend-on: [t", "depend-on: [x")


def template(resources: int) -> str:
    """Every resource waits for the one behind it, and refers to its name."""
    rows = "".join(
        f"  R{n}: {{Type: AWS::SNS::Topic, DependsOn: R{n + 1}, Properties: {{TopicName: !Sub 'x-${{R{n + 1}}}'}}}}\n"
        for n in range(resources)
    )
    return f"Resources:\n{rows}  R{resources}: {{Type: AWS::SNS::Topic}}\n"


def wrong_template(resources: int) -> str:
    """Every resource waits for what is no resource, and has a name of signs."""
    rows = "".join(f"  R-{n}: {{Type: AWS::SNS::Topic, DependsOn: X{n}}}\n" for n in range(resources))
    return f"Resources:\n{rows}"


def wrong_names(mentions: int) -> str:
    """One resource refers to what is not there, in every way, among many others that are."""
    rows = "".join(f"      - [!Ref A{n}, !GetAtt B{n}.Arn, !FindInMap [M, a, k{n}]]\n" for n in range(mentions))
    others = "".join(f"  R{n}: {{Type: AWS::SNS::Topic}}\n" for n in range(mentions))
    keys = "".join(f"      l{n}: x\n" for n in range(mentions))
    one = f"  One:\n    Type: AWS::SNS::Topic\n    Properties:\n      Tags:\n{rows}"
    return f"Mappings:\n  M:\n    a:\n{keys}Resources:\n{one}{others}"


def conditions(count: int) -> str:
    """Every condition stands on the next one."""
    rows = "".join(f"  C{n}: !Not [!Condition C{n + 1}]\n" for n in range(count))
    last = f"  C{count}: !Equals [!Ref 'AWS::Region', eu-west-1]\n"
    return f"Conditions:\n{rows}{last}Resources:\n  R: {{Type: AWS::SNS::Topic, Condition: C0}}\n"


def policy(statements: int) -> str:
    """Every other statement denies what no other allows, and nothing is written as it is meant."""
    rows = [
        {
            "Effect": "Deny" if n % 2 else "Allow",
            "Action": [f"codebuild:StartBuild{n}", "codepipeline:PutApprovalResult", f"logs:Put{n}*"],
            "Resource": [f"arn:aws:logs:eu-west-1:111122223333:/web-{n}", f"arn:aws:codepipeline:::pipeline/{n}"],
            "Principal": {"AWS": f"web-{n}"},
            "Condition": {"ArnLike": {"aws:SourceArn": f"web-{n}"}} if n % 4 else {},
        }
        for n in range(statements)
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": rows})


def denials(statements: int) -> str:
    """Every statement is held against every other, up to a bound."""
    rows = [
        {"Effect": effect, "Action": f"s3:{effect}{n % 7}*", "Resource": "*"}
        for n in range(statements)
        for effect in ("Allow", "Deny")
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": rows})


def bare_buckets(count: int) -> str:
    """One statement, whose resources are names of buckets and no ARNs, and whose actions are as many."""
    row = {
        "Effect": "Allow",
        "Action": [f"s3:GetObject{n}*" for n in range(count)],
        "Resource": [f"bucket-{n}" for n in range(count)],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [row]})


def event_pattern(levels: int) -> str:
    """Every alternative has further ones inside."""
    detail: dict[str, object] = {"state": ["FAILED"]}
    for _ in range(levels):
        detail = {"$or": [*[{"state": [[], []]}] * 10, detail]}
    return json.dumps({"source": ["aws.codedeploy"], "detail": detail})


def listed_types(count: int) -> str:
    """Every detail type stands in a list inside the list, and some of them are none."""
    types = [f"CodeBuild Build Stat {n}" if n % 2 else "CodeBuild Build State Change" for n in range(count)]
    return json.dumps({"source": ["aws.codebuild"], "detail-type": [types]})


@pytest.mark.parametrize(
    ("name", "text", "n"),
    [
        ("buildspec.yml", graph, 300),
        ("buildspec.yml", circles, 300),
        ("buildspec.yml", wrong_graph, 300),
        ("template.yml", template, 200),
        ("template.yml", template, 600),
        ("template.yml", wrong_template, 600),
        ("template.yml", wrong_names, 600),
        ("template.yml", conditions, 300),
        ("pipeline.json", pipeline, 24),
        ("pipeline.json", wrong_pipeline, 24),
        ("appspec.yml", appspec, 300),
        ("policy.json", policy, 200),
        ("policy.json", denials, 120),
        ("policy.json", bare_buckets, 300),
        ("event-pattern.json", event_pattern, 20),
        ("event-pattern.json", listed_types, 1_000),
    ],
)
def test_one_file_of_twice_the_size(name: str, text: Callable[[int], str], n: int) -> None:
    assert grows(lambda n: check_text(text(n), name), n) < TWICE


# Many files


def copies(folder: Path, n: int) -> Path:
    """Clean files and small folders of files, each so many times, beside each other and each in its own folder."""
    for i in range(n):
        for number, (name, text) in enumerate(CLEAN.values()):
            path = folder / f"{i}-{number}-{name.partition(' as ')[0]}"
            path.write_text(text, encoding="utf-8")
        for number, (wrong, mended) in enumerate(FOLDERS.values()):
            for name, text in (wrong if number % 2 else mended).items():
                for path in (folder / f"{i}-{number}" / name, folder / f"{i}-{number}-{name.replace('/', '-')}"):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def test_twice_as_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(across, "LOOKS", 0)  # what a folder has beside what its files bring
    monkeypatch.setattr(across, "LOOKS_PER_FILE", 10)
    folders = {n: copies(tmp_path_of(tmp_path, n), n) for n in (4, 8)}
    assert grows(lambda n: check_paths([folders[n]]), 4) < TWICE


def tmp_path_of(folder: Path, n: int) -> Path:
    made = folder / str(n)
    made.mkdir()
    return made


# What a sort or a copy takes is one step: so, how often all names are gone through


class Counted(set[str]):
    """Names that know how often all of them were gone through."""

    times = 0

    def __iter__(self) -> Iterator[str]:
        self.times += 1
        return super().__iter__()


@pytest.mark.parametrize("ask", ["dependency", "known"])
def test_names_are_gone_through_for_the_first_findings_only(ask: str) -> None:
    there = Counted(f"R{n}" for n in range(10))
    functions = Functions(Reader("template.yml", "CF"), Names(resources=there))
    place = Node("template.yml", 1, 1)
    for n in range(1_000):
        if ask == "dependency":
            functions.dependency(f"X{n}", place, "R0")
        else:
            functions.known(f"X{n}", place)
    assert len(functions.reader.problems) == 1_000
    assert 0 < there.times <= MAX_HINTS + 1


@pytest.mark.parametrize(
    "resource",
    [
        "A{n}: {{Type: AWS::CodeDeploy::DeploymentGroup, Properties: {{ApplicationName: !Ref B}}}}",
        "A{n}: {{Type: AWS::CodeBuild::Project, Properties: {{Colour{n}: red, Visibility: x{n}, Name: 'a b'}}}}",
        "A{n}: {{Type: AWS::SNS::Topic, Properties: {{TopicName: !GetAtt B.Foo{n}}}}}",
        "A{n}: {{Type: AWS::S3::Bucket, DeletionPolicy: Retian{n}, UpdatePolicy: {{a{n}: b}}}}",
        "A{n}: {{Type: AWS::S3::BucketPolicy, Properties: {{Bucket: b, PolicyDocument: {{Version: '2012-10-17', "
        "Statement: [{{Effect: Allow, Principal: '*', Action: 's3:GetObjects{n}', Resource: !Ref B}}]}}}}}}",
    ],
)
def test_many_mistakes_of_one_kind_in_a_template(resource: str) -> None:
    def work(count: int) -> object:
        rows = "".join(f"  {resource.format(n=n)}\n" for n in range(count))
        return check_text(f"Resources:\n  B: {{Type: AWS::S3::Bucket}}\n{rows}", "template.yml", "template")

    assert grows(work, 400) < TWICE
