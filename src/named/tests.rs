use super::cost::{self, assert_linear};
use super::long::FULL;
use super::{Form, NamedList};
use crate::random::{Random, cases};

/// A slow and simple list to compare with.
#[derive(Default)]
struct Model<const ANY_CASE: bool>(Vec<(String, usize)>);

impl<const ANY_CASE: bool> Model<ANY_CASE> {
    fn position(&self, name: &str) -> Option<usize> {
        let is_match = |other: &str| match ANY_CASE {
            true => other.eq_ignore_ascii_case(name),
            false => other == name,
        };
        self.0.iter().position(|(other, _)| is_match(other))
    }

    fn insert(&mut self, at: usize, name: &str, value: usize) {
        self.0.insert(at.min(self.0.len()), (name.to_owned(), value));
    }

    fn remove(&mut self, at: usize) -> Option<(String, usize)> {
        (at < self.0.len()).then(|| self.0.remove(at))
    }
}

#[derive(Debug, Clone)]
enum ListStep {
    Push(String),
    /// Inserts these names at one position.
    Insert(usize, Vec<String>),
    Remove(usize),
    /// Removes entries at a position, as often as the second number.
    RemoveFrom(usize, usize),
    RemoveNamed(String),
    Rename(usize, String),
    Move(usize, usize),
    Swap(usize, usize),
    Set(String),
    Edit(usize, String),
    Index,
    /// Searches until there is an index.
    Search,
    Clone,
}

/// Returns a name. Some names occur often, some in both cases, and most once.
fn name(random: &mut Random) -> String {
    match random.below(9) {
        0..2 => random.text_of("abcABC", 1, 1),
        2..5 => random.text_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 2, 2),
        5..8 => random.text_of("abcdefghijklmnopqrstuvwxyz0123456789", 4, 4),
        _ => random.text(0, 32),
    }
}

fn names(random: &mut Random, from: usize, to: usize) -> Vec<String> {
    (0..random.within(from, to)).map(|_| name(random)).collect()
}

fn step(random: &mut Random) -> ListStep {
    let at = |random: &mut Random| random.below(usize::MAX);
    match random.below(39) {
        0..4 => ListStep::Push(name(random)),
        4..8 => ListStep::Insert(at(random), names(random, 1, 199)),
        8..12 => ListStep::Remove(at(random)),
        12..14 => ListStep::RemoveFrom(at(random), random.within(1, 299)),
        14..18 => ListStep::RemoveNamed(name(random)),
        18..22 => ListStep::Rename(at(random), name(random)),
        22..26 => ListStep::Move(at(random), at(random)),
        26..30 => ListStep::Swap(at(random), at(random)),
        30..34 => ListStep::Set(name(random)),
        34 => ListStep::Edit(at(random), name(random)),
        35 => ListStep::Index,
        36..38 => ListStep::Search,
        _ => ListStep::Clone,
    }
}

fn assert_equal<const ANY_CASE: bool>(initial: Vec<String>, steps: &[ListStep]) {
    let initial: Vec<_> = initial.into_iter().zip(0..).collect();
    let mut model = Model::<ANY_CASE>(initial.clone());
    let mut list = NamedList::<(String, usize), ANY_CASE>::from(initial);
    for (value, step) in steps.iter().enumerate() {
        apply(step, 1_000_000 + value, &mut list, &mut model);
        if let Form::Long(long) = &list.0 {
            assert!(long.is_indexed_exactly());
        }
        assert_eq!(list.len(), model.0.len());
        assert_eq!(list.is_empty(), model.0.is_empty());
        assert!(list.iter().eq(&model.0));
        let mut values = model.0.iter().map(|(name, value)| (name.as_str(), *value));
        assert!(list.values_mut().all(|(name, value)| values.next() == Some((name, *value))));
        assert!(values.next().is_none());
    }
    assert_reads_equal(&mut list, &model);
}

/// Applies a step to a list and to its model, and compares the results.
fn apply<const ANY_CASE: bool>(
    step: &ListStep,
    value: usize,
    list: &mut NamedList<(String, usize), ANY_CASE>,
    model: &mut Model<ANY_CASE>,
) {
    let place = |at: &usize, model: &Model<ANY_CASE>| at % (model.0.len() + 1);
    match step {
        ListStep::Push(name) => {
            model.0.push((name.clone(), value));
            list.push((name.clone(), value));
        }
        ListStep::Insert(at, names) => {
            let at = place(at, model);
            for name in names {
                model.insert(at, name, value);
                list.insert(at, (name.clone(), value));
            }
        }
        ListStep::Remove(at) => {
            let at = place(at, model);
            assert_eq!(list.remove(at), model.remove(at));
        }
        ListStep::RemoveFrom(at, count) => {
            let at = place(at, model);
            (0..*count).for_each(|_| assert_eq!(list.remove(at), model.remove(at)));
        }
        ListStep::RemoveNamed(name) => {
            let at = model.position(name);
            assert_eq!(list.position(name), at);
            assert_eq!(at.and_then(|at| list.remove(at)), at.and_then(|at| model.remove(at)));
        }
        ListStep::Rename(at, name) => {
            let at = place(at, model);
            let renamed = model.0.get_mut(at).map(|entry| entry.0.clone_from(name));
            assert_eq!(list.change(at, |entry| entry.0.clone_from(name)), renamed);
        }
        ListStep::Move(from, to) => {
            let (from, to) = (place(from, model), place(to, model));
            let moved = model.remove(from);
            assert_eq!(list.move_to(from, to), moved.is_some());
            if let Some((name, value)) = moved {
                model.insert(to, &name, value);
            }
        }
        ListStep::Swap(one, other) => {
            let (one, other) = (place(one, model), place(other, model));
            let exist = one.max(other) < model.0.len();
            assert_eq!(list.swap(one, other), exist);
            if exist {
                model.0.swap(one, other);
            }
        }
        ListStep::Set(name) => {
            let at = model.position(name);
            assert_eq!(list.find(name).copied(), at.map(|at| model.0[at].1));
            if let (Some(place), Some(at)) = (list.find_mut(name), at) {
                *place = value;
                model.0[at].1 = value;
            }
        }
        ListStep::Edit(at, name) => {
            let at = place(at, model);
            let change = |entries: &mut Vec<(String, usize)>| {
                if let Some(entry) = entries.get_mut(at) {
                    *entry = (name.clone(), value);
                }
            };
            change(&mut model.0);
            list.edit(change);
        }
        ListStep::Index => list.index(),
        ListStep::Search => (0..20).for_each(|_| assert_eq!(list.position("no such name"), None)),
        ListStep::Clone => {
            let copy = list.clone();
            assert!(copy == *list);
            *list = copy;
        }
    }
}

/// Compares each way to read a list with its model.
fn assert_reads_equal<const ANY_CASE: bool>(
    list: &mut NamedList<(String, usize), ANY_CASE>,
    model: &Model<ANY_CASE>,
) {
    for (at, (name, value)) in model.0.iter().enumerate() {
        assert_eq!(list.get(at), Some(&(name.clone(), *value)));
        assert_eq!(list.value_mut(at), Some(&mut value.clone()));
        assert_eq!(list.position(name), model.position(name));
    }
    for name in ["a", "A", "b", "", "no such name"] {
        assert_eq!(list.position(name), model.position(name));
        let all: Vec<_> = list.all(name).collect();
        let is_match = |(other, _): &&(String, usize)| match ANY_CASE {
            true => other.eq_ignore_ascii_case(name),
            false => other == name,
        };
        assert_eq!(all, model.0.iter().filter(is_match).collect::<Vec<_>>());
    }
    assert_eq!(list.get(model.0.len()), None);
}

#[test]
fn a_list_behaves_like_a_vec() {
    cases(32, check::<false>);
}

#[test]
fn a_list_without_case_behaves_like_a_vec() {
    cases(32, check::<true>);
}

fn check<const ANY_CASE: bool>(random: &mut Random) {
    let initial = names(random, 0, 5 * FULL);
    let steps: Vec<ListStep> = (0..random.within(1, 59)).map(|_| step(random)).collect();
    assert_equal::<ANY_CASE>(initial, &steps);
}

type List = NamedList<(String, usize)>;

fn name_of(n: usize) -> String {
    format!("name {n}")
}

fn list_of(names: impl Iterator<Item = String>) -> List {
    names.zip(0..).collect::<Vec<_>>().into()
}

fn distinct(count: usize) -> List {
    list_of((0..count).map(name_of))
}

#[test]
fn access_by_name_takes_linear_time() {
    let update = |list: &mut List, name: String| match list.find_mut(&name) {
        Some(value) => *value += 1,
        None => list.push((name, 0)),
    };
    assert_linear("build", |count| {
        let mut list = List::default();
        (0..count).for_each(|n| update(&mut list, name_of(n)));
        (0..count).for_each(|n| update(&mut list, name_of(n)));
        assert_eq!(list.len(), count);
        assert!(list.iter().all(|(_, value)| *value == 1));
    });
    assert_linear("look up", |count| {
        let list = distinct(count);
        assert!((0..count).all(|n| list.position(&name_of(n)) == Some(n)));
        assert!((0..count).all(|n| list.position(&format!("no {n}")).is_none()));
    });
    assert_linear("rename", |count| {
        let mut list = distinct(count);
        for n in 0..count {
            let at = list.position(&name_of(n)).unwrap();
            assert!(list.change(at, |entry| entry.0 = format!("new {n}")).is_some());
        }
        assert_eq!(list.position("new 7"), Some(7));
    });
    assert_linear("insert new names first", |count| {
        let mut list = List::default();
        for n in 0..count {
            assert_eq!(list.position(&name_of(n)), None);
            list.insert(0, (name_of(n), n));
        }
        assert_eq!(list.position("name 0"), Some(count - 1));
    });
    assert_linear("remove and add again", |count| {
        let mut list = distinct(count);
        for n in 0..count {
            let at = list.position(&name_of(n)).unwrap();
            let entry = list.remove(at).unwrap();
            list.push(entry);
        }
        assert!(list == distinct(count));
    });
    assert_linear("look up all", |count| {
        let list = distinct(count);
        assert!((0..count).all(|n| list.all(&name_of(n)).count() == 1));
        let mut list = list;
        list.index();
        assert!((0..count).all(|n| list.all(&name_of(n)).count() == 1));
    });
    assert_linear("index alone", |count| {
        let mut list = distinct(count);
        list.index();
        assert!((0..count).all(|n| list.position(&name_of(n)) == Some(n)));
    });
}

#[test]
fn removal_in_any_order_takes_linear_time() {
    let removed = |what: &str, order: fn(usize) -> Vec<usize>| {
        assert_linear(what, |count| {
            let mut list = distinct(count);
            for n in order(count) {
                let at = list.position(&name_of(n)).unwrap();
                assert_eq!(list.remove(at), Some((name_of(n), n)));
            }
        });
    };
    removed("from the front", |count| (0..count).collect());
    removed("from the end", |count| (0..count).rev().collect());
    removed("every other one, then the rest", |count| {
        (0..count).step_by(2).chain((1..count).step_by(2)).collect()
    });
    removed("from the middle up, then down", |count| {
        (count / 2..count).chain((0..count / 2).rev()).collect()
    });
    // 7,919 has no factor in common with the counts.
    removed("in no order", |count| (0..count).map(|n| n * 7_919 % count).collect());
}

#[test]
fn access_by_position_takes_linear_time() {
    for (what, at) in [("first", 0), ("second", 1), ("in the middle", usize::MAX)] {
        let at = |list: &List| if at == usize::MAX { list.len() / 2 } else { at };
        assert_linear(&format!("insert {what}"), |count| {
            let mut list = List::default();
            for n in 0..count {
                list.insert(at(&list), (name_of(n), n));
            }
            assert_eq!(list.len(), count);
        });
        assert_linear(&format!("remove {what}"), |count| {
            let mut list = distinct(count);
            while let Some(removed) = list.remove(at(&list)) {
                assert_eq!(removed.0, name_of(removed.1));
            }
            assert!(list.len() <= 1);
        });
        assert_linear(&format!("move the last {what}"), |count| {
            let mut list = distinct(count);
            (0..count).for_each(|_| assert!(list.move_to(count - 1, at(&list))));
        });
        assert_linear(&format!("swap the last with {what}"), |count| {
            let mut list = distinct(count);
            list.index();
            (0..count).for_each(|_| assert!(list.swap(count - 1, at(&list))));
            assert!(list == distinct(count));
        });
    }
    assert_linear("read", |count| {
        let mut list = distinct(count);
        list.index();
        assert!((0..count).all(|n| list.get(n) == Some(&(name_of(n), n))));
    });
}

#[test]
fn no_insertion_takes_more_than_its_bound() {
    const CHUNKS: usize = 200;
    let mut list = distinct(CHUNKS * FULL);
    list.index();
    let mut worst = |at: usize, count: usize| {
        let steps = (0..count).map(|n| cost::of(|| list.insert(at, (format!("new {at} {n}"), n))));
        steps.max().unwrap_or_default()
    };
    let (last, first) = (worst(usize::MAX, 3 * FULL), worst(0, 3 * FULL));
    assert!(last < 50, "last: {last} steps");
    assert!((CHUNKS..3 * CHUNKS + 3 * FULL).contains(&first), "first: {first} steps");
}

#[test]
fn frequent_names_take_linear_time() {
    for different in [1, 2, 50] {
        let names = |count| list_of((0..count).map(move |n| name_of(n % different)));
        assert_linear(&format!("{different} names, looked up"), |count| {
            let mut list = names(count);
            list.index();
            assert!(
                (0..count).all(|n| list.position(&name_of(n % different)) == Some(n % different))
            );
        });
        assert_linear(&format!("{different} names, removed"), |count| {
            let mut list = names(count);
            for n in 0..count {
                let at = list.position(&name_of(n % different)).unwrap();
                assert_eq!(list.remove(at), Some((name_of(n % different), n)));
            }
            assert!(list.is_empty());
        });
        assert_linear(&format!("{different} names, inserted first"), |count| {
            let mut list = List::default();
            for n in 0..count {
                list.insert(0, (name_of(n % different), n));
                assert_eq!(list.position(&name_of(n % different)), Some(0));
            }
        });
    }
}

#[test]
fn a_list_that_is_read_a_few_times_is_not_indexed() {
    let is_plain = |list: &List| matches!(list.0, Form::Plain(_));
    let has_index = |list: &List| match &list.0 {
        Form::Plain(plain) => plain.is_impatient(),
        Form::Long(_) => true,
    };
    let mut list = distinct(10_000);
    (0..10).for_each(|n| assert!(list.position(&format!("no {n}")).is_none()));
    assert!(!has_index(&list));
    (0..10).for_each(|n| assert!(list.position(&format!("no {n}")).is_none()));
    assert!(has_index(&list) && is_plain(&list));
    // The next edit makes it long.
    list.push(("new".to_owned(), 0));
    assert!(!is_plain(&list));
    // A short list is never indexed, and a long list that becomes short is plain again.
    let short = distinct(60);
    (0..10_000).for_each(|n| assert!(short.position(&format!("no {n}")).is_none()));
    assert!(!has_index(&short));
    // It is rebuilt when most entries have been removed.
    while list.len() > 100 {
        list.remove(list.len() - 1);
    }
    assert!(!is_plain(&list));
    while list.len() > 8 {
        list.remove(4);
    }
    assert!(is_plain(&list));
}
