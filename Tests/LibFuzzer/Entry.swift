// The fuzz targets as libFuzzer drives them: the first byte chooses the target, the others are the
// choices. Built with `--sanitize fuzzer` alone, which brings the loop around this.

import FuzzCases

@_cdecl("LLVMFuzzerTestOneInput")
func oneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let target = FuzzTarget.allCases[Int(first) % FuzzTarget.allCases.count]
    do throws(FuzzFinding) {
        try target.run(Chance(bytes: Array(bytes.dropFirst())))
    } catch {
        fatalError("\(target): \(error)")
    }
    return 0
}
