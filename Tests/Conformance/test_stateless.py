# Scenarios of the official suite for 2026-07-28 alone, under their names and check ids.

import json
import pathlib

from harness import eventually
from scenarios import STATELESS
from session import FORMS, PREFIX, SUBSCRIPTION

DISCOVER = "server/discover"
GONE = {
    "": "no/such/method", "-initialize": "initialize", "-ping": "ping",
    "-logging-setlevel": "logging/setLevel", "-resources-subscribe": "resources/subscribe",
    "-resources-unsubscribe": "resources/unsubscribe",
}


def without(meta, *names):
    return {k: v for k, v in meta.items() if k.removeprefix(PREFIX) not in names} or None


def code(answer):
    return answer.get("error", {}).get("code")


def test_server_stateless_request_meta(stateless):
    for name, meta in [
        ("missing-meta", None),
        ("missing-protocol-version", without(stateless.meta, "protocolVersion")),
        ("missing-client-capabilities", without(stateless.meta, "clientCapabilities")),
    ]:
        answer = stateless.ask("tools/list", meta=meta)
        stateless.check(f"sep-2575-request-meta-invalid-{name}", code(answer) == -32602, answer)
    answer = stateless.ask("tools/list", meta=without(stateless.meta, "clientInfo"))
    stateless.check("sep-2575-request-meta-client-info-optional", "result" in answer, answer)


def test_server_stateless_discover(stateless):
    answer = stateless.ask(DISCOVER)
    found = answer["result"]
    stateless.check(
        "sep-2575-server-implements-discover", STATELESS in found["supportedVersions"], found)
    stateless.check(
        "sep-2575-server-identifies-in-result-meta",
        found["_meta"][PREFIX + "serverInfo"]["name"] and "serverInfo" not in found, found)
    stateless.check(
        "sep-2575-server-declares-prompts-in-discover", "prompts" in found["capabilities"], found)
    handlers = {
        "tools": "tools/list", "resources": "resources/list", "prompts": "prompts/list",
        "completions": "completion/complete", "logging": None,
    }
    reference = {"ref": {"type": "ref/prompt", "name": "resume_run"},
                 "argument": {"name": "run_id", "value": ""}}
    for capability, method in handlers.items():
        is_there = capability in found["capabilities"]
        if method is None:
            stateless.check(
                "sep-2575-discover-capabilities-match-handlers", not is_there, found)
            continue
        answer = stateless.ask(method, reference if capability == "completions" else None)
        stateless.check(
            "sep-2575-discover-capabilities-match-handlers", is_there == ("result" in answer),
            (capability, answer))


def test_server_stateless_errors(stateless):
    meta = {**stateless.meta, PREFIX + "protocolVersion": "1999-01-01"}
    supported = stateless.result(DISCOVER)["supportedVersions"]
    for method in ["tools/list", DISCOVER, "no/such/method"]:
        answer = stateless.ask(method, meta=meta)
        data = answer.get("error", {}).get("data", {})
        stateless.check(
            "sep-2575-server-unsupported-version-error",
            code(answer) == -32022 and data["requested"] == "1999-01-01"
            and set(data["supported"]) <= set(supported), answer)
    for suffix, method in GONE.items():
        answer = stateless.ask(method)
        stateless.check(
            f"sep-2575-http-server-method-not-found-404{suffix}", code(answer) == -32601, answer)
    answer = stateless.ask("no/such/method", id="an id of its own")
    stateless.check(
        "sep-2575-http-server-error-jsonrpc-id", answer["id"] == "an id of its own", answer)


def test_server_stateless_silence(stateless):
    """Nothing is said that nobody asked for: no request, no log, no announcement."""
    for tool in ["test_simple_text", "test_error_handling"]:
        stateless.call(tool)
    stateless.check(
        "sep-2575-http-server-no-independent-requests-on-stream",
        not [m for m in stateless.host.others if "id" in m], stateless.host.others)
    stateless.check(
        "sep-2575-server-no-log-without-loglevel", not stateless.host.others,
        stateless.host.others)


def change(desk, words):
    file = pathlib.Path(desk.folder / "tools/test_simple_text.json")
    manifest = json.loads(file.read_text())
    file.write_text(json.dumps({**manifest, "description": words}))


def test_server_stateless_subscriptions(stateless, desk):
    stateless.result("tools/list")
    wanted = {"toolsListChanged": True, "promptsListChanged": True}
    all_of_it = stateless.post("subscriptions/listen", {"notifications": wanted}, id="listen-1")
    others = stateless.post(
        "subscriptions/listen", {"notifications": {"resourcesListChanged": True}}, id=-7)

    def tagged(id):
        def is_tagged(message):
            return message.get("params", {}).get("_meta", {}).get(SUBSCRIPTION) == id
        return is_tagged

    for id, honoured in [(all_of_it, {"toolsListChanged": True}),
                         (others, {"resourcesListChanged": True})]:
        first = stateless.host.other(tagged(id))
        stateless.check(
            "sep-2575-server-sends-subscription-ack",
            first["method"] == "notifications/subscriptions/acknowledged"
            and first["params"]["notifications"] == honoured, first)
    change(desk, "It says something else now.")
    told = stateless.host.other(tagged(all_of_it))
    stateless.check(
        "sep-2575-server-sends-tools-list-changed-on-subscription",
        told["method"] == "notifications/tools/list_changed", told)
    stateless.check(
        "sep-2575-server-tags-subscription-id",
        told["params"]["_meta"][SUBSCRIPTION] == "listen-1", told)
    stray = [m for m in stateless.host.others
             if m["method"] == "notifications/tools/list_changed"]
    stateless.check("sep-2575-server-honors-notification-filter", not stray, stray)
    stateless.host.notify("notifications/cancelled", {"requestId": "listen-1"})
    stateless.result("tools/list")
    change(desk, "And something else again.")

    def is_listed():
        tools = stateless.result("tools/list")["tools"]
        return "And something else again." in [tool["description"] for tool in tools]

    eventually(is_listed, every=0.1)
    late = [m for m in stateless.host.others if tagged("listen-1")(m)]
    stateless.check("sep-2575-server-honors-notification-filter", not late, late)


def test_caching(stateless):
    run = stateless.call("run_begin", {"purpose": "x"})["structuredContent"]["run_id"]
    for method, params in [
        ("tools/list", None), ("prompts/list", None), ("resources/list", None),
        ("resources/templates/list", None), (DISCOVER, None),
        ("resources/read", {"uri": f"holdfast://runs/{run}"}),
    ]:
        found = stateless.result(method, params)
        stateless.check(
            "caching",
            type(found["ttlMs"]) is int and found["ttlMs"] >= 0
            and found["cacheScope"] in ["public", "private"], (method, found))


def test_input_required_result_unsupported_methods(stateless):
    for method in [DISCOVER, "tools/list", "prompts/list", "resources/list",
                   "resources/templates/list"]:
        found = stateless.result(method, {"inputResponses": {"x": {"action": "accept"}}})
        stateless.check(
            "input-required-result-unsupported-methods", found["resultType"] == "complete", found)


def test_input_required_result_result_type(stateless):
    for tool, arguments, kind in [
        ("test_simple_text", {}, "complete"), ("test_elicitation", {"word": "x"}, "input_required"),
    ]:
        found = stateless.call(tool, arguments, meta=stateless.able(FORMS))
        stateless.check("input-required-result-result-type", found["resultType"] == kind, found)


def test_input_required_result_capability_check(stateless):
    """A client that declares nothing is asked for nothing, not even where a person is needed."""
    for capabilities in [{}, {"sampling": {}}, {"elicitation": {"url": {}}}]:
        found = stateless.call(
            "test_elicitation", {"word": "x"}, meta=stateless.able(capabilities))
        stateless.check(
            "input-required-result-capability-check",
            "inputRequests" not in found and found["resultType"] == "complete", found)
    found = stateless.call(
        "test_elicitation", {"word": "x"},
        meta=stateless.able({**FORMS, "sampling": {}, "roots": {}}))
    methods = [each["method"] for each in found["inputRequests"].values()]
    stateless.check(
        "input-required-result-capability-check", methods == ["elicitation/create"], found)


def test_input_required_result_ignore_extra_params(stateless):
    found = stateless.result("tools/call", {
        "name": "test_simple_text", "arguments": {}, "inputResponses": {"nobody_asked": {}},
        "another": 1})
    stateless.check(
        "input-required-result-ignore-extra-params",
        found["isError"] is False and found["resultType"] == "complete", found)
