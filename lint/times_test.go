package lint

import "testing"

// TestTimes holds the functions of lists against a few times and numbers.
func TestTimes(t *testing.T) {
	day := func(n string) string { return `timestamp("2026-01-` + n + `T00:00:00Z")` }
	times := "[" + day("05") + ", " + day("01") + ", " + day("02") + "]"
	for expr, want := range map[string]string{
		"earliest(" + times + ") == " + day("01"):                          "pass",
		"latest(" + times + ") == " + day("05"):                            "pass",
		"gaps(" + times + `) == [duration("24h"), duration("72h")]`:        "pass",
		"gaps([" + day("01") + "]) == [] && gaps([]) == []":                "pass",
		"gaps([" + day("01") + ", " + day("01") + `]) == [duration("0s")]`: "pass",
		"median(gaps(" + times + `)) == duration("48h")`:                   "pass",
		"together([" + times + ", [" + day("02") + " + duration('59s'), " + day("05") + " - duration('60s')]], duration('1m')) == [" + day("02") + ", " + day("05") + "]": "pass",
		"together([" + times + ", [" + day("02") + "], [" + day("05") + "]], duration('1m')) == []":                                                                       "pass",
		"together([" + times + ", []], duration('1m')) == [] && together([[], " + times + "], duration('1m')) == []":                                                      "pass",
		"together([" + times + "], duration('0s')).size() == 3":                                                                                                           "pass",
		"together([volume.snapshots().map(s, s.StartTime)], duration('1m')) == []":                                                                                        "unknown ec2:DescribeSnapshots: denied in this example",
		"median([3, 1, 2]) == 2.0 && median([4, 1]) == 2.5":                                                                                                               "pass",
		"median([3.0, 1.0, 10.0]) == 3.0":                                                        "pass",
		"[].size() == 0 || median([0].filter(n, n > 0)) > 1.0":                                   "pass",
		"median([0].filter(n, n > 0)) > 1.0":                                                     "unknown the rule failed: median() of an empty list",
		"latest([" + day("01") + "].filter(t, t > now)) < now":                                   "unknown the rule failed: latest() of an empty list",
		"earliest([" + day("01") + "].filter(t, t > now)) < now":                                 "unknown the rule failed: earliest() of an empty list",
		"latest(volume.snapshots().map(s, s.StartTime)) < now":                                   "unknown ec2:DescribeSnapshots: denied in this example",
		"gaps(volume.snapshots().map(s, s.StartTime)) == []":                                     "unknown ec2:DescribeSnapshots: denied in this example",
		"volume.snapshots().size() > 0 || median([volume.Size, unknown('not asked for')]) > 1.0": "unknown not asked for; ec2:DescribeSnapshots: denied in this example",
	} {
		if got := ask(t, account(t, "Volumes: [{VolumeId: vol-1, Size: 8}]\nGaps: [DescribeSnapshots]"), "volume", "", expr); got != want {
			t.Errorf("%s: %q, want %q", expr, got, want)
		}
	}
}
