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
pub(crate) struct Sequence<E>(Form<E>);

enum Form<E> {
    Queue {
        entries: VecDeque<E>,
        /// The number of entries that were shifted so far.
        shifted: usize,
    },
    Chunked(Box<Chunked<E>>),
}

struct Chunked<E> {
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
        Sequence(Form::Queue { entries, shifted: 0 })
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
            Form::Queue { entries, .. } => entries.len(),
            Form::Chunked(chunked) => chunked.len,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &E> {
        let (queue, chunks) = match &self.0 {
            Form::Queue { entries, .. } => (Some(entries), &[][..]),
            Form::Chunked(chunked) => (None, &chunked.chunks[..]),
        };
        queue.into_iter().flatten().chain(chunks.iter().flatten())
    }

    pub(crate) fn get(&self, at: usize) -> Option<&E> {
        match &self.0 {
            Form::Queue { entries, .. } => entries.get(at),
            Form::Chunked(chunked) => {
                let (chunk, offset) = chunked.lengths.find(at);
                chunked.chunks.get(chunk)?.get(offset)
            }
        }
    }

    pub(crate) fn get_mut(&mut self, at: usize) -> Option<&mut E> {
        match &mut self.0 {
            Form::Queue { entries, .. } => entries.get_mut(at),
            Form::Chunked(chunked) => {
                let (chunk, offset) = chunked.lengths.find(at);
                chunked.chunks.get_mut(chunk)?.get_mut(offset)
            }
        }
    }

    pub(crate) fn push(&mut self, entry: E) {
        match &mut self.0 {
            Form::Queue { entries, .. } => {
                cost::add(1);
                entries.push_back(entry);
            }
            Form::Chunked(chunked) => chunked.insert(chunked.len, entry),
        }
    }

    /// Inserts before the entry at `at`, or last if `at` is past the end.
    pub(crate) fn insert(&mut self, at: usize, entry: E) {
        let at = at.min(self.len());
        self.shift(at);
        match &mut self.0 {
            Form::Queue { entries, .. } => entries.insert(at, entry),
            Form::Chunked(chunked) => chunked.insert(at, entry),
        }
    }

    pub(crate) fn remove(&mut self, at: usize) -> Option<E> {
        if at >= self.len() {
            return None;
        }
        self.shift(at);
        let (removed, is_sparse) = match &mut self.0 {
            Form::Queue { entries, .. } => (entries.remove(at), false),
            Form::Chunked(chunked) => (chunked.remove(at), chunked.is_sparse()),
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
            Form::Queue { entries, .. } => entries.swap(low, high),
            Form::Chunked(_) if low == high => {}
            // The entries in between move down by one and up again.
            Form::Chunked(_) => {
                for (from, to) in [(high, low), (low + 1, high)] {
                    if let Some(entry) = self.remove(from) {
                        self.insert(to, entry);
                    }
                }
            }
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
            Form::Queue { entries, .. } => entries,
            Form::Chunked(chunked) => chunked.chunks.into_iter().flatten().collect(),
        }
    }

    /// Counts the shifts of an edit at `at`. If there have been many, the list is chunked.
    fn shift(&mut self, at: usize) {
        let Form::Queue { entries, shifted } = &mut self.0 else { return };
        // A queue shifts the shorter side.
        let more = at.min(entries.len() - at);
        cost::add(more + 1);
        *shifted = shifted.saturating_add(more);
        if entries.len() > FULL && *shifted / PATIENCE > entries.len() {
            self.0 = Form::Chunked(Box::new(std::mem::take(entries).into()));
        }
    }
}

impl<E> From<VecDeque<E>> for Chunked<E> {
    fn from(entries: VecDeque<E>) -> Self {
        let len = entries.len();
        cost::add(len);
        let mut entries = entries.into_iter();
        let mut chunks = Vec::with_capacity(len.div_ceil(FULL / 2));
        // Half full, so that the next insertions need no new chunks.
        while entries.len() > 0 {
            chunks.push(entries.by_ref().take(FULL / 2).collect());
        }
        let mut chunked = Chunked { chunks, lengths: Lengths::default(), len };
        chunked.measure();
        chunked
    }
}

impl<E> Chunked<E> {
    fn measure(&mut self) {
        self.lengths = Lengths::new(self.chunks.iter().map(Vec::len));
    }

    fn is_sparse(&self) -> bool {
        self.len < self.chunks.len() * SPARSE
    }

    fn insert(&mut self, at: usize, entry: E) {
        let (mut place, mut offset) = self.lengths.find(at);
        if place == self.chunks.len() {
            // After the last entry.
            place = place.saturating_sub(1);
            offset = self.chunks.get(place).map_or(FULL, Vec::len);
        }
        if self.chunks.get(place).is_none_or(|chunk| chunk.len() >= FULL) {
            let half = self.chunks.get_mut(place).map(|chunk| chunk.split_off(FULL / 2));
            cost::add(FULL / 2);
            let next = (place + 1).min(self.chunks.len());
            self.chunks.insert(next, half.unwrap_or_default());
            self.measure();
            if offset > FULL / 2 {
                (place, offset) = (next, offset.saturating_sub(FULL / 2));
            }
        }
        let chunk = &mut self.chunks[place];
        let offset = offset.min(chunk.len());
        cost::add(chunk.len() - offset + 1);
        chunk.insert(offset, entry);
        self.lengths.change(place, 1);
        self.len += 1;
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
}
