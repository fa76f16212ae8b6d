# Stops that operators set: they hold in every process from its next transaction on, with a broken
# config too, and say who and why.

import json
import os
import pwd
import shutil
import sqlite3

import pytest
import undoing

ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def desk(project):
    return undoing.add(project)


def test_a_halt_stops_the_writes_of_another_process_and_not_its_reads(desk):
    host = desk.serve()
    assert host.call("file", {"word": "one"})["holdfast"]["status"] == "succeeded"
    halted = desk.data("halt", "--reason", "letters go astray")
    (halt,) = halted["halts"]
    assert (halt["scope"], halt["by"], halt["reason"]) == ("everything", ME, "letters go astray")
    refused = host.call("file", {"word": "two"})
    assert ME in str(refused) and "letters go astray" in str(refused), refused
    assert host.call("sql_read", {"word": "x"})["holdfast"]["status"] == "succeeded"
    resumed = desk.run("resume", "--reason", "mended")
    assert resumed.returncode == 0 and ME in resumed.stdout
    assert "letters go astray" in resumed.stdout
    assert host.call("file", {"word": "three"})["holdfast"]["status"] == "succeeded"
    host.finish()
    assert [word for _, word in undoing.order(desk)] == ["one", "three"]


def test_a_worker_says_what_is_halted(desk):
    assert desk.run("halt", "--tool", "file", "--reason", "no filing").returncode == 0
    done = desk.run("worker", "--once", "--json")
    assert done.returncode == 0, done
    assert "HALTED: the tool file" in done.stderr and '"no filing"' in done.stderr
    said = json.loads(done.stdout)
    assert said["pieces"] == 0 and said["halts"][0]["tool"] == "file"
    assert "0 pieces of work were done" in desk.run("worker", "--once").stdout


def test_a_tool_and_a_profile(desk):
    assert desk.run("halt", "--tool", "file", "--reason", "r").returncode == 0
    assert desk.run("call", "file", "--arguments", '{"word": "x"}').returncode == 77
    desk.call("draft", {"word": "x"})
    assert desk.run("halt", "--profile", "default", "--reason", "s").returncode == 0
    assert desk.run("call", "draft", "--arguments", '{"word": "y"}').returncode == 77
    desk.call("sql_read", {"word": "x"})
    told = desk.run("runs")
    assert "HALTED: the tool file" in told.stderr and "HALTED: the profile default" in told.stderr
    findings = [f for f in desk.data("doctor")["findings"] if f["about"] == "halted"]
    assert len(findings) == 2 and findings[0]["level"] == "warning"
    assert desk.run("resume", "--tool", "draft", "--reason", "r").returncode == 1
    assert desk.run("resume", "--tool", "file", "--reason", "r").returncode == 0
    left = desk.run("resume", "--reason", "r")
    assert left.returncode == 1 and "the profile default" in left.stderr
    assert desk.data("resume", "--profile", "default", "--reason", "r") == {"halts": []}
    assert "HALTED" not in desk.run("runs").stderr


def test_a_halt_before_there_is_a_journal_holds_for_hosts_that_come(desk):
    assert not desk.journal.exists()
    assert desk.run("halt", "--reason", "not yet").returncode == 0
    assert desk.run("call", "file", "--arguments", '{"word": "x"}').returncode == 77
    assert desk.run("resume", "--reason", "now").returncode == 0
    desk.call("file", {"word": "x"})


def test_names_are_held_against_the_config(desk):
    wrong = desk.run("halt", "--tool", "fiel", "--reason", "r")
    assert wrong.returncode == 64 and "file" in wrong.stderr
    assert desk.run("halt", "--profile", "defolt", "--reason", "r").returncode == 64
    assert desk.run("halt", "--tool", "file", "--profile", "default", "--reason", "r"
                    ).returncode == 64
    assert desk.run("halt").returncode == 64
    assert desk.run("resume", "--tool", "file", "--reason", "r").returncode == 65


def test_a_broken_manifest_is_named_with_a_warning(desk):
    (desk.folder / "tools/file.json").write_text("{")
    done = desk.run("halt", "--tool", "file", "--reason", "r")
    assert done.returncode == 0 and "warning" in done.stderr


@pytest.mark.parametrize("config", ["store: [", None])
def test_a_journal_that_is_named_is_halted_without_a_config(desk, config):
    desk.call("file", {"word": "one"})
    good = desk.config.read_text()
    host = desk.serve()
    host.call("sql_read", {"word": "x"})
    if config is None:
        desk.config.unlink()
    else:
        desk.config.write_text(config)
    broken = desk.run("halt", "--reason", "r")
    assert broken.returncode == 78 and "--store PATH" in broken.stderr
    done = desk.run("halt", "--store", str(desk.journal), "--tool", "file", "--reason", "astray")
    assert done.returncode == 0 and "warning" in done.stderr, done
    assert "astray" in str(host.call("file", {"word": "two"}))
    done = desk.run("resume", "--store", str(desk.journal), "--tool", "file", "--reason", "well")
    assert done.returncode == 0, done
    desk.config.write_text(good)
    assert host.call("file", {"word": "three"})["holdfast"]["status"] == "succeeded"
    host.finish()


def test_halting_needs_no_secret(desk):
    desk.call("file", {"word": "one"})
    for file in desk.journal.parent.glob("*.secret"):
        file.rename(str(file) + ".away")
    assert desk.run("halt", "--store", str(desk.journal), "--reason", "r").returncode == 0
    assert desk.run("call", "file", "--arguments", '{"word": "x"}').returncode == 70
    for file in desk.journal.parent.glob("*.secret.away"):
        file.rename(str(file).removesuffix(".away"))
    assert desk.run("call", "file", "--arguments", '{"word": "x"}').returncode == 77


def test_another_database_and_a_missing_one_are_refused_by_name(desk):
    foreign = desk.folder / "foreign.db"
    with sqlite3.connect(foreign) as database:
        database.execute("CREATE TABLE theirs (x)")
    before = foreign.read_bytes()
    done = desk.run("halt", "--store", str(foreign), "--reason", "r")
    assert done.returncode == 70 and "foreign.db" in done.stderr
    assert foreign.read_bytes() == before
    done = desk.run("halt", "--store", str(desk.folder / "nothing.db"), "--reason", "r")
    assert done.returncode == 65 and "nothing.db" in done.stderr
    assert not (desk.folder / "nothing.db").exists()


def test_a_quarantined_run_keeps_its_reads_and_its_evidence(desk):
    run = undoing.begin(desk)
    undoing.write(desk, run, "file")
    stopped = desk.data("quarantine", run, "--reason", "the wrong customer")
    assert stopped == {"run_id": run, "state": "quarantined"}
    assert desk.run("call", "file", "--arguments", '{"word": "x"}', "--run", run).returncode == 77
    desk.call("sql_read", {"word": "x"}, "--run", run)
    desk.call("file", {"word": "in another"})
    shown = desk.data("show", run)
    assert shown["quarantine"]["by"] == ME
    assert shown["quarantine"]["reason"] == "the wrong customer"
    said = desk.run("show", run).stdout
    assert "the wrong customer" in said and f"holdfast resume --run {run}" in said
    assert [line["run_id"] for line in desk.data("runs", "--state", "quarantined")] == [run]
    assert desk.run("resume", "--run", run, "--reason", "it was right").returncode == 0
    assert desk.run("resume", "--run", run, "--reason", "again").returncode == 1
    undoing.write(desk, run, "draft")
    assert desk.run("halt", "--run", run, "--reason", "once more").returncode == 0
    assert desk.data("abort", run, "--reason", "undo it")["state"] == "aborted"
    assert undoing.order(desk)[-1] == ("unfile", "file-0")


def test_the_journals_own_run_is_in_the_record_and_in_no_list(desk):
    run = undoing.begin(desk)
    desk.data("halt", "--reason", "r")
    desk.data("resume", "--reason", "well again")
    assert [line["run_id"] for line in desk.data("runs")] == [run]
    kinds = [leaf["kind"] for leaf in desk.data("audit", "list")]
    assert "halted" in kinds and "resumed" in kinds
    own = [leaf["run"] for leaf in desk.data("audit", "list") if leaf["kind"] == "halted"][0]
    assert "halts and their ends" in desk.run("show", own).stdout
    assert len(desk.data("audit", "show", own)) == 3


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as two accounts")
def test_who_may(project, tmp_path):
    import subprocess
    desk = undoing.add(project)
    run = undoing.begin(desk)
    other = pwd.getpwnam("nobody")
    for path in [desk.journal.parent, *desk.journal.parent.rglob("*")]:
        if not path.name.endswith("secret"):
            os.chmod(path, 0o777 if path.is_dir() else 0o666)
    place = desk.folder
    while place != place.parent:
        os.chmod(place, os.stat(place).st_mode | 0o055)
        place = place.parent
    binary = tmp_path / "holdfast"
    shutil.copy(desk.binary, binary)

    def as_other(*words):
        return subprocess.run(
            [str(binary), *words, "--config", str(desk.config)], capture_output=True, text=True,
            user=other.pw_uid, group=other.pw_gid, extra_groups=[], cwd="/",
            env={"PATH": "/usr/bin:/bin"})

    assert as_other("halt", "--reason", "I saw it").returncode == 0, as_other("doctor")
    for words in [
        ("resume", "--reason", "r"), ("quarantine", run, "--reason", "r"),
        ("abort", run, "--reason", "r"), ("complete", run),
    ]:
        refused = as_other(*words)
        assert refused.returncode == 77, (words, refused)
        assert "only the account that owns it" in refused.stderr
    assert desk.data("show", run)["state"] == "open"
    assert json.loads(desk.run("resume", "--reason", "r", "--json").stdout) == {"halts": []}
