# One conversation with the real binary in one revision, every line of it held against that
# revision's schema, and the checks by the ids that the official suite gives them.

import json
import pathlib

import jsonschema
import pytest
from scenarios import STATELESS

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared/data/mcp"
PREFIX = "io.modelcontextprotocol/"
SUBSCRIPTION = PREFIX + "subscriptionId"

TASKS = PREFIX + "tasks"
FORMS = {"elicitation": {}}
TAKES_TASKS = {"extensions": {TASKS: {}}}
BOTH = {**FORMS, **TAKES_TASKS}

RESULTS = {
    "initialize": "InitializeResult", "ping": "EmptyResult", "server/discover": "DiscoverResult",
    "tools/list": "ListToolsResult", "tools/call": "CallToolResult",
    "resources/list": "ListResourcesResult", "resources/read": "ReadResourceResult",
    "resources/templates/list": "ListResourceTemplatesResult",
    "resources/subscribe": "EmptyResult", "resources/unsubscribe": "EmptyResult",
    "prompts/list": "ListPromptsResult", "prompts/get": "GetPromptResult",
    "completion/complete": "CompleteResult", "subscriptions/listen": "SubscriptionsListenResult",
}
NOTIFICATIONS = {
    "notifications/cancelled": "CancelledNotification",
    "notifications/progress": "ProgressNotification",
    "notifications/tools/list_changed": "ToolListChangedNotification",
    "notifications/prompts/list_changed": "PromptListChangedNotification",
    "notifications/resources/list_changed": "ResourceListChangedNotification",
    "notifications/resources/updated": "ResourceUpdatedNotification",
    "notifications/subscriptions/acknowledged": "SubscriptionsAcknowledgedNotification",
}

# What the tasks extension defines, by the method that it answers.
TASK_RESULTS = {
    "tasks/get": "GetTaskResult", "tasks/update": "UpdateTaskResult",
    "tasks/cancel": "CancelTaskResult",
}


def schema_of(revision):
    return document_of(f"schema-{revision}.json")


def document_of(name):
    file = DATA / name
    if not file.exists():
        pytest.skip(f"there is no {file.name} beside the project: its lines cannot be checked")
    return json.loads(file.read_text())


class Session:
    """A host, what it was asked in one revision, and all that it said."""

    def __init__(self, project, revision, capabilities=None):
        self.revision = revision
        self.schema = schema_of(revision)
        self.extension = document_of("tasks-extension.json")
        self.host = project.serve()
        self.asked = {}
        self.passed = set()
        self.failed = []
        if not self.is_stateless:
            self.initialized = self.ask("initialize", {
                "protocolVersion": revision, "capabilities": capabilities or {},
                "clientInfo": {"name": "conformance", "version": "1"}})
            self.host.notify("notifications/initialized", {})

    @property
    def is_stateless(self):
        return self.revision == STATELESS

    @property
    def meta(self):
        if not self.is_stateless:
            return None
        return {
            PREFIX + "protocolVersion": STATELESS, PREFIX + "clientCapabilities": {},
            PREFIX + "clientInfo": {"name": "conformance", "version": "1"}}

    def able(self, capabilities):
        """What a request carries that declares these."""
        return {**self.meta, PREFIX + "clientCapabilities": capabilities}

    def post(self, method, params=None, **members):
        members.setdefault("meta", self.meta)
        id = self.host.post(method, params, **members)
        self.asked[id] = method
        return id

    def ask(self, method, params=None, **members):
        """The whole answer, result or error."""
        return self.host.answer(self.post(method, params, **members))

    def result(self, method, params=None, **members):
        answer = self.ask(method, params, **members)
        assert "result" in answer, answer
        return answer["result"]

    def call(self, tool, arguments=None, **members):
        return self.result("tools/call", {"name": tool, "arguments": arguments or {}}, **members)

    def respond(self, id, result):
        """Answers a request of the host's."""
        line = json.dumps({"jsonrpc": "2.0", "id": id, "result": result})
        self.host.send(line.encode() + b"\n")

    def check(self, id, holds, shown):
        """One check of the suite; all of a scenario are made before it fails."""
        if holds:
            self.passed.add(id)
        else:
            self.failed.append(f"{id}: {shown}")

    def end(self):
        """Ends the host and holds all it said against the schema: `wire-schema-valid`."""
        self.host.finish()
        for id, answers in self.host.answers.items():
            for answer in answers:
                self.check_line(answer, self.asked[id])
        for message in self.host.others:
            self.check_line(message, None)
        assert not self.failed, "\n".join(self.failed)

    def check_line(self, message, method):
        if message.get("method") == "elicitation/create":
            self.check("wire-schema-valid", not self.is_stateless, f"not to be sent: {message}")
            self.validate(message, "ElicitRequest")
        elif message.get("method") == "notifications/tasks":
            self.validate(message, "TaskStatusNotification", schema=self.extension)
        elif "method" in message:
            self.check(
                "wire-schema-valid", message["method"] in NOTIFICATIONS and "id" not in message,
                f"not to be sent: {message}")
            name = NOTIFICATIONS.get(message["method"], "JSONRPCNotification")
            self.validate(message, name)
        elif "error" in message:
            self.validate(message, "JSONRPCErrorResponse", "JSONRPCError")
        else:
            self.validate(message, "JSONRPCResultResponse", "JSONRPCResponse")
            self.check_result(message["result"], method)

    def check_result(self, result, method):
        kind = result.get("resultType")
        if kind == "task" or method in TASK_RESULTS:
            name = TASK_RESULTS.get(method, "CreateTaskResult")
            self.validate(result, name, schema=self.extension)
        else:
            self.validate(
                result, "InputRequiredResult" if kind == "input_required" else RESULTS[method])

    def validate(self, value, *names, schema=None):
        """Holds a value against the first of `names` that the schema defines."""
        schema = schema or self.schema
        place = "$defs" if "$defs" in schema else "definitions"
        name = next(each for each in names if each in schema[place])
        validator = jsonschema.validators.validator_for(schema)
        # Older drafts heed nothing beside a reference: there must be nothing beside it.
        document = {"allOf": [{"$ref": f"#/{place}/{name}"}], place: schema[place]}
        errors = validator(document).iter_errors(value)
        for error in errors:
            place = "/".join(str(each) for each in error.absolute_path)
            self.check("wire-schema-valid", False, f"{name} /{place}: {error.message}")
        self.passed.add("wire-schema-valid")
