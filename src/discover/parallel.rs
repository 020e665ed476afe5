//! Work on many files, on as many threads as there are processors.

use std::{
    io::{self, Read},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// How many items a thread takes at a time.
const SHARE: usize = 32;

/// The bytes of a file. The space stays for the next one.
#[derive(Default)]
pub(super) struct Buffer {
    space: Vec<u8>,
    end: usize,
}

/// How many bytes of a file are asked for at once, at least.
const LEAST: usize = 64 << 10;

impl Buffer {
    /// The bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.space[..self.end]
    }

    /// Takes bytes over.
    pub(super) fn hold(&mut self, bytes: Vec<u8>) {
        self.end = bytes.len();
        self.space = bytes;
    }

    /// Reads a file without asking for its size first, for most fit in the space there is; whether it is no larger than
    /// `limit` bytes.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn read(&mut self, mut file: impl Read, limit: usize) -> io::Result<bool> {
        self.end = 0;
        loop {
            if self.end == self.space.len() {
                self.space.resize((2 * self.end).max(LEAST), 0);
            }
            match file.read(&mut self.space[self.end..]) {
                Ok(0) => return Ok(self.end <= limit),
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            if self.end > limit {
                return Ok(false);
            }
        }
    }
}

/// What `map` makes of those items that it makes something of, in their order, each with its index. The buffer is the
/// thread's own, with whatever the last item left in it.
pub(super) fn parallel<T: Sync, R: Send>(
    items: &[T],
    map: impl Fn(&mut Buffer, &T) -> Option<R> + Sync,
) -> Vec<(usize, R)> {
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut buffer, mut made) = (Buffer::default(), Vec::new());
        loop {
            let start = next.fetch_add(SHARE, Ordering::Relaxed);
            let Some(rest) = items.get(start..).filter(|rest| !rest.is_empty()) else { return made };
            for (at, item) in rest.iter().take(SHARE).enumerate() {
                made.extend(map(&mut buffer, item).map(|result| (start + at, result)));
            }
        }
    };
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let helpers = processors.min(items.len().div_ceil(SHARE)).saturating_sub(1);
    let mut made = thread::scope(|scope| {
        let helpers: Vec<_> = (0..helpers).map(|_| scope.spawn(work)).collect();
        let mut made = work();
        for helper in helpers {
            made.extend(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        made
    });
    made.sort_unstable_by_key(|(at, _)| *at);
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_a_limit() {
        let text: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let mut buffer = Buffer::default();
        assert!(buffer.read(&text[..], text.len()).unwrap());
        assert_eq!(buffer.bytes(), text);
        assert!(!buffer.read(&text[..], text.len() - 1).unwrap());
        assert!(buffer.read(&text[..3], 3).unwrap());
        assert_eq!(buffer.bytes(), &text[..3]);
        assert!(buffer.read(&b""[..], 0).unwrap());
        assert!(buffer.bytes().is_empty());
    }

    #[test]
    fn what_comes_out_keeps_the_order() {
        let items: Vec<usize> = (0..1_000).collect();
        let odd = parallel(&items, |_, item| (item % 2 == 1).then_some(item * 2));
        assert_eq!(odd.len(), 500);
        assert!(odd.iter().enumerate().all(|(n, (at, made))| *at == 2 * n + 1 && *made == 2 * at));
        assert!(parallel(&[], |_, item: &usize| Some(*item)).is_empty());
    }
}
