package site

import "net/url"

// addMissing adds the page that a server shows for an address that leads nowhere. It is shown at any depth, so its links begin at the site's root.
func (b *builder) addMissing() error {
	pg := &page{as: "404.html", title: "Not found – " + b.name(), file: "the page 404.html", unlisted: true}
	if b.base != "" {
		u, err := url.Parse(b.base)
		if err != nil {
			return err
		}
		pg.top = u.EscapedPath()
	}
	pg.html = func() ([]byte, error) { return b.missingPage(pg) }
	b.add(pg)
	return nil
}

func (b *builder) missingPage(pg *page) ([]byte, error) {
	data := struct {
		head
		Catalog, Glossary string // addresses; "" where there is no such page
	}{head: b.head(pg, "There is no page at this address."), Catalog: pg.href(b.sources["catalog"])}
	if to := b.sources["glossary.md"]; to != nil {
		data.Glossary = pg.href(to)
	}
	return b.execute("missing", data)
}
