# What every test here is given: the binary under test and a project folder of its own.

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from harness import Project  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def binary():
    path = pathlib.Path(os.environ.get("HOLDFAST_BINARY", ROOT / ".build/debug/holdfast"))
    if not path.exists():
        pytest.fail(f"There is no binary at {path}: run `make build` first.")
    return path


@pytest.fixture
def project(binary, tmp_path):
    made = Project(binary, tmp_path / "project")
    yield made
    made.end()


@pytest.fixture
def make_project(binary, tmp_path):
    """Projects with a config that differs from the usual one."""
    made = []

    def make(folder=None, **settings):
        made.append(Project(binary, folder or tmp_path / f"project-{len(made)}", **settings))
        return made[-1]

    yield make
    for each in made:
        each.end()
