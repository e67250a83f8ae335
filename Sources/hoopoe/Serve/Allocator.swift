// SPDX-License-Identifier: Apache-2.0

/// How the C library's allocator is used while serving.
enum Allocator {
    /// Gives what is 16 KiB and larger pages of its own, which count only as far as they are touched.
    ///
    /// Each TLS connection has buffers of 16 and 32 KiB, of which it seldom touches more than the first page. Cut from
    /// memory that was used before they would be in RAM as a whole.
    static func settle() {
        _ = mallopt(mmapThreshold, 16 * 1024)
    }

    /// `M_MMAP_THRESHOLD` of `malloc.h`.
    private static let mmapThreshold: CInt = -3
}

/// Of glibc's `malloc.h`, which no Swift module has.
@_silgen_name("mallopt") private func mallopt(_ parameter: CInt, _ value: CInt) -> CInt
