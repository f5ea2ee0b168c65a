//! An ordered list of named values with fast look-ups and edits at any length.
//!
//! * `mod.rs`: the list, which chooses one of two forms,
//! * `plain.rs`: the plain form, a `Vec`, with an index of the names if it is read often,
//! * `long.rs`: the long form, which has its entries in chunks and an index of the names,
//! * `lengths.rs`: finds the chunk of a position,
//! * `hash.rs`: the hashes of names,
//! * `sequence.rs`: a list without names,
//! * `cost.rs`: counts steps in tests.

pub(crate) mod cost;
mod hash;
mod lengths;
mod long;
mod plain;
#[cfg(any(feature = "chilkat", test))]
mod sequence;
#[cfg(test)]
mod tests;

use self::long::Long;
use self::plain::Plain;
#[cfg(feature = "chilkat")]
pub(crate) use self::sequence::Sequence;

/// An entry of a [`NamedList`].
pub(crate) trait Named {
    /// Returns the name, in UTF-8.
    fn name(&self) -> &[u8];
}

impl<N: AsRef<[u8]>, V> Named for (N, V) {
    fn name(&self) -> &[u8] {
        self.0.as_ref()
    }
}

impl Named for String {
    fn name(&self) -> &[u8] {
        self.as_bytes()
    }
}

/// A list of entries with names. A name may occur more than once; a search finds its first entry. With
/// `ANY_CASE`, names are compared without ASCII case.
///
/// A search by name, an insertion and a removal take about constant time at any length and position. A list
/// that is short, or rarely searched, is a plain `Vec`. The list has an index of the names, so it never lends an
/// entry whose name could be changed.
#[derive(Clone)]
pub(crate) struct NamedList<E, const ANY_CASE: bool = false>(Form<E, ANY_CASE>);

#[derive(Clone)]
enum Form<E, const ANY_CASE: bool> {
    Plain(Plain<E, ANY_CASE>),
    Long(Box<Long<E, ANY_CASE>>),
}

/// An iterator over one of the two forms.
enum OfForm<P, L> {
    Plain(P),
    Long(L),
}

impl<P: Iterator, L: Iterator<Item = P::Item>> Iterator for OfForm<P, L> {
    type Item = P::Item;

    fn next(&mut self) -> Option<P::Item> {
        match self {
            OfForm::Plain(plain) => plain.next(),
            OfForm::Long(long) => long.next(),
        }
    }
}

impl<E: Named, const ANY_CASE: bool> Default for NamedList<E, ANY_CASE> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<E: Named, const ANY_CASE: bool> From<Vec<E>> for NamedList<E, ANY_CASE> {
    fn from(entries: Vec<E>) -> Self {
        NamedList(Form::Plain(entries.into()))
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
            Form::Plain(plain) => plain.entries.len(),
            Form::Long(long) => long.len(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &E> {
        match &self.0 {
            Form::Plain(plain) => OfForm::Plain(plain.entries.iter()),
            Form::Long(long) => OfForm::Long(long.iter()),
        }
    }

    fn entries_mut(&mut self) -> impl Iterator<Item = &mut E> {
        match &mut self.0 {
            Form::Plain(plain) => OfForm::Plain(plain.entries.iter_mut()),
            Form::Long(long) => OfForm::Long(long.iter_mut()),
        }
    }

    pub(crate) fn get(&self, at: usize) -> Option<&E> {
        match &self.0 {
            Form::Plain(plain) => plain.entries.get(at),
            Form::Long(long) => long.get(at),
        }
    }

    /// Changes the entry at `at`, including its name. Returns `None` if `at` is past the end.
    pub(crate) fn change<T>(&mut self, at: usize, change: impl FnOnce(&mut E) -> T) -> Option<T> {
        match self.form_mut() {
            Form::Plain(plain) => plain.entries.get_mut(at).map(change),
            Form::Long(long) => long.change(at, change),
        }
    }

    /// Returns the position of the first entry of this name.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        match &self.0 {
            Form::Plain(plain) => plain.position(name),
            Form::Long(long) => long.position(name),
        }
    }

    /// The entries of this name, in their order.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &E> {
        match &self.0 {
            Form::Plain(plain) => OfForm::Plain(plain.all(name)),
            Form::Long(long) => OfForm::Long(long.all(name)),
        }
    }

    pub(crate) fn push(&mut self, entry: E) {
        self.insert(self.len(), entry);
    }

    /// Inserts before the entry at `at`, or last if `at` is past the end.
    pub(crate) fn insert(&mut self, at: usize, entry: E) {
        let at = at.min(self.len());
        match self.form_mut() {
            Form::Plain(plain) => plain.insert(at, entry),
            Form::Long(long) => long.insert(at, entry),
        }
    }

    pub(crate) fn remove(&mut self, at: usize) -> Option<E> {
        if at >= self.len() {
            return None;
        }
        let (removed, is_sparse) = match self.form_mut() {
            Form::Plain(plain) => (Some(plain.remove(at)), false),
            Form::Long(long) => (long.remove(at), long.is_sparse()),
        };
        if is_sparse {
            self.edit(|_| ());
        }
        removed
    }

    /// Changes any entries, as if the list were plain.
    pub(crate) fn edit(&mut self, change: impl FnOnce(&mut Vec<E>)) {
        let (mut entries, was_indexed) = match std::mem::take(self).0 {
            Form::Plain(plain) => {
                let was_indexed = plain.is_impatient();
                (plain.entries, was_indexed)
            }
            Form::Long(long) => (long.into_entries(), true),
        };
        cost::add(entries.len());
        change(&mut entries);
        *self = entries.into();
        if was_indexed {
            self.index();
        }
    }

    /// Returns the form in which edits take constant time, if that is worth the conversion.
    fn form_mut(&mut self) -> &mut Form<E, ANY_CASE> {
        if matches!(&self.0, Form::Plain(plain) if plain.is_impatient()) {
            self.index();
        }
        &mut self.0
    }

    /// Makes the list long if it has many entries.
    fn index(&mut self) {
        if let Form::Plain(plain) = &mut self.0 {
            if !plain.is_short() {
                let entries = std::mem::take(&mut plain.entries);
                self.0 = Form::Long(Box::new(entries.into()));
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
        match self.form_mut() {
            Form::Plain(plain) => plain.entries.swap(low, high),
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

impl<V, const ANY_CASE: bool> NamedList<(String, V), ANY_CASE> {
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = (&str, &mut V)> {
        self.entries_mut().map(|(name, value)| (name.as_str(), value))
    }
}

/// A list of (name, value), which can lend the values.
impl<N: AsRef<[u8]>, V, const ANY_CASE: bool> NamedList<(N, V), ANY_CASE> {
    pub(crate) fn value_mut(&mut self, at: usize) -> Option<&mut V> {
        let (_, value) = match &mut self.0 {
            Form::Plain(plain) => plain.entries.get_mut(at)?,
            Form::Long(long) => long.get_mut(at)?,
        };
        Some(value)
    }

    /// Returns the first value of this name.
    pub(crate) fn find(&self, name: &str) -> Option<&V> {
        let (_, value) = self.get(self.position(name)?)?;
        Some(value)
    }

    /// Returns the first value of this name.
    pub(crate) fn find_mut(&mut self, name: &str) -> Option<&mut V> {
        self.form_mut();
        let at = self.position(name)?;
        self.value_mut(at)
    }
}

fn is_same<const ANY_CASE: bool>(one: &[u8], other: &str) -> bool {
    let other = other.as_bytes();
    if ANY_CASE { one.eq_ignore_ascii_case(other) } else { one == other }
}
