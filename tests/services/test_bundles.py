from __future__ import annotations

import hashlib
import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.services import bundles
from sim.services.bundles import pack, unpack

paths = st.text(st.characters(codec="utf-8", exclude_characters="\x00/\\"), min_size=1, max_size=8)
FILES = st.dictionaries(paths, st.binary(max_size=50), max_size=6)


@given(FILES)
def test_what_is_packed_comes_back(files: dict[str, bytes]) -> None:
    assert unpack(pack(files)) == files


@given(FILES, st.randoms(use_true_random=False))
def test_the_same_files_make_the_same_bytes_in_whatever_order(files: dict[str, bytes], luck: object) -> None:
    names = list(files)
    luck.shuffle(names)  # type: ignore[attr-defined]
    assert pack({name: files[name] for name in names}) == pack(files)


def test_the_bytes_are_the_same_on_every_machine() -> None:
    bundle = pack({"b/two.txt": b"two" * 100, "one.txt": b"one"})
    assert hashlib.md5(bundle, usedforsecurity=False).hexdigest() == "4630b52c29446f8e6a15d4b43b8b4af8"


def test_others_can_open_it() -> None:
    with zipfile.ZipFile(io.BytesIO(pack({"a/b.txt": b"x"}))) as archive:
        (entry,) = archive.infolist()
    assert (entry.filename, entry.date_time, entry.external_attr >> 16) == ("a/b.txt", (2026, 1, 1, 0, 0, 0), 0o644)


def test_archives_of_others_can_be_opened_and_folders_are_no_files() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/", b"")
        archive.writestr("a/b.txt", b"x" * 1000)
    assert unpack(buffer.getvalue()) == {"a/b.txt": b"x" * 1000}


@given(st.binary(max_size=200))
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a zip archive"):
        unpack(content)


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_archive_is_read_or_refused(position: int, value: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"hello " * 20)
        archive.writestr("b.txt", b"world")
    damaged = bytearray(buffer.getvalue())
    damaged[position % len(damaged)] = value
    with suppress(ValueError):
        assert isinstance(unpack(bytes(damaged)), dict)


def test_a_bomb_does_not_go_off(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 3_000_000)
    monkeypatch.setattr(bundles, "MAX_UNPACKED", 2_000_000)
    with pytest.raises(ValueError, match="holds 3000000 bytes, more than 2 MB"):
        unpack(buffer.getvalue())


def test_an_archive_that_was_packed_before_is_the_same_and_another_is_not() -> None:
    files = {"b.txt": b"two", "a.txt": b"one"}
    first = pack(files)
    assert pack({"a.txt": b"one", "b.txt": b"two"}) == first
    files["a.txt"] = b"changed"
    assert unpack(pack(files)) == {"a.txt": b"changed", "b.txt": b"two"}
    large = {"a.bin": b"x" * 2_000_000}
    assert unpack(pack(large)) == large
