/// A qualified XML name known at compile time: a namespace name and a local part (Namespaces in XML 1.0 §2).
package struct QName: Sendable {
    package let namespace: StaticString
    package let local: StaticString

    package init(_ namespace: StaticString, _ local: StaticString) {
        self.namespace = namespace
        self.local = local
    }
}
