# Semantic Kernel: the plugin added to a kernel, its functions invoked as an agent invokes them.

import contextlib

from semantic_kernel import Kernel
from semantic_kernel.connectors.mcp import MCPStdioPlugin
from semantic_kernel.functions import KernelArguments

PACKAGE = "semantic-kernel"


@contextlib.asynccontextmanager
async def session(command, words):
    async with MCPStdioPlugin(name="holdfast", command=command, args=words) as plugin:
        kernel = Kernel()
        yield Session(kernel, kernel.add_plugin(plugin))


class Session:
    def __init__(self, kernel, plugin):
        self.kernel = kernel
        self.plugin = plugin

    async def list(self):
        return list(self.plugin.functions)

    async def call(self, tool, arguments):
        result = await self.kernel.invoke(self.plugin[tool], KernelArguments(**arguments))
        return {"texts": [each.text for each in result.value]}
