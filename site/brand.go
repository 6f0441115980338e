package site

import (
	"bytes"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/patlint/patlint/patterns"
)

// A BrandError is a value of a brand that no site can have.
type BrandError struct {
	Field string // of Brand
	Msg   string // what is wrong with it, and what would do
}

func (e *BrandError) Error() string { return "brand: " + e.Field + ": " + e.Msg }

// Check finds what is wrong with a logo, with colours and with addresses. A site is not made of a brand that has mistakes.
func (b Brand) Check() []*BrandError {
	var errs []*BrandError
	if len(b.Logo) > 0 {
		if _, err := readLogo(b.Logo); err != nil {
			errs = append(errs, &BrandError{"Logo", err.Error()})
		}
	}
	for _, c := range []struct {
		field, value string
		theme        theme
	}{{"Accent", b.Accent, light}, {"Dark", b.Dark, dark}} {
		if c.value == "" {
			continue
		}
		if err := c.theme.readable(c.value); err != nil {
			errs = append(errs, &BrandError{c.field, err.Error()})
		}
	}
	for _, a := range []struct{ field, value string }{{"Source", b.Source}, {"Edit", b.Edit}, {"Report", b.Report}} {
		u, err := url.Parse(a.value)
		switch {
		case a.value == "", err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil:
		case a.field == "Report" && err == nil && u.Scheme == "mailto" && u.Opaque != "":
		default:
			errs = append(errs, &BrandError{a.field, fmt.Sprintf("%q is not an address that begins with https://", a.value)})
		}
	}
	return errs
}

// A theme is what a colour must be readable on, and the end of the scale at which everything is.
type theme struct {
	name    string
	grounds [3]string // bg, bg-2 and info-bg of style.css: page, panels and notes
	end     rgb
}

var (
	light = theme{"light", [3]string{"#ffffff", "#f6f7f9", "#e9f0fa"}, rgb{}}
	dark  = theme{"dark", [3]string{"#12151b", "#191d25", "#1b2b45"}, rgb{255, 255, 255}}
)

// least is the contrast that text needs (WCAG 2.2, level AA).
const least = 4.5

// contrast is the lower one of those on the theme's grounds.
func (t theme) contrast(c rgb) float64 {
	out := math.Inf(1)
	for _, ground := range t.grounds {
		if g, ok := parseColour(ground); ok {
			out = min(out, contrast(c, g))
		}
	}
	return out
}

// readable is the error of a colour that is none, or that cannot be read.
func (t theme) readable(colour string) error {
	c, ok := parseColour(colour)
	if !ok {
		return fmt.Errorf("%q is not a colour such as #0b57b7 or #05b", colour)
	}
	if got := t.contrast(c); got < least {
		ratio := math.Floor(got*100) / 100 // 4.499 is not enough and shall not look so
		return fmt.Errorf("%s has a contrast of %.2f:1 in the %s theme, and text needs %.1f:1; the nearest shade that has it is %s", colour, ratio, t.name, least, t.shade(c))
	}
	return nil
}

// shade is the nearest readable colour of the same hue: as much black or white is mixed in as it takes.
func (t theme) shade(c rgb) rgb {
	for part := 0.0; part < 1; part += 1.0 / 256 {
		var mixed rgb
		for i := range c {
			mixed[i] = uint8(math.Round(float64(c[i])*(1-part) + float64(t.end[i])*part))
		}
		if t.contrast(mixed) >= least {
			return mixed
		}
	}
	return t.end
}

// rgb is a colour. Its text is #rrggbb.
type rgb [3]uint8

func (c rgb) String() string { return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2]) }

// parseColour reads #rgb and #rrggbb.
func parseColour(s string) (rgb, bool) {
	hex, ok := strings.CutPrefix(s, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	return rgb{uint8(n >> 16), uint8(n >> 8), uint8(n)}, ok && len(hex) == 6 && err == nil
}

// contrast is the ratio of two colours, from 1 to 21.
func contrast(a, b rgb) float64 {
	hi, lo := a.luminance(), b.luminance()
	return (max(hi, lo) + 0.05) / (min(hi, lo) + 0.05)
}

// luminance is relative to white.
func (c rgb) luminance() float64 {
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v := float64(c[i]) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}

// accents are those of the themes. One that is not given is made from the other; ok is false where neither is.
func (b Brand) accents() (inLight, inDark rgb, ok bool) {
	l, hasLight := parseColour(b.Accent)
	d, hasDark := parseColour(b.Dark)
	if !hasLight {
		l = light.shade(d)
	}
	if !hasDark {
		d = dark.shade(l)
	}
	return l, d, hasLight || hasDark
}

// ownAccent is that of style.css in the light theme, and the colour in icon.svg.
var ownAccent = rgb{0x0b, 0x57, 0xb7}

// dress gives the assets the brand's colours, and its logo in the place of the icon.
func (b *builder) dress() error {
	brand := b.site.Brand
	if errs := brand.Check(); len(errs) > 0 {
		return errs[0]
	}
	b.licence = licence(b.site.Catalog)
	b.icon = icon{Asset: "icon.svg"}
	if l, d, ok := brand.accents(); ok {
		sheet := fmt.Appendf(bytes.Clone(b.assets["style.css"].data), ":root{--accent:light-dark(%s,%s)}\n", l, d)
		b.assets["style.css"] = newAsset("style.css", sheet)
		b.assets["icon.svg"] = newAsset("icon.svg", bytes.ReplaceAll(b.assets["icon.svg"].data, []byte(ownAccent.String()), []byte(l.String())))
	}
	if len(brand.Logo) == 0 {
		return nil
	}
	logo, err := readLogo(brand.Logo)
	if err != nil {
		return err
	}
	delete(b.assets, "icon.svg")
	b.icon = logo
	b.assets[logo.Asset] = newAsset(logo.Asset, brand.Logo)
	return nil
}

// licence is what the footer says of the pages' text. It is silent on patterns that are not patlint's.
func licence(cat *patterns.Catalog) string {
	builtin := 0
	for _, p := range cat.Patterns {
		if p.Builtin {
			builtin++
		}
	}
	switch builtin {
	case 0:
		return ""
	case len(cat.Patterns):
		return "Apache License 2.0"
	}
	return "Patlint’s own patterns: Apache License 2.0"
}

// own tells whether the site is patlint's own, which speaks of the tool.
func (b *builder) own() bool { return b.site.Brand.Name == "" }

// sourceOf is where a pattern's file can be read, "" where nobody says. It never tells where a catalog lies on the disk.
func (b *builder) sourceOf(p *patterns.Pattern) string {
	base := b.site.Brand.Source
	switch {
	case p.Builtin:
		return "https://github.com/patlint/patlint/blob/main/" + p.File
	case base == "":
		return ""
	}
	return strings.TrimSuffix(base, "/") + "/" + p.Chapter + "/" + p.ID + ".md"
}

// logoView is the logo in the bar.
type logoView struct {
	Src           string
	Width, Height int
}

// logo is nil where the brand has none.
func (b *builder) logo(pg *page) *logoView {
	if b.icon.Width == 0 {
		return nil
	}
	return &logoView{pg.root() + b.assets[b.icon.Asset].name, b.icon.Width, b.icon.Height}
}
