import pytest

from converter import __version__, create_app, fahrenheit


@pytest.fixture
def client():
    return create_app().test_client()


@pytest.mark.parametrize(("celsius", "expected"), [(0, 32), (100, 212), (-40, -40), (21.5, 70.7)])
def test_known_temperatures(celsius, expected):
    assert fahrenheit(celsius) == expected


def test_nothing_is_colder_than_absolute_zero():
    with pytest.raises(ValueError, match="absolute zero"):
        fahrenheit(-300)


def test_the_service_converts(client):
    answer = client.get("/fahrenheit/21.5")
    assert answer.status_code == 200
    assert answer.json == {"celsius": 21.5, "fahrenheit": 70.7}


@pytest.mark.parametrize("wrong", ["warm", "-300", "nan"])
def test_what_is_no_temperature_is_refused(client, wrong):
    assert client.get(f"/fahrenheit/{wrong}").status_code == 400


def test_the_service_tells_its_version(client):
    assert client.get("/health").json == {"status": "ok", "version": __version__}
