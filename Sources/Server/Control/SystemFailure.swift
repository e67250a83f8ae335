// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore

/// What the operating system said against using a socket.
package struct SystemFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The `errno`; nil if the failure isn't the system's.
    package let code: Int32?
    package let description: String

    init(_ error: any Error) {
        code = (error as? IOError)?.errnoCode
        description = code.map { code in unsafe String(cString: strerror(code)) } ?? "\(error)"
    }

    /// The failure behind an error that came up from the network, or nil if the system isn't behind it.
    package init?(behind error: any Error) {
        guard error is IOError else { return nil }
        self.init(error)
    }
}
