//! An allocator that counts.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

pub struct Counting;

static COUNT: AtomicU64 = AtomicU64::new(0);
static ALLOCATED: AtomicU64 = AtomicU64::new(0);
static FREED: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call is forwarded unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        FREED.fetch_add(layout.size() as u64, Relaxed);
        unsafe { System.dealloc(ptr, layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        FREED.fetch_add(layout.size() as u64, Relaxed);
        add(size);
        unsafe { System.realloc(ptr, layout, size) }
    }
}

fn add(size: usize) {
    COUNT.fetch_add(1, Relaxed);
    ALLOCATED.fetch_add(size as u64, Relaxed);
}

/// Returns the number of allocations so far, by all threads.
pub fn count() -> u64 {
    COUNT.load(Relaxed)
}

/// Returns the number of bytes allocated so far. A reallocation counts whole.
pub fn allocated() -> u64 {
    ALLOCATED.load(Relaxed)
}

/// Returns the number of bytes that are in use.
pub fn in_use() -> u64 {
    ALLOCATED.load(Relaxed).saturating_sub(FREED.load(Relaxed))
}
