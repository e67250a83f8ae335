import Numbers
import Store
package import ServiceLifecycle

/// Runs the routes of ``Texting`` until the server stops.
package struct TextingService: Service {
    private let texting: Texting
    private let events: any TextingEvents

    package init(_ texting: Texting, events: any TextingEvents) {
        self.texting = texting
        self.events = events
    }

    /// Settles what a crash interrupted, then keeps every route connected.
    package func run() async throws {
    }
}
