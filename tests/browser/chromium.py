"""A real browser as its users hold it: pages that are looked at closely, and what must never happen on any of them."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from tests.journeys.europe import PASSWORD
from tests.stack import eventually, mails, stack

CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # a camera and a microphone that are always there, and always allowed
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 800}
WAIT_SECONDS = 20
OWN_NOTE = re.compile(r"status of (409|422)\b")
"""Chromium notes the status of pages that say no by design: a form shown again, a link that was answered."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; fails in a sentence where there is none."""
    assert CHROMIUM.exists(), f"These tests need Chromium at {CHROMIUM}; install it (Debian: chromium)."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=QUIET)
        yield browser
        browser.close()


class Desk:
    """One person before their own browser."""

    def __init__(
        self, browser: Browser, language: str, *, narrow: bool = False, scripts: bool = True
    ) -> None:
        self.context: BrowserContext = browser.new_context(
            base_url=stack().public_url,
            locale=language,
            viewport=NARROW if narrow else WIDE,  # type: ignore[arg-type]
            color_scheme="light",
            java_script_enabled=scripts,
        )
        self.context.set_default_timeout(12_000)
        self.page: Page = self.context.new_page()
        self.mishaps: list[str] = []
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.mishaps.append(f"script: {error}"))
        self.page.on("request", self._note_request)

    # ---- going about

    def opens(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def logs_in(self, email: str, password: str = PASSWORD) -> "Desk":
        self.opens("/login")
        self.fills(email=email, password=password)
        self.sends('form[action="/login"]')
        self.page.wait_for_url("**/desktop")
        return self

    def fills(self, **fields: str) -> None:
        for name, typed in fields.items():
            field = self.page.locator(f'main [name="{name}"]')
            if field.first.evaluate("it => it.tagName") == "SELECT":
                field.select_option(typed)
            else:
                field.fill(typed)

    def chooses(self, name: str, value: str) -> None:
        self.page.locator(f'main input[name="{name}"][value="{value}"]').check()

    def sends(self, form: str = "main form[method=post]", button: str = "button[type=submit]") -> None:
        self.page.locator(f"{form} >> {button}").first.click()
        self.page.wait_for_load_state()

    def follows(self, path_begins: str) -> None:
        """Click a link of the page's own part."""
        self.page.locator(f'main a[href^="{path_begins}"]').first.click()
        self.page.wait_for_load_state()

    def awaits(self, path: str, wanted: str) -> Locator:
        """Load a page again until something is there: what follows elsewhere takes a moment."""

        def there() -> bool:
            self.opens(path)
            return self.page.locator(wanted).count() > 0

        eventually(there, f"{wanted} on {path}", WAIT_SECONDS)
        return self.page.locator(wanted).first

    # ---- looking closely

    def looks(self) -> None:
        """The page has no accessibility finding in light and wide nor in dark and narrow, and fits 320 px."""
        before = self.page.viewport_size
        for colours, size in (("light", WIDE), ("dark", NARROW)):
            self.page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            self._has_no_finding(f"{colours} at {size['width']} px")
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{self.page.url} scrolls sideways by {wider} px at 320 px"
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(before or WIDE)  # type: ignore[arg-type]

    def _has_no_finding(self, variant: str) -> None:
        found: list[dict[str, Any]] = Axe().run(self.page).response["violations"]
        told = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]
        assert not told, f"{self.page.url}, {variant}: {told}"

    def had_no_mishap(self) -> None:
        assert not self.mishaps, self.mishaps

    def _note_console(self, message: Any) -> None:
        if message.type in ("error", "warning") and not OWN_NOTE.search(message.text):
            self.mishaps.append(f"console on {self.page.url}: {message.text}")

    def _note_request(self, request: Any) -> None:
        if urlsplit(request.url).netloc != urlsplit(stack().public_url).netloc:
            self.mishaps.append(f"asked another host: {request.url}")


def mailed_path(address: str, path: str) -> str:
    """The newest mailed link that begins like this."""

    def find() -> str:
        for mail in mails(address):
            found = re.search(rf"{path}[\w.-]+", mail["text"])
            if found:
                return found[0]
        return ""

    return eventually(find, f"a mail to {address} with a link to {path}", WAIT_SECONDS)


Open = Callable[..., Desk]
