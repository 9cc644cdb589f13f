"""One customer in all channels: made once a generation, each panel for itself."""

from __future__ import annotations

import pytest

from engine.errors import BillcastError
from engine.preview import bench as module
from engine.preview.bench import Look

LOOK = Look("C-1", rendition="1280x720")


def text_of(made, name):
    return made.files[name].data.decode()


def test_a_panel_is_made_once_a_generation(bench, library):
    first = bench.panel("pdf", LOOK)
    assert bench.panel("pdf", LOOK) is first
    assert library.walks == [("pdf",)]
    bench.renew()
    assert bench.panel("pdf", LOOK) is not first
    assert library.walks == [("pdf",), ("pdf",)]


def test_a_saved_template_shows_in_the_next_generation(bench, root):
    assert "first line" in text_of(bench.panel("pdf", LOOK), "bill.pdf")
    (root / "pdf.j2").write_text("another line")
    assert "first line" in text_of(bench.panel("pdf", LOOK), "bill.pdf")
    bench.renew()
    assert "another line" in text_of(bench.panel("pdf", LOOK), "bill.pdf")


def test_the_language_looked_at_replaces_the_customers_own(bench):
    assert " it with" in text_of(bench.panel("pdf", Look("C-1", "it")), "bill.pdf")


def test_the_page_is_made_with_its_neighbours_but_without_the_video(bench):
    assert text_of(bench.panel("microsite", LOOK), "index.html").endswith("with message microsite pdf")


def test_the_page_stands_when_the_pdf_can_not_be_made(bench, root):
    (root / "pdf.j2").write_text("x\nbroken")
    with pytest.raises(BillcastError, match="T103"):
        bench.panel("pdf", LOOK)
    assert text_of(bench.panel("microsite", LOOK), "index.html").endswith("with message microsite")


def test_the_page_shows_the_video_once_that_was_asked_for(bench):
    assert "video" not in text_of(bench.panel("microsite", LOOK), "index.html")
    film = bench.panel("video", LOOK)
    page = bench.panel("microsite", LOOK)
    assert text_of(page, "index.html").endswith("with message microsite pdf video")
    assert page.slot == film.slot, "the page finds the video beside it"


def test_the_video_is_made_even_if_the_page_is_broken(bench, root):
    (root / "microsite.j2").write_text("x\nbroken")
    assert text_of(bench.panel("video", LOOK), "video-1280x720.mp4").endswith("with message pdf video")
    with pytest.raises(BillcastError, match="T103"):
        bench.panel("microsite", LOOK)


def test_the_video_is_made_in_the_size_looked_at_alone(bench, library):
    opened = []

    def open_templates(root, campaign):
        opened.append(campaign)
        return library.open_templates(root, campaign)

    seams = module.Seams(open_templates, library.render, library.load_channel)
    made = module.Bench(bench.root, bench.roster, bench._keys, bench._now, seams)
    made.panel("video", Look("C-1", rendition="1080x1920"))
    assert [campaign.video.renditions for campaign in opened if campaign] == [("1080x1920",)]


def test_stills_come_without_making_the_video(bench, library):
    pictured = bench.stills(LOOK)
    assert pictured.files["scene-1.png"].data == b"PNG 1280x720"
    assert all("video" not in walk for walk in library.walks)


def test_a_customer_to_whom_nothing_is_said_has_no_stills(bench, library):
    library.silent = ("C-2",)
    assert bench.stills(Look("C-2", rendition="1280x720")).files == {}


def test_a_page_that_loads_during_a_save_still_finds_its_files(bench):
    made = bench.panel("pdf", LOOK)
    bench.renew()
    assert bench.file(made.slot, "bill.pdf") is made.files["bill.pdf"]
    assert bench.file(made.slot, "other.pdf") is None
    assert bench.file("no-slot", "bill.pdf") is None


def test_a_save_while_something_is_made_leaves_its_files_to_the_asker(bench, library, monkeypatch):
    render = library.render
    seams = module.Seams(
        library.open_templates, lambda *given, **more: (bench.renew(), render(*given, **more))[1], library.load_channel
    )
    monkeypatch.setattr(bench, "_seams", seams)
    made = bench.panel("pdf", LOOK)
    assert bench.file(made.slot, "bill.pdf") is not None
    assert bench.panel("pdf", LOOK) is not made, "it is of the generation before"


def test_results_in_memory_are_few(bench, monkeypatch):
    monkeypatch.setattr(module, "PANELS_KEPT", 3)
    slots = [bench.panel("pdf", Look(f"C-{number}")).slot for number in range(1, 7)]
    assert [bench.file(slot, "bill.pdf") is not None for slot in slots] == [False, False, False, True, True, True]
