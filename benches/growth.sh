#!/bin/sh
# Builds every kind of hostile input at thirty times the size that `cargo test` uses, and prints how long each takes;
# fails where twice as much takes much more than twice as long. An argument selects kinds by a part of their names.
cd "$(dirname "$0")/.." || exit
GROWTH="${GROWTH:-30}" KIND="${1:-}" exec cargo test --release --test growth -- --nocapture
