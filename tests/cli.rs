//! The program as its users meet it: interrupted, without permission, with a full disk, through a closed pipe.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::indexing_slicing, reason = "a test may")]

mod common;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use common::{feedmill, files, modified, run, tree};

fn site(posts: usize) -> tempfile::TempDir {
    let folder = common::folder();
    fs::write(folder.path().join("feedmill.yml"), "base_url: https://example.com/\ntitle: T\nlimit: 0\n")
        .unwrap();
    for post in 0..posts {
        write_post(folder.path(), post, "One");
    }
    folder
}

fn write_post(folder: &Path, post: usize, title: &str) {
    let text = format!("---\ntitle: {title} {post}\ndate: 2025-11-{:02}\n---\nText.\n", post % 28 + 1);
    fs::write(folder.join(format!("post-{post:04}.md")), text).unwrap();
}

/// A document is whole if it ends as it should, and of one build if all its titles are.
fn assert_whole(folder: &Path) {
    for name in ["feed.xml", "atom.xml", "sitemap.xml"] {
        let text = fs::read_to_string(folder.join("public").join(name))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!(text.contains("<title>One ") && text.contains("<title>Two ")), "{name} is of two builds");
    }
    let text = fs::read(folder.join("public/feed.json")).unwrap();
    serde_json::from_slice::<serde_json::Value>(&text).unwrap();
}

#[test]
fn a_kill_at_any_moment_leaves_every_file_whole() {
    const KILLS: u64 = 300;
    const POSTS: usize = 60;
    let folder = site(POSTS);
    run(folder.path(), &["build"]);
    assert_whole(folder.path());
    // How long a build takes here, so that the kills fall all over it.
    let start = std::time::Instant::now();
    run(folder.path(), &["build"]);
    let length = u64::try_from(start.elapsed().as_micros()).unwrap().max(2000) * 3 / 2;
    let mut killed = 0;
    for round in 0..KILLS {
        let title = if round % 2 == 0 { "Two" } else { "One" };
        for post in 0..POSTS {
            write_post(folder.path(), post, title);
        }
        let mut child =
            feedmill(folder.path()).arg("build").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(length * round / KILLS));
        child.kill().unwrap();
        if child.wait().unwrap().code().is_none() {
            killed += 1;
        }
        assert_whole(folder.path());
    }
    assert!(killed > KILLS / 10, "only {killed} of {KILLS} builds were killed before they ended");
    let report = run(folder.path(), &["build"]);
    assert!(report.contains("exit status: 0"), "{report}");
    assert_whole(folder.path());
}

#[test]
fn old_leftovers_of_killed_runs_are_removed_and_others_files_are_not() {
    let folder = site(1);
    let public = folder.path().join("public");
    fs::create_dir(&public).unwrap();
    let stale = public.join(".feed.xml.feedmill-abc123.tmp");
    let fresh = public.join(".feed.xml.feedmill-def456.tmp");
    let killed = public.join(".feed.xml.feedmill-4194304-ghi789.tmp");
    let running = public.join(format!(".feed.xml.feedmill-{}-jkl012.tmp", std::process::id()));
    let foreign = public.join(".feed.xml.tmp");
    for path in [&stale, &fresh, &killed, &running, &foreign] {
        fs::write(path, "half").unwrap();
    }
    let long_ago = fs::metadata(&stale).unwrap().modified().unwrap() - Duration::from_secs(7200);
    for path in [&stale, &foreign] {
        fs::File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
    }
    run(folder.path(), &["build"]);
    assert_eq!((stale.exists(), fresh.exists(), foreign.exists()), (false, true, true));
    assert!(running.exists());
    assert_eq!(killed.exists(), !cfg!(target_os = "linux"));
}

#[test]
#[cfg(unix)]
fn mode_and_link_of_an_existing_file_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = site(1);
    let public = folder.path().join("public");
    fs::create_dir(&public).unwrap();
    fs::write(public.join("feed.xml"), "old").unwrap();
    fs::set_permissions(public.join("feed.xml"), fs::Permissions::from_mode(0o640)).unwrap();
    fs::write(folder.path().join("elsewhere.xml"), "<feed/>").unwrap();
    symlink("../elsewhere.xml", public.join("atom.xml")).unwrap();
    run(folder.path(), &["build"]);
    assert_eq!(fs::metadata(public.join("feed.xml")).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(public.join("atom.xml")).unwrap().is_symlink());
    assert!(fs::read_to_string(folder.path().join("elsewhere.xml")).unwrap().contains("<feed"));
    // A new file is as readable as the umask lets it be: a web server must be able to read it.
    assert_eq!(fs::metadata(public.join("feed.json")).unwrap().permissions().mode() & 0o600, 0o600);
    assert_ne!(fs::metadata(public.join("feed.json")).unwrap().permissions().mode() & 0o077, 0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_and_the_old_file_stays() {
    let folder = site(1);
    let public = folder.path().join("public");
    fs::create_dir(&public).unwrap();
    fs::write(public.join("feed.xml"), "old").unwrap();
    // No file of this process may grow beyond nothing: every write fails as on a full disk.
    let program = env!("CARGO_BIN_EXE_feedmill");
    let output = std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" build 2>&1 | cat", program])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("error: cannot write `public/feed.xml`"), "{said}");
    assert_eq!(fs::read_to_string(public.join("feed.xml")).unwrap(), "old");
    assert_eq!(files(&public).len(), 1, "something was left behind");
}

#[test]
fn an_output_that_cannot_be_made_is_an_error_with_its_path() {
    let folder = site(1);
    fs::write(folder.path().join("public"), "a file, not a folder").unwrap();
    let report = run(folder.path(), &["build"]);
    assert!(report.contains("cannot write into `public`: it is a file"), "{report}");
    assert!(report.contains("exit status: 2"), "{report}");
}

#[test]
fn a_closed_pipe_is_not_a_panic() {
    let folder = site(3);
    let mut child = feedmill(folder.path())
        .args(["build", "--message-format", "json", "-v"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_zone_and_language_of_the_machine_change_nothing() {
    let folder = site(5);
    run(folder.path(), &["build"]);
    let before = tree(folder.path());
    let status = feedmill(folder.path())
        .env("TZ", "Pacific/Kiritimati")
        .env("LC_ALL", "ja_JP.UTF-8")
        .args(["build", "--check"])
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(0));
    assert_eq!(tree(folder.path()), before);
}

#[test]
fn init_asks_for_what_a_site_does_not_say_and_never_overwrites() {
    let folder = common::folder();
    fs::create_dir(folder.path().join("posts")).unwrap();
    fs::write(folder.path().join("posts/2025-11-29-a.md"), "# A\n").unwrap();
    let report = run(folder.path(), &["init"]);
    assert!(report.contains("next: set `base_url` in feedmill.yml, run `feedmill build`"), "{report}");
    // The address cannot be guessed.
    assert!(run(folder.path(), &["build"]).contains("no base URL"));
    let report = run(folder.path(), &["init"]);
    assert!(report.contains("feedmill.yml: exists already") && report.contains("exit status: 2"), "{report}");
    // What is asked for is right once its comment sign is gone.
    let text = fs::read_to_string(folder.path().join("feedmill.yml")).unwrap();
    let is_asked = |line: &&str| ["base_url", "title", "author", "timezone"].contains(line);
    let lines = text.lines().filter_map(|line| line.strip_prefix("# "));
    let asked: Vec<&str> =
        lines.filter(|line| line.split(':').next().is_some_and(|key| is_asked(&key))).collect();
    assert_eq!(asked.len(), 4, "{text}");
    fs::write(folder.path().join("feedmill.yml"), asked.join("\n")).unwrap();
    let report = run(folder.path(), &["build"]);
    assert!(report.contains("exit status: 0"), "{report}");
    // What the generator's configuration says is not asked for, and where nothing is missing, nothing is written.
    let hugo = common::folder();
    fs::write(hugo.path().join("hugo.toml"), "title = \"Mills\"\ntimeZone = \"Asia/Tokyo\"\n").unwrap();
    let report = run(hugo.path(), &["init"]);
    assert!(report.contains("title: Mills\n") && report.contains("timezone: Asia/Tokyo\n"), "{report}");
    let text = fs::read_to_string(hugo.path().join("feedmill.yml")).unwrap();
    assert!(text.contains("in hugo.toml: baseURL = ") && !text.contains("title:"), "{text}");
    let jekyll = common::folder();
    let config = "url: https://a.example\ntitle: A\nauthor: Ada\ntimezone: Europe/Rome\n";
    fs::write(jekyll.path().join("_config.yml"), config).unwrap();
    let report = run(jekyll.path(), &["init"]);
    assert!(report.contains("author: Ada\nnext: run `feedmill build`\n"), "{report}");
    assert_eq!(tree(jekyll.path()).len(), 1);
}

/// Every exit status of the help text, and each way to it.
#[test]
fn a_folder_of_posts_below_the_site_is_not_the_site() {
    let folder = common::folder();
    fs::write(folder.path().join("feedmill.yml"), "base_url: https://example.com/\n").unwrap();
    fs::create_dir_all(folder.path().join("posts/old")).unwrap();
    fs::write(folder.path().join("posts/old/a.md"), "---\ntitle: A\ndate: 2025-01-01\n---\n").unwrap();
    for (from, args, named) in [
        ("posts", vec!["build"], "../feedmill.yml"),
        ("posts/old", vec!["build"], "../../feedmill.yml"),
        (".", vec!["build", "posts"], "feedmill.yml"),
        (".", vec!["build", "./posts/old"], "feedmill.yml"),
        ("posts", vec!["build", "old"], "../feedmill.yml"),
    ] {
        let said = run(&folder.path().join(from), &args);
        let help = format!("help: `{named}` is the site's: run feedmill in its folder");
        assert!(said.contains(&help) && said.ends_with("exit status: 2\n"), "{from} {args:?}: {said}");
    }
}

#[test]
fn the_exit_status_says_how_a_run_ended() {
    let folder = site(2);
    let without_date = site(1);
    fs::write(without_date.path().join("b.md"), "---\ntitle: B\n---\n").unwrap();
    let with_error = site(1);
    fs::write(with_error.path().join("a.md"), "---\ntitle: A\npermalink: /post-0000/\n---\n").unwrap();
    let foreign = "<rss version=\"2.0\"><channel><title>T</title><link>https://o.example/</link><description>d</description>\
        <item><title>X</title><link>https://o.example/x/</link></item></channel></rss>";
    fs::write(without_date.path().join("foreign.xml"), foreign).unwrap();
    // A folder without a document, and with something to be said of it.
    let nothing = common::folder();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc", nothing.path().join("out")).unwrap();
    let rows: &[(&Path, &[&str], i32)] = &[
        (folder.path(), &["build", "--check"], 1),
        (folder.path(), &["build"], 0),
        (folder.path(), &["build", "--check"], 0),
        (folder.path(), &["build", "--strict"], 0),
        (folder.path(), &["list"], 0),
        (folder.path(), &["list", "-q", "--format", "jsonl"], 0),
        (folder.path(), &["rules"], 0),
        (folder.path(), &["--help"], 0),
        (folder.path(), &["build", "--help"], 0),
        (folder.path(), &["--version"], 0),
        (without_date.path(), &["build"], 0),
        (without_date.path(), &["build", "--strict"], 1),
        (without_date.path(), &["build", "-q", "--strict"], 1),
        (with_error.path(), &["build"], 1),
        (with_error.path(), &["build", "--message-format", "sarif"], 1),
        (with_error.path(), &["list"], 1),
        (folder.path(), &["check", "public"], 0),
        (folder.path(), &["check", "post-0000.md"], 1),
        (nothing.path(), &["check", "."], 2),
        (folder.path(), &["diff"], 0),
        (with_error.path(), &["diff"], 1),
        (folder.path(), &["explain", "post-0000.md"], 0),
        (folder.path(), &["explain", "nowhere.md"], 1),
        (folder.path(), &["adopt", "public/feed.xml", "--check"], 0),
        (without_date.path(), &["adopt", "foreign.xml", "--check"], 1),
        (folder.path(), &["adopt", "nowhere.xml"], 2),
        (folder.path(), &["notify", "--dry-run"], 2),
        (folder.path(), &[], 2),
        (folder.path(), &["bild"], 2),
        (folder.path(), &["build", "--chek"], 2),
        (folder.path(), &["build", "-q", "-v"], 2),
        (folder.path(), &["build", "nowhere"], 2),
        (folder.path(), &["build", "--now", "soon"], 2),
        (folder.path(), &["build", "--records", "nowhere.jsonl"], 2),
        (folder.path(), &["build", "--now", "1999-01-01"], 2),
        (folder.path(), &["list", "nowhere", "--message-format", "json"], 2),
    ];
    for (folder, args, expected) in rows {
        let report = run(folder, args);
        assert!(report.ends_with(&format!("exit status: {expected}\n")), "{args:?}\n{report}");
    }
    let help = run(folder.path(), &["--help"]);
    for said in ["0 published", "1 something was left out", "2 nothing could be done", "130 interrupted"] {
        assert!(help.contains(said), "{help}");
    }
    for args in [&["--help"][..], &["build", "--help"], &["list", "--help"]] {
        assert!(run(folder.path(), args).lines().count() <= 50, "{args:?} is more than a screen");
    }
}

#[test]
fn completions_man_page_and_rules_are_printed() {
    let folder = common::folder();
    for (args, expected) in [
        (&["completions", "bash"][..], "complete -F _feedmill"),
        (&["completions", "zsh"][..], "#compdef feedmill"),
        (&["man"][..], ".TH feedmill"),
        (&["rules"][..], "cut-title (warning)"),
        (&["--version"][..], env!("CARGO_PKG_VERSION")),
        (&["--help"][..], "Exit status: 0 published"),
    ] {
        let output = feedmill(folder.path()).args(args).output().unwrap();
        assert!(String::from_utf8_lossy(&output.stdout).contains(expected), "{args:?}");
        assert_eq!(output.status.code(), Some(0));
    }
    let output = feedmill(folder.path()).args(["build", "--drafs"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("--drafts"));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_clock_that_is_years_behind_empties_no_feed() {
    let folder = site(3);
    // A page without a date is always published.
    fs::write(folder.path().join("about.md"), "---\ntitle: About\n---\n").unwrap();
    run(folder.path(), &["build"]);
    let before = tree(folder.path());
    let report = run(folder.path(), &["build", "--now", "1999-01-01"]);
    assert!(report.contains("public/feed.json") && report.contains("exit status: 2"), "{report}");
    assert_eq!(tree(folder.path()), before);
    let report = run(folder.path(), &["build", "--now", "1999-01-01", "--allow-empty"]);
    assert!(report.contains("exit status: 0"), "{report}");
    assert!(!fs::read_to_string(folder.path().join("public/feed.xml")).unwrap().contains("<item>"));
}

#[test]
fn the_feeds_of_all_terms_are_not_removed_by_accident() {
    let folder = site(0);
    fs::write(
        folder.path().join("feedmill.yml"),
        "base_url: https://example.com/\ntitle: T\nfeeds: [{path: 'tags/{slug}.xml', each: tag}]\n",
    )
    .unwrap();
    fs::write(folder.path().join("a.md"), "---\ntitle: A\ndate: 2025-11-20\ntags: [x]\n---\nText.\n")
        .unwrap();
    run(folder.path(), &["build"]);
    let before = tree(folder.path());
    let report = run(folder.path(), &["build", "--now", "2020-01-01"]);
    assert!(report.contains("no-posts") && report.contains("exit status: 2"), "{report}");
    assert_eq!(tree(folder.path()), before);
    let report = run(folder.path(), &["build", "--now", "2020-01-01", "--allow-empty"]);
    assert!(report.contains("1 file removed") && report.contains("exit status: 0"), "{report}");
}

#[test]
fn what_is_withdrawn_is_removed_and_nothing_else() {
    let folder = site(7);
    let config = |text: &str| {
        let text = format!("base_url: https://example.com/\ntitle: T\n{text}");
        fs::write(folder.path().join("feedmill.yml"), text).unwrap();
    };
    let feeds = "feeds: [{path: feed.xml, limit: 2, archive: 2}, {path: 'tags/{slug}.json', each: tag}]\n";
    config(feeds);
    let secret = folder.path().join("secret.md");
    fs::write(&secret, "---\ntitle: Withdrawn\ndate: 2025-11-20\ntags: [secret]\n---\nHidden words.\n")
        .unwrap();
    let public = folder.path().join("public");
    fs::create_dir_all(public.join("tags")).unwrap();
    let foreign =
        [("tags/other.json", "{\"title\": \"feedmill\"}"), ("sitemap-9.xml", "<?xml version=\"1.0\"?><x/>")];
    for (path, text) in foreign {
        fs::write(public.join(path), text).unwrap();
    }
    run(folder.path(), &["build"]);
    let names = || {
        files(&public)
            .iter()
            .map(|path| path.strip_prefix(&public).unwrap().to_string_lossy().into_owned())
            .collect::<Vec<_>>()
    };
    let has = |name: &str| names().iter().any(|own| own == name);
    assert!(has("tags/secret.json") && has("feed-archive-3.xml") && has("feedmill.css"), "{:?}", names());

    // A copy that somebody made, and the feed of another site in the same folder.
    fs::copy(public.join("tags/secret.json"), public.join("tags/copy.json")).unwrap();
    let ours = fs::read_to_string(public.join("tags/secret.json")).unwrap();
    let theirs = ours
        .replace("tags/secret.json", "tags/docs.json")
        .replace("\"https://example.com/\"", "\"https://example.com/docs/\"");
    fs::write(public.join("tags/docs.json"), theirs.replace("Hidden words", "Theirs")).unwrap();

    // The post becomes a draft, posts go, the style sheet is switched off, the sitemap is packed.
    fs::write(
        &secret,
        "---\ntitle: Withdrawn\ndate: 2025-11-20\ntags: [secret]\ndraft: true\n---\nHidden words.\n",
    )
    .unwrap();
    for post in 0..3 {
        fs::remove_file(folder.path().join(format!("post-{post:04}.md"))).unwrap();
    }
    config(&format!("{feeds}stylesheet: false\nsitemap: {{path: sitemap.xml, gzip: true}}\n"));
    let before = tree(folder.path());
    let report = run(folder.path(), &["build", "--check"]);
    assert!(report.contains("5 files would be removed") && report.contains("exit status: 1"), "{report}");
    assert_eq!(tree(folder.path()), before);
    let report = run(folder.path(), &["build", "-v"]);
    assert!(report.contains("tags/secret.json: not published any more, removed"), "{report}");
    assert!(report.contains("5 files removed") && report.contains("exit status: 0"), "{report}");
    let mut left = names();
    left.sort();
    assert_eq!(
        left,
        [
            "feed-archive-1.xml", "feed.xml", "robots.txt", "sitemap-9.xml", "sitemap.xml.gz",
            "tags/copy.json", "tags/docs.json", "tags/other.json"
        ]
    );
    fs::remove_file(public.join("tags/copy.json")).unwrap();
    for path in files(&public) {
        assert!(!String::from_utf8_lossy(&fs::read(path).unwrap()).contains("Hidden words"));
    }
    let report = run(folder.path(), &["build", "--check"]);
    assert!(report.contains("exit status: 0"), "{report}");
}

#[test]
#[cfg(unix)]
fn an_interrupted_run_leaves_no_temporary_file() {
    for signal in ["-INT", "-TERM"] {
        let (folder, temporary) = (site(1), common::folder());
        let mut child = feedmill(folder.path())
            .args(["build", "--records", "-"])
            .env("TMPDIR", temporary.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // It waits for the end of its input, which comes no earlier than its own.
        let input = child.stdin.take();
        let start = std::time::Instant::now();
        while files(temporary.path()).is_empty() && start.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(files(temporary.path()).len(), 1);
        let killed = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(killed.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(130));
        drop(input);
        assert_eq!(files(temporary.path()).len(), 0);
    }
}

#[test]
#[cfg(unix)]
fn nothing_is_written_outside_the_output_folder_and_no_source_is_replaced() {
    use std::os::unix::fs::symlink;
    let folder = site(1);
    let root = folder.path();
    fs::write(root.join("draft.md"), "---\ntitle: D\ndraft: true\n---\nText.\n").unwrap();
    fs::create_dir_all(root.join("public")).unwrap();
    for source in ["post-0000.md", "draft.md", "feedmill.yml"] {
        symlink(format!("../{source}"), root.join("public/feed.xml")).unwrap();
        let before = tree(root);
        let report = run(root, &["build"]);
        assert!(report.contains("cannot replace") && report.contains("exit status: 2"), "{source} {report}");
        assert_eq!(tree(root), before, "{source}");
        fs::remove_file(root.join("public/feed.xml")).unwrap();
    }
    let jekyll = common::folder();
    let root = jekyll.path();
    fs::create_dir_all(root.join("_posts")).unwrap();
    fs::write(root.join("_posts/2025-01-01-a.md"), "---\ntitle: A\ntags: [../../t]\n---\nText.\n").unwrap();
    for feed in [
        "path: ../out.xml",
        "path: /../../out.xml",
        "categories: [../../out]",
        "collections: {x: {path: ../out.xml}}",
    ] {
        fs::write(root.join("_config.yml"), format!("url: https://e.com\ntitle: T\nfeed: {{{feed}}}\n"))
            .unwrap();
        let report = run(root, &["build"]);
        assert!(
            report.contains("outside the output folder") && report.contains("exit status: 2"),
            "{feed} {report}"
        );
        assert!(!root.join("out.xml").exists() && !root.parent().unwrap().join("out.xml").exists());
    }
}

#[test]
fn what_a_post_names_is_in_the_site() {
    let folder = site(0);
    let root = folder.path().join("site");
    fs::create_dir_all(root.join("public")).unwrap();
    fs::write(folder.path().join("secret.mp3"), "12345").unwrap();
    fs::write(folder.path().join("secret.html"), "<article><p>secret text</p></article>").unwrap();
    let config = "base_url: https://example.com/\ntitle: T\nauthor: M\nverify: false\n";
    fs::write(root.join("feedmill.yml"), config).unwrap();
    let absolute = folder.path().to_str().unwrap().replace('/', "%2F");
    for (field, value) in [
        ("enclosure", format!("/{absolute}%2Fsecret.mp3")),
        ("enclosure", "/..%2Fsecret.mp3".to_owned()),
        ("enclosure", "/a/%2e%2e/%2E%2E/secret.mp3".to_owned()),
        ("permalink", format!("/{absolute}%2Fsecret.html")),
        ("permalink", "/..%2F..%2Fsecret.html".to_owned()),
    ] {
        let post = format!("---\ntitle: A\ndate: 2025-01-01\n{field}: {value}\n---\nOwn text.\n");
        fs::write(root.join("a.md"), post).unwrap();
        run(&root, &["build"]);
        let feed = fs::read_to_string(root.join("public/feed.json")).unwrap();
        assert!(!feed.contains("secret text") && !feed.contains("size_in_bytes"), "{value} {feed}");
        assert!(feed.contains("Own text."), "{value} {feed}");
    }
}

#[test]
fn no_output_replaces_a_post_however_the_folders_are_typed() {
    let folder = site(1);
    fs::write(
        folder.path().join("feedmill.yml"),
        "base_url: https://example.com/\ntitle: T\nfeeds: [post-0000.md]\n",
    )
    .unwrap();
    let absolute = folder.path().to_str().unwrap().to_owned();
    for args in
        [vec!["build", "-o", "."], vec!["build", ".", "-o", &absolute], vec!["build", &absolute, "-o", "."]]
    {
        let before = tree(folder.path());
        let report = run(folder.path(), &args);
        assert!(report.contains("cannot replace") && report.contains("exit status: 2"), "{args:?} {report}");
        assert_eq!(tree(folder.path()), before);
    }
}

/// The files below a folder that a step changes: their bytes and their times.
fn changed_by(folder: &Path, step: impl FnOnce()) -> Vec<String> {
    let state = || -> std::collections::BTreeMap<String, (Vec<u8>, std::time::SystemTime)> {
        let time = |path: &str| fs::metadata(folder.join(path)).unwrap().modified().unwrap();
        tree(folder).into_iter().map(|(path, bytes)| (path.clone(), (bytes, time(&path)))).collect()
    };
    let before = state();
    step();
    let after = state();
    for (path, (bytes, time)) in &after {
        if let Some((old, old_time)) = before.get(path) {
            assert_eq!(
                old == bytes,
                old_time == time,
                "{path}: touched without need, or changed without a new time"
            );
        }
    }
    after.into_iter().filter(|(path, state)| before.get(path) != Some(state)).map(|(path, _)| path).collect()
}

#[test]
fn more_pages_than_a_sitemap_may_have_are_split_and_a_new_post_touches_the_end_only() {
    let folder = common::folder();
    fs::write(
        folder.path().join("feedmill.yml"),
        "base_url: https://example.com/\ntitle: T\ncontent: none\nfeeds: [feed.xml, {path: old.xml, paths: \"post-1.md\"}]\n",
    )
    .unwrap();
    // Most posts are records, because a disk needs long for so many files; every hundredth is a file.
    let mut records = String::new();
    for post in 0..120_000 {
        let date = 1_000_000_000 + post;
        if post % 100 == 1 {
            fs::write(
                folder.path().join(format!("post-{post}.md")),
                format!("---\ntitle: {post}\ndate: {date}\n---\n"),
            )
            .unwrap();
        } else {
            records.push_str(&format!(
                "{{\"url\": \"/post-{post}/\", \"title\": \"{post}\", \"published\": \"{date}\"}}\n"
            ));
        }
    }
    fs::write(folder.path().join("records.jsonl"), records).unwrap();
    let build = ["build", ".", "--records", "records.jsonl", "-v"];
    let report = run(folder.path(), &build);
    for expected in ["sitemap-1.xml: 50000 pages", "sitemap-3.xml: 20001 pages", "sitemap.xml: 3 sitemaps"] {
        assert!(report.contains(&format!("public/{expected}")), "{expected}: {report}");
    }
    let index = fs::read_to_string(folder.path().join("public/sitemap.xml")).unwrap();
    let document = roxmltree::Document::parse(&index).unwrap();
    let text = |name: &str| -> Vec<&str> {
        document
            .descendants()
            .filter(|node| node.tag_name().name() == name)
            .filter_map(|node| node.text())
            .collect()
    };
    let part = |number| format!("https://example.com/sitemap-{number}.xml");
    assert_eq!(text("loc"), [part(1), part(2), part(3)]);
    let newest = ["2001-09-09T15:39:59+00:00", "2001-09-10T05:33:19+00:00", "2001-09-10T11:06:39+00:00"];
    assert_eq!(text("lastmod"), newest);
    let public = folder.path().join("public");
    let changed = changed_by(&public, || {
        fs::write(folder.path().join("new.md"), "---\ntitle: New\ndate: 2025-01-01\n---\n").unwrap();
        run(folder.path(), &build);
    });
    assert_eq!(changed, ["feed.xml", "sitemap-3.xml", "sitemap.xml"]);
    let report = run(folder.path(), &[&build[..4], &["--check", "-q"]].concat());
    assert!(report.contains("exit status: 0"), "{report}");
}

/// What a reader sees that begins at a document and follows the links to what is older: the ids, in order.
fn walk(
    public: &Path,
    start: &str,
    older: fn(&str) -> Option<String>,
    ids: fn(&str) -> Vec<String>,
) -> Vec<String> {
    let mut seen = Vec::new();
    let mut next = Some(start.to_owned());
    while let Some(name) = next {
        let text = fs::read_to_string(public.join(&name)).unwrap();
        seen.extend(ids(&text));
        next = older(&text).map(|url| url.strip_prefix("https://example.com/").unwrap().to_owned());
        assert!(seen.len() < 5000, "the links lead in a circle");
    }
    seen
}

fn older_xml(text: &str) -> Option<String> {
    let document = roxmltree::Document::parse(text).unwrap();
    let link = document.descendants().find(|node| node.attribute("rel") == Some("prev-archive"))?;
    link.attribute("href").map(str::to_owned)
}

fn ids_xml(text: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(text).unwrap();
    let entries = document.descendants().filter(|node| matches!(node.tag_name().name(), "entry" | "item"));
    let id = |entry: roxmltree::Node<'_, '_>| {
        let id = entry.children().find(|node| matches!(node.tag_name().name(), "id" | "guid")).unwrap();
        id.text().unwrap().to_owned()
    };
    entries.map(id).collect()
}

fn older_json(text: &str) -> Option<String> {
    let feed: serde_json::Value = serde_json::from_str(text).unwrap();
    feed["next_url"].as_str().map(str::to_owned)
}

fn ids_json(text: &str) -> Vec<String> {
    let feed: serde_json::Value = serde_json::from_str(text).unwrap();
    feed["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_reader_that_follows_the_archives_sees_every_post_once_and_a_new_post_rewrites_at_most_two() {
    let folder = site(0);
    fs::write(
        folder.path().join("feedmill.yml"),
        "base_url: https://example.com/\ntitle: T\nlimit: 20\nfeeds:\n  - {path: feed.xml, archive: 50}\n  - {path: atom.xml, archive: 50}\n  - {path: feed.json, archive: 50}\n",
    )
    .unwrap();
    let write = |post: u32| {
        let text = format!("---\ntitle: {post}\ndate: {}\n---\nText.\n", 1_000_000_000 + post * 86_400);
        fs::write(folder.path().join(format!("post-{post:04}.md")), text).unwrap();
    };
    (0..400).for_each(write);
    run(folder.path(), &["build"]);
    let public = folder.path().join("public");
    let expected = |posts: u32| -> Vec<String> {
        (0..posts).rev().map(|post| format!("https://example.com/post-{post:04}/")).collect()
    };
    assert_eq!(walk(&public, "feed.xml", older_xml, ids_xml), expected(400));
    assert_eq!(walk(&public, "atom.xml", older_xml, ids_xml), expected(400));
    assert_eq!(walk(&public, "feed.json", older_json, ids_json), expected(400));
    let mut begun = 0;
    for post in 400..455 {
        let changed = changed_by(&public, || {
            write(post);
            run(folder.path(), &["build"]);
        });
        for format in ["feed", "atom"] {
            let archives = changed
                .iter()
                .filter(|path| path.starts_with(&format!("{format}-archive-")) && path.ends_with(".xml"))
                .count();
            assert!(archives == 0 || archives == 2, "post {post} changed {changed:?}");
            begun += archives / 2;
        }
        assert!(
            changed.iter().filter(|path| path.contains("-archive-") && path.ends_with(".json")).count() <= 1
        );
    }
    // Two formats, and one boundary, perhaps two, in 55 posts.
    assert!((2..=4).contains(&begun), "{begun}");
    assert_eq!(walk(&public, "atom.xml", older_xml, ids_xml), expected(455));
}

#[test]
#[cfg(unix)]
fn what_cannot_be_read_is_reported_and_skipped() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let folder = site(1);
    symlink("nowhere.md", folder.path().join("dangling.md")).unwrap();
    // What is in it is read already.
    symlink(".", folder.path().join("loop")).unwrap();
    fs::write(folder.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9.md")), "---\ntitle: x\n---\n")
        .unwrap();
    let status = std::process::Command::new("mkfifo").arg(folder.path().join("pipe.md")).status().unwrap();
    assert!(status.success());
    let report = run(folder.path(), &["build", "--message-format", "short"]);
    for expected in [
        "dangling.md: error[unreadable-file]",
        "its name is not UTF-8",
        "1 post read, 1 published",
        "exit status: 1",
    ] {
        assert!(report.contains(expected), "{report}");
    }
    assert!(!report.contains("loop"), "{report}");
    assert_whole(folder.path());
    // What a link to nothing would be replaced by is not known.
    fs::remove_file(folder.path().join("public/atom.xml")).unwrap();
    symlink("nowhere.xml", folder.path().join("public/atom.xml")).unwrap();
    let report = run(folder.path(), &["build"]);
    assert!(
        report.contains("public/atom.xml`: it is a link to nothing") && report.contains("exit status: 2"),
        "{report}"
    );
    fs::remove_file(folder.path().join("public/atom.xml")).unwrap();
    // An output that is a pipe would wait for ever for its other end.
    fs::remove_file(folder.path().join("public/feed.xml")).unwrap();
    std::process::Command::new("mkfifo").arg(folder.path().join("public/feed.xml")).status().unwrap();
    let report = run(folder.path(), &["build"]);
    assert!(
        report.contains("public/feed.xml`: it is not a regular file") && report.contains("exit status: 2"),
        "{report}"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_printed_is_an_error() {
    let folder = site(1);
    for args in [vec!["list"], vec!["list", "--format", "jsonl"], vec!["rules"], vec!["man"], vec!["build"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let program = env!("CARGO_BIN_EXE_feedmill");
        let status = std::process::Command::new(program)
            .args(&args)
            .current_dir(folder.path())
            .stdout(full)
            .stderr(std::process::Stdio::null())
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(2), "{args:?}");
    }
}

#[test]
#[cfg(unix)]
fn records_come_from_a_named_pipe() {
    let folder = site(1);
    let pipe = folder.path().join("records");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = std::thread::spawn(move || {
        let records = "{\"url\":\"https://example.com/r/\",\"title\":\"R\",\"published\":\"2025-01-01\",\"content_html\":\"<p>Piped.</p>\"}\n";
        fs::write(pipe, records).unwrap();
    });
    let report = run(folder.path(), &["build", "--records", "records"]);
    writer.join().unwrap();
    assert!(report.contains("1 post read, 1 published"), "{report}");
    assert!(fs::read_to_string(folder.path().join("public/feed.xml")).unwrap().contains("Piped."));
}

#[test]
fn what_is_nested_too_deep_stops_no_other_post() {
    let folder = site(1);
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    for (name, text) in [
        ("a.md", format!("---\ntitle: A\ndate: 2025-01-01\nx: {}\n---\nText.\n", deep(90))),
        ("b.md", format!("{{\"title\":\"B\",\"date\":\"2025-01-01\",\"x\":{}}}\nText.\n", deep(120))),
        ("c.md", format!("+++\ntitle = 'C'\ndate = 2025-01-01\nx{} = 1\n+++\nText.\n", ".y".repeat(70))),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let report = run(folder.path(), &["build"]);
    assert!(
        report.contains("4 posts read, 4 published") && report.contains("nested deeper than 64"),
        "{report}"
    );
    assert_whole(folder.path());
}

#[test]
#[cfg(unix)]
fn a_file_that_is_reached_by_two_paths_is_one_post() {
    use std::os::unix::fs::symlink;
    let folder = site(1);
    let elsewhere = site(1);
    fs::create_dir(folder.path().join("sub")).unwrap();
    let post = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let post =
        post.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "md")).unwrap();
    symlink(&post, folder.path().join("same.md")).unwrap();
    symlink(&post, folder.path().join("sub/also.md")).unwrap();
    symlink(folder.path().join("sub"), folder.path().join("linked")).unwrap();
    let other = elsewhere.path().join(post.file_name().unwrap());
    symlink(&other, folder.path().join("other.md")).unwrap();
    symlink(&other, folder.path().join("other-too.md")).unwrap();
    let report = run(folder.path(), &["build"]);
    assert!(report.contains("1 post read, 1 published") && report.contains("link-outside"), "{report}");
    let config = folder.path().join("feedmill.yml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{text}follow_links: true\n")).unwrap();
    let report = run(folder.path(), &["build"]);
    assert!(report.contains("2 posts read, 2 published") && !report.contains("link-outside"), "{report}");
}

#[test]
#[cfg(unix)]
fn what_a_folder_of_posts_cannot_read_is_said_once_and_only_if_it_may_hold_posts() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let folder = site(1);
    let latin_1 = |name: &[u8]| std::ffi::OsStr::from_bytes(name).to_owned();
    let post = "---\ntitle: x\ndate: 2025-01-01\n---\n";
    let write = |path: std::path::PathBuf| {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, post).unwrap();
    };
    // No post is in these.
    write(folder.path().join(latin_1(b"caf\xe9")).join("a.png"));
    write(folder.path().join(latin_1(b"caf\xe9.png")));
    symlink("nowhere", folder.path().join("gone")).unwrap();
    // What is not wanted does not take the place of a link to it.
    write(folder.path().join(".hidden/.current"));
    write(folder.path().join(".hidden").join(latin_1(b"caf\xe9.png")));
    symlink(".current", folder.path().join(".hidden/post.md")).unwrap();
    symlink(".hidden", folder.path().join("shown")).unwrap();
    let report = run(folder.path(), &["build", "--message-format", "short"]);
    assert!(report.contains("2 posts read, 2 published") && report.contains("exit status: 0"), "{report}");
    // Posts may be in these.
    symlink("circle", folder.path().join("circle")).unwrap();
    write(folder.path().join(latin_1(b"th\xe9")).join("a.md"));
    write(folder.path().join("th\u{FFFD}.md"));
    write(folder.path().join(latin_1(b"th\xe9.md")));
    let report = run(folder.path(), &["build", "--message-format", "short"]);
    assert!(report.contains("circle: error[unreadable-file]: cannot be read"), "{report}");
    assert_eq!(report.matches("its name is not UTF-8").count(), 2, "{report}");
    assert!(report.contains("3 posts read, 3 published"), "{report}");
}

#[test]
#[cfg(unix)]
fn a_link_that_the_generator_does_not_read_is_not_followed() {
    let packages = site(1);
    for (file, text) in [(".eleventy.js", "module.exports = c => {};\n"), ("_config.yml", "title: T\n")] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(file), text).unwrap();
        for name in ["node_modules", "linked"] {
            std::os::unix::fs::symlink(packages.path(), folder.path().join(name)).unwrap();
        }
        let report =
            run(folder.path(), &["build", "--message-format", "short", "--base-url", "https://e.com/"]);
        assert!(report.contains("linked: warning[link-outside]"), "{report}");
        assert!(!report.contains("node_modules"), "{report}");
    }
}

#[test]
fn records_give_the_same_bytes_as_the_posts_that_they_are_of() {
    let mut compared = 0;
    for case in common::fixtures() {
        let folder = common::folder();
        let site = folder.path().join("site");
        common::copy_tree(&case.join("site"), &site);
        let args = fs::read_to_string(case.join("args")).unwrap_or_else(|_| "build".to_owned());
        let (from_posts, from_records) = (folder.path().join("posts"), folder.path().join("records"));
        let built = feedmill(&site).args(["build", "-o"]).arg(&from_posts).output().unwrap();
        if args.lines().count() > 1 || built.status.code() == Some(2) || !from_posts.exists() {
            continue;
        }
        let listed =
            feedmill(&site).args(["list", "--format", "jsonl", "-o"]).arg(&from_posts).output().unwrap();
        if listed.stdout.is_empty() {
            // Nothing is published: an empty feed from posts, an error from no records.
            continue;
        }
        let records = folder.path().join("records.jsonl");
        fs::write(&records, &listed.stdout).unwrap();
        feedmill(&site)
            .args(["build", "--records"])
            .arg(&records)
            .arg("-o")
            .arg(&from_records)
            .output()
            .unwrap();
        let (one, other) = (tree(&from_posts), tree(&from_records));
        for (path, bytes) in &one {
            let same = other.get(path).is_some_and(|other| other == bytes);
            assert!(
                same,
                "{}: {path}\n{}\n{}",
                case.display(),
                String::from_utf8_lossy(bytes),
                String::from_utf8_lossy(other.get(path).unwrap_or(&Vec::new()))
            );
        }
        assert_eq!(one.len(), other.len(), "{}", case.display());
        compared += 1;
    }
    assert!(compared > 25, "only {compared} sites were compared");
}

#[test]
fn records_come_from_a_pipe_beside_a_folder_and_in_parts() {
    let folder = site(6);
    let list = |files: &str| {
        let mut child = feedmill(folder.path())
            .args(["list", "--format", "jsonl", "--files", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(files.as_bytes()).unwrap();
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
    };
    let pipe = |args: &[&str], records: &str| {
        let mut child = feedmill(folder.path())
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(records.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    };
    run(folder.path(), &["build"]);
    // Two partitions, in any order.
    let parts = list("post-0003.md\npost-0004.md\npost-0005.md\n")
        + &list("post-0002.md\npost-0000.md\npost-0001.md\n");
    assert_eq!(parts.lines().count(), 6);
    let said = pipe(&["build", "--records", "-"], &parts);
    assert!(said.contains("6 posts read, 6 published; 6 files unchanged"), "{said}");
    let said = pipe(
        &["build", ".", "--records", "-"],
        "{\"url\": \"/new/\", \"title\": \"New\", \"published\": \"2025-12-01\"}\n",
    );
    assert!(said.contains("7 posts read, 7 published"), "{said}");
    assert!(
        fs::read_to_string(folder.path().join("public/feed.xml"))
            .unwrap()
            .contains("https://example.com/new/")
    );
    let said = pipe(
        &["build", "--records", "-", "--message-format", "short"],
        "{\"url\": \"/a/\", \"title\": \"A\"}\n\n{\"url\": 1}\n{\"url\": \"/b/\"",
    );
    assert!(
        said.contains("standard input:3:9: error[bad-record]: invalid type: integer `1`, expected a string"),
        "{said}"
    );
    assert!(said.contains("standard input:4:13: error[bad-record]: EOF while parsing an object"), "{said}");
}

/// Whoever lists the posts need not know which feeds others make of them.
#[test]
fn records_have_the_terms_that_the_merging_configuration_needs() {
    let (posts, merged) = (site(0), common::folder());
    let text = "---\ntitle: One\ndate: 2025-11-29\nseries: [\"Stones, dressed\", Water]\n---\n";
    fs::write(posts.path().join("one.md"), text).unwrap();
    let listed = feedmill(posts.path()).args(["list", "--format", "jsonl"]).output().unwrap().stdout;
    fs::write(merged.path().join("posts.jsonl"), &listed).unwrap();
    let configuration = "base_url: https://example.com/\ntitle: T\nfeeds: [{path: s.xml, series: Water}, {path: 's/{slug}.xml', each: series}]\n";
    fs::write(merged.path().join("feedmill.yml"), configuration).unwrap();
    let report = run(merged.path(), &["build", "--records", "posts.jsonl"]);
    assert!(!report.contains("warning"), "{report}");
    let feed = fs::read_to_string(merged.path().join("public/s.xml")).unwrap();
    assert!(feed.contains("<title>One</title>"));
    let feeds: Vec<_> = tree(&merged.path().join("public/s")).into_keys().collect();
    assert_eq!(feeds, ["stones-dressed.xml", "water.xml"]);
}

#[test]
#[cfg(target_os = "linux")]
fn names_of_outputs_may_be_as_long_as_the_disk_allows() {
    let folder = site(1);
    let name = format!("{}.xml", "f".repeat(251));
    fs::write(
        folder.path().join("feedmill.yml"),
        format!("base_url: https://example.com\nfeeds: [{{path: {name}}}]\n"),
    )
    .unwrap();
    let report = run(folder.path(), &["build"]);
    assert!(report.contains("exit status: 0"), "{report}");
    assert!(folder.path().join("public").join(name).is_file());
}

#[test]
#[cfg(unix)]
fn two_outputs_in_one_file_are_an_error() {
    let folder = site(1);
    run(folder.path(), &["build"]);
    let public = folder.path().join("public");
    fs::remove_file(public.join("atom.xml")).unwrap();
    std::os::unix::fs::symlink("feed.xml", public.join("atom.xml")).unwrap();
    let before = fs::read(public.join("feed.xml")).unwrap();
    let report = run(folder.path(), &["build"]);
    assert!(
        report.contains("a link leads to the file of another output") && report.contains("exit status: 2"),
        "{report}"
    );
    assert_eq!(fs::read(public.join("feed.xml")).unwrap(), before);
}

#[test]
#[cfg(unix)]
fn a_ladder_of_links_is_climbed_once() {
    let folder = site(1);
    let public = folder.path().join("public");
    for step in 0..30 {
        let step_folder = public.join(format!("d{step}"));
        fs::create_dir_all(&step_folder).unwrap();
        for side in ["a", "b"] {
            std::os::unix::fs::symlink(format!("../d{}", step + 1), step_folder.join(side)).unwrap();
        }
    }
    fs::create_dir(public.join("d30")).unwrap();
    fs::write(public.join("d30/index.html"), "<title>Top</title>").unwrap();
    std::os::unix::fs::symlink("/proc", public.join("proc")).unwrap();
    let report = run(folder.path(), &["build", "--no-verify"]);
    assert!(report.contains("link-outside") && report.contains("exit status: 0"), "{report}");
}

#[test]
fn folders_that_are_nested_too_deep_are_a_finding() {
    let folder = site(1);
    fs::write(folder.path().join("_config.yml"), "url: https://example.com\n").unwrap();
    let deep = folder.path().join("d/".repeat(102));
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("page.html"), "<p>deep").unwrap();
    let report = run(folder.path(), &["build", "--generator", "jekyll"]);
    assert!(
        report.contains("it is nested in more than 100 folders") && report.contains("exit status: 1"),
        "{report}"
    );
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = site(3000);
    for args in [vec!["list", "--format", "jsonl"], vec!["list"], vec!["rules"]] {
        let mut child = feedmill(folder.path())
            .args(&args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
        assert_eq!(output.status.code(), Some(0), "{args:?}");
    }
}

#[test]
fn any_number_of_threads_may_be_asked_for() {
    let folder = site(3);
    for count in ["0", "1", "40000", "99999999999999999999", "-1", "x"] {
        let output = feedmill(folder.path()).arg("build").env("RAYON_NUM_THREADS", count).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{count}");
    }
}

#[test]
#[cfg(unix)]
fn no_output_is_written_through_a_link_that_leads_out_or_over_a_source() {
    let outside = common::folder();
    let kept = "<?xml version='1.0'?><rss>kept</rss>";
    fs::write(outside.path().join("keep.xml"), kept).unwrap();
    for (link, target, feed) in [
        ("link", outside.path().to_owned(), "link/keep.xml"),
        ("link", outside.path().to_owned(), "link/new.xml"),
        ("feed.xml", outside.path().join("keep.xml"), "feed.xml"),
    ] {
        let folder = site(1);
        fs::create_dir(folder.path().join("public")).unwrap();
        std::os::unix::fs::symlink(&target, folder.path().join("public").join(link)).unwrap();
        fs::write(
            folder.path().join("feedmill.yml"),
            format!("base_url: https://example.com\nfeeds: [{feed}]\n"),
        )
        .unwrap();
        let report = run(folder.path(), &["build"]);
        assert!(report.contains("leads out of the site") && report.contains("exit status: 2"), "{report}");
        assert_eq!(fs::read_to_string(outside.path().join("keep.xml")).unwrap(), kept);
        assert_eq!(files(outside.path()).len(), 1);
    }
    for (name, text) in [
        ("d.md", "<!-- draft: true -->\nmine"),
        ("e.html", "<!-- draft: true -->\nmine"),
        ("f.md", "https://e.com\n"),
        ("g.md", ""),
    ] {
        let folder = site(1);
        fs::write(folder.path().join(name), text).unwrap();
        fs::write(
            folder.path().join("feedmill.yml"),
            format!("base_url: https://example.com\nfeeds: [{{path: {name}, format: rss}}]\n"),
        )
        .unwrap();
        let report = run(folder.path(), &["build", "-o", "."]);
        assert!(report.contains("exit status: 2"), "{name}: {report}");
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), text);
    }
}

#[test]
fn a_term_never_takes_the_place_of_another_output() {
    let folder = common::folder();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("hugo.toml", "baseURL = 'https://example.com/'\ntitle = 'T'\n");
    write("content/posts/a.md", "---\ntitle: a\ndate: 2025-01-01\ntags: [a, a/index.xml, b]\n---\n");
    write("content/index.xml/b.md", "---\ntitle: b\ndate: 2025-01-01\n---\n");
    write("content/robots.txt/c.md", "---\ntitle: c\ndate: 2025-01-01\n---\n");
    let report = run(folder.path(), &["build", "-v"]);
    assert!(
        report.contains("has the feed path of another output") && report.contains("exit status: 0"),
        "{report}"
    );
    assert!(folder.path().join("public/tags/b/index.xml").is_file());
}

#[test]
fn a_layout_is_read_inside_the_site_only() {
    let folder = common::folder();
    let root = folder.path().join("site");
    fs::create_dir_all(root.join("_includes")).unwrap();
    fs::create_dir_all(folder.path().join("outside")).unwrap();
    fs::write(folder.path().join("outside/secret.njk"), "---\ntitle: Secret\npermalink: /secret/\n---\n")
        .unwrap();
    fs::write(root.join("eleventy.config.js"), "module.exports = () => {};").unwrap();
    fs::write(root.join("a.md"), "---\ndate: 2025-01-01\nlayout: ../../outside/secret.njk\n---\nText.\n")
        .unwrap();
    run(&root, &["build", "--base-url", "https://example.com"]);
    let feed = fs::read_to_string(root.join("_site/feed.xml")).unwrap();
    assert!(!feed.to_lowercase().contains("secret"), "{feed}");
}

#[test]
fn what_only_looks_writes_nothing() {
    let folder = site(3);
    let temporary = common::folder();
    run(folder.path(), &["build"]);
    fs::write(folder.path().join("new.md"), "---\ntitle: New\ndate: 2025-03-01\n---\nNew.\n").unwrap();
    let before = (tree(folder.path()), modified(folder.path()));
    for args in
        [&["diff"][..], &["diff", "--json"], &["explain"], &["explain", "new.md", "--json"], &["list"]]
    {
        let output =
            common::feedmill(folder.path()).args(args).env("TMPDIR", temporary.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!said.is_empty(), "{args:?}");
        if args.contains(&"--json") {
            let _: serde_json::Value = serde_json::from_str(&said).unwrap();
        }
        assert_eq!((tree(folder.path()), modified(folder.path())), before, "{args:?}");
        assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0, "{args:?}");
    }
    // What is published is what `diff` has compared.
    run(folder.path(), &["build"]);
    let said = run(folder.path(), &["diff"]);
    assert!(said.ends_with("exit status: 0\n"), "{said}");
}

#[test]
fn diff_says_what_the_feed_says_of_itself() {
    let folder = site(3);
    run(folder.path(), &["build"]);
    let atom = folder.path().join("public/atom.xml");
    let written = fs::read_to_string(&atom).unwrap();
    let (before, rest) = written.split_once("<id>").unwrap();
    let (_, after) = rest.split_once("</id>").unwrap();
    fs::write(&atom, format!("{before}<id>urn:before</id>{after}")).unwrap();
    let said = run(folder.path(), &["diff"]);
    assert!(said.contains("atom.xml\n    ~ the feed itself\n      id: urn:before -> http"), "{said}");
    // It is no entry, and of RSS and JSON nothing is another.
    assert!(!said.contains("entry") && !said.contains("feed.xml") && !said.contains("feed.json"), "{said}");
}

#[test]
fn a_file_in_two_collections_is_one() {
    for (config, file) in [
        ("show_drafts: true\ncollections: {drafts: {output: true}}\n", "_drafts/x.md"),
        ("collections:\n  a: {output: true}\n  a: {output: true}\n", "_a/x.md"),
        ("collections: {a: {output: true}, a/b: {output: true}}\n", "_a/b/x.md"),
        ("collections: {posts/b: {output: true}}\n", "_posts/b/2024-01-01-x.md"),
        ("include: [_posts]\n", "_posts/2024-01-01-x.md"),
        ("include: [_a]\ncollections: {a: {output: true}}\n", "_a/x.md"),
    ] {
        let folder = common::folder();
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "---\ntitle: X\n---\nText.\n").unwrap();
        let config = format!("url: https://example.com\ntitle: T\n{config}");
        fs::write(folder.path().join("_config.yml"), config).unwrap();
        let said = run(folder.path(), &["build"]);
        assert!(said.contains("\n1 post read") && !said.contains("duplicate"), "{file}: {said}");
        let sitemap = fs::read_to_string(folder.path().join("_site/sitemap.xml")).unwrap();
        assert_eq!(sitemap.matches("<url>").count(), 1, "{file}: {sitemap}");
    }
}
