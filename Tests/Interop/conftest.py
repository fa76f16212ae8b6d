# What the tests with real clients are given: the same binary and projects as the end-to-end tests.

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "EndToEndTests"))

import importlib.util  # noqa: E402

_place = pathlib.Path(__file__).parents[1] / "EndToEndTests/conftest.py"
_spec = importlib.util.spec_from_file_location("end_to_end_fixtures", _place)
_fixtures = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_fixtures)

binary = _fixtures.binary
project = _fixtures.project
make_project = _fixtures.make_project
