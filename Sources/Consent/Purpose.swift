/// What an identifier or content may be used for, as written in the ledger, the terms and the chat verbs.
///
/// Every purpose is off until its person turns it on.
package enum PurposeCode: String, CaseIterable, Hashable, Sendable {
    case numberTexting = "number-texting"
    case sms
    case history
    case discovery
    case push
    case federation
    case backupContacts = "backup-contacts"
    case backupCalendar = "backup-calendar"
    case backupMessages = "backup-messages"
    case backupFiles = "backup-files"
}

/// A purpose as a type, so that what a permit is for is known to the compiler.
package protocol Purpose: Sendable {
    /// How the ledger and the terms name it.
    static var code: PurposeCode { get }
}

/// Reach me by my number over IP.
package enum NumberTexting: Purpose {
    package static var code: PurposeCode { .numberTexting }
}

/// Send my texts by SMS when IP can't reach the other side, and give me SMS replies.
package enum SMS: Purpose {
    package static var code: PurposeCode { .sms }
}

/// Keep my messages on the server for longer than their delivery takes.
package enum History: Purpose {
    package static var code: PurposeCode { .history }
}

/// Let people who have my number find me.
package enum Discovery: Purpose {
    package static var code: PurposeCode { .discovery }
}

/// Tell my phone's push service that something came.
package enum Push: Purpose {
    package static var code: PurposeCode { .push }
}

/// Talk with other servers.
package enum Federation: Purpose {
    package static var code: PurposeCode { .federation }
}

/// Keep a copy of my contacts.
package enum BackupContacts: Purpose {
    package static var code: PurposeCode { .backupContacts }
}

/// Keep a copy of my calendar.
package enum BackupCalendar: Purpose {
    package static var code: PurposeCode { .backupCalendar }
}

/// Keep a copy of my phone's messages.
package enum BackupMessages: Purpose {
    package static var code: PurposeCode { .backupMessages }
}

/// Keep a copy of my photos and files.
package enum BackupFiles: Purpose {
    package static var code: PurposeCode { .backupFiles }
}
