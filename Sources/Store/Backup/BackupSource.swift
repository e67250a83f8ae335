package import Consent

/// What is backed up, and what its configuration names.
package struct BackupSource: Sendable {
    /// The data folder.
    package let folder: String
    package let region: Region
    package let domain: String
    /// The name and version of the program that writes the backup.
    package let program: String
    /// The certificate, its key, and the files with passwords, as the configuration names them: absolute, or from the folder.
    package let secretFiles: [String]

    package init(folder: String, region: Region, domain: String, program: String, secretFiles: [String]) {
        self.folder = folder
        self.region = region
        self.domain = domain
        self.program = program
        self.secretFiles = secretFiles
    }

    static let configuration = "hoopoe.yaml"

    var files: RegionFiles { RegionFiles(folder: folder, region: region) }
    var regionPlace: String { "regions/" + region.name }

    /// Folders that anybody may read, by their names in a backup and their places in the data folder.
    var publicFolders: [(name: String, place: String)] { [("log", regionPlace + "/log"), ("terms", "terms")] }

    /// The key part's files but for the keys file itself: name in the key part, place in the data folder, path now.
    func secrets() -> [(name: String, place: String?, path: String)] {
        var secrets = [(name: "region.key", place: Optional(regionPlace + "/region.key"), path: files.regionKey)]
        for path in SyncedFiles.files(below: folder + "/tls") {
            secrets.append(("tls/" + path, "tls/" + path, folder + "/tls/" + path))
        }
        for named in secretFiles {
            let path = named.hasPrefix("/") ? named : folder + "/" + named
            let within = SyncedFiles.standard(folder) + "/"
            let standard = SyncedFiles.standard(path)
            guard SyncedFiles.exists(path), !SyncedFiles.isFolder(path) else { continue }
            guard standard.hasPrefix(within) else {
                secrets.append(("outside" + standard, nil, path))
                continue
            }
            let place = String(standard.dropFirst(within.count))
            if !place.hasPrefix("tls/") { secrets.append(("files/" + place, place, path)) }
        }
        var seen: Set<String> = []
        return secrets.filter { seen.insert($0.name).inserted }
    }
}
