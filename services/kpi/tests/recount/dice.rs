//! Chance that can be thrown again: the same seed gives the same throws.

/// A row of throws (splitmix64).
#[derive(Debug, Clone)]
pub(crate) struct Dice {
    state: u64,
}

impl Dice {
    pub(crate) fn of(seed: u64) -> Self {
        Self { state: seed }
    }

    fn throw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.throw() % u64::try_from(end).unwrap()).unwrap()
    }

    /// A number from `first` to `last`.
    pub(crate) fn between(&mut self, first: i64, last: i64) -> i64 {
        first + i64::try_from(self.throw() % u64::try_from(last - first + 1).unwrap()).unwrap()
    }

    /// Whether what happens so many times of a hundred happens.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.throw() % 100 < percent
    }

    /// One of them.
    pub(crate) fn of_these<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// One of them, each as often as its weight says.
    pub(crate) fn weighed<T: Copy>(&mut self, all: &[(u32, T)]) -> T {
        let sum: u32 = all.iter().map(|(weight, _)| weight).sum();
        let mut left = u32::try_from(self.throw() % u64::from(sum)).unwrap();
        for (weight, one) in all {
            if left < *weight {
                return *one;
            }
            left -= weight;
        }
        all[0].1
    }
}

/// The seed that a run is told, or the usual one.
pub(crate) fn seed() -> u64 {
    std::env::var("MOTCUA_TEST_SEED").map_or(766, |seed| seed.parse().unwrap())
}

/// Whether the run takes its time.
pub(crate) fn is_full_size() -> bool {
    std::env::var("MOTCUA_TEST_SIZE").is_ok_and(|size| size == "full")
}
