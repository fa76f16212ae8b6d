# Yeses that several people must give, known by what they sign: counted by person, bound to one
# action, taken back, carried from elsewhere.

import json
import re
import signal
import subprocess

import pytest
from harness import eventually, receipt

TWO_LEADS = {
    "name": "two leads", "when": {
        "required": ["tool"], "properties": {"tool": {"const": "sql_transactional"}}},
    "then": {"approve": {"by": ["lead"], "count": 2, "decide_within": "2h"}},
}
DIGEST = "sha256:" + "0" * 64


class Desk:
    """A project whose writes two of three leads must have said yes to."""

    def __init__(self, make_project, **settings):
        self.project = make_project()
        self.keys = {}
        for name in ["lena", "lena2", "tom", "uma", "stranger"]:
            self.key(name)
        public = {name: self.public(name) for name in self.keys}
        self.project.configure(**{
            "approvers": [
                {"name": "lena", "keys": [public["lena"], public["lena2"]], "roles": ["lead"]},
                {"name": "tom", "keys": [public["tom"]], "roles": ["lead"]},
                {"name": "uma", "keys": [public["uma"]], "roles": ["lead", "boss"]},
            ],
            "rules": [TWO_LEADS], **settings})

    def key(self, name):
        self.keys[name] = str(self.project.folder / f"{name}.key")
        made = self.project.run("keys", "new", "--out", self.keys[name], "--no-passphrase")
        assert made.returncode == 0, made

    def public(self, name):
        with open(self.keys[name] + ".pub") as file:
            return file.read().strip()

    def held(self, word="x"):
        """The approval of a call that waits."""
        pending = self.project.call("sql_transactional", {"word": word}, code=75)
        id = receipt(pending)["approval_id"]
        (found,) = [a for a in self.project.data("approvals") if a["approval_id"] == id]
        return found

    def approval(self, id):
        (found,) = [
            a for a in self.project.data("approvals", "--all") if a["approval_id"] == id]
        return found

    def say(self, verb, id, name, *words):
        return self.project.run(verb, id, "--key", self.keys[name], *words)

    def work(self):
        assert self.project.run("worker", "--once").returncode == 0
        return self.project.effects("sql_transactional")


@pytest.fixture
def desk(make_project):
    return Desk(make_project)


def test_two_people_must_have_said_yes(desk):
    held = desk.held()
    id = held["approval_id"]
    assert held["needed"] == [{
        "rule": "two leads", "stage": 0, "missing": 2, "by": ["lead"],
        "people": ["lena", "tom", "uma"]}]
    first = desk.say("approve", id, "lena", "--reason", "fine with me")
    assert first.returncode == 0, first
    assert "It is not enough: 1 of lead: tom, uma" in first.stderr
    # The same person with another key is the same person.
    again = desk.say("approve", id, "lena2")
    assert again.returncode == 1 and "one person counts once" in again.stderr
    assert desk.work() == []
    said = desk.project.run("approvals").stdout
    assert "lena: yes, signed at" in said and "“fine with me”" in said or '"fine with me"' in said
    assert "1 of lead: tom, uma" in said
    second = desk.say("approve", id, "tom")
    assert second.returncode == 0 and "Approved." in second.stderr
    done = desk.approval(id)
    assert done["state"] == "approved"
    assert [(d["by"], d["decision"], d["identity"]["kind"]) for d in done["decisions"]] == [
        ("lena", "approved", "key"), ("tom", "approved", "key")]
    assert len(desk.work()) == 1 and len(desk.work()) == 1


def test_whoever_asks_and_whoever_is_a_stranger_may_not(desk):
    id = desk.held()["approval_id"]
    own = desk.project.run("approve", id)
    assert own.returncode == 77, own
    strange = desk.say("approve", id, "stranger")
    assert strange.returncode == 77 and "no approver's" in strange.stderr
    for words in [["deny", id], ["deny", id, "--reason", ""]]:
        assert desk.project.run(*words).returncode == 64
    assert desk.approval(id)["decisions"] == []


def test_one_no_ends_it(desk):
    id = desk.held()["approval_id"]
    assert desk.say("approve", id, "lena").returncode == 0
    denied = desk.say("deny", id, "uma", "--reason", "not this week")
    assert denied.returncode == 0, denied
    after = desk.approval(id)
    assert after["state"] == "denied"
    assert after["decisions"][-1]["reason"] == "not this week"
    late = desk.say("approve", id, "tom")
    assert late.returncode == 1 and "can no longer be decided" in late.stderr
    assert desk.work() == []


def test_a_yes_is_taken_back_until_it_has_started(desk):
    id = desk.held()["approval_id"]
    assert desk.say("approve", id, "lena").returncode == 0
    assert desk.say("approve", id, "tom").returncode == 0
    nobodys = desk.say("approve", id, "uma", "--withdraw")
    assert nobodys.returncode != 0 and "no yes" in nobodys.stderr
    taken = desk.say("approve", id, "tom", "--withdraw", "--reason", "wrong guest")
    assert taken.returncode == 0 and "Still needed: 1 of lead: tom, uma" in taken.stderr
    assert desk.approval(id)["state"] == "pending"
    assert desk.work() == []
    assert desk.say("approve", id, "uma").returncode == 0
    assert len(desk.work()) == 1
    started = desk.say("approve", id, "uma", "--withdraw")
    assert started.returncode == 1


def sign(desk, verb, held, name, out, *words):
    """Signs far from the journal: no config, no store."""
    command = [
        desk.project.binary, verb, held["approval_id"], "--digest", held["digest"],
        "--key", desk.keys[name], "--out", str(out), *words]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, cwd=desk.project.folder.parent,
        env=desk.project.environment())


def test_a_decision_is_carried_and_holds_for_its_action_alone(desk, tmp_path):
    held, other = desk.held("x"), desk.held("y")
    file = tmp_path / "yes.json"
    made = sign(desk, "approve", held, "lena", file)
    assert made.returncode == 0 and "recorded nowhere yet" in made.stderr, made
    assert desk.approval(held["approval_id"])["decisions"] == []
    assert sign(desk, "approve", held, "lena", file).returncode == 1
    signed = json.loads(file.read_text())
    for changes in [
        {"approval": other["approval_id"]}, {"decision": "deny"}, {"digest": other["digest"]},
        {"at": "2026-01-01T00:00:00.000Z"}, {"key": desk.public("tom")}, {"v": 2},
    ]:
        forged = tmp_path / "forged.json"
        forged.write_text(json.dumps({**signed, **changes}))
        refused = desk.project.run("approve", "--signed", str(forged))
        assert refused.returncode == 65 and "Nothing was recorded" in refused.stderr, changes
    assert desk.project.run(
        "deny", "--signed", str(file), "--reason", "no").returncode == 64
    recorded = desk.project.run("approve", "--signed", "-", stdin=file.read_text())
    assert recorded.returncode == 0, recorded
    decision = desk.approval(held["approval_id"])["decisions"][0]
    assert decision["by"] == "lena"
    assert decision["identity"]["signed_at"] == signed["at"]
    assert decision["identity"]["signature"] == signed["signature"]
    assert desk.project.run("approve", "--signed", str(file)).returncode == 1
    # What was taken back cannot be said again by whoever has kept the file.
    assert desk.say("approve", held["approval_id"], "lena", "--withdraw").returncode == 0
    replayed = desk.project.run("approve", "--signed", str(file))
    assert replayed.returncode == 65 and "a later decision" in replayed.stderr
    out = sign(desk, "deny", other, "tom", "-")
    no = desk.project.run(
        "deny", "--signed", "-", "--reason", "by letter", stdin=out.stdout)
    assert no.returncode == 0, no
    assert desk.approval(other["approval_id"])["state"] == "denied"


def test_what_was_signed_for_another_action_is_not_recorded(desk, tmp_path):
    held = {**desk.held(), "digest": DIGEST}
    file = tmp_path / "yes.json"
    assert sign(desk, "approve", held, "lena", file).returncode == 0
    refused = desk.project.run("approve", "--signed", str(file))
    assert refused.returncode == 65 and "another action" in refused.stderr


@pytest.mark.parametrize("words", [
    ["approve"], ["approve", "apr_x", "--digest", DIGEST],
    ["approve", "apr_x", "--digest", DIGEST, "--out", "-"],
    ["approve", "apr_x", "--signed", "-"], ["approve", "--signed", "-", "--key", "k"],
])
def test_what_does_not_go_together_is_a_usage_error(desk, words):
    assert desk.project.run(*words).returncode == 64


def test_changed_rules_ask_again_and_say_why(desk):
    id = desk.held()["approval_id"]
    for name in ["lena", "tom"]:
        assert desk.say("approve", id, name).returncode == 0
    boss = {**TWO_LEADS, "name": "the boss too"}
    boss["then"] = {"approve": {"stages": [
        {"by": ["lead"], "count": 1}, {"by": ["boss"], "count": 1}]}}
    config = json.loads(desk.project.config.read_text())
    desk.project.config.write_text(json.dumps({**config, "rules": [TWO_LEADS, boss]}))
    assert desk.work() == []
    (anew,) = desk.project.data("approvals")
    assert anew["approval_id"] != id and anew["because"] == "policy"
    said = desk.project.run("approvals").stdout
    assert "asked again: the rules" in said and "the boss too" in said


def test_what_will_happen_comes_before_any_id(desk):
    desk.held("the word")
    said = desk.project.run("approvals").stdout
    places = [
        said.index(part) for part in [
            "it runs once everybody below has said yes", "word: ", "no reason was given", "it does not run",
            "2 of lead", "apr_"]]
    assert places == sorted(places), said
    first = re.search("(apr|call|run)_[0-9a-z]{36}", said)
    assert first.start() == places[-1] and first[1] == "apr"


def test_watching_in_a_pipe_adds_a_line_for_each_change(desk):
    watch = desk.project.start("approvals", "--watch")
    lines = []
    try:
        id = desk.held()["approval_id"]
        lines.append(watch.stdout.readline())
        assert "\tpending\t" in lines[0] and lines[0].strip().endswith(id)
        desk.say("approve", id, "lena")
        lines.append(watch.stdout.readline())
        assert "\tpending\t" in lines[1] and "1 of lead: tom, uma" in lines[1]
        desk.say("approve", id, "tom")
        lines.append(watch.stdout.readline())
        assert "\tapproved\t" in lines[2]
        watch.send_signal(signal.SIGINT)
        rest, said = watch.communicate(timeout=10)
        assert watch.returncode == 0 and rest == "" and said == ""
    finally:
        watch.kill()
    # It read, and did nothing else.
    assert desk.approval(id)["state"] == "approved"
    assert eventually(lambda: desk.work())
