#!/usr/bin/env python3
"""Measures feedmill from start to end: against the least that anybody can do who reads the posts (`benches/floor.rs`),
and against the generators that are installed. All ratios are of one run, in turns, the page cache warm.

    cargo build --release --examples --bins
    python3 benches/run.py [--posts 1000 10000 100000] [--rounds 5] [--plot benches/results.svg] [--peers DIR]

It writes its posts into a folder beside the system's temporary files (`--work DIR`), and prints tables in Markdown.
Hugo, Zola, Pelican and Jekyll are found in PATH, Eleventy in the node_modules of --peers. The plot needs
matplotlib. What each does:

- the floor lists the folder, opens every file and reads its first 4 KiB, on two threads
- feedmill writes RSS, Atom and JSON feeds of the newest 20 posts and the sitemap; nothing has changed since the last run
- Hugo writes one RSS feed of 20 posts and the sitemap, and renders no page (`page = []`)
- Zola, Pelican and Eleventy write one feed and the pages of all posts, with the smallest template that they take
- Jekyll writes what its two plug-ins do, and the pages
"""
import argparse
import datetime
import multiprocessing
import os
import pathlib
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent.parent
WORDS = (
    "the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one "
    "you were all her she there would their we him been has when who will no more if out so up said what about than into "
    "server static generator release performance cache build deploy parser feed reader crawler latency kernel index query"
).split()
JAPANESE = "この発表は 今回の調査は 開発チームは、 人工知能の研究開発を 既存の業務フローを 大きく加速させると考えられています。 慎重に見極める必要があるでしょう。".split()
TAGS = ["rust", "performance", "web", "rss", "atom", "C++", "R&D", "投資", "技術動向", "静的サイト", "open-source"]


def sentence(r: random.Random) -> str:
    if r.random() < 0.4:
        return "".join(r.choices(JAPANESE, k=4))
    return " ".join(r.choices(WORDS, k=r.randint(6, 20))).capitalize() + "."


def post(number: int, posts: int) -> tuple[str, str]:
    """The name and text of one post: front matter of 300 to 500 bytes, a body of 2 to 12 KB, one in a hundred messy."""
    r = random.Random(number)
    day = datetime.datetime(2005, 1, 1) + datetime.timedelta(seconds=number * (20 * 365 * 86400 // posts))
    title = sentence(r)[:80].replace('"', "'")
    name = f"{day:%Y-%m-%d}-{'-'.join(r.choices(WORDS, k=4))}-{number}.md"
    excerpt = sentence(r) + " " + sentence(r)
    lines = [
        "---",
        f'title: "{title}"',
        f"date: {day:%Y-%m-%dT%H:%M:%SZ}",
        f"categories: [\"{r.choice(['Engineering', 'Notes', '投資分析'])}\"]",
        f"tags: [{', '.join(chr(34) + tag + chr(34) for tag in r.sample(TAGS, r.randint(0, 4)))}]",
        'author: "Jane Doe"',
        f'excerpt: "{excerpt}"',
        f"reading_time: {r.randint(1, 20)}",
        "---",
        "",
    ]
    if r.random() < 0.01:
        lines[1] = f'title: "**{title[: len(title) // 2]}\ufffd"'
    body = []
    size = r.randint(2000, 12000)
    while size > 0:
        body.append(" ".join(sentence(r) for _ in range(r.randint(2, 6))))
        size -= len(body[-1].encode())
    return name, "\n".join(lines) + "\n\n".join(body) + "\n"


def corpus(work: pathlib.Path, posts: int) -> pathlib.Path:
    """A site for each program, with the same posts: links to one folder of files."""
    root = work / str(posts)
    if not (root / "done").exists():
        shutil.rmtree(root, ignore_errors=True)
        source = root / "plain" / "posts"
        source.mkdir(parents=True)
        for number in range(posts):
            name, text = post(number, posts)
            (source / name).write_text(text, encoding="utf-8")
        sites = {
            "plain": ({"feedmill.yml": "base_url: https://example.com/\ntitle: Bench\n"}, None),
            "jekyll": (
                {
                    "_config.yml": "url: https://example.com\ntitle: Bench\nplugins: [jekyll-feed, jekyll-sitemap]\n",
                    "Gemfile": 'gem "jekyll", "4"\n',
                },
                "_posts",
            ),
            "hugo": (
                {
                    "hugo.toml": 'baseURL = "https://example.com/"\ntitle = "Bench"\ndisableKinds = ["taxonomy", "term", "section"]\n'
                    '[outputs]\nhome = ["RSS"]\npage = []\n[services.rss]\nlimit = 20\n'
                },
                "content/posts",
            ),
            "zola": (
                {
                    "config.toml": 'base_url = "https://example.com"\ntitle = "Bench"\ncompile_sass = false\ngenerate_feeds = true\n'
                    'feed_filenames = ["atom.xml"]\nfeed_limit = 20\n',
                    "content/posts/_index.md": "+++\nsort_by = 'date'\n+++\n",
                    "templates/index.html": "x\n",
                    "templates/section.html": "x\n",
                    "templates/page.html": "{{ page.title }}\n",
                },
                None,
            ),
            "pelican": (
                {
                    "pelicanconf.py": "SITEURL = 'https://example.com'\nSITENAME = 'Bench'\nAUTHOR = 'x'\nTIMEZONE = 'UTC'\n"
                    "FEED_ALL_ATOM = 'atom.xml'\nFEED_MAX_ITEMS = 20\nCATEGORY_FEED_ATOM = None\nSLUGIFY_SOURCE = 'basename'\n",
                },
                None,
            ),
            "eleventy": (
                {
                    "eleventy.config.js": "const rss = require('@11ty/eleventy-plugin-rss').feedPlugin;\n"
                    "module.exports = c => { c.addPlugin(rss, {type: 'rss', outputPath: '/feed.xml', collection: {name: 'p', limit: 20},"
                    " metadata: {language: 'en', title: 'Bench', base: 'https://example.com/', author: {name: 'x'}}});"
                    " c.addCollection('p', a => a.getFilteredByGlob('posts/*.md')); };\n",
                    "package.json": "{}\n",
                },
                "posts",
            ),
        }
        for name, (files, folder) in sites.items():
            (root / name).mkdir(exist_ok=True)
            for file, text in files.items():
                (root / name / file).parent.mkdir(parents=True, exist_ok=True)
                (root / name / file).write_text(text)
            if folder:
                target = root / name / folder
                target.mkdir(parents=True)
                for path in source.iterdir():
                    os.link(path, target / path.name)
        for path in source.iterdir() if shutil.which("zola") else []:
            (root / "zola" / "content" / "posts" / path.name).write_text(for_zola(path.read_text()))
        (root / "pelican" / "content").mkdir()
        for path in source.iterdir() if shutil.which("pelican") else []:
            (root / "pelican" / "content" / path.name).write_text(for_pelican(path.read_text()))
        (root / "done").touch()
    return root


def fields_of(text: str) -> tuple[dict, str]:
    """The front matter of one of our posts, as written, and its body."""
    head, body = text.split("---\n", 2)[1:]
    return dict(line.split(": ", 1) for line in head.splitlines()), body


def for_zola(text: str) -> str:
    fields, body = fields_of(text)
    body = body.replace("{{", "{").replace("{%", "{")
    return f"+++\ntitle = {fields['title']}\ndate = {fields['date']}\n+++\n{body}"


def for_pelican(text: str) -> str:
    fields, body = fields_of(text)
    return f"Title: {fields['title'].strip(chr(34))}\nDate: {fields['date'][:10]}\n\n{body}"


def whole_texts(work: pathlib.Path) -> pathlib.Path:
    """2,000 posts of 7 KB, all of which are in three feeds, with their whole texts, and in one that Hugo writes too;
    7,000 for the memory; one of 44 MB; and a built site of 10,000 pages of 20 KB."""
    root = work / "others"
    if (root / "done").exists():
        return root
    shutil.rmtree(root, ignore_errors=True)
    for name, posts in (("whole", 2000), ("memory", 7000)):
        (root / name / "posts").mkdir(parents=True)
        (root / name / "feedmill.yml").write_text("base_url: https://example.com/\ntitle: Bench\nlimit: 0\n")
        for number in range(posts):
            file, text = post(number, posts)
            body = text.split("---\n", 2)[2] if name == "memory" else ""
            (root / name / "posts" / file).write_text(text + body, encoding="utf-8")
    rss = root / "rss"
    shutil.copytree(root / "whole" / "posts", rss / "content" / "posts")
    (rss / "hugo.toml").write_text(
        'baseURL = "https://example.com/"\ntitle = "Bench"\ndisableKinds = ["taxonomy", "term", "section", "sitemap"]\n'
        '[outputs]\nhome = ["RSS"]\npage = []\n[services.rss]\nlimit = -1\n'
    )
    (rss / "feedmill.yml").write_text("feeds: [{path: index.xml, limit: 0, content: full}]\nsitemap: false\n")
    (rss / "layouts").mkdir()
    (rss / "layouts" / "home.rss.xml").write_text(
        '<rss version="2.0"><channel><title>{{ site.Title }}</title><link>{{ .Permalink }}</link>'
        "<description>x</description>{{ range site.RegularPages }}<item><title>{{ .Title }}</title>"
        "<link>{{ .Permalink }}</link><pubDate>{{ .Date.Format `Mon, 02 Jan 2006 15:04:05 -0700` }}</pubDate>"
        "<guid>{{ .Permalink }}</guid><description>{{ .Content | transform.XMLEscape | safeHTML }}</description>"
        "</item>{{ end }}</channel></rss>\n"
    )
    (root / "long").mkdir()
    (root / "long" / "feedmill.yml").write_text("base_url: https://example.com/\ntitle: Bench\n")
    paragraph = post(1, 1)[1].split("---\n", 2)[2]
    (root / "long" / "2025-01-01-long.md").write_text(paragraph * (44_000_000 // len(paragraph.encode())), encoding="utf-8")
    pages = root / "built" / "public"
    filler = "<p>" + "text " * 3900 + "</p>"
    for number in range(10_000):
        (pages / str(number)).mkdir(parents=True)
        (pages / str(number) / "index.html").write_text(
            f'<!DOCTYPE html><html lang="en"><head><title>Page {number}</title>'
            f'<meta property="article:published_time" content="20{number % 20 + 5:02}-01-01"></head>'
            f"<body><article><h1>Page {number}</h1>{filler}</article></body></html>"
        )
    (root / "built" / "feedmill.yml").write_text("base_url: https://example.com/\ntitle: Bench\ngenerator: built\n")
    (root / "done").touch()
    return root


def made(make, *arguments) -> pathlib.Path:
    """Makes a site, or measures a program, in a process of its own: the most memory that the process before had is counted
    as that of the program."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(make, arguments)


def measure(command: list, cwd: pathlib.Path, timeout: float) -> tuple[float, float] | None:
    """Seconds from start to end, and MiB at the peak; None if it failed or took too long."""
    start = time.perf_counter()
    environment = {**os.environ, "JEKYLL_NO_BUNDLER_REQUIRE": "true"}
    process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        if time.perf_counter() - start > timeout:
            process.kill()
            os.wait4(process.pid, 0)
            return None
        time.sleep(0.0005)
    process.returncode = status
    seconds = time.perf_counter() - start
    return (seconds, usage.ru_maxrss / 1024) if status == 0 else None


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--posts", type=int, nargs="+", default=[1000, 10000, 100000])
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--timeout", type=float, default=120)
    arguments.add_argument("--work", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir(), "feedmill-bench"))
    arguments.add_argument("--target", type=pathlib.Path, default=HERE / "target" / "release")
    arguments.add_argument("--peers", type=pathlib.Path, default=pathlib.Path("node_modules").resolve().parent)
    arguments.add_argument("--plot", type=pathlib.Path)
    given = arguments.parse_args()
    feedmill, floor = given.target / "feedmill", given.target / "examples" / "floor"
    programs = {
        "floor": ("plain", [floor, "posts", "2"]),
        "feedmill": ("plain", [feedmill, "build", "-q"]),
        "feedmill, a Jekyll site": ("jekyll", [feedmill, "build", "-q"]),
        "feedmill, a Hugo site": ("hugo", [feedmill, "build", "-q", "-o", "feeds"]),
    }
    if hugo := shutil.which("hugo"):
        programs["Hugo"] = ("hugo", [hugo, "--quiet", "--noBuildLock"])
    if zola := shutil.which("zola"):
        programs["Zola"] = ("zola", [zola, "build", "--force"])
    if pelican := shutil.which("pelican"):
        programs["Pelican"] = ("pelican", [pelican, "-q", "content"])
    if jekyll := shutil.which("jekyll"):
        programs["Jekyll"] = ("jekyll", [jekyll, "build", "-q", "-d", "_jekyll"])
    eleventy = given.peers / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"
    if eleventy.exists():
        programs["Eleventy"] = ("eleventy", ["node", eleventy, "--quiet"])
    results: dict[int, dict[str, tuple[float, float]]] = {}
    for posts in given.posts:
        root = made(corpus, given.work, posts)
        if eleventy.exists() and not (root / "eleventy" / "node_modules").exists():
            (root / "eleventy" / "node_modules").symlink_to(given.peers / "node_modules")
        seen: dict[str, list] = {name: [] for name in programs}
        # A program that came later finds a corpus without posts of its own.
        gone = {name for name, (site, _) in programs.items() if next((root / site).rglob("*.md"), None) is None}
        for turn in range(given.rounds + 1):
            # Slow programs push the posts out of the page cache.
            made(measure, [floor, "posts", "2"], root / "plain", given.timeout)
            for name, (site, command) in programs.items():
                slow = seen[name] and seen[name][0][0] > 5
                if name in gone or (slow and len(seen[name]) >= 2):
                    continue
                measured = made(measure, command, root / site, given.timeout)
                if measured is None:
                    gone.add(name)
                elif turn > 0 or measured[0] > 5:
                    # The first turn warms the cache.
                    seen[name].append(measured)
        results[posts] = {
            name: (statistics.median(s for s, _ in runs), max(m for _, m in runs)) for name, runs in seen.items() if runs
        }
        print(f"{posts} posts measured", file=sys.stderr)
    print(f"{datetime.date.today()}, {os.cpu_count()} processors ({platform.machine()}), medians of {given.rounds} runs\n")
    print("| posts | " + " | ".join(programs) + " |")
    print("|---|" + "---|" * len(programs))
    for posts, row in results.items():
        least, ours = row["floor"][0], row["feedmill"][0]

        def cell(name: str) -> str:
            if name not in row:
                return f"over {given.timeout:.0f} s, or failed"
            seconds, mib = row[name]
            if name == "floor":
                return f"{seconds:.3f} s"
            if name.startswith("feedmill"):
                return f"{seconds:.3f} s, {mib:.0f} MiB ({seconds / least:.1f} × the floor)"
            base = row["feedmill, a Jekyll site"][0] if name == "Jekyll" else ours
            return f"{seconds:.1f} s, {mib:.0f} MiB ({seconds / base:.0f} × feedmill)"

        print(f"| {posts} | " + " | ".join(cell(name) for name in programs) + " |")
    others(feedmill, floor, made(whole_texts, given.work), given)
    if given.plot:
        plot(results, list(programs), given.plot)


# Reads all pages of a built site.
READ = "find public -name index.html -print0 | xargs -0 -P 2 -n 1000 cat > /dev/null"


def others(feedmill: pathlib.Path, floor: pathlib.Path, root: pathlib.Path, given) -> None:
    """The work that is not an index of many posts."""
    rows = {
        "whole texts of 2,000 posts, three formats": ("whole", [feedmill, "build", "-q"]),
        "whole texts of 7,000 posts, three formats": ("memory", [feedmill, "build", "-q"]),
        "one post of 44 MB": ("long", [feedmill, "build", "-q"]),
        "a built site of 10,000 pages of 20 KB": ("built", [feedmill, "build", "-q"]),
        "the same pages, read to their ends by `cat`, two at once": ("built", ["sh", "-c", READ]),
        "RSS with the whole texts of 2,000 posts": ("rss", [feedmill, "build", "-q", "-o", "feeds"]),
    }
    if hugo := shutil.which("hugo"):
        rows["the same by Hugo, with `.Content`"] = ("rss", [hugo, "--quiet", "--noBuildLock"])
    print("\n| work | time | memory |")
    print("|---|---|---|")
    for name, (site, command) in rows.items():
        runs = []
        for turn in range(given.rounds + 1):
            for written in ("public", "feeds") if site != "built" else ():
                shutil.rmtree(root / site / written, ignore_errors=True)
            measured = made(measure, command, root / site, given.timeout)
            if measured and turn > 0:
                runs.append(measured)
        if runs:
            seconds, mib = statistics.median(s for s, _ in runs), max(m for _, m in runs)
            print(f"| {name} | {seconds:.2f} s | {mib:.0f} MiB |")


def plot(results: dict, programs: list, path: pathlib.Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "feedmill"
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 4))
    for name in programs:
        points = [(posts, row[name][0]) for posts, row in results.items() if name in row]
        if points:
            style = dict(linewidth=2.5, color="#b5402a") if name == "feedmill" else dict(linewidth=1.2)
            axes.plot(*zip(*points), marker="o", label=name, **style)
    axes.set(xscale="log", yscale="log", xlabel="posts", ylabel="seconds, from start to end")
    axes.grid(True, which="major", alpha=0.3)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5))
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
