//! A list without names, with fast edits at any length and position.

use std::collections::VecDeque;

use super::cost;
use super::lengths::Lengths;

/// The maximum number of entries in a chunk. A list with fewer is never chunked.
const FULL: usize = 512;

/// The average number of entries per chunk below which the list becomes a queue again.
const SPARSE: usize = 64;

/// The number of shifts per entry after which a list is chunked, which takes about as many.
const PATIENCE: usize = 16;

/// A list in which an insertion and a removal take about constant time at any position.
pub(crate) struct Sequence<E>(SequenceForm<E>);

enum SequenceForm<E> {
    Queue {
        entries: VecDeque<E>,
        /// The number of entries that were shifted so far.
        shifted: usize,
    },
    Chunked(Box<ChunkList<E>>),
}

/// An entry or a chunk is added at the end in logarithmic time. An insertion elsewhere splits a full chunk, which
/// takes a step per chunk, but only once per `FULL / 2` insertions: `n` insertions at one place take
/// `n²/(FULL²/2)` such steps, which is 8 each for a million entries.
struct ChunkList<E> {
    /// In order. A chunk may be empty.
    chunks: Vec<Vec<E>>,
    lengths: Lengths,
    len: usize,
}

impl<E> Default for Sequence<E> {
    fn default() -> Self {
        VecDeque::new().into()
    }
}

impl<E> From<VecDeque<E>> for Sequence<E> {
    fn from(entries: VecDeque<E>) -> Self {
        Sequence(SequenceForm::Queue { entries, shifted: 0 })
    }
}

impl<E> FromIterator<E> for Sequence<E> {
    fn from_iter<I: IntoIterator<Item = E>>(entries: I) -> Self {
        entries.into_iter().collect::<VecDeque<E>>().into()
    }
}

impl<E> Sequence<E> {
    pub(crate) fn len(&self) -> usize {
        match &self.0 {
            SequenceForm::Queue { entries, .. } => entries.len(),
            SequenceForm::Chunked(chunked) => chunked.len,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &E> {
        let (queue, chunks) = match &self.0 {
            SequenceForm::Queue { entries, .. } => (Some(entries), &[][..]),
            SequenceForm::Chunked(chunked) => (None, &chunked.chunks[..]),
        };
        queue.into_iter().flatten().chain(chunks.iter().flatten())
    }

    pub(crate) fn get(&self, at: usize) -> Option<&E> {
        match &self.0 {
            SequenceForm::Queue { entries, .. } => entries.get(at),
            SequenceForm::Chunked(chunked) => {
                let (chunk, offset) = chunked.lengths.find(at);
                chunked.chunks.get(chunk)?.get(offset)
            }
        }
    }

    pub(crate) fn get_mut(&mut self, at: usize) -> Option<&mut E> {
        match &mut self.0 {
            SequenceForm::Queue { entries, .. } => entries.get_mut(at),
            SequenceForm::Chunked(chunked) => {
                let (chunk, offset) = chunked.lengths.find(at);
                chunked.chunks.get_mut(chunk)?.get_mut(offset)
            }
        }
    }

    pub(crate) fn push(&mut self, entry: E) {
        match &mut self.0 {
            SequenceForm::Queue { entries, .. } => {
                cost::add(1);
                entries.push_back(entry);
            }
            SequenceForm::Chunked(chunked) => chunked.insert(chunked.len, entry),
        }
    }

    /// Inserts before the entry at `at`, or last if `at` is past the end.
    pub(crate) fn insert(&mut self, at: usize, entry: E) {
        let at = at.min(self.len());
        self.shift(at);
        match &mut self.0 {
            SequenceForm::Queue { entries, .. } => entries.insert(at, entry),
            SequenceForm::Chunked(chunked) => chunked.insert(at, entry),
        }
    }

    pub(crate) fn remove(&mut self, at: usize) -> Option<E> {
        if at >= self.len() {
            return None;
        }
        self.shift(at);
        let (removed, is_sparse) = match &mut self.0 {
            SequenceForm::Queue { entries, .. } => (entries.remove(at), false),
            SequenceForm::Chunked(chunked) => (chunked.remove(at), chunked.is_sparse()),
        };
        if is_sparse {
            self.edit(|_| ());
        }
        removed
    }

    /// Swaps two entries. Returns false if one of them does not exist.
    pub(crate) fn swap(&mut self, one: usize, other: usize) -> bool {
        let (low, high) = (one.min(other), one.max(other));
        if high >= self.len() {
            return false;
        }
        match &mut self.0 {
            SequenceForm::Queue { entries, .. } => entries.swap(low, high),
            SequenceForm::Chunked(chunked) => chunked.swap(low, high),
        }
        true
    }

    /// Changes any entries.
    pub(crate) fn edit(&mut self, change: impl FnOnce(&mut VecDeque<E>)) {
        let mut entries = std::mem::take(self).into_queue();
        cost::add(entries.len());
        change(&mut entries);
        *self = entries.into();
    }

    pub(crate) fn into_queue(self) -> VecDeque<E> {
        match self.0 {
            SequenceForm::Queue { entries, .. } => entries,
            SequenceForm::Chunked(chunked) => chunked.chunks.into_iter().flatten().collect(),
        }
    }

    /// Counts the shifts of an edit at `at`. If there have been many, the list is chunked.
    fn shift(&mut self, at: usize) {
        let SequenceForm::Queue { entries, shifted } = &mut self.0 else { return };
        // A queue shifts the shorter side.
        let more = at.min(entries.len() - at);
        cost::add(more + 1);
        *shifted = shifted.saturating_add(more);
        if entries.len() > FULL && *shifted / PATIENCE > entries.len() {
            self.0 = SequenceForm::Chunked(Box::new(std::mem::take(entries).into()));
        }
    }
}

impl<E> From<VecDeque<E>> for ChunkList<E> {
    fn from(entries: VecDeque<E>) -> Self {
        let len = entries.len();
        cost::add(len);
        let mut entries = entries.into_iter();
        let mut chunks: Vec<Vec<E>> = Vec::with_capacity(len.div_ceil(FULL / 2));
        // Half full, so that the next insertions need no new chunks.
        while entries.len() > 0 {
            chunks.push(entries.by_ref().take(FULL / 2).collect());
        }
        let lengths = Lengths::new(chunks.iter().map(Vec::len));
        ChunkList { chunks, lengths, len }
    }
}

impl<E> ChunkList<E> {
    fn is_sparse(&self) -> bool {
        self.len < self.chunks.len() * SPARSE
    }

    fn insert(&mut self, at: usize, entry: E) {
        let (mut place, mut offset) = self.lengths.find(at);
        if place == self.chunks.len() {
            // After the last entry: the end of the last chunk, or a new one.
            place = place.saturating_sub(1);
            offset = self.chunks.get(place).map_or(FULL, Vec::len);
            if offset >= FULL {
                (place, offset) = (self.chunks.len(), 0);
                self.chunks.push(Vec::new());
                self.lengths.push(0);
            }
        }
        if self.chunks[place].len() >= FULL {
            let half = self.chunks[place].split_off(FULL / 2);
            cost::add(half.len() + self.chunks.len());
            self.chunks.insert(place + 1, half);
            self.lengths = Lengths::new(self.chunks.iter().map(Vec::len));
            if offset > FULL / 2 {
                (place, offset) = (place + 1, offset - FULL / 2);
            }
        }
        let chunk = &mut self.chunks[place];
        cost::add(chunk.len() - offset + 1);
        chunk.insert(offset, entry);
        self.lengths.change(place, 1);
        self.len += 1;
    }

    /// Swaps two entries, which must exist.
    fn swap(&mut self, low: usize, high: usize) {
        let ((first, one), (second, other)) = (self.lengths.find(low), self.lengths.find(high));
        if first == second {
            self.chunks[first].swap(one, other);
        } else {
            let (before, after) = self.chunks.split_at_mut(second);
            std::mem::swap(&mut before[first][one], &mut after[0][other]);
        }
    }

    fn remove(&mut self, at: usize) -> Option<E> {
        let (place, offset) = self.lengths.find(at);
        let chunk = self.chunks.get_mut(place).filter(|chunk| offset < chunk.len())?;
        cost::add(chunk.len() - offset);
        let removed = chunk.remove(offset);
        self.lengths.change(place, -1);
        self.len -= 1;
        Some(removed)
    }
}

#[cfg(test)]
mod tests {
    use super::super::cost::assert_linear;
    use super::*;
    use crate::random::cases;

    #[test]
    fn a_sequence_behaves_like_a_vec() {
        cases(32, |random| {
            let mut model: Vec<usize> = (0..random.within(0, 4 * FULL)).collect();
            let mut list: Sequence<usize> = model.iter().copied().collect();
            for step in 0..random.within(1, 40) {
                let at = random.below(model.len() + 2);
                let count = random.within(1, 400);
                match random.below(5) {
                    0 | 1 => (0..count).for_each(|n| {
                        model.insert(at.min(model.len()), n);
                        list.insert(at, n);
                    }),
                    2 => (0..count).for_each(|_| {
                        let removed = (at < model.len()).then(|| model.remove(at));
                        assert_eq!(list.remove(at), removed);
                    }),
                    3 => {
                        let other = random.below(model.len() + 1);
                        let exist = at.max(other) < model.len();
                        assert_eq!(list.swap(at, other), exist);
                        if exist {
                            model.swap(at, other);
                        }
                    }
                    _ => {
                        model.push(step);
                        list.push(step);
                        if let Some(entry) = list.get_mut(at) {
                            *entry = step;
                            model[at] = step;
                        }
                    }
                }
                assert_eq!(list.len(), model.len());
                assert!(list.iter().eq(&model));
                assert_eq!(list.get(at), model.get(at));
            }
            list.edit(|entries| entries.retain(|n| n % 2 == 0));
            model.retain(|n| n % 2 == 0);
            assert!(list.into_queue().iter().eq(&model));
        });
    }

    #[test]
    fn edits_at_any_position_take_linear_time() {
        for (what, part) in [("first", 0), ("in the middle", 1), ("last", 2)] {
            assert_linear(&format!("insert {what}"), |count| {
                let mut list = Sequence::default();
                (0..count).for_each(|n| list.insert(list.len() * part / 2, n));
                assert_eq!(list.len(), count);
            });
            assert_linear(&format!("remove {what}"), |count| {
                let mut list: Sequence<usize> = (0..count).collect();
                while list.len() > 1 {
                    assert!(list.remove((list.len() - 1) * part / 2).is_some());
                }
            });
        }
        // 7,919 has no factor in common with the counts.
        assert_linear("insert in no order", |count| {
            let mut list = Sequence::default();
            (0..count).for_each(|n| list.insert(n * 7_919 % (n + 1), n));
        });
    }

    #[test]
    fn no_edit_of_chunks_takes_more_than_its_bound() {
        const CHUNKS: usize = 1_000;
        let entries: VecDeque<usize> = (0..CHUNKS * FULL / 2).collect();
        let mut list = Sequence(SequenceForm::Chunked(Box::new(entries.into())));
        let last = (0..2 * FULL).map(|n| cost::of(|| list.push(n))).max();
        let first = (0..2 * FULL).map(|n| cost::of(|| list.insert(0, n))).max();
        let swap = cost::of(|| assert!(list.swap(1, CHUNKS) && list.swap(1, CHUNKS)));
        assert!(last < Some(50) && swap < 100, "last: {last:?} steps, swap: {swap}");
        assert!(
            first > Some(CHUNKS) && first < Some(3 * CHUNKS + 2 * FULL),
            "first: {first:?} steps"
        );
        let expected = (0..2 * FULL).rev().chain(0..CHUNKS * FULL / 2).chain(0..2 * FULL);
        assert!(list.into_queue().into_iter().eq(expected));
    }
}
