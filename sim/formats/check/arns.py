"""ARNs as templates write them: with functions that stand for the names and ARNs of their own resources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sim.core.problems import Problem
from sim.formats import scopes
from sim.formats.check.schemas import ATTRIBUTES
from sim.formats.check.template import Found, get, rows, text_of
from sim.formats.intrinsics import function
from sim.formats.nodes import Node, Scalar, Sequence
from sim.formats.policy import MAX_ROWS, texts

_FORMS = {
    "AWS::CodeBuild::Project": "codebuild:us-east-1:123456789012:project/",
    "AWS::CodeBuild::ReportGroup": "codebuild:us-east-1:123456789012:report-group/",
    "AWS::CodeCommit::Repository": "codecommit:us-east-1:123456789012:",
    "AWS::DynamoDB::Table": "dynamodb:us-east-1:123456789012:table/",
    "AWS::ECR::Repository": "ecr:us-east-1:123456789012:repository/",
    "AWS::ECS::Cluster": "ecs:us-east-1:123456789012:cluster/",
    "AWS::Events::Rule": "events:us-east-1:123456789012:rule/",
    "AWS::IAM::Role": "iam::123456789012:role/",
    "AWS::KMS::Key": "kms:us-east-1:123456789012:key/",
    "AWS::Lambda::Function": "lambda:us-east-1:123456789012:function:",
    "AWS::Logs::LogGroup": "logs:us-east-1:123456789012:log-group:",
    "AWS::S3::Bucket": "s3:::",
    "AWS::SQS::Queue": "sqs:us-east-1:123456789012:",
    "AWS::StepFunctions::StateMachine": "states:us-east-1:123456789012:stateMachine:",
}
ARNS = {kind: f"arn:aws:{form}{{{{{{}}}}}}" for kind, form in _FORMS.items()}
"""Resource type -> what its attribute Arn looks like; names of resources stand in braces: no sign of a pattern."""
_REF_FORMS = {
    "AWS::CodeConnections::Connection": "codeconnections:us-east-1:123456789012:connection/",
    "AWS::CodeStarConnections::Connection": "codestar-connections:us-east-1:123456789012:connection/",
    "AWS::SNS::Topic": "sns:us-east-1:123456789012:",
    "AWS::SecretsManager::Secret": "secretsmanager:us-east-1:123456789012:secret:",
    "AWS::StepFunctions::StateMachine": "states:us-east-1:123456789012:stateMachine:",
}
REFS = {kind: f"arn:aws:{form}{{{{{{}}}}}}" for kind, form in _REF_FORMS.items()}
"""Resource type -> the ARN that Ref gives."""
NAMED = (
    "AWS::CodeBuild::Project",
    "AWS::CodeCommit::Repository",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::CodePipeline::Pipeline",
    "AWS::ECR::Repository",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
)
"""Types whose Ref is a name or an id, and no ARN."""
_VARIABLE = re.compile(r"\$\{(\w+)(\.Arn)?\}")


def written_arn(template: Found, node: Node) -> str | None:
    """An ARN with the names and attributes Arn in it replaced; None for what is not known."""
    text = _text(template, node)
    return text if text is None else text.replace("${AWS::Partition}", "aws")


def _text(template: Found, node: Node) -> str | None:
    call = function(node)
    if call is None:
        return node.text if isinstance(node, Scalar) else None
    name, argument = call
    if name == "Ref" and isinstance(argument, Scalar):
        return _ref(template, argument.text)
    if name == "Fn::Sub" and isinstance(argument, Scalar):
        return _VARIABLE.sub(lambda found: _replaced(template, *found.groups()) or found[0], argument.text)
    if name == "Fn::GetAtt":
        parts = [text_of(item) or "" for item in rows(argument)] or (text_of(argument) or "").split(".")
        return _arn(template, parts[0]) if parts[1:] == ["Arn"] else None
    if name == "Fn::Join" and isinstance(argument, Sequence) and len(argument.items) == 2:
        return _joined(template, *argument.items)
    return None


def as_written(arn: str) -> str:
    """How such an ARN is written in a template."""
    text = re.sub(r"arn:aws:[\w:/-]*?(?<!\$)\{(\w+)\}", r"${\1.Arn}", arn)
    text = re.sub(r"(?<!\$)\{(\w+)\}", r"${\1}", text)  # the name in an ARN whose other parts are written out
    alone = re.fullmatch(r"\$\{(\w+\.Arn)\}", text)
    if alone is not None:
        return f"`!GetAtt {alone[1]}`"
    return f"!Sub '{text}'" if "${" in text else text


def _joined(template: Found, separator: Node, parts: Node) -> str | None:
    if text_of(separator) is None or not isinstance(parts, Sequence) or parts.tag:
        return None
    texts = [_part(template, item) for item in parts.items]
    return (text_of(separator) or "").join(text for text in texts if text is not None) if None not in texts else None


def _part(template: Found, node: Node) -> str | None:
    call = function(node)
    if call is not None and call[0] == "Ref" and isinstance(call[1], Scalar):
        name = call[1].text
        return _replaced(template, name, None) or f"${{{name}}}"
    return _text(template, node)


def _replaced(template: Found, name: str, attribute: str | None) -> str | None:
    """What `${Name}` or `${Name.Arn}` comes to, as far as it is known."""
    if attribute is not None:
        return _arn(template, name)
    kind = template.type_of(name)
    return _ref(template, name) or (f"{{{name}}}" if kind in ARNS or kind in NAMED else None)


def _ref(template: Found, name: str) -> str | None:
    arn = REFS.get(template.type_of(name))
    return arn.format(name) if arn is not None else None


def _arn(template: Found, name: str) -> str | None:
    arn = ARNS.get(template.type_of(name))
    return arn.format(name) if arn is not None else None


def check_resources(template: Found, document: Node) -> Iterator[Problem]:
    """An error for each resource of a policy that is the name of something, where its ARN is due."""
    statements = get(document, "Statement")
    for statement in rows(statements)[:MAX_ROWS] or (statements,):
        actions = texts(get(statement, "Action"))
        for key in ("Resource", "NotResource"):
            given = get(statement, key)
            alone = not rows(given)
            for node in rows(given) or (given,):
                yield from _name(template, node, actions if alone else ())


def _name(template: Found, node: Node | None, actions: tuple[str, ...]) -> Iterator[Problem]:
    """Findings of a resource; `actions` are those of its statement, when it is the only one."""
    call = function(node) if node is not None else None
    if node is None or call is None or not isinstance(call[1], Scalar):
        return
    inner = re.match(r"arn:.*\$\{(\w+)\.Arn\}", call[1].text) if call[0] == "Fn::Sub" else None
    if inner is not None and "Arn" in ATTRIBUTES.get(template.type_of(inner[1]), ()):
        message = (
            f"an ARN stands inside another one: ${{{inner[1]}.Arn}} is one as a whole, so this entry is for nothing"
        )
        hint = f"begin with it: !Sub '{call[1].text[call[1].text.index('${' + inner[1]) :]}'"
        yield Problem(node.path, node.line, node.column, "warning", "IAM207", message, hint)
    found = re.match(r"\$\{(\w+)\}(.*)", call[1].text) if call[0] == "Fn::Sub" else None
    name, rest = (found[1], found[2]) if found is not None else (call[1].text, "")
    kind = template.type_of(name)
    if kind not in NAMED or (call[0] != "Ref" and found is None):
        return
    if kind not in ARNS and "Arn" not in ATTRIBUTES.get(kind, ()):
        hint = f"write its ARN with !Sub, made with the name that `!Ref {name}` gives"
    else:
        kinds = {scopes.type_of(action) for action in actions} if kind == "AWS::S3::Bucket" else set()
        objects = f"!Sub '${{{name}.Arn}}/*'"
        if not rest and kinds == {"object"}:
            hint = f"write `{objects}`, for the objects in it"
        elif not rest and "object" in kinds:
            hint = f"write `[!GetAtt {name}.Arn, {objects}]`, for the bucket and the objects in it"
        else:
            hint = f"write !Sub '${{{name}.Arn}}{rest}'" if rest else f"write `!GetAtt {name}.Arn`"
    message = f'Resource ${{{name}}}{rest} must be in ARN format or "*": this gives the name of an {kind}'
    yield Problem(node.path, node.line, node.column, "error", "IAM115", message, hint)
