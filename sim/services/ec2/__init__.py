"""Amazon EC2, as far as fleets need it: instances that run, stop and go."""

from sim.services.ec2.api import EC2

SERVICE = EC2
