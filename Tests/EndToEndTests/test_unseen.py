# What strangers write is seen for what it is: no command lets through a character that a terminal
# would obey or hide.

import json
import unicodedata

import pytest

from harness import receipt

# Colour, a window title, a clickable link, text turned around, text in tags, nothing at all.
HOSTILE = (
    "a\x1b[31mb\x1b]0;t\x07c\x1b]8;;http://x\x1b\\d\u202ee\u2066f\u200bg\ufeffh\U000e0041i\u00adj"
    "\u2028k\u3164l\ufe0fm\x9bn\ro")
NEVER = set("\x1b\x07\x9b\r\u202e\u2066\u200b\ufeff\U000e0041\u00ad\u2028\u3164\ufe0f")


def unseen(text):
    return sorted({
        hex(ord(sign)) for sign in text
        if sign in NEVER or sign not in "\n\t" and unicodedata.category(sign) in
        ("Cc", "Cf", "Zl", "Zp")})


@pytest.fixture
def seen(project):
    """Runs a command and holds both of its outputs to the rule."""
    def run(*words, code=0):
        for more in [[], ["--json"]]:
            done = project.run(*words, *more)
            assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
            assert not unseen(done.stdout), (words, more, unseen(done.stdout))
            assert not unseen(done.stderr), (words, more, unseen(done.stderr))
        return done
    return run


def test_every_command_shows_what_an_agent_wrote(project, seen):
    host = project.serve()
    run = host.call("run_begin", {"purpose": HOSTILE, "intent_id": HOSTILE})["run_id"]
    done = host.call("sql_transactional", {"word": HOSTILE[:40], "run_id": run})
    assert receipt(done)["status"] == "succeeded"
    held = receipt(host.call("held_effect", {"word": HOSTILE[:40], "run_id": run}))
    failed = receipt(host.call("command_at_most_once", {"word": "fatal", "run_id": run}))
    host.call("call_cancel", {"call_id": failed["call_id"], "reason": HOSTILE})
    host.call("run_abort", {"run_id": run, "reason": HOSTILE})
    host.finish()
    call = receipt(done)["call_id"]
    for words in [["runs"], ["show", run], ["show", run, "--effects"], ["show", call],
                  ["approvals", "--all"], ["audit", "list"], ["audit", "show", call],
                  ["audit", "show", run], ["tools"]]:
        seen(*words)
    seen("show", held["call_id"])
    assert project.run("doctor").returncode in (0, 1)


def test_an_approval_is_read_before_it_is_given(project, seen):
    host = project.serve()
    held = receipt(host.call("held_effect", {"word": HOSTILE[:40]}))
    seen("approvals")
    shown = project.run("approvals").stdout
    assert "\\u001b[31m" in shown and "\\u202e" in shown
    denied = project.run("deny", held["approval_id"], "--reason", HOSTILE)
    assert denied.returncode == 0 and not unseen(denied.stdout + denied.stderr)
    seen("approvals", "--all")


def test_what_a_person_gives_is_repeated_safely(project, seen):
    seen("show", HOSTILE, code=65)
    seen("runs", HOSTILE, code=64)
    seen("call", HOSTILE, code=64)
    seen("halt", "--reason", HOSTILE)
    resumed = project.run("resume", "--reason", HOSTILE)
    assert resumed.returncode == 0 and not unseen(resumed.stdout + resumed.stderr)


def test_a_broken_manifest_is_told_of_safely(project, seen):
    broken = {"name": HOSTILE, "description": "x", HOSTILE: 1}
    (project.folder / "tools/broken.json").write_text(json.dumps(broken))
    seen("check", code=65)
