"""A subset of a font as PDF objects: Type0, Identity-H, as WeasyPrint describes it but without empty glyphs.

The glyphs are numbered anew, so a file holds four times as many of them in less room. Sources: ISO 32000-1,
9.7.4 (a CFF font that isn't CID-keyed takes CIDs as glyph numbers) and 9.10.3 (ToUnicode).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from hashlib import md5
from io import BytesIO
from typing import Any

import uharfbuzz
from fontTools.ttLib import TTFont
from fontTools.ttLib.reorderGlyphs import reorderGlyphs

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
    "PCLT",
    "SVG ",
    "STAT",
    "name",
    "post",
    "gasp",
    "meta",
)
_BATCH = 100  # entries of one beginbfchar, at most (Adobe Technical Note 5014)
_SYMBOLIC, _SERIF, _ITALIC = 4, 2, 64


def subset_font(face: uharfbuzz.Face, order: Sequence[int]) -> bytes:
    """Return the font file with the glyphs of `order`, numbered as they stand there; 0 comes first.

    A bare CFF table, or a TrueType file. Raises `Unfillable` for a CID-keyed font.
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
    if [numbers[glyph] for glyph in order] != list(range(len(numbers))):
        if len(numbers) != len(order):
            raise Unfillable("the font's glyphs are made of parts")
        font.ensureDecompiled()
        names = font.getGlyphOrder()
        reorderGlyphs(font, [names[numbers[glyph]] for glyph in order])
        out = BytesIO()
        font.save(out, reorderTables=None)
        data = out.getvalue()
        font = TTFont(BytesIO(data), recalcBBoxes=False, recalcTimestamp=False)
    return bytes(font.reader["CFF "]) if "CFF " in font else data


def font_bodies(
    first_number: int, metrics: Any, data: bytes, widths: Sequence[int], texts: Sequence[str]
) -> list[bytes]:
    """Return five object bodies: Type0 font, CID font, descriptor, font file, ToUnicode.

    `metrics` is WeasyPrint's description of the font, `texts` what each glyph stands for ("" for none).
    """
    is_cff = data[:4] not in (b"\x00\x01\x00\x00", b"true")
    tag = "".join(chr(65 + byte % 26) for byte in md5(data, usedforsecurity=False).digest()[:6])
    name = f"/{tag}+".encode() + metrics.name.partition(b"+")[2]
    cid, descriptor, file, unicode_map = (first_number + offset for offset in (1, 2, 3, 4))
    bbox = b"[0 %d %d %d]" % (metrics.descent, max(widths), metrics.ascent)
    fonts = [
        b"<</Type /Font/Subtype /Type0/BaseFont %s/ToUnicode %d 0 R/Encoding /Identity-H/DescendantFonts [%d 0 R]>>"
        % (name, unicode_map, cid),
        b"<</Type /Font/Subtype /CIDFontType%d/BaseFont %s"
        b"/CIDSystemInfo <</Registry (Adobe)/Ordering (Identity)/Supplement 0>>%s/W [0 [%s]]/FontDescriptor %d 0 R>>"
        % (0 if is_cff else 2, name, b"" if is_cff else b"/CIDToGIDMap /Identity",
           b" ".join(b"%d" % width for width in widths), descriptor),
        b"<</Type /FontDescriptor/FontName %s/FontFamily (%s)/Flags %d/FontBBox %s/ItalicAngle %d/Ascent %d/Descent %d"
        b"/CapHeight %d/StemV %d/StemH %d/FontFile%d %d 0 R>>"
        % (name, _escaped(metrics.family), metrics.flags & (_SYMBOLIC | _SERIF | _ITALIC), bbox, metrics.italic_angle,
           metrics.ascent, metrics.descent, metrics.ascent, metrics.stemv, metrics.stemh, 3 if is_cff else 2, file),
    ]  # fmt: skip
    kind = b"/Subtype /CIDFontType0C" if is_cff else b"/Length1 %d" % len(data)
    return [*fonts, _stream(data, kind), _stream(_unicode_map(texts), b"")]


def _escaped(text: str) -> bytes:
    return text.encode("ascii", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _stream(data: bytes, entries: bytes) -> bytes:
    packed = zlib.compress(data, 9)
    return b"<</Length %d/Filter /FlateDecode%s>>stream\n%s\nendstream" % (len(packed), entries, packed)


def _unicode_map(texts: Sequence[str]) -> bytes:
    lines = [
        "/CIDInit /ProcSet findresource begin", "12 dict begin", "begincmap", "/CIDSystemInfo",
        "<< /Registry (Adobe)", "/Ordering (UCS)", "/Supplement 0", ">> def", "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def", "1 begincodespacerange", "<0000> <ffff>", "endcodespacerange",
    ]  # fmt: skip
    entries = [f"<{code:04x}> <{text.encode('utf-16-be').hex()}>" for code, text in enumerate(texts) if text]
    for start in range(0, len(entries), _BATCH):
        batch = entries[start : start + _BATCH]
        lines += [f"{len(batch)} beginbfchar", *batch, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines).encode()
