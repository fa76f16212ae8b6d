# `make demo`: the main job, driven by a real MCP client, with a host that is killed in the middle
# of a write. Tells what happened in words; ends with an error where any of it is not so.

import argparse
import asyncio
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import textwrap
import time

from mcp import MCPError, StdioServerParameters
from mcp.client.client import Client

ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".demo"
CONFIG = FOLDER / "holdfast.yaml"
ASKED = {
    "action": "A late check-in after 22:00 for BK-1001, free of charge",
    "reason": "The guest's train arrives at 21:50.",
    "booking_id": "BK-1001",
}
TASK = {"booking_id": "BK-1001", "title": "Leave the key for a late check-in"}
CUT_OFF = {"booking_id": "BK-1001", "title": "Call the guest about the late check-in"}


class Wrong(Exception):
    """Something that the demo claims does not hold."""


def check(holds, claim):
    if not holds:
        raise Wrong(claim)


def scene(title):
    print(f"\n{title}")


def say(text):
    print(textwrap.fill(text, 96, initial_indent="   ", subsequent_indent="   "))


class Demo:
    def __init__(self, binary):
        self.binary = str(pathlib.Path(binary).absolute())

    def holdfast(self, *words):
        done = subprocess.run(
            [self.binary, *words], capture_output=True, text=True, timeout=60, cwd=ROOT)
        check(done.returncode == 0, f"holdfast {' '.join(words)} works: {done.stderr}")
        return done.stdout

    def session(self, failpoint=None):
        """A client session; the client starts `holdfast serve` and ends it."""
        environment = {"HOLDFAST_FAILPOINT": failpoint} if failpoint else None
        return Client(
            StdioServerParameters(
                command=self.binary, args=["serve", "--config", str(CONFIG)], env=environment))

    def tasks(self, title):
        with sqlite3.connect(FOLDER / "state/workspace.db") as desk:
            return desk.execute(
                "SELECT 'TASK-' || number FROM tasks WHERE title = ?", (title,)).fetchall()

    async def run(self):
        shutil.rmtree(FOLDER, ignore_errors=True)
        self.holdfast("init", str(FOLDER))
        print("Holdfast runs an agent's tools so that nothing is done twice and nothing is")
        print("forgotten, whatever is killed in between. Here is a hotel's booking desk, and")
        print("an agent with narrow tools. Everything lies in .demo/; nothing else is touched.")
        async with self.session() as client:
            await self.looks_around(client)
            await self.writes(client)
            await self.writes_again(client)
            await self.asks_a_person(client)
        cut_off = await self.is_killed()
        await self.comes_back(cut_off)
        self.ends()

    async def looks_around(self, client):
        scene("1. An agent's client starts `holdfast serve` and speaks MCP with it.")
        names = [tool.name for tool in (await client.list_tools()).tools]
        desk = ["change_booking_price", "create_internal_task", "draft_customer_reply",
                "read_booking_summary", "refund_booking", "request_admin_approval",
                "revoke_user_access", "send_customer_reply"]
        check(set(desk) <= set(names), "the agent sees its tools")
        say(f"Tools of the desk: {', '.join(desk)}.")
        say(f"Tools of the host: {', '.join(n for n in names if n not in desk)}.")
        answer = await client.call_tool("read_booking_summary", {"booking_id": "BK-1001"})
        booking = answer.structured_content
        check(booking["guest_name"] == "Ada Brandt", "the booking can be read")
        say(f"It reads booking BK-1001: {booking['guest_name']}, {booking['room']}, "
            f"{booking['nights']} nights. The guest asks: “{booking['guest_requests']}”")

    async def writes(self, client):
        scene("2. It writes. Each write is in the journal before it happens, and before it is "
              "answered.")
        draft = await self.succeed(client, "draft_customer_reply", {
            "booking_id": "BK-1001", "subject": "Ihre späte Anreise",
            "body": "Guten Tag Frau Brandt, gern. Wir melden uns zum Schlüssel."})
        say(f"A draft of a reply is saved: {draft['draft_id']}. (No mail is sent by it.)")
        self.first = await self.succeed(client, "create_internal_task", TASK)
        say(f"A task for the staff is made: {self.first['task_id']}, “{TASK['title']}”.")
        say(f"The receipt that came with it: {self.first['holdfast']['call_id']}.")

    async def writes_again(self, client):
        scene("3. The agent is unsure and makes the same call again, as agents do.")
        again = await self.succeed(client, "create_internal_task", TASK)
        check(again["holdfast"].get("replayed") is True, "the second answer is a replay")
        check(again["holdfast"]["call_id"] == self.first["holdfast"]["call_id"], "same call")
        check(again["task_id"] == self.first["task_id"], "same task")
        check(len(self.tasks(TASK["title"])) == 1, "there is one task")
        say(f"It gets the recorded outcome, {again['task_id']}, of the same call, marked as "
            "replayed. The desk's database holds one such task, not two.")

    async def asks_a_person(self, client):
        scene("4. It wants something that it may not decide, and asks a person.")
        answer = await client.call_tool("request_admin_approval", ASKED)
        receipt = answer.structured_content["holdfast"]
        check(receipt["status"] == "pending_approval", "the request waits for a person")
        say(f"“{ASKED['action']}.” The answer comes at once: pending, {receipt['approval_id']}.")
        waiting = asyncio.create_task(
            client.call_tool(
                "call_status", {"call_id": receipt["call_id"], "wait_ms": 30_000}))
        await asyncio.sleep(0.3)
        check(not waiting.done(), "nothing is decided before a person decides")
        began = time.monotonic()
        await asyncio.to_thread(
            self.holdfast, "approve", receipt["approval_id"], "--config", str(CONFIG))
        status = (await waiting).structured_content
        check(status["status"] == "succeeded", "the decision arrives")
        check(status["result"]["decision"] == "approved", "the decision is a yes")
        say(f"In another process a person runs `holdfast approve {receipt['approval_id']}`.")
        say(f"The waiting agent hears “{status['result']['decision']}” by "
            f"{status['result']['by']}, {time.monotonic() - began:.1f} s later.")

    async def is_killed(self):
        scene("5. Now the worst moment: the host is killed in the middle of a write.")
        async with self.session(failpoint="after_effect_commit") as client:
            try:
                await client.call_tool("create_internal_task", CUT_OFF)
            except MCPError as error:
                check("closed" in str(error).lower(), "the agent sees its connection break")
            else:
                raise Wrong("the host is killed before it answers")
        tasks = self.tasks(CUT_OFF["title"])
        check(len(tasks) == 1, "the task is in the desk's database")
        say(f"The task “{CUT_OFF['title']}” is already in the desk's database ({tasks[0][0]}), "
            "but the host got SIGKILL before it could note the outcome or answer. The agent only "
            "sees its connection break. Did it happen? It cannot know.")
        return tasks[0][0]

    async def comes_back(self, task):
        scene("6. The host is started again, and the agent makes the same call again.")
        async with self.session() as client:
            again = await self.succeed(client, "create_internal_task", CUT_OFF)
            check(again["holdfast"].get("replayed") is True, "the call is known from before")
            check(again["task_id"] == task, "the outcome is that of the task made before the kill")
            self.call = call = again["holdfast"]["call_id"]
            status = await client.call_tool("call_status", {"call_id": call})
            check(status.structured_content["status"] == "succeeded", "its outcome is recorded")
        check(len(self.tasks(CUT_OFF["title"])) == 1, "there is still one task")
        say(f"The journal knew that this call was under way, looked into the desk's database under "
            f"its key, and found it done: {task}, the same task, made once. The outcome is now "
            f"recorded and is what the agent gets: {call}, replayed.")

    def ends(self):
        scene("What was promised, and checked just now:")
        say("· the same call twice is one effect and one recorded answer;")
        say("· a person's yes came from another process, and the waiting agent got it;")
        say("· a host killed between the effect and its record lost nothing and did nothing twice.")
        print("\nLook around yourself:")
        binary = pathlib.Path(self.binary)
        if binary.is_relative_to(ROOT):
            binary = binary.relative_to(ROOT)
        for words in ["runs", f"show {self.call}", "audit list"]:
            print(f"   {binary} {words} --config .demo/holdfast.yaml")

    async def succeed(self, client, tool, arguments):
        answer = await client.call_tool(tool, arguments)
        content = answer.structured_content
        check(content["holdfast"]["status"] == "succeeded", f"{tool} succeeds: {answer.content}")
        return content


def causes(error):
    """An error and those inside it: sessions hand on what went wrong in groups."""
    yield error
    for inner in getattr(error, "exceptions", ()):
        yield from causes(inner)


def main():
    parser = argparse.ArgumentParser(description="The main job, told in words.")
    parser.add_argument("--binary", required=True)
    demo = Demo(parser.parse_args().binary)
    try:
        asyncio.run(asyncio.wait_for(demo.run(), 120))
    except Exception as error:
        wrong = [each for each in causes(error) if isinstance(each, Wrong)]
        if not wrong:
            raise
        print(f"\nNOT SO: {wrong[0]}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
