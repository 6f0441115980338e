#!/usr/bin/env bash
# Commands that mend what patlint found. Read them before you run them.
#
# Written by patlint VERSION from a report of TIME.
# The account was read at 2026-11-16 09:00 UTC.
# That is more than a day before this script was written: things may have changed since.
# 21 failed findings: 19 with commands that change something, 0 with commands that only look, 2 with none that run.
# 19 findings make snapshots. AWS bills what they hold until they are deleted.
#
# 2 findings have commands that do not run. They stand behind #> with the reason above them: they interrupt, delete, replace, open
# or cost something, belong on another machine, or are not known to patlint. What comes after one in the same finding does not run either.
#
# Without an argument it begins with the first finding, with a number at that one. It ends at the first command that fails.
set -euo pipefail
set -f # a * stands for itself
export AWS_PAGER='' # no answer waits for a key

patlint_last=21 patlint_first=${1:-1}
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

# ===== account 111122223333
patlint_account '111122223333'

# === us-east-1

# --- 1  MEDIUM  retire-orphan-volumes: -rf name
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
# does not run: is not about one resource
#> snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id -rf \
#>   --description 'last copy of -rf' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
# does not run: comes after a command that does not run
#> aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
#> aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id -rf

# --- 2  MEDIUM  retire-orphan-volumes: vol-$(touch pwned) name
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 2 'retire-orphan-volumes: vol-$(touch pwned) name'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id 'vol-$(touch pwned)' \
  --description 'last copy of vol-$(touch pwned)' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id 'vol-$(touch pwned)'
fi

# --- 3  MEDIUM  retire-orphan-volumes: vol-'; touch pwned; ' name
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 3 'retire-orphan-volumes: vol-'\''; touch pwned; '\'' name'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id 'vol-'\''; touch pwned; '\''' \
  --description 'last copy of vol-'\''; touch pwned; '\''' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id 'vol-'\''; touch pwned; '\'''
fi

# --- 4  MEDIUM  retire-orphan-volumes: vol-000000000000000aa \x1b]0;pwned\x07\x1b[2J\x1b[31mred
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 4 'retire-orphan-volumes: vol-000000000000000aa \x1b]0;pwned\x07\x1b[2J\x1b[31mred'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id vol-000000000000000aa \
  --description 'last copy of vol-000000000000000aa' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id vol-000000000000000aa
fi

# --- 5  MEDIUM  retire-orphan-volumes: vol-000000000000000ab =cmd|'/C calc'!A0
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 5 'retire-orphan-volumes: vol-000000000000000ab =cmd|'\''/C calc'\''!A0'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id vol-000000000000000ab \
  --description 'last copy of vol-000000000000000ab' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id vol-000000000000000ab
fi

# --- 6  MEDIUM  retire-orphan-volumes: vol-000000000000000ac +1+cmd|' /C calc'!A0
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 6 'retire-orphan-volumes: vol-000000000000000ac +1+cmd|'\'' /C calc'\''!A0'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id vol-000000000000000ac \
  --description 'last copy of vol-000000000000000ac' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id vol-000000000000000ac
fi

# --- 7  MEDIUM  retire-orphan-volumes: vol-000000000000000ad -2+3
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 7 'retire-orphan-volumes: vol-000000000000000ad -2+3'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id vol-000000000000000ad \
  --description 'last copy of vol-000000000000000ad' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id vol-000000000000000ad
fi

# --- 8  MEDIUM  retire-orphan-volumes: vol-000000000000000ae @SUM(1+1)
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 8 'retire-orphan-volumes: vol-000000000000000ae @SUM(1+1)'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id vol-000000000000000ae \
  --description 'last copy of vol-000000000000000ae' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id vol-000000000000000ae
fi

# --- 9  MEDIUM  retire-orphan-volumes: vol-000000000000000af \x09=1+1
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 9 'retire-orphan-volumes: vol-000000000000000af \x09=1+1'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id vol-000000000000000af \
  --description 'last copy of vol-000000000000000af' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id vol-000000000000000af
fi

# --- 10  MEDIUM  retire-orphan-volumes: vol-000000000000000ag ＝1+1
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 10 'retire-orphan-volumes: vol-000000000000000ag ＝1+1'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id vol-000000000000000ag \
  --description 'last copy of vol-000000000000000ag' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id vol-000000000000000ag
fi

# --- 11  MEDIUM  retire-orphan-volumes: vol-000000000000000ah <script>alert(document.cookie)</script><img src=x onerror=alert(1)>
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 11 'retire-orphan-volumes: vol-000000000000000ah <script>alert(document.cookie)</script><img src=x onerror=alert(1)>'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id vol-000000000000000ah \
  --description 'last copy of vol-000000000000000ah' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id vol-000000000000000ah
fi

# --- 12  MEDIUM  retire-orphan-volumes: vol-000000000000000ai $(rm -rf /) `rm -rf ~` '; rm -rf ~; '" && rm -rf / #
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 12 'retire-orphan-volumes: vol-000000000000000ai $(rm -rf /) `rm -rf ~` '\''; rm -rf ~; '\''" && rm -rf / #'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id vol-000000000000000ai \
  --description 'last copy of vol-000000000000000ai' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id vol-000000000000000ai
fi

# --- 13  MEDIUM  retire-orphan-volumes: vol-000000000000000aj line\nbreak\x0d\n::error::pwned\n## heading\nrm -rf ~
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 13 'retire-orphan-volumes: vol-000000000000000aj line\nbreak\x0d\n::error::pwned\n## heading\nrm -rf ~'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id vol-000000000000000aj \
  --description 'last copy of vol-000000000000000aj' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id vol-000000000000000aj
fi

# --- 14  MEDIUM  retire-orphan-volumes: vol-000000000000000ak ::set-output name=x::y %0A::stop-commands::z
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 14 'retire-orphan-volumes: vol-000000000000000ak ::set-output name=x::y %0A::stop-commands::z'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id vol-000000000000000ak \
  --description 'last copy of vol-000000000000000ak' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id vol-000000000000000ak
fi

# --- 15  MEDIUM  retire-orphan-volumes: vol-000000000000000al [click](javascript:alert(1)) ![x](http://192.0.2.1/x.png) @team #1 | a || b `code` **bold** https://evil.example &lt;b&gt;
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 15 'retire-orphan-volumes: vol-000000000000000al [click](javascript:alert(1)) ![x](http://192.0.2.1/x.png) @team #1 | a || b `code` **bold** https://evil.example &lt;b&gt;'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id vol-000000000000000al \
  --description 'last copy of vol-000000000000000al' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id vol-000000000000000al
fi

# --- 16  MEDIUM  retire-orphan-volumes: vol-000000000000000am \u202edrow\u202c zero\u200bwidth \u2028 \x85 nul\x00 soft\xadhyphen
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 16 'retire-orphan-volumes: vol-000000000000000am \u202edrow\u202c zero\u200bwidth \u2028 \x85 nul\x00 soft\xadhyphen'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id vol-000000000000000am \
  --description 'last copy of vol-000000000000000am' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id vol-000000000000000am
fi

# --- 17  MEDIUM  retire-orphan-volumes: vol-000000000000000an {{.}} ${HOME} %s %d {0} ]]> <!-- --> </style></title>
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 17 'retire-orphan-volumes: vol-000000000000000an {{.}} ${HOME} %s %d {0} ]]> <!-- --> </style></title>'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id vol-000000000000000an \
  --description 'last copy of vol-000000000000000an' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id vol-000000000000000an
fi

# --- 18  MEDIUM  retire-orphan-volumes: vol-000000000000000ao "quoted" 'single' \back\slash
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 18 'retire-orphan-volumes: vol-000000000000000ao "quoted" '\''single'\'' \back\slash'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id vol-000000000000000ao \
  --description 'last copy of vol-000000000000000ao' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id vol-000000000000000ao
fi

# --- 19  MEDIUM  retire-orphan-volumes: vol-000000000000000ap 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 …
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 19 'retire-orphan-volumes: vol-000000000000000ap 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB 50 KB… (and 101 characters more)'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id vol-000000000000000ap \
  --description 'last copy of vol-000000000000000ap' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id vol-000000000000000ap
fi

# --- 20  MEDIUM  retire-orphan-volumes: vol-1\nrm -rf pwned name
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
# does not run: is about another volume than the finding
#> snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id 'vol-1?rm -rf pwned' \
#>   --description 'last copy of vol-1?rm -rf pwned' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
# does not run: comes after a command that does not run
#> aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
#> aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id 'vol-1?rm -rf pwned'

# --- 21  MEDIUM  retire-orphan-volumes: vol-`touch pwned` name
# 8 GiB of gp3 attached to nothing, made on 2024-01-01; completed snapshots: 0
# https://patlint.github.io/patlint/patterns/retire-orphan-volumes/
if patlint_finding 21 'retire-orphan-volumes: vol-`touch pwned` name'; then
snap=$(aws ec2 create-snapshot --region us-east-1 --volume-id 'vol-`touch pwned`' \
  --description 'last copy of vol-`touch pwned`' --query SnapshotId --output text)
# The wait gives up after ten minutes, and the snapshot goes on. A large volume takes longer: repeat this line alone until it returns without an error.
{
aws ec2 wait snapshot-completed --region us-east-1 --snapshot-ids "$snap"
} || patlint_wait "$?" later
aws ec2 describe-snapshots --region us-east-1 --snapshot-ids "$snap" --query 'Snapshots[].[SnapshotId,State,Progress]' --output table
# Only when the line above says completed, and nobody has claimed the volume:
# aws ec2 delete-volume --region us-east-1 --volume-id 'vol-`touch pwned`'
fi

patlint_done
echo 'patlint: done; 2 findings have commands that did not run, see #> in the script'
