// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How many files and connections the system lets this process have open.
package enum DescriptorLimit {
    /// What a server has open beside its clients: databases and their readers, the log, listeners, routes.
    static let reserve = 256

    /// Takes as many as the system gives without asking an administrator; few programs are given more than 1,024 until they do.
    ///
    /// - Returns: how many that are.
    package static func raise() -> Int {
        var limit = rlimit()
        let which = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard unsafe getrlimit(which, &limit) == 0 else { return .max }
        if limit.rlim_cur < limit.rlim_max {
            let before = limit.rlim_cur
            limit.rlim_cur = limit.rlim_max
            if unsafe setrlimit(which, &limit) != 0 { limit.rlim_cur = before }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// What to tell the operator of a server that may have `connections` clients at once and `limit` open files; nil if that
    /// is enough.
    package static func warning(connections: Int, limit: Int) -> String? {
        guard limit < connections + reserve else { return nil }
        return
            "limits.connections is \(connections), but the system lets this process open \(limit) files, and \(reserve) of "
            + "them are the server's own: raise it (LimitNOFILE= of the unit, or ulimit -n), or lower limits.connections"
    }
}
