//! Objects embedded in RTF ([MS-OLEDS] 2.2.5): hexadecimal digits that hold an OLE 1.0 object.

use crate::extract::compound_file::long;
use crate::extract::embedded::Embedded;

/// Hands out what the digits of `\\objdata` hold.
pub(super) fn hand_out(hex: &[u8], name: &str, embedded: &mut Embedded<'_>) {
    let bytes = decoded(hex);
    let Some((class, native)) = native(&bytes) else { return };
    if class == b"Package" {
        // The stream of the same name has its length in front.
        embedded.native(&[&[0; 4], native].concat(), name);
    } else {
        embedded.object(name, native.to_vec());
    }
}

fn decoded(hex: &[u8]) -> Vec<u8> {
    let mut digits = hex.iter().filter_map(|byte| char::from(*byte).to_digit(16)).filter_map(|d| u8::try_from(d).ok());
    let mut bytes = Vec::with_capacity(hex.len() / 2);
    while let (Some(high), Some(low)) = (digits.next(), digits.next()) {
        bytes.push(high << 4 | low);
    }
    bytes
}

/// The class and content of an embedded object; `None` for links and what is cut off before its content.
fn native(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = 8;
    if long(bytes, 4)? != 2 {
        return None;
    }
    let mut string = || {
        let length = usize::try_from(long(bytes, at)?).ok()?;
        let start = at + 4;
        at = start.checked_add(length)?;
        bytes.get(start..at)
    };
    let class = string()?;
    string()?;
    string()?;
    let length = usize::try_from(long(bytes, at)?).ok()?;
    let rest = bytes.get(at + 4..)?;
    Some((class.strip_suffix(b"\0").unwrap_or(class), &rest[..rest.len().min(length)]))
}

#[cfg(test)]
mod tests {
    use crate::extract::compound_file::file_of;
    use crate::extract::embedded::tests::package_of;
    use crate::extract::tests::read_all;

    fn rtf(class: &str, content: &[u8]) -> Vec<u8> {
        let mut object = vec![1, 5, 0, 0, 2, 0, 0, 0];
        object.extend(u32::try_from(class.len() + 1).unwrap().to_le_bytes());
        object.extend(class.as_bytes());
        object.extend([0; 9]);
        object.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        object.extend(content);
        let hex: Vec<String> = object.iter().map(|byte| format!("{byte:02x}")).collect();
        format!(
            "{{\\rtf1 a{{\\object\\objemb{{\\*\\objclass {class}}}{{\\*\\objdata {}}}{{\\result b}}}}c}}",
            hex.join("\r\n")
        )
        .into_bytes()
    }

    #[test]
    fn objects_are_children() {
        let check = |class: &str, content: &[u8], expected: &str| {
            let (found, children) = read_all("a.rtf", &rtf(class, content));
            let names: Vec<&str> = children.iter().map(|child| child.name.as_str()).collect();
            assert_eq!((found.text.as_str(), names), ("abc", vec![expected]), "{class}");
        };
        check("Package", &package_of("plan.txt", b"buy")[4..], "plan.txt");
        check("Word.Document.8", &file_of(&[("WordDocument", b"x")]), "object1.doc");
    }

    #[test]
    fn broken_objects_do_no_harm() {
        let whole = rtf("Package", &package_of("plan.txt", b"buy")[4..]);
        for cut in (0..whole.len()).step_by(7) {
            read_all("a.rtf", &whole[..cut]);
        }
        read_all("a.rtf", b"{\\rtf1{\\object{\\*\\objdata 0105000002000000ffffffff}}}");
    }
}
