"""The same scenario and seed give the same bytes in every process; another seed gives other luck."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import generated

ROOT = Path(__file__).parent.parent
SCENARIOS = 200
HASH_SEEDS = ("0", "1", "4242")


def digests(hash_seed: str) -> list[str]:
    command = [sys.executable, "-m", "tests.generated", "0", str(SCENARIOS)]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_two_hundred_scenarios_are_the_same_under_every_hash_seed() -> None:
    with ThreadPoolExecutor(2) as pool:
        one, *others = pool.map(digests, HASH_SEEDS)
    assert len({line.split()[1] for line in one}) == SCENARIOS, "each scenario is another"
    for other in others:
        assert other == one


@pytest.mark.parametrize("number", [3, 17])
def test_the_same_plan_run_twice_is_the_same_and_another_seed_is_not(number: int) -> None:
    assert generated.run(number, 5) == generated.run(number, 5)
    one, other = (json.loads(generated.run(number, seed)) for seed in (5, 6))
    assert one["builds"][0]["ended"] != other["builds"][0]["ended"]
