# What an operator sees of a run at a glance: what waits for what until when, what may have
# happened, what is to be done, and which version of a tool it rests on.

import json

import pytest
import undoing
from harness import receipt


@pytest.fixture
def desk(project):
    return undoing.add(project)


def test_retries_wait_where_everybody_sees_them(desk):
    undoing.switch(desk, "patient", "busy")
    pending = desk.call("patient", {"word": "x"}, code=75)
    assert receipt(pending)["status"] == "pending_retry"
    (call,) = desk.calls()
    assert call["state"] == "waiting" and call["status"] == "pending_retry"
    assert call["retry_at"].endswith("Z") and "worker --once" in call["next"]
    said = desk.run("show", call["call_id"])
    assert "WAITING (1)" in said.stdout and call["retry_at"] in said.stdout
    words = desk.run("call", "patient", "--arguments", '{"word": "x"}')
    assert words.returncode == 75 and call["retry_at"] in words.stderr


def test_retries_that_are_used_up_are_unavailable(desk):
    undoing.switch(desk, "retried", "busy")
    ended = desk.run("call", "retried", "--arguments", '{"word": "x"}')
    assert ended.returncode == 69, ended
    assert "tried 2 times" in ended.stderr
    (call,) = desk.calls()
    assert call["state"] == "failed" and call["error"]["class"] == "transient"
    assert call["attempts"] == 2
    undoing.switch(desk, "retried", "busy", on=False)
    desk.call("retried", {"word": "x"})


def test_both_values_of_a_read_back_are_shown(desk):
    desk.call("checked", {"word": "mine"}, code=74)
    (call,) = desk.calls()
    assert call["state"] == "needs_attention"
    assert call["result"] == {"effect_id": "mine"} and call["found"] == {"effect_id": "another"}
    said = desk.run("show", call["call_id"]).stdout
    assert "NEEDS A PERSON" in said and "found when read back" in said and "another" in said
    todo = desk.run("runs", "--state", "needs_attention").stdout
    assert "reads back differently" in todo and f"holdfast resolve {call['call_id']}" in todo
    settled = desk.run(
        "resolve", call["call_id"], "--succeeded", '{"effect_id": "mine"}', "--reason", "fine")
    assert settled.returncode == 0, settled
    assert desk.data("runs", "--state", "needs_attention") == []


def test_an_unknown_call_and_a_refused_one_are_told_apart(desk):
    run = undoing.begin(desk)
    undoing.switch(desk, "post", "killed")
    desk.call("post", {"word": "x"}, "--run", run, code=74)
    said = desk.run("show", run).stdout
    assert "MAY HAVE HAPPENED" in said and "holdfast resolve" in said
    other = undoing.begin(desk)
    undoing.switch(desk, "draft", "refused")
    refused = desk.run("call", "draft", "--arguments", '{"word": "y"}', "--run", other)
    assert refused.returncode == 77 and "See to the permission" in refused.stderr
    said = desk.run("show", other).stdout
    assert "NEEDS A PERSON" in said and "MAY HAVE HAPPENED" not in said
    todo = desk.data("runs", "--state", "needs_attention")
    assert {line["run_id"] for line in todo} == {run, other}
    assert all("holdfast resolve" in line["next"] for line in todo)
    # Again, now that it is permitted.
    undoing.switch(desk, "draft", "refused", on=False)
    call = desk.data("show", other)["calls"][0]["call_id"]
    assert desk.run("resolve", call, "--retry", "--reason", "permitted").returncode == 0
    assert desk.run("worker", "--once").returncode == 0
    assert desk.data("show", call)["calls"][0]["state"] == "succeeded"
    assert desk.data("show", other)["state"] == "open"


def test_a_changed_manifest_is_told(desk):
    run = undoing.begin(desk)
    undoing.write(desk, run, "file")
    file = desk.folder / "tools/file.json"
    manifest = json.loads(file.read_text())
    manifest["version"] = "2.0.0"
    file.write_text(json.dumps(manifest))
    (call,) = desk.data("show", run)["calls"]
    assert call["pinned"]["changed"] and call["pinned"]["current"] != call["pinned"]["manifest"]
    said = desk.run("show", run).stdout
    assert "this run uses the version it was begun with" in said
    assert call["pinned"]["manifest"][:12] in said and call["pinned"]["current"][:12] in said
    file.unlink()
    assert "is gone" in desk.run("show", run).stdout


def test_effects_are_writes_and_what_has_become_of_them(desk):
    run = undoing.begin(desk)
    undoing.write(desk, run, "file", "post")
    desk.call("sql_read", {"word": "x"}, "--run", run)
    shown = desk.data("show", run, "--effects")
    assert [call["tool"] for call in shown["calls"]] == ["file", "post"]
    assert [call["effect"] for call in shown["calls"]] == [
        {"stands": "yes", "reversibility": "reversible", "undo": "unfile"},
        {"stands": "yes", "reversibility": "reversible", "undo": None}]
    desk.data("abort", run, "--reason", "r")
    shown = desk.data("show", run, "--effects")
    assert [(c["tool"], c["effect"]["stands"]) for c in shown["calls"]] == [
        ("file", "undone"), ("post", "yes"), ("unfile", "yes")]
    said = desk.run("show", run, "--effects")
    assert said.returncode == 0 and "sql_read" not in said.stdout


def test_a_call_that_was_tried_before_it_was_cancelled_is_not_said_to_have_never_run(desk):
    undoing.switch(desk, "patient", "busy")
    run = undoing.begin(desk)
    undoing.write(desk, run, "patient", code=75)
    assert desk.run("halt", "--tool", "patient", "--reason", "enough").returncode == 0
    (call,) = desk.data("show", run)["calls"]
    assert call["hold"]["kind"] == "halt" and call["hold"]["halt"]["reason"] == "enough"
    assert "next" not in call
    assert desk.data("abort", run, "--reason", "r")["state"] == "aborted"
    said = desk.run("show", run).stdout
    assert "surely did not happen" in said and "before it ran" not in said


def test_an_effect_that_is_being_undone_may_be_there(desk):
    run = undoing.begin(desk)
    undoing.write(desk, run, "stick")
    undoing.switch(desk, "unstick", "killed")

    def effects():
        calls = desk.data("show", run, "--effects")["calls"]
        return {call["tool"]: call["effect"]["stands"] for call in calls}

    assert effects() == {"stick": "yes"}
    assert desk.run("abort", run, "--reason", "r").returncode == 74
    assert effects() == {"stick": "maybe", "unstick": "maybe"}
    (line,) = desk.data("runs", "--state", "needs_attention")
    assert "--retry" in line["next"]
    undoing.switch(desk, "unstick", "killed", on=False)
    undo = next(c for c in desk.data("show", run)["calls"] if c["tool"] == "unstick")
    assert desk.run(
        "resolve", undo["call_id"], "--retry", "--reason", "safe").returncode == 0
    assert desk.run("worker", "--once").returncode == 0
    assert effects() == {"stick": "undone", "unstick": "yes"}


def test_an_open_breaker_is_told_by_the_doctor(desk):
    undoing.switch(desk, "retried", "busy")
    for number in range(3):
        desk.run("call", "retried", "--arguments", json.dumps({"word": f"w{number}"}))
    (finding,) = [f for f in desk.data("doctor")["findings"] if f["about"] == "breaker"]
    assert "retried" in finding["says"] and finding["level"] == "warning"
    # The fifth failure in a row opened it, so that the third call's second attempt waits.
    waiting = [call for call in desk.calls() if call["state"] == "waiting"]
    assert [call["hold"]["kind"] for call in waiting] == ["breaker"]
    said = desk.run("show", waiting[0]["call_id"]).stdout
    assert f"held back until {waiting[0]['hold']['until']}" in said
    refused = desk.run("call", "retried", "--arguments", '{"word": "another"}')
    assert refused.returncode == 69 and "failed again and again" in refused.stderr
