"""compose(): every branch, every locale, and the brakes."""

from __future__ import annotations

import itertools
import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.compose import OF_MAIL, Suppressed, compose
from engine.compose.facts import harmless
from engine.errors import CampaignError
from engine.model.communication import NO_BLOCK, ChartGeometry, Communication, Fact, TextBlock, Tone, walk_facts
from engine.model.customer import Customer
from engine.payment.keyring import Keyring
from engine.payment.link import verify_pay_link
from engine.templating.template_set import TemplateSet
from tests.engine.compose.cases import NOW, ROOT, PlainTexts, make_campaign, make_customer, sample_customers

LOCALES = ("en", "it", "fr", "ro", "lt", "ru")
LATER = datetime(2026, 12, 20, 8, tzinfo=UTC)
KEYS = Keyring.from_secret(bytes(range(32)))


@pytest.fixture(scope="module")
def templates() -> TemplateSet:
    return TemplateSet(ROOT / "templates" / "bill-explainer")


def said(customer: Customer, now: datetime = NOW, **changes: Any) -> Communication:
    """Return the communication, which must not be suppressed."""
    found = compose(customer, make_campaign(**changes), PlainTexts(), now, KEYS)
    assert isinstance(found, Communication)
    return found


def blocks(node: object) -> list[TextBlock | Fact]:
    """Return every text block and fact below `node`, with repeats."""
    if isinstance(node, (TextBlock, Fact)):
        return [node]
    if isinstance(node, tuple):
        return list(itertools.chain.from_iterable(blocks(item) for item in node))
    if is_dataclass(node):
        return list(itertools.chain.from_iterable(blocks(getattr(node, field.name)) for field in fields(node)))
    return []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sample_is_told_in_every_locale(templates: TemplateSet, locale: str) -> None:
    texts = templates.texts(locale)
    for customer in sample_customers():
        found = compose(customer, templates.campaign, texts, NOW, KEYS)
        if isinstance(found, Suppressed):
            assert found.reasons
            continue
        assert found.locale == locale
        meanings: dict[str, str] = {}
        for block in blocks(found):
            assert not re.search(r"\{[a-z_]+\}", block.text), block.id
            for fact in [block] if isinstance(block, Fact) else [p for p in block.parts if isinstance(p, Fact)]:
                assert meanings.setdefault(fact.id, fact.text) == fact.text
        assert len(found.message.short.text) <= 160
        assert found.script[0].scene == "hello"
        assert found.script[-1].scene == "close"


def test_the_same_input_says_the_same() -> None:
    for customer in sample_customers():
        one = compose(customer, make_campaign(), PlainTexts(), NOW, KEYS)
        other = compose(customer, make_campaign(), PlainTexts(), NOW, KEYS)
        assert one == other


def test_the_groups_add_up_to_the_total() -> None:
    for customer in sample_customers():
        found = compose(customer, make_campaign(), PlainTexts(), NOW, KEYS)
        if isinstance(found, Communication) and found.bill.groups:
            parts = sum(Decimal(str(group.amount.value)) for group in found.bill.groups)
            assert parts == found.bill.total.value


def test_the_dead_get_nothing() -> None:
    found = compose(make_customer(flags={"deceased": True}), make_campaign(), PlainTexts(), NOW, KEYS)
    assert isinstance(found, Suppressed)
    assert "died" in found.reasons[0]


def test_a_customer_without_a_bill_gets_nothing() -> None:
    found = compose(make_customer(bills=[]), make_campaign(), PlainTexts(), NOW, KEYS)
    assert isinstance(found, Suppressed)


@pytest.mark.parametrize(
    ("bill", "now"),
    [({"kind": "reminder"}, NOW), ({"dunning_stage": "first"}, NOW), ({}, LATER)],
    ids=["reminder", "stage", "overdue"],
)
def test_a_kept_plan_is_not_reminded_of(bill: dict[str, Any], now: datetime) -> None:
    customer = make_customer(bill, flags={"payment_plan": "kept"})
    found = compose(customer, make_campaign(), PlainTexts(), now, KEYS)
    assert isinstance(found, Suppressed)
    broken = make_customer(bill, flags={"payment_plan": "broken"})
    assert isinstance(compose(broken, make_campaign(), PlainTexts(), now, KEYS), Communication)


def test_a_kept_plan_still_gets_an_ordinary_bill_without_urgency() -> None:
    found = said(make_customer(flags={"payment_plan": "kept"}))
    assert found.tone is Tone.HELP
    assert not found.bill.is_overdue


@pytest.mark.parametrize("flags", [{"disputed": True}, {}])
def test_a_bill_in_dispute_has_no_pay_now(flags: dict[str, Any]) -> None:
    found = said(make_customer({"is_disputed": not flags}, flags=flags))
    assert found.payment is None
    assert not any(phrase.scene == "pay" for phrase in found.script)
    assert "no pay-now: the bill is in dispute" in found.decision.reasons


def test_a_bill_in_dispute_is_not_reminded_of() -> None:
    customer = make_customer({"is_disputed": True})
    assert isinstance(compose(customer, make_campaign(), PlainTexts(), LATER, KEYS), Suppressed)


@pytest.mark.parametrize("paid", ["100.00", "130.00"])
def test_nothing_payable_has_no_pay_now(paid: str) -> None:
    payment = {"amount": paid, "paid_on": "2026-11-04", "bill_number": "B1"}
    found = said(make_customer(payments=[payment]))
    assert found.payment is None
    assert found.bill.is_credit is (paid != "100.00")


def test_a_credit_is_good_news_with_its_day() -> None:
    found = said(make_customer({"kind": "credit_note"}))
    assert found.tone is Tone.GOOD_NEWS
    assert found.bill.due_line is not None
    assert "17 November 2026" in found.bill.due_line.text
    assert found.bill.amount_due.text == "€100.00"


def test_a_vulnerable_customer_gets_help_first_and_no_urgency() -> None:
    found = said(make_customer(flags={"vulnerable": True}), LATER)
    assert found.tone is Tone.HELP
    assert found.help is not None
    assert found.help.comes_first
    assert not found.bill.is_overdue
    assert "overdue" not in " ".join(block.text for block in blocks(found))


def test_overdue_is_counted_in_the_campaign_time_zone() -> None:
    just_before = datetime(2026, 11, 24, 22, 59, tzinfo=UTC)  # 23:59 in Rome
    assert not said(make_customer(), just_before).bill.is_overdue
    assert said(make_customer(), just_before + timedelta(minutes=1)).bill.is_overdue


def other_bill(**changes: Any) -> dict[str, Any]:
    return {
        "number": "A1", "issued_on": "2026-09-03", "due_on": "2026-09-24", "currency": "EUR", "total": "40.00",
        "lines": [{"category": "energy", "label": "Energy", "amount": "40.00"}], "amount_payable": "40.00",
    } | changes  # fmt: skip


def with_other(first: dict[str, Any] | None = None, **other: Any) -> Customer:
    subject = make_customer(first).bills[0].model_dump(mode="json")
    return make_customer(bills=[subject, other_bill(**other)])


def test_open_bills_share_one_request_and_one_signed_link() -> None:
    found = said(with_other())
    assert found.payment is not None
    assert found.payment.amount.value == Decimal("140.00")
    assert len(found.payment.bills) == 2
    verified = verify_pay_link(found.payment.url, make_campaign().payment, KEYS, NOW)
    assert verified.amount.amount == Decimal("140.00")
    assert b"EUR140" in found.payment.qr.payload


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ({}, {"is_disputed": True}),
        ({}, {"currency": "RON"}),
        ({"balance_forward": "40.00", "amount_payable": "140.00"}, {}),
        ({"kind": "reminder", "original_number": "A1"}, {}),
    ],
    ids=["disputed", "currency", "carried-forward", "reminder-of-it"],
)
def test_a_bill_that_may_not_join_stays_out(first: dict[str, Any], other: dict[str, Any]) -> None:
    found = said(with_other(first, **other))
    assert found.payment is not None
    assert not found.payment.bills


def test_a_currency_other_than_the_euro_carries_the_link() -> None:
    found = said(make_customer({"currency": "RON"}))
    assert found.payment is not None
    assert found.payment.qr.kind == "link"
    assert found.payment.qr.payload == found.payment.url.encode()


def test_what_was_paid_is_taken_off() -> None:
    found = said(make_customer(payments=[{"amount": "30.00", "paid_on": "2026-11-04", "bill_number": "B1"}]))
    assert found.bill.amount_due.value == Decimal("70.00")
    assert found.payment is not None
    assert found.payment.amount.value == Decimal("70.00")
    assert found.bill.totals[-1].amount.value == Decimal("70.00")


def test_instalments_add_up_to_the_amount() -> None:
    found = said(make_customer())
    assert found.payment is not None
    facts = found.facts()
    assert facts["payment.instalment"].value == Decimal("33.33")
    assert facts["payment.instalment_last"].value == Decimal("33.34")


def test_a_locale_outside_the_set_is_noted() -> None:
    assert said(make_customer(locale="el")).warnings == ("locale el is not in the set: en is used",)
    assert said(make_customer(locale="en-IE")).warnings == ()


def test_names_are_shown_as_they_are_without_what_turns_the_line() -> None:
    found = said(make_customer(name={"given": "<b>{amount}\u202e\x07 Ö{{7*7}}", "family": "O'Neill & %s"}))
    assert found.customer.full_name.text == "<b>{amount}  Ö{{7*7}} O'Neill & %s"
    assert "€100.00" not in found.greeting.text


def rule(**changes: Any) -> dict[str, Any]:
    return {"id": "r", "reason": "because", "show": "notice", "say": {"title": "T", "body": "B {amount}"}} | changes


def test_a_rule_says_its_words_and_its_reason_is_kept() -> None:
    found = said(make_customer(), rules=[rule()])
    assert found.notices[0].body.text == "B €100.00"
    assert "rule r: because" in found.decision.reasons


@pytest.mark.parametrize(
    "when",
    [{"overdue": True}, {"credit": True}, {"kind": ["reminder"]}, {"amount_from": "100.01"}, {"month": [9]},
     {"usage_percent_from": "0"}, {"attribute": {"app": "yes"}}, {"commodity": ["gas"]}, {"locale": ["it"]},
     {"vulnerable": True}, {"largest_cause": ["days"]}, {"first_bill": False}],
    ids=str,
)  # fmt: skip
def test_a_rule_whose_condition_fails_is_silent(when: dict[str, Any]) -> None:
    assert said(make_customer(), rules=[rule(when=when)]).notices == ()


def test_a_rule_that_needs_consent_waits_for_it() -> None:
    rules = [rule(needs_consent=True)]
    assert said(make_customer(), rules=rules).notices == ()
    assert said(make_customer(consents={"offers": True}), rules=rules).notices


def test_a_rule_that_names_a_value_the_record_lacks_is_left_out() -> None:
    found = said(make_customer(), rules=[rule(say={"title": "T", "body": "{percent}"})])
    assert found.notices == ()
    assert any("left out" in reason for reason in found.decision.reasons)


def test_a_rule_that_names_an_unknown_value_is_a_fault_of_the_campaign() -> None:
    with pytest.raises(CampaignError, match="C131"):
        said(make_customer(), rules=[rule(say={"title": "T", "body": "{iban}"})])


def test_a_rule_hides_a_block() -> None:
    assert said(make_customer()).help is not None
    assert said(make_customer(), rules=[{"id": "r", "reason": "x", "hide": "help"}]).help is None


def test_nothing_is_claimed_without_data() -> None:
    found = said(make_customer())
    assert found.change is None
    assert found.usage == ()
    assert "use_year_before" in said(make_customer(supply_points=[{"code": "P"}])).missing_legal


def test_a_time_without_its_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        compose(make_customer(), make_campaign(), PlainTexts(), datetime(2026, 11, 6), KEYS)  # noqa: DTZ001


def test_a_local_account_is_not_called_an_iban() -> None:
    local = {"name": "El-Handlaren", "account": "22224444", "is_iban": False}
    found = said(make_customer({"payee": local})).payment
    assert found is not None
    assert found.slip.account is not None
    assert (found.slip.account.text, found.slip.is_iban) == ("22224444", False)
    own = said(make_customer()).payment
    assert own is not None
    assert own.slip.is_iban


def test_a_credit_promises_no_day_that_has_passed() -> None:
    credit = make_customer({"prepaid": "150.00", "amount_payable": "-50.00", "due_on": None})
    ahead, past = said(credit), said(credit, now=LATER)
    assert ahead.bill.due_line is not None
    assert "17 November 2026" in ahead.bill.due_line.text
    assert past.bill.due_line is None
    assert "2026" not in past.message.body[0].text


def test_a_bills_number_is_not_given_as_the_customers() -> None:
    assert said(make_customer()).customer.account.text == "C1"
    assert not said(make_customer(key="B1")).customer.account
    assert said(make_customer(key="B1", attributes={"account": "4711"})).customer.account.text == "4711"


def test_a_credit_note_is_no_first_bill_and_no_overpayment(templates: TemplateSet) -> None:
    note = make_customer({"kind": "credit_note", "due_on": None})
    found = compose(note, templates.campaign, templates.texts("en"), NOW, KEYS)
    assert isinstance(found, Communication)
    assert [notice.id for notice in found.notices] == ["credit-note-good-news"]


@pytest.mark.parametrize(
    "sign", ["\x00", "\x85", "\u2028", "\u202e", "\u2067", "\ufdd0", "\uffff", "\U0010fffe", "\ud800"]
)
def test_signs_that_no_channel_can_carry_become_a_blank(sign: str) -> None:
    assert harmless(f"Ada{sign}Rossi") == "Ada Rossi"


def test_without_a_voice_only_what_it_says_is_left_out(templates: TemplateSet) -> None:
    texts = templates.texts("it")
    for customer in sample_customers()[:40]:
        whole, silent = (
            compose(customer, templates.campaign, texts, NOW, KEYS, has_script=has_script)
            for has_script in (True, False)
        )
        if isinstance(whole, Suppressed) or isinstance(silent, Suppressed):
            assert whole == silent
            continue
        assert silent.script == ()
        unsaid = {fact.id: replace(fact, spoken="") for fact in walk_facts(whole)}
        assert {fact.id: replace(fact, spoken="") for fact in walk_facts(silent)} == unsaid
        assert _plain(silent) == _plain(whole)


def test_without_tables_only_the_figures_behind_charts_are_left_out(templates: TemplateSet) -> None:
    texts, tables = templates.texts("fr"), 0
    for customer in sample_customers()[:40]:
        whole, lean = (
            compose(customer, templates.campaign, texts, NOW, KEYS, has_tables=is_whole) for is_whole in (True, False)
        )
        if isinstance(whole, Suppressed) or isinstance(lean, Suppressed):
            assert whole == lean
            continue
        bare = _without_tables(whole)
        assert lean == bare
        tables += bare != whole
    assert tables > 30


def test_without_mail_only_the_fields_of_it_are_left_out(templates: TemplateSet) -> None:
    texts, emptied = templates.texts("it"), set()
    for customer in sample_customers()[:40]:
        whole, lean, said = (
            compose(customer, templates.campaign, texts, NOW, KEYS, has_script=has_script, has_mail=has_mail)
            for has_script, has_mail in ((False, True), (False, False), (True, False))
        )
        if isinstance(whole, Suppressed) or isinstance(lean, Suppressed):
            assert whole == lean
            continue
        views = {type(view).__name__: view for view in (whole, whole.change, whole.message) if view}
        without = {
            name: replace(view, **{field: () if isinstance(getattr(view, field), tuple) else NO_BLOCK
                                   for of, field in OF_MAIL if of == name})
            for name, view in views.items()
        }  # fmt: skip
        emptied |= {of for of in OF_MAIL if of[0] in views and getattr(views[of[0]], of[1])}
        change, message = without.get("ChangeView"), without["MessageView"]
        assert lean == replace(without["Communication"], change=change, message=message)
        assert said.greeting == whole.greeting  # which the script says
    assert emptied == set(OF_MAIL)


def _without_tables(node: Any) -> Any:
    """Return `node` with no figures behind any chart in it."""
    if isinstance(node, tuple):
        return tuple(_without_tables(part) for part in node)
    if not is_dataclass(node) or isinstance(node, (Fact, TextBlock, type)):
        return node
    if isinstance(node, ChartGeometry):
        return replace(node, columns=(), rows=())
    return replace(node, **{field.name: _without_tables(getattr(node, field.name)) for field in fields(node)})


def _plain(said: Communication) -> str:
    return re.sub(r"spoken='[^']*'|spoken=\"[^\"]*\"", "", repr(replace(said, script=())))
