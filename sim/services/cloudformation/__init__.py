"""AWS CloudFormation, as far as stacks make what is there before time 0."""

from sim.services.cloudformation.api import CloudFormation, create

SERVICE = CloudFormation

__all__ = ["SERVICE", "create"]
