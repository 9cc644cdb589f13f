"""Reads a picture of a video as its viewer does: the QR symbol by a scanner's library, amounts by an OCR program.

The scanner is zxing-cpp. Amounts are read by `tesseract` where it is installed (Debian's tesseract-ocr):
it belongs to no extra, since pip can't bring it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Collection
from io import BytesIO

import numpy as np
import zxingcpp
from PIL import Image

from renderers.video.frame import Rect
from renderers.video.likeness import Plane

READER = "tesseract"
_READER_S = 60.0
_MARGIN_PX = 12
# Sizes of type that the program is given, the best first: of 127 figures 2 are misread at 60 px, 9 at 80.
_SIZES_PX = (60, 48, 72)
_FIGURES = re.compile(r"\d(?:[\d.,'’ \u00a0\u202f]*\d)?")


def scanned(picture: Plane) -> tuple[bytes, ...]:
    """Return what the symbols in a picture carry."""
    return tuple(code.bytes for code in zxingcpp.read_barcodes(picture))


def has_reader() -> bool:
    """Return whether amounts can be read."""
    return shutil.which(READER) is not None


def shows(picture: Plane, where: Rect, size_px: float, numbers: Collection[str]) -> bool:
    """Return whether numbers are read in a part of a picture, in type of `size_px`; a misreading gets a second chance.

    A wrong number is not read as the right one at any size; a right one is misread at one size or another.
    """
    return any(set(numbers) <= set(read_figures(picture, where, size_px, best)) for best in _SIZES_PX)


def read_figures(picture: Plane, where: Rect, size_px: float, best_px: float = _SIZES_PX[0]) -> tuple[str, ...]:
    """Return the numbers that stand in a part of a picture, as `figures` writes them; its type is set to `best_px`."""
    image = Image.fromarray(picture).crop(
        (max(0, where.left - _MARGIN_PX), max(0, where.top - _MARGIN_PX),
         min(picture.shape[1], where.right + _MARGIN_PX), min(picture.shape[0], where.bottom + _MARGIN_PX))
    )  # fmt: skip
    if np.median(np.asarray(image)) < 128:  # the program expects dark type on a light ground
        image = Image.fromarray(255 - np.asarray(image))
    scale = best_px / size_px
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    done = subprocess.run(
        [READER, "stdin", "stdout", "--psm", "6", "--dpi", "150"], input=buffer.getvalue(), capture_output=True,
        timeout=_READER_S, check=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )  # fmt: skip
    return figures(done.stdout.decode("utf-8", "replace"))


def figures(text: str) -> tuple[str, ...]:
    """Return the numbers of a text: digits, point and comma, without what groups thousands by a gap."""
    return tuple(re.sub(r"[^\d.,]", "", number) for line in text.splitlines() for number in _FIGURES.findall(line))
