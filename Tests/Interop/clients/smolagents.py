# smolagents: the tools that users hand to an agent. Synchronous, as its users write it.

import contextlib

from mcp import StdioServerParameters
from smolagents import MCPClient

PACKAGE = "smolagents"


@contextlib.contextmanager
def session(command, words):
    parameters = StdioServerParameters(command=command, args=words)
    with MCPClient(parameters, structured_output=True) as tools:
        yield Session(tools)


class Session:
    def __init__(self, tools):
        self.tools = {tool.name: tool for tool in tools}

    def list(self):
        return list(self.tools)

    def call(self, tool, arguments):
        result = self.tools[tool](**arguments)
        return {"structured": result} if isinstance(result, dict) else {"texts": [str(result)]}
