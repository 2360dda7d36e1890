"""What to give a role that lacks an action: the statement, with the resource that the template knows for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from sim.formats import scopes
from sim.formats.check.arns import ARNS, REFS
from sim.formats.check.names import NAME_OF
from sim.formats.check.template import Found, get, referred, rows, text_of
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Scalar, inner
from sim.formats.nodes import Sequence as List
from sim.formats.policy import Statement
from sim.formats.statements import one_or_list, pair, quoted, written

ANY = quoted("*")
"""Every resource, as YAML."""
_VARIABLE = re.compile(r"\$\{(\w+)(?:\.[\w.]+)?\}")
_PLACEHOLDER = re.compile(f"(?:{'|'.join(scopes.PLACEHOLDERS)})(?:-\\*)?")
_KINDS = {
    "object": "AWS::S3::Bucket",
    "bucket": "AWS::S3::Bucket",
    "project": "AWS::CodeBuild::Project",
    "report-group": "AWS::CodeBuild::ReportGroup",
    "codecommit": "AWS::CodeCommit::Repository",
    "codeconnections": "AWS::CodeConnections::Connection",
    "pipeline": "AWS::CodePipeline::Pipeline",
    "codestar-connections": "AWS::CodeStarConnections::Connection",
    "ecr": "AWS::ECR::Repository",
    "function": "AWS::Lambda::Function",
    "secret": "AWS::SecretsManager::Secret",
    "key": "AWS::KMS::Key",
    "sns": "AWS::SNS::Topic",
    "sqs": "AWS::SQS::Queue",
    "states": "AWS::StepFunctions::StateMachine",
}
"""What an action is about (the type of resource, or the service) -> the type of a template's resources that are one."""
_NAMED_IN_ARN = {"AWS::CodePipeline::Pipeline": "codepipeline:us-east-1:123456789012:"}
"""Resource type without an attribute for its ARN here -> what the ARN looks like, up to the name."""


class Grants:
    """Statements for the roles of one template."""

    def __init__(self, template: Found):
        self.template = template
        self.allowed: dict[str, tuple[Statement, ...] | None] = {}
        """Role -> what it may do, once it was asked for."""
        self._free: dict[tuple[str, str], bool] = {}

    # Resources

    def example(self, action: str, holder: str) -> str:
        """A resource that an action is about, as YAML: the template's, if it has just one. `holder` has the policy."""
        kind = scopes.type_of(action) or (action.partition(":")[0].lower() if action.lower() in scopes.FORMS else "")
        passed = kind == "role" or ":role/" in scopes.FORMS.get(action.lower(), "")
        there = self._passed if passed else self._of_type(_KINDS.get(kind, "none"))
        if len(there) == 1:
            return self.own(there[0], holder, "/*" if kind == "object" else "")
        forms = scopes.examples(action)
        return one_or_list([_placed(one if passed else _PLACEHOLDER.sub("*", one)) for one in forms])

    @cached_property
    def _passed(self) -> list[str]:
        """The roles that the pipelines of the template pass on: those of their stacks."""
        found: dict[str, None] = {}
        for name, _ in self.template.of_type("AWS::CodePipeline::Pipeline"):
            declared = self.template.declared(name)
            for where, node in declared.nodes.items() if declared is not None else ():
                if where[-2:] == ("configuration", "RoleArn") and self.template.type_of(referred(node)):
                    found[referred(node)] = None
        return list(found)

    def role(self) -> str:
        """A role that only who reads the hint can name, as YAML."""
        return _placed(scopes.examples("iam:PassRole")[0])

    def _of_type(self, kind: str) -> list[str]:
        """The names of the resources of a type, also of those without properties."""
        return self._types.get(kind, [])

    @cached_property
    def _types(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.template.resources:
            found.setdefault(self.template.type_of(name), []).append(name)
        return found

    def own(self, name: str, holder: str, rest: str = "") -> str:
        """The ARN of a resource of the template, as YAML, without a circle between it and who has the policy."""
        kind = self.template.type_of(name)
        if self._is_free(name, holder) and kind not in _NAMED_IN_ARN:
            if kind in REFS:
                return f"!Ref {name}"
            return f"!Sub '${{{name}.Arn}}{rest}'" if rest else f"!GetAtt {name}.Arn"
        form = ARNS.get(kind) or REFS.get(kind) or f"arn:aws:{_NAMED_IN_ARN[kind]}{{{{{{}}}}}}"
        return _placed(form.partition("{")[0] + self._name(name, holder) + rest)

    def _name(self, name: str, holder: str) -> str:
        """The name of a resource, as Fn::Sub takes it; * where saying it would make a circle."""
        if self._is_free(name, holder):
            return f"${{{name}}}"
        key = NAME_OF.get(self.template.type_of(name), "")
        given = get(self.template.resources.get(name), "Properties", key)
        return "*" if given is None else self.piece(given, holder)

    def piece(self, node: Node | None, holder: str) -> str:
        """A name, as a part of what Fn::Sub takes; * where it is not known."""
        name, call = referred(node), function(node) if node is not None else None
        if isinstance(node, Scalar) and call is None:
            return node.text.replace("${", "${!")
        if name in self.template.resources and call is not None and call[0] in ("Ref", "Fn::GetAtt"):
            attribute = ".Name" if self.template.type_of(name) == "AWS::CodeCommit::Repository" else ""
            return f"${{{name}{attribute}}}" if attribute and self._is_free(name, holder) else self._name(name, holder)
        text = _sub(node)
        if text is not None and all(self._is_free(one, holder) for one in _VARIABLE.findall(text)):
            return text
        return f"${{{name}}}" if call is not None and call[0] == "Ref" and name else "*"

    def short(self, node: Node | None, holder: str) -> str:
        """A value as YAML, functions in their short form; "" where it is not that simple, or would make a circle."""
        call = function(node) if node is not None else None
        if isinstance(node, Scalar) and call is None:
            return quoted(node.text)
        name, text = referred(node), _sub(node)
        if text is not None and all(self._is_free(one, holder) for one in _VARIABLE.findall(text)):
            return f"!Sub {quoted(text)}"
        if call is None or call[0] not in ("Ref", "Fn::GetAtt") or not self._is_free(name, holder):
            return ""
        attribute = _attribute(call[1]) if call[0] == "Fn::GetAtt" else ""
        return f"!GetAtt {attribute}" if attribute else f"!Ref {name}"

    def arn(self, form: str, *names: str) -> str:
        """An ARN as YAML: each `{}` of the form, such as codebuild:project/{}, is a name as Fn::Sub takes it."""
        service, _, rest = form.partition(":")
        text = "".join(part + name for part, name in zip(rest.split("{}"), [*names, ""], strict=True))
        account = ":${AWS::Region}:${AWS::AccountId}:" if service != "s3" else ":::"
        return f"!Sub {quoted('arn:${AWS::Partition}:' + service + account + text)}"

    def bucket(self, location: Node, holder: str, rest: str) -> str:
        """A bucket that is named, as YAML; with `rest` /* its objects."""
        name = referred(location)
        if self.template.type_of(name) == "AWS::S3::Bucket":
            return self.own(name, holder, rest)
        return self.arn("s3:{}" + rest, self.piece(location, holder))

    def stored(self, value: Node | None, holder: str, action: str) -> str:
        """The secret or parameter that a build takes by its name or ARN, as YAML."""
        text, is_secret = text_of(value), action.startswith("secretsmanager:")
        if text is not None and text.startswith("arn:"):
            return quoted(":".join(text.split(":")[:7]))  # a key of a secret may follow
        if self.template.type_of(referred(value)) == "AWS::SecretsManager::Secret" and is_secret:
            return self.own(referred(value), holder)
        name = "*" if text is None else self.piece(value, holder).partition(":")[0]
        if is_secret:
            return self.arn("secretsmanager:secret:{}", name if name == "*" else f"{name}-*")
        return self.arn("ssm:parameter/{}", name.lstrip("/"))

    # Circles

    def _is_free(self, name: str, holder: str) -> bool:
        """Whether what has the policy may refer to a resource: that one does not need it, be it through others."""
        if (name, holder) not in self._free:
            self._free[name, holder] = holder not in self._reached(name)
        return self._free[name, holder]

    def _reached(self, name: str) -> set[str]:
        """A resource, and all that it needs."""
        seen, below = {name}, [name]
        while below:
            new = [other for other in self._needs.get(below.pop(), ()) if other not in seen]
            seen.update(new)
            below += new
        return seen

    @cached_property
    def _needs(self) -> dict[str, tuple[str, ...]]:
        """Resource -> what it refers to."""
        return {name: tuple(dict.fromkeys(_names(node))) for name, node in self.template.resources.items()}

    # Statements

    def hint(self, role: tuple[str, Mapping], wanted: Sequence[tuple[str, str]]) -> str:
        """What to add so that a role may do what it lacks. `wanted` are pairs of an action and a resource as YAML."""
        path = self.template.path
        by_resource: dict[str, list[str]] = {}
        for action, resource in wanted:
            by_resource.setdefault(resource, []).append(action)
        texts = [written(path, actions, resource) for resource, actions in by_resource.items()]
        where = self._where(role)
        if where:
            return f"add {'a statement' if len(texts) == 1 else 'statements'} to {where}: {' and '.join(texts)}"
        name, properties = role
        statements = ", ".join(text.strip("`") for text in texts)
        policy = f"PolicyName: allow, PolicyDocument: {{Version: '2012-10-17', Statement: [{statements}]}}"
        text = pair(path, f"Policies: [{{{policy}}}]")
        return f"add to the Properties of {name} (line {properties.line}): `{text}`"

    def _where(self, role: tuple[str, Mapping]) -> str:
        """Where a statement belongs that a role lacks; "" when it has no policy yet."""
        name, properties = role
        policies = rows(properties.get("Policies"))
        if policies:
            document = get(policies[0], "PolicyDocument")
            key = document.key("Statement") if isinstance(document, Mapping) else None
            if key is None:
                return f"the Policies of {name}, line {policies[0].line}"
            one = isinstance(get(document, "Statement"), Mapping)
            return f"the Statement of {name}, line {key.line}{', as a list with the one there' if one else ''}"
        for kind in ("AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy"):
            for other, table in self.template.of_type(kind):
                given = table.get("Roles") or table.get("RoleName")
                document = table.get("PolicyDocument")
                if document is not None and name in {referred(node) for node in rows(given) or (given,)}:
                    return f"the PolicyDocument of {other}, line {document.line}"
        return ""


def _placed(arn: str) -> str:
    """An ARN that holds for wherever the stack is made, as YAML."""
    if arn == "*":
        return ANY
    text = arn.replace("arn:aws:", "arn:${AWS::Partition}:", 1)
    text = text.replace(":us-east-1:", ":${AWS::Region}:", 1).replace(":123456789012:", ":${AWS::AccountId}:", 1)
    return f"!Sub {quoted(text)}"


def _sub(node: Node | None) -> str | None:
    call = function(node) if node is not None else None
    return call[1].text if call is not None and call[0] == "Fn::Sub" and isinstance(call[1], Scalar) else None


def _attribute(argument: Node) -> str:
    return ".".join(text_of(item) or "" for item in rows(argument)) or text_of(argument) or ""


def _names(node: Node) -> Iterator[str]:
    """The logical ids that a resource refers to."""
    depends = get(node, "DependsOn")
    yield from (text_of(one) or "" for one in rows(depends) or (depends,))
    below = [node]
    while below:
        one = below.pop()
        call = function(one)
        if call is not None and call[0] == "Fn::Sub":
            first = call[1].items[0] if isinstance(call[1], List) and call[1].items else call[1]
            yield from _VARIABLE.findall(first.text if isinstance(first, Scalar) else "")
        name = referred(one)
        if name:
            yield name
        below += inner(one)


Resources = Callable[[str], str]
"""An action -> the resource it is about, as YAML."""
