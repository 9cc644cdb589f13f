"""Customers whose language the campaign lacks, or whose name needs other scripts."""

from __future__ import annotations

from accounts import person, supply, usual
from billing import Row


def eleni() -> Row:
    """Greek name and bill, a locale outside the set: the campaign's locale serves."""
    master = person("NL-0030", "el", "Ελένη", "Παπαδοπούλου", "Οδός Ερμού 44 | 105 63 | Αθήνα | GR",
                    phone="+30 21 0555 0130")  # fmt: skip
    power = supply("GR.electricity", "100412288", 3800, "GR-412288", "el")
    return usual(master, 4740, [power])


def juergen() -> Row:
    """German, a locale outside the set, with a metering point code of 33 characters."""
    master = person("NL-0031", "de", "Jürgen", "Weißenböck", "Mariahilfer Straße 112/14 | 1070 | Wien | AT",
                    consents={"offers": True})  # fmt: skip
    power = supply("AT.electricity", "AT0010000000000000001000004188270", 2900, "AT-188270", "de")
    return usual(master, 4741, [power], record={"consumption": {"similar_homes": "250"}})


def yosef() -> Row:
    """A name with Hebrew letters and an emoji, as people type them into a sign-up form."""
    master = person("NL-0032", "en", "Yosef יוסף", "Levi 🌻", "104 Triq ir-Repubblika | VLT 1117 | Valletta | MT",
                    consents={"push": True, "offers": True}, attributes={"solar": "yes"})  # fmt: skip
    power = supply("MT.electricity", "MT-4100032118", 4600, "MT-032118", "en")
    return usual(master, 4742, [power], record={"consumption": {"similar_homes": "395"}})


CUSTOMERS = (eleni, juergen, yosef)
