//! The survey of the market matter: 320 respondents, closed questions drawn from a fixed sequence, open answers taken from a
//! written list, each used once.

use std::collections::BTreeMap;

use anyhow::Context;

use crate::random::Sequence;
use crate::source::Source;

const RESPONDENTS: usize = 320;
const HEAD: [&str; 15] = [
    "respondent",
    "date",
    "country",
    "language",
    "age",
    "household",
    "status",
    "make",
    "price_paid_eur",
    "channel",
    "satisfaction_1_5",
    "recommend_0_10",
    "willing_to_pay_eur",
    "main_barrier",
    "open_answer",
];
const COUNTRIES: [(&str, &str, usize); 5] =
    [("DE", "de", 45), ("NL", "en", 20), ("FR", "en", 13), ("DK", "en", 10), ("ES", "es", 12)];
const AGES: [&str; 5] = ["18-29", "30-39", "40-49", "50-59", "60+"];
const HOUSEHOLDS: [&str; 5] = ["single", "couple", "family, children under 7", "family, older children", "business"];
const MAKES: [(&str, usize); 6] = [
    ("Vandersloot", 4600),
    ("Ravn & Lund", 5900),
    ("Kornblum", 4950),
    ("Pedalux", 2690),
    ("Cargonaut", 7900),
    ("other", 3600),
];
const CHANNELS: [&str; 5] = ["specialist dealer", "online", "company lease", "used", "subscription"];
const BARRIERS: [&str; 7] = [
    "purchase price",
    "parking and theft",
    "road infrastructure",
    "service and parts",
    "size and weight",
    "range",
    "no need",
];

/// The rows of the survey, head first. The source holds the open answers by status and language (`## owner de`),
/// an owner's with the satisfaction it speaks of (`4 Love it.`).
pub(crate) fn rows(source: &Source) -> anyhow::Result<Vec<Vec<String>>> {
    let mut answers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut group = "";
    for line in source.body.lines().filter(|line| !line.trim().is_empty()) {
        match line.strip_prefix("## ") {
            Some(name) => group = name.trim(),
            None => answers.entry(group).or_default().push(line.trim()),
        }
    }
    let mut random = Sequence::new(2025);
    for list in answers.values_mut() {
        for index in (1..list.len()).rev() {
            list.swap(index, random.below(index + 1));
        }
    }
    let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
    for number in 1..=RESPONDENTS {
        rows.push(respondent(number, &mut random, &mut answers).with_context(|| format!("respondent {number}"))?);
    }
    Ok(rows)
}

fn respondent(
    number: usize,
    random: &mut Sequence,
    answers: &mut BTreeMap<&str, Vec<&str>>,
) -> anyhow::Result<Vec<String>> {
    let day = 3 + number * 26 / RESPONDENTS;
    let (country, language, _) = COUNTRIES[random.weighted(&COUNTRIES.map(|(_, _, weight)| weight))];
    let language = if language == "en" || random.below(5) == 0 { "en" } else { language };
    let household = HOUSEHOLDS[random.weighted(&[14, 20, 34, 18, 14])];
    let status = ["owner", "considering", "not interested"][random.weighted(&[40, 38, 22])];
    let owner = status == "owner";
    let (make, price) =
        MAKES[random.weighted(if household == "business" { &[8, 6, 10, 8, 30, 12] } else { &[24, 16, 20, 22, 3, 15] })];
    let paid = (price + random.below(900) * 2 - 700) / 10 * 10;
    let channel = CHANNELS[random.weighted(if make == "Pedalux" { &[0, 84, 0, 16, 0] } else { &[52, 10, 22, 11, 5] })];
    let discount = if channel == "used" { 62 } else { 100 };
    let willing = [1500, 2000, 2500, 3000, 3500, 4000, 5000, 6000][random.weighted(&[6, 12, 22, 24, 14, 12, 7, 3])];
    let barrier = BARRIERS[random.weighted(if status == "not interested" {
        &[20, 16, 8, 4, 14, 4, 34]
    } else {
        &[38, 22, 14, 13, 8, 4, 1]
    })];
    let answer = if random.below(100) < 48 {
        let list = answers
            .get_mut(format!("{status} {language}").as_str())
            .with_context(|| format!("no answers for `{status} {language}`"))?;
        list.pop().unwrap_or_default()
    } else {
        ""
    };
    // What an owner wrote fixes the mark; the others are drawn.
    let drawn = 1 + random.weighted(&[4, 8, 16, 40, 32]);
    let (satisfaction, answer) = match answer.split_once(' ').map(|(mark, rest)| (mark.parse(), rest)) {
        Some((Ok(mark), rest)) if owner => (mark, rest),
        _ => (drawn, answer),
    };
    let recommend = (satisfaction * 2).saturating_sub(random.below(3));
    let only = |applies: bool, value: String| if applies { value } else { String::new() };
    Ok(vec![
        format!("R{number:04}"),
        format!("2025-03-{day:02}"),
        country.into(),
        language.into(),
        AGES[random.weighted(&[10, 34, 30, 16, 10])].into(),
        household.into(),
        status.into(),
        only(owner, make.into()),
        only(owner, (paid * discount / 1000 * 10).to_string()),
        only(owner, channel.into()),
        only(owner, satisfaction.to_string()),
        only(owner, recommend.to_string()),
        only(!owner, willing.to_string()),
        barrier.into(),
        answer.into(),
    ])
}

/// The rows as semicolon-separated values with a byte order mark, as survey tools export them for spreadsheets.
pub(crate) fn csv(rows: &[Vec<String>]) -> Vec<u8> {
    let mut file = "\u{feff}".to_owned();
    for row in rows {
        let quoted = row.iter().map(|cell| {
            if cell.contains([';', '"']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
        });
        file.push_str(&quoted.collect::<Vec<_>>().join(";"));
        file.push_str("\r\n");
    }
    file.into_bytes()
}
