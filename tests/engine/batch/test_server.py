"""The fork server starts before the program is loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["engine.batch.server", "engine.commands"])
def test_the_model_is_not_loaded_before_a_command_asks_for_it(module):
    script = f"import sys, {module}; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_started_server_is_the_one_that_workers_come_from():
    script = (
        "from multiprocessing import forkserver; from engine.batch.server import server_context, start_server\n"
        "start_server(); first = forkserver._forkserver._forkserver_pid\n"
        "process = server_context().Process(target=print); process.start(); process.join()\n"
        "assert process.exitcode == 0 and forkserver._forkserver._forkserver_pid == first"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(("channels", "has_pdf"), [("message, pdf", True), ("message", False), (None, False)])
def test_workers_of_pdfs_come_with_what_lays_them_out(channels, has_pdf):
    asked = f"import sys; sys.exit(('renderers.pdf.channel' in sys.modules) is not {has_pdf})"
    script = (
        "from engine.batch.server import server_context, start_server\n"
        f"start_server({channels!r})\n"
        f"process = server_context().Process(target=exec, args=({asked!r},)); process.start(); process.join()\n"
        "raise SystemExit(process.exitcode)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_nothing_of_the_server_is_looked_through_for_garbage_until_a_worker_is_warm():
    asked = (
        "import gc; from engine.batch.garbage import set_up_collector\n"
        "assert not gc.isenabled(); set_up_collector(('pdf',)); assert gc.isenabled()"
    )
    script = (
        "from engine.batch.server import server_context, start_server\n"
        "start_server(None)\n"
        f"process = server_context().Process(target=exec, args=({asked!r},)); process.start(); process.join()\n"
        "raise SystemExit(process.exitcode)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
