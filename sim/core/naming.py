"""Deterministic ids and ARNs: what AWS makes at random comes here from the seed and the entity."""

from __future__ import annotations

from hashlib import blake2b

_BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PAIRS = [low + high for high in _BASE36 for low in _BASE36]


def _digest(seed: int, *parts: object, size: int = 16) -> bytes:
    return blake2b("\x1f".join([str(seed), *map(str, parts)]).encode(), digest_size=size).digest()


def uuid(seed: int, *parts: object) -> str:
    """A UUID of version 4's shape that depends on the seed and the parts only."""
    raw = bytearray(_digest(seed, "uuid", *parts))
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def hexadecimal(seed: int, *parts: object, length: int = 17) -> str:
    """Lower-case hexadecimal digits, as after `i-` in an instance id."""
    return _digest(seed, "hex", *parts, size=32).hex()[:length]


def capitals(seed: int, *parts: object, length: int = 9) -> str:
    """Capital letters and digits, as after `d-` in a deployment id."""
    number = int.from_bytes(_digest(seed, "capitals", *parts))
    text = ""
    while len(text) < length:
        number, two = divmod(number, len(_PAIRS))
        text += _PAIRS[two]
    return text[:length]


def arn(service: str, region: str, account: str, resource: str) -> str:
    """`arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`; leave region or account empty where AWS does."""
    return f"arn:aws:{service}:{region}:{account}:{resource}"


def assumed_role(role_arn: str, session: str) -> str:
    """The principal that a role's session is: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`."""
    return session_of(role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1], session)


def session_of(account: str, role: str, session: str) -> str:
    """The same, by the role's account and name."""
    return f"arn:aws:sts::{account}:assumed-role/{role}/{session}"


def user(account: str, name: str) -> str:
    """The principal that an IAM user is."""
    return f"arn:aws:iam::{account}:user/{name}"
