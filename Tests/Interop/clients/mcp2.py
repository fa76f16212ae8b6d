# The `mcp` package 2.x: its high-level client, in each of its ways to open a session.

import contextlib

import shown
from mcp import StdioServerParameters
from mcp.client.client import Client

PACKAGE = "mcp"


@contextlib.asynccontextmanager
async def session(command, words, mode):
    async with Client(StdioServerParameters(command=command, args=words), mode=mode) as client:
        yield shown.OfMCP(client)
