"""The certificate that a run seals with: opened before it begins, and the same one when it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from engine.batch.run_spec import RunSpec
from engine.errors import BatchError

if TYPE_CHECKING:
    from engine.signing.credential import Credential


def seal_id(environment: Mapping[str, str], now: datetime) -> str:
    """Return the fingerprint of the sealing certificate, so that a run that can't seal never begins."""
    credential = _credential(environment)
    credential.must_hold_at(now)
    return credential.id


def must_seal_alike(spec: RunSpec, environment: Mapping[str, str]) -> None:
    """Raise `BatchError` (B107) where a run would go on with another certificate."""
    if spec.seal_id and _credential(environment).id != spec.seal_id:
        raise BatchError(
            "B107", "the sealing certificate is another than when the run began", hint="set the sealing key of then"
        )


def _credential(environment: Mapping[str, str]) -> Credential:
    from engine.signing.credential import open_credential  # loads the X.509 library: for those who seal

    return open_credential(environment)
