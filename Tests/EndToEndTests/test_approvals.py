# A call that waits for a person: asked in one process, decided in another, executed by a third.

import time

from harness import eventually, receipt


def held(project, host, tool="ask_person", word="x"):
    """A held call's answer; its approval as `approvals` shows it."""
    answer = host.call(tool, {"word": word})
    assert receipt(answer)["status"] == "pending_approval"
    assert receipt(answer)["next"] in {"wait", "ask_human"}
    (approval,) = [
        a for a in project.data("approvals") if a["approval_id"] == receipt(answer)["approval_id"]]
    assert approval["state"] == "pending" and approval["tool"] == tool
    assert approval["arguments"] == {"word": word}
    assert approval["call_id"] == receipt(answer)["call_id"]
    return answer, approval


def test_approved_and_executed_within_a_second_by_the_live_host(project):
    host = project.serve()
    _, approval = held(project, host, "held_effect")
    assert project.effects("held_effect") == []
    done = project.run("approve", approval["approval_id"])
    assert done.returncode == 0, done
    began = time.monotonic()
    eventually(lambda: project.effects("held_effect"), within=3)
    assert time.monotonic() - began < 1.5
    again = host.call("held_effect", {"word": "x"})
    assert receipt(again)["status"] == "succeeded" and receipt(again)["replayed"]
    assert len(project.effects("held_effect")) == 1
    host.finish()


def test_call_status_waits_for_the_decision(project):
    host = project.serve()
    answer, approval = held(project, host)
    waiting = host.post_call(
        "call_status", {"call_id": receipt(answer)["call_id"], "wait_ms": 20_000})
    time.sleep(0.5)
    assert waiting not in host.answers
    project.run("approve", approval["approval_id"])
    status = host.answer(waiting)["result"]["structuredContent"]
    assert status["status"] == "succeeded"
    assert status["result"]["decision"] == "approved"
    host.finish()


def test_denied_is_final_for_that_call(project):
    host = project.serve()
    answer, approval = held(project, host, "held_effect")
    unreasoned = project.run("deny", approval["approval_id"])
    assert unreasoned.returncode == 64
    done = project.run("deny", approval["approval_id"], "--reason", "not today")
    assert done.returncode == 0, done
    status = host.status(receipt(answer)["call_id"])
    assert status["status"] == "denied"
    assert "not today" in status["error"]["message"]
    assert project.run("approve", approval["approval_id"]).returncode != 0
    # A denial frees the key: the same call is a new request.
    again = host.call("held_effect", {"word": "x"})
    assert receipt(again)["call_id"] != receipt(answer)["call_id"]
    assert receipt(again)["status"] == "pending_approval"
    assert project.effects("held_effect") == []
    host.finish()


def test_the_same_call_joins_the_one_that_waits(project):
    hosts = [project.serve(), project.serve()]
    first, _ = held(project, hosts[0])
    second = hosts[1].call("ask_person", {"word": "x"})
    assert receipt(second)["call_id"] == receipt(first)["call_id"]
    assert receipt(second)["replayed"]
    assert len(project.data("approvals")) == 1
    for host in hosts:
        host.finish()


def test_a_cancelled_request_cannot_be_approved(project):
    host = project.serve()
    answer, approval = held(project, host, "held_effect")
    cancelled = host.call("call_cancel", {"call_id": receipt(answer)["call_id"]})
    assert cancelled["status"] == "cancelled"
    assert project.run("approve", approval["approval_id"]).returncode != 0
    assert project.effects("held_effect") == []
    host.finish()


def test_a_worker_executes_what_no_host_is_there_for(project):
    pending = project.call("held_effect", {"word": "x"}, code=75)
    approval = receipt(pending)["approval_id"]
    assert project.run("worker", "--once").returncode == 0
    assert project.effects("held_effect") == []
    assert project.run("approve", approval).returncode == 0
    assert project.run("worker", "--once").returncode == 0
    assert len(project.effects("held_effect")) == 1
    assert project.run("worker", "--once").returncode == 0
    assert len(project.effects("held_effect")) == 1
    again = project.call("held_effect", {"word": "x"})
    assert receipt(again)["status"] == "succeeded" and receipt(again)["replayed"]


def test_a_host_that_dies_right_after_the_decision(project):
    host = project.serve(failpoint="before_effect")
    _, approval = held(project, host, "held_effect")
    assert project.run("approve", approval["approval_id"]).returncode == 0
    assert host.wait() == -9
    # The one attempt that the yes allowed was started: nobody may start another.
    (call,) = eventually(lambda: [
        c for c in (project.run("worker", "--once"), project.calls())[1]
        if c["status"] == "unknown"])
    assert call["attempts"] == 1
    assert project.effects("held_effect") == []


def test_nobody_else_may_decide_by_a_tool(project):
    host = project.serve()
    _, approval = held(project, host)
    for tool in ["approve", "deny", "resolve"]:
        answer = host.ask(
            "tools/call", {"name": tool, "arguments": {"id": approval["approval_id"]}})
        assert answer["error"]["code"] == -32602
    host.finish()
