"""Seeing what happens: structured logs, metrics and the health door, the same for every process."""

from chassis.observe.logs import bind_trace, configure_logs, current_trace, log, new_trace
from chassis.observe.metrics import Metrics, metrics

__all__ = ["Metrics", "bind_trace", "configure_logs", "current_trace", "log", "metrics", "new_trace"]
