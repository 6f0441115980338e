package lint

import (
	"fmt"
	"maps"
	"math"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/patlint/patlint/lint/reach"
	"github.com/patlint/patlint/patterns"
)

// A function is something that rules can call besides CEL's own. It knows no inventory; what does is a relation.
type function struct {
	id     string // the overload, unique
	name   string
	member bool
	args   []*cel.Type
	result *cel.Type
	call   func(args []ref.Val) ref.Val // nil for price, which a binding makes: it depends on the region
	doc    string
	words  string // how a reading says it, as in relation; "" for what it knows by name
}

// functions are the helpers that rules may call. Keep sorted by id. The functions on tags have one overload for each kind, so that
// a rule that asks an untagged thing for a tag does not compile.
func functions() []function {
	volume, doubles, ints := typeOf[types.Volume](), cel.ListType(cel.DoubleType), cel.ListType(cel.IntType)
	fns := []function{
		{"allows_port", "allowsPort", false, []*cel.Type{typeOf[types.IpPermission](), cel.StringType, cel.IntType}, cel.BoolType, allowsPort,
			"whether a security group's permission lets this port of tcp or udp through; knows -1, protocol numbers and ranges", "is open for {1} port {2}"},
		{"is_public_cidr", "isPublicCidr", false, []*cel.Type{cel.StringType}, cel.BoolType, isPublicCIDR,
			"whether a range reaches beyond private, shared, link-local and documentation addresses", "is a range that reaches public addresses"},
		{"is_zone", "isZone", false, []*cel.Type{cel.StringType}, cel.BoolType, isZone,
			"whether a name such as us-east-1a is that of an Availability Zone; false for Local Zones, Wavelength Zones and no name", "is an Availability Zone"},
		{"limit", "limit", false, []*cel.Type{cel.StringType}, cel.DoubleType, limit,
			"a number of AWS's by its name in limits.yaml; the name is written in quotes", ""},
		{"prefix_length", "prefixLength", false, []*cel.Type{cel.StringType}, cel.IntType, prefixLength,
			"the number behind the slash of a range", "the prefix length of it"},
		{priceID, priceID, false, []*cel.Type{cel.StringType}, cel.DoubleType, nil,
			"a public price of AWS's in the region, in US dollars, by its name in prices.yaml; the name is written in quotes", ""},
		{"round", "round", false, []*cel.Type{cel.DoubleType, cel.IntType}, cel.DoubleType, round,
			"a number with so many digits behind the point", "it rounded to {1} digits"},
		{sureID, "sure", false, []*cel.Type{cel.BoolType}, cel.BoolType, sure,
			"in a message or a fix: whether something is known and true, so that a list can be cut down to what is certain", ""},
		{"sum_double", "sum", false, []*cel.Type{doubles}, cel.DoubleType, sumDouble, "the sum of a list", "the sum of it"},
		{"sum_int", "sum", false, []*cel.Type{ints}, cel.IntType, sumInt, "the sum of a list", "the sum of it"},
		{"unknown", "unknown", false, []*cel.Type{cel.StringType}, cel.DynType, unknownBecause,
			"gives no value but unknown, for what the data cannot decide; the reason is shown to the user", ""},
		volumeNumber("volume_bought_iops", "boughtIops", cel.IntType, volume, "its number of bought IOPS", "IOPS that somebody asked and pays for: those of io1 and io2, and those of gp3 where they exceed what it includes; else 0", func(p performance) float64 { return p.bought }),
		volumeNumber("volume_bought_throughput", "boughtThroughput", cel.DoubleType, volume, "its bought throughput in MiB/s", "MiB/s of gp3 where they exceed what it includes; else 0", func(p performance) float64 { return p.boughtThroughput }),
		volumeNumber("volume_burst_iops", "burstIops", cel.IntType, volume, "its number of burst IOPS", "IOPS while burst credits last", func(p performance) float64 { return p.burstIOPS }),
		volumeNumber("volume_burst_minutes", "burstMinutes", cel.DoubleType, volume, "its burst time in minutes", "how long a full bucket of credits lasts at burst; 0 for types without a bucket", func(p performance) float64 { return p.burst / 60 }),
		volumeNumber("volume_burst_throughput", "burstThroughput", cel.DoubleType, volume, "its burst throughput in MiB/s", "MiB/s while burst credits last", func(p performance) float64 { return p.burstThroughput }),
		volumeNumber("volume_max_iops", "maxIops", cel.IntType, volume, "its maximum number of IOPS", "the most IOPS that the volume's type allows at its size; for gp2 at any size", func(p performance) float64 { return p.maxIOPS }),
		volumeNumber("volume_max_throughput", "maxThroughput", cel.DoubleType, volume, "its maximum throughput in MiB/s", "the most MiB/s that the volume's type allows; for gp3 at its size", func(p performance) float64 { return p.maxThroughput }),
		volumeNumber("volume_refill_hours", "refillHours", cel.DoubleType, volume, "its refill time in hours", "how long an empty bucket takes to fill while the volume rests", func(p performance) float64 { return p.refill / secondsPerHour }),
		volumeNumber("volume_sustained_iops", "sustainedIops", cel.IntType, volume, "its number of sustained IOPS", "IOPS for as long as one likes", func(p performance) float64 { return p.iops }),
		volumeNumber("volume_sustained_throughput", "sustainedThroughput", cel.DoubleType, volume, "its sustained throughput in MiB/s", "MiB/s for as long as one likes", func(p performance) float64 { return p.throughput }),
	}
	fns = slices.Concat(fns, bootFunctions(), listFunctions(), mappingFunctions(), trafficFunctions())
	for _, k := range subjects() {
		if k.tags == nil {
			continue
		}
		t := cel.ObjectType(celName(k.typ))
		fns = append(fns,
			function{"has_tag_" + k.name, "hasTag", false, []*cel.Type{t, cel.StringType}, cel.BoolType, hasTag(*k), "whether a resource carries a tag", "has the tag {1}"},
			function{"marked_" + k.name, "marked", false, []*cel.Type{t, cel.ListType(cel.StringType)}, cel.BoolType, marked(*k), "whether tag Role or Name holds one of the words as a whole word, in any case", "is marked by the word {1} in its tag `Role` or `Name`"},
			function{"tag_" + k.name, "tag", false, []*cel.Type{t, cel.StringType}, cel.StringType, tag(*k), `a tag's value; "" where it has none`, "its tag {1}"},
		)
	}
	return fns
}

func volumeNumber(id, name string, result, volume *cel.Type, words, doc string, get func(performance) float64) function {
	return function{id, name, true, []*cel.Type{volume}, result, func(args []ref.Val) ref.Val {
		v, ok := native[types.Volume](args[0])
		if !ok {
			return celtypes.MaybeNoSuchOverloadErr(args[0])
		}
		p, ok := physics(v)
		if !ok {
			return unknownType(v)
		}
		if result == cel.IntType {
			return celtypes.Int(get(p))
		}
		return celtypes.Double(get(p))
	}, doc, words}
}

func unknownType(v *types.Volume) ref.Val {
	return unknownReason(fmt.Sprintf("volume type %q is not known to this version of patlint", v.VolumeType))
}

// native takes the Go struct out of a CEL value, whether it is held by value or by pointer.
func native[T any](v ref.Val) (*T, bool) {
	switch s := v.Value().(type) {
	case *T:
		return s, s != nil
	case T:
		return &s, true
	}
	return nil, false
}

const sureID = "sure"

// sure is the one function that sees an unknown and gives a value, so rules may not use it: what is not known would pass there.
func sure(args []ref.Val) ref.Val { return celtypes.Bool(args[0] == celtypes.True) }

// limit reads limits.yaml. The compiler has checked a name that stands in the rule.
func limit(args []ref.Val) ref.Val {
	n, ok := limits()[string(args[0].(celtypes.String))]
	if !ok {
		return celtypes.NewErr("limits.yaml has no %s", args[0].Value())
	}
	return celtypes.Double(n)
}

// noLimit says what is wrong with a call of limit; "" for nothing.
func noLimit(e ast.Expr) string {
	if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != "limit" || len(e.AsCall().Args()) != 1 {
		return ""
	}
	arg := e.AsCall().Args()[0]
	if arg.Kind() != ast.LiteralKind {
		return "limit takes a name in quotes, so that a wrong one is found when the catalog loads"
	}
	name, _ := arg.AsLiteral().(celtypes.String)
	if _, ok := limits()[string(name)]; ok {
		return ""
	}
	if near := patterns.Nearest(string(name), slices.Sorted(maps.Keys(limits()))); near != "" {
		return fmt.Sprintf("limits.yaml has no %s; did you mean %s?", name, near)
	}
	return fmt.Sprintf("limits.yaml has no %s", name)
}

func unknownBecause(args []ref.Val) ref.Val {
	return unknownReason(string(args[0].(celtypes.String)))
}

func sumInt(args []ref.Val) ref.Val {
	var total celtypes.Int
	return each(args[0], func(v ref.Val) bool { n, ok := v.(celtypes.Int); total += n; return ok }, func() ref.Val { return total })
}

func sumDouble(args []ref.Val) ref.Val {
	var total celtypes.Double
	return each(args[0], func(v ref.Val) bool { n, ok := v.(celtypes.Double); total += n; return ok }, func() ref.Val { return total })
}

// each walks a list; a value that take refuses is returned if it is unknown or an error, else it has no overload.
func each(list ref.Val, take func(ref.Val) bool, done func() ref.Val) ref.Val {
	it := list.(traits.Lister).Iterator()
	for it.HasNext() == celtypes.True {
		if v := it.Next(); !take(v) {
			return celtypes.MaybeNoSuchOverloadErr(v)
		}
	}
	return done()
}

func round(args []ref.Val) ref.Val {
	scale := math.Pow(10, float64(args[1].(celtypes.Int)))
	return celtypes.Double(math.Round(float64(args[0].(celtypes.Double))*scale) / scale)
}

func allowsPort(args []ref.Val) ref.Val {
	p, ok := native[types.IpPermission](args[0])
	if !ok {
		return celtypes.MaybeNoSuchOverloadErr(args[0])
	}
	return withProtocol(args[1], func(protocol string) ref.Val {
		return celtypes.Bool(reach.Permits(p, protocol, int64(args[2].(celtypes.Int))))
	})
}

func isPublicCIDR(args []ref.Val) ref.Val {
	p, err := netip.ParsePrefix(string(args[0].(celtypes.String)))
	if err != nil {
		return celtypes.NewErr("%q is not an address range", args[0].Value())
	}
	return celtypes.Bool(reach.Public(p))
}

// isZone knows Availability Zones by their form, the region and a letter. Local Zones and Wavelength Zones have a place behind the region.
func isZone(args []ref.Val) ref.Val {
	return celtypes.Bool(zoneForm.MatchString(string(args[0].(celtypes.String))))
}

func prefixLength(args []ref.Val) ref.Val {
	p, err := netip.ParsePrefix(string(args[0].(celtypes.String)))
	if err != nil {
		return celtypes.NewErr("%q is not an address range", args[0].Value())
	}
	return celtypes.Int(p.Bits())
}

// tags of a subject, whether the rule holds it as a pointer or as a value of a list.
func tagsOf(k kind, v ref.Val) []types.Tag {
	if x := v.Value(); reflect.TypeOf(x) == reflect.PointerTo(k.typ) {
		return k.tags(x)
	}
	return nil
}

func tagValue(tags []types.Tag, key string) (string, bool) {
	for _, t := range tags {
		if str(t.Key) == key {
			return str(t.Value), true
		}
	}
	return "", false
}

func tag(k kind) func([]ref.Val) ref.Val {
	return func(args []ref.Val) ref.Val {
		v, _ := tagValue(tagsOf(k, args[0]), string(args[1].(celtypes.String)))
		return celtypes.String(v)
	}
}

func hasTag(k kind) func([]ref.Val) ref.Val {
	return func(args []ref.Val) ref.Val {
		_, ok := tagValue(tagsOf(k, args[0]), string(args[1].(celtypes.String)))
		return celtypes.Bool(ok)
	}
}

func marked(k kind) func([]ref.Val) ref.Val {
	return func(args []ref.Val) ref.Val {
		role, _ := tagValue(tagsOf(k, args[0]), "Role")
		name, _ := tagValue(tagsOf(k, args[0]), "Name")
		if role == "" && name == "" {
			return celtypes.False
		}
		found := false
		return each(args[1], func(v ref.Val) bool {
			s, ok := v.(celtypes.String)
			found = found || ok && (hasWord(role, string(s)) || hasWord(name, string(s)))
			return ok
		}, func() ref.Val { return celtypes.Bool(found) })
	}
}

// hasWord tells whether a word stands in a text as a whole word, in any case. It is asked for each word about each resource, so it takes
// no memory.
func hasWord(text, word string) bool {
	if strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) >= 0 {
		return hasPhrase(text, word)
	}
	for text != "" {
		end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if end < 0 {
			end = len(text)
		}
		if end > 0 && strings.EqualFold(text[:end], word) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[end:])
		text = text[end+size:]
	}
	return false
}

// hasPhrase is hasWord for a word that has separators in it: load-balancer.
func hasPhrase(text, phrase string) bool {
	letter := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	for rest := strings.ToLower(text); ; {
		before, after, ok := strings.Cut(rest, strings.ToLower(phrase))
		if !ok {
			return false
		}
		last, _ := utf8.DecodeLastRuneInString(before)
		first, _ := utf8.DecodeRuneInString(after)
		if !letter(last) && !letter(first) {
			return true
		}
		rest = after
	}
}
