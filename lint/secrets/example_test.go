package secrets_test

import (
	"fmt"

	"github.com/patlint/patlint/lint/secrets"
)

// A look through a boot script. The error tells of what was not looked at; the list is good nevertheless.
func ExampleFind() {
	found, err := secrets.Find("#!/bin/sh\nexport AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nexport DB_PASSWORD=hunter2\n")
	for _, s := range found {
		fmt.Printf("line %d holds a secret (%s): %s\n", s.Line, s.Kind, s.Hint)
	}
	if err != nil {
		fmt.Println("not looked at:", err)
	}
	// Output:
	// line 2 holds a secret (AWS access key ID): …MPLE
	// line 3 holds a secret (password): …
}
