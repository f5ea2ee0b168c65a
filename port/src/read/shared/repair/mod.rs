//! Repairs of scripts that a grammar cannot read: pages cut in the middle, strings without an end.
//!
//! The lines keep their numbers. What stands for a broken line has to be something that the language has there: a
//! comment, or, where blocks begin and end with words, a word.

pub(crate) mod marks;
pub(crate) mod words;
