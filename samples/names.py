"""Names, streets and towns for made-up customers, by locale and country."""

from __future__ import annotations

from random import Random

from billing import Row

LOCALES = ("en", "it", "fr", "ro", "lt", "ru")
WEIGHTS = (18, 34, 20, 14, 9, 5)
COUNTRIES = {"en": ("IE", "IE", "GB", "MT"), "it": ("IT",), "fr": ("FR", "FR", "BE"), "ro": ("RO",), "lt": ("LT",),
             "ru": ("LT",)}  # fmt: skip
FLAG_SHARES = (("vulnerable", 0.03), ("disputed", 0.01), ("deceased", 0.002), ("paperless", 0.45))

GIVEN = {
    "en": ("Aoife", "Conor", "Emily", "Grace", "Harry", "Isla", "Jack", "Niamh", "Oliver", "Róisín", "Seán", "Sophie"),
    "it": ("Alessandro", "Beatrice", "Chiara", "Davide", "Elena", "Francesco", "Giulia", "Luca", "Niccolò", "Sofia"),
    "fr": ("Amélie", "Benoît", "Camille", "Élodie", "François", "Hélène", "Jérôme", "Léa", "Marie-Claire", "Noé"),
    "ro": ("Adrian", "Ana-Maria", "Bogdan", "Cătălina", "Florin", "Ioana", "Mihai", "Răzvan", "Ștefania", "Țvetana"),
    "lt": ("Aistė", "Eglė", "Gintarė", "Jonas", "Lukas", "Rūta", "Šarūnas", "Tomas", "Vytautas", "Žygimantas"),
    "ru": ("Александр", "Анна", "Дмитрий", "Екатерина", "Игорь", "Мария", "Ольга", "Пётр", "Сергей", "Юлия"),
}
FAMILY = {
    "en": ("Byrne", "Davies", "Gallagher", "Hughes", "Kelly", "McCarthy", "Murphy", "O’Neill", "Taylor", "Walsh"),
    "it": ("Bianchi", "Colombo", "D’Angelo", "De Luca", "Esposito", "Ferrari", "Greco", "Ricci", "Romano", "Russo"),
    "fr": ("Bernard", "Chevalier", "Dubois", "Faure", "Garnier", "Lefèvre", "Moreau", "Petit", "Rousseau", "Simon"),
    "ro": ("Bălan", "Dumitrescu", "Gheorghe", "Ionescu", "Munteanu", "Popescu", "Stănescu", "Șerban", "Țurcanu"),
    "lt": ("Balčiūnas", "Butkus", "Jankauskas", "Kazlauskas", "Petrauskas", "Stankevičius", "Urbonas", "Žukauskas"),
    "ru": ("Бондаренко", "Васильев", "Ковалёв", "Кузнецов", "Морозов", "Орлов", "Соколов", "Фёдоров", "Щербаков"),
}
COMPANIES = {
    "en": ("{} & Sons Ltd", "{} Bakery", "The {} Arms"),
    "it": ("Officine {} S.r.l.", "Panificio {}", "Trattoria da {}"),
    "fr": ("Boulangerie {} SARL", "Garage {}", "Pharmacie {}"),
    "ro": ("{} Construct S.R.L.", "Brutăria {}", "Service Auto {}"),
    "lt": ("UAB {} ir partneriai", "Kepykla {}", "IĮ {}"),
    "ru": ("UAB «{} и партнёры»", "Пекарня «{}»", "Автосервис «{}»"),
}
STREETS = {
    "IT": ("Via Garibaldi {}", "Corso Vittorio Emanuele II {}", "Piazza San Marco {}", "Via dei Mille {}"),
    "FR": ("{} rue Victor-Hugo", "{} avenue de la République", "{} chemin des Écoliers"),
    "BE": ("Rue Haute {}", "Chaussée de Wavre {}"),
    "RO": ("Strada Mihai Eminescu nr. {}", "Bulevardul Unirii {}", "Calea Victoriei {}"),
    "LT": ("Gedimino pr. {}", "Laisvės al. {}", "Taikos pr. {}", "Žirmūnų g. {}"),
    "IE": ("{} Main Street", "{} Chapel Road", "{} Strand Road"),
    "GB": ("{} Church Lane", "{} High Street"),
    "MT": ("{} Triq ir-Repubblika", "{} Triq San Pawl"),
}
CITIES = {
    "IT": (("20121", "Milano"), ("41121", "Modena"), ("80134", "Napoli"), ("00184", "Roma"), ("10129", "Torino")),
    "FR": (("69002", "Lyon"), ("13006", "Marseille"), ("44000", "Nantes"), ("31000", "Toulouse")),
    "BE": (("4000", "Liège"), ("5000", "Namur")),
    "RO": (("010011", "București"), ("400001", "Cluj-Napoca"), ("700028", "Iași"), ("300001", "Timișoara")),
    "LT": (("01103", "Vilnius"), ("44240", "Kaunas"), ("91100", "Klaipėda"), ("76295", "Šiauliai")),
    "IE": (("D02 X285", "Dublin"), ("T12 W8KP", "Cork"), ("H91 R8WV", "Galway")),
    "GB": (("CF11 9HD", "Cardiff"), ("EH1 1YZ", "Edinburgh"), ("LS1 4AP", "Leeds")),
    "MT": (("VLT 1117", "Valletta"), ("SLM 1640", "Sliema")),
}
SERVICES = ("Meter check", "Data copy", "Site visit", "Cable hire", "Key service", "Paper bill", "Seal")
RARE = ("Ǆŵǆ", "Ẁẵ", "Ħġĸ", "Ϡϗ", "Ѫѭ", "ﬃ", "Ợỹ", "Ꞓ", "Ŀŀ", "Ʒǯ")


def roughened(dice: Random, name: Row) -> Row:
    """Return `name` as it is, or very long, or with rare glyphs: a third each."""
    throw = dice.randrange(3)
    if throw == 0:
        return name
    part = "company" if "company" in name else "family"
    if throw == 1:
        return {**name, part: "-".join([name[part]] * dice.randint(3, 12))}
    return {**name, part: f"{name[part]} {dice.choice(RARE)}"}
