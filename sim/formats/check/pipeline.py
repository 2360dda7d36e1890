"""What experience says of a pipeline declaration that CodePipeline would take.

A finding names its place in the declaration, so that the same rules serve a declaration in a file of its own and
one in a template.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sim.core.problems import Severity
from sim.formats import windows
from sim.formats.actiontypes import EXECUTION_VARIABLES, action_type, variables_of
from sim.formats.check.providers import environment_variables, faults
from sim.formats.check.secrets import is_secret
from sim.formats.nodes import near
from sim.formats.pipeline import MASK, RESULTS, SECRETS, VARIABLE, Declaration, Place, Sound, actions_of, texts_of
from sim.formats.regions import REGIONS, meant_region


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    message: str
    where: Place
    hint: str
    severity: Severity = "warning"


def lint(declaration: Declaration) -> list[Finding]:
    """What is found beside the rules of CodePipeline's grammar, in all parts whose shape is right."""
    sound = Sound.of(declaration)
    findings = (finding for rule in _RULES for finding in rule(sound.value))
    return [one for one in findings if sound.is_sure(one.code, one.where) and not _is_renamed(declaration, one)]


def _is_renamed(declaration: Declaration, finding: Finding) -> bool:
    """Whether a finding is about a key that stands there with a slip, which is told."""
    if finding.code not in ("209", "210"):
        return False
    value: Any = declaration
    for step in finding.where:
        if isinstance(value, dict):
            if step not in value:
                return True
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step]
    return False


def _at(i: int, j: int, *rest: str | int) -> Place:
    return ("stages", i, "actions", j, *rest)


def _configuration(action: dict[str, Any]) -> dict[str, Any]:
    return action.get("configuration") or {}


def _provider(action: dict[str, Any]) -> tuple[str, str]:
    id = action["actionTypeId"]
    return id["category"], id["provider"]


def _unread_artifacts(declaration: Declaration) -> Iterator[Finding]:
    read, made = _artifacts(declaration, "inputArtifacts"), _artifacts(declaration, "outputArtifacts")
    if not read <= made or any(_lacks_input(action) for *_, action in actions_of(declaration)):
        return  # what is read under a name that nothing has, or not at all, may be the very one that nobody reads
    named = _words(declaration)
    for i, j, _, action in actions_of(declaration):
        for k, artifact in enumerate(action.get("outputArtifacts") or ()):
            if artifact["name"] not in read and artifact["name"] not in named and _may_be_left_out(action):
                message = f"no action reads the artifact {artifact['name']} of action {action['name']}"
                hint = "name it among some action's inputArtifacts"
                if action["actionTypeId"]["category"] != "Source":
                    hint += ", or take it out"
                yield Finding("203", message, _at(i, j, "outputArtifacts", k, "name"), hint)


def _is_known(action: dict[str, Any]) -> bool:
    id = action["actionTypeId"]
    return action_type(id["category"], id["owner"], id["provider"], id["version"]) is not None


def _lacks_input(action: dict[str, Any]) -> bool:
    id = action["actionTypeId"]
    found = action_type(id["category"], id["owner"], id["provider"], id["version"])
    return found is not None and len(action.get("inputArtifacts") or ()) < found.inputs[0]


def _artifacts(declaration: Declaration, key: str) -> set[str]:
    return {artifact["name"] for *_, action in actions_of(declaration) for artifact in action.get(key) or ()}


def _words(declaration: Declaration) -> set[str]:
    """The words of all configurations and conditions: they may name artifacts too."""
    sections = [stage.get(section) for stage in declaration["stages"] for section in RESULTS]
    texts = json.dumps([[_configuration(action) for *_, action in actions_of(declaration)], sections])
    return set(re.findall(r"[a-zA-Z0-9_\-]+", texts))


def _may_be_left_out(action: dict[str, Any]) -> bool:
    """Whether an output that nobody reads is for nothing: some actions make one for people to look at."""
    id = action["actionTypeId"]
    found = action_type(id["category"], id["owner"], id["provider"], id["version"])
    return id["category"] == "Source" or (found is not None and found.outputs[0] == 0)


def _silent_approvals(declaration: Declaration) -> Iterator[Finding]:
    for i, j, _, action in actions_of(declaration):
        if _provider(action) == ("Approval", "Manual") and "NotificationArn" not in _configuration(action):
            minutes = action.get("timeoutInMinutes")
            limit = "7 days" if minutes is None else f"{minutes} minutes"
            message = f"nobody is told when {action['name']} waits for approval, and after {limit} it fails"
            hint = 'add "NotificationArn": "…" to its configuration: the ARN of an SNS topic'
            yield Finding("204", message, _at(i, j), hint)


def _secrets(declaration: Declaration) -> Iterator[Finding]:
    for i, j, _, action in actions_of(declaration):
        for key, value in _configuration(action).items():
            where = _at(i, j, "configuration", key)
            if key == "EnvironmentVariables":
                yield from _plain_variables(value, where)
            elif value == "" and key in SECRETS:
                message = f"{key} is left empty, and CodePipeline takes no empty value"
                yield Finding("206", message, where, "fill it in before the file is used, and only then")
            elif MASK in value and set(value) == {"*"}:
                message = f"{key} is masked, as GetPipeline shows it: an update with it stores the asterisks"
                yield Finding("206", message, where, "write the value, or leave the change to the console")
            elif is_secret(key, value):
                message = f"{key} of action {action['name']} looks like a secret, and stands here for everybody to read"
                yield Finding("205", message, where, "use a connection, or a secret in Secrets Manager")


def _plain_variables(text: str, where: Place) -> Iterator[Finding]:
    for variable in environment_variables(text) or ():
        name, value = variable.get("name", ""), variable.get("value", "")
        if variable.get("type", "PLAINTEXT") == "PLAINTEXT" and is_secret(str(name), str(value)):
            message = f"the variable {name} looks like a secret, and stands here for everybody to read"
            yield Finding("205", message, where, 'give it the type "SECRETS_MANAGER", and the secret\'s name as value')


def _old_sources(declaration: Declaration) -> Iterator[Finding]:
    for i, j, _, action in actions_of(declaration):
        if action["actionTypeId"]["owner"] == "ThirdParty" and _provider(action) == ("Source", "GitHub"):
            message = f"source action {action['name']} uses the old GitHub action with a personal token"
            hint = "use provider CodeStarSourceConnection with a connection"
            yield Finding("207", message, _at(i, j, "actionTypeId"), hint)


def _triggers(declaration: Declaration) -> Iterator[Finding]:
    sources = {action["name"]: (i, j, action) for i, j, _, action in actions_of(declaration) if i == 0}
    for trigger in declaration.get("triggers") or ():
        git = trigger.get("gitConfiguration")
        name = git.get("sourceActionName") if isinstance(git, dict) else None
        if not isinstance(name, str) or name not in sources or not (git.get("push") or git.get("pullRequest")):
            continue
        i, j, action = sources[name]
        if _configuration(action).get("DetectChanges", "true") != "false":
            message = f"source action {name} has a trigger with filters, so its DetectChanges must be false"
            hint = 'write "DetectChanges": "false" in its configuration: the trigger alone starts the pipeline'
            yield Finding("208", message, _at(i, j), hint)


def _timeouts(declaration: Declaration) -> Iterator[Finding]:
    for i, j, _, action in actions_of(declaration):
        if "timeoutInMinutes" in action and action["actionTypeId"]["category"] != "Approval":
            message = f"{action['name']} has timeoutInMinutes, which is for manual approvals only"
            hint = "take it out; a build has a timeout in its project"
            yield Finding("209", message, _at(i, j, "timeoutInMinutes"), hint)


# Values of configurations: docs/behaviour/codepipeline.md §4.2


def _values(declaration: Declaration) -> Iterator[Finding]:
    for i, j, _, action in actions_of(declaration):
        for fault in faults(action):
            about = f"{fault.key} of action {action['name']}" if fault.key else f"action {action['name']}"
            where = _at(i, j, "configuration", fault.key) if fault.key else _at(i, j)
            yield Finding("125", f"{about} {fault.words}", where, fault.hint, "error")
        for k, command in enumerate(action.get("commands") or ()):
            if "\n" in command.strip("\n"):
                message = f"a command of action {action['name']} has several lines, and each must be one"
                hint = "write a command for each line, or one script that is called"
                yield Finding("125", message, _at(i, j, "commands", k), hint, "error")


RULE_CHOICES = {
    ("CloudWatchAlarm", "AlarmStates"): ("ALARM", "OK", "INSUFFICIENT_DATA"),
    ("VariableCheck", "Operator"): ("EQ", "NE", "CONTAINS", "MATCHES"),
}
"""(provider of a rule, key) -> its values (§12.1)."""


_OPERATORS = {"=": "EQ", "==": "EQ", "EQUAL": "EQ", "EQUALS": "EQ", "!=": "NE", "NOT_EQUALS": "NE", "NOTEQUALS": "NE"}
"""What people write for operators of a variable check."""


def _rule_values(declaration: Declaration) -> Iterator[Finding]:
    for rule, where in _rules_of(declaration):
        provider = rule["ruleTypeId"]["provider"]
        for key, value in (rule.get("configuration") or {}).items():
            known = RULE_CHOICES.get((provider, key))
            found = value.replace(" ", "").split(",") if key == "AlarmStates" else [value]
            wrong = [one for one in found if known is not None and one not in known and "#{" not in one]
            if wrong and known is not None:
                meant = _OPERATORS.get(wrong[0].upper(), "") if key == "Operator" else ""
                hint = f"write {meant or near(wrong[0].upper(), list(known)) or ', '.join(known)}"
                message = f"{key} of rule {rule['name']} is {wrong[0]!r}"
                yield Finding("125", message, (*where, "configuration", key), hint, "error")
            elif (provider, key) == ("CloudWatchAlarm", "WaitTime") and not re.fullmatch(r"\d{1,5}|.*#\{.*", value):
                message = f"WaitTime of rule {rule['name']} is {value!r}"
                yield Finding("125", message, (*where, "configuration", key), "write whole minutes", "error")
            elif provider == "DeploymentWindow" and "#{" not in value:
                fault, hint = windows.fault(key, value)
                if fault:
                    message = f"{key} of rule {rule['name']} {fault}"
                    yield Finding("125", message, (*where, "configuration", key), hint, "error")


def _patterns(declaration: Declaration) -> Iterator[Finding]:
    """Regular expressions of variable checks that are none (§12.1)."""
    for rule, where in _rules_of(declaration):
        given = rule.get("configuration") or {}
        value = given.get("Value", "#{")
        if rule["ruleTypeId"]["provider"] != "VariableCheck" or given.get("Operator") != "MATCHES" or "#{" in value:
            continue
        broken = _broken(value)
        if broken:
            message = f"Value of rule {rule['name']} is {value!r}, and no regular expression: {broken}"
            glob = value.replace(".", r"\.").replace("*", ".*").replace("?", ".")
            hint = "close its brackets; before a sign that is meant as itself stands a backslash"
            if broken == _NOTHING_TO_REPEAT and not _broken(glob):
                hint = f"write {glob}: MATCHES takes a regular expression, in which * repeats what is before it"
            yield Finding("125", message, (*where, "configuration", "Value"), hint, "error")


def _broken(pattern: str) -> str:
    """What is wrong with a regular expression in every dialect; "" where only Python may not know it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except re.error as error:
        return next((told for words, told in _BROKEN.items() if error.msg.startswith(words)), "")
    except (RecursionError, OverflowError):
        return ""
    return ""


_NOTHING_TO_REPEAT = "there is nothing before a * or + that it could repeat"
_BROKEN = {
    "missing ), unterminated subpattern": "a ( is not closed",
    "unterminated character set": "a [ is not closed",
    "unbalanced parenthesis": "a ) is not opened",
    "nothing to repeat": _NOTHING_TO_REPEAT,
}
"""How Python says it -> how it is told here; AWS reads Java's expressions, which have more than Python's."""


# Regions


def _regions(declaration: Declaration) -> Iterator[Finding]:
    """Names of Regions that are none."""
    stores = declaration.get("artifactStores") or ()
    named: list[tuple[str, str, Place]] = [(one, "artifactStores", ("artifactStores", one)) for one in stores]
    users = [(action, f"action {action['name']}", _at(i, j)) for i, j, _, action in actions_of(declaration)]
    users += [(rule, f"rule {rule['name']}", where) for rule, where in _rules_of(declaration)]
    named += [(user["region"], what, (*where, "region")) for user, what, where in users if "region" in user]
    for region, what, where in named[:MAX_REGIONS]:
        meant = meant_region(region)
        message = f"{what} names the Region {region}, and there is none of that name"
        if meant is not None:
            yield Finding("133", message, where, f"write {meant}" if meant else "write it like us-east-1", "error")
        elif region not in REGIONS:
            hint = "leave it if it is newer than this list of 2026; else write one that is there, such as us-east-1"
            yield Finding("215", f"{message} that is known here", where, hint)


MAX_REGIONS = 200
"""So many are looked at."""


def _rules_of(declaration: Declaration) -> Iterator[tuple[dict[str, Any], Place]]:
    for i, stage in enumerate(declaration["stages"]):
        for section in RESULTS:
            for k, condition in enumerate((stage.get(section) or {}).get("conditions", ())):
                for n, rule in enumerate(condition.get("rules", ())):
                    yield rule, ("stages", i, section, "conditions", k, "rules", n)


# Variables and artifacts: what nobody sets, and what nobody else can read


def _variables(declaration: Declaration) -> Iterator[Finding]:
    """Variables that no action sets: where they are used, the execution fails (§19)."""
    named = [action for *_, action in actions_of(declaration) if "namespace" in action]
    known = {action["namespace"]: variables_of(action) for action in named}
    known["codepipeline"] = EXECUTION_VARIABLES
    builds = [action["namespace"] for action in named if _provider(action)[1] == "CodeBuild"]
    for i, j, _, action in actions_of(declaration):
        for where, text in texts_of(action, _at(i, j)):
            for namespace, name in VARIABLE.findall(text):
                given = known.get(namespace)
                if given is not None and _AFTER.split(name, 1)[0] not in given:  # what is not closed is told as such
                    meant = near(name, list(given))
                    hint = f"did you mean #{{{namespace}.{meant}}}?" if meant else _known_variables(namespace, given)
                    if not meant and len(builds) == 1:
                        hint = f"did you mean #{{{builds[0]}.{name}}}? {namespace} has {', '.join(given) or 'none'}"
                    message = f"action {action['name']} uses #{{{namespace}.{name}}}, which nothing sets"
                    yield Finding("131", message, where, hint, "error")


_AFTER = re.compile(r"[^\w@.-]")
"""What stands in no variable's name."""


def _no_references(declaration: Declaration) -> Iterator[Finding]:
    """What looks like a reference to a variable and is none (§19): it stays in the text as it is written."""
    declared = {variable["name"] for variable in declaration.get("variables") or ()}
    namespaces = {action["namespace"] for *_, action in actions_of(declaration) if "namespace" in action}
    namespaces |= {"codepipeline", "variables"}
    users = [(action, _at(i, j), f"action {action['name']}") for i, j, _, action in actions_of(declaration)]
    users += [(rule, where, f"rule {rule['name']}") for rule, where in _rules_of(declaration)]
    for user, place, told in users:
        for where, text in texts_of(user, place):
            for written, right in _nearly(text, namespaces, declared):
                message = f"{told} has {written}, which is no reference to a variable: nothing is put in its place"
                yield Finding("212", message, where, f"write {right}")
        variable = (user.get("configuration") or {}).get("Variable", "#{")
        if "ruleTypeId" in user and user["ruleTypeId"]["provider"] == "VariableCheck" and "#{" not in variable:
            message = f"Variable of {told} is {variable!r}, and no variable: it compares two texts that never change"
            hint = f"write #{{{variable}}}" if "." in variable else "write it like #{SourceVariables.BranchName}"
            yield Finding("212", message, (*place, "configuration", "Variable"), hint)


_NEARLY = re.compile(
    r"(?:[#$] ?[{(\[]{1,2} ?(?P<namespace>[\w@-]+)(?:[.:/](?P<name>[\w-]+))?"  # ${Source.CommitId}, #{Source.CommitId
    r"|\{\{? ?(?P<within>[\w@-]+)\.(?P<inner>[\w-]+)) ?[})\]]{0,2}"  # {{Source.CommitId}}
)
"""What may be meant as `#{namespace.name}`, or as the name alone of a variable of the pipeline."""


def _nearly(text: str, namespaces: set[str], declared: set[str]) -> Iterator[tuple[str, str]]:
    """(what stands there, what is meant) of all that nearly is a reference to a variable that is there."""
    for found in _NEARLY.finditer(text):
        written, namespace, name = found[0], found["namespace"] or found["within"], found["name"] or found["inner"]
        if name is None:
            if written == f"#{{{namespace}}}" and namespace in declared:
                yield written, f"#{{variables.{namespace}}}"
        elif namespace in namespaces and not written.startswith(f"#{{{namespace}.{name}}}"):
            yield written, f"#{{{namespace}.{name}}}"


def _known_variables(namespace: str, given: tuple[str, ...]) -> str:
    if not given:
        return f"add the variable to the outputVariables of the action with the namespace {namespace}"
    return f"{namespace} has {', '.join(given)}"


def _clones(declaration: Declaration) -> Iterator[Finding]:
    """Full clones that go to other actions than CodeBuild's (§4.2)."""
    clones = {
        artifact["name"]: action["name"]
        for *_, action in actions_of(declaration)
        if _configuration(action).get("OutputArtifactFormat") == "CODEBUILD_CLONE_REF"
        for artifact in action.get("outputArtifacts") or ()
    }
    for i, j, _, action in actions_of(declaration):
        for k, artifact in enumerate(action.get("inputArtifacts") or ()):
            if artifact["name"] in clones and action["actionTypeId"]["provider"] not in CLONING:
                made = clones[artifact["name"]]
                message = f"action {action['name']} reads {artifact['name']}, which is a CODEBUILD_CLONE_REF: CodeBuild"
                message += " alone can read it"
                hint = f"write OutputArtifactFormat: CODE_ZIP in {made}, or give {action['name']} the output of a build"
                yield Finding("132", message, _at(i, j, "inputArtifacts", k, "name"), hint, "error")


CLONING = ("CodeBuild", "Commands", "ECRBuildAndPublish")
"""Providers whose work runs in CodeBuild, and which may clone."""


def _unread_keys(declaration: Declaration) -> Iterator[Finding]:
    """Keys of an action that only other providers read (§2.4), and a retry's without a retry (§2.3)."""
    for i, stage in enumerate(declaration["stages"]):
        failure = stage.get("onFailure") or {}
        if failure.get("retryConfiguration") and failure.get("result") != "RETRY":
            message = f"onFailure of stage {stage['name']} has a retryConfiguration and does not retry"
            place: Place = ("stages", i, "onFailure", "retryConfiguration")
            yield Finding("210", message, place, "add result: RETRY beside it, or take it out")
    for i, j, _, action in actions_of(declaration):
        provider = action["actionTypeId"]["provider"]
        where = {key: _at(i, j, key) for key in READERS if action.get(key)}
        for k, artifact in enumerate(action.get("outputArtifacts") or ()):
            if artifact.get("files"):
                where["files"] = _at(i, j, "outputArtifacts", k, "files")
        for key, place in where.items():
            if provider not in READERS.get(key, ("Commands",)):
                message = f"{provider} does not read {key} of action {action['name']}"
                yield Finding("210", message, place, _UNREAD_HINTS.get(provider, {}).get(key, _ONLY.format(key)))


READERS = {
    "commands": ("Commands",),
    "outputVariables": ("Commands",),
    "environmentVariables": ("Commands", "EKS", "ECRBuildAndPublish", "InspectorScan"),
}
"""Key of an action -> the providers that read it; `files` of an output artifact is the Commands action's."""
_ONLY = "take {} out, or use the Commands action (category Compute)"
_UNREAD_HINTS = {
    "CodeBuild": {
        "commands": "write them into the buildspec",
        "outputVariables": "name them in the buildspec: env: exported-variables",
        "environmentVariables": "write them as EnvironmentVariables in configuration: a JSON array as text",
        "files": "name them in the buildspec: artifacts: files",
    }
}
"""Provider -> what to write instead of a key."""


# Triggers: docs/behaviour/codepipeline.md §20.1


MAX_NAMES = 5
"""So many names are offered in one hint."""


def _trigger_filters(declaration: Declaration) -> Iterator[Finding]:
    connections = {
        action["name"]: _configuration(action).get("BranchName", "main").replace("unknown", "main")
        for *_, action in actions_of(declaration)
        if _provider(action) == ("Source", "CodeStarSourceConnection")
    }
    unknown = {action["name"] for *_, action in actions_of(declaration) if not _is_known(action)}
    seen: set[str] = set()
    for k, trigger in enumerate(declaration.get("triggers") or ()):
        where: Place = ("triggers", k, "gitConfiguration")
        git = trigger["gitConfiguration"]
        name = git["sourceActionName"]
        if name not in connections and name not in unknown:
            message = f"the trigger is for {name}, and no source action with a connection has that name"
            meant = near(name, list(connections)) or next(iter(connections), "")
            others = [one for one in connections if one != meant]
            hint = f"write {' or '.join([meant, *others][:MAX_NAMES])}"
            if not meant:
                hint = "take the trigger out: a source of another provider starts by an EventBridge rule"
            yield Finding("126", message, (*where, "sourceActionName"), hint, "error")
        if name in seen:
            message = f"the source action {name} has two triggers; it may have one"
            yield Finding("126", message, (*where, "sourceActionName"), "put the filters into one trigger", "error")
        seen.add(name)
        for n, filter in enumerate(git.get("push") or ()):
            if "tags" in filter and ("branches" in filter or "filePaths" in filter):
                message = "a push filter has tags beside branches or file paths: tags stand alone"
                hint = "make two entries of push: one with tags alone, one with the rest"
                yield Finding("126", message, (*where, "push", n), hint, "error")
            elif "filePaths" in filter and "branches" not in filter:
                message = "a push filter has file paths without branches"
                hint = f"add branches: {{includes: [{connections.get(name, 'main')}]}} beside it"
                yield Finding("126", message, (*where, "push", n), hint, "error")


def _filters_of_refs(declaration: Declaration) -> Iterator[Finding]:
    """Filters that name refs: what they are held against are the names of branches and tags."""
    for k, trigger in enumerate(declaration.get("triggers") or ()):
        for kind in ("push", "pullRequest"):
            for n, filter in enumerate(trigger["gitConfiguration"].get(kind) or ()):
                for what, patterns in filter.items():
                    if what in _REFS:
                        where: Place = ("triggers", k, "gitConfiguration", kind, n, what)
                        yield from _refs(what, patterns, where)


_REFS = {"branches": "refs/heads/", "tags": "refs/tags/"}


def _refs(what: str, patterns: dict[str, list[str]], where: Place) -> Iterator[Finding]:
    for key, texts in patterns.items():
        for m, text in enumerate(texts):
            if text.startswith(_REFS[what]):
                message = f"{what} are named without {_REFS[what]}: {text} matches none"
                yield Finding("213", message, (*where, key, m), f"write {text.removeprefix(_REFS[what]) or '**'}")


_RULES: tuple[Callable[[Declaration], Iterator[Finding]], ...] = (
    _unread_artifacts,
    _silent_approvals,
    _secrets,
    _old_sources,
    _triggers,
    _timeouts,
    _values,
    _rule_values,
    _patterns,
    _regions,
    _variables,
    _clones,
    _unread_keys,
    _trigger_filters,
    _no_references,
    _filters_of_refs,
)
