# What people and scripts rely on: exit codes, documents, and an environment with next to nothing.

import json
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

import pytest
from harness import META, Project, receipt


@pytest.mark.parametrize(
    "tool,word,code,status",
    [
        ("sql_transactional", "x", 0, "succeeded"),
        ("command_at_most_once", "fatal", 1, "failed"),
        ("command_at_most_once", "invalid", 65, "failed"),
        ("command_at_most_once", "transient", 69, "failed"),
        ("command_at_most_once", "killed", 74, "unknown"),
        ("ask_person", "x", 75, "pending_approval"),
        ("command_at_most_once", "permission", 77, "failed"),
        ("sql_transactional", "", 65, "failed"),
    ])
def test_exit_codes_of_call(project, tool, word, code, status):
    answer = project.call(tool, {"word": word}, code=code)
    assert receipt(answer)["status"] == status


def test_a_denied_call_ends_with_its_code(project):
    pending = project.call("ask_person", {"word": "x"}, code=75)
    project.run("deny", receipt(pending)["approval_id"], "--reason", "no")
    shown = project.data("show", receipt(pending)["call_id"])
    assert "denied" in json.dumps(shown)


def test_usage_config_and_journal_faults(project):
    assert project.run("call").returncode == 64
    assert project.run("call", "no_such_tool").returncode == 64
    assert project.run("no-such-command").returncode == 64
    assert project.run("call", "sql_read", "--arguments", "{rubbish").returncode == 65
    project.call("sql_transactional", {"word": "x"})
    project.journal.write_bytes(b"this is no database, whatever its name says" * 200)
    for suffix in ["-wal", "-shm"]:
        (project.journal.parent / (project.journal.name + suffix)).unlink(missing_ok=True)
    broken = project.run("call", "sql_transactional", "--arguments", '{"word": "y"}')
    assert broken.returncode == 70 and "journal" in broken.stderr
    assert project.effects("sql_transactional", "y") == []
    project.config.write_text("tools: [tools")
    assert project.run("call", "sql_read").returncode == 78


def test_host_tools_and_files_of_arguments(project):
    begun = project.call("run_begin", {"purpose": "p"})
    file = project.folder / "arguments.json"
    file.write_text('{"word": "x"}')
    done = project.run(
        "call", "sql_transactional", "--arguments", f"@{file}", "--run", begun["run_id"],
        "--key", "k", "--json")
    assert done.returncode == 0, done
    assert receipt(json.loads(done.stdout))["run_id"] == begun["run_id"]
    piped = project.run(
        "call", "sql_transactional", "--arguments", "-", "--run", begun["run_id"], "--key", "k",
        "--json", stdin='{"word": "x"}')
    assert receipt(json.loads(piped.stdout))["replayed"]
    status = project.call("run_status", {"run_id": begun["run_id"]})
    assert [c["status"] for c in status["calls"]] == ["succeeded"]


def test_documents(project):
    project.call("sql_transactional", {"word": "x"})
    pending = project.call("ask_person", {"word": "x"}, code=75)
    runs = project.data("runs")
    assert len(runs) == 2
    for run in runs:
        assert {"run_id", "state", "purpose", "profile", "on_behalf_of", "created_at",
                "calls"} <= run.keys()
    (approval,) = project.data("approvals")
    assert {"approval_id", "call_id", "tool", "arguments", "reason", "rule", "state",
            "decide_by", "execute_by", "decisions"} <= approval.keys()
    shown = project.data("show", receipt(pending)["run_id"])
    for call in shown["calls"]:
        assert {"call_id", "tool", "state", "status", "attempts", "events"} <= call.keys()
    assert isinstance(project.data("audit", "list"), list)
    assert project.data("tools")
    assert project.run("doctor").returncode == 0, project.run("doctor")


def test_a_minimal_environment(project, binary):
    """What clients leave of the environment is enough, and HOME is not asked."""
    line = json.dumps({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "command_keyed", "arguments": {"word": "x"}, "_meta": META}})
    done = subprocess.run(
        ["env", "-i", "HOME=/nonexistent", "PATH=/usr/bin:/bin", *project.command("serve")],
        input=line + "\n", capture_output=True, text=True, timeout=30, cwd="/")
    assert done.returncode == 0, done.stderr
    assert receipt(json.loads(done.stdout)["result"]["structuredContent"])["status"] == "succeeded"
    bare = subprocess.run(
        ["env", "-i", *project.command("runs", "--json")], capture_output=True, text=True,
        timeout=30, cwd="/")
    assert bare.returncode == 0 and len(json.loads(bare.stdout)) == 1


def test_the_built_in_default_lies_in_the_home_of_the_account(binary, tmp_path):
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [str(binary), "doctor"], capture_output=True, text=True, timeout=30, cwd=tmp_path,
        env=environment)
    home = pwd.getpwuid(os.getuid()).pw_dir
    assert f"{home}/.local/state/holdfast" in done.stdout + done.stderr


def test_init_makes_a_project_that_checks_and_works(binary, tmp_path):
    def holdfast(*words):
        return subprocess.run(
            [str(binary), *words], capture_output=True, text=True, timeout=30, cwd=tmp_path,
            env={"PATH": os.environ["PATH"]})

    made = holdfast("init", str(tmp_path / "desk"))
    assert made.returncode == 0, made
    config = str(tmp_path / "desk/holdfast.yaml")
    checked = holdfast("check", "--config", config)
    assert checked.returncode == 0, checked
    called = holdfast(
        "call", "read_booking_summary", "--arguments", '{"booking_id": "BK-1001"}', "--json",
        "--config", config)
    assert called.returncode == 0, called
    assert json.loads(called.stdout)["guest_name"] == "Ada Brandt"
    again = holdfast("init", str(tmp_path / "desk"))
    assert again.returncode == 0, again


def test_a_read_only_directory_is_refused_in_words(binary):
    account = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        copy = shutil.copy(binary, folder / "holdfast")
        if os.getuid() == 0:
            # Root may write anywhere: the refusal shows only under another account.
            account = {"user": 65534, "group": 65534, "extra_groups": []}
            allowed = subprocess.run([copy, "--version"], capture_output=True, **account)
            if allowed.returncode != 0:
                pytest.skip(f"another account cannot run the binary: {allowed.stderr}")
        project = Project(copy, folder / "project")
        project.journal.parent.chmod(0o555)
        done = project.run("call", "sql_read", "--arguments", '{"word": "x"}', **account)
        project.journal.parent.chmod(0o755)
    assert done.returncode == 70, done
    assert str(project.journal.parent) in done.stderr


def test_the_doctor_knows_clients(project, binary, tmp_path):
    home = tmp_path / "home"
    home.mkdir()

    def doctor(client, *words):
        return subprocess.run(
            [*project.command("doctor", "--client", client, *words)], capture_output=True,
            text=True, timeout=30, cwd=home,
            env={"HOME": str(home), "PATH": os.environ["PATH"]})

    document = json.loads(doctor("codex", "--json").stdout)
    assert document["program"] == str(binary.resolve())
    assert document["args"] == ["serve", "--config", str(project.config)]
    assert document["files"][0]["state"] == "missing"
    file = pathlib.Path(document["files"][0]["path"])
    assert file == home / ".codex/config.toml"
    file.parent.mkdir()
    file.write_text('model = "x"\n\n' + document["snippet"]["text"] + "\n")
    before = sorted(home.rglob("*"))
    found = doctor("codex")
    assert found.returncode == 0 and "starts this program" in found.stdout, found
    file.write_text(file.read_text().replace(str(project.config), "/gone.yaml"))
    broken = doctor("codex", "--json")
    assert broken.returncode == 1, broken
    (entry,) = json.loads(broken.stdout)["files"][0]["entries"]
    assert entry["agrees"] is False and "/gone.yaml" in entry["differences"][0]
    assert sorted(home.rglob("*")) == before
    # What it shows works: the client that reads it starts a host that answers.
    shown = json.loads(doctor("claude-code", "--json").stdout)
    server = json.loads(shown["snippet"]["text"])["mcpServers"]["holdfast"]
    line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "server/discover",
                       "params": {"_meta": META}})
    done = subprocess.run(
        [server["command"], *server["args"]], input=line + "\n", capture_output=True, text=True,
        timeout=30)
    assert "result" in json.loads(done.stdout)
    typo = doctor("vs-code")
    assert typo.returncode == 64 and '"vscode"' in typo.stderr
    assert project.run("doctor", "--profile", "default").returncode == 64
