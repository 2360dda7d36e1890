"""Tables: the documented columns, and the same figures as the result."""

import pytest

from sim import Cloud, run
from sim.analysis.tables import COLUMNS


@pytest.fixture(scope="module")
def cloud() -> Cloud:
    return run("validate-fails-rollback")


@pytest.mark.parametrize("name", COLUMNS)
def test_every_table_has_the_documented_columns_and_rows(cloud: Cloud, name: str) -> None:
    table = getattr(cloud.tables, name)
    assert list(table.columns) == list(COLUMNS[name])
    assert len(table) > 0


@pytest.mark.parametrize("name", COLUMNS)
def test_a_world_in_which_nothing_happened_has_empty_tables(name: str) -> None:
    assert len(getattr(Cloud().tables, name)) == 0


def test_deployments_add_up(cloud: Cloud) -> None:
    deployments = cloud.tables.deployments
    assert list(deployments.status) == ["Failed", "Succeeded"]
    assert list(deployments.creator) == ["user", "codeDeployRollback"]
    assert (deployments.succeeded + deployments.failed + deployments.skipped == 3).all()
    assert deployments.duration.equals((deployments.ended - deployments.started).round(3))


def test_the_failed_event_says_why(cloud: Cloud) -> None:
    events = cloud.tables.lifecycle_events
    (failed,) = events[events.status == "Failed"].itertuples()
    assert (failed.event, failed.error) == ("ValidateService", "ScriptFailed")
    assert "exit code 22" in failed.message


def test_an_unknown_table_names_those_there_are(cloud: Cloud) -> None:
    with pytest.raises(AttributeError, match=r"there is no table 'instances'; there are executions, actions"):
        cloud.tables.instances  # noqa: B018
    assert "deployments" in dir(cloud.tables)
