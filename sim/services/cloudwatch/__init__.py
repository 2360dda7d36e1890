"""Amazon CloudWatch, as far as deployments need it: metrics that people publish, and alarms on them."""

from sim.services.cloudwatch.api import CloudWatch

SERVICE = CloudWatch
