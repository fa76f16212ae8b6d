# One conversation in every revision there is, each line of the real binary held against the schema
# of that revision when the session ends.

import json

import pytest
from harness import eventually
from scenarios import STATELESS
from session import NOTIFICATIONS, Session
from test_both_revisions import ARGUMENT, first_run
from test_stateless import change

REVISIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", STATELESS]


@pytest.fixture(params=REVISIONS)
def spoken(request, desk):
    made = Session(desk, request.param)
    yield made
    made.end()
    assert "wire-schema-valid" in made.passed


def opened(session):
    if session.is_stateless:
        found = session.result("server/discover")
        assert STATELESS in found["supportedVersions"]
    else:
        found = session.initialized["result"]
        assert found["protocolVersion"] == session.revision
        assert session.result("ping") == {}
    return found["capabilities"]


def test_a_conversation(spoken):
    capabilities = opened(spoken)
    assert {"tools", "resources", "prompts"} <= capabilities.keys()
    names = [tool["name"] for tool in spoken.result("tools/list")["tools"]]
    assert {"sql_read", "sql_transactional", "run_begin"} <= set(names)

    run, call = first_run_of(spoken)
    assert not spoken.call("sql_read", {"word": "w"})["isError"]
    assert spoken.call("test_error_handling")["isError"]
    assert spoken.call("sql_read", {"wrod": "w"})["isError"]
    assert spoken.ask("tools/call", {"name": "none", "arguments": {}})["error"]["code"] == -32602
    assert spoken.ask("no/such/method")["error"]["code"] == -32601

    uri = f"holdfast://runs/{run}"
    assert uri in [each["uri"] for each in spoken.result("resources/list")["resources"]]
    assert len(spoken.result("resources/templates/list")["resourceTemplates"]) == 3
    (content,) = spoken.result("resources/read", {"uri": uri})["contents"]
    assert call in content["text"]
    assert "error" in spoken.ask("resources/read", {"uri": uri + "0"})

    (prompt,) = spoken.result("prompts/list")["prompts"]
    told = spoken.result(
        "prompts/get", {"name": prompt["name"], "arguments": {"run_id": run}})
    assert run in told["messages"][0]["content"]["text"]
    assert "error" in spoken.ask("prompts/get", {"name": "none"})
    found = spoken.result("completion/complete", {
        "ref": {"type": "ref/prompt", "name": prompt["name"]}, "argument": ARGUMENT})
    assert run in found["completion"]["values"]


def first_run_of(session):
    """A run with a write in it, in revisions whose results have no structure too."""
    if session.revision >= "2025-06-18":
        return first_run(session)
    result = session.call("sql_transactional", {"word": "w"})
    assert result.keys() <= {"content", "isError", "_meta"}, "what the revision does not have"
    receipt = json.loads(result["content"][0]["text"].splitlines()[-1])["holdfast"]
    return receipt["run_id"], receipt["call_id"]


def test_progress_and_changes_are_told(spoken, desk):
    opened(spoken)
    spoken.result("tools/list")
    spoken.result("resources/list")
    expected = {"notifications/progress", "notifications/tools/list_changed",
                "notifications/resources/list_changed", "notifications/resources/updated"}
    run = spoken.call("run_begin", {"purpose": "x"})
    run = json.loads(run["content"][0]["text"].splitlines()[-1])["run_id"]
    uri = f"holdfast://runs/{run}"
    if spoken.is_stateless:
        expected.add("notifications/subscriptions/acknowledged")
        spoken.post("subscriptions/listen", {"notifications": {
            "toolsListChanged": True, "resourcesListChanged": True,
            "resourceSubscriptions": [uri]}})
        eventually(lambda: spoken.host.others)
    else:
        assert spoken.result("resources/subscribe", {"uri": uri}) == {}
    change(desk, "It says something else now.")
    spoken.call("sql_transactional", {"word": "w", "run_id": run})
    spoken.result("tools/call", {
        "name": "test_tool_with_progress", "arguments": {}, "_meta": {"progressToken": 7}})
    spoken.call("run_begin", {"purpose": "y"})
    eventually(lambda: expected == {each["method"] for each in spoken.host.others})
    assert expected <= NOTIFICATIONS.keys()
