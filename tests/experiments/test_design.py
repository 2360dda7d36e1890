"""What can be varied, and how."""

from pathlib import Path
from typing import Any

import pytest

from sim.core.problems import ProblemsError, UsageError
from sim.experiments.design import read_source, values_of, variants
from tests.experiments.worlds import CONFIG, deployment


def test_every_combination_the_last_path_changing_first() -> None:
    found = variants({"parameters.FleetSize": [5, 10], "behavior[0].fails": [0.0, 0.1]})
    assert [one.label for one in found] == [
        "FleetSize=5, fails=0.0",
        "FleetSize=5, fails=0.1",
        "FleetSize=10, fails=0.0",
        "FleetSize=10, fails=0.1",
    ]
    assert found[3].settings == {"parameters.FleetSize": 10, "behavior[0].fails": 0.1}


def test_a_list_names_the_variants_themselves() -> None:
    found = variants([{}, {"behavior[0].fails": 0.5, "behavior[1].fails": 0.5}])
    assert [one.label for one in found] == ["as it is", "behavior[0].fails=0.5, behavior[1].fails=0.5"]


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        ({"parameters.FleetSize": []}, "no value"),
        ({"parameters.FleetSize": 5}, "a list of values"),
        ({"parameters.FleetSize": "5,10"}, "a list of values"),
        ({"parameters.FleetSize": [5, 5]}, "twice"),
        ({"parameters..FleetSize": [5]}, "not a path"),
        ({"a": list(range(40)), "b": list(range(40))}, "1600 variants"),
        ([], "at least one"),
    ],
)
def test_a_design_that_makes_no_sense_is_refused(vary: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        variants(vary)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("5,10", [5, 10]),
        ("CodeDeployDefault.AllAtOnce", ["CodeDeployDefault.AllAtOnce"]),
        ("90s,{exponential: 30m}", ["90s", {"exponential": "30m"}]),
        ("true,0.05,'5'", [True, 0.05, "5"]),
    ],
)
def test_values_are_yaml_between_commas(text: str, values: list[Any]) -> None:
    assert values_of(text) == values


def test_a_path_reaches_a_parameter_of_the_template() -> None:
    plan = read_source("first-release").compile({"parameters.FleetSize": 5})
    assert len(plan.run().result()["fleet"]) == 5


def test_a_path_reaches_a_resource_of_the_template_and_leaves_the_rest_of_it() -> None:
    source = read_source("first-release")
    path = "Resources.Production.Properties.DeploymentConfigName"
    plan = source.compile({path: "CodeDeployDefault.AllAtOnce"})
    (deployment,) = plan.run().result()["deployments"]
    assert deployment["maximumInFlight"] == 3
    assert deployment["status"] == "Succeeded"
    assert "Resources" not in source.document, "the scenario itself stays as it is"


def test_short_functions_of_a_scenario_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text(
        "title: mine\nParameters: {Name: {Type: String, Default: releases}}\n"
        "Resources: {Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub '${Name}-x'}}}\n",
        encoding="utf-8",
    )
    source = read_source(file)
    bucket = source.document["Resources"]["Bucket"]
    assert bucket["Properties"]["BucketName"] == {"Fn::Sub": "${Name}-x"}
    cloud = source.compile({"parameters.Name": "mine"}).run()
    assert [one["Name"] for one in cloud.call("s3", "ListBuckets")["Buckets"]] == ["mine-x"]


def test_a_template_alone_is_a_scenario_in_which_nothing_happens(tmp_path: Path) -> None:
    file = tmp_path / "only.yml"
    file.write_text("Resources: {Bucket: {Type: AWS::S3::Bucket}}\n", encoding="utf-8")
    cloud = read_source(file).compile({}).run()
    assert len(cloud.call("s3", "ListBuckets")["Buckets"]) == 1


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("behavior[9].fails", "nothing stands at 9"),
        ("Resources.Nothing.Properties.X", "no resource Nothing"),
        ("seed.x", "nothing stands at"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(path: str, message: str) -> None:
    with pytest.raises(UsageError, match=f"nothing can be varied at .*{message}"):
        read_source("first-release").compile({path: 1})


def test_a_variant_that_cannot_be_says_which_and_where() -> None:
    with pytest.raises(ProblemsError) as caught:
        read_source("first-release").compile({"parameters.FleetSzie": 1})
    (problem,) = caught.value.problems
    assert problem.message.startswith("with parameters.FleetSzie=1: ")
    assert problem.path.endswith("first-release.yml")
    assert "FleetSize" in problem.hint


def test_plain_values_are_a_scenario_too() -> None:
    plan = read_source(deployment(4)).compile({CONFIG: "CodeDeployDefault.OneAtATime"})
    (one,) = plan.run().result()["deployments"]
    assert one["maximumInFlight"] == 1
