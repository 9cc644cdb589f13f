"""The first bytes of every file of a template set: fonts, colour profile, static pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import accumulate
from typing import Any, Literal

from renderers.pdf.fast.deflate import whole
from renderers.pdf.fast.xref import FREE, packed_rows, plain_rows

_HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
_PROFILE = "sRGB2014.icc"
_ROW = 504  # bytes of the profile, 16 bits a sample
PROFILE_NUMBER, RESOURCES_NUMBER = 1, 2
OBJECT_END = b"\nendobj\n"


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that content streams name: /F1, /X1, /P1, /G1.

    `objects` takes the number of its first object and that of what stands `beside` it, and returns the bodies of all
    its objects, numbered from the first on; this is what the name stands for. A body is what stands between `obj` and
    `endobj`. What stands beside several resources is written once.
    """

    kind: Literal["Font", "XObject", "Pattern", "ExtGState"]
    name: str
    objects: Callable[[int, int], Sequence[bytes]]
    beside: bytes = b""


@dataclass(frozen=True, slots=True)
class FileHead:
    """Fonts, colour profile and static pictures, and the dictionary that names them, written once."""

    data: bytes = field(repr=False)
    rows: bytes = field(repr=False)  # of the cross-reference, from object 0 on, with filter 0
    count: int  # numbers taken, 0 among them
    hashed: Any = field(repr=False)  # the state of SHA-256 after `data`

    @classmethod
    def compile(cls, resources: Sequence[Resource]) -> FileHead:
        """Return the head with these resources; all pages of all plans may use their names."""
        bodies = [_profile(), b""]
        names: dict[str, dict[str, int]] = {}
        beside: dict[bytes, int] = {b"": 0}
        for resource in resources:
            if resource.beside not in beside:
                bodies.append(resource.beside)
                beside[resource.beside] = len(bodies)
            names.setdefault(resource.kind, {})[resource.name] = len(bodies) + 1
            bodies.extend(resource.objects(len(bodies) + 1, beside[resource.beside]))
        bodies[RESOURCES_NUMBER - 1] = _resources(names)
        members = [place for place, made in enumerate(bodies, start=1) if not made.endswith(b"endstream")]
        bodies.append(object_stream(members, [bodies[place - 1] for place in members], is_kept=True))
        inside = {place: index for index, place in enumerate(members)}
        chunks, rows, position = [_HEADER], [FREE], len(_HEADER)
        for place, made in enumerate(bodies, start=1):
            if place in inside:
                rows.append(packed_rows(len(bodies), inside[place]))
            else:
                rows.append(plain_rows([position]))
                chunks.append(indirect(place, made))
                position += len(chunks[-1])
        data = b"".join(chunks)
        return cls(data, b"".join(rows), len(bodies) + 1, sha256(data))


@cache
def _profile() -> bytes:
    """Return the colour profile's stream: half of it is curves, which take half the room as differences."""
    data = (files("weasyprint.pdf") / _PROFILE).read_bytes()
    if len(data) % _ROW:
        return stream(b"/N 3", whole(data, is_kept=True))
    rows = []
    for start in range(0, len(data), _ROW):
        row = data[start : start + _ROW]
        steps = bytes([(byte - left) & 255 for byte, left in zip(row, b"\0\0" + row, strict=False)])
        rows.append(min((b"\0" + row, b"\1" + steps), key=lambda one: len(whole(one, is_kept=True))))
    entries = b"/N 3/DecodeParms<</Predictor 15/BitsPerComponent 16/Columns %d>>" % (_ROW // 2)
    return stream(entries, whole(b"".join(rows), is_kept=True))


def _resources(names: dict[str, dict[str, int]]) -> bytes:
    """Return the dictionary of resources, from numbers by kind and name."""
    said = [
        f"/{kind}<<{''.join([f'/{name} {number} 0 R' for name, number in own.items()])}>>"
        for kind, own in names.items()
    ]
    return f"<<{''.join(said)}>>".encode()


def indirect(number: int, body: bytes) -> bytes:
    """Return an object with its number, and a newline after it."""
    return b"%d 0 obj\n%b%b" % (number, body, OBJECT_END)


def stream(entries: bytes, deflated: bytes) -> bytes:
    """Return the body of a deflated stream with these dictionary entries."""
    return b"<<%b/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (entries, len(deflated), deflated)


def object_stream(numbers: Sequence[int], bodies: Sequence[bytes], *, is_kept: bool = False) -> bytes:
    """Return the body of a stream that holds these objects (ISO 32000-1, 7.5.7)."""
    offsets = accumulate([0, *[len(made) + 1 for made in bodies[:-1]]])
    start = b" ".join([b"%d %d" % pair for pair in zip(numbers, offsets, strict=True)]) + b"\n"
    return packed_objects(len(numbers), len(start), start + b"\n".join(bodies), is_kept=is_kept)


def packed_objects(count: int, first: int, content: bytes, *, is_kept: bool = False) -> bytes:
    """Return the body of a stream of this content: numbers and places of objects, from `first` on the objects."""
    return stream(b"/Type/ObjStm/N %d/First %d" % (count, first), whole(content, is_kept=is_kept))
