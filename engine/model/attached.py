"""A file that travels inside a PDF."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file inside a PDF/A-3: `relationship` says what it is to the document (ISO 32000-2, 7.11.3).

    `conformance` is set for an invoice that Factur-X readers should find: the profile that XMP names,
    as in "EN 16931".
    """

    name: str
    media_type: str
    description: str
    data: bytes = field(repr=False)
    relationship: Literal["Alternative", "Data", "Source", "Supplement", "Unspecified"] = "Alternative"
    conformance: str = ""
