// `holdfast check` with the exit code that its findings ask for.

package enum Checking {
    package static func report(
        paths: [String], explicit: String?, kinds: [any ConnectorKind],
        in surroundings: Surroundings
    ) -> (report: CheckReport, status: CommandStatus) {
        let report = CheckReport.make(
            paths: paths, explicitConfig: explicit, kinds: kinds, in: surroundings)
        if report.isGood { return (report, .done) }
        // A config that cannot be used at all is another thing than a manifest that is left out.
        guard paths.isEmpty else { return (report, .badData) }
        do {
            _ = try Configuration.load(explicit: explicit, in: surroundings)
            return (report, .badData)
        } catch {
            return (report, .badConfiguration)
        }
    }
}
