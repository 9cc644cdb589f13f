"""What the page is told: facts, decisions, files, and errors with their source."""

from __future__ import annotations

import pytest

from engine.preview import roster as roster_module


def test_the_head_names_campaign_and_customers(ask):
    told = ask("api/overview").json
    assert told["status"] == "done"
    assert told["first"] == "C-1"
    assert told["campaign"]["locales"] == ["en", "it"]
    assert told["campaign"]["renditions"] == ["1280x720", "1080x1920", "1080x1080"]
    assert [entry["key"] for entry in told["customers"]["entries"]][:2] == ["C-1", "C-2"]
    assert told["customers"]["entries"][-1]["code"] == "I110"


def test_a_broken_campaign_file_still_names_the_customers(ask, bench, monkeypatch):
    from engine.templating import load_campaign

    (bench.root / "campaign.toml").write_text('name = "x"\ncycle = \n')
    monkeypatch.setattr(bench, "templates", lambda: load_campaign(bench.root))
    told = ask("api/overview").json
    assert told["status"] == "problem"
    assert told["problem"]["code"] == "C102"
    assert [line["text"] for line in told["problem"]["source"] if line["is_it"]] == ["cycle = "]
    assert told["customers"]["entries"]


def test_decision_and_facts_stand_side_by_side(ask):
    told = ask("api/said", key="C-1").json
    assert told["decision"]["tone"]
    fact = next(fact for fact in told["facts"] if fact["id"] == "bill.amount_due")
    assert fact["value"] == "129.45"
    assert "129.45" in fact["text"]


def test_a_customer_to_whom_nothing_is_said_comes_with_the_reason(ask, library):
    library.silent = ("C-2",)
    told = ask("api/said", key="C-2").json
    assert (told["status"], told["reasons"]) == ("suppressed", ["nothing to say"])


def test_a_channel_names_its_files_and_facts(ask):
    made = ask("api/made/pdf", key="C-1").json
    assert made["files"] == [{"name": "bill.pdf", "media_type": "application/pdf", "bytes": made["files"][0]["bytes"]}]
    assert made["shown"] == ["bill.amount_due"]
    reply = ask(f"files/{made['slot']}/bill.pdf")
    assert reply.headers["content-type"] == "application/pdf"
    assert len(reply.body) == made["files"][0]["bytes"]


def test_a_template_error_comes_with_code_place_and_source_line(ask, root):
    (root / "pdf.j2").write_text("one\ntwo broken\nthree")
    told = ask("api/made/pdf", key="C-1").json
    assert told["status"] == "problem"
    problem = told["problem"]
    assert (problem["code"], problem["file"], problem["line"]) == ("T103", "pdf.j2", 2)
    assert [(line["number"], line["text"], line["is_it"]) for line in problem["source"]] == [
        (1, "one", False), (2, "two broken", True), (3, "three", False),
    ]  # fmt: skip


def test_an_error_of_one_channel_leaves_the_others_standing(ask, root):
    (root / "pdf.j2").write_text("x\nbroken")
    assert ask("api/made/message", key="C-1").json["status"] == "done"
    assert ask("api/stills", key="C-1").json["status"] == "done"


def test_a_key_that_nobody_bears_is_told(ask):
    assert ask("api/said", key="C-99").json["problem"]["code"] == "B102"


def test_a_bug_is_told_by_type_and_place_without_what_it_says(ask, library):
    library.bug = "Ann Lee owes 10.00"
    told = ask("api/said", key="C-1")
    assert told.json["problem"]["code"] == "B110"
    assert "ValueError" in told.json["problem"]["fact"]
    assert b"Ann" not in told.body


def test_stills_are_served_as_pictures(ask):
    stills = ask("api/stills", key="C-1", rendition="1080x1920").json
    assert [scene["title"] for scene in stills["scenes"]] == ["Hello"]
    reply = ask(f"files/{stills['slot']}/scene-1.png")
    assert (reply.headers["content-type"], reply.body) == ("image/png", b"PNG 1080x1920")


@pytest.mark.parametrize(
    ("asked", "status", "span"),
    [
        ("bytes=0-4", 206, (0, 5)),
        ("bytes=5-", 206, (5, None)),
        ("bytes=-4", 206, (-4, None)),
        ("bytes=0-99999", 206, (0, None)),
        ("lines=1-2", 200, (0, None)),
        ("bytes=-", 200, (0, None)),
    ],
)
def test_the_player_gets_the_part_that_it_asks_for(ask, asked, status, span):
    slot = ask("api/made/video", key="C-1").json["slot"]
    whole = ask(f"files/{slot}/video-1280x720.mp4").body
    reply = ask(f"files/{slot}/video-1280x720.mp4", {"range": asked})
    assert (reply.status, reply.body) == (status, whole[slice(*span)])
    if status == 206:
        assert reply.headers["content-range"].endswith(f"/{len(whole)}")


@pytest.mark.parametrize("asked", ["bytes=99999-", "bytes=5-2", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(ask, asked):
    slot = ask("api/made/video", key="C-1").json["slot"]
    assert ask(f"files/{slot}/video-1280x720.mp4", {"range": asked}).status == 416


def test_a_long_input_says_that_it_goes_on(ask, monkeypatch):
    monkeypatch.setattr(roster_module, "LISTED", 2)
    told = ask("api/overview").json
    assert len(told["customers"]["entries"]) == 2
    assert told["customers"]["has_more"]
    assert ask("api/said", key="C-7").json["status"] == "done"


def test_only_the_pages_own_files_are_static(ask):
    assert ask("static/page.css").headers["content-type"].startswith("text/css")
    for name in ("server.py", "..%2fserver.py", "../server.py"):
        assert ask(f"static/{name}").status == 404
