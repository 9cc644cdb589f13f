"""What a face makes of letters, shared by locales and kept from run to run."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from renderers.pdf.fast import alphabet, part_store
from renderers.pdf.fast.alphabet import Alphabet, alphabet_of, make_alphabets, packed, unpacked
from renderers.pdf.fast.contexts import context_rules
from renderers.pdf.fast.font_store import font_store, stored_texts
from renderers.pdf.fast.fontset import Face, FontSet
from renderers.pdf.fast.glyphs import glyph_texts, opened
from renderers.pdf.fast.joining import settled, triples
from renderers.pdf.fast.model import TypeStyle
from renderers.pdf.fast.type_style import type_style
from tests.renderers.pdf.fast.typeset import lay_out

TABULAR = (("tnum", True),)


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alphabet, "_made", {})
    font_store.cache_clear()


def face_in(locale: str, cache: Path | None = None) -> Face:
    _, styles = lay_out([(200.0, [("", "Ag 0")])], locale)
    fonts = FontSet(locale, cache)
    return fonts.faces[type_style(styles["p"], fonts).font]


def both_faces(cache: Path) -> tuple[FontSet, list[TypeStyle]]:
    """Return a font set and two styles, of two of its faces."""
    _, styles = lay_out([(200.0, [("", "Ag 0"), ("b", "Ag 0")])], "de")
    fonts = FontSet("de", cache)
    return fonts, [type_style(styles[tag], fonts) for tag in ("p", "b")]


def said(found: Alphabet) -> tuple[object, ...]:
    joining = vars(found.joining)
    own = found.known, found.forms, joining, found.barred, found.figures, found.digits, found.inert
    return *own, found.latin, found.letters


def test_locales_that_a_face_does_not_tell_apart_share_an_alphabet() -> None:
    german, italian, romanian = (face_in(locale) for locale in ("de", "it", "ro"))
    shared = alphabet_of(german, "de", TABULAR, "de")
    assert alphabet_of(italian, "it", TABULAR, "it") is shared
    assert alphabet_of(romanian, "ro", TABULAR, "ro") is not shared  # Inter has forms of its own for Romanian
    assert said(alphabet._make(italian, alphabet.characters("it")[-1], TABULAR, "it")) == said(shared)


def test_an_alphabet_comes_back_from_the_cache_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    face = face_in("de", tmp_path)
    made = alphabet_of(face, "de", TABULAR, "de")
    again = face_in("de", tmp_path)
    monkeypatch.setattr(alphabet, "_made", {})
    monkeypatch.setattr(alphabet, "_make", None)  # not to be called
    assert said(alphabet_of(again, "de", TABULAR, "de")) == said(made)


def test_an_entry_that_is_damaged_is_made_anew() -> None:
    face = face_in("de")
    made = alphabet_of(face, "de", TABULAR, "de")
    assert said(unpacked(packed(made)) or made) == said(made)
    assert unpacked(packed(made)[:-20]) is None
    assert unpacked(None) is None
    assert unpacked(b"cos\nsystem\n(S'true'\ntR.") is None


def test_what_glyphs_stand_for_comes_back_from_the_cache_as_it_was(tmp_path: Path) -> None:
    file = face_in("de").file
    made = stored_texts(file.data, file.index, file.digest, tmp_path)
    assert made == glyph_texts(file.data, file.index)
    font_store.cache_clear()
    glyph_texts.cache_clear()
    (entry,) = (tmp_path / "alphabets").glob("*.part")
    assert stored_texts(file.data, file.index, file.digest, tmp_path) == made
    assert not glyph_texts.cache_info().misses
    entry.write_bytes(entry.read_bytes()[:-9])
    font_store.cache_clear()
    assert stored_texts(file.data, file.index, file.digest, tmp_path) == made
    assert glyph_texts.cache_info().misses == 1


def test_figures_that_settle_are_those_that_never_change_among_themselves() -> None:
    face = face_in("de")
    for features in ({"tnum": True}, {}):
        found = settled(face.hb_font, alphabet._FIGURES, features, "")
        assert list(found) == list(dict.fromkeys(triples(tuple(found))))
        infos, positions = alphabet._shaped(face, triples(tuple(found)), features, "")
        for figure, info, position in zip(triples(tuple(found)), infos, positions, strict=True):
            own = info.codepoint, position.x_advance, position.x_offset
            assert own == (found[figure], face.hb_font.get_glyph_h_advance(found[figure]), 0)


def test_a_rule_is_read_the_same_whether_its_glyphs_were_read_before_or_not() -> None:
    face = face_in("de")
    held = opened(face.data, face.metrics.index)
    font = held.font
    table, names = font["GSUB"].table, font.getGlyphOrder()
    found = list(context_rules(table, "GSUB", {*face.features}, names))  # glyphs of each place of the file once
    again = list(context_rules(table, "GSUB", {*face.features}, names))
    for lookup in table.LookupList.Lookup:
        for subtable in lookup.SubTable:
            inner = subtable.ExtSubTable if subtable.LookupType == 7 else subtable
            for kind in ("Backtrack", "Input", "LookAhead"):
                for coverage in getattr(inner, f"{kind}Coverage", None) or ():
                    assert isinstance(coverage.glyphs, list)
    assert found
    assert found == again == list(context_rules(table, "GSUB", {*face.features}, names))


def test_alphabets_that_another_process_makes_are_left_until_they_are_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part_store, "_LOCKS", 1 << 30)  # none is shared
    fonts, (plain, bold) = both_faces(tmp_path)
    face = fonts.faces[plain.font]
    assert face is not fonts.faces[bold.font]
    store = font_store(tmp_path)
    with store.turn([alphabet._name(face, alphabet.characters("de")[-1], TABULAR, "")]):
        make_alphabets([plain, bold, plain], fonts)
        assert not face.alphabets
        assert len(fonts.faces[bold.font].alphabets) == 1
    make_alphabets([plain, bold], fonts)
    assert len(face.alphabets) == 1


def test_a_style_whose_font_this_locale_does_not_get_needs_no_alphabet(tmp_path: Path) -> None:
    fonts, (plain, _) = both_faces(tmp_path)
    make_alphabets([plain], FontSet("de", tmp_path))
    assert not fonts.faces[plain.font].alphabets


def test_a_font_that_nobody_reads_any_more_leaves_the_collector_nothing() -> None:
    face = face_in("de")
    gc.collect()
    gc.disable()
    try:
        held = opened(face.data, face.metrics.index)
        assert opened(face.data, face.metrics.index) is held
        assert len([subtable for lookup in held.font["GSUB"].table.LookupList.Lookup for subtable in lookup.SubTable])
        del held
        assert gc.collect() < 100
    finally:
        gc.enable()
