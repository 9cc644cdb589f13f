"""The ways to reach a customer."""

from __future__ import annotations

from enum import StrEnum


class ContactChannel(StrEnum):
    """A way to reach a customer."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    POST = "post"
    PHONE = "phone"
