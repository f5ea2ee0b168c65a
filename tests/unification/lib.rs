//! Empty: this package consists of its manifest and its tests.
