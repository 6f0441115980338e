package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// newDraft makes a file without a name where the disk knows such files, and /proc is there to name it later: whatever ends the program, nothing of it
// is left.
func newDraft(dir string, mode os.FileMode) (*draft, error) {
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, uint32(mode.Perm()))
	if err != nil {
		return namedDraft(dir, mode)
	}
	if _, err := os.Lstat(procName(fd)); err != nil {
		unix.Close(fd)
		return namedDraft(dir, mode)
	}
	return &draft{os.NewFile(uintptr(fd), filepath.Join(dir, "report")), false}, nil
}

func procName(fd int) string { return fmt.Sprintf("/proc/self/fd/%d", fd) }

// become gives the draft its name. Where a file has the name already, the draft takes its place by way of another name, which it has for a
// moment.
func (d *draft) become(target string) error {
	if d.named {
		return d.rename(target)
	}
	proc := procName(int(d.Fd()))
	link := func(name string) error {
		return unix.Linkat(unix.AT_FDCWD, proc, unix.AT_FDCWD, name, unix.AT_SYMLINK_FOLLOW)
	}
	err := link(target)
	if !errors.Is(err, unix.EEXIST) {
		return err
	}
	name := filepath.Join(filepath.Dir(target), draftName())
	if err := link(name); err != nil {
		return err
	}
	if err := os.Rename(name, target); err != nil {
		os.Remove(name)
		return err
	}
	return nil
}
