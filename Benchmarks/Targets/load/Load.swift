// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import NIOPosix
import NIOSSL
import SMPP
import XMPP

/// Drives a server with clients and prints what it costs.
@main
struct Load: ParsableCommand {}
