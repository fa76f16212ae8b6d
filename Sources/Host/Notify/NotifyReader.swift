// The config's `notify` list, read into targets. What is wrong is found here, when the config is
// loaded, and not when somebody should be told something.

import Engine
import JSON

extension ConfigurationReader {
    mutating func notifyTargets() -> [NotifyTarget] {
        guard let value = root.object["notify"] else { return [] }
        let place = root.place("notify")
        guard let elements = value.arrayValue else {
            findings.add(place, "must be a list of targets, but \(value.kindName) is here")
            return []
        }
        guard elements.count <= CatalogLimits.maxNotifyTargets else {
            findings.add(
                place,
                "has \(elements.count) targets, more than \(CatalogLimits.maxNotifyTargets); let "
                    + "one of them tell the others")
            return []
        }
        var targets: [NotifyTarget] = []
        for (index, element) in elements.enumerated() {
            let here = place.appending(index: index)
            guard
                let part = Part(element, at: here, keys: ConfigurationKeys.notify, &findings),
                let target = target(part, number: index + 1)
            else { continue }
            if targets.contains(where: { $0.tool == target.tool }) {
                findings.add(
                    part.has("name") ? part.place("name") : here,
                    "another target has this name (one without a name is named by its place in "
                        + "the list); choose another")
            } else {
                targets.append(target)
            }
        }
        return targets
    }

    private mutating func target(_ part: Part, number: Int) -> NotifyTarget? {
        let name = targetName(part) ?? String(number)
        let kinds = noticeKinds(part)
        let given = ["command", "webhook", "file"].filter(part.has)
        guard given.count == 1 else {
            findings.add(part.pointer, "a target has exactly one of command, webhook and file")
            return nil
        }
        let means: NotifyTarget.Means?
        switch given[0] {
        case "command": means = command(of: part).map { .command($0) }
        case "webhook": means = webhook(part)
        case _: means = path("file", of: part).map { .file($0) }
        }
        return means.map {
            NotifyTarget(
                tool: ToolName(NotifyTarget.toolPrefix + name), kinds: kinds, means: $0)
        }
    }

    /// It becomes part of a tool's name.
    private mutating func targetName(_ part: Part) -> String? {
        guard let text = part.text("name", &findings) else { return nil }
        let isGood = ManifestReader.isName(text) && text.utf8.count <= 40
        if !isGood {
            findings.add(
                part.place("name"), "a name here is 1 to 40 of a-z, 0-9 and _, a letter first")
        }
        return isGood ? text : nil
    }

    private mutating func noticeKinds(_ part: Part) -> [NoticeKind] {
        guard let value = part.object["on"] else { return NoticeKind.allCases }
        var kinds: Set<NoticeKind> = []
        for (text, place) in Part.texts(value, at: part.place("on"), &findings) {
            if let kind = NoticeKind(rawValue: text) {
                kinds.insert(kind)
            } else {
                let words = NoticeKind.allCases.map(\.rawValue)
                let hint =
                    NearestName.of(text, among: words).map { "did you mean \"\($0)\"?" }
                    ?? "write any of \(words.joined(separator: ", "))"
                findings.add(place, "`\(text)` is nothing that can be told of; \(hint)")
            }
        }
        if value.arrayValue?.isEmpty == true {
            findings.add(part.place("on"), "names nothing to tell of; leave it out for all")
        }
        return NoticeKind.allCases.filter(kinds.contains)
    }

    private mutating func webhook(_ part: Part) -> NotifyTarget.Means? {
        guard
            let inner = part.part("webhook", keys: ConfigurationKeys.webhook, &findings),
            inner.required("url", &findings) != nil,
            inner.required("secret", &findings) != nil,
            let url = inner.text("url", &findings),
            let secret = inner.text("secret", &findings)
        else { return nil }
        if let refusal = WebAddress.refusal(of: url) { findings.add(inner.place("url"), refusal) }
        let known = root.object["secrets"]?.objectValue?.names ?? []
        if !known.contains(secret) {
            let hint = NearestName.of(secret, among: known).map { "; did you mean \"\($0)\"?" }
            findings.add(
                inner.place("secret"),
                "there is no secret `\(secret)`\(hint ?? ""); add it to `secrets`")
        }
        return .webhook(url: url, secret: secret)
    }
}
