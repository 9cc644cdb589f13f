"""Small faults of wording that a reader would stumble over."""

from datetime import date

from engine.compose.facts import sentence
from engine.model.communication import Fact, Text

YEAR = Fact("day", date(2026, 11, 24), "24 ноября 2026 г.")


def test_an_abbreviation_at_the_end_of_a_sentence_has_one_full_stop() -> None:
    assert sentence("x", Text("Оплатите до {day}."), day=YEAR).text == "Оплатите до 24 ноября 2026 г."
    assert sentence("x", Text("Оплатите до {day}. Спасибо."), day=YEAR).text == "Оплатите до 24 ноября 2026 г. Спасибо."


def test_other_sentences_keep_theirs() -> None:
    plain = Fact("day", date(2026, 11, 24), "24 November")
    assert sentence("x", Text("Pay by {day}."), day=plain).text == "Pay by 24 November."
