//! Who is asking, and whether they may: passwords, sessions, lock-out, where a request comes from.

pub mod lockout;
pub mod member;
pub mod name;
pub mod origin;
pub mod password;
pub mod session;
pub mod sign_in;

pub use member::{Member, Needed, right};
pub use password::{BadPassword, PasswordCost, Passwords};
pub use session::SignedIn;
