# Resources, the prompt, completions and subscriptions of the real binary, in both eras.

import json

import pytest
from harness import eventually, receipt

ERAS = ["2026-07-28", "2025-11-25", "2024-11-05"]
SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId"


class Client:
    """One host and the way its client speaks."""

    def __init__(self, host, era):
        self.host = host
        self.is_modern = era == "2026-07-28"
        if not self.is_modern:
            hello = host.ask("initialize", {
                "protocolVersion": era, "capabilities": {},
                "clientInfo": {"name": "old", "version": "1"}}, meta=None)
            assert hello["result"]["protocolVersion"] == era
            assert hello["result"]["capabilities"]["resources"] == {
                "subscribe": True, "listChanged": True}
            host.notify("notifications/initialized", {})

    def ask(self, method, params=None):
        if self.is_modern:
            return self.host.ask(method, params)
        return self.host.ask(method, params, meta=None)

    def result(self, method, params=None):
        answer = self.ask(method, params)
        assert "result" in answer, answer
        return answer["result"]

    def call(self, tool, arguments):
        """The receipt; clients of all versions find it in the text."""
        result = self.result("tools/call", {"name": tool, "arguments": arguments})
        return json.loads(result["content"][0]["text"].splitlines()[-1])

    def read(self, uri):
        (content,) = self.result("resources/read", {"uri": uri})["contents"]
        assert content["uri"] == uri and content["mimeType"] == "application/json"
        return json.loads(content["text"])

    def subscribe(self, *uris):
        """Answers what the notifications that follow are tagged with."""
        if self.is_modern:
            id = self.host.post("subscriptions/listen", {"notifications": {
                "resourceSubscriptions": list(uris), "resourcesListChanged": True}})
            told = self.host.other(
                lambda m: m["method"] == "notifications/subscriptions/acknowledged")
            assert told["params"]["_meta"] == {SUBSCRIPTION: id}
            assert told["params"]["notifications"]["resourceSubscriptions"] == list(uris)
            return {SUBSCRIPTION: id}
        for uri in uris:
            assert self.result("resources/subscribe", {"uri": uri}) == {}
        self.result("resources/list")
        return None

    def updated(self, uri, tag):
        told = self.host.other(lambda m: m["method"] == "notifications/resources/updated"
                               and m["params"]["uri"] == uri, within=5)
        assert told["params"].get("_meta") == tag


@pytest.fixture(params=ERAS)
def client(request, project):
    return Client(project.serve(), request.param)


def test_what_was_done_can_be_read_listed_and_taken_up_again(project, client):
    run = client.call("run_begin", {"purpose": "two effects"})["run_id"]
    call = receipt(client.call("sql_transactional", {"word": "x", "run_id": run}))["call_id"]
    held = receipt(client.call("held_effect", {"word": "x", "run_id": run}))

    # That an answer was delivered may be recorded between the two looks.
    eventually(lambda: client.read(f"holdfast://runs/{run}") == project.data("show", run))
    assert client.read(f"holdfast://calls/{call}")["status"] == "succeeded"
    approval = client.read(f"holdfast://approvals/{held['approval_id']}")
    assert approval == project.data("approvals")[0]

    (listed,) = client.result("resources/list")["resources"]
    assert listed["uri"] == f"holdfast://runs/{run}"
    templates = client.result("resources/templates/list")["resourceTemplates"]
    assert {t["uriTemplate"] for t in templates} == {
        f"holdfast://{family}/{{id}}" for family in ["runs", "calls", "approvals"]}

    (prompt,) = client.result("prompts/list")["prompts"]
    assert prompt["name"] == "resume_run"
    told = client.result("prompts/get", {"name": "resume_run", "arguments": {"run_id": run}})
    text = told["messages"][0]["content"]["text"]
    assert call in text and held["call_id"] in text and "two effects" in text

    completed = client.result("completion/complete", {
        "ref": {"type": "ref/prompt", "name": "resume_run"},
        "argument": {"name": "run_id", "value": "run_"}})["completion"]
    assert completed == {"values": [run], "total": 1, "hasMore": False}
    client.host.finish()


def test_what_is_not_there_is_not_found(client):
    missing = "holdfast://runs/run_" + "0" * 36
    error = client.ask("resources/read", {"uri": missing})["error"]
    assert error["code"] == (-32602 if client.is_modern else -32002)
    assert error["data"] == {"uri": missing}
    for method in ["resources/list", "tools/list", "prompts/list"]:
        assert client.ask(method, {"cursor": ""})["error"]["code"] == -32602
    client.host.finish()


def test_a_subscriber_hears_what_another_process_decides(project, client):
    held = receipt(client.call("held_effect", {"word": "x"}))
    approval = f"holdfast://approvals/{held['approval_id']}"
    run = f"holdfast://runs/{held['run_id']}"
    tag = client.subscribe(approval, run)
    assert client.read(approval)["state"] == "pending"

    done = project.run("approve", held["approval_id"])
    assert done.returncode == 0, done
    client.updated(approval, tag)
    client.updated(run, tag)
    assert client.read(approval)["state"] in {"approved", "spent"}

    other = project.call("sql_transactional", {"word": "y"})
    told = client.host.other(
        lambda m: m["method"] == "notifications/resources/list_changed", within=5)
    assert told.get("params", {}).get("_meta") == tag
    names = [r["name"] for r in client.result("resources/list")["resources"]]
    assert names == [receipt(other)["run_id"], held["run_id"]]

    client.host.close_input()
    assert client.host.wait() == 0
    if client.is_modern:
        (end,) = client.host.answers[tag[SUBSCRIPTION]]
        assert end["result"]["resultType"] == "complete"
        assert end["result"]["_meta"][SUBSCRIPTION] == tag[SUBSCRIPTION]


def test_a_cancelled_subscription_is_silent(project):
    client = Client(project.serve(), "2026-07-28")
    held = receipt(client.call("held_effect", {"word": "x"}))
    approval = f"holdfast://approvals/{held['approval_id']}"
    first, second = client.subscribe(approval), client.subscribe(approval)
    client.host.notify("notifications/cancelled", {"requestId": first[SUBSCRIPTION]})
    assert project.run("approve", held["approval_id"]).returncode == 0
    client.updated(approval, second)
    client.host.finish()
    assert first[SUBSCRIPTION] not in client.host.answers
    assert second[SUBSCRIPTION] in client.host.answers
    assert not [m for m in client.host.others if m["params"]["_meta"] == first]


def test_profiles_do_not_see_each_other(make_project):
    names = ["sql_transactional", "held_effect"]
    project = make_project(profiles={"one": {"allow": names}, "two": {"allow": names}})
    mine = project.call("sql_transactional", {"word": "x"}, "--profile", "one")
    held = receipt(project.call("held_effect", {"word": "x"}, "--profile", "one", code=75))
    host = project.serve(profile="two")
    client = Client(host, "2026-07-28")
    assert client.result("resources/list")["resources"] == []
    uris = [f"holdfast://runs/{receipt(mine)['run_id']}",
            f"holdfast://calls/{receipt(mine)['call_id']}",
            f"holdfast://approvals/{held['approval_id']}"]
    for uri in uris:
        assert client.ask("resources/read", {"uri": uri})["error"]["code"] == -32602
    # Subscribing tells nothing either.
    client.subscribe(*uris)
    assert project.run("approve", held["approval_id"]).returncode == 0
    project.call("sql_transactional", {"word": "y"}, "--profile", "two")
    host.other(lambda m: m["method"] == "notifications/resources/list_changed", within=5)
    host.finish()
    assert not [m for m in host.others if m["method"] == "notifications/resources/updated"]


def test_the_trace_is_recorded_and_the_place_in_the_record_is_told(project):
    client = Client(project.serve(), "2026-07-28")
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    done = client.result("tools/call", {
        "name": "sql_transactional", "arguments": {"word": "x"}, "_meta": {"traceparent": trace}})
    call = receipt(done["structuredContent"])["call_id"]
    events = client.read(f"holdfast://calls/{call}")["events"]
    assert [e["body"]["traceparent"] for e in events if e["kind"] == "call_accepted"] == [trace]
    assert done["_meta"]["dev.holdfast/auditIndex"] in [e["index"] for e in events]
    client.host.finish()


def test_a_journal_that_cannot_be_read_is_said_and_the_host_goes_on(project):
    project.journal.write_bytes(b"this is no database, and long enough to be looked at" * 100)
    client = Client(project.serve(), "2026-07-28")
    wanted = {"notifications": {"resourcesListChanged": True, "toolsListChanged": True}}
    for method, params in [
            ("resources/list", {}), ("subscriptions/listen", wanted),
            ("resources/read", {"uri": "holdfast://runs/run_" + "0" * 36})]:
        error = client.ask(method, params)["error"]
        assert error["code"] == -32603 and str(project.journal) in error["message"], error
    id = client.host.post("subscriptions/listen", {"notifications": {"toolsListChanged": True}})
    client.host.other(lambda m: m["params"]["_meta"] == {SUBSCRIPTION: id})
    client.host.finish()


def test_looks_do_not_wait_behind_calls(project):
    client = Client(project.serve(), "2026-07-28")
    slow = [client.host.post_call("slow_keyed", {"word": f"w{n}", "seconds": 20})
            for n in range(70)]
    names = [r["name"] for r in client.result("resources/list")["resources"]]
    assert not [id for id in slow if id in client.host.answers]
    assert len(names) <= 50
    client.host.kill()
