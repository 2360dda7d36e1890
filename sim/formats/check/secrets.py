"""Whether a plain value looks like a secret: by the form of well-known keys, or by the name that it stands under.

The forms of keys are those that gitleaks (https://github.com/gitleaks/gitleaks, config/gitleaks.toml) and
detect-secrets (https://github.com/Yelp/detect-secrets, its plugins) look for; of them, the ones that no other text has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_TEXT = 20_000
"""Characters of a text that are looked at."""

_KEYS = (
    r"\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b",  # AWS
    r"-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----",
    r"\bgh[pousr]_[A-Za-z0-9]{36,76}\b",  # GitHub
    r"\bgithub_pat_\w{22,255}\b",
    r"\bgl(?:pat|ptt|rt|dt)-[\w-]{20,64}",  # GitLab
    r"\bxox[abeoprs]-(?:[0-9]+-)?[0-9A-Za-z-]{10,250}",  # Slack
    r"\bxapp-[0-9]-[A-Z0-9]+-[0-9]+-[a-z0-9]+",
    r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{20,}",
    r"\bnpm_[A-Za-z0-9]{36}\b",
    r":_authToken=[A-Za-z0-9_-]{16,}",
    r"\b[rs]k_(?:live|test|prod)_[0-9A-Za-z]{10,99}\b",  # Stripe
    r"\bwhsec_[0-9A-Za-z+/=]{24,}",
    r"\bAIza[\w-]{35}(?![\w-])",  # Google
    r"\bya29\.[\w-]{20,}",
    r"\bpypi-AgEIcHlwaS5vcmc[\w-]{50,}",
    r"\bSG\.[\w-]{22}\.[\w-]{43}\b",  # SendGrid
    r"\bSK[0-9a-f]{32}\b",  # Twilio
    r"\bdckr_pat_[\w-]{27}",  # Docker Hub
    r"\bdo[opr]_v1_[a-f0-9]{64}\b",  # DigitalOcean
    r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b",  # Shopify
    r"\bhvs\.[\w-]{24,}",  # Vault
    r"\bsk-(?:proj-|ant-)?[\w-]{20,100}T3BlbkFJ[\w-]{20,}|\bsk-ant-[\w-]{80,}",  # OpenAI, Anthropic
    r"\bAccountKey=[A-Za-z0-9+/]{80,}={0,2}",  # Azure
    r"\beyJ[\w-]{10,400}\.eyJ[\w-]{10,4000}\.[\w-]{10,}",  # a signed token (JWT)
    r"\b[a-z][a-z0-9+.-]{0,20}://[^\s:/@$<>{}'\"*]{1,100}:[^\s:/@$<>{}'\"*]{3,100}@[A-Za-z0-9]",  # name:password@host
)
_KEY = re.compile("|".join(f"(?:{one})" for one in _KEYS))
_MAY_BE_ONE = re.compile(r"[\w-]{12}|://|-----|slack\.com|AccountKey=")
"""Each of these keys has one of these in it. Most commands have none, and are done with sooner."""

_WORDS = (
    r"pass(?:word|wd|phrase|code)|pwd|pgpassword|secret|tokens?|credentials?|creds"
    r"|(?:api|app|auth|access|account|client|deploy|encryption|license|master|priv|private|secret|service|signing|ssh)_?key"
    r"|(?:db|database|admin|user|root|key|api|redis|mysql|postgres|smtp|ftp|login)_?pass"
)
_NAME = re.compile(
    rf"(?:^|[_\-.])(?:{_WORDS}|pass|pat)(?:[_\-.]?(?:value|base|b64|base64))?$|access_?key_?id$"
    r"|(?:password|passwd|passphrase|apikey|secret|token)$",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?:Password|Secret|Token|ApiKey|SecretKey|PrivateKey|AccessKey)$")
_REFERENCE = re.compile(
    r"\$[({A-Za-z_]|\{\{|#\{|%[A-Za-z_]+%|^\{|^<.*>$|^arn:|^/|^[a-z][a-z0-9+.-]{0,20}://[^@]*$|^!"
    r"|^[a-z0-9_.-]+(?:/[a-z0-9_.-]+)+$"  # prod/web/password: the name of a parameter or secret
    r"|\.(?:pem|key|pub|crt|p12|jks|json|ya?ml|txt|env)$"  # a file
)
"""A value that says where the secret is."""
_PLACEHOLDER = re.compile(
    r"\s*|[*.x?_-]+|true|false|yes|no|on|off|none|null|nil|n/?a|tbd|todo|unset|empty|default|dummy|fake|mock|test(?:ing)?"
    r"|(?:an?_?)?(?:example|sample|placeholder).*|.*[_ -](?:example|placeholder|here)"
    r"|(?:change|replace|fill|set|put|enter|insert|add|update|overrid\w*)[_ -]?"
    r"(?:me|this|it|here|in|with|by|your)(?![a-z]).*"
    r"|change[dm]e.*|(?:your|my|the|some)[_ -].*",
    re.IGNORECASE,
)
_NAME_OF_ONE = re.compile(
    r"[A-Za-z]+(?:[-_.:][A-Za-z]+)*[-_.:](?:secrets?|tokens?|password|passwd|keys?|credentials?|creds|param(?:eter)?)",
    re.IGNORECASE,
)
"""A value that is itself called so, such as web-db-password: most likely the name of a secret."""
_SHORTEST = 4


def names_a_secret(name: str) -> bool:
    """Whether what stands under such a name mostly is a secret."""
    return _NAME.search(name[-200:]) is not None or _CAMEL.search(name[-200:]) is not None


def is_secret(name: str, value: str) -> bool:
    """A value that is a key by its form, or stands under a name such as DB_PASSWORD and is no reference."""
    if holds_key(value):
        return True
    if not names_a_secret(name) or len(value) < _SHORTEST or len(value) > MAX_TEXT:
        return False
    if value.isdigit() and re.search("tokens?$", name, re.IGNORECASE):
        return False  # a number of tokens
    short = value[:500]
    return not (_REFERENCE.search(short) or _PLACEHOLDER.fullmatch(short) or _NAME_OF_ONE.fullmatch(short))


def holds_key(text: str) -> bool:
    """Whether a key of a well-known form stands in a text: of AWS, GitHub, Slack, Stripe, or a private one."""
    text = text[:MAX_TEXT]
    return _MAY_BE_ONE.search(text) is not None and _KEY.search(text) is not None


_SET = re.compile(r"(?<![\w$-])([A-Za-z_]\w{0,100})=(\"[^\"\n]*\"|'[^'\n]*'|[^\s;&|\"'`)]+)")
_OPTION = re.compile(r"(?<!\S)--([a-z][a-z-]{1,60})(?:=| +)(\"[^\"\n]*\"|'[^'\n]*'|[^\s;&|\"'`)-][^\s;&|\"'`)]*)")


_LOGIN = re.compile(r"\bdocker +login\b[^\n|;&]{0,300}? -p +([^\s$`(][^\s;&|]{3,200})")


def set_in(command: str) -> Iterator[str]:
    """The names under which a command has a secret written out: `export DB_PASSWORD=hunter2`, `--password hunter2`."""
    text = command[:MAX_TEXT]
    for found in (*_SET.finditer(text), *_OPTION.finditer(text)):
        name, value = found[1], found[2].strip("\"'")
        if "=" not in value and names_a_secret(name) and is_secret(name, value):
            yield name
    login = _LOGIN.search(text)
    if login is not None and is_secret("password", login[1].strip("\"'")):
        yield "docker password"
