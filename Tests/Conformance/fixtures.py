# The tools that the scenarios call, as manifests. No test lives here.

SIMPLE_TEXT = "This is a simple text response for testing."
ERROR_TEXT = "This tool intentionally returns an error for testing"

# The schema of the suite's own fixture: every keyword must come through to the list.
KEYWORDS = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}

NOTHING = {"type": "object", "properties": {}, "additionalProperties": False}


def _command(script):
    text = script.replace("{", "{{")  # The brace itself: it begins no pointer.
    return {"kind": "command", "argv": ["/bin/sh", "-c", text]}


def _read(name, script, input=NOTHING, **more):
    return {
        "name": name, "description": f"A fixture of the scenarios: {name}.", "version": "1.0.0",
        "input": input, "effect": {"kind": "read"}, "connector": _command(script),
        "timeout": "30s", **more,
    }


def _input(**properties):
    return {
        "type": "object", "properties": properties, "required": list(properties),
        "additionalProperties": False}


def _held(name):
    return {
        **_read(name, "echo '{\"done\": true}'", _input(word={"type": "string"})),
        "effect": {
            "kind": "write", "delivery": "at_most_once", "reversibility": "irreversible"},
        "approval": {"by": ["requester"]},
    }


def _slow(tool, script, /, **properties):
    """One whose client hears after a moment that it goes on."""
    made = _read(tool, script, _input(**properties), wait="300ms")
    made["connector"]["argv"] += ["sh", *("{/arguments/%s}" % each for each in properties)]
    return made


def tools():
    """The manifests by name."""
    made = [
        _read("test_simple_text", f"echo '{{\"text\": \"{SIMPLE_TEXT}\"}}'"),
        _read("test_error_handling", f"echo '{ERROR_TEXT}' >&2; exit 65"),
        _read("test_tool_with_progress", "sleep 2.6; echo '{\"done\": true}'"),
        _slow("greet", 'echo "{\\"text\\": \\"Hello, $1!\\"}"', name={"type": "string"}),
        _slow("slow_compute", 'sleep "$1"; echo "{}"', seconds={"type": "integer"}),
        _slow("failing_job", "sleep 1; echo 'It failed.' >&2; exit 65"),
        _held("confirm_delete"), _held("test_elicitation"),
        _read("json_schema_2020_12_tool", "cat", input=KEYWORDS),
    ]
    return {each["name"]: each for each in made}
