"""Variables: `#{namespace.key}` in a configuration, filled in just before the action starts (§19)."""

from __future__ import annotations

from collections.abc import Mapping

from sim.formats.pipeline import VARIABLE
from sim.services.codepipeline.resources import PipelineExecution


class UnknownVariableError(Exception):
    """No action so far gave that variable."""


def resolve(configuration: Mapping[str, str], execution: PipelineExecution) -> dict[str, str]:
    """The configuration with every variable filled in. Values do not nest. Raises UnknownVariableError."""

    def value(namespace: str, name: str) -> str:
        if namespace == "codepipeline" and name == "PipelineExecutionId":
            return execution.name
        known = execution.variables if namespace == "variables" else execution.outputs.get(namespace, {})
        if name not in known:
            raise UnknownVariableError(f"#{{{namespace}.{name}}}")
        return known[name]

    return {
        key: VARIABLE.sub(lambda found: value(found.group(1), found.group(2)), text)
        for key, text in configuration.items()
    }
