"""The keys that conditions of policies may compare, as far as they are known here.

Sources: IAM User Guide, "AWS global condition context keys" and "IAM and AWS STS condition context keys"; Service
Authorization Reference for Amazon S3, AWS KMS, CodeCommit, CodeConnections and Amazon SNS. As of 2026. Services get
keys with time, so only what is nearly spelled like one of these is wrong for sure.
"""

from __future__ import annotations

import re

from sim.formats.nodes import near
from sim.formats.principals import service_meant
from sim.formats.slips import misspelled

_CONNECTIONS = """
    Branch BranchName FullRepositoryId HostArn InstallationId OwnerId PassedToService ProviderAction
    ProviderPermissionsRequired ProviderType ProviderTypeFilter RepositoryName VpcId
"""
_KEYS = {
    "aws": """
        AssumedRoot CalledVia CalledViaFirst CalledViaLast ChatbotSourceArn CurrentTime Ec2InstanceSourcePrivateIPv4
        Ec2InstanceSourceVpc EpochTime FederatedProvider IsMcpServiceAction MultiFactorAuthAge MultiFactorAuthPresent
        PrincipalAccount PrincipalArn PrincipalIsAWSService PrincipalOrgID PrincipalOrgMasterAccountId
        PrincipalOrgPaths PrincipalServiceName PrincipalServiceNamesList PrincipalTag/ PrincipalType RequestTag/
        RequestedRegion ResourceAccount ResourceOrgID ResourceOrgPaths ResourceTag/ SecureTransport SourceAccount
        SourceArn SourceIdentity SourceIp SourceOrgID SourceOrgPaths SourceOwner SourceVpc SourceVpcArn SourceVpce
        TagKeys TokenIssueTime UserAgent ViaAWSService VpcSourceIp VpceAccount VpceOrgID VpceOrgPaths referer userid
        username
    """,
    "iam": """
        AWSServiceName AssociatedResourceArn OrganizationsPolicyId PassedToService PermissionsBoundary PolicyARN
        ResourceTag/ RoleTemplateARN
    """,
    "sts": """
        AWSServiceName DurationSeconds ExternalId IdentityTokenAudience RequestContext/ RequestContextProviders
        RoleSessionName SourceIdentity TransitiveTagKeys
    """,
    "s3": """
        AccessGrantsInstanceArn AccessPointNetworkOrigin AccessPointTag/ BucketTag/ DataAccessPointAccount
        DataAccessPointArn ExistingJobOperation ExistingJobPriority ExistingObjectTag/
        InventoryAccessibleOptionalFields JobSuspendedCause LocationConstraint ObjectCreationOperation
        RequestJobOperation RequestJobPriority RequestObjectTag/ RequestObjectTagKeys ResourceAccount TlsVersion
        VersionId accessGrantScope accessGrantsLocationScope authType delimiter destinationRegion if-match
        if-none-match isReplicationPauseRequest max-keys object-lock-legal-hold object-lock-mode
        object-lock-remaining-retention-days object-lock-retain-until-date prefix signatureAge signatureversion
        x-amz-acl x-amz-content-sha256 x-amz-copy-source x-amz-grant-full-control x-amz-grant-read
        x-amz-grant-read-acp x-amz-grant-write x-amz-grant-write-acp x-amz-metadata-directive x-amz-object-ownership
        x-amz-server-side-encryption x-amz-server-side-encryption-aws-kms-key-id
        x-amz-server-side-encryption-customer-algorithm x-amz-storage-class x-amz-website-redirect-location
    """,
    "kms": """
        BypassPolicyLockoutSafetyCheck CallerAccount EncryptionAlgorithm EncryptionContextKeys GrantConstraintType
        GrantIsForAWSResource GrantOperations GranteePrincipal KeyOrigin KeySpec KeyUsage MacAlgorithm MessageType
        MultiRegion MultiRegionKeyType PrimaryRegion ReEncryptOnSameKey ReplicaRegion RequestAlias ResourceAliases
        RetiringPrincipal SigningAlgorithm ValidTo ViaService WrappingAlgorithm WrappingKeySpec
    """,
    "codecommit": "References",
    "codeconnections": _CONNECTIONS,
    "codestar-connections": _CONNECTIONS,
    "sns": "Endpoint Protocol",
}
"""Service, or aws for the keys of all -> its keys; one that ends in / goes on with the key of a tag, or the like."""
_KNOWN = {service: {name.lower(): name for name in names.split()} for service, names in _KEYS.items()}
ALIKE = 0.91
"""How much a key must be like a known one, of 1, to be meant for it: two letters wrong in a long name."""


def meant_key(key: str) -> str:
    """The key that is meant by one that is none; "" for those that are known, and where that is not sure."""
    service, _, name = key.partition(":")
    known = _KNOWN.get(service.lower(), {})
    first, slash, rest = name.partition("/")
    if not known or (first + slash).lower() in known or first.lower() in known or ":" in name:
        return ""
    asked = (first + slash).lower()
    meant = misspelled(asked, known) or near(asked, known, ALIKE)
    return f"{service}:{known[meant]}{rest}" if meant and meant.endswith("/") == bool(slash) else ""


def key_of_all(name: str) -> str:
    """The key of all services that has a name without aws: in front; "" when there is none."""
    found = _KNOWN["aws"].get(name.lower(), "")
    return f"aws:{found}" if found and not found.endswith("/") else ""


_ACCOUNTS = (
    "aws:sourceaccount",
    "aws:principalaccount",
    "aws:resourceaccount",
    "kms:calleraccount",
    "s3:resourceaccount",
)
_ARNS = ("aws:sourcearn", "aws:principalarn", "aws:sourcevpcarn", "iam:policyarn", "iam:permissionsboundary")
_SOURCES = {
    "codebuild": "codebuild:us-east-1:123456789012:project/{}",
    "codedeploy": "codedeploy:us-east-1:123456789012:deploymentgroup:{}",
    "codepipeline": "codepipeline:us-east-1:123456789012:{}",
    "events": "events:us-east-1:123456789012:rule/{}",
    "s3": "s3:::{}",
    "sns": "sns:us-east-1:123456789012:{}",
}
"""Service that acts for a resource -> the ARN of that resource."""


def is_of_texts(operator: str) -> bool:
    """Whether an operator compares texts or ARNs, be it to find that they differ."""
    return operator.startswith(("String", "Arn"))


def wrong_text(operator: str, key: str, text: str, service: str = "") -> tuple[str, str]:
    """(what the values of a key are, what to write) for a text that no request has there; ("", "") for others.

    `service` is the one that the statement is about as its principal, if it is one.
    """
    name = key.lower()
    may_be_more = re.search(r"[*?]", text) is not None and ("Like" in operator or operator.startswith("Arn"))
    if name in _ACCOUNTS and not may_be_more and not re.fullmatch(r"\d{12}", text):
        digits = re.sub(r"[-\s]", "", text)
        found = re.search(r"(?<=:)\d{12}(?=:)", text)
        meant = digits if re.fullmatch(r"\d{12}", digits) else found[0] if found is not None else ""
        return "the 12 digits of an account", f'write "{meant}"' if meant else "write the 12 digits of the account"
    if name in _ARNS and not text.startswith(("arn:", "*", "?")):
        form = _SOURCES.get(service or "codebuild") if name == "aws:sourcearn" else "iam::123456789012:role/{}"
        known = form is not None and re.fullmatch(r"[\w.*-]+", text) is not None
        example = f" arn:aws:{form.format(text)}, with your Region and account" if form is not None and known else ""
        return "an ARN", f"write the whole ARN{example or ', which begins with arn:aws:'}"
    if name == "codecommit:references" and not text.startswith(("refs/", "*", "?")):
        branch = text.removeprefix("/").removeprefix("heads/").removeprefix("origin/")
        return "a full name such as refs/heads/main", f'write "refs/heads/{branch}"'
    if name == "iam:passedtoservice" and not may_be_more:
        return _service(text)
    return "", ""


def is_pattern(operator: str, key: str, text: str) -> bool:
    """Whether a star is meant for any text, where the operator takes it for a plain character.

    Only for values in which no star can stand for itself; ARNs of log groups end in one. Source: IAM User Guide,
    "Condition operators": StringEquals is exact, and only StringLike has * and ?.
    """
    if not re.fullmatch(r"String(Not)?Equals(IgnoreCase)?", operator) or "*" not in text:
        return False
    name = key.lower()
    if "tag/" in name:
        return False
    return name == "s3:prefix" or re.match(r"arn:[^:]+:(?!logs:)|repo:|refs/", text) is not None


def _service(text: str) -> tuple[str, str]:
    meant = service_meant(text)
    good = re.fullmatch(r"[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|amazon\.com)", text) is not None
    if good and not meant:
        return "", ""
    what = "the principal of a service"
    return what, f'write "{meant}"' if meant else "write it like codebuild.amazonaws.com"


__all__ = ["is_of_texts", "is_pattern", "key_of_all", "meant_key", "wrong_text"]
