"""AWS CodeBuild: projects, and builds through all their phases. No command is ever executed."""

from sim.services.codebuild.api import CodeBuild

SERVICE = CodeBuild
