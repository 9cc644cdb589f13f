"""What `billcast doctor` examines, one generator a concern."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Literal

import engine
from engine import natives
from engine.batch.keyfile import VARIABLE
from engine.errors import BillcastError
from engine.model.campaign import Campaign, Fonts, Narration
from engine.payment.keyring import Keyring
from engine.registry import VOICES, load_voice
from engine.signing.credential import KEY, P12, open_credential, shown_name
from engine.storage import open_sink
from engine.templating.campaign_file import load_campaign
from engine.templating.fonts import check_lock, find_font

State = Literal["ok", "note", "fault"]
OLDEST, NEWEST = (3, 11), (3, 13)
# extra -> the distributions it brings, the first one first
EXTRAS = {
    "pdf": ("weasyprint", "pypdfium2"),
    "video": ("moviepy", "pillow", "numpy", "av", "espeakng-loader", "zxing-cpp"),
    "gtts": ("gtts",),
    "piper": ("piper-tts",),
    "parquet": ("pyarrow",),
    "s3": ("boto3",),
    "preview": ("starlette", "uvicorn", "watchfiles"),
    "einvoice": ("factur-x", "saxonche"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined: what, what was found, and how to mend it."""

    state: State
    what: str
    fact: str
    mend: str = ""


def examine(folder: Path | None, out: str | None, endpoint: str | None) -> Iterator[Finding]:
    """Yield all findings. `folder` is a campaign's, `out` a folder or an s3:// address."""
    yield from _python()
    yield from _packages()
    yield from _name_clash()
    yield from _layout_libraries()
    yield from _kernels()
    campaign: Campaign | None = None
    if folder is not None:
        try:
            campaign = load_campaign(folder)
            yield Finding("ok", "campaign", f"{campaign.name}, cycle {campaign.cycle}")
        except BillcastError as error:
            yield _fault("campaign", error)
    yield from _fonts(campaign.brand.fonts if campaign else Fonts())
    yield from _voices(campaign)
    yield from _reader(campaign)
    yield from _key()
    yield from _seal(campaign)
    if out is not None:
        yield from _storage(out, endpoint)


def _python() -> Iterator[Finding]:
    version = platform.python_version()
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        yield Finding("fault", "python", version, "use Python 3.11, 3.12 or 3.13")
    elif not _is_optimized():
        fact = f"{version}, built without profile-guided optimization: takes up to a fifth more time"
        yield Finding("note", "python", fact, "use the distribution's Python, or build one with --enable-optimizations")
    else:
        yield Finding("ok", "python", version)


def _is_optimized() -> bool:
    """Return whether this Python was built with a profile: distributions do so, and say it by no option."""
    options = sysconfig.get_config_var("CONFIG_ARGS") or ""
    return sys.base_prefix == "/usr" or "--enable-optimizations" in options


def _packages() -> Iterator[Finding]:
    yield Finding("ok", "billcast", metadata.version("billcast"))
    for extra, names in EXTRAS.items():
        found = {name: _version(name) for name in names}
        missing = [name for name, version in found.items() if version is None]
        if missing:
            yield Finding("note", f"extra {extra}", f"without {', '.join(missing)}", f"pip install 'billcast[{extra}]'")
        else:
            yield Finding("ok", f"extra {extra}", ", ".join(f"{name} {version}" for name, version in found.items()))
    # With Pillow 12 a resolver falls back to MoviePy 1.0.3, which has another interface.
    moviepy = _version("moviepy")
    if moviepy is not None and not moviepy.startswith("2."):
        yield Finding("fault", "moviepy", f"{moviepy}, 2.2.1 is needed", "pip install 'moviepy==2.2.1' 'pillow<12'")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _name_clash() -> Iterator[Finding]:
    """Another distribution installs a top-level `renderers`: is the one that is imported ours?"""
    home = Path(engine.__file__ or "").resolve().parent.parent
    spec = importlib.util.find_spec("renderers")
    origin = Path(spec.origin).resolve().parent.parent if spec and spec.origin else None
    if origin == home:
        yield Finding("ok", "package renderers", "ours")
    else:
        yield Finding("fault", "package renderers", f"comes from {origin}, not from {home}",
                      "uninstall the other distribution that brings it, then install billcast anew")  # fmt: skip


def _layout_libraries() -> Iterator[Finding]:
    if _version("weasyprint") is None:
        return
    try:
        import weasyprint  # type: ignore[import-not-found,unused-ignore]  # noqa: F401  loads Pango and HarfBuzz
    except OSError:
        yield Finding("fault", "Pango, HarfBuzz", "can't be loaded",
                      "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0")  # fmt: skip
    else:
        yield Finding("ok", "Pango, HarfBuzz", "loaded")


def _kernels() -> Iterator[Finding]:
    """The native kernels: without them Python does the same, at more than its time."""
    missing = natives.missing()
    if missing:
        yield Finding("note", "native kernels", f"not built: {', '.join(missing)}; documents take more time",
                      "apt-get install gcc libc6-dev python3-dev, then install billcast anew")  # fmt: skip
    elif not natives.are_wanted():
        yield Finding("note", "native kernels", f"not used: {natives.SETTING} says so; documents take more time",
                      f"unset {natives.SETTING}")  # fmt: skip
    else:
        yield Finding("ok", "native kernels", f"{len(natives.sources())} built")


def _fonts(fonts: Fonts) -> Iterator[Finding]:
    families = tuple(dict.fromkeys((fonts.text, fonts.figures, *fonts.fallback)))
    for family in families:
        path = find_font(family)
        if path is None:
            package = "fonts-inter" if family == "Inter" else "fonts-noto-core"
            yield Finding("fault", f"font {family}", "not installed", f"apt-get install {package}")
        else:
            yield Finding("ok", f"font {family}", str(path))
    for problem in check_lock(families):
        yield Finding("note", "fonts lock", problem.fact, problem.hint)


def _voices(campaign: Campaign | None) -> Iterator[Finding]:
    options = campaign.video.narration if campaign else Narration()
    locales = campaign.locales if campaign else ("en",)
    if options.voice in VOICES and load_is_remote(options.voice):
        yield Finding("note", f"voice {options.voice}", "not tried: it would send text to a third party")
        return
    for locale in locales:
        try:
            speech = load_voice(options.voice)(options).speak("1 2 3", locale, options.rate)
            yield Finding("ok", f"voice {options.voice} {locale}", f"speaks, {speech.rate_hz} Hz")
        except BillcastError as error:
            yield _fault(f"voice {options.voice} {locale}", error)


def _reader(campaign: Campaign | None) -> Iterator[Finding]:
    """What reads the amounts of audited videos, where videos are made."""
    if campaign is not None and "video" in campaign.channels:
        path = shutil.which("tesseract")
        if path:
            yield Finding("ok", "tesseract", path)
        else:
            yield Finding("note", "tesseract", "not installed: an audit of videos reads no amounts back",
                          "apt-get install tesseract-ocr")  # fmt: skip


def load_is_remote(voice: str) -> bool:
    """Return whether a voice of ours sends text away; a voice that can't be loaded doesn't."""
    try:
        return bool(load_voice(voice).sends_text_away)
    except BillcastError:
        return False


def _key() -> Iterator[Finding]:
    given = os.environ.get(VARIABLE, "")
    if not given.strip():
        yield Finding("note", "key", f"{VARIABLE} is not set: a run into a folder makes a key once, "
                      "a run into object storage is refused", "billcast key new")  # fmt: skip
        return
    try:
        Keyring.from_base64(given)
        yield Finding("ok", "key", f"from {VARIABLE}")
    except BillcastError as error:
        yield _fault("key", error)


def _seal(campaign: Campaign | None) -> Iterator[Finding]:
    """The sealing key, where one is given or the campaign asks for seals."""
    is_given = any(os.environ.get(name, "").strip() for name in (P12, KEY))
    if not is_given and not (campaign and campaign.pdf.seal):
        return
    try:
        credential = open_credential(os.environ)
        credential.must_hold_at(datetime.now(UTC))
        until = min(c.not_valid_after_utc for c in (credential.certificate, *credential.chain))
        yield Finding("ok", "seal", f"{shown_name(credential.certificate)}, holds until {until:%Y-%m-%d}")
    except BillcastError as error:
        yield _fault("seal", error)


def _storage(out: str, endpoint: str | None) -> Iterator[Finding]:
    try:
        open_sink(out, endpoint=endpoint).check()
        yield Finding("ok", "storage", "can be written")
    except BillcastError as error:
        yield _fault("storage", error)


def _fault(what: str, error: BillcastError) -> Finding:
    problem = error.problem
    return Finding("fault", what, f"{problem.code} {problem.fact}", problem.hint)
