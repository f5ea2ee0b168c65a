//! The cost of a call: the script's request (PUT, multipart, one field) on a kept-alive connection
//! to a loopback server, by host name, one thread. Interleaved rounds, each on a new connection, as
//! much depends on the core that the server's thread happens to get; medians over the rounds.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Instant;

use zoomkat::{HttpRequest, Transport};
use zoomkat_benches::{Counting, count};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const ROUNDS: usize = 101;
const CALLS: usize = 200;

/// Answers 204 to each request; it allocates nothing once a connection stands.
fn serve(listener: TcpListener) {
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { continue };
        std::thread::spawn(move || {
            let mut buf = [0; 4096];
            let mut have = 0;
            loop {
                match stream.read(&mut buf[have..]) {
                    Ok(0) | Err(_) => return,
                    Ok(n) => have += n,
                }
                if buf[..have].ends_with(b"--\r\n") {
                    have = 0;
                    let answer = b"HTTP/1.1 204 No Content\r\nX-Request: 1\r\n\r\n";
                    if stream.write_all(answer).is_err() {
                        return;
                    }
                }
            }
        });
    }
}

/// One call of a peer that is ready for it.
type Call = Box<dyn FnMut()>;

fn request() -> HttpRequest {
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT")
        .set_path("/v2/users/:userId/password")
        .set_content_type("multipart/form-data")
        .add_param("password", "dolor Excepteur minim")
        .add_header("Authorization", "Bearer <access_token>");
    req
}

fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || serve(listener));

    let text = request().set_boundary("b").generate_request_text().expect("a request");
    let text = text.replace("Host: domain", &format!("Host: localhost:{port}"));
    let (_, body) = text.split_once("\r\n\r\n").expect("a body");

    // Each makes what it needs for a round and gives one call of it.
    let raw = || {
        let mut stream = TcpStream::connect(("localhost", port)).expect("a connection");
        stream.set_nodelay(true).expect("a socket option");
        let text = text.clone();
        Box::new(move || {
            let mut buf = [0; 4096];
            stream.write_all(text.as_bytes()).expect("a write");
            let n = stream.read(&mut buf).expect("a read");
            assert!(buf[..n].starts_with(b"HTTP/1.1 204"));
        }) as Call
    };
    let ureq_ready = || {
        let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build();
        let agent = ureq::Agent::new_with_config(config);
        let url = format!("http://localhost:{port}/v2/users/:userId/password");
        let body = body.to_owned();
        Box::new(move || {
            let resp = agent
                .put(&url)
                .header("Content-Type", "multipart/form-data; boundary=b")
                .header("Authorization", "Bearer <access_token>")
                .send(&body)
                .expect("a response");
            assert_eq!(resp.status(), 204);
        }) as Call
    };
    let zoomkat = || {
        let (http, req) = (Transport::with_endpoint("localhost", port, false), request());
        Box::new(move || {
            assert_eq!(http.send(&req).expect("a response").status_code(), 204);
        }) as Call
    };

    let peers: [(&str, &dyn Fn() -> Call); 3] = [
        ("raw socket loop, ready bytes", &raw),
        ("ureq Agent, ready bytes", &ureq_ready),
        ("zoomkat, multipart written anew", &zoomkat),
    ];
    let mut micros = [const { Vec::new() }; 3];
    let mut allocations = [0; 3];
    for _ in 0..ROUNDS {
        for (index, (_, prepare)) in peers.iter().enumerate() {
            let mut call = prepare();
            for _ in 0..20 {
                call();
            }
            let (start, before) = (Instant::now(), count());
            for _ in 0..CALLS {
                call();
            }
            micros[index].push(start.elapsed().as_secs_f64() * 1e6 / CALLS as f64);
            allocations[index] = (count() - before) / CALLS as u64;
        }
    }
    println!("| {:<33} | µs a call | against raw | allocations a call |", "");
    println!("|{:-<35}|----------:|------------:|-------------------:|", "");
    let mut medians = micros.map(|mut of_peer| {
        of_peer.sort_by(f64::total_cmp);
        of_peer[ROUNDS / 2]
    });
    let raw = medians[0];
    for (index, median) in medians.iter_mut().enumerate() {
        let (name, allocations) = (peers[index].0, allocations[index]);
        println!("| {name:<33} | {median:>9.1} | {:>11.2} | {allocations:>18} |", *median / raw);
    }
}
