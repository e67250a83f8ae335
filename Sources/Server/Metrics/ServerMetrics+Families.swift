// SPDX-License-Identifier: Apache-2.0

/// Every metric there is. `docs/operating.md` says what to look at.
extension ServerMetrics {
    static let stanzasReceived = MetricFamily(
        name: "hoopoe_stanzas_received_total", kind: .counter, help: "Stanzas that clients sent, by kind.")
    static let stanzasSent = MetricFamily(
        name: "hoopoe_stanzas_sent_total", kind: .counter, help: "Stanzas written for clients, by kind.")
    static let loginsTotal = MetricFamily(
        name: "hoopoe_logins_total", kind: .counter, help: "Attempts to log in that ended, by outcome.")
    static let connectionsOpen = MetricFamily(
        name: "hoopoe_connections_open", kind: .gauge, help: "Connections that are open, by the listener they came by.")
    static let connectionsTotal = MetricFamily(
        name: "hoopoe_connections_total", kind: .counter, help: "Connections that were accepted, by listener.")
    static let throttled = MetricFamily(
        name: "hoopoe_throttled_total", kind: .counter,
        help: "Connections, attempts to log in and requests that were turned away, by the limit that did it.")
    static let sessionsOpen = MetricFamily(
        name: "hoopoe_sessions_open", kind: .gauge,
        help: "Bound sessions, those that wait for their client to come back included.")
    static let outboxStanzas = MetricFamily(
        name: "hoopoe_outbox_stanzas", kind: .gauge,
        help: "Stanzas in the outboxes of sessions with stream management: not yet acknowledged by their clients.")
    static let commitJobs = MetricFamily(
        name: "hoopoe_commit_jobs", kind: .histogram([1, 2, 4, 8, 16, 32, 64, 128, 256]),
        help: "Jobs in one synced transaction of the store's writer.")
    static let commitSeconds = MetricFamily(
        name: "hoopoe_commit_seconds",
        kind: .histogram([
            0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1, 2, 4, 8
        ]),
        help: "How long a transaction of the store's writer took until the disk had it.")
    static let smsTexts = MetricFamily(
        name: "hoopoe_sms_texts_total", kind: .counter,
        help: "Texts to the phone network by the states that they reached as a whole.")
    static let smsIncoming = MetricFamily(
        name: "hoopoe_sms_texts_received_total", kind: .counter,
        help: "Texts from the phone network that were somebody's here.")

    /// What is counted as it happens.
    static let counted = [
        connectionsOpen, connectionsTotal, throttled, loginsTotal, sessionsOpen, stanzasReceived, stanzasSent,
        outboxStanzas,
        commitJobs, commitSeconds, smsTexts, smsIncoming
    ]

    // MARK: Looked up when asked for

    static let buildInfo = MetricFamily(
        name: "hoopoe_build_info", kind: .gauge, help: "Always 1; the label is the program's version.")
    static let ready = MetricFamily(
        name: "hoopoe_ready", kind: .gauge,
        help: "1 while the server serves: not while it starts or stops, nor after the disk failed; else 0.")
    static let writerQueue = MetricFamily(
        name: "hoopoe_writer_queue_jobs", kind: .gauge, help: "Jobs that wait for the store's writer.")
    static let smsQueue = MetricFamily(
        name: "hoopoe_sms_queue_texts", kind: .gauge,
        help: "Texts to the phone network that wait for their time or turn.")
    static let consentDenials = MetricFamily(
        name: "hoopoe_consent_denials_total", kind: .counter,
        help: "Uses that were refused because the person's yes to the purpose doesn't stand.")
    static let logLeaves = MetricFamily(
        name: "hoopoe_log_leaves_published", kind: .gauge,
        help: "Leaves that the newest checkpoint of the transparency log covers.")
    static let processCPU = MetricFamily(
        name: "process_cpu_seconds_total", kind: .counter, help: "User and system time of the process.")
    static let processResident = MetricFamily(
        name: "process_resident_memory_bytes", kind: .gauge, help: "Memory of the process that is in RAM.")
    static let processVirtual = MetricFamily(
        name: "process_virtual_memory_bytes", kind: .gauge, help: "Address space of the process.")
    static let processDescriptors = MetricFamily(
        name: "process_open_fds", kind: .gauge, help: "File descriptors of the process that are open.")
    static let processDescriptorLimit = MetricFamily(
        name: "process_max_fds", kind: .gauge, help: "How many file descriptors the process may have.")
    static let processStart = MetricFamily(
        name: "process_start_time_seconds", kind: .gauge, help: "When the server began, in seconds since 1970.")
}
