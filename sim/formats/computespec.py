"""AppSpecs for Lambda and ECS: their grammar (docs/behaviour/codedeploy.md §4.6, §4.7).

The reference spells keys small for Lambda and with capitals for ECS, templates of AWS's with capitals for both: here
a key counts however its letters are written.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from sim.formats.lifecycleevents import event_meant
from sim.formats.meant import Part, is_table
from sim.formats.nodes import MAX_LOOK_UPS, Mapping, Node, Reader, Scalar, Sequence, is_null

HOOKS = {
    "AWS::Lambda::Function": ("BeforeAllowTraffic", "AfterAllowTraffic"),
    "AWS::ECS::Service": (
        "BeforeInstall",
        "AfterInstall",
        "AfterAllowTestTraffic",
        "BeforeAllowTraffic",
        "AfterAllowTraffic",
    ),
}
COMPUTE_HOOKS = HOOKS["AWS::ECS::Service"]
MAX_RESOURCES = 20
"""So many are looked at where one is due."""
_STANDS_FOR = re.compile(r"[<{$#]")
"""`<TASK_DEFINITION>`, `{{version}}`, `${X}`: something else fills it in before AWS sees it."""


def check_compute(reader: Reader, document: Mapping, names: dict[str, str]) -> None:
    """Add the findings about an AppSpec with resources. `names`: {key in small letters: as it is written}."""
    usual = {"version": "version", "resources": "Resources", "hooks": "Hooks"}
    allowed = [names.get(key, written) for key, written in usual.items()]
    reader.unknown_keys(document, allowed, "an AppSpec for Lambda or ECS", tolerated="201")
    kind = _resources(reader, document.get(names["resources"]))
    if "hooks" in names:
        _hooks(reader, document.get(names["hooks"]), kind)


def _resources(reader: Reader, node: Node | None) -> str | None:
    """The type of the one resource."""
    if isinstance(node, Mapping) and node.items:
        message = "Resources is a mapping, not a list (`- item` lines)"
        reader.error(
            node, "001", message, f"begin `{node.items[0][0].text[:60]}:` with `- `: Resources is a list of one"
        )
        pairs = [Mapping(node.path, key.line, key.column, ((key, value),)) for key, value in node.items]
        node = Sequence(node.path, node.line, node.column, tuple(pairs))
    rows = reader.sequence(node, "Resources")
    if rows is None:
        return None
    if len(rows.items) != 1:
        message = f"Resources names {len(rows.items)} resources; a deployment is of one"
        reader.error(rows, "120", message, "keep one: each resource is deployed with an AppSpec of its own")
    kinds = [_named(reader, row) for row in rows.items[:MAX_RESOURCES]]
    return kinds[0] if len(kinds) == 1 else None


def _named(reader: Reader, node: Node) -> str | None:
    """The type of a resource below its name; one without a name is told, and looked at all the same."""
    outer = reader.mapping(node, "the resource")
    if outer is None:
        return None
    if len(outer.items) != 1:
        message, hint = (
            "the resource has no name of its own",
            "write `- Name:`, and Type and Properties indented below it",
        )
        first = outer.items[0] if outer.items else None
        if first is not None and is_null(first[1]) and first[0].text not in (*spellings("Type"), "Properties"):
            name = first[0].text[:60]
            message = f"Type and Properties stand beside {name}, not in it"
            hint = f"indent them, and what belongs to them, deeper than `{name}:`"
        reader.error(outer, "120", message, hint)
        return _resource(reader, outer) if get(outer, "Type") is not None else None
    key, value = outer.items[0]
    resource = reader.mapping(value, key.text)
    return None if resource is None else _resource(reader, resource)


def spellings(name: str) -> tuple[str, str, str]:
    """How the guide writes a key: as here, beginning with a small letter, or in small letters."""
    return name, name[:1].lower() + name[1:], name.lower()


def get(table: Mapping, name: str) -> Node | None:
    """The value of a key, in one of its spellings."""
    return next((value for key, value in table.items if key.text in spellings(name)), None)


def _resource(reader: Reader, table: Mapping) -> str | None:
    given = get(table, "Type")
    written = given.text if isinstance(given, Scalar) else None
    kind = _kind_of(table)
    if written != kind or kind is None:
        hint = f"write `Type: {kind or '` or `'.join(HOOKS)}`"
        reader.error(given or table, "121", _wrong_type(written, kind), hint)
    properties = get(table, "Properties")
    if kind is None:
        return None
    if properties is None:
        reader.error(table, "122", "Properties is missing", "add it below Type")
        return kind
    inside = reader.mapping(properties, "Properties")
    if inside is not None:
        (_function if kind == "AWS::Lambda::Function" else _service)(reader, inside)
    return kind


def _wrong_type(written: str | None, kind: str | None) -> str:
    if written in HOOKS:
        return f"the Type is {written}, and the properties are those of {kind}"
    return f"the Type is {written or 'missing'}, which is not deployed"


def _kind_of(table: Mapping) -> str | None:
    """The type of resource that is meant: by its properties, where they are of one only, or by the type's words."""
    given, properties = get(table, "Type"), get(table, "Properties")
    written = given.text if isinstance(given, Scalar) else ""
    keys = {key.lower() for key in properties.keys()} if isinstance(properties, Mapping) else set()
    fitting = {kind: len(keys & _known_of(part)) for kind, part in _PROPERTIES.items()}
    fitting = {kind: count for kind, count in fitting.items() if count}
    if written in HOOKS and (written in fitting or max(fitting.values(), default=0) < _SURE):
        return written
    if len(fitting) == 1:
        return next(iter(fitting))
    return next((kind for kind in HOOKS if _service_of(kind) in written.lower()), None)


_SURE = 2
"""So many properties of one type say more than the name of another."""


def _known_of(part: Part) -> set[str]:
    return {word.lower() for word in (*part.keys, *part.words)}


def _service_of(kind: str) -> str:
    return kind.split("::")[1].lower()


_ADD = {
    "Name": "the name of the function",
    "Alias": "the name of the alias whose traffic is moved to the new version, such as live",
    "TargetVersion": "the number of the version that the alias is to point to",
    "TaskDefinition": 'the ARN of the task definition; CodePipeline fills in "<TASK_DEFINITION>"',
    "LoadBalancerInfo": "ContainerName and ContainerPort, of the container that gets the traffic",
    "ContainerName": "the container's name in the task definition",
    "ContainerPort": "the port that the container listens on",
    "AwsvpcConfiguration": "Subnets, SecurityGroups and AssignPublicIp, or take NetworkConfiguration out",
}


def _due(reader: Reader, table: Mapping, key: str) -> Node | None:
    node = get(table, key)
    if node is None or is_null(node):
        reader.error(node or table, "122", f"{key} is missing", f"add `{key}:` with {_ADD[key]}")
        return None
    return node


def _known(reader: Reader, table: Mapping, keys: tuple[str, ...], what: str) -> None:
    spelled = {text for key in keys for text in spellings(key)}
    rest = tuple(pair for pair in table.items if pair[0].text not in spelled)
    reader.unknown_keys(Mapping(table.path, table.line, table.column, rest), keys, what, tolerated="201")


def _function(reader: Reader, table: Mapping) -> None:
    _known(reader, table, _FUNCTION_KEYS, "a Lambda function")
    for key in ("Name", "Alias"):
        node = _due(reader, table, key)
        if node is not None:
            reader.text(node, key)
    current = get(table, "CurrentVersion")
    _version(reader, _due(reader, table, "TargetVersion"), "TargetVersion", current)
    if current is None or is_null(current):
        message = "CurrentVersion is missing: the reference asks for it"
        reader.warning(current or table, "204", message, "add the version that the alias points to now")
    else:
        _version(reader, current, "CurrentVersion")


def _version(reader: Reader, node: Node | None, what: str, before: Node | None = None) -> None:
    """`before`: the version that the one there comes after."""
    text = node.text if isinstance(node, Scalar) else ""
    if node is None or (isinstance(node, Scalar) and node.tag):
        return
    if _STANDS_FOR.search(text) and text != "$LATEST":
        return
    if not re.fullmatch(r"[1-9][0-9]*", text):
        message = f"{what} is {text!r}, not a published version's number"
        digits = re.sub(r"\D", "", text).lstrip("0")[:18]
        quote = '"' if isinstance(node, Scalar) and not node.plain else ""
        number = _next(before) if what == "TargetVersion" else "1"
        hint = f"{_PUBLISHED[what]}, such as `{what}: {quote}{number}{quote}`"
        hint = f"write its number alone, such as `{what}: {quote}{digits}{quote}`" if digits else hint
        hint = f"$LATEST is no published version: {hint}" if text == "$LATEST" else f"{hint}; aliases do not count"
        reader.error(node, "125", message, hint)


_PUBLISHED = {
    "CurrentVersion": "write the number that the alias points to now",
    "TargetVersion": "publish a version, and write its number",
}


def _next(node: Node | None) -> str:
    """The number after a version's."""
    text = node.text if isinstance(node, Scalar) else ""
    return str(int(text) + 1) if re.fullmatch(r"[1-9][0-9]{0,17}", text) else "2"


def _service(reader: Reader, table: Mapping) -> None:
    _known(reader, table, _SERVICE_KEYS, "an ECS service")
    task = _due(reader, table, "TaskDefinition")
    if task is not None:
        _task_definition(reader, task)
    balancer = _due(reader, table, "LoadBalancerInfo")
    inside = None if balancer is None else reader.mapping(balancer, "LoadBalancerInfo")
    if inside is not None:
        _known(reader, inside, ("ContainerName", "ContainerPort"), "LoadBalancerInfo")
        name, port = _due(reader, inside, "ContainerName"), _due(reader, inside, "ContainerPort")
        if name is not None:
            reader.text(name, "ContainerName")
        if port is not None:
            _port(reader, port)
    _platform(reader, get(table, "PlatformVersion"))
    network = get(table, "NetworkConfiguration")
    if network is not None:
        _network(reader, network)
    providers = get(table, "CapacityProviderStrategy")
    if providers is not None:
        _providers(reader, providers)


def _port(reader: Reader, node: Node) -> None:
    if isinstance(node, Scalar) and (node.tag or _STANDS_FOR.search(node.text)):
        return
    port = reader.integer(node, "ContainerPort")
    if port is not None and not 1 <= port <= 65_535:
        reader.error(
            node, "103", f"ContainerPort is {port}, not 1 to 65535", "write the container's port, such as 8080"
        )


def _platform(reader: Reader, node: Node | None) -> None:
    text = node.text if isinstance(node, Scalar) and not node.tag else ""
    if text and not re.fullmatch(r"LATEST|\d+\.\d+\.\d+", text) and not _STANDS_FOR.search(text):
        hint = "write LATEST, or a version such as 1.4.0"
        reader.error(node, "103", f"PlatformVersion is {text!r}, and no version of Fargate's platform", hint)


def _task_definition(reader: Reader, node: Node) -> None:
    text = reader.text(node, "TaskDefinition")
    if text and not getattr(node, "tag", "") and not text.startswith("arn:") and not _STANDS_FOR.search(text):
        message = f"TaskDefinition is {text!r}, and the ARN of a task definition is due"
        name = text if re.fullmatch(r"[\w-]+(:\d+)?", text) else "web:3"
        hint = (
            f"write its ARN, arn:aws:ecs:us-east-1:123456789012:task-definition/{name}, with your Region and account;"
        )
        hint += " `aws ecs deploy` and GitHub's action for ECS put it there by themselves"
        reader.warning(node, "217", message, hint)


def _network(reader: Reader, node: Node) -> None:
    outer = reader.mapping(node, "NetworkConfiguration")
    given = None if outer is None else _due(reader, outer, "AwsvpcConfiguration")
    table = None if given is None else reader.mapping(given, "AwsvpcConfiguration")
    if table is None:
        return
    keys = ("Subnets", "SecurityGroups", "AssignPublicIp")
    missing = [key for key in keys if get(table, key) is None]
    if missing:
        message = f"AwsvpcConfiguration lacks {' and '.join(missing)}: all three are given, or none"
        shown = " and ".join(_NETWORK[key] for key in missing)
        reader.error(table, "126", message, f"add {shown}, or take NetworkConfiguration out")
    for key in ("Subnets", "SecurityGroups"):
        given = get(table, key)
        if isinstance(given, Scalar) and not given.tag and not _STANDS_FOR.search(given.text):
            reader.error(given, "001", f"{key} is a text, not a list", f"write {key}: [{given.text}]")
    address = get(table, "AssignPublicIp")
    if isinstance(address, Scalar) and address.text not in ("ENABLED", "DISABLED"):
        if not _STANDS_FOR.search(address.text):
            message = f"AssignPublicIp is {address.text!r}, not ENABLED or DISABLED"
            meant = _PUBLIC.get(address.text.lower())
            reader.error(address, "103", message, f"write `AssignPublicIp: {meant}`" if meant else _ONE_OF_TWO)


_NETWORK = {
    "Subnets": "`Subnets: [subnet-0123456789abcdef0]` with your own ids",
    "SecurityGroups": "`SecurityGroups: [sg-0123456789abcdef0]` with your own ids",
    "AssignPublicIp": "`AssignPublicIp: DISABLED`",
}
_PUBLIC = dict.fromkeys(("true", "yes", "on", "enabled", "enable"), "ENABLED") | dict.fromkeys(
    ("false", "no", "off", "disabled", "disable"), "DISABLED"
)
_ONE_OF_TWO = "write ENABLED or DISABLED"


def _providers(reader: Reader, node: Node) -> None:
    rows = reader.sequence(node, "CapacityProviderStrategy")
    tables = [item for item in (rows.items if rows else ()) if isinstance(item, Mapping)]
    bases = [table for table in tables if _number(reader, table, "Base") > 0]
    weights = [_number(reader, table, "Weight") for table in tables]
    if len(bases) > 1:
        reader.error(bases[1], "127", "two capacity providers have a Base; one may", "take one of them out")
    if weights and not any(weights):
        reader.error(node, "127", "all weights are 0: no task would start", "give one of them a Weight of 1")


def _number(reader: Reader, table: Mapping, key: str) -> int:
    node = get(table, key)
    if node is None or (isinstance(node, Scalar) and _STANDS_FOR.search(node.text)):
        return 0 if key == "Base" or node is None else 1
    return reader.integer(node, key) or 0


def _hooks(reader: Reader, node: Node | None, kind: str | None) -> None:
    if is_null(node):
        return
    if isinstance(node, Mapping) and node.items:
        hint = f"begin each of its lines with `- `, as in `- {node.items[0][0].text[:40]}:` and its function"
        reader.error(node, "001", "Hooks is a mapping, not a list (`- item` lines)", hint)
        rows = None
    else:
        rows = reader.sequence(node, "Hooks")
    items = rows.items if rows else (node,) if isinstance(node, Mapping) else ()
    entries = [entry for item in items if (entry := reader.mapping(item, "an entry of Hooks")) is not None]
    there = {key for entry in entries for key in entry.keys()}
    for entry in entries:
        for key, value in entry.items:
            _hook(reader, key, value, kind, there)


def _hook(reader: Reader, key: Scalar, value: Node, kind: str | None, there: Collection[str]) -> None:
    known = HOOKS.get(kind or "", COMPUTE_HOOKS)
    if key.text not in known:
        reader.looked_up += 1
        meant = event_meant(key.text, known, there) if reader.looked_up <= MAX_LOOK_UPS else ""
        free = [event for event in known if event not in there]
        hint = f"use one of {', '.join(free)}" if free else "take it out: all events are there"
        hint = f"did you mean {meant}?" if meant else hint
        what = "Lambda" if kind == "AWS::Lambda::Function" else "ECS"
        reader.error(key, "123", f"there is no lifecycle event {key.text!r} in deployments to {what}", hint)
    if not isinstance(value, Scalar):
        what = "a list" if isinstance(value, Sequence) else "a mapping"
        message = f"{key.text} holds {what}: here a hook is the name or ARN of one Lambda function"
        hint = f'write `- {key.text}: "function-name"`; scripts are for instances'
        reader.error(value, "124", message, hint)
    elif not value.text:
        reader.error(value, "124", f"{key.text} names no function", "write its name or ARN, or take the entry out")


# Slips in keys

_FUNCTION_KEYS = ("Name", "Alias", "CurrentVersion", "TargetVersion")
_SERVICE_KEYS = (
    "TaskDefinition",
    "LoadBalancerInfo",
    "PlatformVersion",
    "NetworkConfiguration",
    "CapacityProviderStrategy",
)
PROPERTIES_OF = {"AWS::Lambda::Function": _FUNCTION_KEYS, "AWS::ECS::Service": _SERVICE_KEYS}
"""{a type of resource: its properties}"""
_PROPERTIES = {
    "AWS::Lambda::Function": Part(
        keys=_FUNCTION_KEYS,
        what="a Lambda function",
        words={
            "function": "Name",
            "functionname": "Name",
            "aliasname": "Alias",
            "current": "CurrentVersion",
            "target": "TargetVersion",
            "newversion": "TargetVersion",
        },
        due={"Name": "122", "Alias": "122", "TargetVersion": "122"},
        spellings=spellings,
    ),
    "AWS::ECS::Service": Part(
        keys=_SERVICE_KEYS,
        what="an ECS service",
        words={
            "task": "TaskDefinition",
            "taskdef": "TaskDefinition",
            "taskdefinitionarn": "TaskDefinition",
            "loadbalancer": "LoadBalancerInfo",
            "loadbalancers": "LoadBalancerInfo",
        },
        due={"TaskDefinition": "122", "LoadBalancerInfo": "122"},
        fits={"LoadBalancerInfo": is_table, "NetworkConfiguration": is_table, "CapacityProviderStrategy": is_table},
        below={
            "LoadBalancerInfo": Part(
                keys=("ContainerName", "ContainerPort"),
                words={"name": "ContainerName", "container": "ContainerName", "port": "ContainerPort"},
                due={"ContainerName": "122", "ContainerPort": "122"},
                spellings=spellings,
            ),
            "NetworkConfiguration": Part(
                keys=("AwsvpcConfiguration",),
                words={"vpc": "AwsvpcConfiguration", "vpcconfiguration": "AwsvpcConfiguration"},
                due={"AwsvpcConfiguration": "122"},
                below={
                    "AwsvpcConfiguration": Part(
                        keys=("Subnets", "SecurityGroups", "AssignPublicIp"),
                        spellings=spellings,
                    )
                },
                spellings=spellings,
            ),
        },
        spellings=spellings,
    ),
}


def _below_type(table: Mapping) -> dict[str, Part]:
    """What stands below Properties of a resource of that type."""
    part = _PROPERTIES.get(_kind_of(table) or "")
    return {} if part is None else dict.fromkeys(spellings("Properties"), part)


_RESOURCES = Part(
    each=Part(
        keys=("Type", "Properties"),
        what="the resource {name}",
        words={"kind": "Type", "props": "Properties", "property": "Properties"},
        due={"Type": "121", "Properties": "122"},
        fits={"Properties": is_table},
        spellings=spellings,
        kind=_below_type,
    ),
    kind=_below_type,
)
COMPUTE = Part(
    keys=("version", "Resources", "Hooks"),
    what="an AppSpec for Lambda or ECS",
    words={"hook": "Hooks"},
    due={"version": "101"},
    fits={"Hooks": is_table},
    spellings=lambda key: (key, key.lower(), key.capitalize()),
    below=dict.fromkeys(spellings("Resources"), _RESOURCES),
)
"""What stands where in an AppSpec with resources, for slips in keys."""
