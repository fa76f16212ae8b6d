# That no scenario of the official suite is forgotten: each has a test of its name, or a reason.

import pathlib
import re

from scenarios import CHECKS, CHECKS_NOT_OURS, NOT_OURS, SCENARIOS

HERE = pathlib.Path(__file__).parent
TEXT = "".join(
    file.read_text() for file in sorted(HERE.glob("test_*.py")) if file != pathlib.Path(__file__))


def test_every_scenario_is_tested_or_has_a_reason():
    for revision, names in SCENARIOS.items():
        for name in names:
            is_tested = name == "server-stateless" or f'"{name}"' in TEXT
            assert is_tested != (name in NOT_OURS), (revision, name)


def test_every_check_of_server_stateless_is_made_or_has_a_reason():
    made = set(re.findall(r'"(sep-2575-[a-z0-9-]+)"', TEXT))
    made |= {
        f"sep-2575-request-meta-invalid-{name}"
        for name in re.findall(r'"(missing-[a-z-]+)"', TEXT)}
    prefix = "sep-2575-http-server-method-not-found-404"
    if prefix in TEXT:
        made |= {prefix + suffix for suffix in re.findall(r'"(|-[a-z-]+)": "', TEXT)}
    assert CHECKS - made == set(CHECKS_NOT_OURS)
