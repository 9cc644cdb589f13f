"""A layout is WeasyPrint's own, and leaves next to nothing behind when it is ended."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
import weasyprint
from weasyprint.text.fonts import FontConfiguration

from renderers.pdf import reference
from renderers.pdf.layout import Layout
from tests.renderers.builders import make_communication
from tests.renderers.fake_templates import FakeTemplates

_SVG = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Crect width='2' height='2'/%3E%3C/svg%3E"
_ROW = "<tr><td>1</td><td style='border: 1px solid'>2</td></tr>"
_HTML = f"""<html lang="en"><body><h1 id="top">A</h1><p style="float: left">Ag <a href="#top">0</a></p>
<div style="position: relative"><img src="{_SVG}"><b style="position: absolute">x</b></div>
<table style="border-collapse: collapse"><thead>{_ROW}</thead><tbody>{_ROW * 40}</tbody></table></body></html>"""
_CSS = "@page { @bottom-left { content: counter(page) '/' counter(pages) } } li::before { content: '-' }"


def laid_out(fonts: FontConfiguration) -> Layout:
    sheet = weasyprint.CSS(string=_CSS, font_config=fonts)
    return Layout.of(weasyprint.HTML(string=_HTML), fonts, stylesheets=[sheet], pdf_tags=True)


def test_a_layout_is_written_as_a_rendering_of_the_library_is() -> None:
    fonts = FontConfiguration()
    sheet = weasyprint.CSS(string=_CSS, font_config=fonts)
    own = weasyprint.HTML(string=_HTML).render(font_config=fonts, stylesheets=[sheet], pdf_tags=True)
    document = laid_out(fonts)
    assert len(document.pages) == len(own.pages)
    assert document.write_pdf(pdf_tags=True) == own.write_pdf(pdf_tags=True)


@pytest.mark.parametrize("is_written", [False, True])
def test_an_ended_layout_leaves_the_collector_next_to_nothing(is_written: bool) -> None:
    fonts = FontConfiguration()
    laid_out(fonts).write_pdf()  # what is made once
    gc.collect()
    gc.disable()
    try:
        left = [gc.collect() for is_ended in (False, True) if make(fonts, is_written=is_written, is_ended=is_ended)]
    finally:
        gc.enable()
    assert left[1] < left[0] / 4


def make(fonts: FontConfiguration, *, is_written: bool, is_ended: bool) -> bool:
    document = laid_out(fonts)
    if is_written:
        document.write_pdf()
    if is_ended:
        document.end()
    return True


def test_what_documents_leave_lies_for_a_few_documents_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "LEFT_LYING", 2)
    looks: list[int] = []
    own = reference.Reference(FakeTemplates(tmp_path))
    gc.disable()  # as good as that for a worker: it looks after a million new objects
    gc.callbacks.append(lambda phase, info: looks.append(info["generation"]) if phase == "start" else None)
    try:
        for _ in range(4):
            own.render(make_communication(), "2026-11-06T08:00:00Z")
    finally:
        gc.callbacks.pop()
        gc.enable()
    assert looks == [2, 2]
