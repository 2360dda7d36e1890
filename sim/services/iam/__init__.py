"""AWS IAM: roles, policies, instance profiles and users. Policies are kept; nothing is refused because of them."""

from sim.services.iam.api import IAM

SERVICE = IAM
