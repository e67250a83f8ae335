// SPDX-License-Identifier: Apache-2.0

package import Foundation
package import Server
import Store

/// Looks at everything that a start depends on, without changing anything.
package struct Examination {
    private let settings: Configuration
    private let folder: DataFolder
    private let now: Date

    package init(_ settings: Configuration, now: Date = Date()) {
        self.settings = settings
        self.folder = DataFolder(settings.folder)
        self.now = now
    }

    package func findings() async -> [Finding] {
        var findings = [
            Finding("configuration", .ok, "\(settings.domain), region \(settings.region)"),
            regionKey()
        ]
        findings += CertificateExamination(settings, now: now).findings()
        findings += exposed()
        findings += store()
        findings += await addresses()
        findings += routes()
        return findings
    }

    private func regionKey() -> Finding {
        let path = folder.regionKey(settings.region)
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let size = attributes[.size] as? NSNumber, let mode = attributes[.posixPermissions] as? NSNumber
        else {
            return Finding("region-key", .failed, "\(path) is missing: put it back from where it is kept safe")
        }
        guard size.intValue == 32 else {
            return Finding(
                "region-key", .failed, "\(path) does not hold 32 bytes: put it back from where it is kept safe")
        }
        guard mode.intValue & 0o077 == 0 else {
            return Finding("region-key", .failed, "\(path) can be read by others: chmod 600 \(path)")
        }
        return Finding("region-key", .ok, "there, and its owner's only")
    }

    /// What others than its owner can read and shouldn't. The certificate's key may be shared with a group of the machine's.
    private func exposed() -> [Finding] {
        let passwords = settings.routes.map { (settings.path($0.passwordFile), 0o077, "600") }
        let key = (settings.path(settings.tls.key), 0o007, "600")
        return ([(folder.path, 0o077, "700"), key] + passwords).compactMap { path, others, mode in
            guard let found = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber,
                found.intValue & others != 0
            else { return nil }
            return Finding("privacy", .warning, "\(path) is open to others than its owner: chmod \(mode) \(path)")
        }
    }

    private func store() -> [Finding] {
        do throws(StoreError) {
            let region = try settings.storedRegion()
            return StoreExamination(RegionFiles(folder: settings.folder, region: region)).findings()
        } catch {
            return [Finding("store", .failed, "\(error)")]
        }
    }

    private func addresses() async -> [Finding] {
        let isServed = folder.isHeld
        var findings: [Finding] = []
        for (key, endpoint) in settings.listen.all {
            guard let reason = await endpoint.refusalToListen() else {
                findings.append(Finding(key, .ok, "\(endpoint) is free"))
                continue
            }
            if isServed {
                findings.append(Finding(key, .ok, "\(endpoint) is taken, and this folder is being served"))
            } else {
                let taken = ListenError(key: key, endpoint: endpoint, reason: reason)
                findings.append(Finding(key, .failed, taken.description))
            }
        }
        return findings
    }

    private func routes() -> [Finding] {
        settings.routes.enumerated().map { index, route in
            let id = "routes[\(index)]"
            do throws(ConfigurationError) {
                let password = try settings.secret(inFile: route.passwordFile, key: "\(id).password-file")
                // SMPP 3.4 §5.2.2: nine octets with the terminating NUL.
                guard password.utf8.count <= 8 else {
                    return Finding(
                        id, .failed, "the password of \(route.name) is longer than the 8 octets SMPP has room for")
                }
            } catch {
                return Finding(id, .failed, error.description)
            }
            return route.prefixes.isEmpty
                ? Finding(id, .warning, "\(route.name) takes no numbers: name some in prefixes, such as [\"+44\"]")
                : Finding(id, .ok, "\(route.name) has a password and \(route.prefixes.count) prefixes")
        }
    }
}
