//! Runs that are paused, resumed and cancelled end like those that are left alone.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::collect::RunState;
use crate::collect::pace::Pace;

/// Ingests, while `steer` watches and steers from another thread.
fn steered(sample: &Sample, steer: impl FnOnce(&Gate, &Progress) + Send) -> RunReport {
    let (data, slug, gate, progress) = (sample.data(), slug(), Arc::<Gate>::default(), Progress::default());
    let paths = ["c0", "c1", "c2"].map(|name| sample.path(name));
    let settings = RunSettings { paths: vec!["/somewhere".to_owned()], ..RunSettings::default() };
    let request = IngestRequest {
        data: &data,
        matter: &slug,
        prefix: None,
        custodian: None,
        paths: &paths,
        jobs: 2,
        options: options(),
        limits: Limits { wall_seconds: 2, ..Limits::default() },
        duplicates: None,
        natives: NativeStorage::Copy,
        excluded: None,
        worker: program("bad"),
        gate: Arc::clone(&gate),
        settings,
    };
    let report = std::thread::scope(|scope| {
        scope.spawn(|| steer(&gate, &progress));
        ingest(&request, &progress).unwrap()
    });
    assert_eq!(check::check(&sample.matter()).unwrap().findings, Vec::new());
    report
}

fn until(condition: impl Fn() -> bool) {
    while !condition() {
        std::thread::yield_now();
    }
}

#[test]
fn a_cancelled_run_keeps_what_is_whole_and_the_next_goes_on() {
    let whole = many();
    whole.ingest(&["c0", "c1", "c2"], 2);
    let (expected, numbered) = (whole.dump(), outcomes(&whole.matter()));
    let sample = many();
    let mut before = 0;
    for read in [1, 20, 60] {
        let report = steered(&sample, |gate, _| {
            until(|| gate.read() >= read);
            gate.cancel();
        });
        assert!(report.cancelled, "after {read} files");
        let matter = sample.matter();
        let (status, recorded) = (matter.status().unwrap(), outcomes(&matter));
        assert!(status.accounting.balances() && !status.complete);
        assert_eq!(recorded[..], numbered[..recorded.len()], "what was recorded stays as it is");
        assert!(recorded.len() >= before);
        before = recorded.len();
        assert_eq!(status.indexed, status.accounting.documents, "what was recorded can be found");
    }
    assert!(before > 0 && before < numbered.len());
    let runs = sample.matter().runs().unwrap();
    assert!(runs.iter().all(|run| run.state == "cancelled" && run.ended.is_some()));
    assert_eq!(runs[0].settings.as_ref().unwrap().paths, ["/somewhere"]);
    assert!(!steered(&sample, |_, _| ()).cancelled);
    assert_eq!(sample.dump(), expected);
    assert!(sample.matter().status().unwrap().complete);
}

#[test]
fn a_paused_run_waits_and_ends_as_if_undisturbed() {
    let whole = many();
    whole.ingest(&["c0", "c1", "c2"], 2);
    let sample = many();
    let report = steered(&sample, |gate, progress| {
        until(|| gate.read() >= 5);
        gate.pause();
        until(|| gate.in_work() == 0);
        let read = gate.read();
        let line = Pace::default().line(Duration::ZERO, &progress.snapshot(), gate);
        assert_eq!((line.state, line.run), (RunState::Paused, Some(1)));
        for _ in 0..1_000 {
            std::thread::yield_now();
        }
        assert_eq!(gate.read(), read, "nothing is read while paused");
        gate.resume();
    });
    assert!(!report.cancelled);
    assert_eq!(sample.dump(), whole.dump());
}

#[test]
fn a_cancelled_retry_leaves_the_others_for_the_next() {
    let sample = Sample::new(&[("anna/moody1", b"one"), ("anna/moody2", b"two"), ("anna/z.txt", b"z")]);
    sample.ingest(&["anna"], 2);
    let gate = Arc::<Gate>::default();
    gate.cancel();
    let none = run_retry(&sample, "good", 1, &gate);
    assert_eq!((none.retried, none.cancelled), (0, true));
    assert_eq!(sample.matter().status().unwrap().exceptions, 2);
    let all = run_retry(&sample, "good", 1, &Arc::default());
    assert_eq!((all.retried, all.cleared, all.cancelled), (2, 2, false));
    let states: Vec<_> = sample.matter().runs().unwrap().into_iter().map(|run| run.state).collect();
    assert_eq!(states, ["complete", "cancelled", "complete"]);
    assert_eq!(check::check(&sample.matter()).unwrap().findings, Vec::new());
}
