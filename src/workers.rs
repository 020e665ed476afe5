//! Threads that work on many items, of which few are in memory at a time.

use std::{
    any::Any,
    collections::VecDeque,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError, mpsc},
    thread,
};

/// How many items a thread may be ahead of the first one that is not done. What is done waits in memory for those
/// before it.
const AHEAD: usize = 4;

/// What comes of an item: the result, or what a panic says.
pub type Outcome<R> = Result<R, String>;

/// Works on items with `jobs` threads, and gives what comes of them to `take` in the order of the items. A panic is what
/// comes of its own item alone. Items are asked for when there is a place for them.
///
/// # Errors
/// When `take` fails; what is begun is brought to its end, and nothing else is.
pub fn in_order<T: Clone + Send, R: Send, E>(
    items: impl IntoIterator<Item = T>,
    jobs: NonZeroUsize,
    work: impl Fn(&T) -> R + Sync,
    mut take: impl FnMut(T, Outcome<R>) -> Result<(), E>,
) -> Result<(), E> {
    let (tasks, open) = mpsc::channel::<(T, mpsc::Sender<Outcome<R>>)>();
    let open = Mutex::new(open);
    let worker = || {
        // the lock is held while waiting, not while working
        while let Ok((item, reply)) = { open.lock().unwrap_or_else(PoisonError::into_inner).recv() } {
            let outcome = catch_unwind(AssertUnwindSafe(|| work(&item))).map_err(|panic| said(&*panic));
            let _ = reply.send(outcome); // nobody waits for it any more where `take` failed
        }
    };
    thread::scope(|scope| {
        let tasks = tasks; // dropped first, so that the threads end
        for _ in 0..jobs.get() {
            scope.spawn(worker);
        }
        let mut waiting = VecDeque::new();
        let mut first = |waiting: &mut VecDeque<(T, mpsc::Receiver<Outcome<R>>)>| match waiting.pop_front() {
            Some((item, answer)) => take(item, answer.recv().unwrap_or_else(|_| Err("its thread is gone".to_owned()))),
            None => Ok(()),
        };
        for item in items {
            if waiting.len() == jobs.get().saturating_mul(AHEAD) {
                first(&mut waiting)?;
            }
            let (reply, answer) = mpsc::channel();
            let _ = tasks.send((item.clone(), reply)); // the threads' end lives as long as this function
            waiting.push_back((item, answer));
        }
        while !waiting.is_empty() {
            first(&mut waiting)?;
        }
        Ok(())
    })
}

/// The message of a panic.
fn said(panic: &(dyn Any + Send)) -> String {
    let message = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    message.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".to_owned())
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use super::*;

    fn jobs(number: usize) -> NonZeroUsize {
        NonZeroUsize::new(number).unwrap()
    }

    #[test]
    fn results_come_in_the_order_of_the_items_and_a_panic_is_that_of_its_item() {
        for number in [1, 3, 16] {
            let work = |item: &u64| {
                std::thread::sleep(Duration::from_millis(item * 7 % 5));
                assert_ne!(*item, 20, "item {item}");
                item * 2
            };
            let mut taken = Vec::new();
            in_order(0..40, jobs(number), work, |_, outcome| {
                taken.push(outcome);
                Ok::<(), ()>(())
            })
            .unwrap();
            assert_eq!(taken.len(), 40);
            for (item, outcome) in (0..).zip(taken) {
                match item {
                    20 => assert!(outcome.unwrap_err().contains("item 20")),
                    _ => assert_eq!(outcome, Ok(item * 2)),
                }
            }
        }
    }

    #[test]
    fn a_slow_item_keeps_the_others_from_piling_up() {
        let begun = AtomicUsize::new(0);
        let most_ahead = AtomicUsize::new(0);
        let work = |item: &usize| {
            begun.fetch_add(1, Ordering::SeqCst);
            if *item == 0 {
                std::thread::sleep(Duration::from_millis(200));
                most_ahead.store(begun.load(Ordering::SeqCst), Ordering::SeqCst);
            }
        };
        in_order(0..1_000, jobs(2), work, |_, _| Ok::<(), ()>(())).unwrap();
        assert_eq!(begun.into_inner(), 1_000);
        assert!(most_ahead.into_inner() <= 2 * AHEAD, "the items of two threads");
    }

    #[test]
    fn nothing_is_begun_after_a_failure() {
        let begun = AtomicUsize::new(0);
        let work = |_: &usize| begun.fetch_add(1, Ordering::SeqCst);
        assert_eq!(in_order(0.., jobs(2), work, |_, _| Err::<(), _>("closed")), Err("closed"));
        assert!(begun.into_inner() <= 2 * AHEAD + 1);
    }
}
