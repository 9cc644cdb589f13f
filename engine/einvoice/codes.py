"""Code lists that EN 16931 binds its values to: countries, currencies, document types, units.

Sources: ISO 3166-1, ISO 4217, UNTDID 1001 and UN/ECE Recommendations 20 and 21, as Factur-X 1.09 lists them.
"""

from __future__ import annotations

from functools import lru_cache


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


# XI is Northern Ireland and 1A Kosovo, as customs know them.
COUNTRIES = _codes("""
    1A AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO
    JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR
    MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO
    RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV
    TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XI YE YT ZA ZM ZW
""")
VAT_PREFIXES = COUNTRIES | {"EL"}  # Greece writes its VAT numbers so

CURRENCIES = _codes("""
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
    CHW CLF CLP CNH CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ
    GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
    LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR
    PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY
    TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XDR XOF XPF YER ZAR ZMW ZWG
""")

CREDIT_CODES = _codes("81 83 261 262 296 308 381 396 420 458 502 503 532")
INVOICE_CODES = _codes("""
    71 80 82 84 102 130 202 203 204 211 218 219 295 325 326 331 380 382 383 384 385 386 387 388 389 390 393 394 395
    456 457 471 472 473 500 501 527 553 575 623 633 751 780 817 870 875 876 877 935
""")

ONE = "C62"
OTHER = "ZZ"  # mutually defined: the word itself then stands in the item's description


def _words(**codes: str) -> dict[str, str]:
    return {word: code for code, words in codes.items() for word in words.split("|")}


# Words of bills in the languages that are read -> UN/ECE code.
_UNITS: dict[str, str] = {
    **_words(
        KWH="kwh|квтч|квт·ч|квт*ч|кВт·ч", MWH="mwh", WHR="wh|whr", GWH="gwh", KWT="kw|kwt|квт", MAW="mw|maw", KVA="kva",
        KVR="kvar|kvr", K3="kvarh|k3", GV="gj|gv", KJO="kj|kjo", JOU="j|jou", N71="therm|therms", BTU="btu",
        MTQ="m3|m³|mtq|mc|куб. м|м3|м³", SM3="smc|sm3|sm³", NM3="nm3|nm³|nmc", LTR="l|ltr|litre|litres|liter|litri",
        KGM="kg|kgm", MTR="m|mtr", MTK="m2|m²|mtk", MIN="min|minute|minutes", HUR="h|hour|hours|hur|ora|ore|heure|val.",
        DAY="day|days|d|tag|tage|tagen|giorno|giorni|jour|jours|zi|zile|diena|dienos|dienų|день|дня|дней|dag|dagen|"
            "dagar|ημέρα|ημέρες",
        WEE="week|weeks|wee|woche|wochen|settimana|settimane|semaine|semaines",
        MON="mon|month|months|monat|monate|mese|mesi|mois|lună|luna|luni|mėn.|mėnuo|mėnesiai|mėnesių|месяц|месяца|"
            "месяцев|maand|maanden|månad|månader|μήνας|μήνες",
        QAN="quarter|quarters|qan|trimestre|trimestri|kvartal",
        ANN="ann|year|years|jahr|jahre|anno|anni|an|ans|année",
        H87="piece|pieces|pc|pcs|pce|h87|pz|stk|st|buc|vnt|шт|xpp|pièce|stück", EA="ea|each", C62="c62|one|unit|units",
        P1="p1|%", LS="ls|lump sum", AD="byte", E34="gb|e34", **{"3B": "mj|3b", "4L": "mb|4l"},
    ),
}  # fmt: skip


@lru_cache(maxsize=512)
def unit_code(word: str | None) -> str:
    """Return the UN/ECE code of a unit: `C62` (one) where there is none, `ZZ` where its word is not known."""
    if not word:
        return ONE
    return _UNITS.get(word) or _UNITS.get(" ".join(word.split()).casefold(), OTHER)
