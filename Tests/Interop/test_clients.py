# The clients that most others are built on, each through the whole scenario.

import pytest
from play import play
from registry import CLIENTS


@pytest.mark.parametrize(
    "client", [each for each in CLIENTS if each.is_basic], ids=lambda each: each.name)
def test_scenario(client, binary, tmp_path):
    if not client.python.exists():
        pytest.fail(f"{client.name} is not installed: run `make python-test`.")
    outcome = play(client, binary, tmp_path / "scenario")
    if outcome.failure:
        pytest.fail(f"{client.name} {outcome.version} {outcome.failure}", pytrace=False)
