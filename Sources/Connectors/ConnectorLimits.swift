// The limits on what connectors read: specs, rows, outputs, secrets. Each has its test at the limit
// and one past it.

package enum ConnectorLimits {
    // What a manifest may say.
    package static let statementsMax = 32
    package static let statementBytesMax = 65_536
    package static let argumentsMax = 256

    // What a database may answer.
    package static let rowsMax = 10_000
    package static let rowBytesMax = 4 * 1024 * 1024
    /// Connections for reading that stay open, for each database.
    package static let idleReadersMax = 4

    // What a command may take and answer.
    /// Linux refuses a longer single argument or variable (MAX_ARG_STRLEN, its final NUL included).
    package static let argumentBytesMax = 131_071
    package static let outputBytesMax = 1024 * 1024
    package static let errorBytesMax = 64 * 1024
    /// How much of a command's words a failure's message repeats.
    package static let quotedCharactersMax = 2000

    /// The longest that a command may ask to be left alone; more is taken for this.
    package static let retryAfterMaxSeconds: Int64 = 86_400

    // How long a command's ends may take.
    package static let graceMs: Int64 = 500
    /// How long the pipes may stay open after the command itself has ended.
    package static let lingerMs: Int64 = 200
    /// How long a leash may take to clear up before it is killed itself.
    package static let clearUpMs: Int64 = 3000

    // What the network may take.
    package static let connectMs: Int64 = 5_000
    /// How much of a file's end is searched for a notice that an earlier attempt has written.
    package static let noticeTailBytes = 1024 * 1024

    package static let secretBytesMax = 65_536
    package static let secretCommandMs: Int64 = 10_000
}
