//! The lengths of chunks, with fast prefix sums.

use super::cost;

/// A Fenwick tree of the lengths of chunks: element `i` is the sum of the lengths of the chunks from
/// `i & (i + 1)` to `i`. Changing a length and finding the chunk of a position take logarithmic time.
#[derive(Clone, Default)]
pub(super) struct Lengths(Vec<usize>);

impl Lengths {
    pub(super) fn new(lengths: impl Iterator<Item = usize>) -> Self {
        let mut sums: Vec<usize> = lengths.collect();
        cost::add(sums.len());
        for at in 0..sums.len() {
            let sum = sums[at];
            if let Some(above) = sums.get_mut(at | (at + 1)) {
                *above += sum;
            }
        }
        Lengths(sums)
    }

    /// Adds `by` to the length of a chunk.
    pub(super) fn change(&mut self, mut chunk: usize, by: isize) {
        while let Some(sum) = self.0.get_mut(chunk) {
            cost::add(1);
            *sum = sum.wrapping_add_signed(by);
            chunk |= chunk + 1;
        }
    }

    /// Returns the number of entries before a chunk.
    pub(super) fn before(&self, mut chunk: usize) -> usize {
        let mut sum = 0;
        while chunk > 0 {
            cost::add(1);
            sum += self.0[chunk - 1];
            chunk &= chunk - 1;
        }
        sum
    }

    /// Returns the chunk of the entry at a position, and the position in the chunk. If there is no such
    /// entry, the chunk is the number of chunks.
    pub(super) fn find(&self, mut at: usize) -> (usize, usize) {
        let mut chunk = 0;
        let mut step = self.0.len().checked_ilog2().map_or(0, |bits| 1 << bits);
        while step > 0 {
            cost::add(1);
            if let Some(sum) = self.0.get(chunk + step - 1).filter(|sum| **sum <= at) {
                at -= sum;
                chunk += step;
            }
            step /= 2;
        }
        (chunk, at)
    }
}
