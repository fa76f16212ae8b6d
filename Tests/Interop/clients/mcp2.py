# The `mcp` package 2.x: its high-level client, in each of its ways to open a session.

import contextlib

import shown
from mcp import StdioServerParameters
from mcp.client.client import Client

PACKAGE = "mcp"


@contextlib.asynccontextmanager
async def session(command, words, mode):
    async with Client(StdioServerParameters(command=command, args=words), mode=mode) as client:
        yield Session(client)


class Session:
    def __init__(self, client):
        self.client = client

    async def list(self):
        return [tool.name for tool in (await self.client.list_tools()).tools]

    async def call(self, tool, arguments):
        return shown.of_mcp(await self.client.call_tool(tool, arguments))
