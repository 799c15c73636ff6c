#!/usr/bin/env bash
# Installs feedmill for the action.
#
#   install.sh release   the binary of the release that the action is of, with its checksum; if there is none, says so
#   install.sh source    from the action's own sources, unless the cache had it
#
# Outputs: `folder` (with bin/feedmill in it), `from` (release or source), `sum` (of the sources).
set -euo pipefail

folder=${RUNNER_TEMP:-/tmp}/feedmill
case $(uname -s)-$(uname -m) in
  Linux-x86_64) target=x86_64-unknown-linux-musl ;;
  Linux-aarch64) target=aarch64-unknown-linux-musl ;;
  Darwin-x86_64) target=x86_64-apple-darwin ;;
  Darwin-arm64) target=aarch64-apple-darwin ;;
  MINGW*-x86_64 | MSYS*-x86_64) target=x86_64-pc-windows-msvc ;;
  *) target= ;;
esac

sum() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

# Puts the binary of a release into the folder. What fails here must say so, because `if` takes no notice of `set -e`.
from_release() {
  [[ -n $target && -n ${ACTION_REPOSITORY:-} && ${ACTION_REF:-} =~ ^v[0-9]+\.[0-9]+\.[0-9]+ ]] || return 1
  local name=feedmill-$ACTION_REF-$target archive
  local place=${GITHUB_SERVER_URL:-https://github.com}/$ACTION_REPOSITORY/releases/download/$ACTION_REF
  [[ $target == *windows* ]] && archive=$name.zip || archive=$name.tar.gz
  mkdir -p "$folder/download" "$folder/bin" && cd "$folder/download" || exit 1
  curl -fsSL --retry 3 -O "$place/$archive" && curl -fsSL --retry 3 -O "$place/$archive.sha256" || return 1
  # A wrong checksum is no reason to build from source, but to stop.
  sum -c "$archive.sha256" >&2 || exit 1
  if [[ $archive == *.zip ]]; then unzip -q "$archive" || exit 1; else tar -xzf "$archive" || exit 1; fi
  for binary in "$name/feedmill" "$name/feedmill.exe"; do
    if [[ -f $binary ]]; then cp "$binary" "$folder/bin/" || exit 1; fi
  done
}

case $1 in
  release)
    from=source
    if from_release; then from=release; fi
    cd "$GITHUB_ACTION_PATH"
    sources=$(find Cargo.lock Cargo.toml src -type f | LC_ALL=C sort)
    {
      echo "folder=$folder"
      echo "from=$from"
      echo "sum=$(while read -r file; do sum "$file"; done <<<"$sources" | sum | cut -c1-64)"
    } >>"$GITHUB_OUTPUT"
    # For later steps, such as `feedmill notify` after the deployment.
    echo "$folder/bin" >>"${GITHUB_PATH:-/dev/null}"
    ;;
  source)
    if [[ ! -x $folder/bin/feedmill && ! -x $folder/bin/feedmill.exe ]]; then
      if ! command -v cargo >/dev/null; then
        echo "::error title=feedmill::there is no release for this machine and version, and no cargo to build one: use a version such as v0.1.0, or install Rust before"
        exit 1
      fi
      cargo install --locked --path "$GITHUB_ACTION_PATH" --root "$folder"
    fi
    ;;
esac
