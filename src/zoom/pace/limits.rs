//! Zoom's rate limits by plan and label.
//!
//! The numbers are from developers.zoom.us/docs/api/rate-limits. They apply to a whole account: all its users
//! and apps, for the calls of one label together.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::zoom::pace::dates::{DAY_SECONDS, midnight_after, seconds};
use crate::zoom::pace::operations::{Label, LimitGroup, Product};

/// The plan of a Zoom account, which determines its rate limits. No API returns the plan, so the caller must
/// name it.
///
/// A Video SDK account counts as `Pro` on the pay-as-you-go and annual prepay plans and as
/// `Business` on others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Plan {
    /// Basic, which is free.
    Free,
    /// Pro.
    Pro,
    /// Business, Education, Enterprise and Partners.
    Business,
}

pub(crate) const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const DAY: Duration = Duration::from_secs(DAY_SECONDS);

/// The factor by which our windows are longer than Zoom's, since network latency varies: 20 calls sent
/// within 1.03 s arrive within 1 s only if latencies differ by 30 ms.
const HEADROOM: f64 = 1.03;

/// The number of calls that a window allows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rate {
    calls: u32,
    window: Duration,
}

/// Returns the rate of a label.
fn rate(group: LimitGroup, plan: Plan) -> Rate {
    use Label::{Heavy, Light, Medium, ResourceIntensive};
    // Free, Pro, Business.
    let by_plan = |calls: [u32; 3]| calls[plan as usize];
    let calls = match (group.product, group.label) {
        (Product::General, Light) => by_plan([4, 30, 80]),
        (Product::General, Medium) => by_plan([2, 20, 60]),
        (Product::General, Heavy) => by_plan([1, 10, 40]),
        (Product::General, ResourceIntensive) => by_plan([10, 10, 20]),
        // Zoom has no Free limits for these products. The general ones, which are lower, apply.
        (_, Light) => by_plan([4, 20, 40]),
        (_, Medium) => by_plan([2, 10, 20]),
        (_, Heavy) => by_plan([1, 5, 10]),
        (_, ResourceIntensive) => by_plan([5, 5, 10]),
    };
    Rate { calls, window: if group.label == ResourceIntensive { MINUTE } else { SECOND } }
}

/// Returns the calls per day, and the label that they count under: on paid plans Heavy and
/// Resource-intensive share one limit.
fn daily_limit(group: LimitGroup, plan: Plan) -> Option<(Label, u32)> {
    use Label::{Heavy, Light, Medium, ResourceIntensive};
    match (group.product, plan, group.label) {
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

/// Assigns each call a time within the rate limits.
#[derive(Debug)]
pub(crate) struct Pacer {
    plan: Option<Plan>,
    state: Mutex<Queues>,
}

#[derive(Debug, Default)]
struct Queues {
    queues: HashMap<LimitGroup, Queue>,
    /// Calls by day since 1970. A call that waits past midnight counts for the next day.
    days: HashMap<(Product, Label, u64), u32>,
}

/// The calls of one label.
#[derive(Debug, Default)]
struct Queue {
    /// The latest times assigned, at most as many as one window allows.
    assigned: VecDeque<Instant>,
    /// After Zoom has refused a call: no call before this time.
    closed_until: Option<Instant>,
    /// After Zoom has reported the daily limit: no call before this time.
    closed_for_the_day: Option<SystemTime>,
}

/// When a call may be sent.
#[derive(Debug, PartialEq)]
pub(crate) enum Slot {
    /// At this time.
    At(Instant),
    /// The wait, which exceeds the cap. No time was assigned.
    TooLong(Duration),
    /// The daily limit is reached.
    DailyLimit { resumes_at: SystemTime },
}

impl Pacer {
    /// Without a plan the rates are those of `Free`, and there are no daily limits.
    pub(crate) fn new(plan: Option<Plan>) -> Pacer {
        Pacer { plan, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, Queues> {
        // Each change is one assignment, so the state is consistent even if a thread panicked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Assigns a call its time, if the wait is at most `cap`.
    pub(crate) fn next_slot(
        &self,
        group: LimitGroup,
        now: Instant,
        today: SystemTime,
        cap: Duration,
    ) -> Slot {
        let rate = self.rate(group);
        let mut state = self.state();
        let state = &mut *state;
        let queue = state.queues.entry(group).or_default();
        if let Some(resumes_at) = queue.closed_for_the_day.filter(|time| *time > today) {
            return Slot::DailyLimit { resumes_at };
        }
        let at = queue.next(now, rate);
        let wait = at.saturating_duration_since(now);
        if wait > cap {
            return Slot::TooLong(wait);
        }
        if let Some((counted, max)) = self.plan.and_then(|plan| daily_limit(group, plan)) {
            state.days.retain(|(_, _, day), _| *day >= seconds(today) / DAY_SECONDS);
            let day = seconds(today + wait) / DAY_SECONDS;
            let count = state.days.entry((group.product, counted, day)).or_default();
            if *count >= max {
                return Slot::DailyLimit { resumes_at: midnight_after(today + wait) };
            }
            *count += 1;
        }
        queue.assign(at, rate);
        Slot::At(at)
    }

    fn rate(&self, group: LimitGroup) -> Rate {
        rate(group, self.plan.unwrap_or(Plan::Free))
    }

    /// Whether an assigned time still applies. Zoom may have refused another call in the meantime.
    pub(crate) fn is_open(&self, group: LimitGroup, now: Instant) -> bool {
        let state = self.state();
        let queue = state.queues.get(&group);
        queue.and_then(|queue| queue.closed_until).is_none_or(|until| until <= now)
    }

    /// Holds back all calls of this label until then.
    pub(crate) fn close(&self, group: LimitGroup, until: Instant) {
        let mut state = self.state();
        let queue = state.queues.entry(group).or_default();
        queue.closed_until = queue.closed_until.max(Some(until));
    }

    /// Removes a call that was not sent, or that Zoom refused, from the count of its day.
    pub(crate) fn uncount(&self, group: LimitGroup, on: SystemTime) {
        let Some((counted, _)) = self.plan.and_then(|plan| daily_limit(group, plan)) else {
            return;
        };
        let key = (group.product, counted, seconds(on) / DAY_SECONDS);
        if let Some(count) = self.state().days.get_mut(&key) {
            *count = count.saturating_sub(1);
        }
    }

    /// Holds back all calls of this label until the daily limit is reset.
    pub(crate) fn close_for_the_day(&self, group: LimitGroup, until: SystemTime) {
        self.state().queues.entry(group).or_default().closed_for_the_day = Some(until);
    }

    /// Returns the threads that reach the rate of Medium, the label of password changes, if an answer takes
    /// 0.4 s.
    pub(crate) fn threads(&self) -> usize {
        let rate = self.rate(LimitGroup { product: Product::General, label: Label::Medium });
        (rate.calls as usize * 2 / 5).max(2)
    }

    /// Returns the window of the label.
    pub(crate) fn window(&self, group: LimitGroup) -> Duration {
        self.rate(group).window
    }
}

impl Queue {
    fn next(&self, now: Instant, rate: Rate) -> Instant {
        // Calls per second are spread evenly. Calls per minute are few, and a program may need several at
        // once.
        let gap = match rate.window {
            SECOND => rate.window.mul_f64(HEADROOM) / rate.calls,
            _ => SECOND,
        };
        let after_last = self.assigned.back().map(|last| *last + gap);
        let full = self.assigned.len() >= rate.calls as usize;
        let after_window =
            self.assigned.front().filter(|_| full).map(|f| *f + rate.window.mul_f64(HEADROOM));
        [after_last, after_window, self.closed_until].into_iter().flatten().fold(now, Instant::max)
    }

    fn assign(&mut self, at: Instant, rate: Rate) {
        self.assigned.push_back(at);
        while self.assigned.len() > rate.calls as usize {
            self.assigned.pop_front();
        }
    }
}
