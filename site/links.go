package site

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"
)

// resolve turns the address of a link, written in a file of the catalog, into one of the site.
func (b *builder) resolve(src source, dest string) (string, error) {
	u, err := url.Parse(dest)
	if err != nil {
		return "", fmt.Errorf("the link %q is not an address", dest)
	}
	switch {
	case u.Scheme == "https" && u.Host != "", u.Scheme == "mailto" && u.Opaque != "":
		return dest, nil
	case u.Scheme != "" || u.Host != "":
		return "", fmt.Errorf("the link %q: an address begins with https:// or mailto:, or names a file of the catalog", dest)
	case dest == "":
		return "", errors.New("the link has no address")
	case strings.HasPrefix(u.Path, "/") || u.RawQuery != "":
		return "", fmt.Errorf("the link %q: name the file relative to this one, such as ../storage/x.md", dest)
	}
	to, href := src.page, ""
	if u.Path != "" {
		name := path.Join(src.chapter, u.Path)
		if to = b.sources[name]; to == nil {
			return "", fmt.Errorf("the link %q leads nowhere%s", dest, b.hint(src, name))
		}
		href = src.page.href(to)
		if src.markdown {
			href = src.page.twin(to)
		}
	}
	if u.Fragment == "" || to.successor && !to.has(u.Fragment) { // the link was written for the page that it replaces
		return href, nil
	}
	if !to.has(u.Fragment) {
		return "", fmt.Errorf("the link %q leads nowhere; that page has no heading #%s", dest, u.Fragment)
	}
	return href + "#" + u.EscapedFragment(), nil
}

// hint names the file that an author probably meant: the ID in another chapter, or its new ID.
func (b *builder) hint(src source, name string) string {
	p := b.site.Catalog.Pattern(strings.TrimSuffix(path.Base(name), ".md"))
	switch {
	case p == nil:
		return ""
	case p.Chapter == src.chapter:
		return "; did you mean " + p.ID + ".md"
	default:
		return "; did you mean ../" + p.Chapter + "/" + p.ID + ".md"
	}
}
