// expect: 'OpenedContent' initializer is inaccessible due to 'internal' protection level
import Consent

func laundered(_ bytes: [UInt8]) -> OpenedContent {
    OpenedContent(bytes: bytes)
}
