#!/usr/bin/env python3
"""Reads a folder of posts with Apache Spark, and shows that the feeds are the same bytes as on one machine.

    python3 -m venv spark && spark/bin/pip install pyspark        (and Java 17 or newer)
    cargo build --release
    spark/bin/python benches/spark_pipe.py target/release/feedmill BLOG

Every partition of the folder's paths goes through `feedmill list --format jsonl --files -`, wherever Spark runs it;
the records come back, and one `feedmill build --records -` merges them.
"""
import datetime
import pathlib
import shlex
import subprocess
import sys
import tempfile

from pyspark import SparkContext


def main(program: str, blog: str) -> None:
    program, root = pathlib.Path(program).resolve(), pathlib.Path(blog).resolve()
    paths = [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]
    context = SparkContext("local[2]", "feedmill")
    context.setLogLevel("ERROR")
    # One clock for all processes: it decides which posts are still in the future.
    now = ["--now", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")]
    command = shlex.join([str(program), "list", str(root), "--format", "jsonl", "--files", "-", *now])
    records = context.parallelize(paths, 8).pipe(command, checkCode=True).collect()
    context.stop()
    with tempfile.TemporaryDirectory() as folder:
        one, merged = pathlib.Path(folder, "one"), pathlib.Path(folder, "merged")
        subprocess.run([program, "build", "-q", root, "-o", one, *now], check=True)
        lines = "\n".join(records).encode()
        subprocess.run([program, "build", "-q", "--records", "-", "-o", merged, *now], check=True, input=lines, cwd=root)
        names = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
        assert names == sorted(path.relative_to(merged) for path in merged.rglob("*") if path.is_file())
        different = [name for name in names if (one / name).read_bytes() != (merged / name).read_bytes()]
    print(f"{len(records)} records of 8 partitions; {len(names) - len(different)} of {len(names)} files are the same bytes")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
