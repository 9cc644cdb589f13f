"""Microsites: one private page a customer, readable with scripts off, with the video beside it."""

from __future__ import annotations

from renderers.microsite.channel import MicrositeChannel

__all__ = ["MicrositeChannel"]
