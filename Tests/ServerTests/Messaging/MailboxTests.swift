// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOEmbedded
import NIOPosix
import Synchronization
import Testing

@testable import Server

@Suite struct MailboxTests {
    /// What was done, by whom and as which of theirs.
    private final class Journal: Sendable {
        private let lines = Mutex<[(poster: Int, number: Int)]>([])
        /// Work that was done elsewhere than on the loop.
        let strays = Atomic(0)

        func note(_ poster: Int, _ number: Int) { lines.withLock { $0.append((poster, number)) } }

        func numbers(of poster: Int) -> [Int] {
            lines.withLock { $0.filter { $0.poster == poster }.map(\.number) }
        }
    }

    @Test func `each poster's work is done in its order, all of it and on the loop`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let loop = group.next()
        let mailbox = Mailbox(loop: loop)
        let journal = Journal()
        let (posters, count) = (4, 5_000)
        await withTaskGroup { tasks in
            for poster in 0..<posters {
                tasks.addTask {
                    for number in 0..<count {
                        mailbox.post {
                            if !loop.inEventLoop { journal.strays.add(1, ordering: .relaxed) }
                            journal.note(poster, number)
                        }
                    }
                }
            }
        }
        await withCheckedContinuation { continuation in mailbox.post { continuation.resume() } }
        for poster in 0..<posters { #expect(journal.numbers(of: poster) == Array(0..<count)) }
        #expect(journal.strays.load(ordering: .relaxed) == 0)
        try await group.shutdownGracefully()
    }

    @Test func `work posted by work comes after what was posted before it`() {
        let loop = EmbeddedEventLoop()
        let mailbox = Mailbox(loop: loop)
        let journal = Journal()
        mailbox.post {
            journal.note(0, 1)
            mailbox.post { journal.note(0, 4) }
            journal.note(0, 2)
        }
        mailbox.post { journal.note(0, 3) }
        #expect(journal.numbers(of: 0) == [], "nothing is done at once")
        loop.run()
        #expect(journal.numbers(of: 0) == [1, 2, 3, 4])
    }

    @Test func `while wakes are held nothing runs, then all of it in order`() {
        let loop = EmbeddedEventLoop()
        let hold = WakeHold()
        let mailbox = Mailbox(loop: loop, hold: hold)
        hold.add(mailbox)
        let journal = Journal()
        hold.gather {
            for number in 1...3 { mailbox.post { journal.note(0, number) } }
            loop.run()
            #expect(journal.numbers(of: 0) == [], "nobody woke the loop")
            #expect(mailbox.depth == 3)
        }
        loop.run()
        #expect(journal.numbers(of: 0) == [1, 2, 3])
        mailbox.post { journal.note(0, 4) }
        loop.run()
        #expect(journal.numbers(of: 0) == [1, 2, 3, 4], "later posts wake as ever")
    }

    @Test func `what is posted from other threads while wakes are held is done too`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let hold = WakeHold()
        let mailbox = Mailbox(loop: group.next(), hold: hold)
        hold.add(mailbox)
        let journal = Journal()
        let (posters, count) = (3, 2_000)
        await withTaskGroup { tasks in
            tasks.addTask { for _ in 0..<2_000 { hold.gather { mailbox.post { journal.note(9, 0) } } } }
            for poster in 0..<posters {
                tasks.addTask {
                    for number in 0..<count { mailbox.post { journal.note(poster, number) } }
                }
            }
        }
        // No further post wakes the loop for them.
        for _ in 0..<1_000 where mailbox.depth > 0 { try await Task.sleep(for: .milliseconds(10)) }
        try await group.shutdownGracefully()
        for poster in 0..<posters { #expect(journal.numbers(of: poster) == Array(0..<count)) }
        #expect(journal.numbers(of: 9).count == 2_000)
    }

    @Test func `unhurried work waits for the round and goes together`() {
        let loop = EmbeddedEventLoop()
        let mailbox = Mailbox(loop: loop)
        let journal = Journal()
        mailbox.postUnhurried { journal.note(0, 1) }
        loop.advanceTime(by: .milliseconds(150))
        mailbox.postUnhurried { journal.note(0, 2) }
        #expect(journal.numbers(of: 0) == [])
        loop.advanceTime(by: .milliseconds(100))
        #expect(journal.numbers(of: 0) == [1, 2])
    }

    @Test func `a loop always has the same mailbox`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 3)
        let mailboxes = Mailboxes(group: group, traces: TraceMemory())
        let loops = Array(group.makeIterator())
        #expect(Set(loops.map { ObjectIdentifier(mailboxes[$0]) }).count == 3)
        for loop in loops {
            #expect(mailboxes[loop].loop === loop)
            #expect(mailboxes[loop] === mailboxes[loop])
        }
        // A loop of another group is served by one of ours.
        let stranger = EmbeddedEventLoop()
        #expect(loops.contains { $0 === mailboxes[stranger].loop })
        try await group.shutdownGracefully()
    }
}
