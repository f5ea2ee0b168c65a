//! Macros for setters of [`Http`](super::Http) that call the transport's setters.

/// Defines setters that call the transport's setter of the same name and return `&mut Self`.
macro_rules! setters {
    ($(#[$outer:meta])* impl Http {
        $($(#[$attr:meta])* pub fn $name:ident($($arg:ident: $type:ty),*);)*
    }) => {
        $(#[$outer])*
        impl super::Http {
            $(
                $(#[$attr])*
                ///
                #[doc = concat!(
                    "More at [`Transport::", stringify!($name), "`](crate::Transport::", stringify!($name), ").",
                )]
                pub fn $name(&mut self, $($arg: $type),*) -> &mut Self {
                    self.transport.$name($($arg),*);
                    self
                }
            )*
        }
    };
}

/// The same for setters that return a `Result`.
macro_rules! fallible_setters {
    ($(#[$outer:meta])* impl Http {
        $($(#[$attr:meta])* pub fn $name:ident($($arg:ident: $type:ty),*);)*
    }) => {
        $(#[$outer])*
        impl super::Http {
            $(
                $(#[$attr])*
                ///
                /// # Errors
                ///
                #[doc = concat!(
                    "As for [`Transport::", stringify!($name), "`](crate::Transport::", stringify!($name), ").",
                )]
                pub fn $name(&mut self, $($arg: $type),*) -> crate::error::Result<&mut Self> {
                    self.transport.$name($($arg),*)?;
                    Ok(self)
                }
            )*
        }
    };
}

pub(super) use {fallible_setters, setters};
