"""The command: what it prints where, and how it ends."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sim.cli import app


def codesuite(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def written(folder: Path, text: str) -> str:
    path = folder / "mine.yml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_run_tells_a_story_and_what_to_look_at_next() -> None:
    done = codesuite("run", "first-release")
    assert done.exit_code == 0
    assert "The first release" in done.stdout
    assert "0:00:00" in done.stdout
    assert "✓ Succeeded" in done.stdout
    assert "codesuite copy first-release" in done.stdout


def test_json_is_one_document_and_nothing_else_on_standard_output() -> None:
    done = codesuite("run", "first-release", "--json", "--events", "--audit", "--assumptions", "--check")
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert document["pipelines"][0]["executions"][0]["status"] == "Succeeded"
    assert document["events"]
    assert document["audit"]
    assert {"key", "takes", "reason"} == set(document["assumptions"][0])
    assert "expectations hold" in done.stderr
    plain = json.loads(codesuite("run", "first-release", "--json").stdout)
    assert not {"events", "audit", "assumptions"} & set(plain)


def test_another_seed_is_other_luck() -> None:
    one, other = (json.loads(codesuite("run", "first-release", "--json", "--seed", seed).stdout) for seed in "78")
    assert one["seed"] == 7
    assert one["builds"][0]["ended"] != other["builds"][0]["ended"]


def test_until_stops_in_the_middle_and_says_so() -> None:
    done = codesuite("run", "first-release", "--until", "1m")
    assert done.exit_code == 0
    assert "stopped here" in done.stdout
    assert "InProgress" in done.stdout


def test_explain_gives_the_rule_its_basis_and_its_source() -> None:
    done = codesuite("run", "validate-fails", "--explain")
    assert re.search(r"\[codedeploy\.health\.\S+, documented: docs/behaviour/codedeploy\.md §5\.4", done.stdout)


def test_assumptions_are_listed_with_their_reasons() -> None:
    done = codesuite("run", "first-release", "--assumptions")
    assert "build.PROVISIONING" in done.stdout
    assert "Samples show 14 to 36 s" in done.stdout


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_plot_writes_a_picture(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"run.{suffix}"
    assert codesuite("run", "first-release", "--plot", str(path)).exit_code == 0
    assert path.stat().st_size > 10_000


def test_check_fails_on_an_expectation_that_does_not_hold(tmp_path: Path) -> None:
    assert codesuite("copy", "first-release", str(tmp_path / "mine")).exit_code == 0
    path = tmp_path / "mine/scenarios/first-release.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "  - \"deployments[0].status == 'Failed'\"\n", encoding="utf-8")
    done = codesuite("run", str(path), "--check")
    assert done.exit_code == 1
    line = len(text.splitlines()) + 1
    assert f"{path}:{line}:1: error SC401 does not hold: deployments[0].status == 'Failed'" in done.stdout
    assert codesuite("run", str(path)).exit_code == 0, "without --check nobody judges"


def test_check_fails_on_a_step_that_never_came_to_anything(tmp_path: Path) -> None:
    text = """
        template: {data}/templates/web-fleet.yaml
        timeline:
          - {{at: 1s, approve: {{pipeline: web, stage: Deploy, action: Production}}}}
    """.format(data=Path(__file__).parent.parent / "data")
    done = codesuite("run", written(tmp_path, text), "--check")
    assert done.exit_code == 1
    assert "SC402 this step never came to anything: approve pipeline web" in done.stdout


def test_scenarios_lists_them_with_their_titles() -> None:
    done = codesuite("scenarios")
    assert done.exit_code == 0
    assert "first-release" in done.stdout
    assert "The first release" in done.stdout


def test_copy_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    done = codesuite("copy", "first-release", str(tmp_path / "mine"))
    assert done.exit_code == 2
    assert "is there already" in done.stderr
    assert list((tmp_path / "mine").iterdir()) == []


def test_diff_tells_where_two_runs_part() -> None:
    done = codesuite("diff", "validate-fails", "validate-fails-rollback")
    assert done.exit_code == 0
    assert "They part at: deployment 1" in done.stdout
    assert "validate-fails: nothing is decided there" in done.stdout
    assert "alike" in codesuite("diff", "first-release", "first-release").stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "first-relese"), "did you mean first-release"),
        (("run", "nowhere/at-all.yml"), "there is no file 'nowhere/at-all.yml'"),
        (("run", "."), "is no file"),
        (("run", "first-release", "--until", "soon"), "'soon' is not a duration"),
        (("run", "first-release", "--plot", "run.gif"), "end the name in one of"),
        (("run", "first-release", "--plot", "nowhere/run.png"), "there is no folder nowhere"),
        (("run", "first-release", "--events"), "go with --json"),
        (("run", "first-release", "--json", "--explain"), "leave --json out"),
    ],
)
def test_bad_usage_ends_with_two_and_a_word(words: tuple[str, ...], message: str) -> None:
    done = codesuite(*words)
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stdout == ""


def test_a_mistake_in_a_file_ends_with_one_and_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "title: x\ntimelin: []\n")
    done = codesuite("run", path)
    assert done.exit_code == 1
    assert f"{path}:2:1: error SC003" in done.stderr
    assert "did you mean timeline?" in done.stderr


def test_python_m_sim_is_the_same_command() -> None:
    import subprocess
    import sys

    import sim

    done = subprocess.run([sys.executable, "-m", "sim", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == sim.__version__
