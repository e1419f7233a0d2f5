"""Work for the threads that compute pages. Where all of them hang (a database that took the question and never
answers), who waits behind them is told so and does not hang along."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

R = TypeVar("R")

WAIT_SECONDS = 15.0


class NoThread(Exception):
    """None came free in time; nothing was done."""


async def in_thread(pool: Executor, work: Callable[..., R], *values: object) -> R:
    """What `work` answers. Raises NoThread where it has not begun within WAIT_SECONDS; what has begun is waited for."""
    future = pool.submit(work, *values)
    giving_up = asyncio.get_running_loop().call_later(WAIT_SECONDS, future.cancel)  # of no effect once it has begun
    task = asyncio.current_task()
    assert task is not None
    try:
        return await asyncio.wrap_future(future)
    except asyncio.CancelledError:
        if future.cancelled() and not task.cancelling():
            raise NoThread from None
        raise
    finally:
        giving_up.cancel()
