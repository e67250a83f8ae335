// expect: 'Permit<P>' initializer is inaccessible due to 'internal' protection level
import Consent

func forged(_ person: PersonID, _ region: Region) -> Bool {
    let permit = Permit<SMS>(person: person, region: region, terms: 1, key: KeyID(rawValue: 1))
    return permit.terms == 1
}
