# What follows a call by itself (retries, probes, undoing) while hosts are killed at any moment: a
# write that downstream cannot tell apart never happens twice, and every call ends in a known state.

import itertools
import random
import signal
import time

import manifests
import pytest
import undoing
from harness import HostDied, eventually, receipt

# Fails once for each word, then does what it does; slow enough to be killed in the middle.
FLAKY_SCRIPT = """
tool=$1 log=$2 word=$3
if ! test -e "$log/$word.tried"; then touch "$log/$word.tried"; exit 75; fi
echo "$HOLDFAST_CALL_ID $HOLDFAST_ATTEMPT $word" >> "$log/$tool.log"
test "$word" = lost && kill -9 $$
echo '{"effect_id": "'$word'"}'
"""
# Whether the effect of a call is there: a read that answers in rows.
LOOK_SCRIPT = """
log=$2 call=$3
if grep -qs "^$call " "$log/flaky.log" "$log/checked_once.log"; then
  echo '{"effect_id": "found"}'
else
  echo '{"effect_id": "missing"}'
fi
"""
POINTS = [
    "after_submit_commit", "before_effect", "after_effect", "before_record_commit",
    "after_record_commit",
]


def add(project):
    """A tool that is tried again, one whose lost outcome is looked up, and the look."""
    for name, text in [("flaky.sh", FLAKY_SCRIPT), ("look.sh", LOOK_SCRIPT)]:
        (project.folder / "scripts" / name).write_text(text)
    retry = {"attempts": 4, "first": "50ms", "max": "100ms"}
    look = manifests._manifest(
        "look", {"kind": "read"}, manifests._command("look", project.log, "look.sh"), agent=False)
    verify = {
        "tool": "look", "arguments": {"word": {"$from": "/call/id"}}, "settle": "300ms",
        "found": {"properties": {"effect_id": {"const": "found"}}, "required": ["effect_id"]},
        "result": {"effect_id": {"$from": "/result/effect_id"}},
    }
    look["input"]["properties"]["word"]["maxLength"] = 64
    made = [
        look,
        manifests._manifest(
            "flaky", manifests._write("at_most_once"),
            manifests._command("flaky", project.log, "flaky.sh"), retry=retry, verify=verify),
        manifests._manifest(
            "checked_once", manifests._write("at_most_once"),
            manifests._command("checked_once", project.log), retry=retry, verify=verify),
    ]
    undoing.add(project)
    for manifest in made:
        undoing.put(project, manifest)
    names = ["flaky", "checked_once", "file", "draft", "post", "sql_transactional"]
    project.configure(profiles={"default": {"allow": names}}, lease="1s")
    return project


@pytest.fixture
def desk(project):
    return add(project)


def ended(project, run=None):
    """The calls, once none of them can move on by itself."""
    def all_ended():
        project.run("worker", "--once")
        calls = project.data("show", run)["calls"] if run else project.calls()
        # Every tool here is looked up by a probe or its key: nothing stays unknown.
        moving = {
            "ready", "running", "waiting", "verifying", "compensating", "held", "unknown"}
        return calls if not any(c["state"] in moving for c in calls) else None
    return eventually(all_ended, within=40, every=0.2)


def check_flaky(project, word):
    """One call, whose effect happened as often as it says."""
    (call,) = [c for c in project.calls() if c["tool"] == "flaky"]
    happened = project.effects("flaky", word)
    assert len(happened) <= 1
    assert call["state"] in {"succeeded", "failed"}, call
    assert len(happened) == (1 if call["state"] == "succeeded" else 0), call
    return call


# A second attempt is not submitted: it is claimed by whoever records the first one's end, or later.
CASES = [c for c in itertools.product(POINTS, [1, 2]) if c != ("after_submit_commit", 2)]


@pytest.mark.parametrize("point,number", CASES)
def test_a_retry_that_is_killed_anywhere(desk, point, number):
    host = desk.serve(failpoint=f"{point}:{number}")
    try:
        host.call("flaky", {"word": "x"})
    except HostDied:
        pass
    assert host.wait() == -signal.SIGKILL
    eventually(lambda: all(c["state"] in {"succeeded", "failed"} for c in ended(desk)), within=40)
    check_flaky(desk, "x")
    desk.check_journal()


@pytest.mark.parametrize("point", POINTS)
def test_a_lost_outcome_is_found_out_by_whoever_comes_next(desk, point):
    host = desk.serve(failpoint=point)
    with pytest.raises(HostDied):
        host.call("checked_once", {"word": "x"})
    assert host.wait() == -signal.SIGKILL
    eventually(lambda: all(c["state"] in {"succeeded", "failed"} for c in ended(desk)), within=40)
    (call,) = desk.calls()
    happened = len(desk.effects("checked_once"))
    assert (call["state"], happened) in {("succeeded", 1), ("failed", 0)}, call
    assert happened == (1 if point not in {"after_submit_commit", "before_effect"} else 0)


def test_an_answer_that_gets_lost_is_looked_up_while_the_client_waits(desk):
    host = desk.serve()
    answer = host.call("flaky", {"word": "lost"})
    assert receipt(answer)["status"] == "succeeded"
    assert answer["effect_id"] == "found"
    call = check_flaky(desk, "lost")
    kinds = [event["kind"] for event in call["events"]]
    assert "probe_started" in kinds and "probe_ended" in kinds
    host.finish()


def test_a_retry_in_its_time_needs_nobody_who_was_there(desk):
    undoing.switch(desk, "patient", "busy")
    desk.configure(profiles={"default": {"allow": ["patient"]}}, lease="1s")
    manifest = undoing.tools(desk.log)["patient"]
    manifest["retry"] = {"attempts": 3, "first": "2s", "max": "2s"}
    undoing.put(desk, manifest)
    host = desk.serve()
    (desk.folder / "scripts/undoing.sh").write_text(
        'echo "retry-after: 3" >&2; test -e "$2/$1.busy" && exit 75\n' + undoing.SCRIPT)
    pending = host.call("patient", {"word": "p"})
    assert receipt(pending)["status"] == "pending_retry"
    since = time.monotonic()
    host.kill()
    undoing.switch(desk, "patient", "busy", on=False)
    worker = desk.start("worker")
    try:
        assert undoing.order(desk) == []
        eventually(lambda: undoing.order(desk), within=20)
    finally:
        worker.terminate()
        worker.wait(10)
        worker.stdout.close()
        worker.stderr.close()
    assert time.monotonic() - since > 1.2
    assert undoing.order(desk) == [("patient", "p")]


def test_writes_are_never_doubled_however_often_hosts_are_killed(desk):
    chance = random.Random(7)
    deadline = time.monotonic() + 7
    words = (f"w{n}" for n in itertools.count())
    while time.monotonic() < deadline:
        host = desk.serve()
        try:
            ids = [host.post_call("checked_once", {"word": next(words)}) for _ in range(4)]
            ids += [host.post_call("sql_transactional", {"word": next(words)})]
            time.sleep(chance.uniform(0.01, 0.25))
        except HostDied:
            pass
        host.signal(signal.SIGKILL)
        host.wait()
    calls = [c for c in ended(desk) if c["tool"] in {"checked_once", "sql_transactional"}]
    assert len(calls) > 10
    for tool in ["checked_once", "sql_transactional"]:
        happened = [call for call, _ in desk.effects(tool)]
        assert len(happened) == len(set(happened)), "an effect happened twice"
        succeeded = {c["call_id"] for c in calls if c["tool"] == tool and c["state"] == "succeeded"}
        assert succeeded == set(happened)
        assert {c["state"] for c in calls} <= {"succeeded", "failed"}
    desk.check_journal()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_abort_of_ten_steps_that_is_killed_again_and_again_ends(desk, seed):
    chance = random.Random(seed)
    run = undoing.begin(desk)
    tools = ["file", "draft", "post", "file", "draft", "file", "post", "draft", "file", "draft"]
    host = desk.serve()
    for number, tool in enumerate(tools):
        host.call(tool, {"word": f"{tool}-{number}", "run_id": run})
    host.finish()
    for _ in range(4):
        aborting = desk.start("abort", run, "--reason", "changed my mind")
        time.sleep(chance.uniform(0.02, 0.3))
        aborting.kill()
        aborting.wait(10)
        aborting.stdout.close()
        aborting.stderr.close()
    desk.run("abort", run, "--reason", "once more")
    eventually(
        lambda: desk.run("worker", "--once").returncode == 0
        and desk.data("show", run)["state"] == "aborted", within=40, every=0.3)
    done = desk.data("abort", run, "--reason", "how it stands")
    assert sorted(line["tool"] for line in done["standing"]) == ["post", "post"]
    assert len(done["undone"]) == 8 and done["pending"] == []
    # Each was undone at least once (the undo is `natural`), newest first.
    undos = list(dict.fromkeys(
        word for tool, word in undoing.order(desk) if tool.startswith("un")))
    assert undos == [f"{t}-{n}" for n, t in reversed(list(enumerate(tools))) if t != "post"]
    desk.check_journal()


def test_a_client_that_waits_for_a_retry_hears_progress_and_then_how_it_stands(desk):
    undoing.switch(desk, "patient", "busy")
    manifest = undoing.tools(desk.log)["patient"]
    manifest["wait"] = "3s"
    undoing.put(desk, manifest)
    desk.configure(profiles={"default": {"allow": ["patient"]}})
    host = desk.serve()
    id = host.post(
        "tools/call", {"name": "patient", "arguments": {"word": "p"},
                       "_meta": {"progressToken": "waiting"}})
    heard = host.other(lambda m: m.get("method") == "notifications/progress", within=3.0)
    assert heard["params"]["progressToken"] == "waiting"
    answer = host.answer(id)["result"]
    content = answer["structuredContent"]
    assert receipt(content)["status"] == "pending_retry" and not answer.get("isError", False)
    assert receipt(content)["next"] == "wait"
    assert "tried again at" in answer["content"][0]["text"]
    # Asked again, it is the same call and is not tried before its time.
    again = host.call("patient", {"word": "p"})
    assert receipt(again)["call_id"] == receipt(content)["call_id"]
    assert receipt(again)["replayed"] and undoing.order(desk) == []
    host.finish()
