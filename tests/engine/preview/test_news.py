"""Who has the page open is told of each save, once, with the file's name."""

from __future__ import annotations

import asyncio
import json
import socket

import pytest

from engine.errors import BatchError
from engine.preview import news as module
from engine.preview.news import News, watch
from engine.preview.run import ADDRESS, open_port


def generation_of(event):
    head, data, *_ = event.split("\n")
    assert head == "event: generation"
    return json.loads(data.removeprefix("data: "))


def test_a_page_hears_the_generation_at_once_and_each_new_one():
    async def scene():
        news = News(4)
        stream = news.stream()
        first = await anext(stream)
        waiting = asyncio.create_task(anext(stream))
        await asyncio.sleep(0)
        await news.tell(5, ["pdf/bill.html.j2"])
        second = await waiting
        await news.end()
        return first, second, [event async for event in stream]

    first, second, rest = asyncio.run(scene())
    assert generation_of(first)["generation"] == 4
    assert generation_of(second) == {"generation": 5, "changed": ["pdf/bill.html.j2"]}
    assert rest == [], "the stream ends with the server"


def test_an_idle_line_gives_a_sign_of_life(monkeypatch):
    monkeypatch.setattr(module, "BEAT_S", 0.01)

    async def scene():
        stream = News(1).stream()
        await anext(stream)
        return await anext(stream)

    assert asyncio.run(scene()).startswith(":")


def saved(root, inputs, *edits):
    """Return (was the input changed, what was told) of the generations that `edits` bring about, one by one."""

    async def scene():
        news, stop, renewals = News(1), asyncio.Event(), []

        def renew(of_input):
            renewals.append(of_input)
            return 1 + len(renewals)

        task = asyncio.create_task(watch(root, inputs, stop, renew, news))
        stream = news.stream()
        await anext(stream)
        await asyncio.sleep(0.5)  # until the watcher is at work
        told = []
        for edit in edits:
            edit()
            async with asyncio.timeout(20):
                told.append(generation_of(await anext(stream))["changed"])
        stop.set()
        await task
        return renewals, told

    return asyncio.run(scene())


def test_a_saved_template_is_told_by_its_name(root, source):
    renewals, told = saved(root, [source], lambda: (root / "pdf.j2").write_text("new"))
    assert (renewals, told) == ([False], [["pdf.j2"]])


def test_a_saved_input_is_read_anew(root, source):
    renewals, told = saved(root, [source], lambda: source.write_text("{}"))
    assert (renewals, told) == ([True], [["the input"]])


def test_what_an_editor_writes_beside_it_is_not_a_save(root, source):
    def edit():
        (root / ".pdf.j2.swp").write_text("x")
        (source.parent / "notes.txt").write_text("x")
        (root / "pdf.j2").write_text("new")

    assert saved(root, [source], edit)[1] == [["pdf.j2"]]


def test_the_port_is_on_this_machine_only():
    with open_port(0) as listener:
        assert listener.getsockname()[0] == ADDRESS == "127.0.0.1"


def test_a_port_that_is_taken_is_an_error():
    with socket.socket() as other:
        other.bind((ADDRESS, 0))
        other.listen()
        with pytest.raises(BatchError, match="W101"):
            open_port(other.getsockname()[1])
