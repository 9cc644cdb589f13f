from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import PaymentError
from engine.model.campaign import PaymentOptions
from engine.model.money import Money, Sum
from engine.payment.keyring import Keyring
from engine.payment.link import (
    AnswerKind,
    PaymentRequest,
    answer_link,
    answer_links,
    link_expiry,
    pay_link,
    request_reference,
    verify_answer_link,
    verify_pay_link,
)

KEYS = Keyring.from_secret(bytes(range(32)))
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
EXPIRES = datetime(2026, 12, 24, 22, 59, 59, tzinfo=UTC)
PAY = "https://pay.northlight.example/b"
OPTIONS = PaymentOptions(base_url=PAY, allowed_hosts=("pay.northlight.example", "northlight.example"))
REQUEST = PaymentRequest(
    reference=request_reference("C-1", ["2026-10-004711"], KEYS),
    amount=Money(amount=Decimal("129.45"), currency="EUR"),
    expires_at=EXPIRES,
)
LINK = pay_link(REQUEST, OPTIONS, KEYS)
ANSWER = answer_link(AnswerKind.PAID, REQUEST.reference, EXPIRES, "https://northlight.example/answer", OPTIONS, KEYS)


def refusal(url: str, *, now: datetime = NOW, options: PaymentOptions = OPTIONS, keys: Keyring = KEYS) -> str:
    with pytest.raises(PaymentError) as caught:
        verify_pay_link(url, options, keys, now)
    return caught.value.problem.code


def with_base(url: str, *hosts: str) -> PaymentOptions:
    return PaymentOptions(base_url=url, allowed_hosts=hosts or OPTIONS.allowed_hosts)


def test_a_link_gives_back_what_was_signed() -> None:
    found = verify_pay_link(LINK, OPTIONS, KEYS, NOW)
    assert (found.reference, found.amount, found.expires_at, found.host) == (
        REQUEST.reference, REQUEST.amount, EXPIRES, "pay.northlight.example",
    )  # fmt: skip


def test_the_same_request_makes_the_same_link() -> None:
    assert pay_link(dataclasses.replace(REQUEST), OPTIONS, KEYS) == LINK
    assert pay_link(dataclasses.replace(REQUEST, amount=Sum(Decimal("129.45"), "EUR")), OPTIONS, KEYS) == LINK


def test_a_link_carries_exactly_the_documented_parameters() -> None:
    query = parse_qs(urlsplit(LINK).query, strict_parsing=True)
    assert list(query) == ["r", "a", "c", "e", "v", "s"]
    assert query["a"] == ["12945"]
    assert query["e"] == [str(int(EXPIRES.timestamp()))]


def test_the_reference_says_nothing_of_customer_or_bill_and_is_the_same_in_any_order() -> None:
    one = request_reference("C-1", ["B2", "B1"], KEYS)
    assert one == request_reference("C-1", ["B1", "B2"], KEYS)
    assert "C-1" not in one
    assert len(one) == 24
    assert one.isalnum()


def test_references_differ_where_only_the_seam_between_the_parts_does() -> None:
    assert request_reference("C-1", ["1"], KEYS) != request_reference("C-11", [""], KEYS)
    assert request_reference("C", ["ab", "c"], KEYS) != request_reference("C", ["a", "bc"], KEYS)


CHARACTERS = st.characters(min_codepoint=0x20, max_codepoint=0x24F) | st.sampled_from("\t\n\r\x00\\@#%．。／:")


@given(place=st.integers(0, len(LINK) - 1), character=CHARACTERS)
def test_a_link_with_any_one_character_replaced_is_refused(place: int, character: str) -> None:
    changed = LINK[:place] + character + LINK[place + 1 :]
    if changed != LINK:
        assert refusal(changed) in ("P102", "P103", "P104", "P105", "P108")


@given(place=st.integers(0, len(LINK)), character=CHARACTERS)
def test_a_link_with_any_character_put_in_is_refused(place: int, character: str) -> None:
    changed = LINK[:place] + character + LINK[place:]
    assert refusal(changed) in ("P102", "P103", "P104", "P105", "P108")


def test_a_link_with_any_one_character_taken_out_is_refused() -> None:
    for place in range(len(LINK)):
        changed = LINK[:place] + LINK[place + 1 :]
        assert refusal(changed) in ("P102", "P103", "P105"), place


def test_every_character_of_the_signature_counts() -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for character in alphabet.replace(LINK[-1], ""):
        assert refusal(LINK[:-1] + character) == "P105"


def test_a_link_holds_through_its_last_second_and_no_longer() -> None:
    assert verify_pay_link(LINK, OPTIONS, KEYS, EXPIRES).reference == REQUEST.reference
    assert refusal(LINK, now=EXPIRES + timedelta(microseconds=1)) == "P106"


def test_a_changed_link_says_changed_even_after_its_expiry() -> None:
    assert refusal(LINK.replace("a=12945", "a=12944"), now=EXPIRES + timedelta(days=1)) == "P105"


def test_another_key_is_refused() -> None:
    assert refusal(LINK, keys=Keyring.from_secret(bytes(32))) == "P105"


def test_the_path_is_signed() -> None:
    assert refusal(LINK.replace("/b?", "/c?")) == "P105"


def test_a_link_signed_for_one_own_host_does_not_pass_on_another() -> None:
    assert refusal(LINK.replace("pay.northlight.example", "northlight.example")) == "P105"


def test_an_amount_moved_into_another_parameter_is_refused() -> None:
    assert refusal(LINK.replace("a=12945&c=EUR", "c=EUR&a=1294")) == "P105"


def test_the_order_of_parameters_does_not_matter() -> None:
    base, query = LINK.split("?")
    turned = f"{base}?{'&'.join(reversed(query.split('&')))}"
    assert verify_pay_link(turned, OPTIONS, KEYS, NOW).amount == REQUEST.amount


@pytest.mark.parametrize("name", ["r", "a", "c", "e", "v", "s"])
def test_a_parameter_given_twice_is_refused(name: str) -> None:
    value = parse_qs(urlsplit(LINK).query)[name][0]
    assert refusal(f"{LINK}&{name}={value}") == "P104"


@pytest.mark.parametrize("name", ["r", "a", "c", "e", "v", "s"])
def test_a_parameter_left_out_is_refused(name: str) -> None:
    base, query = LINK.split("?")
    rest = "&".join(part for part in query.split("&") if not part.startswith(f"{name}="))
    assert refusal(f"{base}?{rest}") == "P103"


@pytest.mark.parametrize(
    "tail", ["&utm_source=mail", "&", "#x", "&x", "%26a=1", "&a", "&a=", "&=1", "&A=1"]
)  # fmt: skip
def test_anything_added_is_refused(tail: str) -> None:
    assert refusal(LINK + tail) in ("P103", "P104")


@pytest.mark.parametrize(
    "amount", ["012945", "+12945", "-12945", "12945.0", "1e5", "0", "", "%31", "１２９４５", "1" * 30]
)  # fmt: skip
def test_an_amount_has_one_spelling_only(amount: str) -> None:
    assert refusal(LINK.replace("a=12945", f"a={amount}")) == "P103"


def test_an_unknown_version_is_named_as_such() -> None:
    assert refusal(LINK.replace("v=1", "v=2")) == "P108"


ATTACKS = [
    "http://pay.northlight.example/b",
    "HTTPS://pay.northlight.example/b",
    "https://PAY.northlight.example/b",
    "https://pay.northlight.example@evil.example/b",
    "https://evil.example\\@pay.northlight.example/b",
    "https://evil.example/\\pay.northlight.example/b",
    "https:/\\evil.example/b",
    "https://pay.northlight.example:443/b",
    "https://pay.northlight.example:8443/b",
    "https://pay.northlight.example./b",
    "https://pay.northlight.example.evil.example/b",
    "https://pay-northlight.example/b",
    "https://evilpay.northlight.example/b",
    "https://xn--northlght-q5a.example/b",
    "https://pay.northlіght.example/b",  # a Cyrillic letter
    "https://pay。northlight.example/b",
    "https://pay.northlight.example%2eevil.example/b",
    "https://pay.northlight.example%00.evil.example/b",
    "https://pay.northlight.example\t/b",
    "https://pay.northlight.example/../b",
    "https://pay.northlight.example//b",
    "https://pay.northlight.example/./b",
    "https://pay.northlight.example/%2e%2e/b",
    "https://[::1]/b",
    "https://127.0.0.1/b",
    "https:///b",
    "//pay.northlight.example/b",
    "javascript:alert(1)//pay.northlight.example/b",
    " https://pay.northlight.example/b",
]


@pytest.mark.parametrize("address", ATTACKS)
def test_an_address_that_only_looks_like_ours_is_refused_by_the_payment_page(address: str) -> None:
    assert refusal(LINK.replace(PAY, address)) in ("P102", "P103")


@pytest.mark.parametrize("address", ATTACKS)
def test_an_address_that_only_looks_like_ours_is_never_signed(address: str) -> None:
    options = OPTIONS.model_copy(update={"base_url": address})
    with pytest.raises(PaymentError) as caught:
        pay_link(REQUEST, options, KEYS)
    assert caught.value.problem.code in ("P101", "P102")


def test_a_port_and_a_punycode_host_serve_when_they_are_listed() -> None:
    for host in ("pay.northlight.example:8443", "xn--bcher-kva.example"):
        options = with_base(f"https://{host}/b", host)
        assert verify_pay_link(pay_link(REQUEST, options, KEYS), options, KEYS, NOW).host == host


@pytest.mark.parametrize("tail", ["?x=1", "?", "#top", ""])
def test_a_page_address_with_query_or_fragment_is_not_signed(tail: str) -> None:
    options = with_base(PAY + tail)
    if not tail:
        assert pay_link(REQUEST, options, KEYS) == LINK
        return
    with pytest.raises(PaymentError) as caught:
        pay_link(REQUEST, options, KEYS)
    assert caught.value.problem.code == "P101"


def test_a_page_at_the_root_gets_its_slash_and_verifies() -> None:
    options = with_base("https://pay.northlight.example")
    link = pay_link(REQUEST, options, KEYS)
    assert link.startswith("https://pay.northlight.example/?r=")
    assert verify_pay_link(link, options, KEYS, NOW).amount == REQUEST.amount


def test_an_empty_allow_list_trusts_nobody() -> None:
    assert refusal(LINK, options=OPTIONS.model_copy(update={"allowed_hosts": ()})) == "P102"


@pytest.mark.parametrize("amount", ["0", "-1.00"])
def test_nothing_payable_gives_no_link(amount: str) -> None:
    request = dataclasses.replace(REQUEST, amount=Money(amount=Decimal(amount), currency="EUR"))
    with pytest.raises(PaymentError) as caught:
        pay_link(request, OPTIONS, KEYS)
    assert caught.value.problem.code == "P107"


@pytest.mark.parametrize("expires", [EXPIRES.replace(tzinfo=None), EXPIRES.replace(microsecond=1)])
def test_an_expiry_must_be_aware_and_in_whole_seconds(expires: datetime) -> None:
    with pytest.raises(PaymentError) as caught:
        pay_link(dataclasses.replace(REQUEST, expires_at=expires), OPTIONS, KEYS)
    assert caught.value.problem.code == "P107"


@pytest.mark.parametrize("reference", ["", "a&b", "a b", "è", "x" * 65])
def test_a_reference_that_is_no_opaque_id_is_refused(reference: str) -> None:
    with pytest.raises(PaymentError) as caught:
        pay_link(dataclasses.replace(REQUEST, reference=reference), OPTIONS, KEYS)
    assert caught.value.problem.code == "P107"


@given(
    minor=st.integers(1, 10**17),
    currency=st.sampled_from(["EUR", "JPY", "KWD", "RON", "CLF"]),
    seconds=st.integers(0, 10**9),
)
def test_any_request_survives_the_journey(minor: int, currency: str, seconds: int) -> None:
    expires = NOW + timedelta(seconds=seconds)
    request = PaymentRequest(REQUEST.reference, Money.from_minor(minor, currency), expires)
    found = verify_pay_link(pay_link(request, OPTIONS, KEYS), OPTIONS, KEYS, NOW)
    assert (found.amount, found.expires_at) == (request.amount, expires)


@given(text=st.text(max_size=300))
def test_no_text_makes_the_check_fail_in_another_way(text: str) -> None:
    for url in (text, f"https://pay.northlight.example/b?{text}", LINK + text if text else "x"):
        assert refusal(url) in ("P102", "P103", "P104", "P105", "P108")


# ------------------------------------------------------------------ expiry


def test_a_link_ends_with_the_day_in_the_campaigns_time_zone() -> None:
    end = link_expiry(date(2026, 11, 24), OPTIONS, ZoneInfo("Europe/Rome"), NOW)
    assert end == datetime(2026, 12, 24, 22, 59, 59, tzinfo=UTC)


def test_the_expiry_does_not_move_with_the_hour_of_the_run() -> None:
    ends = {
        link_expiry(date(2026, 11, 24), OPTIONS, UTC, NOW + timedelta(hours=hours)) for hours in range(0, 24 * 40, 7)
    }
    assert ends == {datetime(2026, 12, 24, 23, 59, 59, tzinfo=UTC)}


def test_a_bill_long_overdue_still_gets_a_link_that_lives_a_week() -> None:
    end = link_expiry(date(2026, 5, 1), OPTIONS, UTC, NOW)
    assert NOW + timedelta(days=7) <= end < NOW + timedelta(days=7 + OPTIONS.valid_days)
    assert (end.date() - date(2026, 5, 1)).days % OPTIONS.valid_days == 0


# ------------------------------------------------------------------ answers


@pytest.mark.parametrize("kind", list(AnswerKind))
def test_an_answer_link_gives_back_its_kind(kind: AnswerKind) -> None:
    link = answer_link(kind, REQUEST.reference, EXPIRES, "https://northlight.example/answer", OPTIONS, KEYS)
    found = verify_answer_link(link, OPTIONS, KEYS, NOW)
    assert (found.kind, found.reference, found.expires_at) == (kind, REQUEST.reference, EXPIRES)


@given(place=st.integers(0, len(ANSWER) - 1), character=CHARACTERS)
def test_an_answer_link_with_any_character_changed_is_refused(place: int, character: str) -> None:
    changed = ANSWER[:place] + character + ANSWER[place + 1 :]
    if changed != ANSWER:
        with pytest.raises(PaymentError):
            verify_answer_link(changed, OPTIONS, KEYS, NOW)


def test_another_answer_can_not_be_given_in_the_customers_name() -> None:
    with pytest.raises(PaymentError) as caught:
        verify_answer_link(ANSWER.replace("k=paid", "k=call"), OPTIONS, KEYS, NOW)
    assert caught.value.problem.code == "P105"


def test_a_pay_link_is_no_answer_and_an_answer_no_pay_link() -> None:
    assert refusal(ANSWER) == "P103"
    with pytest.raises(PaymentError) as caught:
        verify_answer_link(LINK, OPTIONS, KEYS, NOW)
    assert caught.value.problem.code == "P103"


def test_an_answer_page_on_another_host_is_never_signed() -> None:
    with pytest.raises(PaymentError) as caught:
        answer_link(AnswerKind.CALL, REQUEST.reference, EXPIRES, "https://evil.example/a", OPTIONS, KEYS)
    assert caught.value.problem.code == "P102"


def test_answer_links_are_those_made_one_by_one() -> None:
    page = "https://northlight.example/answer"
    made = answer_links(AnswerKind, REQUEST.reference, EXPIRES, page, OPTIONS, KEYS)
    assert made == [answer_link(kind, REQUEST.reference, EXPIRES, page, OPTIONS, KEYS) for kind in AnswerKind]
    assert answer_links((), REQUEST.reference, EXPIRES, page, OPTIONS, KEYS) == []
    with pytest.raises(PaymentError):
        answer_links((), REQUEST.reference, EXPIRES, "https://evil.example/a", OPTIONS, KEYS)
