# Manifests that are changed, broken, mended and removed while the real host serves.

import json
import os
import threading
import time

import manifests
from harness import eventually

INITIALIZE = {
    "protocolVersion": "2025-11-25", "capabilities": {},
    "clientInfo": {"name": "end-to-end", "version": "1"},
}


def changed(host, within=10.0):
    return host.other(
        lambda m: m.get("method") == "notifications/tools/list_changed", within)


def listed(host, **members):
    tools = host.ask("tools/list", **members)["result"]["tools"]
    return {tool["name"]: tool for tool in tools}


def described(host, name, text):
    eventually(lambda: listed(host).get(name, {}).get("description") == text)


def errors(project):
    return (project.folder / "errors.txt").read_text()


def manifest(project, name="sql_read"):
    return dict(manifests.tools(project.log)[name])


def replace(path, text):
    beside = path.with_suffix(".new")
    beside.write_text(text)
    os.replace(beside, path)


def test_changed_broken_mended_removed(project):
    host = project.serve()
    hello = host.ask("initialize", INITIALIZE, meta=None)["result"]
    assert hello["capabilities"]["tools"] == {"listChanged": True}
    host.notify("notifications/initialized", {})
    assert "sql_read" in listed(host, meta=None)
    file = project.folder / "tools/sql_read.json"
    changing = manifest(project)

    # Nobody calls anything: the client hears of it all the same.
    replace(file, json.dumps({**changing, "description": "Another description."}))
    changed(host)
    assert listed(host, meta=None)["sql_read"]["description"] == "Another description."
    described(host, "sql_read", "Another description.")

    replace(file, json.dumps({**changing, "descripton": "x"}, indent=1))
    eventually(lambda: "its last good version stays in use" in errors(project))
    (line,) = [e for e in errors(project).splitlines() if "descripton" in e]
    number = 1 + json.dumps({**changing, "descripton": "x"}, indent=1).splitlines().index(
        ' "descripton": "x"')
    assert f"tools/sql_read.json:{number}: /descripton" in line
    checked = project.run("check").stdout
    assert line.removeprefix("holdfast: ").removesuffix(
        " (its last good version stays in use)").removeprefix("tools/") in checked
    assert listed(host)["sql_read"]["description"] == "Another description."
    assert host.call("sql_read", {"word": "x"})["holdfast"]["status"] == "succeeded"

    replace(file, json.dumps({**changing, "description": "Mended."}))
    changed(host)
    described(host, "sql_read", "Mended.")

    file.unlink()
    changed(host)
    assert "sql_read" not in listed(host)
    gone = host.answer(host.post_call("sql_read", {"word": "x"}))
    never = host.answer(host.post_call("sql_raed", {"word": "x"}))
    assert gone["error"]["code"] == never["error"]["code"] == -32602

    file.write_text(json.dumps(changing))
    changed(host)
    assert "sql_read" in listed(host)
    host.finish()
    # Once for each change, and nothing of it twice.
    assert errors(project).count("descripton") == 1


def test_a_new_tool_that_the_profile_allows_by_name_appears(project):
    names = [*manifests.tools(project.log), "late"]
    project.configure(profiles={"default": {"allow": names}})
    host = project.serve()
    assert "late" not in listed(host)
    late = {**manifest(project, "sql_transactional"), "name": "late"}
    (project.folder / "tools/late.json").write_text(json.dumps(late))
    eventually(lambda: "late" in listed(host))
    first = host.call("late", {"word": "x"})
    assert first["holdfast"]["status"] == "succeeded"
    # One that it does not allow stays out of sight.
    other = {**late, "name": "other"}
    (project.folder / "tools/other.json").write_text(json.dumps(other))
    eventually(lambda: "new: other" in errors(project))
    assert "other" not in listed(host)
    host.finish()
    # Its manifest went into the journal with its first call.
    (project.folder / "tools/late.json").unlink()
    shown = project.data("show", first["holdfast"]["call_id"])
    assert shown["calls"][0]["status"] == "succeeded"


def test_a_file_written_in_pieces_never_drops_its_tool(project):
    host = project.serve()
    assert "sql_read" in listed(host)
    file = project.folder / "tools/sql_read.json"
    text = json.dumps({**manifest(project), "description": "In pieces."}, indent=1)
    third = len(text) // 3
    with open(file, "w") as written:
        for start in range(0, len(text), third):
            written.write(text[start:start + third])
            written.flush()
            end = time.monotonic() + 1.3
            while time.monotonic() < end:
                assert "sql_read" in listed(host)
                status = host.call("sql_read", {"word": "x"})["holdfast"]["status"]
                assert status == "succeeded"
                time.sleep(0.05)
    described(host, "sql_read", "In pieces.")
    host.finish()


def test_what_changes_right_after_a_promise_is_told(project):
    """A host that has not looked at its tools yet must look before it promises to tell of them."""
    file = project.folder / "tools/sql_read.json"

    host = project.serve()
    host.post("subscriptions/listen", {"notifications": {"toolsListChanged": True}})
    host.other(lambda m: m["method"] == "notifications/subscriptions/acknowledged")
    replace(file, json.dumps({**manifest(project), "description": "After the first promise."}))
    changed(host)
    described(host, "sql_read", "After the first promise.")
    host.finish()

    host = project.serve()
    host.ask("initialize", INITIALIZE, meta=None)
    host.notify("notifications/initialized", {})
    assert "sql_read" in listed(host, meta=None)
    replace(file, json.dumps({**manifest(project), "description": "After the second promise."}))
    changed(host)
    host.finish()


def test_a_ping_does_not_wait_for_files_to_hold_still(project):
    host = project.serve()
    host.ask("initialize", INITIALIZE, meta=None)
    host.notify("notifications/initialized", {})
    listed(host, meta=None)
    file = project.folder / "tools/sql_read.json"
    is_over = threading.Event()

    def keep_changing():
        number = 0
        while not is_over.wait(0.02):
            number += 1
            replace(file, json.dumps({**manifest(project), "description": f"Number {number}."}))

    def overtakes():
        """Whether a list took its time and a ping behind it did not."""
        start = time.monotonic()
        list_id = host.post("tools/list", meta=None)
        host.ask("ping", meta=None)
        is_first = list_id not in host.answers
        host.answer(list_id)
        return is_first and time.monotonic() - start >= 0.1

    changing = threading.Thread(target=keep_changing)
    changing.start()
    try:
        eventually(overtakes, within=20)
    finally:
        is_over.set()
        changing.join()
    host.finish()
