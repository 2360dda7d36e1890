"""Whether a plain value looks like a secret."""

from __future__ import annotations

import re

_NAME = re.compile(
    r"(?:^|[_\-.])(?:password|passwd|pwd|secret|secret_?key|token|api_?key|apikey|private_?key|access_?key|credentials?)"
    r"(?:[_\-.]?value)?$|access_?key_?id$",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?:Password|Secret|Token|ApiKey|PrivateKey|AccessKey)$")
_KEY = re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{36}\b")
_STANDS_FOR = re.compile(
    r"^\s*$|^\*+$|[$<>{}#]|^arn:|^/|^(?:true|false|none|null|changeme|dummy|test|example)$|^x+$", re.IGNORECASE
)


def names_a_secret(name: str) -> bool:
    return _NAME.search(name) is not None or _CAMEL.search(name) is not None


def is_secret(name: str, value: str) -> bool:
    """A value that is a key by its form, or stands under a name such as DB_PASSWORD and is no reference."""
    if holds_key(value):
        return True
    return names_a_secret(name) and len(value) >= 4 and _STANDS_FOR.search(value) is None


def holds_key(text: str) -> bool:
    """Whether an access key, a private key or a GitHub token stands in a text."""
    return _KEY.search(text) is not None
