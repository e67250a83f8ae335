import Measuring

/// Small things, each done so many times, so that their cost can be counted.
@main
struct Micro {
    static func main() throws {
        try Row.main(protocolRows + textingRows + sealingRows + commitRows)
    }
}
