//! Numbers and amounts of money, in queries and in texts.
//!
//! Both are counted in millionths, so that comparing them is exact.

use std::fmt;

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

impl NumberRange {
    /// Whether a number, in millionths, lies in it.
    #[must_use]
    pub fn holds(self, millionths: i128) -> bool {
        self.least.is_none_or(|least| least <= millionths) && self.most.is_none_or(|most| millionths <= most)
    }
}

/// A number of millionths as people write it: `12.5`.
#[must_use]
pub fn shown(millionths: i128) -> String {
    let (whole, rest) = (millionths.unsigned_abs() / 1_000_000, millionths.unsigned_abs() % 1_000_000);
    let sign = if millionths < 0 { "-" } else { "" };
    let decimals = format!("{rest:06}");
    let decimals = decimals.trim_end_matches('0');
    if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }
}

/// `100..200`, `100..`, `..200`, or `100` alone.
impl fmt::Display for NumberRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (Some(least), Some(most)) if least == most => f.write_str(&shown(least)),
            (least, most) => {
                write!(f, "{}..{}", least.map(shown).unwrap_or_default(), most.map(shown).unwrap_or_default())
            }
        }
    }
}

/// `USD 100..200`, or `100..200` in any currency.
impl fmt::Display for MoneyRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(currency) = self.currency {
            write!(f, "{} ", currency.map(char::from).iter().collect::<String>())?;
        }
        write!(f, "{}", self.amount)
    }
}
