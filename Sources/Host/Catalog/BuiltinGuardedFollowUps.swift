// The probes and the undo of the guarded tools, embedded so that the program
// works by itself. The truth is `tools/*.yaml`: a test holds this file to it, and
// writes it anew with HOLDFAST_RECORD=1.

enum BuiltinGuardedFollowUps {
    static let files: [(name: String, text: String)] = [
        (name: "find_access_revocation.yaml", text: #"""
# The probe of revoke_user_access. No row is an answer too, so it gives rows and never fails.
name: find_access_revocation
title: Find the revocation of a call
description: Finds what one call of revoke_user_access has revoked, if it has revoked anything.
version: 1.0.0
agent: false
input:
  type: object
  additionalProperties: false
  required: [call_id]
  properties:
    call_id: { type: string, minLength: 1, description: The id of the call that revoked it. }
output:
  type: object
  additionalProperties: false
  required: [rows]
  properties:
    rows:
      type: array
      items:
        type: object
        properties:
          revocation_id: { type: string }
          user_id: { type: string }
          status: { type: string }
effect: { kind: read }
timeout: 5s
connector:
  kind: sql
  database: workspace
  statement: |
    SELECT 'REVOKE-' || r.number AS revocation_id, r.user_id, u.status
    FROM access_revocations r JOIN staff_users u ON u.user_id = r.user_id
    WHERE r.created_by_call = :call_id
  parameters: { call_id: { $from: /arguments/call_id } }
  result: rows

"""#),
        (name: "find_price_change.yaml", text: #"""
# The probe of change_booking_price. No row is an answer too, so it gives rows and never fails.
name: find_price_change
title: Find the price change of a call
description: Finds what one call of change_booking_price has changed, if it has changed anything.
version: 1.0.0
agent: false
input:
  type: object
  additionalProperties: false
  required: [call_id]
  properties:
    call_id: { type: string, minLength: 1, description: The id of the call that changed the price. }
output:
  type: object
  additionalProperties: false
  required: [rows]
  properties:
    rows:
      type: array
      items:
        type: object
        properties:
          change_id: { type: string }
          old_total_cents: { type: integer }
          total_cents: { type: integer }
          currency: { type: string }
effect: { kind: read }
timeout: 5s
connector:
  kind: sql
  database: workspace
  statement: |
    SELECT 'PRICE-' || p.number AS change_id, p.old_cents AS old_total_cents,
      p.new_cents AS total_cents, b.currency
    FROM price_changes p JOIN bookings b ON b.booking_id = p.booking_id
    WHERE p.created_by_call = :call_id
  parameters: { call_id: { $from: /arguments/call_id } }
  result: rows

"""#),
        (name: "find_refund.yaml", text: #"""
# The probe of refund_booking. No row is an answer too, so it gives rows and never fails.
name: find_refund
title: Find the refund of a call
description: Finds the refund that one call of refund_booking has made, if it has made one.
version: 1.0.0
agent: false
input:
  type: object
  additionalProperties: false
  required: [call_id]
  properties:
    call_id: { type: string, minLength: 1, description: The id of the call that made the refund. }
output:
  type: object
  additionalProperties: false
  required: [rows]
  properties:
    rows:
      type: array
      items:
        type: object
        properties:
          refund_id: { type: string }
          refunded_cents: { type: integer }
          left_cents: { type: integer }
          currency: { type: string }
effect: { kind: read }
timeout: 5s
connector:
  kind: sql
  database: workspace
  statement: |
    SELECT 'REFUND-' || r.number AS refund_id, r.amount_cents AS refunded_cents,
      b.paid_cents - (SELECT coalesce(sum(o.amount_cents), 0) FROM refunds o
        WHERE o.booking_id = b.booking_id) AS left_cents,
      b.currency
    FROM refunds r JOIN bookings b ON b.booking_id = r.booking_id
    WHERE r.created_by_call = :call_id
  parameters: { call_id: { $from: /arguments/call_id } }
  result: rows

"""#),
        (name: "find_sent_reply.yaml", text: #"""
# The probe of send_customer_reply. No row is an answer too, so it gives rows and never fails.
name: find_sent_reply
title: Find the reply that a call has sent
description: Finds the mail that one call of send_customer_reply has put out, if it has put one out.
version: 1.0.0
agent: false
input:
  type: object
  additionalProperties: false
  required: [call_id]
  properties:
    call_id: { type: string, minLength: 1, description: The id of the call that sent the reply. }
output:
  type: object
  additionalProperties: false
  required: [rows]
  properties:
    rows:
      type: array
      items:
        type: object
        properties:
          message_id: { type: string }
          draft_id: { type: string }
          recipient: { type: string, x-sensitivity: personal }
          status: { type: string }
effect: { kind: read }
timeout: 5s
connector:
  kind: sql
  database: workspace
  statement: |
    SELECT 'MAIL-' || number AS message_id, 'DRAFT-' || draft_number AS draft_id, recipient,
      status
    FROM outbox WHERE created_by_call = :call_id
  parameters: { call_id: { $from: /arguments/call_id } }
  result: rows

"""#),
        (name: "read_price_change.yaml", text: #"""
# What change_booking_price reads back after its write.
name: read_price_change
title: Read a price change
description: Reads one price change and whether the booking has that price.
version: 1.0.0
agent: false
input:
  type: object
  additionalProperties: false
  required: [change_id]
  properties:
    change_id:
      type: string
      pattern: "^PRICE-[0-9]{1,15}$"
      description: The change's id, such as PRICE-1.
output:
  type: object
  additionalProperties: false
  required: [change_id, booking_id, total_cents, state]
  properties:
    change_id: { type: string }
    booking_id: { type: string }
    total_cents: { type: integer, description: "The booking's price now, in hundredths" }
    state: { type: string, description: "in_force, changed_since or undone" }
effect: { kind: read }
timeout: 5s
connector:
  kind: sql
  database: workspace
  statement: |
    SELECT 'PRICE-' || p.number AS change_id, p.booking_id, b.total_cents,
      CASE WHEN p.undone_by_call IS NOT NULL THEN 'undone'
        WHEN b.total_cents = p.new_cents THEN 'in_force' ELSE 'changed_since' END AS state
    FROM price_changes p JOIN bookings b ON b.booking_id = p.booking_id
    WHERE p.number = CAST(substr(:change_id, 7) AS INTEGER)
  parameters: { change_id: { $from: /arguments/change_id } }
  result: row
  not_found: There is no price change with this id.

"""#),
        (name: "read_user_access.yaml", text: #"""
# What revoke_user_access reads back after its write.
name: read_user_access
title: Read the access of a user
description: Reads whether one account has access, and how many of its sessions are open.
version: 1.0.0
agent: false
input:
  type: object
  additionalProperties: false
  required: [user_id]
  properties:
    user_id:
      type: string
      pattern: "^US-[0-9]{2,6}$"
      description: The account's id, such as US-03.
output:
  type: object
  additionalProperties: false
  required: [user_id, status, open_sessions]
  properties:
    user_id: { type: string }
    status: { type: string, description: "active or revoked" }
    open_sessions: { type: integer }
effect: { kind: read }
timeout: 5s
connector:
  kind: sql
  database: workspace
  statement: SELECT user_id, status, open_sessions FROM staff_users WHERE user_id = :user_id
  parameters: { user_id: { $from: /arguments/user_id } }
  result: row
  not_found: There is no account with this id.

"""#),
        (name: "restore_booking_price.yaml", text: #"""
# The undo of change_booking_price. A price that somebody has changed since is left alone: putting
# an old one back would undo their change too.
name: restore_booking_price
title: Restore booking price
description: >-
  Puts back the price that a booking had before one price change, where that change is the last one
  and still in force. A change that was undone already stays as it is.
version: 1.0.0
agent: false
input:
  type: object
  additionalProperties: false
  required: [change_id]
  properties:
    change_id:
      type: string
      pattern: "^PRICE-[0-9]{1,15}$"
      description: The change's id, such as PRICE-1.
output:
  type: object
  additionalProperties: false
  required: [change_id, booking_id, restored_cents]
  properties:
    change_id: { type: string }
    booking_id: { type: string }
    restored_cents: { type: integer, description: "The price that was put back, in hundredths" }
effect: { kind: write, delivery: transactional, reversibility: reversible }
timeout: 10s
approval: none
audit: { did: "Put back the price before {/arguments/change_id}" }
connector:
  kind: sql
  database: workspace
  statements:
    - |
      UPDATE price_changes SET undone_by_call = :call_id
      WHERE number = CAST(substr(:change_id, 7) AS INTEGER) AND undone_by_call IS NULL
        AND new_cents = (SELECT b.total_cents FROM bookings b
          WHERE b.booking_id = price_changes.booking_id)
        AND NOT EXISTS (SELECT 1 FROM price_changes later
          WHERE later.booking_id = price_changes.booking_id
            AND later.number > price_changes.number AND later.undone_by_call IS NULL)
    - |
      UPDATE bookings SET total_cents = p.old_cents
      FROM price_changes p
      WHERE p.undone_by_call = :call_id AND p.booking_id = bookings.booking_id
    - |
      SELECT 'PRICE-' || number AS change_id, booking_id, old_cents AS restored_cents
      FROM price_changes
      WHERE number = CAST(substr(:change_id, 7) AS INTEGER) AND undone_by_call IS NOT NULL
  parameters:
    change_id: { $from: /arguments/change_id }
    call_id: { $from: /call/id }
  result: row
  not_found: >-
    There is no price change with this id that is still in force: the price has been changed since,
    and was left as it is now.

"""#),
    ]
}
