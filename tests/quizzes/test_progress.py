"""Progress on disk: nothing is lost when a process is killed, nothing is changed afterwards, and it can be moved."""

import json
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from time import sleep

import pytest

from quizzes import load
from quizzes.progress import APPLICATION_ID, SCHEMA_VERSION, Begun, Card, Entry, Progress, default_path
from quizzes.sessions import Session
from sim.core.problems import UsageError

KILLS = 50
ENTRY = {
    "line": "entry",
    "session": "s1",
    "number": 9,
    "at": 1,
    "kind": "answer",
    "item": 1,
    "question": "q",
    "payload": None,
}


def session(id: str = "s1", learner: str = "alice") -> Begun:
    return Begun(id, learner, "practice", "A test", 1000, None, {"seed": 1})


def entry(number: int, right: bool = True, question: str = "q") -> Entry:
    payload = {"right": right, "card": question, "rev": 1, "misconceptions": [] if right else ["believes"]}
    return Entry(number, 1000 + number, "grade", 1, question, payload)


def filled(path: Path | None = None) -> Progress:
    progress = Progress(path)
    progress.begin(session())
    progress.append(session(), [entry(1), entry(2, False)], [Card("q", 5000, "{}")])
    return progress


def test_what_was_kept_is_there_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "progress.sqlite"
    filled(path).close()
    progress = Progress(path)
    assert progress.session("s1") == session()
    assert progress.entries("s1") == [entry(1), entry(2, False)]
    assert progress.card("alice", "q") == Card("q", 5000, "{}")
    assert progress.grades() == [("alice", 1001, "q", True), ("alice", 1002, "q", False)]
    assert progress.misconceptions("alice") == {"believes": 1}


def test_it_writes_ahead_and_knows_its_version(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    filled(path).close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)


@pytest.mark.parametrize("change", ["UPDATE log SET at = 0", "DELETE FROM log"])
def test_the_log_is_only_added_to(tmp_path: Path, change: str) -> None:
    path = tmp_path / "progress.sqlite"
    filled(path).close()
    with closing(sqlite3.connect(path)) as db, pytest.raises(sqlite3.IntegrityError, match="only added to"):
        db.execute(change)


def test_a_step_is_kept_whole_or_not_at_all() -> None:
    progress = filled()
    with pytest.raises(UsageError, match="gone on elsewhere"):
        progress.append(session(), [entry(3), entry(2)], [Card("q", 9000, "{}")])
    assert len(progress.entries("s1")) == 2
    assert progress.card("alice", "q") == Card("q", 5000, "{}")


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    filled(path).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(UsageError, match="newer version"):
        Progress(path)


def test_a_file_that_is_something_else_is_told(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    path.write_text("not a database, but long enough to look like one to nobody " * 20, encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be used for progress"):
        Progress(path)


def test_a_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.sqlite"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE bookmarks (address TEXT)")
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(UsageError, match="database of another program"):
            Progress(path, read_only=read_only)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["bookmarks.sqlite"]


def test_a_file_from_before_files_said_whose_they_are_is_known_by_its_tables(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    filled(path).close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        db.execute("PRAGMA application_id = 0")
    progress = Progress(path)
    assert len(progress.entries("s1")) == 2
    progress.close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def test_a_damaged_file_is_told_by_whatever_meets_the_damage(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    progress = filled(path)
    for number in range(3, 400):
        progress.append(session(), [entry(number)])
    progress.close()
    whole = path.read_bytes()
    told = []
    for begin in range(4096, len(whole), 4096):
        path.write_bytes(whole[:begin] + b"\xff" * 2000 + whole[begin + 2000 :])
        try:
            with closing(Progress(path)) as progress:
                progress.grades()
                list(progress.export())
                progress.append(session(), [entry(1000)], [Card("q", 1, "{}")])
        except UsageError as error:
            told.append(str(error))
    assert len(told) > 3
    assert all("cannot be used for progress" in line for line in told)


def test_who_only_looks_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    with pytest.raises(UsageError, match="nothing has been answered yet"):
        Progress(path, read_only=True)
    filled(path).close()
    before = path.read_bytes()
    with closing(Progress(path, read_only=True)) as progress:
        assert len(progress.grades()) == 2
        assert len(list(progress.export())) == 4
        with pytest.raises(UsageError, match="readonly"):
            progress.begin(session("s2"))
    assert path.read_bytes() == before


def test_the_usual_place_is_the_users_data_directory() -> None:
    assert default_path().name == "progress.sqlite"
    assert default_path().parent.name == "codesuite"


# Out and in again


def test_an_export_comes_in_elsewhere_and_is_the_same() -> None:
    lines = list(filled().export())
    other = Progress(None)
    assert other.take_in(lines) == 4
    assert list(other.export()) == lines
    assert other.cards("alice")[0].card == "q"


def test_what_is_there_already_comes_in_once() -> None:
    progress = filled()
    lines = list(progress.export())
    assert progress.take_in(lines) == 0
    progress.append(session(), [entry(3)])
    assert progress.take_in(lines) == 0
    assert len(progress.entries("s1")) == 3


def test_cards_are_worked_out_from_the_log() -> None:
    one = Progress(None)
    one.take_in(filled().export())
    two = Progress(None)
    two.begin(session())
    two.append(session(), [entry(1), entry(2, False)])
    two.take_in([])
    assert one.cards("alice") == two.cards("alice")


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[1]",
        "7",
        "[" * 100_000,
        '{"line": "planet"}',
        '{"line": ["entry"]}',
        '{"line": "learner", "name": {"a": 1}, "created": 1}',
        '{"line": "learner", "name": "bob", "created": 1e99}',
        '{"line": "learner", "name": "bob", "created": 99999999999999999999999}',
        '{"line": "learner", "name": "bob", "created": 1, "age": 7}',
        '{"line": "entry", "session": "s1"}',
        json.dumps(ENTRY | {"session": "s9"}),
        json.dumps(ENTRY | {"kind": "grade"}),
        json.dumps(ENTRY | {"kind": "grade", "payload": {"right": "no", "card": "q", "misconceptions": []}}),
        json.dumps({"line": "session", **asdict(session("s9")), "plan": 7}),
    ],
)
def test_a_line_that_cannot_be_read_adds_nothing(line: str) -> None:
    progress = Progress(None)
    good = list(filled().export())
    with pytest.raises(UsageError, match=r"backup\.jsonl:5: not a line of an export"):
        progress.take_in([*good, line], "backup.jsonl")
    assert list(progress.export()) == []


def test_what_is_no_text_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "backup.jsonl"
    path.write_bytes(b"\n\n\xff\xfe\n")
    with path.open(encoding="utf-8") as lines, pytest.raises(UsageError, match=r"backup\.jsonl:\d: this is no text"):
        Progress(None).take_in(lines, "backup.jsonl")


def test_progress_comes_in_as_another_learners() -> None:
    progress = filled()
    theirs = [line.replace("s1", "s2") for line in filled().export()]
    progress.take_in(theirs, learner="bob")
    assert progress.learners() == ["alice", "bob"]
    assert [one.learner for one in progress.sessions()] == ["alice", "bob"]
    assert [one.card for one in progress.cards("bob")] == ["q"]


def test_several_learners_do_not_come_in_under_one_name() -> None:
    progress = filled()
    progress.begin(session("s2", "carol"))
    lines = list(progress.export())
    other = Progress(None)
    with pytest.raises(UsageError, match="progress of alice and carol"):
        other.take_in(lines, learner="bob")
    assert other.learners() == []


def test_what_is_here_already_does_not_become_anothers() -> None:
    progress = filled()
    with pytest.raises(UsageError, match="here already, as the progress of alice"):
        progress.take_in(list(progress.export()), learner="bob")
    assert progress.learners() == ["alice"]


# Killed

TAKER = """
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from time import sleep
from quizzes import load, selection
from quizzes.progress import Progress
from quizzes.sessions import Session

path, id = Path(sys.argv[1]), sys.argv[2]
bank = load()
progress = Progress(path)
if any(one.id == id for one in progress.sessions()):
    session = Session.resume(progress, id, bank)
else:
    session = Session.start(progress, "alice", selection.exam(bank, "DVA-C02", 5, count=40), id=id)
print("deadline", session.begun.deadline, flush=True)
turn = 1 + max((int(response[0].split()[1]) for response in session.answers.values()), default=-1)
while True:
    number = turn % session.total + 1
    session.go(number)
    response = f"response {turn}"
    session.answer([response])
    print("answer", number, response, flush=True)
    turn += 1
"""


def taken(path: Path, id: str, after: int, luck: random.Random) -> list[list[str]]:
    """What a process told of before it was killed: after so many answers, at some moment of the next."""
    command = [sys.executable, "-c", TAKER, str(path), id]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [process.stdout.readline().split(maxsplit=2) for _ in range(after + 1)]
        sleep(luck.uniform(0, 0.01))
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read()
    assert process.returncode == -signal.SIGKILL
    whole = rest.rsplit("\n", 1)[0] if "\n" in rest else ""
    return told + [line.split(maxsplit=2) for line in whole.splitlines()]


def turn_of(response: str | None) -> int:
    return -1 if response is None else int(response.split()[1])


def test_a_killed_session_resumes_with_all_answers_and_its_deadline(tmp_path: Path) -> None:
    path, luck = tmp_path / "progress.sqlite", random.Random(5)
    bank, deadlines = load(), set()
    told: dict[int, str] = {}
    for turn in range(KILLS):
        lines = taken(path, "exam", luck.randrange(1, 6), luck)
        deadlines.add(lines[0][1])
        told |= {int(line[1]): line[2].strip() for line in lines[1:]}
        progress = Progress(path)
        resumed = Session.resume(progress, "exam", bank)
        kept = {number: response[0] for number, response in resumed.answers.items()}
        newer = {number: response for number, response in kept.items() if told.get(number) != response}
        assert told.keys() <= kept.keys(), f"kill {turn}: lost"
        # One answer may have been kept and not told of any more; none may be older than what was told.
        assert len(newer) <= 1, f"kill {turn}: {newer}"
        assert all(turn_of(response) > turn_of(told.get(number)) for number, response in newer.items())
        told = kept
        numbers = [one.number for one in progress.entries("exam")]
        assert numbers == list(range(1, len(numbers) + 1))
        progress.close()
    assert deadlines == {str(resumed.begun.deadline)}
