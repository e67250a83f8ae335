/// What a stanza takes from the stream header around it: the name that ends the stream and the namespaces in scope.
final class StreamContext: Sendable {
    struct Binding: Sendable {
        /// Empty for the default namespace.
        let prefix: [UInt8]
        /// Decoded namespace name.
        let namespace: [UInt8]
    }

    /// The header's qualified name as written.
    let name: [UInt8]
    let bindings: [Binding]
    /// Namespace reference of the stream's default namespace.
    let defaultNamespace: UInt32

    init(name: [UInt8], bindings: [Binding]) {
        self.name = name
        self.bindings = bindings
        let index = bindings.firstIndex { $0.prefix.isEmpty && !$0.namespace.isEmpty }
        defaultNamespace = index.map { XMLTape.inherited | UInt32($0) } ?? XMLTape.noNamespace
    }

    /// Namespace name behind an inherited reference.
    func namespace(of reference: UInt32) -> [UInt8] {
        let index = Int(reference & ~XMLTape.inherited)
        return index < bindings.count ? bindings[index].namespace : []
    }
}
