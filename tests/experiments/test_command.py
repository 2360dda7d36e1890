"""`codesuite whatif`: what it prints, and how it ends."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sim.cli import app
from sim.experiments import command
from sim.experiments.command import spell
from tests.formats.test_corpus import CORPUS

SIZES = ("first-release", "--vary", "parameters.FleetSize=1,2", "--replications", "3")


def whatif(*words: str) -> Result:
    return CliRunner().invoke(app, ["whatif", *words])


def test_it_compares_variants_in_words_people_read() -> None:
    done = whatif(*SIZES, "--metric", "lead_time", "--metric", "deployment_fails", "--metric", "time_to_restore")
    assert done.exit_code == 0
    assert "differences from FleetSize=1" in done.stdout
    assert "(clear)" in done.stdout
    assert "chance" in done.stdout
    nothing = done.stdout[done.stdout.index("Nothing was measured for") :]
    assert "time_to_restore" in nothing


def test_what_never_varies_is_told_apart() -> None:
    done = whatif(*SIZES, "--metric", "lead_time", "--metric", "minimum_healthy")
    assert "minimum_healthy, and" not in done.stdout
    assert re.search(r"The same in all of the 6 runs\s.*minimum_healthy +0", done.stdout, re.DOTALL)


TEMPLATE = "pipeline/satoshi256kbyte__github-gitlab-codepipeline__cicd__codepipeline@fc53bf6.yaml"


@pytest.mark.skipif(not (CORPUS / TEMPLATE).is_file(), reason="the corpus is not beside the checkout")
def test_a_template_that_somebody_wrote_for_aws_needs_no_code(tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text(
        f"template: {CORPUS / TEMPLATE}\n"
        "timeline:\n"
        "  - every: {exponential: 30m}\n"
        "    until: 5h\n"
        "    call: {service: codepipeline, operation: StartPipelineExecution,"
        " parameters: {name: comparison-local-codepipeline}}\n"
        "behavior:\n"
        "  - {action: '*', takes: {uniform: [2m, 6m]}}\n",
        encoding="utf-8",
    )
    every = "timeline[0].every={exponential: 60m},{exponential: 8m}"
    done = whatif(str(file), "--vary", every, "--metric", "superseded", "--replications", "8", "--warm-up", "1h")
    assert done.exit_code == 0
    assert "(clear)" in done.stdout, "the more pushes there are, the more of them are superseded"


def test_csv_and_json_are_alone_on_standard_output() -> None:
    rows = list(csv.DictReader(io.StringIO(whatif(*SIZES, "--csv", "--metric", "lead_time").stdout)))
    assert [row["variant"] for row in rows] == ["FleetSize=1", "FleetSize=2"]
    document = json.loads(whatif(*SIZES, "--json", "--metric", "lead_time").stdout)
    assert len(document["differences"]) == 1


def test_a_design_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "design.yml"
    file.write_text("- {parameters.FleetSize: 1}\n- {parameters.FleetSize: 2, parameters.AutoRollback: true}\n")
    done = whatif("first-release", "--design", str(file), "--replications", "2", "--csv", "--metric", "lead_time")
    assert done.exit_code == 0
    assert "FleetSize=2, AutoRollback=true" in done.stdout


def test_a_picture(tmp_path: Path) -> None:
    file = tmp_path / "sizes.png"
    done = whatif(*SIZES, "--plot", str(file))
    assert done.exit_code == 0
    assert file.stat().st_size > 20_000


def test_results_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    first = whatif(*SIZES, "--results", str(file), "--csv")
    assert len(file.read_text().splitlines()) == 1 + 6
    again = whatif(*SIZES, "--results", str(file), "--csv")
    assert again.stdout == first.stdout
    assert len(file.read_text().splitlines()) == 1 + 6
    other = whatif(*SIZES, "--results", str(file), "--csv", "--seed", "3")
    assert other.exit_code == 2
    assert "another experiment" in other.stderr


def test_who_stops_it_is_told_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "whatif", stopped)
    done = whatif("first-release", "--results", str(tmp_path / "results.jsonl"))
    assert "goes on from" in " ".join(done.stderr.split())
    assert done.exit_code == 130


def test_the_metrics_that_have_a_name() -> None:
    done = whatif("first-release", "--metrics")
    assert "lead_time" in done.stdout
    assert "change_failure_rate" in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--vary", "parameters.FleetSzie=1"), 1, "did you mean FleetSize?"),
        (("--vary", "x"), 2, "write PATH=A,B,C"),
        (("--vary", "seed=1", "--vary", "seed=2"), 2, "all its values at once"),
        (("--metric", "lead_tim"), 2, "did you mean lead_time?"),
        (("--until-precision", "narrow"), 2, "5% or 0.05"),
        (("--csv", "--json"), 2, "not both"),
        (("--plot", "picture.txt"), 2, "end the name in"),
        (("--results", "nowhere/results.jsonl"), 1, "No such file"),
        (("--design", "nowhere.yml"), 1, "nowhere.yml"),
        (("--until", "1y"), 2, "until: '1y' is not a duration"),
        (("--baseline", "9"), 2, "variant number 9 cannot be the baseline: there is 1 variant"),
        (("--until-precision", "5%", "--precision-of", "bogus"), 2, "as it is not measured; there is lead_time"),
    ],
)
def test_mistakes_end_in_a_message_and_a_code(words: tuple[str, ...], code: int, message: str) -> None:
    done = whatif("first-release", "--replications", "1", *words)
    assert message in done.stderr
    assert done.exit_code == code


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (12.3456, "s", "12.3s"),
        (-90.2, "s", "-1m30s"),
        (0.0512, "chance", "5.12%"),
        (-0.5, "USD", "-$0.5"),
        (3.0, "instances", "3"),
        (None, "s", ""),
    ],
)
def test_numbers_as_people_read_them(value: float | None, unit: str, text: str) -> None:
    assert spell(value, unit) == text
