package main

import "github.com/patlint/patlint/lint"

// A comparison gathers what was saved of an account, for the rules that compare its regions. Accounts come one after the other. What does not say of which
// account it is is compared with nothing: it may be a stranger's.
type comparison struct {
	rules   *lint.Rules // those that compare regions
	sources []string    // what they read
	check   func([]*lint.Inventory) (*lint.Report, error)
	add     func(*lint.Report) error

	regions []*lint.Inventory // of the account that is being read
	several bool              // an account has more than one region
	alone   []*lint.Report    // of accounts that have one, for the case that another has several
}

// newComparison is what is done with the reports of rules that compare regions.
func newComparison(rules *lint.Rules, check func([]*lint.Inventory) (*lint.Report, error), add func(*lint.Report) error) *comparison {
	return &comparison{rules: rules, sources: rules.Sources(), check: check, add: add}
}

// take takes a region in. Of its answers it keeps those that the rules read.
func (c *comparison) take(inv *lint.Inventory) error {
	if c.rules.Len() == 0 {
		return nil
	}
	if len(c.regions) > 0 && !oneAccount(c.regions[0], inv) {
		if err := c.compare(); err != nil {
			return err
		}
	}
	c.regions = append(c.regions, inv.Only(c.sources))
	return nil
}

// oneAccount tells whether two regions are known to be of one account.
func oneAccount(a, b *lint.Inventory) bool { return a.Account != "" && a.Account == b.Account }

// compare checks the account whose regions are in.
func (c *comparison) compare() error {
	if len(c.regions) == 0 {
		return nil
	}
	rep, err := c.check(c.regions)
	several := len(c.regions) > 1 || len(c.regions[0].Regions) > 0 // one region may be all that there is, too
	c.regions = nil
	switch {
	case err != nil:
		return err
	case several:
		c.several = true
		return c.add(rep)
	}
	c.alone = append(c.alone, rep)
	return nil
}

// end checks the last account. Where no account has several regions, nothing was compared, and the rules are left out.
func (c *comparison) end() (left omissions, err error) {
	if err := c.compare(); err != nil {
		return nil, err
	}
	if !c.several {
		return c.leftOut(), nil
	}
	for _, rep := range c.alone {
		if err := c.add(rep); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// leftOut are the rules, where the snapshot has nothing for them to compare.
func (c *comparison) leftOut() (left omissions) {
	for _, x := range extras {
		if ids := c.rules.Needing(x.name); x.name == "regions" && len(ids) > 0 {
			x.how = "a snapshot of several regions"
			left = append(left, omission{x, ids})
		}
	}
	return left
}
