//! The description of the interface: what the web page's types are made from.

use crate::architecture::root;

#[test]
fn the_description_the_page_is_built_from_is_the_servers() {
    let kept = root().join("review-server/ui/src/api/openapi.json");
    let kept = std::fs::read_to_string(kept).unwrap();
    let described = redwell::api::openapi::document();
    assert!(
        kept == described,
        "the interface changed: `cargo run -p redwell -- openapi > review-server/ui/src/api/openapi.json`, \
         then make the types of the web page anew"
    );
}
