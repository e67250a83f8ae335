// SPDX-License-Identifier: Apache-2.0

/// Decides what a request is answered with. Keeps nothing of a request, its headers least of all.
struct WebResponder: WebAnswering {
    private let services: Services
    private let files: PublishedFiles
    private let exports: ExportDesk

    init(_ services: Services) {
        self.services = services
        files = PublishedFiles(services.configuration)
        exports = ExportDesk(services)
    }

    func answer(to request: WebRequest) async -> WebAnswer {
        if let refusal = WebAnswer.refusal(ofBody: request) { return refusal }
        let route = WebRoute(path: request.path)
        if case .export(let token)? = route { return await export(token, request) }
        guard request.isFetching else { return .onlyFetching }
        switch route {
        case .start:
            return await reading { startPage() } ?? .notFound
        case .log(let region, let number, let file):
            return await reading { files.file(file, ofLog: number, region: region).map { answer(file, $0) } }
                ?? .notFound
        case .terms(let version):
            return await reading {
                files.terms(version).map { WebAnswer(media: .json, caching: .always, body: .bytes($0)) }
            } ?? .notFound
        case .export, nil:
            return .notFound
        }
    }

    /// Chat apps fetch links to show a preview, so that fetching one only asks; the page's button uses it.
    private func export(_ token: String, _ request: WebRequest) async -> WebAnswer {
        if request.isFetching { return exports.ask(token) }
        guard request.method == "POST" else {
            var answer = WebAnswer.words(.methodNotAllowed, "Only GET, HEAD and POST are understood here.")
            answer.allow = "GET, HEAD, POST"
            return answer
        }
        return await exports.fetch(token)
    }

    private func startPage() -> WebAnswer {
        let page = StartPage(
            domain: services.configuration.domain, region: services.configuration.region, logs: files.logNumbers(),
            terms: files.termsVersions())
        return WebAnswer(media: .html, caching: .shortly, body: .bytes(Array(page.html.utf8)))
    }

    /// Tiles never change, the checkpoint does all the time (C2SP tlog-tiles).
    private func answer(_ file: LogFile, _ bytes: [UInt8]) -> WebAnswer {
        switch file {
        case .checkpoint: WebAnswer(media: .text, caching: .never, body: .bytes(bytes))
        case .policy: WebAnswer(media: .text, caching: .shortly, body: .bytes(bytes))
        case .tile: WebAnswer(media: .bytes, caching: .always, body: .bytes(bytes))
        }
    }

    private func reading(_ read: @escaping @Sendable () -> WebAnswer?) async -> WebAnswer? {
        (try? await services.onSlowThread(read)) ?? nil
    }
}
