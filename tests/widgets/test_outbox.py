"""The outbox: the mails up to the moment that the clock shows."""

from sim.widgets import Flight, Outbox
from sim.widgets.outbox import laid_out


def test_mails_come_when_their_time_comes() -> None:
    flight = Flight("approval-given")
    outbox = Outbox(flight)
    assert outbox.addresses() == ["approver@example.com", "manager@example.com"]
    assert outbox.mails() == []
    flight.clock.seek(140_796)
    (asked,) = outbox.mails()
    assert (asked.at, asked.to, asked.topic) == (140_796, "approver@example.com", "web-approvals")
    assert asked.subject.startswith("APPROVAL NEEDED")
    assert '\n    "customData": "Is the website ready for its readers?"' in asked.text
    flight.clock.seek(140_795)
    assert outbox.mails() == []


def test_mails_of_one_person_at_any_moment() -> None:
    flight = Flight("approval-given")
    outbox = Outbox(flight)
    ended = flight.clock.duration
    assert [mail.to for mail in outbox.mails(at=ended)] == outbox.addresses()
    (mine,) = outbox.mails("manager@example.com", at=ended)
    assert "was released" in mine.text


def test_an_intervention_changes_the_mails() -> None:
    flight = Flight("first-release")
    outbox = Outbox(flight)
    assert "was released" in outbox.mails(at=flight.clock.duration)[0].text
    flight.inject("30s", {"command": "npm test", "fails": True})
    assert "NOT released" in outbox.mails(at=flight.clock.duration)[0].text


def test_only_documents_are_laid_out() -> None:
    assert laid_out('{"a": 1}') == '{\n  "a": 1\n}'
    assert laid_out('"words"') == '"words"'
    assert laid_out("{no document") == "{no document"


def test_the_view_follows_the_clock_of_the_boards() -> None:
    flight = Flight("first-release")
    assert flight.outbox().clock is flight.clock_view()
    assert flight.outbox() in flight.board().children
