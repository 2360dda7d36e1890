"""How the ARNs of a service end: the forms that there are, and the one that is meant by another.

Source: the Service Authorization Reference, "Resource types defined by" each of these services; a test holds the
table against a copy of it. A part of an ARN may be a pattern, and "*" stands for what a template fills in.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sim.formats.nodes import near

_STARTS = {
    "codebuild": "project/ report-group/ build/ build-batch/ fleet/ report/ sandbox/",
    "codedeploy": "application: deploymentgroup: deploymentconfig: instance:",
    "ecr": "repository/",
    "events": """
        rule/ event-bus/ api-destination/ archive/ connection/ endpoint/ event-busv2/ event-source/ event-sourcev2/
        replay/ subscriber/ target/
    """,
    "iam": """
        role/ policy/ user/ group/ instance-profile/ access-report/ assumed-role/ delegation-request/ federated-user/
        mfa/ oidc-provider/ role-template/ saml-provider/ server-certificate/ sms-mfa/
    """,
    "kms": "key/ alias/",
    "lambda": """
        function: layer: capacity-provider: code-signing-config: event-source-mapping: microvm-image:
        network-connector: web-function/
    """,
    "logs": """
        log-group: anomaly-detector: delivery: delivery-destination: delivery-source: destination: lookup-table:
        scheduled-query:
    """,
    "secretsmanager": "secret:",
    "ssm": """
        parameter/ document/ association/ automation-definition/ automation-execution/ cloud-connector/
        maintenancewindow/ managed-instance/ managed-instance-inventory/ opsitem/ opsitemgroup/ opsmetadata/
        patchbaseline/ resource-data-sync/ servicesetting/ session/ windowtarget/ windowtask/
    """,
}
STARTS = {service: tuple(starts.split()) for service, starts in _STARTS.items()}
"""Service -> how the last part of its ARNs begins, one of them; the first is what is mostly meant."""
BARE = {"codecommit": "repositor(?:y|ies)|repos?", "codepipeline": "pipelines?", "sns": "topics?", "sqs": "queues?"}
"""Service whose ARNs end with a name alone -> the words that are written before it by mistake."""
UNSURE = ("codedeploy",)
"""Services where no type of resource is mostly meant."""
SLIP = 0.75
"""How much a word must be like a type of resource, of 1, to be a slip of it."""
_DEPTHS = {"pipeline": 0, "stage": 1, "action": 2}
"""What CodePipeline has -> the slashes in it: PIPELINE/STAGE/ACTION."""
_OTHER_WORDS = {
    "app": "application",
    "deployment-group": "deploymentgroup",
    "deployment-config": "deploymentconfig",
    "group": "log-group",
    "repo": "repository",
    "bus": "event-bus",
    "param": "parameter",
    "lambda": "function",
}
"""Words that stand for a type now and then; what is nearly spelled like one needs no entry."""


_HEAD = re.compile(r"(?:(?:[^:$]|\$\{[^}]*\}|\$(?!\{))*:){5}")


def divided(arn: str) -> tuple[str, str]:
    """An ARN, in which ${AWS::Region} and the like may stand, before and after its fifth colon; ("", "") for others."""
    found = _HEAD.match(arn)
    return (found[0], arn[found.end() :]) if found is not None else ("", "")


_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d|\$\{AWS::Region\}")
_ACCOUNT = re.compile(r"\d{12}|\$\{AWS::AccountId\}")
MAX_ARN = 300
"""Characters of an ARN that is completed."""


def completed(text: str, region: str, account: str) -> tuple[str, str]:
    """(what a text lacks to be an ARN, that ARN); ("", "") where that is not sure.

    `region` and `account` stand for those that are missing.
    """
    if len(text) > MAX_ARN:
        return "", ""
    text = re.sub(r"^arn:?(aws(?:-cn|-us-gov)?|\$\{AWS::Partition\}):?(?=[a-z])", r"arn:\1:", text)
    text = re.sub(rf":({_REGION.pattern})({_ACCOUNT.pattern}):", r":\1:\2:", text, count=1)
    text = re.sub(rf":({_REGION.pattern}):({_ACCOUNT.pattern})(?=[^:])", r":\1:\2:", text, count=1)
    if divided(text)[0]:
        return ("a colon", text) if re.match(r"arn:[^:]+:[a-z]|arn:\$\{AWS::Partition\}:[a-z]", text) else ("", "")
    found = re.match(r"(arn:(?:aws(?:-cn|-us-gov)?|\$\{AWS::Partition\})):([a-z0-9-]+)(:.*)", text)
    return _with_fields(found[1], found[2], found[3], (region, account)) if found is not None else ("", "")


def _with_fields(start: str, service: str, rest: str, place: tuple[str, str]) -> tuple[str, str]:
    """The same for a text of which the partition and the service are known."""
    found = re.match(r"(\$\{[^}]*\}|[^:]*):?(.*)", rest.lstrip(":"), re.DOTALL)
    first, last = (found[1], found[2]) if found is not None else ("", "")
    if service == "s3":
        name = rest.lstrip(":")
        return ("a colon", f"{start}:s3:::{name}") if name and ":" not in name else ("", "")
    if service == "iam" and last and _ACCOUNT.fullmatch(first):
        return "a colon", f"{start}:iam::{first}:{last}"
    if service == "iam" or (service not in STARTS and service not in BARE):
        return "", ""
    if last and _ACCOUNT.fullmatch(first):
        return "the Region", f"{start}:{service}:{place[0]}:{first}:{last}"
    if last and ":" not in last and _REGION.fullmatch(first):
        return "the account", f"{start}:{service}:{first}:{place[1]}:{last}"
    return "", ""


def may_begin(start: str, pattern: str) -> bool:
    """Whether what fits a pattern can begin so."""
    literal = re.split(r"[*?]", pattern, maxsplit=1)[0]
    return literal.startswith(start) or (literal != pattern and start.startswith(literal))


def may_be(service: str, kind: str, part: str) -> bool:
    """Whether the last part of an ARN, which may be a pattern, can be that of a type of resource."""
    if service == "codepipeline" and kind in _DEPTHS:
        return _has_depth(_DEPTHS[kind], part)
    if kind == "log-stream":
        known = ":log-stream:" in part or re.search(r"[*?{]", part) is not None
        return may_begin("log-group:", part) and known
    if kind == "secret":
        return may_begin("secret:", part) and _is_whole_secret(part)
    return may_begin(start_of(service, kind), part)


def _is_whole_secret(part: str) -> bool:
    """Whether six characters are behind a secret's name, or may be: Secrets Manager puts them into its ARN."""
    return re.search(r"[*?{]|-[A-Za-z0-9]{6}$", part) is not None


def _has_depth(depth: int, part: str) -> bool:
    slashes = part.count("/")
    return ":" not in part and slashes <= depth and (slashes == depth or re.search(r"[*?]", part) is not None)


def start_of(service: str, kind: str) -> str:
    """How the last part of the ARNs of a type begins: "project/"."""
    if kind == "log-stream":
        return "log-group:"
    return next((one for one in STARTS.get(service, ()) if one[:-1] == kind), f"{kind}:")


def is_wrong(service: str, part: str, kinds: tuple[str, ...] = ()) -> bool:
    """Whether no ARN of a service ends so. `kinds` are what the actions beside it are about; "" of one is not known."""
    if not part or part == "root":
        return False
    if service in STARTS:
        return not any(may_begin(start, part) for start in STARTS[service])
    word = BARE.get(service, "")
    if not word:
        return False
    return re.match(rf"(?:{word})[:/]", part, re.IGNORECASE) is not None and not _may_be_whole(service, part, kinds)


def _may_be_whole(service: str, part: str, kinds: tuple[str, ...]) -> bool:
    """Whether what looks like a word and a name is a name with what belongs to it: a stage, or a subscription."""
    if service == "codepipeline":
        inner = [kind for kind in kinds if kind in ("stage", "action") and "pipeline" not in kinds]
        return any(_has_depth(_DEPTHS[kind], part) for kind in inner) or (not any(kinds) and "*" in part)
    return service == "sns" and re.search(r":[0-9a-f]{8}-[0-9a-f-]{27}$", part) is not None


def meant(service: str, part: str, kind: str) -> str:
    """The right last part of an ARN for a wrong one; `kind` is what the actions beside it are about, if known."""
    word, sign, name = _divided(part)
    if service in BARE:
        return name if sign else part
    starts = STARTS[service]
    known = _type_meant(word, starts) if sign else ""
    if known:
        return _whole(known + name, kind)
    start = start_of(service, kind) if kind else "" if service in UNSURE else starts[0]
    return _whole(start + (part.lstrip("/") if start.endswith("/") else part), kind) if start else ""


def _whole(part: str, kind: str) -> str:
    """The last part of an ARN with what stands behind the name: a group's streams, a secret's six characters."""
    if part.startswith("secret:") and not _is_whole_secret(part):
        return f"{part}-??????"
    is_group = kind == "log-stream" and re.search(r"[*?]|:log-stream:", part) is None
    return f"{part.removesuffix(':')}:*" if is_group else part


def _divided(part: str) -> tuple[str, str, str]:
    found = re.match(r"([A-Za-z][A-Za-z_-]*)([:/])(.*)", part, re.DOTALL)
    return (found[1], found[2], found[3]) if found is not None else ("", "", part)


@lru_cache(maxsize=1024)
def _type_meant(word: str, starts: tuple[str, ...]) -> str:
    """How a type begins that a word is meant for: "project/" of Projects."""
    names = {one[:-1]: one for one in starts}
    lower = word.lower().replace("_", "-")
    found = _OTHER_WORDS.get(lower, lower)
    return names.get(found) or names.get(found.removesuffix("s")) or names.get(near(found, names, SLIP), "")


def turned(service: str, kind: str, part: str) -> str:
    """The last part of an ARN of a type of resource, made of that of another one; "" where its name says nothing."""
    if service == "codepipeline" and kind in _DEPTHS:
        return _at_depth(_DEPTHS[kind], part)
    given, _, name = _divided(part)
    if kind == "log-stream":
        return f"{part.removesuffix(':')}:*" if given == "log-group" else ""
    if kind == "secret":
        return f"{part}-??????" if given == "secret" else ""
    if kind == "deploymentconfig":
        return "deploymentconfig:*"  # AWS's own configurations and others: a group has one by its name
    if (service, given, kind) == ("codebuild", "project", "report-group"):
        return f"report-group/{name}-*"  # CodeBuild names it PROJECT-GROUP
    if service == "codebuild" and given in ("build", "build-batch", "report", "sandbox"):
        of = "report-group" if given == "report" else "project"
        return f"{kind}/{name.partition(':')[0]}" if of == kind else ""
    if service == "codedeploy" and (given, kind) == ("deploymentgroup", "application"):
        return f"application:{name.partition('/')[0]}"
    if service == "codedeploy" and (given, kind) == ("application", "deploymentgroup"):
        return f"deploymentgroup:{name}/*"
    return ""


def _at_depth(depth: int, part: str) -> str:
    names = part.split("/")
    if ":" in part or not names[0]:
        return ""
    return "/".join(names[: depth + 1]) if len(names) > depth else f"{part.removesuffix('/*')}/*"


__all__ = ["BARE", "STARTS", "completed", "divided", "is_wrong", "may_be", "may_begin", "meant", "start_of", "turned"]
