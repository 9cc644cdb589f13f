"""gTTS against a local server that speaks its protocol, well and badly."""

import base64
import io
import json
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import numpy as np
import pytest

from engine.errors import VoiceError
from engine.model.campaign import Narration
from engine.model.communication import Phrase, PhraseScope
from renderers.video.narration import speak_all
from renderers.video.sound.aac import decode
from renderers.video.sound.loudness import loudness_lufs
from renderers.video.voices import gtts
from renderers.video.voices.gtts import GttsVoice

Answer = Callable[[BaseHTTPRequestHandler, str], None]


def make_mp3(seconds: float) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=24_000)
        stream.layout = "mono"
        tone = (np.sin(np.arange(int(24_000 * seconds)) / 9) * 9_000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(tone.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = 24_000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return buffer.getvalue()


def spoken_text(body: str) -> str:
    request = json.loads(urllib.parse.parse_qs(body)["f.req"][0])
    return json.loads(request[0][0][1])[0]


def well(handler: BaseHTTPRequestHandler, body: str) -> None:
    audio = base64.b64encode(make_mp3(0.02 * len(spoken_text(body)))).decode()
    text = ')]}\'\n\n[["wrb.fr","jQ1olc","[\\"' + audio + '\\"]",null]]\n'
    reply(handler, 200, text.encode())


def reply(handler: BaseHTTPRequestHandler, status: int, body: bytes, promised: int | None = None) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body) if promised is None else promised))
    handler.end_headers()
    handler.wfile.write(body)


class Server:
    """Answers each request by the next of `answers`, the last one again and again."""

    def __init__(self) -> None:
        self.answers: list[Answer] = [well]
        self.bodies: list[str] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                owner.bodies.append(body)
                answer = owner.answers.pop(0) if len(owner.answers) > 1 else owner.answers[0]
                answer(self, body)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/batchexecute"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(gtts.time, "sleep", lambda _seconds: None)
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever, daemon=True)
    thread.start()
    yield server
    server.http.shutdown()
    server.http.server_close()
    thread.join()


def voice(server: Server, **changes: object) -> GttsVoice:
    return GttsVoice(Narration(voice="gtts", endpoint=server.url, time_out_s=0.5, retries=2).model_copy(update=changes))


def test_a_phrase_is_spoken_in_requests_of_a_hundred_characters_at_most(server: Server) -> None:
    text = "This sentence is rather long, because it must be cut. " * 5
    speech = voice(server).speak(text.strip(), "en", 1.0)
    said = [spoken_text(body) for body in server.bodies]
    assert len(said) > 1
    assert max(map(len, said)) <= 100
    assert speech.rate_hz == 24_000
    assert speech.seconds == pytest.approx(0.02 * sum(map(len, said)), rel=0.2)


def test_a_busy_service_is_asked_again(server: Server) -> None:
    server.answers = [lambda h, _b: reply(h, 429, b""), lambda h, _b: reply(h, 503, b""), well]
    assert voice(server).speak("Try again.", "en", 1.0).seconds > 0
    assert len(server.bodies) == 3


def slow(handler: BaseHTTPRequestHandler, _body: str) -> None:
    threading.Event().wait(0.8)
    reply(handler, 200, b"late")


def cut(handler: BaseHTTPRequestHandler, _body: str) -> None:
    reply(handler, 200, b'[["wrb.fr","jQ1olc","[\\"AAAA', promised=5_000)


def half(handler: BaseHTTPRequestHandler, _body: str) -> None:
    reply(handler, 200, b'[["wrb.fr","jQ1olc","[\\"AAA\\"]",null]]')


def trickle(handler: BaseHTTPRequestHandler, _body: str) -> None:
    """A byte now and then: no read ever times out."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    for _ in range(50):
        handler.wfile.write(b"." * 70_000)
        handler.wfile.flush()
        threading.Event().wait(0.1)


def endless(handler: BaseHTTPRequestHandler, _body: str) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b"." * 65_536)


def cut_chunk(handler: BaseHTTPRequestHandler, _body: str) -> None:
    """Chunked, and gone before the last chunk."""
    handler.protocol_version = "HTTP/1.1"
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"1000\r\nhalf of it")
    handler.close_connection = True


def moved(handler: BaseHTTPRequestHandler, _body: str) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:1/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def test_a_wait_that_the_service_asks_for_is_kept(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(gtts.time, "sleep", waited.append)

    def busy(after: str) -> Answer:
        def answer(handler: BaseHTTPRequestHandler, _body: str) -> None:
            handler.send_response(429)
            handler.send_header("Retry-After", after)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        return answer

    server.answers = [busy("7"), busy("999"), busy("Wed, 21 Oct 2026 07:28:00 GMT"), well]
    voice(server, retries=3).speak("Hello.", "en", 1.0)
    assert waited == [7.0, 30.0, 4.0]


def test_a_phrase_is_never_sent_elsewhere_by_a_redirect(server: Server) -> None:
    server.answers = [moved]
    with pytest.raises(VoiceError) as caught:
        voice(server).speak("Hello.", "en", 1.0)
    assert caught.value.problem.code == "V303"


def test_shared_phrases_are_heard_as_loud_as_those_of_the_embedded_voice(server: Server, tmp_path: Path) -> None:
    options = Narration(voice="gtts", endpoint=server.url, time_out_s=2.0)
    shared = Phrase("hello", "Hello.", "Your bill explained in a minute.", PhraseScope.SHARED)
    personal = Phrase("amount", "€12", "Maria, it is twelve euros and forty cents.", PhraseScope.PERSONAL)
    sounds = speak_all([shared, personal], "en", options, tmp_path)
    assert [spoken_text(body) for body in server.bodies] == [shared.spoken]
    for sound in sounds:
        assert loudness_lufs(decode(sound.packets)) == pytest.approx(-16, abs=0.5)
    assert speak_all([shared, personal], "en", options, tmp_path) == sounds
    assert len(server.bodies) == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(
    "answer",
    [slow, cut, half, trickle, endless, cut_chunk, lambda h, _b: reply(h, 429, b""), lambda h, _b: reply(h, 200, b"")],
)
def test_a_voice_that_never_answers_whole_is_an_error_that_names_the_mend(server: Server, answer: Answer) -> None:
    server.answers = [answer]
    with pytest.raises(VoiceError) as caught:
        voice(server).speak("Hello.", "en", 1.0)
    assert caught.value.problem.code == "V304"
    assert "espeak" in caught.value.problem.hint
    assert len(server.bodies) == 3


def test_a_refusal_is_not_asked_again(server: Server) -> None:
    server.answers = [lambda h, _b: reply(h, 403, b"")]
    with pytest.raises(VoiceError) as caught:
        voice(server).speak("Hello.", "en", 1.0)
    assert caught.value.problem.code == "V303"
    assert len(server.bodies) == 1


def test_an_answer_that_is_no_mp3_is_an_error(server: Server) -> None:
    body = b'[["wrb.fr","jQ1olc","[\\"' + base64.b64encode(b"not sound at all") + b'\\"]",null]]'
    server.answers = [lambda h, _b: reply(h, 200, body)]
    with pytest.raises(VoiceError) as caught:
        voice(server).speak("Hello.", "en", 1.0)
    assert caught.value.problem.code == "V305"


def test_offline_the_error_says_so(server: Server) -> None:
    with pytest.raises(VoiceError) as caught:
        voice(server, endpoint="http://127.0.0.1:1/none").speak("Hello.", "en", 1.0)
    assert caught.value.problem.code == "V304"


def test_a_language_or_speed_it_does_not_have_is_refused(server: Server) -> None:
    with pytest.raises(VoiceError, match="V301"):
        voice(server).speak("text", "xx", 1.0)
    with pytest.raises(VoiceError, match="V302"):
        voice(server).speak("text", "en", 1.2)
    assert server.bodies == []
