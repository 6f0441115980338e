package bootscript

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTexts decodes user data of all forms, whether or not its disks can be read.
func TestTexts(t *testing.T) {
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte("#!/bin/sh\nx\n")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	const mail = "Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/x-shellscript\nContent-Disposition: attachment; filename=\"a.sh\"\n\n#!/bin/sh\na\n" +
		"--B\nContent-Type: text/cloud-config\nContent-Transfer-Encoding: base64\n\nI2Nsb3VkLWNvbmZpZwp4OiAxCg==\n--B\nContent-Transfer-Encoding: base64\n\n???\n--B--\n"
	for _, tt := range []struct {
		name, data string
		texts      []Text
		unread     []Unread
	}{
		{"nothing", "", nil, nil},
		{"plain", "#!/bin/sh\nx\n", []Text{{1, "", "#!/bin/sh\nx\n"}}, nil},
		{"base64", b64("#!/bin/sh\r\nx\r\n"), []Text{{1, "", "#!/bin/sh\nx\n"}}, nil},
		{"no form", b64("password=x"), []Text{{1, "", "password=x"}}, nil},
		{"Windows", b64("<powershell>\nx\n</powershell>"), []Text{{1, "", "<powershell>\nx\n</powershell>"}}, nil},
		{"Ignition", b64(`{"ignition": {"version": "3.0.0"}}`), []Text{{1, "", `{"ignition": {"version": "3.0.0"}}`}}, nil},
		{"a template", b64("## template: jinja\n#cloud-config\n"), []Text{{1, "", "## template: jinja\n#cloud-config\n"}}, nil},
		{"Latin-1", b64("#!/bin/sh\n# gr\xfc\xdfe aus der ersten Zeile\n"), []Text{{1, "", "#!/bin/sh\n# gr\ufffde aus der ersten Zeile\n"}}, nil},
		{"gzip", base64.StdEncoding.EncodeToString(packed.Bytes()), []Text{{1, "", "#!/bin/sh\nx\n"}}, nil},
		{"broken gzip", b64("\x1f\x8bxxxx"), nil, []Unread{{1, "its gzip is broken"}}},
		{"an archive", b64("PK\x03\x04\x00\x00\x00\x00\x01\x02\x03\x04\x05\x06\x07\x08"), nil, []Unread{{1, "it is neither text nor gzip"}}},
		{"a word", "deploy12", []Text{{1, "", "deploy12"}}, nil},
		{"too large", strings.Repeat("x ", maxInput), nil, []Unread{{1, "it is larger than 128 KiB"}}},
		{"MIME", b64(mail), []Text{{7, "a.sh", "#!/bin/sh\na"}, {13, "", "#cloud-config\nx: 1\n"}}, []Unread{{17, "a part: its base64 is broken"}}},
	} {
		texts, unread := Texts([]byte(tt.data))
		if diff := cmp.Diff(tt.texts, texts); diff != "" {
			t.Errorf("%s: texts -want +got:\n%s", tt.name, diff)
		}
		if diff := cmp.Diff(tt.unread, unread); diff != "" {
			t.Errorf("%s: unread -want +got:\n%s", tt.name, diff)
		}
	}
}
