package lint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"
)

// TestLimits holds limits.yaml against its own promises.
func TestLimits(t *testing.T) { sourcedRows(t, limitsYAML) }

// sourcedRows holds a table of AWS's numbers against what it promises: sorted, each number once, with unit, source and date. It gives the names.
func sourcedRows(t *testing.T, table []byte) (names []string) {
	t.Helper()
	var rows []struct {
		Name, Unit, Source string
		Value              float64
		Checked            time.Time
	}
	if err := yaml.Load(table, &rows, yaml.WithKnownFields()); err != nil {
		t.Fatal(err)
	}
	if len(rows) < 20 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, r := range rows {
		if i > 0 && r.Name <= rows[i-1].Name {
			t.Errorf("%s stands behind %s; keep the names sorted and unique", r.Name, rows[i-1].Name)
		}
		if r.Value <= 0 || r.Unit == "" {
			t.Errorf("%s: %v %q is no number with a unit", r.Name, r.Value, r.Unit)
		}
		if !strings.HasPrefix(r.Source, "https://docs.aws.amazon.com/") && !strings.HasPrefix(r.Source, "https://aws.amazon.com/") {
			t.Errorf("%s: the source %q is no page of AWS's", r.Name, r.Source)
		}
		if r.Checked.Year() < 2026 || r.Checked.After(time.Now().AddDate(0, 0, 1)) {
			t.Errorf("%s: nobody can have checked it on %s", r.Name, r.Checked.Format(time.DateOnly))
		}
		names = append(names, r.Name)
	}
	return names
}

// TestLimitsUsed reads physics.go: it asks for no limit that limits.yaml does not have, and has no number of AWS's of its own.
func TestLimitsUsed(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "physics.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	name := func(e ast.Expr) string {
		lit, _ := e.(*ast.BasicLit)
		if lit == nil {
			return ""
		}
		return strings.Trim(lit.Value, `"`)
	}
	var numbers []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IndexExpr:
			if x, ok := n.X.(*ast.Ident); !ok || x.Name != "l" {
				break
			}
			if sum, ok := n.Index.(*ast.BinaryExpr); ok { // l[t+"…"]: the two types of hard disks
				used["st1."+name(sum.Y)], used["sc1."+name(sum.Y)] = true, true
				break
			}
			used[name(n.Index)] = true
		case *ast.BasicLit:
			if n.Kind == token.INT || n.Kind == token.FLOAT {
				numbers = append(numbers, n.Value)
			}
		}
		return true
	})
	for n := range used {
		if _, ok := limits()[n]; !ok {
			t.Errorf("physics.go asks for %q, which limits.yaml does not have", n)
		}
	}
	for _, n := range numbers {
		if !slices.Contains([]string{"0", "1024", "3600"}, n) { // nothing, GiB in a TiB, seconds in an hour
			t.Errorf("physics.go has the number %s; AWS's numbers stand in limits.yaml", n)
		}
	}
}
