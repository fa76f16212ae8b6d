# The host is killed at every point of a call, for every delivery mode, and started again. Checked
# is how often the effect happened, what the call became, and that nothing acknowledged is lost.

import itertools
import signal

import pytest
from harness import HostDied, eventually, receipt

POINTS = [
    "before_submit_commit", "after_submit_commit", "before_effect", "before_effect_commit",
    "after_effect_commit", "after_effect", "before_record_commit", "after_record_commit",
    "after_answer",
]
TOOLS = [
    "sql_transactional", "sql_natural", "sql_at_most_once", "command_at_most_once",
    "command_natural", "command_keyed", "sql_read", "command_read",
]


def passes(tool, point):
    """Only a statement that writes has a commit of its own."""
    has_commit = tool.startswith("sql") and not tool.endswith("read")
    return has_commit or not point.endswith("effect_commit")


CASES = [case for case in itertools.product(TOOLS, POINTS) if passes(*case)]


def is_past(point, other):
    return POINTS.index(point) >= POINTS.index(other)


def call_until_death(host, tool):
    """The answer, where one came before the host died."""
    try:
        return host.call(tool, {"word": "x"})
    except HostDied:
        return None
    finally:
        assert host.wait() == -signal.SIGKILL


def expected_effects(tool, point, was_journaled):
    """How often the effect may have happened in the end, the same call once more included."""
    is_applied = is_past(point, "after_effect_commit")
    if tool.endswith("at_most_once") and was_journaled:
        return {1} if is_applied else {0}
    if tool.startswith("command") and not tool.endswith("at_most_once"):
        return {1, 2, 3}
    return {1}


@pytest.mark.parametrize("tool,point", CASES)
def test_killed_at(project, tool, point):
    acknowledged = call_until_death(project.serve(failpoint=point), tool)
    assert (acknowledged is not None) == (point == "after_answer")
    was_journaled = is_past(point, "after_submit_commit")
    journaled = project.calls()
    assert len(journaled) == (1 if was_journaled else 0)

    host = project.serve()
    again = host.call(tool, {"word": "x"})
    is_unknown = (
        tool.endswith("at_most_once") and was_journaled
        and not is_past(point, "after_record_commit"))
    if tool.endswith("read"):
        assert "replayed" not in receipt(again)
    else:
        assert receipt(again).get("replayed", False) == was_journaled
        if was_journaled:
            assert receipt(again)["call_id"] == journaled[0]["call_id"]
    assert receipt(again)["status"] == ("unknown" if is_unknown else "succeeded")
    if acknowledged and not tool.endswith("read"):
        assert again["effect_id"] == acknowledged["effect_id"]

    check_end(project, host, tool, journaled, is_unknown)
    if tool != "sql_read" and tool != "sql_natural":
        happened = project.effects(tool)
        if tool == "command_read":
            assert happened
        else:
            assert len(happened) in expected_effects(tool, point, was_journaled)
            assert {call for call, _ in happened} <= {receipt(again)["call_id"]}
    if tool == "sql_natural":
        with project.database() as database:
            rows = database.execute("SELECT word, call_id FROM settings").fetchall()
        assert rows == [("x", receipt(again)["call_id"])]
    host.finish()
    project.check_journal()


def check_end(project, host, tool, journaled, is_unknown):
    """What was journaled before the crash has ended, with one outcome, as every door tells it."""
    for call in journaled:
        wanted = "unknown" if is_unknown else "succeeded"
        status = eventually(
            lambda: (s := host.status(call["call_id"]))["status"] == wanted and s)
        shown = [c for c in project.calls() if c["call_id"] == call["call_id"]]
        assert [c["status"] for c in shown] == [status["status"]]
        assert shown[0]["tool"] == tool
        kinds = [event["kind"] for event in shown[0]["events"]]
        outcomes = [k for k in kinds if k in {"attempt_succeeded", "attempt_failed"}]
        assert len(outcomes) == (0 if is_unknown else 1), kinds
        if tool.endswith("at_most_once"):
            assert shown[0]["attempts"] == 1


@pytest.mark.parametrize("point", ["after_submit_commit", "after_effect_commit", "after_effect"])
def test_calls_in_flight_together(project, point):
    """Eight calls at once, killed when the fifth comes by: each has at most one effect."""
    host = project.serve(failpoint=f"{point}:5")
    ids = [host.post_call("sql_transactional", {"word": f"w{n}"}) for n in range(8)]
    answered = {}
    for n, id in enumerate(ids):
        try:
            answered[n] = host.answer(id)["result"]["structuredContent"]
        except HostDied:
            continue
    assert host.wait() == -signal.SIGKILL
    host = project.serve()
    for n in range(8):
        again = host.call("sql_transactional", {"word": f"w{n}"})
        assert receipt(again)["status"] == "succeeded"
        assert len(project.effects("sql_transactional", f"w{n}")) == 1
        if n in answered:
            assert again["effect_id"] == answered[n]["effect_id"]
            assert receipt(again)["call_id"] == receipt(answered[n])["call_id"]
            assert receipt(again)["replayed"]
    host.finish()
    project.check_journal()


def test_a_host_that_dies_in_recovery(project):
    """Recovery is killed too, twice: the third host still finds one effect and one outcome."""
    for point in ["after_effect_commit", "before_effect", "after_effect"]:
        host = project.serve(failpoint=point)
        call_until_death(host, "sql_transactional")
    host = project.serve()
    last = host.call("sql_transactional", {"word": "x"})
    assert receipt(last)["status"] == "succeeded" and receipt(last)["replayed"]
    assert len(project.effects("sql_transactional")) == 1
    host.finish()


def test_a_run_is_resumed_after_a_crash(project):
    """What an agent needs after its own crash: the same run, with what was done in it."""
    host = project.serve(failpoint="after_effect_commit")
    begun = host.call("run_begin", {"purpose": "test", "intent_id": "job-1"})
    try:
        host.call("sql_transactional", {"word": "x", "run_id": begun["run_id"]})
    except HostDied:
        pass
    assert host.wait() == -signal.SIGKILL
    host = project.serve()
    resumed = host.call("run_begin", {"purpose": "test", "intent_id": "job-1"})
    assert (resumed["run_id"], resumed["resumed"]) == (begun["run_id"], True)
    status = eventually(
        lambda: (s := host.call("run_status", {"run_id": begun["run_id"]}))
        and not s["waiting"] and s)
    assert [c["status"] for c in status["calls"]] == ["succeeded"]
    done = host.call("run_complete", {"run_id": begun["run_id"], "summary": "done"})
    assert done["state"] == "completed"
    assert len(project.effects("sql_transactional")) == 1
    host.finish()
