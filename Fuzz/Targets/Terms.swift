import Consent
import Wire

/// Terms of any shape: what is read says what the file says, and nothing in the file is passed over; the versions that follow change
/// what differs and nothing else.
func fuzzTerms(_ bytes: [UInt8]) {
    let document: TermsDocument
    do throws(TermsError) {
        document = try TermsDocument(bytes)
    } catch {
        precondition(!error.description.isEmpty)
        return
    }
    precondition(document.bytes == bytes && document.digest.count == 32)
    guard let json = try? Wire.JSON(parsing: bytes) else { preconditionFailure("read, but no JSON") }
    for (purpose, entry) in document.entries {
        let said = json["purposes"]?[purpose.rawValue]
        precondition(said?["what"]?.string == entry.what && said?["why"]?.string == entry.why, "other words")
        precondition(
            said?["without"]?.string == entry.without && said?["details"]?.string == entry.details, "other words")
        precondition(
            said?["offered"]?.boolean == entry.isOffered && said?.object?.count == 5, "something was passed over")
    }
    precondition(json["purposes"]?.object?.count == document.entries.count, "a purpose was passed over")
    guard let region = Region("eu-1") else { return }

    let first = Terms(document)
    precondition(first.version == 1 && first.saysTheSame(as: document))
    precondition(first.offered.allSatisfy { first.text(of: $0, in: region)?.why.contains("{region}") == false })
    for other in [TermsDocument.shipped, document] {
        let next = first.followed(by: other)
        precondition(next.version == 2 && next.digests.count == 2)
        for purpose in PurposeCode.allCases {
            let isChanged = document.entries[purpose] != other.entries[purpose]
            precondition(next.changes.contains(purpose) == isChanged, "changed, and isn't called so")
            guard let entry = other.entries[purpose], entry.isOffered else {
                precondition(next.version(inWhichChanged: purpose) == .max, "agreed to, and isn't offered")
                continue
            }
            precondition(next.version(inWhichChanged: purpose) == (isChanged ? 2 : 1), "a yes of another version")
            precondition(next.wording(of: purpose, version: 1, in: region) == first.wording(of: purpose, in: region))
        }
    }
}
