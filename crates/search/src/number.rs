//! Numbers and amounts of money, in queries and in texts.
//!
//! Both are counted in millionths, so that comparing them is exact.

/// How many there are in one.
pub const MILLIONTHS: i128 = 1_000_000;

/// Numbers from one to another, both ends included; either may be open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumberRange {
    /// The smallest, in millionths.
    pub least: Option<i128>,
    /// The largest, in millionths.
    pub most: Option<i128>,
}

/// Amounts of money from one to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MoneyRange {
    /// The currency by its ISO 4217 code, or any.
    pub currency: Option<[u8; 3]>,
    /// From where to where.
    pub amount: NumberRange,
}
