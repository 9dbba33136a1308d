//! Sets blocks on A4 pages: line breaking, justification, tables over pages, bars, headers and footers.

use std::fmt::Write;

use super::escape;
use super::file::OutlineEntry;
use super::metrics::Font;
use crate::blocks::{self, Block, Change, Span};

const WIDTH: f64 = 595.0;
const HEIGHT: f64 = 842.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = WIDTH - 64.0;
const BOTTOM: f64 = 76.0;
const BLACK: [f64; 3] = [0.1, 0.1, 0.1];
const GREY: [f64; 3] = [0.42, 0.42, 0.42];

/// How the whole document looks.
#[derive(Debug)]
pub(crate) struct Style {
    pub(crate) serif: bool,
    pub(crate) justified: bool,
    pub(crate) accent: [f64; 3],
    /// Name and address lines at the top of the first page.
    pub(crate) letterhead: Vec<String>,
    /// Left and right text at the top of each page after a letterhead's.
    pub(crate) header: Vec<String>,
    /// Left and right text at the foot; `{page}` and `{pages}` are filled in.
    pub(crate) footer: Vec<String>,
    pub(crate) size: f64,
    pub(crate) watermark: String,
}

/// The content of each page, and the outline.
#[derive(Debug)]
pub(crate) struct Laid {
    pub(crate) pages: Vec<String>,
    pub(crate) outline: Vec<OutlineEntry>,
}

/// Sets the blocks.
pub(crate) fn set(blocks: &[Block], style: &Style) -> Laid {
    let mut setter = Setter { style, pages: Vec::new(), outline: Vec::new(), y: 0.0 };
    setter.new_page();
    for (index, block) in blocks.iter().enumerate() {
        setter.block(block, index, blocks.get(index + 1));
    }
    let count = setter.pages.len();
    for (index, page) in setter.pages.iter_mut().enumerate() {
        footer(page, style, index + 1, count);
    }
    Laid { pages: setter.pages, outline: if count > 1 { setter.outline } else { Vec::new() } }
}

/// A word in one font and colour; `glued` words follow the one before without a space.
struct Word {
    text: String,
    font: Font,
    glued: bool,
    breaks_after: bool,
    mark: Option<Change>,
}

struct Setter<'a> {
    style: &'a Style,
    pages: Vec<String>,
    outline: Vec<OutlineEntry>,
    y: f64,
}

/// Where and how a paragraph is set.
#[derive(Clone, Copy)]
struct Shape {
    left: f64,
    right: f64,
    size: f64,
    leading: f64,
    justified: bool,
    set_right: bool,
    colour: [f64; 3],
}

impl Setter<'_> {
    fn page(&mut self) -> &mut String {
        self.pages.last_mut().expect("setting starts with a page")
    }

    fn new_page(&mut self) {
        self.pages.push(String::new());
        self.y = HEIGHT - 72.0;
        let style = self.style;
        let page = self.pages.last_mut().expect("one was pushed above");
        if !style.watermark.is_empty() {
            let _ = writeln!(
                page,
                "q 0.9 0.9 0.9 rg BT /F1 84 Tf 0.7071 0.7071 -0.7071 0.7071 150 240 Tm ({}) Tj ET Q",
                escape(&style.watermark)
            );
        }
        if self.pages.len() == 1 && !style.letterhead.is_empty() {
            self.letterhead();
        } else if let Some(left) = style.header.first() {
            let sans = self.font(false, false);
            let page = self.page();
            show(page, left, sans, 8.0, LEFT, HEIGHT - 42.0, GREY);
            if let Some(right) = style.header.get(1) {
                show(page, right, sans, 8.0, RIGHT - sans.width(right, 8.0), HEIGHT - 42.0, GREY);
            }
            line(page, [LEFT, HEIGHT - 48.0, RIGHT, HEIGHT - 48.0], 0.5, [0.7, 0.7, 0.7]);
        }
    }

    fn letterhead(&mut self) {
        let (accent, lines) = (self.style.accent, self.style.letterhead.clone());
        let page = self.page();
        let _ = writeln!(page, "{} rg {LEFT} {} 9 26 re f", rgb(accent), HEIGHT - 64.0);
        show(page, &lines[0], Font::SansBold, 16.0, LEFT + 17.0, HEIGHT - 52.0, accent);
        let rest = lines[1..].join("  ·  ");
        show(page, &rest, Font::Sans, 7.5, LEFT + 17.0, HEIGHT - 63.0, GREY);
        line(page, [LEFT, HEIGHT - 72.0, RIGHT, HEIGHT - 72.0], 0.8, accent);
        self.y = HEIGHT - 108.0;
    }

    fn font(&self, bold: bool, italic: bool) -> Font {
        match (self.style.serif, bold, italic) {
            (true, true, _) => Font::SerifBold,
            (true, false, true) => Font::SerifItalic,
            (true, false, false) => Font::Serif,
            (false, true, _) => Font::SansBold,
            (false, false, true) => Font::SansItalic,
            (false, false, false) => Font::Sans,
        }
    }

    fn room(&mut self, needed: f64) {
        if self.y - needed < BOTTOM {
            self.new_page();
        }
    }

    fn shape(&self) -> Shape {
        let size = self.style.size;
        Shape {
            left: LEFT,
            right: RIGHT,
            size,
            leading: size * 1.36,
            justified: self.style.justified,
            set_right: false,
            colour: BLACK,
        }
    }

    fn block(&mut self, block: &Block, index: usize, next: Option<&Block>) {
        let body = self.shape();
        let size = body.size;
        match block {
            Block::Heading { level, spans } => {
                // A heading stays with the table or chart below it.
                let below = match next {
                    Some(Block::Table(rows)) => self.least_height(rows),
                    Some(Block::Bars { bars, .. }) => 24.0 + bars.len() as f64 * 17.0,
                    _ => 0.0,
                };
                self.room(if below < 330.0 { below + 40.0 } else { 0.0 });
                self.heading(*level, spans, index);
            }
            Block::Paragraph(spans) => self.paragraph(spans, body, size * 0.62),
            Block::Right(spans) => {
                self.paragraph(spans, Shape { set_right: true, justified: false, ..body }, size * 0.62)
            }
            Block::Remark(spans) => {
                self.room(body.leading * 2.0);
                let (page, top) = (self.pages.len(), self.y + size * 0.2);
                self.paragraph(spans, Shape { left: LEFT + 16.0, right: RIGHT - 12.0, ..body }, size * 0.62);
                if page == self.pages.len() {
                    let (bottom, accent) = (self.y + size * 1.1, self.style.accent);
                    line(self.page(), [LEFT + 5.0, top + size * 0.6, LEFT + 5.0, bottom], 2.0, accent);
                }
            }
            Block::Bullet(spans) => {
                self.room(body.leading);
                let (font, y) = (self.font(false, false), self.y);
                show(self.page(), "•", font, size, LEFT + 8.0, y, BLACK);
                self.paragraph(spans, Shape { left: LEFT + 20.0, ..body }, size * 0.3);
            }
            Block::Clause { label, depth, spans } => {
                let indent = if *depth == 1 { 0.0 } else { 34.0 };
                self.room(body.leading);
                let (font, y) = (self.font(false, false), self.y);
                show(self.page(), label, font, size, LEFT + indent, y, BLACK);
                let hang = if *depth == 1 { 34.0 } else { 60.0 };
                self.paragraph(spans, Shape { left: LEFT + hang, ..body }, size * 0.55);
            }
            Block::Table(rows) => self.table(rows),
            Block::Bars { title, bars } => self.bars(title, bars),
            Block::PageBreak => self.new_page(),
            Block::Rule => {
                self.room(size);
                let y = self.y + size * 0.4;
                line(self.page(), [LEFT, y, RIGHT, y], 0.6, [0.6, 0.6, 0.6]);
                self.y -= size * 0.8;
            }
        }
    }

    fn heading(&mut self, level: usize, spans: &[Span], index: usize) {
        let size = match level {
            1 => 19.0,
            2 => 13.0,
            _ => 11.0,
        };
        if index > 0 {
            self.y -= size * 0.45;
        }
        self.room(size * 3.6);
        if level < 3 {
            self.outline.push((blocks::plain(spans), self.pages.len() - 1));
        }
        let bold: Vec<Span> = spans.iter().map(|span| Span { bold: true, ..span.clone() }).collect();
        let colour = if level == 3 { BLACK } else { self.style.accent };
        let shape =
            Shape { left: LEFT, right: RIGHT, size, leading: size * 1.22, justified: false, set_right: false, colour };
        self.paragraph(&bold, shape, size * 0.42);
    }

    fn paragraph(&mut self, spans: &[Span], shape: Shape, after: f64) {
        let words = self.words(spans);
        for (line, last) in break_lines(&words, shape.right - shape.left, shape.size) {
            self.room(shape.leading);
            let y = self.y;
            show_line(self.page(), line, shape, y, last);
            self.y -= shape.leading;
        }
        self.y -= after;
    }

    fn words(&self, spans: &[Span]) -> Vec<Word> {
        let mut words: Vec<Word> = Vec::new();
        let mut glued = true;
        for span in spans.iter().filter(|span| span.change != Some(Change::Comment)) {
            let font = self.font(span.bold, span.italic);
            for (index, line) in span.text.split('\n').enumerate() {
                if index > 0 {
                    if let Some(word) = words.last_mut() {
                        word.breaks_after = true;
                    }
                    glued = false;
                }
                for (position, text) in line.split(' ').enumerate() {
                    glued = glued && position == 0;
                    if !text.is_empty() {
                        words.push(Word { text: text.to_owned(), font, glued, breaks_after: false, mark: span.change });
                        glued = true;
                    }
                }
            }
        }
        words
    }

    /// How high a table is if no cell takes more than one line.
    fn least_height(&self, rows: &[Vec<String>]) -> f64 {
        rows.len() as f64 * ((self.style.size - 1.4) * 1.28 + 6.0)
    }

    fn table(&mut self, rows: &[Vec<String>]) {
        let size = self.style.size - 1.4;
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths = column_widths(rows, columns, size, RIGHT - LEFT, self.font(true, false));
        let numeric: Vec<bool> = (0..columns).map(|column| is_numeric(&rows[1..], column)).collect();
        // A table that would fit on one page is not torn for the sake of a few rows.
        let least_height = self.least_height(rows);
        if least_height < 330.0 {
            self.room(least_height);
        }
        self.y -= 2.0;
        for (index, row) in rows.iter().enumerate() {
            if self.row(row, &widths, &numeric, index, None) {
                self.row(&rows[0], &widths, &numeric, 0, Some(()));
                self.row(row, &widths, &numeric, index, Some(()));
            }
        }
        self.y -= 12.0;
    }

    /// Sets one row; says `true` and sets nothing when it had to start a new page first, so that the head is repeated.
    fn row(&mut self, row: &[String], widths: &[f64], numeric: &[bool], index: usize, forced: Option<()>) -> bool {
        let size = self.style.size - 1.4;
        let leading = size * 1.28;
        let total = row.first().is_some_and(|cell| cell.starts_with("Total") || cell.starts_with("Summe"));
        let cells: Vec<Vec<Word>> = row
            .iter()
            .map(|cell| blocks::spans(cell))
            .map(|spans| {
                spans
                    .into_iter()
                    .map(|span| Span { bold: span.bold || index == 0 || total, ..span })
                    .collect::<Vec<_>>()
            })
            .map(|spans| self.words(&spans))
            .collect();
        let lines: Vec<Vec<(&[Word], bool)>> =
            cells.iter().zip(widths).map(|(words, width)| break_lines(words, width - 9.0, size)).collect();
        let height = lines.iter().map(Vec::len).max().unwrap_or(1).max(1) as f64 * leading + 6.0;
        if self.y - height < BOTTOM - 10.0 && forced.is_none() {
            self.new_page();
            if index > 0 {
                return true;
            }
        }
        let top = self.y + 9.0;
        let accent = self.style.accent;
        let page = self.page();
        if index == 0 {
            let tint = accent.map(|part| 0.86 + part * 0.14);
            let _ = writeln!(page, "{} rg {LEFT} {:.2} {:.2} {height:.2} re f", rgb(tint), top - height, RIGHT - LEFT);
        }
        line(
            page,
            [LEFT, top - height, RIGHT, top - height],
            0.4,
            if index == 0 { accent } else { [0.75, 0.75, 0.75] },
        );
        let mut left = LEFT;
        for (column, cell) in lines.iter().enumerate() {
            let set_right = numeric[column];
            let right = left + widths[column];
            let shape = Shape {
                left: left + 4.0,
                right: right - 5.0,
                size,
                leading,
                justified: false,
                set_right,
                colour: BLACK,
            };
            for (number, (words, _)) in cell.iter().enumerate() {
                show_line(page, words, shape, top - size - 2.5 - number as f64 * leading, true);
            }
            left = right;
        }
        self.y -= height;
        false
    }

    fn bars(&mut self, title: &str, bars: &[(String, String)]) {
        let size = self.style.size - 1.2;
        self.room(24.0 + bars.len() as f64 * 17.0);
        let accent = self.style.accent;
        let (font, bold) = (self.font(false, false), self.font(true, false));
        let top = self.y;
        let page = self.page();
        show(page, title, bold, size, LEFT, top, BLACK);
        let labels = bars.iter().map(|(label, _)| font.width(label, size)).fold(0.0, f64::max) + 10.0;
        let amount = |value: &str| -> f64 {
            let digits: String = value.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
            digits.parse().unwrap_or(0.0)
        };
        let most = bars.iter().map(|(_, value)| amount(value)).fold(1.0, f64::max);
        let scale = (RIGHT - LEFT - labels - 60.0) / most;
        for (index, (label, value)) in bars.iter().enumerate() {
            let y = top - 18.0 - index as f64 * 17.0;
            show(page, label, font, size, LEFT + labels - 10.0 - font.width(label, size), y, BLACK);
            let width = amount(value) * scale;
            let _ = writeln!(page, "{} rg {:.2} {:.2} {width:.2} 11 re f", rgb(accent), LEFT + labels, y - 2.5);
            show(page, value, font, size, LEFT + labels + width + 5.0, y, BLACK);
        }
        line(page, [LEFT + labels, top - 6.0, LEFT + labels, top - 10.0 - bars.len() as f64 * 17.0], 0.6, GREY);
        self.y -= 30.0 + bars.len() as f64 * 17.0;
    }
}

fn footer(page: &mut String, style: &Style, number: usize, count: usize) {
    let fill = |text: &str| text.replace("{page}", &number.to_string()).replace("{pages}", &count.to_string());
    let font = if style.serif { Font::Serif } else { Font::Sans };
    if let Some(left) = style.footer.first() {
        line(page, [LEFT, 52.0, RIGHT, 52.0], 0.5, [0.7, 0.7, 0.7]);
        show(page, &fill(left), font, 7.8, LEFT, 41.0, GREY);
    }
    if let Some(right) = style.footer.get(1) {
        let right = fill(right);
        show(page, &right, font, 7.8, RIGHT - font.width(&right, 7.8), 41.0, GREY);
    }
}

fn is_numeric(rows: &[Vec<String>], column: usize) -> bool {
    let number = |cell: &String| {
        let digits = cell.chars().filter(char::is_ascii_digit).count();
        let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
        cell.is_empty()
            || cell == "–"
            || (digits > 0 && letters < 4 && !cell.contains('-') && !cell.contains('/') && digits >= letters)
    };
    let mut cells = rows.iter().filter_map(|row| row.get(column)).peekable();
    cells.peek().is_some() && column > 0 && cells.all(number)
}

/// Shares the width by the longest cell of each column, giving no column less than its longest word.
fn column_widths(rows: &[Vec<String>], columns: usize, size: f64, available: f64, font: Font) -> Vec<f64> {
    let measure = |column: usize, whole: bool| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let width = |cell: &String| {
            let words = cell.split(' ').map(|word| font.width(word, size)).fold(0.0, f64::max);
            if whole { font.width(cell, size) } else { words }
        };
        cells.map(width).fold(12.0, f64::max) + 10.0
    };
    let least: Vec<f64> = (0..columns).map(|column| measure(column, false)).collect();
    let wanted: Vec<f64> = (0..columns).map(|column| measure(column, true)).collect();
    let (least_sum, wanted_sum) = (least.iter().sum::<f64>(), wanted.iter().sum::<f64>());
    let share =
        if wanted_sum > least_sum { ((available - least_sum) / (wanted_sum - least_sum)).clamp(0.0, 1.0) } else { 1.0 };
    let mut widths: Vec<f64> =
        least.iter().zip(&wanted).map(|(least, wanted)| least + (wanted - least) * share).collect();
    let spare = (available - widths.iter().sum::<f64>()) / columns as f64;
    widths.iter_mut().for_each(|width| *width += spare);
    widths
}

/// Lines that fit the width, each with whether it ends its paragraph (and is therefore not justified).
fn break_lines(words: &[Word], width: f64, size: f64) -> Vec<(&[Word], bool)> {
    let mut lines = Vec::new();
    let (mut start, mut used, mut index) = (0, 0.0, 0);
    while index < words.len() {
        let mut end = index + 1;
        while end < words.len() && words[end].glued && !words[end - 1].breaks_after {
            end += 1;
        }
        let group: f64 = words[index..end].iter().map(|word| word.font.width(&word.text, size)).sum();
        let space = if index == start { 0.0 } else { words[index].font.width(" ", size) };
        if index > start && used + space + group > width {
            lines.push((&words[start..index], false));
            start = index;
            used = group;
        } else {
            used += space + group;
        }
        index = end;
        if words[end - 1].breaks_after {
            lines.push((&words[start..end], true));
            start = end;
            used = 0.0;
        }
    }
    if start < words.len() {
        lines.push((&words[start..], true));
    }
    lines
}

fn show_line(page: &mut String, words: &[Word], shape: Shape, y: f64, last: bool) {
    let natural: f64 = words
        .iter()
        .enumerate()
        .map(|(index, word)| {
            let space = if index == 0 || word.glued { 0.0 } else { word.font.width(" ", shape.size) };
            word.font.width(&word.text, shape.size) + space
        })
        .sum();
    let gaps = words.iter().skip(1).filter(|word| !word.glued).count();
    let room = shape.right - shape.left - natural;
    let stretch = if shape.justified && !last && gaps > 0 { room / gaps as f64 } else { 0.0 };
    let mut x = if shape.set_right { shape.right - natural } else { shape.left };
    let mut index = 0;
    while index < words.len() {
        let (font, mark) = (words[index].font, words[index].mark);
        let mut text = String::new();
        let start = index;
        while index < words.len() && words[index].font == font && words[index].mark == mark {
            if index > start && !words[index].glued {
                text.push(' ');
            }
            text.push_str(&words[index].text);
            index += 1;
        }
        if index < words.len() && !words[index].glued {
            text.push(' ');
        }
        let spaces = text.chars().filter(|character| *character == ' ').count() as f64;
        let width = font.width(&text, shape.size) + spaces * stretch;
        let colour = if mark.is_some() { [0.7, 0.1, 0.1] } else { shape.colour };
        let _ = writeln!(
            page,
            "BT {} rg /F{} {:.1} Tf {stretch:.3} Tw 1 0 0 1 {x:.2} {y:.2} Tm ({}) Tj ET",
            rgb(colour),
            font.index(),
            shape.size,
            escape(&text)
        );
        match mark {
            Some(Change::Deleted) => {
                line(page, [x, y + shape.size * 0.28, x + width, y + shape.size * 0.28], 0.7, colour)
            }
            Some(Change::Inserted) => line(page, [x, y - 1.6, x + width, y - 1.6], 0.7, colour),
            _ => {}
        }
        x += width;
    }
}

fn show(page: &mut String, text: &str, font: Font, size: f64, x: f64, y: f64, colour: [f64; 3]) {
    let _ = writeln!(
        page,
        "BT {} rg /F{} {size:.1} Tf 0 Tw {x:.2} {y:.2} Td ({}) Tj ET",
        rgb(colour),
        font.index(),
        escape(text)
    );
}

fn line(page: &mut String, [x1, y1, x2, y2]: [f64; 4], width: f64, colour: [f64; 3]) {
    let _ = writeln!(page, "{} RG {width:.2} w {x1:.2} {y1:.2} m {x2:.2} {y2:.2} l S", rgb(colour));
}

fn rgb([red, green, blue]: [f64; 3]) -> String {
    format!("{red:.3} {green:.3} {blue:.3}")
}
