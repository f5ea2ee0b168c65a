//! The long form of a list: chunks of entries and an index of the names.

use std::collections::HashMap;
use std::collections::hash_map;

use super::hash::{HashOfHash, NameHasher, Places};
use super::lengths::Lengths;
use super::{Named, cost, is_same};

/// The maximum number of entries in a chunk. A search ends with a scan of one chunk, and an edit shifts the
/// entries of one chunk.
pub(super) const FULL: usize = 128;

/// The average number of entries per chunk below which the list should be rebuilt.
const SPARSE: usize = 16;

/// Entries in chunks, with an index of the chunks in which a name occurs. Since the index does not have
/// positions within a chunk, an edit changes it only for the names of the edited entries.
///
/// An entry or a chunk is added at the end in logarithmic time. An insertion elsewhere splits a full chunk, which
/// takes a step per chunk, but only once per `FULL / 2` insertions: `n` insertions at one place take
/// `n²/(FULL²/2)` such steps, which is 120 each for a million entries.
#[derive(Clone)]
pub(super) struct Long<E, const ANY_CASE: bool> {
    /// In order. A chunk may be empty.
    chunks: Vec<Chunk<E>>,
    lengths: Lengths,
    len: usize,
    index: ChunkIndex,
    hasher: NameHasher,
}

#[derive(Clone)]
struct Chunk<E> {
    /// Its id in the index.
    id: usize,
    /// The hashes of the names of the entries.
    hashes: Vec<u64>,
    entries: Vec<E>,
}

/// The ids of the chunks with a name, by the hash of the name.
#[derive(Clone, Default)]
struct ChunkIndex {
    chunks_of: HashMap<u64, Places, HashOfHash>,
    /// The positions of the chunks, by id.
    places: Vec<usize>,
}

impl ChunkIndex {
    fn get(&self, hash: u64) -> &[usize] {
        self.chunks_of.get(&hash).map(Places::as_slice).unwrap_or_default()
    }

    fn add(&mut self, hash: u64, id: usize) {
        cost::add(1);
        let place = |id: &usize| self.places[*id];
        match self.chunks_of.entry(hash) {
            hash_map::Entry::Vacant(vacant) => {
                vacant.insert(Places::One(id));
            }
            hash_map::Entry::Occupied(mut occupied) => match occupied.get_mut() {
                Places::One(other) if *other == id => {}
                Places::One(other) => {
                    let mut ids = vec![*other, id];
                    ids.sort_by_key(place);
                    occupied.insert(Places::Many(ids));
                }
                Places::Many(ids) => {
                    if let Err(at) = ids.binary_search_by_key(&place(&id), place) {
                        ids.insert(at, id);
                    }
                }
            },
        }
    }

    fn remove(&mut self, hash: u64, id: usize) {
        cost::add(1);
        let place = |id: &usize| self.places[*id];
        let hash_map::Entry::Occupied(mut occupied) = self.chunks_of.entry(hash) else { return };
        match occupied.get_mut() {
            Places::One(only) if *only == id => {
                occupied.remove();
            }
            Places::One(_) => {}
            Places::Many(ids) => {
                if let Ok(at) = ids.binary_search_by_key(&place(&id), place) {
                    ids.remove(at);
                }
                if let [last] = ids[..] {
                    occupied.insert(Places::One(last));
                }
            }
        }
    }
}

impl<E: Named, const ANY_CASE: bool> From<Vec<E>> for Long<E, ANY_CASE> {
    fn from(entries: Vec<E>) -> Self {
        let mut long = Long {
            chunks: Vec::with_capacity(entries.len().div_ceil(FULL)),
            lengths: Lengths::default(),
            len: entries.len(),
            index: ChunkIndex::default(),
            hasher: NameHasher::default(),
        };
        cost::add(entries.len());
        let mut entries = entries.into_iter().peekable();
        while entries.peek().is_some() {
            let entries: Vec<E> = entries.by_ref().take(FULL).collect();
            let hashes = entries.iter().map(|entry| long.hash(entry.name())).collect();
            long.add_chunk(long.chunks.len(), hashes, entries);
        }
        for chunk in &long.chunks {
            chunk.hashes.iter().for_each(|hash| long.index.add(*hash, chunk.id));
        }
        long
    }
}

impl<E: Named, const ANY_CASE: bool> Long<E, ANY_CASE> {
    pub(super) fn into_entries(self) -> Vec<E> {
        let mut entries = Vec::with_capacity(self.len);
        self.chunks.into_iter().for_each(|chunk| entries.extend(chunk.entries));
        entries
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Whether most entries were removed, so that the list should be rebuilt.
    pub(super) fn is_sparse(&self) -> bool {
        self.len < self.chunks.len() * SPARSE
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &E> {
        self.chunks.iter().flat_map(|chunk| &chunk.entries)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut E> {
        self.chunks.iter_mut().flat_map(|chunk| &mut chunk.entries)
    }

    pub(super) fn get(&self, at: usize) -> Option<&E> {
        let (place, offset) = self.lengths.find(at);
        self.chunks.get(place)?.entries.get(offset)
    }

    /// The caller must not change the name; see [`change`](Self::change).
    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut E> {
        let (place, offset) = self.lengths.find(at);
        self.chunks.get_mut(place)?.entries.get_mut(offset)
    }

    pub(super) fn position(&self, name: &str) -> Option<usize> {
        let hash = self.hash(name.as_bytes());
        cost::add(1);
        // There is more than one chunk only if the name or the hash occurs more than once.
        self.index.get(hash).iter().find_map(|id| {
            let place = self.index.places[*id];
            let chunk = &self.chunks[place];
            let mut entries = chunk.hashes.iter().zip(&chunk.entries);
            let is_match = |(own, entry): (&u64, &E)| {
                cost::add(1);
                *own == hash && is_same::<ANY_CASE>(entry.name(), name)
            };
            entries.position(is_match).map(|offset| self.lengths.before(place) + offset)
        })
    }

    /// The entries of this name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &E> {
        let ids = self.index.get(self.hash(name.as_bytes())).iter();
        let entries = ids.flat_map(move |id| {
            cost::add(FULL);
            &self.chunks[self.index.places[*id]].entries
        });
        entries.filter(move |entry| is_same::<ANY_CASE>(entry.name(), name))
    }

    pub(super) fn insert(&mut self, at: usize, entry: E) {
        let (mut place, mut offset) = self.lengths.find(at);
        if place == self.chunks.len() {
            // After the last entry: the end of the last chunk, or a new one.
            place = place.saturating_sub(1);
            offset = self.chunks.get(place).map_or(FULL, |chunk| chunk.entries.len());
            if offset >= FULL {
                (place, offset) = (self.chunks.len(), 0);
                self.add_chunk(place, Vec::new(), Vec::new());
            }
        }
        if self.chunks[place].entries.len() >= FULL {
            self.split(place);
            if offset > FULL / 2 {
                (place, offset) = (place + 1, offset - FULL / 2);
            }
        }
        let hash = self.hash(entry.name());
        let chunk = &mut self.chunks[place];
        cost::add(chunk.entries.len() - offset + 1);
        chunk.hashes.insert(offset, hash);
        chunk.entries.insert(offset, entry);
        self.index.add(hash, chunk.id);
        self.lengths.change(place, 1);
        self.len += 1;
    }

    pub(super) fn remove(&mut self, at: usize) -> Option<E> {
        let (place, offset) = self.lengths.find(at);
        let chunk = self.chunks.get_mut(place).filter(|chunk| offset < chunk.entries.len())?;
        cost::add(chunk.entries.len());
        let hash = chunk.hashes.remove(offset);
        let entry = chunk.entries.remove(offset);
        if !chunk.hashes.contains(&hash) {
            self.index.remove(hash, chunk.id);
        }
        self.lengths.change(place, -1);
        self.len -= 1;
        Some(entry)
    }

    /// Changes an entry, including its name.
    pub(super) fn change<T>(&mut self, at: usize, change: impl FnOnce(&mut E) -> T) -> Option<T> {
        let (place, offset) = self.lengths.find(at);
        let entry = self.chunks.get_mut(place)?.entries.get_mut(offset)?;
        let result = change(entry);
        let new = self.hash(self.chunks[place].entries[offset].name());
        let chunk = &mut self.chunks[place];
        let old = std::mem::replace(&mut chunk.hashes[offset], new);
        if old != new {
            cost::add(chunk.hashes.len());
            if !chunk.hashes.contains(&old) {
                self.index.remove(old, chunk.id);
            }
            self.index.add(new, chunk.id);
        }
        Some(result)
    }

    fn hash(&self, name: &[u8]) -> u64 {
        self.hasher.hash::<ANY_CASE>(name)
    }

    /// Moves the second half of a full chunk to a new one after it.
    fn split(&mut self, place: usize) {
        let chunk = &mut self.chunks[place];
        let (old, stay) = (chunk.id, chunk.hashes[..FULL / 2].to_vec());
        let (hashes, entries) =
            (chunk.hashes.split_off(FULL / 2), chunk.entries.split_off(FULL / 2));
        let moved = hashes.clone();
        self.lengths.change(place, -(entries.len() as isize));
        let new = self.add_chunk(place + 1, hashes, entries);
        for hash in moved {
            self.index.remove(hash, old);
            self.index.add(hash, new);
        }
        // For names in both halves.
        stay.iter().for_each(|hash| self.index.add(*hash, old));
    }

    /// Adds a chunk at `place`, without indexing its names, and returns its id.
    fn add_chunk(&mut self, place: usize, hashes: Vec<u64>, entries: Vec<E>) -> usize {
        let id = self.index.places.len();
        let is_last = place == self.chunks.len();
        let length = entries.len();
        self.chunks.insert(place, Chunk { id, hashes, entries });
        self.index.places.push(place);
        if is_last {
            self.lengths.push(length);
        } else {
            self.place_from(place);
        }
        id
    }

    /// Whether the index has the chunks of each name and nothing else.
    #[cfg(test)]
    pub(super) fn is_indexed_exactly(&self) -> bool {
        let mut expected: HashMap<u64, Vec<usize>> = HashMap::new();
        for chunk in &self.chunks {
            for (hash, entry) in chunk.hashes.iter().zip(&chunk.entries) {
                assert_eq!(*hash, self.hash(entry.name()));
                let ids = expected.entry(*hash).or_default();
                if ids.last() != Some(&chunk.id) {
                    ids.push(chunk.id);
                }
            }
        }
        expected.len() == self.index.chunks_of.len()
            && expected.iter().all(|(hash, ids)| self.index.get(*hash) == ids)
    }

    /// Updates the positions of the chunks from `first` on, and all lengths.
    fn place_from(&mut self, first: usize) {
        cost::add(self.chunks.len());
        for (place, chunk) in self.chunks.iter().enumerate().skip(first) {
            self.index.places[chunk.id] = place;
        }
        self.lengths = Lengths::new(self.chunks.iter().map(|chunk| chunk.entries.len()));
    }
}
