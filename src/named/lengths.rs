//! The lengths of chunks, with fast prefix sums.

use super::cost;

/// A Fenwick tree of the lengths of chunks: element `i` is the sum of the lengths of the chunks from
/// `i & (i + 1)` to `i`. Adding a chunk at the end, changing a length and finding the chunk of a position take
/// logarithmic time.
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

    /// Adds a chunk at the end.
    pub(super) fn push(&mut self, length: usize) {
        let last = self.0.len();
        let (mut sum, mut chunk) = (length, last);
        // The sums below the new one are those before it whose chunks it includes.
        while chunk > last & (last + 1) {
            cost::add(1);
            sum += self.0[chunk - 1];
            chunk &= chunk - 1;
        }
        self.0.push(sum);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pushed_lengths_have_the_sums_of_a_new_tree() {
        let lengths = |count: usize| (0..count).map(|n| n * 7_919 % 128);
        let mut pushed = Lengths::default();
        for count in 0..300 {
            assert_eq!(pushed.0, Lengths::new(lengths(count)).0);
            assert_eq!(pushed.before(count), lengths(count).sum::<usize>());
            pushed.push(count * 7_919 % 128);
        }
    }
}
