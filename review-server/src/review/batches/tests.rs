//! Who has which batch, what names mean, and which stage a decision is made in, as tables of small cases.

use super::*;

const ADA: i64 = 1;
const BO: i64 = 2;
const LEAD: i64 = 3;

fn set(number: i64, name: &str, first_batch: i64, batches: &[&[u32]]) -> BatchSet {
    let batches: Vec<DocumentSet> = batches.iter().map(|batch| batch.iter().copied().collect()).collect();
    BatchSet {
        number,
        name: name.into(),
        stage: if number == 1 { "First pass".into() } else { "QC".into() },
        source: "{}".into(),
        size: 2,
        keeps_families: false,
        user_id: Some(LEAD),
        at: String::new(),
        first_batch,
        documents: batches.iter().fold(DocumentSet::new(), |all, one| all | one),
        batches,
    }
}

/// Two sets: `First pass` with batches 1 to 3, `Überprüfung` with batch 4.
fn sets() -> Batches {
    let mut batches = Batches::default();
    batches.add(set(1, "First pass", 1, &[&[1, 2], &[3, 4], &[5]]));
    batches.add(set(2, "Überprüfung", 4, &[&[2, 3]]));
    batches
}

fn after(events: &[(BatchEventKind, i64, Option<i64>, i64)]) -> Batches {
    let mut batches = sets();
    for (id, (kind, batch_set, batch, user_id)) in (1..).zip(events.iter().copied()) {
        let holder = batch.map(|_| if user_id == LEAD { ADA } else { user_id });
        batches.apply(&BatchEvent { id, kind, batch_set, batch, holder, user_id, at: String::new() });
    }
    batches
}

use BatchEventKind::{CheckIn, CheckOut, Release, Restore, Withdraw};

#[test]
fn a_batch_is_what_the_log_made_of_it() {
    let check = |events: &[_], expected: &str| {
        let batches = after(events);
        let letter = |batch: Batch<'_>| match batch.status {
            Status::Open => '-',
            Status::Out { holder, .. } => {
                if *holder == ADA {
                    'a'
                } else {
                    'b'
                }
            }
            Status::In { holder, .. } => {
                if *holder == ADA {
                    'A'
                } else {
                    'B'
                }
            }
        };
        let shown: String = batches.of(batches.set(1).unwrap()).map(letter).collect();
        assert_eq!(shown, expected);
    };
    let out = (CheckOut, 1, Some(1), ADA);
    check(&[], "---");
    check(&[out, (CheckOut, 1, Some(2), BO)], "ab-");
    check(&[out, (CheckIn, 1, Some(1), ADA)], "A--");
    check(&[out, (CheckIn, 1, Some(1), LEAD)], "A--");
    check(&[out, (Release, 1, Some(1), LEAD)], "---");
    check(&[out, (CheckIn, 1, Some(1), ADA), (CheckOut, 1, Some(1), ADA)], "a--");
    check(&[out, (Withdraw, 1, None, LEAD), (Restore, 1, None, LEAD)], "a--");
}

#[test]
fn the_lowest_open_batch_is_next() {
    let next = |events: &[_]| {
        let batches = after(events);
        batches.next_open(batches.set(1).unwrap()).map(|batch| batch.name())
    };
    assert_eq!(next(&[]).as_deref(), Some("First pass 1"));
    let taken = [(CheckOut, 1, Some(1), ADA), (CheckOut, 1, Some(2), BO), (CheckOut, 1, Some(3), 9)];
    assert_eq!(next(&taken), None);
    assert_eq!(next(&[&taken[..], &[(Release, 1, Some(2), BO)]].concat()).as_deref(), Some("First pass 2"));
}

#[test]
fn who_may_take_a_batch_and_give_it_back() {
    let batches = after(&[(CheckOut, 1, Some(1), ADA), (CheckOut, 1, Some(2), BO), (CheckIn, 1, Some(2), BO)]);
    let out = |number, user, by_lead| batches.check_out(batches.batch(number).unwrap(), user, by_lead);
    for (number, user, by_lead, expected) in [
        (1, ADA, false, Ok(())),
        (1, BO, false, Err(Refused::HeldBy(ADA))),
        (1, BO, true, Err(Refused::HeldBy(ADA))),
        (3, ADA, false, Err(Refused::HasAnother(1))),
        (4, ADA, false, Ok(())),
        (3, BO, false, Ok(())),
        (2, BO, false, Ok(())),
        (2, 9, false, Err(Refused::CheckedIn(BO))),
        (2, 9, true, Ok(())),
    ] {
        assert_eq!(out(number, user, by_lead), expected, "{number} to {user}");
    }
    let back = |number, user, by_lead, is_release| {
        Batches::give_back(batches.batch(number).unwrap(), user, by_lead, is_release)
    };
    for (number, user, by_lead, is_release, expected) in [
        (1, ADA, false, true, Ok(ADA)),
        (1, BO, false, true, Err(Refused::HeldBy(ADA))),
        (1, LEAD, true, false, Ok(ADA)),
        (2, BO, false, true, Err(Refused::CheckedIn(BO))),
        (2, LEAD, true, true, Ok(BO)),
        (2, LEAD, true, false, Err(Refused::CheckedIn(BO))),
        (3, LEAD, true, false, Err(Refused::NotOut)),
    ] {
        assert_eq!(back(number, user, by_lead, is_release), expected, "{number} by {user}");
    }
}

#[test]
fn names_mean_sets_and_batches() {
    let check = |batches: &Batches, name: &str, expected: Option<&[u32]>| {
        let found = batches.named(name).map(|found| found.iter().collect::<Vec<u32>>());
        assert_eq!(found.as_deref(), expected, "{name}");
    };
    let batches = sets();
    check(&batches, "First pass", Some(&[1, 2, 3, 4, 5]));
    check(&batches, "first  PASS 2", Some(&[3, 4]));
    check(&batches, "uberprufung 1", Some(&[2, 3]));
    for unknown in ["First pass 0", "First pass 4", "First pass 02", "First", "pass 1", "", "1"] {
        check(&batches, unknown, None);
    }
    let withdrawn = after(&[(Withdraw, 1, None, LEAD)]);
    check(&withdrawn, "First pass 2", None);
    assert!(withdrawn.was_withdrawn("First pass 2") && !withdrawn.was_withdrawn("Überprüfung"));
    assert!(withdrawn.batch(2).is_none() && withdrawn.batch(4).is_some() && withdrawn.batch(5).is_none());
}

#[test]
fn the_nearest_name_is_offered() {
    for (wanted, expected) in [
        ("Frist pass", Some("First pass")),
        ("Frist pass 2", Some("First pass 2")),
        ("First pass 12", Some("First pass 3")),
        ("First pass 0", Some("First pass 1")),
        ("Privileged", None),
    ] {
        assert_eq!(sets().nearest(wanted).as_deref(), expected, "{wanted}");
    }
}

#[test]
fn no_two_things_go_by_one_name() {
    let batches = after(&[(Withdraw, 2, None, LEAD)]);
    for (name, count, expected) in [
        ("first pass", 1, Some("First pass")),
        ("First pass 3", 1, Some("First pass")),
        ("First pass 4", 1, None),
        ("First", 9, None),
        ("Uberprufung", 1, Some("Überprüfung")),
        ("Second pass", 1, None),
    ] {
        assert_eq!(batches.clash(name, count), expected, "{name}");
    }
    let mut numbered = Batches::default();
    numbered.add(set(1, "Pass 2", 1, &[&[1]]));
    assert_eq!((numbered.clash("Pass", 2), numbered.clash("Pass", 1)), (Some("Pass 2"), None));
}

#[test]
fn a_decision_is_made_in_the_stage_of_what_was_taken_last() {
    let stage = |events: &[_], user, ordinal| after(events).stages_of(user).on(ordinal).map(str::to_owned);
    let both = [(CheckOut, 1, Some(1), ADA), (CheckOut, 2, Some(4), ADA)];
    assert_eq!(stage(&both, ADA, 1).as_deref(), Some("First pass"));
    assert_eq!(stage(&both, ADA, 2).as_deref(), Some("QC"));
    assert_eq!((stage(&both, ADA, 5), stage(&both, BO, 1)), (None, None));
    let done = [&both[..], &[(CheckIn, 2, Some(4), ADA)]].concat();
    assert_eq!(stage(&done, ADA, 2).as_deref(), Some("First pass"));
    let gone = [&both[..], &[(Withdraw, 1, None, LEAD)]].concat();
    assert_eq!(stage(&gone, ADA, 1), None);
}
