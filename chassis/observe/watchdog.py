"""A native thread that notices when the event loop stands still: measured, and fatal after ten seconds."""

import faulthandler
import os
import sys
import time

import eventlet
from eventlet import patcher

from chassis.observe.metrics import metrics

FATAL_SECONDS = 10.0
TICK = 0.05


def watch_hub() -> None:
    """Start ticking and watching; a standstill of ten seconds ends the process with all stacks in the log."""
    last = [time.monotonic()]
    worst = [0.0, time.monotonic()]

    def tick() -> None:
        while True:
            eventlet.sleep(TICK)
            now = time.monotonic()
            stall = now - last[0] - TICK
            last[0] = now
            if stall > worst[0] or now - worst[1] > 10:
                worst[0], worst[1] = stall, now
                metrics().hub_stall.set(max(stall, 0))

    def watch() -> None:
        native_time = patcher.original("time")
        while True:
            native_time.sleep(1)
            if time.monotonic() - last[0] > FATAL_SECONDS:
                faulthandler.dump_traceback(file=sys.__stderr__ or sys.stderr)
                os._exit(1)

    eventlet.spawn_n(tick)
    patcher.original("threading").Thread(target=watch, daemon=True).start()
