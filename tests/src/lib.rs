//! A package of tests only: see `suite/` for what crosses a crate and `journeys/` for what crosses the browser.
