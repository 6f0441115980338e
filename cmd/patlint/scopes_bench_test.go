//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// BenchmarkScopes checks organizations of 10, 100 and 500 accounts with 2,000 volumes each, every one of them a finding, with the command itself.
// MB is the most memory that the process had at any time; it does not grow with the number of accounts.
func BenchmarkScopes(b *testing.B) {
	for _, n := range []int{10, 100, 500} {
		b.Run(fmt.Sprintf("accounts=%d", n), func(b *testing.B) {
			c := newCloud(b)
			c.volumes = func(string, string) int { return 2000 }
			c.members = nil
			for i := range n {
				c.members = append(c.members, fmt.Sprintf("44%010d ACTIVE", i))
			}
			peak := int64(0)
			for b.Loop() {
				file := filepath.Join(b.TempDir(), "report.json")
				cmd := exec.CommandContext(b.Context(), "patlint", "check", "-p", "retire-orphan-volumes", "--rate", "0", "--org", "--role-name", "audit", "-f", "json="+file)
				cmd.Env = append(os.Environ(), append(c.env(), "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)...)
				if out, _ := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != exitFindings {
					b.Fatalf("%s", out)
				}
				peak = max(peak, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
				st, err := os.Stat(file)
				if err != nil || st.Size() < int64(n)*2000*300 {
					b.Fatalf("a report of %d bytes, %v", st.Size(), err)
				}
			}
			b.ReportMetric(float64(peak)/1024, "MB")
		})
	}
}
