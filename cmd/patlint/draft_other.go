//go:build !linux

package main

import "os"

func newDraft(dir string, mode os.FileMode) (*draft, error) { return namedDraft(dir, mode) }

func (d *draft) become(target string) error { return d.rename(target) }
