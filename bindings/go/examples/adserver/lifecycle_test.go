package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/clicklens/clicklens/bindings/go"
)

// until waits for a condition.
func until(t testing.TB, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within 20 s", what)
		}
	}
}

// begin serves in this process until stop.
func begin(t testing.TB, arguments ...string) (url string, hangup chan os.Signal, stop func() error) {
	t.Helper()
	listener := must[net.Listener](t)(net.Listen("tcp", "localhost:0"))
	ctx, cancel := context.WithCancel(context.Background())
	hangup = make(chan os.Signal)
	ended := make(chan error, 1)
	go func() { ended <- serveUntil(ctx, hangup, configOf(t, arguments...), listener) }()
	var once sync.Once
	var err error
	stop = func() error {
		once.Do(func() {
			cancel()
			err = <-ended
		})
		return err
	}
	t.Cleanup(func() { ok(t, stop()) })
	return "http://" + listener.Addr().String(), hangup, stop
}

// rowsOf adds up the rows of all profiles in a folder.
func rowsOf(t testing.TB, folder string) (rows uint64) {
	t.Helper()
	for _, path := range must[[]string](t)(filepath.Glob(filepath.Join(folder, "*.profile"))) {
		p := must[*clicklens.Profile](t)(clicklens.LoadProfile(nil, must[[]byte](t)(os.ReadFile(path))))
		rows += must[clicklens.ProfileInfo](t)(p.Describe()).Rows
		p.Close()
	}
	return rows
}

// Requests from all sides while the model is replaced again and again: no answer fails, no row and no record is lost.
func TestReloadsUnderLoad(t *testing.T) {
	folder := t.TempDir()
	model, profiles, recordings := filepath.Join(folder, "m.clens"), filepath.Join(folder, "p"), filepath.Join(folder, "r")
	good := must[[]byte](t)(os.ReadFile(demoPath))
	replace(t, model, good)
	url, hangup, stop := begin(t, "-model", model, "-poll", "5ms", "-profiles", profiles, "-recordings", recordings,
		"-record-rate", "1", "-profile-interval", "20ms", "-record-flush", "10ms", "-record-files", "1000")
	var over atomic.Bool
	var ranked, versions atomic.Uint64
	var group sync.WaitGroup
	for range 3 {
		group.Add(1)
		go func() {
			defer group.Done()
			var before uint64
			for !over.Load() {
				a := rankOf(t, url, "{"+three+`, "explain": true}`)
				if len(a.Ranked) != 3 || a.Version < before {
					t.Errorf("%+v after version %d", a, before)
				}
				before = a.Version
				versions.Store(max(versions.Load(), before))
				ranked.Add(1)
			}
		}()
	}
	until(t, "version 1", func() bool { return versions.Load() == 1 })
	for n := uint64(2); n <= 6; n++ {
		if n%2 == 0 {
			replace(t, model, good)
		} else {
			hangup <- syscall.SIGHUP
		}
		until(t, fmt.Sprint("version ", n), func() bool { return versions.Load() >= n })
	}
	replace(t, model, good[:len(good)-1])
	until(t, "refusal", func() bool {
		return strings.Contains(get(t, url+"/metrics"), `clicklens_server_reloads_total{result="refused"} 1`)
	})
	ok(t, os.Remove(model))
	time.Sleep(20 * time.Millisecond)
	replace(t, model, []byte("no model"))
	until(t, "refusal", func() bool {
		return strings.Contains(get(t, url+"/metrics"), `clicklens_server_reloads_total{result="refused"} 2`)
	})
	over.Store(true)
	group.Wait()
	if last := versions.Load(); last != 6 {
		t.Errorf("version %d", last)
	}
	ok(t, stop())
	if _, err := http.Get(url + "/healthz"); err == nil {
		t.Error("still served")
	}
	if rows := rowsOf(t, profiles); rows != 3*ranked.Load() {
		t.Errorf("%d rows in profiles, %d were ranked", rows, 3*ranked.Load())
	}
	var records uint64
	for _, path := range must[[]string](t)(filepath.Glob(filepath.Join(recordings, "*.clrec"))) {
		r := must[*clicklens.Recording](t)(clicklens.OpenRecording(path))
		for {
			record, err := r.Next()
			if errors.Is(err, clicklens.ErrNotFound) {
				break
			}
			ok(t, err)
			records += uint64(max(record.Requests, 1))
		}
		r.Close()
	}
	if records != ranked.Load() {
		t.Errorf("%d requests recorded, %d ranked", records, ranked.Load())
	}
	if parts := must[[]string](t)(filepath.Glob(filepath.Join(profiles, "*.part"))); len(parts) > 0 {
		t.Error(parts)
	}
}

func TestFilesAreKeptWithinBounds(t *testing.T) {
	folder := t.TempDir()
	s, web := newTestServer(t, "-profiles", folder, "-recordings", folder, "-profile-files", "2", "-record-files", "2", "-record-rate", "1")
	for range 5 {
		rankOf(t, web.URL, "{"+three+"}")
		ok(t, s.save())
		ok(t, s.reload())
		s.flush()
	}
	for pattern, most := range map[string]int{"*.profile": 2, "*.clrec": 2} {
		if paths := must[[]string](t)(filepath.Glob(filepath.Join(folder, pattern))); len(paths) > most || len(paths) == 0 {
			t.Error(paths)
		}
	}
	s.draining.Store(true)
	r := must[*http.Response](t)(http.Get(web.URL + "/healthz"))
	r.Body.Close()
	if r.StatusCode != http.StatusServiceUnavailable {
		t.Error(r.StatusCode)
	}
}

func TestAFullDiskStopsNoRequest(t *testing.T) {
	folder := t.TempDir()
	profiles := filepath.Join(folder, "p")
	s := must[*server](t)(newServer(configOf(t, "-profiles", profiles)))
	web := newWeb(t, s)
	rankOf(t, web, "{"+three+"}")
	ok(t, os.Remove(profiles)) // where nothing can be written
	ok(t, os.WriteFile(profiles, nil, 0o644))
	if s.save() == nil {
		t.Error("saved in a file that is no folder")
	}
	rankOf(t, web, "{"+three+"}")
	if page := get(t, web+"/metrics"); !strings.Contains(page, "clicklens_server_profile_save_failures_total 1\n") {
		t.Error(page)
	}
	ok(t, os.Remove(profiles))
	ok(t, os.Mkdir(profiles, 0o755))
	ok(t, s.close()) // and nothing was lost
	if rows := rowsOf(t, profiles); rows != 6 {
		t.Errorf("%d rows", rows)
	}
}

// What a line "saved ..." says is on disk after a kill, and a process that comes next leaves it alone.
func TestKilledAfterASave(t *testing.T) {
	folder := t.TempDir()
	var acknowledged uint64
	for range 2 {
		command := exec.Command(os.Args[0])
		command.Env = append(os.Environ(), "ADSERVER_ARGUMENTS=-listen localhost:0 -model "+demoPath+" -profile-every 1 -profiles "+folder+" -profile-interval 5ms")
		log := bufio.NewScanner(must[pipe](t)(command.StderrPipe()))
		ok(t, command.Start())
		var rows uint64
		for log.Scan() {
			if at := regexp.MustCompile(`http://\S+`).FindString(log.Text()); at != "" {
				for range 5 {
					rankOf(t, at, "{"+three+"}")
				}
			}
			if m := regexp.MustCompile(`saved \S+: (\d+) rows`).FindStringSubmatch(log.Text()); m != nil {
				fmt.Sscan(m[1], &rows)
				if rows >= 3 {
					ok(t, command.Process.Kill())
				}
			}
		}
		command.Wait()
		if rows == 0 {
			t.Fatal("nothing was saved")
		}
		acknowledged += rows
	}
	if rows := rowsOf(t, folder); rows < acknowledged {
		t.Errorf("%d rows, %d were acknowledged", rows, acknowledged)
	}
}

func TestASlowHeaderIsCutOff(t *testing.T) {
	url, _, _ := begin(t, "-header-timeout", "30ms", "-read-timeout", "60ms")
	for _, text := range []string{"POST /rank HT", "POST /rank HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{"} {
		c := must[net.Conn](t)(net.Dial("tcp", strings.TrimPrefix(url, "http://")))
		c.SetDeadline(time.Now().Add(10 * time.Second))
		must[int](t)(c.Write([]byte(text)))
		var got bytes.Buffer
		_, err := got.ReadFrom(c)
		if err != nil || strings.HasPrefix(got.String(), "HTTP/1.1 5") {
			t.Errorf("%q: %q, %v", text, got.String(), err)
		}
		c.Close()
	}
}
