package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/patlint/patlint/lint/report"
	"golang.org/x/term"
)

// progress is one line on a terminal that says what is being done. The zero value says nothing, which is what pipes and CI get.
type progress struct {
	w     io.Writer
	width int

	mu              sync.Mutex
	total, finished int           // accounts and regions
	counts          func() string // what the calls in flight are about
	quit            chan struct{}
	gone            sync.WaitGroup
}

// newProgress shows a line on w if that is a terminal, and keeps it up to date until stop.
func newProgress(w io.Writer, counts func() string) *progress {
	p := &progress{counts: counts}
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return p
	}
	p.w, p.quit = w, make(chan struct{})
	p.width, _, _ = term.GetSize(int(f.Fd()))
	p.gone.Go(func() {
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				p.draw()
			case <-p.quit:
				return
			}
		}
	})
	return p
}

// live tells whether anybody sees it.
func (p *progress) live() bool { return p.w != nil }

// expect adds n accounts and regions to what there is to do.
func (p *progress) expect(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total += n
}

// done notes that n of them are.
func (p *progress) done(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finished += n
}

func (p *progress) draw() {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	line := fmt.Sprintf("%d of %s done", p.finished, plural(p.total, "region", "regions"))
	if p.counts != nil {
		line += p.counts()
	}
	line = report.Clean(line)
	if runes := []rune(line); p.width > 1 && len(runes) >= p.width {
		line = string(runes[:p.width-1])
	}
	fmt.Fprint(p.w, "\r\x1b[K"+line)
}

// clear makes place for a note; the line comes back by itself.
func (p *progress) clear() {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprint(p.w, "\r\x1b[K")
}

// stop takes the line away for good.
func (p *progress) stop() {
	if p.w == nil {
		return
	}
	close(p.quit)
	p.gone.Wait()
	p.clear()
	p.w = nil
}

// thousands writes a number for people: 12,345.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	var b strings.Builder
	for i, r := range s {
		if i > 0 && (len(s)-i)%3 == 0 && s[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return b.String()
}
