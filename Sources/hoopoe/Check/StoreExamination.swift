// SPDX-License-Identifier: Apache-2.0

import Store

/// Whether the region's files are whole. Reads only; may run beside the server.
struct StoreExamination {
    private let files: RegionFiles

    init(_ files: RegionFiles) { self.files = files }

    func findings() -> [Finding] {
        [("store-content", files.content, false), ("store-keys", files.keys, true)].map { id, path, inMemory in
            switch FileIntegrity(ofFileAt: path, inMemory: inMemory) {
            case .whole:
                Finding(id, .ok, "is whole")
            case .missing:
                Finding(id, .failed, "\(path) is missing: put it back from a backup, both files of the same one")
            case .unreadable:
                Finding(id, .failed, "\(path) cannot be read as a database: restore it, both files together")
            case .damaged(let complaints):
                Finding(
                    id, .failed,
                    "\(path) is damaged: restore it, both files together. \(complaints.joined(separator: "; "))")
            }
        }
    }
}
