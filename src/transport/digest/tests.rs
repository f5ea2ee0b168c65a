//! The examples of RFC 7616, responses of curl 7.88, and challenges as servers write them.

use super::*;

fn challenge(field: &str) -> Challenge {
    Offers::read([field].into_iter()).digest.expect(field)
}

fn curl<'c>(cnonce: &'c str) -> DigestInput<'c> {
    let (login, password) = ("me", "p");
    DigestInput { login, password, verb: "GET", target: "/a?b=c", cnonce, count: 1 }
}

#[test]
fn the_examples_of_rfc_7616_section_3_9_1_are_computed() {
    let by = DigestInput {
        login: "Mufasa",
        password: "Circle of Life",
        verb: "GET",
        target: "/dir/index.html",
        cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        count: 1,
    };
    for (algorithm, response) in [
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
    ] {
        let challenge = challenge(&format!(
            "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm={algorithm}, \
             nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
             opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
        ));
        assert_eq!(
            challenge.authorization(&by),
            format!(
                "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", \
                 nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", uri=\"/dir/index.html\", \
                 cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", nc=00000001, qop=auth, \
                 response=\"{response}\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\", \
                 algorithm={algorithm}"
            )
        );
    }
}

/// The RFC has the wrong hashes here, as its erratum 4897 says.
#[test]
fn the_example_of_rfc_7616_section_3_9_2_is_computed_as_its_erratum_says() {
    let challenge = challenge(
        "Digest realm=\"api@example.org\", qop=\"auth\", algorithm=SHA-512-256, \
         nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", \
         opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\", charset=UTF-8, userhash=true",
    );
    let text = challenge.authorization(&DigestInput {
        login: "J\u{e4}s\u{f8}n Doe",
        password: "Secret, or not?",
        verb: "GET",
        target: "/doe.json",
        cnonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
        count: 1,
    });
    for part in [
        "username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b\"",
        "response=\"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5\"",
        "userhash=true",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn responses_are_those_of_curl() {
    for (field, cnonce, expected) in [
        (
            "Digest realm=\"r\", nonce=\"n\"",
            "",
            "Digest username=\"me\", realm=\"r\", nonce=\"n\", uri=\"/a?b=c\", \
             response=\"f23a590880672ae6de20787381fde6c4\"",
        ),
        (
            "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5-sess, userhash=true",
            "NTA1MTgzODk2MmNlYmYyYmVmYzc3OWJlYTgxZTBiNzM=",
            "Digest username=\"4c555da31800eebe4ea74ce03362b7b3\", realm=\"r\", nonce=\"n\", \
             uri=\"/a?b=c\", cnonce=\"NTA1MTgzODk2MmNlYmYyYmVmYzc3OWJlYTgxZTBiNzM=\", nc=00000001, \
             qop=auth, response=\"454b869c20fa6e8272f921196297a420\", algorithm=MD5-sess, userhash=true",
        ),
        (
            "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256-sess",
            "ZTcxMjY5Nzc2ZDE1OTlmNmQ0YWM5OWM5ZTI1YTc1YjQ=",
            "Digest username=\"me\", realm=\"r\", nonce=\"n\", uri=\"/a?b=c\", \
             cnonce=\"ZTcxMjY5Nzc2ZDE1OTlmNmQ0YWM5OWM5ZTI1YTc1YjQ=\", nc=00000001, qop=auth, \
             response=\"e668d627a41f51f1c05caf9804e4bf1ce10b0804f1c0a1675b9c90274f48ef36\", \
             algorithm=SHA-256-sess",
        ),
    ] {
        assert_eq!(challenge(field).authorization(&curl(cnonce)), expected);
    }
}

#[test]
fn the_strongest_challenge_that_is_supported_is_chosen() {
    let of = |name: &str, rest: &str| format!("Digest realm=\"r\", nonce=\"{name}\"{rest}");
    let md5 = of("md5", ", qop=auth");
    let sha = of("sha", ", qop=\"auth-int, AUTH\", algorithm=sha-256");
    let sha512 = of("sha512", ", qop=auth, algorithm=SHA-512-256-sess");
    let old = of("old", "");
    let unknown = of("unknown", ", algorithm=SHA-1024");
    let int = of("int", ", qop=auth-int, algorithm=SHA-256");
    let chosen = |fields: &[&str]| {
        let digest = Offers::read(fields.iter().copied()).digest;
        digest.map(|challenge| challenge.nonce).unwrap_or_default()
    };
    assert_eq!(chosen(&[&old, &md5, &sha]), "sha");
    assert_eq!(
        chosen(&[&format!("Basic realm=\"Digest, x\", {old}, {md5}"), &unknown, &int]),
        "md5"
    );
    assert_eq!(chosen(&[&format!("{sha512}, {sha}")]), "sha512", "equals keep the server's order");
    assert_eq!(chosen(&[&unknown, &int, "Digest realm=\"no nonce\"", "Digest", ""]), "");
    assert_eq!(chosen(&[&of("x", ", algorithm=MD5-sess")]), "", "-sess needs qop");
    let control = of("x", ", opaque=\"\u{1}\"");
    assert_eq!(chosen(&[&control]), "", "a control character cannot be sent back");
}

#[test]
fn challenges_are_read_as_servers_write_them() {
    for field in [
        "Digest realm=\"a, \\\"b\\\"\",nonce=\"n\",stale=TRUE",
        "DIGEST  nonce = n ,, realm = \"a, \\\"b\\\"\" , stale=true,",
        "Negotiate abc==, NTLM, Digest realm=\"a, \\\"b\\\"\", nonce=n, stale=\"true\"",
    ] {
        let challenge = challenge(field);
        let read = (challenge.realm.as_str(), challenge.nonce.as_str(), challenge.is_stale);
        assert_eq!(read, ("a, \"b\"", "n", true), "{field}");
        let text = challenge.authorization(&curl("c"));
        assert!(text.contains(r#"realm="a, \"b\"", "#), "{text}");
    }
    let offers = Offers::read(["Digest realm=\"say, Basic\"", "x=1, =, \"", "a=b"].into_iter());
    assert!(!offers.basic && offers.digest.is_none(), "{offers:?}");
    assert!(Offers::read(["Bearer, bASIC"].into_iter()).basic);
}
