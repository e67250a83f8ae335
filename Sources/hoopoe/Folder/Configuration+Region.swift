// SPDX-License-Identifier: Apache-2.0

import Consent
import Server
import Store

extension Configuration {
    /// The region by the store's own type; the configuration's rules for names are the narrower ones.
    func storedRegion() throws(StoreError) -> Region {
        guard let region = Region(region) else { throw .missing("region of that name") }
        return region
    }
}
