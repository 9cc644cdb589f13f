"""The process's options, from the environment: frozen, each with its unit and a sentence.

What a campaign says stands in `engine.model.campaign`; what one run says are flags of the command.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from engine.errors import BatchError, nearest

PREFIX = "BILLCAST_"


class Settings(BaseModel):
    """Options of a process. The environment name of `shard_size` is BILLCAST_SHARD_SIZE, and so on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: SecretStr | None = Field(
        default=None, description="The campaign's secret: 32 bytes in base64. Names, pay links and page keys follow."
    )
    seal_p12: str | None = Field(default=None, description="PKCS#12 file with the key, certificate and chain of seals.")
    seal_password: SecretStr | None = Field(default=None, description="Password of the sealing key.")
    seal_key: SecretStr | None = Field(default=None, description="The sealing key as PEM text, in place of the file.")
    seal_certificates: str | None = Field(
        default=None, description="PEM text: the certificate of `seal_key`, then its chain."
    )
    workers: int = Field(default=0, ge=0, le=1024, description="Worker processes; 0: one a processor.")
    shard_size: int = Field(default=200, ge=1, le=10_000, description="Customers handed to a worker at a time.")
    time_limit_s: float = Field(default=600.0, gt=0, description="Seconds one customer may take, else it is set aside.")
    report_every_s: float = Field(default=0.5, ge=0, le=60, description="Seconds between a worker's reports.")
    sync: bool = Field(default=True, description="Force local files to the disk before they count as stored.")
    s3_endpoint: str | None = Field(default=None, description="Object storage endpoint; none: the usual AWS settings.")
    native: bool = Field(default=True, description="Use the native kernels that were built; 0: Python does all.")
    audit_browser: bool = Field(default=False, description="Have audits play their videos in Chromium, and seek.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least level that is written to run.log."
    )

    @property
    def worker_count(self) -> int:
        """Worker processes to start."""
        return self.workers or os.cpu_count() or 1


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of the environment. Raises `BatchError` (B101).

    A name that is nearly one of ours is an error; other BILLCAST_ names belong to tests and plug-ins.
    """
    source = os.environ if environment is None else environment
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    values: dict[str, Any] = {}
    for name, value in source.items():
        if name in known:
            if value:
                values[known[name]] = value
        elif name.startswith(PREFIX):
            meant = nearest(name.removeprefix(PREFIX), [key.removeprefix(PREFIX) for key in known])
            if meant:
                raise BatchError("B101", f"the setting {name} is not known", hint=f"did you mean {PREFIX}{meant}?")
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise BatchError("B101", f"the setting {name} is not valid: {first['msg']}") from error
