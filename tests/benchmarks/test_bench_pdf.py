"""The PDF benchmark runs, and its last line holds the figures that are asked of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_four_methods_make_the_same_two_pages(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "benchmarks/bench_pdf.py"), "--rounds", "1", "--fills", "1", "--warm", "1",
               "--peak", "3", "--keep", str(tmp_path)]  # fmt: skip
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(ended.stdout.splitlines()[-1])
    assert figures["benchmark"] == "pdf"
    for name in ("weasyprint_ms", "typst_ms", "fill_ms", "sealed_ms", "peak_mb", "bytes"):
        assert figures[name] > 0
    shown = {path.stem: texts(path) for path in tmp_path.glob("*.pdf")}
    assert set(shown) == {"weasyprint", "typst", "fill", "sealed"}
    assert shown["fill"] == shown["sealed"] == shown["weasyprint"]
    for words in ("Payment slip", "Pay now", "Trouble paying?", "What it is made of", "Total, VAT included"):
        assert words in " ".join(shown["typst"])
    assert b"/ETSI.CAdES.detached" in (tmp_path / "sealed.pdf").read_bytes()
    assert b"/ETSI.CAdES.detached" not in (tmp_path / "fill.pdf").read_bytes()


def texts(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    found = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return found
