"""A billing job that calls Billcast as a library.

    python docs/examples/billing_job.py RECORDS OUT

One customer is tried in memory first. If that is done, the whole cycle is rendered into OUT, and what
the sender needs is printed: where links.csv lies, and which records were set aside.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from engine import Customer, RunReport, render_one, run_cycle
from engine.batch.keyfile import new_key
from engine.payment.keyring import Keyring

CAMPAIGN = Path(__file__).resolve().parents[2] / "templates" / "bill-explainer"
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)  # a job of one's own takes datetime.now(UTC)
CHANNELS = ("message",)  # quick; pdf, video and microsite are asked for in the same way


def try_one(line: str) -> dict[str, bytes]:
    """Return what one customer would get, by name of the object. Nothing is written."""
    customer = Customer.model_validate_json(line)
    keys = Keyring.from_base64(new_key())  # for a trial: the links made with it lead nowhere
    result = render_one(customer, CAMPAIGN, keys=keys, now=NOW, channels=CHANNELS)
    return {artifact.name: artifact.data for artifact in result.artifacts}


def run(records: Path, out: Path) -> RunReport:
    """Render the cycle. Call it again after a crash: it goes on where it was."""
    return run_cycle([records], CAMPAIGN, out, channels=CHANNELS, now=NOW)


def main(records: Path, out: Path) -> int:
    """Try the first record, render all, say what is left to do; return the exit code of the run."""
    with records.open(encoding="utf-8") as lines:
        trial = try_one(next(lines))
    print(f"the trial made {', '.join(sorted(trial))}")
    report = run(records, out)
    print(f"cycle {report.cycle}: " + ", ".join(f"{n} {status.value}" for status, n in report.counts.items()))
    print(f"for the sender: {report.state_dir / 'links.csv' if report.state_dir else 'nothing'}")
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
