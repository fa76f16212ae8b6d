# What every client must be able to do, asserted alike for all. Where a client itself drops
# something, registry.py says so, and the rest is asserted all the same.

import json
import re
import time

from driver import ClientFailed

AGENT_TOOLS = {
    "read_booking_summary", "draft_customer_reply", "create_internal_task",
    "request_admin_approval", "change_booking_price", "send_customer_reply", "refund_booking",
    "revoke_user_access",
}
HOST_TOOLS = {"run_begin", "run_status", "run_complete", "call_status", "call_cancel"}
TASK = {"booking_id": "BK-1001", "title": "Prepare a cot", "priority": "high"}
REQUEST = {
    "action": "A late check-out at 14:00 for BK-1001, free of charge",
    "reason": "The room is not needed before the evening.", "booking_id": "BK-1001",
}
NO_BOOKING = {"booking_id": "BK-9999"}
REASON = "There is no booking with this id"
METHOD_NOT_FOUND = -32601
HOST_END_SECONDS = 5
PROTOCOL_COMPLAINT = re.compile(
    r"Traceback|JSON-?RPC|failed to parse|validation ?error|^holdfast: ",
    re.IGNORECASE | re.MULTILINE)


class Scenario:
    """The steps in their order. Each asserts; what a later one needs is kept."""

    STEPS = ["list", "read", "error", "write", "replay", "held", "end"]

    def __init__(self, client, desk, adapter):
        self.client = client
        self.desk = desk
        self.adapter = adapter

    def list(self):
        names = self.adapter.list()
        assert len(names) == len(set(names)), f"a tool is listed twice: {names}"
        missing = (AGENT_TOOLS | HOST_TOOLS) - set(names)
        assert not missing, f"not listed: {sorted(missing)}; listed: {names}"
        hosts = len(self.desk.hosts())
        wanted = 0 if self.client.host_per_call else 1
        assert hosts == wanted, f"{hosts} hosts live between calls, not {wanted}"

    def read(self):
        content = self.content(self.adapter.call("read_booking_summary", {"booking_id": "BK-1001"}))
        receipt_of(content, "succeeded", next="use_result")
        assert content["booking_id"] == "BK-1001" and content["guest_name"], content

    def error(self):
        """A failed call reaches the model as a failure, with its reason in words."""
        try:
            shown = self.adapter.call("read_booking_summary", NO_BOOKING)
        except ClientFailed as failure:
            words = str(failure)
        else:
            assert shown.get("is_error", True), f"an error is shown as none: {shown}"
            words = " ".join(shown.get("texts", [])) or json.dumps(shown["structured"])
        assert '"failed"' in words and '"fix_arguments"' in words, words
        assert REASON in words, f"the reason is lost: {words}"

    def write(self):
        self.first = self.content(self.adapter.call("create_internal_task", TASK))
        receipt = receipt_of(self.first, "succeeded", next="use_result")
        assert "replayed" not in receipt, receipt
        self.check_one_task()

    def replay(self):
        again = self.content(self.adapter.call("create_internal_task", TASK))
        receipt = receipt_of(again, "succeeded", next="use_result")
        assert receipt["replayed"] is True, receipt
        assert receipt["call_id"] == self.first["holdfast"]["call_id"], receipt
        assert again["task_id"] == self.first["task_id"], again
        self.check_one_task()

    def held(self):
        asked = self.content(self.adapter.call("request_admin_approval", REQUEST))
        receipt = receipt_of(asked, "pending_approval", next="wait")
        assert receipt["approval_id"].startswith("apr_"), receipt
        assert "the same call again" in receipt["message"], receipt
        self.desk.approve(receipt["approval_id"])

        # The two ways to the outcome that the answer names.
        status = self.content(self.adapter.call(
            "call_status", {"call_id": receipt["call_id"], "wait_ms": 20_000}))
        assert status["status"] == "succeeded" and status["next"] == "use_result", status
        assert status["result"]["decision"] == "approved", status
        again = self.content(self.adapter.call("request_admin_approval", REQUEST))
        late = receipt_of(again, "succeeded", next="use_result")
        assert again["decision"] == "approved", again
        assert late["call_id"] == receipt["call_id"] and late["replayed"] is True, late

    def end(self):
        self.adapter.close()
        if self.client.keeps_host:
            assert self.desk.hosts(), "registry.py says that its host outlives it"
        else:
            self.check_no_host("after the client was closed")
        code = self.adapter.end()
        assert code == 0, f"the client's process ended with {code}"
        self.check_no_host("after the client's process ended")
        self.check_wire()
        found = PROTOCOL_COMPLAINT.search(self.adapter.complaints())
        assert not found, f"a complaint on standard error: {found.group()}"

    def check_no_host(self, when):
        end = time.monotonic() + HOST_END_SECONDS
        while hosts := self.desk.hosts():
            assert time.monotonic() < end, f"these hosts live on {when}: {hosts}"
            time.sleep(0.02)

    def check_one_task(self):
        tasks = self.desk.tasks(TASK["title"])
        assert tasks == [self.first["task_id"]], f"not one task, and the one told: {tasks}"

    def content(self, shown):
        """The structured content, from wherever this client lets its user see it."""
        assert not shown.get("is_error"), f"shown as an error: {shown}"
        structured = shown.get("structured")
        if not self.client.shows_structure:
            assert structured is None, f"registry.py says that only text is shown: {shown}"
            return json_in(shown["texts"])
        assert isinstance(structured, dict), f"no structured content: {shown}"
        if "texts" in shown:
            assert json_in(shown["texts"]) == structured, f"the text says otherwise: {shown}"
        return structured

    def check_wire(self):
        """Every call spoke the version expected, and nothing was refused but probes."""
        versions, asked = set(), set()
        for said, answered in self.desk.conversations():
            for each in [*said, *answered]:
                assert each.get("jsonrpc") == "2.0", f"no message of the protocol: {each}"
            requests = {each["id"]: each for each in said if "method" in each and "id" in each}
            asked |= {each["method"] for each in requests.values()}
            for answer in answered:
                if "error" in answer:
                    asked_for = requests.get(answer.get("id"), {"method": "a line"})
                    self.check_refusal(asked_for["method"], answer["error"])
            versions |= versions_of_calls(requests.values(), answered)
        assert versions == {self.client.protocol}, f"its calls spoke {sorted(versions)}"
        never = self.client.probes - asked
        assert not never, f"registry.py says that it asks for {sorted(never)}, and it did not"

    def check_refusal(self, method, error):
        is_probe = method in self.client.probes and error["code"] == METHOD_NOT_FOUND
        assert is_probe, f"the host refused {method}: {error}"


def receipt_of(content, status, next):
    receipt = content["holdfast"]
    assert receipt["status"] == status and receipt["next"] == next, receipt
    assert receipt["call_id"].startswith("call_"), receipt
    assert receipt["run_id"].startswith("run_"), receipt
    return receipt


def json_in(texts):
    """The one JSON object that stands on a line of its own among words."""
    lines = "\n".join(texts).split("\n")
    found = [json.loads(line) for line in lines if line.startswith("{")]
    assert len(found) == 1, f"not one line of JSON: {texts}"
    return found[0]


def versions_of_calls(requests, answers):
    """What each call was made under: its own claim, or what its session shook hands on."""
    agreed = [each["result"]["protocolVersion"] for each in answers
              if "protocolVersion" in each.get("result", {})]
    claims = [each["params"].get("_meta", {}).get("io.modelcontextprotocol/protocolVersion")
              for each in requests if each["method"] == "tools/call"]
    return {claim or agreed[0] for claim in claims}
