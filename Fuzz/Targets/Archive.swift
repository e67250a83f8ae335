import Wire

@testable import XMPP

/// Archive queries, data forms, result sets and preferences of any shape: what is read can be rendered, and reads the same again;
/// what we write says what it was made of.
func fuzzArchive(_ bytes: [UInt8]) {
    guard let element = try? Element(parsing: bytes) else { return }
    visit(element)
    answer(bytes)
}

private func visit(_ element: Element) {
    if let form = try? DataForm(parsing: element) { check(form) }
    if let page = try? ResultSetRequest(parsing: element) {
        precondition(page.maximum ?? 0 >= 0 && page.limit(atMost: 50) <= 50, "a page beyond the limit")
        precondition(
            (try? ResultSetRequest(parsing: reread { write(page, into: &$0) })) == page, "another page came back")
    }
    if let preferences = try? ArchivePreferences(parsing: element) {
        let again = try? ArchivePreferences(parsing: reread { preferences.write(into: &$0) })
        precondition(again == preferences, "other preferences came back")
    }
    if let query = try? ArchiveQuery(parsing: element) { check(query) }
    for child in element.children { visit(child) }
}

private func check(_ form: DataForm) {
    guard let again = try? DataForm(parsing: reread { form.write(into: &$0) }) else {
        preconditionFailure("our form isn't one")
    }
    precondition(again == form, "another form came back")
    precondition(form.fields.count <= DataForm.maximumFields)
    for field in form.fields where !field.name.isEmpty {
        precondition(form.values(of: field.name) == field.values, "a field twice")
    }
}

private func check(_ query: ArchiveQuery) {
    precondition(query.ids.count <= ArchiveQuery.maximumIDs)
    precondition((query.queryID ?? "").utf8.count <= ArchiveQuery.maximumQueryID)
    var fields: [DataForm.Field] = []
    func add(_ name: String, _ value: String?) {
        if let value { fields.append(DataForm.Field(name, nil, [value])) }
    }
    add("with", query.with?.description)
    add("start", query.start?.description)
    add("end", query.end?.description)
    add("after-id", query.afterID)
    add("before-id", query.beforeID)
    if !query.ids.isEmpty { fields.append(DataForm.Field("ids", .listMulti, query.ids)) }
    let form = DataForm(.submit, formType: ArchiveQuery.formType, fields: fields)
    let rendered = reread { writer in
        writer.start(Archive.queryName)
        writer.attribute("queryid", ifPresent: query.queryID)
        form.write(into: &writer)
        write(query.page, into: &writer)
        if query.isFlipped { writer.element(QName(Namespace.archive, "flip-page")) }
        writer.end()
    }
    precondition((try? ArchiveQuery(parsing: rendered)) == query, "another query came back")
}

/// The server's answers, with texts of the input in every place that takes one.
private func answer(_ bytes: [UInt8]) {
    guard let owner = JID("juliet@capulet.example/balcony"), let element = try? Element(parsing: bytes) else { return }
    let text = element.text
    let set = ResultSet(first: text, last: element.name, firstIndex: bytes.count, count: bytes.count)
    let finish = reread { ArchiveFinish(isComplete: bytes.count.isMultiple(of: 2), page: set).write(into: &$0) }
    let page = finish.first(ResultSetRequest.name)
    precondition(page?.first(QName(Namespace.resultSets, "first"))?.text == text, "another first came back")
    precondition(page?.first(QName(Namespace.resultSets, "last"))?.text == element.name, "another last came back")
    let moment = Timestamp(milliseconds: Int64(bytes.count) * 977_777_777)
    let result = ArchiveResult(id: element.name, received: moment, message: element.serialized)
    let stanza = result.bytes(queryID: text, owner: owner, to: owner)
    let parsed = reread { $0.raw(stanza) }
    let found = parsed.first(QName(Namespace.archive, "result"))
    let forwarded = found?.first(QName(Namespace.forward, "forwarded"))
    precondition(found?["id"] == element.name && found?["queryid"] == text, "another result came back")
    let delay = forwarded?.children.first { Delay($0) != nil }
    precondition(delay.flatMap(Delay.init)?.stamp == moment, "another moment came back")
    // The message comes second, whole, in the namespace it had; without one it was taken for a client's.
    let inner = forwarded?.children.dropFirst().first { _ in true }
    precondition(inner?.name == element.name, "another message came back")
    precondition(inner.map { Array($0.children.map(\.name)) } == element.children.map(\.name), "its content is another")
}

private func write(_ page: ResultSetRequest, into writer: inout XMLWriter) {
    writer.start(ResultSetRequest.name)
    if let maximum = page.maximum { writer.element(QName(Namespace.resultSets, "max"), text: String(maximum)) }
    switch page.page {
    case .first: break
    case .after(let id): writer.element(QName(Namespace.resultSets, "after"), text: id)
    case .before(let id): writer.element(QName(Namespace.resultSets, "before"), text: id)
    case .last: writer.element(QName(Namespace.resultSets, "before"))
    }
    writer.end()
}

/// What a client reads of what is written.
private func reread(_ write: (inout XMLWriter) -> Void) -> Element {
    var writer = XMLWriter(defaultNamespace: Namespace.client)
    write(&writer)
    let stream = Array("<s xmlns='jabber:client'>".utf8) + writer.finish() + Array("</s>".utf8)
    let limits = XMLLimits(stanzaBytes: 1 << 20, depth: 100, attributes: 1000, namespaces: 1000)
    guard let element = try? Element(parsing: stream, limits: limits).children.first(where: { _ in true }) else {
        preconditionFailure("what we write can't be read")
    }
    return element
}
