"""What stands alone where a mapping is due, written out as that mapping: `{Name: !Ref Errors}` for `!Ref Errors`."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingABC

from sim.formats.check.choices import CHOICES
from sim.formats.check.schemas import Property
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Scalar, Sequence, near

Shape = MappingABC[str, Property]
NATURAL = (
    "Name",
    "Arn",
    "Key",
    "TriggerTargetArn",
    "FleetArn",
    "PolicyName",
    "VpcId",
    "Location",
    "Bucket",
    "ServiceName",
    "LaunchTemplateId",
    "Endpoint",
    "GroupName",
)
"""The keys that a value which stands alone is meant for, the likeliest first."""
_OWN = re.compile(r"[\w.:/@${}-]{1,100}")


def as_mapping(shape: Shape, node: Node, choice: tuple[str, ...] = ()) -> str:
    """A value that stands alone, as the mapping that is due; "" where it cannot be told which key it is for.

    `choice` are the values that the key Type may have.
    """
    text = written(node)
    if not text:
        return ""
    is_plain = isinstance(node, Scalar) and not node.tag
    key, value = _key_of(shape, text, is_plain, choice)
    if not key:
        return ""
    if key == "Endpoint" and "@" in text:
        return f"{{Protocol: email, Endpoint: {text}}}"
    first = {"Type": "S3"} if key == "Location" and "Type" in shape and _is_bucket(shape) else {}
    rows = {**first, key: value}
    rows |= {name: _filled(name, node) for name, one in shape.items() if one.due and name not in rows}
    if key == "TriggerTargetArn":
        rows |= {"TriggerName": "…", "TriggerEvents": "[…]"}
    return f"{{{', '.join(f'{name}: {given}' for name, given in rows.items())}}}"


def as_example(shape: Shape) -> str:
    """A mapping with the keys that are due, else the first, whose values are left open."""
    keys = [name for name, one in shape.items() if one.due] or list(shape)[:1]
    return f"{{{', '.join(f'{key}: …' for key in keys)}}}"


def chosen(kind: str, key: str, shape: Shape, node: Node) -> str:
    """A value that only one key of a mapping may have, as that mapping; "" where there is no such key, or several."""
    text = node.text if isinstance(node, Scalar) and not node.tag else ""
    if text in ("true", "false") and "Enabled" in shape:
        events = ", Events: [DEPLOYMENT_FAILURE]" if "Events" in shape and text == "true" else ""
        return f"{{Enabled: {text}{events}}}"
    found = [path for path, _, values in CHOICES.get(kind, ()) if text in values and path.startswith(f"{key}.")]
    names = [path.removeprefix(f"{key}.") for path in found]
    return f"{{{names[0]}: {text}}}" if len(names) == 1 and names[0] in shape else ""


def choice_of(kind: str, key: str) -> tuple[str, ...]:
    """The values that the Type of a property of a resource may have; () where there is no list."""
    return next((values for path, _, values in CHOICES.get(kind, ()) if path in (f"{key}.Type", f"{key}.*.Type")), ())


def named_by_key(shape: Shape, node: Mapping) -> str:
    """`{Name: A, Value: b}` for `{A: b}`; "" where that is not what is meant."""
    due = [name for name, one in shape.items() if one.due]
    if len(due) != 2 or len(node.items) != 1 or due[1] != "Value":
        return ""
    key, value = node.items[0]
    text = written(value)
    return f"{{{due[0]}: {key.text[:100]}, {due[1]}: {text}}}" if key.text not in shape and text else ""


def written(node: Node) -> str:
    """A text or a function as it is written in one line; "" for what is longer."""
    call = function(node)
    if call is None:
        return node.text if isinstance(node, Scalar) and _OWN.fullmatch(node.text) else ""
    name, argument = call[0].removeprefix("Fn::"), call[1]
    if isinstance(argument, Sequence) and name == "GetAtt":
        parts = [item.text for item in argument.items if isinstance(item, Scalar)]
        return f"!GetAtt {'.'.join(parts)}"
    if not isinstance(argument, Scalar) or name not in ("Ref", "GetAtt", "Sub", "ImportValue"):
        return ""
    return f"!Sub '{argument.text}'" if name == "Sub" else f"!{name} {argument.text}"


def _key_of(shape: Shape, text: str, is_plain: bool, choice: tuple[str, ...]) -> tuple[str, str]:
    """(the key that a value is for, the value as it is to be written)."""
    if is_plain and choice:
        nothing = next((one for one in choice if one.startswith("NO_") and text.lower() in ("no", "none")), "")
        meant = text if text in choice else nothing or near(text.upper(), choice)
        if meant:
            return "Type", meant
    if "BuildSpec" in shape:
        return "", ""  # where a source lies is written otherwise for each type of it
    if len(shape) == 1:
        return next(iter(shape)), text
    if "DestinationArn" in shape and (not is_plain or text.startswith("arn:")):
        return "DestinationArn", text
    natural = ("Location", *NATURAL) if _is_bucket(shape) else NATURAL
    wanted = [key for key in natural if key in shape and shape[key].kind == ""]
    if wanted[:1] == ["VpcId"] and "vpc" not in text.lower():
        return "", ""
    if wanted:
        return wanted[0], text
    texts = [name for name, one in shape.items() if one.due and one.kind == ""]
    return (texts[0], text) if texts else ("", "")


def _is_bucket(shape: Shape) -> bool:
    return "NamespaceType" in shape or "Modes" in shape


def _filled(name: str, node: Node) -> str:
    """What stands for a key that is due beside the natural one: of a target's Id, a name that will do."""
    if name != "Id":
        return "…"
    call = function(node)
    text = written(call[1]) if call is not None else written(node).rpartition(":")[2]
    found = re.match(r"[A-Za-z]\w*", text.removeprefix("${"))
    return found[0] if found is not None else "Target"
