"""Which channels are open to a customer, and why the others are not."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from engine.insight.contact.experience import Experience
from engine.model.customer import ContactChannel, Customer

_CONSENT = {channel: attrgetter(channel.value) for channel in ContactChannel}
# The app has no address of its own: consent is given in it.
_HAS_ADDRESS: dict[ContactChannel, Callable[[Customer], bool]] = {
    ContactChannel.EMAIL: lambda customer: bool(customer.email),
    ContactChannel.SMS: lambda customer: bool(customer.phone),
    ContactChannel.PHONE: lambda customer: bool(customer.phone),
    ContactChannel.POST: lambda customer: customer.address is not None,
    ContactChannel.PUSH: lambda _: True,
}
_NO_ADDRESS = {
    ContactChannel.EMAIL: "the record has no e-mail address",
    ContactChannel.SMS: "the record has no phone number",
    ContactChannel.PHONE: "the record has no phone number",
    ContactChannel.POST: "the record has no postal address",
}


def barrier(channel: ContactChannel, customer: Customer, experience: Experience) -> str:
    """Return why a channel is closed to the customer; empty where it is open."""
    if not _CONSENT[channel](customer.consents):
        return "no consent"
    if channel is ContactChannel.POST and customer.flags.paperless:
        return "the customer wants no paper"
    if not _HAS_ADDRESS[channel](customer):
        return _NO_ADDRESS[channel]
    return experience.closed.get(channel, "") if experience.closed else ""
