# Undoing a run at the command line: in which order, what stands, what is left to do, and that a
# process killed at any moment is followed by one that ends the work.

import os
import subprocess
import time

import pytest
import undoing
from harness import eventually, receipt


@pytest.fixture
def desk(project):
    return undoing.add(project)


def names(lines):
    return [line["tool"] for line in lines]


def test_a_run_is_undone_in_reverse_order(desk):
    run = undoing.begin(desk)
    undoing.write(desk, run, "file", "draft", "file")
    done = desk.data("abort", run, "--reason", "the guest has cancelled")
    assert done["state"] == "aborted" and done["pending"] == [] and done["standing"] == []
    assert names(done["undone"]) == ["file", "draft", "file"]
    assert undoing.order(desk)[3:] == [
        ("unfile", "file-2"), ("undraft", "draft-1"), ("unfile", "file-0")]
    again = desk.data("abort", run, "--reason", "once more")
    assert names(again["undone"]) == ["file", "draft", "file"]
    assert len(undoing.order(desk)) == 6
    refused = desk.call("file", {"word": "late"}, "--run", run, code=1)
    assert "has ended" in str(refused)


def test_words_say_what_was_undone_under_what(desk):
    run = undoing.begin(desk)
    undoing.write(desk, run, "file", "post")
    said = desk.run("abort", run, "--reason", "why not")
    assert said.returncode == 0, said
    assert "UNDONE (1)" in said.stdout and "STILL STANDS (1)" in said.stdout
    assert "its manifest names nothing that undoes it" in said.stdout
    assert said.stdout.index("  file: ") < said.stdout.index("undo by unfile")
    assert '"why not"' in said.stdout


def test_what_has_no_undo_and_what_is_irreversible_stands(desk):
    run = undoing.begin(desk)
    undoing.write(desk, run, "file", "post")
    held = desk.call("burn", {"word": "b"}, "--run", run, code=75)
    desk.run("approve", receipt(held)["approval_id"])
    assert desk.run("worker", "--once").returncode == 0
    done = desk.data("abort", run, "--reason", "r")
    assert names(done["undone"]) == ["file"]
    why = {line["tool"]: line["why"] for line in done["standing"]}
    assert why == {
        "post": "its manifest names nothing that undoes it", "burn": "it is irreversible"}
    shown = desk.data("show", run)
    assert shown["ending"]["cause"] == "requested" and shown["ending"]["reason"] == "r"
    assert len(shown["ending"]["standing"]) == 2
    undo = [call for call in shown["calls"] if "undoes" in call]
    assert [call["tool"] for call in undo] == ["unfile"]
    assert undo[0]["undoes"] == shown["calls"][0]["call_id"]
    assert shown["calls"][0]["undone_by"] == undo[0]["call_id"]


def test_the_way_back_ends_at_a_pivot(desk):
    run = undoing.begin(desk)
    undoing.write(desk, run, "file", "seal", "draft")
    done = desk.data("abort", run, "--reason", "r")
    assert names(done["undone"]) == ["draft"]
    assert names(done["standing"]) == ["file", "seal"]
    assert undoing.order(desk)[3:] == [("undraft", "draft-2")]


def test_a_held_call_is_withdrawn(desk):
    run = undoing.begin(desk)
    held = desk.call("burn", {"word": "b"}, "--run", run, code=75)
    desk.data("abort", run, "--reason", "r")
    (call,) = desk.data("show", run)["calls"]
    assert call["state"] == "cancelled"
    assert desk.run("approve", receipt(held)["approval_id"]).returncode == 1
    assert undoing.order(desk) == []


def test_an_undo_that_fails_needs_a_person_and_goes_on_from_there(desk):
    run = undoing.begin(desk)
    undoing.write(desk, run, "file", "draft")
    undoing.switch(desk, "undraft", "broken")
    stuck = desk.run("abort", run, "--reason", "r")
    assert stuck.returncode == 74, stuck
    assert "NEEDS A PERSON" in stuck.stdout and "the drawer is stuck" in stuck.stdout
    assert "is undone next, after what came later" in stuck.stdout
    (line,) = desk.data("runs", "--state", "needs_attention")
    assert line["run_id"] == run
    undo = [call for call in line["calls"] if call["state"] == "needs_attention"]
    assert len(undo) == 1 and "holdfast resolve" in undo[0]["next"]
    # What came after it is undone; what came before waits for the person.
    assert ("unfile", "file-0") not in undoing.order(desk)
    undoing.switch(desk, "undraft", "broken", on=False)
    again = desk.run("resolve", undo[0]["call_id"], "--retry", "--reason", "mended")
    assert again.returncode == 0, again
    assert desk.run("worker", "--once").returncode == 0
    assert desk.data("show", run)["state"] == "aborted"
    assert undoing.order(desk)[2:] == [("undraft", "draft-1"), ("unfile", "file-0")]


def test_force_leaves_standing_what_cannot_be_undone(desk):
    run = undoing.begin(desk)
    undoing.write(desk, run, "file", "draft")
    undoing.switch(desk, "undraft", "broken")
    assert desk.run("abort", run, "--reason", "r").returncode == 74
    forced = desk.data("abort", run, "--force", "--reason", "settled by hand")
    assert forced["state"] == "aborted"
    assert names(forced["undone"]) == ["file"]
    assert names(forced["standing"]) == ["draft"]
    ending = desk.data("show", run)["ending"]
    assert ending["forced"] is True and ending["reason"] == "r"
    assert ending["force_reason"] == "settled by hand" and ending["forced_by"] == ending["by"]
    said = desk.run("show", run).stdout
    assert f'aborted by {ending["by"]} at {ending["started_at"]}: "r"' in said
    assert f'forced by {ending["by"]} at {ending["forced_at"]}: "settled by hand"' in said


def test_an_undo_that_waits_is_pending(desk):
    run = undoing.begin(desk)
    undoing.write(desk, run, "file")
    assert desk.run("halt", "--tool", "unfile", "--reason", "no undoing now").returncode == 0
    waiting = desk.start("abort", run, "--reason", "r", "--json")
    try:
        eventually(lambda: desk.data("show", run)["state"] == "aborting")
        said = desk.run("show", run).stdout
        assert "held back by a halt of the tool unfile" in said and "no undoing now" in said
        waiting.send_signal(2)
        assert waiting.wait(20) == 75
    finally:
        waiting.kill()
    assert desk.run("resume", "--tool", "unfile", "--reason", "again").returncode == 0
    eventually(
        lambda: desk.run("worker", "--once").returncode == 0
        and desk.data("show", run)["state"] == "aborted", within=20, every=0.3)
    assert undoing.order(desk) == [("file", "file-0"), ("unfile", "file-0")]


def test_a_signal_ends_the_waiting_and_the_rest_goes_on_later(desk):
    run = undoing.begin(desk)
    undoing.write(desk, run, "file", "draft")
    undoing.switch(desk, "undraft", "slow")
    abort = desk.start("abort", run, "--reason", "r")
    try:
        eventually(lambda: any(
            call["tool"] == "undraft" for call in desk.data("show", run)["calls"]))
        abort.send_signal(2)
        assert abort.wait(20) == 75
    finally:
        abort.kill()
    assert undoing.order(desk)[2:] == [("undraft", "draft-1")]
    assert desk.data("show", run)["state"] == "aborting"
    assert desk.run("worker", "--once").returncode == 0
    assert undoing.order(desk)[3:] == [("unfile", "file-0")]
    assert desk.data("show", run)["state"] == "aborted"


def test_an_undo_that_is_irreversible_waits_for_a_yes(desk):
    run = undoing.begin(desk)
    undoing.write(desk, run, "file", "gift")
    held = desk.data("abort", run, "--reason", "r", code=75)
    assert held["state"] == "aborting"
    assert {line["tool"]: line["status"] for line in held["pending"]} == {
        "gift": "running", "burn": "pending_approval", "file": "succeeded"}
    waits = {line["tool"]: line for line in held["pending"]}
    assert "its turn to be undone" in waits["file"]["for"]
    assert waits["burn"]["approval_id"].startswith("apr_") and held["next"] == "ask_human"
    (line,) = desk.data("runs", "--state", "aborting")
    (approval,) = desk.data("approvals")
    assert f"holdfast approve {approval['approval_id']}" in line["next"]
    assert undoing.order(desk)[2:] == []
    gift = next(c for c in desk.data("show", run)["calls"] if c["tool"] == "gift")
    assert approval["undoes"] == gift["call_id"] and approval["undoes_tool"] == "gift"
    assert approval["abort_reason"] == "r"
    said = desk.run("approvals").stdout
    assert "why      it undoes gift, for the run is aborted by" in said and ': "r"' in said
    assert "a no leaves gift standing, and the run needs a person" in said
    assert f"undoes   {gift['call_id']} of gift" in said and "agent's own words" not in said
    assert "file succeeded\n" in said and "gift succeeded (is being undone)" in said
    assert "a no leaves gift standing" in desk.run("show", run).stdout
    assert desk.run("approve", approval["approval_id"]).returncode == 0
    done = desk.run("worker", "--once")
    assert done.returncode == 0 and "of work w" in done.stdout and "HALTED" not in done.stderr
    assert desk.data("show", run)["state"] == "aborted"
    assert undoing.order(desk)[2:] == [("burn", "gift-1"), ("unfile", "file-0")]


def test_a_no_to_an_undo_leaves_what_it_should_undo_and_needs_a_person(desk):
    run = undoing.begin(desk)
    undoing.write(desk, run, "gift", "draft")
    desk.data("abort", run, "--reason", "r", code=75)
    (approval,) = desk.data("approvals")
    said = desk.run("approvals").stdout
    assert "draft succeeded (was undone)" in said, said
    assert desk.run("deny", approval["approval_id"], "--reason", "keep it").returncode == 0
    assert desk.data("show", run)["state"] == "needs_attention"
    assert undoing.order(desk) == [
        ("gift", "gift-0"), ("draft", "draft-1"), ("undraft", "draft-1")]


@pytest.mark.parametrize("is_approved", [False, True])
def test_an_undo_whose_time_ran_out_says_which(desk, is_approved):
    clocks = {"decide_within": "1h" if is_approved else "1s", "execute_within": "1s"}
    burn = undoing.tools(desk.log)["burn"]
    undoing.put(desk, {**burn, "approval": {"by": ["requester"], **clocks}})
    run = undoing.begin(desk)
    undoing.write(desk, run, "gift")
    desk.data("abort", run, "--reason", "r", code=75)
    (approval,) = desk.data("approvals")
    if is_approved:
        assert desk.run("approve", approval["approval_id"]).returncode == 0
    time.sleep(1.1)
    assert desk.run("worker", "--once").returncode == 0
    said = desk.run("show", run).stdout
    (line,) = [line for line in said.splitlines() if "was to undo" in line]
    why = line.split("which stands: ")[1]
    if is_approved:
        assert why.startswith("was approved by ") and "and was not done by 2" in why
    else:
        assert why == "nobody said yes in time"
    assert undoing.order(desk) == [("gift", "gift-0")]


def test_a_config_without_the_runs_profile_gives_the_order_alone(desk):
    run = undoing.begin(desk)
    undoing.write(desk, run, "file")
    own = desk.config.read_text()
    desk.configure(profiles={"another": {"allow": ["file"]}})
    ordered = desk.run("abort", run, "--reason", "r")
    assert ordered.returncode == 75 and 'no profile "default"' in ordered.stderr, ordered
    assert "is undone next" in ordered.stdout
    desk.config.write_text(own)
    assert desk.run("worker", "--once").returncode == 0
    assert desk.data("show", run)["state"] == "aborted"
    assert undoing.order(desk)[1:] == [("unfile", "file-0")]


def test_a_terminal_is_told_that_it_goes_on(desk):
    run = undoing.begin(desk)
    undoing.write(desk, run, "draft")
    undoing.switch(desk, "undraft", "slow")
    mine, theirs = os.openpty()
    try:
        done = subprocess.run(
            desk.command("abort", run, "--reason", "r"), stdout=subprocess.PIPE, stderr=theirs,
            stdin=subprocess.DEVNULL, env=desk.environment(), timeout=60)
        assert done.returncode == 0
        assert f"Undoing {run} has been under way for 2 s" in os.read(mine, 4096).decode()
    finally:
        os.close(mine)
        os.close(theirs)
    piped = undoing.begin(desk)
    undoing.write(desk, piped, "draft")
    assert "under way" not in desk.run("abort", piped, "--reason", "r").stderr


def test_what_is_to_be_undone_is_not_offered_to_be_done_again(desk):
    run = undoing.begin(desk)
    undoing.switch(desk, "post", "killed")
    undoing.write(desk, run, "post", code=74)
    (line,) = desk.data("runs", "--state", "needs_attention")
    assert "--retry" in line["next"]
    assert desk.run("abort", run, "--reason", "r").returncode == 74
    (line,) = desk.data("runs", "--state", "needs_attention")
    assert "--retry" not in line["next"] and "--failed CLASS" in line["next"]
    call = line["calls"][0]["call_id"]
    assert desk.run("resolve", call, "--retry", "--reason", "r").returncode == 1
    assert desk.run("resolve", call, "--failed", "fatal", "--reason", "not there").returncode == 0
    assert desk.data("show", run)["state"] == "aborted"


POINTS = [
    f"{name}:{number}"
    for name in ["before_submit_commit", "after_submit_commit"] for number in [1, 2, 3]
] + [
    f"{name}:{number}"
    for name in ["before_effect", "after_effect", "before_record_commit", "after_record_commit"]
    for number in [1, 2]
]


@pytest.mark.parametrize("point", POINTS)
def test_an_abort_that_is_killed_is_ended_by_a_worker(desk, point):
    run = undoing.begin(desk)
    undoing.write(desk, run, "file", "draft", "post")
    killed = desk.run("abort", run, "--reason", "r", failpoint=point)
    assert killed.returncode == -9, (point, killed)
    if point == "before_submit_commit:1":
        assert desk.data("show", run)["state"] == "open"
        assert desk.run("abort", run, "--reason", "r").returncode == 0
    eventually(
        lambda: desk.run("worker", "--once").returncode == 0
        and desk.data("show", run)["state"] == "aborted", within=30, every=0.3)
    done = desk.data("abort", run, "--reason", "how it stands")
    assert names(done["undone"]) == ["file", "draft"]
    assert names(done["standing"]) == ["post"]
    undos = [line for line in undoing.order(desk) if line[0].startswith("un")]
    assert list(dict.fromkeys(undos)) == [("undraft", "draft-1"), ("unfile", "file-0")]
    # An undo is a call of its own, and there is one of each.
    calls = [call for call in desk.data("show", run)["calls"] if "undoes" in call]
    assert sorted(call["tool"] for call in calls) == ["undraft", "unfile"]
    desk.check_journal()


def test_a_deadline_that_has_passed_is_seen_to_by_a_worker(desk):
    run = undoing.begin(desk, deadline="1s")
    undoing.write(desk, run, "file")
    eventually(
        lambda: desk.run("worker", "--once").returncode == 0
        and desk.data("show", run)["state"] == "expired", within=20, every=0.3)
    shown = desk.data("show", run)
    assert shown["ending"]["cause"] == "deadline" and "deadline" in shown
    assert undoing.order(desk) == [("file", "file-0"), ("unfile", "file-0")]
    assert [line["run_id"] for line in desk.data("runs", "--state", "expired")] == [run]


def test_an_agents_own_abort_says_the_same(desk):
    run = undoing.begin(desk)
    undoing.write(desk, run, "file", "post")
    answer = desk.call("run_abort", {"run_id": run, "reason": "r"})
    assert answer == desk.data("abort", run, "--reason", "how it stands")
    assert names(answer["undone"]) == ["file"] and names(answer["standing"]) == ["post"]


def test_orders_that_make_no_sense(desk):
    run = undoing.begin(desk)
    assert desk.run("abort", run).returncode == 64
    assert desk.run("abort", run, "--reason", "").returncode == 64
    nobody = desk.run("abort", "run_nobody", "--reason", "r")
    assert nobody.returncode == 65 and "`holdfast runs`" in nobody.stderr
    assert desk.run("abort", "run_" + "0" * 36, "--reason", "r").returncode == 65
    assert desk.data("complete", run) == {"run_id": run, "state": "completed"}
    ended = desk.run("abort", run, "--reason", "r")
    assert ended.returncode == 1 and "has completed" in ended.stderr


def test_completing_by_an_operator(desk):
    run = undoing.begin(desk)
    held = desk.call("burn", {"word": "b"}, "--run", run, code=75)
    assert desk.run("complete", run).returncode == 75
    desk.run("deny", receipt(held)["approval_id"], "--reason", "no")
    assert desk.run("complete", run, "--summary", "ended by hand").returncode == 0
    shown = desk.data("show", run)
    assert shown["state"] == "completed" and shown["summary"] == "ended by hand"
    last = [e for e in desk.data("audit", "show", run) if e["leaf"]["kind"] == "run_completed"]
    assert last[0]["leaf"]["actor"]["kind"] == "person"
