//! What the readers of PHP, JavaScript, Perl and PowerShell share.

#[cfg(test)]
pub(crate) mod dump;
pub(crate) mod repair;
pub(crate) mod shape;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod walk;
