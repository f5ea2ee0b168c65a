//! Tests of the cookie jar.

use std::path::Path;

use super::*;

#[test]
fn unsaved_cookies_survive_a_file_that_another_program_writes() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().to_owned();
    let jar = Jar::new(Some(folder.clone()));
    let url = Url::parse("https://example.com/").unwrap();
    {
        let mut kept = jar.lock();
        let cookie = kept.read(&url, b"mine=1").unwrap();
        assert!(kept.put(&url, cookie.clone()));
        kept.unsaved.push((url.clone(), cookie));
    }
    let other = Jar::new(Some(folder.clone()));
    other.add(&url, [b"theirs=2".as_slice()].into_iter(), &|| true).unwrap();
    let both = |jar: &Jar| {
        let json = jar.read().unwrap().to_json().unwrap();
        json.contains("mine=1") && json.contains("theirs=2")
    };
    assert!(both(&jar));
    // The next cookie that is set saves it too.
    jar.add(&url, [b"more=3".as_slice()].into_iter(), &|| true).unwrap();
    assert!(both(&other) && jar.lock().unsaved.is_empty());
}

/// The next call saves the unsaved `a=1` together with its own cookie.
fn the_next_call_saves_both(jar: &Jar, url: &Url, dir: &Path) {
    jar.add(url, [b"b=2".as_slice()].into_iter(), &|| true).unwrap();
    let saved = fs::read_to_string(dir.join(FILE)).unwrap();
    assert!(saved.contains("a=1") && saved.contains("b=2"), "{saved}");
}

#[test]
fn cookies_are_not_saved_if_the_lock_fails() {
    let dir = tempfile::tempdir().unwrap();
    let jar = Jar::new(Some(dir.path().to_owned()));
    let url = Url::parse("https://example.com/").unwrap();
    let lock = dir.path().join("cookies.lock");
    fs::create_dir(&lock).unwrap();
    let err = jar.add(&url, [b"a=1".as_slice()].into_iter(), &|| true).unwrap_err();
    assert!(err.to_string().contains("cannot lock") && err.is_io(), "{err}");
    assert!(!dir.path().join(FILE).exists());
    fs::remove_dir(&lock).unwrap();
    the_next_call_saves_both(&jar, &url, dir.path());
}

#[test]
fn cookies_are_saved_by_the_next_call_if_the_file_is_locked() {
    let dir = tempfile::tempdir().unwrap();
    let jar = Jar::new(Some(dir.path().to_owned()));
    let url = Url::parse("https://example.com/").unwrap();
    let path = dir.path().join("cookies.lock");
    let held = lock::open(&path, &path).unwrap();
    assert!(lock::try_lock(&held).unwrap());
    let mut waited = Duration::ZERO;
    let err = jar.lock_file_with(&|| true, |wait| waited += wait).unwrap_err();
    assert!(err.to_string().contains("was locked for two seconds") && err.is_io(), "{err}");
    assert_eq!(waited, Duration::from_secs(2));
    let err = jar.add(&url, [b"a=1".as_slice()].into_iter(), &|| false).unwrap_err();
    assert!(err.to_string().contains("was locked until the call ended"), "{err}");
    assert!(!dir.path().join(FILE).exists());
    drop(held);
    the_next_call_saves_both(&jar, &url, dir.path());
}

#[test]
fn a_file_that_was_written_in_place_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let jar = Jar::new(Some(dir.path().to_owned()));
    let url = Url::parse("https://example.com/").unwrap();
    jar.add(&url, [b"a=1".as_slice()].into_iter(), &|| true).unwrap();
    let path = dir.path().join(FILE);
    let before = fs::metadata(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap().replace("a=1", "a=2");
    // The same inode, length and time, as a new file may have by chance.
    fs::write(&path, text).unwrap();
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_modified(before.modified().unwrap()).unwrap();
    assert!(jar.read().unwrap().to_json().unwrap().contains("a=2"));
}

#[test]
fn two_saves_of_one_length_in_one_tick_of_the_clock_are_distinguished() {
    let dir = tempfile::tempdir().unwrap();
    let jars = [0, 1].map(|_| Jar::new(Some(dir.path().to_owned())));
    let url = Url::parse("https://example.com/").unwrap();
    let tick = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for (jar, line) in jars.iter().cycle().zip(["a=1", "a=2", "a=3", "a=4"]) {
        jar.add(&url, [line.as_bytes()].into_iter(), &|| true).unwrap();
        let file = fs::OpenOptions::new().write(true).open(dir.path().join(FILE)).unwrap();
        file.set_modified(tick).unwrap();
        for jar in &jars {
            let json = jar.read().unwrap().to_json().unwrap();
            assert!(json.contains(line), "{line}: {json}");
        }
    }
}

#[test]
fn reading_an_unchanged_file_keeps_the_order_of_age() {
    let dir = tempfile::tempdir().unwrap();
    let jar = Jar::new(Some(dir.path().to_owned()));
    let url = Url::parse("https://example.com/").unwrap();
    let add = |line: &str| jar.add(&url, [line.as_bytes()].into_iter(), &|| true).unwrap();
    // Their names are in the opposite order.
    for line in ["z=1", "a=1"] {
        add(line);
        drop(jar.read().unwrap());
    }
    for number in 2..=MAX_PER_DOMAIN {
        add(&format!("n{number}=1"));
    }
    let json = jar.read().unwrap().to_json().unwrap();
    assert!(json.contains("a=1") && !json.contains("z=1"), "{json}");
}

#[cfg(windows)]
#[test]
fn cookies_are_saved_later_if_another_program_reads_the_file() {
    use std::os::windows::fs::OpenOptionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let jar = Jar::new(Some(dir.path().to_owned()));
    let url = Url::parse("https://example.com/").unwrap();
    let add = |line: &[u8]| jar.add(&url, [line].into_iter(), &|| true);
    add(b"a=1").unwrap();
    let path = dir.path().join(FILE);
    let reader = fs::OpenOptions::new().read(true).share_mode(1).open(&path).unwrap();
    let err = add(b"b=2").unwrap_err();
    assert!(err.to_string().contains("another program has the file open"), "{err}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "the file and its lock");
    drop(reader);
    add(b"c=3").unwrap();
    assert!(fs::read_to_string(&path).unwrap().contains("b=2"));
}

#[test]
fn cookies_are_counted_and_the_oldest_is_removed() {
    let jar = Jar::new(None);
    let url = |domain: usize| Url::parse(&format!("https://h{domain}.example/")).unwrap();
    let check = || {
        let kept = jar.lock();
        assert_eq!(kept.total, kept.store.iter_any().count());
        assert_eq!(kept.ages.values().map(HashMap::len).sum::<usize>(), kept.total);
        assert!(kept.ages.values().all(|ages| ages.len() <= MAX_PER_DOMAIN));
    };
    let add = |domain: usize, lines: &[String]| {
        for lines in lines.chunks(MAX_SET) {
            let lines = lines.iter().map(String::as_bytes);
            assert_eq!(jar.add(&url(domain), lines, &|| true).unwrap(), 0);
        }
    };
    for domain in 0..40 {
        add(domain, &(0..150).map(|name| format!("c{name}=1")).collect::<Vec<_>>());
        let lines = ["c140=2", "c141=; Max-Age=0", "c141=3", "c0=; Max-Age=0", "c142=; Max-Age=0"];
        add(domain, &lines.map(str::to_owned));
        check();
    }
    assert!(jar.lock().total > MAX_COOKIES - 100);
    add(99, &["login=1".to_owned()]);
    check();
    let json = jar.lock().to_json().unwrap();
    assert!(json.contains("login=1") && json.contains("h39.") && !json.contains("h0."), "{json}");
    let ended: Vec<String> = (0..150).map(|name| format!("c{name}=; Max-Age=0")).collect();
    (0..40).for_each(|domain| add(domain, &ended));
    check();
    assert_eq!(jar.lock().total, 1);
}

#[test]
fn a_file_with_the_most_cookies_can_be_read() {
    let (label, path) = (format!("{}.", "d".repeat(61)).repeat(4), "p".repeat(MAX_LINE - 1));
    let url = Url::parse(&format!("https://{}com/{path}/", &label[2..])).unwrap();
    for filler in [0xff, b'"'] {
        let jar = Jar::new(None);
        let attributes = "; Max-Age=99999; Secure; HttpOnly";
        let most = MAX_LINE - attributes.len() - format!("; Domain={}com", &label[2..]).len();
        let mut line = vec![filler; most];
        line[1] = b'=';
        line.extend(format!("; Domain={}com{attributes}", &label[2..]).bytes());
        jar.add(&url, [line.as_slice()].into_iter(), &|| true).unwrap();
        let json = jar.lock().to_json().unwrap();
        assert!(json.len() > MAX_LINE && (json.len() * MAX_COOKIES) as u64 <= MAX_FILE);
    }
}

#[test]
fn removed_cookies_take_no_memory() {
    let jar = Jar::new(None);
    let url = Url::parse("https://example.com/").unwrap();
    for name in 0..1000 {
        let (set, end) = (format!("c{name}=1"), format!("c{name}=; Max-Age=0"));
        jar.add(&url, [set.as_bytes(), end.as_bytes()].into_iter(), &|| true).unwrap();
    }
    assert_eq!(jar.lock().store.iter_any().count(), 0);
}
