"""Output addresses, and the sink in memory."""

from __future__ import annotations

import pytest

from engine.errors import CampaignError, StorageError
from engine.model.artifact import Artifact
from engine.storage import SinkAddress, open_sink
from engine.storage.local import LocalSink
from engine.storage.memory import MemorySink

TEXT = Artifact("message", "sms.txt", "text/plain", b"hello")


def test_a_plain_path_is_a_folder(tmp_path):
    assert isinstance(open_sink(str(tmp_path)), LocalSink)
    assert SinkAddress("out/real").scheme == "file"


def test_a_relative_folder_is_fixed_before_processes_start(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert SinkAddress("out").absolute().out == str(tmp_path / "out")
    assert SinkAddress("s3://bucket/prefix").absolute().out == "s3://bucket/prefix"


def test_object_storage_has_no_folder():
    assert SinkAddress("s3://bucket/prefix").folder is None


def test_an_unknown_scheme_names_the_known_ones():
    with pytest.raises(CampaignError) as raised:
        open_sink("gopher://hole")
    assert raised.value.problem.code == "C120"
    assert "s3" in raised.value.problem.hint


def test_an_empty_address_is_refused():
    with pytest.raises(StorageError) as raised:
        open_sink("")
    assert raised.value.problem.code == "S101"


def test_memory_gives_back_what_was_put():
    sink = MemorySink()
    sink.check()
    stored = sink.put("c/t/sms.txt", TEXT)
    assert sink.get("c/t/sms.txt") == b"hello"
    assert sink.holds(stored)
    assert sink.url("c/t/sms.txt").startswith("memory://")


def test_memory_refuses_the_paths_that_a_folder_refuses():
    with pytest.raises(StorageError) as raised:
        MemorySink().put("../up", TEXT)
    assert raised.value.problem.code == "S102"


def test_memory_says_what_is_not_there():
    with pytest.raises(StorageError) as raised:
        MemorySink().get("c/t/none")
    assert raised.value.problem.code == "S105"


def test_one_name_is_one_memory():
    open_sink("memory://shared-by-name").put("a", TEXT)
    assert open_sink("memory://shared-by-name").get("a") == b"hello"
