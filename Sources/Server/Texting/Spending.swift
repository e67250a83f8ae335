/// What segments cost, for the cap that all routes share.
enum Spending {
    /// The name under which the store counts it.
    static let key = "*"
}

extension Route {
    /// Of one segment, in ten-thousandths.
    var price: Int64 { Int64(pricePerSegment.tenThousandths) }
}

extension Texting.Settings {
    var cap: Int64 { Int64(spendCapPerDay.tenThousandths) }
}
