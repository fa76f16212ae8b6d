# A yes that is given beforehand: asked for, given by whoever would be asked, used up, taken back.

import json

import pytest
from harness import receipt
from test_signed import TWO_LEADS, Desk

ONE_LEAD = {**TWO_LEADS, "name": "a lead", "then": {"approve": {"by": ["lead"]}}}
FEW = {
    "tool": "sql_transactional", "profile": "default", "count": 2, "expires_in": "8h",
    "arguments": {"properties": {"word": {"pattern": "^small"}}}, "reason": "a busy evening",
}


@pytest.fixture
def desk(make_project):
    made = Desk(make_project, rules=[ONE_LEAD])
    made.held("seen before")
    return made


def request(desk, wish, *words):
    file = desk.project.folder / "grant.json"
    file.write_text(json.dumps(wish))
    return desk.project.run("grants", "request", str(file), *words)


def asked(desk, wish):
    done = request(desk, wish, "--json")
    assert done.returncode == 0, done
    return json.loads(done.stdout)


def the_grant(desk):
    (grant,) = desk.project.data("grants", "list", "--all")
    return grant


def call(desk, word, code=0):
    return desk.project.call("sql_transactional", {"word": word}, code=code)


def test_what_it_covers_needs_no_other_yes_until_it_is_used_up(desk):
    approval = asked(desk, FEW)
    call(desk, "small 1", code=75)  # Nobody has given it yet.
    waiting = desk.project.run("grants", "list").stdout
    assert the_grant(desk)["grant_id"] in waiting
    said = desk.project.run("approvals").stdout
    assert "2 calls of sql_transactional: your yes covers all of it." in said
    assert "a busy evening" in said
    assert desk.project.run("approve", approval["approval_id"]).returncode == 77
    given = desk.say("approve", approval["approval_id"], "lena")
    assert given.returncode == 0 and "needs no other yes" in given.stderr, given
    assert "Given by lena" in given.stdout and "started" not in given.stdout
    assert receipt(call(desk, "small 2"))["status"] == "succeeded"
    call(desk, "large", code=75)
    grant = the_grant(desk)
    assert grant["state"] == "standing" and grant["left"]["count"] == 1
    assert [d["by"] for d in grant["decisions"]] == ["lena"]
    said = desk.project.run("grants", "list").stdout
    assert "it stands until" in said and "lena: yes" in said and "left     1 call" in said
    assert receipt(call(desk, "small 3"))["status"] == "succeeded"
    call(desk, "small 4", code=75)
    assert the_grant(desk)["state"] == "used_up"
    assert desk.project.data("grants", "list") == []
    assert len(desk.project.effects("sql_transactional")) == 2


def test_it_is_taken_back(desk):
    approval = asked(desk, FEW)
    assert desk.say("approve", approval["approval_id"], "tom").returncode == 0
    grant = the_grant(desk)["grant_id"]
    assert desk.project.run("grants", "revoke", grant).returncode == 64
    revoked = desk.project.run("grants", "revoke", grant, "--reason", "the evening is over")
    assert revoked.returncode == 0 and "taken back" in revoked.stdout, revoked
    call(desk, "small 1", code=75)
    after = the_grant(desk)
    assert after["state"] == "revoked" and after["revoked"]["reason"] == "the evening is over"
    again = desk.project.run("grants", "revoke", grant, "--reason", "once more")
    assert again.returncode == 1
    assert desk.project.run("grants", "revoke", "call_x", "--reason", "x").returncode == 65
    history = desk.project.run("show", grant).stdout
    assert "grant_revoked" in history and "it holds until" in history
    assert "is gone" not in history


def test_a_batch_is_one_yes_for_what_waits(desk):
    ids = [desk.held(word)["approval_id"] for word in ["a", "b"]]
    approval = asked(desk, {"approvals": ids, "reason": "both are for one guest"})
    assert desk.say("approve", approval["approval_id"], "uma").returncode == 0
    assert [desk.approval(id)["state"] for id in ids] == ["approved", "approved"]
    assert desk.approval(ids[0])["decisions"][0]["identity"]["kind"] == "grant"
    assert len(desk.work()) == 2


@pytest.mark.parametrize("changes, said", [
    ({"tool": "sql_transactionall"}, "Did you mean sql_transactional?"),
    ({"count": 0}, "whole number"), ({"expires_in": "soon"}, "is not a duration"),
    ({"arguments": {"type": "strin"}}, "/arguments/type"),
    ({"sum": {"of": "amount", "max": 3}}, "no JSON Pointer"),
    ({"conut": 3}, 'did you mean "count"?'), ({"reason": ""}, "say why"),
])
def test_what_cannot_be_asked_for_is_told_by_its_place(desk, changes, said):
    done = request(desk, {**FEW, **changes})
    assert done.returncode in {64, 65} and said in done.stderr, done
    assert desk.project.data("grants", "list", "--all") == []
