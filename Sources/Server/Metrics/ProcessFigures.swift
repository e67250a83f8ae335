// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What the operating system says about this process (proc(5)); what it doesn't say is nil.
struct ProcessFigures: Sendable {
    /// User and system time.
    let cpuSeconds: Double?
    let residentBytes: Int?
    let virtualBytes: Int?
    let openDescriptors: Int?
    let descriptorLimit: Int?

    /// Reads a few small files. Blocks for no disk.
    init() {
        // The program's name stands in parentheses and may hold anything; fields are counted after it.
        let stat = Self.text("/proc/self/stat").flatMap { text in
            text.lastIndex(of: ")").map { text[text.index(after: $0)...].split(separator: " ") }
        }
        let ticks = Double(max(sysconf(Int32(_SC_CLK_TCK)), 1))
        func field(_ number: Int) -> Double? {
            // Number 3 is the first one after the name.
            guard let stat, stat.indices.contains(number - 3) else { return nil }
            return Double(stat[number - 3])
        }
        if let user = field(14), let system = field(15) {
            cpuSeconds = (user + system) / ticks
        } else {
            cpuSeconds = nil
        }
        virtualBytes = field(23).flatMap { Int(exactly: $0) }
        residentBytes = field(24).flatMap { Int(exactly: $0) }.map { $0 * max(Int(sysconf(Int32(_SC_PAGESIZE))), 1) }
        // Reading the folder takes a descriptor itself.
        openDescriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { $0.count - 1 }
        descriptorLimit = Self.text("/proc/self/limits").flatMap { text in
            text.split(separator: "\n").first { $0.hasPrefix("Max open files") }
                .flatMap { $0.dropFirst("Max open files".count).split(separator: " ").first }.flatMap { Int($0) }
        }
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    func write(into exposition: inout Exposition) {
        let figures: [(MetricFamily, Double?)] = [
            (ServerMetrics.processCPU, cpuSeconds), (ServerMetrics.processResident, residentBytes.map(Double.init)),
            (ServerMetrics.processVirtual, virtualBytes.map(Double.init)),
            (ServerMetrics.processDescriptors, openDescriptors.map(Double.init)),
            (ServerMetrics.processDescriptorLimit, descriptorLimit.map(Double.init))
        ]
        for (family, value) in figures {
            if let value { exposition.write(family, value) }
        }
    }
}
