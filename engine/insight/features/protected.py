"""Attributes that may never be features: age, sex, family, nationality, health, belief.

A name is taken apart at case changes, digits and signs, freed of accents and compared word by word with the lists
below, in the languages of the sample set and the largest of Europe. What a name does not tell, a declaration must:
whoever supplies a table says which columns are protected, and these are refused as features all the same.

Vulnerability is refused too: it is health, age or need by another name. It holds back and offers help
(`engine.insight.profile`), it never raises a risk.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from engine.errors import InsightError

# A kind and its words a paragraph, without accents, in small letters. Several words of a name are matched as
# one too: `birth_date` is birthdate.
_LISTED = """
age: age aged ages birth birthdate birthday birthyear dateofbirth dob yob born senior pensioner retired alter geburt
geburtsdatum geburtsjahr geburtstag rentner edad nacimiento fechanacimiento jubilado naissance datenaissance
retraite eta nascita datanascita pensionato idade nascimento reformado varsta nastere datanasterii pensionar
leeftijd geboorte geboortedatum geboortejaar wiek urodzenia dataurodzenia amzius gimimo gimimodata vecums dzimsanas
vanus sunniaeg synnyt alder fodsel

sex: sex gender male female woman women salutation mrs geschlecht maennlich weiblich mannlich anrede sexe civilite
homme femme sesso genere maschio femmina sexo genero mujer hombre sexul femeie barbat geslacht aanhef plec lytis
dzimums sugu kjonn sukupuoli pohlavi

family: family marital married unmarried divorced widow widowed widower spouse children child kids dependant
dependants dependent dependents pregnant pregnancy maternity householdsize famges familie familienstand verheiratet
ledig geschieden verwitwet kinder kinderzahl ehe schwanger famille familial situationfamiliale enfants marie divorce
veuf conjoint grossesse enceinte famiglia statocivile figli coniugato coniuge sposato incinta familia estadocivil
hijos casado embarazada filhos stareacivila copii casatorit insarcinata gezin burgerlijkestaat kinderen gehuwd
zwanger rodzina stancywilny dzieci seima vaikai seimineepadetis gimene berni perekond perekonnaseis

nationality: nationality citizen citizenship foreign foreigner foreignworker immigrant immigration migrant
migration refugee asylum ethnic ethnicity race racial birthplace birthcountry countryofbirth placeofbirth
nativelanguage mothertongue gastarb gastarbeiter nationalitat nationalitaet staatsangehorigkeit staatsangehoerigkeit
staatsburgerschaft auslander auslaender herkunft muttersprache nationalite citoyennete etranger origine nazionalita
cittadinanza straniero nacionalidad ciudadania extranjero nacionalidade cidadania estrangeiro nationalitate
cetatenie etnie nationaliteit burgerschap herkomst narodowosc obywatelstwo tautybe pilietybe tautiba
pilsoniba rahvus kodakondsus

health: health healthy illness ill sick sickness disease disabled disability handicap handicapped medical medicine
diagnosis patient vulnerable vulnerability gesundheit krank krankheit behinderung behindert pflegegrad sante malade
maladie handicape salute malattia disabile disabilita invalidita invalido salud enfermedad discapacidad saude doenca
deficiencia sanatate boala handicapat gezondheid ziek ziekte zdrowie choroba niepelnosprawnosc sveikata negalia
veseliba slimiba tervis haigus puue

belief: religion religious faith church belief political politics tradeunion unionmember sexualorientation
konfession kirche religiositaet politisch gewerkschaft confession syndicat religione politica sindacato
sindicato religie sindicat vakbond geloof wyznanie religija
"""


def _read(listed: str) -> dict[str, frozenset[str]]:
    parts = [paragraph.split(":") for paragraph in listed.strip().split("\n\n")]
    return {kind: frozenset(words.split()) for kind, words in parts}


WORDS = _read(_LISTED)

# `age` of a thing tells nothing of a person.
_THINGS = frozenset(
    (
        "bill", "bills", "debt", "claim", "claims", "meter", "contract", "account", "invoice", "tariff", "building",
        "device", "appliance", "heating", "item", "model", "balance", "open", "overdue", "oldest", "ticket",
        "payment", "reaction",
    )
)  # fmt: skip
_MOST_JOINED = 4
_PIECES = re.compile(r"[^\W\d_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_KIND_OF = {word: kind for kind, words in WORDS.items() for word in words}


@lru_cache(maxsize=4096)
def protected_kind(name: str) -> str | None:
    """Return what protected attribute the name of a column speaks of, as in `age`; None where it tells of none."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.replace("ß", "ss")) if not unicodedata.combining(c))
    words = [word.casefold() for part in _PIECES.findall(plain) for word in _HUMP.split(part)]
    about_thing = not _THINGS.isdisjoint(words)
    for count in range(min(_MOST_JOINED, len(words)), 0, -1):
        for start in range(len(words) - count + 1):
            kind = _KIND_OF.get("".join(words[start : start + count]))
            if kind is not None and not (kind == "age" and about_thing and count == 1):
                return kind
    return None


def refuse_protected(names: Iterable[str], declared: Iterable[str] = (), *, place: str = "") -> None:
    """Return where no name is protected, by what it says or by declaration.

    `declared` are the columns that the supplier of the data calls protected. Raises `InsightError`
    (D130: a name speaks of it, D131: it is declared), with every such name.
    """
    asked = list(names)
    told = [(name, protected_kind(name)) for name in asked]
    by_name = [f"`{name}` ({kind})" for name, kind in told if kind is not None]
    if by_name:
        raise InsightError("D130", f"protected attributes can't be features: {', '.join(by_name)}", place=place,
                           hint="take them out; declare them as protected to have outcomes compared")  # fmt: skip
    kept_out = set(declared)
    by_word = [f"`{name}`" for name in asked if name in kept_out]
    if by_word:
        raise InsightError("D131", f"declared as protected, so not to be features: {', '.join(by_word)}", place=place,
                           hint="take them out of the features, or out of the protected columns")  # fmt: skip
