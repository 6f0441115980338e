// Package fix makes of a report a shell script that mends what it found. It runs nothing.
//
//	err := fix.Script(os.Stdout, report, fix.Options{Now: time.Now()})
//
// The commands are those of the patterns, with the values of the account in quotes. A report may come from a file that somebody forged, and a
// script runs with the rights of the person who trusts it: so each command is parsed, as bash would, and held against a closed table of operations of
// AWS's, with the options and values that they may have; a change is about one resource, and of the finding's kind about no other than the finding's own. What
// the table does not know, what interrupts, deletes, replaces, opens or costs, and what belongs on the machine itself is a comment with its reason, and
// so is what comes after it in the same finding. Snapshots are the exception: they are billed, and they are made, because they keep what a mistake
// would lose; the script's header says so. A gp3 volume with the speed that its price includes is no cost.
//
// A new operation is one entry in the table of commands.go. Questions are in it too, because some print passwords.
//
// # What not to do
//
// Do not run the script without reading it: a live command may still be aimed at another resource of the same account and region by a forged
// report. Do not add an operation to the table as one that runs unless it touches one resource, can be taken back, and interrupts nothing.
package fix
