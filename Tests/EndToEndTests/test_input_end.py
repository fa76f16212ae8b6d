# How a host ends: at the end of its input, at SIGTERM, and when its client stops reading.

import json
import signal
import subprocess
import time

from harness import META, eventually, receipt


def line(id, tool, arguments):
    return json.dumps({
        "jsonrpc": "2.0", "id": id, "method": "tools/call",
        "params": {"name": tool, "arguments": arguments, "_meta": META},
    })


def pipe(project, text, within=30):
    """What `… | holdfast serve` prints, by id, and how long it took."""
    began = time.monotonic()
    done = subprocess.run(
        project.command("serve"), input=text.encode(), capture_output=True, timeout=within,
        env=project.environment())
    assert done.returncode == 0, done.stderr
    messages = [json.loads(each) for each in done.stdout.splitlines()]
    return {m["id"]: m for m in messages}, time.monotonic() - began


def test_no_input_at_all(project):
    answers, seconds = pipe(project, "")
    assert answers == {} and seconds < 2
    assert not project.journal.exists(), "nothing was asked, so nothing is made"


def test_calls_in_flight_finish_and_the_last_line_needs_no_end(project):
    text = "\n".join([
        line(1, "slow_at_most_once", {"word": "x", "seconds": 2}),
        line(2, "sql_transactional", {"word": "y"}),
    ])
    answers, seconds = pipe(project, text)
    for id in [1, 2]:
        assert receipt(answers[id]["result"]["structuredContent"])["status"] == "succeeded"
    assert seconds < 6
    assert len(project.effects("slow_at_most_once")) == 1


def test_calls_that_only_wait_are_answered_pending_at_once(project):
    answers, seconds = pipe(project, line(1, "ask_person", {"word": "x"}) + "\n")
    assert receipt(answers[1]["result"]["structuredContent"])["status"] == "pending_approval"
    assert seconds < 3


def test_a_status_call_that_waits_ends_with_the_input(project):
    pending = project.call("ask_person", {"word": "x"}, code=75)
    call = receipt(pending)["call_id"]
    asked = {"call_id": call, "wait_ms": 30_000}
    answers, seconds = pipe(project, line(1, "call_status", asked) + "\n")
    assert answers[1]["result"]["structuredContent"]["status"] == "pending_approval"
    assert seconds < 3


def test_an_incomplete_last_line_is_answered_without_an_id(project):
    done = subprocess.run(
        project.command("serve"), input=line(1, "sql_read", {"word": "x"})[:-5].encode(),
        capture_output=True, timeout=20, env=project.environment())
    assert done.returncode == 0
    (answer,) = [json.loads(each) for each in done.stdout.splitlines()]
    assert answer["error"]["code"] == -32700 and "id" not in answer


def test_sigterm_while_idle(project):
    host = project.serve()
    host.ask("server/discover")
    began = time.monotonic()
    host.signal(signal.SIGTERM)
    assert host.wait() == 0
    assert time.monotonic() - began < 2


def test_sigterm_lets_short_work_finish(make_project):
    project = make_project(grace="5s")
    host = project.serve()
    id = host.post_call("slow_at_most_once", {"word": "x", "seconds": 1})
    eventually(lambda: (project.log / "slow_at_most_once.pids").exists())
    host.signal(signal.SIGTERM)
    answer = host.answer(id)["result"]["structuredContent"]
    assert receipt(answer)["status"] == "succeeded"
    assert host.wait() == 0
    assert len(project.effects("slow_at_most_once")) == 1


def test_sigterm_ends_long_work_and_records_it(project):
    host = project.serve()
    id = host.post_call("slow_at_most_once", {"word": "x", "seconds": 60})
    eventually(lambda: (project.log / "slow_at_most_once.pids").exists())
    began = time.monotonic()
    host.signal(signal.SIGTERM)
    answer = host.answer(id)["result"]["structuredContent"]
    assert receipt(answer)["status"] == "unknown"
    assert host.wait() == 0
    assert time.monotonic() - began < 6
    (call,) = project.calls()
    assert call["status"] == "unknown"
    assert project.effects("slow_at_most_once") == []


def test_a_client_that_stops_reading(project):
    host = subprocess.Popen(
        project.command("serve"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env=project.environment())
    host.stdout.close()
    host.stdin.write(line(1, "sql_transactional", {"word": "x"}).encode() + b"\n")
    host.stdin.close()
    # Nobody could hear of it, so nothing is begun.
    assert host.wait(10) == 0
    assert project.effects("sql_transactional") == []
    assert project.calls() == []
