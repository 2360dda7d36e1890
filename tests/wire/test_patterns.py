"""The models' Java patterns in Python."""

from __future__ import annotations

import pytest

from sim.core.world import SERVICES
from sim.wire import models, patterns

TAG = r"^([\p{L}\p{Z}\p{N}_.:/=@+\-]*)$"


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_pattern_of_the_models_is_understood(service: str) -> None:
    model = models.service(service)
    for name in model.shape_names:
        pattern = model.shape_for(name).metadata.get("pattern")
        if pattern:
            patterns.matches(pattern, "web")
            patterns.matches(pattern, "wéb")


@pytest.mark.parametrize("text", ["", "web", "größe", "中文", "a b", "½²", "x:/=@+-._"])
def test_letters_numbers_and_spaces_of_every_script_fit_their_categories(text: str) -> None:
    assert patterns.matches(TAG, text)


@pytest.mark.parametrize("text", ["a;b", "naïve!", "😀", "é\n"])
def test_symbols_do_not_fit_them(text: str) -> None:
    assert not patterns.matches(TAG, text)


def test_a_pattern_speaks_of_the_whole_text() -> None:
    assert patterns.matches(r"[\w\.-]+", "web-app.v2")
    assert not patterns.matches(r"[\w\.-]+", "web app")


def test_a_pattern_with_one_anchor_speaks_of_that_end() -> None:
    assert patterns.matches(r"^o-[a-z]{2}", "o-abc")
    assert not patterns.matches(r"^o-[a-z]{2}$", "o-abc")


def test_word_characters_are_ascii_as_in_java() -> None:
    assert not patterns.matches(r"[\w\.-]+", "größe")


def test_two_surrogates_are_one_character() -> None:
    pattern = r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*"
    assert patterns.matches(pattern, "fleet 😀")
    assert not patterns.matches(pattern, "\x07")
