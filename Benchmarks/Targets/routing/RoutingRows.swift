import Measuring
import Server

/// Messages that aren't stored, from one client's bytes to another's.
@main
struct RoutingRows {
    static func main() throws {
        try Row.main([
            Row(name: "route", count: 1_000, warmUp: 128) { folder in
                let routing = try Routing(folder: folder)
                return { count in try routing.run(count) }
            }
        ])
    }
}
