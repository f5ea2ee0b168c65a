#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| zoomkat_fuzz::postman_collection(data));
