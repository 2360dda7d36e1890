"""AWS STS: who calls, and credentials for a while."""

from sim.services.sts.api import STS

SERVICE = STS
