// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Server

@Suite("What a path names")
struct WebRouteTests {
    private static let token = "AbCdEfGhIjKlMnOpQr-_09"

    @Test(
        "understood",
        arguments: [
            ("/", .start), ("/terms/1.json", .terms(1)), ("/terms/120.json", .terms(120)),
            ("/log/home/1/checkpoint", .log(region: "home", number: 1, .checkpoint)),
            ("/log/north-2/12/policy", .log(region: "north-2", number: 12, .policy)),
            ("/log/home/1/tile/0/000", .log(region: "home", number: 1, .tile("tile/0/000"))),
            ("/log/home/1/tile/63/x001/234", .log(region: "home", number: 1, .tile("tile/63/x001/234"))),
            (
                "/log/home/1/tile/0/x001/x000/067.p/9",
                .log(region: "home", number: 1, .tile("tile/0/x001/x000/067.p/9"))
            ),
            ("/log/home/1/tile/entries/000.p/255", .log(region: "home", number: 1, .tile("tile/entries/000.p/255"))),
            ("/export/\(token)", .export(token: token))
        ] as [(String, WebRoute)])
    func understood(_ path: String, _ route: WebRoute) {
        #expect(WebRoute(path: path) == route)
    }

    @Test(
        "not understood",
        arguments: [
            "", "//", "log", "/log", "/log/home", "/log/home/1", "/log/home/1/", "/log/home/0/checkpoint",
            "/log/home/01/checkpoint", "/log/home/-1/checkpoint", "/log/home/1/checkpoint/", "/log/home/1/key",
            "/log/../1/checkpoint", "/log/home/../checkpoint", "/log/home/1/../../region.key", "/log/Home/1/policy",
            "/log/1home/1/policy", "/log//1/policy", "/log/home/1/policy?x", "/log/home/1/policy#x",
            "/log/home/1/%70olicy", "/log/home/1/tile", "/log/home/1/tile/0", "/log/home/1/tile/00/000",
            "/log/home/1/tile/64/000", "/log/home/1/tile/-1/000", "/log/home/1/tile/+1/000", "/log/home/1/tile/0/0",
            "/log/home/1/tile/0/0000", "/log/home/1/tile/0/x001", "/log/home/1/tile/0/001/002",
            "/log/home/1/tile/0/x000/001", "/log/home/1/tile/0/x00a/001", "/log/home/1/tile/0/000.p",
            "/log/home/1/tile/0/000.p/0", "/log/home/1/tile/0/000.p/256", "/log/home/1/tile/0/000.p/07",
            "/log/home/1/tile/0/x001.p/002", "/log/home/1/tile/0/000.p/1/2", "/log/home/1/tile/0/..",
            "/log/home/1/tile/data/000", "/log/home/1/tile/entries", "/log/home/1/tile/0/٠٠٠",
            "/log/home/1/tile/0/x001/x001/x001/x001/x001/x001/x001/001", "/terms/1", "/terms/.json", "/terms/0.json",
            "/terms/01.json", "/terms/1.JSON", "/terms/1.json/", "/terms/../hoopoe.json", "/terms/1234567890.json",
            "/export", "/export/", "/export/\(token)x", "/export/\(token)/", "/export/AbCdEfGhIjKlMnOpQr-_0=",
            "/favicon.ico", "http://example.org/", "*", "/\u{313}", "/\u{313}terms/1.json",
            "/" + String(repeating: "a", count: 300)
        ])
    func notUnderstood(_ path: String) {
        #expect(WebRoute(path: path) == nil)
    }
}
