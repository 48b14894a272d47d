"""Keys that sign what the log says of itself: Ed25519, each vouched for by the one before it.

`keys.jsonl` has every public key since the log began; the private one in use is a file of its own
(`key.pem`), or stands outside the data folder.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from plexihub_sdk.errors import InputError, StartupError

KEY = "key.pem"
KEYS = "keys.jsonl"
_PREFIX = "ed25519:"


class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that signed, from some record on.

    Args:
        log: Which log: a random name that it got when it began.
        public: The key, as `plexihub audit key` prints it.
        since: Number of the last record before it was used.
        time: When that was.
        by: Id of the key before it, where there was one.
        signature: Made with that key; empty where it was not at hand, as after a restore.
    """

    log: str
    public: str
    since: int = 0
    time: str = ""
    by: str = ""
    signature: str = ""

    @property
    def id(self) -> str:
        """Its id."""
        return key_id(self.public)

    def claim(self) -> bytes:
        """Answer what the key before it signs."""
        return (
            f"plexihub audit key 1\n{self.log}\n{self.public}\n{self.since}\n{self.by}\n".encode()
        )


class Signer:
    """A private key, in memory.

    Args:
        private: The key.
    """

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public = _PREFIX + base64.b64encode(raw).decode()

    @property
    def id(self) -> str:
        """Id of its public key."""
        return key_id(self.public)

    def sign(self, text: bytes) -> str:
        """Sign a text."""
        return base64.b64encode(self._private.sign(text)).decode()

    def pem(self) -> bytes:
        """Write the private key."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def key_id(public: str) -> str:
    """Tell the id of a public key: 16 hexadecimal digits."""
    return hashlib.sha256(public.encode()).hexdigest()[:16]


def make_signer() -> Signer:
    """Make a new key."""
    return Signer(Ed25519PrivateKey.generate())


def read_signer(pem: bytes, where: str) -> Signer:
    """Read a private key.

    Raises:
        StartupError: It is none of Ed25519.
    """
    try:
        private = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise StartupError(
            "The key of the audit log is no private Ed25519 key in PEM form.",
            where=where,
            next="Make one with: openssl genpkey -algorithm ed25519",
        )
    return Signer(private)


def own_signer(folder: Path) -> Signer:
    """Read the key that is kept beside the log, or make it.

    Raises:
        StartupError: It is damaged, or cannot be read.
    """
    path = folder / KEY
    try:
        return read_signer(path.read_bytes(), str(path))
    except FileNotFoundError:
        signer = make_signer()
        write_private(path, signer)
        return signer
    except OSError as error:
        raise StartupError(
            f"The key of the audit log cannot be read: {error.strerror}.", where=str(path)
        ) from error


def write_private(path: Path, signer: Signer) -> None:
    """Keep a private key where only this user reads it, in one step."""
    fresh = path.with_name(f"{path.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - it is a descriptor
        file.write(signer.pem())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def is_signed(public: str, text: bytes, signature: str) -> bool:
    """Tell whether a text was signed with a key."""
    try:
        raw = base64.b64decode(public.removeprefix(_PREFIX), validate=True)
        Ed25519PublicKey.from_public_bytes(raw).verify(
            base64.b64decode(signature, validate=True), text
        )
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def read_public(text: str) -> str:
    """Read a public key that somebody typed, or the file that has it.

    Raises:
        InputError: It is none.
    """
    text = text.strip()
    if not text.startswith(_PREFIX) and Path(text).is_file():
        text = Path(text).read_text(encoding="utf-8", errors="replace").strip()
    try:
        if len(base64.b64decode(text.removeprefix(_PREFIX), validate=True)) == 32:  # noqa: PLR2004
            return _PREFIX + text.removeprefix(_PREFIX)
    except (ValueError, binascii.Error):
        pass
    raise InputError(
        "This is no public key of an audit log.",
        where="--key",
        next="`plexihub audit key` prints it: ed25519: and 44 characters.",
    )


def read_keys(folder: Path) -> list[PublicKey]:
    """List the public keys of a log, the oldest first; a line that is none ends the list."""
    try:
        lines = (folder / KEYS).read_bytes().splitlines()
        return [msgspec.json.decode(line, type=PublicKey) for line in lines]
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return []


def vouched(keys: list[PublicKey], trusted: str) -> frozenset[str]:
    """Answer the ids of the keys that a trusted one vouches for, itself included."""
    found = {key_id(trusted)}
    publics = {one.id: one.public for one in keys} | {key_id(trusted): trusted}
    for key in keys:
        if key.by in found and is_signed(publics[key.by], key.claim(), key.signature):
            found.add(key.id)
    return frozenset(found)
