"""Northlight's tariffs, accounts and the yearly course of use. Prices are invented but of the usual size."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Tariff:
    """Prices without VAT, in `currency`: per `unit` used, and a standing charge a day."""

    commodity: str
    unit: str
    currency: str
    name: str
    energy: Decimal
    network: Decimal
    levies: Decimal
    fixed: Decimal
    vat_percent: str
    decimals: int = 0  # of a quantity


def _tariff(commodity: str, unit: str, currency: str, name: str, prices: str, vat: str, decimals: int = 0) -> Tariff:
    energy, network, levies, fixed = (Decimal(price) for price in prices.split())
    return Tariff(commodity, unit, currency, name, energy, network, levies, fixed, vat, decimals)


# country.commodity -> energy, network and levies a unit, standing charge a day
TARIFFS: dict[str, Tariff] = {
    "IT.electricity": _tariff("electricity", "kWh", "EUR", "Luce Serena", "0.3600 0.1640 0.1221 0.3158", "10"),
    "IT.gas": _tariff("gas", "Smc", "EUR", "Gas Sereno", "0.5240 0.1720 0.2130 0.3900", "10"),
    "IT.water": _tariff("water", "m³", "EUR", "Acqua", "1.1400 0.8200 0.0920 0.0890", "10"),
    "FR.electricity": _tariff("electricity", "kWh", "EUR", "Clarté Fixe", "0.1346 0.0489 0.0299 0.4252", "20"),
    "FR.gas": _tariff("gas", "kWh", "EUR", "Gaz Clarté", "0.0561 0.0214 0.0171 0.3310", "20"),
    "FR.water": _tariff("water", "m³", "EUR", "Eau", "1.9300 1.4100 0.4200 0.1920", "5.5", 1),
    "BE.electricity": _tariff("electricity", "kWh", "EUR", "Clarté Variable", "0.1288 0.1190 0.0520 0.1370", "6"),
    "RO.electricity": _tariff("electricity", "kWh", "RON", "Lumina Fix", "0.6240 0.3480 0.0870 0.3290", "21"),
    "RO.gas": _tariff("gas", "kWh", "RON", "Gaz Fix", "0.1990 0.0680 0.0110 0.2630", "21"),
    "RO.heat": _tariff("heat", "kWh", "RON", "Termo", "0.3110 0.0940 0.0000 0.1500", "11"),
    "LT.electricity": _tariff("electricity", "kWh", "EUR", "Šviesa", "0.1180 0.0790 0.0121 0.0986", "21"),
    "LT.gas": _tariff("gas", "m³", "EUR", "Dujos", "0.4920 0.1830 0.0340 0.0658", "21"),
    "LT.heat": _tariff("heat", "kWh", "EUR", "Šiluma", "0.0614 0.0092 0.0000 0.0411", "9"),
    "LT.water": _tariff("water", "m³", "EUR", "Vanduo", "0.9800 1.2100 0.0600 0.0329", "21", 1),
    "IE.electricity": _tariff("electricity", "kWh", "EUR", "Clear Day", "0.2410 0.0790 0.0118 0.7420", "9"),
    "IE.gas": _tariff("gas", "kWh", "EUR", "Clear Flame", "0.0742 0.0261 0.0114 0.3680", "9"),
    "GB.electricity": _tariff("electricity", "kWh", "GBP", "Clear Day", "0.1530 0.0620 0.0281 0.5370", "5"),
    "GB.gas": _tariff("gas", "kWh", "GBP", "Clear Flame", "0.0410 0.0130 0.0059 0.3210", "5"),
    "MT.electricity": _tariff("electricity", "kWh", "EUR", "Clear Day", "0.0987 0.0210 0.0060 0.1781", "5"),
    "GR.electricity": _tariff("electricity", "kWh", "EUR", "Φως", "0.1390 0.0410 0.0370 0.1640", "6"),
    "AT.electricity": _tariff("electricity", "kWh", "EUR", "Klarstrom", "0.1490 0.0830 0.0190 0.1320", "20"),
}

# Share of a year's use by month, January first, in thousandths.
COURSE: dict[str, tuple[int, ...]] = {
    "electricity": (98, 88, 86, 78, 74, 76, 84, 82, 76, 80, 86, 92),
    "gas": (185, 160, 130, 80, 35, 15, 12, 12, 18, 65, 125, 163),
    "heat": (190, 165, 135, 82, 28, 8, 6, 6, 14, 71, 128, 167),
    "water": (78, 74, 80, 82, 88, 92, 98, 94, 84, 80, 76, 74),
}


@dataclass(frozen=True)
class Seller:
    """The company of the group that a country's customers pay.

    Accounts are the published examples of the IBAN registry, so that nobody's money can go astray.
    """

    name: str
    account: str
    is_iban: bool
    bic: str | None


SELLERS: dict[str, Seller] = {
    "IT": Seller("Northlight Energy S.p.A.", "IT60X0542811101000000123456", True, None),
    "FR": Seller("Northlight Énergie SAS", "FR1420041010050500013M02606", True, None),
    "BE": Seller("Northlight Énergie SAS", "FR1420041010050500013M02606", True, None),
    "RO": Seller("Northlight Energy S.R.L.", "RO49AAAA1B31007593840000", True, None),
    "LT": Seller("UAB Northlight Energy", "LT121000011101001000", True, None),
    "IE": Seller("Northlight Energy DAC", "IE29AIBK93115212345678", True, None),
    "GB": Seller("Northlight Energy UK Ltd", "60-16-13 31926819", False, None),
    "MT": Seller("Northlight Energy DAC", "IE29AIBK93115212345678", True, None),
    "GR": Seller("Northlight Energy DAC", "IE29AIBK93115212345678", True, None),
    "AT": Seller("Northlight Energy DAC", "IE29AIBK93115212345678", True, None),
}


def creditor_reference(number: str) -> str:
    """Return the structured creditor reference (ISO 11649) of bill `number`: RF, two check digits, the digits."""
    digits = number.lstrip("R").replace("-", "")
    check = 98 - int(digits + "271500") % 97  # ISO 7064 MOD 97-10: R is 27, F is 15
    return f"RF{check:02d}{digits}"
