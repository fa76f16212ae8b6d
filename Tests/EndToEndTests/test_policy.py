# Rules asked without a call: explained, tried as a table, and replayed over what was recorded.

import json
import sqlite3
import subprocess

import pytest
from harness import receipt


def when(tool, **more):
    """A condition on the tool, and on what else is given."""
    properties = {"tool": {"const": tool}, **more}
    return {"required": list(properties), "properties": properties}


def word(pattern):
    return {"required": ["word"], "properties": {"word": {"pattern": pattern}}}


RULES = [
    {"name": "big ones need two", "when": when("command_natural", arguments=word("^big")),
     "then": {"approve": {"by": ["lead"], "count": 2, "decide_within": "4h"}}},
    {"name": "no ponies", "when": when("command_natural", arguments=word("pony")),
     "then": {"deny": "there are no ponies here"}},
    {"name": "once a run", "when": when(
        "sql_natural",
        run={"required": ["writes"], "properties": {"writes": {"minimum": 1}}}),
     "then": {"deny": "one write is enough"}},
]
APPROVERS = [
    {"name": name, "user": f"account-of-{name}", "roles": ["lead"]}
    for name in ["lena", "tom", "uma"]
]


@pytest.fixture
def desk(make_project):
    return make_project(rules=RULES, approvers=APPROVERS)


def explain(desk, tool, arguments, *words):
    return desk.data("policy", "explain", tool, "--arguments", json.dumps(arguments), *words)


def test_every_rule_says_whether_it_matches_and_why_not(desk):
    said = explain(desk, "command_natural", {"word": "small"})
    assert said["verdict"] == "allow" and said["rules"] == ["profile"]
    assert [r["matches"] for r in said["considered"]] == [False, False, False]
    assert "/arguments/word" in said["considered"][0]["why"]
    assert "/tool" in said["considered"][2]["why"]
    held = explain(desk, "command_natural", {"word": "big"})
    assert held["verdict"] == "approve" and held["rules"] == ["big ones need two"]
    (asked,) = held["asked"]
    assert asked["stages"] == [
        {"by": ["lead"], "count": 2, "people": ["lena", "tom", "uma"], "excluded": []}]
    assert asked["decide_within_ms"] == 4 * 3_600_000
    # The strongest of all that match.
    denied = explain(desk, "command_natural", {"word": "big pony"})
    assert denied["verdict"] == "deny" and denied["reason"] == "there are no ponies here"
    assert [r["matches"] for r in denied["considered"]] == [True, True, False]
    # What a host refuses by itself is no question for rules.
    blank = desk.run("policy", "explain", "command_natural", "--arguments", "{}").stdout
    assert "is refused before any rule is asked" in blank.splitlines()[0]
    # Words for people say the same, and nothing was recorded by any of it.
    words = desk.run(
        "policy", "explain", "command_natural", "--arguments", '{"word": "big"}').stdout
    assert "waits for a yes" in words and "2 of lead: lena, tom, uma" in words
    assert "does not match   “no ponies”" in words
    assert not desk.journal.exists()


def test_a_run_is_asked_about_as_it_stands(desk):
    run = desk.call("run_begin", {"purpose": "a test"})["run_id"]
    before = explain(desk, "sql_natural", {"word": "a"}, "--run", run)
    assert before["verdict"] == "allow"
    desk.call("sql_natural", {"word": "a"}, "--run", run)
    after = explain(desk, "sql_natural", {"word": "b"}, "--run", run)
    assert after["verdict"] == "deny" and after["rules"] == ["once a run"]
    assert after["document"]["run"]["writes"] == 1
    # The host says the same.
    refused = desk.run("call", "sql_natural", "--arguments", '{"word": "b"}', "--run", run)
    assert refused.returncode == 77 and "one write is enough" in refused.stderr + refused.stdout


@pytest.mark.parametrize("words, code", [
    (["no_such_tool", "--arguments", "{}"], 64),
    (["sql_natural", "--arguments", "[]"], 65),
    (["sql_natural", "--arguments", "{}", "--profile", "other"], 78),
    (["sql_natural", "--arguments", "{}", "--run", "run_x"], 65),
    (["sql_natural"], 64),
])
def test_what_cannot_be_explained_is_said(desk, words, code):
    assert desk.run("policy", "explain", *words).returncode == code


CASES = [
    {"name": "a small one goes", "tool": "command_natural", "arguments": {"word": "small"},
     "expect": {"verdict": "allow"}},
    {"name": "a big one waits", "tool": "command_natural", "arguments": {"word": "big"},
     "expect": {"verdict": "approve", "rules": ["big ones need two"]}},
    {"name": "a second write", "tool": "sql_natural", "arguments": {"word": "x"},
     "run": {"calls": 1, "writes": 1, "tools": {"sql_natural": 1}},
     "at": "2026-07-28T09:30:00.000Z", "on_behalf_of": "ana",
     "expect": {"verdict": "deny", "rules": ["once a run"]}},
]


def tried(desk, cases, name="cases.json"):
    file = desk.folder / name
    file.write_text(json.dumps({"cases": cases}))
    return desk.run("policy", "test", str(file))


def test_a_table_that_holds(desk):
    done = tried(desk, CASES)
    assert done.returncode == 0, done
    assert done.stdout == "" and "3 cases, all as expected" in done.stderr


def test_a_table_that_does_not_hold_says_what_came_out(desk):
    wrong = [
        {**CASES[0], "expect": {"verdict": "deny", "rules": ["no ponies"]}},
        CASES[1],
        {**CASES[2], "tool": "sql_naturale"},
        {**CASES[0], "name": "unfit", "arguments": {"word": 3}},
        {**CASES[1], "name": "by another", "expect": {"verdict": "approve", "rules": ["x"]}},
    ]
    done = tried(desk, wrong, "cases.yaml")
    assert done.returncode == 1, done
    lines = done.stdout.splitlines()
    assert len(lines) == 4 and "5 cases, 4 failed" in done.stderr
    assert lines[0].split("\t")[:3] == ["a small one goes", "deny by no ponies", "allow by profile"]
    assert "“no ponies” does not match" in lines[0]
    assert "Did you mean sql_natural?" in lines[1]
    assert "/word" in lines[2]
    results = json.loads(desk.run(
        "policy", "test", str(desk.folder / "cases.yaml"), "--json").stdout)["results"]
    assert [r["passed"] for r in results] == [False, True, False, False, False]


@pytest.mark.parametrize("cases, said", [
    ([{**CASES[0], "expect": {"verdict": "alow"}}], 'did you mean "allow"?'),
    ([{**CASES[0], "exepct": {}}], 'did you mean "expect"?'),
    ([{**CASES[0], "at": "yesterday"}], "is not a time"),
    ([{**CASES[0], "run": {"taint": ["secret"]}}], "is no label"),
    ([CASES[0], CASES[0]], "another case has this name"),
    ([], "at least one case"),
])
def test_a_broken_table_is_told_by_its_place(desk, cases, said):
    done = tried(desk, cases)
    assert done.returncode == 65, done
    assert said in done.stderr and "cases.json" in done.stderr


def test_recorded_calls_are_judged_as_they_were_made(make_project):
    desk = make_project()
    run = desk.call("run_begin", {"purpose": "a test"})["run_id"]
    first = desk.call("sql_natural", {"word": "a"}, "--run", run)
    second = desk.call("sql_natural", {"word": "b"}, "--run", run)
    gone = desk.call("sql_natural", {"word": "erase-me"})
    desk.call("command_natural", {"word": "pony"})
    with sqlite3.connect(desk.journal) as journal:
        assert journal.execute(
            "DELETE FROM payloads WHERE bytes = ?", (b'{"word":"erase-me"}',)).rowcount == 1
    journal.close()
    unchanged = desk.data("policy", "backtest", "--since", "1h")
    assert unchanged["judged"] == 3 and unchanged["differing"] == []
    changed = desk.folder / "changed.json"
    changed.write_text(json.dumps(
        {**json.loads(desk.config.read_text()), "rules": RULES, "approvers": APPROVERS}))
    done = json.loads(_backtest(desk, changed, "1h", "--json").stdout)
    # When the first was made its run had written nothing, whatever it has written since.
    assert [(c["call_id"], c["was"]["verdict"], c["would_be"]["verdict"])
            for c in done["differing"]] == [
        (receipt(second)["call_id"], "allow", "deny"),
        (done["differing"][1]["call_id"], "allow", "deny"),
    ]
    assert done["differing"][0]["would_be"]["rules"] == ["once a run"]
    assert receipt(first)["call_id"] not in [c["call_id"] for c in done["differing"]]
    assert [c["call_id"] for c in done["erased"]] == [receipt(gone)["call_id"]]
    assert done["changes"] == {"allow → deny": 2}
    said = _backtest(desk, changed, "1h")
    assert said.returncode == 0 and "2 differ (2 allow → deny)" in said.stderr
    assert "1 more cannot be judged" in said.stderr and len(said.stdout.splitlines()) == 3
    # Nothing is that old, and nothing was asked of anybody.
    assert json.loads(_backtest(desk, changed, "1ms", "--json").stdout)["judged"] == 0
    assert _backtest(desk, changed, "soon").returncode == 64


def test_fewer_people_are_a_difference_too(make_project):
    desk = make_project(rules=RULES, approvers=APPROVERS)
    desk.call("command_natural", {"word": "big"}, code=75)
    settings = json.loads(desk.config.read_text())
    assert json.loads(_backtest(desk, desk.config, "1h", "--json").stdout)["differing"] == []
    one = [rule for rule in RULES if rule["name"] == "big ones need two"]
    rule = {**one[0], "then": {"approve": {"by": ["lead"]}}}
    changed = desk.folder / "changed.json"
    changed.write_text(json.dumps({**settings, "rules": [rule]}))
    done = json.loads(_backtest(desk, changed, "1h", "--json").stdout)
    assert done["changes"] == {"2 of lead → 1 of lead": 1}
    assert done["differing"][0]["was"]["asked"] == "2 of lead"
    said = _backtest(desk, changed, "1h")
    assert "1 differ (1 with 2 of lead → 1 of lead)" in said.stderr


def _backtest(desk, config, since, *words):
    command = desk.command("policy", "backtest", "--since", since, *words)
    command[command.index("--config") + 1] = str(config)
    return subprocess.run(
        command, capture_output=True, text=True, env=desk.environment(), timeout=60)
