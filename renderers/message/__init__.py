"""E-mail, short message and push text: what brings the customer to page, bill and payment."""

from __future__ import annotations

from renderers.message.channel import MessageChannel

__all__ = ["MessageChannel"]
