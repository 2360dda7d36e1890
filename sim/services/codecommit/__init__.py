"""AWS CodeCommit: repositories of real git objects, in memory."""

from sim.services.codecommit.api import CodeCommit

SERVICE = CodeCommit
