//! A counter of steps, with which tests measure the growth of a cost independently of the machine.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
pub(crate) fn add(steps: usize) {
    STEPS.set(STEPS.get() + steps);
}

#[cfg(not(test))]
pub(crate) fn add(_: usize) {}

/// Returns the number of steps of `run`.
#[cfg(test)]
pub(crate) fn of(run: impl FnOnce()) -> usize {
    let before = STEPS.get();
    run();
    STEPS.get() - before
}

/// Panics if the number of steps of `run` grows faster than its argument.
#[cfg(test)]
pub(crate) fn assert_linear(what: &str, run: impl Fn(usize)) {
    const COUNT: usize = 1_500;
    let each = |count: usize| of(|| run(count)) as f64 / count as f64;
    let (few, many) = (each(COUNT), each(10 * COUNT));
    assert!(few > 0.0 && many < 2.0 * few, "{what}: {few:.0} steps each, then {many:.0}");
}
