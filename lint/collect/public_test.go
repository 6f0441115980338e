package collect

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// TestPublicSnapshots: what the listing claims is asked again, and nobody is told that his disk is public by an endpoint that does not know
// the question.
func TestPublicSnapshots(t *testing.T) {
	many := func(n int) []string {
		var items []string
		for i := range n {
			items = append(items, fmt.Sprintf("<snapshotId>snap-%d</snapshotId><ownerId>%s</ownerId>", i, testAccount))
		}
		return []string{set("snapshotSet", items...)}
	}
	// confirms makes the endpoint say of the named snapshots that they are public, and of others that they are not.
	confirms := func(e *endpoint, public ...string) fault {
		return func(w http.ResponseWriter, r *http.Request, _ int) bool {
			for _, id := range public {
				if r.Form.Get("SnapshotId") == id {
					return false
				}
			}
			fmt.Fprint(w, `<DescribeSnapshotAttributeResponse><requestId>r</requestId><createVolumePermission><item><userId>444455556666</userId></item></createVolumePermission></DescribeSnapshotAttributeResponse>`)
			return true
		}
	}
	for _, tt := range []struct {
		name  string
		setUp func(*endpoint)
		want  string // IDs
		gap   string
		asked int
	}{
		{"confirmed", func(*endpoint) {}, "snap-1", "", 1},
		{"none", func(e *endpoint) { e.pages["PublicSnapshots"] = []string{"<snapshotSet/>"} }, "", "", 0},
		{"the listing knows no filter", func(e *endpoint) {
			e.pages["PublicSnapshots"] = many(3)
			e.faults["DescribeSnapshotAttribute"] = confirms(e, "snap-1")
		}, "snap-1", "", 3},
		{"somebody else's", func(e *endpoint) {
			e.pages["PublicSnapshots"] = []string{set("snapshotSet", "<snapshotId>snap-9</snapshotId><ownerId>999988887777</ownerId>")}
		}, "snap-9", "", 0}, // Collect leaves it out
		{"the question is refused", func(e *endpoint) {
			e.pages["PublicSnapshots"] = many(3)
			e.faults["DescribeSnapshotAttribute"] = failing(403, "UnauthorizedOperation", "no")
		}, "snap-0 snap-1 snap-2", "", 1},
		{"contradicted, then refused", func(e *endpoint) {
			e.pages["PublicSnapshots"] = many(3)
			denied := failing(403, "UnauthorizedOperation", "no")
			e.faults["DescribeSnapshotAttribute"] = func(w http.ResponseWriter, r *http.Request, n int) bool {
				if n == 0 {
					return confirms(e)(w, r, n)
				}
				return denied(w, r, n)
			}
		}, "", "does not know RestorableByUserIds", 2},
		{"too many to ask for, none contradicted", func(e *endpoint) { e.pages["PublicSnapshots"] = many(maxConfirmed + 2) }, "102", "", maxConfirmed},
		{"too many to ask for, and contradicted", func(e *endpoint) {
			e.pages["PublicSnapshots"] = many(maxConfirmed + 2)
			e.faults["DescribeSnapshotAttribute"] = confirms(e)
		}, "", "does not know RestorableByUserIds", maxConfirmed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEndpoint(t)
			tt.setUp(e)
			pages, err := read(t, e, "PublicSnapshots")
			if tt.gap != "" {
				if err == nil || !strings.Contains(err.Error(), tt.gap) {
					t.Fatalf("error %v, want %q", err, tt.gap)
				}
				pages = nil
			} else if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, page := range pages {
				for _, s := range page.([]types.Snapshot) {
					ids = append(ids, *s.SnapshotId)
				}
			}
			if got := strings.Join(ids, " "); got != tt.want && fmt.Sprint(len(ids)) != tt.want {
				t.Errorf("public: %q, want %q", got, tt.want)
			}
			if n := e.count["DescribeSnapshotAttribute"]; n != tt.asked {
				t.Errorf("%d snapshots asked for, want %d", n, tt.asked)
			}
		})
	}
}
