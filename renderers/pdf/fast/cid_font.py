"""A CFF font as PDF's composite fonts want it: CID-keyed, its glyphs known by their numbers and without names.

Names are a tenth of a small font, and no reader of such a file asks for them. Matrices stand in the top dictionary and
in that of the part, and what leads to the parts stands last: some printers and viewers need them so. Sources: Adobe
Technical Notes 5176 (CFF) and 5177 (Type 2 charstrings).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fontTools.misc.psCharStrings import encodeFloat, encodeIntCFF

_STRINGS = 391  # number of the first string that isn't a standard one
_HEADER = b"\x01\x00\x04\x04"
_NOTHING = b"\x00\x00"  # an INDEX without items
_MATRIX = (0.001, 0, 0, 0.001, 0, 0)  # where a font says none
# Operators of dictionaries.
_NOTICE, _BOX, _CHARSET, _GLYPHS, _PRIVATE = b"\x01", b"\x05", b"\x0f", b"\x11", b"\x12"
_COPYRIGHT, _MATRIX_OF, _ROS, _COUNT, _PARTS, _PART_OF = (b"\x0c" + bytes([code]) for code in (0, 7, 30, 34, 36, 37))
# Of charstrings; and how many numbers stand before the end of a glyph that takes two others by name.
_ESCAPE, _ENDCHAR, _HINT_MASKS = 12, 14, (19, 20)
_OF_OTHERS = 4


def cid_keyed(data: bytes, font: Any, places: Sequence[int]) -> bytes | None:
    """Return a CFF font CID-keyed: glyph n is what stood at the nth of `places`.

    `data` is a table without subroutines and hints, `font` what fontTools reads of it. None where a glyph takes
    others by their names.
    """
    top = font.topDictIndex[0]
    programs = [top.CharStrings[name].bytecode for name in top.charset]
    glyphs = [programs[place] for place in places]
    if any(map(_takes_others, glyphs)):
        return None
    own = top.rawDict
    strings = [b"Adobe", b"Identity"]
    entries = _numbers(_STRINGS, _STRINGS + 1, 0) + _ROS
    for name, operator in (("Notice", _NOTICE), ("Copyright", _COPYRIGHT)):
        if name in own:
            entries += _numbers(_STRINGS + len(strings)) + operator
            strings.append(own[name].encode("latin-1"))
    entries += _numbers(*own.get("FontMatrix", _MATRIX)) + _MATRIX_OF
    entries += _numbers(*own.get("FontBBox", (0, 0, 0, 0))) + _BOX

    size, start = own["Private"]
    private = data[start : start + size]
    rest = len(glyphs) - 1
    charset = b"\x02\x00\x01" + (rest - 1).to_bytes(2, "big") if rest else b"\x00"  # all numbers from 1 on
    selection = b"\x03\x00\x01\x00\x00\x00" + len(glyphs).to_bytes(2, "big")  # all glyphs in the first part

    def place(*at: int) -> bytes:
        charset_at, glyphs_at, parts_at, selection_at = at
        found = entries + _offset(charset_at) + _CHARSET + _offset(glyphs_at) + _GLYPHS
        found += _numbers(len(glyphs)) + _COUNT + _offset(parts_at) + _PARTS + _offset(selection_at) + _PART_OF
        return _index([found])

    before = _HEADER + _index([name.encode("latin-1") for name in font.fontNames])
    after = _index(strings) + _NOTHING
    first = len(before) + len(place(0, 0, 0, 0)) + len(after)
    part = _numbers(1, 0, 0, 1, 0, 0) + _MATRIX_OF + _numbers(len(private)) + _offset(first) + _PRIVATE
    pieces = [private, charset, selection, _index([part]), _index(glyphs)]
    offsets = [first]
    for piece in pieces:
        offsets.append(offsets[-1] + len(piece))
    _, charset_at, selection_at, parts_at, glyphs_at, _ = offsets
    return b"".join([before, place(charset_at, glyphs_at, parts_at, selection_at), after, *pieces])


def _takes_others(program: bytes) -> bool:
    """Say whether a glyph takes two others by name, or has what tells of hints."""
    at = numbers = 0
    while at < len(program):
        code = program[at]
        if code >= 32 or code == 28:
            at += 3 if code == 28 else 1 if code < 247 else 2 if code < 255 else 5
            numbers += 1
        elif code == _ENDCHAR or code in _HINT_MASKS:
            return code != _ENDCHAR or numbers >= _OF_OTHERS
        else:
            at += 2 if code == _ESCAPE else 1
            numbers = 0
    return True  # it has no end


def _numbers(*numbers: float) -> bytes:
    return b"".join([encodeIntCFF(int(one)) if one == int(one) else encodeFloat(one) for one in numbers])


def _offset(place: int) -> bytes:
    """Return a number of five bytes whatever it is."""
    return b"\x1d" + place.to_bytes(4, "big")


def _index(items: Sequence[bytes]) -> bytes:
    """Return an INDEX of these items."""
    places = [1]
    for item in items:
        places.append(places[-1] + len(item))
    width = (places[-1].bit_length() + 7) // 8
    head = len(items).to_bytes(2, "big") + bytes([width])
    return head + b"".join([place.to_bytes(width, "big") for place in places]) + b"".join(items)
