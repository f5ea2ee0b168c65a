//! Zoom's rate limits: pacing by plan and label.
//!
//! The numbers are those of developers.zoom.us/docs/api/rate-limits. They hold for a whole account:
//! all its users and apps, the calls of one label together.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::zoom::pace::dates::{DAY_SECONDS, midnight_after, seconds};
use crate::zoom::pace::operations::{Label, Lane, Product};

/// The plan of a Zoom account, which its rate limits follow from. No API tells which one an account
/// has, so it must be said.
///
/// A Video SDK account counts as `Pro` on the pay-as-you-go and annual prepay plans and as
/// `Business` on others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Plan {
    /// Basic, without payment.
    Free,
    /// Pro.
    Pro,
    /// Business, Education, Enterprise and Partners.
    Business,
}

pub(crate) const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const DAY: Duration = Duration::from_secs(DAY_SECONDS);

/// Our windows are longer than Zoom's by this factor, as calls do not travel equally fast: 20 calls
/// that leave within 1.03 s arrive within 1 s only if one is overtaken by 30 ms.
const HEADROOM: f64 = 1.03;

/// How many calls a window may have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rate {
    calls: u32,
    window: Duration,
}

/// The rate of a label.
fn rate(lane: Lane, plan: Plan) -> Rate {
    use Label::{Heavy, Light, Medium, ResourceIntensive};
    // Free, Pro, Business.
    let of_plan = |calls: [u32; 3]| calls[plan as usize];
    let calls = match (lane.product, lane.label) {
        (Product::General, Light) => of_plan([4, 30, 80]),
        (Product::General, Medium) => of_plan([2, 20, 60]),
        (Product::General, Heavy) => of_plan([1, 10, 40]),
        (Product::General, ResourceIntensive) => of_plan([10, 10, 20]),
        // These products have no limits for Free: it gets the general ones, which are lower.
        (_, Light) => of_plan([4, 20, 40]),
        (_, Medium) => of_plan([2, 10, 20]),
        (_, Heavy) => of_plan([1, 5, 10]),
        (_, ResourceIntensive) => of_plan([5, 5, 10]),
    };
    Rate { calls, window: if lane.label == ResourceIntensive { MINUTE } else { SECOND } }
}

/// The calls of a day, and the label that they are counted under: on paid plans Heavy and
/// Resource-intensive share one allowance.
fn allowance(lane: Lane, plan: Plan) -> Option<(Label, u32)> {
    use Label::{Heavy, Light, Medium, ResourceIntensive};
    match (lane.product, plan, lane.label) {
        (_, Plan::Free, Light) => Some((Light, 6_000)),
        (_, Plan::Free, Medium) => Some((Medium, 2_000)),
        (_, Plan::Free, Heavy) => Some((Heavy, 1_000)),
        (_, Plan::Free, ResourceIntensive) => Some((ResourceIntensive, 30_000)),
        (_, _, Light | Medium) => None,
        (Product::General, Plan::Pro, _) => Some((Heavy, 30_000)),
        (Product::General, Plan::Business, _) => Some((Heavy, 60_000)),
        (_, Plan::Pro, Heavy) => Some((Heavy, 15_000)),
        (_, Plan::Business, Heavy) => Some((Heavy, 30_000)),
        (_, _, ResourceIntensive) => None,
    }
}

/// Gives every call its moment, so that Zoom has nothing to refuse.
#[derive(Debug)]
pub(crate) struct Pacer {
    plan: Option<Plan>,
    state: Mutex<Queues>,
}

#[derive(Debug, Default)]
struct Queues {
    queues: HashMap<Lane, Queue>,
    /// Calls by day since 1970: a call that waits past midnight is one of the next day's.
    days: HashMap<(Product, Label, u64), u32>,
}

/// The calls of one label.
#[derive(Debug, Default)]
struct Queue {
    /// The latest moments given, as many as one window may have.
    given: VecDeque<Instant>,
    /// Zoom has refused a call: nothing goes out before this.
    closed_until: Option<Instant>,
    /// Zoom has said that the day's calls are used up.
    closed_for_the_day: Option<SystemTime>,
}

/// When a call may leave.
#[derive(Debug, PartialEq)]
pub(crate) enum Turn {
    /// Go at this moment.
    At(Instant),
    /// That would be so long to wait; no moment was given.
    TooLong(Duration),
    /// The day's calls are used up.
    NotToday { resumes_at: SystemTime },
}

impl Pacer {
    /// Without a plan the pace is that of `Free`, and days are not counted.
    pub(crate) fn new(plan: Option<Plan>) -> Pacer {
        Pacer { plan, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, Queues> {
        // Every change to it is one assignment: it is whole even if a thread died.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The moment at which a call may go out, if that is not further than `cap`.
    pub(crate) fn turn(&self, lane: Lane, now: Instant, today: SystemTime, cap: Duration) -> Turn {
        let rate = self.rate(lane);
        let mut state = self.state();
        let state = &mut *state;
        let queue = state.queues.entry(lane).or_default();
        if let Some(resumes_at) = queue.closed_for_the_day.filter(|time| *time > today) {
            return Turn::NotToday { resumes_at };
        }
        let at = queue.next(now, rate);
        let wait = at.saturating_duration_since(now);
        if wait > cap {
            return Turn::TooLong(wait);
        }
        if let Some((counted, most)) = self.plan.and_then(|plan| allowance(lane, plan)) {
            state.days.retain(|(_, _, day), _| *day >= seconds(today) / DAY_SECONDS);
            let day = seconds(today + wait) / DAY_SECONDS;
            let count = state.days.entry((lane.product, counted, day)).or_default();
            if *count >= most {
                return Turn::NotToday { resumes_at: midnight_after(today + wait) };
            }
            *count += 1;
        }
        queue.give(at, rate);
        Turn::At(at)
    }

    fn rate(&self, lane: Lane) -> Rate {
        rate(lane, self.plan.unwrap_or(Plan::Free))
    }

    /// Whether a moment that was given is still good: a refusal may have come since.
    pub(crate) fn is_open(&self, lane: Lane, now: Instant) -> bool {
        let state = self.state();
        let queue = state.queues.get(&lane);
        queue.and_then(|queue| queue.closed_until).is_none_or(|until| until <= now)
    }

    /// Keeps all calls of this label back until then.
    pub(crate) fn close(&self, lane: Lane, until: Instant) {
        let mut state = self.state();
        let queue = state.queues.entry(lane).or_default();
        queue.closed_until = queue.closed_until.max(Some(until));
    }

    /// Takes a call back that did not go out, or that Zoom has refused.
    pub(crate) fn uncount(&self, lane: Lane, on: SystemTime) {
        let Some((counted, _)) = self.plan.and_then(|plan| allowance(lane, plan)) else { return };
        let key = (lane.product, counted, seconds(on) / DAY_SECONDS);
        if let Some(count) = self.state().days.get_mut(&key) {
            *count = count.saturating_sub(1);
        }
    }

    /// Lets no call of this label out until the day's limit is one anew.
    pub(crate) fn close_for_the_day(&self, lane: Lane, until: SystemTime) {
        self.state().queues.entry(lane).or_default().closed_for_the_day = Some(until);
    }

    /// Threads enough to keep the pace of Medium, which password changes have, if an answer takes 0.4 s.
    pub(crate) fn threads(&self) -> usize {
        let rate = self.rate(Lane { product: Product::General, label: Label::Medium });
        (rate.calls as usize * 2 / 5).max(2)
    }

    /// The window that calls of this label are counted in.
    pub(crate) fn window(&self, lane: Lane) -> Duration {
        self.rate(lane).window
    }
}

impl Queue {
    fn next(&self, now: Instant, rate: Rate) -> Instant {
        // Calls of a second are spread evenly; of the few of a minute, a program may want some at once.
        let gap = match rate.window {
            SECOND => rate.window.mul_f64(HEADROOM) / rate.calls,
            _ => SECOND,
        };
        let after_last = self.given.back().map(|last| *last + gap);
        let full = self.given.len() >= rate.calls as usize;
        let after_window =
            self.given.front().filter(|_| full).map(|f| *f + rate.window.mul_f64(HEADROOM));
        [after_last, after_window, self.closed_until].into_iter().flatten().fold(now, Instant::max)
    }

    fn give(&mut self, at: Instant, rate: Rate) {
        self.given.push_back(at);
        while self.given.len() > rate.calls as usize {
            self.given.pop_front();
        }
    }
}
