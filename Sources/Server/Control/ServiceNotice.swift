// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Tells the service manager how the server is (sd_notify(3)): datagrams to the socket that `NOTIFY_SOCKET` names.
///
/// A word of state and nothing else ever leaves this way. Without a manager that wants to know, nothing is sent.
package struct ServiceNotice: Sendable {
    /// What can be told.
    package enum State: String, Sendable {
        case ready = "READY=1"
        case stopping = "STOPPING=1"
        /// Still at work; to be told more often than once in ``beat``.
        case alive = "WATCHDOG=1"
    }

    /// Within which time the manager wants to hear that the server is alive; nil if it doesn't.
    package let beat: Duration?
    private let path: [UInt8]

    /// Nil if no manager wants to be told.
    package init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
        guard var path = environment["NOTIFY_SOCKET"].map({ Array($0.utf8) }), path.count > 1,
            path.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        else { return nil }
        // A name that begins with @ is in no file system: its first byte is zero.
        if path[0] == UInt8(ascii: "@") { path[0] = 0 }
        self.path = path
        let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        beat = isMeant && microseconds > 0 ? .microseconds(microseconds) : nil
    }

    /// Sends it; a manager that doesn't listen is no failure of ours.
    package func tell(_ state: State) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
        let length = MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: address.sun_path) + path.count
        let text = Array(state.rawValue.utf8)
        unsafe withUnsafePointer(to: &address) { address in
            _ = unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe text.withUnsafeBytes { text in
                    unsafe sendto(
                        descriptor, text.baseAddress, text.count, Int32(MSG_NOSIGNAL), address,
                        socklen_t(length))
                }
            }
        }
    }
}
