# Signing keys as a person makes them at a terminal, with the real binary.

import json
import os
import pty
import subprocess

import pytest


def at_terminal(project, *words, answers):
    """Runs the command with a terminal as its standard input: (code, output, messages)."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        project.command(*words), stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=project.environment(), cwd=project.folder)
    said = b""
    for question, answer in answers:
        while question not in said:
            chunk = os.read(process.stderr.fileno(), 4096)
            assert chunk, said
            said += chunk
        said = said.split(question, 1)[1]
        os.write(ours, answer)
    output, more = process.communicate(timeout=60)
    os.set_blocking(ours, False)
    try:
        echoed = os.read(ours, 4096)
    except BlockingIOError:
        echoed = b""
    os.close(theirs)
    os.close(ours)
    for _, answer in answers:
        assert answer.strip(b"\x03\n") == b"" or answer.strip() not in echoed + said + more
    return process.returncode, output.decode(), (said + more).decode()


NEW = b"Passphrase for the new key: "
AGAIN = b"The same once more: "


def test_a_key_lies_open_only_where_it_is_said(project):
    refused = project.run("keys", "new", "--out", "a.key", cwd=project.folder)
    assert refused.returncode == 64 and "--no-passphrase" in refused.stderr
    assert not (project.folder / "a.key").exists()
    made = project.run("keys", "new", "--out", "a.key", "--no-passphrase", cwd=project.folder)
    assert made.returncode == 0, made
    line = made.stdout.strip()
    assert line.startswith("ed25519:") and len(line) == 52
    assert (project.folder / "a.key.pub").read_text() == line + "\n"
    assert (project.folder / "a.key").stat().st_mode & 0o777 == 0o600
    again = project.run("keys", "new", "--out", "a.key", "--no-passphrase", cwd=project.folder)
    assert again.returncode == 1 and "ever overwritten" in again.stderr
    assert (project.folder / "a.key.pub").read_text() == line + "\n"


def test_a_passphrase_is_asked_for_twice_and_never_shown(project):
    code, output, said = at_terminal(
        project, "keys", "new", "--out", "a.key",
        answers=[(NEW, b"correct horsx\x7fe\n"), (AGAIN, b"correct horse\n")])
    assert code == 0, said
    stored = json.loads((project.folder / "a.key").read_text())
    assert stored["key"] == output.strip()
    assert "seed" not in stored and stored["sealed"]["iterations"] >= 600_000


@pytest.mark.parametrize("answers, code", [
    ([(NEW, b"short\n")], 64),
    ([(NEW, b"correct horse\n"), (AGAIN, b"correct house\n")], 64),
    ([(NEW, b"correct\x03")], 1),
])
def test_no_key_is_made_without_a_passphrase_that_was_meant(project, answers, code):
    ended, output, said = at_terminal(
        project, "keys", "new", "--out", "a.key", answers=answers)
    assert ended == code, said
    assert output == "" and not (project.folder / "a.key").exists()
