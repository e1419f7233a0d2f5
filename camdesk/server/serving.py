"""Puts the parts together and serves them: one uvicorn process, one port, and the worker beside it; or several of them
(server/workers.py)."""

import asyncio
import contextlib
import errno
import functools
import gc
import logging
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import uvicorn
from django.conf import settings
from django.db import close_old_connections
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from camdesk.lib import invalidation, metrics
from camdesk.lib.files import NoRoom, store
from camdesk.live.hub import STREAMS_IN_ALL, Hub
from camdesk.nodes import registry
from camdesk.people import audit
from camdesk.server.addresses import PerAddress
from camdesk.server.bridge import Bridge
from camdesk.server.desk_figures import DeskFigures
from camdesk.server.dispatcher import Dispatcher
from camdesk.server.protocol import GuardedProtocol
from camdesk.server.readiness import what_is_wrong, what_is_wrong_with_streams
from camdesk.server.refusals import refuser
from camdesk.server.request_log import Followed
from camdesk.server.workers import SharedState, Supervisor, listeners_for

if TYPE_CHECKING:
    from camdesk.channels.mail.incoming.smtp_server import Receiver
    from camdesk.worker.loop import Worker

log = logging.getLogger("camdesk.serve")

STOP_SECONDS = 2
"""Requests in work may take so long after Ctrl-C; with the worker's 2 s everything has stopped within 5 s."""

_NEW_OBJECTS = 10_000
"""So many objects more than before, and rubbish that holds itself is looked for. A page makes a few thousand and gives
them back by itself: at Python's 700 each page was looked through once or more, for nothing (3 % of its CPU)."""


@dataclass(frozen=True, slots=True)
class Parts:
    web: bool = True
    live: bool = True
    work: bool = True

    @property
    def kind(self) -> str:
        """As the command that starts it is called."""
        one = [name for name in ("web", "live", "work") if getattr(self, name)]
        return one[0] if len(one) == 1 else "serve"


def listen_on(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A listening socket, or SystemExit with one sentence: asked before the long part of a start. `shared`: one of
    several on this port, among which the kernel divides those who connect."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # A reader that takes nothing for a minute is cut off by the kernel, with all that was waiting for it.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 60_000)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise SystemExit(
            f"camdesk: port {port} on {host} cannot be used ({os.strerror(error.errno or 0)});"
            " stop what runs there, or choose another with --port"
        ) from None
    listener.set_inheritable(False)
    return listener


def listen_for(host: str, port: int, servers: int) -> list[socket.socket]:
    """A listening socket for each server; see `listen_on`."""
    return [listen_on(host, port)] if servers == 1 else listeners_for(listen_on, host, port, servers)


def dispatcher_for(parts: Parts, shared: SharedState | None = None) -> Dispatcher:
    """`shared`: what several such processes count together."""
    bridge = None
    if parts.web:
        from camdesk.server.admission import most_for_in_thread  # needs the settings that the line before reads
        from camdesk.server.wsgi import application

        bridge = Bridge(
            application,
            threads=settings.WEB_THREADS,
            refuse=refuser(settings.MAX_BODY_BYTES),
            max_body=settings.MAX_BODY_BYTES,
            most_for=most_for_in_thread,
            spool_dir=settings.FILE_UPLOAD_TEMP_DIR,
            need_room=_need_room,
        )
    most, trusted = settings.MAX_PER_ADDRESS, settings.TRUSTED_PROXIES
    ready = what_is_wrong if parts.web or parts.work else what_is_wrong_with_streams
    hub = None
    if parts.live:
        hub = Hub(in_all=shared.share(STREAMS_IN_ALL), shared=shared.subjects) if shared else Hub()
    return Dispatcher(
        hub=hub,
        bridge=bridge,
        ready=(lambda: [*ready(), *shared.board.missing()]) if shared else ready,
        metrics_token=settings.METRICS_TOKEN,
        desk_figures=DeskFigures(around=close_old_connections) if parts.web or parts.work else None,
        connections=PerAddress(most, trusted=trusted, shared=shared.connections if shared else None),
        requests=PerAddress(most, trusted=trusted, shared=shared.requests if shared else None),
    )


def _need_room() -> None:
    """Raises OSError where the store of files would say that there is no room: the rest is for texts."""
    try:
        store().need_room()
    except NoRoom:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None


class _Server(uvicorn.Server):
    """uvicorn waits for open responses before it tells the application to stop: event streams never end by themselves,
    so they are ended first. And it answers a signal by dying of it, which a shell shows as a failure."""

    front: Dispatcher
    on_started: Callable[[], None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What is loaded by now stays: to look through it for rubbish, now and then, would stop everybody for 0.1 s.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_NEW_OBJECTS)
        if self.on_started is not None:
            self.on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await self.front.stop()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Set even where they were inherited as ignored (a job put into the background by a script).
        before = {one: signal.signal(one, self.handle_exit) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


def serve_in_several(
    parts: Parts, listeners: Sequence[socket.socket], *, on_started: Callable[[], None] | None = None
) -> int:
    """As `serve`, with a server for each listener, and the worker in a process of its own."""
    if len(listeners) == 1:
        return serve(parts, listeners[0], on_started=on_started)
    from camdesk.server import wsgi  # noqa: F401  loaded once, before there are several

    shared = SharedState.among(len(listeners), duties=parts.work)
    metrics.share(settings.DATA_DIR / "figures")

    def server(number: int) -> int:
        shared.become(number)
        mine = replace(parts, work=False)
        return serve(mine, listeners[number], on_started=lambda: shared.board.up(number), shared=shared)

    jobs: list[Callable[[], int]] = [functools.partial(server, number) for number in range(len(listeners))]
    if parts.work:
        jobs.append(lambda: work(on_started=lambda: shared.board.up(len(listeners))))
    return Supervisor(shared.board, jobs, on_started or (lambda: None)).run()


def serve(
    parts: Parts,
    listener: socket.socket,
    *,
    on_started: Callable[[], None] | None = None,
    shared: SharedState | None = None,
) -> int:
    """Serves until Ctrl-C or SIGTERM. Returns the exit code."""
    _many_files()
    front = dispatcher_for(parts, shared)
    answering: Any = front  # uvicorn has types of its own for what an application is
    believing: Any = ProxyHeadersMiddleware(answering, trusted_hosts=settings.TRUSTED_PROXIES)
    outermost: Any = Followed(believing, trusted=settings.TRUSTED_PROXIES, lines=settings.ACCESS_LOG)
    config = uvicorn.Config(
        outermost,
        http=functools.partial(GuardedProtocol, per_address=front.connections),  # type: ignore[arg-type]  # a class is asked for
        ws="none",
        loop="uvloop" if _has_uvloop() else "asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # done above
        timeout_keep_alive=15,
        timeout_graceful_shutdown=STOP_SECONDS,
        limit_concurrency=shared.share(settings.MAX_CONNECTIONS) if shared else settings.MAX_CONNECTIONS,
    )
    # A stream closed because its reader is too slow ends without its last byte: that is no fault to log.
    logging.getLogger("uvicorn.error").addFilter(lambda record: "without completing" not in str(record.msg))
    server = _Server(config)
    server.front = front
    server.on_started = on_started
    worker = receiver = None
    with registry.taking_part(parts.kind), audit.writing() if parts.web else contextlib.nullcontext():
        if parts.work:
            receiver = start_receiver()
            worker = start_worker()
        stop_following = invalidation.follow() if parts.web else None
        try:
            with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
                runner.run(server.serve(sockets=[listener]))
        finally:
            if stop_following is not None:
                stop_following()
            if receiver is not None:
                receiver.stop()
            calm = worker.stop(seconds=2) if worker else True
            if front.bridge is not None:
                front.bridge.pool.shutdown(wait=False, cancel_futures=True)
    if not calm or (front.bridge is not None and front.bridge.inside):
        _leave_now()
    return 0


def work(*, on_started: Callable[[], None] | None = None) -> int:
    """The worker alone, until Ctrl-C or SIGTERM."""
    stopping = []
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stopping.append(True))
    with registry.taking_part(Parts(web=False, live=False).kind):
        receiver = start_receiver()
        worker = start_worker()
        stop_following = invalidation.follow()
        if on_started is not None:
            on_started()
        while not stopping:
            time.sleep(0.2)
        stop_following()
        if receiver is not None:
            receiver.stop()
        calm = worker.stop()
    if not calm:
        _leave_now()
    return 0


def start_receiver() -> "Receiver | None":
    from camdesk.channels.mail.incoming.smtp_server import start_receiver

    return start_receiver()


def start_worker() -> "Worker":
    from camdesk.worker.duties import of_lanes
    from camdesk.worker.loop import Worker

    worker = Worker(of_lanes(settings.LANES))
    worker.start()
    return worker


def _leave_now() -> None:
    """A thread is stuck in work (a slow mail server): what it was at is under a lease or in a transaction."""
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


def _has_uvloop() -> bool:
    import importlib.util

    return importlib.util.find_spec("uvloop") is not None


def _many_files() -> None:
    """A stream is an open file; the usual limit of 1,024 is for people, not for servers."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
