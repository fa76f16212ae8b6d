# Scenarios of the official suite for the tasks extension, under their names and check ids.

import re

from harness import eventually
from session import BOTH, FORMS, PREFIX, SUBSCRIPTION, TAKES_TASKS, TASKS

YES = {"action": "accept", "content": {"confirm": True}}
SLOW = ("slow_compute", {"seconds": 3})
HELD = ("confirm_delete", {"word": "x"})


def call(stateless, tool, arguments, capabilities=TAKES_TASKS, **more):
    return stateless.result(
        "tools/call", {"name": tool, "arguments": arguments, **more},
        meta=stateless.able(capabilities))


def ask(stateless, method, task, capabilities=TAKES_TASKS, **more):
    return stateless.ask(
        method, {"taskId": task, **more}, meta=stateless.able(capabilities))


def get(stateless, task, capabilities=TAKES_TASKS):
    return ask(stateless, "tasks/get", task, capabilities)["result"]


def end(stateless, task):
    def over():
        found = get(stateless, task)
        return found if found["status"] not in {"working", "input_required"} else None
    return eventually(over)


def code(answer):
    return answer.get("error", {}).get("code")


def test_capability_negotiation(stateless):
    """tasks-capability-negotiation"""
    offered = stateless.result("server/discover")["capabilities"]
    stateless.check(
        "tasks-extension-advertised",
        offered["extensions"][TASKS] == {} and "tasks" not in offered, offered)
    task = call(stateless, *HELD)["taskId"]
    for method, more in [
            ("tasks/get", {}), ("tasks/cancel", {}), ("tasks/update", {"inputResponses": {}})]:
        answer = ask(stateless, method, task, {}, **more)
        required = answer["error"].get("data", {}).get("requiredCapabilities")
        stateless.check(
            "sep-2663-tasks-methods-non-declaring",
            code(answer) == -32021 and required == TAKES_TASKS, answer)
    listen = {"notifications": {"taskIds": [task]}}
    answer = stateless.ask("subscriptions/listen", listen)
    stateless.check("sep-2663-server-rejects-undeclared-client", code(answer) == -32021, answer)
    # What one request declares, the next has not declared.
    plain = call(stateless, *SLOW, {})
    stateless.check("tasks-per-request-meta-opt-in", plain["resultType"] == "complete", plain)
    created = call(stateless, *SLOW)
    stateless.check("tasks-per-request-meta-opt-in", created["resultType"] == "task", created)


def test_lifecycle(stateless):
    """tasks-lifecycle"""
    quick = call(stateless, "greet", {"name": "Ada"})
    stateless.check(
        "tasks-sync-tool-call",
        quick["resultType"] == "complete" and quick["structuredContent"]["text"] == "Hello, Ada!",
        quick)
    quick = call(stateless, "slow_compute", {"seconds": 0})
    stateless.check("tasks-immediate-result-shortcut", quick["resultType"] == "complete", quick)
    created = call(stateless, *SLOW)
    stateless.check("sep-2663-result-type-task-on-create", created["resultType"] == "task", created)
    stateless.check("tasks-server-directed-creation-no-hint", "taskId" in created, created)
    task = created["taskId"]
    found = get(stateless, task)
    stateless.check(
        "sep-2663-durable-create-strong-consistency", found["taskId"] == task, found)
    stateless.check("sep-2663-tasks-get-status-working", found["status"] == "working", found)
    done = end(stateless, task)
    stateless.check(
        "sep-2663-tasks-get-status-completed",
        done["status"] == "completed" and done["result"]["isError"] is False, done)
    answer = ask(stateless, "tasks/cancel", task)
    stateless.check(
        "tasks-cancel-terminal-idempotent-ack",
        answer.get("result", {}).get("resultType") == "complete"
        and get(stateless, task)["status"] == "completed", answer)
    failing = end(stateless, call(stateless, "failing_job", {})["taskId"])
    stateless.check(
        "sep-2663-tool-error-uses-completed-status",
        failing["status"] == "completed" and failing["result"]["isError"] is True
        and "error" not in failing, failing)
    cancelled = call(stateless, *HELD)["taskId"]
    answer = ask(stateless, "tasks/cancel", cancelled)["result"]
    stateless.check(
        "sep-2663-cancel-ack-empty-result",
        set(answer) <= {"resultType", "_meta"}
        and end(stateless, cancelled)["status"] == "cancelled", answer)


def test_wire_fields(stateless):
    """tasks-wire-fields"""
    created = call(stateless, *SLOW)
    found = get(stateless, created["taskId"])
    done = end(stateless, created["taskId"])
    for each in [created, found, done]:
        stateless.check(
            "tasks-wire-field-renames",
            "ttlMs" in each and not {"ttl", "pollInterval", "task"} & set(each)
            and re.match(r"\d{4}-\d\d-\d\dT.*Z$", each["createdAt"])
            and re.match(r"\d{4}-\d\d-\d\dT.*Z$", each["lastUpdatedAt"]), each)
        if each["ttlMs"] is not None:
            stateless.check("tasks-wire-field-renames", type(each["ttlMs"]) is int, each)
    stateless.check(
        "tasks-wire-field-renames", type(created["pollIntervalMs"]) is int, created)
    stateless.check("tasks-no-early-ttl-expiry", done["status"] == "completed", done)
    meta = done["result"].get("_meta", {})
    stateless.check(
        "tasks-no-related-task-meta-on-inlined-result", PREFIX + "related-task" not in meta, meta)


def test_request_state_removal(stateless):
    """tasks-request-state-removal"""
    created = call(stateless, *HELD, BOTH)
    stateless.check("tasks-create-result-no-request-state", "requestState" not in created, created)
    found = get(stateless, created["taskId"], BOTH)
    stateless.check("tasks-get-detailed-no-request-state", "requestState" not in found, found)


def test_mrtr_input(stateless):
    """tasks-mrtr-input"""
    task = call(stateless, *HELD, BOTH)["taskId"]
    found = get(stateless, task, BOTH)
    stateless.check(
        "sep-2663-tasks-get-status-input-required",
        found["status"] == "input_required" and found["inputRequests"], found)
    (key,) = found["inputRequests"]
    answer = ask(stateless, "tasks/update", task, BOTH, inputResponses={"other": YES})
    left = get(stateless, task, BOTH)
    stateless.check(
        "tasks-mrtr-partial-fulfillment",
        "result" in answer and list(left["inputRequests"]) == [key], left)
    answer = ask(stateless, "tasks/update", task, BOTH, inputResponses={key: YES})
    done = end(stateless, task)
    stateless.check(
        "tasks-mrtr-tasks-update-resumes",
        set(answer["result"]) <= {"resultType", "_meta"}
        and done["result"]["structuredContent"]["done"] is True, done)


def test_dispatch_and_envelope(stateless):
    """tasks-dispatch-and-envelope"""
    task = call(stateless, *HELD)["taskId"]
    for name, method in [
            ("sep-2663-tasks-result-removed-method-not-found", "tasks/result"),
            ("tasks-removed-tasks-list", "tasks/list")]:
        answer = ask(stateless, method, task)
        stateless.check(name, code(answer) == -32601, answer)
    hinted = call(stateless, "greet", {"name": "Ada"}, task={"ttl": 1000})
    stateless.check(
        "sep-2663-legacy-task-param-ignored", hinted["resultType"] == "complete", hinted)
    for method, more in [
            ("tasks/get", {}), ("tasks/cancel", {}), ("tasks/update", {"inputResponses": {}})]:
        answer = ask(stateless, method, "no-such-task", **more)
        stateless.check(
            "sep-2663-tasks-get-invalid-task-id-32602", code(answer) == -32602, answer)
        answer = ask(stateless, method, task, **more)
        stateless.check(
            "tasks-result-type-complete-on-non-task-responses",
            answer.get("result", {}).get("resultType") == "complete", answer)


def test_status_notifications(stateless):
    """tasks-status-notifications"""
    task = call(stateless, *SLOW)["taskId"]
    id = stateless.post(
        "subscriptions/listen", {"notifications": {"taskIds": [task]}},
        meta=stateless.able(TAKES_TASKS))
    host = stateless.host
    first = eventually(lambda: host.others[:1])[0]
    stateless.check(
        "tasks-status-notifications",
        first["method"].endswith("/acknowledged")
        and first["params"]["notifications"] == {"taskIds": [task]}, first)
    told = eventually(lambda: [m for m in host.others if m["method"] == "notifications/tasks"])
    stateless.check(
        "tasks-status-notifications",
        told[-1]["params"]["taskId"] == task
        and told[-1]["params"]["_meta"][SUBSCRIPTION] == id, told)
    end(stateless, task)


def test_required_task_error(stateless):
    """No tool here needs a task: who does not take one is answered as it stands."""
    plain = call(stateless, "failing_job", {}, {})
    stateless.check("tasks-required-task-error", plain["resultType"] == "complete", plain)
    receipt = plain["structuredContent"]["holdfast"]
    answer = ask(stateless, "tasks/get", receipt["call_id"], {})
    stateless.check(
        "sep-2663-server-returns-missing-capability-data-shape",
        code(answer) == -32021
        and answer["error"]["data"]["requiredCapabilities"] == TAKES_TASKS, answer)


def test_mrtr_composition(stateless):
    """tasks-mrtr-composition"""
    first = call(stateless, *HELD, FORMS)
    stateless.check(
        "sep-2663-mrtr-synchronous-before-task-creation",
        first["resultType"] == "input_required" and "taskId" not in first, first)
    (key,) = first["inputRequests"]
    done = call(
        stateless, *HELD, BOTH, requestState=first["requestState"], inputResponses={key: YES})
    stateless.check(
        "sep-2663-mrtr-synchronous-before-task-creation",
        done["resultType"] in {"complete", "task"} and "requestState" not in done, done)
