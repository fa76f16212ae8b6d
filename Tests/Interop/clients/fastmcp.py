# fastmcp's client over its own stdio transport.

import contextlib

import shown
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

PACKAGE = "fastmcp"


@contextlib.asynccontextmanager
async def session(command, words):
    # `keep_alive` is on where nobody says otherwise: the host outlives this `async with`.
    async with Client(StdioTransport(command=command, args=words)) as client:
        yield Session(client)


class Session:
    def __init__(self, client):
        self.client = client

    async def list(self):
        return [tool.name for tool in await self.client.list_tools()]

    async def call(self, tool, arguments):
        result = await self.client.call_tool(tool, arguments, raise_on_error=False)
        return shown.of_mcp(result)
