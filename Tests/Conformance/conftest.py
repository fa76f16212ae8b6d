# What the scenarios are given: a project with the fixture tools, and a session in each revision.

import importlib.util
import json
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "EndToEndTests")]

import fixtures  # noqa: E402
from harness import Project  # noqa: E402
from scenarios import LEGACY, STATELESS  # noqa: E402
from session import Session  # noqa: E402

_spec = importlib.util.spec_from_file_location(
    "end_to_end_fixtures", HERE.parent / "EndToEndTests/conftest.py")
_fixtures = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_fixtures)
binary = _fixtures.binary


@pytest.fixture
def desk(binary, tmp_path):
    """The tools of the end-to-end tests and the scenarios' own."""
    project = Project(binary, tmp_path / "project")
    names = list(fixtures.tools())
    for name, manifest in fixtures.tools().items():
        (project.folder / "tools" / f"{name}.json").write_text(json.dumps(manifest))
    project.configure(profiles={"default": {"allow": [*names, "sql_read", "sql_transactional"]}})
    yield project
    project.end()


@pytest.fixture(params=[LEGACY, STATELESS])
def session(request, desk):
    made = Session(desk, request.param)
    yield made
    made.end()


@pytest.fixture
def legacy(desk):
    made = Session(desk, LEGACY)
    yield made
    made.end()


@pytest.fixture
def asking(desk):
    """A legacy client that can put forms to its user."""
    made = Session(desk, LEGACY, {"elicitation": {}})
    yield made
    made.end()


@pytest.fixture
def stateless(desk):
    made = Session(desk, STATELESS)
    yield made
    made.end()
