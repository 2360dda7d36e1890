"""What experience says of a buildspec that CodeBuild would take."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Sequence as SequenceABC
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import PurePath

from sim.core.problems import Problem
from sim.formats.buildspec import PHASES, buildspec_as_meant
from sim.formats.buildspec import RUNTIMES as MISPLACED_RUNTIMES
from sim.formats.check import runtimes, shell
from sim.formats.check.environments import COMPUTE_TYPES, CURATED, ENVIRONMENT_TYPES, image_instead, nearest
from sim.formats.check.secrets import holds_key, is_secret, set_in
from sim.formats.nodes import Mapping, Node, Scalar, Sequence, is_null, near

RUNTIMES = {
    "npm": "nodejs",
    "npx": "nodejs",
    "node": "nodejs",
    "yarn": "nodejs",
    "pnpm": "nodejs",
    "python": "python",
    "python3": "python",
    "mvn": "java",
    "mvnw": "java",
    "gradle": "java",
    "gradlew": "java",
    "javac": "java",
    "go": "golang",
    "ruby": "ruby",
    "bundle": "ruby",
    "rake": "ruby",
    "composer": "php",
    "php": "php",
    "dotnet": "dotnet",
}
"""Program -> the runtime that `runtime-versions` chooses it with."""
MEANT = {
    "node": "nodejs",
    "node.js": "nodejs",
    "npm": "nodejs",
    "javascript": "nodejs",
    "go": "golang",
    "jdk": "java",
    "openjdk": "java",
    "corretto": "java",
    "maven": "java",
    "python3": "python",
    "py": "python",
    "dotnetcore": "dotnet",
    ".net": "dotnet",
    "cargo": "rust",
}
"""What people write -> the runtime that they mean."""
MAX_COMMANDS = 2_000
MAX_EXPORTS = 50
"""So many are looked at: no real buildspec has more."""
SHELLS = ("bash", "/bin/sh", "powershell.exe", "cmd.exe")
_PUBLISHES = (
    ("docker", "push"),
    ("aws", "s3"),
    ("aws", "ecs"),
    ("aws", "deploy"),
    ("aws", "cloudformation"),
    ("aws", "lambda"),
    ("npm", "publish"),
    ("twine", "upload"),
    ("kubectl", "apply"),
    ("kubectl", "set"),
    ("eksctl", "apply"),
    ("sam", "deploy"),
    ("cdk", "deploy"),
    ("terraform", "apply"),
    ("serverless", "deploy"),
)


@dataclass(frozen=True, slots=True)
class Spec:
    """A buildspec's nodes, as the rules look at them."""

    path: str
    root: Mapping
    commands: tuple[tuple[str, Scalar], ...]
    """(phase, command), in the order they run."""
    lines: tuple[str, ...] = ()
    """The file's lines, where it is known that the nodes stand in them."""
    own_image: bool = False
    """Whether the builds surely run on an image that is not CodeBuild's own."""

    @classmethod
    def of(cls, root: Mapping, path: str = "", text: str = "", own_image: bool = False) -> Spec:
        commands = tuple(islice(_commands(root), MAX_COMMANDS))
        return cls(path, root, commands, tuple(text.splitlines()), own_image or _names_own_images(root))

    def table(self, *keys: str) -> Mapping | None:
        """The mapping at those keys, one inside the other."""
        node: Node | None = self.root
        for key in keys:
            node = node.get(key) if isinstance(node, Mapping) else None
        return node if isinstance(node, Mapping) else None


def _commands(root: Mapping) -> Iterator[tuple[str, Scalar]]:
    phases = root.get("phases")
    for phase in PHASES:
        table = phases.get(phase) if isinstance(phases, Mapping) else None
        for key in ("commands", "finally"):
            node = table.get(key) if isinstance(table, Mapping) else None
            for item in node.items if isinstance(node, Sequence) else (node,):
                if isinstance(item, Scalar):
                    yield phase, item
                elif isinstance(item, Mapping) and item.items and isinstance(node, Sequence):
                    yield phase, _as_meant(item)


def _as_meant(entry: Mapping) -> Scalar:
    """The command that a colon, or a key of another service's, turned into a mapping: that is told elsewhere."""
    named = next((value for key, value in entry.items if key.text in ("run", "script", "command")), None)
    key, value = entry.items[0]
    rest = value.text if isinstance(value, Scalar) else ""
    text = named.text if isinstance(named, Scalar) else f"{key.text}: {rest}"
    return Scalar(entry.path, entry.line, entry.column, text, plain=False)


def _names_own_images(root: Mapping) -> bool:
    """Whether each environment of a batch names an image, and none is CodeBuild's."""
    batch = root.get("batch")
    tables = _batch_environments(batch) if isinstance(batch, Mapping) else []
    given = [table.get("image") for table in tables]
    images = [item.text for node in given for item in _scalars(node)]
    return bool(images) and not any(image.startswith((CURATED, "$")) for image in images)


def _scalars(node: Node | None) -> list[Scalar]:
    items = node.items if isinstance(node, Sequence) else (node,)
    return [item for item in items if isinstance(item, Scalar) and item.text]


def _batch_environments(batch: Mapping) -> list[Mapping]:
    tables = [row.get("env") for key in ("build-list", "build-graph") for row in _rows(batch.get(key))]
    matrix = batch.get("build-matrix")
    for key in ("static", "dynamic") if isinstance(matrix, Mapping) else ():
        part = matrix.get(key) if isinstance(matrix, Mapping) else None
        tables.append(part.get("env") if isinstance(part, Mapping) else None)
    return [table for table in tables if isinstance(table, Mapping)]


def lint(root: Node, path: str, text: str = "", own_image: bool = False) -> list[Problem]:
    """Warnings about a buildspec whose grammar has been checked. `text` is the file that its nodes stand in."""
    root = buildspec_as_meant(root)
    if not isinstance(root, Mapping):
        return []
    spec = Spec.of(root, path, text, own_image)
    return [problem for rule in _RULES for problem in rule(spec)]


def _warning(node: Node, code: str, message: str, hint: str) -> Problem:
    return Problem(node.path, node.line, node.column, "warning", f"BS{code}", message, hint)


_BRINGS = {
    "nvm": "nodejs",
    "n": "nodejs",
    "fnm": "nodejs",
    "volta": "nodejs",
    "nodenv": "nodejs",
    "pyenv": "python",
    "uv": "python",
    "conda": "python",
    "sdk": "java",
    "jenv": "java",
    "goenv": "golang",
    "rbenv": "ruby",
    "rvm": "ruby",
    "phpenv": "php",
    "rustup": "rust",
    "asdf": "",
    "mise": "",
}
"""Program that chooses a version itself -> of which runtime; "" of any."""
_PACKAGES = re.compile(
    r"\b(?:apt-get|apt|yum|dnf|apk|amazon-linux-extras|choco|brew)\b[^\n;|&]{0,200}\b(?:install|add|enable)\b(.*)"
)
_PACKAGE_OF = {
    "nodejs": r"nodejs|\bnode\b|\bnpm\b|\byarn\b",
    "java": r"jdk|corretto|gradle|maven",
    "golang": r"golang|\bgo\b",
    "ruby": "ruby",
    "php": "php",
    "dotnet": "dotnet",
    "python": "python",
    "rust": "rust|cargo",
}
_DOWNLOADS = re.compile(
    r"(?:curl|wget)\b.{0,300}(?:nodejs|node-v|nodesource|go[0-9.]+\.linux|golang|jdk|corretto|rustup|dotnet-install)"
)


def _brought(spec: Spec) -> set[str]:
    """The runtimes that commands install or choose by themselves."""
    found: set[str] = set()
    for _, command in spec.commands:
        text = command.text[: shell.MAX_COMMAND]
        found |= {_BRINGS[program] for program in shell.programs(text) if program in _BRINGS}
        for installed in _PACKAGES.findall(text):
            found |= {runtime for runtime, pattern in _PACKAGE_OF.items() if re.search(pattern, installed)}
        if _DOWNLOADS.search(text):
            found.add("")
    return found


def _is_near(table: Mapping | None, key: str) -> bool:
    return table is not None and any(near(one, (key,)) for one in table.keys())


def _holds_runtimes(table: Mapping | None) -> bool:
    return table is not None and "runtime-versions" in table


_ASKS = (["--version"], ["-v"], ["-V"], ["version"])
"""Arguments with which a program only tells which version it is."""


def _runtime(spec: Spec) -> Iterator[Problem]:
    table = spec.table("phases", "install", "runtime-versions")
    install = spec.table("phases", "install")
    beside = install is not None and any(name in install for name in MISPLACED_RUNTIMES)
    beside = beside or any(_holds_runtimes(spec.table("phases", phase)) for phase in PHASES if phase != "install")
    if beside or (table is None and _is_near(install, "runtime-versions")):
        return  # it is told already that the section is not called so
    chosen = [MEANT.get(key.lower(), key) for key in table.keys()] if table is not None else []
    told: set[str] = set()
    brought = set() if spec.own_image else _brought(spec)
    if spec.own_image or "" in brought:
        return
    for _, command in spec.commands:
        for words in shell.steps(command.text):
            program = words[0].rsplit("/", 1)[-1].strip("\"'")
            runtime = None if words[1:2] in _ASKS else RUNTIMES.get(program)
            if runtime is None or runtime in chosen or runtime in told or runtime in brought:
                continue
            told.add(runtime)
            newest = runtimes.CURRENT[runtime][-1]
            hint = f"under phases: install: write `runtime-versions: {{{runtime}: {newest}}}`, or the one you need"
            if table is None and len(told) == 1:
                message = f"{program} is called, and no runtime is chosen: the image's default version runs it"
                yield _warning(command, "205", message, f"{hint}; with an image of your own, leave it so")
            elif table is not None and runtime != "python":
                # Python is on every image, as the AWS CLI needs it.
                message = f"{program} is called, and runtime-versions names only {', '.join(chosen)}"
                yield _warning(command, "205", message, hint)


def _runtime_names(spec: Spec) -> Iterator[Problem]:
    table = spec.table("phases", "install", "runtime-versions")
    for key, value in table.items if table is not None and not spec.own_image else ():
        if key.text == "docker":
            message = "docker is a runtime of older images only, Amazon Linux 2 and Ubuntu standard 2.0 to 4.0"
            hint = "take it out: images have Docker, and the project's privileged mode starts it"
            yield _warning(key, "216", message, hint)
            continue
        if key.text in runtimes.NAMES:
            yield from _runtime_version(key, value)
            continue
        meant = MEANT.get(key.text.lower()) or near(key.text.lower(), runtimes.NAMES)
        others = [name for name in runtimes.NAMES if name != "docker"]
        hint = f"did you mean {meant}?" if meant else f"runtimes are {', '.join(others)}"
        yield _warning(key, "216", f"CodeBuild's images have no runtime {key.text!r}: the build fails", hint)
    versions = {key.text: value.text for key, value in table.items if isinstance(value, Scalar)} if table else {}
    if table is not None and runtimes.excludes(versions.get("android", ""), versions.get("java", "")):
        message = f"android {versions['android']} needs Java 8, and java is {versions['java']}: the build fails"
        yield _warning(table.get("java") or table, "222", message, "write `java: corretto8`, or take java out")


def _runtime_version(key: Scalar, value: Node) -> Iterator[Problem]:
    if is_null(value):
        message = f"{key.text} has no version: none is chosen"
        yield _warning(
            key, "221", message, f"write one: `{key.text}: {runtimes.CURRENT.get(key.text, ('latest',))[-1]}`"
        )
    elif isinstance(value, Scalar) and runtimes.unknown_version(key.text, value.text):
        message = f"Unknown runtime version named '{value.text}' of {key.text}: none of CodeBuild's images has it"
        yield _warning(value, "221", message, runtimes.instead(key.text, value.text))


def _whole(spec: Spec) -> Iterator[Problem]:
    if _is_windows(spec):
        return
    for _, command in spec.commands:
        quote, word = shell.unclosed(command.text)
        if quote:
            message = f"the command has a {quote} that is not closed"
            yield _warning(command, "218", message, "close it; a text of several lines stands below `- |`")
        elif word and not _run_together(spec, command):
            end = shell.ENDS_WITH[word]
            message = f"this `{word}` has no `{end}` in its own entry, and each entry runs as a command of its own"
            hint = f"make one entry of it: `- |`, and below it, deeper, all lines from `{word}` to `{end}`"
            yield _warning(command, "217", message, hint)


_POWERSHELL = re.compile(r"\b(?:Write|Get|Set|New|Remove|Invoke|Test|Start|Import)-[A-Z]\w+\b|(?i:\$env:)")


def _is_windows(spec: Spec) -> bool:
    """Whether the commands seem to be for PowerShell or cmd.exe, whose quotes have other rules."""
    env = spec.table("env")
    node = env.get("shell") if env is not None else None
    if isinstance(node, Scalar) and node.text:
        return node.text in ("powershell.exe", "cmd.exe")
    return any(_POWERSHELL.search(command.text) for _, command in spec.commands)


def _environments(spec: Spec) -> Iterator[Problem]:
    batch = spec.table("batch")
    for table in _batch_environments(batch) if batch is not None else ():
        for key, known in (("compute-type", COMPUTE_TYPES), ("type", ENVIRONMENT_TYPES)):
            for item in _scalars(table.get(key)):
                if item.text not in known and "$" not in item.text:
                    message = f"{key} is {item.text!r}, and CodeBuild has no such one"
                    yield _warning(item, "219", message, nearest(item.text, known))
        for item in _scalars(table.get("image")):
            hint = image_instead(item.text)
            if hint:
                yield _warning(item, "219", f"image is {item.text}, and CodeBuild has none of that name", hint)


def _rows(node: Node | None) -> list[Mapping]:
    return [item for item in node.items if isinstance(item, Mapping)] if isinstance(node, Sequence) else []


_IN_THE_OPEN = "for everybody to read, and in the build's log"


def _secrets(spec: Spec) -> Iterator[Problem]:
    for table in _plain_variables(spec):
        for key, value in table.items:
            for item in _scalars(value):
                if is_secret(key.text, item.text):
                    message = f"{key.text} looks like a secret, and stands here {_IN_THE_OPEN}"
                    yield _warning(item, "207", message, _to_secrets_manager(spec, key.text, "this line"))
    for _, command in spec.commands:
        name = next(set_in(command.text), "")
        if re.search(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", command.text):
            message = f"the command holds a key of AWS's, {_IN_THE_OPEN}"
            hint = "take the command out: commands have the rights of the project's service role, and need no key; "
            yield _warning(command, "207", message, f"{hint}give that role what they need, and delete the key in IAM")
        elif holds_key(command.text) or name:
            what = "a key" if holds_key(command.text) else f"what looks like a secret, {name}"
            variable = re.sub(r"\W", "_", name.upper()) or "TOKEN"
            hint = f"{_to_secrets_manager(spec, variable, 'it')}, and write ${variable} in the command"
            yield _warning(command, "207", f"the command holds {what}, {_IN_THE_OPEN}", hint)


def _to_secrets_manager(spec: Spec, name: str, what: str) -> str:
    """How a variable gets its value from Secrets Manager. What is in angle brackets is no name there: it is told."""
    there = spec.table("env", "secrets-manager")
    place = f"below `secrets-manager:` on line {there.line - 1}" if there is not None else "below `env:`"
    line = f"{name}: <name of the secret>:<key in it>"
    entry = f"`{line}`" if there is not None else f"`secrets-manager:` and below that `{line}`"
    return f"store the value in Secrets Manager, and give it another; take {what} out, and write {place} {entry}"


def _own_variables(spec: Spec) -> list[Mapping]:
    found = [spec.table("env", "variables"), spec.table("env", "plaintext")]
    found += [spec.table("environment_variables", key) for key in ("plaintext", "variables")]
    return [table for table in found if table is not None]


def _plain_variables(spec: Spec) -> Iterator[Mapping]:
    """All tables of variables whose values stand in the file: of the build, and of a batch's tasks."""
    batch = spec.table("batch")
    # In a list, or outside `variables`, they are wrong, and that is told: a secret is one all the same.
    env = spec.root.get("env")
    loose = _rows(env) if isinstance(env, Sequence) else [env] if isinstance(env, Mapping) else []
    found: list[Mapping | None] = [*_own_variables(spec), *loose]
    for table in _batch_environments(batch) if batch is not None else ():
        variables = table.get("variables")
        found.append(variables if isinstance(variables, Mapping) else None)
    yield from (table for table in found if table is not None)


def _literal(spec: Spec) -> Iterator[Problem]:
    for table in _own_variables(spec):
        for key, value in table.items:
            found = re.search(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)", value.text) if isinstance(value, Scalar) else None
            if found is not None:
                message = f"the value of {key.text} is taken literally: ${found.group(1)} in it is not replaced"
                assert isinstance(value, Scalar)
                yield _warning(value, "208", message, _as_export(spec, key.text, value.text))


def _as_export(spec: Spec, name: str, value: str) -> str:
    """How a command sets a variable to a value with variables in it."""
    short = re.fullmatch(r"[^\"`\n]{1,100}", value) is not None
    written = f'`export {name}="{value}"`' if short else f"`export {name}=` and the value"
    # In single quotes, for YAML: the command has double quotes of its own, and may have a colon.
    quoted = f"`- 'export {name}=\"{value}\"'`" if short and "'" not in value else written
    return f"take it out here, and write it as {_first_command(spec)}, where the shell replaces it: {quoted}"


def _first_command(spec: Spec) -> str:
    """The place of a command that runs before all others."""
    for phase in PHASES:
        table = spec.table("phases", phase)
        node = table.get("commands") if table is not None else None
        items = node.items if isinstance(node, Sequence) else ()
        key = table.key("commands") if table is not None else None
        if key is not None and items and items[0].line > key.line:
            return f"the first command of {phase}, before line {items[0].line}"
        if key is not None and not is_null(node):
            return f"the first command of {phase}, on line {key.line}"
    return "a command of a phase"


def _reserved(spec: Spec) -> Iterator[Problem]:
    stores = (spec.table("env", section) for section in ("parameter-store", "secrets-manager"))
    for table in (*_plain_variables(spec), *(store for store in stores if store is not None)):
        for key, _ in table.items:
            if key.text.startswith("CODEBUILD_"):
                message = f"names that begin with CODEBUILD_ are CodeBuild's own: {key.text}"
                yield _warning(key, "209", message, "rename the variable")


def _exported(spec: Spec) -> Iterator[Problem]:
    env = spec.table("env")
    node = env.get("exported-variables") if env is not None else None
    for item in node.items[:MAX_EXPORTS] if isinstance(node, Sequence) else (node,):
        if not isinstance(item, Scalar) or item.text in ("", "~", "null"):
            continue
        name = item.text
        if name.startswith("AWS_"):
            yield _warning(item, "210", f"{name} is not exported: names that begin with AWS_ never are", "rename it")
        elif re.fullmatch(r"\w+", name) and not name.startswith("CODEBUILD_") and not _is_set(spec, name):
            message = f"{name} is to be exported, and nothing in this file sets it"
            yield _warning(item, "210", message, _set_it(spec, name))
    for _, command in spec.commands:
        found = _UNFILLED.search(command.text)
        if found is not None:
            message = f"{found[2]} stands for a value in `{found[0]}`: to a shell, < and > are redirections"
            yield _warning(command, "210", message, f"write the value of {found[1]} in its place")


_UNFILLED = re.compile(r"\bexport ([A-Za-z_]\w{0,100})=(<[\w -]{1,60}>)")


def _set_it(spec: Spec, name: str) -> str:
    """How a variable gets a value that can be exported."""
    close = near(name, (other for other in _names_set(spec) if other != name), alike=0.8)
    if close:
        return f"did you mean {close}, which this file sets?"
    value = next((value for pattern, value in _VALUES.items() if re.search(pattern, name)), "<its value>")
    what = " (the id of the commit)" if value.endswith("SOURCE_VERSION") else ""
    left = f"leave it so if the project's environment has {name}, or take it out if nobody needs it"
    return f"set it in a command of a phase, such as `- export {name}={value}`{what}; {left}"


_VALUES = {
    r"TAG|VERSION|COMMIT|SHA|REVISION": "$CODEBUILD_RESOLVED_SOURCE_VERSION",
    r"BUILD_?(?:NUMBER|NO|ID)$": "$CODEBUILD_BUILD_NUMBER",
    r"DATE|TIME": "$(date +%Y%m%d%H%M%S)",
}
"""{what a name says that a variable holds: a value of that kind, as a command has it}"""


def _names_set(spec: Spec) -> Iterator[str]:
    """The names of variables that a file sets, as far as they are told by their assignments."""
    for table in _plain_variables(spec):
        yield from table.keys()
    for store in ("parameter-store", "secrets-manager"):
        yield from _names_in(spec, store)
    for _, command in spec.commands:
        yield from re.findall(r"\bexport ([A-Za-z_]\w{0,100})=", command.text[: shell.MAX_COMMAND])


def _names_in(spec: Spec, store: str) -> Iterator[str]:
    """The variables that come from a store, also where they stand in a list: that is told."""
    env = spec.table("env")
    node = env.get(store) if env is not None else None
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Mapping):
            yield from item.keys()
        elif isinstance(item, Scalar):
            yield item.text.partition("=")[0].strip()


def _is_set(spec: Spec, name: str) -> bool:
    stores = (other for store in ("parameter-store", "secrets-manager") for other in _names_in(spec, store))
    if any(name in table for table in _plain_variables(spec)) or name in stores:
        return True
    return any(shell.sets(command.text, name) for _, command in spec.commands)


def _own_shells(spec: Spec) -> Iterator[Problem]:
    version = spec.root.get("version")
    if not isinstance(version, Scalar) or version.text != "0.1":
        return
    for _, command in spec.commands:
        words = next(shell.steps(command.text), [""])
        if words[0] in ("cd", "export") and not re.search(r"&&|;|\n", command.text):
            message = f"in version 0.1 each command has a shell of its own: this {words[0]} is lost at once"
            yield _warning(command, "211", message, "write `version: 0.2`, or join the commands with &&")


def _after_a_failure(spec: Spec) -> Iterator[Problem]:
    build = spec.table("phases", "build")
    stops = build.get("on-failure") if build is not None else None
    commands = [command for phase, command in spec.commands if phase == "post_build"]
    guarded = any("CODEBUILD_BUILD_SUCCEEDING" in command.text for command in commands)
    if build is None or guarded or (isinstance(stops, Scalar) and stops.text == "ABORT"):
        return
    only_image = _makes_images_only(spec)
    for command in commands:
        published = [words for words in shell.steps(command.text) if _publishes(words)]
        if only_image:  # when that fails there is no image, and the push fails as well
            published = [words for words in published if words[0] != "docker"]
        if published:
            called = " ".join(word for word in published[0][:3] if word.strip("\"'"))
            message = f"post_build runs after a failed build too: `{called}` is then called as well"
            hint = "write `on-failure: ABORT` in build, or test $CODEBUILD_BUILD_SUCCEEDING first"
            yield _warning(command, "212", message, hint)
            return


_LAST = {"docker", "echo", "printf", "cd", "export", "pwd", "ls", "Write-Host", "date"}


def _makes_images_only(spec: Spec) -> bool:
    """Whether nothing of build that can fail comes after the image has been made."""
    steps = [words for phase, command in spec.commands if phase == "build" for words in shell.steps(command.text)]
    made = [
        place for place, words in enumerate(steps) if words[0] == "docker" and words[1:2] in (["build"], ["buildx"])
    ]
    after = steps[made[-1] + 1 :] if made else []
    return bool(made) and all(words[0] in _LAST and words[1:2] not in (["run"], ["compose"]) for words in after)


_READS = re.compile(r"describe|list|get-|ls$|wait|validate|estimate|batch-get|presign|detect|help|package")
"""What the names of commands of the AWS CLI begin with that release nothing; of `aws s3`, only `ls` reads."""


def _publishes(words: list[str]) -> bool:
    if tuple(words[:2]) not in _PUBLISHES:
        return False
    return words[0] != "aws" or len(words) < 3 or _READS.match(words[2]) is None


def _shell(spec: Spec) -> Iterator[Problem]:
    env = spec.table("env")
    node = env.get("shell") if env is not None else None
    if isinstance(node, Scalar) and node.text and node.text not in SHELLS:
        yield _warning(node, "213", f"{node.text} is not one of the documented shells", f"write {' or '.join(SHELLS)}")


def _swallowed(spec: Spec) -> Iterator[Problem]:
    """A `- entry` that stands deeper than the one above it is a piece of that one's text, for YAML."""
    for _, command in spec.commands:
        below = spec.lines[command.line : command.line + 1] if command.plain else ()
        found = re.match(r"\s*(- +(\S.*))", below[0]) if below else None
        if found is None or " - " not in command.text or found[1].rstrip() not in command.text:
            continue
        head = spec.lines[command.line - 1]
        dash = re.match(r"\s*(?:[\w-]+:\s*)?- ", head)
        column = len(head) - len(head.lstrip()) + 1
        if dash is not None:
            message = f"line {command.line + 1} belongs to this command: it is read as `{command.text[:60]}`"
            hint = f"begin the `-` of line {command.line + 1} in column {column}, as the one above"
            yield _warning(command, "223", message, hint)


def _negated(spec: Spec) -> Iterator[Problem]:
    """`- ! grep …`: a sign of YAML's own, in front of a text, is no part of it."""
    for _, command in spec.commands:
        head = spec.lines[command.line - 1][command.column - 1 :] if command.line <= len(spec.lines) else ""
        if re.match(r"!\s", head):
            message = "YAML takes the ! in front of this command for a tag: it is lost, and nothing is negated"
            quote = "'" if "'" not in command.text else '"'
            text = f"! {command.text[:60]}"
            hint = f"quote the command: `- {quote}{text}{quote}`" if quote not in text else "quote the command"
            yield _warning(command, "224", message, hint)


def _base_twice(spec: Spec) -> Iterator[Problem]:
    """Paths that begin with the base directory's own name: they start in it already (codebuild.md §1.8)."""
    secondary, reports = spec.table("artifacts", "secondary-artifacts"), spec.table("reports")
    tables = [spec.table("artifacts"), *(value for each in (secondary, reports) for _, value in _items(each))]
    for table in tables:
        base = _first_text(table.get("base-directory")).strip("./") if isinstance(table, Mapping) else ""
        if not base or re.search(r"[*?$]", base):
            continue
        for item in _scalars(table.get("files")) if isinstance(table, Mapping) else ():
            path = item.text.removeprefix("./")
            if path != base and not path.startswith(f"{base}/"):
                continue
            if not any(f"{base}/{base}" in command.text for _, command in spec.commands):
                rest = path.removeprefix(base).strip("/") or "**/*"
                message = f"paths of files start in base-directory, {base}: this one is {base}/{path}"
                yield _warning(item, "225", message, f"write `- '{rest}'`, without {base}")


def _items(table: Mapping | None) -> tuple[tuple[Scalar, Node], ...]:
    return table.items if table is not None else ()


def _first_text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and not is_null(node) else ""


OWN_VARIABLES = (
    "CODEBUILD_BATCH_BUILD_IDENTIFIER",
    "CODEBUILD_BUILD_ARN",
    "CODEBUILD_BUILD_ID",
    "CODEBUILD_BUILD_IMAGE",
    "CODEBUILD_BUILD_NUMBER",
    "CODEBUILD_BUILD_SUCCEEDING",
    "CODEBUILD_INITIATOR",
    "CODEBUILD_KMS_KEY_ID",
    "CODEBUILD_LOG_PATH",
    "CODEBUILD_PROJECT_ARN",
    "CODEBUILD_PUBLIC_BUILD_URL",
    "CODEBUILD_RESOLVED_SOURCE_VERSION",
    "CODEBUILD_SOURCE_REPO_URL",
    "CODEBUILD_SOURCE_VERSION",
    "CODEBUILD_SRC_DIR",
    "CODEBUILD_START_TIME",
    "CODEBUILD_WEBHOOK_ACTOR_ACCOUNT_ID",
    "CODEBUILD_WEBHOOK_BASE_REF",
    "CODEBUILD_WEBHOOK_EVENT",
    "CODEBUILD_WEBHOOK_HEAD_REF",
    "CODEBUILD_WEBHOOK_MERGE_COMMIT",
    "CODEBUILD_WEBHOOK_PREV_COMMIT",
    "CODEBUILD_WEBHOOK_TRIGGER",
)
"""Variables that CodeBuild sets (docs/behaviour/codebuild.md §3.1)."""
_WITH_IDENTIFIER = ("CODEBUILD_SRC_DIR_", "CODEBUILD_SOURCE_VERSION_", "CODEBUILD_SOURCE_REPO_URL_")
_ASKED = re.compile(r"(?:\$\{?|\$env:|\$\{env:|%)(CODEBUILD_[A-Z0-9_]+)")
_SURELY = 0.8


def _misnamed(spec: Spec) -> Iterator[Problem]:
    """Variables by nearly the name of one that CodeBuild sets; others may be its own, or of a file system."""
    bare = {name.removeprefix("CODEBUILD_"): name for name in OWN_VARIABLES}
    told: set[str] = set()
    for _, command in spec.commands:
        for name in _ASKED.findall(command.text[: shell.MAX_COMMAND]):
            if name in OWN_VARIABLES or name in told or name.startswith(_WITH_IDENTIFIER) or len(told) > MAX_EXPORTS:
                continue
            told.add(name)
            meant = near(name.removeprefix("CODEBUILD_"), bare, _SURELY)
            if meant and not any(_sets(text, name) for text in _set_texts(spec)):
                message = f"CodeBuild sets no variable {name}: it is empty"
                yield _warning(command, "226", message, f"did you mean {bare[meant]}?")


def _set_texts(spec: Spec) -> Iterator[str]:
    yield from (command.text for _, command in spec.commands)
    yield from (f"{name}=" for name in _names_set(spec))


def _sets(text: str, name: str) -> bool:
    """Whether a text gives a variable a value; what stands behind a `$` is only asked for."""
    return re.search(rf"(?<![\w${{]){name}=", text) is not None


_FOLDED = re.compile(r">[-+0-9]*\s*(#.*)?$")
_JOINED = re.compile(r"(?:&&|\|\|?|;|\\|[({,=]|\b(?:then|do|else))\s*$")
_ALONE = re.compile(
    r"(?:export|echo|cd|aws|mkdir|cp|mv|rm|git|npm|yarn|pip3?|python3?|mvn|gradle|terraform|zip|unzip|chmod|apt-get|yum)"
    r"\s|(?:fi|done)(?:\s|;|$)|for\s+\w+\s+in\s|(?:if|while|until)\s+[\[!(]|set\s+-"
)
"""How a line begins that is a command of its own, and no piece of a sentence behind `echo`."""


def _in_one_line(spec: Spec) -> Iterator[Problem]:
    """Commands of several lines below a `>`, which makes one line of them."""
    for _, command in spec.commands:
        lines = _run_together(spec, command)
        if lines:
            message = f"below `>` these {len(lines)} lines become one command: `{' '.join(lines)[:60]}…`"
            yield _warning(command, "227", message, "write `|` in place of `>`: each line is then a command")


def _run_together(spec: Spec, command: Scalar) -> list[str]:
    """The lines below a `>` that are commands of their own and that nothing joins; none where all is well."""
    lines = folded(spec.lines, command)
    pairs = [(one, other) for one, other in pairwise(lines) if not _JOINED.search(one)]
    if not pairs or any(shell.unclosed(line)[0] for line in lines):
        return []
    return lines if all(_ALONE.match(one) and _ALONE.match(other) for one, other in pairs) else []


def folded(lines: SequenceABC[str], node: Scalar) -> list[str]:
    """The lines of a text that stands below a `>`, if all of them become one; none for any other."""
    head = lines[node.line - 1] if node.line <= len(lines) else ""
    if _FOLDED.match(head[node.column - 1 :]) is None or "\n" in node.text.strip("\n"):
        return []
    count = 0
    found: list[str] = []
    for line in lines[node.line :]:
        found.append(line.strip())
        count += len(found[-1]) + 1
        if count > len(node.text.strip("\n")):
            break
    return found if " ".join(found) == node.text.strip("\n") else []


def _file_name(spec: Spec) -> Iterator[Problem]:
    if PurePath(spec.path).name == "buildspec.yaml":
        message = "CodeBuild looks for buildspec.yml: it finds this file only where the project names it"
        yield _warning(Node(spec.path, 1, 1), "214", message, "rename it to buildspec.yml, or name it in the project")


_RULES: tuple[Callable[[Spec], Iterator[Problem]], ...] = (
    _runtime,
    _runtime_names,
    _whole,
    _environments,
    _secrets,
    _literal,
    _reserved,
    _exported,
    _own_shells,
    _after_a_failure,
    _shell,
    _swallowed,
    _negated,
    _base_twice,
    _misnamed,
    _in_one_line,
    _file_name,
)
