// The probes and undo tools that other tools name, embedded so that the program
// works by itself. The truth is `tools/*.yaml`: a test holds this file to it, and
// writes it anew with HOLDFAST_RECORD=1.

enum BuiltinFollowUpTools {
    static let files: [(name: String, text: String)] = [
        (name: "cancel_internal_task.yaml", text: #"""
# The undo of create_internal_task. A task that is done stays done: its work cannot be taken back.
name: cancel_internal_task
title: Cancel internal task
description: >-
  Cancels a task that is still open. A task that is done or already cancelled stays as it is. The
  result says in which state the task is now.
version: 1.0.0
agent: false
input:
  type: object
  additionalProperties: false
  required: [task_id]
  properties:
    task_id:
      type: string
      pattern: "^TASK-[0-9]+$"
      description: The task's id, such as TASK-1001.
output:
  type: object
  additionalProperties: false
  required: [task_id, status]
  properties:
    task_id: { type: string }
    status: { type: string }
effect: { kind: write, delivery: transactional, reversibility: reversible }
timeout: 10s
approval: none
audit: { did: "Cancelled task {/arguments/task_id}" }
connector:
  kind: sql
  database: workspace
  statement: |
    UPDATE tasks SET status = CASE status WHEN 'open' THEN 'cancelled' ELSE status END
    WHERE number = CAST(substr(:task_id, 6) AS INTEGER)
    RETURNING 'TASK-' || number AS task_id, status
  parameters: { task_id: { $from: /arguments/task_id } }
  result: row
  not_found: There is no task with this id, so there is nothing to cancel.

"""#),
        (name: "discard_reply_draft.yaml", text: #"""
# The undo of draft_customer_reply. A reply that was sent stays sent.
name: discard_reply_draft
title: Discard reply draft
description: >-
  Discards a draft that was not sent. A draft that was sent or already discarded stays as it is.
  The result says in which state the draft is now.
version: 1.0.0
agent: false
input:
  type: object
  additionalProperties: false
  required: [draft_id]
  properties:
    draft_id:
      type: string
      pattern: "^DRAFT-[0-9]+$"
      description: The draft's id, such as DRAFT-1.
output:
  type: object
  additionalProperties: false
  required: [draft_id, status]
  properties:
    draft_id: { type: string }
    status: { type: string }
effect: { kind: write, delivery: transactional, reversibility: reversible }
timeout: 10s
approval: none
audit: { did: "Discarded reply draft {/arguments/draft_id}" }
connector:
  kind: sql
  database: workspace
  statement: |
    UPDATE reply_drafts SET status = CASE status WHEN 'draft' THEN 'discarded' ELSE status END
    WHERE number = CAST(substr(:draft_id, 7) AS INTEGER)
    RETURNING 'DRAFT-' || number AS draft_id, status
  parameters: { draft_id: { $from: /arguments/draft_id } }
  result: row
  not_found: There is no draft with this id, so there is nothing to discard.

"""#),
        (name: "find_reply_draft.yaml", text: #"""
# The probe of draft_customer_reply. No row is an answer too, so it gives rows and never fails.
name: find_reply_draft
title: Find the reply draft of a call
description: Finds the draft that one call of draft_customer_reply has saved, if it has saved one.
version: 1.0.0
agent: false
input:
  type: object
  additionalProperties: false
  required: [call_id]
  properties:
    call_id: { type: string, minLength: 1, description: The id of the call that saved the draft. }
output:
  type: object
  additionalProperties: false
  required: [rows]
  properties:
    rows:
      type: array
      items:
        type: object
        properties: { draft_id: { type: string }, status: { type: string } }
effect: { kind: read }
timeout: 5s
connector:
  kind: sql
  database: workspace
  statement: |
    SELECT 'DRAFT-' || number AS draft_id, status FROM reply_drafts
    WHERE created_by_call = :call_id
  parameters: { call_id: { $from: /arguments/call_id } }
  result: rows

"""#),
        (name: "find_task.yaml", text: #"""
# The probe of create_internal_task. No row is an answer too, so it gives rows and never fails.
name: find_task
title: Find the task of a call
description: Finds the task that one call of create_internal_task has made, if it has made one.
version: 1.0.0
agent: false
input:
  type: object
  additionalProperties: false
  required: [call_id]
  properties:
    call_id: { type: string, minLength: 1, description: The id of the call that made the task. }
output:
  type: object
  additionalProperties: false
  required: [rows]
  properties:
    rows:
      type: array
      items:
        type: object
        properties: { task_id: { type: string }, status: { type: string } }
effect: { kind: read }
timeout: 5s
connector:
  kind: sql
  database: workspace
  statement: |
    SELECT 'TASK-' || number AS task_id, status FROM tasks WHERE created_by_call = :call_id
  parameters: { call_id: { $from: /arguments/call_id } }
  result: rows

"""#),
        (name: "read_task.yaml", text: #"""
# What create_internal_task reads back after its write.
name: read_task
title: Read a task
description: Reads one task by its id.
version: 1.0.0
agent: false
input:
  type: object
  additionalProperties: false
  required: [task_id]
  properties:
    task_id:
      type: string
      pattern: "^TASK-[0-9]+$"
      description: The task's id, such as TASK-1001.
output:
  type: object
  additionalProperties: false
  required: [task_id, booking_id, title, priority, status]
  properties:
    task_id: { type: string }
    booking_id: { type: string }
    title: { type: string }
    details: { type: [string, "null"] }
    priority: { type: string }
    due_on: { type: [string, "null"] }
    status: { type: string, description: "open, done or cancelled" }
    created_at: { type: string }
effect: { kind: read }
timeout: 5s
connector:
  kind: sql
  database: workspace
  statement: |
    SELECT 'TASK-' || number AS task_id, booking_id, title, details, priority, due_on, status,
      created_at
    FROM tasks WHERE number = CAST(substr(:task_id, 6) AS INTEGER)
  parameters: { task_id: { $from: /arguments/task_id } }
  result: row
  not_found: There is no task with this id.

"""#),
    ]
}
