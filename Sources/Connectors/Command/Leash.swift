// x
package enum Leash { package static let ownProgram = "/proc/self/exe"; package static func main(arguments: [String]) -> Int32 { 0 } }
