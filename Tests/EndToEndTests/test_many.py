# Many processes on one journal: the same call from all of them is one call.

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from harness import receipt


@pytest.mark.parametrize(
    "tool,arguments",
    [("sql_transactional", {"word": "x"}), ("slow_at_most_once", {"word": "x", "seconds": 2})])
def test_fifty_processes_with_the_same_call(project, tool, arguments):
    words = ["call", tool, "--arguments", json.dumps(arguments), "--json"]
    started = [project.start(*words) for _ in range(50)]
    answers = []
    for process in started:
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, (process.returncode, output, errors)
        answers.append(json.loads(output))
    assert len(project.effects(tool)) == 1
    assert len({receipt(a)["call_id"] for a in answers}) == 1
    assert len({a["effect_id"] for a in answers}) == 1
    assert [receipt(a).get("replayed", False) for a in answers].count(False) == 1
    assert len(project.calls()) == 1
    project.check_journal()


def test_several_hosts_with_the_same_calls(project):
    hosts = [project.serve() for _ in range(6)]

    def work(host):
        ids = [host.post_call("sql_transactional", {"word": f"w{n % 5}"}) for n in range(20)]
        return [host.answer(id)["result"]["structuredContent"] for id in ids]

    with ThreadPoolExecutor(6) as pool:
        answers = [a for some in pool.map(work, hosts) for a in some]
    assert len(answers) == 120
    assert len(project.effects("sql_transactional")) == 5
    by_word = {}
    for answer in answers:
        by_word.setdefault(answer["effect_id"], []).append(receipt(answer))
    assert len(by_word) == 5
    for receipts in by_word.values():
        assert len({r["call_id"] for r in receipts}) == 1
        assert [r.get("replayed", False) for r in receipts].count(False) == 1
    for host in hosts:
        host.finish()
    project.check_journal()


def test_a_new_key_repeats_on_purpose_and_other_arguments_are_refused(project):
    host = project.serve()
    first = host.call("sql_transactional", {"word": "x", "idempotency_key": "a"})
    same = host.call("sql_transactional", {"word": "x", "idempotency_key": "a"})
    other = host.call("sql_transactional", {"word": "x", "idempotency_key": "b"})
    assert receipt(same)["call_id"] == receipt(first)["call_id"] != receipt(other)["call_id"]
    assert len(project.effects("sql_transactional")) == 2
    answer = host.ask(
        "tools/call",
        {"name": "sql_transactional", "arguments": {"word": "y", "idempotency_key": "a"}})
    assert answer["result"]["isError"]
    assert "idempotency_key" in answer["result"]["content"][0]["text"]
    assert len(project.effects("sql_transactional")) == 2
    host.finish()


def test_start_up_needs_no_lock(project):
    """Somebody holds the journal's lock for good: the first answers come at once all the same."""
    import fcntl
    import time

    warm = project.serve()
    warm.call("sql_read", {"word": "x"})
    warm.finish()
    with open(str(project.journal) + ".lock", "r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        began = time.monotonic()
        host = project.serve()
        assert "result" in host.ask("server/discover", within=5)
        initialize = host.ask(
            "initialize",
            {"protocolVersion": "2025-11-25", "capabilities": {},
             "clientInfo": {"name": "t", "version": "1"}}, within=5, meta=None)
        assert initialize["result"]["protocolVersion"] == "2025-11-25"
        assert host.ask("tools/list", within=5)["result"]["tools"]
        assert time.monotonic() - began < 5
        # A call must wait, and goes on as soon as the lock is free.
        pending = host.post_call("sql_transactional", {"word": "x"})
        time.sleep(0.5)
        assert pending not in host.answers
    assert receipt(host.answer(pending)["result"]["structuredContent"])["status"] == "succeeded"
    host.finish()
