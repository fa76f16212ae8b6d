# Every client that is driven, and what is known of it. Where one differs from the others it is
# written here, with the reason, and the scenario asserts just that.

import dataclasses
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
LEGACY = "2025-11-25"
MODERN = "2026-07-28"


@dataclasses.dataclass(frozen=True)
class Client:
    name: str
    # Its file below clients/.
    adapter: str
    # The file below Scripts/requirements/ that says what its environment holds.
    requirements: str
    # What its calls speak with a host that serves every version.
    protocol: str
    mode: str = "-"
    # Structured content reaches its user. Else only text does, and the receipt is read from there.
    shows_structure: bool = True
    # It starts a host for each listing and each call, instead of one for the session.
    host_per_call: bool = False
    # Closing it leaves its host running, for a later session, until its own process ends.
    keeps_host: bool = False
    # Methods that it calls whether or not they were advertised. They may be refused as unknown.
    probes: frozenset = frozenset()
    # Run by `make test` too, not only by `make interop`.
    is_basic: bool = False

    @property
    def environment(self):
        if self.requirements == "test":
            return ROOT / ".venv"
        return ROOT / ".venv-interop" / self.requirements.removeprefix("interop-")

    @property
    def python(self):
        return self.environment / "bin/python"


CLIENTS = [
    Client("mcp 2.x, auto", "mcp2", "test", MODERN, mode="auto", is_basic=True),
    Client("mcp 2.x, legacy", "mcp2", "test", LEGACY, mode="legacy", is_basic=True),
    Client("mcp 2.x, pinned", "mcp2", "test", MODERN, mode=MODERN, is_basic=True),
    Client("mcp 1.x", "mcp1", "interop-mcp1", LEGACY, is_basic=True),
    Client(
        "fastmcp", "fastmcp", "interop-fastmcp", MODERN, keeps_host=True, is_basic=True),
    Client("openai-agents", "openai_agents", "interop-openai-agents", MODERN),
    # Its transport is fastmcp's.
    Client(
        "pydantic-ai-slim", "pydantic_ai", "interop-pydantic-ai", MODERN,
        keeps_host=True),
    Client(
        "langchain-mcp-adapters", "langchain", "interop-langchain", LEGACY, host_per_call=True),
    Client("google-adk", "google_adk", "interop-google-adk", LEGACY),
    # Gives the model the structured content, written out as text.
    Client(
        "agent-framework-core", "agent_framework", "interop-agent-framework", MODERN,
        shows_structure=False),
    # Keeps the text blocks of a result and nothing else.
    Client(
        "semantic-kernel", "semantic_kernel", "interop-semantic-kernel", LEGACY,
        shows_structure=False, probes=frozenset({"prompts/list"})),
    # Keeps the first text block of a result and nothing else.
    Client(
        "praisonaiagents", "praisonai", "interop-praisonai", LEGACY, shows_structure=False,
        probes=frozenset({"resources/list", "resources/templates/list", "prompts/list"})),
    Client("strands-agents", "strands", "interop-strands", MODERN),
    Client("smolagents", "smolagents", "interop-smolagents", LEGACY),
    Client(
        "llama-index-tools-mcp", "llama_index", "interop-llama-index", LEGACY,
        host_per_call=True),
    Client("agno", "agno", "interop-agno", LEGACY),
]
