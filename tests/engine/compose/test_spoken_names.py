"""Names as a voice can say them."""

from __future__ import annotations

import pytest

from engine.compose.spoken_names import sayable


@pytest.mark.parametrize(
    ("name", "language", "said"),
    [
        ("Yosef יוסף", "en", "Yosef"),
        ("Ольга", "ru", "Ольга"),
        ("Ольга", "it", "Olga"),
        ("Дмитрий Щукин", "en", "Dmitriy Shchukin"),
        ("Ελένη Παπαδοπούλου", "en", "Eleni Papadopoulou"),
        ("Giuseppe", "ru", "Giuseppe"),
        ("Élodie", "fr", "Élodie"),
        ("Jean-Baptiste", "fr", "Jean Baptiste"),
        ("J. R. Rossi", "it", "J R Rossi"),
        ("MARIA FERNANDA", "en", "Maria Fernanda"),
        ("MARIA D'ANGELO", "it", "Maria D'Angelo"),
        ("SEÁN O’BRIEN", "en", "Seán O’Brien"),
        ("ŽYDRŪNAS", "lt", "Žydrūnas"),
        ("ИВАН", "ru", "Иван"),
        ("JR", "en", "JR"),
        ("McDonald", "en", "McDonald"),
        ("Anna & Marco", "it", "Anna e Marco"),
        ("Anna & Marc", "fr", "Anna et Marc"),
        ("Ana & Ion", "ro", "Ana și Ion"),
        ("Robert (Bob)", "en", "Robert Bob"),
        ("<b>Maria</b>", "en", "b Maria b"),
        ("Maria_Rossi|*", "en", "Maria Rossi"),
        ("N'Diaye", "fr", "N'Diaye"),
        ("李雷", "en", "李雷"),
        ("...", "en", "..."),
        ("Maria 2", "en", "Maria 2"),
    ],
)
def test_a_name_is_said_without_what_a_voice_would_spell(name, language, said):
    assert sayable(name, language) == said


def test_a_decomposed_name_is_said_as_its_letters():
    assert sayable("E\u0301lodie", "fr") == "Élodie"
