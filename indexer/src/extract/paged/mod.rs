//! What formats with pages of their own have in common.
//!
//! The text of a page with a box for every character, how good it is, what is to be said about pages, and how pages become
//! one document. No format is read here.

pub(in crate::extract) mod findings;
pub(in crate::extract) mod hyphens;
pub(in crate::extract) mod joined;
pub(in crate::extract) mod page_text;
pub(in crate::extract) mod quality;
