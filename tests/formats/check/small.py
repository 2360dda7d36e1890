"""Checks of small examples, which show one thing and leave out most of what a resource needs beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sim.core.problems import Problem
from sim.formats import check
from sim.formats.check import Kind, Report

PIPELINE = (
    "RoleArn: 'arn:aws:iam::123456789012:role/p', ArtifactStore: {Type: S3, Location: my-bucket}, Stages: ["
    "{Name: Source, Actions: [{Name: Get, ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, "
    "Version: '1'}, Configuration: {RepositoryName: web, BranchName: main, PollForSourceChanges: 'false'}, "
    "OutputArtifacts: [{Name: Src}]}]}, "
    "{Name: Build, Actions: [{Name: Make, ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, "
    "Version: '1'}, Configuration: {ProjectName: web}, InputArtifacts: [{Name: Src}]}]}]"
)
"""The properties of a whole pipeline, but for its name."""
LEFT_OUT = ("CF169", "PL214")
"""The codes of properties that are due and not there, and of a pipeline that nothing starts."""


def check_text(text: str, name: str, kind: Kind | None = None) -> list[Problem]:
    """Every finding in a text, but for what is left out."""
    return [problem for problem in check.check_text(text, name, kind) if problem.code not in LEFT_OUT]


def check_paths(paths: Sequence[Path], kind: Kind | None = None) -> Report:
    """Every finding in files and folders, but for what is left out."""
    report = check.check_paths(paths, kind)
    return replace(report, problems=tuple(one for one in report.problems if one.code not in LEFT_OUT))
