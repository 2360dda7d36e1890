"""EC2 Auto Scaling, as far as fleets need it: groups of instances."""

from sim.services.autoscaling.api import AutoScaling

SERVICE = AutoScaling
