"""`billcast render` and `billcast resume` as a user meets them."""

from __future__ import annotations

import csv
import json
import subprocess

import pytest

from engine.commands.options import instant
from engine.errors import BatchError
from tests.engine.conftest import customer


def call(cycle, *command, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in cycle.environment.items() if environment.get(name) != ""}
    known |= {name: value for name, value in environment.items() if value}
    return subprocess.run(command, env=known, check=False, capture_output=True, text=True, cwd=cycle.root)


def state_of(cycle):
    return next(path for path in (cycle.out / ".billcast").iterdir() if path.name.startswith("2026-10-"))


def test_a_cycle_is_rendered_with_manifest_links_and_quarantine(mini_cycle):
    mini_cycle.write(customer("C-1"), "{broken", customer("C-3"))
    ended = call(mini_cycle, *mini_cycle.render_command())
    assert ended.returncode == 3, ended.stderr
    assert "2 done, 0 suppressed, 1 quarantined, 0 failed" in ended.stderr
    assert "quarantine.jsonl" in ended.stderr
    state = state_of(mini_cycle)
    manifest = [json.loads(line) for line in (state / "manifest.jsonl").read_text().splitlines()]
    assert [line["status"] for line in manifest] == ["done", "quarantined", "done"]
    for artifact in manifest[0]["artifacts"]:
        assert (mini_cycle.out / artifact["path"]).stat().st_size == artifact["size_bytes"]
    with (state / "links.csv").open(newline="") as file:
        links = list(csv.DictReader(file))
    assert [row["key"] for row in links] == ["C-1", "C-3"]
    assert links[0]["pay_url"].startswith("https://pay.northlight.example/")


def test_all_well_is_exit_code_0(mini_cycle):
    mini_cycle.write(customer("C-1"))
    assert call(mini_cycle, *mini_cycle.render_command()).returncode == 0


def test_a_broken_run_is_exit_code_1_with_code_fact_and_hint(mini_cycle):
    mini_cycle.write(customer("C-1"))
    (mini_cycle.root / "out").write_text("I am a file")
    ended = call(mini_cycle, *mini_cycle.render_command())
    assert ended.returncode == 1
    assert "S104" in ended.stderr
    assert "hint:" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_no_name_account_or_amount_is_printed_or_logged(mini_cycle):
    mini_cycle.write(customer("C-1", amount="4711.17"), customer("FAILS", amount="4711.17"), customer("BUG"))
    ended = call(mini_cycle, *mini_cycle.render_command())
    log = (state_of(mini_cycle) / "run.log").read_text()
    assert "key=FAILS" in log
    assert "key=BUG" in log
    for secret in ("Private", "Ada", "4711", "DE89370400440532013000"):
        assert secret not in ended.stderr + ended.stdout + log


def test_no_customers_key_stands_in_a_path(mini_cycle):
    mini_cycle.write(customer("VERY-PRIVATE-KEY"))
    call(mini_cycle, *mini_cycle.render_command())
    paths = [str(path.relative_to(mini_cycle.out)) for path in mini_cycle.out.rglob("*")]
    assert len(paths) > 4
    assert not [path for path in paths if "VERY-PRIVATE-KEY" in path]


def test_a_key_is_made_once_and_said_so(mini_cycle):
    mini_cycle.write(customer("C-1"))
    first = call(mini_cycle, *mini_cycle.render_command(), BILLCAST_KEY="")
    assert "new key made in" in first.stderr
    assert (mini_cycle.out / ".billcast/key").stat().st_mode & 0o777 == 0o600
    pages = sorted(mini_cycle.out.glob("2026-10/*"))
    second = call(mini_cycle, *mini_cycle.render_command(), BILLCAST_KEY="")
    assert "new key made" not in second.stderr
    assert sorted(mini_cycle.out.glob("2026-10/*")) == pages


def test_the_same_command_again_makes_nothing(mini_cycle):
    mini_cycle.write(customer("C-1"), customer("C-2"))
    call(mini_cycle, *mini_cycle.render_command())
    mini_cycle.forget()
    ended = call(mini_cycle, *mini_cycle.render_command())
    assert "(2 unchanged)" in ended.stderr
    assert mini_cycle.filled() == []


def test_resume_needs_the_state_folder_only(mini_cycle, tmp_path):
    mini_cycle.write(customer("C-1"))
    call(mini_cycle, *mini_cycle.render_command())
    ended = call(mini_cycle, *mini_cycle.command("resume", "--state", state_of(mini_cycle)))
    assert ended.returncode == 0, ended.stderr
    assert "1 done" in ended.stderr


def test_resume_of_an_empty_folder_says_where_to_look(mini_cycle):
    ended = call(mini_cycle, *mini_cycle.command("resume", "--state", mini_cycle.root))
    assert ended.returncode == 1
    assert "B104" in ended.stderr


def test_a_dry_run_leaves_nothing(mini_cycle):
    mini_cycle.write(customer("C-1"))
    ended = call(mini_cycle, *mini_cycle.render_command("--dry-run"))
    assert ended.returncode == 0, ended.stderr
    assert "dry run: nothing was made or stored" in ended.stderr
    assert not mini_cycle.out.exists()


def test_an_unknown_channel_names_the_nearest(mini_cycle):
    mini_cycle.write(customer("C-1"))
    ended = call(mini_cycle, *mini_cycle.render_command("--channels", "cheap,mesage"))
    assert ended.returncode == 1
    assert "did you mean `message`?" in ended.stderr


def test_a_customer_that_is_not_there_is_an_error(mini_cycle):
    mini_cycle.write(customer("C-1"))
    ended = call(mini_cycle, *mini_cycle.render_command("--customer", "C-9"))
    assert ended.returncode == 1
    assert "B102" in ended.stderr


@pytest.mark.parametrize("text", ["yesterday", "2026-11-06", "2026-11-06T08:00:00"])
def test_a_time_needs_its_offset(text):
    with pytest.raises(BatchError) as raised:
        instant(text)
    assert raised.value.problem.code == "B101"
