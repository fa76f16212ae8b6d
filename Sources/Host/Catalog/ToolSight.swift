// What can be seen of the manifest files without reading them: which there are, and whether they
// are still the ones that were read.

import Glibc

/// A file as the system describes it. Two reads with equal facts before them read the same.
struct FileFacts: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    private let modifiedNs: Int64
    /// Moves also where only permissions do, so that a file made readable is noticed.
    private let changedNs: Int64

    fileprivate init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modifiedNs = FileFacts.nanoseconds(status.st_mtim)
        changedNs = FileFacts.nanoseconds(status.st_ctim)
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}

enum FilePresence: Hashable, Sendable {
    case there(FileFacts)
    case gone
    /// Something is in the way, a folder without permission for one: nobody can say.
    case unseen

    init(of path: String) {
        var status = stat()
        if stat(path, &status) == 0 {
            self = .there(FileFacts(status))
        } else {
            self = errno == ENOENT || errno == ENOTDIR ? .gone : .unseen
        }
    }
}

/// All manifest files at one moment.
struct ToolSight: Hashable, Sendable {
    let files: [ToolFile]
    /// Of the files that lie on a disk; texts of the program are always there.
    private let presences: [ToolFile.Content: FilePresence]
    /// What is wrong with the folders themselves.
    let problems: [Problem]

    /// - Parameter known: files that were there before: one that is not listed any more, but not
    ///   surely gone either, is still one of them.
    static func of(
        _ configuration: Configuration, known: [ToolFile], in surroundings: Surroundings
    ) -> ToolSight {
        let (listed, problems) = ToolFiles.of(configuration, in: surroundings)
        let contents = Set(listed.map(\.content))
        let hidden = known.filter { file in
            guard !contents.contains(file.content) else { return false }
            return presence(of: file) != .gone
        }
        let files = listed + hidden
        var presences: [ToolFile.Content: FilePresence] = [:]
        for file in files { presences[file.content] = presence(of: file) }
        return ToolSight(files: files, presences: presences, problems: problems)
    }

    func facts(of file: ToolFile) -> FileFacts? {
        guard case .there(let facts) = presences[file.content] else { return nil }
        return facts
    }

    func isGone(_ file: ToolFile) -> Bool { presences[file.content] == .gone }

    private static func presence(of file: ToolFile) -> FilePresence? {
        switch file.content {
        case .path(let path): FilePresence(of: path)
        case .text: nil
        }
    }
}
