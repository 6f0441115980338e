package site

import "net/url"

// missingName is the file that hosts show for an address that leads nowhere.
const missingName = "404.html"

// addMissing adds the page that a server shows for an address that leads nowhere. It is shown at any depth, so its links begin at the site's root.
func (b *builder) addMissing() error {
	base, err := url.Parse(b.base)
	if err != nil {
		return err
	}
	b.missing = b.add(&page{as: missingName, top: base.EscapedPath(), title: "Not found – " + b.name(), file: "the page " + missingName, html: b.missingPage, unlisted: true})
	return nil
}

func (b *builder) missingPage() ([]byte, error) {
	pg := b.missing
	data := struct {
		head
		Catalog, Glossary string // addresses; "" where there is no such page
	}{head: b.head(pg, "There is no page at this address."), Catalog: pg.href(b.catalog)}
	if to := b.texts["glossary"]; to != nil {
		data.Glossary = pg.href(to)
	}
	return b.execute("missing", data)
}
