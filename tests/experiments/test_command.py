"""`codesuite whatif`: what it prints, and how it ends."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sim.cli import app
from sim.experiments import command
from sim.experiments.command import spell
from sim.experiments.plots import PICTURES
from sim.formats import shipped
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


OWN = Path(__file__).parent / "own" / "pipeline.yaml"
CORPUS_TEMPLATE = CORPUS / "pipeline/satoshi256kbyte__github-gitlab-codepipeline__cicd__codepipeline@fc53bf6.yaml"


@pytest.mark.parametrize(
    ("template", "pipeline"),
    [
        (OWN, "shop"),
        pytest.param(
            CORPUS_TEMPLATE,
            "comparison-local-codepipeline",
            marks=pytest.mark.skipif(not CORPUS_TEMPLATE.is_file(), reason="the corpus is not beside the checkout"),
        ),
    ],
)
def test_a_template_that_somebody_wrote_for_aws_needs_no_code(tmp_path: Path, template: Path, pipeline: str) -> None:
    file = tmp_path / "mine.yml"
    file.write_text(
        f"template: {template.as_posix()}\n"
        "timeline:\n"
        "  - every: {exponential: 30m}\n"
        "    until: 5h\n"
        "    call: {service: codepipeline, operation: StartPipelineExecution,"
        f" parameters: {{name: {pipeline}}}}}\n"
        "behavior:\n"
        "  - {action: '*', takes: {uniform: [6m, 12m]}}\n",
        encoding="utf-8",
    )
    every = "timeline[0].every={exponential: 60m},{exponential: 8m}"
    done = whatif(str(file), "--vary", every, "--metric", "superseded", "--replications", "8", "--warm-up", "1h")
    assert done.exit_code == 0
    assert "(clear)" in done.stdout, "the more pushes there are, the more of them are superseded"


CHECKS = ("ten-instances", "--vary", "behavior[0].fails=0.03")


def test_a_share_that_was_nought_in_every_run_has_an_interval_as_a_chance_has() -> None:
    done = whatif(*CHECKS, "--metric", "change_failure_rate", "--metric", "deployment_fails", "--replications", "30")
    assert "The same" not in done.stdout
    assert done.stdout.count("0% to 11.4%") == 2


def test_with_the_metrics_that_nobody_named_the_first_that_measured_something_is_watched() -> None:
    """A deployment alone has no lead time, which is the first of them."""
    done = whatif(*CHECKS, "--until-precision", "10%", "--replications", "40")
    assert done.exit_code == 0, done.stderr
    assert "deployment_time" in done.stdout
    named = whatif(*CHECKS, "--until-precision", "10%", "--metric", "lead_time", "--metric", "deployment_time")
    assert named.exit_code == 2
    assert "measured in no replication" in named.stderr


def test_every_table_as_csv() -> None:
    kept = ("--csv", "--metric", "lead_time")
    apart = list(csv.DictReader(io.StringIO(whatif(*SIZES, *kept, "--table", "differences").stdout)))
    assert [(row["variant"], row["baseline"]) for row in apart] == [("FleetSize=2", "FleetSize=1")]
    runs = list(csv.DictReader(io.StringIO(whatif(*SIZES, *kept, "--table", "replications").stdout)))
    assert len(runs) == 6


def test_a_table_in_a_file_is_as_wide_as_it_needs() -> None:
    """Names of variants with several values in them are not broken over lines."""
    words = "behavior[0].takes=0s,{exponential: 10m},{exponential: 30m},{uniform: [10m, 20m]}"
    done = whatif(
        "approval-day", "--vary", words, "--metric", "lead_time", "--metric", "execution_time", "--replications", "3"
    )
    for name in ("0s", "{exponential: 10m}", "{exponential: 30m}", "{uniform: [10m, 20m]}"):
        (line, _) = (line for line in done.stdout.splitlines() if line.startswith(f" {name} "))
        assert re.match(r" \S.* +3 +\d+", line)


@pytest.mark.parametrize("name", [name for name in PICTURES if name != "page"])
def test_each_picture_has_a_name(name: str, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    asked = ("--metric", "deployment_time", "--metric", "deployment_fails", "--replications", "10")
    done = whatif(*CHECKS, *asked, "--plot", str(file), "--picture", name)
    assert done.exit_code == 0, done.stderr
    assert file.stat().st_size > 5_000


@pytest.mark.parametrize(
    ("picture", "metric", "message"),
    [
        ("slowest", "cost_usd", "none of the metrics is a duration; name the metric that tells which runs were slow"),
        ("trade", "lead_time", "one metric is measured; name two metrics"),
    ],
)
def test_what_a_picture_lacks_is_told_before_anything_runs(
    picture: str, metric: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command.Question, "ask", None)
    done = whatif(*CHECKS, "--metric", metric, "--plot", "x.png", "--picture", picture)
    assert message in done.stderr
    assert done.exit_code == 2


def test_a_picture_of_metrics_that_are_named(tmp_path: Path) -> None:
    file = tmp_path / "picture.svg"
    asked = ("--metric", "cost_usd", "--metric", "capacity_lost", "--metric", "waiting", "--replications", "10")
    for picture, text in {
        "slowest:capacity_lost": "in the slowest decile by capacity_lost",
        "trade:waiting.polling,cost_usd": "waiting.polling",
        "distribution:capacity_lost": "capacity_lost (instance-s)",
        "slowest": "in the slowest decile by waiting.polling",
    }.items():
        done = whatif(*CHECKS, *asked, "--plot", str(file), "--picture", picture)
        assert done.exit_code == 0, done.stderr
        assert text in file.read_text(encoding="utf-8")


def test_a_module_in_the_folder_where_one_is(tmp_path: Path) -> None:
    """As it is installed: `python -m` would look there by itself. In this process and in others."""
    (tmp_path / "own_metrics.py").write_text(
        "import numpy\n\n\ndef hosts(run):\n    return numpy.int64(len(run.record.of_kind('target')))\n"
    )
    codesuite = shutil.which("codesuite", path=str(Path(sys.executable).parent))
    assert codesuite is not None
    for jobs in ("1", "2"):
        words = ["whatif", "ten-instances", "--metric", "own_metrics:hosts", "--replications", "20", "--jobs", jobs]
        done = subprocess.run([codesuite, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert re.search(r"hosts +10 ", done.stdout)


def notices(*words: str) -> str:
    done = whatif(*words, "--replications", "2", "--csv", "--metric", "cost_usd")
    assert done.exit_code == 0, done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("vary", "notice"),
    [
        ("Parameters.FleetSize=3,6", "FleetSize=6 changes nothing against FleetSize=3"),
        ("title=one", "title=one changes nothing against the scenario as it is"),
        ("Resources.Production.Properties.DeploymentConfigNam=x,y", "did you mean DeploymentConfigName?"),
        ("behavior[0].deployment=[7],[1]", "SC301: with deployment=[7]: this rule never fitted"),
    ],
)
def test_what_changes_nothing_is_told(vary: str, notice: str, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    file = shipped.copy_scenario("first-release", folder)
    rule = "behavior:\n  - {hook: AfterInstall, takes: 1s}\n"
    file.write_text(file.read_text(encoding="utf-8").replace("behavior:\n", rule), encoding="utf-8")
    assert notice in notices(str(file), "--vary", vary)


def test_what_changes_something_is_not_remarked_on() -> None:
    assert notices("first-release", "--vary", "parameters.FleetSize=3,6").strip() == ""


def test_a_metric_that_is_asked_for_twice_is_shown_once() -> None:
    done = whatif(*SIZES, "--csv", "--metric", "lead_time", "--metric", "lead_time")
    assert len(done.stdout.splitlines()) == 1 + 2


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
    done = whatif("--metrics")
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
        (("--table", "differences"), 2, "goes with --csv"),
        (("--csv", "--table", "all"), 2, "there is summary, differences, replications"),
        (("--picture", "fan"), 2, "goes with --plot"),
        (("--plot", "x.png", "--picture", "fans"), 2, "there is page, side_by_side"),
        (("--plot", "x.png", "--picture", "fan:lead_time"), 2, "it takes no metrics"),
        (("--plot", "x.png", "--picture", "slowest:cost"), 2, "cost is not measured; there is lead_time"),
        (("--plot", "x.png", "--picture", "trade:lead_time"), 2, "name two metrics"),
        (("--backend", "slurm", "--jobs", "2"), 2, "'slurm' cannot be used"),
        (("--scheduler", "nonsense"), 2, "write it as tcp://HOST:8786"),
        (("--scheduler", "tcp://a:1", "--jobs", "2"), 2, "--jobs is of this machine"),
        (("--scheduler", "tcp://a:1", "--backend", "loky"), 2, "does not go with --backend loky"),
        (("--vary", "seed=1,2"), 2, "every variant has the same seeds"),
        (("--results", "/dev/full"), 2, "no file that results can be kept in"),
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


def test_a_cluster_without_dask_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = whatif("first-release", "--replications", "1", "--scheduler", "tcp://127.0.0.1:8786")
    assert done.exit_code == 2
    assert "pip install 'codesuite-sim[dask]'" in done.stderr


def test_a_scheduler_that_does_not_answer_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("sim.experiments.cluster.PATIENCE_S", 0.5)
    done = whatif("first-release", "--replications", "1", "--scheduler", "tcp://127.0.0.1:9")
    assert done.exit_code == 2
    assert "no Dask scheduler can be reached at tcp://127.0.0.1:9" in done.stderr


def test_a_cluster_without_workers_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr("sim.experiments.cluster.PATIENCE_S", 0.5)
    with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None) as cluster:
        done = whatif("first-release", "--replications", "1", "--scheduler", cluster.scheduler_address)
    assert done.exit_code == 2
    assert "has no worker: start one with `dask worker" in done.stderr


def test_a_scenario_has_to_be_named() -> None:
    done = whatif("--csv")
    assert done.exit_code == 2
    assert "name a scenario" in done.stderr


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
