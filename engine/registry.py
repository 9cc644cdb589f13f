"""Channels, sinks and voices by name, loaded only when asked for.

A table of our own plus the entry-point groups `billcast.channels`, `billcast.sinks`,
`billcast.voices`, `billcast.printers`: so that MoviePy costs nothing when no video is asked.
"""

from __future__ import annotations

import importlib
from importlib import metadata
from typing import Any, cast

from engine.contracts import Channel, Printer
from engine.errors import CampaignError, MissingPartError, nearest

# name -> "module:attribute", and the extra that brings what it imports
CHANNELS = {
    "video": ("renderers.video:VideoChannel", "video"),
    "pdf": ("renderers.pdf:PdfChannel", "pdf"),
    "microsite": ("renderers.microsite:MicrositeChannel", ""),
    "message": ("renderers.message:MessageChannel", ""),
}
SINKS = {
    "file": ("engine.storage.local:LocalSink", ""),
    "memory": ("engine.storage.memory:MemorySink", ""),
    "s3": ("engine.storage.s3:S3Sink", "s3"),
}
VOICES = {
    "espeak": ("renderers.video.voices.espeak:EspeakVoice", "video"),
    "gtts": ("renderers.video.voices.gtts:GttsVoice", "gtts"),
    "piper": ("renderers.video.voices.piper:PiperVoice", "piper"),
    "silent": ("renderers.video.voices.silent:SilentVoice", ""),
}
PRINTERS = {"pdf": ("renderers.pdf.bundle:PdfPrinter", "print")}


def load_channel(name: str) -> Channel:
    """Return a new channel by name. Raises `CampaignError` (C120) or `MissingPartError` (X101)."""
    return cast("Channel", _load("channel", CHANNELS, name)())


def check_channel(name: str) -> None:
    """Raise `CampaignError` (C120) unless a channel bears the name; nothing is loaded."""
    if name not in CHANNELS and not metadata.entry_points(group="billcast.channels", name=name):
        raise _unknown("channel", CHANNELS, name)


def load_sink(scheme: str) -> Any:
    """Return the sink class for a scheme: file, memory, s3."""
    return _load("sink", SINKS, scheme)


def load_voice(name: str) -> Any:
    """Return the voice class by name."""
    return _load("voice", VOICES, name)


def load_printer(name: str = "pdf") -> Printer:
    """Return what joins PDFs into print files. Raises `MissingPartError` (X101)."""
    return cast("Printer", _load("printer", PRINTERS, name)())


def _load(what: str, table: dict[str, tuple[str, str]], name: str) -> Any:
    target, extra = table.get(name, ("", ""))
    if not target:
        for point in metadata.entry_points(group=f"billcast.{what}s", name=name):
            return point.load()
        raise _unknown(what, table, name)
    module, attribute = target.split(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] in ("engine", "renderers"):
            raise
        line = f"pip install 'billcast[{extra}]'" if extra else f"pip install {error.name}"
        raise MissingPartError("X101", f"{what} `{name}` needs the package {error.name}", hint=line) from error


def _unknown(what: str, table: dict[str, tuple[str, str]], name: str) -> CampaignError:
    known = nearest(name, table)
    return CampaignError(
        "C120",
        f"there is no {what} `{name}`",
        hint=f"did you mean `{known}`?" if known else f"known: {', '.join(sorted(table))}",
    )
