"""Plain resources that are declared: the operations they get, and what these answer."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.calls import Answer, Call, Service
from sim.core.problems import ServiceError
from sim.core.world import World
from sim.services.kinds import Kind, Members, Shelf, declares

TREE = Kind(
    noun="trees",
    key="treeName",
    missing=("TreeNotFoundException", "There is no tree {name}"),
    exists=("TreeExistsException", "There is a tree {name} already"),
    wrap="tree",
    create="PlantTree",
    get="GetTree",
    update="UpdateTree",
    delete="FellTree",
    list="ListTrees",
    listed="trees",
    get_many=("BatchGetTrees", "treeNames", "trees", "treesNotFound"),
)
FLOWER = Kind(
    noun="flowers",
    key="name",
    missing=("NoSuchFlower", "{name} wilted"),
    exists=("FlowerExists", "{name}"),
    create="CreateFlower",
    get="DescribeFlower",
    delete="DeleteFlower",
    list="ListFlowers",
    listed="names",
    row=lambda members: {"name": members["name"], "color": members.get("color")},
    quiet_delete=True,
)


@declares(TREE, FLOWER)
class Garden(Service):
    name = "garden"
    trees: Shelf
    flowers: Shelf

    def prepare(self) -> None:
        self.prepared = len(self.trees.members)  # shelves are there before

    def complete_trees(self, members: Members) -> Members:
        self.completed = members["treeName"]
        return {**members, "height": members.get("height", 1), "planted": self.world.now}

    def DeleteFlower(self, call: Call) -> Answer:
        self.flowers.members.pop(call.parameters["name"], None)
        return {"gone": True}


@pytest.fixture
def garden() -> Garden:
    return Garden(World(), "111111111111", "us-east-1")


def ask(garden: Garden, operation: str, **parameters: Any) -> Answer:
    call = Call("arn:aws:iam::111111111111:user/alice", "111111111111", "us-east-1", "garden", operation, parameters)
    return garden.operation(operation)(call)


def test_the_life_of_a_resource(garden: Garden) -> None:
    oak = {"treeName": "oak", "height": 1, "planted": 0}
    assert ask(garden, "PlantTree", treeName="oak") == {"tree": oak}
    assert ask(garden, "GetTree", treeName="oak") == {"tree": oak}
    assert ask(garden, "ListTrees") == {"trees": ["oak"]}
    garden.world.run(5)
    changed = {"treeName": "oak", "height": 9, "planted": 5}
    assert ask(garden, "UpdateTree", treeName="oak", height=9) == {"tree": changed}
    assert ask(garden, "GetTree", treeName="oak") == {"tree": changed}
    assert ask(garden, "FellTree", treeName="oak") == {}
    assert ask(garden, "ListTrees") == {"trees": []}


def test_resources_are_listed_in_order_of_creation(garden: Garden) -> None:
    for name in ("oak", "ash", "elm"):
        ask(garden, "PlantTree", treeName=name)
    assert ask(garden, "ListTrees") == {"trees": ["oak", "ash", "elm"]}


def test_a_list_may_have_rows_of_its_own_and_an_answer_no_wrapping(garden: Garden) -> None:
    assert ask(garden, "CreateFlower", name="rose", color="red") == {"name": "rose", "color": "red"}
    assert ask(garden, "ListFlowers") == {"names": [{"name": "rose", "color": "red"}]}


def test_several_at_once_and_those_that_are_not_there(garden: Garden) -> None:
    ask(garden, "PlantTree", treeName="oak")
    found = ask(garden, "BatchGetTrees", treeNames=["oak", "elm"])
    assert ([tree["treeName"] for tree in found["trees"]], found["treesNotFound"]) == (["oak"], ["elm"])


@pytest.mark.parametrize("operation", ["GetTree", "UpdateTree", "FellTree"])
def test_what_is_not_there_is_told_in_the_services_words(garden: Garden, operation: str) -> None:
    with pytest.raises(ServiceError) as caught:
        ask(garden, operation, treeName="elm")
    assert (caught.value.code, caught.value.message) == ("TreeNotFoundException", "There is no tree elm")


def test_what_is_there_already_is_told(garden: Garden) -> None:
    ask(garden, "PlantTree", treeName="oak")
    garden.completed = ""
    with pytest.raises(ServiceError, match="TreeExistsException: There is a tree oak already"):
        ask(garden, "PlantTree", treeName="oak", height=5)
    assert garden.completed == ""
    assert ask(garden, "GetTree", treeName="oak")["tree"]["height"] == 1


def test_what_a_class_defines_by_hand_stays(garden: Garden) -> None:
    assert ask(garden, "DeleteFlower", name="tulip") == {"gone": True}


def test_deleting_what_is_not_there_may_be_no_error() -> None:
    @declares(FLOWER)
    class Meadow(Service):
        name = "meadow"

    meadow = Meadow(World(), "111111111111", "us-east-1")
    call = Call("a", "111111111111", "us-east-1", "meadow", "DeleteFlower", {"name": "tulip"})
    assert meadow.operation("DeleteFlower")(call) == {}
    with pytest.raises(ServiceError, match="UnknownOperationException"):
        meadow.operation("UpdateFlower")


def test_nobody_changes_a_resource_through_an_answer_or_through_what_was_given(garden: Garden) -> None:
    given = {"rings": [1]}
    answer = ask(garden, "PlantTree", treeName="oak", wood=given)
    given["rings"].append(2)
    answer["tree"]["wood"]["rings"].append(3)
    ask(garden, "GetTree", treeName="oak")["tree"]["wood"]["rings"].append(4)
    ask(garden, "BatchGetTrees", treeNames=["oak"])["trees"][0]["wood"]["rings"].append(5)
    assert ask(garden, "GetTree", treeName="oak")["tree"]["wood"] == {"rings": [1]}


def test_each_service_has_shelves_of_its_own(garden: Garden) -> None:
    ask(garden, "PlantTree", treeName="oak")
    other = Garden(World(), "222222222222", "us-east-1")
    assert (garden.prepared, "oak" in garden.trees, "oak" in other.trees) == (0, True, False)


def test_a_shelf_on_its_own() -> None:
    shelf = Shelf(TREE)
    shelf.add("oak", {"a": 1})
    assert shelf.get("oak") == {"a": 1}
    assert ("oak" in shelf, "elm" in shelf) == (True, False)
    with pytest.raises(ServiceError, match="TreeExistsException"):
        shelf.add("oak", {})
    with pytest.raises(ServiceError, match="TreeNotFoundException"):
        shelf.get("elm")
