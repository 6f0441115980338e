package lint

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
)

// A Language is all that rules can name, for whoever writes them. It is made from the tables that rules are compiled with.
type Language struct {
	Kinds     []KindDoc   `json:"kinds"`     // what a rule can be about
	Types     []KindDoc   `json:"types"`     // what relations lead to besides
	Functions []MemberDoc `json:"functions"` // those that belong to no type
	Metrics   []MetricDoc `json:"metrics"`
	Limits    []LimitDoc  `json:"limits"`
	Prices    []LimitDoc  `json:"prices"` // factors by region included
}

// A KindDoc is a kind of resource, or another type, with what it has.
type KindDoc struct {
	Name      string      `json:"name"`      // as rules write it
	Doc       string      `json:"doc"`       // what it is, in a few words
	ID        string      `json:"id"`        // the field that AWS names it by; "" for other types
	Key       string      `json:"key"`       // of its list in an example; "" for region, taggable and other types
	Needs     []string    `json:"needs"`     // the IAM actions that reading it takes
	Tags      bool        `json:"tags"`      // whether tag, hasTag and marked take it
	Fields    []FieldDoc  `json:"fields"`    // those of the SDK's struct, with those inside them
	Relations []MemberDoc `json:"relations"` // what leads on from it
	Functions []MemberDoc `json:"functions"` // what is computed from it alone
}

// A FieldDoc is a field, by its path from the resource: Attachments[].InstanceId.
type FieldDoc struct {
	Path   string   `json:"path"`
	Type   string   `json:"type"`             // bool, int, double, string, timestamp, or "list of string"
	Values []string `json:"values,omitempty"` // those that the SDK knows of a string, where they are few; AWS may know more
}

// A MemberDoc is a relation or a function.
type MemberDoc struct {
	Name   string   `json:"name"`
	Args   []string `json:"args"` // the types behind the value that it belongs to
	Result string   `json:"result"`
	Doc    string   `json:"doc"`
	Needs  []string `json:"needs"` // IAM actions
}

// A MetricDoc is where CloudWatch files a kind's metrics, and their names.
type MetricDoc struct {
	Kind      string   `json:"kind"`
	Namespace string   `json:"namespace"`
	Names     []string `json:"names"`
}

// A LimitDoc is a number of AWS's, a limit or a price, with its unit, its source and the day on which somebody last read it there.
type LimitDoc struct {
	Name    string  `json:"name"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	Source  string  `json:"source"`
	Checked string  `json:"checked"`
}

// typeDocs says what the types are that relations lead to and no rule can be about. Keep sorted.
var typeDocs = map[string]string{
	"AccountAttribute":                       "a property of the account in the region, with its values",
	"AllowedPrincipal":                       "somebody who may make an endpoint to a service",
	"AuthorizationRule":                      "one network that clients of a VPN endpoint may reach, and which of them",
	"BootAttachment":                         "a line of a boot script that attaches a volume to the machine",
	"BootFormat":                             "a line of a boot script that makes a file system, an array, a swap area or a partition table",
	"BootMount":                              "a line of a boot script that mounts a disk",
	"BootScript":                             "what an instance's user data does with disks; it is read and never run",
	"CreateVolumePermission":                 "one account, or everybody, that may make volumes of a snapshot",
	"DescribeFastSnapshotRestoreSuccessItem": "fast snapshot restore of one snapshot in one zone, and its state",
	"EBSLimits":                              "what the link between an instance and its volumes carries, all day and at best, in IOPS and MiB/s",
	"Exposure":                               "a way by which a connection from the internet arrives at a network interface, as far as the configuration tells",
	"GroupRule":                              "one rule of a security group, for one source or destination, with the meaning of its protocol and ports",
	"ImageCriterion":                         "one criterion of the region for images of others; an image that meets all of its conditions is allowed",
	"ImageMetadata":                          "what is known of the image that an instance was launched from, whoever owns it",
	"ImageRecycleBinInfo":                    "an image that was deregistered and can still be had back",
	"InstanceMetadataDefaultsResponse":       "what new instances are given as settings of the metadata service where nobody says otherwise",
	"InstanceStatus":                         "the status checks of an instance, and what AWS has planned for it",
	"InstanceTypeInfo":                       "what AWS says of an instance type: processors, memory, network, disks and their limits",
	"LaunchPermission":                       "one account, organization or unit of it, or everybody, that may launch an image",
	"LaunchTemplateBlockDeviceMapping":       "one disk that a launch template orders",
	"LaunchTemplateVersion":                  "one version of a launch template, with all that it orders",
	"LockedSnapshotsInfo":                    "the lock that keeps a snapshot from being deleted",
	"PolicyStatement":                        "a statement of an endpoint's policy: who may do what with which, and under which conditions",
	"PrefixListEntry":                        "one range of addresses in a prefix list",
	"Secret":                                 "a place in user data that holds a password, a key or a token, and what kind it is",
	"Shadow":                                 "an entry of a network ACL that never decides, and the one in front of it that does",
	"SnapshotRecycleBinInfo":                 "a snapshot that was deleted and can still be had back",
	"SnapshotTierStatus":                     "the storage tier of a snapshot, and its way from one tier to the other",
	"VolumeModification":                     "the last change of a volume's size, type or performance, and how far it is",
	"VolumeRecycleBinInfo":                   "a volume that was deleted and can still be had back",
	"VolumeStatusItem":                       "the status checks of a volume, and what happened to it",
	"VpcBlockPublicAccessExclusion":          "a VPC or subnet that is excepted from the region's block of public access",
	"VpcBlockPublicAccessOptions":            "the region's block of public access to all its VPCs",
}

// Describe lists the language.
func Describe() Language {
	var l Language
	for _, k := range subjects() {
		d := KindDoc{Name: k.name, Doc: k.doc, ID: k.idField, Needs: permissions(k.sources()), Tags: k.tags != nil}
		if s, ok := sourceNamed(k.source); ok {
			d.Key = s.exampleKey()
		}
		l.Kinds = append(l.Kinds, describe(d, k.typ))
	}
	for _, t := range nativeTypes() {
		typ := t.(reflect.Type)
		if !slices.ContainsFunc(subjects(), func(k *kind) bool { return k.typ == typ }) && reached(typ) {
			l.Types = append(l.Types, describe(KindDoc{Name: typ.Name(), Doc: typeDocs[typ.Name()], Needs: []string{}}, typ))
		}
	}
	slices.SortFunc(l.Types, func(a, b KindDoc) int { return strings.Compare(a.Name, b.Name) })
	l.Functions = plainFunctions()
	for _, k := range metricKinds {
		l.Metrics = append(l.Metrics, MetricDoc{k.kind, k.namespace, k.names})
	}
	l.Limits, l.Prices = slices.Clone(limitRows()), slices.Clone(priceRows())
	return l
}

// Limit finds a number of AWS's by its name in limits.yaml.
func Limit(name string) (LimitDoc, bool) {
	if i := slices.IndexFunc(limitRows(), func(l LimitDoc) bool { return l.Name == name }); i >= 0 {
		return limitRows()[i], true
	}
	return LimitDoc{}, false
}

// reached tells whether a relation leads to a type that is no kind, or a function starts from it.
func reached(t reflect.Type) bool {
	name := celName(t)
	for _, r := range relations() {
		if r.result.String() == name || r.result.String() == "list("+name+")" {
			return true
		}
	}
	return slices.ContainsFunc(functions(), func(f function) bool { return f.member && f.args[0].TypeName() == name })
}

func describe(d KindDoc, t reflect.Type) KindDoc {
	d.Fields, d.Relations, d.Functions = []FieldDoc{}, []MemberDoc{}, []MemberDoc{}
	addFields(&d.Fields, "", t, 0)
	name := celName(t)
	for _, r := range relations() {
		if r.on.TypeName() == name {
			d.Relations = append(d.Relations, MemberDoc{r.name, typeNames(r.args), typeName(r.result), r.doc, permissions(slices.Concat(r.needs, r.uses))})
		}
	}
	for _, f := range functions() {
		if f.member && f.args[0].TypeName() == name {
			d.Functions = append(d.Functions, MemberDoc{f.name, typeNames(f.args[1:]), typeName(f.result), f.doc, []string{}})
		}
	}
	return d
}

// plainFunctions are those that belong to no type, each name once: the functions on tags have an overload for each kind, sum for each number.
func plainFunctions() []MemberDoc {
	var out []MemberDoc
	for _, f := range functions() {
		if f.member {
			continue
		}
		args := typeNames(f.args)
		if slices.ContainsFunc(subjects(), func(k *kind) bool { return celName(k.typ) == f.args[0].TypeName() }) {
			args[0] = "a resource"
		}
		i := slices.IndexFunc(out, func(d MemberDoc) bool { return d.Name == f.name })
		switch {
		case i < 0:
			out = append(out, MemberDoc{f.name, args, typeName(f.result), f.doc, []string{}})
		case !slices.Contains(strings.Split(out[i].Args[0], " or "), args[0]):
			out[i].Args[0] += " or " + args[0]
			out[i].Result += " or " + typeName(f.result)
		}
	}
	slices.SortFunc(out, func(a, b MemberDoc) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func typeNames(ts []*cel.Type) []string {
	out := make([]string, len(ts))
	for i, t := range ts {
		out[i] = typeName(t)
	}
	return out
}

func permissions(names []string) []string {
	out := []string{}
	for _, n := range names {
		if s, ok := sourceNamed(n); ok {
			out = append(out, s.Permission())
		}
	}
	return out
}

// maxFieldDepth is how deep fields inside fields are listed; rules may go deeper.
const maxFieldDepth = 2

// addFields lists the fields of a struct by their paths, those with secrets left out.
func addFields(out *[]FieldDoc, path string, t reflect.Type, depth int) {
	for f := range t.Fields() {
		if !f.IsExported() || f.Name == "ResultMetadata" || slices.Contains(secretFields, f.Name) {
			continue
		}
		typ, at, plural := f.Type, path+f.Name, ""
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			if typ.Kind() == reflect.Slice {
				plural = "list of "
			}
			typ = typ.Elem()
		}
		if typ.Kind() == reflect.Struct && typ != reflect.TypeFor[time.Time]() {
			if plural != "" {
				at += "[]"
			}
			if depth < maxFieldDepth {
				addFields(out, at+".", typ, depth+1)
			}
			continue
		}
		*out = append(*out, FieldDoc{at, plural + scalarName(typ), fewValues(typ)})
	}
}

// maxValues is how many values of an enum are listed; that of instance types has a thousand.
const maxValues = 16

// fewValues are those of an enum, where there are few.
func fewValues(t reflect.Type) []string {
	if values := enumValues(t); len(values) <= maxValues {
		return values
	}
	return nil
}

func scalarName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "bool"
	case reflect.Float32, reflect.Float64:
		return "double"
	case reflect.String:
		return "string"
	case reflect.Struct:
		return "timestamp"
	default:
		return "int"
	}
}
