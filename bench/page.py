"""A project's page as a browser asks for it: server time from the gateway's own log, and what travels."""

import asyncio
import json
import re
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import UUID

import httpx

PER_SECOND = 50
ROUTE_OF_PAGE = "/projects/{project_id:uuid}"
LOG_SECONDS = 0.3
ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')


async def server_times(
    public_url: str, log: Path, project_id: UUID, secret: str, seconds: int
) -> list[float]:
    """Milliseconds each, as the gateway logged them, at fifty pages a second."""
    async with httpx.AsyncClient(base_url=public_url, cookies={"session": secret}) as browser:
        loop = asyncio.get_running_loop()
        began, asked = loop.time(), []
        for number in range(PER_SECOND * seconds):
            await asyncio.sleep(began + number / PER_SECOND - loop.time())
            asked.append(asyncio.create_task(browser.get(f"/projects/{project_id}")))
        answers = await asyncio.gather(*asked)
    wrong = [answer.status_code for answer in answers if answer.status_code != 200]
    if wrong:
        raise SystemExit(f"{len(wrong)} pages were not shown: {wrong[0]}")
    await asyncio.sleep(LOG_SECONDS)
    return await asyncio.to_thread(_logged, log, len(answers))


def _logged(log: Path, last: int) -> list[float]:
    told = [line for line in map(_read, log.read_text().splitlines()) if line.get("route") == ROUTE_OF_PAGE]
    return [line["ms"] for line in told[-last:]]


def weight(public_url: str, project_id: UUID, secret: str) -> tuple[int, int]:
    """Bytes that travel compressed: the page, and all it needs at a first visit."""
    with httpx.Client(base_url=public_url, cookies={"session": secret}) as browser:
        page, size = _fetch(browser, f"/projects/{project_id}")
        assets = sum(_fetch(browser, path)[1] for path in sorted(set(ASSET.findall(page))))
    return size, size + assets


def _fetch(browser: httpx.Client, path: str) -> tuple[str, int]:
    with browser.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        answer.raise_for_status()
        text = answer.read().decode(errors="replace")
        return text, answer.num_bytes_downloaded


def percentiles(times: list[float]) -> tuple[float, float, float]:
    """Median, 95th and 99th."""
    cuts = quantiles(times, n=100)
    return cuts[49], cuts[94], cuts[98]


def _read(line: str) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) and told.get("event") == "request" else {}
