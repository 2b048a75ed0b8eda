"""The one link of a service to the broker; nameko, kombu, amqp and eventlet stay in here."""

from chassis.link.link import Link

__all__ = ["Link"]
