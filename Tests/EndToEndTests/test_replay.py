# Recorded sessions played against the real binary: those that were recorded from real clients are
# still answered as they were, and a recording that was changed is found out.

import json
import os
import pathlib
import pty
import stat
import subprocess

import pytest
from harness import Host, Project, eventually, receipt, result

RECORDINGS = sorted((pathlib.Path(__file__).parents[1] / "Recordings").glob("*.jsonl"))
LEGACY = next(path for path in RECORDINGS if path.stem == "mcp-legacy")


def replay(binary, path, *words, code=0):
    done = subprocess.run(
        [str(binary), "replay", str(path), *words], capture_output=True, text=True, timeout=120)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return done


def load(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def save(path, lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def answers(lines):
    """Where the answers stand, by the request's number in the order of asking."""
    return [
        number for number, line in enumerate(lines)
        if line.get("from") == "server" and "id" in line["message"]]


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_recorded_session_is_answered_as_it_was(binary, path):
    document = json.loads(replay(binary, path, "--json").stdout)
    assert document["equal"] is True and document["differences"] == []
    said = [
        line for line in load(path)[1:] if line["from"] == "server"
        and line["message"].get("method") != "notifications/progress"]
    assert document["compared"] == len(said) > 0


def test_there_are_recordings_of_every_way_to_open_a_session():
    opened = [load(path)[1]["message"] for path in RECORDINGS]
    versions = {m["params"].get("protocolVersion") for m in opened if m["method"] == "initialize"}
    assert {"2024-11-05", "2025-11-25"} <= versions
    assert "server/discover" in {m["method"] for m in opened}


def test_a_changed_answer(binary, tmp_path):
    lines = load(LEGACY)
    number = next(
        n for n in answers(lines)
        if lines[n]["message"].get("result", {}).get("structuredContent", {}).get("effect_id"))
    lines[number]["message"]["result"]["structuredContent"]["effect_id"] = "another"
    path = save(tmp_path / "changed.jsonl", lines)
    said = replay(binary, path, code=1).stdout
    assert "DIFFERS" in said
    assert f"line {number + 1}: " in said and "/result/structuredContent/effect_id" in said
    assert '  recorded: "another"' in said and "  now:      \"" in said
    (difference,) = json.loads(replay(binary, path, "--json", code=1).stdout)["differences"]
    assert difference["line"] == number + 1
    assert difference["path"] == "/result/structuredContent/effect_id"
    assert difference["recorded"] == "another"


def test_a_missing_answer(binary, tmp_path):
    lines = load(LEGACY)
    del lines[answers(lines)[-1]]
    said = replay(binary, save(tmp_path / "missing.jsonl", lines), code=1).stdout
    assert "a message that is not in the recording" in said and "recorded: nothing" in said


def test_an_additional_answer(binary, tmp_path):
    lines = load(LEGACY)
    number = answers(lines)[2]
    lines.insert(number + 1, lines[number])
    said = replay(binary, save(tmp_path / "more.jsonl", lines), code=1).stdout
    assert f"line {number + 2}: " in said and "answered already" in said


def test_an_answer_before_its_request(binary, tmp_path):
    lines = load(LEGACY)
    first, second = answers(lines)[2:4]
    lines[first], lines[second] = lines[second], lines[first]
    said = replay(binary, save(tmp_path / "order.jsonl", lines), code=1).stdout
    assert f"line {first + 1}: " in said and "not asked yet" in said


def test_an_attempt_with_other_arguments_and_one_too_many(binary, tmp_path):
    lines = load(LEGACY)
    number = next(n for n, line in enumerate(lines) if "started" in line)
    changed = json.loads(json.dumps(lines))
    changed[number]["started"]["arguments"]["word"] = "other"
    # Nothing else will come: do not wait for it as for a person.
    said = replay(binary, save(tmp_path / "arguments.jsonl", changed), code=1).stdout
    assert "an attempt of sql_read, which was not made" in said
    assert '{"word":"other"}' in said and '{"word":"x"}' in said


def test_an_outcome_is_what_the_answer_rests_on(binary, tmp_path):
    """Attempts are answered from the recording, not by the system."""
    lines = load(LEGACY)
    for line in lines:
        if line.get("ended", {}).get("result", {}).get("effect_id") == "E-1":
            line["ended"]["result"]["effect_id"] = "E-77"
    said = replay(binary, save(tmp_path / "outcome.jsonl", lines), code=1).stdout
    assert "E-77" in said and "E-1" in said


@pytest.mark.parametrize("keep", [1, 5, -1])
def test_a_recording_that_is_cut_off_is_refused(binary, tmp_path, keep):
    lines = load(LEGACY)
    said = replay(binary, save(tmp_path / "cut.jsonl", lines[:keep]), code=65).stderr
    assert "cut off" in said


def test_a_recording_without_answers_is_refused(binary, tmp_path):
    lines = [line for line in load(LEGACY) if line.get("from") != "server"]
    assert "nothing to compare" in replay(
        binary, save(tmp_path / "silent.jsonl", lines), code=65).stderr
    replay(binary, tmp_path / "gone.jsonl", code=65)
    header = load(LEGACY)
    header[0]["version"] = 2
    assert ":1: " in replay(binary, save(tmp_path / "newer.jsonl", header), code=65).stderr


def record(project, *words):
    path = project.folder / "session.jsonl"
    command = project.command("serve", "--record", str(path), *words)
    host = Host(command, project.environment(), project.folder)
    project.hosts.append(host)
    return host, path


def test_secrets_do_not_get_into_a_recording(project):
    name = "with_secret"
    tool = json.loads((project.folder / "tools/command_natural.json").read_text())
    tool["name"] = name
    tool["input"]["properties"]["word"]["x-sensitivity"] = "secret"
    tool["output"]["properties"]["effect_id"]["x-sensitivity"] = "personal"
    (project.folder / f"tools/{name}.json").write_text(json.dumps(tool))
    project.configure(profiles={"default": {"allow": [name]}})
    host, path = record(project)
    for word in ["hunter2-hunter2", "other-word-too", "hunter2-hunter2"]:
        said = host.call(name, {"word": word})
        assert said["effect_id"] == word
    host.finish()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert "hunter2" not in text and "other-word" not in text
    assert load(path)[-1]["from"] == "end"
    replay(project.binary, path)


@pytest.mark.parametrize("change", ["delete", "unmark"])
def test_a_manifest_that_changes_meanwhile_uncovers_nothing(project, change):
    name = "slow_secret"
    file = project.folder / f"tools/{name}.json"
    tool = json.loads((project.folder / "tools/slow_natural.json").read_text())
    tool["name"] = name
    file.write_text(json.dumps(tool))
    tool["output"]["properties"]["effect_id"]["x-sensitivity"] = "secret"
    plain, marked = file.read_text(), json.dumps(tool)
    file.write_text(marked)
    project.configure(profiles={"default": {"allow": [name]}})
    host, path = record(project)
    host.ask("tools/list")
    slow = host.post_call(name, {"word": "hunter2-hunter2", "seconds": 2})
    eventually((project.log / "slow_natural.pids").exists)
    if change == "delete":
        file.unlink()
    else:
        file.write_text(plain)
    said = result(host.answer(slow))
    assert receipt(said)["status"] == "succeeded", said
    host.finish()
    lines = load(path)
    assert any(line["from"] == "tools" for line in lines[1:])
    for line in lines[1:]:
        if line["from"] in ("server", "attempt") and "started" not in line:
            assert "hunter2" not in json.dumps(line), line


def test_changed_tools_are_recorded_and_played(project):
    host, path = record(project)
    host.ask("initialize", {
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": {"name": "x", "version": "1"}}, meta=None)
    host.ask("tools/list", meta=None)
    (project.folder / "tools/sql_natural.json").unlink()
    host.other(lambda m: m.get("method") == "notifications/tools/list_changed")
    host.ask("tools/list", meta=None)
    host.finish()
    replay(project.binary, path)
    lines = [line for line in load(path) if line.get("from") != "tools"]
    said = replay(project.binary, save(path.with_name("same.jsonl"), lines), code=1).stdout
    assert "list_changed" in said


def test_calls_at_once_are_played_in_the_order_in_which_they_ended(project):
    host, path = record(project)
    slow = host.post_call("slow_natural", {"word": "slow", "seconds": 2})
    eventually((project.log / "slow_natural.pids").exists)
    quick = [host.post_call("command_keyed", {"word": f"w{n}"}) for n in range(8)]
    for id in [*quick, slow]:
        assert receipt(result(host.answer(id)))["status"] == "succeeded"
    host.finish()
    for _ in range(3):
        replay(project.binary, path)


def test_resources_about_earlier_runs_are_not_pretended(project):
    earlier = project.call("sql_transactional", {"word": "x"})
    assert earlier
    host, path = record(project)
    host.ask("initialize", {
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": {"name": "x", "version": "1"}}, meta=None)
    assert host.ask("resources/list", meta=None)["result"]["resources"]
    host.finish()
    assert "was there before" in replay(project.binary, path, code=65).stderr


@pytest.mark.parametrize("at_ms", [2_592_000_001, 9_223_372_036_854_775_807])
def test_a_time_beyond_all_sessions_is_refused(binary, tmp_path, at_ms):
    lines = load(LEGACY)
    lines[-1]["at_ms"] = at_ms
    said = replay(binary, save(tmp_path / "late.jsonl", lines), code=65).stderr
    assert "at_ms" in said and f":{len(lines)}: " in said


def test_a_strange_profile_stays_in_its_line(binary, tmp_path):
    lines = load(LEGACY)
    lines[0]["profile"] = "a\nb\x1b[31m"
    done = replay(binary, save(tmp_path / "odd.jsonl", lines), code=65)
    assert "\x1b" not in done.stderr and len(done.stderr.splitlines()) == 2, done.stderr


def test_what_happened_before_the_recording_is_not_pretended(project):
    project.call("sql_transactional", {"word": "x"})
    host, path = record(project)
    assert receipt(host.call("sql_transactional", {"word": "x"}))["replayed"]
    host.finish()
    assert "did not happen in this session" in replay(project.binary, path, code=65).stderr


def test_a_recording_never_overwrites_and_never_stops_serving(project):
    there = project.folder / "session.jsonl"
    there.write_text("mine")
    done = project.run("serve", "--record", str(there))
    assert done.returncode == 1 and "is there already" in done.stderr
    assert there.read_text() == "mine"
    # A disk that is full from the start: one line, and every call is served.
    limited = Host(
        ["/bin/sh", "-c", "ulimit -f 8; exec \"$@\"", "sh",
         *project.command("serve", "--record", str(project.folder / "full.jsonl"))],
        project.environment(), project.folder)
    project.hosts.append(limited)
    names = [limited.ask("tools/list")["result"]["tools"] for _ in range(5)]
    assert all(names)
    limited.finish()
    errors = (project.folder / "errors.txt").read_text()
    assert errors.count("serving goes on") == 1, errors
    assert "cut off" in replay(project.binary, project.folder / "full.jsonl", code=65).stderr


def test_nothing_is_left_behind(binary, tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [str(binary), "replay", str(LEGACY)], capture_output=True, timeout=120, env=environment)
    assert done.returncode == 0, done
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def sandbox(project):
    """The same tools on a target of its own."""
    made = Project(project.binary, project.folder / "sandbox")
    yield made
    made.end()


def live(sandbox, path, *words, code=0, **popen):
    done = subprocess.run(
        sandbox.command("replay", str(path), "--live", *words), capture_output=True, text=True,
        timeout=120, env=sandbox.environment(), **popen)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return done


def test_live_attempts_are_made_in_the_sandbox_and_nowhere_else(project, sandbox, tmp_path):
    host, path = record(project)
    for tool, word in [
            ("sql_transactional", "a"), ("command_keyed", "b"), ("sql_transactional", "a")]:
        assert receipt(host.call(tool, {"word": word}))["status"] == "succeeded"
    assert receipt(host.call("command_read", {"word": "fatal"}))["status"] == "failed"
    pending = receipt(host.call("ask_person", {"word": "c"}))
    project.data("approve", pending["approval_id"])
    assert host.status(pending["call_id"])["result"] == {"decision": "approved"}
    host.finish()
    before = [project.effects(tool) for tool in ("sql_transactional", "command_keyed")]
    said = live(sandbox, path, "--json")
    document = json.loads(said.stdout)
    assert document["equal"] is True and document["compared"] == 6
    # Where the script lies differs, and is told; the tools of SQL are the same.
    assert "`command_keyed`" in said.stderr and "/connector/argv/3" in said.stderr
    assert "sql_transactional" not in said.stderr
    assert len(sandbox.effects("sql_transactional")) == 1
    assert len(sandbox.effects("command_keyed")) == 1
    assert [project.effects(t) for t in ("sql_transactional", "command_keyed")] == before
    # Neither record heard of it.
    assert not sandbox.journal.exists()
    # A record that the system numbers anew is a difference, and is one.
    again = live(sandbox, path, code=1).stdout
    assert '  recorded: "E-1"' in again and '  now:      "E-2"' in again


def test_live_needs_the_sandbox_by_name(project, sandbox):
    host, path = record(project)
    host.call("sql_natural", {"word": "x"})
    host.finish()
    environment = sandbox.environment(HOLDFAST_CONFIG=str(sandbox.config))
    done = subprocess.run(
        [project.binary, "replay", str(path), "--live"], capture_output=True, text=True,
        timeout=60, env=environment, cwd=sandbox.folder)
    assert done.returncode == 64 and "--config" in done.stderr
    assert "real systems" in done.stderr and sandbox.effects("sql_natural") == []
    assert "--live" in replay(project.binary, path, "--profile", "default", code=64).stderr
    live(sandbox, path, code=0)


def test_live_under_another_profile(project, sandbox):
    host, path = record(project)
    host.call("sql_natural", {"word": "x"})
    host.finish()
    names = json.loads(sandbox.config.read_text())["profiles"]["default"]["allow"]
    sandbox.configure(profiles={
        "trial": {"allow": names, "on_behalf_of": "nobody"}, "bare": {"allow": ["sql_read"]}})
    said = live(sandbox, path, code=78).stderr
    assert "no profile `default`" in said and "--profile" in said
    said = live(sandbox, path, "--profile", "bare", code=65).stderr
    assert "`sql_natural`" in said and "not allowed by its profile `bare`" in said
    assert sandbox.effects("sql_natural") == []
    live(sandbox, path, "--profile", "trial")


def test_live_tells_of_other_manifests_and_refuses_missing_tools(project, sandbox):
    host, path = record(project)
    host.call("sql_natural", {"word": "x"})
    host.finish()
    file = sandbox.folder / "tools/sql_natural.json"
    manifest = json.loads(file.read_text())
    manifest["connector"]["statement"] = "SELECT 'other' AS effect_id, :word, :call_id"
    file.write_text(json.dumps(manifest))
    said = live(sandbox, path, code=1)
    assert "`sql_natural`" in said.stderr and "/connector/statement" in said.stderr
    assert '"other"' in said.stdout
    file.unlink()
    said = live(sandbox, path, code=65)
    assert "`sql_natural`, which the recording calls, is not among its tools" in said.stderr
    assert said.stdout == ""


def test_a_live_system_that_fails_is_a_difference(project, sandbox):
    host, path = record(project)
    host.call("sql_transactional", {"word": "x"})
    host.finish()
    with sandbox.database() as database:
        database.execute("DROP TABLE effects")
    said = live(sandbox, path, code=1).stdout
    assert "/result/structuredContent/holdfast/status" in said
    assert '  recorded: "succeeded"' in said and '  now:      "failed"' in said


def test_masks_are_never_sent_live(project, sandbox):
    for each in (project, sandbox):
        manifest = json.loads((each.folder / "tools/sql_natural.json").read_text())
        manifest["input"]["properties"]["word"]["x-sensitivity"] = "secret"
        (each.folder / "tools/sql_natural.json").write_text(json.dumps(manifest))
    host, path = record(project)
    host.call("sql_natural", {"word": "hunter2-hunter2"})
    host.finish()
    said = live(sandbox, path, code=65).stderr
    assert "sql_natural" in said and "/word" in said and "masked" in said
    # Where it stands in other words, too.
    lines = load(path)
    call = next(line for line in lines if line.get("from") == "client" and "message" in line)
    call["message"]["params"].update(
        name="sql_transactional", arguments={"word": "see (secret 1)"})
    said = live(sandbox, save(path.with_name("words.jsonl"), lines), code=65).stderr
    assert "(secret 1)" in said and "sql_transactional" in said
    assert sandbox.effects("sql_natural") == sandbox.effects("sql_transactional") == []


def test_what_a_live_system_says_is_masked_too(project, sandbox):
    for each in (project, sandbox):
        manifest = json.loads((each.folder / "tools/sql_read.json").read_text())
        manifest["output"]["properties"]["effect_id"]["x-sensitivity"] = "personal"
        manifest["connector"]["statement"] = f"SELECT '{each.folder}' || :word AS effect_id"
        (each.folder / "tools/sql_read.json").write_text(json.dumps(manifest))
    host, path = record(project)
    for word in ["ada@", "bob@", "ada@"]:
        host.call("sql_read", {"word": word})
    host.finish()
    live(sandbox, path)
    manifest["connector"]["statement"] = "SELECT 'eve@example.org' || '' AS effect_id, :word"
    (sandbox.folder / "tools/sql_read.json").write_text(json.dumps(manifest))
    said = live(sandbox, path, code=1)
    assert "(personal 2)" in said.stdout and "eve@" not in said.stdout + said.stderr


def test_live_waits_for_what_takes_longer(project, sandbox):
    """Longer than any patience for messages, within the time-out of the tool."""
    host, path = record(project)
    slow = host.post_call("slow_natural", {"word": "w", "seconds": 1})
    eventually((project.log / "slow_natural.pids").exists)
    host.call("sql_read", {"word": "meanwhile"})
    call = result(host.answer(slow))["holdfast"]["call_id"]
    host.status(call)
    host.finish()
    script = sandbox.folder / "scripts/slow.sh"
    script.write_text("sleep 12\n" + script.read_text())
    # Whoever watches is told how far it has come.
    controller, terminal = pty.openpty()
    done = subprocess.run(
        sandbox.command("replay", str(path), "--live"), stdout=subprocess.PIPE, stderr=terminal,
        text=True, timeout=120, env=sandbox.environment())
    os.close(terminal)
    said = os.read(controller, 65536).decode()
    os.close(controller)
    assert done.returncode == 0, (done.stdout, said)
    assert " is being played; 2 s so far" in said and "; 10 s so far" in said
    assert len(sandbox.effects("slow_natural")) == 1


def test_a_live_replay_refuses_changes_of_the_tools_on_the_way(project, sandbox):
    host, path = record(project)
    host.ask("tools/list")
    (project.folder / "tools/sql_natural.json").unlink()
    eventually(lambda: '"from":"tools"' in path.read_text())
    host.finish()
    assert "the tools changed here" in live(sandbox, path, code=65).stderr


def test_nothing_of_a_live_replay_is_left_behind(project, sandbox, tmp_path):
    host, path = record(project)
    host.call("command_natural", {"word": "x"})
    host.finish()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = subprocess.run(
        sandbox.command("replay", str(path), "--live"), capture_output=True, timeout=60,
        env=sandbox.environment(TMPDIR=str(temporary)))
    assert done.returncode == 0, done
    assert list(temporary.iterdir()) == []
