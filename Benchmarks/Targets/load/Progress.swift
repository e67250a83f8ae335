import Foundation

/// Lines for whoever waits.
enum Progress {
    static func say(_ line: String) {
        FileHandle.standardError.write(Data("load: \(line)\n".utf8))
    }
}
