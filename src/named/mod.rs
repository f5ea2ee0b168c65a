//! An ordered list of named values with fast look-ups and edits at any length.
//!
//! * `mod.rs`: the list, which chooses one of two forms,
//! * `long.rs`: the long form, which has its entries in chunks and an index of the names,
//! * `lengths.rs`: finds the chunk of a position,
//! * `cost.rs`: counts steps in tests.

pub(crate) mod cost;
mod lengths;
mod long;
#[cfg(test)]
mod tests;

use self::long::Long;

/// The maximum length of a list that is always plain, since a scan is as fast as a hash.
const SHORT: usize = 64;

/// The number of steps per entry, spent on searches and shifts, after which a plain list becomes long. The
/// conversion takes about as many. So a list that is read a few times is never indexed, and the cost
/// before the conversion is linear in the length.
const PATIENCE: usize = 16;

/// An entry of a [`NamedList`].
pub(crate) trait Named {
    fn name(&self) -> &str;
}

impl<V> Named for (String, V) {
    fn name(&self) -> &str {
        &self.0
    }
}

impl Named for String {
    fn name(&self) -> &str {
        self
    }
}

/// A list of entries with names. A name may occur more than once; a search finds its first entry. With
/// `ANY_CASE`, names are compared without ASCII case.
///
/// A search by name, an insertion and a removal take about constant time at any length and position. A short
/// list is a plain `Vec`. The list has an index of the names, so it never lends an entry whose name could
/// be changed.
#[derive(Clone)]
pub(crate) struct NamedList<E, const ANY_CASE: bool = false>(Form<E, ANY_CASE>);

#[derive(Clone)]
enum Form<E, const ANY_CASE: bool> {
    Plain {
        entries: Vec<E>,
        /// The number of entries that were compared or shifted so far.
        steps: usize,
    },
    Long(Box<Long<E, ANY_CASE>>),
}

impl<E: Named, const ANY_CASE: bool> Default for NamedList<E, ANY_CASE> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<E: Named, const ANY_CASE: bool> From<Vec<E>> for NamedList<E, ANY_CASE> {
    fn from(entries: Vec<E>) -> Self {
        NamedList(Form::Plain { entries, steps: 0 })
    }
}

/// Compares names with case, even if `ANY_CASE` is set.
impl<E: Named + PartialEq, const ANY_CASE: bool> PartialEq for NamedList<E, ANY_CASE> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<E: Named, const ANY_CASE: bool> NamedList<E, ANY_CASE> {
    pub(crate) fn len(&self) -> usize {
        match &self.0 {
            Form::Plain { entries, .. } => entries.len(),
            Form::Long(long) => long.len(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &E> {
        let (plain, long) = match &self.0 {
            Form::Plain { entries, .. } => (entries.as_slice(), None),
            Form::Long(long) => (&[][..], Some(long)),
        };
        plain.iter().chain(long.into_iter().flat_map(|long| long.iter()))
    }

    fn entries_mut(&mut self) -> impl Iterator<Item = &mut E> {
        let (plain, long) = match &mut self.0 {
            Form::Plain { entries, .. } => (entries.as_mut_slice(), None),
            Form::Long(long) => (&mut [][..], Some(long)),
        };
        plain.iter_mut().chain(long.into_iter().flat_map(|long| long.iter_mut()))
    }

    pub(crate) fn get(&self, at: usize) -> Option<&E> {
        match &self.0 {
            Form::Plain { entries, .. } => entries.get(at),
            Form::Long(long) => long.get(at),
        }
    }

    /// Changes the entry at `at`, including its name. Returns `None` if `at` is past the end.
    pub(crate) fn change<T>(&mut self, at: usize, change: impl FnOnce(&mut E) -> T) -> Option<T> {
        match &mut self.0 {
            Form::Plain { entries, .. } => entries.get_mut(at).map(change),
            Form::Long(long) => long.change(at, change),
        }
    }

    /// Returns the position of the first entry of this name.
    pub(crate) fn position(&mut self, name: &str) -> Option<usize> {
        let found = self.peek(name);
        self.add_steps(found.map_or(self.len(), |at| at + 1));
        found
    }

    /// Like [`position`](Self::position), through a shared reference. It always scans a plain list, even a
    /// long one; see [`index`](Self::index).
    pub(crate) fn peek(&self, name: &str) -> Option<usize> {
        match &self.0 {
            Form::Plain { entries, .. } => {
                let found = entries.iter().position(|e| is_same::<ANY_CASE>(e.name(), name));
                cost::add(found.map_or(entries.len(), |at| at + 1));
                found
            }
            Form::Long(long) => long.position(name),
        }
    }

    pub(crate) fn push(&mut self, entry: E) {
        self.insert(self.len(), entry);
    }

    /// Inserts before the entry at `at`, or last if `at` is past the end.
    pub(crate) fn insert(&mut self, at: usize, entry: E) {
        let at = at.min(self.len());
        let shifted = self.len() - at;
        match &mut self.0 {
            Form::Plain { entries, .. } => {
                cost::add(shifted + 1);
                entries.insert(at, entry);
            }
            Form::Long(long) => long.insert(at, entry),
        }
        self.add_steps(shifted);
    }

    pub(crate) fn remove(&mut self, at: usize) -> Option<E> {
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
        self.add_steps(shifted);
        if is_sparse {
            self.edit(|_| ());
        }
        removed
    }

    /// Changes any entries, as if the list were plain.
    pub(crate) fn edit(&mut self, change: impl FnOnce(&mut Vec<E>)) {
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

    /// Builds the index if the list has many entries.
    pub(crate) fn index(&mut self) {
        if let Form::Plain { entries, .. } = &mut self.0 {
            if entries.len() > SHORT {
                let entries = std::mem::take(entries);
                self.0 = Form::Long(Box::new(entries.into()));
            }
        }
    }

    fn add_steps(&mut self, more: usize) {
        if let Form::Plain { entries, steps } = &mut self.0 {
            *steps = steps.saturating_add(more);
            if *steps / PATIENCE > entries.len() {
                self.index();
            }
        }
    }
}

#[cfg(any(feature = "chilkat", test))]
impl<E: Named, const ANY_CASE: bool> NamedList<E, ANY_CASE> {
    /// Moves an entry to another position, or last if that is past the end. Returns false if there is no
    /// entry at `from`.
    pub(crate) fn move_to(&mut self, from: usize, to: usize) -> bool {
        let moved = self.remove(from);
        moved.map(|entry| self.insert(to, entry)).is_some()
    }

    /// Swaps two entries. Returns false if one of them does not exist.
    pub(crate) fn swap(&mut self, one: usize, other: usize) -> bool {
        let (low, high) = (one.min(other), one.max(other));
        if high >= self.len() {
            return false;
        }
        match &mut self.0 {
            Form::Plain { entries, .. } => entries.swap(low, high),
            Form::Long(_) if low == high => {}
            // The entries in between move down by one and up again.
            Form::Long(_) => {
                self.move_to(high, low);
                self.move_to(low + 1, high);
            }
        }
        true
    }
}

/// A list of (name, value), which can lend the values.
impl<V, const ANY_CASE: bool> NamedList<(String, V), ANY_CASE> {
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = (&str, &mut V)> {
        self.entries_mut().map(|(name, value)| (name.as_str(), value))
    }

    pub(crate) fn value_mut(&mut self, at: usize) -> Option<&mut V> {
        let (_, value) = match &mut self.0 {
            Form::Plain { entries, .. } => entries.get_mut(at)?,
            Form::Long(long) => long.get_mut(at)?,
        };
        Some(value)
    }

    /// Returns the first value of this name.
    pub(crate) fn find(&mut self, name: &str) -> Option<&mut V> {
        let at = self.position(name)?;
        self.value_mut(at)
    }
}

fn is_same<const ANY_CASE: bool>(one: &str, other: &str) -> bool {
    if ANY_CASE { one.eq_ignore_ascii_case(other) } else { one == other }
}
