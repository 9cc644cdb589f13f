"""Pay-now and answer links: https, to an own host, signed, expiring, without personal data.

What is signed is one unambiguous byte string: the use of the link, then each part with its length, host
and path included. A link that differs in a single character from the one made is refused.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache

from engine.errors import PaymentError
from engine.model.campaign import PaymentOptions
from engine.model.money import Money, Sum
from engine.model.quick import quick
from engine.payment.address import allowed_host, parse_query, split_address, split_link
from engine.payment.keyring import Keyring, in_base64, kernel, opaque

VERSION = "1"
REFERENCE_BYTES = 15  # 120 bits: 24 characters of base32 without padding
LEAST_VALID = timedelta(days=7)

_SIGNED_VERSION = f"1:v,{len(VERSION)}:{VERSION},"
_PAY_FIELDS = ("r", "a", "c", "e", "v")
_ANSWER_FIELDS = ("r", "k", "e", "v")


class AnswerKind(StrEnum):
    """What a customer may answer with one tap."""

    PAID = "paid"
    WRONG = "wrong"  # something is wrong, whatever it is
    CALL = "call"
    INSTALMENTS = "instalments"
    DISPUTE = "dispute"  # the bill, or a part of it, is contested
    NOT_ME = "not_me"  # the message reached the wrong person


ANSWER_NAMES = {kind: kind.value for kind in AnswerKind}  # as links have them, told sooner than by the kind


@quick
@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """One amount for one or several open bills. `expires_at` is aware, in whole seconds."""

    reference: str
    amount: Money | Sum
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class VerifiedRequest:
    """What a pay link says, after its signature was checked."""

    reference: str
    amount: Money
    expires_at: datetime
    host: str


@dataclass(frozen=True, slots=True)
class VerifiedAnswer:
    """What an answer link says, after its signature was checked."""

    reference: str
    kind: AnswerKind
    expires_at: datetime
    host: str


def request_reference(customer_key: str, bill_numbers: Iterable[str], keys: Keyring) -> str:
    """Return the opaque id of the request for these bills: 24 characters of a-z2-7, the same in any order."""
    parts = [customer_key, *sorted(set(bill_numbers))]
    digest = keys.sign(_canonical("request", parts))
    return opaque(digest[:REFERENCE_BYTES])


def link_expiry(anchor: date, options: PaymentOptions, zone: tzinfo, now: datetime) -> datetime:
    """Return when a link ends: the last second of the day `valid_days` after `anchor`, in `zone`, as UTC.

    `anchor` is the latest due date (or issue date) of the bills. Where the link would live less than a
    week from `now` (a bill long overdue), the end moves on in whole steps of `valid_days`: two runs in
    one step make the same bytes.
    """
    return _expiry(anchor, options.valid_days, zone, now)


def pay_link(request: PaymentRequest, options: PaymentOptions, keys: Keyring) -> str:
    """Return the signed https address of `request` on the payment page.

    Query: r reference, a amount in minor units, c currency, e expiry (Unix time), v version, s HMAC-SHA-256
    in base64url. Raises `PaymentError`: P101 the page's address, P102 its host, P107 the request.
    """
    if request.amount.amount <= 0:
        raise PaymentError("P107", "there is nothing to pay", hint="ask for an amount above zero")
    reference, amount = _reference(request.reference), str(request.amount.amount_minor)
    currency = request.amount.currency
    address, signed, expiry, rest = _frame("pay", options.base_url, options.allowed_hosts, request.expires_at)
    # By name, as `_signature` has them.
    named = f"1:a,{len(amount)}:{amount},1:c,{len(currency)}:{currency},{expiry}"
    signature = in_base64(keys.sign(f"{signed}{named}1:r,{len(reference)}:{reference},{_SIGNED_VERSION}".encode()))
    return f"{address}{reference}&a={amount}&c={currency}{rest}{signature}"


def verify_pay_link(url: str, options: PaymentOptions, keys: Keyring, now: datetime) -> VerifiedRequest:
    """Return what the pay link `url` asks for, if it is ours, untouched and still valid at `now`.

    Raises `PaymentError`: P102 another host, P103 malformed, P104 a parameter twice, P105 changed or signed
    with another key, P106 expired, P108 unknown version. Nothing of the link is trusted before P105.
    """
    host, values = _verified("pay", url, _PAY_FIELDS, options, keys, now)
    return VerifiedRequest(
        reference=values["r"],
        amount=Money.from_minor(int(values["a"]), values["c"]),
        expires_at=_instant(values["e"]),
        host=host,
    )


def answer_link(
    kind: AnswerKind, reference: str, expires_at: datetime, base_url: str, options: PaymentOptions, keys: Keyring
) -> str:
    """Return the signed https address by which a customer answers. Raises `PaymentError` as `pay_link` does."""
    return answer_links((kind,), reference, expires_at, base_url, options, keys)[0]


def answer_links(
    kinds: Iterable[AnswerKind],
    reference: str,
    expires_at: datetime,
    base_url: str,
    options: PaymentOptions,
    keys: Keyring,
) -> list[str]:
    """Return the `answer_link` of each of `kinds`; what they have in common is written once."""
    reference = _reference(reference)
    names = [ANSWER_NAMES.get(kind) or AnswerKind(kind).value for kind in kinds]
    address, signed, expiry, rest = _frame("answer", base_url, options.allowed_hosts, expires_at)
    before = f"{signed}{expiry}1:k,"  # by name, as `_signature` has them
    after = f",1:r,{len(reference)}:{reference},{_SIGNED_VERSION}"
    return _signed(names, before, after, f"{address}{reference}&k=", rest, keys)


@lru_cache(maxsize=2048)  # links of a cycle end on few days
def _frame(use: str, base_url: str, allowed: tuple[str, ...], expires_at: datetime) -> tuple[str, str, str, str]:
    """Return what all links to a page that end together share.

    How the address begins, how the signed text begins, the expiry as it is signed, and how the address ends.
    """
    epoch = str(_epoch(expires_at))
    address, signed = _page(use, base_url, allowed)
    return f"{address}?r=", signed, f"1:e,{len(epoch)}:{epoch},", f"&e={epoch}&v={VERSION}&s="


def _signed(names: list[str], before: str, after: str, lead: str, rest: str, keys: Keyring) -> list[str]:
    """Return the link of each of `names`, which stands in the link and in what is signed."""
    made: list[str] | None = None
    if kernel is not None:
        made = kernel.signed_links(keys.link_key, before, names, after, lead, rest)
    return _signed_in_python(names, before, after, lead, rest, keys) if made is None else made


def _signed_in_python(names: list[str], before: str, after: str, lead: str, rest: str, keys: Keyring) -> list[str]:
    sign = keys.sign
    return [f"{lead}{name}{rest}{in_base64(sign(f'{before}{len(name)}:{name}{after}'.encode()))}" for name in names]


def verify_answer_link(url: str, options: PaymentOptions, keys: Keyring, now: datetime) -> VerifiedAnswer:
    """Return what the answer link `url` says. Raises `PaymentError` as `verify_pay_link` does."""
    host, values = _verified("answer", url, _ANSWER_FIELDS, options, keys, now)
    return VerifiedAnswer(values["r"], AnswerKind(values["k"]), _instant(values["e"]), host)


@lru_cache(maxsize=256)
def _page(use: str, base_url: str, allowed: tuple[str, ...]) -> tuple[str, str]:
    """Return the address of a page, and how the signed text of links to it begins."""
    host, path = split_address(base_url)
    allowed_host(host, allowed)
    return f"https://{host}{path}", _canonical(use, [host, path]).decode()


def _verified(
    use: str, url: str, fields: tuple[str, ...], options: PaymentOptions, keys: Keyring, now: datetime
) -> tuple[str, dict[str, str]]:
    if now.tzinfo is None:
        raise ValueError("now must be aware of its offset from UTC")
    host, path, query = split_link(url)
    allowed_host(host, options.allowed_hosts)
    given = parse_query(query, (*fields, "s"))
    values = {name: given[name] for name in fields}
    if values["v"] != VERSION:
        raise PaymentError("P108", "the link has a version that is not known", hint="use the newest billcast")
    # The text is compared, not its decoded bytes: base64 has several spellings of the same bytes.
    if not hmac.compare_digest(_signature(use, host, path, values, keys), given["s"]):
        raise PaymentError("P105", "the link was changed, or signed with another key",
                           hint="open the link as it was sent; check BILLCAST_KEY and the campaign")  # fmt: skip
    if now > _instant(values["e"]):
        raise PaymentError("P106", "the link has expired", hint="send the customer a new one")
    return host, values


def _signature(use: str, host: str, path: str, values: Mapping[str, str], keys: Keyring) -> str:
    parts = [host, path, *(part for pair in sorted(values.items()) for part in pair)]
    return in_base64(keys.sign(_canonical(use, parts)))


def _canonical(use: str, parts: list[str]) -> bytes:
    """Return `parts` as one byte string that no other use or list of parts makes: each with its length."""
    plain = "".join([f"{len(part)}:{part}," for part in parts])
    if plain.isascii():  # as nearly all are: a character is a byte
        return f"billcast/{use}/{VERSION}\n{plain}".encode()
    coded = [part.encode("utf-8") for part in parts]
    return f"billcast/{use}/{VERSION}\n".encode() + b"".join([b"%d:%s," % (len(part), part) for part in coded])


def _reference(reference: str) -> str:
    if not (reference.isascii() and reference.isalnum() and len(reference) <= 64):
        raise PaymentError("P107", "the request's reference is not an opaque id",
                           hint="make it with request_reference")  # fmt: skip
    return reference


def _epoch(moment: datetime) -> int:
    if moment.tzinfo is None or moment.microsecond:
        raise PaymentError("P107", "the expiry is not an aware time in whole seconds", hint="use link_expiry")
    return _seconds(moment)


@lru_cache(maxsize=2048)
def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _instant(epoch: str) -> datetime:
    return datetime.fromtimestamp(int(epoch), UTC)


@lru_cache(maxsize=2048)  # the bills of a cycle are due on few days
def _expiry(anchor: date, valid_days: int, zone: tzinfo, now: datetime) -> datetime:
    step = timedelta(days=valid_days)
    end_day = anchor + step
    while _end_of(end_day, zone) < now + min(LEAST_VALID, step):
        end_day += step
    return _end_of(end_day, zone)


@lru_cache(maxsize=2048)
def _end_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)
