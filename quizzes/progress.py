"""What learners have done, in one SQLite file: sessions, an append-only log of what was answered, what comes again.

Every step is one transaction in WAL mode: a process that is killed loses nothing it has told of. `cards` is worked
out from the log and kept beside it, so that a step does not have to read ten thousand answers.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.core.problems import UsageError

SCHEMA_VERSION = 1
APPLICATION_ID = 0x43535155
"""`CSQU`: what SQLite keeps of whose file it is, beside the version of the schema."""
BUSY_MS = 5_000
"""How long a step waits for another process that writes."""
APPLICATION = "codesuite"
FILE = "progress.sqlite"

_SCHEMA = """
CREATE TABLE learners (name TEXT PRIMARY KEY, created INTEGER NOT NULL);
CREATE TABLE sessions (
  id TEXT PRIMARY KEY, learner TEXT NOT NULL REFERENCES learners (name), mode TEXT NOT NULL, title TEXT NOT NULL,
  started INTEGER NOT NULL, deadline INTEGER, plan TEXT NOT NULL);
CREATE TABLE log (
  session TEXT NOT NULL REFERENCES sessions (id), number INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
  item INTEGER NOT NULL, question TEXT NOT NULL, payload TEXT NOT NULL, PRIMARY KEY (session, number)) WITHOUT ROWID;
CREATE INDEX log_by_question ON log (question, kind);
CREATE TABLE cards (
  learner TEXT NOT NULL REFERENCES learners (name), card TEXT NOT NULL, due INTEGER NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (learner, card)) WITHOUT ROWID;
CREATE INDEX cards_by_due ON cards (learner, due);
CREATE TRIGGER log_stays BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
CREATE TRIGGER log_remains BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
"""
_TABLES = {"learners", "sessions", "log", "cards"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: what happened to item `item` (from 1; 0: the session) when, in ms since 1970."""

    number: int
    at: int
    kind: str
    item: int = 0
    question: str = ""
    payload: Any = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A session as it was begun. `plan` is what a Plan is made of again; times in ms since 1970."""

    id: str
    learner: str
    mode: str
    title: str
    started: int
    deadline: int | None
    plan: Any


@dataclass(frozen=True, slots=True)
class Card:
    """What is remembered of a question or family, and when it should come again (ms since 1970)."""

    card: str
    due: int
    state: str


def default_path() -> Path:
    """The file in the user's data directory."""
    from platformdirs import user_data_path

    return user_data_path(APPLICATION, appauthor=False) / FILE


class Progress:
    """The file of progress. `Progress(None)` keeps it in memory only; `read_only` looks at a file that is there, and
    changes nothing in it.

    Raises UsageError for a file that is another program's, damaged, or of a newer version: it is left as it is.
    """

    def __init__(self, path: Path | None, *, read_only: bool = False):
        self.path = path
        if read_only and path is not None and not path.is_file():
            raise UsageError(f"{path}: nothing has been answered yet")
        if path is not None and not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = _connected(path, read_only)
            self._prepare(read_only)
        except sqlite3.DatabaseError as error:
            raise self._unusable(error) from None

    def close(self) -> None:
        self._db.close()

    def _unusable(self, error: sqlite3.Error) -> UsageError:
        return UsageError(f"{self.path} cannot be used for progress: {error}; name another file with --progress")

    def _prepare(self, read_only: bool) -> None:
        self._db.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        tables = {name for (name,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if application not in (0, APPLICATION_ID) or (tables and not tables >= _TABLES):
            raise UsageError(f"{self.path} is a database of another program; name another file with --progress")
        if version > SCHEMA_VERSION:
            raise UsageError(f"{self.path} was written by a newer version of codesuite; update, or name another file")
        if read_only:
            if not tables:
                raise UsageError(f"{self.path}: nothing has been answered yet")
            return
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self._db.execute(f"PRAGMA {pragma}")
        if not tables:
            self._make()
        elif application == 0:  # as files were before they said whose they are
            self._db.execute(f"PRAGMA application_id={APPLICATION_ID}")

    def _make(self) -> None:
        pragmas = f"PRAGMA user_version={SCHEMA_VERSION}; PRAGMA application_id={APPLICATION_ID};"
        try:
            self._db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} {pragmas} COMMIT;")
        except sqlite3.OperationalError:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            self._db.execute("SELECT 1 FROM log")  # another process made it meanwhile; or this tells what is wrong

    @contextmanager
    def _step(self) -> Iterator[sqlite3.Connection]:
        """One transaction: everything in it, or nothing. Raises UsageError for a file that cannot be used any more."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            raise self._unusable(error) from None

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query. Raises UsageError where the file is damaged."""
        try:
            return self._db.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._unusable(error) from None

    # Sessions

    def begin(self, session: Begun) -> None:
        """Keep a new session; its learner is made known if need be."""
        with self._step() as db:
            db.execute("INSERT OR IGNORE INTO learners VALUES (?, ?)", (session.learner, session.started))
            db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)", _session_row(session))

    def append(self, session: Begun, entries: Sequence[Entry], cards: Iterable[Card] = ()) -> None:
        """Add to the log, all entries or none. Raises UsageError when another process went on with the session."""
        try:
            with self._step() as db:
                db.executemany(
                    "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?)", [_row(session.id, one) for one in entries]
                )
                rows = [(session.learner, card.card, card.due, card.state) for card in cards]
                db.executemany("INSERT OR REPLACE INTO cards VALUES (?, ?, ?, ?)", rows)
        except sqlite3.IntegrityError:
            raise UsageError("this session has gone on elsewhere; resume it to see its state") from None

    def session(self, id: str) -> Begun:
        """Raises UsageError."""
        rows = self._rows("SELECT * FROM sessions WHERE id = ?", (id,))
        if not rows:
            raise UsageError(f"there is no session {id!r}")
        return _session(rows[0])

    def sessions(self, learner: str | None = None) -> list[Begun]:
        """Every session, or those of one learner, in order of time."""
        where, values = ("", ()) if learner is None else (" WHERE learner = ?", (learner,))
        rows = self._rows(f"SELECT * FROM sessions{where} ORDER BY started, id", values)
        return [_session(row) for row in rows]

    def unfinished(self, learner: str) -> list[Begun]:
        """The sessions of a learner that have no end yet, the latest first."""
        rows = self._rows(
            "SELECT * FROM sessions AS s WHERE learner = ? AND NOT EXISTS "
            "(SELECT 1 FROM log WHERE session = s.id AND kind = 'finish') ORDER BY started DESC, id",
            (learner,),
        )
        return [_session(row) for row in rows]

    def entries(self, session: str) -> list[Entry]:
        """The log of a session, in order."""
        rows = self._rows(
            "SELECT number, at, kind, item, question, payload FROM log WHERE session = ? ORDER BY number", (session,)
        )
        return [_entry(row) for row in rows]

    # What is known of learners

    def learners(self) -> list[str]:
        return [name for (name,) in self._rows("SELECT name FROM learners ORDER BY name")]

    def card(self, learner: str, card: str) -> Card | None:
        rows = self._rows("SELECT card, due, state FROM cards WHERE learner = ? AND card = ?", (learner, card))
        return Card(*rows[0]) if rows else None

    def cards(self, learner: str, due_by: int | None = None) -> list[Card]:
        """What a learner has met, the longest overdue first; with `due_by`, only what is due then."""
        query, values = "SELECT card, due, state FROM cards WHERE learner = ?", [learner]
        if due_by is not None:
            query, values = f"{query} AND due <= ?", [learner, due_by]  # type: ignore[list-item]
        return [Card(*row) for row in self._rows(f"{query} ORDER BY due, card", values)]

    def grades(self) -> list[tuple[str, int, str, bool]]:
        """Every grade there is: (learner, when in ms, question, right), in order of time."""
        rows = self._rows(
            "SELECT s.learner, l.at, l.question, l.payload FROM log AS l JOIN sessions AS s ON s.id = l.session "
            "WHERE l.kind = 'grade' ORDER BY l.at, l.session, l.number"
        )
        return [(learner, at, question, bool(json.loads(payload)["right"])) for learner, at, question, payload in rows]

    def misconceptions(self, learner: str) -> dict[str, int]:
        """How often a learner's answers have shown each misconception."""
        counts: dict[str, int] = {}
        rows = self._rows(
            "SELECT l.payload FROM log AS l JOIN sessions AS s ON s.id = l.session "
            "WHERE l.kind = 'grade' AND s.learner = ?",
            (learner,),
        )
        for (payload,) in rows:
            for name in json.loads(payload).get("misconceptions", ()):
                counts[name] = counts.get(name, 0) + 1
        return counts

    # Out and in again

    def export(self) -> Iterator[str]:
        """Everything, as lines of JSON: learners, then each session followed by its log."""
        for name, created in self._rows("SELECT name, created FROM learners ORDER BY name"):
            yield _line("learner", {"name": name, "created": created})
        for session in self.sessions():
            yield _line("session", {name: getattr(session, name) for name in Begun.__slots__})
            for entry in self.entries(session.id):
                yield _line("entry", {"session": session.id} | {name: getattr(entry, name) for name in Entry.__slots__})

    def take_in(self, lines: Iterable[str], path: str = "", learner: str | None = None) -> int:
        """Add what `export` gave, of this or another file, as progress of `learner` if one is named; what is there
        already stays. Returns how many were new.

        Cards are worked out anew. Raises UsageError with the line of what cannot be read, and adds nothing then.
        """
        named: set[str] = set()
        with self._step() as db:
            before = db.total_changes
            for number, line in _numbered(lines, path):
                if line.strip():
                    try:
                        row = _checked(json.loads(line))
                        if learner is not None:
                            self._under_one_name(db, row, learner, named)
                        self._take(db, row, learner)
                    except (ValueError, KeyError, TypeError, OverflowError, sqlite3.Error, RecursionError) as error:
                        raise UsageError(f"{path}:{number}: not a line of an export: {_reason(error)}") from None
            new = db.total_changes - before
            self._remember_all(db)
        return new

    def _under_one_name(self, db: sqlite3.Connection, row: dict[str, Any], learner: str, named: set[str]) -> None:
        """Raises UsageError where `learner` would get the progress of several people, or what is another's here."""
        named |= {row["name"]} if row["line"] == "learner" else set()
        if len(named) > 1:
            told = " and ".join(sorted(named))
            raise UsageError(f"the file holds the progress of {told}: under one name it could not be told apart")
        if row["line"] == "session":
            owner = db.execute("SELECT learner FROM sessions WHERE id = ?", (row["id"],)).fetchone()
            if owner is not None and owner[0] != learner:
                raise UsageError(f"what the file holds is here already, as the progress of {owner[0]}")

    def _take(self, db: sqlite3.Connection, row: dict[str, Any], learner: str | None) -> None:
        kind = row.pop("line")
        if kind == "learner":
            db.execute("INSERT OR IGNORE INTO learners VALUES (?, ?)", (learner or row["name"], row["created"]))
        elif kind == "session":
            begun = Begun(**(row | {"learner": learner} if learner else row))
            db.execute("INSERT OR IGNORE INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)", _session_row(begun))
        else:
            session = row.pop("session")
            db.execute("INSERT OR IGNORE INTO log VALUES (?, ?, ?, ?, ?, ?, ?)", _row(session, Entry(**row)))

    def _remember_all(self, db: sqlite3.Connection) -> None:
        """Work out every card from the log."""
        from quizzes.memory import remember

        known: dict[tuple[str, str], tuple[str, int]] = {}
        rows = db.execute(
            "SELECT s.learner, l.at, l.payload FROM log AS l JOIN sessions AS s ON s.id = l.session "
            "WHERE l.kind = 'grade' ORDER BY l.at, l.session, l.number"
        )
        for learner, at, payload in rows.fetchall():
            grade = json.loads(payload)
            key = learner, grade["card"]
            state = known[key][0] if key in known else None
            known[key] = remember(grade["card"], state, grade["right"], at)
        db.execute("DELETE FROM cards")
        values = [(learner, card, due, state) for (learner, card), (state, due) in known.items()]
        db.executemany("INSERT INTO cards VALUES (?, ?, ?, ?)", values)


def _connected(path: Path | None, read_only: bool) -> sqlite3.Connection:
    """A connection. A notebook answers its views in threads of their own; whoever shares a Progress takes turns."""
    if path is None or not read_only:
        return sqlite3.connect(":memory:" if path is None else path, isolation_level=None, check_same_thread=False)
    address = path.absolute().as_uri()
    for mode in ("mode=ro", "immutable=1"):  # the second where not even the files beside it may be written
        db = sqlite3.connect(f"{address}?{mode}", uri=True, isolation_level=None, check_same_thread=False)
        try:
            db.execute("SELECT name FROM sqlite_master").fetchall()
        except sqlite3.OperationalError:
            db.close()
            if mode == "immutable=1":
                raise
        else:
            return db
    raise AssertionError("the loop returns or raises")


_SHAPES: dict[str, dict[str, tuple[type, ...]]] = {
    "learner": {"name": (str,), "created": (int,)},
    "session": {
        "id": (str,),
        "learner": (str,),
        "mode": (str,),
        "title": (str,),
        "started": (int,),
        "deadline": (int, type(None)),
        "plan": (dict,),
    },
    "entry": {
        "session": (str,),
        "number": (int,),
        "at": (int,),
        "kind": (str,),
        "item": (int,),
        "question": (str,),
        "payload": (dict, type(None)),
    },
}
"""What the lines of an export hold."""
_GRADE: dict[str, tuple[type, ...]] = {"right": (bool,), "card": (str,), "misconceptions": (list,)}


def _checked(row: Any) -> dict[str, Any]:
    """A line of an export as it should be. Raises ValueError."""
    if not isinstance(row, dict) or row.get("line") not in _SHAPES:
        raise ValueError('each is an object whose "line" is learner, session or entry')
    shape = _SHAPES[row["line"]]
    _fits({key: value for key, value in row.items() if key != "line"}, shape)
    if row["line"] == "entry" and row["kind"] == "grade":
        payload = row["payload"] or {}
        _fits({key: payload[key] for key in _GRADE if key in payload}, _GRADE)
    return row


def _fits(values: dict[str, Any], shape: dict[str, tuple[type, ...]]) -> None:
    for key in [*shape, *values]:
        if key not in values or key not in shape:
            raise ValueError(f"{key} is missing" if key in shape else f"{key} is not known")
        if type(values[key]) not in shape[key]:
            raise ValueError(f"{key} is {json.dumps(values[key])}")


def _numbered(lines: Iterable[str], path: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, from 1. Raises UsageError for what is no text."""
    number = 0
    try:
        for number, line in enumerate(lines, 1):
            yield number, line
    except UnicodeDecodeError:
        raise UsageError(f"{path}:{number + 1}: this is no text in UTF-8, so it is no export") from None


def _reason(error: Exception) -> str:
    if isinstance(error, sqlite3.IntegrityError):
        return "it belongs to a learner or session that is not there"
    return "it is nested too deep" if isinstance(error, RecursionError) else str(error)


def _line(kind: str, values: dict[str, Any]) -> str:
    return json.dumps({"line": kind} | values, ensure_ascii=False, sort_keys=True)


def _session_row(session: Begun) -> tuple[Any, ...]:
    plan = json.dumps(session.plan, ensure_ascii=False)
    return session.id, session.learner, session.mode, session.title, session.started, session.deadline, plan


def _session(row: Any) -> Begun:
    id, learner, mode, title, started, deadline, plan = row
    return Begun(id, learner, mode, title, started, deadline, json.loads(plan))


def _row(session: str, entry: Entry) -> tuple[Any, ...]:
    payload = json.dumps(entry.payload, ensure_ascii=False)
    return session, entry.number, entry.at, entry.kind, entry.item, entry.question, payload


def _entry(row: Any) -> Entry:
    number, at, kind, item, question, payload = row
    return Entry(number, at, kind, item, question, json.loads(payload))
