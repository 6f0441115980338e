#!/usr/bin/env bash
# The steps of the action that tests a catalog. action.yml hands each input in as a variable of the same name, in capitals.
#
#   test.sh test   tests, annotates, writes the summary, and ends as patlint test does
#   test.sh site   builds the site, and names its folder in the output `site`
set -euo pipefail
# shellcheck source=.github/actions/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
folder=$(mktemp -d "$RUNNER_TEMP/patlint.XXXXXX") # a job may use the action twice

# catalog makes the flags that say which catalog it is.
catalog() {
  flags=()
  lines "${PATTERNS:-}"
  [ "${#list[@]}" -gt 0 ] || die 'the input patterns names no folder'
  local dir
  for dir in "${list[@]}"; do
    [ -d "$dir" ] || die "there is no folder \"$dir\", which the input patterns names; was the repository checked out?"
    flags+=("--patterns=$dir")
  done
  if switch builtin "${BUILTIN:-}"; then return; fi
  flags+=(--no-builtin)
}

# text writes the report as people read it. Its code does not count: that of the annotations does.
text() {
  "$PATLINT" test "${flags[@]}" ${look[@]+"${look[@]}"} >"$folder/test.txt" 2>&1 || true
}

test_catalog() {
  local code=0
  look=()
  if ! switch style "${STYLE:-}"; then look=(--no-style); fi
  if switch summary "${SUMMARY:-}"; then
    text
    { # four spaces in front make a block that no line can end
      printf '## patlint test\n\n'
      sed 's/^/    /' "$folder/test.txt"
    } >"$folder/test.md"
    summarize "$folder/test.md" "A run of patlint test"
  fi
  "$PATLINT" test "${flags[@]}" ${look[@]+"${look[@]}"} --format=github || code=$?
  output exit-code "$code"
  return "$code"
}

site() {
  "$PATLINT" site build "${flags[@]}" --preview --no-cache --output="$folder/site"
  output site "$folder/site"
}

catalog
case ${1:-} in
  test) test_catalog ;;
  site) site ;;
  *) die 'test.sh takes test or site' ;;
esac
