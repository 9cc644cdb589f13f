"""A sink in object storage, through boto3: AWS S3 or any server that speaks its protocol.

Puts are idempotent by overwriting: a key is derived from the cycle and the customer, the bytes from
the record, so a second put of a shard in flight writes the same object again. (Asking first by HEAD
would cost every object a round trip to save a few after a crash; what is recorded isn't put at all.)

Each put carries the SHA-256 of the content: the server refuses bytes damaged on the way. Objects
over 16 MiB go in parts of 8 MiB. Requests are tried five times, with exponential waits and full
jitter (botocore's `standard` mode). Memory: one artifact, plus 8 MiB a part in flight (4 at most).
"""

from __future__ import annotations

import base64
import hashlib
import io
from typing import TYPE_CHECKING, Any, NoReturn

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    TokenRetrievalError,
)
from botocore.exceptions import (
    ConnectionError as BotoConnectionError,
)

from engine.errors import StorageError
from engine.model.artifact import Artifact, StoredObject
from engine.storage.address import DEFAULT_CACHE_CONTROL, SinkAddress
from engine.storage.object_path import checked_path

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MIB = 1024 * 1024
PARTED_FROM_BYTES = 16 * MIB
ATTEMPTS = 5
_NO_LOGIN = (NoCredentialsError, PartialCredentialsError, TokenRetrievalError)
_REFUSED = {
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "InvalidToken",
    "TokenRefreshRequired",
    "AuthorizationHeaderMalformed",
    "RequestTimeTooSkewed",
}
_DAMAGED = {"BadDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch", "InvalidDigest"}
_RESUME = "`billcast resume` goes on where it stopped: what was recorded is not made again"


class S3Sink:
    """Puts objects into a bucket, below a prefix."""

    def __init__(
        self, bucket: str, prefix: str = "", *, endpoint: str | None = None, cache_control: str = DEFAULT_CACHE_CONTROL
    ) -> None:
        self._bucket = bucket
        self._prefix = prefix.strip("/")
        self._cache_control = cache_control
        self._endpoint = endpoint
        self._client = _client(endpoint)
        self._transfer = TransferConfig(
            multipart_threshold=PARTED_FROM_BYTES, multipart_chunksize=8 * MIB, max_concurrency=4
        )

    @classmethod
    def open(cls, address: SinkAddress) -> S3Sink:
        """Return the sink of s3://bucket/prefix. Raises `StorageError` (S101); nothing is sent yet."""
        bucket, _, prefix = address.rest.partition("/")
        if not bucket:
            raise StorageError("S101", "the address names no bucket", hint="write s3://bucket/prefix")
        if prefix.strip("/"):
            checked_path(prefix.strip("/"))
        return cls(bucket, prefix, endpoint=address.endpoint, cache_control=address.cache_control)

    def check(self) -> None:
        """Ask for the bucket with the credentials at hand. Raises `StorageError` (S111 to S115).

        Credentials that may put but not list pass: the first put will tell.
        """
        try:
            self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)
        except ClientError as error:
            if _code(error) not in ("AccessDenied", "AllAccessDisabled"):
                self._fail(error)
        except (BotoCoreError, ValueError) as error:
            self._fail(error)

    def put(self, path: str, artifact: Artifact) -> StoredObject:
        """Store the artifact. Raises `StorageError` (S102, S106, S111 to S115)."""
        key = self._key(path)
        headers: dict[str, Any] = {
            "ContentType": artifact.media_type,
            "CacheControl": self._cache_control,
            "Metadata": {"sha256": artifact.sha256},
        }
        try:
            if len(artifact.data) >= PARTED_FROM_BYTES:
                self._put_in_parts(key, artifact, headers)
            else:
                checksum = base64.b64encode(bytes.fromhex(artifact.sha256)).decode("ascii")
                self._client.put_object(
                    Bucket=self._bucket, Key=key, Body=artifact.data, ChecksumSHA256=checksum, **headers
                )
        except (ClientError, BotoCoreError, ValueError) as error:
            self._fail(error, path)
        return StoredObject(artifact.channel, path, artifact.media_type, len(artifact.data), artifact.sha256)

    def get(self, path: str) -> bytes:
        """Return the bytes under `path`, checked. Raises `StorageError` (S105, S106, S111 to S115)."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key(path))
            data = answer["Body"].read()
        except (ClientError, BotoCoreError, ValueError) as error:
            self._fail(error, path)
        expected = answer["Metadata"].get("sha256", "")
        if expected and hashlib.sha256(data).hexdigest() != expected:
            raise StorageError("S106", "the object's bytes differ from the checksum it was stored with", place=path)
        return data

    def url(self, path: str) -> str:
        """Return the object's address in the storage; readers use the campaign's publication address."""
        return f"s3://{self._bucket}/{self._key(path)}"

    def _key(self, path: str) -> str:
        checked_path(path)
        return f"{self._prefix}/{path}" if self._prefix else path

    def _put_in_parts(self, key: str, artifact: Artifact, headers: dict[str, Any]) -> None:
        extra = {**headers, "ChecksumAlgorithm": "SHA256"}
        try:
            self._client.upload_fileobj(
                io.BytesIO(artifact.data), self._bucket, key, ExtraArgs=extra, Config=self._transfer
            )
        except boto3.exceptions.S3UploadFailedError as error:
            cause = error.__cause__ or error.__context__
            if isinstance(cause, ClientError):
                raise cause from error
            raise BotoCoreError from error

    def _fail(self, error: Exception, place: str = "") -> NoReturn:
        raise _storage_error(error, self._bucket, self._endpoint, place) from error


def _client(endpoint: str | None) -> S3Client:
    config = Config(
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        connect_timeout=5,
        read_timeout=60,
        max_pool_connections=16,
        s3={"addressing_style": "path" if endpoint else "auto"},
    )
    try:
        session = boto3.session.Session()
        region = session.region_name or ("us-east-1" if endpoint else None)
        return session.client("s3", endpoint_url=endpoint, region_name=region, config=config)
    except (BotoCoreError, ValueError) as error:
        raise _storage_error(error, "", endpoint, "") from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _storage_error(error: Exception, bucket: str, endpoint: str | None, place: str) -> StorageError:
    """Say what a user can mend. The server's own words stay out: they may repeat keys and names."""
    if isinstance(error, ClientError):
        return _answer_error(_code(error), error.response["ResponseMetadata"].get("HTTPStatusCode", 0), bucket, place)
    if isinstance(error, _NO_LOGIN):
        return StorageError("S111", "there are no credentials for the object storage", place=place,
                            hint="set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE")  # fmt: skip
    if isinstance(error, NoRegionError):
        return StorageError("S115", "the region is not known", place=place, hint="set AWS_REGION or --s3-endpoint")
    if isinstance(error, ValueError):
        return StorageError("S101", "the endpoint or bucket name is not valid", place=place,
                            hint="an endpoint is written http://host:port")  # fmt: skip
    if isinstance(error, (HTTPClientError, BotoConnectionError)):
        return StorageError("S114", f"{endpoint or 'the object storage'} can't be reached, or broke off; "
                            f"tried {ATTEMPTS} times", place=place, hint=_RESUME)  # fmt: skip
    return StorageError("S115", f"the request failed: {type(error).__name__}", place=place, hint=_RESUME)


def _answer_error(code: str, status: int, bucket: str, place: str) -> StorageError:
    if code in _REFUSED:
        return StorageError("S112", f"the object storage refuses the credentials ({code})", place=place,
                            hint="check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the clock")  # fmt: skip
    if code == "NoSuchBucket":
        return StorageError("S113", f"the bucket `{bucket}` does not exist", place=place,
                            hint="make the bucket first, or mend the address")  # fmt: skip
    if code in ("NoSuchKey", "404"):
        return StorageError("S105", "there is no such object", place=place)
    if code in _DAMAGED:
        return StorageError("S106", "the bytes were damaged on the way", place=place, hint=_RESUME)
    if code == "AccessDenied":
        return StorageError("S115", "the credentials may not do this", place=place,
                            hint="s3:PutObject is needed; s3:ListBucket and s3:GetObject help")  # fmt: skip
    if status >= 500:
        return StorageError("S114", f"the object storage answered {status} {code}; tried {ATTEMPTS} times", place=place,
                            hint=_RESUME)  # fmt: skip
    return StorageError("S115", f"the object storage answered {status} {code}", place=place)
