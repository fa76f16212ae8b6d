# Scenarios of the official suite that both revisions ask for, under their names.

import re

import fixtures
from scenarios import STATELESS

TOOL_NAME = re.compile(r"^[A-Za-z0-9_./-]{1,64}$")
ARGUMENT = {"name": "run_id", "value": "run_"}


def first_run(session):
    """A run that is there to be read about."""
    receipt = session.call("sql_transactional", {"word": "w"})["structuredContent"]["holdfast"]
    return receipt["run_id"], receipt["call_id"]


def test_tools_list(session):
    tools = session.result("tools/list")["tools"]
    session.check("tools-list", isinstance(tools, list) and tools, tools)
    for tool in tools:
        well = (
            TOOL_NAME.match(tool["name"]) and tool.get("description")
            and tool["inputSchema"]["type"] == "object")
        session.check("tools-list", well, tool)


def test_tools_call_simple_text(session):
    result = session.call("test_simple_text")
    first = result["content"][0]
    session.check(
        "tools-call-simple-text",
        first["type"] == "text" and fixtures.SIMPLE_TEXT in first["text"]
        and result["structuredContent"]["text"] == fixtures.SIMPLE_TEXT
        and not result.get("isError"), result)


def test_tools_call_error(session):
    result = session.call("test_error_handling")
    first = result["content"][0]
    session.check(
        "tools-call-error",
        result["isError"] is True and first["type"] == "text"
        and fixtures.ERROR_TEXT in first["text"], result)


def test_tools_call_with_progress(session):
    token = "token-7"
    id = session.post(
        "tools/call", {
            "name": "test_tool_with_progress", "arguments": {},
            "_meta": {"progressToken": token}})
    session.host.answer(id)
    told = [m["params"] for m in session.host.others if m["method"] == "notifications/progress"]
    steps = [each["progress"] for each in told]
    session.check("tools-call-with-progress", len(steps) >= 2, told)
    session.check("tools-call-with-progress", steps == sorted(set(steps)), told)
    session.check(
        "tools-call-with-progress", all(each["progressToken"] == token for each in told), told)


def test_json_schema_2020_12(session):
    tools = {each["name"]: each for each in session.result("tools/list")["tools"]}
    listed = tools["json_schema_2020_12_tool"]["inputSchema"]
    for keyword, value in fixtures.KEYWORDS.items():
        if keyword == "properties":
            # The host's own optional arguments come on top.
            session.check(
                "json-schema-2020-12", value.items() <= listed["properties"].items(), listed)
        else:
            session.check("json-schema-2020-12", listed.get(keyword) == value, listed)
    good = {"name": "x", "contactMethod": "phone", "phone": "1", "address": {"city": "y"}}
    result = session.call("json_schema_2020_12_tool", good)
    session.check("json-schema-2020-12", result["isError"] is False, result)
    for bad in [{"contactMethod": "phone", "email": "x"}, {"phone": "1"}, {**good, "address": 1}]:
        result = session.call("json_schema_2020_12_tool", bad)
        session.check("json-schema-2020-12", result["isError"] is True, result)


def test_resources_list(session):
    run, _ = first_run(session)
    resources = session.result("resources/list")["resources"]
    session.check(
        "resources-list",
        all(each["uri"] and each["name"] for each in resources)
        and f"holdfast://runs/{run}" in [each["uri"] for each in resources], resources)


def test_resources_read_text(session):
    run, call = first_run(session)
    uri = f"holdfast://runs/{run}"
    (content,) = session.result("resources/read", {"uri": uri})["contents"]
    session.check(
        "resources-read-text",
        content["uri"] == uri and content["mimeType"] == "application/json"
        and call in content["text"], content)


def test_resources_templates_read(session):
    _, call = first_run(session)
    templates = session.result("resources/templates/list")["resourceTemplates"]
    (template,) = [each for each in templates if "calls" in each["uriTemplate"]]
    uri = re.sub(r"\{[^}]*\}", call, template["uriTemplate"])
    (content,) = session.result("resources/read", {"uri": uri})["contents"]
    session.check(
        "resources-templates-read", content["uri"] == uri and call in content["text"], content)


def test_prompts_list(session):
    prompts = session.result("prompts/list")["prompts"]
    session.check(
        "prompts-list",
        all(each["name"] and each["description"] for each in prompts)
        and "resume_run" in [each["name"] for each in prompts], prompts)


def test_prompts_get_with_args(session):
    run, call = first_run(session)
    result = session.result("prompts/get", {"name": "resume_run", "arguments": {"run_id": run}})
    (message,) = result["messages"]
    session.check(
        "prompts-get-with-args",
        message["role"] == "user" and message["content"]["type"] == "text"
        and run in message["content"]["text"], result)
    for params in [{"name": "resume_run"}, {"name": "resume_run", "arguments": {}}, {"name": "x"}]:
        answer = session.ask("prompts/get", params)
        session.check("prompts-get-with-args", answer["error"]["code"] == -32602, answer)


def test_completion_complete(session):
    run, _ = first_run(session)
    reference = {"type": "ref/prompt", "name": "resume_run"}
    found = session.result("completion/complete", {"ref": reference, "argument": ARGUMENT})
    session.check(
        "completion-complete",
        run in found["completion"]["values"] and len(found["completion"]["values"]) <= 100, found)


def test_sep_2164_resource_not_found(session):
    for uri in ["holdfast://runs/run_none", "test://nonexistent-resource-for-conformance"]:
        answer = session.ask("resources/read", {"uri": uri})
        code = -32602 if session.revision == STATELESS else -32002
        session.check(
            "sep-2164-resource-not-found",
            answer.get("error", {}).get("code") == code
            and answer["error"]["data"]["uri"] == uri, answer)
