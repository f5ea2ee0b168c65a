#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| zoomkat_fuzz::curl_command(data));
