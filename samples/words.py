"""The words on Northlight's bills, by language: a bill speaks its own language, whatever the campaign's."""

from __future__ import annotations

# language -> what a charge is for -> label
LABELS: dict[str, dict[str, str]] = {
    "en": {
        "electricity": "Electricity", "gas": "Natural gas", "water": "Drinking water", "heat": "District heat",
        "network": "Network", "levies": "Levies", "fixed": "Standing charge", "adjustment": "Adjustment",
        "discount": "Loyalty discount", "fee": "Reminder fee", "vat": "VAT",
    },
    "it": {
        "electricity": "Energia elettrica", "gas": "Gas naturale", "water": "Acqua potabile",
        "heat": "Teleriscaldamento", "network": "Trasporto e gestione del contatore", "levies": "Oneri di sistema",
        "fixed": "Quota fissa", "adjustment": "Ricalcolo", "discount": "Sconto fedeltà",
        "fee": "Spese di sollecito", "vat": "IVA",
    },
    "fr": {
        "electricity": "Électricité", "gas": "Gaz naturel", "water": "Eau potable", "heat": "Chaleur urbaine",
        "network": "Acheminement", "levies": "Accise et contributions", "fixed": "Abonnement",
        "adjustment": "Régularisation", "discount": "Remise fidélité", "fee": "Frais de relance", "vat": "TVA",
    },
    "ro": {
        "electricity": "Energie electrică", "gas": "Gaze naturale", "water": "Apă potabilă",
        "heat": "Energie termică", "network": "Distribuție și transport", "levies": "Certificate verzi și acciză",
        "fixed": "Abonament", "adjustment": "Regularizare", "discount": "Reducere de fidelitate",
        "fee": "Taxă de notificare", "vat": "TVA",
    },
    "lt": {
        "electricity": "Elektros energija", "gas": "Gamtinės dujos", "water": "Geriamasis vanduo",
        "heat": "Šilumos energija", "network": "Persiuntimas", "levies": "VIAP ir akcizas",
        "fixed": "Pastovioji dalis", "adjustment": "Perskaičiavimas", "discount": "Lojalumo nuolaida",
        "fee": "Priminimo mokestis", "vat": "PVM",
    },
    "ru": {
        "electricity": "Электроэнергия", "gas": "Природный газ", "water": "Питьевая вода",
        "heat": "Тепловая энергия", "network": "Передача по сети", "levies": "Сборы и акциз",
        "fixed": "Абонентская плата", "adjustment": "Перерасчёт", "discount": "Скидка за верность",
        "fee": "Плата за напоминание", "vat": "НДС",
    },
    "de": {
        "electricity": "Strom", "gas": "Erdgas", "water": "Trinkwasser", "heat": "Fernwärme",
        "network": "Netzentgelt", "levies": "Abgaben und Umlagen", "fixed": "Grundpreis",
        "adjustment": "Berichtigung", "discount": "Treuerabatt", "fee": "Mahngebühr", "vat": "USt.",
    },
    "el": {
        "electricity": "Ηλεκτρική ενέργεια", "gas": "Φυσικό αέριο", "water": "Πόσιμο νερό",
        "heat": "Τηλεθέρμανση", "network": "Χρεώσεις δικτύου", "levies": "Ρυθμιζόμενες χρεώσεις",
        "fixed": "Πάγιο", "adjustment": "Διόρθωση", "discount": "Έκπτωση", "fee": "Έξοδα υπενθύμισης",
        "vat": "ΦΠΑ",
    },
}  # fmt: skip


def label(language: str, word: str) -> str:
    """Return the label that a bill in `language` bears for `word`."""
    return LABELS[language][word]
