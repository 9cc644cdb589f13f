"""CPU time of a QR symbol with the best of its eight masks: segno against this project, in turn, fresh payloads.

Run: python benchmarks/bench_qr.py. The last line is JSON. Payloads are bank codes (EPC) and signed pay links as
compose makes them, and text for versions around 5, 10 and 15. With BILLCAST_NATIVE=0 it measures planes in
place of the kernel. What didn't help these: a plane for each whole byte
(half the XORs, but its tables leave the processor's cache), one integer a mask (the same time as all eight in one),
giving up a mask early (the bounds known before the last rule are too weak), adding up the bits of all rules by
full adders before they are counted (as much work as two counts that it saves), counting by slices of bytes.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import segno

from engine.model.campaign import PaymentOptions
from engine.model.money import Money
from engine.payment.epc import epc_payload
from engine.payment.keyring import Keyring
from engine.payment.link import PaymentRequest, pay_link, request_reference
from engine.payment.qr import qr_code

COUNT, PEER_COUNT, ROUNDS = 400, 12, 7
KEYS = Keyring.from_secret(bytes(range(32)))
OPTIONS = PaymentOptions(base_url="https://pay.northlight.example/b", allowed_hosts=("pay.northlight.example",))
EXPIRES = datetime(2026, 12, 24, 22, 59, 59, tzinfo=UTC)
TEXT = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


def bank_code(dice: Random) -> bytes:
    """Return a bank code with another amount and bill number each time."""
    amount = Money(amount=Decimal(dice.randint(1000, 99999)) / 100, currency="EUR")
    return epc_payload("Northlight Energy", "DE89370400440532013000", amount,
                       reference=f"NL-2026-10-{dice.randrange(10**6):06d}")  # fmt: skip


def link(dice: Random) -> bytes:
    """Return a signed pay link of another customer each time."""
    reference = request_reference(f"C-{dice.randrange(10**8)}", ["1"], KEYS)
    amount = Money(amount=Decimal(dice.randint(1000, 99999)) / 100, currency="EUR")
    return pay_link(PaymentRequest(reference, amount, EXPIRES), OPTIONS, KEYS).encode("ascii")


def text(size: int) -> Callable[[Random], bytes]:
    """Return a maker of random text of `size` characters."""
    return lambda dice: bytes(dice.choice(TEXT) for _ in range(size))


def cpu_ms(work: Callable[[bytes], object], payloads: list[bytes]) -> float:
    """Return the CPU time of one, in milliseconds."""
    started = time.process_time()
    for payload in payloads:
        work(payload)
    return (time.process_time() - started) * 1000 / len(payloads)


def by_segno(payload: bytes) -> object:
    """Make the symbol as segno does, its modules as plain rows."""
    symbol = segno.make(payload, micro=False, error="m", mode="byte", boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in symbol.matrix)


def main() -> None:
    """Print the figures."""
    figures: dict[str, float | str] = {"benchmark": "qr"}
    cases = {"epc": bank_code, "link": link, "v5": text(84), "v10": text(213), "v15": text(412)}
    for name, make in cases.items():
        dice = Random(name)
        started = time.process_time()
        version = (len(qr_code(make(dice), "link").rows) - 17) // 4
        first = (time.process_time() - started) * 1000
        theirs, ours = [], []
        for _ in range(ROUNDS):
            theirs.append(cpu_ms(by_segno, [make(dice) for _ in range(PEER_COUNT)]))
            ours.append(cpu_ms(lambda payload: qr_code(payload, "link"), [make(dice) for _ in range(COUNT)]))
        peer, own = statistics.median(theirs), statistics.median(ours)
        print(f"{name}, version {version}: segno {peer:.2f} ms, ours {own:.4f} ms, {peer / own:.0f} times faster; "
              f"the first one {first:.0f} ms")  # fmt: skip
        figures |= {f"{name}_segno_ms": round(peer, 3), f"{name}_ms": round(own, 4), f"{name}_ratio": round(peer / own)}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
