"""Which arm of an experiment a customer is in: the same in every process, at any time."""

from __future__ import annotations

from hashlib import blake2b

from engine.model.policy.experiment import Experiment


def arm_of(key: str, experiment: Experiment) -> str:
    """Return the arm of the customer `key`: `control`, a variant's name or `treated`; empty without an experiment.

    A hash of name, seed and key decides, so that experiments of other names are independent of each other,
    and a customer's arm never depends on the record or on who else takes part. Raising `control_percent`
    only moves customers into the control group.
    """
    if not experiment.name:
        return ""
    drawn = _draw(experiment.name, experiment.seed, key)
    return next(name for name, bound in experiment.bounds if drawn < bound)


def _draw(name: str, seed: int, key: str) -> int:
    """Return a number from 0 to 2**64 - 1. The name's length keeps (`a`, `1:b`) and (`a:1`, `b`) apart."""
    named = name.encode()
    text = b"%d:%b%d:%b" % (len(named), named, seed, key.encode())
    return int.from_bytes(blake2b(text, digest_size=8, person=b"billcast-arm").digest(), "big")
