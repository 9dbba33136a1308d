//! Sign-in names: one spelling each, safe in addresses and in the audit log.

/// Longest name.
const MAX_BYTES: usize = 64;

/// A text that is not a sign-in name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a sign-in name has 1 to {MAX_BYTES} lower-case letters, digits and any of `.`, `-`, `_`, `@`")]
pub struct BadName;

/// Refuses what is not a sign-in name.
///
/// # Errors
/// When it is empty, too long or has other characters.
pub fn check_name(name: &str) -> Result<(), BadName> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_' | '@');
    // `-` alone stands for nobody in the audit log.
    let is_good = (1..=MAX_BYTES).contains(&name.len())
        && name.chars().all(allowed)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric());
    if is_good { Ok(()) } else { Err(BadName) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_spelling() {
        for good in ["lee", "j.doe@firm.example", "a-1_b"] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        for bad in ["", "-", "Lee", "a b", "é", ".x", &"a".repeat(65)] {
            assert_eq!(check_name(bad), Err(BadName), "{bad}");
        }
    }
}
