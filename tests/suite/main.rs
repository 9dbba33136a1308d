//! Everything that crosses a crate, as one program. One module a subject.

mod architecture;
mod licences;
