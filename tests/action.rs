//! The scripts behind `action.yml` and the releases, as a runner calls them.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::indexing_slicing, reason = "a test may")]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

/// A machine with a program called `curl`, which finds releases in a folder, and one called `cargo`, which installs a file.
struct Runner(tempfile::TempDir);

impl Runner {
    fn new() -> Self {
        let folder = common::folder();
        for name in ["bin", "temp", "releases"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let runner = Self(folder);
        runner.program(
            "curl",
            "for word in \"$@\"; do case $word in http*) cp \"$RELEASES/${word##*/download/v9.9.9/}\" . || exit 22 ;; esac; done",
        );
        runner.program("cargo", "echo \"$*\" >> \"$RUNNER_TEMP/cargo\"; mkdir -p \"$RUNNER_TEMP/feedmill/bin\"; cp \"$FEEDMILL\" \"$RUNNER_TEMP/feedmill/bin/feedmill\"");
        runner
    }

    fn program(&self, name: &str, text: &str) {
        let path = self.0.path().join("bin").join(name);
        fs::write(&path, format!("#!/usr/bin/env bash\n{text}\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn run(&self, script: &str, args: &[&str], variables: &[(&str, &str)]) -> Output {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = self.0.path();
        let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap());
        Command::new(root.join(".github").join(script))
            .args(args)
            .current_dir(folder)
            .env("PATH", path)
            .env("RELEASES", folder.join("releases"))
            .env("RUNNER_TEMP", folder.join("temp"))
            .env("GITHUB_ACTION_PATH", root)
            .env("GITHUB_OUTPUT", folder.join("output"))
            .env("GITHUB_PATH", folder.join("path"))
            .env("GITHUB_STEP_SUMMARY", folder.join("summary"))
            .env("FEEDMILL", env!("CARGO_BIN_EXE_feedmill"))
            .env("SOURCE_DATE_EPOCH", common::NOW)
            .envs(variables.iter().copied())
            .output()
            .unwrap()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap_or_default()
    }

    fn installed(&self) -> bool {
        let program = self.0.path().join("temp/feedmill/bin/feedmill");
        Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
    }
}

fn target() -> String {
    match std::env::consts::OS {
        "macos" => format!("{}-apple-darwin", std::env::consts::ARCH),
        _ => format!("{}-unknown-linux-musl", std::env::consts::ARCH),
    }
}

const OF_A_RELEASE: [(&str, &str); 2] = [("ACTION_REPOSITORY", "a/feedmill"), ("ACTION_REF", "v9.9.9")];

#[test]
fn a_release_is_installed_if_its_checksum_is_right() {
    let runner = Runner::new();
    let dist = runner.0.path().join("releases");
    // A small program, because that of the tests takes seconds to pack.
    runner.program("feedmill", "echo feedmill 9.9.9");
    let program = runner.0.path().join("bin/feedmill");
    let packed = runner.run(
        "package.sh",
        &["v9.9.9", &target(), program.to_str().unwrap()],
        &[("DIST", dist.to_str().unwrap()), ("HOST_BINARY", env!("CARGO_BIN_EXE_feedmill"))],
    );
    assert!(packed.status.success(), "{packed:?}");
    let archive = dist.join(format!("feedmill-v9.9.9-{}.tar.gz", target()));
    let listed = Command::new("tar").arg("-tzf").arg(&archive).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    for file in
        ["/feedmill\n", "/feedmill.1\n", "/completions/feedmill.zsh\n", "/README.md\n", "/LICENSE-MIT\n"]
    {
        assert!(listed.contains(file), "{file} {listed}");
    }
    let installed = runner.run("action/install.sh", &["release"], &OF_A_RELEASE);
    assert!(installed.status.success(), "{installed:?}");
    assert!(runner.read("output").contains("from=release\n") && runner.installed());
    assert!(runner.read("path").ends_with("/feedmill/bin\n"), "later steps find it");
    // Other bytes are not installed, and nothing else is in their place.
    let runner = Runner::new();
    let releases = runner.0.path().join("releases");
    let name = archive.file_name().unwrap().to_str().unwrap().to_owned();
    fs::write(releases.join(&name), "other").unwrap();
    fs::copy(dist.join(format!("{name}.sha256")), releases.join(format!("{name}.sha256"))).unwrap();
    let installed = runner.run("action/install.sh", &["release"], &OF_A_RELEASE);
    assert!(!installed.status.success() && !runner.installed(), "{installed:?}");
    // An archive that is cut off is none, whatever its checksum.
    let bytes = fs::read(&archive).unwrap();
    fs::write(releases.join(&name), &bytes[..bytes.len() / 2]).unwrap();
    runner.program("sha256sum", "exit 0");
    runner.program("shasum", "exit 0");
    let installed = runner.run("action/install.sh", &["release"], &OF_A_RELEASE);
    assert!(!installed.status.success() && !runner.installed(), "{installed:?}");
}

#[test]
fn without_a_release_it_is_built_once() {
    let runner = Runner::new();
    for variables in [&OF_A_RELEASE[..], &[("ACTION_REPOSITORY", "a/feedmill"), ("ACTION_REF", "main")]] {
        assert!(runner.run("action/install.sh", &["release"], variables).status.success());
    }
    let outputs = runner.read("output");
    let sum = outputs.lines().find_map(|line| line.strip_prefix("sum=")).unwrap();
    assert!(sum.len() == 64 && !outputs.contains("from=release"), "{outputs}");
    assert!(outputs.matches(sum).count() == 2, "the key of the cache changes: {outputs}");
    for _ in 0..2 {
        assert!(runner.run("action/install.sh", &["source"], &[]).status.success());
    }
    let calls = runner.read("temp/cargo");
    assert!(calls.starts_with("install --locked --path ") && calls.lines().count() == 1, "{calls}");
    assert!(runner.installed());
}

#[test]
fn a_build_has_annotations_a_summary_and_says_whether_anything_changed() {
    let runner = Runner::new();
    let site = runner.0.path().join("site");
    common::copy_tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/example/site"), &site);
    let input = |strict| {
        [
            ("FOLDER", "site"),
            ("OUTPUT", "out"),
            ("STRICT", strict),
            ("ARGUMENTS", "--base-url https://mill.example/"),
        ]
    };
    let built = runner.run("action/build.sh", &[], &input("false"));
    assert!(built.status.success(), "{built:?}");
    let said = String::from_utf8(built.stdout).unwrap();
    assert!(said.starts_with("::warning file=site/posts/2025-11-29-mill-stones.md,line=3,"), "{said}");
    assert_eq!(runner.read("output"), "changed=true\n");
    let summary = runner.read("summary");
    for line in [
        "| output | format | entries |\n",
        "| https://mill.example/feed.xml | RSS | 3 posts |\n",
        "| https://mill.example/sitemap.xml | Sitemap | 4 pages |\n",
        "not published: 1 draft",
    ] {
        assert!(summary.contains(line), "{line}\n{summary}");
    }
    assert!(runner.0.path().join("out/feed.xml").exists());
    let built = runner.run("action/build.sh", &[], &input("True"));
    assert_eq!(built.status.code(), Some(1), "the warning is an error where `strict` is true");
    assert_eq!(runner.read("output"), "changed=true\nchanged=false\n");
    assert!(runner.read("summary").contains("fails the step: see the annotations"));
    // What stops it is in the summary.
    let arguments = ("ARGUMENTS", "--base-url\nmill.example");
    let built = runner.run("action/build.sh", &[], &[("FOLDER", "site"), arguments]);
    assert_eq!(built.status.code(), Some(2));
    let summary = runner.read("summary");
    assert!(
        summary.contains("Nothing was written.\n\n- --base-url: `mill.example` cannot be used"),
        "{summary}"
    );
}
