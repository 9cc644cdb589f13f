"""`billcast verify` and `billcast stamp` after a run with worker processes, as a user meets them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests import pki
from tests.engine.conftest import customer
from tests.time_authority import Authority, running


def call(cycle, *command) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=cycle.environment, check=False, capture_output=True, text=True, cwd=cycle.root)


@pytest.fixture
def authority():
    with running(Authority()) as one:
        yield one


@pytest.fixture
def stamped_cycle(mini_cycle, authority):
    """A cycle of three customers whose campaign names the authority; not rendered yet."""
    (mini_cycle.root / "root.pem").write_text(pki.authority()[1].chain_pem)
    (mini_cycle.campaign / "root.pem").write_text(pki.authority()[1].chain_pem)
    toml = mini_cycle.campaign / "campaign.toml"
    evidence = f'\n[evidence]\ntsa_url = "{authority.url}"\ntrust = "root.pem"\ntime_out_s = 5\n'
    toml.write_text(toml.read_text() + evidence)
    mini_cycle.write(*(customer(f"C-{number}") for number in range(3)))
    return mini_cycle


def render(cycle):
    return call(cycle, *cycle.render_command("--state", cycle.root / "state"))


def verify(cycle, document: Path, *more: object):
    manifest = cycle.root / "state/manifest.jsonl"
    return call(cycle, *cycle.command("verify", document, "--manifest", manifest, *more))


def a_document(cycle) -> Path:
    return min(cycle.out.glob("2026-10/*/bill.txt"))


def test_a_run_is_stamped_once_and_each_document_proven(stamped_cycle, authority):
    ended = render(stamped_cycle)
    assert ended.returncode == 0, ended.stderr
    assert "evidence: stamped 2026-11-06 09:00:05 UTC by Test Time" in ended.stderr
    assert len(authority.requests) == 1
    for document in stamped_cycle.out.glob("2026-10/*/*"):
        proven = verify(stamped_cycle, document, "--trust", stamped_cycle.root / "root.pem")
        assert proven.returncode == 0, proven.stdout
        assert proven.stdout.endswith("\nproven\n")
        by_name = verify(stamped_cycle, document)  # anybody can make a key and a certificate of that name
        assert by_name.returncode == 0
        assert by_name.stdout.endswith("\nproven, if the certificates that were not checked are whose they say\n")
    again = render(stamped_cycle)  # nothing changed: the same root, the stamp that is there
    assert "evidence: stamped" in again.stderr
    assert len(authority.requests) == 1


def test_a_changed_file_and_a_changed_line_are_disproved(stamped_cycle):
    render(stamped_cycle)
    document = a_document(stamped_cycle)
    document.write_bytes(document.read_bytes() + b" ")
    changed = verify(stamped_cycle, document)
    assert changed.returncode == 3
    assert "E120" in changed.stdout
    assert "DISPROVED" in changed.stdout


def test_an_authority_that_is_down_costs_a_warning_and_is_asked_again(stamped_cycle, authority):
    authority.http_status = 503
    ended = render(stamped_cycle)
    assert ended.returncode == 0
    assert "warning: no time stamp yet (E110" in ended.stderr
    assert "billcast stamp" in ended.stderr
    unstamped = verify(stamped_cycle, a_document(stamped_cycle))
    assert unstamped.returncode == 4
    assert "E127" in unstamped.stdout
    stamp = stamped_cycle.command("stamp", stamped_cycle.root / "state")
    refused = call(stamped_cycle, *stamp)
    assert refused.returncode == 1
    assert "E110" in refused.stderr
    authority.http_status = 200
    assert call(stamped_cycle, *stamp).returncode == 0
    assert verify(stamped_cycle, a_document(stamped_cycle)).returncode == 0


def test_a_run_that_was_not_to_be_stamped_can_be_stamped_later(mini_cycle, authority):
    mini_cycle.write(customer("C-1"), customer("C-2"))
    render(mini_cycle)
    assert not (mini_cycle.root / "state/evidence").exists()
    assert verify(mini_cycle, a_document(mini_cycle)).returncode == 1  # the manifest has no paths
    stamp = mini_cycle.command("stamp", mini_cycle.root / "state")
    unnamed = call(mini_cycle, *stamp)
    assert (unnamed.returncode, "E113" in unnamed.stderr) == (1, True)
    done = call(mini_cycle, *stamp, "--tsa-url", authority.url)
    assert done.returncode == 0, done.stderr
    assert verify(mini_cycle, a_document(mini_cycle)).returncode == 0


def test_a_later_run_keeps_the_stamped_manifest_of_the_earlier(stamped_cycle):
    render(stamped_cycle)
    old = (stamped_cycle.root / "state/manifest.jsonl").read_bytes()
    document = a_document(stamped_cycle)
    content = document.read_bytes()
    stamped_cycle.write(*(customer(f"C-{number}", amount="55.00") for number in range(3)))
    render(stamped_cycle)
    assert verify(stamped_cycle, document).returncode == 0  # as it is now
    (kept,) = (stamped_cycle.root / "state/evidence").glob("*.jsonl")
    assert kept.read_bytes() == old
    (stamped_cycle.root / "earlier.txt").write_bytes(content)
    proven = call(
        stamped_cycle, *stamped_cycle.command("verify", stamped_cycle.root / "earlier.txt", "--manifest", kept)
    )
    assert proven.returncode == 0, proven.stdout


def test_a_record_is_written_and_proves_by_itself(stamped_cycle):
    render(stamped_cycle)
    document, record = a_document(stamped_cycle), stamped_cycle.root / "bill.ers"
    assert verify(stamped_cycle, document, "--write-record", record).returncode == 0
    trust = ("--trust", stamped_cycle.root / "root.pem")
    proven = call(stamped_cycle, *stamped_cycle.command("verify", document, "--record", record, *trust))
    assert proven.returncode == 0, proven.stdout
    assert call(stamped_cycle, *stamped_cycle.command("verify", document)).returncode == 1  # nothing to go by


def test_a_campaign_that_seals_without_a_key_never_begins(mini_cycle):
    toml = mini_cycle.campaign / "campaign.toml"
    toml.write_text(toml.read_text().replace('channels = ["cheap"]', 'channels = ["pdf"]') + "\n[pdf]\nseal = true\n")
    mini_cycle.write(customer("C-1"))
    ended = render(mini_cycle)
    assert ended.returncode == 1
    assert "E101" in ended.stderr
    assert not (mini_cycle.root / "state").exists()
    old = pki.issue("Old seal", last=pki.FROM.replace(year=2021))
    mini_cycle.environment.update(old.pem_environment())
    assert "E105" in render(mini_cycle).stderr
