#!/usr/bin/env bash
# Runs `feedmill build` for the action: findings become annotations, the summary of the job a table of the outputs.
#
# Inputs: FEEDMILL (the program), FOLDER, OUTPUT, STRICT, ARGUMENTS. Output: `changed`.
set -euo pipefail

site=("$FOLDER")
[[ -n ${OUTPUT:-} ]] && site+=(--output "$OUTPUT")
read -rd '' -a more <<<"${ARGUMENTS:-}" || true
build=()
case ${STRICT:-false} in true | True | TRUE | yes | 1) build+=(--strict) ;; esac

# Jekyll's own action for Pages builds in a container and leaves a folder that belongs to root.
for written in ${OUTPUT:+"$OUTPUT"} "$FOLDER/_site"; do
  if [[ -d $written && -n $(find "$written" ! -writable -print -quit 2>/dev/null) ]] && command -v sudo >/dev/null; then
    sudo chown -R "$(id -u):$(id -g)" "$written"
  fi
done

status=0
findings=$(mktemp) said=$(mktemp)
"$FEEDMILL" build "${site[@]}" ${build[@]+"${build[@]}"} ${more[@]+"${more[@]}"} --message-format github \
  >"$findings" 2>"$said" || status=$?
cat "$findings"
cat "$said" >&2

changed=false
if grep -qE '[0-9] files? (written|removed)' "$said"; then changed=true; fi
echo "changed=$changed" >>"$GITHUB_OUTPUT"

{
  echo "### feedmill"
  echo
  if ((status > 1)); then
    echo "Nothing was written."
    echo
    # What stopped it, without the marks of an annotation.
    sed -n 's/^::error [^:]*::/- /p' "$findings"
  else
    # `list` knows most arguments of `build`, and prints what it can where something was left out.
    outputs=$("$FEEDMILL" list "${site[@]}" ${more[@]+"${more[@]}"} -q 2>/dev/null) || true
    [[ -n $outputs ]] || outputs=$("$FEEDMILL" list "${site[@]}" -q 2>/dev/null) || true
    if [[ -n $outputs ]]; then
      echo "| output | format | entries |"
      echo "|---|---|---|"
      sed -E 's/  +/ | /g; s/^/| /; s/$/ |/' <<<"$outputs"
      echo
    fi
    if ((status == 1)); then
      echo "Something was left out, or is a finding that fails the step: see the annotations."
      echo
    fi
  fi
  tail -n 3 "$said" | sed 's/$/  /'
} >>"$GITHUB_STEP_SUMMARY"
exit "$status"
