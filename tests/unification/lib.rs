//! Nothing here: what this package is for is in its manifest and its tests.
