"""What the server counts of connections, requests and streams, for `/metrics`. Of several behind one port each says its
own, and `camdesk_process` says which one answered."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from camdesk.lib import bus
from camdesk.server.protocol import given_up

if TYPE_CHECKING:
    from camdesk.server.dispatcher import Dispatcher


class FrontFigures(Collector):
    def __init__(self, front: "Dispatcher", *, ready: bool) -> None:
        self.front = front
        self.ready = ready

    def collect(self) -> Iterator[Metric]:
        front = self.front
        yield _gauge("camdesk_process", "Which process answered", os.getpid())
        yield _gauge("camdesk_start_time_seconds", "When it began, in seconds since 1970", front.began)
        yield _gauge("camdesk_ready", "Whether /readyz says yes", int(self.ready))
        yield _gauge("camdesk_bus_heard", "Whether hints of other processes arrive", int(not bus.is_deaf()))
        lost = CounterMetricFamily(
            "camdesk_http_given_up", "Requests cut off before they were whole", labels=("status",)
        )
        for status, number in given_up.items():
            lost.add_metric([str(status)], number)
        yield lost
        refused = front.connections.refused + front.at_work.refused
        yield _counter("camdesk_http_refused_per_address", "Too many from one address", refused)
        if front.bridge is not None:
            yield _counter("camdesk_http_requests", "Requests taken in, refused ones among them", front.requests)
            yield _gauge(
                "camdesk_http_requests_inside", "Requests that wait for a thread or have one", front.bridge.inside
            )
            yield _gauge("camdesk_http_threads", "Threads for requests", front.bridge.threads)
        if front.hub is not None:
            hub = front.hub
            yield _gauge("camdesk_live_streams", "Open event streams", hub.open)
            yield _counter("camdesk_live_opened", "Event streams opened", hub.opened)
            yield _counter("camdesk_live_refused", "Event streams refused", hub.refused)
            yield _counter("camdesk_live_hints", "Hints told to streams", hub.delivered)
            yield _counter("camdesk_live_closed_slow", "Event streams closed because nobody read them", hub.closed_slow)


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)


def _counter(name: str, what: str, value: float) -> Metric:
    return CounterMetricFamily(name, what, value=value)
