// The tools of agents that money, access or a guest depends on, embedded so that the program
// works by itself. The truth is `tools/*.yaml`: a test holds this file to it, and
// writes it anew with HOLDFAST_RECORD=1.

enum BuiltinGuardedTools {
    static let files: [(name: String, text: String)] = [
        (name: "change_booking_price.yaml", text: #"""
# Every change keeps the price before it, so that it can be put back as long as it is in force.
name: change_booking_price
title: Change booking price
description: >-
  Sets the whole price of one booking. It moves no money: what was paid stays paid. Read the booking
  before and say why the price changes. The price is in the booking's own currency and not in
  hundredths: where read_booking_summary gives 58000, the price is 580.
version: 1.0.0
input:
  type: object
  additionalProperties: false
  required: [booking_id, price, reason]
  properties:
    booking_id:
      type: string
      pattern: "^BK-[0-9]{4}$"
      description: The booking's id, such as BK-1001.
    price:
      type: number
      minimum: 0
      maximum: 1000000
      multipleOf: 0.01
      description: The new price of the whole booking, such as 549.90.
    reason:
      type: string
      minLength: 1
      maxLength: 500
      description: Why it changes, for the books.
output:
  type: object
  additionalProperties: false
  required: [change_id, old_total_cents, total_cents, currency]
  properties:
    change_id: { type: string }
    old_total_cents: { type: integer, description: "The price before, in hundredths" }
    total_cents: { type: integer, description: "The price now, in hundredths" }
    currency: { type: string }
effect: { kind: write, delivery: transactional, reversibility: reversible }
compensate: { tool: restore_booking_price, arguments: { change_id: { $from: /result/change_id } } }
verify:
  tool: find_price_change
  arguments: { call_id: { $from: /call/id } }
  found: { required: [rows], properties: { rows: { type: array, minItems: 1 } } }
  result:
    change_id: { $from: /result/rows/0/change_id }
    old_total_cents: { $from: /result/rows/0/old_total_cents }
    total_cents: { $from: /result/rows/0/total_cents }
    currency: { $from: /result/rows/0/currency }
after:
  tool: read_price_change
  arguments: { change_id: { $from: /result/change_id } }
  expect: { required: [state], properties: { state: { const: in_force } } }
timeout: 10s
approval: none
audit: { did: "Set the price of booking {/arguments/booking_id} to {/arguments/price}" }
connector:
  kind: sql
  database: workspace
  statements:
    - |
      INSERT INTO price_changes (booking_id, old_cents, new_cents, reason, created_by_call)
      SELECT booking_id, total_cents, CAST(round(:price * 100) AS INTEGER), :reason, :call_id
      FROM bookings WHERE booking_id = :booking_id AND status IN ('confirmed', 'checked_in')
    - |
      UPDATE bookings SET total_cents = p.new_cents
      FROM price_changes p
      WHERE p.created_by_call = :call_id AND p.booking_id = bookings.booking_id
    - |
      SELECT 'PRICE-' || p.number AS change_id, p.old_cents AS old_total_cents,
        p.new_cents AS total_cents, b.currency
      FROM price_changes p JOIN bookings b ON b.booking_id = p.booking_id
      WHERE p.created_by_call = :call_id
  parameters:
    booking_id: { $from: /arguments/booking_id }
    price: { $from: /arguments/price }
    reason: { $from: /arguments/reason }
    call_id: { $from: /call/id }
  result: row
  not_found: >-
    There is no booking with this id that is confirmed or checked in, so no price was changed. Read
    the booking first.

"""#),
        (name: "refund_booking.yaml", text: #"""
# Pays money back. Nobody gets it back from a guest by a click, so it is irreversible; who must say
# yes, from which sum on, is for the config's rules, and how much may go out in a day stands here.
name: refund_booking
title: Refund a booking
description: >-
  Pays a part or all of what was paid for one booking back to the guest. A person is asked for a
  yes first. Read the booking before: no more can go back than was paid and not yet refunded. The
  amount is in euros, while read_booking_summary gives hundredths: 12050 there is 120.50 here.
version: 1.0.0
input:
  type: object
  additionalProperties: false
  required: [booking_id, amount, reason]
  properties:
    booking_id:
      type: string
      pattern: "^BK-[0-9]{4}$"
      description: The booking's id, such as BK-1004.
    amount:
      type: number
      exclusiveMinimum: 0
      maximum: 100000
      multipleOf: 0.01
      description: How much, in euros, such as 120.50.
    reason:
      type: string
      minLength: 1
      maxLength: 500
      description: Why it is paid back, for the books.
output:
  type: object
  additionalProperties: false
  required: [refund_id, refunded_cents, left_cents, currency]
  properties:
    refund_id: { type: string }
    refunded_cents: { type: integer, description: "What this refund pays back, in hundredths" }
    left_cents: { type: integer, description: "What could still be paid back on this booking" }
    currency: { type: string }
effect: { kind: write, delivery: transactional, reversibility: irreversible }
idempotency: { key: [/booking_id, /amount], window: 24h }
verify:
  tool: find_refund
  arguments: { call_id: { $from: /call/id } }
  found: { required: [rows], properties: { rows: { type: array, minItems: 1 } } }
  result:
    refund_id: { $from: /result/rows/0/refund_id }
    refunded_cents: { $from: /result/rows/0/refunded_cents }
    left_cents: { $from: /result/rows/0/left_cents }
    currency: { $from: /result/rows/0/currency }
timeout: 10s
approval: { by: [requester], decide_within: 24h, execute_within: 1h }
limits: { amount: { of: /amount, max: 500, per: 24h } }
labels: { changes: [external] }
audit: { did: "Refunded {/arguments/amount} euros on booking {/arguments/booking_id}" }
connector:
  kind: sql
  database: workspace
  statements:
    - |
      INSERT INTO refunds (booking_id, amount_cents, reason, created_by_call)
      SELECT b.booking_id, CAST(round(:amount * 100) AS INTEGER), :reason, :call_id
      FROM bookings b
      WHERE b.booking_id = :booking_id AND b.currency = 'EUR'
        AND CAST(round(:amount * 100) AS INTEGER) <= b.paid_cents
          - (SELECT coalesce(sum(r.amount_cents), 0) FROM refunds r
              WHERE r.booking_id = b.booking_id)
    - |
      SELECT 'REFUND-' || r.number AS refund_id, r.amount_cents AS refunded_cents,
        b.paid_cents - (SELECT coalesce(sum(o.amount_cents), 0) FROM refunds o
          WHERE o.booking_id = b.booking_id) AS left_cents,
        b.currency
      FROM refunds r JOIN bookings b ON b.booking_id = r.booking_id
      WHERE r.created_by_call = :call_id
  parameters:
    booking_id: { $from: /arguments/booking_id }
    amount: { $from: /arguments/amount }
    reason: { $from: /arguments/reason }
    call_id: { $from: /call/id }
  result: row
  not_found: >-
    There is no booking in euros with this id on which that much is left to refund, so nothing was
    paid back. Read the booking and give an amount that is at most what was paid and not refunded.

"""#),
        (name: "revoke_user_access.yaml", text: #"""
# Takes an account's access away. It can be given back by hand, but what was open is closed then: so
# `partial`, and no undo that an abort of the run could set off.
name: revoke_user_access
title: Revoke user access
description: >-
  Takes away the access of one member of staff who leaves. It needs the reference of that person's
  offboarding, which the user gives you, such as OFF-2041; do not guess one. A person is asked for
  a yes first. Afterwards it is checked that the access is gone.
version: 1.0.0
input:
  type: object
  additionalProperties: false
  required: [user_id]
  properties:
    user_id:
      type: string
      pattern: "^US-[0-9]{2,6}$"
      description: The account's id, such as US-03.
    offboarding:
      type: string
      maxLength: 40
      description: The reference of the offboarding that this belongs to, such as OFF-2041.
    reason:
      type: string
      maxLength: 500
      description: What else the person who says yes should know.
output:
  type: object
  additionalProperties: false
  required: [revocation_id, user_id, status]
  properties:
    revocation_id: { type: string }
    user_id: { type: string }
    status: { type: string }
effect: { kind: write, delivery: transactional, reversibility: partial }
evidence: [/offboarding]
idempotency: { key: [/user_id, /offboarding], window: 24h }
verify:
  tool: find_access_revocation
  arguments: { call_id: { $from: /call/id } }
  found: { required: [rows], properties: { rows: { type: array, minItems: 1 } } }
  result:
    revocation_id: { $from: /result/rows/0/revocation_id }
    user_id: { $from: /result/rows/0/user_id }
    status: { $from: /result/rows/0/status }
after:
  tool: read_user_access
  arguments: { user_id: { $from: /result/user_id } }
  expect:
    required: [status, open_sessions]
    properties: { status: { const: revoked }, open_sessions: { const: 0 } }
timeout: 10s
approval: { by: [requester], decide_within: 24h, execute_within: 1h }
audit: { did: "Revoked the access of {/arguments/user_id} for {/arguments/offboarding}" }
connector:
  kind: sql
  database: workspace
  statements:
    - |
      INSERT INTO access_revocations (user_id, offboarding, reason, created_by_call)
      SELECT u.user_id, o.reference, :reason, :call_id
      FROM staff_users u JOIN offboardings o ON o.user_id = u.user_id
      WHERE u.user_id = :user_id AND o.reference = :offboarding AND u.status = 'active'
    - |
      UPDATE staff_users SET status = 'revoked', open_sessions = 0
      WHERE user_id IN (SELECT user_id FROM access_revocations WHERE created_by_call = :call_id)
    - |
      SELECT 'REVOKE-' || r.number AS revocation_id, r.user_id, u.status
      FROM access_revocations r JOIN staff_users u ON u.user_id = r.user_id
      WHERE r.created_by_call = :call_id
  parameters:
    user_id: { $from: /arguments/user_id }
    offboarding: { $from: /arguments/offboarding }
    reason: { $from: /arguments/reason }
    call_id: { $from: /call/id }
  result: row
  not_found: >-
    There is no active account with this id and an offboarding of this reference for it, so nothing
    was revoked. Ask the user for the right reference.

"""#),
        (name: "send_customer_reply.yaml", text: #"""
# Sends what draft_customer_reply has saved. A mail that is out cannot be called back.
name: send_customer_reply
title: Send customer reply
description: >-
  Sends a saved draft to the guest of its booking. A person is asked for a yes first, and the mail
  cannot be called back. Give the draft's id with its booking and its exact subject line: what you
  give must be what the draft says. A draft is sent once; for another mail save another draft.
version: 1.0.0
input:
  type: object
  additionalProperties: false
  required: [draft_id, booking_id, subject]
  properties:
    draft_id:
      type: string
      pattern: "^DRAFT-[0-9]{1,15}$"
      description: The draft's id, such as DRAFT-1.
    booking_id:
      type: string
      pattern: "^BK-[0-9]{4}$"
      description: The booking that the draft was saved for.
    subject:
      type: string
      minLength: 1
      maxLength: 200
      description: The draft's subject line, exactly as it was saved.
output:
  type: object
  additionalProperties: false
  required: [message_id, draft_id, status]
  properties:
    message_id: { type: string }
    draft_id: { type: string }
    recipient: { type: string, x-sensitivity: personal }
    status: { type: string, description: "queued or sent" }
effect: { kind: write, delivery: transactional, reversibility: irreversible }
idempotency: { key: [/draft_id], window: 24h }
verify:
  tool: find_sent_reply
  arguments: { call_id: { $from: /call/id } }
  found: { required: [rows], properties: { rows: { type: array, minItems: 1 } } }
  result:
    message_id: { $from: /result/rows/0/message_id }
    draft_id: { $from: /result/rows/0/draft_id }
    recipient: { $from: /result/rows/0/recipient }
    status: { $from: /result/rows/0/status }
timeout: 10s
approval: { by: [requester], decide_within: 24h, execute_within: 1h }
limits: { rate: 20/1h }
labels: { changes: [external] }
audit: { did: "Sent the reply “{/arguments/subject}” for booking {/arguments/booking_id}" }
connector:
  kind: sql
  database: workspace
  statements:
    - |
      INSERT INTO outbox (draft_number, booking_id, recipient, subject, body, created_by_call)
      SELECT d.number, d.booking_id, c.email, d.subject, d.body, :call_id
      FROM reply_drafts d
        JOIN bookings b ON b.booking_id = d.booking_id
        JOIN customers c ON c.customer_id = b.customer_id
      WHERE d.number = CAST(substr(:draft_id, 7) AS INTEGER) AND d.status = 'draft'
        AND d.booking_id = :booking_id AND d.subject = :subject AND c.email IS NOT NULL
    - |
      UPDATE reply_drafts SET status = 'sent'
      WHERE number IN (SELECT draft_number FROM outbox WHERE created_by_call = :call_id)
    - |
      SELECT 'MAIL-' || number AS message_id, 'DRAFT-' || draft_number AS draft_id, recipient,
        status
      FROM outbox WHERE created_by_call = :call_id
  parameters:
    draft_id: { $from: /arguments/draft_id }
    booking_id: { $from: /arguments/booking_id }
    subject: { $from: /arguments/subject }
    call_id: { $from: /call/id }
  result: row
  not_found: >-
    There is no unsent draft with this id, booking and subject whose guest has a mail address, so
    nothing was sent. Compare what you gave with the draft.

"""#),
    ]
}
