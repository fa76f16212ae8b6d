# The scenarios that the official conformance suite asks of a server, by revision, and why some of
# them are not for this host. No test lives here.

LEGACY = "2025-11-25"
STATELESS = "2026-07-28"

SCENARIOS = {
    LEGACY: [
        "server-initialize", "logging-set-level", "ping", "completion-complete", "tools-list",
        "tools-call-simple-text", "tools-call-image", "tools-call-audio",
        "tools-call-embedded-resource", "tools-call-mixed-content", "tools-call-with-logging",
        "tools-call-error", "tools-call-with-progress", "tools-call-sampling",
        "tools-call-elicitation", "elicitation-sep1034-defaults", "server-sse-multiple-streams",
        "elicitation-sep1330-enums", "resources-list", "resources-read-text",
        "resources-read-binary", "resources-templates-read", "resources-subscribe",
        "resources-unsubscribe", "prompts-list", "prompts-get-simple", "prompts-get-with-args",
        "prompts-get-embedded-resource", "prompts-get-with-image", "dns-rebinding-protection",
        "server-session-lifecycle", "json-schema-2020-12", "server-sse-polling",
    ],
    STATELESS: [
        "server-stateless", "completion-complete", "tools-list", "tools-call-simple-text",
        "tools-call-image", "tools-call-audio", "tools-call-embedded-resource",
        "tools-call-mixed-content", "tools-call-error", "tools-call-with-progress",
        "server-sse-multiple-streams", "resources-list", "resources-read-text",
        "resources-read-binary", "resources-templates-read", "sep-2164-resource-not-found",
        "prompts-list", "prompts-get-simple", "prompts-get-with-args",
        "prompts-get-embedded-resource", "prompts-get-with-image", "dns-rebinding-protection",
        "caching", "input-required-result-basic-elicitation",
        "input-required-result-basic-sampling", "input-required-result-basic-list-roots",
        "input-required-result-request-state", "input-required-result-multiple-input-requests",
        "input-required-result-multi-round", "input-required-result-missing-input-response",
        "input-required-result-non-tool-request", "input-required-result-result-type",
        "input-required-result-unsupported-methods", "input-required-result-tampered-state",
        "input-required-result-capability-check", "input-required-result-ignore-extra-params",
        "input-required-result-validate-input", "tasks-lifecycle",
        "tasks-capability-negotiation", "tasks-wire-fields", "tasks-request-state-removal",
        "tasks-mrtr-input", "tasks-request-headers", "tasks-dispatch-and-envelope",
        "tasks-status-notifications", "tasks-required-task-error", "tasks-mrtr-composition",
        "json-schema-2020-12", "http-header-validation",
        "http-custom-header-server-validation",
    ],
}

JSON_ONLY = "a tool's result is a JSON object and its text; there are no images, sounds or files"
ONE_PROMPT = "the one prompt has an argument and answers with text"
NO_SAMPLING = "the host asks no model for anything"
ONE_QUESTION = "the one question that the host asks its client's user is for a yes or a no"
HTTP = "about HTTP, and the host speaks on two pipes"

NOT_OURS = {
    "logging-set-level": "logging is not offered: an operator reads standard error",
    "tools-call-with-logging": "logging is not offered: an operator reads standard error",
    "tools-call-image": JSON_ONLY, "tools-call-audio": JSON_ONLY,
    "tools-call-embedded-resource": JSON_ONLY, "tools-call-mixed-content": JSON_ONLY,
    "resources-read-binary": "every resource is a JSON document",
    "prompts-get-simple": ONE_PROMPT, "prompts-get-embedded-resource": ONE_PROMPT,
    "prompts-get-with-image": ONE_PROMPT,
    "tools-call-sampling": NO_SAMPLING,
    "elicitation-sep1034-defaults": ONE_QUESTION, "elicitation-sep1330-enums": ONE_QUESTION,
    "input-required-result-basic-sampling": NO_SAMPLING,
    "input-required-result-basic-list-roots": "the host has no use for its client's folders",
    "input-required-result-multiple-input-requests": ONE_QUESTION,
    "input-required-result-multi-round": ONE_QUESTION,
    "input-required-result-non-tool-request": "only calls wait for a person",
    **{name: HTTP for name in [
        "server-sse-multiple-streams", "server-sse-polling", "dns-rebinding-protection",
        "server-session-lifecycle", "http-header-validation", "tasks-request-headers",
        "http-custom-header-server-validation"]},
}

# Checks of `server-stateless` that this host cannot fail or pass, with the reason.
CHECKS_NOT_OURS = {
    "sep-2575-server-rejects-undeclared-capability":
        "no tool of this host needs anything of its client",
    "sep-2575-server-sends-prompts-list-changed-on-subscription":
        "the list of prompts never changes, and the host says so when it is asked to tell",
    "sep-2575-http-server-meta-invalid-400": HTTP,
    "sep-2575-http-server-unsupported-version-400": HTTP,
    "sep-2575-http-server-header-mismatch-400": HTTP,
    "sep-2575-missing-capability-http-400": HTTP,
}

CHECKS = {
    f"sep-2575-{name}" for name in [
        "request-meta-invalid-missing-meta", "request-meta-invalid-missing-protocol-version",
        "request-meta-invalid-missing-client-capabilities", "request-meta-client-info-optional",
        "server-implements-discover", "server-identifies-in-result-meta",
        "server-declares-prompts-in-discover", "discover-capabilities-match-handlers",
        "server-unsupported-version-error", "server-rejects-undeclared-capability",
        "http-server-method-not-found-404", "http-server-method-not-found-404-initialize",
        "http-server-method-not-found-404-ping",
        "http-server-method-not-found-404-logging-setlevel",
        "http-server-method-not-found-404-resources-subscribe",
        "http-server-method-not-found-404-resources-unsubscribe",
        "http-server-no-independent-requests-on-stream", "server-no-log-without-loglevel",
        "server-sends-subscription-ack", "server-tags-subscription-id",
        "server-honors-notification-filter",
        "server-sends-tools-list-changed-on-subscription",
        "server-sends-prompts-list-changed-on-subscription", "http-server-error-jsonrpc-id",
        "http-server-meta-invalid-400", "http-server-unsupported-version-400",
        "http-server-header-mismatch-400", "missing-capability-http-400",
    ]
}
