//! The plain form of a list: a `Vec`, with an index of the names if it is searched often.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::hash::{HashOfHash, NameHasher, Places};
use super::{Named, cost, is_same};

/// The maximum length of a list that is never indexed, since a scan is as fast as a hash.
const SHORT: usize = 64;

/// The number of steps per entry, spent on searches and shifts, after which the list is indexed, and becomes long
/// by the next edit. Both take about as many. So a list that is read a few times is never indexed, and
/// the cost before that is linear in the length.
const PATIENCE: usize = 16;

pub(super) struct Plain<E, const ANY_CASE: bool> {
    /// They are edited only while there is no index: see [`is_impatient`](Self::is_impatient).
    pub(super) entries: Vec<E>,
    /// The number of entries that were compared or shifted so far. It need not be exact.
    steps: AtomicUsize,
    index: OnceLock<Box<PositionIndex>>,
}

/// The positions of the entries, by the hashes of their names.
struct PositionIndex {
    hasher: NameHasher,
    positions: HashMap<u64, Places, HashOfHash>,
}

impl<E, const ANY_CASE: bool> From<Vec<E>> for Plain<E, ANY_CASE> {
    fn from(entries: Vec<E>) -> Self {
        Plain { entries, steps: AtomicUsize::new(0), index: OnceLock::new() }
    }
}

impl<E: Clone, const ANY_CASE: bool> Clone for Plain<E, ANY_CASE> {
    fn clone(&self) -> Self {
        self.entries.clone().into()
    }
}

impl<E: Named, const ANY_CASE: bool> Plain<E, ANY_CASE> {
    pub(super) fn is_short(&self) -> bool {
        self.entries.len() <= SHORT
    }

    /// Whether so much has been spent on the list that an index pays, or there is one.
    pub(super) fn is_impatient(&self) -> bool {
        !self.is_short()
            && (self.steps.load(Ordering::Relaxed) / PATIENCE > self.entries.len()
                || self.index.get().is_some())
    }

    pub(super) fn position(&self, name: &str) -> Option<usize> {
        let is_match = |at: &usize| {
            cost::add(1);
            is_same::<ANY_CASE>(self.entries[*at].name(), name)
        };
        match self.candidates(name) {
            Some(positions) => positions.iter().copied().find(is_match),
            None => {
                let found = (0..self.entries.len()).find(is_match);
                self.add_steps(found.map_or(self.entries.len(), |at| at + 1));
                found
            }
        }
    }

    /// The entries of this name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &E> {
        let positions = self.candidates(name);
        let scanned: &[E] = if positions.is_some() { &[] } else { &self.entries };
        cost::add(scanned.len());
        self.add_steps(scanned.len());
        let indexed = positions.into_iter().flatten().map(move |at| &self.entries[*at]);
        indexed.chain(scanned).filter(move |entry| is_same::<ANY_CASE>(entry.name(), name))
    }

    /// The positions of the entries whose names may be this one, or `None` if it is any position.
    fn candidates(&self, name: &str) -> Option<&[usize]> {
        if self.is_short() {
            return None;
        }
        let index = match self.index.get() {
            Some(index) => index,
            None if self.is_impatient() => self
                .index
                .get_or_init(|| Box::new(PositionIndex::new::<E, ANY_CASE>(&self.entries))),
            None => return None,
        };
        cost::add(1);
        let positions = index.positions.get(&index.hasher.hash::<ANY_CASE>(name.as_bytes()));
        Some(positions.map(Places::as_slice).unwrap_or_default())
    }

    /// Two threads may lose a step, which does not matter.
    fn add_steps(&self, more: usize) {
        let steps = self.steps.load(Ordering::Relaxed).saturating_add(more);
        self.steps.store(steps, Ordering::Relaxed);
    }

    pub(super) fn insert(&mut self, at: usize, entry: E) {
        let shifted = self.entries.len() - at;
        cost::add(shifted + 1);
        self.entries.insert(at, entry);
        self.add_steps(shifted);
    }

    pub(super) fn remove(&mut self, at: usize) -> E {
        let shifted = self.entries.len() - at - 1;
        cost::add(shifted + 1);
        self.add_steps(shifted);
        self.entries.remove(at)
    }
}

impl PositionIndex {
    fn new<E: Named, const ANY_CASE: bool>(entries: &[E]) -> PositionIndex {
        let hasher = NameHasher::default();
        let mut index = PositionIndex { hasher, positions: HashMap::default() };
        index.positions.reserve(entries.len());
        for (at, entry) in entries.iter().enumerate() {
            cost::add(1);
            match index.positions.entry(index.hasher.hash::<ANY_CASE>(entry.name())) {
                Entry::Vacant(vacant) => {
                    vacant.insert(Places::One(at));
                }
                Entry::Occupied(mut occupied) => occupied.get_mut().push(at),
            }
        }
        index
    }
}
