package lint

import (
	"cmp"
	"encoding/base64"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

const (
	maxJSON      = 50 // elements of one list
	maxJSONDepth = 8
)

// wordy tells whether printed has words for a value.
func wordy(v ref.Val) bool {
	switch v := v.(type) {
	case traits.Lister:
		for it := v.Iterator(); it.HasNext() == celtypes.True; {
			x := it.Next()
			if _, nested := x.(traits.Lister); nested || x.Equal(celtypes.String("")) == celtypes.True || !wordy(x) {
				return false // between commas nobody could tell them
			}
		}
		return true
	case celtypes.Bool, celtypes.Double, celtypes.Duration, celtypes.Int, celtypes.String, celtypes.Timestamp, celtypes.Uint:
		return true
	}
	if celtypes.IsUnknownOrError(v) {
		return true
	}
	_, ok := resourceID(v.Value())
	return ok
}

// jsonOf is a value in the form of JSON. Resources are their IDs. Secrets, and what a text holds of them, are masked; long lists and texts are cut.
func jsonOf(v ref.Val, secret bool) any {
	switch v := v.(type) {
	case traits.Lister:
		out := []any{}
		for it := v.Iterator(); it.HasNext() == celtypes.True; {
			x := it.Next()
			if len(out) == maxJSON {
				return append(out, "…")
			}
			out = append(out, jsonOf(x, secret))
		}
		return out
	case traits.Mapper:
		return mapJSON(v, secret)
	case *celtypes.Optional:
		if !v.HasValue() {
			return nil
		}
		return jsonOf(v.GetValue(), secret)
	case celtypes.Uint:
		if secret {
			return masked
		}
		return uint64(v)
	case celtypes.Bytes:
		switch {
		case secret:
			return masked
		case utf8.Valid(v):
			return bounded(redact(string(v)), maxName)
		}
		return bounded(base64.StdEncoding.EncodeToString(v), maxName)
	case *celtypes.Type:
		return typeName(v)
	case celtypes.Null:
		return nil
	}
	if out, ok := factValue(v, secret); ok {
		return out
	}
	rv := reflect.Indirect(reflect.ValueOf(v.Value()))
	if rv.Kind() == reflect.Struct {
		return goJSON(rv, secret, 0)
	}
	return printed(v)
}

// mapJSON is a map in the form of JSON, which has texts for keys: of those that look alike, all but the first are numbered.
func mapJSON(v traits.Mapper, secret bool) map[string]any {
	var keys []ref.Val
	for it := v.Iterator(); it.HasNext() == celtypes.True; {
		keys = append(keys, it.Next())
	}
	slices.SortStableFunc(keys, func(a, b ref.Val) int {
		return cmp.Or(strings.Compare(printed(a), printed(b)), strings.Compare(a.Type().TypeName(), b.Type().TypeName()))
	})
	out, seen := map[string]any{}, map[string]int{}
	for i, key := range keys {
		if i == maxJSON {
			out["…"] = countOf(int64(len(keys)-maxJSON)) + " more"
			break
		}
		name := bounded(redact(printed(key)), maxName)
		hidden := secret || secretName.MatchString(name)
		if _, isBool := key.(celtypes.Bool); secret && !isBool {
			name = masked
		}
		if seen[name]++; seen[name] > 1 {
			name += " (" + strconv.Itoa(seen[name]) + ")"
		}
		out[name] = jsonOf(v.Get(key), hidden)
	}
	return out
}

// goJSON is a Go value of the SDK's in the form of JSON, without what is absent.
func goJSON(v reflect.Value, secret bool, depth int) any {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if secret && (v.CanInt() || v.CanFloat()) {
		return masked
	}
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Float32, reflect.Float64:
		if f := v.Float(); !math.IsNaN(f) && !math.IsInf(f, 0) {
			return f
		}
	case reflect.String:
		if secret {
			return masked
		}
		return bounded(redact(v.String()), maxName)
	case reflect.Slice:
		out := []any{}
		for i := range min(v.Len(), maxJSON) {
			out = append(out, goJSON(v.Index(i), secret, depth+1))
		}
		if v.Len() > maxJSON {
			out = append(out, "…")
		}
		return out
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			return t.UTC().Format(time.RFC3339)
		}
		if depth < maxJSONDepth {
			return structJSON(v, secret, depth)
		}
	}
	return "…"
}

func structJSON(v reflect.Value, secret bool, depth int) any {
	out := map[string]any{}
	if t, ok := v.Interface().(types.Tag); ok {
		secret = secret || secretName.MatchString(str(t.Key))
	}
	for f, field := range v.Fields() {
		if !f.IsExported() || f.Name == "ResultMetadata" || field.IsZero() && slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice, reflect.String}, field.Kind()) {
			continue
		}
		hidden := secret && f.Name != "Key" || secretName.MatchString(f.Name)
		out[f.Name] = goJSON(field, hidden, depth+1)
	}
	return out
}
