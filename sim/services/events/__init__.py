"""Amazon EventBridge: the default bus of each account and Region, its rules and their targets."""

from sim.services.events.api import Events

SERVICE = Events
