package site

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"path"
	"regexp"
	"strings"
)

//go:embed templates/*.html assets
var embedded embed.FS

// asset is a file that pages load, named by its content, so that a browser may keep it for ever.
type asset struct {
	name string // assets/style.0123456789.css
	data []byte
}

// bundles are the assets that pages load, each with the files that it is made of. A folder stands for all its files in the order of their names.
var bundles = []struct {
	name  string
	parts []string
}{
	{"app.js", []string{"app"}},
	{"icon.svg", []string{"icon.svg"}},
	{"search.css", []string{"search.css"}},
	{"search.js", []string{"search"}},
	{"style.css", []string{"style.css", "site"}},
	{"theme.js", []string{"theme.js"}},
}

// Sheet is the base of every page's style sheet, for what is to look like the site without being part of it: tokens, layout and components.
func Sheet() string {
	sheet, err := embedded.ReadFile("assets/style.css")
	if err != nil {
		return "" // it is embedded
	}
	return string(sheet)
}

// makeAssets reads the bundles.
func makeAssets() (map[string]asset, error) {
	out := map[string]asset{}
	for _, b := range bundles {
		var data bytes.Buffer
		for _, part := range b.parts {
			if err := appendPart(&data, path.Join("assets", part)); err != nil {
				return nil, err
			}
		}
		if path.Ext(b.name) == ".css" {
			out[b.name] = newAsset(b.name, tight(data.Bytes()))
			continue
		}
		out[b.name] = newAsset(b.name, data.Bytes())
	}
	return out, nil
}

// tight is a style sheet without comments, and without the line breaks that its authors need and browsers do not.
func tight(css []byte) []byte {
	css = regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAll(css, nil)
	css = regexp.MustCompile(`([{};,])\s*\n\s*`).ReplaceAll(css, []byte("$1"))
	return regexp.MustCompile(`\s*\n\s*`).ReplaceAll(bytes.TrimSpace(css), []byte("\n"))
}

// newAsset puts a hash of the content into the name.
func newAsset(name string, data []byte) asset {
	sum, ext := sha256.Sum256(data), path.Ext(name)
	return asset{"assets/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext, data}
}

// appendPart appends a file, or the files of a folder. Each script of a folder gets a scope of its own.
func appendPart(to *bytes.Buffer, name string) error {
	entries, err := embedded.ReadDir(name)
	if err != nil { // a file
		data, err := embedded.ReadFile(name)
		to.Write(data)
		return err
	}
	for _, e := range entries {
		data, err := embedded.ReadFile(name + "/" + e.Name())
		if err != nil {
			return err
		}
		if path.Ext(e.Name()) == ".js" {
			data = append(append([]byte("{\n"), bytes.TrimRight(data, "\n")...), "\n}\n"...)
		}
		to.Write(data)
	}
	return nil
}
