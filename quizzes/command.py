"""The command `codesuite quiz`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import FAILED, complaints
from sim.core.problems import UsageError

if TYPE_CHECKING:
    from quizzes.model import Bank
    from quizzes.progress import Begun, Progress
    from quizzes.selection import Plan
    from quizzes.sessions import Session
    from quizzes.terminal import Terminal

LEARNER = "me"
"""Whose progress it is when nobody is named."""

LEGEND = (
    "Facility: how many were right at their first attempt; questions of 30 to 70 % tell most. Discrimination: "
    "whether those who are good at the rest are right here too, from -1 to 1, once five learners have tried it; "
    "0.3 and more is good, below 0 look for a mistake."
)

app = typer.Typer(add_completion=False)


@app.command()
def quiz(
    mode: Annotated[
        str | None, typer.Option(help="practice (told at once), review (what is due), exam, or drill.")
    ] = None,
    exam: Annotated[str | None, typer.Option(help="A mock exam: DVA-C02 or DOP-C02.")] = None,
    topic: Annotated[str | None, typer.Option(help="Only about this, such as codedeploy or codedeploy.hooks.")] = None,
    misconception: Annotated[str | None, typer.Option(help="A drill on one misconception.")] = None,
    learner: Annotated[str, typer.Option(help="Whose progress it is.")] = LEARNER,
    count: Annotated[int | None, typer.Option(min=1, help="How many questions.")] = None,
    minutes: Annotated[int | None, typer.Option(min=1, help="With an exam: another time limit.")] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed, the same questions in the same order.")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="No colour, boxes or signs: for screen readers.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a session that was left.")] = False,
    show: Annotated[
        str | None, typer.Option(metavar="ID", help="Be asked this question, such as inplace-half-of-nine.")
    ] = None,
    bank: Annotated[list[Path] | None, typer.Option(help="Questions of your own, instead of those here.")] = None,
    read: Annotated[
        str | None, typer.Option(metavar="PAGE", help="What is known of AWS's behaviour, such as 'codedeploy 5.4'.")
    ] = None,
    topics: Annotated[bool, typer.Option("--topics", help="List topics and misconceptions.")] = False,
    prove: Annotated[bool, typer.Option("--prove", help="Hold every key against the simulator.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Look for mistakes in the banks.")] = False,
    analysis: Annotated[bool, typer.Option("--analysis", help="How hard and how telling questions were.")] = False,
    export: Annotated[Path | None, typer.Option(help="Write all progress into a file of JSON lines.")] = None,
    take_in: Annotated[Path | None, typer.Option("--import", help="Add progress from such a file.")] = None,
    take_in_as: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="With --import: whose progress it becomes.")
    ] = None,
    progress: Annotated[Path | None, typer.Option(help="Where progress is kept, instead of the usual file.")] = None,
) -> None:
    """Practise with questions that the simulator can prove, or sit a mock exam."""
    given = {name for name, value in locals().items() if value not in (None, False, LEARNER)}
    wishes = Wishes(exam, topic, misconception, learner.strip(), count, minutes, seed, show)
    files = tuple(bank) if bank else None
    with complaints():
        _heed(given, mode, wishes)
        if check:
            _check(files)
        elif read is not None:
            _terminal(plain).notes(read)
        elif topics:
            _topics(_load(files), plain, own=files is not None)
        elif prove:
            _prove(_load(files), topic)
        elif export is not None or take_in is not None:
            _move(progress, export, take_in, take_in_as)
        elif analysis:
            _analysis(progress, plain)
        else:
            _session(_load(files), progress, _mode(mode, wishes), wishes, resume, plain, own=files is not None)


SETTINGS = {"progress", "plain"}
"""Where progress is and how text looks harms nowhere."""
ASKED = {"learner", "bank"}
HEEDED: dict[str, set[str]] = {
    "check": {"bank"},
    "read": set(),
    "topics": {"bank"},
    "prove": {"bank", "topic"},
    "take_in": {"take_in_as", "export"},
    "export": set(),
    "analysis": set(),
    "resume": ASKED,
    "show": ASKED | {"seed"},
    "exam": ASKED | {"mode", "count", "minutes", "seed"},
}
"""What goes with each option that says what to do; with none of them a session is begun."""
SPELLED = {"take_in": "import", "take_in_as": "as"}
"""How options are typed whose names Python has taken."""


def _heed(given: set[str], mode: str | None, wishes: Wishes) -> None:
    """Raises UsageError for an option that would do nothing beside the others."""
    if not wishes.learner:
        raise UsageError("--learner: a name is wanted")
    if "take_in_as" in given and "take_in" not in given:
        raise UsageError("--as goes with --import")
    doing = next((name for name in HEEDED if name in given), None)
    if doing == "exam" and given & {"misconception"} | ({mode} - {None, "exam"}):
        return  # _mode tells which two modes are meant
    if doing is not None:
        heeded, title = HEEDED[doing] | {doing}, f"--{SPELLED.get(doing, doing)}"
    elif mode == "review":
        heeded, title = ASKED | {"mode", "count", "seed", "minutes", "misconception"}, "--mode review"
    else:
        return
    for name in sorted(given - heeded - SETTINGS):
        raise UsageError(f"--{SPELLED.get(name, name)} does nothing with {title}")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wants to be asked."""

    exam: str | None
    topic: str | None
    misconception: str | None
    learner: str
    count: int | None
    minutes: int | None
    seed: int | None
    show: str | None


def _load(files: tuple[Path, ...] | None) -> Bank:
    from quizzes.bank import load

    return load(files)


def _mode(mode: str | None, wishes: Wishes) -> str:
    """The mode that the options mean. Raises UsageError when they mean two."""
    from quizzes.sessions import MODES

    meant = "exam" if wishes.exam else ("drill" if wishes.misconception else None)
    if mode is not None and mode not in MODES:
        raise UsageError(f"--mode {mode}: one of {', '.join(MODES)}")
    if meant is not None and mode not in (None, meant):
        raise UsageError(f"--mode {mode} does not go with a{'n' if meant == 'exam' else ''} {meant}")
    if mode == "exam" and meant is None:
        raise UsageError("name an exam: --exam DVA-C02 or --exam DOP-C02")
    if wishes.minutes is not None and meant != "exam":
        raise UsageError("--minutes goes with an exam")
    return meant or mode or "practice"


def _session(
    questions: Bank, progress: Path | None, mode: str, wishes: Wishes, resume: bool, plain: bool, *, own: bool
) -> None:
    """Begin a session, or go on with one that was left, and let somebody work through it. `own`: of banks of their
    own nothing else is asked."""
    from quizzes import generate
    from quizzes.sessions import Session

    terminal = _terminal(plain, generate.beliefs() | dict(questions.misconceptions))
    with _kept(progress) as kept:
        left = kept.unfinished(wishes.learner)
        if resume:
            if not left:
                raise UsageError(f"{wishes.learner} has no session that was left before its end")
            sessions = _left(kept, left, questions, terminal)
            chosen = terminal.choose(sessions)
            if chosen is not None:
                terminal.play(chosen)
            return
        left = _graded(kept, left, questions, terminal)
        plan = _plan(questions, kept, mode, wishes, own)
        waiting = next((one for one in left if one.mode == "exam"), None)
        if waiting is not None:
            terminal.say(f"An exam waits to be gone on with, by --resume: {waiting.title}.")
        terminal.play(Session.start(kept, wishes.learner, plan))


def _left(kept: Progress, left: Sequence[Begun], questions: Bank, terminal: Terminal) -> list[Session]:
    """The sessions that can be gone on with: an exam whose time is over alone, since it only waits for its end."""
    from quizzes.sessions import Session

    sessions, problem = [], ""
    for one in left:
        try:
            sessions.append(Session.resume(kept, one.id, questions))
        except UsageError as error:
            problem = str(error)
            terminal.say(f"{one.title} cannot be gone on with: {problem}.")
    if not sessions:
        raise UsageError(problem)
    return [one for one in sessions if one.over][:1] or sessions


def _graded(kept: Progress, left: Sequence[Begun], questions: Bank, terminal: Terminal) -> list[Begun]:
    """Those that still wait, once each exam whose time is over is graded with what was answered until then."""
    from quizzes.sessions import Session, clock

    now = clock()
    overdue = [one for one in left if one.deadline is not None and one.deadline <= now]
    for one in overdue:
        try:
            session = Session.resume(kept, one.id, questions)
        except UsageError as error:
            terminal.say(f"{one.title} cannot be graded: {error}.")
        else:
            terminal.play(session)
    return [one for one in left if one not in overdue]


def _plan(questions: Bank, kept: Progress, mode: str, wishes: Wishes, own: bool) -> Plan:
    from quizzes import generate, selection
    from quizzes.bank import find
    from quizzes.sessions import asked_lately, clock

    if wishes.show is not None:
        # Without a seed the order of options comes from the id alone: two who speak of option b mean the same one.
        drawn = "#" in wishes.show
        asked = generate.question(wishes.show) if drawn else find(questions, wishes.show)
        return selection.show(asked, wishes.seed or 0)
    now = clock()
    seed = now % 1_000_000 if wishes.seed is None else wishes.seed
    if mode == "exam":
        assert wishes.exam is not None
        lately = asked_lately(kept, wishes.learner, wishes.exam)
        return selection.exam(
            questions, wishes.exam, seed, wishes.count, wishes.minutes, generated=not own, lately=lately
        )
    if mode == "review":
        due = kept.cards(wishes.learner, now)
        later = kept.cards(wishes.learner) if not due else []
        if later:
            raise UsageError(f"nothing is due for review yet; the next question is, on {_day(later[0].due)}")
        return selection.review(questions, due, seed, wishes.count)
    wanted = selection.Wanted(wishes.topic, wishes.misconception, generated=not own)
    return selection.practice(questions, wanted, seed, wishes.count, mode)


def _day(ms: int) -> str:
    """The day of a time in ms since 1970, where the learner is."""
    from datetime import datetime

    return datetime.fromtimestamp(ms / 1000).astimezone().strftime("%Y-%m-%d")


# Face and file


def _terminal(plain: bool, misconceptions: Mapping[str, str] | None = None) -> Terminal:
    from rich.console import Console

    from quizzes.terminal import WIDTH, Terminal

    console = Console(highlight=False, no_color=plain or None)  # None: as NO_COLOR says
    if not plain or console.is_terminal:
        console.width = min(console.width, WIDTH)
    return Terminal(console, _read, plain, misconceptions)


def _read(prompt: str) -> str | None:
    try:
        return input(prompt)
    except EOFError:
        print()
        return None


@contextmanager
def _kept(path: Path | None, *, read_only: bool = False) -> Iterator[Progress]:
    """The file of progress, closed at the end."""
    from quizzes.progress import Progress, default_path

    with closing(Progress(default_path() if path is None else path, read_only=read_only)) as progress:
        yield progress


# Beside sessions


def _check(files: tuple[Path, ...] | None) -> None:
    from quizzes.bank import check_bank, paths

    failed = False
    for path in files or paths():
        for problem in check_bank(path.read_text(encoding="utf-8"), str(path)):
            print(problem)
            failed = failed or problem.severity == "error"
    if failed:
        raise typer.Exit(FAILED)


def _topics(questions: Bank, plain: bool, own: bool) -> None:
    """What can be asked for: of a bank of one's own only what it asks itself."""
    from quizzes import generate, selection
    from quizzes.lint import named

    terminal = _terminal(plain)
    counted = dict.fromkeys(selection.topics(questions, not own), 0)
    for question in questions.questions:
        counted[question.topic] += 1
    families = selection.families(questions, not own)
    drawn = {topic: [one.name for one in families if one.topic == topic] for topic in counted}
    rows = (
        f"{topic}: {count} question{'' if count == 1 else 's'}"
        + (f", and without end from {', '.join(drawn[topic])}" if drawn[topic] else "")
        for topic, count in counted.items()
    )
    terminal.lines("Topics, for --topic:", rows)
    known = generate.beliefs() | dict(questions.misconceptions)
    shown = {name for question in questions.questions for name in named(question)}
    shown |= {name for family in families for name in family.beliefs}
    terminal.lines("Misconceptions, for --misconception:", (f"{key}: {known[key]}" for key in sorted(shown)))


def _prove(questions: Bank, topic: str | None) -> None:
    """Every question that can be proved; exit 1 when the simulator says otherwise."""
    from quizzes.proof import provable, prove
    from quizzes.selection import Wanted

    wanted = Wanted(topic)
    chosen = [question for question in provable(questions.questions) if wanted.fits(question)]
    if not chosen:
        raise UsageError(f"no question about {wanted.text} can be proved")
    outcomes = [prove(question) for question in chosen]
    for outcome in outcomes:
        for finding in outcome.findings:
            print(finding, file=sys.stderr)
    good = sum(outcome.holds for outcome in outcomes)
    runs = sum(outcome.runs for outcome in outcomes)
    print(f"{good} of {len(outcomes)} questions are proved, by {runs} runs; {len(questions.questions)} in all")
    if good < len(outcomes):
        raise typer.Exit(FAILED)


def _analysis(progress: Path | None, plain: bool) -> None:
    from quizzes.analysis import items

    with _kept(progress, read_only=True) as kept:
        rows = items(kept.grades())
    if not rows:
        raise UsageError("nothing has been answered yet")
    terminal = _terminal(plain)
    if plain:
        for row in rows:
            discrimination = "not known" if row.discrimination is None else f"{row.discrimination:.2f}"
            terminal.say(
                f"{row.question}: learners {row.learners}, answers {row.answers}, facility {100 * row.facility:.0f} %, "
                f"discrimination {discrimination}"
            )
        terminal.say(LEGEND)
        return
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table("question", "learners", "answers", "facility", "discrimination", box=SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        discrimination = "" if row.discrimination is None else f"{row.discrimination:.2f}"
        table.add_row(row.question, str(row.learners), str(row.answers), f"{100 * row.facility:.0f} %", discrimination)
    terminal.console.print(table)
    terminal.say(LEGEND)


def _move(progress: Path | None, export: Path | None, take_in: Path | None, name: str | None) -> None:
    if take_in is not None:
        with _kept(progress) as kept, take_in.open(encoding="utf-8") as lines:
            here = kept.learners()
            new = kept.take_in(lines, str(take_in), name)
            print(f"{new} new lines; learners now: {', '.join(kept.learners())}")
            if new and name is None and LEARNER in here:
                print(f"Progress of {LEARNER!r} in the file is one with yours now; with --as NAME it is kept apart.")
    if export is not None:
        with _kept(progress, read_only=True) as kept:
            lines_out = list(kept.export())
        with export.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines_out)
        print(f"Written to {export}")
