//! The hashes of names.

use std::hash::{BuildHasher as _, BuildHasherDefault, Hasher, RandomState};
use std::slice;

/// Hashes names. Seeded at random, so that nobody can choose names with equal hashes.
#[derive(Clone, Default)]
pub(super) struct NameHasher(RandomState);

impl NameHasher {
    pub(super) fn hash<const ANY_CASE: bool>(&self, name: &[u8]) -> u64 {
        let mut hasher = self.0.build_hasher();
        if ANY_CASE {
            for chunk in name.chunks(32) {
                let mut lower = [0; 32];
                let lower = &mut lower[..chunk.len()];
                lower.copy_from_slice(chunk);
                lower.make_ascii_lowercase();
                hasher.write(lower);
            }
        } else {
            hasher.write(name);
        }
        hasher.finish()
    }
}

/// Makes a `HashMap` use hashes of names, which are its keys, as they are.
pub(super) type HashOfHash = BuildHasherDefault<Unchanged>;

#[derive(Default)]
pub(super) struct Unchanged(u64);

impl Hasher for Unchanged {
    fn write(&mut self, bytes: &[u8]) {
        // Not used: a key is a u64.
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash << 8 | u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// What has one hash: positions or ids of chunks, in order, and at least one. Most names occur once.
#[derive(Clone)]
pub(super) enum Places {
    One(usize),
    Many(Vec<usize>),
}

impl Places {
    pub(super) fn as_slice(&self) -> &[usize] {
        match self {
            Places::One(place) => slice::from_ref(place),
            Places::Many(places) => places,
        }
    }

    pub(super) fn push(&mut self, place: usize) {
        match self {
            Places::One(first) => *self = Places::Many(vec![*first, place]),
            Places::Many(places) => places.push(place),
        }
    }
}
