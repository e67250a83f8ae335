/// Why an identifier or kept content can't be used.
package enum Denied: Error, Hashable, Sendable, CaseIterable {
    /// Never turned on, refused, or turned off again.
    case noConsent
    /// The yes was to earlier terms; it permits nothing until renewed.
    case staleTerms
    /// The yes was given for another region.
    case wrongRegion
    /// No key opens this any more.
    case erased
    /// The keys file can't be read now.
    case unreadable
}
