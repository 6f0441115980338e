package lint

import (
	"bytes"
	"strings"
	"testing"
)

// TestSnapshotErrors holds each error against its exact place: where the thing that is wrong begins, in characters, from 1.
func TestSnapshotErrors(t *testing.T) {
	for _, tt := range []struct{ name, file, want string }{
		// Values of another type.
		{"v.json", `{"Volumes": [{"Size": "8"}]}`, "v.json:1:23: Size is a string here; AWS sends a whole number"},
		{"v.json", "{\n  \"Volumes\": [\n    {\"VolumeId\": \"vol-1\"},\n    {\"Size\": \"8\"}\n  ]\n}", "v.json:4:14: Size is a string here; AWS sends a whole number"},
		{"v.json", `{"Volumes": [{"VolumeId": "vol-ü", "Size": "8"}]}`, "v.json:1:44: Size is a string here; AWS sends a whole number"},
		{"v.json", `{"Volumes": [{"Size": "a \" \\"}]}`, "v.json:1:23: Size is a string here; AWS sends a whole number"},
		{"v.json", `{"Volumes": [{"Size": 8.5}]}`, "v.json:1:23: Size is 8.5 here; AWS sends a whole number"},
		{"v.json", `{"Volumes": [{"Size": -99999999999}]}`, "v.json:1:23: Size is -99999999999 here; AWS sends a whole number"},
		{"v.json", `{"Volumes": [{"Size": true}]}`, "v.json:1:23: Size is true or false here; AWS sends a whole number"},
		{"v.json", `{"Volumes": [{"Size": [8]}]}`, "v.json:1:23: Size is a list here; AWS sends a whole number"},
		{"v.json", `{"Volumes": [{"Size":{"a":1}}]}`, "v.json:1:22: Size is an object here; AWS sends a whole number"},
		{"v.json", `{"Volumes": [{"VolumeId":7}]}`, "v.json:1:26: VolumeId is a number here; AWS sends a string"},
		{"v.json", `{"Volumes": [{"VolumeType": 7}]}`, "v.json:1:29: VolumeType is a number here; AWS sends a string"},
		{"v.json", `{"Volumes": [{"Encrypted": "yes"}]}`, "v.json:1:28: Encrypted is a string here; AWS sends true or false"},
		{"v.json", `{"Volumes": [{"Tags": {"a": 1}}]}`, "v.json:1:23: Tags is an object here; AWS sends a list"},
		{"v.json", `{"Volumes": [{"Tags": [{"Key": 1}]}]}`, "v.json:1:32: Tags.Key is a number here; AWS sends a string"},
		{"v.json", `{"Volumes": [7]}`, "v.json:1:14: the answer is a number here; AWS sends an object"},
		{"v.json", `{"Volumes": {"a": 1}}`, "v.json:1:13: the answer is an object here; AWS sends a list"},
		{"v.json", `{"Volumes": "none"}`, "v.json:1:13: the answer is a string here; AWS sends a list"},
		{"v.json", `{"InstanceTypes": [{"EbsInfo": {"EbsOptimizedInfo": {"BaselineThroughputInMBps": "81"}}}]}`, "v.json:1:82: EbsInfo.EbsOptimizedInfo.BaselineThroughputInMBps is a string here; AWS sends a number"},
		{"get-ebs-encryption-by-default.json", `{"EbsEncryptionByDefault": "on"}`, "get-ebs-encryption-by-default.json:1:28: EbsEncryptionByDefault is a string here; AWS sends true or false"},

		// Whatever stands in front of them.
		{"v.json", `{"Other": [{"Size": "8"}], "Volumes": [{"Size": "8"}]}`, "v.json:1:49: Size is a string here; AWS sends a whole number"},
		{"v.json", "{\"Volumes\": []}\n\n {\"Volumes\": [{\"Size\": \"8\"}]}", "v.json:3:24: Size is a string here; AWS sends a whole number"},
		{"v.json", `{"status_code": 200, "data": {"Volumes": [{"Size": "8"}]}}`, "v.json:1:52: Size is a string here; AWS sends a whole number"},
		{"v.json", "\xef\xbb\xbf{\"Volumes\": [{\"Size\": \"8\"}]}", "v.json:1:23: Size is a string here; AWS sends a whole number"},
		{"v.json", utf16Text(`{"Volumes": [{"Size": "8"}]}`, false), "v.json:1:23: Size is a string here; AWS sends a whole number"},
		{"v.json.gz", gzipped("{\n\"Volumes\": 8}"), "v.json.gz:2:12: the answer is a number here; AWS sends a list"},

		// Times.
		{"v.json", `{"Volumes": [{"CreateTime": "2026-01-31T08:00:00Z"}, {"CreateTime": "yesterday"}]}`, "v.json:1:69: a time in the form of 2026-01-31T08:00:00Z is wanted here"},
		{"v.json", `{"Volumes": [{"Tags": [{"Key": "2026-01-31"}], "CreateTime": "2026-01-31"}]}`, "v.json:1:62: a time in the form of 2026-01-31T08:00:00Z is wanted here"},
		{"v.json", `{"Volumes": [{"New": {"CreateTime": "x"}, "Attachments": [null, {"attachtime": 17}]}]}`, "v.json:1:80: a time in the form of 2026-01-31T08:00:00Z is wanted here"},
		{"v.json", `{"Volumes": [{"CreateTime": {"__class__": "datetime", "year": 2016}}]}`, "v.json:1:29: a time in the form of 2026-01-31T08:00:00Z is wanted here"},
		{"v.json", `{"Volumes": [{"CreateTime": "x", "Size": "8"}]}`, "v.json:1:29: a time in the form of 2026-01-31T08:00:00Z is wanted here"},

		// What is no answer at all.
		{"v.json", `{"Volumes": [{"Size": 8,}]}`, "v.json:1:25: bad JSON: invalid character '}' looking for beginning of object key string"},
		{"v.json", "{\"Volumes\": []}\n{\"Volumes\": [}", "v.json:2:14: bad JSON: invalid character '}' looking for beginning of value"},
		{"v.json", `{"Volumes": [{"Size": 8}`, "v.json:1:25: the JSON ends in the middle; was it saved whole?"},
		{"v.json", "{\"Volumes\": [\n  {\"Si", "v.json:2:7: the JSON ends in the middle; was it saved whole?"},
		{"v.json", "<html><body>Sign in</body></html>", "v.json:1:1: bad JSON: invalid character '<' looking for beginning of value"},
		{"v.json", "", "v.json is empty; the AWS CLI prints JSON with --output json"},
		{"v.json", " \n", "v.json is empty; the AWS CLI prints JSON with --output json"},
		{"v.json", "\xff\xfe", "v.json is empty; the AWS CLI prints JSON with --output json"},
		{"v.json", `[{"VolumeId": "vol-1"}]`, `v.json:1:1: an object such as {"Volumes": […]} is wanted; save the command's whole output, without --query`},
		{"v.json", "{}\n[]", `v.json:2:1: an object such as {"Volumes": […]} is wanted; save the command's whole output, without --query`},
		{"v.json", `"vol-1"`, `v.json:1:1: an object such as {"Volumes": […]} is wanted; save the command's whole output, without --query`},
		{"v.json.gz", gzipped(volumesJSON("vol-1"))[:20], "v.json.gz: unexpected EOF"},
		{"v.json", "{}", "v.json holds no answer of the EC2 API that a rule reads (v.json: no rule reads it)"},
		{"-", `{"Error": {"Code": "x"}}`, "- holds no answer of the EC2 API that a rule reads (-: an error, and its name does not tell of which command)"},
		{"describe-volumes.json", `{"Error": "denied"}`, "describe-volumes.json:1:11: the answer is a string here; AWS sends an object"},
		{"describe-volumes.json", `{"a": 7, "Error": {"Code": 7}}`, "describe-volumes.json:1:28: Code is a number here; AWS sends a string"},
		{"patlint.json", `{"schema": "patlint/snapshot/v9"}`, `patlint.json: schema "patlint/snapshot/v9" is not known to this version of patlint; it reads patlint/snapshot/v1`},
		{"patlint.json", `{"schema": "patlint/snapshot/v1", "gaps": 8}`, "patlint.json:1:43: gaps is a number here; AWS sends a list"},
		{"patlint.json", `{"schema": "patlint/snapshot/v1", "time": "now"}`, "patlint.json:1:43: a time in the form of 2026-01-31T08:00:00Z is wanted here"},
	} {
		snap, err := ReadAnswers(tt.name, strings.NewReader(tt.file), readTime)
		if err == nil {
			t.Errorf("%s: %s: read as %+v", tt.name, tt.file, snap)
		} else if err.Error() != tt.want {
			t.Errorf("%s: %s:\n got %s\nwant %s", tt.name, tt.file, err, tt.want)
		}
	}
	if _, err := ReadSnapshot(folderOf("a/b/v.json", "{"), readTime); err == nil || !strings.HasPrefix(err.Error(), "a/b/v.json:1:2: ") {
		t.Errorf("a file in a folder: %v", err)
	}
	if _, err := ReadSnapshot(folderOf(), readTime); err == nil || !strings.Contains(err.Error(), "no answers of the EC2 API found") {
		t.Errorf("an empty folder: %v", err)
	}
}

// FuzzReadAnswers: any file is read or refused. What was read is written in such a way that it reads back the same.
func FuzzReadAnswers(f *testing.F) {
	for _, seed := range []string{
		volumesJSON("vol-1"), "", "{}", "[]", "null", "<html>", `{"Volumes": [{"Size": "8"}]}`, `{"Volumes": [{"CreateTime": "2026-01-31T08:00:00.123456789+05:30", "Tags": [{"Key": "ü\u2028<>&"}]}], "NextToken": "a"}`,
		`{"status_code": 200, "data": {"Volumes": null}}`, `{"Error": {"Code": "a", "Message": "b"}}`, `{"Reservations": [{"Instances": [{"InstanceId": "i-1", "Placement": {"AvailabilityZone": "us-east-1a"}}]}]} {"Volumes": [{}]}`,
		`{"InstanceTypes": [{"EbsInfo": {"EbsOptimizedInfo": {"BaselineThroughputInMBps": 8.125}}}]}`, utf16Text("{}", false), gzipped("{}"), `{"schema": "patlint/snapshot/v1", "gaps": [{}]}`,
	} {
		f.Add("v.json", []byte(seed))
	}
	f.Add("describe-volumes.json", []byte(`{"Error": {"Code": "x"}}`))
	f.Add("patlint.json", []byte(`{"schema": "patlint/snapshot/v1", "account": "1", "time": "2026-01-31T08:00:00Z", "gaps": [{"source": "x", "reason": "y"}]}`))
	f.Add("get-ebs-encryption-by-default.json", []byte(`{"EbsEncryptionByDefault": true}`))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		snap, err := ReadAnswers(name, bytes.NewReader(data), readTime)
		if err != nil {
			if err.Error() == "" || strings.Contains(err.Error(), "%!") && !strings.Contains(name, "%") {
				t.Errorf("an error without words: %q", err)
			}
			return
		}
		if len(snap.Inventories) != 1 {
			t.Fatalf("%d inventories", len(snap.Inventories))
		}
		inv := snap.Inventories[0]
		for _, s := range sources {
			pages, ok := inv.answers[s.Name]
			if _, gap := inv.gaps[s.Name]; !ok && !gap {
				t.Errorf("%s is neither answered nor a gap", s.Name)
			}
			if !ok {
				continue
			}
			once := encodeAnswer(s, pages)
			again, err := ReadAnswers(s.File(), bytes.NewReader(once), readTime)
			if err != nil {
				if strings.Contains(err.Error(), "a time in the form") {
					return // a time of the year 0 or 9999 that its zone takes out of what JSON can say
				}
				t.Fatalf("what was written does not read back: %v\n%s", err, once)
			}
			if twice := encodeAnswer(s, again.Inventories[0].answers[s.Name]); !bytes.Equal(once, twice) {
				t.Errorf("written once\n%s\nand twice\n%s", once, twice)
			}
		}
		if inv.Time.IsZero() {
			t.Error("no time")
		}
	})
}
