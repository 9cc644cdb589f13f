"""Through which channel and when a customer is best met: consent, preference, experience, quiet, caps, calendar."""

from engine.insight.contact.choice import choose_contact

__all__ = ["choose_contact"]
