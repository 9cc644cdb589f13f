from decimal import Decimal

from engine.model.communication import Fact, MessageView, Text, TextBlock, contested_facts, walk_facts

AMOUNT = Fact("bill.amount_due", Decimal("129.45"), "€ 129.45")


def block(*parts: Text | Fact) -> TextBlock:
    return TextBlock("x", parts)


def message(*body: TextBlock) -> MessageView:
    return MessageView(block(AMOUNT), block(), block(), body, block())


def test_facts_are_found_at_any_depth_in_the_order_of_fields() -> None:
    due = Fact("bill.due_on", None, "24 November")

    assert list(walk_facts(message(block(Text("by "), due)))) == [AMOUNT, due]


def test_a_fact_may_be_shown_twice() -> None:
    assert contested_facts(message(block(AMOUNT), block(AMOUNT))) == ()


def test_two_facts_with_one_id_and_different_texts_are_named_once() -> None:
    other = Fact("bill.amount_due", Decimal("129.46"), "€ 129.46")

    assert contested_facts(message(block(other), block(other))) == ("bill.amount_due",)


def test_a_fact_of_equal_text_but_another_value_is_contested() -> None:
    other = Fact("bill.amount_due", Decimal("129.450001"), "€ 129.45")

    assert contested_facts(message(block(other))) == ("bill.amount_due",)


def test_a_text_block_reads_and_speaks_its_facts() -> None:
    spoken = Fact("a", Decimal(1), "€ 1", "one euro")

    assert block(Text("Pay "), spoken).text == "Pay € 1"
    assert block(Text("Pay "), spoken).spoken == "Pay one euro"
