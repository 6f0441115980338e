package main

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/site"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestSchemas: each names itself by the address at which the site serves it, and is a schema.
func TestSchemas(t *testing.T) {
	if !slices.IsSortedFunc(schemas, func(a, b struct{ name, file, about, text string }) int { return strings.Compare(a.name, b.name) }) {
		t.Error("the schemas are not sorted")
	}
	for _, base := range []string{"", "https://docs.example.com/a"} {
		s := site.Site{Catalog: &patterns.Catalog{}, BaseURL: base, Schemas: siteSchemas()}
		var mu sync.Mutex
		all := map[string][]byte{}
		err := site.Render(t.Context(), s, func(name string, data []byte) error {
			mu.Lock()
			defer mu.Unlock()
			if name, ok := strings.CutSuffix(name, ".schema.json"); ok {
				all[strings.TrimPrefix(name, "schemas/")] = data
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != len(schemas)+1 { // and that of patterns.json
			t.Errorf("%d schemas, want %d", len(all), len(schemas)+1)
		}
		want := patterns.SiteURL
		if base != "" {
			want = base + "/"
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
