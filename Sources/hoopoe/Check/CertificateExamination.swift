// SPDX-License-Identifier: Apache-2.0

import Foundation
import Server
import SwiftASN1
import X509

/// Whether the certificate and key can be used, until when, and for whom.
struct CertificateExamination {
    /// Below this many days a renewal is overdue: certbot renews with 30 to go.
    private static let warningDays = 14

    private let settings: Configuration
    private let now: Date

    init(_ settings: Configuration, now: Date) {
        self.settings = settings
        self.now = now
    }

    func findings() -> [Finding] {
        let path = settings.path(settings.tls.certificate)
        do throws(TLSFileError) {
            try TLSFiles.load(certificate: path, key: settings.path(settings.tls.key))
        } catch {
            return [Finding("certificate", .failed, error.description)]
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let first = try? PEMDocument.parseMultiple(pemString: text).first,
            let certificate = try? Certificate(pemDocument: first)
        else {
            return [Finding("certificate", .failed, "\(path) does not begin with a certificate that can be understood")]
        }
        return [dates(certificate), name(certificate)]
    }

    private func dates(_ certificate: Certificate) -> Finding {
        let end = certificate.notValidAfter.formatted(.iso8601.year().month().day())
        let days = Int((certificate.notValidAfter.timeIntervalSince(now) / 86_400).rounded(.down))
        if certificate.notValidBefore > now {
            return Finding("certificate", .failed, "is not good yet: is this machine's clock right?")
        }
        if certificate.notValidAfter <= now {
            return Finding("certificate", .failed, "ended on \(end): \(renewal)")
        }
        if days < Self.warningDays {
            return Finding("certificate", .warning, "ends on \(end), in \(days) days: \(renewal)")
        }
        return Finding("certificate", .ok, "belongs to its key and is good until \(end), \(days) days")
    }

    private func name(_ certificate: Certificate) -> Finding {
        let names = (try? certificate.extensions.subjectAlternativeNames) ?? SubjectAlternativeNames()
        let domain = settings.domain
        let covered = names.contains { name in
            guard case .dnsName(let pattern) = name else { return false }
            // A wildcard stands for exactly one label (RFC 6125 §6.4.3).
            let parent = domain.split(separator: ".", maxSplits: 1).dropFirst().first
            return pattern.lowercased() == domain || parent.map { pattern == "*.\($0)" } == true
        }
        return covered
            ? Finding("certificate-name", .ok, "names \(domain)")
            : Finding(
                "certificate-name", .failed, "does not name \(domain): clients will refuse it. Get one that does.")
    }

    private var renewal: String {
        let isOwn = FileManager.default.fileExists(atPath: DataFolder(settings.folder).authorityKey)
        return isOwn ? "hoopoe renew \(settings.folder)" : "renew it where it came from"
    }
}
