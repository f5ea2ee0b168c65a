//! An allocator that counts, once it was told to: counting would add to the times of what allocates much.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

pub struct Counting;

static IS_ON: AtomicBool = AtomicBool::new(false);
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
        free(layout.size());
        unsafe { System.dealloc(ptr, layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        free(layout.size());
        add(size);
        unsafe { System.realloc(ptr, layout, size) }
    }
}

fn add(size: usize) {
    if IS_ON.load(Relaxed) {
        COUNT.fetch_add(1, Relaxed);
        ALLOCATED.fetch_add(size as u64, Relaxed);
    }
}

fn free(size: usize) {
    if IS_ON.load(Relaxed) {
        FREED.fetch_add(size as u64, Relaxed);
    }
}

/// Starts or stops counting.
pub fn count_allocations(is_on: bool) {
    IS_ON.store(is_on, Relaxed);
}

/// Returns the number of counted allocations, by all threads.
pub fn count() -> u64 {
    COUNT.load(Relaxed)
}

/// Returns the number of bytes of counted allocations. A reallocation counts whole.
pub fn allocated() -> u64 {
    ALLOCATED.load(Relaxed)
}

/// Returns the number of these bytes that are in use.
pub fn in_use() -> u64 {
    ALLOCATED.load(Relaxed).saturating_sub(FREED.load(Relaxed))
}
