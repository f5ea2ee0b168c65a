//! Sums of the lengths of chunks.

use super::cost;

/// The lengths of chunks as a Fenwick tree: element `i` is the sum of the lengths of the chunks from
/// `i & (i + 1)` to `i`. A length is changed, and the chunk of a position found, in logarithmic time.
#[derive(Clone, Default)]
pub(super) struct Lengths(Vec<usize>);

impl Lengths {
    pub(super) fn of(lengths: impl Iterator<Item = usize>) -> Self {
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

    /// Records that a chunk has one entry more, or one less.
    pub(super) fn change(&mut self, mut chunk: usize, by: isize) {
        while let Some(sum) = self.0.get_mut(chunk) {
            cost::add(1);
            *sum = sum.wrapping_add_signed(by);
            chunk |= chunk + 1;
        }
    }

    /// The number of entries before a chunk.
    pub(super) fn before(&self, mut chunk: usize) -> usize {
        let mut sum = 0;
        while chunk > 0 {
            cost::add(1);
            sum += self.0[chunk - 1];
            chunk &= chunk - 1;
        }
        sum
    }

    /// The chunk that has the entry at a position, and where in it. The number of chunks where there
    /// is no such entry.
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
