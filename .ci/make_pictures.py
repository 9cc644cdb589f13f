"""Make the pictures of the README and docs from sample customers, as `billcast render` makes them.

    python .ci/make_pictures.py [WORK_FOLDER]

Renders four customers of samples/ into WORK_FOLDER (a temporary one unless given; given again, what did
not change is taken over), takes PDF pages (pypdfium2), the page on screens (Debian's chromium) and the
video at the end of each scene (PyAV), and writes palette PNGs of at most 300 kB to docs/images.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import av
import pypdfium2
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, sync_playwright

from engine import run_cycle

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
STARTER = ROOT / "templates" / "bill-explainer"
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
CHROMIUM = "/usr/bin/chromium"
MOST_BYTES = 300_000
MOMENTS = 24
GROUND = "#D9D6CF"
ALL_SHAPES = 'renditions = ["1280x720", "1080x1920", "1080x1080"]\nemail_preview = true'
PDF_WIDTH_PX, PHONE_PX, DESKTOP_PX = 1000, (390, 844), (1280, 900)


@dataclass(frozen=True)
class Subject:
    """A customer to picture: its name in file names, its key, and which pictures are wanted."""

    name: str
    key: str
    pages: int = 1
    has_all_shapes: bool = False
    screens: tuple[str, ...] = ("phone",)
    has_video: bool = True
    players: tuple[tuple[str, tuple[int, int]], ...] = ()


SUBJECTS = (
    Subject(
        "first",
        "NL-0001",
        pages=2,
        has_all_shapes=True,
        screens=("phone", "desktop", "dark"),
        players=(("phone", PHONE_PX), ("desktop", DESKTOP_PX)),
    ),
    Subject("credit", "NL-0004", screens=("phone",)),
    Subject("overdue", "NL-0015", screens=("phone", "dark")),
    Subject("business", "NL-0028", pages=2, screens=("desktop",), has_video=False),
)
SCREENS: dict[str, tuple[tuple[int, int], str]] = {
    "phone": (PHONE_PX, "light"),
    "desktop": (DESKTOP_PX, "light"),
    "dark": (PHONE_PX, "dark"),
}


def main() -> None:
    """Write every picture of docs/images."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with _work_folder() as work, _browser() as browser:
        for subject in SUBJECTS:
            folder = _render(subject, work)
            for number in range(subject.pages):
                _save(_pdf_page(folder / "bill.pdf", number), f"{subject.name}-pdf-{number + 1}")
            for screen in subject.screens:
                size, scheme = SCREENS[screen]
                _save(_screen(browser, folder, size, scheme), f"{subject.name}-{screen}")
            for name, size in subject.players:
                _save(_player(browser, folder, size), f"{subject.name}-player-{name}")
            if subject.has_video:
                _save(_sheet(_frames(folder, "1280x720"), columns=4, width_px=400), f"{subject.name}-video")
                moments = _moments(folder / "video-1280x720.mp4")
                _save(_sheet(moments, columns=6, width_px=240), f"{subject.name}-frames")
            if subject.has_all_shapes:
                _save(_sheet(_frames(folder, "1080x1920"), columns=4, width_px=300), f"{subject.name}-portrait")
                _save(_sheet(_frames(folder, "1080x1080"), columns=4, width_px=300), f"{subject.name}-square")
                _save(_sheet(_shots(folder / "preview.gif"), columns=3, width_px=400), f"{subject.name}-preview")
        _save(_strip(browser, _render(SUBJECTS[0], work)), "strip")
    total = sum(path.stat().st_size for path in IMAGES.glob("*.png"))
    print(f"{len(list(IMAGES.glob('*.png')))} pictures, {total / 1e6:.1f} MB")


@contextmanager
def _work_folder() -> Iterator[Path]:
    if len(sys.argv) > 1:
        yield Path(sys.argv[1])
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def _render(subject: Subject, work: Path) -> Path:
    """Return the folder of the subject's objects, made by a run of its own."""
    campaign = STARTER
    if subject.has_all_shapes:
        campaign = work / "campaign-all-shapes"
        shutil.rmtree(campaign, ignore_errors=True)
        shutil.copytree(STARTER, campaign)
        options = campaign / "campaign.toml"
        text = options.read_text(encoding="utf-8")
        options.write_text(text.replace('renditions = ["1280x720"]', ALL_SHAPES), "utf-8")
    out = work / subject.name
    report = run_cycle([ROOT / "samples" / "customers.jsonl"], campaign, out, now=NOW, customer=subject.key, workers=1)
    if report.exit_code:
        sys.exit(f"{subject.key}: see {report.state_dir}")
    (page,) = out.glob("*/*/index.html")
    return page.parent


def _shots(path: Path) -> list[Image.Image]:
    """Return the first picture of an animation, one on the way, and the last."""
    with Image.open(path) as opened:
        shots = []
        for number in (0, opened.n_frames // 2, opened.n_frames - 1):
            opened.seek(number)
            shots.append(opened.convert("RGB"))
        return shots


def _pdf_page(path: Path, number: int) -> Image.Image:
    with pypdfium2.PdfDocument(path) as document:
        page = document[number]
        return page.render(scale=PDF_WIDTH_PX / page.get_width()).to_pil().convert("RGB")


def _screen(
    browser: Browser, folder: Path, size: tuple[int, int], scheme: str, *, scale: float = 1.0, whole: bool = True
) -> Image.Image:
    """Return the page on a screen of `size` CSS pixels; the whole page unless told otherwise."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=scale,
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto((folder / "index.html").as_uri())
    if whole:  # a screen as high as the page, so that the bar at its foot stands at the end
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size[0], "height": height})
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        page.screenshot(path=file.name)
        context.close()
        return Image.open(file.name).convert("RGB")


def _player(browser: Browser, folder: Path, size: tuple[int, int]) -> Image.Image:
    """Return the film's own page while a charge is explained again."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto((folder / "player.html").as_uri())
    page.locator("[data-charge] .explain").nth(1).click()
    page.locator(".spot.is-told").wait_for(state="visible")
    page.locator(".said .is-now").wait_for(state="visible")
    page.locator("[data-do=play]").click()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        page.screenshot(path=file.name)
        context.close()
        return Image.open(file.name).convert("RGB")


def _frames(folder: Path, rendition: str) -> list[Image.Image]:
    """Return the picture at the end of each scene, by the chapters."""
    (chapters,) = folder.glob("chapters.*.vtt")
    ends = [_seconds(end) for end in re.findall(r"--> (\S+)", chapters.read_text(encoding="utf-8"))]
    frames: list[Image.Image] = []
    with av.open(str(folder / f"video-{rendition}.mp4")) as video:
        shown = None
        for frame in video.decode(video=0):  # a picture that stands still is one frame that lasts
            while shown is not None and len(frames) < len(ends) and (frame.time or 0) > ends[len(frames)] - 0.6:
                frames.append(shown.to_image())
            shown = frame
    return [*frames, shown.to_image()] if shown is not None and len(frames) < len(ends) else frames


def _moments(path: Path) -> list[Image.Image]:
    """Return `MOMENTS` of a video's different pictures, evenly spaced: entrances as they run, and what then stands."""
    with av.open(str(path), "r") as video:
        shown = [frame.to_image() for frame in video.decode(video=0)]
    return [shown[round(number * (len(shown) - 1) / (MOMENTS - 1))] for number in range(MOMENTS)]


def _seconds(stamp: str) -> float:
    hours, minutes, seconds = stamp.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _sheet(frames: list[Image.Image], *, columns: int, width_px: int) -> Image.Image:
    """Return a contact sheet: frames side by side, `columns` a row."""
    gap = 8
    height_px = width_px * frames[0].height // frames[0].width
    rows = -(-len(frames) // columns)
    sheet = Image.new("RGB", (gap + columns * (width_px + gap), gap + rows * (height_px + gap)), GROUND)
    for index, frame in enumerate(frames):
        place = gap + index % columns * (width_px + gap), gap + index // columns * (height_px + gap)
        sheet.paste(frame.resize((width_px, height_px), Image.Resampling.LANCZOS), place)
    return sheet


def _strip(browser: Browser, folder: Path) -> Image.Image:
    """Return one customer in three channels side by side: PDF page, phone, four scenes of the video."""
    height, gap = 900, 28
    sheet = _pdf_page(folder / "bill.pdf", 0)
    phone = _screen(browser, folder, PHONE_PX, "light", scale=2, whole=False)
    scenes = _frames(folder, "1280x720")
    chosen = [scenes[index] for index in (0, 1, 3, 6)]
    parts = [part.resize((part.width * height // part.height, height), Image.Resampling.LANCZOS)
             for part in (sheet, phone)]  # fmt: skip
    scene_h = (height - 3 * 12) // 4
    scene_w = scene_h * 16 // 9
    strip = Image.new("RGB", (sum(p.width for p in parts) + scene_w + 4 * gap, height + 2 * gap), GROUND)
    x = gap
    for part in parts:
        strip.paste(part, (x, gap), _rounded(part.size))
        x += part.width + gap
    for index, scene in enumerate(chosen):
        small = scene.resize((scene_w, scene_h), Image.Resampling.LANCZOS)
        strip.paste(small, (x, gap + index * (scene_h + 12)), _rounded(small.size))
    return strip


def _rounded(size: tuple[int, int], radius_px: int = 10) -> Image.Image:
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius_px, fill=255)
    return mask


def _save(picture: Image.Image, name: str) -> None:
    """Write a palette PNG with as many colours as keep it below the limit."""
    path = IMAGES / f"{name}.png"
    for colours in (256, 128, 64, 32):
        small = picture.quantize(colours, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
        small.save(path, optimize=True)
        if path.stat().st_size <= MOST_BYTES:
            print(f"{path.relative_to(ROOT)}: {picture.width}x{picture.height}, {path.stat().st_size / 1000:.0f} kB")
            return
    sys.exit(f"{path} is over {MOST_BYTES} bytes")


if __name__ == "__main__":
    main()
