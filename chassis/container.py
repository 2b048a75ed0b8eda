"""Hosts one service: nameko's container, with workers that are cheap and a pump for everything due."""

import random
from collections.abc import Callable
from typing import Any

import eventlet
from nameko.containers import ServiceContainer
from nameko.exceptions import ContainerBeingKilled

from chassis import parking
from chassis.entrypoints import Deliveries, Pumps
from chassis.link import Link
from chassis.link.relay import Relay
from chassis.observe import log
from chassis.service import Service
from chassis.store import Store
from chassis.wire import Envelope

WORKERS = 256


class Container(ServiceContainer):  # type: ignore[misc]
    """One service in one process."""

    def __init__(self, service: type[Service], store: Store, callers: dict[str, frozenset[str]]) -> None:
        self.store = store
        self.callers = callers
        self.instance = service()
        self.pumps: list[Pumps] = []
        self.redriven: dict[str, Callable[[Envelope], None]] = {}
        super().__init__(service, {"max_workers": WORKERS})
        self.link: Link = next(e for e in self.subextensions if isinstance(e, Link))
        self.relay = self.link.relay = Relay(
            store, service.name, unheard=frozenset(kind.name for kind in service.unheard)
        )

    def start(self) -> None:
        """Every entrypoint makes itself known before the link is asked to consume for them."""
        self.started = True
        self.extensions.all.setup()
        next(e for e in self.subextensions if isinstance(e, Deliveries)).consume()
        self.extensions.all.start()
        self.spawn_managed_thread(self.relay.run, identifier="outbox relay")
        for pump in self.pumps:
            self.spawn_managed_thread(
                lambda p=pump: self._pump(p.pump, woken=p.woken, gathers=p.gathers),
                identifier=f"pump {pump.method_name}",
            )
        self.spawn_managed_thread(
            lambda: self._pump(lambda: parking.try_again(self.store, self.redriven), woken=False),
            identifier="parked messages",
        )

    def busy(self) -> bool:
        """Whether another request would have to wait for a worker."""
        return bool(self._worker_pool.free() <= 0)

    def spawn_worker(
        self,
        entrypoint: Any,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        context_data: Any = None,
        handle_result: Any = None,
    ) -> None:
        """Run an entrypoint in a pooled green thread; stopping waits for it."""
        if self._being_killed:
            raise ContainerBeingKilled
        self._worker_pool.spawn_n(entrypoint.run, *args, **kwargs)

    def _pump(self, take: Callable[[], bool], *, woken: bool = True, gathers: float = 0) -> None:
        """Everything due of one kind, every second and, where it is `woken`, whenever something was committed. Each kind
        by itself, so that one which waits for a neighbour, or has much to do, holds up no other. Where it `gathers`,
        what becomes due within so many seconds goes together.
        """
        while True:
            wake = self.link.pump_wake
            while self._took(take):
                eventlet.sleep(gathers)
            pause = 1 + random.random() / 10  # noqa: S311 - spreads replicas
            if not woken:
                eventlet.sleep(pause)
                continue
            with eventlet.Timeout(pause, False):
                wake.wait()

    @staticmethod
    def _took(take: Callable[[], bool]) -> bool:
        try:
            return take()
        except Exception as error:  # noqa: BLE001 - the next round tries again
            log().warning("pump_failed", error=type(error).__name__, exc_info=True)
            return False

    def measure(self) -> None:
        """Bring the gauges up to date, as far as the database answers."""
        try:
            self.relay.measure()
            parking.measure(self.store)
            self.instance.measure(self.store)
        except Exception as error:  # noqa: BLE001 - metrics answer whatever happens
            log().warning("not_measured", error=type(error).__name__)
