# shellcheck shell=bash
# What the scripts of both actions share. Nothing here, and nothing in them, runs a text that somebody handed in: inputs come in variables and
# leave as one argument each.

readonly summary_limit=1048576 # bytes that GitHub takes of a step's summary

# annotate LEVEL TEXT: a line that GitHub shows above the log, whatever the text holds.
annotate() {
  local text=$2
  text=${text//'%'/'%25'}
  text=${text//$'\r'/'%0D'}
  text=${text//$'\n'/'%0A'}
  printf '::%s title=patlint::%s\n' "$1" "$text"
}

# die says why, on stderr: GitHub reads both, and stdout may be on its way into a variable.
die() {
  annotate error "$1" >&2
  exit 2
}

# random prints what nobody can foresee.
random() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# output NAME VALUE: a value of many lines stays one value, since nobody knows where it would have to end.
output() {
  local end
  end=patlint-$(random)
  printf '%s<<%s\n%s\n%s\n' "$1" "$end" "$2" "$end" >>"$GITHUB_OUTPUT"
}

# muffled COMMAND…: what it prints is no command to GitHub, even where the name of a volume looks like one.
muffled() {
  local end status=0
  end=$(random)
  printf '::stop-commands::%s\n' "$end"
  "$@" || status=$?
  printf '\n::%s::\n' "$end"
  return "$status"
}

# words TEXT: an array `list` of what stands between spaces, commas and line ends. Nothing is expanded: a * stays a *.
words() {
  list=()
  local line part parts
  while IFS= read -r line || [ -n "$line" ]; do
    IFS=$' \t\r,' read -r -a parts <<<"$line"
    for part in ${parts[@]+"${parts[@]}"}; do
      [ -z "$part" ] || list+=("$part")
    done
  done <<<"$1"
}

# lines TEXT: an array `list` of its lines, without the empty ones.
lines() {
  list=()
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    [ -z "$line" ] || list+=("$line")
  done <<<"$1"
}

# switch NAME VALUE: yes or no, and nothing that only looks like one of them.
switch() {
  case $2 in
    true) return 0 ;;
    false | '') return 1 ;;
    *) die "the input $1 takes true or false, and not \"$2\"" ;;
  esac
}

# summarize FILE WHERE: puts a text into the summary of the step, as much as GitHub takes. Where it has to be cut, its first line says so, and where all
# of it is: behind the cut a block may still be open, in which nobody would see it.
summarize() {
  [ -s "$1" ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ] || return 0
  local size there room
  size=$(($(wc -c <"$1")))
  there=0
  [ ! -f "$GITHUB_STEP_SUMMARY" ] || there=$(($(wc -c <"$GITHUB_STEP_SUMMARY")))
  room=$((summary_limit - there - 1000)) # for the words below, and a line end
  if [ "$size" -le "$room" ]; then
    cat "$1" >>"$GITHUB_STEP_SUMMARY"
    return
  fi
  [ "$room" -gt 0 ] || room=0
  printf 'This text is cut: GitHub takes 1 MiB of it, and there are %s bytes. %s has all.\n\n' "$size" "$2" >>"$GITHUB_STEP_SUMMARY"
  head -c "$room" "$1" | sed '$d' >>"$GITHUB_STEP_SUMMARY" # the last line is not whole
}
