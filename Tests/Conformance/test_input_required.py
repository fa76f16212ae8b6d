# Scenarios of the official suite in which a call needs its user's word first, under their names.

import pytest
from session import FORMS

YES = {"action": "accept", "content": {"confirm": True}}
TOOL = {"name": "test_elicitation", "arguments": {"word": "x"}}


def ask(stateless, **more):
    return stateless.ask("tools/call", {**TOOL, **more}, meta=stateless.able(FORMS))


@pytest.fixture
def first(stateless):
    """The first round: `(key, state)`."""
    answer = ask(stateless)["result"]
    assert answer["resultType"] == "input_required", answer
    (key,) = answer["inputRequests"]
    return key, answer["requestState"]


def test_basic_elicitation(stateless):
    answer = ask(stateless)["result"]
    (key, request), = answer["inputRequests"].items()
    stateless.check(
        "input-required-result-basic-elicitation",
        request["method"] == "elicitation/create" and request["params"]["message"]
        and request["params"]["requestedSchema"]["type"] == "object", answer)
    done = ask(
        stateless, inputResponses={key: YES}, requestState=answer["requestState"])["result"]
    stateless.check(
        "input-required-result-basic-elicitation",
        done["resultType"] == "complete" and done["isError"] is False
        and done["structuredContent"]["done"] is True, done)


def test_request_state(stateless, first):
    key, state = first
    done = ask(stateless, inputResponses={key: YES}, requestState=state)["result"]
    stateless.check(
        "input-required-result-request-state",
        isinstance(state, str) and state and done["resultType"] == "complete", done)


@pytest.mark.parametrize("responses", [{}, {"wrong": YES}])
def test_missing_input_response(stateless, first, responses):
    key, state = first
    answer = ask(stateless, inputResponses=responses, requestState=state)
    stateless.check(
        "input-required-result-missing-input-response",
        answer.get("result", {}).get("resultType") == "input_required"
        and key in answer["result"]["inputRequests"], answer)


def test_extra_keys_are_ignored(stateless, first):
    key, state = first
    done = ask(stateless, inputResponses={key: YES, "extra": YES}, requestState=state)
    stateless.check(
        "input-required-result-ignore-extra-params",
        done.get("result", {}).get("resultType") == "complete", done)


def test_tampered_state(stateless, first):
    key, state = first
    last = "1" if state[-1] == "0" else "0"
    answer = ask(stateless, inputResponses={key: YES}, requestState=state[:-1] + last)
    stateless.check(
        "input-required-result-tampered-state", answer.get("error", {}).get("code") == -32602,
        answer)


@pytest.mark.parametrize("garbage", [
    "garbage", 7, {"action": "garbage"}, {"action": "accept"},
    {"action": "accept", "content": {"confirm": "yes"}}])
def test_validate_input(stateless, first, garbage):
    key, state = first
    answer = ask(stateless, inputResponses={key: garbage}, requestState=state)
    stateless.check(
        "input-required-result-validate-input",
        "error" in answer or answer["result"]["resultType"] == "input_required", answer)


def test_tools_call_elicitation(asking):
    id = asking.post("tools/call", TOOL)
    asked = asking.host.other(lambda m: m["method"] == "elicitation/create")
    asking.host.others.append(asked)
    asking.respond(asked["id"], YES)
    done = asking.host.answer(id)["result"]
    asking.check(
        "tools-call-elicitation",
        asked["params"]["message"] and done["structuredContent"]["done"] is True, done)
