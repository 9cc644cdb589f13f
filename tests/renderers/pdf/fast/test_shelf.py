"""Locales, processes and runs share parts; what comes out is the same bytes as if each had made its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from engine.contracts import FillContext, Scope
from engine.model.communication import Communication
from engine.templating import TemplateSet
from renderers.pdf.channel import PdfChannel
from renderers.pdf.fast.fontset import Face
from renderers.pdf.fast.part_pickle import Entry, unpacked
from renderers.pdf.fast.shelf import Shelf
from renderers.pdf.fast.specimen import GAP
from renderers.pdf.reference import Reference
from tests.e2e.reading import CAMPAIGN, NOW, ROOT, samples
from tests.renderers.pdf.fast.against import Bench

CONTEXT = FillContext(now_iso=NOW.isoformat())


@dataclass
class Counting:
    """A channel of its own with a cache, and how often WeasyPrint was asked for specimens."""

    templates: TemplateSet
    cache: Path | None
    channel: PdfChannel = field(default_factory=PdfChannel)

    def fill(self, communication: Communication) -> bytes:
        layout = self.channel.classify(communication)
        compiled = self.channel.compile(self.templates, communication.locale, layout, Scope(cache_dir=self.cache))
        filled = self.channel.fill(compiled, communication, CONTEXT)
        assert filled.path == "fast"
        return filled.artifacts[0].data


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What WeasyPrint was asked to lay out: parts, not the logo."""
    found: list[str] = []
    lay_out = Reference.laid_out

    def noting(self: Reference, html: str, css: str) -> tuple[Any, Any]:
        if css:
            found.append(html)
        return lay_out(self, html, css)

    monkeypatch.setattr(Reference, "laid_out", noting)
    return found


@pytest.fixture(scope="module")
def said() -> list[Communication]:
    """A bill in each locale, and some more."""
    bench = Bench(TemplateSet(CAMPAIGN))
    every = [found for customer in samples().values() if (found := bench.said(customer))]
    first = {one.locale: one for one in reversed(every)}
    assert len(first) == 6
    return [*first.values(), *every[:3]]


def test_a_known_part_is_not_laid_out_again_and_gives_the_same_bytes(
    tmp_path: Path, asked: list[str], said: list[Communication]
) -> None:
    templates = TemplateSet(CAMPAIGN)
    without = [Counting(templates, None).fill(one) for one in said]  # each with a channel of its own
    asked.clear()
    cold = Counting(templates, tmp_path)
    assert [cold.fill(one) for one in said] == without
    assert asked
    asked.clear()
    warm = Counting(TemplateSet(CAMPAIGN), tmp_path)
    assert [warm.fill(one) for one in reversed(said)] == without[::-1]
    assert asked == []


def test_harmed_entries_are_made_anew(tmp_path: Path, asked: list[str], said: list[Communication]) -> None:
    expected = Counting(TemplateSet(CAMPAIGN), tmp_path).fill(said[0])
    parts = sorted((tmp_path / "parts").glob("*.part"))
    whole = [path.read_bytes() for path in parts]
    for path in parts:
        path.write_bytes(b"harmed")
    asked.clear()
    assert Counting(TemplateSet(CAMPAIGN), tmp_path).fill(said[0]) == expected
    assert asked
    assert [path.read_bytes() for path in parts] == whole


def test_no_word_of_a_customer_and_none_of_a_language_is_in_a_specimen(
    asked: list[str], said: list[Communication]
) -> None:
    counting = Counting(TemplateSet(CAMPAIGN), None)
    for one in said:
        counting.fill(one)
    for html in asked:
        text = "".join(piece.partition(">")[2] for piece in html.split("<"))
        assert set(text.split()) <= {"Ag", "0", "0Ag"}
        assert html.isascii()


def test_each_locale_lays_out_alike(said: list[Communication], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shared is laid out in each locale by itself, and compared: all entries of all locales."""
    found: dict[str, dict[str, Entry]] = {}
    put = Shelf.put

    def noting(self: Shelf, name: str, language: str, entry: Entry, *, is_bound: bool) -> Entry:
        kept = put(self, name, language, entry, is_bound=is_bound)
        (key, *_) = self._keys(name, language, is_bound=is_bound)
        data = self.store.get(key)
        stored = unpacked(data) if data else None
        assert stored is not None
        found.setdefault(name, {})[language] = stored
        return kept

    monkeypatch.setattr(Shelf, "put", noting)
    for one in said[:6]:
        Counting(TemplateSet(CAMPAIGN), None).fill(one)
    shared = [by_language for by_language in found.values() if len(by_language) > 1]
    assert len(shared) > 20
    assert {language for by_language in shared for language in by_language} == {one.locale for one in said[:6]}
    for by_language in shared:
        assert len({repr(entry) for entry in by_language.values()}) == 1
        assert all(style.language == "*" for entry in by_language.values() for style, _ in entry.styles)


def test_parts_are_laid_out_in_the_language_that_came_first(asked: list[str], said: list[Communication]) -> None:
    expected = [Counting(TemplateSet(CAMPAIGN), None).fill(one) for one in said]
    asked.clear()
    counting = Counting(TemplateSet(CAMPAIGN), None)
    assert [counting.fill(one) for one in said] == expected
    parts = [html for html in asked if GAP in html]
    assert len(parts) > 2
    assert all(f'<html lang="{said[0].locale}">' in html for html in parts)


@pytest.mark.parametrize("bound", [":lang(lt) p { margin-top: 9px }", "p { margin-bottom: 1.5ex }"])
def test_styles_that_speak_of_languages_or_letters_are_not_shared(tmp_path: Path, asked: list[str], bound: str) -> None:
    campaign = tmp_path / "campaign"
    copytree(CAMPAIGN, campaign)
    with (campaign / "pdf/bill.css.j2").open("a", encoding="utf-8") as styles:
        styles.write(f"\n{bound}\n")
    bench = Bench(TemplateSet(campaign))
    customer = next(customer for customer in samples().values() if bench.said(customer))
    counting = Counting(bench.templates, None)
    counts = []
    for locale in ("en", "fr"):
        one = bench.said(customer.model_copy(update={"locale": locale}))
        assert one
        asked.clear()
        counting.fill(one)
        counts.append(len(asked))
    assert counts[0] == counts[1] > 0


def test_another_picture_of_the_same_name_makes_other_keys(tmp_path: Path) -> None:
    campaign = tmp_path / "campaign"
    copytree(CAMPAIGN, campaign)
    said = next(iter(filter(None, (Bench(TemplateSet(campaign)).said(one) for one in samples().values()))))

    def identity() -> str:
        reference = Reference(TemplateSet(campaign))
        reference.begin(said)
        return reference.sheets().identity

    before = identity()
    assert identity() == before
    logo = campaign / "brand/logo.svg"
    logo.write_text(logo.read_text("utf-8") + "<!-- another -->", "utf-8")
    assert identity() != before


def test_locales_that_get_other_fonts_have_parts_of_their_own(
    tmp_path: Path, said: list[Communication], asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [Counting(TemplateSet(CAMPAIGN), None).fill(one) for one in said[:2]]
    make = Face.__init__

    def other(self: Face, name: str, font: Any, language: str, *rest: Any) -> None:
        make(self, name, font, language, *rest)
        self.digest += language

    monkeypatch.setattr(Face, "__init__", other)
    asked.clear()
    cold = Counting(TemplateSet(CAMPAIGN), tmp_path)
    assert cold.fill(said[0]) == expected[0]
    first = len(asked)
    assert cold.fill(said[1]) == expected[1]
    parts = [said[0].locale in html.partition(">")[2][:20] for html in asked if GAP in html]
    assert parts == [True, True, False]  # tried once in the first one's language
    assert len(asked) == 2 * first + 1
    warm = Counting(TemplateSet(CAMPAIGN), tmp_path)
    assert [warm.fill(one) for one in said[:2]] == expected
    assert len(asked) == 2 * first + 1


def test_two_processes_at_once_make_the_same(tmp_path: Path) -> None:
    keys = list(samples())[:2]
    program = (
        "import sys; from pathlib import Path; from engine.templating import TemplateSet;"
        "from tests.e2e.reading import CAMPAIGN, samples; from tests.renderers.pdf.fast.against import Bench;"
        "from tests.renderers.pdf.fast.test_shelf import Counting; from hashlib import sha256;"
        "bench = Bench(TemplateSet(CAMPAIGN)); counting = Counting(bench.templates, Path(sys.argv[1]));"
        "print([sha256(counting.fill(bench.said(samples()[key]))).hexdigest() for key in sys.argv[2:]])"
    )
    command = [sys.executable, "-c", program, str(tmp_path), *keys]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", cwd=ROOT, env=environment) for _ in range(2)
    ]
    told = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert len(set(told)) == 1
    assert told[0].count("'") == 4
