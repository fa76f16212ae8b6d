// The config that is in use where none is found.

/// What stands for a config where none is found. Its tools are ``BuiltinTools``.
enum BuiltinConfiguration {
    static let text = """
        store: { sqlite: ~/.local/state/holdfast/journal.db }
        databases: { workspace: { sqlite: ~/.local/state/holdfast/workspace.db } }
        profiles:
          default:
            allow:
              - read_booking_summary
              - draft_customer_reply
              - create_internal_task
              - request_admin_approval
              - change_booking_price
              - send_customer_reply
              - refund_booking
              - revoke_user_access

        """
}
