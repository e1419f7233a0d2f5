"""Carries a request from the event loop to Django in a thread, and its answer back.

Why not a2wsgi (docs/performance.md, "Live", has the figures): there a thread belongs to a request from its first byte
to its last, so eight slow uploads or downloads stop the desk. Here a thread only computes: the body is complete
(bodies.py) before a thread is taken, and a file going out is read by the loop's own threads after the thread is given
back (answers.py).
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from camdesk.lib import request_ids
from camdesk.lib.answer_times import NO_SOONER
from camdesk.server.answers import Answer
from camdesk.server.bodies import Bodies, Gone, RequestRefused
from camdesk.server.threads import NoThread, in_thread
from camdesk.server.wsgi_environ import Environ, environ_of

log = logging.getLogger("camdesk.web")

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
WsgiApplication = Callable[[Environ, Any], Iterable[bytes]]

LINGER_SECONDS = 10
TOO_OFTEN = 429
TOO_OFTEN_SECONDS = 1.0
"""So long whoever is too quick waits for being told so. A script asks as often as it is answered; no thread waits."""


class Bridge:
    """An ASGI application around a WSGI one. `waiting_most`: requests that may wait for a thread; more get 503.

    `bodies`: the arguments of Bodies but its pool.
    """

    def __init__(
        self,
        application: WsgiApplication,
        *,
        threads: int,
        waiting_most: int = 200,
        refuse: "Callable[[Message, Send, int], Awaitable[None]] | None" = None,
        **bodies: Any,
    ) -> None:
        self.application = application
        self.threads = threads
        self.most = threads + waiting_most
        self.inside = 0
        self._receiving: set[asyncio.Task[None]] = set()
        self._stopping = False
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="web")
        self.bodies = Bodies(self.pool, **bodies)
        self.refuse = refuse or _refuse_bare

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._receiving.add(task)
        try:
            body, length = await self.bodies.whole(scope, receive)
        except asyncio.CancelledError:
            if not self._stopping:
                raise
            task.uncancel()
            await self.refuse(scope, send, 503)
            return
        except RequestRefused as refusal:
            await self._refuse_and_linger(scope | {"stranger": refusal.stranger}, receive, send, refusal.status)
            return
        except Gone:
            return
        except OSError as error:
            log.error("a body could not be kept: %s", error)
            await self._refuse_and_linger(scope, receive, send, 507)
            return
        finally:
            self._receiving.discard(task)
        if self.inside >= self.most:
            body.close()
            await self.refuse(scope, send, 503)
            return
        self.inside += 1
        loop = asyncio.get_running_loop()
        answer = Answer(loop, send)
        environ, began = environ_of(scope, body, length), loop.time()
        try:
            await in_thread(self.pool, self._compute, environ, answer)
        except NoThread:
            await self.refuse(scope, send, 503)
            return
        finally:
            self.inside -= 1
            body.close()
        if not answer.sent:
            early = began + environ.get(NO_SOONER, 0.0) - loop.time()
            if (least := TOO_OFTEN_SECONDS if answer.status == TOO_OFTEN else early) > 0:
                await asyncio.sleep(least)
            await answer.deliver(receive)

    def stop(self) -> None:
        """Bodies still on their way are refused; requests that Django works on are finished."""
        self._stopping = True
        for task in self._receiving:
            task.cancel()

    async def _refuse_and_linger(self, scope: Message, receive: Receive, send: Send, status: int) -> None:
        """Answers, then reads on for a while: a browser that is still sending would show "connection reset"."""

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.body":
                message["more_body"] = True
            await send(message)

        await self.refuse(scope, hold, status)
        if not any(name == b"expect" for name, _value in scope["headers"]):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LINGER_SECONDS):
                    while (await receive()).get("more_body"):
                        pass
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    # --- in a thread: Django

    def _compute(self, environ: Environ, answer: Answer) -> None:
        with request_ids.under(environ["camdesk.request_id"]):
            answer.take(self.application(environ, answer.start), head=environ["REQUEST_METHOD"] == "HEAD")


async def _refuse_bare(scope: Message, send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
