//! Rounds of a measurement. Peers take turns within a round, and each round starts with another peer. A
//! figure that compares two peers is the median of the ratios per round.

use crate::peers::Peer;
use crate::report::{Figure, Goal};
use crate::stats::{median, ratio};

/// The values of each peer, one per round.
pub struct Rounds(Vec<(Peer, Vec<f64>)>);

impl Rounds {
    pub fn run(peers: &[Peer], count: usize, mut measure: impl FnMut(Peer) -> f64) -> Rounds {
        let [rounds] = Rounds::run_all(peers, count, |peer| [measure(peer)]);
        rounds
    }

    /// Like `run`, for values that are measured together.
    pub fn run_all<const N: usize>(
        peers: &[Peer],
        count: usize,
        mut measure: impl FnMut(Peer) -> [f64; N],
    ) -> [Rounds; N] {
        let none = || Rounds(peers.iter().map(|peer| (*peer, Vec::new())).collect());
        let mut all = [(); N].map(|()| none());
        for round in 0..count {
            for turn in 0..peers.len() {
                let at = (round + turn) % peers.len();
                for (rounds, value) in all.iter_mut().zip(measure(peers[at])) {
                    rounds.0[at].1.push(value);
                }
            }
        }
        all
    }

    pub fn values(&self, peer: Peer) -> &[f64] {
        &self.0.iter().find(|(other, _)| *other == peer).expect("a measured peer").1
    }

    pub fn median(&self, peer: Peer) -> f64 {
        median(self.values(peer))
    }

    /// Returns the highest value of all rounds; NaN if one is unknown.
    pub fn highest(&self, peer: Peer) -> f64 {
        let higher = |a: f64, b: f64| if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) };
        self.values(peer).iter().copied().reduce(higher).unwrap_or(f64::NAN)
    }

    /// Compares two peers, with the ratio of their medians as a note.
    pub fn compare(&self, what: impl Into<String>, one: Peer, other: Peer, goal: Goal) -> Figure {
        let of_medians = self.median(one) / self.median(other);
        Figure::new(what, ratio(self.values(one), self.values(other)), 2, goal)
            .note(format!("ratio of the medians {of_medians:.2}"))
    }

    pub fn medians(&self, convert: impl Fn(f64) -> f64) -> Vec<(Peer, f64)> {
        self.0.iter().map(|(peer, values)| (*peer, convert(median(values)))).collect()
    }
}
