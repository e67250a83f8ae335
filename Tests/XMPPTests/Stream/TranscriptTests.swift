import Testing
import Wire

@testable import XMPP

/// Whole conversations. `C:` is what the client sends, everything else is what comes of it, in order.
@Suite struct TranscriptTests {
    struct Transcript: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let isEncrypted: Bool
        let lines: [String]

        init(_ name: String, isEncrypted: Bool = true, _ text: String) {
            testDescription = name
            self.isEncrypted = isEncrypted
            // `…` stands for what every stream header of ours says after the declaration.
            lines = text.split(separator: "\n").map {
                String($0).replacing(
                    "…",
                    with: "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
                        + "xmlns:stream='http://etherx.jabber.org/streams' from='capulet.example' "
                        + "id='abababababababababababababababab' version='1.0' xml:lang='en'>")
            }
        }
    }

    /// Plays the client's lines, each cut after every `size` bytes, and returns the whole conversation.
    private func play(_ transcript: Transcript, size: Int) -> [String] {
        var peer = Peer(isEncrypted: transcript.isEncrypted)
        peer.resumable = ["old": 7]
        var played: [String] = []
        for line in transcript.lines {
            if line == "TLS" {
                peer.finishHandshake()
            } else if line.hasPrefix("C: ") {
                played.append(line)
                let bytes = Array(line.dropFirst(3).utf8)
                for start in stride(from: 0, to: bytes.count, by: size) {
                    peer.send(Array(bytes[start..<min(start + size, bytes.count)]))
                }
            } else {
                continue
            }
            played += peer.takeLog()
        }
        return played
    }

    /// Names the first line that differs.
    private func expectSame(_ played: [String], _ expected: [String], _ comment: Comment) {
        let index = zip(played, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        let position = index ?? min(played.count, expected.count)
        let line = { (lines: [String]) in position < lines.count ? lines[position] : "the end" }
        #expect(line(played) == line(expected), comment)
    }

    @Test(arguments: transcripts) func plays(_ transcript: Transcript) {
        for size in [Int.max / 2, 1, 2, 3, 7, 50] {
            expectSame(play(transcript, size: size), transcript.lines, "cut after every \(size) bytes")
        }
    }

    /// What a cut spoils shows in its own line or in the two after it; all of the rest would take longest of all tests.
    @Test(arguments: transcripts) func `plays, cut at every byte`(_ transcript: Transcript) {
        for (index, line) in transcript.lines.enumerated() where line.hasPrefix("C: ") {
            for cut in 4..<max(line.utf8.count, 5) {
                var peer = Peer(isEncrypted: transcript.isEncrypted)
                peer.resumable = ["old": 7]
                var played: [String] = []
                var (after, end) = (0, transcript.lines.count)
                for (other, line) in transcript.lines.enumerated() {
                    if other > index, line.hasPrefix("C: ") { after += 1 }
                    if after > 2 {
                        end = other
                        break
                    }
                    if line == "TLS" {
                        peer.finishHandshake()
                    } else if line.hasPrefix("C: ") {
                        played.append(line)
                        let bytes = Array(line.utf8)
                        let cut = other == index ? cut : 3
                        peer.send(Array(bytes[3..<cut]))
                        peer.send(Array(bytes[cut...]))
                    } else {
                        continue
                    }
                    played += peer.takeLog()
                }
                let expected = Array(transcript.lines.prefix(end))
                guard played == expected else {
                    return expectSame(played, expected, "line \(index) cut at \(cut)")
                }
            }
        }
    }

    static let opening = "C: " + Peer.header
    static let mechanisms =
        "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-256</mechanism>"
        + "<mechanism>SCRAM-SHA-1</mechanism><mechanism>PLAIN</mechanism></mechanisms></stream:features>"
    static let features =
        "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
        + "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'><optional/></session><sm xmlns='urn:xmpp:sm:3'/>"
        + "<ver xmlns='urn:xmpp:features:rosterver'/><sub xmlns='urn:xmpp:features:pre-approval'/></stream:features>"

    static let transcripts = [
        Transcript(
            "from the first byte to a message", isEncrypted: false,
            """
            \(opening)
            S: …<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>
            C: <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>
            S: <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>
            start TLS
            restart
            TLS
            \(opening)
            S: …\(mechanisms)
            C: \(Peer.plain("Juliet", "r0m30", identity: "juliet@capulet.example"))
            look up juliet
            check
            authenticated juliet
            S: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>
            restart
            \(opening)
            S: …\(features)
            C: <iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>balcony</resource></bind></iq>
            bind balcony
            S: <iq type='result' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@capulet.example/balcony</jid></bind></iq>
            C: <message to='romeo@montague.example' type='chat'><body>Wherefore &amp; why?</body></message>
            stanza <message from='juliet@capulet.example/balcony' to='romeo@montague.example' type='chat'><body>Wherefore &amp; why?</body></message>
            C: </stream:stream>
            S: </stream:stream>
            close
            """),
        Transcript(
            "two wrong passwords, then the right one",
            """
            \(opening)
            S: …\(mechanisms)
            C: \(Peer.plain("juliet", "wrong"))
            look up juliet
            check
            wrong password of juliet
            S: <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>
            C: \(Peer.plain("nobody", "r0m30"))
            look up nobody
            check
            wrong password of nobody
            S: <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>
            C: \(Peer.plain("juliet", "r0m30"))
            look up juliet
            check
            authenticated juliet
            S: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>
            restart
            """),
        Transcript(
            "three failures of three kinds",
            """
            \(opening)
            S: …\(mechanisms)
            C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='GSSAPI'/>
            S: <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><invalid-mechanism/></failure>
            C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEA=Yg</auth>
            S: <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><incorrect-encoding/></failure>
            C: \(Peer.plain("juliet", "r0m30", identity: "romeo@capulet.example"))
            S: <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><invalid-authzid/></failure>
            S: <stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>Too many failed attempts.</text></stream:error></stream:stream>
            close policy-violation
            """),
        Transcript(
            "a response of its own, and an abort",
            """
            \(opening)
            S: …\(mechanisms)
            C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'/>
            S: <challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>
            C: <abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>
            S: <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><aborted/></failure>
            C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'/>
            S: <challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>
            C: <response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>\(Base64.encodeString(Array("\0juliet\0r0m30".utf8)))</response>
            look up juliet
            check
            authenticated juliet
            S: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>
            restart
            """),
        Transcript(
            "resources that can't be had, and stream management too early",
            """
            \(opening)
            S: …\(mechanisms)
            C: \(Peer.plain("juliet", "r0m30"))
            look up juliet
            check
            authenticated juliet
            S: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>
            restart
            \(opening)
            S: …\(features)
            C: <iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>taken</resource></bind></iq>
            bind taken
            S: <iq type='error' id='1'><error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
            C: <iq type='set' id='2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>a&#x9;b</resource></bind></iq>
            S: <iq type='error' id='2'><error type='modify'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>The resource isn't a valid one.</text></error></iq>
            C: <enable xmlns='urn:xmpp:sm:3'/>
            S: <failed xmlns='urn:xmpp:sm:3'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>
            C: <resume xmlns='urn:xmpp:sm:3' h='1' previd='unknown'/>
            resume unknown 1
            S: <failed xmlns='urn:xmpp:sm:3' h='3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>
            C: <resume xmlns='urn:xmpp:sm:3' h='x' previd='unknown'/>
            S: <failed xmlns='urn:xmpp:sm:3'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>
            C: <iq type='set' id='3'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>
            bind anything
            S: <iq type='result' id='3'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@capulet.example/generated</jid></bind></iq>
            C: <iq type='set' id='4' to='capulet.example'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>
            handled <iq type='result' id='4' from='capulet.example' to='juliet@capulet.example/generated'/>
            C: <enable xmlns='urn:xmpp:sm:3' resume='true' max='60'/>
            enable resumable 60
            S: <enabled xmlns='urn:xmpp:sm:3' id='secret' resume='true' max='300'/>
            C: <presence/><r xmlns='urn:xmpp:sm:3'/><a xmlns='urn:xmpp:sm:3' h='4294967295'/>
            stanza <presence from='juliet@capulet.example/generated'/>
            acknowledgement requested
            acknowledged 4294967295
            C: <enable xmlns='urn:xmpp:sm:3'/>
            S: <failed xmlns='urn:xmpp:sm:3'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>
            C: <inactive xmlns='urn:xmpp:csi:0'/><active xmlns='urn:xmpp:csi:0'/>
            inactive
            active
            C: <a xmlns='urn:xmpp:sm:3' h='4294967296'/>
            S: <stream:error><bad-format xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>An acknowledgement needs h.</text></stream:error></stream:stream>
            close bad-format
            """),
        Transcript(
            "a stream taken up again",
            """
            \(opening)
            S: …\(mechanisms)
            C: \(Peer.plain("juliet", "r0m30"))
            look up juliet
            check
            authenticated juliet
            S: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>
            restart
            \(opening)
            S: …\(features)
            C: <resume xmlns='urn:xmpp:sm:3' h='5' previd='old'/><message to='romeo@montague.example'><body>again</body></message>
            resume old 5
            S: <resumed xmlns='urn:xmpp:sm:3' previd='old' h='7'/>
            stanza <message from='juliet@capulet.example/old' to='romeo@montague.example'><body>again</body></message>
            """),
        Transcript(
            "stanzas that can't be read are counted and answered",
            """
            \(opening)
            S: …\(mechanisms)
            C: \(Peer.plain("juliet", "r0m30"))
            look up juliet
            check
            authenticated juliet
            S: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>
            restart
            \(opening)
            S: …\(features)
            C: <iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>
            bind anything
            S: <iq type='result' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@capulet.example/generated</jid></bind></iq>
            C: <message to='a@b@c' id='2'/>
            handled <message type='error' id='2' to='juliet@capulet.example/generated'><error type='modify'><jid-malformed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>
            C: <iq type='get' id='3'/>
            handled <iq type='error' id='3' to='juliet@capulet.example/generated'><error type='modify'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>An IQ request has exactly one child.</text></error></iq>
            C: <message type='error' to='a@b@c'/>
            handled \("")
            C: <iq type='set' id='4'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>
            handled <iq type='error' id='4' to='juliet@capulet.example/generated'><error type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
            C: <message from='juliet@capulet.example'/><message from='juliet@capulet.example/generated'/>
            stanza <message from='juliet@capulet.example/generated'/>
            stanza <message from='juliet@capulet.example/generated'/>
            C: <message from='juliet@capulet.example/other'/>
            S: <stream:error><invalid-from xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>
            close invalid-from
            """)
    ]
}
