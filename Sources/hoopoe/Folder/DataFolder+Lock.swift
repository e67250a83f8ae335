// SPDX-License-Identifier: Apache-2.0

package import Store

extension DataFolder {
    /// The exclusive right to serve or change the folder, for as long as the value lives.
    ///
    /// - Throws: ``ExitReason/locked`` if another process has it.
    package func hold() throws(Failure) -> FolderLock {
        do throws(StoreError) {
            return try FolderLock(folder: path)
        } catch {
            switch error {
            case .inUse:
                let holder = FolderLock.holder(folder: path).map { " (process \($0))" } ?? ""
                throw Failure(
                    .locked, "\(path) is in use by another hoopoe\(holder); a folder has one server at a time")
            case .disk(let code): throw Failure(.cannotCreate, "cannot lock \(lock): \(systemMessage(code))")
            default: throw Failure(error)
            }
        }
    }

    /// Whether some process holds the folder now.
    package var isHeld: Bool { FolderLock.isHeld(folder: path) }
}
