"""What actions do: one provider a file. A provider is a generator over a `Job`."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from simpy import Event

from sim.services.codepipeline.providers.codebuild import build
from sim.services.codepipeline.providers.codecommit import source as codecommit_source
from sim.services.codepipeline.providers.codedeploy import deploy as codedeploy_deploy
from sim.services.codepipeline.providers.manual import approve
from sim.services.codepipeline.providers.s3 import deploy as s3_deploy
from sim.services.codepipeline.providers.s3 import source as s3_source

if TYPE_CHECKING:
    from sim.services.codepipeline.job import Job

Provider = Callable[["Job"], Generator[Event, Any, None]]

PROVIDERS: dict[tuple[str, str, str], Provider] = {
    ("Source", "AWS", "CodeCommit"): codecommit_source,
    ("Source", "AWS", "S3"): s3_source,
    ("Build", "AWS", "CodeBuild"): build,
    ("Test", "AWS", "CodeBuild"): build,
    ("Deploy", "AWS", "CodeDeploy"): codedeploy_deploy,
    ("Deploy", "AWS", "S3"): s3_deploy,
    ("Approval", "AWS", "Manual"): approve,
}
"""(category, owner, provider) -> its work."""
