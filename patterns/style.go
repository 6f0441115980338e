package patterns

// Style holds the pages of patterns against the house style, and gives what does not keep to it. keep tells which patterns are meant; with nil, all are.
//
// It is about form alone. Whether a page is true, only its readers know.
func (c *Catalog) Style(keep func(*Pattern) bool) Errors {
	return nil
}
