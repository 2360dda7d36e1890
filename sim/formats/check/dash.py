"""Commands that only bash knows, in builds on CodeBuild's Ubuntu images, where `sh` is dash.

Without `env: shell:` CodeBuild runs commands with sh (docs/behaviour/codebuild.md §1.4). The images aws/codebuild/
standard:3.0 and newer are Ubuntu's, and their Dockerfiles leave its /bin/sh, which is dash, as it is; what builds say
then: aws/aws-codebuild-docker-images#388. On the Amazon Linux images sh is bash: nothing is said of those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sim.core.problems import Problem
from sim.formats.check import shell
from sim.formats.check.buildspec import Spec
from sim.formats.check.template import get, text_of
from sim.formats.nodes import Mapping, Node, Scalar, is_null

UBUNTU = re.compile(r"aws/codebuild/standard:[3-9]\.0(?:-[\d.]+)?")
_STARTS = r"(?:^|[;&|\n({]|\b(?:if|elif|while|until|then|do|else|!)\s)[ \t]*"
_WORDS = (
    (re.compile(_STARTS + r"(\[\[)\s"), "`[[` is not found"),
    (re.compile(_STARTS + r"(source)\s"), "`source` is not found"),
    (re.compile(_STARTS + r"(declare|shopt|pushd|popd|mapfile|readarray)\s"), "it is not found"),
    (re.compile(_STARTS + r"(function)\s+\w"), "it is not found"),
    (re.compile(_STARTS + r"(?:export\s+)?(\w+\+?=\()"), "the ( is a syntax error"),
    (re.compile(_STARTS + r"\[\s[^\]\n]*\s(==)\s"), "`[` says unexpected operator, and the test fails"),
    (re.compile(r"\s(<\(|<<<)"), "it is a syntax error"),
)
"""(what stands in a command outside quotes, what dash makes of it)"""
_SUBSTITUTED = re.compile(r"\$\{(?:![A-Za-z_]|#?\w+\[|\w+(?::(?:\d| -?\d)|\^|,|/))[^}\n]{0,60}\}?")
"""Substitutions that are not POSIX's, also inside double quotes. `:-` is; `: -1` is not."""
_INSTEAD = {
    "==": "write `=` in place of `==`, or ",
    "source": "write `.` in place of `source`, as in `. ./file`, or ",
}


def without_bash(environment: Node | None, buildspec: Mapping) -> Iterator[Problem]:
    """The first command of a buildspec, its keys as they are meant, that needs bash in an environment without it."""
    image = text_of(get(environment, "Image")) or ""
    given = get(buildspec, "env", "shell")
    if UBUNTU.fullmatch(image) is None or "batch" in buildspec:
        return
    if not is_null(given) and (text_of(given) or "bash") not in ("sh", "/bin/sh"):
        return
    for _, command in Spec.of(buildspec).commands:
        found = of_bash(command.text)
        if found is not None:
            yield _problem(command, found, image, buildspec)
            return


def _problem(command: Scalar, found: tuple[str, str], image: str, buildspec: Mapping) -> Problem:
    written, effect = found
    env = buildspec.key("env") if isinstance(buildspec.get("env"), Mapping) else None
    where = f"below `env:` on line {env.line}" if env is not None else "below a line `env:` at the left edge, indented,"
    message = f"`{written}` is bash's, and on the image {image} commands are run by sh, which is dash: {effect}"
    hint = f"{_INSTEAD.get(written, '')}write {where} `shell: bash`"
    return Problem(command.path, command.line, command.column, "warning", "BS304", message, hint)


def of_bash(command: str) -> tuple[str, str] | None:
    """(what only bash knows in a command, what dash makes of it); None where nothing is sure.

    Here-documents hold anything, and what bash itself is given is not dash's.
    """
    if len(command) > shell.MAX_COMMAND or re.search(r"\b(?:bash|zsh|docker|ssh)\b|(?<!<)<<(?!<)", command):
        return None
    bare = shell.outside_quotes(command)
    for pattern, effect in _WORDS:
        word = pattern.search(bare)
        if word is not None:
            return word[1], effect
    substituted = _SUBSTITUTED.search(shell.replaced(command))
    return (substituted[0], "it says Bad substitution") if substituted is not None else None


__all__ = ["of_bash", "without_bash"]
