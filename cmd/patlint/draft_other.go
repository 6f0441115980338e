//go:build !linux

package main

func newDraft(dir string) (*draft, error) { return namedDraft(dir) }

func (d *draft) become(target string) error { return d.rename(target) }
