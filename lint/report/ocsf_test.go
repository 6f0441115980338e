package report

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestOCSFGolden(t *testing.T) {
	sameAsFile(t, "sample.ocsf.json", render(t, "ocsf", sample(), Options{Catalog: catalog()}))
}

// TestOCSFSchema holds every event against the official definitions, and these against events that they must refuse.
func TestOCSFSchema(t *testing.T) {
	schema := readOCSF(t, os.DirFS("testdata/ocsf"))
	for name, r := range variants() {
		for _, o := range []Options{{}, {Catalog: catalog()}} {
			for _, e := range readEvents(t, render(t, "ocsf", r, o)) {
				for _, fault := range schema.faults(e) {
					t.Errorf("%s: %s", name, fault)
				}
			}
		}
	}
	out := render(t, "ocsf", sample(), Options{})
	for old, want := range map[string][2]string{
		`"severity_id":4`:           {`"severity_id":7`, "severity_id: no 7 in its enum"},
		`"status":"Suppressed"`:     {`"status":"Muted"`, "status: Muted, where status_id 3 is Suppressed"},
		`"type_uid":200301`:         {`"type_uid":200302`, "type_uid: 200302"},
		`"time":17`:                 {`"timed":17`, "timed: not defined"},
		`"class_uid":2003,`:         {``, "class_uid: missing"},
		`"cloud":{"provider":"AWS"`: {`"cloud":{"provider":7`, "cloud.provider: 7 is no string_t"},
		`"provider":"AWS",`:         {``, "cloud.provider: missing"},
		`"profiles":["cloud"]`:      {`"profiles":[]`, "cloud: not defined"},
		`"types":["performance"]`:   {`"types":"performance"`, "finding_info.types: no array"},
		`"control":"leave`:          {`"compliance_standards":[],"control":"leave`, "compliance.compliance_standards: deprecated"},
		`"resources":[{"uid":"arn`:  {`"resources":[{"zone":1,"uid":"arn`, "resources.zone: 1 is no string_t"},
		`"analytic":{"uid":"leave-gp2-burst-behind","name":"Leave gp2 burst behind",`: {`"analytic":{`, "finding_info.analytic: none of name, uid"},
	} {
		if !strings.Contains(out, old) {
			t.Errorf("the events have no %s", old)
			continue
		}
		var faults []string
		for _, e := range readEvents(t, strings.Replace(out, old, want[0], 1)) {
			faults = append(faults, schema.faults(e)...)
		}
		if !slices.ContainsFunc(faults, func(s string) bool { return strings.HasPrefix(s, want[1]) }) {
			t.Errorf("for %s: %q, want %s", want[0], faults, want[1])
		}
	}
}

// TestOCSFLines: the file is an array, and each event has a line.
func TestOCSFLines(t *testing.T) {
	for name, r := range variants() {
		out := render(t, "ocsf", r, Options{})
		events := readEvents(t, out)
		lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		if len(lines) != len(events)+2 || lines[0] != "[" || lines[len(lines)-1] != "]" {
			t.Errorf("%s: %d lines for %d events", name, len(lines), len(events))
		}
		uids := map[any]bool{}
		for i, e := range events {
			var one map[string]any
			if err := json.Unmarshal([]byte(strings.TrimSuffix(lines[i+1], ",")), &one); err != nil {
				t.Errorf("%s, line %d: %v", name, i+2, err)
			}
			uid := e["finding_info"].(map[string]any)["uid"]
			if uids[uid] {
				t.Errorf("%s: two findings are %v", name, uid)
			}
			uids[uid] = true
		}
	}
}

func TestOCSFStates(t *testing.T) {
	var got []string
	for _, e := range readEvents(t, render(t, "ocsf", variants()["known"], Options{})) {
		got = append(got, fmt.Sprint(e["activity_name"], " ", e["status"], " ", e["compliance"].(map[string]any)["status"], " ", e["severity"], " ", e["comment"]))
	}
	want := []string{
		"Create New Fail High <nil>",
		"Create New Warning High <nil>",
		"Create New Fail Low <nil>",
		"Update Suppressed Fail Low known",
		"Create New Warning Unknown <nil>",
		"Create Suppressed Left out Informational the account is suspended",
		"Close Resolved Pass Low <nil>",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func readEvents(t *testing.T, text string) (events []map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &events); err != nil {
		t.Fatal(err)
	}
	return events
}

// An ocsfSchema is what the official definitions say, as far as this class needs them.
type ocsfSchema struct {
	t          *testing.T
	files      fs.FS
	version    string
	dictionary map[string]ocsfAttribute
	types      map[string]struct{ Type, Regex string }
	defs       map[string]*ocsfDefinition // by file
}

type ocsfAttribute struct {
	Type        string
	IsArray     bool `json:"is_array"`
	Requirement string
	Profile     *string
	Sibling     string
	Enum        map[string]struct{ Caption string }
	Deprecated  any `json:"@deprecated"`
}

// An ocsfDefinition is a class, an object or a profile, with what it extends.
type ocsfDefinition struct {
	UID         int
	Caption     string
	Category    string
	Extends     string
	Raw         map[string]json.RawMessage `json:"attributes"`
	Constraints struct {
		AtLeastOne []string `json:"at_least_one"`
	}
	attributes map[string]ocsfAttribute
}

func readOCSF(t *testing.T, files fs.FS) *ocsfSchema {
	t.Helper()
	s := &ocsfSchema{t: t, files: files, defs: map[string]*ocsfDefinition{}}
	var dictionary struct {
		Attributes map[string]ocsfAttribute
		Types      struct {
			Attributes map[string]struct{ Type, Regex string }
		}
	}
	var version struct{ Version string }
	s.read("dictionary.json", &dictionary)
	s.read("version.json", &version)
	s.version, s.dictionary, s.types = version.Version, dictionary.Attributes, dictionary.Types.Attributes
	return s
}

func (s *ocsfSchema) read(file string, into any) {
	s.t.Helper()
	data, err := fs.ReadFile(s.files, file)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		s.t.Fatalf("%s: %v", file, err)
	}
}

// define reads a definition and what it extends. An attribute is the dictionary's, with what the definitions say over it. Those of the
// profile cloud are the only ones that events may have from a profile.
func (s *ocsfSchema) define(folder, name string) *ocsfDefinition {
	file := name + ".json"
	if folder != "" {
		file = folder + "/" + file
	}
	if d := s.defs[file]; d != nil {
		return d
	}
	d := &ocsfDefinition{attributes: map[string]ocsfAttribute{}}
	s.read(file, d)
	base := map[string]string{"finding": "events/findings/finding", "base_event": "events/base_event"}[d.Extends]
	switch {
	case base != "":
		d.inherit(s.define("", base))
	case d.Extends != "":
		d.inherit(s.define("objects", d.Extends))
	}
	own := d.Raw
	if include, ok := own["$include"]; ok {
		if strings.Contains(string(include), `"profiles/cloud.json"`) {
			maps.Copy(d.attributes, s.define("profiles", "cloud").as("cloud"))
		}
		delete(own, "$include")
	}
	for key, raw := range own {
		a, ok := d.attributes[key]
		if !ok {
			a = s.dictionary[key]
		}
		a.Enum = maps.Clone(a.Enum)
		if err := json.Unmarshal(raw, &a); err != nil {
			s.t.Fatalf("%s: %s: %v", file, key, err)
		}
		d.attributes[key] = a
	}
	s.defs[file] = d
	return d
}

func (d *ocsfDefinition) inherit(base *ocsfDefinition) {
	maps.Copy(d.attributes, base.attributes)
	if d.Category == "" {
		d.Category = base.Category
	}
	if len(d.Constraints.AtLeastOne) == 0 {
		d.Constraints = base.Constraints
	}
}

// as gives the attributes of a profile, which are there only where it is applied.
func (d *ocsfDefinition) as(profile string) map[string]ocsfAttribute {
	out := map[string]ocsfAttribute{}
	for key, a := range d.attributes {
		a.Profile = &profile
		out[key] = a
	}
	return out
}

// faults holds an event against its class.
func (s *ocsfSchema) faults(e map[string]any) []string {
	class := s.define("", "events/findings/compliance_finding")
	for _, key := range []string{"class_uid", "category_uid"} { // held below; their enums are only made when all classes are known
		a := class.attributes[key]
		a.Enum = nil
		class.attributes[key] = a
	}
	var categories struct {
		Attributes map[string]struct {
			UID     int
			Caption string
		}
	}
	s.read("categories.json", &categories)
	category := categories.Attributes[class.Category]
	uid := category.UID*1000 + class.UID
	activity, _ := e["activity_id"].(float64)
	metadata, _ := e["metadata"].(map[string]any)
	var out []string
	for key, want := range map[string]any{
		"class_uid": float64(uid), "class_name": class.Caption, "category_uid": float64(category.UID), "category_name": category.Caption,
		"type_uid": float64(uid*100) + activity, "type_name": fmt.Sprint(class.Caption, ": ", e["activity_name"]),
	} {
		if got, ok := e[key]; ok && got != want {
			out = append(out, fmt.Sprintf("%s: %v, want %v", key, got, want))
		}
	}
	if metadata["version"] != s.version {
		out = append(out, fmt.Sprintf("metadata.version: %v, want %s", metadata["version"], s.version))
	}
	profiles, _ := metadata["profiles"].([]any)
	return append(out, s.object("", class, e, profiles)...)
}

func (s *ocsfSchema) object(at string, d *ocsfDefinition, o map[string]any, profiles []any) (out []string) {
	fault := func(key, format string, args ...any) {
		out = append(out, strings.TrimPrefix(at+"."+key, ".")+": "+fmt.Sprintf(format, args...))
	}
	applies := func(a ocsfAttribute) bool { return a.Profile == nil || slices.Contains(profiles, any(*a.Profile)) }
	for key, a := range d.attributes {
		if _, ok := o[key]; !ok && a.Requirement == "required" && applies(a) {
			fault(key, "missing")
		}
	}
	for key, v := range o {
		a, ok := d.attributes[key]
		switch {
		case !ok || !applies(a):
			fault(key, "not defined")
			continue
		case a.Deprecated != nil:
			fault(key, "deprecated")
		}
		if n, ok := v.(float64); ok && len(a.Enum) > 0 {
			value, known := a.Enum[strconv.Itoa(int(n))]
			if !known {
				fault(key, "no %v in its enum", v)
			}
			if caption, ok := o[a.Sibling]; ok && n != 99 && caption != value.Caption {
				fault(a.Sibling, "%v, where %s %v is %s", caption, key, v, value.Caption)
			}
		}
		list := []any{v}
		if a.IsArray {
			if list, ok = v.([]any); !ok {
				fault(key, "no array")
			}
		}
		for _, v := range list {
			out = append(out, s.value(path.Join(at+"."+key), a.Type, v, profiles)...)
		}
	}
	if names := d.Constraints.AtLeastOne; len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool { _, ok := o[n]; return ok }) {
		out = append(out, fmt.Sprintf("%s: none of %s", strings.TrimPrefix(at, "."), strings.Join(names, ", ")))
	}
	return out
}

func (s *ocsfSchema) value(at, kind string, v any, profiles []any) []string {
	primitive, ok := s.types[kind]
	if !ok { // an object
		o, ok := v.(map[string]any)
		switch {
		case !ok:
			return []string{fmt.Sprintf("%s: %v is no %s", strings.TrimPrefix(at, "."), v, kind)}
		case kind == "object": // anything
			return nil
		}
		return s.object(at, s.define("objects", kind), o, profiles)
	}
	base := kind
	if primitive.Type != "" {
		base = primitive.Type
	}
	if s.types[base].Type != "" {
		base = s.types[base].Type
	}
	text, isText := v.(string)
	number, isNumber := v.(float64)
	_, isBool := v.(bool)
	good := map[string]bool{
		"string_t": isText, "boolean_t": isBool, "float_t": isNumber, "json_t": true,
		"integer_t": isNumber && number == math.Trunc(number), "long_t": isNumber && number == math.Trunc(number),
	}[base]
	if good && primitive.Regex != "" {
		good = regexp.MustCompile(primitive.Regex).MatchString(text)
	}
	if !good {
		return []string{fmt.Sprintf("%s: %v is no %s", strings.TrimPrefix(at, "."), v, kind)}
	}
	return nil
}
