package main

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The commands of README.md, run in their order in an empty folder.
func TestReadmeCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("NO CURL HERE: the commands of the README are not run")
	}
	free := must[net.Listener](t)(net.Listen("tcp", "localhost:0"))
	address := free.Addr().String()
	free.Close()
	script := "set -eu\ntrap 'kill $! 2>/dev/null || true' EXIT\n" // no server is left behind
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(must[[]byte](t)(os.ReadFile("README.md"))), -1) {
		script += block[1]
	}
	script = strings.ReplaceAll(script, "localhost:8080", address)
	script = strings.Replace(script, "./adserver -model", "./adserver -listen "+address+" -model", 1)
	script = strings.Replace(script, "kill -TERM", "sleep 1\nkill -TERM", 1) // for the reload
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "sh", "-c", script)
	command.WaitDelay = time.Second
	command.Dir = t.TempDir()
	command.Env = append(os.Environ(), "CLICKLENS="+must[string](t)(filepath.Abs("../../../..")), "GOFLAGS=-mod=mod -buildvcs=false")
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, script, out)
	}
	for _, part := range []string{`{"index":0,"scores":{"ctr":0.`, `"saliency":{`, `clicklens_profile_saliency_ratio{group="user"}`, "serving version 2", "shutting down", ".profile\n", ".clrec\n"} {
		if !strings.Contains(string(out), part) {
			t.Errorf("no %q in\n%s", part, out)
		}
	}
}
