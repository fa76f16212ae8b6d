# Hosts that are frozen past their lease, and commands that lose their host.

import os
import signal
import time

from harness import HostDied, eventually, receipt


def pids(project, tool):
    file = project.log / f"{tool}.pids"
    text = eventually(lambda: file.exists() and file.read_text().strip())
    return [int(word) for word in text.split()]


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # It ended between the two calls.
        return False


def freeze_while_at_work(project, tool, seconds):
    """A host frozen in the middle of its attempt, and the id of its pending request."""
    host = project.serve()
    id = host.post_call(tool, {"word": "x", "seconds": seconds})
    pids(project, tool)
    host.signal(signal.SIGSTOP)
    return host, id


def test_a_frozen_write_is_never_sent_again_and_its_late_answer_settles_it(make_project):
    project = make_project(lease="1s")
    frozen, id = freeze_while_at_work(project, "slow_at_most_once", 3)
    other = project.serve()
    joined = other.call("slow_at_most_once", {"word": "x", "seconds": 3})
    assert receipt(joined)["status"] == "unknown" and receipt(joined)["replayed"]
    said = project.run("show", receipt(joined)["call_id"]).stdout
    assert "the lease of the host that made attempt 1 ran out, and it may still live" in said
    (sender,) = project.calls()[0]["doubt"]["senders"]
    assert f"may still be under way in host {sender['owner']}; end that process" in said
    eventually(lambda: project.effects("slow_at_most_once"))
    frozen.signal(signal.SIGCONT)
    late = frozen.answer(id)["result"]["structuredContent"]
    assert receipt(late)["status"] == "succeeded"
    settled = other.status(receipt(joined)["call_id"])
    assert settled["status"] == "succeeded"
    assert len(project.effects("slow_at_most_once")) == 1
    frozen.finish()
    other.finish()


def test_a_repeatable_write_is_taken_over_and_the_late_answer_changes_nothing(make_project):
    project = make_project(lease="1s")
    frozen, id = freeze_while_at_work(project, "slow_keyed", 2)
    other = project.serve()
    joined = other.call("slow_keyed", {"word": "x", "seconds": 2})
    assert receipt(joined)["status"] == "succeeded" and receipt(joined)["replayed"]
    frozen.signal(signal.SIGCONT)
    late = frozen.answer(id)["result"]["structuredContent"]
    assert receipt(late)["status"] == "succeeded"
    assert receipt(late)["call_id"] == receipt(joined)["call_id"]
    happened = project.effects("slow_keyed")
    assert {call for call, _ in happened} == {receipt(joined)["call_id"]}
    assert [attempt for _, attempt in sorted(happened)] == [1, 2]
    (call,) = project.calls()
    kinds = [event["kind"] for event in call["events"]]
    assert kinds.count("attempt_succeeded") == 1, kinds
    frozen.finish()
    other.finish()


def test_a_host_that_was_frozen_goes_on(make_project):
    project = make_project(lease="1s")
    host = project.serve()
    host.call("sql_transactional", {"word": "a"})
    host.signal(signal.SIGSTOP)
    time.sleep(2)
    host.signal(signal.SIGCONT)
    first = host.call("sql_transactional", {"word": "b"})
    # Either its lease was renewed in time, or nothing was sent and it says so.
    assert receipt(first)["status"] in {"succeeded", "failed"}
    if receipt(first)["status"] == "failed":
        assert project.effects("sql_transactional", "b") == []
    eventually(
        lambda: receipt(host.call("sql_transactional", {"word": "b"}))["status"] == "succeeded")
    assert len(project.effects("sql_transactional", "b")) == 1
    host.finish()


def test_a_command_dies_with_its_host(project):
    host = project.serve()
    id = host.post_call("slow_at_most_once", {"word": "x", "seconds": 60})
    started = pids(project, "slow_at_most_once")
    assert all(is_alive(pid) for pid in started)
    os.kill(host.pid, signal.SIGKILL)
    host.wait()
    eventually(lambda: not any(is_alive(pid) for pid in started), within=1.5)
    assert project.effects("slow_at_most_once") == []
    host = project.serve()
    again = host.call("slow_at_most_once", {"word": "x", "seconds": 60})
    assert receipt(again)["status"] == "unknown" and receipt(again)["replayed"]
    host.finish()
    assert id


def test_a_time_out_kills_the_command_and_is_unknown(project):
    host = project.serve()
    answer = host.call("short", {"word": "x", "seconds": 60})
    assert receipt(answer)["status"] == "unknown"
    assert receipt(answer)["next"] == "ask_human"
    assert not any(is_alive(pid) for pid in pids(project, "short"))
    host.finish()


def test_a_person_settles_an_unknown_call(project):
    host = project.serve(failpoint="after_effect")
    try:
        host.call("command_at_most_once", {"word": "x"})
    except HostDied:
        pass
    host = project.serve()
    unknown = host.call("command_at_most_once", {"word": "x"})
    call = receipt(unknown)["call_id"]
    assert receipt(unknown)["status"] == "unknown"
    refused = project.run("resolve", call, "--succeeded", '{"effect_id": "x"}')
    assert refused.returncode == 64, refused
    done = project.run("resolve", call, "--succeeded", '{"effect_id": "x"}', "--reason", "seen")
    assert done.returncode == 0, done
    again = host.call("command_at_most_once", {"word": "x"})
    assert receipt(again)["status"] == "succeeded" and receipt(again)["replayed"]
    assert again["effect_id"] == "x"
    assert len(project.effects("command_at_most_once")) == 1
    host.finish()


def parent(pid):
    with open(f"/proc/{pid}/stat") as file:
        return int(file.read().rsplit(")", 1)[1].split()[1])


def test_an_owner_is_not_gone_while_a_command_of_it_lives(make_project):
    """The host is dead and its leash frozen: what the leash should kill may still be at work."""
    project = make_project(lease="60s")
    host = project.serve()
    host.post_call("slow_at_most_once", {"word": "x", "seconds": 100})
    command, child = pids(project, "slow_at_most_once")
    leash = parent(command)
    os.kill(leash, signal.SIGSTOP)
    host.kill()
    assert project.run("worker", "--once").returncode == 0
    assert is_alive(command) and is_alive(child)
    assert [call["state"] for call in project.calls()] == ["running"]
    os.kill(leash, signal.SIGCONT)
    eventually(lambda: not is_alive(command) and not is_alive(child) and not is_alive(leash))
    assert project.run("worker", "--once").returncode == 0
    assert [call["state"] for call in project.calls()] == ["unknown"]
    assert project.effects("slow_at_most_once") == []
    assert list((project.journal.parent / "leashes").iterdir()) == []
