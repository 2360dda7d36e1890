"""The command `codesuite quiz`: what a learner types and reads."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from quizzes import load, model, selection
from quizzes.asking import present
from quizzes.lint import named
from quizzes.progress import Progress
from quizzes.reading import address
from quizzes.sessions import Session
from sim.cli import app

BANK = load()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "progress.sqlite"


def quiz(*words: str, typed: str = "", file: Path | None = None) -> Result:
    kept = [] if file is None else ["--progress", str(file)]
    return CliRunner().invoke(app, ["quiz", *words, *kept], input=typed)


def letters(id: str, seed: int, wrong: bool = False) -> str:
    """What to type for a choice that is shown by itself with that seed."""
    question = BANK.question(id)
    assert isinstance(question, model.Choice)
    presented = present(question, seed, 1)
    keys = [option.key for option in question.options if option.correct is not wrong]
    return ",".join(presented.letter(key) for key in keys[: len(question.right)])


def some_answer(code: str, seed: int, count: int) -> str:
    """What can be typed as an answer to the first question of that mock, whichever it is."""
    first = selection.exam(BANK, code, seed, count).questions[0]
    return ",".join("abcdef"[: first.choose]) if isinstance(first, model.Multiple) else "a"


# Practice


def test_an_answer_is_told_with_every_rationale(file: Path) -> None:
    id = "inplace-all-eight-fail"
    done = quiz("--show", id, "--seed", "3", "--plain", typed=f"{letters(id, 3, wrong=True)}\n\n", file=file)
    assert done.exit_code == 0
    question = BANK.question(id)
    assert isinstance(question, model.Choice)
    said = " ".join(done.stdout.split())
    assert "Not right." in said
    assert all(option.why in said for option in question.options)
    assert f"The lesson: {question.explain}" in said
    assert all(address(ref) in said for ref in question.refs)
    assert said.count("Not right.") == 1
    assert "0 of 1 right: 0 %" in said
    assert f"codesuite quiz --show {id}" in said


def test_what_an_answer_shows_can_be_drilled(file: Path) -> None:
    question = BANK.question("inplace-half-of-nine")
    said = " ".join(quiz("--show", question.id, "--plain", typed="5\n\n", file=file).stdout.split())
    assert "rounded up when instances are taken out of service. (1) Drill: codesuite quiz --misconception" in said
    named = said.partition("--misconception ")[2].split()[0]
    drill = quiz("--misconception", named, "--plain", typed="quit\n", file=file)
    assert f"Drill: {named}" in drill.stdout


def test_prove_shows_the_run_and_why(file: Path) -> None:
    id = "inplace-second-of-five"
    done = quiz("--show", id, "--seed", "3", "--plain", typed=f"prove\n{letters(id, 3)}\nprove\n\n", file=file)
    assert "The run would give the answer away: answer first." in done.stdout
    said = " ".join(done.stdout.split())
    assert "The run: Version 2 of the shop goes to the fleet" in said
    assert "Why: deployment" in said
    assert "documented: docs/behaviour/codedeploy.md §5.4" in said
    assert "does not hold: It is Succeeded; four instances succeeded and one failed" in said
    assert "holds: It is Failed; one instance succeeded and three are untouched" in said


def test_a_generated_question_can_be_shown_and_run(file: Path) -> None:
    done = quiz("--show", "codedeploy.batch-size#4", "--plain", typed="3\nprove\n\n", file=file)
    assert done.exit_code == 0
    assert "The run: Version 2 of the shop" in done.stdout


def test_a_question_shown_by_its_id_is_the_same_in_every_process(tmp_path: Path) -> None:
    for id in ("codedeploy.rollback#17", "inplace-all-eight-fail"):
        shown = []
        for hashes in ("1", "2"):
            words = ["quiz", "--show", id, "--plain", "--progress", str(tmp_path / f"{id}{hashes}.sqlite")]
            done = subprocess.run(
                [sys.executable, "-c", f"import sim.cli; sim.cli.app({words!r})"],
                input="quit\n",
                capture_output=True,
                text=True,
                check=True,
                env={**os.environ, "PYTHONHASHSEED": hashes},
            )
            shown.append(done.stdout)
        assert "  a  " in shown[0]
        assert shown[0] == shown[1]


def test_after_an_answer_a_wrong_key_says_how_to_go_on(file: Path) -> None:
    done = quiz("--show", "course-01-run-tests", "--plain", typed="a\nb\nzz\n\n", file=file)
    assert done.stdout.count("Answered already; Enter goes on.") == 2
    assert "none of the letters" not in done.stdout
    assert "of 1 right" in done.stdout


def test_a_spare_letter_is_told(file: Path) -> None:
    done = quiz("--show", "pipeline-statuses", "--plain", typed="quit\n", file=file)
    assert "One letter is spare." in done.stdout


def test_values_of_a_task_are_told_in_yaml(file: Path) -> None:
    path = "Resources.Group.Properties.AutoRollbackConfiguration"
    typed = f"{path} = {{Enabled: false}}\n\n"
    said = " ".join(quiz("--show", "inplace-task-bring-back", "--plain", typed=typed, file=file).stdout.split())
    assert f"{path} (now: {{Enabled: false}})" in said
    assert f"One way: {path} = {{Enabled: true, Events: [DEPLOYMENT_FAILURE]}}" in said


def test_what_was_retired_is_said(file: Path) -> None:
    done = quiz("--show", "course-16-dashboard", "--plain", typed="a\n\n", file=file)
    assert "As it was: AWS has retired" in done.stdout
    assert "Retired by now (checked 2026-11-23): AWS CodeStar was discontinued" in " ".join(done.stdout.split())


# Layout


def at(columns: int, *words: str, typed: str, file: Path) -> list[str]:
    """The lines on a screen that is so wide."""
    environment = {"COLUMNS": str(columns)}
    done = CliRunner().invoke(app, ["quiz", *words, "--progress", str(file)], input=typed, env=environment)
    assert done.exit_code == 0, done.output
    return done.stdout.splitlines()


def test_lines_go_on_under_their_text_and_addresses_are_whole(file: Path) -> None:
    lines = at(60, "--show", "course-10-now", typed="a\n\n", file=file)
    assert all(len(line) <= 60 for line in lines if "https://" not in line and "Enter for" not in line)
    first = next(place for place, line in enumerate(lines) if line.startswith("  a  "))
    assert lines[first + 1].startswith("     ")
    assert lines[first + 1][5] != " "
    assert "  https://docs.aws.amazon.com/codebuild/latest/userguide/session-manager.html" in lines


def test_nothing_is_told_twice(file: Path) -> None:
    for id, typed in [("codedeploy.rollback#17", "a"), ("inplace-half-of-nine", "4"), ("inplace-all-eight-fail", "a")]:
        for manner in (["--plain"], []):
            lines = at(100, "--show", id, *manner, typed=f"{typed}\n", file=file)
            told = [line.strip() for line in lines[lines.index("Right.") if "Right." in lines else 0 :] if line.strip()]
            told = [line for line in told if len(line) > 20 and not line.startswith(("a ", "b ", "c ", "d "))]
            assert len(told) == len(set(told)), (id, manner)


def test_a_number_that_is_right_is_told_once(file: Path) -> None:
    done = quiz("--show", "inplace-half-of-nine", "--plain", typed="4\n\n", file=file)
    assert done.stdout.count("4 instances") == 0
    wrong = quiz("--show", "inplace-half-of-nine", "--plain", typed="5\n\n", file=file)
    assert "Chosen, and wrong: 5 instances." in wrong.stdout
    assert "Not chosen, but right: 4 instances." in wrong.stdout


# What can be read and run


def test_a_task_is_tried_before_it_is_answered(file: Path) -> None:
    typed = (
        "prove\ntry parameters.Mode = PARALLEL\nprove\ntry parameters.Mode = FOO\n"
        "try parameters.Mode = QUEUED\nparameters.Mode = QUEUED\ntry parameters.Mode = QUEUED\n\n"
    )
    said = " ".join(quiz("--show", "pipeline-task-all-three", "--plain", typed=typed, file=file).stdout.split())
    assert "parameters.Mode (now: SUPERSEDED)" in said
    assert "pipeline shop #2 Superseded" in said
    assert "This does not hold yet: The third deployment began before the second one had ended." in said
    assert "It cannot be run so: Pipeline: ValidationException: 1 validation error detected: Value 'FOO'" in said
    assert "worlds" not in said
    assert "Everything holds. To answer with it, type it without try." in said
    assert "This task is answered." in said
    assert "1 of 1 right" in said
    elsewhere = quiz("--show", "course-01-run-tests", "--plain", typed="try x = 1\nquit\n", file=file)
    assert "There is nothing to try here" in elsewhere.stdout


def test_notes_are_read_once_a_question_is_answered(file: Path) -> None:
    for manner in (["--plain"], []):
        done = quiz("--show", "inplace-half-of-nine", *manner, typed="read\n4\nread\n\n", file=file)
        assert "The notes would give the answer away: answer first." in " ".join(done.stdout.split())
        assert "CodeDeployDefault.HalfAtATime" in done.stdout
    done = quiz("--show", "course-14-validate", "--plain", typed="a\nread\n\n", file=file)
    assert "The notes say nothing of it" in done.stdout


def test_a_page_is_read_by_its_name_and_section() -> None:
    done = quiz("--read", "codedeploy 5.2", "--plain")
    assert done.exit_code == 0
    assert "Fact: Hosts at once = N - M; Source: " in done.stdout
    assert quiz("--read", "codedeploy").stdout.count("\n") > 20
    wrong = quiz("--read", "codestar 1")
    assert wrong.exit_code == 2
    assert "name one of codebuild, codecommit-and-glue, codedeploy, codepipeline" in " ".join(wrong.stderr.split())


@pytest.mark.parametrize("manner", [["--plain"], []])
def test_both_manners_go_through_every_kind_of_question(manner: list[str], file: Path) -> None:
    for kind in ("single", "multiple", "truefalse", "ordering", "matching", "numeric", "prove"):
        question = next(one for one in BANK.questions if one.kind == kind)
        typed = {
            "multiple": "a,b",
            "ordering": "a,b,c",
            "matching": "a,b,c",
            "numeric": "3",
            "prove": "parameters.Config = CodeDeployDefault.OneAtATime",
        }
        done = quiz("--show", question.id, "--seed", "1", *manner, typed=f"{typed.get(kind, 'a')}\n\n", file=file)
        assert done.exit_code == 0, (kind, done.output)
        assert "of 1 right" in done.stdout, (kind, done.output)


def test_the_plain_manner_has_neither_signs_nor_colours(file: Path) -> None:
    done = quiz("--topic", "codedeploy", "--seed", "4", "--plain", typed="a\n\nb\n\nquit\n", file=file)
    assert done.stdout.isascii() or not set("✓✗→─│") & set(done.stdout)
    assert "\x1b" not in done.stdout


def test_what_is_not_understood_says_what_is_wanted(file: Path) -> None:
    done = quiz("--show", "course-01-run-tests", "--plain", typed="\nz\na b\ngo x\nhelp\nquit\n", file=file)
    said = " ".join(done.stdout.split())
    assert "An answer is wanted; `next` leaves this question for later" in said
    assert "'z' is none of the letters a to d" in said
    assert "One letter is wanted." in said
    assert "A number is wanted, such as go 3." in said
    assert "prove: run the scenario behind the question" in said
    assert "Everything is kept" in said


# Exam


def test_an_exam_can_be_left_and_gone_on_with(file: Path) -> None:
    begin = ["--exam", "DVA-C02", "--seed", "2", "--count", "4", "--plain"]
    done = quiz(*begin, typed=f"{some_answer('DVA-C02', 2, 4)}\nflag\nlist\nquit\n", file=file)
    assert done.exit_code == 0
    said = " ".join(done.stdout.split())
    assert "This mock covers the tasks" in said
    assert "weights rescaled to these tasks" in said
    assert "Answered: 1 Without an answer: 2-4 Flagged: 2" in said
    assert "Right." not in said
    again = quiz("--resume", "--plain", typed="finish\nno\nfinish\ny\nquit\n", file=file)
    said = " ".join(again.stdout.split())
    assert "Question 2 of 4" in said
    asked = "3 questions have no answer yet (2-4), which counts as wrong. End the exam and see the result, yes or no?"
    assert said.count(asked) == 2
    assert said.count("The exam goes on.") == 1
    assert "3 were not answered, which counts as wrong." in said
    assert "not right. Enter goes through them, quit leaves:" in said
    assert "passed with a scaled score of 720 of 1000" in said
    assert "Domain 3: Deployment" in said
    assert quiz("--resume", file=file).exit_code == 2


def test_an_exam_says_neither_topic_nor_difficulty_and_has_no_hints(file: Path) -> None:
    typed = "help\nhint\nprove\nread\nback\ngo 3\nnext\nquit\n"
    done = quiz("--exam", "DVA-C02", "--seed", "2", "--count", "3", "--plain", typed=typed, file=file)
    said = " ".join(done.stdout.split())
    assert "Question 1 of 3, 6 min left" in said
    assert not re.search(r"difficulty \d of 5", said)
    assert "About:" not in said
    assert "hint:" not in said
    assert "An exam gives no hints." in said
    assert "The run would give the answer away: an exam tells nothing before its end." in said
    assert "The notes would give the answer away: an exam tells nothing before its end." in said
    assert "This is the first question." in said
    assert "This is the last question." in said


def test_the_last_question_of_an_exam_is_told_to_be_the_last(file: Path) -> None:
    done = quiz("--exam", "DVA-C02", "--seed", "9", "--count", "2", "--plain", typed="a\n", file=file)
    assert "That was the last question" not in done.stdout
    done = quiz("--resume", "--plain", typed="a\nfinish\n", file=file)
    said = " ".join(done.stdout.split())
    assert "That was the last question." in said
    assert "Every question is answered. End the exam and see the result, yes or no?" in said


def test_what_was_not_right_in_an_exam_is_gone_over_after_its_end(file: Path) -> None:
    begin = ["--exam", "DVA-C02", "--seed", "2", "--count", "3", "--plain"]
    done = quiz(*begin, typed="finish\nyes\n\nprove\nread\n\n\n\n", file=file)
    before, _, after = done.stdout.partition("How it went")
    assert "The lesson:" not in before
    assert after.count("Not answered, which counts as not right.") == 3
    assert after.count("The lesson:") == 3
    assert "Enter for the next question" in after
    assert "Enter to end" in after
    left = quiz(*begin, typed="finish\nyes\nquit\n", file=file)
    assert "The lesson:" not in left.stdout


def test_who_practises_hears_of_an_exam_that_waits(file: Path) -> None:
    quiz("--exam", "DOP-C02", "--count", "3", "--plain", typed="quit\n", file=file)
    done = quiz("--topic", "codedeploy", "--plain", typed="quit\n", file=file)
    assert "An exam waits to be gone on with, by --resume: AWS Certified DevOps Engineer" in " ".join(
        done.stdout.split()
    )


def test_an_exam_whose_time_is_over_ends_by_itself(file: Path) -> None:
    quiz("--exam", "DVA-C02", "--count", "3", "--seed", "1", "--plain", typed="a\nquit\n", file=file)
    progress = Progress(file)
    (begun,) = progress.unfinished("me")
    assert begun.deadline is not None
    late = Session.resume(progress, begun.id, BANK, lambda: begun.deadline + 1)  # type: ignore[operator]
    assert late.view().over
    progress.close()


# Learners, files


def test_learners_are_kept_apart_and_what_is_due_is_reviewed(file: Path) -> None:
    quiz("--show", "course-08-audit", "--learner", "alice", typed="a\n\n", file=file)
    none = quiz("--mode", "review", "--learner", "alice", file=file)
    assert none.exit_code == 2
    assert re.search(r"the next question is, on \d{4}-\d\d-\d\d", none.stderr)
    assert "nothing is due" in quiz("--mode", "review", "--learner", "bob", file=file).stderr
    progress = Progress(file)
    assert progress.learners() == ["alice"]
    progress.close()


def test_progress_goes_out_and_comes_in(file: Path, tmp_path: Path) -> None:
    quiz("--show", "course-08-audit", typed="a\n\n", file=file)
    lines = tmp_path / "backup.jsonl"
    assert quiz("--export", str(lines), file=file).exit_code == 0
    assert {json.loads(line)["line"] for line in lines.read_text(encoding="utf-8").splitlines()} == {
        "learner",
        "session",
        "entry",
    }
    other = tmp_path / "other.sqlite"
    assert "new lines" in quiz("--import", str(lines), file=other).stdout
    assert "0 new lines" in quiz("--import", str(lines), file=other).stdout
    named = quiz("--import", str(lines), "--as", "bob", file=tmp_path / "third.sqlite")
    assert "learners now: bob" in named.stdout
    assert "course-08-audit" in quiz("--analysis", file=other).stdout
    plain = quiz("--analysis", "--plain", file=other).stdout
    assert "learners 1, answers 1" in plain
    assert "Facility: how many were right at their first attempt" in plain


def test_nothing_to_analyse_is_told(file: Path) -> None:
    done = quiz("--analysis", file=file)
    assert done.exit_code == 2
    assert "nothing has been answered yet" in done.stderr


# Banks


def test_topics_and_misconceptions_are_listed() -> None:
    done = quiz("--topics", "--plain")
    said = " ".join(done.stdout.split())
    counted = Counter(question.topic for question in BANK.questions)
    for topic, count in counted.items():
        assert re.search(rf"(^| ){re.escape(topic)}: {count} question{'' if count == 1 else 's'}\b", said)
    assert "codedeploy.rollback: " in said
    assert "without end from codedeploy.rollback" in said
    assert "rollback-is-default: " in said


def test_of_a_bank_of_ones_own_only_what_it_asks_is_listed(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "quizzes" / "bank" / "builds.yml").read_text(encoding="utf-8")
    mine = tmp_path / "mine.yml"
    mine.write_text(text.replace("bank: builds", "bank: mine"), encoding="utf-8")
    listed = quiz("--topics", "--plain", "--bank", str(mine)).stdout
    questions = load([mine]).questions
    topics, misconceptions = listed.split("Misconceptions, for --misconception:")
    assert re.findall(r"^  ([a-z.-]+): \d", topics, re.MULTILINE) == sorted({one.topic for one in questions})
    keys = set(re.findall(r"^  ([a-z0-9-]+): ", misconceptions, re.MULTILINE))
    assert keys == {name for question in questions for name in named(question)}
    asked = quiz("--bank", str(mine), "--topic", "codepipeline.superseded", "--plain")
    assert asked.exit_code == 2
    assert "codepipeline" not in asked.stderr.split("topics:")[1]


def test_a_bank_of_ones_own(tmp_path: Path, file: Path) -> None:
    text = (Path(__file__).parents[2] / "quizzes" / "bank" / "course.yml").read_text(encoding="utf-8")
    mine = tmp_path / "mine.yml"
    mine.write_text(text.replace("bank: course", "bank: mine"), encoding="utf-8")
    assert quiz("--bank", str(mine), "--topic", "mine", "--plain", typed="quit\n", file=file).exit_code == 0
    mine.write_text(text.replace("correct: true", "corect: true", 1), encoding="utf-8")
    done = quiz("--bank", str(mine), "--topic", "mine", file=file)
    assert done.exit_code == 1
    assert f"{mine}:" in done.stderr
    assert "did you mean correct?" in done.stderr
    checked = quiz("--bank", str(mine), "--check")
    assert checked.exit_code == 1
    assert "QB003" in checked.stdout
    assert quiz("--check").exit_code == 0


def test_codesuite_check_knows_banks_by_what_stands_in_them(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "quizzes" / "bank" / "course.yml").read_text(encoding="utf-8")
    (tmp_path / "good.yml").write_text(text, encoding="utf-8")
    (tmp_path / "bad.yml").write_text(text.replace("correct: true", "corect: true", 1), encoding="utf-8")
    (tmp_path / "other.yml").write_text("schema: something-else\nquestions: []\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert done.exit_code == 1
    assert "bad.yml:61:" in done.stdout
    assert "error QB003 an entry of options has no key 'corect'" in done.stdout
    assert done.stderr == "2 files checked\n"
    assert CliRunner().invoke(app, ["check", str(tmp_path / "good.yml")]).exit_code == 0
    assert CliRunner().invoke(app, ["check", str(tmp_path), "--ignore", "QB0"]).exit_code == 0
    own = CliRunner().invoke(app, ["check", str(tmp_path / "other.yml")])
    assert "of no known kind" in own.stderr


def test_prove_is_green_and_red_when_a_key_is_flipped(tmp_path: Path) -> None:
    done = quiz("--prove", "--topic", "codedeploy.rollback")
    assert done.exit_code == 0
    assert "questions are proved" in done.stdout
    text = (Path(__file__).parents[2] / "quizzes" / "bank" / "in-place.yml").read_text(encoding="utf-8")
    right = '{key: succeeded, text: "Succeeded: a single success is enough", correct: true,'
    wrong = '{key: any, text: "Failed: with AllAtOnce no instance may fail", misconception: wide-means-failed,'
    assert right in text
    assert wrong in text
    flipped = text.replace(right, right.replace("correct: true", "misconception: wide-means-failed"))
    flipped = flipped.replace(wrong, wrong.replace("misconception: wide-means-failed", "correct: true"))
    mine = tmp_path / "flipped.yml"
    mine.write_text(flipped, encoding="utf-8")
    red = quiz("--bank", str(mine), "--prove", "--topic", "codedeploy.deployment-config")
    assert red.exit_code == 1
    assert "inplace-all-eight-fail: option any, seed 1: it is right, and its claim is not true" in red.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--mode", "cram"], "one of practice, review, exam, drill"),
        (["--mode", "exam"], "name an exam"),
        (["--mode", "review", "--exam", "DVA-C02"], "does not go with an exam"),
        (["--minutes", "5"], "--minutes goes with an exam"),
        (["--exam", "SAA-C03"], "there is no exam 'SAA-C03' here"),
        (["--show", "nothing"], "no question has the id 'nothing'"),
        (["--topic", "codefeploy"], "no question is about codefeploy"),
        (["--misconception", "nothing"], "no question is about nothing"),
        (["--prove", "--topic", "codestar"], "no question about codestar can be proved"),
        (["--resume"], "me has no session that was left"),
    ],
)
def test_what_cannot_be_is_told(words: list[str], message: str, file: Path) -> None:
    done = quiz(*words, file=file)
    assert done.exit_code == 2
    assert message in done.stderr


# Starting up


def test_the_command_is_there_and_loaded_only_when_asked_for() -> None:
    assert "quiz" in CliRunner().invoke(app, ["--help"]).stdout
    code = "import sys, sim.cli; sim.cli.app(['scenarios'], standalone_mode=False); print('quizzes' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


# What was left


def test_of_several_sessions_that_were_left_one_is_chosen(file: Path) -> None:
    answer = some_answer("DVA-C02", 1, 3)
    quiz("--exam", "DVA-C02", "--count", "3", "--seed", "1", "--plain", typed=f"{answer}\nquit\n", file=file)
    quiz("--topic", "codedeploy", "--seed", "1", "--plain", typed="quit\n", file=file)
    done = quiz("--resume", "--plain", typed="3\n2\nquit\n", file=file)
    said = " ".join(done.stdout.split())
    assert "1: Practice: codedeploy, begun" in said
    assert "2: AWS Certified Developer - Associate (DVA-C02), CI/CD mock, begun" in said
    assert "1 of 3 answered, " in said
    assert "A number from 1 to 2 is wanted." in said
    assert "Question 2 of 3" in said
    assert "Everything is kept" in said
    first = quiz("--resume", "--plain", typed="\nquit\n", file=file)
    assert "Question 1 of 10" in first.stdout


@pytest.mark.parametrize("words", [["--resume"], ["--topic", "codedeploy"]])
def test_an_exam_whose_time_ran_out_meanwhile_is_graded(
    words: list[str], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = some_answer("DVA-C02", 1, 3)
    quiz("--exam", "DVA-C02", "--count", "3", "--seed", "1", "--plain", typed=f"{answer}\nquit\n", file=file)
    quiz("--topic", "codedeploy", "--seed", "1", "--plain", typed="quit\n", file=file)
    with closing(Progress(file)) as progress:
        exam = next(one for one in progress.sessions("me") if one.mode == "exam")
    assert exam.deadline is not None
    later = exam.deadline + 60_000
    monkeypatch.setattr("quizzes.sessions.clock", lambda: later)
    monkeypatch.setattr(Session.resume.__func__, "__defaults__", (lambda: later,))  # type: ignore[attr-defined]
    done = quiz(*words, "--plain", typed="quit\nquit\n", file=file)
    said = " ".join(done.stdout.split())
    assert "The time is over." in said
    assert "2 were not answered, which counts as wrong." in said
    with closing(Progress(file)) as progress:
        entries = progress.entries(exam.id)
        assert entries[-1].kind == "finish"
        assert entries[-1].at == exam.deadline
        assert exam.id not in {one.id for one in progress.unfinished("me")}


# Options


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--exam", "DVA-C02", "--topic", "codedeploy"], "--topic does nothing with --exam"),
        (["--mode", "review", "--topic", "codedeploy"], "--topic does nothing with --mode review"),
        (["--show", "inplace-half-of-nine", "--count", "3"], "--count does nothing with --show"),
        (["--resume", "--seed", "3"], "--seed does nothing with --resume"),
        (["--topics", "--count", "3"], "--count does nothing with --topics"),
        (["--check", "--prove"], "--prove does nothing with --check"),
        (["--as", "bob"], "--as goes with --import"),
        (["--learner", " "], "--learner: a name is wanted"),
    ],
)
def test_an_option_that_would_do_nothing_is_told(words: list[str], message: str, file: Path) -> None:
    done = quiz(*words, typed="quit\n", file=file)
    assert done.exit_code == 2
    assert message in done.stderr


def test_a_bank_of_ones_own_is_all_that_is_asked(tmp_path: Path, file: Path) -> None:
    shipped = Path(BANK.question("inplace-half-of-nine").path).read_text(encoding="utf-8")
    mine = tmp_path / "mine.yml"
    mine.write_text(shipped.replace("bank: in-place", "bank: mine"), encoding="utf-8")
    for seed in ("1", "2", "3"):
        quiz("--bank", str(mine), "--seed", seed, "--count", "60", "--plain", typed="quit\n", file=file)
        quiz("--bank", str(mine), "--exam", "DVA-C02", "--seed", seed, "--plain", typed="quit\n", file=file)
    with closing(Progress(file)) as progress:
        asked = [item for one in progress.sessions() for item in one.plan["questions"]]
    assert asked
    assert not [item for item in asked if "stem" in item]


def test_the_next_mock_asks_other_questions(file: Path) -> None:
    for seed in ("1", "2"):
        quiz("--exam", "DVA-C02", "--count", "15", "--seed", seed, "--plain", typed="finish\ny\nquit\n", file=file)
    with closing(Progress(file)) as progress:
        first, second = ({item["id"] for item in one.plan["questions"]} for one in progress.sessions("me"))
    assert len(first & second) <= 2
