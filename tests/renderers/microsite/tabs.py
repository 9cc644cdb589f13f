"""A page in a browser, with shorthands for what a viewer sees and does."""

from __future__ import annotations

from typing import Any

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1240, "height": 900}


class Tab:
    """One page in the browser, with shorthands for what a viewer sees and does."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def at(self) -> float:
        """Return the film's time by its slider."""
        return float(self.page.locator("[data-do=seek]").input_value())

    def chapter(self) -> str:
        """Return the id of the chapter that is marked."""
        return str(self.page.evaluate("document.querySelector('.chapters .is-now')?.dataset.scene ?? ''"))

    def do(self, name: str) -> None:
        """Press a control."""
        self.page.locator(f"[data-do={name}]").click()

    def until(self, condition: str) -> None:
        """Wait until a condition is true. The page's policy forbids what Playwright's own waiting does."""
        for _ in range(300):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(condition)

    def until_chapter(self, name: str) -> None:
        """Wait until a chapter is marked."""
        self.until(f"document.querySelector('.chapters .is-now')?.dataset.scene === '{name}'")

    def is_playing(self) -> bool:
        """Say whether the film runs."""
        return bool(self.page.evaluate("document.querySelector('.film').classList.contains('is-playing')"))


def settled(t: Tab, site: Any, count: int) -> list[str]:
    """Return the events once `count` of them have come, and no more follow."""
    for _ in range(60):
        if len(site.counted) >= count:
            break
        t.page.wait_for_timeout(50)
    t.page.wait_for_timeout(250)
    events: list[str] = site.events()
    return events


def watch_and_press(t: Tab) -> None:
    """Watch the film quickly to its end, press the pay button over it, but stay on the page."""
    t.page.evaluate("document.addEventListener('click', (e) => { if (e.target.closest('a')) e.preventDefault(); })")
    t.page.evaluate("document.querySelector('video').playbackRate = 3")
    t.do("start")
    t.until("document.querySelector('video').ended")
    t.page.locator(".spot.is-pay").click()
