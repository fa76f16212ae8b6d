# Approvers are told: by a program, a file and an address, each once for what happened, whichever
# hosts live, and whatever the target does.

import hashlib
import hmac
import http.server
import json
import signal
import threading
import time

import pytest

from harness import HostDied, eventually, receipt

SECRET = "hush"
SCRIPT = """#!/bin/sh
cat >> "$1"
echo >> "$1"
echo "$HOLDFAST_IDEMPOTENCY_KEY" >> "$1.keys"
"""


class Hook:
    """An address that keeps what is posted to it, and answers each next status of a list."""

    def __init__(self, *statuses, headers=()):
        self.posts = []
        statuses = list(statuses) or [204]

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(handler):
                body = handler.rfile.read(int(handler.headers["Content-Length"]))
                self.posts.append((dict(handler.headers), body, time.monotonic()))
                status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
                handler.send_response(status)
                for name, value in headers:
                    handler.send_header(name, value)
                handler.send_header("Content-Length", "0")
                handler.end_headers()

            def log_message(handler, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}/hook"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def hook():
    made = Hook()
    yield made
    made.close()


def notifying(make_project, *targets, **settings):
    project = make_project(
        notify=list(targets), secrets={"hook": {"file": "hook.secret"}}, **settings)
    secret = project.folder / "hook.secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    script = project.folder / "scripts/tell.sh"
    script.write_text(SCRIPT)
    script.chmod(0o755)
    return project


def all_targets(hook):
    return [
        {"command": ["scripts/tell.sh", "told.jsonl"]},
        {"name": "desk", "file": "notices.jsonl"},
        {"webhook": {"url": hook.url, "secret": "hook"}},
    ]


def lines(path):
    """The documents of a file, one in a line; what is being written does not count yet."""
    whole = path.read_text().split("\n")[:-1] if path.exists() else []
    return [json.loads(line) for line in whole if line]


def told_calls(project):
    """The notices that are done, as the journal has them."""
    return [
        r for r in project.data("runs")
        if r["profile"] == "(notices)" and r["state"] == "completed"]


def kinds(notices):
    return sorted(notice["kind"] for notice in notices)


def test_each_target_hears_once_what_happened_though_hosts_come_and_go(make_project, hook):
    project = notifying(make_project, *all_targets(hook))
    first, second = project.serve(), project.serve()
    second.ask("tools/list")
    held = receipt(first.call("held_effect", {"word": "x\u202ey"}))
    told, noted = project.folder / "told.jsonl", project.folder / "notices.jsonl"
    # What was sent and not recorded yet would be sent again, under the same key.
    eventually(lambda: len(told_calls(project)) == 3, within=30)
    first.process.send_signal(signal.SIGKILL)
    project.run("approve", held["approval_id"], "--reason", "fine")
    eventually(lambda: len(told_calls(project)) == 6, within=30)
    time.sleep(1)
    bodies = [json.loads(body) for _, body, _ in hook.posts]
    for notices in [lines(told), lines(noted), bodies]:
        assert kinds(notices) == ["decided", "requested"]
    # The file's lines bear the id of their notice besides.
    asked = next(n for n in lines(noted) if n["kind"] == "requested")
    asked.pop("notice_id")
    assert asked == next(b for b in bodies if b["kind"] == "requested")
    assert asked["approval_id"] == held["approval_id"] and asked["tool"] == "held_effect"
    assert asked["arguments"] == {"word": "x\\u202ey"}, "what a reader would not see is shown"
    assert asked["state"] == "pending" and "No answer by" in asked["if_not"]
    assert "(in " not in asked["if_not"] and asked["n"] == 1
    assert asked["digest"].startswith("sha256:") and asked["at"] == asked["asked_at"]
    (approval,) = project.data("approvals", "--all")
    assert asked["asked_at"] == approval["asked_at"]
    assert [need["missing"] for need in asked["needed"]] == [1]
    assert f"holdfast approve {held['approval_id']}" in asked["how"]
    ended = next(b for b in bodies if b["kind"] == "decided")
    assert ended["needed"] == [] and ended["at"] == approval["decisions"][0]["at"]
    assert ended["decision_reason"] == "fine" and "decide_by" not in ended
    second.finish()
    # They are calls like any other: recorded, and of nobody's profile.
    assert len(told_calls(project)) == 6
    assert len({key for key in (project.folder / "told.jsonl.keys").read_text().split()}) == 2


def test_a_receiver_can_tell_who_sent_it_and_when(make_project, hook):
    project = notifying(make_project, {"webhook": {"url": hook.url, "secret": "hook"}})
    host = project.serve()
    host.call("held_effect", {"word": "x"})
    eventually(lambda: hook.posts, within=30)
    headers, body, _ = hook.posts[0]
    stamp, code = headers["Holdfast-Signature"].split(",")
    seconds = stamp.removeprefix("t=")
    assert abs(int(seconds) - time.time()) < 60
    expected = hmac.new(SECRET.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    assert code == "v1=" + expected.hexdigest()
    assert headers["Idempotency-Key"].startswith("call_")
    host.finish()


def test_an_address_that_is_busy_is_asked_again_under_the_same_key(make_project):
    busy = Hook(503, 429, 204, headers=[("Retry-After", "1")])
    project = notifying(make_project, {"webhook": {"url": busy.url, "secret": "hook"}})
    host = project.serve()
    host.call("held_effect", {"word": "x"})
    eventually(lambda: len(busy.posts) == 3, within=30)
    time.sleep(1.5)
    assert len(busy.posts) == 3
    assert len({headers["Idempotency-Key"] for headers, _, _ in busy.posts}) == 1
    moments = [at for _, _, at in busy.posts]
    assert all(b - a >= 0.9 for a, b in zip(moments, moments[1:])), moments
    host.finish()
    busy.close()


@pytest.mark.parametrize("point", [
    "before_submit_commit:2", "after_submit_commit:2", "before_effect", "after_effect",
    "before_record_commit", "after_record_commit"])
def test_a_host_that_dies_on_the_way_leaves_the_notice_to_the_next(make_project, hook, point):
    project = notifying(make_project, {"file": "notices.jsonl"})
    host = project.serve(failpoint=point)
    try:
        host.call("held_effect", {"word": "x"})
    except HostDied:
        pass
    assert host.wait(20) == -signal.SIGKILL
    next_host = project.serve()
    next_host.ask("tools/list")
    noted = project.folder / "notices.jsonl"
    eventually(lambda: lines(noted), within=30)
    time.sleep(1)
    assert kinds(lines(noted)) == ["requested"]
    next_host.finish()


def test_targets_that_cannot_be_told_stop_nothing(make_project):
    project = notifying(
        make_project, {"command": ["/no/such/program"]}, {"file": "no/folder/notices"},
        {"webhook": {"url": "http://127.0.0.1:1/", "secret": "hook"}},
        {"file": "notices.jsonl"})
    host = project.serve()
    held = receipt(host.call("held_effect", {"word": "x"}))
    assert held["status"] == "pending_approval"
    began = time.monotonic()
    for number in range(10):
        answer = host.call("command_natural", {"word": f"w{number}"})
        assert receipt(answer)["status"] == "succeeded"
    assert time.monotonic() - began < 30
    project.run("approve", held["approval_id"])
    eventually(lambda: project.effects("held_effect"), within=30)
    eventually(lambda: len(lines(project.folder / "notices.jsonl")) == 2, within=30)
    host.finish()


def test_only_what_is_asked_for_is_told_and_a_worker_tells_too(make_project):
    project = notifying(
        make_project, {"on": ["decided"], "file": "decided.jsonl"},
        {"on": ["requested"], "file": "requested.jsonl"})
    host = project.serve()
    held = receipt(host.call("held_effect", {"word": "x"}))
    eventually(lambda: lines(project.folder / "requested.jsonl"), within=30)
    host.finish()
    project.run("deny", held["approval_id"], "--reason", "no")
    assert project.run("worker", "--once").returncode == 0
    assert kinds(lines(project.folder / "decided.jsonl")) == ["decided"]
    assert kinds(lines(project.folder / "requested.jsonl")) == ["requested"]


def test_agents_neither_see_nor_call_what_tells(make_project):
    project = notifying(make_project, {"name": "desk", "file": "notices.jsonl"})
    host = project.serve()
    names = [t["name"] for t in host.ask("tools/list")["result"]["tools"]]
    assert not [n for n in names if n.startswith("holdfast_")]
    answer = host.answer(host.post_call("holdfast_notify_desk", {"kind": "requested"}))
    unknown = host.answer(host.post_call("no_such_tool", {"kind": "requested"}))
    assert answer["error"]["code"] == unknown["error"]["code"]
    host.finish()
