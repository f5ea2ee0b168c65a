//! Reproducible random values for unit tests.

/// A random number generator (SplitMix64).
pub(crate) struct Random(u64);

/// Calls `check` with `count` generators. If it panics, the number of the generator is printed.
pub(crate) fn cases(count: u64, check: impl Fn(&mut Random)) {
    struct Case(u64);
    impl Drop for Case {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("case {}", self.0);
            }
        }
    }
    for case in 0..count {
        let _case = Case(case);
        check(&mut Random(case));
    }
}

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number less than `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Returns a number from `from` to `to`, inclusive.
    pub(crate) fn within(&mut self, from: usize, to: usize) -> usize {
        from + self.below(to - from + 1)
    }

    /// Returns up to `max` bytes.
    pub(crate) fn bytes(&mut self, max: usize) -> Vec<u8> {
        (0..self.within(0, max)).map(|_| self.next() as u8).collect()
    }

    /// Returns any character; most are among the first 256.
    pub(crate) fn char(&mut self) -> char {
        loop {
            let bits = [7, 8, 12, 16, 21][self.below(5)];
            if let Some(c) = char::from_u32((self.next() % (1 << bits)) as u32) {
                return c;
            }
        }
    }

    /// Returns `from` to `to` characters of any kind.
    pub(crate) fn text(&mut self, from: usize, to: usize) -> String {
        (0..self.within(from, to)).map(|_| self.char()).collect()
    }

    /// Returns `from` to `to` of these characters.
    pub(crate) fn text_of(&mut self, characters: &str, from: usize, to: usize) -> String {
        let characters: Vec<char> = characters.chars().collect();
        (0..self.within(from, to)).map(|_| characters[self.below(characters.len())]).collect()
    }
}
