"""IAM's operations. Roles, users, instance profiles and policies are plain resources; nothing enforces them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.core.calls import Answer, Call, Service, copied
from sim.core.problems import ServiceError
from sim.services.iam import resources as r
from sim.services.kinds import Members, Shelf, declares

DEFAULT_SESSION = 3600
"""Seconds that a session of a role lasts at most, unless the role says otherwise."""
MAX_VERSIONS = 5
"""Versions of one managed policy."""


@declares(r.ROLE, r.USER, r.INSTANCE_PROFILE, r.POLICY)
class IAM(Service):
    """IAM of one account, the same in every Region."""

    name = "iam"
    scope = "account"
    roles: Shelf
    users: Shelf
    instance_profiles: Shelf
    policies: Shelf

    def prepare(self) -> None:
        self.inline: dict[tuple[str, str], dict[str, str]] = {}
        """(Role or User, its name) -> {policy name: document}"""
        self.attached: dict[tuple[str, str], dict[str, None]] = {}
        """(Role or User, its name) -> ARNs of managed policies"""
        self.versions: dict[str, list[dict[str, Any]]] = {}
        """Policy ARN -> its versions, the oldest first"""

    def session_limit(self, role_name: str) -> int | None:
        """The longest session of a role, in seconds; None when there is no such role."""
        members = self.roles.members.get(role_name)
        return None if members is None else int(members["MaxSessionDuration"])

    def _complete(self, members: Members, kind: str, name: str, id_member: str) -> Members:
        path = members.get("Path") or "/"
        return {
            **members,
            "Path": path,
            id_member: r.unique_id(self.world.seed, self.account, kind, name),
            "Arn": r.arn(self.account, kind, path, name),
            "CreateDate": self.world.date,
        }

    # Roles

    def complete_roles(self, members: Members) -> Members:
        trust = r.document(members["AssumeRolePolicyDocument"])
        boundary = members.pop("PermissionsBoundary", None)
        if boundary is not None:
            members["PermissionsBoundary"] = _boundary(boundary)
        members = self._complete(members, "role", members["RoleName"], "RoleId")
        return {"MaxSessionDuration": DEFAULT_SESSION, **members, "AssumeRolePolicyDocument": trust}

    def ListRoles(self, call: Call) -> Answer:
        return {"Roles": _under(call, self.roles)}

    def DeleteRole(self, call: Call) -> Answer:
        name = call.parameters["RoleName"]
        self.roles.get(name)
        if any(name in map(_role_name, profile["Roles"]) for profile in self.instance_profiles.members.values()):
            raise _conflict("must remove roles from instance profile first.")
        self._forget("Role", name)
        del self.roles.members[name]
        return {}

    def _forget(self, noun: str, name: str) -> None:
        """What must be gone before a role or user may go."""
        if self.attached.get((noun, name)):
            raise _conflict("must detach all policies first.")
        if self.inline.get((noun, name)):
            raise _conflict("must delete policies first.")
        self.attached.pop((noun, name), None)
        self.inline.pop((noun, name), None)

    def UpdateRole(self, call: Call) -> Answer:
        members = self.roles.get(call.parameters["RoleName"])
        for name in ("Description", "MaxSessionDuration"):
            if name in call.parameters:
                members[name] = call.parameters[name]
        return {}

    def UpdateAssumeRolePolicy(self, call: Call) -> Answer:
        members = self.roles.get(call.parameters["RoleName"])
        members["AssumeRolePolicyDocument"] = r.document(call.parameters["PolicyDocument"])
        return {}

    # Users

    def complete_users(self, members: Members) -> Members:
        boundary = members.pop("PermissionsBoundary", None)
        if boundary is not None:
            members["PermissionsBoundary"] = _boundary(boundary)
        return self._complete(members, "user", members["UserName"], "UserId")

    def GetUser(self, call: Call) -> Answer:
        name = call.parameters.get("UserName") or call.principal.rsplit("/", 1)[-1]
        return {"User": copied(self.users.get(name))}

    def ListUsers(self, call: Call) -> Answer:
        return {"Users": _under(call, self.users)}

    def DeleteUser(self, call: Call) -> Answer:
        name = call.parameters["UserName"]
        self.users.get(name)
        self._forget("User", name)
        del self.users.members[name]
        return {}

    # Instance profiles

    def complete_instance_profiles(self, members: Members) -> Members:
        name = members["InstanceProfileName"]
        return {**self._complete(members, "instance-profile", name, "InstanceProfileId"), "Roles": []}

    def ListInstanceProfiles(self, call: Call) -> Answer:
        return {"InstanceProfiles": _under(call, self.instance_profiles)}

    def ListInstanceProfilesForRole(self, call: Call) -> Answer:
        name = call.parameters["RoleName"]
        self.roles.get(name)
        profiles = self.instance_profiles.members.values()
        return {"InstanceProfiles": [copied(one) for one in profiles if name in map(_role_name, one["Roles"])]}

    def AddRoleToInstanceProfile(self, call: Call) -> Answer:
        profile = self.instance_profiles.get(call.parameters["InstanceProfileName"])
        role = self.roles.get(call.parameters["RoleName"])
        if profile["Roles"]:
            raise ServiceError("LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
        profile["Roles"].append(role)
        return {}

    def RemoveRoleFromInstanceProfile(self, call: Call) -> Answer:
        profile = self.instance_profiles.get(call.parameters["InstanceProfileName"])
        name = call.parameters["RoleName"]
        if name not in map(_role_name, profile["Roles"]):
            raise ServiceError("NoSuchEntity", f"The role with name {name} cannot be found.")
        profile["Roles"] = []
        return {}

    def DeleteInstanceProfile(self, call: Call) -> Answer:
        name = call.parameters["InstanceProfileName"]
        if self.instance_profiles.get(name)["Roles"]:
            raise _conflict("must remove roles from instance profile first.")
        del self.instance_profiles.members[name]
        return {}

    # Managed policies

    def CreatePolicy(self, call: Call) -> Answer:
        parameters = dict(call.parameters)
        name, document = parameters["PolicyName"], r.document(parameters.pop("PolicyDocument"))
        members = self._complete(parameters, "policy", name, "PolicyId")
        if members["Arn"] in self.policies:
            code, message = r.POLICY.exists
            raise ServiceError(code, message.format(name=name))
        members |= {"DefaultVersionId": "v1", "IsAttachable": True, "UpdateDate": self.world.date}
        self.policies.add(members["Arn"], members)
        self.versions[members["Arn"]] = [self._version("v1", document, True)]
        return {"Policy": self._counted(members)}

    def _version(self, id: str, document: str, default: bool) -> dict[str, Any]:
        return {
            "VersionId": id,
            "Document": document,
            "IsDefaultVersion": default,
            "CreateDate": self.world.date,
        }

    def _counted(self, members: Members) -> Members:
        count = sum(members["Arn"] in arns for arns in self.attached.values())
        return {**members, "AttachmentCount": count, "PermissionsBoundaryUsageCount": 0}

    def GetPolicy(self, call: Call) -> Answer:
        return {"Policy": self._counted(self.policies.get(call.parameters["PolicyArn"]))}

    def ListPolicies(self, call: Call) -> Answer:
        found = map(self._counted, _under(call, self.policies))
        only = call.parameters.get("OnlyAttached", False)
        return {"Policies": [one for one in found if one["AttachmentCount"] or not only]}

    def DeletePolicy(self, call: Call) -> Answer:
        arn = call.parameters["PolicyArn"]
        if self._counted(self.policies.get(arn))["AttachmentCount"]:
            raise _conflict("must detach all policies first.", "a policy attached to entities")
        if len(self.versions[arn]) > 1:
            raise _conflict("must delete its other versions first.")
        del self.policies.members[arn], self.versions[arn]
        return {}

    def CreatePolicyVersion(self, call: Call) -> Answer:
        arn = call.parameters["PolicyArn"]
        members, versions = self.policies.get(arn), self.versions.get(arn, [])
        document = r.document(call.parameters["PolicyDocument"])
        if len(versions) >= MAX_VERSIONS:
            raise ServiceError(
                "LimitExceeded",
                f"A managed policy can have up to {MAX_VERSIONS} versions. Before you create a new version, you must"
                " delete an existing version.",
            )
        number = int(versions[-1]["VersionId"][1:]) + 1
        version = self._version(f"v{number}", document, bool(call.parameters.get("SetAsDefault")))
        versions.append(version)
        if version["IsDefaultVersion"]:
            self._make_default(members, version["VersionId"])
        return {"PolicyVersion": {key: value for key, value in version.items() if key != "Document"}}

    def _make_default(self, members: Members, id: str) -> None:
        for version in self.versions[members["Arn"]]:
            version["IsDefaultVersion"] = version["VersionId"] == id
        members["DefaultVersionId"] = id
        members["UpdateDate"] = self.world.date

    def _policy_version(self, call: Call) -> dict[str, Any]:
        arn, id = call.parameters["PolicyArn"], call.parameters["VersionId"]
        self.policies.get(arn)
        for version in self.versions[arn]:
            if version["VersionId"] == id:
                return version
        raise ServiceError("NoSuchEntity", f"Policy {arn} version {id} does not exist or is not attachable.")

    def GetPolicyVersion(self, call: Call) -> Answer:
        return {"PolicyVersion": dict(self._policy_version(call))}

    def SetDefaultPolicyVersion(self, call: Call) -> Answer:
        id = self._policy_version(call)["VersionId"]
        self._make_default(self.policies.get(call.parameters["PolicyArn"]), id)
        return {}

    def DeletePolicyVersion(self, call: Call) -> Answer:
        version = self._policy_version(call)
        if version["IsDefaultVersion"]:
            raise _conflict("it is the default version of the policy.", "the version")
        self.versions[call.parameters["PolicyArn"]].remove(version)
        return {}

    def ListPolicyVersions(self, call: Call) -> Answer:
        arn = call.parameters["PolicyArn"]
        self.policies.get(arn)
        rows = [{key: value for key, value in one.items() if key != "Document"} for one in self.versions[arn]]
        return {"Versions": rows[::-1]}

    def managed(self, arn: str) -> str:
        """The name of a managed policy, AWS's own or the account's. Raises NoSuchEntity."""
        if not r.is_aws_policy(arn) and arn not in self.policies:
            raise ServiceError("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.")
        return arn.rsplit("/", 1)[-1]


def _under(call: Call, shelf: Shelf) -> list[Members]:
    prefix = call.parameters.get("PathPrefix") or "/"
    return [copied(members) for members in shelf.members.values() if members["Path"].startswith(prefix)]


def _role_name(role: Members) -> str:
    return str(role["RoleName"])


def _boundary(arn: str) -> dict[str, str]:
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}


def _conflict(reason: str, what: str = "entity") -> ServiceError:
    return ServiceError("DeleteConflict", f"Cannot delete {what}, {reason}")


# What roles and users have alike: inline policies, attached policies, tags

Operation = Callable[[IAM, Call], Answer]


def _holds_policies(noun: str, shelf_name: str) -> dict[str, Operation]:
    """The operations on policies and tags of roles or users: `PutRolePolicy`, `PutUserPolicy`, …"""
    key = f"{noun}Name"

    def owner(self: IAM, call: Call) -> Members:
        shelf: Shelf = getattr(self, shelf_name)
        return shelf.get(call.parameters[key])

    def inline(self: IAM, call: Call) -> dict[str, str]:
        return self.inline.setdefault((noun, owner(self, call)[key]), {})

    def attached(self: IAM, call: Call) -> dict[str, None]:
        return self.attached.setdefault((noun, owner(self, call)[key]), {})

    def one(self: IAM, call: Call) -> tuple[str, str]:
        name = call.parameters["PolicyName"]
        policies = inline(self, call)
        if name not in policies:
            raise ServiceError("NoSuchEntity", f"The {noun.lower()} policy with name {name} cannot be found.")
        return name, policies[name]

    def put(self: IAM, call: Call) -> Answer:
        inline(self, call)[call.parameters["PolicyName"]] = r.document(call.parameters["PolicyDocument"])
        return {}

    def get(self: IAM, call: Call) -> Answer:
        name, document = one(self, call)
        return {key: call.parameters[key], "PolicyName": name, "PolicyDocument": document}

    def list_(self: IAM, call: Call) -> Answer:
        return {"PolicyNames": list(inline(self, call))}

    def delete(self: IAM, call: Call) -> Answer:
        name, _ = one(self, call)
        del inline(self, call)[name]
        return {}

    def attach(self: IAM, call: Call) -> Answer:
        arns, arn = attached(self, call), call.parameters["PolicyArn"]
        self.managed(arn)
        arns[arn] = None
        return {}

    def detach(self: IAM, call: Call) -> Answer:
        arns, arn = attached(self, call), call.parameters["PolicyArn"]
        if arn not in arns:
            raise ServiceError("NoSuchEntity", f"Policy {arn} was not found.")
        del arns[arn]
        return {}

    def list_attached(self: IAM, call: Call) -> Answer:
        arns = attached(self, call)
        return {"AttachedPolicies": [{"PolicyName": self.managed(arn), "PolicyArn": arn} for arn in arns]}

    def tag(self: IAM, call: Call) -> Answer:
        new = {one["Key"]: one["Value"] for one in call.parameters["Tags"]}
        members = owner(self, call)
        merged = {one["Key"]: one["Value"] for one in r.tags(members)} | new
        members["Tags"] = [{"Key": name, "Value": value} for name, value in merged.items()]
        return {}

    def untag(self: IAM, call: Call) -> Answer:
        members = owner(self, call)
        members["Tags"] = [one for one in r.tags(members) if one["Key"] not in call.parameters["TagKeys"]]
        return {}

    def list_tags(self: IAM, call: Call) -> Answer:
        return {"Tags": list(r.tags(owner(self, call)))}

    return {
        f"Put{noun}Policy": put,
        f"Get{noun}Policy": get,
        f"List{noun}Policies": list_,
        f"Delete{noun}Policy": delete,
        f"Attach{noun}Policy": attach,
        f"Detach{noun}Policy": detach,
        f"ListAttached{noun}Policies": list_attached,
        f"Tag{noun}": tag,
        f"Untag{noun}": untag,
        f"List{noun}Tags": list_tags,
    }


for _noun, _shelf in (("Role", "roles"), ("User", "users")):
    for _name, _operation in _holds_policies(_noun, _shelf).items():
        setattr(IAM, _name, _operation)
