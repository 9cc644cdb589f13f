"""What a line pays for, told by its unit and its words."""

import pytest

from engine.ingest.charges import category_of, commodity_of, unit_word


@pytest.mark.parametrize(
    ("words", "unit", "negative", "category"),
    [
        ("Energy supply", "kWh", False, "energy"), ("Verbruik daluren", "kWh", False, "energy"),
        ("Materia energia", None, False, "energy"), ("Elöverföring", "kWh", False, "network"),
        ("Trasporto e gestione del contatore", "kWh", False, "network"), ("Leistungspreis", "kW", False, "network"),
        ("Energiebelasting", "kWh", False, "taxes_levies"), ("Accise", "kWh", False, "taxes_levies"),
        ("Stromsteuer", "kWh", False, "taxes_levies"), ("EB vermindering", "piece", True, "taxes_levies"),
        ("Abonnement", None, False, "fixed"), ("Grundpreis", "month", False, "fixed"),
        ("Quota fissa", "piece", False, "fixed"),
        ("Påminnelseavgift", "piece", False, "fee"), ("Mahngebühr", None, False, "fee"),
        ("Late payment fee", None, False, "fee"),
        ("Loyalty discount", None, True, "discount"), ("Correction of March", None, True, "adjustment"),
        ("New meter box", "piece", False, "network"), ("Bicycle", "piece", False, "one_off"),
    ],
)  # fmt: skip
def test_words_and_units_tell_the_category(words, unit, negative, category):
    assert category_of(words, unit, is_negative=negative) == category


@pytest.mark.parametrize(
    ("words", "unit", "commodity"),
    [("", None, "electricity"), ("Gas supply", "kWh", "gas"),
     ("Gas, electricity", "kWh", "electricity"),
     ("Gas, electricity", "m3", "gas"), ("Gas supply", None, "gas"), ("", "m3", "gas"),
     ("Acqua potabile", "m3", "water"), ("Fernwärme", None, "heat"), ("Internet 100", None, "telecom")],
)  # fmt: skip
def test_words_and_units_tell_what_is_delivered(words, unit, commodity):
    assert commodity_of(words, unit) == commodity


def test_an_unknown_unit_stands_as_it_is():
    assert (unit_word("KWH"), unit_word("kwh"), unit_word("Q42"), unit_word(None)) == ("kWh", "kWh", "Q42", None)
