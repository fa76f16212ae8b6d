// The release's number, in the one place that knows it.

package enum HoldfastVersion {
    package static let text = "0.1.0"
}
