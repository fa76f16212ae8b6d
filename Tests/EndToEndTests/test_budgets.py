# Limits over many processes at once: exactly as much is let through as may be.

import json

import pytest
from harness import eventually, receipt

AMOUNT = {
    "type": "object", "additionalProperties": False, "required": ["word", "amount"],
    "properties": {"word": {"type": "string"}, "amount": {"type": "number"}},
}


def limited(project, tool, **more):
    """The manifest of `tool`, with what is to be different."""
    file = project.folder / "tools" / f"{tool}.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **more}))


def profile(project, tool, **more):
    project.configure(profiles={"default": {"allow": [tool], **more}})


def at_once(project, tool, arguments):
    """How the same many processes end that are started at once: their codes and documents."""
    started = [
        project.start("call", tool, "--arguments", json.dumps(each), "--json")
        for each in arguments
    ]
    ended = []
    for process in started:
        output, errors = process.communicate(timeout=120)
        assert process.returncode in (0, 77), (process.returncode, output, errors)
        ended.append((process.returncode, output + errors))
    return ended


def words(count=20, **more):
    return [{"word": f"w{n}", **more} for n in range(count)]


def let_through(ended):
    return [code for code, _ in ended].count(0)


def test_a_rate_lets_exactly_as_many_processes_through_as_it_says(project):
    limited(project, "sql_at_most_once", limits={"rate": "7/1h"})
    profile(project, "sql_at_most_once")
    ended = at_once(project, "sql_at_most_once", words())
    assert let_through(ended) == 7 == len(project.effects("sql_at_most_once"))
    refused = [text for code, text in ended if code == 77]
    assert len(refused) == 13
    for text in refused:
        assert "at most 7 times in any 1 h (its limits.rate)" in text
        assert "7 calls used, 0 calls left" in text and "There is room for it at 20" in text
    assert len(project.calls()) == 7
    project.check_journal()


def test_an_amount_is_summed_exactly_over_processes(project):
    limit = {"of": "/amount", "max": 1, "per": "24h"}
    limited(project, "sql_at_most_once", input=AMOUNT, limits={"amount": limit})
    profile(project, "sql_at_most_once")
    ended = at_once(project, "sql_at_most_once", words(amount=0.1))
    assert let_through(ended) == 10 == len(project.effects("sql_at_most_once"))
    refused = [text for code, text in ended if code == 77]
    assert all("1 used, 0 left, and this call would take 0.1" in text for text in refused)


def test_a_days_calls_are_counted_over_processes(project):
    profile(project, "sql_at_most_once", budget={"day": {"calls": 4}})
    ended = at_once(project, "sql_at_most_once", words())
    assert let_through(ended) == 4 == len(project.effects("sql_at_most_once"))
    assert all("budget.day.calls" in text for code, text in ended if code == 77)


@pytest.mark.parametrize("amount", [-1, 0.0000001])
def test_an_amount_that_cannot_be_counted_is_refused(project, amount):
    limit = {"of": "/amount", "max": 1, "per": "24h"}
    limited(project, "sql_at_most_once", input=AMOUNT, limits={"amount": limit})
    profile(project, "sql_at_most_once")
    done = project.run(
        "call", "sql_at_most_once", "--arguments", json.dumps({"word": "x", "amount": amount}))
    assert done.returncode == 65, (done.stdout, done.stderr)
    assert "/amount" in done.stdout + done.stderr
    assert project.effects("sql_at_most_once") == []


def test_over_a_concurrency_a_call_waits_its_turn(project):
    limited(project, "slow_at_most_once", limits={"concurrency": 1})
    profile(project, "slow_at_most_once")
    host, other = project.serve(), project.serve()
    first = host.post_call("slow_at_most_once", {"word": "a", "seconds": 2})
    eventually(lambda: any(c["state"] == "running" for c in project.calls()))
    second = other.post_call("slow_at_most_once", {"word": "b", "seconds": 0})
    waiting = eventually(
        lambda: [c for c in project.calls() if c["status"] == "pending_retry"])
    assert [c["state"] for c in waiting] == ["waiting"]
    assert project.effects("slow_at_most_once") == []
    for asked, by in [(first, host), (second, other)]:
        answer = by.answer(asked)["result"]["structuredContent"]
        assert receipt(answer)["status"] == "succeeded"
    assert [c["state"] for c in project.calls()] == ["succeeded"] * 2
    for each in [host, other]:
        each.finish()


def test_a_run_is_told_what_is_left_and_an_agent_what_to_do(project):
    profile(
        project, "sql_at_most_once",
        budget={"run": {"calls": 2, "identical": 1}, "day": {"writes": 9}})
    host = project.serve()
    run = host.call("run_begin", {"purpose": "try the budget"})["run_id"]
    host.call("sql_at_most_once", {"word": "a", "run_id": run})
    left = host.call("run_status", {"run_id": run})["budget_left"]
    assert left["run"] == {"calls": 1}
    assert left["day"]["writes"] == 8 and left["day"]["resets_at"].endswith("T00:00:00.000Z")

    def refused(word):
        arguments = {"word": word, "run_id": run}
        answer = host.ask("tools/call", {"name": "sql_at_most_once", "arguments": arguments})
        assert answer["result"]["isError"]
        receipt_ = answer["result"]["structuredContent"]["holdfast"]
        return receipt_["status"], receipt_["next"], answer["result"]["content"][0]["text"]

    status, next_, text = refused("a")
    assert next_ == "do_not_retry" and "this very call" in text
    host.call("sql_at_most_once", {"word": "b", "run_id": run})
    status, next_, text = refused("c")
    assert (status, next_) == ("denied", "do_not_retry")
    assert "this run may make at most 2 calls (budget.run.calls)" in text
    host.finish()
