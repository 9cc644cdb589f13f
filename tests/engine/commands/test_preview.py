"""The command: what it refuses before it serves, what it prints, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.commands import app
from engine.errors import BatchError, MissingPartError
from engine.resources import resource_dir

PROJECT = Path(__file__).resolve().parents[3]
SAMPLES = PROJECT / "samples" / "customers.jsonl"
TEMPLATES = resource_dir("templates") / "bill-explainer"


def refused(*more: str) -> BaseException:
    result = CliRunner().invoke(app, ["preview", str(SAMPLES), "--campaign", str(TEMPLATES), *more])
    assert result.exception is not None
    return result.exception


def test_a_key_that_nobody_bears_is_refused_at_once():
    error = refused("--customer", "NOBODY")
    assert isinstance(error, BatchError)
    assert error.problem.code == "B102"


def test_a_port_that_is_taken_is_refused():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        error = refused("--port", str(other.getsockname()[1]))
    assert isinstance(error, BatchError)
    assert error.problem.code == "W101"


def test_a_missing_package_comes_with_the_line_that_installs_it(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("engine.preview.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "starlette.applications", None)
    error = refused()
    assert isinstance(error, MissingPartError)
    assert "billcast[preview]" in error.problem.hint


def test_the_command_line_loads_no_server():
    code = "import sys, engine.commands; print({'starlette', 'uvicorn', 'watchfiles'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_this_machine_and_leaves_nothing_behind(tmp_path, ending):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BILLCAST_")}
    command = [sys.executable, "-c", "from engine.commands import main; main()", "preview", str(SAMPLES),
               "--campaign", str(TEMPLATES), "--port", "0"]  # fmt: skip
    running = subprocess.Popen(
        command, cwd=PROJECT, env={**environment, "TMPDIR": str(tmp_path)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert running.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:\d+/([\w-]{32})/", running.stdout.readline())
    assert found
    address = found[0]
    assert urllib.request.urlopen(address).status == 200
    with pytest.raises(urllib.error.HTTPError, match="404") as refused:
        urllib.request.urlopen(address.replace(found[1], "x" * 32))
    refused.value.close()
    stream = urllib.request.urlopen(address + "events")
    assert stream.readline().startswith(b"event: generation")
    running.send_signal(ending)
    output, errors = running.communicate(timeout=30)
    stream.close()
    assert running.returncode == 0
    assert "Traceback" not in output + errors
    assert "Maria" not in output + errors
    assert list(tmp_path.iterdir()) == []
