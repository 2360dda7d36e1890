"""Bundles and artifacts: zip archives that come out the same, byte for byte, for the same files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_DATE = (2026, 1, 1, 0, 0, 0)
"""Every file of a bundle carries this date: a clock's would make each archive another."""


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip archive of {path: content}, in order of path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # Unix, on every machine
            archive.writestr(entry, files[path])
    return buffer.getvalue()


def unpack(bundle: bytes) -> dict[str, bytes]:
    """{path: content} of a zip archive. Raises ValueError when it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
    except zipfile.BadZipFile as error:
        raise ValueError(f"not a zip archive: {error}") from None
