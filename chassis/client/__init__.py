"""The bus for a process of asyncio: the gateway's side of the wire, without eventlet."""

from chassis.client.bus import Bus

__all__ = ["Bus"]
