"""Files of one folder held against each other: what one names, and another should be."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from posixpath import basename, dirname, join, normpath, splitext

from sim.core.problems import Problem, ProblemsError
from sim.formats.appspec import AppSpec, appspec_as_meant, appspec_at
from sim.formats.buildspec import PHASES, buildspec_as_meant, glob
from sim.formats.check import shell
from sim.formats.check.appspec import named_again, rows, scripts, text
from sim.formats.check.buildspec import Spec
from sim.formats.check.bundles import APPSPEC, CONFIGURED, Packed, deploys_a_source, folder_of, packed
from sim.formats.check.daemon import without_daemon
from sim.formats.check.dash import without_bash
from sim.formats.check.deliveries import DEFAULT, check_container, check_declared, check_stacked
from sim.formats.check.files import parents, tree
from sim.formats.check.firstlines import LINE_ENDS, MAX_LOOK, mends_line_ends, wrong_beginning
from sim.formats.check.functions import check_functions
from sim.formats.check.installs import what_fails
from sim.formats.check.missedreports import missed_reports
from sim.formats.check.othernames import other_endings
from sim.formats.check.reading import Checked
from sim.formats.check.roles import from_stores
from sim.formats.check.stages import check_stages
from sim.formats.check.starts import check_starts_across, may_start_others
from sim.formats.check.template import Found, get, warning_at
from sim.formats.install import beginning_with
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Scalar, compose, near
from sim.formats.nodes import Sequence as Rows

MAX_NAMES = 200
"""So many paths of a file are looked up."""
LOOKS, LOOKS_PER_FILE = 100_000, 300
"""So often paths of the folder are looked at, for questions that need all of them; what is left is not judged."""
MAX_NAMED = 3
"""So many paths that are missing are named in a message."""
MAX_ENTRIES = 5
"""So many are named in a hint."""
MAX_PATH = 4096
"""Characters: Linux has no longer paths."""
OUTPUTS = ("target", "build", "dist", "out", "bin", "node_modules", "publish", "public")
"""Folders into which builds write."""
BUILT = ("pom.xml", "build.gradle", "build.gradle.kts", "package.json")
"""Files that say how something is built into these folders."""
MAX_DOCUMENT = 100_000
"""Bytes of a file of another kind that is looked into: a task definition."""
ROOT = "add it, mend the path, or take the entry out; paths start at the AppSpec's folder, the root of the bundle"


def check_across(checked: Sequence[Checked], folder: Path) -> list[Problem]:
    """What files of a folder get wrong about each other."""
    found = _Folder(checked, folder)
    problems: list[Problem] = []
    for one in checked:
        if not isinstance(one.root, Mapping):
            continue
        if one.kind == "appspec":
            appspec = appspec_as_meant(one.root)
            if isinstance(appspec, Mapping) and not any(key.lower() == "resources" for key in appspec.keys()):
                problems += _appspec(found, one, appspec)
            elif isinstance(appspec, Mapping):
                taskdef = found.document(found.base(one), "taskdef.json", beside=True)
                problems += check_container(appspec, taskdef) if taskdef is not None else ()
                problems += check_functions(list(found.templates.values()), appspec)
        elif one.kind == "buildspec":
            problems += _buildspec(found, one, found.buildspecs[found.path(one)])
        elif one.kind == "template":
            problems += _template(found, one, found.templates[one.name])
        elif one.kind == "pipeline":
            table = get(one.root, "pipeline") or one.root
            if isinstance(table, Mapping):
                problems += check_declared(found, found.base(one), table)
    return [*problems, *_starts(found), *check_stages(checked, found.templates)]


def _starts(folder: _Folder) -> Iterator[Problem]:
    """Pipelines of one file that poll and that a rule of another file starts too."""
    readable = [one for one in folder.checked if isinstance(one.root, Mapping)]
    templates = list(folder.templates.values())
    files = [(one.name, one.root) for one in readable if one.kind == "pipeline" and one.root is not None]
    starting = {template.path for template in templates if may_start_others(template)}
    for one in readable:
        if starting - {one.name}:  # a rule of another file may be the one that is missing there
            one.problems[:] = [problem for problem in one.problems if problem.code != "PL214"]
    return check_starts_across(files, templates)


class _Builds:
    """The buildspecs of a folder, asked by the place of a file: what the builds around it may make.

    A build may make what lies in the folder of its buildspec, in folders around that, and in folders below. In a sorted
    list of folders these are a few spans, so each question is a few look-ups, however many buildspecs there are.
    """

    def __init__(self, specs: Sequence[tuple[str, Mapping]]):
        specs = sorted(specs, key=lambda spec: _parts(dirname(spec[0])))
        self.paths = [path for path, _ in specs]
        self.folders = [_parts(dirname(path)) for path in self.paths]
        self.words: dict[str, list[int]] = {}
        """{a word that commands hold: the places, in the list, of the buildspecs they stand in}"""
        self.writers: list[int] = []
        """Of buildspecs with a command that may write files, as far as can be told."""
        self.flatteners: list[int] = []
        """Of buildspecs with an artifact that has all its files in one folder."""
        self.spans: dict[str, list[tuple[int, int]]] = {}
        for place, (_, root) in enumerate(specs):
            self._add(place, root)

    def _add(self, place: int, root: Mapping) -> None:
        commands = [command.text for _, command in Spec.of(root).commands]
        for word in {word for command in commands for word in _words(command)}:
            self.words.setdefault(word, []).append(place)
        if any(_may_fill_outputs(command) for command in commands):
            self.writers.append(place)
        if _flattens(root):
            self.flatteners.append(place)

    def mention(self, base: str, name: str) -> bool:
        """Whether a command of the builds around a folder holds a name."""
        parts = _RUN.findall(name)
        return bool(name) and all(self._any(base, self.words.get(part, [])) for part in parts)

    def may_make(self, base: str, path: str) -> bool:
        """Whether they may make a file: commands that name it, or write into a folder where builds write."""
        first = path.partition("/")[0]
        named = self.mention(base, basename(path)) or self.mention(base, first)
        return named or (first in OUTPUTS and self._any(base, self.writers))

    def around(self, base: str) -> list[str]:
        """The paths of the buildspecs in a folder, around it or below it; of many, the first two."""
        places = (place for start, end in self._spans(base) for place in range(start, end))
        return [self.paths[place] for place in islice(places, 2)]

    def flatten(self, base: str) -> bool:
        return self._any(base, self.flatteners)

    def _any(self, base: str, places: list[int]) -> bool:
        """Whether one of these, in order, is a buildspec in the folder, around it or below it."""
        for start, end in self._spans(base):
            at = bisect_left(places, start)
            if at < len(places) and places[at] < end:
                return True
        return False

    def _spans(self, base: str) -> list[tuple[int, int]]:
        if base not in self.spans:
            here = _parts(base)
            below = (
                bisect_left(self.folders, here),
                bisect_left(self.folders, True, key=lambda one: one > (*here, _LAST)),
            )
            outside = [_parts(folder) for folder in around(base)[1:]]
            spans = [(bisect_left(self.folders, one), bisect_right(self.folders, one)) for one in outside]
            self.spans[base] = [below, *(span for span in spans if span[0] < span[1])]
        return self.spans[base]


_RUN = re.compile(r"[\w.-]+")
_LAST = chr(sys.maxunicode)
"""Behind every name of a folder."""
MAX_WORD = 255
"""Characters: no file has a longer name."""
MAX_ENDINGS = 5
"""So many dots of a word may be where the name of a file ends: `app` stands in `app.tar.gz`."""


def _may_fill_outputs(command: str) -> bool:
    """Whether a command may write into a folder where builds write."""
    files = shell.made(command)
    return files is None or any(normpath(name).partition("/")[0] in OUTPUTS for name in files)


def _parts(folder: str) -> tuple[str, ...]:
    return tuple(folder.split("/")) if folder else ()


def _words(command: str) -> Iterator[str]:
    """The words of a command, and their beginnings up to a dot."""
    for run in _RUN.findall(command[: shell.MAX_COMMAND]):
        if len(run) <= MAX_WORD:
            yield run
            yield run.rstrip(".")
            for end in islice(re.finditer(r"\.", run), MAX_ENDINGS):
                yield run[: end.start()]


def _flattens(root: Mapping) -> bool:
    artifacts = root.get("artifacts")
    return isinstance(artifacts, Mapping) and text(artifacts.get("discard-paths")).lower() in ("yes", "true")


@dataclass
class _Folder:
    """A folder with its files, of which all paths are known once somebody asks."""

    checked: Sequence[Checked]
    folder: Path
    spent: int = 0

    @cached_property
    def files(self) -> set[str]:
        return tree(self.folder)

    @cached_property
    def ordered(self) -> list[str]:
        return sorted(self.files)

    @cached_property
    def folders(self) -> set[str]:
        return parents(self.files)

    @cached_property
    def names(self) -> dict[str, list[str]]:
        """{the name of a file: its paths, in order}"""
        found: dict[str, list[str]] = {}
        for path in self.ordered:
            found.setdefault(basename(path), []).append(path)
        return found

    def below(self, base: str) -> dict[str, None]:
        """The files in a folder and below it, by their paths from there, in order."""
        if base not in self._below:
            start = f"{base}/" if base else ""
            self._below[base] = {path[len(start) :]: None for path in beginning_with(self.ordered, start)}
        return self._below[base]

    @cached_property
    def _below(self) -> dict[str, dict[str, None]]:
        return {}

    def has_time_for(self, looks: int) -> bool:
        """Whether so many looks at paths are still to be had; they are counted then.

        Each file that is checked brings some, so that the whole takes time in proportion to the files.
        """
        if self.spent + looks > LOOKS + LOOKS_PER_FILE * len(self.checked):
            return False
        self.spent += looks
        return True

    @cached_property
    def buildspecs(self) -> dict[str, Mapping]:
        """{the path of a buildspec: its root, with its keys as they are meant}, in the order of the paths."""
        roots = {self.path(one): one.root for one in self.checked if one.kind == "buildspec" and one.root is not None}
        meant = {path: buildspec_as_meant(root) for path, root in sorted(roots.items())}
        return {path: root for path, root in meant.items() if isinstance(root, Mapping)}

    @cached_property
    def has_unread_buildspecs(self) -> bool:
        """Whether a buildspec could not be read: nobody knows what its build makes."""
        return any(one.kind == "buildspec" and one.root is None for one in self.checked)

    @cached_property
    def with_lost_commands(self) -> dict[str, str]:
        """{the path of a buildspec in which a key with commands is there twice: its text}"""
        specs = (one for one in self.checked if one.kind == "buildspec")
        return {self.path(one): one.text for one in specs if any(map(_loses_commands, one.problems))}

    @cached_property
    def buildspecs_called(self) -> dict[str, str]:
        """{the name of a buildspec: the first path with it}"""
        return {basename(path): path for path in reversed(self.buildspecs)}

    def buildspec(self, base: str, path: str) -> Mapping | None:
        """The buildspec that a path leads to from a folder, or from the nearest one around it."""
        if not path or not self.buildspecs:
            return None
        paths = (normpath(join(start, path)) for start in around(base))
        return next((self.buildspecs[there] for there in paths if there in self.buildspecs), None)

    def sole_buildspec(self) -> Mapping | None:
        """The folder's buildspec, when it has just one."""
        return next(iter(self.buildspecs.values())) if len(self.buildspecs) == 1 else None

    def document(self, base: str, path: str, beside: bool = False) -> Mapping | None:
        """The document in a YAML or JSON file, by a path from a folder, or from one around it if not `beside`."""
        paths = (normpath(join(start, path)) for start in (around(base)[:1] if beside else around(base)))
        found = next((there for there in paths if there in self.files), None) if path else None
        if found is not None and found not in self.documents:
            self.documents[found] = _document(self.folder / found)
        root = self.documents[found] if found is not None else None
        return root if isinstance(root, Mapping) else None

    @cached_property
    def documents(self) -> dict[str, Node | None]:
        """{the path of a file: what stands in it}, of those that another file names, and that nobody reads else."""
        return {self.path(one): _as_meant(one) for one in self.checked}

    def file(self, base: str, path: str) -> str:
        """The file that a path leads to from a folder, or from the nearest one around it; "" for none."""
        path = path.replace("\\", "/").lstrip("/")
        return next((there for start in around(base) if (there := normpath(join(start, path))) in self.files), "")

    def places(self, base: str, path: str) -> list[str]:
        """The files that may be what a path of a bundle is, or lie in it: of that name, or in such a folder."""
        found = self.names.get(basename(path), [])[:MAX_NAMES]
        for start in around(base):
            found = [*found, *beginning_with(self.ordered, normpath(join(start, path)) + "/")[:MAX_NAMES]]
        return found

    def beginning(self, path: str, most: int = MAX_LOOK) -> bytes:
        """The first bytes of a file; none when it cannot be read."""
        if path not in self._beginnings:
            try:
                with (self.folder / path).open("rb") as file:
                    self._beginnings[path] = file.read(most)
            except OSError:
                self._beginnings[path] = b""
        return self._beginnings[path]

    @cached_property
    def _beginnings(self) -> dict[str, bytes]:
        return {}

    def is_configured(self, name: str) -> bool:
        """Whether a file that says what builds make speaks of another, or several of that name lie in the folder."""
        if len(self.names.get(name, ())) > 1:
            return True
        paths = [path for one in CONFIGURED for path in self.names.get(one, ())[:MAX_NAMES]]
        return any(name.encode() in self.beginning(path, MAX_DOCUMENT) for path in paths[:MAX_NAMES])

    def artifacts_around(self, base: str) -> tuple[str, list[Packed]]:
        """(the path of the one buildspec whose build may make a folder's bundle, its artifacts); no artifacts: unknown.

        Where several builds may, or a pipeline deploys its source as it is, nothing is known.
        """
        near_by = self.builds.around(base)
        if len(near_by) != 1 or self.deploys_sources or self.has_unread_buildspecs:
            return "", []
        path = near_by[0]
        if path not in self._packed:
            self._packed[path] = packed(self.buildspecs[path]) or []
        return path, self._packed[path]

    @cached_property
    def _packed(self) -> dict[str, list[Packed]]:
        return {}

    @cached_property
    def deploys_sources(self) -> bool:
        """Whether a pipeline of the folder gives CodeDeploy what a source action puts out."""
        roots = (one.root for one in self.checked if one.kind in ("pipeline", "template"))
        return any(deploys_a_source(root) for root in roots if isinstance(root, Mapping))

    @cached_property
    def templates(self) -> dict[str, Found]:
        """{the name of a file: the template in it}, of those that can be read, in their order"""
        readable = [(one, one.root) for one in self.checked if one.kind == "template"]
        return {one.name: Found.of(one.name, one.text, root) for one, root in readable if isinstance(root, Mapping)}

    @cached_property
    def builds(self) -> _Builds:
        return _Builds(list(self.buildspecs.items()))

    @cached_property
    def patterns(self) -> dict[str, bool]:
        """{a pattern: whether a file of the folder fits it}"""
        return {}

    def fits(self, pattern: str) -> bool:
        """Whether a file of the folder fits a pattern of a buildspec, or may: nobody knows once time is over."""
        if "*" not in pattern and "?" not in pattern:
            return self._has(pattern)
        if pattern not in self.patterns:
            start = re.split(r"[*?]", pattern)[0]
            paths = beginning_with(self.ordered, start)
            fitting = glob(pattern)
            self.patterns[pattern] = not self.has_time_for(len(paths)) or any(fitting.match(path) for path in paths)
        return self.patterns[pattern]

    def path(self, one: Checked) -> str:
        """Where a file lies, from this folder."""
        return one.path.relative_to(self.folder).as_posix()

    def base(self, one: Checked) -> str:
        """The folder a file lies in, from this folder; "" for this folder itself."""
        base = one.path.relative_to(self.folder).parent.as_posix()
        return "" if base == "." else base

    def has(self, base: str, path: str) -> bool:
        """Whether a path leads to something from a folder, or from one around it: which is the root is not known."""
        return any(self._has(join(start, path)) for start in around(base))

    def _has(self, path: str) -> bool:
        path = normpath(path)
        return path in self.files or path in self.folders or path == "."


def _loses_commands(problem: Problem) -> bool:
    """Whether a key is there twice that may have had commands."""
    keys = (*PHASES, "phases", "commands", "finally")
    return problem.code in ("YAML103", "YAML201") and problem.message.startswith(tuple(f"'{key}'" for key in keys))


def around(base: str) -> list[str]:
    """A folder and all folders around it, up to "" for the one that was given."""
    parts = base.split("/") if base else []
    return ["/".join(parts[:length]) for length in range(len(parts), -1, -1)]


def _as_meant(one: Checked) -> Node | None:
    return appspec_as_meant(one.root) if one.kind == "appspec" and one.root is not None else one.root


def _document(path: Path) -> Node | None:
    """What stands in a file that is of no kind known here; None when it cannot be read."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            content = file.read(MAX_DOCUMENT + 1)
        return compose(content.decode("utf-8"), path.name) if len(content) <= MAX_DOCUMENT else None
    except (OSError, UnicodeDecodeError, ProblemsError):
        return None


# AppSpecs: what they name is in the bundle


def _appspec(folder: _Folder, one: Checked, root: Mapping) -> Iterator[Problem]:
    base = folder.base(one)
    named = {_inside(node.text) for _, node in islice(scripts(root), MAX_NAMES)}
    for event, node in islice(scripts(root), MAX_NAMES):
        if not _is_bundled(folder, base, node.text) and not _is_lost(folder, base, node.text):
            message = f"{event.text} runs {node.text}, and no such file is there"
            yield warning_at(node, "AP301", message, _near(folder, base, node.text, named) or ROOT)
    yield from _beginnings(folder, base, root)
    for row in rows(root.get("files"))[:MAX_NAMES]:
        given = row.get("source")
        source = text(given)
        there = not source.strip("/\\") or _is_bundled(folder, base, source) or _is_lost(folder, base, source)
        if given is not None and not there:
            message = f"files copies {source}, and no such file or folder is there: Install fails"
            root_hint = ROOT.replace("add it,", "add it, have the build make it,") if folder.buildspecs else ROOT
            yield warning_at(given, "AP302", message, _near(folder, base, source) or root_hint)
        again = named_again(row, is_file=True) if folder.file(base, source) and named_again(row) is None else None
        yield from [again] if again is not None else []
    yield from _bundle(folder, base, one, root)
    yield from _install(folder, one, root)


def _beginnings(folder: _Folder, base: str, root: Mapping) -> Iterator[Problem]:
    """Scripts that the system of an instance cannot start, or starts as something else."""
    if text(root.get("os")).lower() == "windows":
        return
    told: set[str] = set()
    for event, node in islice(scripts(root), MAX_NAMES):
        path = folder.file(base, node.text)
        wrong = wrong_beginning(folder.beginning(path), node.text) if path and path not in told else None
        if path and wrong is not None:
            told.add(path)
            code, message, hint = wrong
            if code == LINE_ENDS and mends_line_ends(
                folder.beginning(".gitattributes").decode("utf-8", "replace"), path
            ):
                continue
            yield warning_at(node, f"AP{code}", f"{node.text}, which {event.text} runs, {message}", hint)


def _bundle(folder: _Folder, base: str, one: Checked, root: Mapping) -> Iterator[Problem]:
    """What a deployment of the build's artifacts misses."""
    place, artifacts = folder.artifacts_around(base)
    if not artifacts or basename(folder.path(one)) != APPSPEC or not folder.has_time_for(MAX_NAMES * len(artifacts)):
        return
    bases = [one.artifacts.base_directory or "" for one in artifacts if not one.makes_files]
    if not all(folder.has(dirname(place), given) for given in bases):
        return  # the source begins above this folder, or BS301 is told
    own = folder.path(one)
    starts = around(dirname(place))
    keys = {artifact.key(_below(own, start)) for artifact in artifacts for start in starts}
    whole = [(it, start) for it in artifacts for start in starts if it.key(_below(own, start)) == APPSPEC]
    if not whole:
        named = any(APPSPEC in command for command in artifacts[0].commands)
        made = any(it.artifacts.base_directory and it.has(APPSPEC, ()) and not it.by_packages for it in artifacts)
        made = made or (artifacts[0].by_packages and folder.is_configured(APPSPEC))
        if not named and not made and keys == {None}:
            named_too = (path for _, path in _named(root) if _is_bundled(folder, base, path))
            missing = [_below(own, starts[0]), *named_too]
            yield _not_in(folder, base, artifacts[0], place, Node(one.name, 1, 1), "this AppSpec", missing)
        return
    artifact, start = whole[0]
    lost = [(node, path) for node, path in _named(root) if not _in_bundle(folder, base, start, artifact, path)]
    if lost:
        names = list(dict.fromkeys(path for _, path in lost))
        yield _not_in(folder, base, artifact, place, lost[0][0], _listed(names), names)


def _listed(names: Sequence[str]) -> str:
    """Names in a sentence: the first few, and how many more there are."""
    rest = len(names) - MAX_NAMED
    shown = [*names[:MAX_NAMED], f"{rest} more of what it names"] if rest > 0 else list(names)
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]


def _below(path: str, start: str) -> str:
    """A path as it is called from a folder around it."""
    return path.removeprefix(f"{start}/") if start else path


def _named(root: Mapping) -> list[tuple[Node, str]]:
    """(node, path) of the scripts and sources of an AppSpec, but for the whole bundle."""
    found: list[tuple[Node, str]] = [(node, node.text) for _, node in islice(scripts(root), MAX_NAMES)]
    sources = [row.get("source") for row in rows(root.get("files"))[:MAX_NAMES]]
    found += [(node, text(node)) for node in sources if node is not None]
    clean = ((node, normpath(path.replace("\\", "/")).strip("/")) for node, path in found if path)
    return [(node, path) for node, path in clean if path not in ("", ".") and not re.search(r"[{$]", path)]


def _in_bundle(folder: _Folder, base: str, start: str, artifact: Packed, path: str) -> bool:
    """Whether an artifact has what an AppSpec names, or nothing of that name is there: then that is told."""
    there = folder.places(base, path)
    if not there and not _is_bundled(folder, base, path):
        return True
    return artifact.has(path, [_below(one, start) for one in there])


def _not_in(
    folder: _Folder, base: str, artifact: Packed, place: str, node: Node, what: str, missing: Sequence[str]
) -> Problem:
    # A name without an ending that is no file is a folder's, most likely.
    folders = {path for path in missing if "." not in path or normpath(join(base, path)) in folder.folders}
    entries = list(dict.fromkeys(folder_of(path, path in folders and not folder.file(base, path)) for path in missing))
    line, hint = artifact.mend(entries, place) if len(entries) <= MAX_ENTRIES else artifact.take_all(place)
    message = f"the artifacts of {place} (line {line}) do not hold {what}: a deployment of them fails"
    return warning_at(node, "AP306", message, hint)


def _install(folder: _Folder, one: Checked, root: Mapping) -> Iterator[Problem]:
    """Whether Install can do what is asked, as far as the files are there already."""
    appspec = appspec_at(root, str(one.path))
    if appspec is None or appspec.os != "linux" or (len(appspec.files) < 2 and not appspec.permissions):
        return  # one copy of a folder alone cannot fail
    files = folder.below(folder.base(one))
    if not folder.has_time_for(_looks(files, appspec)):
        return
    problem = what_fails(root, appspec, files)
    yield from [problem] if problem is not None else []


def _looks(files: Collection[str], appspec: AppSpec) -> int:
    """How many paths are looked at, at most, when these files are put in place and get their permissions."""
    paths = [mapping.destination for mapping in appspec.files] + [str(row["object"]) for row in appspec.permissions]
    if any(len(path) > MAX_PATH for path in paths):
        return sys.maxsize
    copied = sum(1 if mapping.source in files else len(files) for mapping in appspec.files)
    spared = sum(len(row.get("except") or ()) for row in appspec.permissions)
    return copied * (1 + len(appspec.permissions) + spared)


def _is_bundled(folder: _Folder, base: str, path: str) -> bool:
    """Whether a path of an AppSpec is in the folder, or a build may put it into the bundle."""
    path = path.replace("\\", "/").lstrip("/")
    if "{" in path or "$" in path or not path:
        return True
    if folder.has(base, path) or folder.has_unread_buildspecs:
        return True
    if not folder.buildspecs and path.partition("/")[0] in OUTPUTS and any(folder.has(base, one) for one in BUILT):
        return True  # nobody keeps there what Maven, Gradle or npm make
    builds = folder.builds
    if basename(path) in folder.names and builds.flatten(base):
        return True
    if any(artifact.makes_flat(normpath(path)) for artifact in folder.artifacts_around(base)[1]):
        return True
    if dirname(path) and folder.has(base, dirname(path)):
        return builds.mention(base, basename(path))  # its folder is kept here: that a build names it is no sign
    return builds.may_make(base, normpath(path))


def _inside(path: str) -> str:
    """A path of a bundle, from its root."""
    return normpath(path.replace("\\", "/")).lstrip("/")


def _is_lost(folder: _Folder, base: str, path: str) -> bool:
    """Whether a build may make it with commands that are lost, as their key is there twice: that is to be mended."""
    first = _inside(path).partition("/")[0]
    return any(first in text for place in folder.builds.around(base) if (text := folder.with_lost_commands.get(place)))


def _near(folder: _Folder, base: str, path: str, named: Collection[str] = ()) -> str:
    """A hint at a file of the same name elsewhere, or at one of a like name where it was looked for.

    Of what is `named` already only what is very much alike is meant.
    """
    words = path.split()
    alone = next((word for word in words if folder.file(base, word)), "") if len(words) > 1 else ""
    if alone:
        return f"write the path alone, {alone}: it is started as it is, without a program before it or arguments"
    path = _inside(path)
    # What lies outside of the AppSpec's folder cannot be in the bundle.
    there = [one for one in folder.names.get(basename(path), ()) if one.startswith(f"{base}/") or not base]
    if not there:
        start = normpath(join(base, dirname(path))) + "/"
        beside = [one.removeprefix(start) for one in beginning_with(folder.ordered, start)[:MAX_NAMES]]
        if not folder.has_time_for(100 * len(beside)):
            return ""
        names = [one for one in beside if "/" not in one]
        free = [one for one in names if join(dirname(path), one) not in named]
        stems = [one for one in names if splitext(one)[0] == splitext(basename(path))[0]]
        meant = stems[0] if len(stems) == 1 else near(basename(path), free, alike=0.8)
        meant = meant or near(basename(path), names, alike=0.9) or _beginning_alike(basename(path), free)
        return f"did you mean {join(dirname(path), meant)}?" if meant else ""
    inside = there[0].removeprefix(f"{base}/") if base else there[0]
    return f"did you mean {inside}?"


def _beginning_alike(name: str, others: Sequence[str]) -> str:
    """The one file of others that has the ending and the first word of a name, as start.sh and start_server.sh have."""
    stem, ending = splitext(name)
    first = re.split(r"[-_. ]", stem)[0].lower()
    alike = [one for one in others if splitext(one)[1] == ending and re.split(r"[-_. ]", one)[0].lower() == first]
    return alike[0] if len(alike) == 1 and first else ""


# Buildspecs: artifacts are made by somebody, files of batch tasks are there


def _buildspec(folder: _Folder, one: Checked, root: Mapping) -> Iterator[Problem]:
    spec = Spec.of(root, one.name)
    base = folder.base(one)
    lost = folder.with_lost_commands.get(folder.path(one), "")
    if not lost:
        yield from _artifacts(folder, base, spec)
    # A folder that the file names twice may be one that lost commands write to.
    yield from missed_reports(spec, lambda path: folder.has(base, path) or lost.count(path) > 1)
    yield from other_endings(spec, lambda path: folder.has(base, path))
    # A folder that has one of its own name in it is meant so.
    one.problems[:] = [it for it in one.problems if it.code != "BS225" or not _is_nested(folder, base, it.message)]
    for key in ("build-list", "build-graph"):
        batch = spec.table("batch")
        for row in rows(batch.get(key) if batch is not None else None):
            node = row.get("buildspec")
            name = text(node)
            if isinstance(node, Scalar) and name and "$" not in name and not name.startswith("arn:"):
                if not folder.has(base, name):
                    message = f"the task's buildspec {name} is not there"
                    yield warning_at(node, "BS302", message, "paths start at the root of the source")


def _is_nested(folder: _Folder, base: str, message: str) -> bool:
    return folder.has(base, "/".join(message.rpartition(" ")[2].split("/")[:2]))


def _artifacts(folder: _Folder, start: str, spec: Spec) -> Iterator[Problem]:
    made: list[str] = []
    for _, command in spec.commands:
        files = shell.made(command.text)
        if files is None:
            return
        made += files
    tables = [spec.table("artifacts")]
    secondary = spec.table("artifacts", "secondary-artifacts")
    tables += [value for _, value in secondary.items if isinstance(value, Mapping)] if secondary is not None else []
    for table in tables:
        if table is None:
            continue
        base = normpath(text(table.get("base-directory")) or ".").lstrip("/")
        given = table.get("files")
        for item in given.items[:MAX_NAMES] if isinstance(given, Rows) else (given,):
            if not isinstance(item, Scalar) or not text(item) or _is_made(item.text, made):
                continue
            if not _is_there(folder, start, base, item.text):
                message = f"no command makes {item.text}, and it is not in the folder: the build fails at the upload"
                meant = near(basename(item.text), [basename(name) for name in made])
                other = f"a command makes {meant}: give both the same name"
                hint = other if meant else "add the command that makes it, or name what is there"
                yield warning_at(item, "BS301", message, hint)


def _is_made(pattern: str, made: list[str]) -> bool:
    """Whether a pattern may take one of the files that commands make, in whatever folder."""
    last = glob(basename(pattern.rstrip("/")))
    return any(last.match(basename(name)) is not None for name in made)


def _is_there(folder: _Folder, start: str, base: str, pattern: str) -> bool:
    if "$" in pattern or "$" in base or pattern.startswith("/"):
        return True
    if base != ".":
        pattern = f"{base}/{pattern}"
    pattern = normpath(pattern.removeprefix("./"))
    if pattern in ("", ".", "/"):
        return True
    return any(folder.fits(normpath(join(root, pattern))) for root in around(start))


# Templates: files they name are there


def _template(folder: _Folder, one: Checked, found: Found) -> Iterator[Problem]:
    resources = found.root.get("Resources")
    base = folder.base(one)
    yield from _stores(folder, base, found)
    yield from check_stacked(folder, base, found)
    for _, resource in resources.items if isinstance(resources, Mapping) else ():
        properties = resource.get("Properties") if isinstance(resource, Mapping) else None
        kind = text(resource.get("Type")) if isinstance(resource, Mapping) else ""
        if not isinstance(properties, Mapping):
            continue
        if kind == "AWS::CodeBuild::Project":
            yield from _named_buildspec(folder, base, properties)
        elif kind == "AWS::CloudFormation::Stack":
            node = properties.get("TemplateURL")
            url = text(node) if node is not None and function(node) is None else ""
            if node is not None and url and not re.search("://|{{", url) and not folder.has(base, url):
                message = f"the nested template {url} is not there"
                yield warning_at(node, "CF312", message, "paths start at the folder of this template")


def _stores(folder: _Folder, base: str, template: Found) -> Iterator[Problem]:
    """What the buildspecs of projects take from a store, and the projects' roles may not; docker without a daemon."""
    for name, properties in template.of_type("AWS::CodeBuild::Project"):
        node = get(properties, "Source", "BuildSpec")
        path = text(node) if node is not None and function(node) is None else "" if node is not None else DEFAULT
        root = folder.buildspec(base, path)
        if root is None:
            continue
        yield from from_stores(template, name, properties, root)
        yield from without_bash(get(properties, "Environment"), root)
        commands = "\n".join(command.text for _, command in Spec.of(root).commands)
        problem = None if "batch" in root else without_daemon(name, properties, commands, Path(root.path).name)
        if problem is not None:
            yield problem


def _named_buildspec(folder: _Folder, base: str, properties: Mapping) -> Iterator[Problem]:
    source = properties.get("Source")
    node = source.get("BuildSpec") if isinstance(source, Mapping) else None
    path = text(node) if node is not None and function(node) is None else ""
    if node is None or not re.fullmatch(r"[\w./-]+\.(ya?ml|json)", path) or not folder.buildspecs:
        # Without any buildspec in the folder, the source of the build is somewhere else.
        return
    if not folder.has(base, path):
        meant = folder.buildspecs_called.get(basename(path)) or next(iter(folder.buildspecs))
        message = f"the project's buildspec {path} is not there"
        yield warning_at(node, "CF311", message, f"did you mean {meant}?")


__all__ = ["check_across"]
