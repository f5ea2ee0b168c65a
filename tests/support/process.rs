//! What the system reports about this process: memory, file handles, threads. `None` if it does
//! not report them.

/// Bytes of memory in use.
pub fn memory() -> Option<u64> {
    system::memory().map(|(now, _)| now)
}

/// Peak bytes of memory in use.
pub fn peak_memory() -> Option<u64> {
    system::memory().map(|(_, peak)| peak)
}

/// File handles; on Windows all handles.
pub fn handles() -> Option<usize> {
    system::handles()
}

/// Threads.
pub fn threads() -> Option<usize> {
    system::threads()
}

#[cfg(target_os = "linux")]
mod system {
    use std::fs;

    fn entries(of: &str) -> Option<usize> {
        Some(fs::read_dir(format!("/proc/self/{of}")).ok()?.count())
    }

    pub fn handles() -> Option<usize> {
        entries("fd")
    }

    pub fn threads() -> Option<usize> {
        entries("task")
    }

    pub fn memory() -> Option<(u64, u64)> {
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
        };
        Some((bytes("VmRSS:")?, bytes("VmHWM:")?))
    }
}

#[cfg(windows)]
mod system {
    use std::ffi::c_void;
    use std::mem::size_of;

    /// `PROCESS_MEMORY_COUNTERS`.
    #[repr(C)]
    #[derive(Default)]
    struct Counters {
        size: u32,
        page_faults: u32,
        peak: usize,
        now: usize,
        others: [usize; 6],
    }

    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetCurrentProcess() -> *mut c_void;
        fn GetProcessHandleCount(process: *mut c_void, count: *mut u32) -> i32;
        fn K32GetProcessMemoryInfo(process: *mut c_void, found: *mut Counters, size: u32) -> i32;
    }

    pub fn handles() -> Option<usize> {
        let mut count = 0;
        // SAFETY: `count` is valid for the write.
        let is_known = unsafe { GetProcessHandleCount(GetCurrentProcess(), &raw mut count) } != 0;
        // wine does not count handles and returns 0.
        (is_known && count > 0).then_some(count as usize)
    }

    pub fn threads() -> Option<usize> {
        None
    }

    pub fn memory() -> Option<(u64, u64)> {
        let size = u32::try_from(size_of::<Counters>()).ok()?;
        let mut found = Counters { size, ..Counters::default() };
        // SAFETY: the structure has the documented layout, and its size is passed.
        let is_known =
            unsafe { K32GetProcessMemoryInfo(GetCurrentProcess(), &raw mut found, size) } != 0;
        is_known.then_some((found.now as u64, found.peak as u64))
    }
}

#[cfg(not(any(target_os = "linux", windows)))]
mod system {
    pub fn handles() -> Option<usize> {
        None
    }

    pub fn threads() -> Option<usize> {
        None
    }

    pub fn memory() -> Option<(u64, u64)> {
        None
    }
}
