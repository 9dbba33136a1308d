//! A stretch of a Word 97 file's text as canonical text: fields, tables, special characters, marked evidence.

use std::collections::BTreeMap;

use super::Document;
use super::pieces::Unit;
use super::properties::{Character, Paragraph};
use crate::extract::body::Body;
use crate::extract::mark::{By, NOTE_PLACE, Tally};
use crate::extract::numbering::Counted;
use crate::extract::revision::{Beside, Revisions, packed_date};
use crate::extract::symbol;

/// Fields nested deeper than this are not told apart.
const DEEPEST_FIELD: usize = 1000;

/// Writes a stretch of text.
pub(super) struct Story<'d, 't> {
    document: &'d Document<'d>,
    tally: &'t mut Tally,
    body: Body,
    /// Of each open field, whether its code is being read, which is no text.
    fields: Vec<bool>,
    revisions: Revisions,
    /// The first half of a surrogate pair.
    high: Option<u16>,
    starts_paragraph: bool,
    counted: Counted,
    /// Of a paragraph without end of its own: counted once something of it is seen.
    unseen: Option<Paragraph>,
    /// Whether the last character ended a cell, for files that do not tell rows.
    after_cell: bool,
}

impl<'d, 't> Story<'d, 't> {
    pub(super) fn of(document: &'d Document<'d>, limit: usize, tally: &'t mut Tally) -> Self {
        Self {
            document,
            tally,
            body: Body::new(limit),
            fields: Vec::new(),
            revisions: Revisions::default(),
            high: None,
            starts_paragraph: true,
            counted: Counted::default(),
            unseen: None,
            after_cell: false,
        }
    }

    /// The text between two positions; `around` follows the paragraphs it is referred to in.
    pub(super) fn read(mut self, start: u32, end: u32, around: &BTreeMap<u32, Vec<String>>) -> String {
        let mut waiting = around.range(start..end).peekable();
        for unit in self.document.text.units(start, end) {
            while let Some((_, texts)) = waiting.next_if(|(at, _)| **at <= unit.position) {
                self.close_beside();
                for text in texts {
                    if text.starts_with("[Footnote") || text.starts_with("[Endnote") {
                        self.body.mark_place(NOTE_PLACE);
                    }
                    self.body.put_aside(text.clone());
                }
            }
            self.take(unit);
            if self.body.is_full() {
                break;
            }
        }
        self.close_beside();
        for text in waiting.flat_map(|(_, texts)| texts) {
            self.body.put_aside(text.clone());
        }
        self.body.finish()
    }

    fn take(&mut self, unit: Unit) {
        if self.starts_paragraph {
            self.starts_paragraph = false;
            self.arrange_table(unit);
            self.number(unit);
        }
        let after_cell = std::mem::take(&mut self.after_cell);
        match unit.code {
            0x13 if self.fields.len() < DEEPEST_FIELD => self.fields.push(true),
            0x14 => self.fields.last_mut().into_iter().for_each(|is_code| *is_code = false),
            0x15 => drop(self.fields.pop()),
            7 => self.end_cell(unit, after_cell),
            0x0d | 0x0c => {
                self.close_beside();
                self.body.end_paragraph();
                self.starts_paragraph = true;
            }
            _ if self.fields.contains(&true) => {}
            code => self.character(unit, code),
        }
    }

    /// Begins a paragraph with its number. One whose end is deleted or hidden runs into the next, and has a number only if
    /// something of it is seen.
    fn number(&mut self, unit: Unit) {
        let told = self.document.paragraphs.at(unit.at);
        self.unseen = None;
        // After the break of a page a paragraph goes on.
        let Some((_, end)) = self.document.paragraphs.bounds(unit.at).filter(|(start, _)| *start == unit.at) else {
            return;
        };
        let mark = self.document.characters.at(end.saturating_sub(1));
        if told.is_row_end {
            return;
        }
        if mark.is_deleted || mark.is_hidden {
            self.unseen = Some(told);
            return;
        }
        let number = self.document.lists.number(told, &mut self.counted);
        self.body.push(&number);
    }

    fn character(&mut self, unit: Unit, code: u16) {
        let told = self.document.characters.at(unit.at);
        let high = self.high.take();
        let shown = match code {
            0x09 | 0x0b | 0x0e => {
                if code == 0x09 {
                    '\t'
                } else {
                    '\n'
                }
            }
            0x1e => '-',
            // Pictures, drawn objects, marks of notes and fields, soft hyphens.
            0..=0x1f => return,
            0x28 if told.symbol.is_some() => {
                match told.symbol.and_then(|code| symbol::character("symbol", u32::from(code))) {
                    Some(symbol) => symbol,
                    None => return,
                }
            }
            0xf020..=0xf0ff => symbol::character("symbol", u32::from(code)).unwrap_or('•'),
            0xd800..=0xdbff => {
                self.high = Some(code);
                return;
            }
            0xdc00..=0xdfff => {
                let pair = [high.unwrap_or(0xdc00), code];
                char::decode_utf16(pair).next().and_then(Result::ok).unwrap_or('\u{fffd}')
            }
            code => char::from_u32(u32::from(code)).unwrap_or('\u{fffd}'),
        };
        self.arrange_beside(told);
        if !told.is_deleted
            && !told.is_hidden
            && let Some(paragraph) = self.unseen.take()
        {
            let number = self.document.lists.number(paragraph, &mut self.counted);
            self.body.push(&number);
        }
        self.body.push(shown.encode_utf8(&mut [0; 4]));
    }

    /// Opens a table before its first cell, closes it after its last row.
    fn arrange_table(&mut self, unit: Unit) {
        let is_in_table = self.document.paragraphs.at(unit.at).is_in_table;
        let is_open = self.body.open_tables() > 0;
        if is_in_table && !is_open {
            self.body.open_table();
        } else if !is_in_table && is_open {
            self.body.close_table();
        }
    }

    fn end_cell(&mut self, unit: Unit, after_cell: bool) {
        self.close_beside();
        self.starts_paragraph = true;
        if self.body.open_tables() == 0 {
            // Without a word about rows, an empty cell is taken for a row's end.
            if after_cell {
                self.body.end_line();
            } else {
                self.body.push("\t");
                self.after_cell = true;
            }
        } else if self.document.paragraphs.at(unit.at).is_row_end {
            self.body.end_row();
        } else {
            self.body.end_cell();
        }
    }

    /// Turns to or from what stands beside the running text.
    fn arrange_beside(&mut self, told: Character) {
        if told == Character::default() && self.revisions.are_none() {
            return;
        }
        let by = || {
            let author = self.document.revisers.get(usize::from(told.reviser)).filter(|name| *name != "Unknown");
            By::new(author.map(String::as_str), packed_date(told.changed).as_deref())
        };
        let beside =
            if told.is_deleted { Some(Beside::Deleted(by())) } else { told.is_hidden.then_some(Beside::Hidden) };
        self.revisions.note_insertion(told.is_inserted && !told.is_deleted, by, self.tally);
        self.revisions.turn_to(beside, &mut self.body, self.tally);
    }

    fn close_beside(&mut self) {
        self.revisions.close(&mut self.body, self.tally);
    }
}
