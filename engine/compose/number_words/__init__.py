"""Numbers in words, as they are said before a noun: in its gender, and in the case that the sentence wants.

Voices read figures in one gender and one case, and each a little differently; words are said as they are written.
English, French (with Belgium's and Switzerland's), Italian, Lithuanian, Romanian, Russian; other languages keep
their figures, which their voices read.
"""

from __future__ import annotations

from engine.compose.number_words.dates import spoken_day
from engine.compose.number_words.romanian import takes_de
from engine.compose.number_words.say import (
    Noun,
    cardinal,
    counted,
    noun_of_money,
    percent_said,
    signed,
)
from engine.compose.number_words.units import quantity_said

__all__ = [
    "Noun", "cardinal", "counted", "noun_of_money", "percent_said", "quantity_said", "signed", "spoken_day", "takes_de",
]  # fmt: skip
