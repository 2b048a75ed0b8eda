"""The same series for every service, so that one dashboard row fits all."""

from functools import cache

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """Series of one process."""

    def __init__(self) -> None:
        self.messages = Counter(
            "messages_total", "Messages handled, by kind, name and outcome", ["kind", "name", "outcome"]
        )
        self.handler_seconds = Histogram(
            "handler_seconds", "Seconds in a handler", ["kind", "name"], buckets=_SECONDS
        )
        self.call_seconds = Histogram(
            "call_seconds", "Seconds a call took, by callee", ["callee", "outcome"], buckets=_SECONDS
        )
        self.outbox_unpublished = Gauge(
            "outbox_unpublished", "Messages committed and not yet confirmed by the broker"
        )
        self.outbox_oldest = Gauge("outbox_oldest_seconds", "Age of the oldest unpublished message")
        self.parked = Gauge("parked_messages", "Messages waiting for another try", ["status"])
        self.hub_stall = Gauge(
            "hub_stall_seconds", "Longest time in the last ten seconds the event loop did not turn"
        )
        self.sagas = Gauge("sagas", "Sagas by kind and status", ["saga", "status"])
        self.index_waiting = Gauge("index_waiting_documents", "Documents to be brought up to date", ["index"])
        self.index_lag = Gauge("index_lag_seconds", "Age of the oldest change not indexed", ["index"])
        self.oldest_sign_off = Gauge(
            "oldest_open_sign_off_seconds", "Age of the oldest open sign-off", ["organisation", "step"]
        )


@cache
def metrics() -> Metrics:
    """The series of this process, made at first use."""
    return Metrics()
