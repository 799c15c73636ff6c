//! The least that anybody can do who reads a folder of posts: list it, open every file, read its first 4 KiB.
//!
//! ```sh
//! cargo run --release --example floor -- FOLDER [THREADS]
//! ```

#![allow(clippy::disallowed_methods, reason = "it does as little as anybody can")]

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().unwrap_or_else(|| ".".to_owned());
    let threads: usize = args.next().and_then(|threads| threads.parse().ok()).unwrap_or(2);
    let start = Instant::now();
    let entries: std::io::Result<Vec<PathBuf>> =
        std::fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect();
    let paths = entries?;
    let bytes: usize = std::thread::scope(|scope| {
        let read = |paths: &[PathBuf]| {
            let mut buffer = vec![0; 4096];
            let read =
                |path: &PathBuf| File::open(path).and_then(|mut file| file.read(&mut buffer)).unwrap_or(0);
            paths.iter().map(read).sum::<usize>()
        };
        let chunks = paths.chunks(paths.len().div_ceil(threads.max(1)).max(1));
        let running: Vec<_> = chunks.map(|chunk| scope.spawn(move || read(chunk))).collect();
        running.into_iter().map(|thread| thread.join().unwrap_or(0)).sum()
    });
    #[expect(clippy::print_stdout, reason = "this is what it is for")]
    {
        println!("{} files, {bytes} bytes, {:.4} s", paths.len(), start.elapsed().as_secs_f64());
    }
    Ok(())
}
