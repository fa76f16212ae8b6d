# A host whose threads are all taken by slow calls, whose client does not read, or whose journal is
# not to be had: it keeps its lease, hears requests to stop, and answers in time.

import fcntl
import os
import signal
import subprocess
import time

from harness import eventually, receipt

MORE_THAN_THE_THREADS = 72


def test_a_busy_host_keeps_its_lease(make_project):
    project = make_project(lease="2s")
    busy, other = project.serve(), project.serve()
    other.call("sql_read", {"word": "w"})
    ids = [
        busy.post_call("slow_natural", {"word": f"w{n}", "seconds": 6})
        for n in range(MORE_THAN_THE_THREADS)
    ]
    for id in ids:
        content = busy.answer(id, within=60)["result"]["structuredContent"]
        assert receipt(content)["status"] == "succeeded", content
    assert len(project.effects("slow_natural")) == MORE_THAN_THE_THREADS
    assert all(call["attempts"] == 1 for call in project.calls())
    busy.finish()
    other.finish()


def test_a_busy_host_ends_within_its_grace(make_project):
    project = make_project(grace="1s")
    host = project.serve()
    for n in range(MORE_THAN_THE_THREADS):
        host.post_call("slow_at_most_once", {"word": f"w{n}", "seconds": 25})
    eventually(lambda: (project.log / "slow_at_most_once.pids").exists())
    time.sleep(1)
    before = time.monotonic()
    host.signal(signal.SIGTERM)
    host.wait(20)
    assert time.monotonic() - before < 8


def test_a_busy_host_hears_a_cancellation(make_project):
    project = make_project()
    host = project.serve()
    ids = [
        host.post_call("slow_at_most_once", {"word": f"w{n}", "seconds": 8})
        for n in range(MORE_THAN_THE_THREADS)
    ]
    eventually(lambda: (project.log / "slow_at_most_once.pids").exists())
    time.sleep(1)
    host.notify("notifications/cancelled", {"requestId": ids[0]})
    eventually(
        lambda: any(call["state"] == "unknown" for call in project.calls()), within=6)
    host.kill()


def test_a_client_that_does_not_read_cannot_keep_its_host_alive(project):
    environment = project.environment()
    host = subprocess.Popen(
        project.command("serve"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env=environment, cwd=project.folder)
    os.set_blocking(host.stdin.fileno(), False)
    line = (
        b'{"jsonrpc":"2.0","id":%d,"method":"tools/list","params":{"_meta":{'
        b'"io.modelcontextprotocol/protocolVersion":"2026-07-28",'
        b'"io.modelcontextprotocol/clientCapabilities":{}}}}\n')
    for n in range(400):
        try:
            os.write(host.stdin.fileno(), line % n)
        except BlockingIOError:
            break
    time.sleep(1)
    host.send_signal(signal.SIGTERM)
    host.wait(8)
    host.stdout.close()


def test_wait_bounds_how_long_a_client_is_kept_waiting(project):
    import json

    path = project.folder / "tools/slow_natural.json"
    manifest = json.loads(path.read_text())
    manifest["wait"] = "1s"
    path.write_text(json.dumps(manifest))
    host = project.serve()
    before = time.monotonic()
    content = host.call("slow_natural", {"word": "x", "seconds": 4})
    assert time.monotonic() - before < 3
    assert receipt(content)["status"] == "running" and receipt(content)["next"] == "wait"
    settled = host.status(receipt(content)["call_id"])
    assert settled["status"] == "succeeded"
    assert len(project.effects("slow_natural")) == 1
    host.finish()


def test_a_lock_that_is_not_to_be_had_costs_every_caller_one_deadline(project):
    host = project.serve()
    host.call("sql_read", {"word": "w"})
    with open(f"{project.journal}.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = time.monotonic()
        ids = [host.post_call("sql_natural", {"word": f"w{n}"}) for n in range(6)]
        for id in ids:
            host.answer(id, within=35)
        assert time.monotonic() - before < 30
    content = host.call("sql_natural", {"word": "later"})
    assert receipt(content)["status"] == "succeeded"
    host.finish()


def test_a_missing_or_other_secret_is_refused_and_nothing_is_done_again(project):
    project.call("sql_at_most_once", {"word": "once"})
    secret = project.journal.parent / "record.secret"
    kept = secret.read_bytes()
    for spoil in [secret.unlink, lambda: (secret.write_bytes(b"x" * 32), secret.chmod(0o600))]:
        spoil()
        again = project.run("call", "sql_at_most_once", "--arguments", '{"word": "once"}')
        assert again.returncode == 70 and "secret" in again.stderr, again
    secret.write_bytes(kept)
    secret.chmod(0o600)
    assert receipt(project.call("sql_at_most_once", {"word": "once"}))["replayed"]
    assert len(project.effects("sql_at_most_once")) == 1


def test_what_a_person_said_with_the_yes_reaches_the_agent(project):
    held = project.data(
        "call", "ask_person", "--arguments", '{"word": "x"}', "--json", code=75)
    approval = receipt(held)["approval_id"]
    assert project.run("approve", approval, "--reason", "a regular guest").returncode == 0
    assert project.run("worker", "--once").returncode == 0


def test_work_taken_over_keeps_its_lease_after_the_end_of_input(make_project):
    project = make_project(lease="1s")
    first = project.serve()
    first.post_call("slow_keyed", {"word": "x", "seconds": 4})
    eventually(lambda: (project.log / "slow_keyed.pids").exists())
    first.kill()
    second = project.serve()
    second.call("sql_read", {"word": "w"})
    eventually(lambda: any(call["attempts"] == 2 for call in project.calls()))
    second.close_input()
    third = project.serve()
    third.call("sql_read", {"word": "v"})
    assert second.wait(15) == 0
    (call,) = [call for call in project.calls() if call["tool"] == "slow_keyed"]
    assert (call["status"], call["attempts"]) == ("succeeded", 2)
    third.finish()
