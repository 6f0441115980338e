package site

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// maxLogo bounds a logo: every first visit loads it.
const maxLogo = 64 << 10

// icon is the picture of a site in a browser's tab and, where it is a logo, in the bar.
type icon struct {
	Asset         string
	Width, Height int // in what units it likes; 0 for the icon that is not shown in the bar
}

// readLogo finds out what a logo is, and refuses one that does more than show something.
func readLogo(data []byte) (icon, error) {
	if len(data) > maxLogo {
		return icon{}, fmt.Errorf("the logo has %d bytes; at most %d", len(data), maxLogo)
	}
	if bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")) {
		return readPNG(data)
	}
	if !bytes.Contains(data, []byte("<svg")) {
		return icon{}, errors.New("the logo is neither an SVG nor a PNG")
	}
	w, h, err := readSVG(data)
	if err != nil {
		return icon{}, fmt.Errorf("the SVG %w", err)
	}
	return icon{"logo.svg", w, h}, nil
}

// readPNG reads the size from the header, the first chunk of every PNG.
func readPNG(data []byte) (icon, error) {
	if len(data) < 24 || string(data[12:16]) != "IHDR" {
		return icon{}, errors.New("the PNG is broken")
	}
	w, h := binary.BigEndian.Uint32(data[16:]), binary.BigEndian.Uint32(data[20:])
	if w == 0 || h == 0 || w > 4096 || h > 4096 {
		return icon{}, fmt.Errorf("the PNG has %d by %d pixels; at most 4096 by 4096", w, h)
	}
	return icon{"logo.png", int(w), int(h)}, nil
}

const (
	svgSpace   = "http://www.w3.org/2000/svg"
	xlinkSpace = "http://www.w3.org/1999/xlink"
	xmlSpace   = "http://www.w3.org/XML/1998/namespace" // of xml:space, where it is written out
)

// svgElements are the elements that an SVG may have, sorted: those that draw. Left out on purpose is what runs, moves, embeds or leads elsewhere: script,
// foreignObject, image, feImage, a, animate, set and their like.
var svgElements = []string{
	"circle", "clipPath", "defs", "desc", "ellipse", "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite", "feFlood", "feFuncA", "feFuncB",
	"feFuncG", "feFuncR", "feGaussianBlur", "feMerge", "feMergeNode", "feMorphology", "feOffset", "filter", "g", "line", "linearGradient", "marker",
	"mask", "path", "pattern", "polygon", "polyline", "radialGradient", "rect", "stop", "style", "svg", "symbol", "text", "textPath", "title", "tspan", "use",
}

// readSVG walks a drawing and gives its size. The file is served beside the pages, so that somebody may open it by itself, where no page's policy holds.
func readSVG(data []byte) (width, height int, err error) {
	dec := xml.NewDecoder(bytes.NewReader(data))
	var open []string
	var style strings.Builder // of the style element that is open; comments may stand in the middle of a word
	for first := true; ; {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) && !first {
			return width, height, nil
		}
		if err != nil {
			return 0, 0, fmt.Errorf("cannot be read: %w", err)
		}
		switch tok := tok.(type) {
		case xml.Directive:
			return 0, 0, errors.New("has a DOCTYPE; take it out")
		case xml.ProcInst:
			if tok.Target != "xml" {
				return 0, 0, fmt.Errorf("has an instruction <?%s; take it out", tok.Target)
			}
		case xml.StartElement:
			if err := checkElement(tok); err != nil {
				return 0, 0, err
			}
			if first {
				if width, height, err = svgSize(tok); err != nil {
					return 0, 0, err
				}
			}
			first = false
			open = append(open, tok.Name.Local)
		case xml.EndElement:
			open = open[:len(open)-1]
			if err := checkStyle(style.String()); err != nil {
				return 0, 0, err
			}
			style.Reset()
		case xml.CharData:
			if len(open) > 0 && open[len(open)-1] == "style" {
				style.Write(tok)
			}
		}
	}
}

func checkElement(e xml.StartElement) error {
	if e.Name.Space != svgSpace {
		return fmt.Errorf("has an element %s that is not SVG's; save it as plain SVG", e.Name.Local)
	}
	if _, ok := slices.BinarySearch(svgElements, e.Name.Local); !ok {
		return fmt.Errorf("has an element %s; a logo draws and does nothing else", e.Name.Local)
	}
	for _, a := range e.Attr {
		name := a.Name.Local
		switch a.Name.Space {
		case "xmlns":
			continue
		case "":
			if name == "xmlns" {
				continue
			}
		case "xml", xmlSpace:
			if name != "space" && name != "lang" {
				return fmt.Errorf("has an attribute xml:%s; take it out", name)
			}
		case xlinkSpace:
			if name != "href" {
				return fmt.Errorf("has an attribute xlink:%s; take it out", name)
			}
		default:
			return fmt.Errorf("has an attribute %s that is not SVG's; save it as plain SVG", name)
		}
		switch lower := strings.ToLower(name); {
		case strings.HasPrefix(lower, "on"):
			return fmt.Errorf("has an event attribute %s; take it out", name)
		case lower == "href" && !strings.HasPrefix(a.Value, "#"):
			return fmt.Errorf("refers to something outside of itself in %s of %s; take that out", name, e.Name.Local)
		}
		if err := checkStyle(a.Value); err != nil {
			return fmt.Errorf("%w (in %s of %s)", err, name, e.Name.Local)
		}
	}
	return nil
}

// checkStyle refuses what can lead out of the file in CSS or in an attribute that takes a part of it. Comments and escapes would hide that.
func checkStyle(css string) error {
	lower := strings.ToLower(css)
	for _, bad := range []string{"\\", "/*", "@", "//", "http", "data:", "javascript:", "image(", "image-set(", "src("} {
		if strings.Contains(lower, bad) {
			return fmt.Errorf("holds %s, which can lead out of it; take it out", bad)
		}
	}
	for rest := lower; ; {
		_, after, found := strings.Cut(rest, "url(")
		if !found {
			return nil
		}
		if !strings.HasPrefix(strings.TrimLeft(after, " \t\r\n\"'"), "#") {
			return errors.New("refers with url() to something outside of itself; take that out")
		}
		rest = after
	}
}

// svgSize is the size of the viewBox. Without one a browser cannot scale the drawing.
func svgSize(root xml.StartElement) (width, height int, err error) {
	if root.Name.Local != "svg" {
		return 0, 0, fmt.Errorf("begins with %s and not with svg", root.Name.Local)
	}
	var box []string
	for _, a := range root.Attr {
		if a.Name.Space == "" && a.Name.Local == "viewBox" {
			box = strings.FieldsFunc(a.Value, func(r rune) bool { return strings.ContainsRune(" \t\r\n,", r) })
		}
	}
	if len(box) != 4 {
		return 0, 0, errors.New("has no viewBox; give its root one: viewBox=\"0 0 32 32\"")
	}
	w, err1 := strconv.ParseFloat(box[2], 64)
	h, err2 := strconv.ParseFloat(box[3], 64)
	if err1 != nil || err2 != nil || !(w > 0 && h > 0 && w <= 1e6 && h <= 1e6) {
		return 0, 0, fmt.Errorf("has a viewBox of the size %s by %s", box[2], box[3])
	}
	scale := 1000 / max(w, h) // attributes of a page hold whole numbers
	return max(1, int(math.Round(w*scale))), max(1, int(math.Round(h*scale))), nil
}
