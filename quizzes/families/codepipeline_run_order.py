"""How long a stage takes whose actions run beside and after each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes.fleets import listed
from quizzes.generate import Answer, Family, Parameters, World
from quizzes.luck import Luck
from quizzes.releases import GUIDE, PIPELINE_EXAMS

NAMES = ("Lint", "Test", "Scan", "Pack", "Sign")
BUILD = {"Category": "Build", "Owner": "AWS", "Provider": "CodeBuild", "Version": "1"}


class RunOrder(Family):
    topic = "codepipeline.run-order"
    exams = PIPELINE_EXAMS
    refs = (f"{GUIDE}/reference-pipeline-structure.html", "docs/behaviour/codepipeline.md §6")
    unit = "minutes"
    beliefs: ClassVar[Mapping[str, str]] = {
        "list-order": "actions run one after the other, in the order of the list",
        "all-parallel": "all actions of a stage run at the same time",
        "numbers-must-follow": "an action whose run order leaves a gap is not waited for",
        "first-of-each": "of each run order only the action that is listed first counts",
    }

    def draw(self, luck: Luck) -> Parameters:
        count = luck.between(4, 5)
        orders = luck.one_of(((1, 1, 2, 2, 3), (1, 1, 1, 2, 4), (1, 2, 2, 5, 5), (1, 1, 3, 3, 3), (2, 2, 4, 5, 5)))
        rows = zip(luck.sample(NAMES, count), luck.shuffled(orders)[:count], strict=True)
        return {"actions": [[name, order, luck.between(1, 12)] for name, order in rows]}

    def world(self, drawn: Parameters) -> World:
        actions: list[dict[str, Any]] = [
            {
                "Name": name,
                "RunOrder": order,
                "ActionTypeId": BUILD,
                "Configuration": {"ProjectName": "shop"},
                "InputArtifacts": [{"Name": "Src"}],
            }
            for name, order, _ in drawn["actions"]
        ]
        rules = [{"action": f"Build/{name}", "takes": f"{minutes}m"} for name, _, minutes in drawn["actions"]]
        changes = {
            "Resources.Pipeline.Properties.Stages[1].Actions": actions,
            "Resources.Pipeline.Properties.Stages[2].Actions[0].InputArtifacts": [{"Name": "Src"}],
            "behavior": [
                {"action": "Source/*", "takes": {"uniform": ["2s", "9s"]}},
                *rules,
                {"action": "Deploy/*", "takes": "1m"},
            ],
        }
        return World("pipeline", changes)

    def truth(self, drawn: Parameters, result: Mapping[str, Any]) -> Answer:
        stage = result["pipelines"][0]["executions"][0]["stages"][1]
        return round((stage["ended"] - stage["started"]) / 60, 3)

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        rows = drawn["actions"]
        groups: dict[int, list[int]] = {}
        for _, order, minutes in rows:
            groups.setdefault(order, []).append(minutes)
        numbers = sorted(groups)
        followed = [number for place, number in enumerate(numbers) if number == numbers[0] + place]
        return {
            "list-order": float(sum(minutes for *_, minutes in rows)),
            "all-parallel": float(max(minutes for *_, minutes in rows)),
            "numbers-must-follow": float(sum(max(groups[number]) for number in followed)),
            "first-of-each": float(sum(minutes[0] for minutes in groups.values())),
        }

    def stem(self, drawn: Parameters) -> str:
        return (
            "A stage of a pipeline has these actions. All of them succeed, and nothing else costs time. How many "
            "minutes does the stage take?"
        )

    def exhibit(self, drawn: Parameters) -> str:
        rows = [f"{name:<6} runOrder {order}   {minutes:>2} minutes" for name, order, minutes in drawn["actions"]]
        return "\n".join(rows)

    def wrong(self, drawn: Parameters, misconception: str, answer: Answer) -> str:
        groups: dict[int, list[str]] = {}
        for name, order, _ in drawn["actions"]:
            groups.setdefault(order, []).append(name)
        together = "; ".join(f"{listed(found)} at {order}" for order, found in sorted(groups.items()))
        numbers = listed(sorted(groups))
        total = sum(minutes for *_, minutes in drawn["actions"])
        return {
            "list-order": f"{total} minutes is the sum of all. Equal numbers run side by side: {together}.",
            "all-parallel": f"Only equal numbers run side by side ({together}); the groups wait for each other.",
            "numbers-must-follow": f"The numbers are {numbers}. Gaps make no difference: each group waits.",
            "first-of-each": f"In each group the slowest action counts, not the first of the list: {together}.",
        }[misconception]

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        longest: dict[int, int] = {}
        for _, order, minutes in drawn["actions"]:
            longest[order] = max(longest.get(order, 0), minutes)
        terms = " + ".join(str(longest[order]) for order in sorted(longest))
        return f"Equal numbers run side by side, so the longest of each counts; the numbers follow each other: {terms}."


FAMILY = RunOrder
