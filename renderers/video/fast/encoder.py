"""x264 for bands of rows: one encoder a height, kept open, told to begin anew for each run of pictures.

Settings that splicing needs: one slice, CAVLC, one reference, no B pictures, no weighted prediction,
constant QP, no filter across macroblocks, `stitchable`. With a constant QP nothing of a run reaches
the next one, so that a run's slices depend on its pictures alone.
"""

from __future__ import annotations

import functools
from collections import OrderedDict
from dataclasses import dataclass
from fractions import Fraction
from importlib import metadata
from typing import TYPE_CHECKING, Final

from engine.errors import RenderError
from renderers.video.canvas import YuvCanvas
from renderers.video.fast.bits import nal_units
from renderers.video.fast.parameters import NAL_IDR, NAL_PPS, NAL_SLICE, NAL_SPS, ParameterSets, read_parameter_sets
from renderers.video.fast.slices import SliceData, read_slice

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame

MACROBLOCK: Final = 16
PIXELS_KEPT: Final = 1700 * 1280  # of open encoders, 13 bytes each: nearly all heights that a storyboard needs
QP: Final = 25  # of all pictures, intra or not
_OPTIONS: Final = (
    "ipratio=1.0:keyint=infinite:scenecut=0:stitchable=1:ref=1:bframes=0:weightp=0:aq-mode=0:mbtree=0:no-deblock=1:cabac=0:"
    "8x8dct=0:threads=1:chroma-qp-offset=-4:force-cfr=1:level=4.2:repeat-headers=1:annexb=1:"
    "colorprim=bt709:transfer=bt709:colormatrix=bt709:fullrange=off"
)


@functools.cache
def settings() -> str:
    """Return what the bytes of a run follow from besides its pictures: options, and the build of the encoder."""
    return f"2:{QP}:{_OPTIONS}:av {metadata.version('av')}"


@dataclass(slots=True)
class BandEncoder:
    """Encodes pictures of one size. A run begins with an intra picture; the others refer to the one before."""

    width: int
    height: int
    parameters: ParameterSets
    canvas: YuvCanvas  # over the memory that the encoder reads
    _frame: VideoFrame
    _context: VideoCodecContext
    _count: int = 0

    @classmethod
    def open(cls, width: int, height: int, frames_per_second: int) -> BandEncoder:
        """Return an open encoder. Raises `RenderError` (R470 if x264 is missing, R471)."""
        import av

        try:
            context = av.CodecContext.create("libx264", "w")
        except (av.FFmpegError, ValueError) as error:
            raise RenderError("R470", "this PyAV has no libx264", hint="install the wheel of the lock file") from error
        context.width, context.height, context.pix_fmt = width, height, "yuv420p"
        context.framerate, context.time_base = Fraction(frames_per_second), Fraction(1, frames_per_second)
        context.thread_count = 1
        options = f"qp={QP}:{_OPTIONS}"
        context.options = {"preset": "ultrafast", "tune": "zerolatency", "forced-idr": "1", "x264-params": options}
        frame = _grey(width, height)
        units = nal_units(b"".join(bytes(packet) for packet in context.encode(frame)))
        sets = {unit[0] & 31: unit for unit in units}
        parameters = read_parameter_sets(sets[NAL_SPS], sets[NAL_PPS])
        planes = [(memoryview(plane), plane.line_size) for plane in frame.planes]
        return cls(width, height, parameters, YuvCanvas.over(width, height, planes), frame, context, 1)

    def canvas_at(self, top: int) -> YuvCanvas:
        """Return the picture to be encoded next, to be painted as the band that begins at row `top`."""
        self.canvas.top = top
        return self.canvas

    def encode(self, begins: bool) -> SliceData:
        """Return the slice of what the canvas shows now; `begins` a run. Raises `RenderError` (R471)."""
        from av.video.frame import PictureType

        frame = self._frame
        frame.pts = self._count
        frame.pict_type = PictureType.I if begins else PictureType.NONE
        self._count += 1
        units = nal_units(b"".join(bytes(packet) for packet in self._context.encode(frame)))
        slices = [unit for unit in units if unit[0] & 31 in (NAL_SLICE, NAL_IDR)]
        try:
            (only,) = slices
            return read_slice(only, self.parameters.syntax)
        except ValueError as error:
            raise RenderError("R471", f"the encoder gave a picture that can't be spliced: {error}") from error


class Encoders:
    """The encoders of one rendition, by height, the least recently used closed."""

    def __init__(self, width: int, frames_per_second: int) -> None:
        self.width = width
        self._frames_per_second = frames_per_second
        self._open: OrderedDict[int, BandEncoder] = OrderedDict()

    def of(self, height: int) -> BandEncoder:
        """Return the encoder for bands of `height` pixels."""
        found = self._open.pop(height, None)
        if found is None:
            while self._open and self.width * (sum(self._open) + height) > PIXELS_KEPT:
                self._open.popitem(last=False)
            found = BandEncoder.open(self.width, height, self._frames_per_second)
        self._open[height] = found
        return found


def _grey(width: int, height: int) -> VideoFrame:
    """Return a plain picture, which an encoder is opened with."""
    import av

    frame = av.VideoFrame(width, height, "yuv420p")
    for plane in frame.planes:
        plane.update(bytes([128]) * plane.buffer_size)
    frame.pts = 0
    return frame
