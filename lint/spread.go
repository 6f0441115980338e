package lint

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// spread does n tasks on all processors. Each worker is made where it runs and does one task after the other, so that its tasks may share
// what it keeps.
func spread(n int, worker func() func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			task := worker()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				task(i)
			}
		})
	}
	wg.Wait()
}
