//! The texts of a matter, and words that stand in them.

use std::collections::BTreeMap;

use anyhow::bail;
use redwell_indexer::matter_folder::MatterFolder;
use redwell_model::Ordinal;
use redwell_search::words;

/// The texts of a matter.
pub(crate) struct Corpus {
    pub(crate) texts: Vec<(Ordinal, String)>,
    pub(crate) bytes: usize,
    /// Words of a sample of the texts, by how many of its documents hold them.
    by_frequency: Vec<(usize, String)>,
}

impl Corpus {
    pub(crate) fn read(folder: &MatterFolder) -> anyhow::Result<Self> {
        let (mut texts, mut bytes, mut after) = (Vec::new(), 0, 0);
        loop {
            let ordinals = folder.ordinals(after, 1_000)?;
            let Some(last) = ordinals.last() else { break };
            after = *last;
            for ordinal in ordinals {
                let text = folder.text(ordinal)?.map(|text| text.text).unwrap_or_default();
                bytes += text.len();
                texts.push((ordinal, text));
            }
        }
        let mut holding: BTreeMap<String, usize> = BTreeMap::new();
        for (_, text) in texts.iter().step_by((texts.len() / 2_000).max(1)) {
            let mut own: Vec<_> = words::folded_words(text).filter(|word| is_plain(word)).collect();
            own.sort_unstable();
            own.dedup();
            for word in own {
                *holding.entry(word.into_owned()).or_default() += 1;
            }
        }
        let mut by_frequency: Vec<(usize, String)> = holding.into_iter().map(|(word, count)| (count, word)).collect();
        by_frequency.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        if by_frequency.len() < 100 || texts.is_empty() {
            bail!("the matter has too few words to make queries of");
        }
        Ok(Self { texts, bytes, by_frequency })
    }

    /// A word among the most frequent, in the middle, or among the rare ones: `part` from 0 to 1 of the ranks, in
    /// powers of ten.
    pub(crate) fn word(&self, random: &mut Random, part: f64) -> &str {
        let ranks = self.by_frequency.len();
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rank"
        )]
        let centre = ((ranks as f64).powf(part)) as usize;
        let rank = (centre / 2 + random.below(centre.max(4))).min(ranks - 1);
        &self.by_frequency[rank].1
    }

    /// Words that follow one another in one of the texts.
    pub(crate) fn passage(&self, random: &mut Random, length: usize) -> Vec<String> {
        for _ in 0..1_000 {
            let (_, text) = &self.texts[random.below(self.texts.len())];
            let words: Vec<_> = words::folded_words(text).collect();
            if words.len() <= length {
                continue;
            }
            let start = random.below(words.len() - length);
            let passage = &words[start..start + length];
            if passage.iter().all(|word| is_plain(word)) {
                return passage.iter().map(|word| word.clone().into_owned()).collect();
            }
        }
        vec!["the".to_owned(); length]
    }
}

/// Whether a word means itself in a query of any engine.
pub(crate) fn is_plain(word: &str) -> bool {
    word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_lowercase()) && !matches!(word, "and" | "or" | "not")
}

/// Xorshift64: the same on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).unwrap_or_default()
    }
}
