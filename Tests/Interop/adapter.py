# The process of one client: loads clients/NAME.py and does what the driver asks it to, one JSON
# document a line. Runs under the client's own Python; knows nothing of any framework.

import asyncio
import importlib.metadata
import importlib.util
import json
import os
import pathlib
import sys
import traceback


def load(name):
    place = pathlib.Path(__file__).with_name("clients") / f"{name}.py"
    # Under another name than the file's: most are named like the package that they import.
    spec = importlib.util.spec_from_file_location(f"client_{name}", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def private_output():
    """The real standard output. What the framework prints goes where its complaints go."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    return answers


class Driver:
    """Whoever asks: what it says, and what it is told."""

    def __init__(self, module):
        self.module = module
        self.answers = private_output()

    def tell(self, **answer):
        self.answers.write(json.dumps(answer) + "\n")

    def opened(self):
        self.tell(version=importlib.metadata.version(self.module.PACKAGE))

    def failed(self):
        self.tell(failed=traceback.format_exc())

    @staticmethod
    def action(client, asked):
        if asked["do"] == "list":
            return client.list()
        return client.call(asked["tool"], asked["arguments"])

    @staticmethod
    def wishes():
        """What the driver asks for, until it wants the client closed."""
        while (asked := json.loads(sys.stdin.readline()))["do"] != "close":
            yield asked

    def closed(self):
        """The client has been left as its users leave it; the process stays, to be looked at."""
        self.tell(answer="closed")
        sys.stdin.read()


async def serve_asynchronous(driver, session):
    async with session as client:
        driver.opened()
        wishes = driver.wishes()
        while asked := await asyncio.to_thread(next, wishes, None):
            try:
                driver.tell(answer=await driver.action(client, asked))
            except Exception:
                driver.failed()
    await asyncio.to_thread(driver.closed)


def serve_synchronous(driver, session):
    with session as client:
        driver.opened()
        for asked in driver.wishes():
            try:
                driver.tell(answer=driver.action(client, asked))
            except Exception:
                driver.failed()
    driver.closed()


def main(name, mode, command, *words):
    driver = Driver(load(name))
    try:
        options = {"mode": mode} if mode != "-" else {}
        session = driver.module.session(command, list(words), **options)
        if hasattr(session, "__aenter__"):
            asyncio.run(serve_asynchronous(driver, session))
        else:
            serve_synchronous(driver, session)
    except Exception:
        driver.failed()
        raise


if __name__ == "__main__":
    main(*sys.argv[1:])
