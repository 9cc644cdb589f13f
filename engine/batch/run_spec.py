"""What a run is: its inputs, campaign, output and time. Kept in the ledger, so that resume needs nothing else."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from engine.model.campaign import EvidenceOptions
from engine.model.customer import Customer
from engine.storage.address import SinkAddress


class RunSpec(BaseModel):
    """All that decides what a run makes. Two runs with equal specs make the same bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    inputs: tuple[str, ...] = Field(description="Absolute paths of the inputs.")
    named: tuple[str, ...] = Field(description="The inputs as they were written, for messages.")
    input_format: str = "auto"
    campaign_dir: str
    cycle: str
    time_zone: str
    out: str
    endpoint: str | None = None
    cache_control: str
    channels: tuple[str, ...]
    customer: str | None = None
    limit: int | None = None
    now: datetime
    home: str = Field(description="Folder of the key and the caches, shared by the runs of one output.")
    input_digest: str
    campaign_digest: str
    program_digest: str
    key_id: str
    seal_id: str = Field("", description="Fingerprint of the certificate that PDFs are sealed with; empty: none are.")
    evidence: EvidenceOptions = EvidenceOptions()
    has_policy: bool = Field(False, description="Whether a policy decides who gets what: then the hour counts.")

    def address(self, *, sync: bool) -> SinkAddress:
        """Return where the objects go."""
        return SinkAddress(self.out, self.endpoint, self.cache_control, sync)

    def content_keys(self) -> ContentKeys:
        """Return what gives each record of the run the digest of all that its objects depend on.

        Of the time only the day counts, in the campaign's time zone: texts say "9 days overdue". With a policy
        the hour does too: it chooses when a message goes out.
        """
        now = self.now.astimezone(ZoneInfo(self.time_zone))
        day = f"{now:%Y-%m-%dT%H}" if self.has_policy else now.date().isoformat()
        parts = (
            self.campaign_digest,
            self.program_digest,
            ",".join(self.channels),
            self.key_id + self.seal_id,
            f"{self.out}|{self.endpoint or ''}|{self.cache_control}",
            day,
        )
        return ContentKeys("\x00".join(parts).encode() + b"\x00")

    def shown(self, place: str) -> str:
        """Return a place with the inputs' names as they were written."""
        for absolute, named in zip(self.inputs, self.named, strict=True):
            if place.startswith(absolute):
                return named + place[len(absolute) :]
        return place


class ContentKeys:
    """Digests of records together with what all of them share."""

    def __init__(self, shared: bytes) -> None:
        self._shared = hashlib.sha256(shared)

    def of(self, record: Customer | bytes) -> bytes:
        """Return the key of a customer, or of a line as it is written."""
        digest = self._shared.copy()
        digest.update(record if isinstance(record, bytes) else record.model_dump_json().encode())
        return digest.digest()


def run_name(cycle: str, inputs: tuple[str, ...], campaign_dir: str, out: str) -> str:
    """Return the folder name of a run's state: the same command gives the same name."""
    digest = hashlib.sha256("\x00".join((*inputs, campaign_dir, out)).encode()).hexdigest()
    return f"{cycle}-{digest[:10]}"


def default_home(address: SinkAddress) -> Path:
    """Return the folder that holds the state of the runs into an output: never published."""
    return (address.folder or Path.cwd()) / ".billcast"
