//! The one order of a taxonomy: a parent before its children, every concept once, whatever cycles the data hold.
//!
//! A concept with several parents stands under the one the walk reaches first and lists that one first; the others
//! stay in its `broader`.

use std::collections::BTreeMap;

use crate::taxonomy::{Concept, sibling_order};

/// Puts concepts into pre-order and fills in `narrower`, `depth` and `branch`.
pub(crate) fn into_pre_order(mut concepts: Vec<Concept>) -> Vec<Concept> {
    concepts.sort_by(sibling_order);
    let index: BTreeMap<&str, usize> =
        concepts.iter().enumerate().map(|(n, concept)| (concept.iri.as_str(), n)).collect();
    let parents: Vec<Vec<usize>> = concepts
        .iter()
        .map(|concept| concept.broader.iter().filter_map(|iri| index.get(iri.as_str()).copied()).collect())
        .collect();
    // Filled in sibling order, so every list of children is in it.
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); concepts.len()];
    for (child, of) in parents.iter().enumerate() {
        for &parent in of {
            children[parent].push(child);
        }
    }
    let places = walk(&parents, &children, &concepts);

    let mut position = vec![0; concepts.len()];
    for (at, place) in places.iter().enumerate() {
        position[place.concept] = at;
    }
    let iris: Vec<String> = concepts.iter().map(|concept| concept.iri.clone()).collect();
    for place in &places {
        let concept = &mut concepts[place.concept];
        let mut broader = parents[place.concept].clone();
        broader.sort_by_key(|&parent| (Some(parent) != place.parent, position[parent]));
        concept.broader = broader.into_iter().map(|parent| iris[parent].clone()).collect();
        concept.narrower = children[place.concept].iter().map(|&child| iris[child].clone()).collect();
        concept.depth = place.depth;
        concept.branch = place.branch;
    }
    let mut slots: Vec<Option<Concept>> = concepts.into_iter().map(Some).collect();
    places.iter().filter_map(|place| slots[place.concept].take()).collect()
}

/// Where a concept stands.
struct Place {
    concept: usize,
    parent: Option<usize>,
    depth: u32,
    branch: u32,
}

/// Walks from the concepts without parents; what no walk reaches lies on or below a cycle and is entered at its
/// declared top concept, or else at its first in sibling order.
fn walk(parents: &[Vec<usize>], children: &[Vec<usize>], concepts: &[Concept]) -> Vec<Place> {
    let mut places = Vec::with_capacity(concepts.len());
    let mut placed = vec![false; concepts.len()];
    let mut branch = 0;
    let all = 0..concepts.len();
    let starts = all
        .clone()
        .filter(|&n| parents[n].is_empty())
        .chain(all.clone().filter(|&n| concepts[n].top))
        .chain(all.clone().filter(|&n| !children[n].is_empty()))
        .chain(all);
    for start in starts {
        let mut open = vec![(start, None, 0)];
        let before = places.len();
        while let Some((concept, parent, depth)) = open.pop() {
            if std::mem::replace(&mut placed[concept], true) {
                continue;
            }
            places.push(Place { concept, parent, depth, branch });
            open.extend(children[concept].iter().rev().map(|&child| (child, Some(concept), depth + 1)));
        }
        branch += u32::from(places.len() > before);
    }
    places
}
