# Whatever comes in on the wire: an answer as the protocol wants it, a host that lives on, and a
# journal that stays whole.

import json

import pytest
from harness import META, eventually, receipt

LINE_LIMIT = 10 * 1024 * 1024


@pytest.fixture
def host(project):
    host = project.serve()
    yield host
    # It still serves, and ends well.
    assert receipt(host.call("sql_transactional", {"word": "end"}))["status"] == "succeeded"
    host.finish()
    project.check_journal()


def request(**members):
    params = {"name": "sql_read", "arguments": {"word": "x"}, "_meta": META}
    return {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params, **members}


def line(**members):
    return json.dumps(request(**members)).encode()


UNREADABLE = [
    (b"rubbish", -32700),
    (b"{", -32700),
    (b'{"a":1,}', -32700),
    (b'"\\ud800"', None),
    (b"\xff\xfe\x00", -32700),
    (b'{"jsonrpc":"2.0","id":1,"method":"\xc3\x28"}', -32700),
    (b"\x00\x01\x02", -32700),
    (b"3", -32600),
    (b"null", -32600),
    (b"[]", -32600),
    (b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32600),
    (b"[" * 100_000, None),
    (b'{"a":' * 5000 + b"1" + b"}" * 5000, None),
    (b'{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', -32600),
    (line(id=None), -32600),
    (line(id=1.5), -32600),
    (line(id=True), -32600),
    (line(id={}), -32600),
]


@pytest.mark.parametrize("data,code", UNREADABLE, ids=range(len(UNREADABLE)))
def test_unreadable_lines_are_answered_without_an_id(host, data, code):
    host.send(data + b"\n")
    message = host.other(lambda m: "error" in m)
    assert "id" not in message
    assert message["error"]["code"] in ([code] if code else [-32700, -32600])
    assert message["error"]["message"]


@pytest.mark.parametrize(
    "members,code",
    [
        ({"jsonrpc": "1.0"}, -32600),
        ({"method": 3}, -32600),
        ({"params": []}, -32600),
        ({"method": "no/such"}, -32601),
        ({"method": "logging/setLevel"}, -32601),
        ({"params": {"_meta": META}}, -32602),
        ({"params": {"name": "no_such", "arguments": {}, "_meta": META}}, -32602),
        ({"params": {"name": "sql_read", "arguments": [], "_meta": META}}, -32602),
        ({"params": {"name": "sql_read", "arguments": {"word": "x"}}}, -32602),
        ({"params": {"_meta": {"io.modelcontextprotocol/clientCapabilities": {}}}}, -32602),
        ({"params": {"_meta": {**META, "io.modelcontextprotocol/protocolVersion": "2031-01-01"}}},
         -32022),
    ])
def test_wrong_shapes_are_answered_with_their_id(host, members, code):
    host.send(line(**members) + b"\n")
    error = host.answer(7)["error"]
    assert error["code"] == code, error
    assert error["message"]


@pytest.mark.parametrize("id", ["", "x" * 900, "ключ \u0000", -1, 0, 2**53, 123456789012345678])
def test_odd_ids_come_back_as_they_were(host, id):
    assert receipt(host.ask("tools/call", {
        "name": "sql_read", "arguments": {"word": "x"}}, id=id)["result"]["structuredContent"])


def test_huge_ids(host):
    host.send(line(id="x" * 2_000_000) + b"\n")
    assert host.other(lambda m: "error" in m)["error"]["code"] == -32600
    # A whole number, if a very large one: its answer carries it as it came.
    host.send(line(id=7).replace(b'"id": 7', b'"id": 1e400') + b"\n")
    assert "result" in host.answer(float("inf"))


def test_lines_at_the_limit_and_past_it(host):
    frame = line(id=1)[:-1]
    padded = frame + b" " * (LINE_LIMIT - len(frame) - 1) + b"}"
    assert len(padded) == LINE_LIMIT
    host.send(padded + b"\n")
    assert "result" in host.answer(1)
    host.send(padded[:-1] + b" }\n")
    assert host.other(lambda m: "error" in m)["error"]["code"] == -32600
    host.send(b"x" * (3 * LINE_LIMIT) + b"\n")
    assert host.other(lambda m: "error" in m)["error"]["code"] == -32600
    with open(f"/proc/{host.pid}/status") as status:
        (resident,) = [x for x in status if x.startswith("VmHWM")]
    assert int(resident.split()[1]) < 400 * 1024, resident


def test_line_ends_blank_lines_and_a_mark_at_the_start(project):
    host = project.serve()
    host.send(b"\xef\xbb\xbf" + line(id=1) + b"\r\n\n\r\n" + line(id=2) + b"\n")
    assert "result" in host.answer(1) and "result" in host.answer(2)
    assert host.others == []
    host.finish()


def test_rubbish_is_not_answered_without_end(host):
    host.send(b"rubbish\n" * 5000)
    assert "result" in host.ask("tools/list")
    assert 1 <= len(host.others) < 100
    host.others.clear()


def test_an_id_in_flight_is_refused_and_the_first_call_goes_on(project, host):
    first = host.post_call("slow_at_most_once", {"word": "x", "seconds": 1}, id="same")
    host.post_call("sql_transactional", {"word": "y"}, id="same")
    error = host.answer("same")
    assert error["error"]["code"] == -32600
    eventually(lambda: len(host.answers[first]) == 2)
    assert receipt(host.answers[first][1]["result"]["structuredContent"])["status"] == "succeeded"
    assert project.effects("sql_transactional", "y") == []


def test_a_cancelled_call_gets_no_answer_and_its_outcome_is_recorded(project, host):
    id = host.post_call("slow_at_most_once", {"word": "x", "seconds": 30})
    eventually(lambda: (project.log / "slow_at_most_once.pids").exists())
    host.notify("notifications/cancelled", {"requestId": id, "reason": "changed my mind"})
    (call,) = eventually(lambda: [
        c for c in project.calls()
        if c["tool"] == "slow_at_most_once" and c["status"] != "running"])
    assert call["status"] == "unknown"
    assert id not in host.answers
    assert project.effects("slow_at_most_once") == []


def test_cancels_of_nothing_and_responses_from_the_client_are_ignored(host):
    host.notify("notifications/cancelled", {"requestId": 999})
    host.notify("notifications/cancelled", {"requestId": {}})
    host.notify("notifications/cancelled", {})
    host.notify("notifications/no_such", {})
    host.send(b'{"jsonrpc":"2.0","id":4,"result":{}}\n')
    host.send(b'{"jsonrpc":"2.0","id":"zz","error":{"code":1,"message":"x"}}\n')
    assert "result" in host.ask("tools/list")
    assert host.others == []


@pytest.mark.parametrize(
    "arguments,named",
    [
        ({}, "word"),
        ({"word": 3}, "word"),
        ({"word": ""}, "word"),
        ({"word": "x" * 41}, "word"),
        ({"word": "x", "wrod": 1}, "wrod"),
        ({"word": "x", "idempotency_key": 3}, "idempotency_key"),
        ({"word": "x", "idempotency_key": ""}, "idempotency_key"),
        ({"word": "x", "run_id": "run_nonsense"}, "run"),
        ({"word": "x", "run_id": 5}, "run_id"),
    ])
def test_wrong_arguments_are_explained_and_nothing_happens(project, host, arguments, named):
    answer = host.ask("tools/call", {"name": "sql_transactional", "arguments": arguments})
    assert answer["result"]["isError"] is True
    assert named in answer["result"]["content"][0]["text"]
    assert receipt(answer["result"]["structuredContent"])["next"] in {
        "fix_arguments", "do_not_retry"}
    assert project.effects("sql_transactional") == []


@pytest.mark.parametrize("word", ["fatal", "invalid", "transient", "permission"])
def test_what_a_connector_answers_badly_is_a_failure(host, word):
    answer = host.call("command_at_most_once", {"word": word})
    assert receipt(answer)["status"] == "failed"


def test_output_that_cannot_be_read(project, host):
    for text in ["echo rubbish", "echo '[]'", "printf '\\377'"]:
        (project.folder / "scripts/effect.sh").write_text(text)
        answer = host.call("command_at_most_once", {"word": text[:8]})
        assert receipt(answer)["status"] == "unknown", text
    # What ended well and merely says too much has happened.
    (project.folder / "scripts/effect.sh").write_text("head -c 3000000 /dev/zero")
    large = receipt(host.call("command_at_most_once", {"word": "large"}))
    assert (large["status"], large["withheld"]) == ("succeeded", "too_large")
    (project.folder / "scripts/effect.sh").write_text("echo '{\"other\": 1}'")
    answer = host.ask(
        "tools/call", {"name": "command_at_most_once", "arguments": {"word": "shape"}})
    content = answer["result"]["structuredContent"]
    assert receipt(content)["status"] == "succeeded"
    assert receipt(content)["withheld"] == "malformed"
    assert "other" not in content and answer["result"]["isError"] is False


def test_manifests_and_config_that_are_broken(project):
    tools = project.folder / "tools"
    (tools / "broken.json").write_text('{"name": "broken", "discription": ')
    (tools / "odd.yaml").write_text("name: odd\ndiscription: x\n")
    checked = project.run("check")
    assert checked.returncode == 65
    text = checked.stdout + checked.stderr
    assert "broken.json" in text and "odd.yaml:2" in text and "description" in text
    host = project.serve()
    names = [t["name"] for t in host.ask("tools/list")["result"]["tools"]]
    assert "sql_read" in names and "broken" not in names and "odd" not in names
    host.finish()
    project.configure(leese="3s")
    done = project.run("serve")
    assert done.returncode == 78 and "lease" in done.stderr
