//! [`NamedList`]: an ordered list of named values that stays fast when it is long.
//!
//! * `mod.rs` is the list, which has one of two forms and decides which,
//! * `long.rs` is the long form: entries in chunks, with an index of the names,
//! * `lengths.rs` finds the chunk of a position.

mod lengths;
mod long;
#[cfg(test)]
mod tests;

use self::long::Long;

/// A list of up to this many entries is always plain: a scan is as fast as a hash.
const SHORT: usize = 64;

/// A plain list becomes a long one when searching it and shifting its entries has taken this many
/// steps an entry. To make a long list costs about as much. So a list that is read a few times is
/// never indexed, and what was spent before the change is linear in the length.
const PATIENCE: usize = 16;

/// Values with names, in order. A name may occur more than once; a search finds its first entry.
/// `ANY_CASE` says that names are compared without ASCII case.
///
/// A search by name, an insertion and a removal anywhere take about constant time, however long the
/// list is. A short list is a plain `Vec`. Only this type knows of the index, so a name can be
/// changed only through it.
#[derive(Clone)]
pub(crate) struct NamedList<V, const ANY_CASE: bool = false>(Form<V, ANY_CASE>);

type Entry<V> = (String, V);

#[derive(Clone)]
enum Form<V, const ANY_CASE: bool> {
    Plain {
        entries: Vec<Entry<V>>,
        /// Entries that were looked at or shifted so far.
        steps: usize,
    },
    Long(Box<Long<V, ANY_CASE>>),
}

impl<V, const ANY_CASE: bool> Default for NamedList<V, ANY_CASE> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<V, const ANY_CASE: bool> From<Vec<Entry<V>>> for NamedList<V, ANY_CASE> {
    fn from(entries: Vec<Entry<V>>) -> Self {
        NamedList(Form::Plain { entries, steps: 0 })
    }
}

/// Compares names by case, also where a search does not.
impl<V: PartialEq, const ANY_CASE: bool> PartialEq for NamedList<V, ANY_CASE> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<V, const ANY_CASE: bool> NamedList<V, ANY_CASE> {
    pub(crate) fn len(&self) -> usize {
        match &self.0 {
            Form::Plain { entries, .. } => entries.len(),
            Form::Long(long) => long.len(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        let (plain, long) = match &self.0 {
            Form::Plain { entries, .. } => (entries.as_slice(), None),
            Form::Long(long) => (&[][..], Some(long)),
        };
        let entries = plain.iter().chain(long.into_iter().flat_map(|long| long.iter()));
        entries.map(|(name, value)| (name.as_str(), value))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut V)> {
        let (plain, long) = match &mut self.0 {
            Form::Plain { entries, .. } => (entries.as_mut_slice(), None),
            Form::Long(long) => (&mut [][..], Some(long)),
        };
        let entries = plain.iter_mut().chain(long.into_iter().flat_map(|long| long.iter_mut()));
        entries.map(|(name, value)| (name.as_str(), value))
    }

    pub(crate) fn get(&self, at: usize) -> Option<(&str, &V)> {
        let (name, value) = match &self.0 {
            Form::Plain { entries, .. } => entries.get(at)?,
            Form::Long(long) => long.get(at)?,
        };
        Some((name, value))
    }

    pub(crate) fn get_mut(&mut self, at: usize) -> Option<&mut V> {
        let (_, value) = match &mut self.0 {
            Form::Plain { entries, .. } => entries.get_mut(at)?,
            Form::Long(long) => long.get_mut(at)?,
        };
        Some(value)
    }

    /// Where the first entry of this name is.
    pub(crate) fn position(&mut self, name: &str) -> Option<usize> {
        let found = self.peek(name);
        self.took(found.map_or(self.len(), |at| at + 1));
        found
    }

    /// The same for a list that cannot be changed now. If it is plain this is a scan; see
    /// [`index`](Self::index).
    pub(crate) fn peek(&self, name: &str) -> Option<usize> {
        match &self.0 {
            Form::Plain { entries, .. } => {
                let found = entries.iter().position(|(other, _)| is_same::<ANY_CASE>(other, name));
                cost::add(found.map_or(entries.len(), |at| at + 1));
                found
            }
            Form::Long(long) => long.position(name),
        }
    }

    /// The first value of this name.
    pub(crate) fn find(&mut self, name: &str) -> Option<&mut V> {
        let at = self.position(name)?;
        self.get_mut(at)
    }

    pub(crate) fn push(&mut self, name: String, value: V) {
        self.insert(self.len(), name, value);
    }

    /// Inserts before the entry at `at`, or last where there is none.
    pub(crate) fn insert(&mut self, at: usize, name: String, value: V) {
        let at = at.min(self.len());
        let shifted = self.len() - at;
        match &mut self.0 {
            Form::Plain { entries, .. } => {
                cost::add(shifted + 1);
                entries.insert(at, (name, value));
            }
            Form::Long(long) => long.insert(at, name, value),
        }
        self.took(shifted);
    }

    pub(crate) fn remove(&mut self, at: usize) -> Option<Entry<V>> {
        if at >= self.len() {
            return None;
        }
        let shifted = self.len() - at - 1;
        let (removed, is_sparse) = match &mut self.0 {
            Form::Plain { entries, .. } => {
                cost::add(shifted + 1);
                (Some(entries.remove(at)), false)
            }
            Form::Long(long) => (long.remove(at), long.is_sparse()),
        };
        self.took(shifted);
        if is_sparse {
            self.edit(|_| ());
        }
        removed
    }

    /// Changes names and values where they are, as if the list were plain.
    pub(crate) fn edit(&mut self, change: impl FnOnce(&mut Vec<Entry<V>>)) {
        let (mut entries, was_long) = match std::mem::take(self).0 {
            Form::Plain { entries, .. } => (entries, false),
            Form::Long(long) => (long.into_entries(), true),
        };
        cost::add(entries.len());
        change(&mut entries);
        *self = entries.into();
        if was_long {
            self.index();
        }
    }

    /// Makes it a long list if it has many entries.
    pub(crate) fn index(&mut self) {
        if let Form::Plain { entries, .. } = &mut self.0 {
            if entries.len() > SHORT {
                let entries = std::mem::take(entries);
                self.0 = Form::Long(Box::new(entries.into()));
            }
        }
    }

    fn took(&mut self, more: usize) {
        if let Form::Plain { entries, steps } = &mut self.0 {
            *steps = steps.saturating_add(more);
            if *steps / PATIENCE > entries.len() {
                self.index();
            }
        }
    }
}

#[cfg(feature = "chilkat")]
impl<V, const ANY_CASE: bool> NamedList<V, ANY_CASE> {
    /// Gives the entry at `at` another name; false where there is none.
    pub(crate) fn rename(&mut self, at: usize, name: &str) -> bool {
        match &mut self.0 {
            Form::Plain { entries, .. } => {
                entries.get_mut(at).map(|(own, _)| name.clone_into(own)).is_some()
            }
            Form::Long(long) => long.rename(at, name),
        }
    }

    /// Moves an entry to another position, or last where that is beyond the end; false where there
    /// is no entry at `from`.
    pub(crate) fn move_to(&mut self, from: usize, to: usize) -> bool {
        let moved = self.remove(from);
        moved.map(|(name, value)| self.insert(to, name, value)).is_some()
    }

    /// Swaps two entries; false where one of them is not there.
    pub(crate) fn swap(&mut self, one: usize, other: usize) -> bool {
        let (low, high) = (one.min(other), one.max(other));
        if high >= self.len() {
            return false;
        }
        match &mut self.0 {
            Form::Plain { entries, .. } => entries.swap(low, high),
            Form::Long(_) if low == high => {}
            // What was between them moves down by one and up again.
            Form::Long(_) => {
                self.move_to(high, low);
                self.move_to(low + 1, high);
            }
        }
        true
    }
}

fn is_same<const ANY_CASE: bool>(one: &str, other: &str) -> bool {
    if ANY_CASE { one.eq_ignore_ascii_case(other) } else { one == other }
}

/// Steps, counted in tests: they tell how the cost grows, whatever the machine.
pub(crate) mod cost {
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

    /// What `run` took.
    #[cfg(test)]
    pub(crate) fn of(run: impl FnOnce()) -> usize {
        let before = STEPS.get();
        run();
        STEPS.get() - before
    }
}
