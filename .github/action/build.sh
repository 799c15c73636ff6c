#!/usr/bin/env bash
# Runs `feedmill build` for the action: findings become annotations, the summary of the job a table of the outputs.
#
# Inputs: FEEDMILL (the program), FOLDER, OUTPUT, STRICT, ARGUMENTS. Output: `changed`.
set -euo pipefail

site=("$FOLDER")
[[ -n ${OUTPUT:-} ]] && site+=(--output "$OUTPUT")
read -ra more <<<"${ARGUMENTS:-}" || true
build=()
[[ ${STRICT:-false} == true ]] && build+=(--strict)

# Jekyll's own action for Pages builds in a container and leaves a folder that belongs to root.
for written in ${OUTPUT:+"$OUTPUT"} "$FOLDER/_site"; do
  if [[ -d $written && ! -w $written ]] && command -v sudo >/dev/null; then
    sudo chown -R "$(id -u):$(id -g)" "$written"
  fi
done

status=0
said=$(mktemp)
"$FEEDMILL" build "${site[@]}" ${build[@]+"${build[@]}"} ${more[@]+"${more[@]}"} --message-format github 2>"$said" ||
  status=$?
cat "$said" >&2

changed=false
if grep -qE '[0-9] files? (written|removed)' "$said"; then changed=true; fi
echo "changed=$changed" >>"$GITHUB_OUTPUT"

{
  echo "### feedmill"
  echo
  # `list` knows most arguments of `build`, and prints what it can where something was left out.
  outputs=$("$FEEDMILL" list "${site[@]}" ${more[@]+"${more[@]}"} -q 2>/dev/null) || true
  [[ -n $outputs ]] || outputs=$("$FEEDMILL" list "${site[@]}" -q 2>/dev/null) || true
  if [[ -n $outputs ]]; then
    echo "| output | format | entries |"
    echo "|---|---|---|"
    sed -E 's/  +/ | /g; s/^/| /; s/$/ |/' <<<"$outputs"
    echo
  fi
  tail -n 3 "$said" | sed 's/$/  /'
} >>"$GITHUB_STEP_SUMMARY"
exit "$status"
