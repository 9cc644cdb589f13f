"""The console script starts the fork server for the commands that ask for it, before they are loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine import program


@pytest.mark.parametrize(
    ("words", "started"),
    [
        (["render", "a", "--channels", "pdf, message", "--out", "o"], ["pdf, message"]),
        (["render", "a", "--channels=pdf"], ["pdf"]),
        (["render", "a", "--channels"], [""]),
        (["render", "a"], [None]),
        (["resume", "state"], [None]),
        (["audit", "state"], [None]),
        (["render", "--help"], []),
        (["check", "render"], []),
        (["--help"], []),
        ([], []),
    ],
)
def test_the_server_is_started_for_what_asks_for_it(monkeypatch, words, started):
    asked: list[str | None] = []
    monkeypatch.setattr(program, "start_server", asked.append)
    program.start_early(words)
    assert asked == started


def test_it_is_started_before_the_commands_are_loaded_and_they_run():
    script = (
        "import sys, engine.program as program\n"
        "asked = []\n"
        "program.start_server = lambda channels: asked.append((channels, 'engine.commands' in sys.modules))\n"
        "sys.argv = ['billcast', 'render', '--channels', 'pdf']\n"
        "try:\n    program.main()\n"
        "except SystemExit as end:\n    assert end.code == 2  # arguments are missing, says the command\n"
        "assert asked == [('pdf', False)], asked"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, capture_output=True).returncode == 0
