@main
struct Hoopoe {
    static func main() {}
}
