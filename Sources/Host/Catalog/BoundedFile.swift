// Reading a whole regular file of bounded size. A pipe, a device or an endless file must not hang
// or fill the host.

import Glibc

enum BoundedFile {
    /// Why a file could not be read, in words that go after its name.
    struct Refusal: Error, Hashable {
        let message: String
    }

    static func read(_ path: String, maxBytes: Int) throws(Refusal) -> [UInt8] {
        // Without O_NONBLOCK the opening of a pipe waits for somebody to write to it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Refusal(message: "cannot be opened: \(systemError())") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw Refusal(message: "cannot be examined: \(systemError())")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Refusal(message: "is not a regular file; name a file that holds the text")
        }
        return try bytes(of: descriptor, maxBytes: maxBytes)
    }

    /// Reads one byte more than allowed, since a file may grow after it was examined.
    private static func bytes(
        of descriptor: Int32, maxBytes: Int
    ) throws(Refusal) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= maxBytes {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Refusal(message: "cannot be read: \(systemError())") }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
        throw Refusal(message: "is longer than \(maxBytes) bytes; split it or shorten it")
    }

    private static func systemError() -> String { String(cString: strerror(errno)) }
}
