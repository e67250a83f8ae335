import Consent
import Testing

struct RegionTests {
    @Test(arguments: ["eu", "a", "eu-west-1", "0", String(repeating: "a", count: 32)])
    func accepts(name: String) {
        #expect(Region(name)?.name == name)
    }

    @Test(arguments: ["", "-", "EU", "a_b", "a-", "-a", "a/b", "..", "é", String(repeating: "a", count: 33)])
    func refuses(name: String) {
        #expect(Region(name) == nil)
    }
}
