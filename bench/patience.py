"""Waiting for what only another process can bring about."""

import asyncio
from collections.abc import Callable

LOOK_EVERY_SECONDS = 0.01
PATIENCE_SECONDS = 120


async def until(true: Callable[[], bool]) -> None:
    """Look again and again until it is true; raises `TimeoutError` after two minutes."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not true():  # noqa: ASYNC110 - what is waited for lies in a database or at the broker
            await asyncio.sleep(LOOK_EVERY_SECONDS)


async def until_counted(count: Callable[[], int], enough: int) -> None:
    """The same for a number that has to be fetched."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await asyncio.to_thread(count) < enough:  # noqa: ASYNC110 - as above
            await asyncio.sleep(LOOK_EVERY_SECONDS)
