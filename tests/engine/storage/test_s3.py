"""The object storage sink, against a real server."""

from __future__ import annotations

import hashlib
import os

import pytest
from botocore.exceptions import ClientError

from engine.errors import StorageError
from engine.model.artifact import Artifact
from engine.storage import open_sink
from engine.storage.s3 import PARTED_FROM_BYTES

BUCKET = "bills"


def page(text: str = "<p>x</p>") -> Artifact:
    return Artifact("microsite", "index.html", "text/html; charset=utf-8", text.encode())


def code_of(raised) -> str:
    return raised.value.problem.code


@pytest.fixture
def sink(weed, credentials):
    return open_sink(f"s3://{BUCKET}/cycle", endpoint=weed.endpoint, cache_control="private, max-age=60")


def test_what_was_put_is_got_back(sink):
    sink.check()
    stored = sink.put("2026-10/tok/index.html", page("<p>Grüße</p>"))
    assert stored.path == "2026-10/tok/index.html"
    assert sink.get(stored.path) == "<p>Grüße</p>".encode()
    assert stored.sha256 == hashlib.sha256("<p>Grüße</p>".encode()).hexdigest()


def test_an_object_carries_media_type_cache_header_and_checksum(sink, weed):
    stored = sink.put("2026-10/head/index.html", page())
    head = weed.client().head_object(Bucket=BUCKET, Key="cycle/2026-10/head/index.html")
    assert head["ContentType"] == "text/html; charset=utf-8"
    assert head["CacheControl"] == "private, max-age=60"
    assert head["Metadata"]["sha256"] == stored.sha256


def test_putting_the_same_again_changes_nothing(sink, weed):
    first = sink.put("2026-10/again/index.html", page())
    etag = weed.client().head_object(Bucket=BUCKET, Key="cycle/2026-10/again/index.html")["ETag"]
    assert sink.put("2026-10/again/index.html", page()) == first
    assert weed.client().head_object(Bucket=BUCKET, Key="cycle/2026-10/again/index.html")["ETag"] == etag
    listed = weed.client().list_objects_v2(Bucket=BUCKET, Prefix="cycle/2026-10/again/")["Contents"]
    assert len(listed) == 1


def test_bytes_damaged_on_the_way_are_refused(sink, weed):
    lying = Artifact("pdf", "bill.pdf", "application/pdf", b"damaged", sha256=hashlib.sha256(b"sent").hexdigest())
    with pytest.raises(StorageError) as raised:
        sink.put("2026-10/damaged/bill.pdf", lying)
    assert code_of(raised) == "S106"
    with pytest.raises(ClientError):
        weed.client().head_object(Bucket=BUCKET, Key="cycle/2026-10/damaged/bill.pdf")


def test_a_large_object_goes_in_parts_and_comes_back_whole(sink):
    data = os.urandom(PARTED_FROM_BYTES + 12345)
    stored = sink.put("2026-10/large/video-1280x720.mp4", Artifact("video", "v.mp4", "video/mp4", data))
    assert stored.size_bytes == len(data)
    assert sink.get(stored.path) == data


def test_an_object_that_is_not_there_says_so(sink):
    with pytest.raises(StorageError) as raised:
        sink.get("2026-10/none/index.html")
    assert code_of(raised) == "S105"


def test_an_unknown_access_key_is_told_at_the_check(weed, credentials, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody-else")
    with pytest.raises(StorageError) as raised:
        open_sink(f"s3://{BUCKET}", endpoint=weed.endpoint).check()
    assert code_of(raised) == "S112"
    assert "AWS_ACCESS_KEY_ID" in raised.value.problem.hint


def test_a_wrong_secret_is_told_at_the_put_and_never_shown(weed, credentials, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-the-secret")
    with pytest.raises(StorageError) as raised:
        open_sink(f"s3://{BUCKET}", endpoint=weed.endpoint).put("a/b", page())
    assert code_of(raised) == "S112"
    assert "not-the-secret" not in str(raised.value)


def test_no_credentials_say_which_settings_to_make(weed, no_credentials):
    with pytest.raises(StorageError) as raised:
        open_sink(f"s3://{BUCKET}", endpoint=weed.endpoint).check()
    assert code_of(raised) == "S111"


def test_a_missing_bucket_is_told_by_name(weed, credentials):
    lost = open_sink("s3://no-such-bucket/x", endpoint=weed.endpoint)
    with pytest.raises(StorageError) as raised:
        lost.check()
    assert code_of(raised) == "S113"
    assert "no-such-bucket" in raised.value.problem.fact
    with pytest.raises(StorageError) as raised:
        lost.put("a/b", page())
    assert code_of(raised) == "S113"


def test_a_server_that_is_not_there_is_told_after_the_retries(credentials):
    with pytest.raises(StorageError) as raised:
        open_sink(f"s3://{BUCKET}", endpoint="http://127.0.0.1:9").check()
    assert code_of(raised) == "S114"


@pytest.mark.slow
def test_a_server_that_dies_midway_loses_nothing_that_was_put(mortal_weed, credentials):
    sink = open_sink(f"s3://{BUCKET}/cycle", endpoint=mortal_weed.endpoint)
    put = [sink.put(f"2026-10/t{number}/index.html", page(f"<p>{number}</p>")) for number in range(20)]
    mortal_weed.kill()
    with pytest.raises(StorageError) as raised:
        sink.put("2026-10/t20/index.html", page("<p>20</p>"))
    assert code_of(raised) == "S114"
    assert "resume" in raised.value.problem.hint
    mortal_weed.restart()
    for number, stored in enumerate(put):
        assert sink.get(stored.path) == f"<p>{number}</p>".encode()
    assert sink.put("2026-10/t20/index.html", page("<p>20</p>")).path == "2026-10/t20/index.html"


@pytest.mark.parametrize("out", ["s3://", "s3:///prefix", "s3://bills/../up", "s3://bills/a b"])
def test_an_address_without_bucket_or_with_a_bad_prefix_is_refused(out, credentials):
    with pytest.raises(StorageError) as raised:
        open_sink(out, endpoint="http://127.0.0.1:9")
    assert code_of(raised) in ("S101", "S102")


def test_an_endpoint_that_is_no_address_is_refused(credentials):
    with pytest.raises(StorageError) as raised:
        open_sink("s3://bills", endpoint="not an address")
    assert code_of(raised) == "S101"


def test_the_address_of_an_object_names_bucket_and_key(sink):
    assert sink.url("2026-10/t/index.html") == "s3://bills/cycle/2026-10/t/index.html"
