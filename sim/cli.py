"""The command `codesuite`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from sim.core.problems import ProblemsError, SimError, UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.console import Console
    from rich.text import Text

    from sim.analysis.expectations import Verdict
    from sim.cloud import Cloud
    from sim.scenario import Plan

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: all is well; a file or a run is not as it should be; the command was given something impossible; the
user stopped it."""
PATIENCE_S = 1.0
"""A run that takes longer shows its progress."""
PICTURES = (".png", ".svg", ".pdf", ".jpg", ".webp")
FURTHER = "codesuite.commands"
"""The group of entry points that add commands: `quiz` is one, as no room of `sim` may know the quizzes."""


class _Commands(TyperGroup):
    """The commands of this file, and those that entry points add. One of those is loaded when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *sorted(_further())]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        found = super().get_command(ctx, cmd_name)
        if found is None and cmd_name in (further := _further()):
            return typer.main.get_command(further[cmd_name].load())
        return found


def _further() -> dict[str, Any]:
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=FURTHER)}


app = typer.Typer(
    cls=_Commands,
    name="codesuite",
    help="A flight simulator for the AWS developer tools.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(asked: bool) -> None:
    if asked:
        import sim

        print(sim.__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Without a command it prints its help."""


@app.command()
def run(
    scenario: Annotated[
        str, typer.Argument(help="A scenario that comes along, or the path of a scenario or template.")
    ],
    seed: Annotated[int | None, typer.Option(help="Another seed: other luck, the same rules.")] = None,
    until: Annotated[str | None, typer.Option(help="When to stop, such as 2h; or `idle`.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")] = False,
    events: Annotated[bool, typer.Option("--events", help="With --json: also the EventBridge events.")] = False,
    audit: Annotated[bool, typer.Option("--audit", help="With --json: also the CloudTrail records.")] = False,
    assumptions: Annotated[
        bool, typer.Option("--assumptions", help="Also list the numbers that no source gives and this run used.")
    ] = False,
    plot: Annotated[Path | None, typer.Option(help="Write a picture of the run: png, svg, pdf, jpg or webp.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Judge the scenario's `expect:` lines; exit 1 if one fails.")
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Tell every decision and the rule behind it.")] = False,
) -> None:
    """Run a scenario in virtual time and tell what happened."""
    with complaints():
        _check_picture(plot)
        if (events or audit) and not as_json:
            raise UsageError("--events and --audit go with --json")
        if as_json and explain:
            raise UsageError("--explain tells in words: leave --json out")
        from sim.scenario import Scenario

        plan = Scenario.open(scenario).compile()
        cloud = plan.start(seed, events=events, audit=audit)
        _play(cloud, plan, until)
        document = cloud.result(events=events, audit=audit)
        verdicts = _judge(plan, document) if check else []
        if as_json:
            _print_json(cloud, document, assumptions)
        else:
            _print_story(cloud, document, scenario)
            if explain:
                _print_explanations(cloud, document)
            if assumptions:
                _print_assumptions(cloud)
        if plot is not None:
            _draw(document, plot)
            _complain(f"The picture is in {plot}", as_json)
        if check:
            _finish_check(plan.scenario.path, cloud, verdicts, as_json)


@app.command()
def check(
    # A file that cannot be read is a finding, and no wrong use of the command.
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.", show_default=False, readable=False)],
    format: Annotated[str, typer.Option("--format", help="text, json, github or sarif.")] = "text",
    as_: Annotated[
        str | None, typer.Option("--as", metavar="KIND", help="What the files are, where nothing tells it.")
    ] = None,
    select: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Only findings whose code begins so.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(metavar="CODE", help="No findings whose code begins so.")] = None,
) -> None:
    """Find mistakes in files that AWS reads: each with its line, and what to write instead.

    Buildspecs, AppSpecs, pipelines, templates, event patterns, IAM policies and scenarios. Exit 1 when there is an
    error; warnings alone are no failure.
    """
    with complaints():
        from sim.formats.check import command

        answer = command.check(paths, format, as_, select or (), ignore or ())
        try:
            sys.stdout.write(answer.text)
            sys.stdout.flush()
            print(answer.aside, file=sys.stderr)
        except BrokenPipeError:
            _let_go()  # who reads has enough; what was found is found all the same
        if answer.failed:
            raise typer.Exit(FAILED)


@app.command()
def whatif(
    scenario: Annotated[
        str | None, typer.Argument(help="A scenario that comes along, or a path.", show_default=False)
    ] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH=A,B,C", help="What to vary; several make every combination."),
    ] = None,
    design: Annotated[Path | None, typer.Option(help="A YAML list of variants, each {path: value, ...}.")] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(metavar="METRIC", help="What to measure: a name, module:function, or JMESPath over a result."),
    ] = None,
    replications: Annotated[int | None, typer.Option(help="Runs of each variant (30), or the most of them.")] = None,
    until_precision: Annotated[
        str | None, typer.Option(metavar="5%", help="Go on until the interval of the first metric is so narrow.")
    ] = None,
    precision_of: Annotated[
        list[str] | None, typer.Option(metavar="METRIC", help="The metrics whose precision is meant.")
    ] = None,
    warm_up: Annotated[str, typer.Option(metavar="2h", help="What began before is not measured.")] = "0s",
    until: Annotated[str | None, typer.Option(help="When to stop, such as 2h; or `idle`.")] = None,
    seed: Annotated[int | None, typer.Option(help="The seed of the first replication.")] = None,
    confidence: Annotated[str, typer.Option(metavar="95%", help="Of the intervals.")] = "95%",
    baseline: Annotated[int, typer.Option(help="The variant that the others are held against, from 1.")] = 1,
    jobs: Annotated[int, typer.Option(help="Processes; -1 for every core.")] = 1,
    backend: Annotated[
        str | None, typer.Option(metavar="NAME", help="Another of joblib's backends: threading, multiprocessing, dask.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Run on the Dask cluster of this scheduler: tcp://HOST:8786.")
    ] = None,
    results: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep each replication there; go on from it after a stop.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table as CSV, and nothing else.")] = False,
    table: Annotated[
        str, typer.Option(metavar="TABLE", help="What --csv prints: summary, differences or replications.")
    ] = "summary",
    as_json: Annotated[bool, typer.Option("--json", help="Print everything but single runs as JSON.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Write a picture: png, svg, pdf, jpg or webp.")] = None,
    picture: Annotated[
        str | None,
        typer.Option(
            metavar="NAME[:METRIC,...]",
            help="What --plot draws: page, side_by_side, distribution, fan, trade, path or slowest.",
        ),
    ] = None,
    metrics: Annotated[bool, typer.Option("--metrics", help="List the metrics that have a name, and stop.")] = False,
) -> None:
    """Vary a scenario, run each variant many times, and compare what comes out, with confidence intervals."""
    with complaints():
        from sim.experiments import command

        if metrics:
            _print_rows("metric", "unit", "what it measures", rows=command.known_metrics())
            return
        if scenario is None:
            raise UsageError("name a scenario: `codesuite scenarios` lists those that come along")
        if as_csv and as_json:
            raise UsageError("--csv or --json, not both")
        command.check_table(table, as_csv)
        _check_picture(plot)
        command.check_picture(picture, plot is not None, metric)
        question = command.Question(
            scenario,
            command.design_of(vary or [], design),
            metric or None,
            replications,
            seed=seed,
            until=until,
            warm_up=warm_up,
            until_precision=None if until_precision is None else command.share("--until-precision", until_precision),
            precision_of=precision_of or None,
            confidence=command.share("--confidence", confidence),
            baseline=baseline - 1,
            jobs=jobs,
            backend=backend,
            scheduler=scheduler,
            results=results,
        )
        outcome = question.ask(_console_of_progress())
        if as_csv:
            sys.stdout.write(outcome.csv(table))
        elif as_json:
            sys.stdout.write(outcome.json() + "\n")
        else:
            for title, columns, rows in command.tables(outcome):
                print(f"\n{title}")
                _print_rows(*columns, rows=rows, width=command.WIDEST)
        for notice in outcome.notices:
            print(notice, file=sys.stderr)
        if plot is not None:
            _save(command.picture(outcome, picture), plot)
            _complain(f"The picture is in {plot}", as_csv or as_json)


@app.command()
def scenarios() -> None:
    """List the scenarios that come along."""
    with complaints():
        from sim.formats import scenario as grammar
        from sim.formats import shipped

        table = _table("scenario", "what happens")
        for name in shipped.scenarios():
            table.add_row(name, grammar.read_scenario(shipped.find_scenario(name)).title)
        _console().print(table)


@app.command()
def copy(
    scenario: Annotated[str, typer.Argument(help="A scenario that comes along.")],
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
) -> None:
    """Copy a scenario with its template and applications, to change and run."""
    with complaints():
        from sim.formats import shipped

        written = shipped.copy_scenario(scenario, folder)
        print(f"Copied to {folder}. Change what you like, then: codesuite run {written}")


@app.command()
def diff(
    left: Annotated[str, typer.Argument(help="A scenario that comes along, or a path.")],
    right: Annotated[str, typer.Argument(help="Another one, such as the same with one thing changed.")],
    seed: Annotated[int | None, typer.Option(help="The seed of both; without it each has its own.")] = None,
    until: Annotated[str | None, typer.Option(help="When to stop, such as 2h; or `idle`.")] = None,
) -> None:
    """Run two scenarios and tell the first decision in which they part, and the rule behind it."""
    with complaints():
        from sim.analysis.diff import first_difference
        from sim.scenario import Scenario

        records = []
        for name in (left, right):
            plan = Scenario.open(name).compile()
            cloud = plan.start(seed)
            _play(cloud, plan, until)
            records.append(cloud.record)
        parting = first_difference(*records)
        if parting is None:
            print("Both runs decide alike from beginning to end.")
            return
        print(f"They part at: {parting.subject}")
        for name, side in ((left, parting.left), (right, parting.right)):
            if side is None:
                print(f"  {name}: nothing is decided there")
                continue
            print(f"  {name}: at {_virtual(side.time / 1000)} {side.status}: {side.why}")
            print(f"      [{side.rule}, {side.basis}: {side.source}]")


@app.command()
def lab(
    folder: Annotated[
        Path, typer.Argument(help="Where your copy of the course is, or shall be.", show_default=True)
    ] = Path("codesuite-course"),
    update: Annotated[
        bool, typer.Option("--update", help="Also bring the new versions of notebooks that you have run or changed.")
    ] = False,
    copy_only: Annotated[bool, typer.Option("--copy-only", help="Copy the notebooks and start nothing.")] = False,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Another port than Jupyter's own.")] = None,
    jupyter: Annotated[
        list[str] | None, typer.Option(metavar="OPTION", help="For Jupyter itself, such as --jupyter=--allow-root.")
    ] = None,
) -> None:
    """Copy the course to a folder of yours and open it in JupyterLab. Ctrl-C ends it.

    What you changed there is never touched: a newer version of such a notebook comes only with --update, and beside
    yours.
    """
    with complaints():
        from sim.course import lab as course
        from sim.course.folder import Folder
        from sim.course.notebooks import notebooks

        shelf = notebooks()
        command = None
        if not copy_only:
            first = next((one.file_name for one in shelf), None)
            command = course.command(folder, first, browser, port, jupyter or ())
        for line in course.told(Folder(folder).bring(shelf, update), folder):
            print(line)
        if command is None:
            print(f"Your course is in {folder}. To open it: codesuite lab {folder}")
            return
        address = None if port else course.running(folder)
        if address is not None:
            print(f"JupyterLab is running for {folder} already. Open this in your browser:\n    {address}")
            print("For a second one beside it, name a port: --port 8890")
            return
        print(f"JupyterLab starts in {folder}{' and opens your browser' if browser else ''}. Ctrl-C here ends it.")
        print(f"The address comes last; `codesuite lab {folder}` in another terminal tells it again.")
        raise typer.Exit(course.start(command, course.environment(folder)))


@app.command()
def demo(
    name: Annotated[str | None, typer.Argument(help="Which demonstration; without it, they are listed.")] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed: other luck, the same rules.")] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Tell it from beginning to end in lines, as for screen readers and pipes.")
    ] = False,
    press: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY@TIME", help="Press a key of the demonstration at that moment, such as b@3m."),
    ] = None,
    stops: Annotated[
        bool, typer.Option("--stops/--no-stops", help="Stop where the speaker has something to say.")
    ] = True,
) -> None:
    """Show a demonstration for a class, live in the terminal: play it, break things, take it back."""
    with complaints():
        from sim.course import demos
        from sim.course.stage import Stage

        if name is None:
            shelf = [demos.demo(one) for one in demos.names()]
            _print_rows("demonstration", "what it shows", rows=[(one.name, one.title) for one in shelf])
            return
        stage = Stage(demos.demo(name), seed, stops)
        for one in press or ():
            stage.press_at(one)
        if plain or not (sys.stdout.isatty() and sys.stdin.isatty()):
            for line in stage.story():
                print(line)
            print("Keys, to be pressed at a moment, such as --press", f"{stage.demo.keys[0].key}@3m:")
            for key in stage.demo.keys:
                print(f"  {key.key}: {key.does}")
            return
        from sim.course import terminal

        terminal.play(stage, _console())


def main() -> NoReturn:
    """What `codesuite` and `python -m sim` start."""
    _speak_plainly()
    try:
        app(standalone_mode=True)
    except KeyboardInterrupt:
        print("codesuite: stopped", file=sys.stderr)
        sys.exit(INTERRUPTED)
    sys.exit(OK)


PLAIN = {"✓": "+", "✗": "x", "▶": ">", "✉": "@", "·": "-", "↷": "~", "…": "...", "→": "->", "§": "section ", "×": "x"}


def _speak_plainly() -> None:
    """A terminal or file that cannot take a sign gets a plain one in its place, never an error."""
    import codecs

    def plain(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeEncodeError)
        text = error.object[error.start : error.end]
        return "".join(PLAIN.get(sign, "-" if sign in "─━—–" else "?") for sign in text), error.end

    codecs.register_error("plain-signs", plain)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="plain-signs")


# Running


def _let_go() -> None:
    """What is still held back for a closed pipe must go nowhere when Python ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(nowhere, stream.fileno())


@contextmanager
def complaints() -> Iterator[None]:
    """A user's mistake ends in a message and an exit code, never in a traceback."""
    try:
        yield
    except ProblemsError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        raise typer.Exit(FAILED) from None
    except UsageError as error:
        print(f"codesuite: {error}", file=sys.stderr)
        raise typer.Exit(USAGE) from None
    except SimError as error:
        print(f"codesuite: {error}", file=sys.stderr)
        raise typer.Exit(FAILED) from None
    except BrokenPipeError:
        _let_go()  # who reads, such as `head`, has enough
        raise typer.Exit(OK) from None
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"codesuite: {place}{error.strerror or error}", file=sys.stderr)
        raise typer.Exit(FAILED) from None


def _complain(text: str, aside: bool) -> None:
    """Something beside the answer: never in the way of JSON on standard output."""
    print(text, file=sys.stderr if aside else sys.stdout)


def _check_picture(plot: Path | None) -> None:
    if plot is None:
        return
    if plot.suffix.lower() not in PICTURES:
        raise UsageError(f"--plot {plot}: end the name in one of {', '.join(PICTURES)}")
    if not plot.absolute().parent.is_dir():
        raise UsageError(f"--plot {plot}: there is no folder {plot.parent}")


def _play(cloud: Cloud, plan: Plan, until: str | None) -> None:
    """Run to the end, with a progress bar once it takes longer than a moment."""
    from time import perf_counter

    began = perf_counter()
    bar: Any = None
    limit = plan.limit(until)

    def progress(steps: int) -> None:
        nonlocal bar
        if bar is None and perf_counter() - began > PATIENCE_S:
            bar = _bar()
        if bar is not None:
            bar.update(bar.task_ids[0], completed=steps, time=_virtual(cloud.now))

    try:
        cloud.run(until=limit, progress=progress)
    finally:
        if bar is not None:
            bar.stop()


def _virtual(seconds: float) -> str:
    from sim.analysis.story import clock

    return clock(round(seconds * 1000))


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("virtual time {task.fields[time]}, {task.completed} events"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    bar.add_task("run", total=None, time="0:00:00")
    bar.start()
    return bar


# Printing


def _console(width: int = 120) -> Console:
    """On a terminal as wide as it is, elsewhere so wide."""
    from rich.console import Console

    there = sys.stdout.isatty()
    return Console(highlight=False, soft_wrap=not there, width=None if there else width)


def _table(*columns: str) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _print_rows(*columns: str, rows: Iterable[tuple[str, ...]], width: int = 120) -> None:
    table = _table(*columns)
    for row in rows:
        table.add_row(*row)
    _console(width).print(table)


def _console_of_progress() -> Console:
    from rich.console import Console

    return Console(stderr=True)


def _print_story(cloud: Cloud, document: dict[str, Any], name: str) -> None:
    from rich.text import Text

    from sim.analysis.story import sign, spell, style, tell
    from sim.formats import shipped

    console = _console()
    story = tell(cloud.record, document, name, name in shipped.scenarios())
    console.print(Text(document["scenario"] or name, style="bold"))
    console.print(f"seed {document['seed']}, times are virtual (h:mm:ss since the start)\n")
    for moment in story.moments:
        before = f"{_virtual(moment.time / 1000):>8}  {'  ' * max(0, moment.depth)}{sign(moment.status)} "
        _print_hanging(console, before, Text(moment.text, style=style(moment.status)))
    if not document["quiet"]:
        console.print(f"{_virtual(document['ended_at']):>8}  stopped here; something still goes on")
    table = _table("how it ended", "status", "took", "why")
    for ending in story.endings:
        status = Text(f"{sign(ending.status)} {ending.status}", style=style(ending.status))
        took = "" if ending.took is None else spell(ending.took)
        table.add_row(Text(ending.what), status, took, Text(f"{ending.why} [{ending.basis}]" if ending.basis else ""))
    console.print()
    if story.endings:
        console.print(table)
    else:
        console.print(Text("No execution, build or deployment came of this run: nothing in its timeline started one."))
    if story.cost:
        console.print(Text(f"It cost {story.cost}."))
    for warning in document["warnings"]:
        place = f"{warning['path']}:{warning['line']}: " if warning["line"] else ""
        hint = f" ({warning['hint']})" if warning["hint"] else ""
        console.print(Text(f"{place}warning {warning['code']}: {warning['message']}{hint}", style="yellow"))
    console.print("Next:")
    for line_ in story.next:
        console.print(Text(f"  {line_}"))


def _print_hanging(console: Console, before: str, text: Text) -> None:
    """On a terminal, lines that are too long go on below their own beginning; elsewhere a line stays a line."""
    from rich.table import Table

    if not console.is_terminal:
        console.print(before, text, sep="", end="\n")
        return
    grid = Table.grid()
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(before, text)
    console.print(grid)


def _print_explanations(cloud: Cloud, document: dict[str, Any]) -> None:
    names = [one["pipelineExecutionId"] for pipeline in document["pipelines"] for one in pipeline["executions"]]
    names += [one["id"] for one in document["builds"]]
    names += [one["deploymentId"] for one in document["deployments"]]
    for name in names:
        print(f"\n{cloud.explain(name)}")


def _used(cloud: Cloud) -> list[dict[str, str]]:
    from sim.formats import assumptions

    known = assumptions.load()
    return [{"key": key, "takes": known.of(key).text, "reason": known.of(key).reason} for key in cloud.assumptions]


def _print_assumptions(cloud: Cloud) -> None:
    table = _table("assumed", "takes", "because")
    for row in _used(cloud):
        table.add_row(row["key"], row["takes"], row["reason"])
    console = _console()
    console.print("\nNumbers that no source gives, and that this run used (data/assumptions.yml):")
    console.print(table)


def _print_json(cloud: Cloud, document: dict[str, Any], assumptions: bool) -> None:
    from sim.analysis.result import dumps

    whole = {**document, "assumptions": _used(cloud)} if assumptions else document
    sys.stdout.write(dumps(whole) + "\n")


def _draw(document: dict[str, Any], path: Path) -> None:
    from sim.analysis.plots import picture

    _save(picture(document), path)


def _save(figure: Figure, path: Path) -> None:
    from matplotlib import rc_context

    # Without a date and with names of its own, the same run draws the same bytes.
    metadata: dict[str, dict[str, None]] = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
    with rc_context({"svg.hashsalt": "codesuite"}):
        figure.savefig(path, dpi=130, metadata=metadata.get(path.suffix.lower()))


# Checking


def _judge(plan: Plan, document: dict[str, Any]) -> list[Verdict]:
    from sim.analysis.expectations import judge_all

    return judge_all(document, ((expect.text, expect.line) for expect in plan.scenario.expect))


def _finish_check(path: str, cloud: Cloud, verdicts: list[Verdict], aside: bool) -> None:
    unapplied = cloud.unapplied
    for verdict in verdicts:
        if not verdict.holds:
            _complain(f"{path}:{verdict.line}:1: error SC401 does not hold: {verdict.text} ({verdict.message})", aside)
    for step in unapplied:
        _complain(f"{path}:{step.line}:1: error SC402 this step never came to anything: {step.text}", aside)
    held = sum(verdict.holds for verdict in verdicts)
    _complain(f"{held} of {len(verdicts)} expectations hold", aside)
    if held < len(verdicts) or unapplied:
        raise typer.Exit(FAILED)
