"""IAM policies: who may do what (identity, resource), and who may take on a role (trust).

`read_policy` gives a `Policy`; `check_policy` gives every finding, also for a policy that stands in a template,
where a value may be an intrinsic function and is then left alone. What IAM refuses is an error and carries IAM's own
message (MalformedPolicyDocument) where one is known.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from sim.core.problems import Problem
from sim.formats import actions, arnforms, conditions, denials, principals, scopes, statements
from sim.formats.intrinsics import function
from sim.formats.nodes import MAX_LOOK_UPS, Mapping, Node, Reader, Scalar, Sequence, compose, near

Sort = Literal["identity", "trust", "resource", "repository"]
VERSIONS = ("2012-10-17", "2008-10-17")
MAX_KEYS = 40
"""Keys of a mapping that is read as it is meant; none of more is a statement."""
MAX_ROWS = 500
"""So many statements are checked: the longest policy, that of a key, has 32,768 characters, a statement 60 or more."""
ELEMENTS = ("Version", "Id", "Statement")
STATEMENT = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
PRINCIPALS = ("AWS", "Service", "Federated", "CanonicalUser")
OPERATORS = (
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
)
TRUST_ACTIONS = (
    "sts:assumerole",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
    "sts:tagsession",
    "sts:setsourceidentity",
    "sts:setcontext",
    "sts:*",
)
_OF_S3 = ("s3:", "*")
"""How the actions begin that may be of Amazon S3."""
_OWN_ROLE = "a trust policy is about its own role"
_SYNTAX = "Syntax errors in policy."
_NOWHERE = ("us-east-1", "123456789012")
"""Region and account of examples."""
_REGIONAL = ("accesspoint", "access-grants", "job", "storage-lens", "storage-lens-group")
"""What in Amazon S3 lies in a Region; buckets and objects do not."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One key of one operator of a `Condition`: true when one of the values fits."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. Of each pair (actions, not_actions) … only one is filled."""

    effect: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    principals: MappingABC[str, tuple[str, ...]] | None = None
    not_principals: MappingABC[str, tuple[str, ...]] | None = None
    conditions: tuple[Comparison, ...] = ()
    sid: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
    statements: tuple[Statement, ...]
    version: str = "2008-10-17"
    id: str = ""
    warnings: tuple[Problem, ...] = field(default_factory=tuple)


def read_policy(text: str, path: str = "policy.json", sort: Sort | None = None) -> Policy:
    """A policy from its text. Raises ProblemsError with every finding for one that IAM would refuse."""
    root = compose(text, path)
    reader = Reader(path, "IAM")
    found = _Policy(reader, sort or sort_of(root)).read(root)
    reader.raise_if_errors()
    return Policy(found.statements, found.version, found.id, tuple(reader.problems))


@dataclass(frozen=True, slots=True)
class Arns:
    """How ARNs are written where a policy stands.

    `read` gives the text of a node, None when it is not known; `write` the way one is written there; `example`, as
    YAML, a resource that an action is about: "" when that is not known. `takers` are the services that take on the
    role whose trust policy it is, as far as the template tells.
    """

    read: Callable[[Node], str | None]
    write: Callable[[str], str] = str
    example: Callable[[str], str] = lambda action: ""
    takers: tuple[str, ...] = ()


def check_policy(root: Node, path: str, sort: Sort | None = None, arns: Arns | None = None) -> list[Problem]:
    """Every finding, errors and warnings, of a policy that stands at that node; in a template, with its `arns`."""
    reader = Reader(path, "IAM")
    policy = _Policy(reader, sort or sort_of(root), arns)
    policy.guessed = sort is None
    policy.most = MAX_ROWS
    policy.read(root)
    return reader.problems


def _as_it_stands(node: Node) -> str | None:
    return node.text if isinstance(node, Scalar) and node.tag in ("", "!Sub") else None


_PLAIN = Arns(_as_it_stands)


def sort_of(root: Node) -> Sort:
    """What a policy seems to be: one with principals, in more than half of its statements, stands on a resource.

    Of ECR's actions alone, it is that of a repository; without resources it is a role's trust if it speaks of STS.
    Keys count as they are meant, and one that only assumes roles, of nobody and on nothing, lacks its principals.
    """
    statements = [_meant_keys(one, STATEMENT) for one in _statements(root)]
    actions = [text.lower() for one in statements for key in ("Action", "NotAction") for text in texts(one.get(key))]
    on_something = any("Resource" in one or "NotResource" in one for one in statements)
    if not any("Principal" in one or "NotPrincipal" in one for one in statements):
        assumes = bool(actions) and all(re.match(r"(sts:)?assumerole", action) for action in actions)
        return "trust" if assumes and not on_something else "identity"
    if actions and all(action.startswith("ecr:") for action in actions):
        return "repository"
    if on_something:
        named = sum("Principal" in one or "NotPrincipal" in one for one in statements)
        if 2 * named <= len(statements):
            return "identity"  # the principals of a few are too many, rather than those of the most too few
        return "trust" if _is_trust(statements, actions) else "resource"
    return "trust" if not actions or any(re.match(r"sts:|.*assumerole", action) for action in actions) else "resource"


def _is_trust(statements: list[Mapping], actions: list[str]) -> bool:
    """Whether statements with resources are a trust policy all the same: somebody named takes on a role, no more."""
    principals = [one.get("Principal") for one in statements]
    named = all(isinstance(one, Mapping) or (isinstance(one, Scalar) and one.text != "*") for one in principals)
    return named and bool(actions) and all(action in TRUST_ACTIONS for action in actions)


def _statements(root: Node) -> list[Mapping]:
    given = _meant_keys(root, ELEMENTS).get("Statement") if isinstance(root, Mapping) else None
    items = given.items if isinstance(given, Sequence) else (given,)
    return [item for item in items if isinstance(item, Mapping)]


def statements_of(root: Node, path: str, arns: Arns | None = None) -> tuple[Statement, ...]:
    """The statements of a policy, whatever is wrong with it.

    With `arns`, as a template's checks need them: slips are mended as their hints say, and a resource that is not
    known counts as "*".
    """
    if arns is None:
        return _Policy(Reader(path, "IAM"), sort_of(root)).read(root).statements
    mended = as_meant(root)
    policy = _Policy(Reader(path, "IAM"), sort_of(mended), arns)
    policy.unknown = "*"
    return policy.read(mended).statements


def as_meant(root: Node) -> Node:
    """A policy whose statements are written as they are meant, as far as that is looked up."""
    if not isinstance(root, Mapping):
        return root
    looked_up = iter(range(MAX_LOOK_UPS))

    def meant(action: str) -> str:
        is_right = ":" in action and not actions.is_unknown(action)
        return action if is_right or next(looked_up, None) is None else meant_action(action)

    rows = _meant_keys(root, ELEMENTS).items
    return replace(
        root,
        items=tuple((key, _mended_rows(value, meant) if key.text == "Statement" else value) for key, value in rows),
    )


def _mended_rows(given: Node, meant: Callable[[str], str]) -> Node:
    if isinstance(given, Sequence):
        return replace(given, items=tuple(_mended_statement(item, meant) for item in given.items))
    return _mended_statement(given, meant)


def _mended_statement(node: Node, meant: Callable[[str], str]) -> Node:
    if not isinstance(node, Mapping) or _opaque(node):
        return node
    rows = _meant_keys(node, STATEMENT).items
    return replace(node, items=tuple((key, _mended_value(key.text, value, meant)) for key, value in rows))


@lru_cache(maxsize=1024)
def _meant_key(key: str, allowed: tuple[str, ...]) -> str:
    """The key of which an unknown one is a slip; "" when there is none."""
    lower = {one.lower(): one for one in allowed}
    return lower.get(near(key.lower(), lower), "")


def _meant_keys(node: Mapping, allowed: tuple[str, ...]) -> Mapping:
    """A mapping with its keys as they are meant, where the right one is not there too; principals below Principal."""
    if len(node.items) > MAX_KEYS or all(key.text in allowed for key, _ in node.items):
        return node
    rows: list[tuple[Scalar, Node]] = []
    for key, value in node.items:
        meant = key.text if key.text in allowed else _meant_key(key.text, allowed)
        if not meant and "Principal" in allowed and key.text in PRINCIPALS:
            meant, value = "Principal", Mapping(key.path, key.line, key.column, ((key, value),))
        free = meant == key.text or (meant not in node and meant not in [row[0].text for row in rows])
        rows.append((replace(key, text=meant) if meant and free else key, value))
    return replace(node, items=tuple(rows))


def _mended_value(key: str, node: Node, meant: Callable[[str], str]) -> Node:
    if isinstance(node, Sequence) and not node.tag:
        return replace(node, items=tuple(_mended_value(key, item, meant) for item in node.items))
    if key in ("Principal", "NotPrincipal") and isinstance(node, Mapping) and not _opaque(node):
        return _mended_principals(node)
    if not isinstance(node, Scalar) or _opaque(node):
        return node
    if key in ("Principal", "NotPrincipal") and node.text != "*":
        kind = "Service" if ".amazon" in node.text else "AWS"
        at = replace(node, text=kind)
        return _mended_principals(Mapping(node.path, node.line, node.column, ((at, node),)))
    if key == "Effect":
        return replace(node, text=near(node.text.capitalize(), ("Allow", "Deny")) or "Allow")
    return replace(node, text=meant(node.text)) if key in ("Action", "NotAction") else node


def _mended_principals(who: Mapping) -> Mapping:
    """The principals of a statement, each below its right key."""
    rows: dict[str, tuple[Scalar, list[Node]]] = {}
    for key, value in who.items:
        name = key.text if key.text in PRINCIPALS else _meant_key(key.text, PRINCIPALS) or key.text
        for item in value.items if isinstance(value, Sequence) else (value,):
            where, one = _mended_principal(name, item)
            rows.setdefault(where, (replace(key, text=where), []))[1].append(one)
    items = tuple((key, _one_or_many(found)) for key, found in rows.values())
    return replace(who, items=items)


def _one_or_many(nodes: list[Node]) -> Node:
    """The only node, or a list of all of them."""
    first = nodes[0]
    return first if len(nodes) == 1 else Sequence(first.path, first.line, first.column, tuple(nodes))


def _mended_principal(key: str, node: Node) -> tuple[str, Node]:
    if not isinstance(node, Scalar) or _opaque(node) or key not in ("AWS", "Service"):
        return key, node
    is_service = key == "Service" or re.search(r"\.amazon(aws)?\.com", node.text) is not None
    return ("Service", replace(node, text=_meant_service(node.text))) if is_service else (key, node)


def _meant_service(text: str) -> str:
    """The principal of a service that a text is a slip of; else the text."""
    return principals.service_meant(text) or text


def meant_action(action: str) -> str:
    """The action that is meant, where that is sure; else what stands there."""
    text = action.replace(".", ":", 1) if re.fullmatch(r"[a-z0-9-]+\.[A-Za-z*]+", action) else action
    return (actions.nearest(text) if actions.is_unknown(text) else "") or text


def texts(node: Node | None) -> tuple[str, ...]:
    """The texts of a value that may be one text or a list of them; what is neither is left out."""
    items = node.items if isinstance(node, Sequence) else (node,)
    return tuple(item.text for item in items if isinstance(item, Scalar) and not item.tag)


def allows(statements: tuple[Statement, ...], action: str) -> bool:
    """Whether some statement allows an action, on whatever resource (docs/behaviour/codecommit-and-glue.md §18)."""
    return any(one.effect == "Allow" and _names(one, action.lower()) for one in statements)


def may_allow(statements: tuple[Statement, ...], action: str) -> bool:
    """Whether some statement allows an action on a resource that it can be about."""
    return any(
        one.effect == "Allow"
        and _names(one, action.lower())
        and (not one.resources or scopes.may_cover(action, one.resources))
        for one in statements
    )


def is_idle(statements: tuple[Statement, ...], action: str) -> bool:
    """Whether an entry for an action is there that is for nothing, as is told where it stands."""
    return any(
        _fits(entry, action.lower()) and one.resources and _is_told(entry, one.resources, statements)
        for one in statements
        if one.effect == "Allow"
        for entry in one.actions
    )


def _is_told(entry: str, resources: tuple[str, ...], statements: tuple[Statement, ...]) -> bool:
    """Whether an entry is told of: it is about none of its resources, or is s3:* on a bucket without its objects."""
    bucket = scopes.without_objects(entry, resources)
    if bucket:
        of_s3 = [one for one in statements if any(action.lower().startswith(_OF_S3) for action in one.actions)]
        return not any(_is_of_objects(arn, bucket) for one in of_s3 for arn in one.resources)
    return not scopes.may_cover(entry, resources)


def _is_of_objects(arn: str, bucket: str) -> bool:
    return _covers(arn, f"{bucket}/object") or arn.startswith(f"{bucket}/")


def permits(statements: tuple[Statement, ...], action: str, resource: str | None = "*") -> bool:
    """Whether some statement allows an action on a resource, and none denies it.

    `resource` is an ARN, or "*" for an action that is about no single resource; None asks of a trust policy, which
    names none. What a condition compares is not known here: under one an Allow counts, and a Deny does not.
    """
    named = [
        one for one in statements if _names(one, action.lower()) and (resource is None or _is_about(one, resource))
    ]
    denied = any(one.effect == "Deny" and not one.conditions for one in named)
    return not denied and any(one.effect == "Allow" for one in named)


def _is_about(statement: Statement, resource: str) -> bool:
    if statement.not_resources:
        return not any(_covers(pattern, resource) for pattern in statement.not_resources)
    return any(_covers(pattern, resource) for pattern in statement.resources)


@lru_cache(maxsize=4096)
def _covers(pattern: str, resource: str) -> bool:
    from fnmatch import fnmatchcase

    return fnmatchcase(resource, re.sub(r"\$\{[^}]*\}", "*", pattern).replace("[", "[[]"))


def _names(statement: Statement, action: str) -> bool:
    if statement.not_actions:
        return not any(_fits(pattern, action) for pattern in statement.not_actions)
    return any(_fits(pattern, action) for pattern in statement.actions)


@lru_cache(maxsize=4096)  # replications ask the same few things of the same few policies
def _fits(pattern: str, action: str) -> bool:
    from fnmatch import fnmatchcase

    return fnmatchcase(action, pattern.lower().replace("[", "[[]"))


class _Policy:
    def __init__(self, reader: Reader, sort: Sort, arns: Arns | None = None):
        self.reader = reader
        self.sort = sort
        self.guessed = False
        """Whether the sort was read off the policy itself: then a finding tells the other reading, too."""
        self.arns = arns or _PLAIN
        self.most: int | None = None
        """So many statements are looked at; all, without a number."""
        self.unknown: str | None = None
        """What stands for a resource that is not known; without it such are left out."""
        self.sids: dict[str, int] = {}
        self.named: set[str] = set()
        """The ids of all statements, and those that hints have given."""
        self.somebody: tuple[int, dict[str, tuple[str, ...]]] | None = None
        """(line, principals) of the first statement that allows somebody something, and says who."""
        self.buckets: list[tuple[Node, str]] = []
        """(an action s3:*, the bucket it is about without the bucket's objects)"""
        self.place = _NOWHERE
        """Region and account of the first ARN that has both."""
        self.actions: tuple[str, ...] = ()
        """The actions of the statement that is being read."""
        self.about: frozenset[str] | None = None
        """The types of what they are about, once somebody asks."""
        self.denied: list[tuple[Mapping, denials.Rights]] = []
        """Statements that deny something whatever the request."""
        self.allowed: list[tuple[Mapping, str, denials.Rights]] = []
        """(a statement that allows something, its id, what)"""
        self.objects: list[str] = []
        """Resources of all statements that allow something of Amazon S3; "*" for what is not known."""

    def read(self, root: Node) -> Policy:
        document = self.reader.mapping(root, "a policy")
        if document is None:
            return Policy(())
        self._known(document, ELEMENTS, "a policy")
        document = _meant_keys(document, ELEMENTS)
        version = self._version(document)
        id_ = self._text(document.get("Id"), "Id")
        self.place = _place(document) or self.place
        rows = self._rows(document)
        self.somebody = _somebody(document)
        self.named = {text for one in _statements(document) for text in texts(one.get("Sid"))}
        found = [self._statement(node, version) for node in rows[: self.most]]
        self._without_objects()
        self._taken_back()
        if len(rows) > len(found):
            message = f"{len(rows)} statements are more than any policy has: the first {len(found)} are looked at"
            hint = "take out what stands there more than once; a policy of a role has at most 10,240 characters"
            self.reader.warning(rows[len(found)], "213", message, hint)
        return Policy(tuple(one for one in found if one is not None), version, id_ or "")

    def _known(self, node: Mapping, allowed: tuple[str, ...], what: str) -> None:
        for key, value in node.items:
            if key.text in allowed or key.text.startswith("Fn::"):
                continue
            meant = _meant_key(key.text, allowed)
            hint = f"did you mean {meant}? Names are case-sensitive" if meant else f"known: {', '.join(allowed)}"
            if self.sort == "trust" and meant in ("Resource", "NotResource"):
                hint = f"take {key.text} out: {_OWN_ROLE}"
            elif meant and meant in node:
                hint = f"{meant} is there too: take one of them out"
            if not meant and allowed == STATEMENT and key.text in PRINCIPALS:
                given = f'"{value.text}"' if isinstance(value, Scalar) and not value.tag else "…"
                hint = f'write "Principal": {{"{key.text}": {given}}}'
            self.reader.error(key, "103", f"{_SYNTAX} {what} has no element {key.text!r}", hint)

    def _version(self, document: Mapping) -> str:
        node = document.get("Version")
        if node is None:
            if self.sort == "identity" and document.get("Statement") is not None:
                message = "Version is missing, so it is 2008-10-17: IAM refuses a managed policy of it"
                self.reader.warning(document, "201", message, 'write "Version": "2012-10-17" first')
            return VERSIONS[1]
        if _opaque(node):
            return VERSIONS[0]
        text = node.text if isinstance(node, Scalar) else ""
        if text not in VERSIONS:
            self.reader.error(
                node, "101", f"{_SYNTAX} Version is {text!r}, not 2012-10-17", 'write "Version": "2012-10-17"'
            )
        elif text == VERSIONS[1] and self.sort == "identity":
            message = "version 2008-10-17 has no policy variables, and managed policies do not take it"
            self.reader.warning(node, "201", message, 'write "Version": "2012-10-17"')
        return text

    def _rows(self, document: Mapping) -> tuple[Node, ...]:
        node = document.get("Statement")
        if node is None:
            self.reader.error(document, "104", f"{_SYNTAX} Statement is missing", self._statement_hint('"Statement": '))
            return ()
        rows = node.items if isinstance(node, Sequence) else (node,)
        if not rows:
            self.reader.error(node, "104", f"{_SYNTAX} Statement is empty", self._statement_hint())
        return rows

    def _statement_hint(self, key: str = "") -> str:
        action = "sts:AssumeRole" if self.sort == "trust" else "codebuild:StartBuild"
        who = {"trust": f'"Principal": {json.dumps(self._takers())}, ', "identity": ""}
        whom = who.get(self.sort, '"Principal": {"AWS": "123456789012"}, ')
        resource = "" if self.sort == "trust" else ', "Resource": "*"'
        text = f'{{"Effect": "Allow", {whom}"Action": "{action}"{resource}}}'
        return f"add at least one statement, such as `{key}{f'[{text}]' if key else text}`"

    def _statement(self, node: Node, version: str) -> Statement | None:
        if _opaque(node):
            return None
        entry = self.reader.mapping(node, "a statement")
        if entry is None:
            return None
        self._known(entry, STATEMENT, "a statement")
        there, entry = entry, _meant_keys(entry, STATEMENT)
        effect = self._effect(entry)
        actions, not_actions = self._pair(entry, "Action", "106", "107", "Policy statement must contain actions.")
        self.actions, self.about = _said(actions), None
        resources, not_resources = self._resources(there if self.sort == "trust" else entry)
        for key, items in (("Action", actions), ("NotAction", not_actions)):
            for item in items:
                self._action(item, entry.get(key))
        for item in (*resources, *not_resources):
            self._resource(item)
        self._scopes(actions, resources)
        if effect != "Deny":
            self._buckets(actions, resources, bool(not_actions or not_resources))
        statement = Statement(
            effect,
            _said(actions),
            _said(not_actions),
            _said(resources)
            if self.unknown is None
            else tuple(self.arns.read(one) or self.unknown for one in resources),
            _said(not_resources),
            self._principal(entry, "Principal"),
            self._principal(entry, "NotPrincipal"),
            tuple(self._conditions(entry)),
            self._sid(entry),
            entry.line,
        )
        self._principal_is_due(entry)
        self._assuming(entry, statement, actions)
        self._transport(entry, effect)
        self._absent(entry)
        self._remember(entry, statement, actions, resources)
        self._advise(entry, statement, version)
        return statement

    def _known_resources(self, nodes: tuple[Node, ...]) -> tuple[str, ...]:
        if self.unknown is None:
            return _said(nodes)
        return tuple(self.arns.read(one) or self.unknown for one in nodes)

    def _effect(self, entry: Mapping) -> str:
        node = entry.get("Effect")
        if node is None:
            self.reader.error(entry, "105", f"{_SYNTAX} Effect is missing", 'write "Effect": "Allow" or "Deny"')
            return "Deny"
        text = node.text if isinstance(node, Scalar) else ""
        if not _opaque(node) and text not in ("Allow", "Deny"):
            answer = "The policy failed legacy parsing:" if text.lower() in ("allow", "deny") else _SYNTAX
            meant = text.capitalize()
            hint = f'write "{meant}"' if meant in ("Allow", "Deny") else 'write "Allow" or "Deny"'
            self.reader.error(node, "105", f"{answer} Effect is {text!r}, not Allow or Deny", hint)
        return text

    def _sid(self, entry: Mapping) -> str:
        node = entry.get("Sid")
        sid = self._text(node, "Sid") or ""
        if sid and self.sort not in ("resource", "repository") and not re.fullmatch("[0-9A-Za-z]*", sid):
            message = (
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression"
            )
            meant = re.sub("[^0-9A-Za-z]", "", sid)
            hint = f'write "{meant}"' if meant else "write letters and digits only, or take Sid out"
            self.reader.error(node, "120", f"{message} [0-9A-Za-z]*", hint)
        if sid in self.sids and sid:
            message = f"Statement IDs (SID) in a single policy must be unique. {sid} stands on line {self.sids[sid]}"
            self.reader.error(node, "119", message, f'write another, such as "{self._free_sid(sid)}"')
        self.sids.setdefault(sid, entry.line)
        return sid

    def _free_sid(self, sid: str) -> str:
        """An id like another one that no statement has."""
        self.reader.looked_up += 1
        numbers = range(2, MAX_ROWS + 3) if self.reader.looked_up <= MAX_LOOK_UPS else ()
        free = next((f"{sid}{n}" for n in numbers if f"{sid}{n}" not in self.named), f"{sid}Too")
        self.named.add(free)
        return free

    def _text(self, node: Node | None, what: str) -> str | None:
        return None if node is None or _opaque(node) else self.reader.text(node, what)

    # Actions and resources

    def _pair(
        self, entry: Mapping, key: str, missing: str, both: str, message: str
    ) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
        """The values of a key and of its negation; exactly one of them must be there."""
        one, other = entry.get(key), entry.get(f"Not{key}")
        if one is not None and other is not None:
            self.reader.error(
                entry.key(f"Not{key}"), both, f"{_SYNTAX} {key} and Not{key} in one statement", "take one out"
            )
        given = one if one is not None else other
        if given is None or (isinstance(given, Sequence) and not given.items):
            self.reader.error(given or entry, missing, message, self._missing_hint(key))
        return self._values(one, key), self._values(other, f"Not{key}")

    def _meant(self, action: str) -> str:
        self.reader.looked_up += 1
        return meant_action(action) if self.reader.looked_up <= MAX_LOOK_UPS else action

    def _missing_hint(self, key: str) -> str:
        if key == "Action":
            return 'add "Action", such as "Action": "codebuild:StartBuild"'
        resource = self._example(self._meant(next(iter(self.actions), "")))
        alone = statements.value(self.reader.path, resource)
        return f'add "Resource", such as `"Resource": {alone}`'

    def _values(self, node: Node | None, what: str) -> tuple[Node, ...]:
        if node is None or _opaque(node):
            return () if node is None else (node,)
        items = node.items if isinstance(node, Sequence) else (node,)
        for item in items:
            if not _opaque(item):
                self.reader.text(item, what)
        return items

    def _resources(self, entry: Mapping) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
        if self.sort == "trust":
            for key in ("Resource", "NotResource"):
                if key in entry:
                    hint = f"take {key} out: {_OWN_ROLE}"
                    self.reader.error(entry.key(key), "111", f"Has prohibited field {key}", hint)
            return (), ()
        if self.sort == "repository" and "Resource" not in entry and "NotResource" not in entry:
            return (), ()  # It is about its own repository.
        return self._pair(entry, "Resource", "108", "109", "Policy statement must contain resources.")

    def _action(self, node: Node, given: Node | None) -> None:
        """Complain about an action; `given` is the whole value, be it a list."""
        if not isinstance(node, Scalar) or _opaque(node):
            return
        vendor, colon, rest = node.text.partition(":")
        if node.text == "*":
            return
        if not colon:
            message = f"Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. {node.text!r} is not"
            self.reader.error(node, "113", message, _vendor_hint(node.text, self._meant(node.text), self.sort))
        elif ":" in rest:
            self.reader.error(
                node,
                "114",
                f"Actions/Condition can contain only one colon. Found {node.text!r}",
                _colon_hint(node, given, self.reader.path),
            )
        elif not re.fullmatch(r"[a-zA-Z0-9\-.]+|\*", vendor):
            self.reader.error(node, "114", f"Vendor {vendor} is not valid", "write it like codebuild:StartBuild")
        elif self.sort == "trust" and not _assumes(node.text):
            message = f"AssumeRole policy may only specify STS AssumeRole actions. {node.text} is none"
            meant = self._meant(node.text)
            hint = "write sts:AssumeRole; what the role may do stands in its policies"
            hint = f"did you mean {meant}?" if meant != node.text and _assumes(meant) else hint
            self.reader.error(node, "123", message, hint)
        elif actions.is_unknown(node.text):
            self._misspelled(node)
        elif "*" not in vendor and actions.service_meant(vendor):
            message = f"there is no service {vendor}: this entry is for nothing"
            self.reader.warning(node, "206", message, f"did you mean {actions.service_meant(vendor)}:{rest}?")

    def _scopes(self, acts: tuple[Node, ...], given: tuple[Node, ...]) -> None:
        """Complain about actions that none of the resources of their statement can be about, all in one finding."""
        texts = [self.arns.read(one) for one in given]
        named = [text for text in texts if text is not None]
        if not given or None in texts or not all(text == "*" or text.startswith(("arn:", "${")) for text in named):
            return
        named = [scopes.in_form(text, self.actions) or "*" for text in named]  # what is wrong in itself is told there
        known = [node for node in acts if isinstance(node, Scalar) and not _opaque(node)]
        idle = [node for node in known if not scopes.may_cover(node.text, named)]
        if idle:
            words = _idle_words(tuple(dict.fromkeys(node.text for node in idle)))
            self.reader.warning(idle[0], "207", words, self._scopes_hint(idle, acts, named))

    def _scopes_hint(self, idle: list[Scalar], acts: tuple[Node, ...], named: list[str]) -> str:
        """What to write so that each action has a resource it can be about, and each resource an action."""
        foreign: dict[str, list[str]] = {}
        beside: dict[str, None] = {}
        left = [node.text if isinstance(node, Scalar) and not _opaque(node) else "*" for node in acts]
        for node in idle:
            if scopes.is_foreign(node.text, named):
                foreign.setdefault(self._example(node.text), []).append(node.text)
                left.remove(node.text)
            else:
                beside[self._fitting(node.text, named)] = None
        if not left:
            return self._anew(foreign)
        idle_here = {node.text for node in idle}
        served = [one for one in named if any(scopes.may_cover(action, [one]) for action in {*left} - idle_here)]
        dead = dict.fromkeys(self.arns.write(one) for one in named if one not in served)
        hints = []
        if beside and dead:
            hints.append(f"write {' and '.join(beside)} in place of {' and '.join(dead)}")
        elif beside:
            hints += [f"add the resource {one}" for one in beside]
        for resource, names in [*foreign.items()][:MAX_STATEMENTS]:
            moved = tuple(dict.fromkeys(names))
            text = statements.written(self.reader.path, moved, resource)
            hints.append(
                f"move {', '.join(moved)} into a statement of {'its' if len(moved) == 1 else 'their'} own: {text}"
            )
        return "; ".join(hints)

    def _anew(self, foreign: dict[str, list[str]]) -> str:
        """What to write where all actions are about resources of other services. `foreign` has them by resource."""
        path = self.reader.path
        if len(foreign) > 1:
            texts = [statements.written(path, tuple(dict.fromkeys(names)), one) for one, names in foreign.items()]
            return f"write in place of this statement {' and '.join(texts[:MAX_STATEMENTS])}"
        ((resource, names),) = foreign.items()
        if all(scopes.is_about_all(name) for name in names):
            return f"write `{statements.pair(path, f'Resource: {resource}')}`"
        alone = statements.value(path, resource)
        return f"write the resource that is meant in place of what stands there, such as `{alone}`"

    def _example(self, action: str) -> str:
        """A resource that an action is about, as YAML; Region and account are those of another ARN, where one is."""
        region, account = self.place
        forms = [one.replace("us-east-1", region).replace("123456789012", account) for one in scopes.examples(action)]
        return self.arns.example(action) or statements.one_or_list([statements.quoted(one) for one in forms])

    def _fitting(self, action: str, named: list[str]) -> str:
        """What to write beside resources of the action's own service that it cannot be about."""
        meant = scopes.suggestion(action, named)
        return self.arns.write(meant) if meant else f"`{statements.value(self.reader.path, self._example(action))}`"

    def _buckets(self, acts: tuple[Node, ...], given: tuple[Node, ...], is_open: bool) -> None:
        """Remember s3:* on a bucket alone, and whether the objects of buckets are allowed anywhere."""
        names = [node.text if isinstance(node, Scalar) and not _opaque(node) else "*" for node in acts]
        of_s3 = [name for name in names if name.lower().startswith(_OF_S3)]
        if not of_s3:
            return
        texts = [self.arns.read(one) for one in given]
        known = [text for text in texts if text is not None]
        self.objects += ["*"] if is_open or len(known) < len(texts) else dict.fromkeys(known)
        for node in acts:
            bucket = scopes.without_objects(node.text, known) if isinstance(node, Scalar) and not _opaque(node) else ""
            if bucket:
                self.buckets.append((node, bucket))

    def _without_objects(self) -> None:
        """Complain about s3:* on a bucket alone, when no statement is about the objects in it."""
        is_looked_at = self.sort == "identity" and len(self.objects) <= MAX_OBJECTS
        for node, bucket in self.buckets[:MAX_LOOK_UPS] if is_looked_at else ():
            if any(_is_of_objects(one, bucket) for one in self.objects):
                continue
            message = "s3:* is about the bucket alone here, and no statement is about the objects in it"
            meant = self.arns.write(f"{bucket}/*")
            self.reader.warning(node, "207", message, f"add the resource {meant} beside {self.arns.write(bucket)}")

    def _misspelled(self, node: Scalar) -> None:
        """Of the developer tools all actions are known; of others, only what is nearly spelled like one is judged."""
        self.reader.looked_up += 1
        if self.reader.looked_up > MAX_LOOK_UPS:
            return
        vendor, _, name = node.text.partition(":")
        meant = actions.nearest(node.text)
        if not meant and vendor.lower() not in actions.ACTIONS:
            return
        like = "" if meant else ", ".join(actions.like(node.text))
        message = f"{vendor} has no action {name}{'' if meant else ', as of 2026'}: this entry is for nothing"
        hint = f"somewhat like it are {like}" if like else f"take it out, or write one of the actions of {vendor}"
        self.reader.warning(node, "206", message, f"did you mean {meant}?" if meant else hint)

    def _resource(self, node: Node) -> None:
        word = _placeholder(self.arns.read(node) or "")
        if word:
            message = f"this resource has the placeholder {word} of a hint in it, and nothing is named so"
            self.reader.warning(node, "210", message, f"write the name itself in place of {word}")
        is_told = self._form(node)
        self._sub(node)
        if isinstance(node, Scalar) and node.tag in ("", "!Sub"):
            self._region(node)
        if not isinstance(node, Scalar) or _opaque(node) or node.text == "*" or node.text.startswith("${"):
            return
        parts = node.text.split(":", 5)
        if parts[0] != "arn" or len(parts) < 6:
            self._no_arn(node, node.text, self._lacking(node.text) or self._arn_hint(node.text))
        elif not re.fullmatch(r"aws(-[a-z]+)*|\*|.*\$\{.*", parts[1]):
            message = f'Partition "{parts[1]}" is not valid for resource "{node.text}".'
            self.reader.error(node, "115", message, "the partition is aws, aws-cn or aws-us-gov")
        elif re.fullmatch(r"\d+", parts[4]) and len(parts[4]) != 12:
            message = f"{node.text} is of the account {parts[4][:20]}, and accounts have 12 digits: nothing is there"
            self.reader.warning(node, "208", message, "write the 12 digits of the account, with zeros in front")
        elif parts[2] == "codecommit" and "/" in parts[5] and not is_told and not re.search(r"[*?$]", parts[5]):
            message = f"{node.text} is about a repository with a / in its name, and none has one: it is for nothing"
            first, _, last = parts[5].rpartition("/")
            is_ref = "/refs/" in parts[5]  # what a condition is to name
            name = first.partition("/")[0] if is_ref else last
            beside = "; the branch belongs into Condition, as codecommit:References" if is_ref else ""
            self.reader.warning(node, "207", message, f"write {':'.join(parts[:5])}:{name}{beside}")

    def _form(self, node: Node) -> bool:
        """Complain about an ARN that no resource of its service has, whatever its name; whether it is one."""
        text = self.arns.read(node)
        meant = text if text is None else scopes.in_form(text, self.actions)
        if text is None or meant == text:
            return False
        service = text.split(":", 3)[2]
        message = f"no resource of {service} has an ARN like {text}: this entry is for nothing"
        hint = f"write {self.arns.write(self._as_there(node, text, meant or ''))}" if meant else _forms_hint(service)
        self.reader.warning(node, "207", message, hint)
        return True

    def _as_there(self, node: Node, text: str, meant: str) -> str:
        """The ARN that is meant, with the partition, Region and account as they are written there."""
        call = function(node)
        given = call[1] if call is not None and call[0] == "Fn::Sub" else node
        head, part = arnforms.divided(given.text) if isinstance(given, Scalar) else ("", "")
        return head + arnforms.divided(meant)[1] if head and part == arnforms.divided(text)[1] else meant

    def _sub(self, node: Node) -> None:
        """Complain about an ARN in an Fn::Sub that lacks a colon."""
        call = function(node)
        if call is None or call[0] != "Fn::Sub" or not isinstance(call[1], Scalar):
            return
        text = call[1].text
        hint = "" if arnforms.divided(text)[0] else self._lacking(text)
        if hint.startswith("a colon"):
            self._no_arn(node, text, hint)

    def _no_arn(self, node: Node, text: str, hint: str) -> None:
        self.reader.error(node, "115", f'Resource {text} must be in ARN format or "*".', hint)

    def _lacking(self, text: str) -> str:
        """What to write for an ARN that lacks a colon, the Region or the account; "" for others."""
        region, account = self.place
        what, meant = arnforms.completed(text, region, account)
        if not meant:
            return ""
        about = self._about()
        if ":s3:::" in meant and about == {"object"} and "/" not in meant:
            meant += "/*"
        known = what == "a colon" or (region, account) != _NOWHERE
        more = "" if known else f", with {what} that is meant"
        return f"{what} is missing: write {self.arns.write(meant)}{more}"

    def _arn_hint(self, text: str) -> str:
        """How a resource is written of which only the name is there."""
        if text.startswith("arn") or not re.fullmatch(r"[\w./*-]+", text):
            return "write it like arn:aws:s3:::bucket/*"
        action = self._meant(next(iter(self.actions), ""))
        if action.lower().startswith("s3:"):
            return self._bucket_hint(text)
        form = scopes.examples(action)[0]
        if form == "*" or not re.search(r"[:/](NAME(/\*)*|\*)$", form):
            return "write it like arn:aws:s3:::bucket/*"
        region, account = self.place
        start = re.sub(r"(NAME(/\*)*|\*)$", "", form.replace("us-east-1", region).replace("123456789012", account))
        end = form.rpartition("NAME")[2] if "NAME" in form else ""
        if scopes.type_of(action) == "log-stream" and "*" not in text:
            end = ":*"
        return f"write {start}{text}{end}" + ("" if account != "123456789012" else ", with your Region and account")

    def _about(self) -> frozenset[str]:
        """The types of what the statement's actions are about, looked up once for all its resources."""
        if self.about is None:
            self.about = frozenset(scopes.type_of(action) for action in self.actions)
        return self.about

    def _bucket_hint(self, text: str) -> str:
        kinds = self._about()
        both = f"write `{statements.value(self.reader.path, f'[arn:aws:s3:::{text}, arn:aws:s3:::{text}/*]')}`"
        if "/" in text or "object" not in kinds:
            return f"write arn:aws:s3:::{text}"
        return f"write arn:aws:s3:::{text}/*" if kinds == {"object"} else both

    def _region(self, node: Scalar) -> None:
        """Complain about a Region in an ARN of IAM or of a bucket: these have none."""
        parts = re.sub(r"\$\{[^}]*\}", "$", node.text).split(":", 5)
        if len(parts) < 6 or parts[0] != "arn" or not parts[3] or parts[2] not in ("iam", "s3"):
            return
        head, part = arnforms.divided(node.text)
        found = re.match(r"arn:(\$\{[^}]*\}|[^:]*):", head)
        partition, account = found[1] if found is not None else "aws", re.search(r"(\d*|\$\{[^}]*\}):$", head)
        if parts[2] == "iam":
            message = f"IAM resource {node.text} cannot contain region information."
            meant = f"arn:{partition}:iam::{account[1] if account is not None else ''}:{part}"
            self.reader.error(node, "115", message, f"leave the Region empty: {self.arns.write(meant)}")
        elif parts[5].partition("/")[0] not in _REGIONAL:
            message = f"Resource {node.text} can not contain region information."
            meant = f"arn:{partition}:s3:::{part}"
            self.reader.error(node, "115", message, f"leave Region and account empty: {self.arns.write(meant)}")

    # Principals

    def _principal_is_due(self, entry: Mapping) -> None:
        there = [key for key in ("Principal", "NotPrincipal") if key in entry]
        if self.sort == "identity" and there:
            message = "Policy document should not specify a principal."
            other = "; a policy on a resource needs one in every statement" if self.guessed else ""
            hint = f"take {there[0]} out: whom the policy is attached to is the principal{other}"
            self.reader.error(entry.key(there[0]), "110", message, hint)
        elif self.sort != "identity" and not there:
            other = "; in an identity policy, no statement has one" if self.guessed and self.sort == "resource" else ""
            hint = f'add "Principal", {self._whom_hint()}{other}'
            self.reader.error(entry, "112", "Missing required field Principal", hint)
        elif len(there) == 2:
            self.reader.error(
                entry.key("NotPrincipal"),
                "107",
                f"{_SYNTAX} Principal and NotPrincipal in one statement",
                "take one out",
            )

    def _whom_hint(self) -> str:
        """Who may be the principal of a statement that has none."""
        if self.sort == "trust":
            such = ":" if self.arns.takers else ", such as"
            return f'who takes on the role{such} "Principal": {json.dumps(self._takers())}'
        if self.somebody is None:
            whom = '"Principal": {"AWS": "123456789012"}, with the account that is meant'
            return f"who may do this, such as {whom}"
        line, known = self.somebody
        rows = [f"{key}: {statements.one_or_list([*map(statements.quoted, names)])}" for key, names in known.items()]
        text = statements.pair(self.reader.path, f"Principal: {{{', '.join(rows)}}}")
        return f"who may do this, such as that of line {line}: `{text}`"

    def _takers(self) -> dict[str, str | list[str]]:
        """The principal of a trust policy: the services that take on the role, or one as an example."""
        takers = self.arns.takers or ("codebuild.amazonaws.com",)
        return {"Service": takers[0] if len(takers) == 1 else [*takers]}

    def _principal(self, entry: Mapping, key: str) -> dict[str, tuple[str, ...]] | None:
        node = entry.get(key)
        if node is None or _opaque(node):
            return None
        if isinstance(node, Scalar):
            if node.text != "*":
                message = f"Invalid principal in policy: {node.text!r}"
                key = "Service" if ".amazon" in node.text or node.text in principals.AT_AMAZONAWS else "AWS"
                mend = principals.mend_of(key, node.text, self.place[1]) or principals.Mend(key, node.text)
                pair = f"{{{mend.key}: {statements.quoted(mend.value)}}}"
                text = statements.pair(self.reader.path, f"Principal: {pair}")
                hint = f"write `{text}`" + (f", {mend.more}" if mend.more else "")
                self.reader.error(node, "121", message, hint)
            return {"AWS": (node.text,)}
        table = self.reader.mapping(node, key)
        found, compared = {}, _principal_arns(entry)
        for name, value in table.items if table else ():
            if name.text not in PRINCIPALS:
                message = f"Invalid principal in policy: {name.text!r}"
                meant = next((one for one in PRINCIPALS if one.lower() == name.text.lower()), "")
                hint = f"did you mean {meant}?" if meant else f"known: {', '.join(PRINCIPALS)}"
                self.reader.error(name, "121", message, hint)
            for item in self._values(value, name.text):
                self._principal_value(name.text, item, compared)
            found[name.text] = texts(value)
        return found

    def _principal_value(self, key: str, node: Node, compared: tuple[str, ...]) -> None:
        if not isinstance(node, Scalar) or _opaque(node) or "${" in node.text:
            return
        text = node.text
        mend = principals.mend_of(key, text, self.place[1], compared)
        if mend is not None:
            hint = f"write {self._pair_of(mend)}" + (f", {mend.more}" if mend.more else "")
            self.reader.error(node, "121", f'Invalid principal in policy: "{key}":"{text}"', hint)

    def _assuming(self, entry: Mapping, statement: Statement, given: tuple[Node, ...]) -> None:
        """Complain about a trust in which nobody can take on the role in the way that is allowed."""
        known, who = statement.principals, entry.get("Principal")
        if self.sort != "trust" or statement.effect != "Allow" or not known or who is None or not _is_written_out(who):
            return
        ways = {principals.assuming(key, text): (key, text) for key, names in known.items() for text in names}
        way, (key, text) = next(iter(ways.items()), ("", ("", "")))
        if len(ways) != 1 or not way or any(_fits(way.lower(), one.lower()) for one in statement.actions):
            return
        others = {one.lower() for one in principals.ASSUMING}
        for node in given:
            if isinstance(node, Scalar) and not node.tag and node.text.lower() in others:
                message = f'"{key}": "{text}" never does {node.text}: nobody takes on the role by this statement'
                self.reader.warning(node, "214", message, f"write {way}")
                return

    def _pair_of(self, mend: principals.Mend) -> str:
        return f"`{statements.pair(self.reader.path, f'{mend.key}: {statements.quoted(mend.value)}')}`"

    # Conditions

    def _conditions(self, entry: Mapping) -> Iterator[Comparison]:
        node = entry.get("Condition")
        if node is None or _opaque(node):
            return
        table, service = self.reader.mapping(node, "Condition"), _service_of(entry)
        for name, value in table.items if table else ():
            operator = _operator(name.text)
            if operator is None:
                self._unknown_operator(name)
                operator = near(name.text, OPERATORS)
            keys = None if _opaque(value) else self.reader.mapping(value, name.text)
            for key, given in keys.items if keys else ():
                self._condition_key(key)
                for item in self._values(given, f"{name.text}: {key.text}"):
                    self._condition_value(operator, item)
                    self._condition_text(operator, key.text, item, service, "IfExists" in name.text)
                yield Comparison(name.text, key.text, texts(given))

    def _condition_key(self, key: Scalar) -> None:
        """Complain about a key that no request has. Those that are not known, and not nearly known, are not judged."""
        if "${" in key.text:
            return
        if ":" not in key.text:
            message = f"Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. {key.text!r} is not"
            meant = conditions.key_of_all(key.text)
            hint = f"did you mean {meant}?" if meant else "write the service in front, such as aws:SourceAccount"
            self.reader.error(key, "113", message, hint)
            return
        self.reader.looked_up += 1
        meant = conditions.meant_key(key.text) if self.reader.looked_up <= MAX_LOOK_UPS else ""
        if meant:
            message = f"there is no condition key {key.text}: no request has it"
            self.reader.warning(key, "209", message, f"did you mean {meant}?")

    def _unknown_operator(self, name: Scalar) -> None:
        import difflib

        near = difflib.get_close_matches(name.text[:60], OPERATORS, 1)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(OPERATORS)}"
        self.reader.error(name, "116", f"{_SYNTAX} There is no condition operator {name.text!r}", hint)

    def _condition_value(self, operator: str, node: Node) -> None:
        if not isinstance(node, Scalar) or _opaque(node) or "${" in node.text:
            return
        wrong = _wrong_value(operator, node.text)
        if not wrong:
            return
        if operator.startswith("Date"):
            self.reader.error(
                node, "118", f"The policy failed legacy parsing: {node.text!r} is not {wrong}", f"write {wrong}"
            )
        else:
            message = f"{operator} compares with {node.text!r}, which is not {wrong}: it never holds"
            self.reader.warning(node, "202", message, f"write {wrong}")

    def _condition_text(self, operator: str, key: str, node: Node, service: str, may_be_missing: bool) -> None:
        """Complain about a text that a key never has."""
        if not isinstance(node, Scalar) or _opaque(node) or "${" in node.text or not conditions.is_of_texts(operator):
            return
        what, hint = conditions.wrong_text(operator, key, node.text, service)
        if what:
            never = "it holds only where there is no such key" if may_be_missing else "it never holds"
            outcome = "it always holds" if "Not" in operator else never
            self.reader.warning(node, "202", f"{key} is {what}, and never {node.text!r}: {outcome}", hint)
        elif conditions.is_pattern(operator, key, node.text):
            like = "StringNotLike" if "Not" in operator else "StringLike"
            message = f"{operator} takes the * of {node.text!r} for a plain character, and {key} has none"
            hint = f"compare {key} with {like}{'IfExists' if may_be_missing else ''}: there, * stands for any text"
            self.reader.warning(node, "202", message, hint)

    def _transport(self, entry: Mapping, effect: str) -> None:
        """Complain about a Deny of what comes by HTTPS, or an Allow of what comes by HTTP."""
        table = entry.get("Condition")
        keys = table.get("Bool") or table.get("BoolIfExists") if isinstance(table, Mapping) else None
        given = keys.get("aws:SecureTransport") if isinstance(keys, Mapping) else None
        node = given.items[0] if isinstance(given, Sequence) and len(given.items) == 1 else given
        wrong = {"Deny": "true", "Allow": "false"}.get(effect, "")
        if not isinstance(node, Scalar) or node.tag or not wrong or node.text.lower() != wrong:
            return
        does = (
            "denies what comes by HTTPS, and lets HTTP pass" if effect == "Deny" else "allows what comes by HTTP only"
        )
        other = "false" if effect == "Deny" else "true"
        self.reader.warning(node, "212", f"this {does}: aws:SecureTransport is true for HTTPS", f'write "{other}"')

    def _absent(self, entry: Mapping) -> None:
        """Complain about a key that Null wants to be missing, and that is compared all the same."""
        table = entry.get("Condition")
        null = table.get("Null") if isinstance(table, Mapping) else None
        if not isinstance(table, Mapping) or not isinstance(null, Mapping) or len(null.items) > MAX_KEYS:
            return
        absent = {key.text.lower(): (key.text, value) for key, value in null.items if texts(value) == ("true",)}
        for name, keys in table.items if absent else ():
            for key in keys.keys() if isinstance(keys, Mapping) and name.text != "Null" else ():
                spelled, value = absent.pop(key.lower(), ("", entry))
                if spelled:
                    holds = re.search("IfExists|Not|ForAllValues", name.text) is not None
                    outcome = f"for them {name.text} of it {'always' if holds else 'never'} holds"
                    message = f"Null asks for requests without {spelled}, and {outcome}"
                    self.reader.warning(value, "202", message, 'write "false": the key is there')

    # What a Deny takes back

    def _remember(self, entry: Mapping, statement: Statement, acts: tuple[Node, ...], given: tuple[Node, ...]) -> None:
        """Keep what a statement allows, or denies without a condition, where all of it is written out."""
        if any(key in entry for key in ("NotAction", "NotResource", "NotPrincipal")):
            return
        who = entry.get("Principal")
        known = who is None or (statement.principals is not None and _is_written_out(who))
        about = tuple(self.arns.read(one) for one in given) if given else None
        rights = denials.Rights(statement.actions, about, statement.principals)
        if statement.effect == "Deny" and "Condition" not in entry:
            self.denied.append((entry, rights))
        elif statement.effect == "Allow" and known and len(statement.actions) == len(acts):
            self.allowed.append((entry, statement.sid, rights))

    def _taken_back(self) -> None:
        """Complain about a Deny that leaves nothing of what another statement allows."""
        for i, found in denials.dead([one for _, one in self.denied], [one for _, _, one in self.allowed]):
            named = [
                f"{sid} (line {entry.line})" if sid else f"on line {entry.line}"
                for entry, sid, _ in (self.allowed[k] for k in found[:MAX_STATEMENTS])
            ]
            more = f" and {len(found) - MAX_STATEMENTS} more" if len(found) > MAX_STATEMENTS else ""
            one = len(found) == 1
            what = f"the statement{'' if one else 's'} {', '.join(named)}{more}"
            message = f"this Deny takes back all that {what} allow{'s' if one else ''}: a Deny always wins"
            spared = denials.spared(self.denied[i][1], [self.allowed[k][2] for k in found])
            if spared:
                pair = statements.pair(self.reader.path, f"NotAction: {statements.one_or_list(spared)}")
                hint = f'to let it pass, write `{pair}` in place of the "Action" of this Deny; else take out {what}'
            else:
                hint = (
                    f"take out this Deny if it is to be allowed, else {what}; or let the Deny name fewer actions or "
                    "resources, or give it a Condition"
                )
            self.reader.warning(self.denied[i][0], "211", message, hint)

    # Advice

    def _advise(self, entry: Mapping, statement: Statement, version: str) -> None:
        if statement.effect.capitalize() != "Deny" and self.sort == "identity":
            if {"*", "*:*"} & {*statement.actions} and "*" in statement.resources and not statement.conditions:
                message = "every action on every resource is allowed: whoever has this policy is an administrator"
                self.reader.warning(
                    entry.key("Action"), "203", message, "name the actions and resources that are needed"
                )
            else:
                self._pass_role(entry, statement)
        if version == VERSIONS[1]:
            variable = _variable(entry)
            if variable is not None:
                message = f"policy variables such as {variable.text[:60]} are only replaced in version 2012-10-17"
                self.reader.warning(variable, "205", message, 'write "Version": "2012-10-17"')

    def _pass_role(self, entry: Mapping, statement: Statement) -> None:
        """Complain about a right to pass every role on.

        IAM Access Analyzer, PASS_ROLE_WITH_STAR_IN_RESOURCE: it wants ARNs of roles, or iam:PassedToService. The hint
        has the ARNs: some services, CodeBuild among them, do not support that key (IAM condition context keys).
        """
        passing = [one for one in statement.actions if one.lower().replace(".", ":", 1) == "iam:passrole"]
        if not passing or statement.conditions or not any(map(_EVERY_ROLE.fullmatch, statement.resources)):
            return
        role = self._example("iam:PassRole")
        if len(statement.actions) == 1:
            alone = statements.value(self.reader.path, role)
            hint = f"write the ARN of the role that is passed as Resource, such as `{alone}`"
        else:
            text = statements.written(self.reader.path, ["iam:PassRole"], role)
            hint = f"move iam:PassRole into a statement of its own, with the ARN of the role that is passed: {text}"
        message = "iam:PassRole on every role lets whoever has it act with any role of the account"
        self.reader.warning(entry.key("Resource"), "204", message, hint)


_EVERY_ROLE = re.compile(r"\*|arn:[^:]*:iam::[^:]*:(role/)?\*")
_A = {"object": "an", "application": "an", "instance": "an"}
_WORDS = {
    "stage": "a stage of a pipeline",
    "action": "an action of a pipeline",
    "event-bus": "an event bus",
    "instance-profile": "an instance profile",
    "key": "a key, by its id",
    "secret": "a secret, by its name and the six characters behind it",
    "log-group": "a log group",
    "log-stream": "the streams of a log group",
}
"""Types of resources in words."""
MAX_STATEMENTS = 3
"""A hint shows so many statements."""
MAX_OBJECTS = 500
"""Of so many resources of Amazon S3 in one policy, none is looked for; IAM's policies are shorter."""
MAX_IDLE = 10
"""A finding names so many actions."""


def _place(document: Mapping) -> tuple[str, str] | None:
    """Region and account of the first ARN among the resources that has both."""
    for statement in _statements(document):
        for text in texts(statement.get("Resource")):
            found = re.match(r"arn:[^:]*:[^:]*:([a-z]+(?:-[a-z]+)+-\d):(\d{12}):", text)
            if found is not None:
                return found[1], found[2]
    return None


def _placeholder(arn: str) -> str:
    """What stands for a name in the examples of hints, and was left as it is; "" when nothing was."""
    found = re.search(rf"^arn:.*[:/]({'|'.join(scopes.PLACEHOLDERS)})(?=$|[:/]|-\*)", arn)
    return found[1] if found is not None else ""


def _forms_hint(service: str) -> str:
    """What the ARNs of a service end with, where it is not known which is meant."""
    starts = ", ".join(f"{start}NAME" for start in arnforms.STARTS.get(service, ()))
    return f"after the account, write one of {starts}"


def _about(action: str) -> str:
    """What an action is about, in words."""
    kind = scopes.type_of(action)
    if action.lower() in scopes.ONLY_ALL:
        return '"*" alone'
    if action.lower() in scopes.WHOLE:
        return 'all that there is, "*"'
    if ":role/" in scopes.FORMS.get(action.lower(), ""):
        return "a role"
    return _WORDS.get(kind, f"{_A.get(kind, 'a')} {kind}") if kind else f"resources of {action.partition(':')[0]}"


def _idle_words(actions: tuple[str, ...]) -> str:
    """Of actions that no resource of their statement fits."""
    if len(actions) == 1:
        about = _about(actions[0])
        return f"{actions[0]} is about {about}, and no resource of the statement can be one: it is for nothing"
    named = ", ".join(f"{action} (about {_about(action)})" for action in actions[:MAX_IDLE])
    more = f" and {len(actions) - MAX_IDLE} more" if len(actions) > MAX_IDLE else ""
    return f"no resource of the statement can be what these actions are about, so they are for nothing: {named}{more}"


def _vendor_hint(text: str, meant: str, sort: Sort) -> str:
    """What an action without a service is to be."""
    if ":" in meant:
        return f"did you mean {meant}?"
    if sort == "trust" and text.lower().startswith("assumerole"):
        return f"did you mean sts:{text}?"
    found = actions.services_with(text)
    if len(found) == 1:
        return f"did you mean {found[0]}:{text}?"
    some = " or ".join(f"{service}:{text}" for service in found[:3])
    return f"write the service in front: {some}" if some else "write it like codebuild:StartBuild"


def _colon_hint(node: Scalar, given: Node | None, path: str) -> str:
    """What to write for an action with several colons in it; `given` is what it stands in, be it a list."""
    several = [one for one in re.split(r"[,\s]+", node.text) if one]
    if len(several) > 1 and all(one.count(":") == 1 for one in several):
        texts = several if statements.is_yaml(path) else [f'"{one}"' for one in several]
        if not isinstance(given, Sequence):
            return f"write a list: [{', '.join(texts)}]"
        count = {2: "two", 3: "three"}.get(len(texts), str(len(texts)))
        if statements.is_yaml(path) and _has_dashes(given):
            return f"write {count} entries: {' and '.join(f'`- {one}`' for one in texts)}, each on its own line"
        return f"write {count} entries: {', '.join(texts)}"
    vendor, _, rest = node.text.partition(":")
    return f"write it like {vendor}:{''.join(rest.split(':')) or 'StartBuild'}"


def _has_dashes(rows: Sequence) -> bool:
    """Whether a list of YAML is written with a dash for each entry: the first one stands behind it and a space."""
    return rows.items[0].line == rows.line and rows.items[0].column >= rows.column + 2


def _opaque(node: Node) -> bool:
    """Whether a value is an intrinsic function of a template: its outcome is not known here."""
    return getattr(node, "tag", "") != "" or (function(node) is not None and "Condition" not in _keys(node))


def _service_of(entry: Mapping) -> str:
    """The first service among the principals of a statement, by its first word."""
    who = entry.get("Principal")
    named = texts(who.get("Service")) if isinstance(who, Mapping) else ()
    return (principals.service_meant(named[0]) or named[0]).partition(".")[0] if named else ""


def _principal_arns(entry: Mapping) -> tuple[str, ...]:
    """The ARNs that a statement's Condition wants aws:PrincipalArn to be, or to be like."""
    table = entry.get("Condition")
    found: list[str] = []
    for name, keys in table.items if isinstance(table, Mapping) else ():
        if name.text in ("ArnLike", "ArnEquals", "StringLike", "StringEquals") and isinstance(keys, Mapping):
            found += [
                one for key, given in keys.items if key.text.lower() == "aws:principalarn" for one in texts(given)
            ]
    return tuple(found)


def _somebody(document: Mapping) -> tuple[int, dict[str, tuple[str, ...]]] | None:
    """(line, principals) of the first statement that allows something, and whose principals are written out right."""
    for statement in _statements(document):
        who, effect = statement.get("Principal"), statement.get("Effect")
        if not isinstance(who, Mapping) or texts(effect) != ("Allow",) or not _is_written_out(who):
            continue
        known = {key.text: texts(value) for key, value in who.items if key.text in PRINCIPALS}
        if known and not any(principals.mend_of(key, one, "") for key, names in known.items() for one in names):
            return statement.line, known
    return None


def _is_written_out(principal: Node) -> bool:
    """Whether each principal is a text, and none the outcome of a function."""
    if isinstance(principal, Scalar):
        return not principal.tag
    values = [value for _, value in principal.items] if isinstance(principal, Mapping) else []
    return all(len(texts(one)) == (len(one.items) if isinstance(one, Sequence) else 1) for one in values)


def _keys(node: Node) -> tuple[str, ...]:
    return node.keys() if isinstance(node, Mapping) else ()


def _said(nodes: tuple[Node, ...]) -> tuple[str, ...]:
    return tuple(node.text for node in nodes if isinstance(node, Scalar) and not node.tag)


def _assumes(action: str) -> bool:
    return any(_fits(action, known) for known in TRUST_ACTIONS)


def _variable(entry: Mapping) -> Scalar | None:
    for key in ("Resource", "NotResource"):
        node = entry.get(key)
        for item in node.items if isinstance(node, Sequence) else (node,):
            if isinstance(item, Scalar) and not item.tag and "${aws:" in item.text:
                return item
    return None


def _operator(name: str) -> str | None:
    """The operator without `ForAllValues:`, `ForAnyValue:` and `IfExists`; None when there is no such operator."""
    bare = name.removeprefix("ForAllValues:").removeprefix("ForAnyValue:")
    if bare.endswith("IfExists") and bare != "NullIfExists":
        bare = bare.removesuffix("IfExists")
    return bare if bare in OPERATORS else None


_DAY = r"-?\d{1,9}(-\d{1,2}(-\d{1,2})?)?"
_TIME = r"T\d{1,2}(:\d{1,2}(:\d{1,2}(\.\d{1,9})?)?)?(Z|[+-]\d{2}(:?\d{2})?)?"
_DATE = re.compile(f"{_DAY}({_TIME})?", re.IGNORECASE)


def _wrong_value(operator: str, text: str) -> str:
    """What a value of that operator should be, when it is not; else ""."""
    if operator.startswith("Numeric"):
        return "" if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else "a number"
    if operator.startswith("Date"):
        return "" if _DATE.fullmatch(text) else "a date such as 2026-01-05T09:00:00Z"
    if operator in ("Bool", "Null"):
        return "" if text.lower() in ("true", "false") else "true or false"
    if operator in ("IpAddress", "NotIpAddress"):
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError:
            return "an address or a block such as 203.0.113.0/24"
    return ""


__all__ = [
    "MAX_ROWS",
    "OPERATORS",
    "PRINCIPALS",
    "Comparison",
    "Policy",
    "Sort",
    "Statement",
    "allows",
    "as_meant",
    "check_policy",
    "is_idle",
    "may_allow",
    "permits",
    "read_policy",
    "sort_of",
    "statements_of",
    "texts",
]
