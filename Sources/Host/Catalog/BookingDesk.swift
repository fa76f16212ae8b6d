// The small system of record that the built-in default and new projects work on: a hotel's
// booking desk. SQL text only; whoever has a connection runs it.

package enum BookingDesk {
    /// Makes the tables and, where they are empty, the sample data. Run whole, inside one
    /// `BEGIN IMMEDIATE` transaction: then several processes may start at once, and a second run
    /// changes nothing. A desk that an earlier release has made gets what it lacks.
    package static var sql: String { tables + staffTables + samples }

    /// The number in an id (`TASK-1001`) is the row's own, so that ids are short to say and are
    /// never given twice. `created_by_call` tells which call made a row: how an outcome that was
    /// lost is found again, and why one call can never make two.
    static let tables = """
        CREATE TABLE IF NOT EXISTS customers (
          customer_id TEXT NOT NULL PRIMARY KEY,
          name TEXT NOT NULL,
          email TEXT,
          phone TEXT,
          language TEXT NOT NULL DEFAULT 'en'
        ) STRICT;
        CREATE TABLE IF NOT EXISTS bookings (
          booking_id TEXT NOT NULL PRIMARY KEY,
          customer_id TEXT NOT NULL REFERENCES customers (customer_id),
          status TEXT NOT NULL
            CHECK (status IN ('confirmed', 'checked_in', 'checked_out', 'cancelled')),
          room TEXT NOT NULL,
          arrives_on TEXT NOT NULL,
          leaves_on TEXT NOT NULL,
          guests INTEGER NOT NULL CHECK (guests > 0),
          total_cents INTEGER NOT NULL CHECK (total_cents >= 0),
          paid_cents INTEGER NOT NULL DEFAULT 0 CHECK (paid_cents >= 0),
          currency TEXT NOT NULL DEFAULT 'EUR',
          guest_requests TEXT,
          CHECK (arrives_on < leaves_on)
        ) STRICT;
        CREATE INDEX IF NOT EXISTS bookings_by_customer ON bookings (customer_id);
        CREATE TABLE IF NOT EXISTS tasks (
          number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
          booking_id TEXT NOT NULL REFERENCES bookings (booking_id),
          title TEXT NOT NULL,
          details TEXT,
          priority TEXT NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high')),
          due_on TEXT,
          status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'done', 'cancelled')),
          created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
          created_by_call TEXT UNIQUE
        ) STRICT;
        CREATE INDEX IF NOT EXISTS tasks_by_booking ON tasks (booking_id, status);
        CREATE TABLE IF NOT EXISTS reply_drafts (
          number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
          booking_id TEXT NOT NULL REFERENCES bookings (booking_id),
          subject TEXT NOT NULL,
          body TEXT NOT NULL,
          status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'sent', 'discarded')),
          created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
          created_by_call TEXT UNIQUE
        ) STRICT;
        CREATE INDEX IF NOT EXISTS reply_drafts_by_booking ON reply_drafts (booking_id, status);
        CREATE TABLE IF NOT EXISTS outbox (
          number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
          draft_number INTEGER NOT NULL UNIQUE REFERENCES reply_drafts (number),
          booking_id TEXT NOT NULL REFERENCES bookings (booking_id),
          recipient TEXT NOT NULL,
          subject TEXT NOT NULL,
          body TEXT NOT NULL,
          status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sent')),
          created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
          created_by_call TEXT UNIQUE
        ) STRICT;
        CREATE TABLE IF NOT EXISTS refunds (
          number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
          booking_id TEXT NOT NULL REFERENCES bookings (booking_id),
          amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
          reason TEXT NOT NULL,
          created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
          created_by_call TEXT UNIQUE
        ) STRICT;
        CREATE INDEX IF NOT EXISTS refunds_by_booking ON refunds (booking_id);
        CREATE TABLE IF NOT EXISTS price_changes (
          number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
          booking_id TEXT NOT NULL REFERENCES bookings (booking_id),
          old_cents INTEGER NOT NULL CHECK (old_cents >= 0),
          new_cents INTEGER NOT NULL CHECK (new_cents >= 0),
          reason TEXT NOT NULL,
          created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
          created_by_call TEXT UNIQUE,
          undone_by_call TEXT UNIQUE
        ) STRICT;
        CREATE INDEX IF NOT EXISTS price_changes_by_booking ON price_changes (booking_id);

        """

    /// Those who work at the desk, and what ends their access.
    static let staffTables = """
        CREATE TABLE IF NOT EXISTS staff_users (
          user_id TEXT NOT NULL PRIMARY KEY,
          name TEXT NOT NULL,
          role TEXT NOT NULL,
          status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'revoked')),
          open_sessions INTEGER NOT NULL DEFAULT 0 CHECK (open_sessions >= 0)
        ) STRICT;
        CREATE TABLE IF NOT EXISTS offboardings (
          reference TEXT NOT NULL PRIMARY KEY,
          user_id TEXT NOT NULL REFERENCES staff_users (user_id),
          last_day TEXT NOT NULL
        ) STRICT;
        CREATE TABLE IF NOT EXISTS access_revocations (
          number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
          user_id TEXT NOT NULL REFERENCES staff_users (user_id),
          offboarding TEXT NOT NULL REFERENCES offboardings (reference),
          reason TEXT,
          created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
          created_by_call TEXT UNIQUE
        ) STRICT;

        """

    /// Written only into empty tables: what a user has deleted stays deleted.
    static let samples = """
        INSERT INTO customers (customer_id, name, email, phone, language)
        SELECT column1, column2, column3, column4, column5 FROM (VALUES
          ('CU-01', 'Ada Brandt', 'ada.brandt@example.com', '+49 30 5550101', 'de'),
          ('CU-02', 'Tomás Rey', 'tomas.rey@example.com', '+34 91 5550102', 'es'),
          ('CU-03', 'Mina Okafor', 'mina.okafor@example.com', NULL, 'en'),
          ('CU-04', 'Jules Moreau', 'jules.moreau@example.com', '+33 1 55550104', 'fr'),
          ('CU-05', 'Kenji Sato', NULL, '+81 3 55550105', 'en'))
        WHERE NOT EXISTS (SELECT 1 FROM customers);
        INSERT INTO bookings (booking_id, customer_id, status, room, arrives_on, leaves_on, guests,
          total_cents, paid_cents, currency, guest_requests)
        SELECT column1, column2, column3, column4, column5, column6, column7, column8, column9,
          column10, column11 FROM (VALUES
          ('BK-1001', 'CU-01', 'confirmed', 'Garden Double 12', '2026-09-04', '2026-09-08', 2,
            58000, 20000, 'EUR', 'We arrive after 22:00. Is a late check-in possible?'),
          ('BK-1002', 'CU-02', 'confirmed', 'Family Suite 3', '2026-09-11', '2026-09-18', 4,
            168000, 168000, 'EUR', 'A cot for our daughter, please.'),
          ('BK-1003', 'CU-03', 'checked_in', 'Single 21', '2026-08-30', '2026-09-02', 1,
            27000, 27000, 'EUR', NULL),
          ('BK-1004', 'CU-04', 'cancelled', 'Garden Double 14', '2026-08-20', '2026-08-23', 2,
            43500, 43500, 'EUR', 'I had to cancel for illness. Can I have my money back?'),
          ('BK-1005', 'CU-05', 'confirmed', 'Quiet Single 23', '2026-10-01', '2026-10-15', 1,
            119000, 0, 'EUR', 'A desk and a room away from the street.'),
          ('BK-1006', 'CU-01', 'checked_out', 'Garden Double 12', '2026-05-01', '2026-05-04', 2,
            43500, 43500, 'EUR', NULL))
        WHERE NOT EXISTS (SELECT 1 FROM bookings);
        INSERT INTO tasks (number, booking_id, title, details, priority, due_on, created_at)
        SELECT column1, column2, column3, column4, column5, column6, column7 FROM (VALUES
          (1001, 'BK-1002', 'Put a cot into Family Suite 3', 'For a child of two.', 'normal',
            '2026-09-11', '2026-08-25T09:15:00.000Z'))
        WHERE NOT EXISTS (SELECT 1 FROM tasks);
        INSERT INTO staff_users (user_id, name, role, status, open_sessions)
        SELECT column1, column2, column3, column4, column5 FROM (VALUES
          ('US-01', 'Rosa Lind', 'front_desk', 'active', 1),
          ('US-02', 'Emil Haas', 'finance', 'active', 0),
          ('US-03', 'Noor Vance', 'front_desk', 'active', 2))
        WHERE NOT EXISTS (SELECT 1 FROM staff_users);
        INSERT INTO offboardings (reference, user_id, last_day)
        SELECT column1, column2, column3 FROM (VALUES
          ('OFF-2041', 'US-03', '2026-08-31'))
        WHERE NOT EXISTS (SELECT 1 FROM offboardings);

        """
}
