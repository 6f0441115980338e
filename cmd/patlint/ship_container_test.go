package main

import (
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// An image is what the Dockerfile says of the last stage, which is what people get.
type image struct {
	from, user, workdir string
	entrypoint          string
	env                 []string
	copies              []imageCopy
}

type imageCopy struct{ stage, from, to string }

// readDockerfile reads it. An instruction that the test does not know fails it: what it does would not be tested.
func readDockerfile(t *testing.T) (img image, stages map[string]string) {
	t.Helper()
	stages = map[string]string{}
	for line := range strings.Lines(repoText(t, "Dockerfile")) {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		switch {
		case f[0] == "FROM" && len(f) == 4 && f[2] == "AS":
			stages[f[3]] = f[1]
		case f[0] == "FROM" && len(f) == 2:
			img = image{from: f[1]}
		case f[0] == "ARG" && len(f) == 2:
		case f[0] == "USER" && len(f) == 2:
			img.user = f[1]
		case f[0] == "WORKDIR" && len(f) == 2:
			img.workdir = f[1]
		case f[0] == "ENV" && len(f) == 2:
			img.env = append(img.env, f[1])
		case f[0] == "ENTRYPOINT" && len(f) == 2:
			img.entrypoint = strings.Trim(f[1], `[]"`)
		case f[0] == "COPY" && len(f) == 4 && strings.HasPrefix(f[1], "--from="):
			img.copies = append(img.copies, imageCopy{strings.TrimPrefix(f[1], "--from="), f[2], f[3]})
		case f[0] == "COPY" && len(f) == 3:
			img.copies = append(img.copies, imageCopy{"", f[1], f[2]})
		default:
			t.Fatalf("Dockerfile: this test does not know %s", line)
		}
	}
	return img, stages
}

// TestDockerfile: the image is empty but for the program and the certificates, and runs as nobody in particular.
func TestDockerfile(t *testing.T) {
	img, stages := readDockerfile(t)
	if img.from != "scratch" || !regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`).MatchString(img.user) || img.workdir == "" {
		t.Errorf("%+v", img)
	}
	for name, from := range stages {
		if !regexp.MustCompile(`^[a-z/.-]+:\d[\w.]*@sha256:[0-9a-f]{64}$`).MatchString(from) {
			t.Errorf("stage %s is not pinned: %s", name, from)
		}
	}
	var program []imageCopy
	for _, c := range img.copies {
		if c.stage == "" {
			program = append(program, c)
		} else if stages[c.stage] == "" {
			t.Errorf("there is no stage %s", c.stage)
		}
	}
	// A release lays the programs out as linux/amd64/patlint.
	if len(program) != 1 || program[0].from != "$TARGETPLATFORM/patlint" || program[0].to != img.entrypoint {
		t.Errorf("the program is %+v, and the entry point %s", program, img.entrypoint)
	}
	if ignored := repoText(t, ".dockerignore"); ignored != "*\n!linux/*/patlint\n" {
		t.Errorf(".dockerignore is %q", ignored)
	}
}

// A jail is a folder that holds what the image holds, and runs it as the image does, without an engine.
type jail struct {
	t     *testing.T
	dir   string
	img   image
	enter []string
}

// newJail builds the image's folder. certificates stands in for what the other stage has.
func newJail(t *testing.T, certificates []byte) *jail {
	t.Helper()
	if runtime.GOOS != "linux" {
		missing(t, "chroot", "images are for Linux; this is "+runtime.GOOS)
	}
	img, _ := readDockerfile(t)
	enter := []string{required(t, "chroot", "env"), "-i", required(t, "chroot", "chroot")}
	if os.Getuid() != 0 {
		sudo, err := exec.LookPath("sudo")
		if err != nil || exec.CommandContext(t.Context(), sudo, "-n", "true").Run() != nil {
			missing(t, "chroot", "chroot is for root, and sudo wants a password or is not there")
		}
		enter = append([]string{sudo, "-n"}, enter...)
	}
	j := &jail{t: t, dir: t.TempDir(), img: img, enter: enter}
	for _, c := range img.copies {
		to := filepath.Join(j.dir, c.to)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if c.stage != "" {
			if err := os.WriteFile(to, certificates, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		j.build(to)
	}
	// Nobody but root may write anywhere, as in a read-only container, except into what is mounted.
	err := filepath.WalkDir(j.dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return os.Chmod(name, 0o555)
	})
	if err := errors.Join(err, os.Chmod(j.dir, 0o755), os.Mkdir(filepath.Join(j.dir, img.workdir), 0o755), os.Chmod(filepath.Join(j.dir, img.workdir), 0o777)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // what the image's user wrote is not ours to remove
		rm := append(slices.Clone(j.enter[:len(j.enter)-1]), "rm", "-rf", j.dir)
		if out, err := exec.Command(rm[0], rm[1:]...).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
	if err := os.Chmod(filepath.Dir(j.dir), 0o755); err != nil {
		t.Fatal(err)
	}
	return j
}

// build builds the program as a release does.
func (j *jail) build(to string) {
	j.t.Helper()
	var r releaseFile
	readYAML(j.t, ".goreleaser.yaml", &r)
	args := append([]string{"build", "-o", to, "-ldflags=" + strings.Join(r.Builds[0].Ldflags, " ")}, r.Builds[0].Flags...)
	cmd := exec.CommandContext(j.t.Context(), "go", append(args, "./cmd/patlint")...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), append(r.Builds[0].Env, "GOOS=linux")...)
	if out, err := cmd.CombinedOutput(); err != nil {
		j.t.Fatalf("%v\n%s", err, out)
	}
}

// run runs the image's program, with nothing in its environment but the image's own and what is given.
func (j *jail) run(env []string, args ...string) (out string, code int) {
	j.t.Helper()
	enter := slices.Clone(j.enter)
	at := len(enter) - 1 // env takes variables in front of the program
	enter = slices.Concat(enter[:at], j.img.env, env, enter[at:], []string{"--userspec=" + j.img.user, j.dir, j.img.entrypoint}, args)
	cmd := exec.CommandContext(j.t.Context(), enter[0], enter[1:]...)
	b, err := cmd.CombinedOutput()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		j.t.Fatal(err)
	}
	return string(b), cmd.ProcessState.ExitCode()
}

// write puts a file into what is mounted.
func (j *jail) write(name, text string) {
	j.t.Helper()
	if err := os.WriteFile(filepath.Join(j.dir, j.img.workdir, name), []byte(text), 0o644); err != nil {
		j.t.Fatal(err)
	}
}

// manyVolumes are more than findings have room for in memory.
func manyVolumes() string {
	var b strings.Builder
	for i := range 12_000 {
		fmt.Fprintf(&b, `,{"VolumeId": "vol-%017x", "VolumeType": "gp2", "Size": 400, "Iops": 1200, "State": "in-use"}`, i)
	}
	return `{"Volumes": [` + b.String()[1:] + `]}`
}

// TestContainer runs what the image holds in an empty folder: no shell, no libraries, no /etc/passwd, no home, no temporary folder, nothing that may be
// written but what is mounted.
func TestContainer(t *testing.T) {
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>`)
	}))
	defer srv.Close()
	j := newJail(t, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}))
	work := func(name string) string { return path.Join(j.img.workdir, name) }
	j.write("volumes.json", manyVolumes())
	for _, test := range []struct {
		name string
		env  []string
		args []string
		code int
		want string
	}{
		{"version", nil, []string{"version"}, exitClean, "patlint " + version + " ("},
		{"help", nil, []string{"--help"}, exitClean, "patlint check --demo"},
		{"demo", nil, []string{"check", "--demo"}, exitFindings, "exit code 1"},
		{"report", nil, []string{"check", "--demo", "-f", "html=" + work("report.html"), "-f", "json=" + work("report.json")}, exitFindings, "exit code 1"},
		{"report, again", nil, []string{"check", "--demo", "-f", "json=" + work("report.json")}, exitFindings, "exit code 1"},
		{"report into the image", nil, []string{"check", "--demo", "-f", "json=/report.json"}, exitUsage, "permission denied"},
		{"fix", nil, []string{"fix", work("report.json")}, exitClean, "#!/usr/bin/env bash"},
		{"site", nil, []string{"site", "build", "-o", work("site")}, exitClean, ""},
		{"explain", nil, []string{"explain", "leave-gp2-burst-behind"}, exitClean, "gp2"},
		{"many findings", nil, []string{"check", "--snapshot", work("volumes.json"), "-p", "move-gp2-to-gp3", "-f", "csv"}, exitFindings, "12000 checks failed"},
		{"many findings, and nowhere to put them", []string{"TMPDIR=/none"}, []string{"check", "--snapshot", work("volumes.json"), "-p", "move-gp2-to-gp3", "-f", "csv"}, exitUsage, "TMPDIR names a folder"},
		// The certificates are where the program looks: the answer of the server is read, and it is the only one that it knows.
		{"account", []string{"AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b", "AWS_EC2_METADATA_DISABLED=true"},
			[]string{"check", "--region", "us-east-1", "--endpoint-url", srv.URL, "-p", "encrypt-by-default"}, exitGaps, "UnauthorizedOperation"},
		{"no credentials", []string{"AWS_EC2_METADATA_DISABLED=true"}, []string{"check", "--region", "us-east-1", "--endpoint-url", srv.URL}, exitUsage, "credentials"},
	} {
		t.Run(test.name, func(t *testing.T) {
			out, code := j.run(test.env, test.args...)
			if code != test.code || !strings.Contains(out, test.want) || strings.Contains(out, "x509") {
				t.Errorf("exit code %d, want %d and %q:\n%.3000s", code, test.code, test.want, out)
			}
		})
	}
	for _, name := range []string{"report.html", "report.json", "site/index.html"} {
		if st, err := os.Stat(filepath.Join(j.dir, j.img.workdir, name)); err != nil || st.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestContainerCertificates: without them the program trusts nobody, which is what makes TestContainer's account mean something.
func TestContainerCertificates(t *testing.T) {
	srv := httptest.NewTLSServer(http.NotFoundHandler())
	defer srv.Close()
	j := newJail(t, nil)
	out, code := j.run([]string{"AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b", "AWS_EC2_METADATA_DISABLED=true", "AWS_MAX_ATTEMPTS=1"},
		"check", "--region", "us-east-1", "--endpoint-url", srv.URL, "-p", "encrypt-by-default", "--timeout", "5s")
	if code == exitClean || !strings.Contains(out, "certificate") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}
