package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/patterns"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestSchemas: each names itself by the address at which the site serves it, and is a schema.
func TestSchemas(t *testing.T) {
	if !slices.IsSortedFunc(schemas, func(a, b struct{ name, file, about, text string }) int { return strings.Compare(a.name, b.name) }) {
		t.Error("the schemas are not sorted")
	}
	for base, want := range map[string]string{"": patterns.SiteURL, "https://docs.example.com/a": "https://docs.example.com/a/", "https://docs.example.com/a/": "https://docs.example.com/a/"} {
		all := siteSchemas(base)
		if len(all) != len(schemas) {
			t.Errorf("%d schemas, want %d", len(all), len(schemas))
		}
		for name, text := range all {
			var doc struct {
				ID string `json:"$id"`
			}
			if err := json.Unmarshal(text, &doc); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if want := want + "schemas/" + name + ".schema.json"; doc.ID != want {
				t.Errorf("%s has the $id %s, want %s", name, doc.ID, want)
			}
			parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
			if err != nil {
				t.Fatal(err)
			}
			c := jsonschema.NewCompiler()
			if err := c.AddResource(doc.ID, parsed); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Compile(doc.ID); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
