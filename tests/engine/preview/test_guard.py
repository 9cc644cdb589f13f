"""Customer data is for the preview's own page: other names, other paths and other pages are refused."""

from __future__ import annotations

import pytest

from tests.engine.preview.conftest import PORT, TOKEN


@pytest.mark.parametrize("path", ["", "api/said", "api/overview", "static/page.js"])
def test_the_own_page_is_answered(ask, path):
    assert ask(path, key="C-1").status == 200
    assert ask(path, {"host": f"localhost:{PORT}", "sec-fetch-site": "same-origin"}, key="C-1").status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:80", f"127.0.0.1.evil.example:{PORT}", ""]
)
def test_a_name_that_was_rebound_to_this_machine_is_refused(ask, host):
    reply = ask("api/said", {"host": host}, key="C-1")
    assert reply.status == 400
    assert b"Lee" not in reply.body


@pytest.mark.parametrize("base", ["/", "/api/said", f"/{TOKEN}", f"/{TOKEN}x/", f"/{TOKEN.upper()}/"])
def test_without_the_secret_path_there_is_nothing(ask, base):
    assert ask("", base=base).status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": f"http://localhost:{PORT}"},  # another origin than the Host asked for
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},  # another port of this machine
    ],
)
def test_other_pages_can_not_read_even_with_the_path(ask, headers):
    assert ask("api/said", headers, key="C-1").status == 403


def test_a_made_page_reads_files_from_its_closed_room_but_no_data(ask):
    slot = ask("api/made/microsite", key="C-1").json["slot"]
    closed = {"origin": "null", "sec-fetch-site": "cross-site"}
    assert ask(f"files/{slot}/index.html", closed).status == 200
    assert ask("api/overview", closed).status == 403


def test_each_answer_is_private_and_asks_nothing_from_outside(ask):
    for path in ("", "api/overview", "static/page.css"):
        headers = ask(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["content-security-policy"].startswith("default-src 'none'")


def test_a_made_page_lies_in_a_sandbox(ask):
    slot = ask("api/made/microsite", key="C-1").json["slot"]
    policy = ask(f"files/{slot}/index.html").headers["content-security-policy"]
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy
    assert "connect-src" not in policy
    assert "default-src 'none'" in policy
