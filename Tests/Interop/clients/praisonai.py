# PraisonAI: the tools of its MCP object, called as an agent calls them. Synchronous.

import contextlib

from praisonaiagents import MCP

PACKAGE = "praisonaiagents"


@contextlib.contextmanager
def session(command, words):
    with MCP(command, args=words) as tools:
        yield Session(tools)


class Session:
    def __init__(self, tools):
        self.tools = {tool.__name__: tool for tool in tools}

    def list(self):
        return list(self.tools)

    def call(self, tool, arguments):
        result = self.tools[tool](**arguments)
        if isinstance(result, dict):
            return {"texts": [result["error"]], "is_error": result["mcp_error"]}
        return {"texts": [result]}
