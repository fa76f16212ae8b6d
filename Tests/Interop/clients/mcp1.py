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
            yield shown.OfMCP(client)
