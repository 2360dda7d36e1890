"""AWS CodePipeline: pipelines and their executions, stage after stage."""

from sim.services.codepipeline.api import CodePipeline

SERVICE = CodePipeline
