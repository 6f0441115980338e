package fix

import (
	"cmp"
	"fmt"
	"time"

	"github.com/patlint/patlint/lint"
)

const (
	oldAge   = 24 * time.Hour     // after which things may have changed
	staleAge = 7 * 24 * time.Hour // after which nothing is changed
)

// A fixAge is when the account was as a report says.
type fixAge struct {
	read  time.Time // of the scope that was read first; zero where nothing tells
	doubt string    // a warning; "" where it was read lately
	held  string    // why nothing is changed; "" where it may be
}

// ageOf is that of the oldest scope. Reports of earlier versions do not tell; they were made after the account was read.
func ageOf(r *lint.Report, o Options) fixAge {
	var a fixAge
	for _, s := range r.Scopes {
		if !s.Read.IsZero() && (a.read.IsZero() || s.Read.Before(a.read)) {
			a.read = s.Read
		}
	}
	made := cmp.Or(r.Finished, r.Started)
	if a.read.IsZero() {
		a.read = made
	}
	now := cmp.Or(o.Now, made)
	switch age := now.Sub(a.read); {
	case a.read.IsZero():
		a.doubt = "Nothing says when the account was read: things may have changed since."
		a.held = "nothing says when the account was read; check it again, or give patlint fix --stale"
	case age > staleAge:
		a.held = "the account was read more than 7 days before this script was written; check it again, or give patlint fix --stale"
		fallthrough
	case age > oldAge:
		a.doubt = "That is more than a day before this script was written: things may have changed since."
	}
	if o.Stale {
		a.held = ""
	}
	return a
}

const stamp = "2006-01-02 15:04 UTC"

func (s *fixScript) header(r *lint.Report, p *fixPlan, t fixTally) {
	s.line("#!/usr/bin/env bash")
	s.line("# Commands that mend what patlint found. Read them before you run them.")
	s.line("#")
	when := ""
	if !r.Finished.IsZero() {
		when = " from a report of " + r.Finished.UTC().Format(stamp)
	}
	s.comment("Written by patlint " + cmp.Or(r.Version, "of an unknown version") + when + ".")
	s.age(p.age, len(r.Scopes))
	s.comment(fmt.Sprintf("%s: %d with commands that change something, %d with commands that only look, %d with none that run.", counted(p.failed, "failed finding", "failed findings"), t.change, t.look, t.silent))
	if p.muted+r.Summary.Unknown+p.others > 0 {
		s.comment(fmt.Sprintf("Not in here: %d muted, %d unknown, %d not chosen.", p.muted, r.Summary.Unknown, p.others))
	}
	if n := unread(r); n > 0 {
		s.comment(counted(n, "thing", "things") + " could not be read, so that more may have to be mended; the report says which.")
	}
	if t.bills > 0 {
		s.comment(counted(t.bills, "finding makes", "findings make") + " snapshots. AWS bills what they hold until they are deleted.")
	}
	if t.held > 0 {
		s.line("#")
		s.comment(counted(t.held, "finding has", "findings have") + " commands that do not run. They stand behind #> with the reason above them: they interrupt, delete, replace, open")
		s.line("# or cost something, belong on another machine, or are not known to patlint. What comes after one in the same finding does not run either.")
	}
	if s.idle {
		return
	}
	s.line("#")
	s.line("# Without an argument it begins with the first finding, with a number at that one. It ends at the first command that fails.")
	s.line("set -euo pipefail")
	s.line("set -f # a * stands for itself")
	s.line("export AWS_PAGER='' # no answer waits for a key")
	s.line()
	s.line(fmt.Sprintf("patlint_last=%d patlint_first=${1:-1}", p.failed))
	s.WriteString(fixFunctions)
}

// unread counts what patterns need and could not be read, as patlint check does.
func unread(r *lint.Report) (n int) {
	for _, g := range r.Gaps {
		if len(g.Patterns) > 0 {
			n++
		}
	}
	return n
}

func (s *fixScript) age(a fixAge, scopes int) {
	switch {
	case a.read.IsZero():
	case scopes > 1:
		s.comment("The account or region that was read first was read at " + a.read.UTC().Format(stamp) + ".")
	default:
		s.comment("The account was read at " + a.read.UTC().Format(stamp) + ".")
	}
	if a.doubt != "" {
		s.comment(a.doubt)
	}
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func (s *fixScript) footer(t fixTally) {
	s.line()
	if s.idle {
		s.line("echo 'patlint: no command in here runs by itself; read the script'")
		return
	}
	s.line("patlint_done")
	if t.held > 0 {
		s.line("echo ", shellQuote("patlint: done; "+counted(t.held, "finding has", "findings have")+" commands that did not run, see #> in the script"))
	} else {
		s.line("echo 'patlint: done'")
	}
}

// fixFunctions are the script's own. A number of more digits than test compares is no number of a finding.
const fixFunctions = `patlint_now=0 patlint_title='' patlint_caller='' patlint_whose='' patlint_left='' patlint_skipped='' patlint_open='' patlint_gave_up=''
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
`
