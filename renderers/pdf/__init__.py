"""The A4 bill. The reference renderer lays it out with WeasyPrint; a guard reads it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from renderers.pdf.channel import PdfChannel

__all__ = ["PdfChannel"]


def __getattr__(name: str) -> Any:
    """Load the channel, and WeasyPrint with it, only when it is asked for (PEP 562)."""
    if name != "PdfChannel":
        raise AttributeError(f"module `renderers.pdf` has no attribute `{name}`")
    from renderers.pdf import libraries  # noqa: F401 - before the others load what it loads
    from renderers.pdf.channel import PdfChannel

    return PdfChannel
