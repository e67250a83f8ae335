// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where things lie in a data folder.
package struct DataFolder: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// The folder as named on the command line.
    ///
    /// - Throws: ``ExitReason/noInput`` if there is no such folder.
    package init(existing path: String) throws(Failure) {
        var isDirectory: ObjCBool = false
        let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        guard exists, isDirectory.boolValue else {
            throw Failure(.noInput, "there is no folder \(path); hoopoe init \(path) --domain DOMAIN makes one")
        }
        self.init(path)
    }

    package var configuration: String { "\(path)/hoopoe.yaml" }
    package var lock: String { "\(path)/lock" }
    package var control: String { "\(path)/control.sock" }
    package var tls: String { "\(path)/tls" }
    package var authority: String { "\(tls)/ca.pem" }
    package var authorityKey: String { "\(tls)/ca.key" }
    package var terms: String { "\(path)/terms" }
    package var regions: String { "\(path)/regions" }

    package func region(_ name: String) -> String { "\(regions)/\(name)" }
    package func regionKey(_ name: String) -> String { "\(region(name))/region.key" }
}
