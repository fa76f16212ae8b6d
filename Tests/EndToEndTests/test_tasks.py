# Calls that go on without their request: as tasks that any host can tell of, and as questions that
# a client puts to its user, in the three ways that the protocol has had for it.

import json
import subprocess
import time

import pytest
from harness import META, Host, eventually, receipt, result

PREFIX = "io.modelcontextprotocol/"
TASKS = PREFIX + "tasks"
FORMS = {"elicitation": {}}
BOTH = {"elicitation": {"form": {}}, "extensions": {TASKS: {}}}
ONLY_TASKS = {"extensions": {TASKS: {}}}
YES = {"action": "accept", "content": {"confirm": True}}
NO = {"action": "decline"}
AWAY = {"action": "cancel"}


def declaring(capabilities):
    return {**META, PREFIX + "clientCapabilities": capabilities}


def ask(host, method, params, capabilities=ONLY_TASKS):
    return host.ask(method, params, meta=declaring(capabilities))


def call(host, tool="held_effect", word="x", capabilities=ONLY_TASKS, **params):
    """The whole result of a call."""
    arguments = params.pop("arguments", {"word": word})
    answer = ask(
        host, "tools/call", {"name": tool, "arguments": arguments, **params}, capabilities)
    assert "result" in answer, answer
    return answer["result"]


def get(host, task, capabilities=ONLY_TASKS):
    answer = ask(host, "tasks/get", {"taskId": task}, capabilities)
    assert "result" in answer, answer
    return answer["result"]


def until_over(host, task):
    return eventually(lambda: over(get(host, task)))


def over(task):
    return task if task["status"] not in {"working", "input_required"} else None


def records(project, kind):
    (call,) = project.calls()
    return [each for each in call["events"] if each["kind"] == kind]


def approval_of(project):
    (approval,) = project.data("approvals")
    return approval["approval_id"]


def test_a_task_outlives_its_host_and_is_approved_by_another_process(project):
    host = project.serve()
    created = call(host)
    assert created["resultType"] == "task" and created["status"] == "working"
    assert created["taskId"].startswith("call_") and created["ttlMs"] is None
    assert "held_effect" in created["statusMessage"]
    host.kill()
    other = project.serve()
    task = get(other, created["taskId"])
    assert task["resultType"] == "complete" and task["status"] == "working"
    assert task["createdAt"] == created["createdAt"]
    assert project.run("approve", approval_of(project)).returncode == 0
    done = until_over(other, created["taskId"])
    assert done["status"] == "completed" and "pollIntervalMs" not in done
    assert receipt(done["result"]["structuredContent"])["status"] == "succeeded"
    assert done["result"]["resultType"] == "complete"
    assert len(project.effects("held_effect")) == 1
    other.finish()


def test_a_denied_call_is_a_completed_task_with_an_error_result(project):
    host = project.serve()
    created = call(host)
    assert project.run("deny", approval_of(project), "--reason", "not today").returncode == 0
    done = until_over(host, created["taskId"])
    assert done["status"] == "completed" and done["result"]["isError"] is True
    assert "not today" in done["result"]["content"][0]["text"]
    # The same call is a new one.
    again = call(host)
    assert again["taskId"] != created["taskId"]
    joined = call(host)
    assert joined["taskId"] == again["taskId"]
    host.finish()


def test_a_cancelled_task_stays_cancelled(project):
    host = project.serve()
    created = call(host)
    for _ in range(2):
        answer = ask(host, "tasks/cancel", {"taskId": created["taskId"]})
        assert answer["result"]["resultType"] == "complete"
        assert set(answer["result"]) == {"resultType", "_meta"}
    assert get(host, created["taskId"])["status"] == "cancelled"
    assert project.data("approvals") == []
    assert project.effects("held_effect") == []
    host.finish()


def test_another_profiles_task_is_not_there(project):
    names = [f.stem for f in (project.folder / "tools").iterdir()]
    project.configure(profiles={"default": {"allow": ["held_effect"]}, "other": {"allow": []}})
    assert "held_effect" in names
    mine, other = project.serve(profile="default"), project.serve(profile="other")
    task = call(mine)["taskId"]
    for method, more in [("tasks/get", {}), ("tasks/cancel", {}),
                         ("tasks/update", {"inputResponses": {}})]:
        for id in [task, "call_none", "call_" + "0" * 36]:
            answer = ask(other, method, {"taskId": id, **more})
            assert answer["error"]["code"] == -32602, answer
            assert answer["error"]["message"].startswith("Unknown task")
    assert get(mine, task)["status"] == "working"
    mine.finish()
    other.finish()


def test_a_write_that_runs_longer_than_its_client_waits_becomes_a_task(project):
    path = project.folder / "tools/slow_at_most_once.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "wait": "1s"}))
    host = project.serve()
    created = call(host, "slow_at_most_once", arguments={"word": "x", "seconds": 3})
    assert created["resultType"] == "task" and created["status"] == "working"
    done = until_over(host, created["taskId"])
    assert done["status"] == "completed"
    assert receipt(done["result"]["structuredContent"])["status"] == "succeeded"
    # Without the extension it is an ordinary result.
    plain = call(host, "slow_at_most_once", capabilities={},
                 arguments={"word": "y", "seconds": 3})
    assert receipt(plain["structuredContent"])["status"] == "running"
    host.finish()


def test_notifications_tell_all_of_a_task_to_its_owner(project):
    host = project.serve()
    task = call(host)["taskId"]
    host.post(
        "subscriptions/listen",
        {"notifications": {"taskIds": [task, "call_" + "0" * 36]}}, id="sub",
        meta=declaring(ONLY_TASKS))
    acknowledged = host.other(lambda m: m["method"].endswith("/acknowledged"))
    assert acknowledged["params"]["notifications"] == {"taskIds": [task]}
    assert project.run("approve", approval_of(project)).returncode == 0
    told = host.other(
        lambda m: m["method"] == "notifications/tasks" and m["params"]["status"] == "completed")
    assert told["params"]["taskId"] == task
    assert told["params"]["_meta"][PREFIX + "subscriptionId"] == "sub"
    assert receipt(told["params"]["result"]["structuredContent"])["status"] == "succeeded"
    host.finish()


def test_a_task_asks_and_its_update_decides(project):
    host = project.serve()
    created = call(host, capabilities=BOTH)
    assert created["status"] == "input_required" and "inputRequests" not in created
    task = created["taskId"]
    # Who cannot ask is not shown a question, and cannot answer it.
    assert get(host, task)["status"] == "working"
    (key, asked), = get(host, task, BOTH)["inputRequests"].items()
    assert asked["method"] == "elicitation/create" and "word" in asked["params"]["message"]
    update = {"taskId": task, "inputResponses": {key: YES}}
    assert "result" in ask(host, "tasks/update", update)
    assert get(host, task, BOTH)["status"] == "input_required"
    other = {"taskId": task, "inputResponses": {"nothing": YES}}
    assert "result" in ask(host, "tasks/update", other, BOTH)
    assert get(host, task, BOTH)["status"] == "input_required"
    bad = {"taskId": task, "inputResponses": {key: {"action": "accept", "content": {}}}}
    assert ask(host, "tasks/update", bad, BOTH)["error"]["code"] == -32602
    assert "result" in ask(host, "tasks/update", update, BOTH)
    assert until_over(host, task)["status"] == "completed"
    assert "result" in ask(host, "tasks/update", update, BOTH)
    assert len(project.effects("held_effect")) == 1
    host.finish()


def test_a_task_whose_user_turns_away_waits_and_asks_again_under_another_key(project):
    host = project.serve()
    task = call(host, capabilities=BOTH)["taskId"]
    (first,) = get(host, task, BOTH)["inputRequests"]
    ask(host, "tasks/update", {"taskId": task, "inputResponses": {first: AWAY}}, BOTH)
    assert get(host, task, BOTH)["status"] == "working"
    # What was answered is not answered again.
    ask(host, "tasks/update", {"taskId": task, "inputResponses": {first: YES}}, BOTH)
    assert get(host, task, BOTH)["status"] == "working"
    assert call(host, capabilities=BOTH)["status"] == "input_required"
    (second,) = get(host, task, BOTH)["inputRequests"]
    assert second != first
    ask(host, "tasks/update", {"taskId": task, "inputResponses": {second: NO}}, BOTH)
    done = until_over(host, task)
    assert done["status"] == "completed" and done["result"]["isError"] is True
    assert receipt(done["result"]["structuredContent"])["status"] == "denied"
    assert project.effects("held_effect") == []
    host.finish()


def asked(host, **more):
    """A call that came back with a question: `(state, key, request)`."""
    answer = call(host, capabilities=FORMS, **more)
    assert answer["resultType"] == "input_required"
    (key, request), = answer["inputRequests"].items()
    return answer["requestState"], key, request


def test_a_repeated_call_brings_the_users_yes(project):
    host = project.serve()
    state, key, request = asked(host)
    params = request["params"]
    assert params["mode"] == "form"
    assert "CANNOT BE UNDONE" in params["message"] or "once you say yes" in params["message"]
    assert params["requestedSchema"]["required"] == ["confirm"]
    assert params["requestedSchema"]["properties"]["confirm"]["type"] == "boolean"
    done = call(host, capabilities=FORMS, requestState=state, inputResponses={key: YES})
    assert receipt(done["structuredContent"])["status"] == "succeeded"
    assert len(project.effects("held_effect")) == 1
    # The record says that it was the client who said so.
    (made,) = records(project, "decision_made")
    assert "client" in json.dumps(made)
    host.finish()


def test_the_answer_may_come_to_another_host(project):
    host = project.serve()
    state, key, _ = asked(host)
    host.kill()
    other = project.serve()
    done = call(other, capabilities=FORMS, requestState=state, inputResponses={key: YES})
    assert receipt(done["structuredContent"])["status"] == "succeeded"
    assert len(project.effects("held_effect")) == 1
    other.finish()


@pytest.mark.parametrize("no", [NO, {"action": "accept", "content": {"confirm": False}}])
def test_a_no_is_final_for_the_call(project, no):
    host = project.serve()
    state, key, _ = asked(host)
    done = call(host, capabilities=FORMS, requestState=state, inputResponses={key: no})
    assert done["isError"] is True
    assert receipt(done["structuredContent"])["status"] == "denied"
    assert "declined through the client" in done["content"][0]["text"]
    assert project.effects("held_effect") == []
    host.finish()


def test_turning_away_leaves_the_call_waiting(project):
    host = project.serve()
    state, key, _ = asked(host)
    done = call(host, capabilities=FORMS, requestState=state, inputResponses={key: AWAY})
    assert receipt(done["structuredContent"])["status"] == "pending_approval"
    assert "turned away without deciding" in done["content"][0]["text"]
    again = ask(host, "tools/call", {
        "name": "held_effect", "arguments": {"word": "x"}, "requestState": state,
        "inputResponses": {key: YES}}, FORMS)
    assert again["error"]["code"] == -32602
    assert project.effects("held_effect") == []
    assert project.run("approve", approval_of(project)).returncode == 0
    eventually(lambda: project.effects("held_effect"))
    host.finish()


def test_no_answer_before_the_time_is_up_is_a_call_that_nobody_approved(project):
    path = project.folder / "tools/held_effect.json"
    manifest = json.loads(path.read_text())
    manifest["approval"] = {"by": ["requester"], "decide_within": "2s"}
    path.write_text(json.dumps(manifest))
    host = project.serve()
    state, key, _ = asked(host)
    time.sleep(3.5)
    done = call(host, capabilities=FORMS, requestState=state, inputResponses={key: YES})
    assert receipt(done["structuredContent"])["status"] == "denied"
    assert "nobody approved it in time" in done["content"][0]["text"]
    assert project.effects("held_effect") == []
    host.finish()


def test_a_state_is_good_for_its_call_alone_and_once(project):
    names = ["held_effect", "ask_person"]
    project.configure(profiles={"default": {"allow": names}, "other": {"allow": names}})
    host, other = project.serve(profile="default"), project.serve(profile="other")
    state, key, _ = asked(host)
    middle = len(state) // 2
    tampered = [
        "", "x", state[:-1], state + "0", state + "." + state, key,
        state[:-1] + ("0" if state[-1] != "0" else "1"),
        state[:middle] + ("0" if state[middle] != "0" else "1") + state[middle + 1:],
        "x" * 2000,
    ]

    def answer(at, tool="held_effect", arguments=None, state=state):
        return ask(at, "tools/call", {
            "name": tool, "arguments": arguments or {"word": "x"}, "requestState": state,
            "inputResponses": {key: YES}}, FORMS)

    for each in tampered:
        assert answer(host, state=each)["error"]["code"] == -32602, each
    assert answer(host, arguments={"word": "y"})["error"]["code"] == -32602
    assert answer(host, tool="ask_person")["error"]["code"] == -32602
    assert answer(other)["error"]["code"] == -32602
    assert project.effects("held_effect") == []
    done = result(answer(host))
    assert receipt(done)["status"] == "succeeded"
    assert answer(host)["error"]["code"] == -32602
    assert len(project.effects("held_effect")) == 1
    host.finish()
    other.finish()


def test_two_answers_at_once_do_it_once(project):
    hosts = [project.serve(), project.serve()]
    state, key, _ = asked(hosts[0])
    other, key, _ = asked(hosts[1])
    params = {"name": "held_effect", "arguments": {"word": "x"}, "inputResponses": {key: YES}}
    posted = [
        (host, host.post("tools/call", {**params, "requestState": each}, meta=declaring(FORMS)))
        for each in [state, other, state, other] for host in hosts]
    answers = [host.answer(id) for host, id in posted]
    good = [each for each in answers if "result" in each]
    assert good and all(
        receipt(result(each))["status"] in {"succeeded", "running"} for each in good)
    assert all(each["error"]["code"] == -32602 for each in answers if "error" in each)
    eventually(lambda: project.effects("held_effect"))
    assert len(project.effects("held_effect")) == 1
    for host in hosts:
        host.finish()


def test_what_is_no_answer_is_asked_once_more(project):
    host = project.serve()
    state, key, _ = asked(host)
    for responses in [{}, {"other": YES}, {key: 1}, {key: {"action": "maybe"}},
                      {key: {"action": "accept", "content": {"confirm": "yes"}}}]:
        again = call(host, capabilities=FORMS, requestState=state, inputResponses=responses)
        assert again["resultType"] == "input_required", responses
        assert list(again["inputRequests"]) == [key]
    assert project.effects("held_effect") == []
    host.finish()


def test_only_forms_are_asked_and_only_of_who_shows_them(project):
    host = project.serve()
    for capabilities in [{}, {"elicitation": {"url": {}}}, {"sampling": {}}]:
        plain = call(host, capabilities=capabilities)
        assert plain["resultType"] == "complete"
        assert receipt(plain["structuredContent"])["status"] == "pending_approval"
    # Nor does it answer what it was not asked.
    state, key, _ = asked(host)
    deaf = call(host, capabilities={}, requestState=state, inputResponses={key: YES})
    assert receipt(deaf["structuredContent"])["status"] == "pending_approval"
    assert project.effects("held_effect") == []
    host.finish()


def test_who_others_must_approve_for_is_never_asked(project):
    project.configure(
        profiles={"default": {"allow": ["held_effect"]}},
        approvers=[{"name": "boss", "user": "nobody", "roles": ["lead"]}])
    path = project.folder / "tools/held_effect.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "approval": {"by": ["lead"]}}))
    host = project.serve()
    plain = call(host, capabilities=FORMS)
    assert plain["resultType"] == "complete"
    assert receipt(plain["structuredContent"])["status"] == "pending_approval"
    created = call(host, capabilities=BOTH)
    assert created["status"] == "working"
    task = created["taskId"]
    assert get(host, task, BOTH)["status"] == "working"
    key = receipt(plain["structuredContent"])["approval_id"]
    answer = ask(host, "tasks/update", {"taskId": task, "inputResponses": {key: YES}}, BOTH)
    assert answer["result"]["resultType"] == "complete"
    assert get(host, task, BOTH)["status"] == "working"
    client = Shaken(project, "2025-11-25")
    held = result(client.host.answer(client.post()))
    assert receipt(held)["status"] == "pending_approval" and client.host.others == []
    assert project.effects("held_effect") == []
    client.host.finish()
    host.finish()


class Shaken:
    """A client of an older revision that can put forms to its user."""

    def __init__(self, project, version, capabilities=FORMS, host=None):
        self.version = version
        self.host = host or project.serve()
        opened = self.host.ask("initialize", {
            "protocolVersion": version, "capabilities": capabilities,
            "clientInfo": {"name": "old", "version": "1"}}, meta=None)
        assert opened["result"]["protocolVersion"] == version
        self.host.notify("notifications/initialized", {})

    def post(self, word="x"):
        return self.host.post_call("held_effect", {"word": word}, meta=None)

    def question(self):
        asked = self.host.other(lambda m: m["method"] == "elicitation/create")
        assert ("mode" in asked["params"]) == (self.version == "2025-11-25")
        assert asked["params"]["requestedSchema"]["required"] == ["confirm"]
        return asked["id"]

    def say(self, id, **members):
        message = {"jsonrpc": "2.0", "id": id, **members}
        self.host.send(json.dumps(message).encode() + b"\n")


OLDER = pytest.mark.parametrize("version", ["2025-06-18", "2025-11-25"])


@OLDER
def test_an_older_client_is_asked_while_its_call_waits(project, version):
    client = Shaken(project, version)
    posted = client.post()
    id = client.question()
    assert posted not in client.host.answers
    client.say("nobody", result=YES)
    client.say(id, result=YES)
    client.say(id, result=NO)
    done = result(client.host.answer(posted))
    assert receipt(done)["status"] == "succeeded"
    assert len(project.effects("held_effect")) == 1
    client.host.finish()


@OLDER
def test_the_three_ways_of_not_saying_yes_are_told_apart(project, version):
    client = Shaken(project, version)
    for word, said, status, words in [
        ("no", {"result": NO}, "denied", "declined through the client"),
        ("away", {"result": AWAY}, "pending_approval", "turned away without deciding"),
        ("bad", {"result": {"action": "accept"}}, "pending_approval", "could not be asked"),
        ("error", {"error": {"code": -1, "message": "no"}}, "pending_approval", "error -1"),
    ]:
        posted = client.post(word)
        client.say(client.question(), **said)
        answer = client.host.answer(posted)
        assert receipt(result(answer))["status"] == status, word
        assert words in answer["result"]["content"][0]["text"], word
    assert project.effects("held_effect") == []
    states = {a["arguments"]["word"]: a["state"] for a in project.data("approvals", "--all")}
    assert states == {"no": "denied", "away": "pending", "bad": "pending", "error": "pending"}
    client.host.finish()


@OLDER
def test_cancelling_the_call_takes_the_question_back(project, version):
    client = Shaken(project, version)
    posted = client.post()
    id = client.question()
    client.host.notify("notifications/cancelled", {"requestId": posted})
    taken = client.host.other(lambda m: m["method"] == "notifications/cancelled")
    assert taken["params"]["requestId"] == id
    client.say(id, result=YES)
    time.sleep(1)
    assert posted not in client.host.answers and project.effects("held_effect") == []
    client.host.finish()


def test_somebody_elses_yes_takes_the_question_back(project):
    client = Shaken(project, "2025-11-25")
    posted = client.post()
    id = client.question()
    assert project.run("approve", approval_of(project)).returncode == 0
    assert receipt(result(client.host.answer(posted)))["status"] == "succeeded"
    taken = client.host.other(lambda m: m["method"] == "notifications/cancelled")
    assert taken["params"]["requestId"] == id
    client.say(id, result=YES)
    assert len(project.effects("held_effect")) == 1
    client.host.finish()


@OLDER
def test_a_question_that_nobody_answers_leaves_the_call_waiting(project, version):
    path = project.folder / "tools/held_effect.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "wait": "1s"}))
    client = Shaken(project, version)
    posted = client.post()
    id = client.question()
    answer = client.host.answer(posted)
    assert receipt(result(answer))["status"] == "pending_approval"
    assert "did not answer in time" in answer["result"]["content"][0]["text"]
    taken = client.host.other(lambda m: m["method"] == "notifications/cancelled")
    assert taken["params"]["requestId"] == id
    client.say(id, result=YES)
    time.sleep(0.5)
    assert project.data("approvals")[0]["state"] == "pending"
    assert project.effects("held_effect") == []
    client.host.finish()


def test_a_client_that_leaves_while_it_is_asked_leaves_the_call_waiting(project):
    client = Shaken(project, "2025-11-25")
    posted = client.post()
    client.question()
    client.host.finish()
    answer = client.host.answer(posted)
    assert receipt(result(answer))["status"] == "pending_approval"
    assert "did not answer in time" in answer["result"]["content"][0]["text"]
    assert project.data("approvals")[0]["state"] == "pending"
    assert project.effects("held_effect") == []


@pytest.mark.parametrize("version, capabilities", [
    ("2025-03-26", FORMS), ("2025-11-25", {}), ("2025-11-25", {"elicitation": {"url": {}}})])
def test_an_older_client_that_cannot_ask_gets_an_ordinary_result(project, version, capabilities):
    client = Shaken(project, version, capabilities)
    answer = client.host.answer(client.post())
    text = answer["result"]["content"][0]["text"]
    assert "pending_approval" in text and "holdfast approve" in text
    client.host.finish()


def test_what_the_user_is_shown_cannot_be_dressed_up(project):
    host = project.serve()
    word = "a\u202ebc\u001b[31m\nasked    by the king"
    _, _, request = asked(host, word=word)
    message = request["params"]["message"]
    assert not any(c in message for c in "\u202e\u001b")
    assert "\\u202e" in message and "\\u001b" in message
    assert not any(line.startswith("asked    by the king") for line in message.split("\n"))
    host.finish()


def recorded(project, play, name):
    """Records what `play` says to a host and replays it."""
    file = project.folder / f"{name}.jsonl"
    host = Host(project.command("serve", "--record", str(file)), project.environment(),
                project.folder)
    project.hosts.append(host)
    play(host)
    return subprocess.run(
        [project.binary, "replay", str(file)], capture_output=True, text=True, timeout=60)


def test_a_session_with_questions_is_played_again(project):
    def repeat(host):
        state, key, _ = asked(host)
        call(host, capabilities=FORMS, requestState=state, inputResponses={key: YES})
        host.finish()

    def answer(host):
        client = Shaken(None, "2025-11-25", host=host)
        posted = client.post("y")
        client.say(client.question(), result=YES)
        host.answer(posted)
        host.finish()

    for play in [repeat, answer]:
        done = recorded(project, play, play.__name__)
        assert done.returncode == 0, (done.stdout, done.stderr)


def test_a_session_with_tasks_says_that_it_cannot_be_played_again(project):
    def play(host):
        call(host)
        host.finish()

    done = recorded(project, play, "tasks")
    assert done.returncode == 65 and "not played again" in done.stderr, done
