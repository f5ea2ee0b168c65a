#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| zoomkat_fuzz::port_script(data));
