//! When passages of one text are near each other, one by one and in groups.

use std::borrow::Cow;

use super::{MAX_PAIRS, Occurrences, Span, TooManyPairs, passages};
use crate::query::{Near, Query, Reach};

/// The most ways a group under a proximity can be fulfilled that are looked at one by one.
const MAX_ALTERNATIVES: usize = 256;

/// One way to fulfil an operand: a passage of each of these, and none near of those.
#[derive(Clone, Default)]
struct Alternative<'q> {
    chosen: Vec<&'q Query>,
    excluded: Vec<&'q Query>,
}

/// The ways to fulfil an operand of a proximity.
fn alternatives(operand: &Query) -> Result<Vec<Alternative<'_>>, TooManyPairs> {
    let one = |query| vec![Alternative { chosen: vec![query], excluded: Vec::new() }];
    let found = match operand {
        Query::Or(parts) if !operand.has_passages() => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(alternatives(part)?);
            }
            all
        }
        Query::And(parts) => {
            let mut all = vec![Alternative::default()];
            for part in parts {
                if let Query::Not(excluded) = part {
                    all.iter_mut().for_each(|way| way.excluded.push(excluded));
                    continue;
                }
                let ways = alternatives(part)?;
                if all.len() * ways.len() > MAX_ALTERNATIVES {
                    return Err(TooManyPairs);
                }
                let mut next = Vec::with_capacity(all.len() * ways.len());
                for before in &all {
                    next.extend(ways.iter().map(|way| Alternative {
                        chosen: [before.chosen.as_slice(), &way.chosen].concat(),
                        excluded: [before.excluded.as_slice(), &way.excluded].concat(),
                    }));
                }
                all = next;
            }
            all
        }
        other => one(other),
    };
    if found.len() > MAX_ALTERNATIVES { Err(TooManyPairs) } else { Ok(found) }
}

/// Calls `each` with every choice of passages that a proximity matches, each with the part it is of, and with the whole
/// stretch. Whole stretches may come more than once.
///
/// # Errors
/// When there are more than [`MAX_PAIRS`].
pub(crate) fn combinations<'q>(
    near: &'q Near,
    text: &dyn Occurrences,
    each: &mut Each<'q, '_>,
) -> Result<(), TooManyPairs> {
    let nearness = Nearness::new(near, text);
    let mut budget = MAX_PAIRS;
    let (left, right) = (alternatives(&near.left)?, alternatives(&near.right)?);
    let right = right.iter().map(|way| Choices::of(way, text)).collect::<Result<Vec<_>, _>>()?;
    for left in &left {
        let mut left = Choices::of(left, text)?;
        if near.is_negated {
            for part in &mut left.chosen {
                part.retain(|span| Ok(!nearness.is_beside(span, &right, &mut budget)?))?;
            }
            product(&left.chosen, &mut Vec::new(), &mut budget, each)?;
            continue;
        }
        for right in &right {
            nearness.joined(&left, right, &mut budget, each)?;
        }
    }
    Ok(())
}

/// Takes a choice of passages, each with the part it is of, and the whole stretch of them.
type Each<'q, 'e> = dyn FnMut(&[(&'q Query, Span)], Span) + 'e;

/// The passages of the parts of one way to fulfil an operand.
struct Choices<'q, 'o> {
    chosen: Vec<Passages<'q, 'o>>,
    excluded: Vec<Passages<'q, 'o>>,
}

impl<'q, 'o> Choices<'q, 'o> {
    fn of(way: &Alternative<'q>, text: &'o dyn Occurrences) -> Result<Self, TooManyPairs> {
        let of = |parts: &[&'q Query]| -> Result<Vec<_>, _> {
            parts.iter().map(|part| Ok(Passages::new(part, passages(part, text)?))).collect()
        };
        Ok(Self { chosen: of(&way.chosen)?, excluded: of(&way.excluded)? })
    }
}

/// The passages of one part, ascending.
#[derive(Clone)]
struct Passages<'q, 'o> {
    part: &'q Query,
    spans: Cow<'o, [Span]>,
    /// From the first word of the longest to its last.
    longest: u32,
}

impl<'q, 'o> Passages<'q, 'o> {
    fn new(part: &'q Query, spans: Cow<'o, [Span]>) -> Self {
        let longest = spans.iter().map(|span| span.last - span.first).max().unwrap_or_default();
        Self { part, spans, longest }
    }

    fn retain(&mut self, mut keeps: impl FnMut(Span) -> Result<bool, TooManyPairs>) -> Result<(), TooManyPairs> {
        let mut kept = Vec::new();
        for span in self.spans.iter() {
            if keeps(*span)? {
                kept.push(*span);
            }
        }
        self.spans = Cow::Owned(kept);
        Ok(())
    }

    /// Those that may have a word between two positions, and some more.
    fn between(&self, lowest: u32, highest: u32) -> &[Span] {
        let lowest = lowest.saturating_sub(self.longest);
        let from = self.spans.partition_point(|span| span.first < lowest);
        let to = self.spans.partition_point(|span| span.first <= highest);
        &self.spans[from..to.max(from)]
    }
}

/// Calls `each` with every choice of one passage of each part, added to those already chosen.
fn product<'q>(
    parts: &[Passages<'q, '_>],
    chosen: &mut Vec<(&'q Query, Span)>,
    budget: &mut usize,
    each: &mut Each<'q, '_>,
) -> Result<(), TooManyPairs> {
    let Some((part, rest)) = parts.split_first() else {
        if let Some(hull) = chosen.iter().map(|(_, span)| *span).reduce(Span::with) {
            each(chosen, hull);
        }
        return Ok(());
    };
    for span in part.spans.iter() {
        *budget = budget.checked_sub(1).ok_or(TooManyPairs)?;
        chosen.push((part.part, *span));
        product(rest, chosen, budget, each)?;
        chosen.pop();
    }
    Ok(())
}

/// When two passages of one text are near each other.
struct Nearness<'o> {
    /// The most words from the end of the earlier to the beginning of the later.
    words: u32,
    /// Where the sentences or paragraphs begin that both must lie in.
    units: Option<&'o [u32]>,
    is_ordered: bool,
}

impl<'o> Nearness<'o> {
    fn new(near: &Near, text: &'o dyn Occurrences) -> Self {
        let (words, units) = match near.reach {
            Reach::Words(words) => (words, None),
            Reach::Sentence => (u32::MAX, Some(text.sentences())),
            Reach::Paragraph => (u32::MAX, Some(text.paragraphs())),
        };
        Self { words, units, is_ordered: near.is_ordered }
    }

    /// The positions a passage near this one has its words between, both included: those so many words away, or those
    /// of its sentence or paragraph. `None` when it lies in more than one.
    fn around(&self, span: Span) -> Option<(u32, u32)> {
        let Some(units) = self.units else {
            return Some((span.first.saturating_sub(self.words), span.last.saturating_add(self.words)));
        };
        let unit = units.partition_point(|begin| *begin <= span.first);
        let begin = unit.checked_sub(1).map_or(0, |unit| units[unit]);
        let end = units.get(unit).map_or(u32::MAX, |next| next - 1);
        (span.last <= end).then_some((begin, end))
    }

    /// Whether a passage lies as near as the positions around another say, wherever else it reaches.
    fn is_around(&self, span: Span, (lowest, highest): (u32, u32)) -> bool {
        match self.units {
            None => span.first <= highest && span.last >= lowest,
            Some(_) => span.first >= lowest && span.last <= highest,
        }
    }

    /// Calls `each` with every choice of passages of both sides where each of the left is near each of the right.
    fn joined<'q>(
        &self,
        left: &Choices<'q, '_>,
        right: &Choices<'q, '_>,
        budget: &mut usize,
        each: &mut Each<'q, '_>,
    ) -> Result<(), TooManyPairs> {
        if left.chosen.is_empty() || right.chosen.is_empty() {
            return Ok(());
        }
        let allowed = |side: &Choices<'q, '_>, other: &Choices<'q, '_>, is_left, budget: &mut usize| {
            let mut chosen = side.chosen.iter().map(|part| Passages { spans: part.spans.to_vec().into(), ..*part });
            let mut chosen: Vec<Passages<'q, 'static>> = chosen.by_ref().collect();
            for part in &mut chosen {
                for excluded in &other.excluded {
                    part.retain(|span| Ok(!self.conflicts(span, excluded, is_left, budget)?))?;
                }
            }
            Ok(chosen)
        };
        if let ([one], [], [other], []) =
            (left.chosen.as_slice(), left.excluded.as_slice(), right.chosen.as_slice(), right.excluded.as_slice())
        {
            return self.pairs(one, other, budget, each);
        }
        let (left, right) = (allowed(left, right, true, budget)?, allowed(right, left, false, budget)?);
        self.tuples(&left, &right, &mut Vec::new(), budget, each)
    }

    /// Calls `each` with every two passages near each other.
    fn pairs<'q>(
        &self,
        left: &Passages<'q, '_>,
        right: &Passages<'q, '_>,
        budget: &mut usize,
        each: &mut Each<'q, '_>,
    ) -> Result<(), TooManyPairs> {
        let (one, other) = (left.part, right.part);
        self.following(&left.spans, &right.spans, budget, &mut |a, b| each(&[(one, a), (other, b)], a.with(b)))?;
        if !self.is_ordered {
            self.following(&right.spans, &left.spans, budget, &mut |b, a| each(&[(one, a), (other, b)], a.with(b)))?;
        }
        Ok(())
    }

    /// Calls `each` with every earlier and later span near each other.
    fn following(
        &self,
        earlier: &[Span],
        later: &[Span],
        budget: &mut usize,
        each: &mut dyn FnMut(Span, Span),
    ) -> Result<(), TooManyPairs> {
        for &before in earlier {
            let Some((_, highest)) = self.around(before) else { continue };
            let from = later.partition_point(|span| span.first <= before.last);
            for &after in later[from..].iter().take_while(|after| after.first <= highest) {
                *budget = budget.checked_sub(1).ok_or(TooManyPairs)?;
                if self.units.is_none() || after.last <= highest {
                    each(before, after);
                }
            }
        }
        Ok(())
    }

    /// Calls `each` with every choice of a passage of each part of the left added to those chosen, and one of each part
    /// of the right near all of them. `right` holds those near the ones chosen.
    fn tuples<'q>(
        &self,
        left: &[Passages<'q, '_>],
        right: &[Passages<'q, '_>],
        chosen: &mut Vec<(&'q Query, Span)>,
        budget: &mut usize,
        each: &mut Each<'q, '_>,
    ) -> Result<(), TooManyPairs> {
        let Some((part, rest)) = left.split_first() else { return product(right, chosen, budget, each) };
        for &span in part.spans.iter() {
            let Some((lowest, highest)) = self.around(span) else { continue };
            *budget = budget.checked_sub(1).ok_or(TooManyPairs)?;
            let mut near = Vec::with_capacity(right.len());
            for candidates in right {
                let window = candidates.between(lowest, highest);
                *budget = budget.checked_sub(window.len()).ok_or(TooManyPairs)?;
                let apart = |other: &Span| other.first > span.last || (!self.is_ordered && other.last < span.first);
                let good = |other: &&Span| apart(other) && self.is_around(**other, (lowest, highest));
                let spans: Vec<Span> = window.iter().filter(good).copied().collect();
                if spans.is_empty() {
                    break;
                }
                near.push(Passages { spans: Cow::Owned(spans), ..*candidates });
            }
            if near.len() == right.len() {
                chosen.push((part.part, span));
                self.tuples(rest, &near, chosen, budget, each)?;
                chosen.pop();
            }
        }
        Ok(())
    }

    /// Whether any way of the right can be fulfilled beside a passage of the left.
    fn is_beside(&self, span: Span, ways: &[Choices<'_, '_>], budget: &mut usize) -> Result<bool, TooManyPairs> {
        for way in ways {
            let mut fulfilled = true;
            for part in &way.chosen {
                fulfilled = fulfilled && self.conflicts(span, part, true, budget)?;
            }
            for excluded in &way.excluded {
                fulfilled = fulfilled && !self.conflicts(span, excluded, true, budget)?;
            }
            if fulfilled {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether any of these passages is near one or overlaps it, but for the identical one. Ordered, the right one must
    /// begin at or after the beginning of the left; `is_left` says which the one is.
    fn conflicts(
        &self,
        one: Span,
        others: &Passages<'_, '_>,
        is_left: bool,
        budget: &mut usize,
    ) -> Result<bool, TooManyPairs> {
        let around = self.around(one);
        let (lowest, highest) = around.unwrap_or((one.first, one.last));
        for &other in others.between(lowest, highest) {
            *budget = budget.checked_sub(1).ok_or(TooManyPairs)?;
            let overlaps = other.first <= one.last && one.first <= other.last;
            let begins_after = if is_left { other.first >= one.first } else { one.first >= other.first };
            let is_near = overlaps || around.is_some_and(|around| self.is_around(other, around));
            if other != one && is_near && (!self.is_ordered || begins_after) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
