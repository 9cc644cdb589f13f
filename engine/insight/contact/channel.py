"""The channel: the customer's own preference, then experience, now and then another to learn, then paper."""

from __future__ import annotations

from dataclasses import dataclass

from engine.insight.contact.experience import Experience
from engine.insight.contact.lot import Lot, share_of
from engine.insight.contact.ways import barrier
from engine.model.customer import ContactChannel, Customer
from engine.model.policy.contact import ContactTerms
from engine.model.quick import quick

_POST = ContactChannel.POST
_NAMES = {channel: channel.value for channel in ContactChannel}  # the enum's own look-up takes ten times as long
MOST_MET = 4096  # kinds of customers without experience of whom the choice is kept


@quick
@dataclass(frozen=True, slots=True)
class Chosen:
    """A channel, or none, and why."""

    channel: ContactChannel | None
    reason: str
    refused: tuple[tuple[str, str], ...]
    is_exploring: bool = False


def choose_channel(
    customer: Customer, terms: ContactTerms, wanted: tuple[ContactChannel, ...], experience: Experience, lot: Lot
) -> Chosen:
    """Return the best channel of those that the stage wants and the customer is open to.

    Paper is one of these where the stage names it first or alone; else it is what is left when no other is open.
    """
    if experience.closed or experience.sent or lot.is_explored(terms.explore_percent):
        return _chosen(customer, terms, wanted, experience, lot)
    # Nothing is known of how these customers answer: of all that are open to the same ways it is the same.
    consents = customer.consents
    key = (
        id(terms), wanted, customer.preferred_channel, consents.email, consents.sms, consents.push, consents.post,
        consents.phone, customer.flags.paperless, not customer.email, not customer.phone, customer.address is None,
    )  # fmt: skip
    found = _MET.get(key)
    if found is None:
        if len(_MET) >= MOST_MET:
            _MET.clear()
        found = _MET[key] = terms, _chosen(customer, terms, wanted, experience, lot)
    return found[1]


# The terms, unchanging, are told apart by identity, and held so that no others take their place in memory.
_MET: dict[tuple[object, ...], tuple[ContactTerms, Chosen]] = {}


def _chosen(
    customer: Customer, terms: ContactTerms, wanted: tuple[ContactChannel, ...], experience: Experience, lot: Lot
) -> Chosen:
    refused: list[tuple[str, str]] = []
    ways: list[ContactChannel] = []
    for channel in wanted:
        why = barrier(channel, customer, experience)
        if why:
            refused.append((_NAMES[channel], why))
        else:
            ways.append(channel)
    preferred = customer.preferred_channel
    if preferred is not None:
        if preferred in ways:
            refused += [(_NAMES[way], "another is preferred") for way in ways if way is not preferred]
            return Chosen(preferred, f"{_NAMES[preferred]}: the customer prefers it", tuple(refused))
        if preferred not in wanted:
            refused.append((_NAMES[preferred], "preferred, but the stage does not use it"))
    if _POST in ways[1:] and wanted[0] is not _POST:
        ways.remove(_POST)
        refused.append((_NAMES[_POST], "paper only where no other way is open"))
    if ways:
        return _best(ways, terms, experience, lot, refused)
    return _on_paper(customer, terms, wanted, experience, refused)


def _best(
    ways: list[ContactChannel],
    terms: ContactTerms,
    experience: Experience,
    lot: Lot,
    refused: list[tuple[str, str]],
) -> Chosen:
    """Return the way with the highest smoothed share of answers, or another to learn.

    The stage's order decides among equals.
    """
    if len(ways) == 1:
        return Chosen(ways[0], f"{_NAMES[ways[0]]}: the only way that is open", tuple(refused))
    shares = [experience.share(way, terms) for way in ways]
    place = shares.index(max(shares))
    best = ways[place]
    others = [(way, share) for way, share in zip(ways, shares, strict=True) if way is not best]
    # Nobody is put onto paper to learn: it costs most, and shows neither opening nor click.
    learnable = [way for way, _ in others if way is not _POST]
    if learnable and lot.is_explored(terms.explore_percent):
        tried = learnable[share_of(lot.which, len(learnable))]
        refused += [(_NAMES[way], "another is tried, to learn") for way in ways if way is not tried]
        reason = f"{_NAMES[tried]}: tried to learn, as for {terms.explore_percent} % of customers"
        return Chosen(tried, reason, tuple(refused), is_exploring=True)
    for way, share in others:
        is_less = share < shares[place]
        why = f"answered less: {_told(way, share, experience)}" if is_less else "no better, and later in the stage"
        refused.append((_NAMES[way], why))
    return Chosen(best, f"{_NAMES[best]}: {_told(best, shares[place], experience)}", tuple(refused))


def _told(way: ContactChannel, share: float, experience: Experience) -> str:
    sent = experience.sent.get(way, 0)
    if not sent:
        return f"no experience yet, {share:.0%} expected"
    return f"{experience.answered.get(way, 0)} of {sent} messages answered, smoothed {share:.0%}"


def _on_paper(
    customer: Customer,
    terms: ContactTerms,
    wanted: tuple[ContactChannel, ...],
    experience: Experience,
    refused: list[tuple[str, str]],
) -> Chosen:
    """Return paper as what is left, or no channel."""
    if wanted and _POST not in wanted:
        refused = [one for one in refused if one[0] != _NAMES[_POST]]  # preferred, and not of the stage
        why = barrier(_POST, customer, experience) if terms.paper_fallback else "the policy sends no paper instead"
        if not why:
            return Chosen(_POST, "post: no other way is open", tuple(refused))
        refused.append((_NAMES[_POST], why))
    reason = "no way to the customer is open" if wanted else "the stage names no channel"
    return Chosen(None, reason, tuple(refused))
