"""The structure of shell commands: lists joined by `&&`, `||` and `;`, pipelines, groups, `if`.

Loops, `case` and pipelines are taken as one command each: what they do nobody can tell without running them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

SYNTAX_ERROR = 2
"""Exit status of a shell that cannot read its input."""


class SyntaxFault(ValueError):
    """A command that no shell could read."""


class Exit(Exception):
    """`exit` ends a command."""

    def __init__(self, code: int):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Simple:
    """One command, or something taken as one: a pipeline, a loop, a case."""

    text: str
    opaque: bool = False
    """Taken as a whole: its words are not looked at."""


@dataclass(frozen=True, slots=True)
class Group:
    """`{ … }`, or `( … )` with a shell of its own."""

    body: Script
    own_shell: bool


@dataclass(frozen=True, slots=True)
class If:
    branches: tuple[tuple[Script, Script], ...]
    otherwise: Script


Node = Simple | Group | If


@dataclass(frozen=True, slots=True)
class Step:
    """A command and what joins it to the one before: `;`, `&&` or `||`. `background` when `&` follows it."""

    joined: str
    node: Node
    background: bool = False


Script = tuple[Step, ...]

_OPENERS = ("if", "then", "elif", "else", "do", "while", "until", "{", "!")
_CLOSERS = ("fi", "done", "esac", "}")
_LOOPS = ("for", "while", "until", "select")
_FUNCTION = re.compile(r"function\s+[^\s;&|(){]+(\s*\(\s*\))?")
_REDIRECTION = re.compile(r"[\d&]?[<>]")
_HEREDOC = re.compile(r"<<(-?)\s*(['\"]?)(\w+)\2")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def parse(text: str) -> Script:
    """The structure of a command. Raises SyntaxFault for what no shell could read."""
    return _Parser(text).script()


class _Scanner:
    """Cuts text into commands and the signs between them, with quotes and substitutions left whole."""

    def __init__(self, text: str):
        self.text = text
        self.tokens: list[_Token] = []
        self.begin = 0
        self.heredocs: list[str] = []

    def scan(self) -> list[_Token]:
        text, i = self.text, 0
        while i < len(text):
            if self._at_start(i):
                i = self._start(i)
                if i >= len(text):
                    break
            here = text[i]
            if here == "#" and (i == self.begin or text[i - 1] in " \t\n;"):
                end = text.find("\n", i)
                self._command(i)
                i = self.begin = len(text) if end < 0 else end
            elif text.startswith(("&>", ">&", "<&"), i):
                i += 2
            elif here == "(" and text[self.begin : i].strip():
                i = self._function(i)
            elif here in ";&|\n()":
                i = self._operator(i)
            elif text.startswith("<<<", i):
                i += 3
            elif found := _HEREDOC.match(text, i):
                self.heredocs.append(found.group(3))
                i = found.end()
            else:
                i = skip(text, i)
        self._command(len(text))
        return self.tokens

    def _at_start(self, i: int) -> bool:
        return not self.text[self.begin : i].strip()

    def _start(self, i: int) -> int:
        """Reserved words, groups and `case` stand only where a command may begin."""
        text = self.text
        while i < len(text) and text[i] in " \t":
            i += 1
        word = re.match(r"[^\s;&|()]+", text[i:])
        name = word.group() if word else ""
        if name == "case":
            found = re.compile(r"\besac\b").search(text, i)
            if found is None:
                raise SyntaxFault("unexpected end of file: `case` without `esac`")
            self._push("opaque", i, found.end())
            return found.end()
        if name == "[[":
            end = text.find("]]", i)
            if end < 0:
                raise SyntaxFault("unexpected end of file: `[[` without `]]`")
            self._push("command", i, end + 2)
            return end + 2
        if name == "function" and (found := _FUNCTION.match(text, i)):
            self._push("function", i, found.end())
            self.begin = found.end()
            return self._start(self.begin)
        if name in _LOOPS:
            self._push("loop", i, i + len(name))
            self.begin = i + len(name)
            return self._start(self.begin) if name in ("while", "until") else i + len(name)
        if name in _OPENERS or name in _CLOSERS:
            self._push("word", i, i + len(name))
            return self._start(i + len(name)) if name in _OPENERS else i + len(name)
        return i

    def _push(self, kind: str, start: int, end: int) -> None:
        self.tokens.append(_Token(kind, self.text[start:end], start, end))
        self.begin = end

    def _command(self, end: int) -> None:
        raw = self.text[self.begin : end]
        if raw.strip():
            start = self.begin + len(raw) - len(raw.lstrip())
            self.tokens.append(_Token("command", raw.strip(), start, start + len(raw.strip())))
        self.begin = end

    def _function(self, i: int) -> int:
        close = skip(self.text, i)
        if self.text[i + 1 : close - 1].strip():
            raise SyntaxFault("syntax error near unexpected token `('")
        name = self.begin
        self.begin = close
        self.tokens.append(_Token("function", self.text[name:close].strip(), name, close))
        return close

    def _operator(self, i: int) -> int:
        text = self.text
        if text[i] == "(":
            close = skip(text, i)
            self.tokens.append(_Token("subshell", text[i + 1 : close - 1], i, close))
            self.begin = close
            return close
        if text[i] == ")":
            raise SyntaxFault("syntax error near unexpected token `)'")
        sign = next((one for one in ("&&", "||", ";;", "|&") if text.startswith(one, i)), text[i])
        self._command(i)
        end = i + len(sign)
        if sign == "\n" and self.heredocs:
            end = self._bodies(end)
        self.tokens.append(_Token("sign", sign, i, end))
        self.begin = end
        return end

    def _bodies(self, i: int) -> int:
        """The lines of here-documents are no commands."""
        for delimiter in self.heredocs:
            found = re.compile(rf"^\t*{re.escape(delimiter)}$", re.MULTILINE).search(self.text, i)
            i = len(self.text) if found is None else found.end()
        self.heredocs = []
        return i


def skip(text: str, i: int) -> int:
    """The index after the character, quotation or substitution that begins at i. Raises SyntaxFault."""
    here = text[i]
    if here == "\\":
        return min(i + 2, len(text))
    if here == "'":
        return _closing(text, i + 1, "'", plain=True)
    if here == '"':
        return _closing(text, i + 1, '"')
    if here == "`":
        return _closing(text, i + 1, "`")
    if here == "(":
        return _closing(text, i + 1, ")")
    if text.startswith("$(", i):
        return _closing(text, i + 2, ")")
    if text.startswith("${", i):
        return _closing(text, i + 2, "}")
    return i + 1


def _closing(text: str, i: int, closer: str, plain: bool = False) -> int:
    """The index after the sign that closes; inside double quotes, parentheses and braces have no meaning."""
    while i < len(text):
        if text[i] == closer:
            return i + 1
        if plain or (closer == "`" and text[i] != "\\") or (closer == '"' and text[i] in "'("):
            i += 1
        else:
            i = skip(text, i)
    raise SyntaxFault(f"unexpected EOF while looking for matching `{closer}'")


def _joined(text: str) -> str:
    """The text without line continuations; inside single quotes there are none."""
    if "\\\n" not in text:
        return text
    out: list[str] = []
    i = 0
    double = False
    while i < len(text):
        if text[i] == '"':
            double = not double
        if text[i] == "'" and not double:
            end = skip(text, i)
            out.append(text[i:end])
        elif text[i] == "\\":
            end = i + 2
            out.append("" if text.startswith("\\\n", i) else text[i:end])
        else:
            end = i + 1
            out.append(text[i])
        i = end
    return "".join(out)


class _Parser:
    def __init__(self, text: str):
        self.text = _joined(text)
        self.tokens = _Scanner(self.text).scan()
        self.at = 0

    def script(self) -> Script:
        steps = self._list(())
        if self.at < len(self.tokens):
            raise SyntaxFault(f"syntax error near unexpected token `{self.tokens[self.at].text}'")
        return steps

    def _next(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _list(self, until: tuple[str, ...]) -> Script:
        steps: list[Step] = []
        joined = ";"
        while (token := self._next()) is not None:
            if token.kind == "word" and token.text in (*until, *_CLOSERS):
                break
            if token.kind == "sign":
                self.at += 1
                if token.text == "&" and steps:
                    steps[-1] = Step(steps[-1].joined, steps[-1].node, True)
                if token.text != "\n" or joined == ";":  # a line may end after && and ||
                    joined = token.text if token.text in ("&&", "||") else ";"
                continue
            steps.append(Step(joined, self._pipeline()))
            joined = ";"
        return tuple(steps)

    def _pipeline(self) -> Node:
        first = self._next()
        if first is None:
            raise SyntaxFault("syntax error: unexpected end of file")
        node = self._node()
        piped = False
        while (token := self._next()) is not None and token.kind == "sign" and token.text in ("|", "|&"):
            self.at += 1
            while (token := self._next()) is not None and token.text == "\n":
                self.at += 1
            if token is None:
                raise SyntaxFault("syntax error: unexpected end of file")
            self._node()
            piped = True
        if piped:
            return Simple(self.text[first.start : self.tokens[self.at - 1].end], opaque=True)
        return node

    def _node(self) -> Node:
        token = self.tokens[self.at]
        self.at += 1
        if token.kind in ("word", "loop", "subshell"):
            node = self._compound(token)
            while (after := self._next()) is not None and after.kind == "command" and _REDIRECTION.match(after.text):
                self.at += 1  # where a whole construct's output goes does not matter
            return node
        if token.kind == "function":
            return self._definition()
        if token.kind == "sign":
            raise SyntaxFault(f"syntax error near unexpected token `{token.text}'")
        return Simple(token.text, opaque=token.kind == "opaque")

    def _compound(self, token: _Token) -> Node:
        if token.kind == "loop":
            return self._loop(token)
        if token.kind == "subshell":
            return Group(_Parser(token.text).script(), own_shell=True)
        if token.text == "if":
            return self._if()
        if token.text == "{":
            body = self._list(("}",))
            self._expect("}")
            return Group(body, own_shell=False)
        if token.text == "!":
            negated = self._pipeline()
            yes, no = (Step(";", Simple("false")),), (Step(";", Simple("true")),)
            return If((((Step(";", negated),), yes),), no)
        raise SyntaxFault(f"syntax error near unexpected token `{token.text}'")

    def _if(self) -> Node:
        branches = []
        otherwise: Script = ()
        while True:
            condition = self._list(("then",))
            self._expect("then")
            branches.append((condition, self._list(("elif", "else", "fi"))))
            word = self._expect("elif", "else", "fi")
            if word == "elif":
                continue
            if word == "else":
                otherwise = self._list(("fi",))
                self._expect("fi")
            return If(tuple(branches), otherwise)

    def _loop(self, first: _Token) -> Node:
        """A loop is one command: how often it goes round nobody can tell without running it."""
        depth = 1
        while depth:
            token = self._next()
            if token is None:
                raise SyntaxFault("syntax error: unexpected end of file")
            depth += token.kind == "loop"
            depth -= token.kind == "word" and token.text == "done"
            self.at += 1
        return Simple(self.text[first.start : self.tokens[self.at - 1].end], opaque=True)

    def _definition(self) -> Node:
        """Defining a function does nothing yet; calling it is a command like any other."""
        while (token := self._next()) is not None and token.text == "\n":
            self.at += 1
        if token is not None and token.kind in ("word", "subshell"):
            self._node()
        return Simple("true")

    def _expect(self, *words: str) -> str:
        token = self._next()
        if token is None or token.kind != "word" or token.text not in words:
            found = "unexpected end of file" if token is None else f"near unexpected token `{token.text}'"
            raise SyntaxFault(f"syntax error: {found}")
        self.at += 1
        return token.text


def commands(script: Script) -> list[str]:
    """The text of every simple command in it."""
    found: list[str] = []
    for step in script:
        node = step.node
        if isinstance(node, Simple):
            found.append(node.text)
        elif isinstance(node, Group):
            found += commands(node.body)
        else:
            for condition, body in node.branches:
                found += commands(condition) + commands(body)
            found += commands(node.otherwise)
    return found
