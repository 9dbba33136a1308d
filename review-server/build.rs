//! Tells `src/ui.rs` where the built web page is. Without Node the program still builds, with a page in its place that
//! says how to build the real one; `REQUIRE_UI=1` refuses that, for releases.

use std::path::{Path, PathBuf};

const FALLBACK: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<title>Redwell</title>
<body>
<h1>The web page is not built in</h1>
<p>This program was built without it. Run <code>cargo xtask ui</code>, build again, and load this page anew.
The interface for programs works: see <a href=\"/api/v1/openapi.json\">/api/v1/openapi.json</a>.</p>
</body>
</html>
";

fn main() -> std::io::Result<()> {
    let dist = Path::new(&std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("ui/dist");
    watch(&dist)?;
    for name in ["REQUIRE_UI", "UI_DIST"] {
        tell(&format!("rerun-if-env-changed={name}"))?;
    }
    let folder = if dist.join("index.html").is_file() {
        dist
    } else if std::env::var("REQUIRE_UI").is_ok_and(|required| required == "1") {
        return Err(std::io::Error::other("the web page is not built: run `cargo xtask ui` first"));
    } else {
        let folder = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets it")).join("ui");
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("index.html"), FALLBACK)?;
        folder
    };
    tell(&format!("rustc-env=UI_DIST={}", folder.display()))
}

/// Asks cargo to run this again when a file of the web page appears, changes or goes.
fn watch(folder: &Path) -> std::io::Result<()> {
    tell(&format!("rerun-if-changed={}", folder.display()))?;
    if folder.is_dir() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                watch(&entry.path())?;
            }
        }
    }
    Ok(())
}

fn tell(instruction: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    writeln!(std::io::stdout(), "cargo:{instruction}")
}
