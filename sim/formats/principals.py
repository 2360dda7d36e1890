"""Principals of policies: what stands for somebody, and what is to be written for what does not.

Source: IAM User Guide, "AWS JSON policy elements: Principal". The hints are values as YAML; the caller respells them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sim.formats.slips import misspelled

AT_AMAZONAWS = (
    "apigateway",
    "cloudformation",
    "codebuild",
    "codecommit",
    "codedeploy",
    "codepipeline",
    "ec2",
    "ecs",
    "ecs-tasks",
    "events",
    "lambda",
    "s3",
    "scheduler",
    "sns",
    "sqs",
    "states",
)
"""Services whose principal ends in amazonaws.com; that of some others ends in amazon.com."""
_ENDS = ("", "amazon.com", "amazonaws", "aws.com", "aws.amazon.com", "aws", "com")
"""What stands behind a service's name by mistake."""
_SOMEBODY = ("role", "user", "assumed-role", "federated-user", "saml-provider", "oidc-provider")
_NO_PRINCIPAL = {"instance-profile": "an instance profile", "policy": "a policy", "group": "a group"}


@dataclass(frozen=True, slots=True)
class Mend:
    """What to write for a principal that is none: the key, the value, and what else is to be said."""

    key: str
    value: str
    more: str = ""


def service_meant(text: str) -> str:
    """The principal of a service that a text is a slip of; "" for those that are one, or may be."""
    name, _, rest = text.partition(".")
    region = re.match(r"[a-z]{2}(-[a-z]+)+-\d\.", rest)
    end = rest[region.end() :] if region is not None else rest
    known = name if name in AT_AMAZONAWS else misspelled(name, AT_AMAZONAWS) or ""
    is_right = end in ("amazonaws.com", "amazonaws.com.cn")
    is_meant = is_right or end in _ENDS or misspelled(end, ("amazonaws.com",)) is not None
    return f"{known}.amazonaws.com" if known and is_meant and not (is_right and name == known) else ""


def mend_of(key: str, text: str, account: str, compared: tuple[str, ...] = ()) -> Mend | None:
    """What to write for a principal that is none; None for one that may be. `account` is one of the policy's own.

    `compared` are the patterns that the statement's Condition already wants aws:PrincipalArn to be like.
    """
    if key == "AWS":
        mend = _mend_of_account(text, account)
        is_narrowed = mend is not None and "aws:PrincipalArn" in mend.more and compared
        if mend is not None and is_narrowed and all(_is_within(one, text) for one in compared):
            return Mend("AWS", mend.value, "in its place; the Condition on aws:PrincipalArn that is there narrows it")
        return mend
    if key != "Service":
        return None
    if text.startswith("arn:"):
        return _mend_of_arn(text) or Mend("AWS", text)
    if re.fullmatch(r"\d{12}", text):
        return Mend("AWS", text)
    meant = service_meant(text)
    if meant:
        return Mend("Service", meant)
    good = re.fullmatch(r"[a-z0-9.\-]+\.(amazonaws\.com(\.cn)?|amazon\.com)", text)
    return None if good is not None else Mend("Service", "codebuild.amazonaws.com", "whichever service is meant")


def _is_within(pattern: str, wider: str) -> bool:
    """Whether all that a pattern with stars fits is fitted by another one."""
    form = re.escape(wider).replace(r"\*", ".*").replace(r"\?", "[^*]")
    return re.fullmatch(form, pattern) is not None


def _mend_of_account(text: str, account: str) -> Mend | None:
    if re.fullmatch(r"\*|\d{12}|A[A-Z0-9]{15,}", text):
        return None
    if text.startswith("arn:"):
        return _mend_of_arn(text)
    digits = re.sub(r"[-\s]", "", text)
    if re.fullmatch(r"\d{12}", digits):
        return Mend("AWS", digits)
    if re.fullmatch(r"[a-z0-9.-]+\.amazon(aws)?\.com(\.cn)?", text):
        return Mend("Service", service_meant(text) or text)
    if text.isdigit():
        return Mend("AWS", account, "with the 12 digits of the account that is meant")
    if re.fullmatch(r"[\w+=,.@/-]+", text):
        name = text if re.match("(role|user)/", text) else f"role/{text}"
        return Mend("AWS", f"arn:aws:iam::{account}:{name}", "with the account it is in; of a user, user/ is due")
    return Mend("AWS", f"arn:aws:iam::{account}:root", "with the account that is meant")


def _mend_of_arn(text: str) -> Mend | None:
    """What to write for an ARN that is no principal's."""
    parts = text.split(":", 5)
    if len(parts) < 6 or not re.fullmatch(r"aws(-[a-z]+)*", parts[1]):
        return Mend("AWS", "arn:aws:iam::111122223333:root", "with the account that is meant")
    _, partition, service, region, account, last = parts
    if service not in ("iam", "sts"):
        condition = f'with "Condition": {{"ArnLike": {{"aws:SourceArn": "{text}"}}}}'
        name = f"{service}.amazonaws.com" if service in AT_AMAZONAWS else ""
        return Mend("Service", name, condition) if name else Mend("AWS", "111122223333", "or who is meant: no resource")
    kind, _, name = last.partition("/")
    start = f"arn:{partition}:iam::{account}:"
    if kind == "instance-profile":
        return Mend("AWS", f"{start}role/{name}", "the role in it: an instance profile is nobody")
    if kind in _NO_PRINCIPAL:
        return Mend("AWS", f"{start}root", f"{_NO_PRINCIPAL[kind]} is nobody; or the ARN of one role or user")
    if "*" in name or "?" in name:
        condition = f'with "Condition": {{"ArnLike": {{"aws:PrincipalArn": "{text}"}}}}'
        return Mend("AWS", f"{start}root", f"{condition}: a principal has no stars in it")
    if region:
        return Mend("AWS", f"arn:{partition}:{service}::{account}:{last}")
    if account and not re.fullmatch(r"\d{12}|aws|cloudfront", account):
        digits = re.sub(r"\D", "", account)
        return Mend("AWS", f"arn:{partition}:{service}::{digits}:{last}", "" if len(digits) == 12 else "with 12 digits")
    is_somebody = service == "sts" or last == "root" or (kind in _SOMEBODY and name)
    return None if is_somebody else Mend("AWS", f"{start}role/{name or last}")


ASSUMING = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
"""How a role is taken on: by services and principals of AWS, by users of a SAML provider, of an OIDC provider."""
_HOSTS = ("cognito-identity.amazonaws.com", "accounts.google.com", "graph.facebook.com", "www.amazon.com")


def assuming(key: str, text: str) -> str:
    """The one of ASSUMING that a principal does; "" where that is not sure.

    Sources: IAM User Guide, "AWS JSON policy elements: Principal" and "Create a role for a third-party identity
    provider".
    """
    kind = text.split(":", 5)[-1].partition("/")[0]
    if key == "Federated" and kind in ("saml-provider", "oidc-provider"):
        return ASSUMING[1] if kind == "saml-provider" else ASSUMING[2]
    if key == "Federated":
        return ASSUMING[2] if text in _HOSTS else ""
    if text in ("*", *_HOSTS) or kind in ("saml-provider", "oidc-provider"):
        return ""
    return ASSUMING[0] if key in ("AWS", "Service") else ""


__all__ = ["ASSUMING", "AT_AMAZONAWS", "Mend", "assuming", "mend_of", "service_meant"]
