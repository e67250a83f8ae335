package import Wire

/// A data form (XEP-0004): named fields with values, asked for, filled in, or shown.
package struct DataForm: Hashable, Sendable {
    package static let name = QName(Namespace.dataForms, "x")

    package enum Kind: String, Hashable, Sendable {
        case form, submit, cancel, result
    }

    package var kind: Kind
    package var title: String?
    package var instructions: String?
    package var fields: [Field]

    package init(_ kind: Kind, title: String? = nil, instructions: String? = nil, fields: [Field] = []) {
        self.kind = kind
        self.title = title
        self.instructions = instructions
        self.fields = fields
    }

    /// A form of a standard set of fields (XEP-0068): the hidden field `FORM_TYPE` comes first.
    package init(_ kind: Kind, formType: String, fields: [Field]) {
        self.init(kind, fields: [Field("FORM_TYPE", .hidden, [formType])] + fields)
    }

    /// What set of fields this is (XEP-0068), if it says so.
    package var formType: String? { values(of: "FORM_TYPE")?.first }

    /// The values of a field, `nil` if the form lacks it.
    package func values(of name: String) -> [String]? {
        fields.first { $0.name == name }?.values
    }
}

extension DataForm {
    /// One field of a form (XEP-0004 §3.2).
    package struct Field: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable {
            case boolean, fixed, hidden
            case jidMulti = "jid-multi"
            case jidSingle = "jid-single"
            case listMulti = "list-multi"
            case listSingle = "list-single"
            case textMulti = "text-multi"
            case textPrivate = "text-private"
            case textSingle = "text-single"
        }

        /// Its `var`; empty for `fixed` fields without one.
        package var name: String
        /// Optional in submitted forms.
        package var kind: Kind?
        package var label: String?
        package var values: [String]
        package var isRequired = false
        /// A list whose values aren't limited to its options (XEP-0122 `open`).
        package var isOpen = false

        package init(_ name: String, _ kind: Kind?, _ values: [String] = [], label: String? = nil) {
            self.name = name
            self.kind = kind
            self.values = values
            self.label = label
        }
    }
}

// MARK: - Reading

extension DataForm {
    /// Most fields, and values in one field, that are read; more are refused.
    package static let maximumFields = 256

    private static let fieldName = QName(Namespace.dataForms, "field")

    /// Reads `<x xmlns='jabber:x:data'/>`. `bad-request` for a kind unknown to XEP-0004, a field without name that isn't
    /// `fixed`, a field twice, or too many of them. An unknown field kind counts as `text-single` (XEP-0004 §3.3).
    package init(parsing element: Element) throws(StanzaError) {
        guard element.matches(Self.name), let kind = element["type"].flatMap(Kind.init(rawValue:)) else {
            throw StanzaError(.badRequest)
        }
        self.init(kind)
        for child in element.children where child.matches(Self.fieldName) {
            let field = try Field(parsing: child)
            guard fields.count < Self.maximumFields,
                field.name.isEmpty || !fields.contains(where: { $0.name == field.name })
            else { throw StanzaError(.badRequest) }
            fields.append(field)
        }
        title = element.first(QName(Namespace.dataForms, "title"))?.text
        instructions = element.first(QName(Namespace.dataForms, "instructions"))?.text
    }
}

extension DataForm.Field {
    fileprivate init(parsing element: Element) throws(StanzaError) {
        let kind = element["type"].map { Kind(rawValue: $0) ?? .textSingle }
        let name = element["var"] ?? ""
        guard !name.isEmpty || kind == .fixed else { throw StanzaError(.badRequest) }
        self.init(name, kind, label: element["label"])
        for child in element.children where child.matches(QName(Namespace.dataForms, "value")) {
            guard values.count < DataForm.maximumFields else { throw StanzaError(.badRequest) }
            values.append(child.text)
        }
        isRequired = element.first(QName(Namespace.dataForms, "required")) != nil
    }
}

// MARK: - Writing

extension DataForm {
    package func write(into writer: inout XMLWriter) {
        writer.start(Self.name)
        writer.attribute("type", kind.rawValue)
        if let title { writer.element(QName(Namespace.dataForms, "title"), text: title) }
        if let instructions { writer.element(QName(Namespace.dataForms, "instructions"), text: instructions) }
        for field in fields { field.write(into: &writer) }
        writer.end()
    }
}

extension DataForm.Field {
    fileprivate func write(into writer: inout XMLWriter) {
        writer.start(QName(Namespace.dataForms, "field"))
        if !name.isEmpty { writer.attribute("var", name) }
        if let kind { writer.attribute("type", kind.rawValue) }
        if let label { writer.attribute("label", label) }
        if isOpen { writeOpenValidation(into: &writer) }
        if isRequired { writer.element(QName(Namespace.dataForms, "required")) }
        for value in values { writer.element(QName(Namespace.dataForms, "value"), text: value) }
        writer.end()
    }

    private func writeOpenValidation(into writer: inout XMLWriter) {
        let namespace: StaticString = "http://jabber.org/protocol/xdata-validate"
        writer.start(QName(namespace, "validate"))
        writer.attribute("datatype", "xs:string")
        writer.element(QName(namespace, "open"))
        writer.end()
    }
}
