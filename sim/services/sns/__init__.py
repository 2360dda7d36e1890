"""Amazon SNS: topics, subscriptions, and an outbox in place of real mail."""

from sim.services.sns.api import SNS

SERVICE = SNS
