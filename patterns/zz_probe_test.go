package patterns
import ("testing";"fmt")
func TestProbe(t *testing.T){
 for _, s := range []string{"title: a: b\n","title: \"abc\n","a: [1, 2\nb: 3\n","a:\n\tb: 1\n","a: 1\n b: 2\n","a: *x\n","a: &x 1\nb: *x\n","a: 1\na: 2\n","a: 1\n---\nb: 2\n","a: !!str 5\n","%YAML 3.0\n---\na: 1\n","a: 'x\\'y'\n","- a\nb: 1\n","a: @foo\n","a: `x`\n","a: {b: 1\n","? [a]\n: 1\n","<<: {a: 1}\n","a: \"\\q\"\n","a: |x\n b\n","a: b #c\n  d\n", "# only a comment\n", "a: yes\nb: True\nc: 0x10\nd: 1_000\ne: 2026-01-01\nf: 010\ng: .inf\nh: 012345678901\ni: 1e3\nj: ~\n", "a: \"x\ty\"\n", "a: 1\n}\n", "a: %x\n","key\n","a: ${x}: y\n", "a: x \u2028 y\n\nb: [\n", "a: \x01\n", "a: \x7f\n", "é: \"ü\" ö\n"} {
  b := &Block{Role:"x",Text:s,File:"f",Line:1}
  n, errs := b.YAML()
  fmt.Printf("%q\n   %v\n", s, errs.Err())
  if n!=nil { for _,c := range n.Content { fmt.Printf("      %s %q %d:%d style=%v\n", c.Tag,c.Value,c.Line,c.Column,c.Style)} }
 }
}
