//! Builders whose setters take and return the builder by value.

/// Generates a builder for a type whose setters take `&mut self`.
///
/// Each listed setter becomes a method with the same name and arguments that takes and returns the builder by
/// value. A setter that can fail is marked `-> Result`. Attributes are copied to the method; documentation is added
/// after the link to the setter. The target must implement `Clone` and `Debug`.
///
/// ```text
/// builder! {
///     /// Builds an [`HttpRequest`].
///     pub struct HttpRequestBuilder builds HttpRequest {
///         fn set_path(path: impl Into<String>);
///         #[doc(alias = "json")]
///         fn set_json(value: &impl Serialize) -> Result;
///     }
/// }
/// ```
macro_rules! builder {
    (
        $(#[$meta:meta])*
        $vis:vis struct $Builder:ident builds $Target:ident {
            $(
                $(#[$attr:meta])*
                fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $result:ident)?;
            )*
        }
    ) => {
        $(#[$meta])*
        #[must_use = "a builder does nothing until `build` is called"]
        #[derive(Clone)]
        $vis struct $Builder($Target);

        impl $Builder {
            #[doc = concat!("Returns the [`", stringify!($Target), "`].")]
            #[must_use]
            $vis fn build(self) -> $Target {
                self.0
            }

            $($crate::by_value::builder! {
                @setter [$vis] $Target
                $(#[$attr])*
                fn $name($($arg: $type),*) $(-> $result)?;
            })*
        }

        impl From<$Target> for $Builder {
            fn from(target: $Target) -> Self {
                $Builder(target)
            }
        }

        impl From<$Builder> for $Target {
            fn from(builder: $Builder) -> Self {
                builder.0
            }
        }

        impl std::fmt::Debug for $Builder {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&self.0, f)
            }
        }
    };
    (@setter [$vis:vis] $Target:ident $(#[$attr:meta])* fn $name:ident($($arg:ident: $type:ty),*);) => {
        #[doc = concat!("[`", stringify!($Target), "::", stringify!($name), "`], by value.")]
        $(#[$attr])*
        $vis fn $name(mut self, $($arg: $type),*) -> Self {
            self.0.$name($($arg),*);
            self
        }
    };
    (
        @setter [$vis:vis] $Target:ident $(#[$attr:meta])*
        fn $name:ident($($arg:ident: $type:ty),*) -> $result:ident;
    ) => {
        #[doc = concat!("[`", stringify!($Target), "::", stringify!($name), "`], by value.")]
        $(#[$attr])*
        $vis fn $name(mut self, $($arg: $type),*) -> $crate::error::$result<Self> {
            self.0.$name($($arg),*)?;
            Ok(self)
        }
    };
}

pub(crate) use builder;

#[cfg(test)]
mod tests {
    use crate::error::{Error, Result};

    #[derive(Clone, Debug, Default)]
    struct Lamp {
        label: String,
        watts: u32,
    }

    impl Lamp {
        fn set_label(&mut self, label: impl Into<String>) -> &mut Self {
            self.label = label.into();
            self
        }

        fn set_watts(&mut self, watts: u32) -> Result<&mut Self> {
            if watts == 0 {
                return Err(Error::invalid("set_watts", "it is 0"));
            }
            self.watts = watts;
            Ok(self)
        }
    }

    builder! {
        /// Builds a [`Lamp`].
        struct LampBuilder builds Lamp {
            /// Any text.
            #[doc(alias = "name")]
            fn set_label(label: impl Into<String>);
            #[cfg(test)]
            fn set_watts(watts: u32) -> Result;
        }
    }

    #[test]
    fn a_builder_calls_the_setters_of_its_target() -> Result<()> {
        let builder = LampBuilder::from(Lamp::default()).set_label("desk").set_watts(5)?;
        assert_eq!(format!("{builder:?}"), format!("{:?}", builder.clone().build()));
        let lamp = builder.build();
        assert_eq!((&*lamp.label, lamp.watts), ("desk", 5));
        assert!(LampBuilder::from(lamp).set_watts(0).is_err());
        Ok(())
    }
}
