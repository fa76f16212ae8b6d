# The `mcp` package 1.x, in the two contexts that all its users write.

import contextlib

import shown
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

PACKAGE = "mcp"


@contextlib.asynccontextmanager
async def session(command, words):
    async with stdio_client(StdioServerParameters(command=command, args=words)) as pipes:
        async with ClientSession(*pipes) as client:
            await client.initialize()
            yield Session(client)


class Session:
    def __init__(self, client):
        self.client = client

    async def list(self):
        return [tool.name for tool in (await self.client.list_tools()).tools]

    async def call(self, tool, arguments):
        return shown.of_mcp(await self.client.call_tool(tool, arguments))
