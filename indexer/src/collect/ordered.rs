//! Work in parallel, results in order.
//!
//! Jobs are taken from an iterator as room allows, done on the threads of a pool, and consumed by the calling thread
//! in the order of the jobs. The earliest unfinished job is always in work, so nothing waits for ever.

use std::collections::BTreeMap;
use std::sync::mpsc;

use super::CollectError;
use super::window::{Room, Window};

/// One piece of work and the room it takes.
#[derive(Debug)]
pub(crate) struct Job<J> {
    pub(crate) job: J,
    pub(crate) bytes: u64,
}

/// What the consumer is called with.
#[derive(Debug)]
pub(crate) enum Event<R> {
    /// The next result, in the order of the jobs.
    Result(R),
    /// No result is ready: a moment for what is better done in one go.
    Idle,
}

/// Stack of each thread. A thread that waits for the parts of its job takes up other jobs meanwhile, one on the other.
const STACK_BYTES: usize = 32 << 20;

/// So many threads, at least one.
pub(crate) fn threads(count: usize) -> Result<rayon::ThreadPool, CollectError> {
    let name = |number| format!("reading-{number}");
    let threads = rayon::ThreadPoolBuilder::new().num_threads(count.max(1)).stack_size(STACK_BYTES).thread_name(name);
    Ok(threads.build()?)
}

/// Most jobs handed to a thread at once, and bytes of them: handing over costs as much as reading a short text.
const GROUP: Room = Room { sources: 8, bytes: 64 << 10 };

/// Does all jobs, those that are small several at a time; `work` gives a result for each, in their order.
///
/// # Errors
/// The first error, in the order of the jobs, of doing or consuming one; nothing new is begun after it.
pub(crate) fn run<J: Send, R: Send>(
    pool: &rayon::ThreadPool,
    limit: Room,
    jobs: impl Iterator<Item = Job<J>> + Send,
    work: impl Fn(Vec<J>) -> Vec<Result<R, CollectError>> + Sync,
    consume: &mut dyn FnMut(Event<R>) -> Result<(), CollectError>,
) -> Result<(), CollectError> {
    let window = Window::new(limit);
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        let (window, work) = (&window, &work);
        scope.spawn(move || {
            pool.in_place_scope(|tasks| {
                let mut jobs = (0_u64..).zip(jobs);
                loop {
                    let (group, room) = group_of(&mut jobs, pool.current_num_threads());
                    if group.is_empty() || !window.enter(room) {
                        return;
                    }
                    let send = send.clone();
                    tasks.spawn(move |_| {
                        let (places, jobs): (Vec<_>, Vec<J>) =
                            group.into_iter().map(|(number, Job { job, bytes })| ((number, bytes), job)).unzip();
                        let results = if window.is_closed() {
                            jobs.iter().map(|_| Err(CollectError::Stopped)).collect()
                        } else {
                            work(jobs)
                        };
                        let received =
                            places.into_iter().zip(results).map(|((number, bytes), result)| (number, bytes, result));
                        // The receiver is gone only when it failed itself.
                        drop(send.send(received.collect()));
                    });
                }
            });
        });
        let result = receive_in_order(&receive, window, consume);
        window.close();
        result
    })
}

/// Work on one job as work on several.
pub(crate) fn each<J, R>(
    work: impl Fn(J) -> Result<R, CollectError> + Sync,
) -> impl Fn(Vec<J>) -> Vec<Result<R, CollectError>> + Sync {
    move |jobs| jobs.into_iter().map(&work).collect()
}

/// The next few jobs that are small, or one, and the room they take. Towards the end groups become smaller, so that every thread
/// has something to do.
fn group_of<J>(jobs: &mut impl Iterator<Item = (u64, Job<J>)>, threads: usize) -> (Vec<(u64, Job<J>)>, Room) {
    let share = jobs.size_hint().0 / (threads * 8);
    let most = u64::try_from(share).unwrap_or(u64::MAX).clamp(1, GROUP.sources);
    let mut room = Room { sources: 0, bytes: 0 };
    let mut group = Vec::new();
    while room.sources < most
        && room.bytes < GROUP.bytes
        && let Some((number, job)) = jobs.next()
    {
        room = Room { sources: room.sources + 1, bytes: room.bytes.saturating_add(job.bytes) };
        group.push((number, job));
    }
    (group, room)
}

/// The number of a job, its bytes, and what came of it.
type Received<R> = (u64, u64, Result<R, CollectError>);

fn receive_in_order<R>(
    receive: &mpsc::Receiver<Vec<Received<R>>>,
    window: &Window,
    consume: &mut dyn FnMut(Event<R>) -> Result<(), CollectError>,
) -> Result<(), CollectError> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    loop {
        let received = match receive.try_recv() {
            Ok(received) => Some(received),
            Err(mpsc::TryRecvError::Disconnected) => None,
            Err(mpsc::TryRecvError::Empty) => {
                consume(Event::Idle)?;
                receive.recv().ok()
            }
        };
        let Some(group) = received else { return Ok(()) };
        early.extend(group.into_iter().map(|(number, bytes, result)| (number, (bytes, result))));
        while let Some((bytes, result)) = early.remove(&next) {
            next += 1;
            consume(Event::Result(result?))?;
            window.leave(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool() -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap()
    }

    fn jobs(count: u64) -> impl Iterator<Item = Job<u64>> + Send {
        (0..count).map(|job| Job { job, bytes: job % 7 })
    }

    #[test]
    fn results_come_in_order() {
        let mut seen = Vec::new();
        let work = |n: u64| {
            // Uneven work, so that later jobs finish earlier.
            Ok((0..(n * 7919) % 5_000).fold(n, |a, b| std::hint::black_box(a ^ b) ^ b))
        };
        let mut consume = |event| {
            if let Event::Result(n) = event {
                seen.push(n);
            }
            Ok(())
        };
        run(&pool(), Room { sources: 5, bytes: 20 }, jobs(300), each(work), &mut consume).unwrap();
        assert_eq!(seen, (0..300).collect::<Vec<_>>());
    }

    #[test]
    fn small_jobs_are_handed_over_together_until_few_are_left() {
        let sizes = |jobs: Vec<u64>, threads| {
            let mut jobs = (0_u64..).zip(jobs.into_iter().map(|bytes| Job { job: (), bytes }));
            std::iter::from_fn(|| Some(group_of(&mut jobs, threads).0.len()).filter(|size| *size > 0))
                .collect::<Vec<_>>()
        };
        let hundred = sizes(vec![1; 100], 1);
        assert_eq!((hundred.iter().sum::<usize>(), hundred[0], hundred[hundred.len() - 1]), (100, 8, 1));
        assert!(hundred.is_sorted_by(|one, next| one >= next), "{hundred:?}");
        assert_eq!(sizes(vec![1; 30], 4), [1; 30]);
        assert_eq!(sizes([1, 1, GROUP.bytes, 1].repeat(25), 1)[..4], [3, 4, 4, 4]);
    }

    #[test]
    fn the_first_error_ends_it() {
        let mut seen = 0;
        let work = |n| if n == 40 { Err(CollectError::Stopped) } else { Ok(n) };
        let mut consume = |event| {
            seen += u64::from(matches!(event, Event::Result(_)));
            Ok(())
        };
        assert!(run(&pool(), Room { sources: 5, bytes: 20 }, jobs(300), each(work), &mut consume).is_err());
        assert_eq!(seen, 40);
        let refuse = &mut |_| Err(CollectError::Stopped);
        assert!(run(&pool(), Room { sources: 5, bytes: 20 }, jobs(300), each(Ok), refuse).is_err());
    }
}
