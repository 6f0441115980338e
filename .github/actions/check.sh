#!/usr/bin/env bash
# The steps of the action that checks an account. action.yml hands each input in as a variable of the same name, in capitals.
#
#   check.sh credentials   the region for the step that asks for credentials
#   check.sh check         checks, writes reports, the summary and outputs, and ends well whatever was found
#   check.sh verdict       ends the action as EXIT_CODE says
set -euo pipefail
# shellcheck source=.github/actions/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

credentials() {
  words "${REGIONS:-}"
  local region=${list[0]:-us-east-1}
  [[ $region =~ ^[a-z]{2,}(-[a-z]+)+-[0-9]+$ ]] || die "the input regions takes names such as us-east-1, and not \"$region\""
  output region "$region"
}

# each FLAG: the list as flags. The = keeps a value that begins with a hyphen from being a flag of its own.
each() {
  local value
  for value in ${list[@]+"${list[@]}"}; do
    flags+=("$1=$value")
  done
}

# one FLAG VALUE: a flag, if there is a value.
one() {
  [ -z "$2" ] || flags+=("$1=$2")
}

# gather makes the flags of patlint check out of the inputs.
gather() {
  flags=()
  words "${REGIONS:-}" && each --region
  words "${SEVERITY:-}" && each --severity
  words "${PILLAR:-}" && each --pillar
  words "${PATTERN:-}" && each --pattern
  lines "${PATTERNS:-}" && each --patterns
  one --fail-on "${FAIL_ON:-}"
  one --snapshot "${SNAPSHOT:-}"
  one --config "${CONFIG:-}"
  one --baseline "${BASELINE:-}"
  lines "${ARGS:-}"
  local line parts
  for line in ${list[@]+"${list[@]}"}; do
    IFS=$' \t' read -r -a parts <<<"$line"
    flags+=(${parts[@]+"${parts[@]}"})
  done
}

# assume uses the credentials of the role, if there are any, for this step alone.
assume() {
  [ -n "${ROLE_ACCESS_KEY_ID:-}" ] || return 0
  unset AWS_PROFILE AWS_DEFAULT_PROFILE
  export AWS_ACCESS_KEY_ID=$ROLE_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY=$ROLE_SECRET_ACCESS_KEY AWS_SESSION_TOKEN=$ROLE_SESSION_TOKEN
}

# count NAME: a number of the report's summary, which stands at its top. A text of the account cannot look like it: JSON escapes line ends.
count() {
  sed -n -e "s/^    \"$1\": \([0-9][0-9]*\),\$/\1/p" -e '/^  }/q' "$folder/report.json"
}

# run prints the report and keeps the notes, whose last line says why it ended as it did.
run() {
  "$PATLINT" check ${flags[@]+"${flags[@]}"} --format=text "${formats[@]}" 2>"$folder/notes" || code=$?
  cat "$folder/notes"
}

check() {
  switch sarif "${SARIF:-}" && sarif=yes || sarif=
  switch summary "${SUMMARY:-}" && summary=yes || summary=
  folder=$(mktemp -d "$RUNNER_TEMP/patlint.XXXXXX") # a job may use the action twice
  formats=("--format=json=$folder/report.json" "--format=markdown=$folder/report.md")
  [ -z "$sarif" ] || formats+=("--format=sarif=$folder/report.sarif")
  gather
  assume
  code=0
  muffled run
  output exit-code "$code"
  output reason "$(tail -n 1 "$folder/notes")"
  if [ ! -s "$folder/report.json" ]; then
    case $code in
      0 | 1 | 3) die "patlint ended with $code and wrote no report, so nothing was checked; does the input args have --plan or --help?" ;;
    esac
    return 0 # a mistake of usage: the verdict tells
  fi
  output findings "$(count fail)"
  output unknown "$(count unknown)"
  output report-json "$folder/report.json"
  output report-markdown "$folder/report.md"
  [ -z "$sarif" ] || output report-sarif "$folder/report.sarif"
  [ -z "$summary" ] || summarize "$folder/report.md" "The file of the output report-markdown"
}

verdict() {
  local code=${EXIT_CODE:-}
  switch fail-on-unknown "${FAIL_ON_UNKNOWN:-}" && strict=yes || strict=
  case $code in
    0) return ;;
    3)
      if [ -z "$strict" ]; then
        annotate warning "$REASON"
        return
      fi
      ;;
  esac
  annotate error "${REASON:-patlint did not run}"
  exit "${code:-2}"
}

case ${1:-} in
  credentials | check | verdict) "$1" ;;
  *) die 'check.sh takes credentials, check or verdict' ;;
esac
