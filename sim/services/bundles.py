"""Bundles and artifacts: zip archives that come out the same, byte for byte, for the same files."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from functools import lru_cache

_DATE = (2026, 1, 1, 0, 0, 0)
"""Every file of a bundle carries this date: a clock's would make each archive another."""
_SMALL = 1_000_000
"""Bytes of files whose archive is remembered, and of an archive whose files are."""
_UNIX = 3
"""What an entry of a zip archive says of the system that made it."""
MAX_UNPACKED = 500_000_000
"""A bundle may hold so many bytes when it is unpacked."""


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip archive of {path: content}, in order of path.

    Nothing is compressed: what a compressor makes of a file depends on its version, and with it the archive's ETag.
    """
    entries = tuple(sorted(files.items()))
    small = sum(len(content) for content in files.values()) <= _SMALL
    return _packed_before(entries) if small else _packed(entries)


def _packed(entries: tuple[tuple[str, bytes], ...]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path, content in entries:
            entry = zipfile.ZipInfo(path, _DATE)
            entry.external_attr = 0o644 << 16
            entry.create_system = _UNIX  # on every machine
            archive.writestr(entry, content)
    return buffer.getvalue()


_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError)
"""What zipfile raises for bytes that are no archive, or one that is damaged or encrypted."""


def unpack(bundle: bytes) -> dict[str, bytes]:
    """{path: content} of a zip archive. Raises ValueError when it is none that can be unpacked, or too large."""
    return dict(_unpacked_before(bundle)) if len(bundle) <= _SMALL else _unpacked(bundle)


def _unpacked(bundle: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
            size = sum(entry.file_size for entry in entries)
            if size <= MAX_UNPACKED:
                return {entry.filename: archive.read(entry) for entry in entries}
    except _DAMAGE as error:
        raise ValueError(f"not a zip archive that can be unpacked: {error}") from None
    raise ValueError(f"the zip archive holds {size} bytes, more than {MAX_UNPACKED // 1_000_000} MB")


def modes(bundle: bytes) -> dict[str, int]:
    """{path: mode and type, as in `st_mode`} of those entries of a zip archive that was made on Unix."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        found = {
            entry.filename: entry.external_attr >> 16 for entry in archive.infolist() if entry.create_system == _UNIX
        }
    return {path: mode for path, mode in found.items() if mode}


_packed_before = lru_cache(maxsize=32)(_packed)
_unpacked_before = lru_cache(maxsize=32)(_unpacked)
"""Replications pack and unpack the same few files again and again."""
