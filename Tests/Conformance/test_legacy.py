# Scenarios of the official suite for 2025-11-25 alone, under their names.

import json
import pathlib


def test_server_initialize(legacy):
    result = legacy.initialized["result"]
    legacy.check(
        "server-initialize",
        result["protocolVersion"] == "2025-11-25" and result["serverInfo"]["name"]
        and result["serverInfo"]["version"] and "tools" in result["capabilities"], result)


def test_ping(legacy):
    result = legacy.result("ping")
    legacy.check("ping", result == {}, result)


def test_resources_subscribe_and_unsubscribe(legacy, desk):
    run = legacy.call("run_begin", {"purpose": "to be watched"})["structuredContent"]["run_id"]
    uri = f"holdfast://runs/{run}"
    result = legacy.result("resources/subscribe", {"uri": uri})
    legacy.check("resources-subscribe", result == {}, result)
    legacy.call("sql_transactional", {"word": "a", "run_id": run})
    told = legacy.host.other(lambda m: m.get("method") == "notifications/resources/updated")
    legacy.check("resources-subscribe", told["params"] == {"uri": uri}, told)
    result = legacy.result("resources/unsubscribe", {"uri": uri})
    legacy.check("resources-unsubscribe", result == {}, result)


def test_a_changed_tool_is_announced(legacy, desk):
    """What the fixture `test_trigger_tool_change` is for: here the manifest itself changes."""
    file = pathlib.Path(desk.folder / "tools/test_simple_text.json")
    manifest = json.loads(file.read_text())
    legacy.result("tools/list")
    file.write_text(json.dumps({**manifest, "description": "It says something else now."}))
    legacy.host.other(lambda m: m.get("method") == "notifications/tools/list_changed")
    tools = {each["name"]: each for each in legacy.result("tools/list")["tools"]}
    assert tools["test_simple_text"]["description"].startswith("It says something else now.")
