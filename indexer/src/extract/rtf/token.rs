//! RTF cut into tokens.

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'b> {
    /// `{`
    Open,
    /// `}`
    Close,
    /// A control word and its number, if it has one.
    Word(&'b str, Option<i32>),
    /// A control symbol such as `\~`.
    Symbol(u8),
    /// One byte in the encoding of the font.
    Byte(u8),
}

/// The tokens of a file.
#[derive(Debug)]
pub(super) struct Tokens<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Tokens<'b> {
    pub(super) fn of(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Passes over raw bytes, which follow `\bin`.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes).min(self.bytes.len());
    }

    pub(super) fn next(&mut self) -> Option<Token<'b>> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            match byte {
                b'{' => return Some(Token::Open),
                b'}' => return Some(Token::Close),
                b'\\' => return Some(self.control()),
                b'\r' | b'\n' | 0 => {}
                other => return Some(Token::Byte(other)),
            }
        }
    }

    fn control(&mut self) -> Token<'b> {
        let rest = &self.bytes[self.at..];
        let letters = rest.iter().take(40).take_while(|b| b.is_ascii_alphabetic()).count();
        if letters == 0 {
            return self.symbol(rest);
        }
        let word = std::str::from_utf8(&rest[..letters]).expect("letters of ASCII are UTF-8");
        let minus = usize::from(rest.get(letters) == Some(&b'-'));
        let digits = rest[letters + minus..].iter().take(10).take_while(|b| b.is_ascii_digit()).count();
        let mut end = letters;
        let mut number = None;
        if digits > 0 {
            end += minus + digits;
            number = std::str::from_utf8(&rest[letters..end]).ok().and_then(|n| n.parse::<i64>().ok());
        }
        // One space belongs to the word.
        end += usize::from(rest.get(end) == Some(&b' '));
        self.at += end;
        let clamped = |n: i64| i32::try_from(n).unwrap_or(if n < 0 { i32::MIN } else { i32::MAX });
        Token::Word(word, number.map(clamped))
    }

    fn symbol(&mut self, rest: &[u8]) -> Token<'b> {
        let Some(&symbol) = rest.first() else { return Token::Symbol(b' ') };
        self.at += 1;
        if symbol == b'\'' {
            let digit =
                |at: usize| rest.get(at).and_then(|b| char::from(*b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
            if let (Some(high), Some(low)) = (digit(1), digit(2)) {
                self.at += 2;
                return Token::Byte(high * 16 + low);
            }
        }
        match symbol {
            b'\\' | b'{' | b'}' => Token::Byte(symbol),
            other => Token::Symbol(other),
        }
    }
}
