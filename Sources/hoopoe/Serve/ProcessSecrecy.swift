// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What the operating system is asked to keep to itself about a process that has keys and texts in its memory.
enum ProcessSecrecy {
    /// To be called first of all.
    ///
    /// Files, folders and sockets that are made from here on are their owner's only, whatever the caller's umask. No core
    /// is written: neither to a file, nor by a handler such as systemd-coredump, which is given none of a process that
    /// isn't dumpable. For the same reason no other process of the same user can attach to this one or read its memory;
    /// root still can.
    static func begin() {
        umask(0o077)
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        _ = prctl(setDumpable, 0, 0, 0, 0)
        quietCrashes()
    }

    /// A crash ends the process at once, without the report of Swift's run-time library.
    ///
    /// Where its tool is installed, that would print registers and memory to the log; and the tool, which may not look into
    /// this process any more, would have it wait for ever instead of ending. Whoever sets `SWIFT_BACKTRACE` wants the report.
    private static func quietCrashes() {
        guard ProcessInfo.processInfo.environment["SWIFT_BACKTRACE"] == nil else { return }
        for crash in [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] { signal(crash, SIG_DFL) }
    }

    /// `PR_SET_DUMPABLE` of `linux/prctl.h`.
    private static let setDumpable: CInt = 4
}

/// Of glibc's `sys/prctl.h`, where it takes what its option needs, which Swift can't call.
@_silgen_name("prctl")
private func prctl(_ option: CInt, _ second: UInt, _ third: UInt, _ fourth: UInt, _ fifth: UInt) -> CInt
