"""A subset of a font as PDF objects: Type0, Identity-H, as WeasyPrint describes it but without empty glyphs.

The glyphs are numbered anew, so a file holds more of them in less room. Sources: ISO 32000-1, 9.7.4 and 9.10.3
(ToUnicode).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import md5
from io import BytesIO
from typing import Any, NamedTuple

import uharfbuzz
from fontTools.ttLib import TTFont, TTLibError
from fontTools.ttLib.reorderGlyphs import reorderGlyphs

from renderers.pdf.fast.cid_font import cid_keyed
from renderers.pdf.fast.deflate import whole
from renderers.pdf.fast.file_head import stream
from renderers.pdf.fast.model import Unfillable

_DROPPED = (
    "BASE",
    "DSIG",
    "EBDT",
    "EBLC",
    "EBSC",
    "GDEF",
    "GPOS",
    "GSUB",
    "JSTF",
    "LTSH",
    "MATH",
    "PCLT",
    "SVG ",
    "STAT",
    "name",
    "post",
    "gasp",
    "meta",
)
_BATCH = 100  # entries of one beginbfchar or beginbfrange, at most (Adobe Technical Note 5014)
_SYMBOLIC, _SERIF, _ITALIC = 4, 2, 64
_TRUE_TYPE = (b"\x00\x01\x00\x00", b"true")
_LARGE = 0xFFFF  # letters from here on are two units of UTF-16


def subset_font(face: uharfbuzz.Face, order: Sequence[int]) -> bytes:
    """Return the font file with the glyphs of `order`, numbered as they stand there; 0 comes first.

    A bare CFF table, CID-keyed, or a TrueType file. Raises `Unfillable` for a font that was CID-keyed before, and for
    one whose glyphs can't be numbered anew.
    """
    wanted = uharfbuzz.SubsetInput()
    wanted.glyph_set.update(order)
    wanted.flags = (
        uharfbuzz.SubsetFlags.DESUBROUTINIZE
        | uharfbuzz.SubsetFlags.NO_HINTING
        | uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
    )
    wanted.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in _DROPPED)
    plan = uharfbuzz.SubsetPlan(face, wanted)
    numbers = plan.old_to_new_glyph_mapping
    data: bytes = plan.execute().blob.data
    font = TTFont(BytesIO(data), recalcBBoxes=False, recalcTimestamp=False)
    if "CFF " in font and hasattr(font["CFF "].cff.topDictIndex[0], "ROS"):
        raise Unfillable("the font is CID-keyed")
    if len(numbers) != len(order):
        raise Unfillable("the font's glyphs are made of parts")
    places = [numbers[glyph] for glyph in order]
    if "CFF " in font:
        made = cid_keyed(bytes(font.reader["CFF "]), font["CFF "].cff, places)
        if made is not None:
            return made
    if places != list(range(len(places))):
        font.ensureDecompiled()
        names = font.getGlyphOrder()
        try:
            reorderGlyphs(font, [names[place] for place in places])
        except (AttributeError, LookupError, NotImplementedError, ValueError, TTLibError) as error:  # by its tables
            raise Unfillable("the font's glyphs can't be numbered anew") from error
        out = BytesIO()
        font.save(out, reorderTables=None)
        data = out.getvalue()
        font = TTFont(BytesIO(data), recalcBBoxes=False, recalcTimestamp=False)
    return bytes(font.reader["CFF "]) if "CFF " in font else data


class FontProgram(NamedTuple):
    """A font file as it stands in a PDF."""

    key: bytes  # of the descriptor: FontFile2, FontFile3
    tag: bytes  # six letters, by what is in it
    body: bytes  # of the stream


def font_program(data: bytes) -> FontProgram:
    """Return the stream of a font file that `subset_font` made."""
    tag = bytes(65 + byte % 26 for byte in md5(data, usedforsecurity=False).digest()[:6])
    packed = whole(data, is_kept=True)
    if data[:4] in _TRUE_TYPE:
        return FontProgram(b"FontFile2", tag, stream(b"/Length1 %d" % len(data), packed))
    return FontProgram(b"FontFile3", tag, stream(b"/Subtype/CIDFontType0C", packed))


def font_bodies(
    first_number: int, map_number: int, metrics: Any, program: FontProgram, widths: Sequence[int]
) -> list[bytes]:
    """Return four object bodies: Type0 font, CID font, descriptor, font file.

    `metrics` is WeasyPrint's description of the font; what its glyphs stand for has the number `map_number`.
    """
    is_cff = program.key == b"FontFile3"
    name = b"/" + program.tag + b"+" + metrics.name.partition(b"+")[2]
    cid, descriptor, file = (first_number + offset for offset in (1, 2, 3))
    bbox = b"[0 %d %d %d]" % (metrics.descent, max(widths), metrics.ascent)
    return [
        b"<</Type/Font/Subtype/Type0/BaseFont %b/ToUnicode %d 0 R/Encoding/Identity-H/DescendantFonts[%d 0 R]>>"
        % (name, map_number, cid),
        b"<</Type/Font/Subtype/CIDFontType%d/BaseFont %b"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>%b/W[0[%b]]/FontDescriptor %d 0 R>>"
        % (0 if is_cff else 2, name, b"" if is_cff else b"/CIDToGIDMap/Identity",
           b" ".join([b"%d" % width for width in widths]), descriptor),
        b"<</Type/FontDescriptor/FontName %b/FontFamily(%b)/Flags %d/FontBBox%b/ItalicAngle %d/Ascent %d/Descent %d"
        b"/CapHeight %d/StemV %d/StemH %d/%b %d 0 R>>"
        % (name, _escaped(metrics.family), metrics.flags & (_SYMBOLIC | _SERIF | _ITALIC), bbox, metrics.italic_angle,
           metrics.ascent, metrics.descent, metrics.ascent, metrics.stemv, metrics.stemh, program.key, file),
        program.body,
    ]  # fmt: skip


def _escaped(text: str) -> bytes:
    return text.encode("ascii", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def unicode_map(texts: Sequence[str]) -> bytes:
    """Return the body of a stream that says what each glyph stands for ("": nothing)."""
    lines = [
        "/CIDInit /ProcSet findresource begin", "12 dict begin", "begincmap", "/CIDSystemInfo",
        "<< /Registry (Adobe)", "/Ordering (UCS)", "/Supplement 0", ">> def", "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def", "1 begincodespacerange", "<0000> <ffff>", "endcodespacerange",
    ]  # fmt: skip
    alone: list[str] = []
    ranges: list[str] = []
    for first, last in _runs(texts):
        text = texts[first].encode("utf-16-be").hex()
        if first == last:
            alone.append(f"<{first:04x}> <{text}>")
        else:
            ranges.append(f"<{first:04x}> <{last:04x}> <{text}>")
    for kind, entries in (("bfchar", alone), ("bfrange", ranges)):
        for start in range(0, len(entries), _BATCH):
            batch = entries[start : start + _BATCH]
            lines += [f"{len(batch)} begin{kind}", *batch, f"end{kind}"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return stream(b"", whole("\n".join(lines).encode(), is_kept=True))


def _runs(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield first and last of glyphs that stand for one letter after the other, within 256 of codes and of letters."""
    first = 0
    while first < len(texts):
        last, code = first, ord(texts[first]) if len(texts[first]) == 1 else _LARGE
        while (
            code < _LARGE and last + 1 < len(texts) and (last + 1) % 256 and (code + 1) % 256
            and texts[last + 1] == chr(code + 1)
        ):  # fmt: skip
            last, code = last + 1, code + 1
        if texts[first]:
            yield first, last
        first = last + 1
