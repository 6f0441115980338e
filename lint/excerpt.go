package lint

// An Excerpt is one resource and what it is joined to, cut out of an account, in the form of an example. Nothing in it tells whose account it was.
type Excerpt struct {
	Kind    string   // of the resource
	ID      string   // that stands for its own
	Text    string   // YAML, as in the block of an example
	Line    int      // of Text, from 1, on which the ID stands: a want comment belongs behind it
	LeftOut []string // what is not in it and a rule could ask, for the person who reads it
}

// Excerpt cuts a resource out of an inventory. kind may be empty where the ID alone tells it. With rules, it keeps what these read of the resource and
// of others; without, what the resource says of itself and those that it names.
func (inv *Inventory) Excerpt(kind, id string, rules *Rules) (*Excerpt, error) {
	return nil, nil
}
