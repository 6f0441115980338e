// Package fix makes of a report a shell script that mends what it found. It runs nothing.
//
//	err := fix.Script(os.Stdout, report, nil)
//
// The commands are those of the patterns, with the values of the account in quotes. A report may come from a file that somebody forged, and a
// script runs with the rights of the person who trusts it: so each command is parsed, as bash would, and held against a closed table of operations of
// AWS's, with the options that they may have. What the table does not know, what interrupts, deletes, opens or costs, and what belongs on the machine
// itself is a comment with its reason, and so is what comes after it in the same finding.
//
// A new operation is one entry in the table of commands.go.
//
// # What not to do
//
// Do not run the script without reading it: a live command may still be aimed at another resource of the same account and region by a forged
// report. Do not add an operation to the table as one that runs unless it touches one resource, can be taken back, and interrupts nothing.
package fix
