//! What the tests share.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may"
)]
#![allow(dead_code, reason = "no test uses all of it")]

pub(crate) mod groups;
pub(crate) mod judge;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The instant that counts as now in every test.
pub(crate) const NOW: &str = "1767225600"; // 2026-01-01T00:00:00Z

/// A new folder: in memory where the system has a file system for that, because every build syncs what it writes.
pub(crate) fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

/// The program, with nothing of this machine's settings.
pub(crate) fn feedmill(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feedmill"));
    command.current_dir(folder).env_clear().env("SOURCE_DATE_EPOCH", NOW);
    command
}

/// Runs the program in a folder, and gives all that it says.
pub(crate) fn run(folder: &Path, args: &[&str]) -> String {
    let output = feedmill(folder).args(args).output().unwrap();
    let (stdout, stderr) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    for c in stdout.chars().chain(stderr.chars()) {
        assert!(c == '\n' || !c.is_control(), "a raw {c:?} was printed");
    }
    format!("stdout:\n{stdout}\nstderr:\n{stderr}\nexit status: {}\n", output.status.code().unwrap())
}

/// The folders in `fixtures/`.
pub(crate) fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.join("site").is_dir());
    cases.sort();
    assert!(!cases.is_empty());
    cases
}

/// All files below a folder, sorted. A folder that is not there has none.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// All files below a folder, with their bytes, by relative path.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let name = |path: &Path| path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
    files(folder).into_iter().map(|path| (name(&path), fs::read(&path).unwrap())).collect()
}

/// When each file below a folder was written last.
pub(crate) fn modified(folder: &Path) -> BTreeMap<PathBuf, std::time::SystemTime> {
    files(folder)
        .into_iter()
        .map(|path| (path.clone(), fs::metadata(&path).unwrap().modified().unwrap()))
        .collect()
}

/// Copies a folder.
pub(crate) fn copy_tree(from: &Path, to: &Path) {
    write_tree(&tree(from), to);
}

/// Writes files into a folder, by relative path.
pub(crate) fn write_tree(files: &BTreeMap<String, Vec<u8>>, folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for (path, bytes) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
