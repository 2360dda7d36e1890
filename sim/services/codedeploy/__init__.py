"""AWS CodeDeploy: applications, deployment groups and deployments to fleets whose agents run hooks."""

from sim.services.codedeploy.api import CodeDeploy

SERVICE = CodeDeploy
