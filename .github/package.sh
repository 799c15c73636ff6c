#!/usr/bin/env bash
# Packs a release: package.sh VERSION TARGET BINARY. Writes feedmill-VERSION-TARGET.tar.gz (.zip for Windows) and its
# checksum into $DIST, or dist/: the program, completions, man page, README, changelog and licences.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$1 target=$2 binary=$3
name=feedmill-$version-$target
dist=${DIST:-dist}
rm -rf "${dist:?}/$name"
mkdir -p "$dist/$name/completions"
cp "$binary" README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$dist/$name/"
# Of a binary for another machine, the host's own says the same.
program=${HOST_BINARY:-$binary}
for shell in bash elvish fish powershell zsh; do
  "$program" completions "$shell" >"$dist/$name/completions/feedmill.$shell"
done
"$program" man >"$dist/$name/feedmill.1"

cd "$dist"
case $target in
  *windows*)
    archive=$name.zip
    if command -v zip >/dev/null; then zip -qr "$archive" "$name"; else 7z a "$archive" "$name" >/dev/null; fi
    ;;
  *)
    archive=$name.tar.gz
    tar -czf "$archive" "$name"
    ;;
esac
if command -v sha256sum >/dev/null; then sha256sum "$archive"; else shasum -a 256 "$archive"; fi >"$archive.sha256"
rm -rf "$name"
