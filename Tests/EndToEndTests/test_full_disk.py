# A disk that is full: calls are answered with an error that says so, nothing acknowledged is lost,
# and everything works again once there is room.

import os
import subprocess

import pytest
from harness import eventually, receipt


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 24 MB of which most is taken."""
    if os.getuid() != 0:
        pytest.skip("a small file system can be mounted by root alone")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True,
        text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder, leaving):
    """Takes all room but `leaving` bytes."""
    space = os.statvfs(folder)
    size = space.f_bavail * space.f_frsize - leaving
    with open(folder / "filler", "wb") as file:
        file.write(b"\0" * size)


def text_of(message):
    """What a call that came to nothing was told: always a tool's result."""
    assert message["result"]["isError"], message
    return message["result"]["content"][0]["text"]


def assert_no_room(message):
    assert "There is no room" in text_of(message)
    told = receipt(message["result"]["structuredContent"])
    assert "no room" in told.pop("message"), told
    assert told == {"status": "failed", "next": "wait"}, told


def acknowledged_until_full(host, tool):
    """Calls until one does not succeed: those that did, and what the other was told."""
    done = []
    for number in range(3000):
        message = host.ask("tools/call", {"name": tool, "arguments": {"word": f"w{number}"}})
        content = message.get("result", {}).get("structuredContent")
        if not content or receipt(content)["status"] != "succeeded":
            return done, text_of(message)
        done.append(content)
    pytest.fail("the disk never became full")


def test_the_journal_has_no_room(make_project, small_disk):
    project = make_project(store=small_disk / "state/journal.db")
    host = project.serve()
    host.call("sql_transactional", {"word": "first"})
    fill(small_disk, leaving=256 * 1024)
    done, told = acknowledged_until_full(host, "sql_transactional")
    assert "There is no room" in told, told
    # It goes on saying so, and does nothing.
    before = len(project.effects("sql_transactional"))
    for number in range(3):
        message = host.ask(
            "tools/call", {"name": "sql_transactional", "arguments": {"word": f"late{number}"}})
        assert_no_room(message)
    assert len(project.effects("sql_transactional")) == before
    (small_disk / "filler").unlink()

    assert receipt(host.call("sql_transactional", {"word": "after"}))["status"] == "succeeded"
    for number, content in enumerate(done):
        status = host.status(receipt(content)["call_id"], wait_ms=0)
        assert status["status"] == "succeeded"
        assert status["result"]["effect_id"] == content["effect_id"]
        assert len(project.effects("sql_transactional", f"w{number}")) == 1
    # The call whose outcome could not be recorded is not left behind by a host that lives on.
    again = host.call("sql_transactional", {"word": f"w{len(done)}"})
    assert receipt(again)["status"] == "succeeded"
    assert len(project.effects("sql_transactional", f"w{len(done)}")) == 1
    eventually(lambda: all(c["status"] != "running" for c in project.calls()), within=20)
    host.finish()
    project.check_journal()


def test_no_room_for_a_new_journal(make_project, small_disk):
    fill(small_disk, leaving=8192)
    project = make_project(store=small_disk / "state/journal.db")
    host = project.serve()
    assert "result" in host.ask("tools/list")
    message = host.ask("tools/call", {"name": "sql_transactional", "arguments": {"word": "x"}})
    assert_no_room(message)
    assert project.effects("sql_transactional") == []
    (small_disk / "filler").unlink()
    assert receipt(host.call("sql_transactional", {"word": "x"}))["status"] == "succeeded"
    host.finish()


def test_the_target_has_no_room(make_project, small_disk):
    project = make_project(target=small_disk / "target.db")
    host = project.serve()
    host.call("sql_transactional", {"word": "first"})
    fill(small_disk, leaving=128 * 1024)
    done, told = acknowledged_until_full(host, "sql_transactional")
    assert any(word in told for word in ["is full", "not known"]), told
    (small_disk / "filler").unlink()
    word = f"w{len(done)}"
    again = host.call("sql_transactional", {"word": word})
    if receipt(again)["status"] != "succeeded":
        # It was tried until somebody had to look: now that there is room, once more.
        tried = project.run(
            "resolve", receipt(again)["call_id"], "--retry", "--reason", "there is room again")
        assert tried.returncode == 0, tried
        assert host.status(receipt(again)["call_id"])["status"] == "succeeded"
    assert len(project.effects("sql_transactional", word)) == 1
    host.finish()
