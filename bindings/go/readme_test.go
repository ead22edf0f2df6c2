package clicklens_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The commands of README.md, run in their order in an empty home, with its programs as they stand there.
func TestReadmeCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	root := must[string](t)(filepath.Abs("../.."))
	if _, err := os.Stat(filepath.Join(root, "build/release/cmake_install.cmake")); err != nil {
		t.Skip("no build to install from: ", err)
	}
	home := t.TempDir()
	script := "set -eu\ncd " + root + "\n"
	for _, block := range regexp.MustCompile("(?s)```(sh|go)\n(.*?)```").FindAllStringSubmatch(string(must[[]byte](t)(os.ReadFile("README.md"))), -1) {
		if block[1] == "go" {
			name, _, _ := strings.Cut(strings.TrimPrefix(block[2], "// "), "\n")
			script += "cat >" + name + " <<'END'\n" + block[2] + "END\n"
			continue
		}
		script += strings.TrimPrefix(block[2], "make build\n") // the build under test is there
	}
	script = strings.Replace(script, "mkdir ads", "cd \"$HOME\"\nmkdir ads", 1) // a folder of one's own
	command := exec.Command("sh", "-c", script)
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} {
		value := strings.TrimSpace(string(must[[]byte](t)(exec.Command("go", "env", name).Output())))
		command.Env = append(command.Env, name+"="+value)
	}
	command.Env = append(command.Env, "HOME="+home, "PATH="+os.Getenv("PATH"), "GOFLAGS=-mod=mod -buildvcs=false", "GOPROXY=off", "GOTOOLCHAIN=local", "GONOSUMDB=*", "GONOSUMCHECK=1")
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, script, out)
	}
	for _, part := range []string{"ad 0: 0.", "ad 2: 0.", "user +0.0000", "ad "} {
		if !strings.Contains(string(out), part) {
			t.Errorf("no %q in\n%s", part, out)
		}
	}
}
