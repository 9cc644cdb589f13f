"""A film in a browser: Chromium without a window plays it to its end, and shows the right picture where one seeks to.

It is Debian's `chromium` where that is installed, else the one that playwright brought. The page is a file that holds
nothing but the film: no network is asked. What is played at sixteen times the speed takes two seconds or so.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image

from engine.errors import MissingPartError
from renderers.video.likeness import LIKE_REFERENCE, Planes, planes_of, similarity

if TYPE_CHECKING:
    from playwright.sync_api import Page

SPEED: Final = 16  # the most that Chromium allows
LIMIT_MS: Final = 60_000
_NAMES: Final = ("chromium", "chromium-browser")
_OPTIONS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
_PAGE: Final = (
    '<!doctype html><style>*{margin:0}</style><video muted preload="auto" width="%d" height="%d" src="film.mp4">'
)
_PLAY: Final = """async speed => {
    const video = document.querySelector('video');
    const end = new Promise((done, fail) => { video.onended = done; video.onerror = () => fail(video.error.message); });
    video.playbackRate = speed;
    await video.play();
    await end;
    return {at: video.currentTime, seconds: video.duration};
}"""
_SEEK: Final = """async at => {
    const video = document.querySelector('video');
    const sought = new Promise(done => video.addEventListener('seeked', done, {once: true}));
    video.currentTime = at;
    await sought;
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


def playing_faults(film: bytes, pictures: Sequence[tuple[float, Planes]], seconds: float) -> Iterator[str]:
    """Yield what goes wrong when a film is played to its end, then sought to times of `pictures`, which are decoded.

    Raises `MissingPartError` (X101) where there is no browser.
    """
    from playwright.sync_api import Error

    height, width = pictures[0][1][0].shape
    with tempfile.TemporaryDirectory(prefix="billcast-") as folder:
        (Path(folder) / "film.mp4").write_bytes(film)
        (Path(folder) / "page.html").write_text(_PAGE % (width, height), encoding="utf-8")
        try:
            with _Browser(width, height) as page:
                page.goto((Path(folder) / "page.html").as_uri())
                page.wait_for_function("document.querySelector('video').readyState >= 3")
                yield from _ending_faults(page.evaluate(_PLAY, SPEED), seconds)
                for at_s, planes in pictures:
                    page.evaluate(_SEEK, at_s)
                    if not _shows(page.screenshot(), planes):
                        yield f"player: sought to {at_s:.2f} s it shows another picture"
        except Error as error:
            yield f"player: {error.message.splitlines()[0]}"


def check_browser() -> None:
    """Raise `MissingPartError` (X101) where playwright or a browser is missing."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError as error:
        raise MissingPartError("X101", "playing films in a browser needs the package playwright",
                               hint="pip install playwright") from error  # fmt: skip
    if _program() is None:
        with sync_playwright() as player:
            if not Path(player.chromium.executable_path).is_file():
                raise MissingPartError("X101", "there is no Chromium to play films in",
                                       hint="apt-get install chromium, or playwright install chromium")  # fmt: skip


class _Browser:
    """A page of a browser of its own, which ends with the block."""

    def __init__(self, width: int, height: int) -> None:
        self._size = {"width": width, "height": height}
        self._player: Any = None

    def __enter__(self) -> Page:
        from playwright.sync_api import sync_playwright

        self._player = sync_playwright()
        chromium = self._player.__enter__().chromium
        self._browser = chromium.launch(executable_path=_program(), args=list(_OPTIONS))
        page: Page = self._browser.new_page(viewport=self._size)
        page.set_default_timeout(LIMIT_MS)
        return page

    def __exit__(self, *error: object) -> None:
        self._player.__exit__(*error)


def _program() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


def _ending_faults(ended: Any, seconds: float) -> Iterator[str]:
    if abs(ended["seconds"] - seconds) > 0.1:
        yield f"player: it takes the film for {ended['seconds']:.2f} s long, it lasts {seconds:.2f} s"
    if abs(ended["at"] - ended["seconds"]) > 0.1:
        yield f"player: it ends at {ended['at']:.2f} of {ended['seconds']:.2f} s"


def _shows(shot: bytes, wanted: Planes) -> bool:
    luma = planes_of(np.asarray(Image.open(BytesIO(shot)).convert("RGB")))[0]
    return luma.shape == wanted[0].shape and similarity(luma, wanted[0]) >= LIKE_REFERENCE
