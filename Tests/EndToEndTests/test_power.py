# The power goes: whatever was not flushed is gone, in the journal and in the target. Nothing that
# was acknowledged is lost, and nothing happens twice.

import pathlib
import shutil
import subprocess

import pytest
from harness import Host, HostDied, eventually, receipt


@pytest.fixture(scope="module")
def shim(tmp_path_factory):
    """The library that keeps what is flushed."""
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler:
        pytest.skip("no C compiler is there to make the disk that drops what was not flushed")
    library = tmp_path_factory.mktemp("shim") / "flushed.so"
    source = pathlib.Path(__file__).with_name("flushed.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source], check=True)
    return library


class Power:
    """A project on the disk that drops what was not flushed."""

    def __init__(self, project, shim):
        self.project = project
        self.shim = shim
        self.kept = project.folder / "kept"
        self.kept.mkdir()
        # What was there before the host is on the disk.
        with project.database() as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(project.target, self.kept / project.target.name)

    def serve(self, failpoint=None):
        environment = self.project.environment(
            failpoint, LD_PRELOAD=str(self.shim), FLUSHED_UNDER=str(self.project.folder),
            FLUSHED_TO=str(self.kept))
        host = Host(self.project.command("serve"), environment, self.project.folder)
        self.project.hosts.append(host)
        return host

    def fail(self):
        """Puts back what was flushed, and nothing else. All hosts are dead."""
        for main in [self.project.journal, self.project.target]:
            for suffix in ["", "-wal", "-shm"]:
                file = main.with_name(main.name + suffix)
                file.unlink(missing_ok=True)
                kept = self.kept / file.name
                if kept.exists():
                    shutil.copyfile(kept, file)


@pytest.fixture
def power(project, shim):
    return Power(project, shim)


def test_the_disk_really_drops_what_was_not_flushed(power):
    """A read's intent is committed and not flushed: it must be gone, and a write's must not."""
    host = power.serve()
    host.call("sql_transactional", {"word": "first"})
    host.kill()
    for tool, is_there in [("sql_read", False), ("sql_transactional", True)]:
        host = power.serve(failpoint="after_submit_commit")
        with pytest.raises(HostDied):
            host.call(tool, {"word": "second"})
        host.kill()
        assert any(c["tool"] == tool and c["status"] == "running" for c in power.project.calls())
        power.fail()
        words = [c["tool"] for c in power.project.calls() if c["status"] != "succeeded"]
        assert (tool in words) == is_there


@pytest.mark.parametrize("tool", ["sql_transactional", "sql_at_most_once"])
def test_acknowledged_calls_survive(power, tool):
    """More calls than fit between two checkpoints of the log, several at once."""
    host = power.serve()
    answered = {}
    for start in range(0, 160, 8):
        ids = {n: host.post_call(tool, {"word": f"w{n}"}) for n in range(start, start + 8)}
        for n, id in ids.items():
            answered[n] = host.answer(id)["result"]["structuredContent"]
    late = [host.post_call(tool, {"word": f"late{n}"}) for n in range(8)]
    host.answer(late[0])
    host.kill()
    power.fail()
    host = power.serve()
    for n, before in answered.items():
        again = host.call(tool, {"word": f"w{n}"})
        assert receipt(again)["replayed"]
        assert receipt(again)["call_id"] == receipt(before)["call_id"]
        assert again["effect_id"] == before["effect_id"]
        assert len(power.project.effects(tool, f"w{n}")) == 1
    for n in range(8):
        last = host.call(tool, {"word": f"late{n}"})
        happened = len(power.project.effects(tool, f"late{n}"))
        if receipt(last)["status"] == "succeeded":
            assert happened == 1
        else:
            assert tool == "sql_at_most_once" and receipt(last)["status"] == "unknown"
            assert happened <= 1
    host.finish()
    power.project.check_journal()


@pytest.mark.parametrize(
    "point", ["after_submit_commit", "before_effect_commit", "after_effect_commit",
              "before_record_commit", "after_record_commit", "after_answer"])
def test_power_fails_at(power, point):
    host = power.serve(failpoint=f"{point}:3")
    acknowledged = []
    with pytest.raises(HostDied):
        for n in range(9):
            acknowledged.append((n, host.call("sql_transactional", {"word": f"w{n}"})))
    host.kill()
    power.fail()
    host = power.serve()
    for n, before in acknowledged:
        again = host.call("sql_transactional", {"word": f"w{n}"})
        assert receipt(again)["call_id"] == receipt(before)["call_id"]
        assert again["effect_id"] == before["effect_id"]
    last = len(acknowledged)
    assert receipt(host.call("sql_transactional", {"word": f"w{last}"}))["status"] == "succeeded"
    for n in range(last + 1):
        assert len(power.project.effects("sql_transactional", f"w{n}")) == 1
    eventually(lambda: all(c["status"] == "succeeded" for c in power.project.calls()))
    host.finish()
