# A store that several accounts share: who is in its group looks and decides, as the account that
# runs the command; who is not is turned away. Makes accounts, so it runs as root or not at all.

import grp
import json
import os
import pathlib
import pwd
import shutil
import stat
import subprocess
import tempfile

import pytest

from harness import Project, eventually, receipt

GROUP = "hf-desk"
TOOLS = ["held_effect", "command_at_most_once"]
ACCOUNTS = {"hf-agent": [GROUP], "hf-lead": [GROUP], "hf-guest": []}


def made_accounts():
    """The accounts of this test, made where they are missing; why not, where they cannot be."""
    if os.geteuid() != 0:
        return "making accounts takes root"
    if not shutil.which("useradd") or not shutil.which("groupadd"):
        return "useradd and groupadd are not there"
    commands = [] if has_group() else [["groupadd", GROUP]]
    commands += [
        ["useradd", "--no-create-home", *(["-G", ",".join(groups)] if groups else []), name]
        for name, groups in ACCOUNTS.items() if not has_account(name)]
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            return f"{' '.join(command)}: {done.stderr.strip()}"
    return None


def has_group():
    return any(g.gr_name == GROUP for g in grp.getgrall())


def has_account(name):
    return any(p.pw_name == name for p in pwd.getpwall())


def identity(name, umask=0o077):
    """How a process becomes one of the accounts, for the keywords of `subprocess`."""
    entry = pwd.getpwnam(name)
    groups = [grp.getgrnam(g).gr_gid for g in ACCOUNTS[name]]
    return {
        "user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": groups, "umask": umask}


@pytest.fixture
def shared(binary):
    reason = made_accounts()
    if reason:
        print(f"skipped: {reason}")
        pytest.skip(reason)
    # Not below pytest's own folder, which only its account may pass through.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hf-group-", dir="/tmp"))
    folder.chmod(0o755)
    agent = pwd.getpwnam("hf-agent")
    home = folder / "project"
    store = folder / "store"
    program = folder / "holdfast"
    shutil.copy(binary, program)
    project = Project(program, home, store=store / "journal.db")
    project.configure(
        store={"sqlite": str(store / "journal.db"), "group": GROUP},
        profiles={"default": {"allow": TOOLS, "on_behalf_of": "hf-lead"}})
    # The host makes the folder, with the modes that the group needs.
    store.rmdir()
    for place in [folder, *folder.rglob("*")]:
        os.chown(place, agent.pw_uid, agent.pw_gid)
    yield project
    project.end()
    shutil.rmtree(folder)


def modes(project):
    folder = project.journal.parent
    return {
        str(path.relative_to(folder)): (stat.S_IMODE(path.stat().st_mode), path.stat().st_gid)
        for path in [folder, *folder.rglob("*")]}


def host_of_the_agent(project):
    return project.serve(**identity("hf-agent"))


def test_an_account_of_the_group_decides_and_one_outside_is_turned_away(shared):
    host = host_of_the_agent(shared)
    held = receipt(host.call("held_effect", {"word": "x"}))
    assert held["status"] == "pending_approval"
    lead, guest = identity("hf-lead"), identity("hf-guest")

    # Names that others could set say nothing about who decides.
    forged = {**shared.environment(), "USER": "hf-agent", "LOGNAME": "hf-agent", "HOME": "/"}
    for words in [["approvals"], ["runs"], ["show", held["call_id"]]]:
        seen = subprocess.run(
            shared.command(*words, "--json"), capture_output=True, text=True, env=forged, **lead)
        assert seen.returncode == 0, seen
        assert held["run_id"] in seen.stdout or held["approval_id"] in seen.stdout
        refused = shared.run(*words, **guest)
        assert refused.returncode == 77 and refused.stdout == "", refused
        assert "hf-guest may not use the journal" in refused.stderr
        assert GROUP in refused.stderr
    refused = shared.run("approve", held["approval_id"], **guest)
    assert refused.returncode == 77 and "hf-guest may not" in refused.stderr
    assert shared.effects("held_effect") == []

    # By the account that runs the command, whatever its variables say.
    decided = subprocess.run(
        shared.command("approve", held["approval_id"], "--json"), capture_output=True, text=True,
        env=forged, **lead)
    assert decided.returncode == 0, decided
    assert json.loads(decided.stdout)["state"] in {"approved", "spent"}
    eventually(lambda: shared.effects("held_effect"))
    answer = host.call("held_effect", {"word": "x"})
    assert receipt(answer)["status"] == "succeeded"
    (approval,) = shared.data("approvals", "--all")
    assert [d["by"] for d in approval["decisions"]] == ["hf-lead"]
    host.finish()


def test_an_account_of_the_group_denies_and_the_owners_secret_stays_closed(shared):
    host = host_of_the_agent(shared)
    held = receipt(host.call("held_effect", {"word": "x"}))
    lead = identity("hf-lead")
    denied = shared.run("deny", held["approval_id"], "--reason", "not today", **lead)
    assert denied.returncode == 0, denied
    assert host.status(held["call_id"])["status"] == "denied"
    secret = shared.journal.parent / "record.secret"
    peek = subprocess.run(["cat", secret], capture_output=True, **lead)
    assert peek.returncode != 0 and peek.stdout == b""
    # What only the store's owner answers for stays with it.
    settled = shared.run("resolve", held["call_id"], "--retry", "--reason", "x", **lead)
    assert settled.returncode == 77, settled
    host.finish()


def test_doctor_says_what_is_not_as_the_group_needs_it(shared):
    host = host_of_the_agent(shared)
    host.call("command_at_most_once", {"word": "x"})
    agent, lead = identity("hf-agent"), identity("hf-lead")

    def findings(who):
        done = shared.run("doctor", "--json", **who)
        return done.returncode, [
            (f["level"], f["says"]) for f in json.loads(done.stdout)["findings"]
            if f["about"] == "group"]

    for who in [agent, lead]:
        code, (finding,) = findings(who)
        assert code == 0 and finding[0] == "good" and GROUP in finding[1]
    (shared.journal.parent / "journal.db-wal").chmod(0o600)
    shared.journal.parent.chmod(0o755)
    code, (folder, file) = findings(agent)
    assert code == 1 and folder[0] == file[0] == "fault"
    assert folder[1].endswith(f"chmod 2770 {shared.journal.parent}")
    assert file[1].endswith(f"chmod 660 {shared.journal}-wal")
    host.finish()
    # As the words say, and all is well again.
    for _, says in [folder, file]:
        command = says.split(", run ")[1]
        assert subprocess.run(["sh", "-c", command], **agent).returncode == 0
    code, (finding,) = findings(agent)
    assert code == 0 and finding[0] == "good"


def test_doctor_knows_who_decides_by_an_account_that_may_not_open_the_store(make_project):
    approvers = [{"name": "lena", "user": "nobody"}, {"name": "me", "user": "root"}]
    project = make_project(approvers=approvers)
    done = project.run("doctor", "--json")
    (said,) = [f for f in json.loads(done.stdout)["findings"] if f["about"] == "approvers"]
    assert done.returncode == 0 and said["level"] == "warning"
    assert said["says"].startswith("lena would decide") and "set store.group" in said["says"]


def test_a_store_that_was_private_is_shared_once_its_config_says_so(shared):
    private = {"sqlite": str(shared.journal)}
    profiles = {"default": {"allow": TOOLS, "on_behalf_of": "hf-lead"}}
    shared.configure(store=private, profiles=profiles)
    host = host_of_the_agent(shared)
    host.call("command_at_most_once", {"word": "x"})
    host.finish()
    assert all(mode & 0o077 == 0 for mode, _ in modes(shared).values())
    shared.configure(store={**private, "group": GROUP}, profiles=profiles)
    folder = shared.journal.parent
    os.chown(folder, -1, grp.getgrnam(GROUP).gr_gid)
    folder.chmod(0o2770)
    host = host_of_the_agent(shared)
    held = receipt(host.call("held_effect", {"word": "x"}))
    done = shared.run("approve", held["approval_id"], **identity("hf-lead"))
    assert done.returncode == 0, done
    host.finish()


def test_modes_are_the_groups_whatever_the_umask(shared):
    host = host_of_the_agent(shared)
    assert receipt(host.call("command_at_most_once", {"word": "x"}))["status"] == "succeeded"
    group = grp.getgrnam(GROUP).gr_gid
    found = modes(shared)
    assert found.pop("record.secret")[0] == 0o600
    for name in [".", "owners", "leashes"]:
        assert found.pop(name) == (0o2770, group), name
    assert {"journal.db", "journal.db-wal", "journal.db-shm", "journal.db.lock"} < set(found)
    for name, settings in found.items():
        assert settings == (0o660, group), name
    assert any(name.startswith("owners/") for name in found)
