package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// A host is one process of the server.
type host struct {
	address string
	command *exec.Cmd
	ended   chan struct{} // when its log has ended
	killed  atomic.Bool
	served  atomic.Int64 // requests that were answered
	ranked  atomic.Int64 // candidates of them
	before  kept         // what lay in the folder when it began

	// Before a kill: what it had said to be on disk.
	rows, records float64
	log           []string // its last lines
}

func start(o *options) (*host, error) {
	h := &host{ended: make(chan struct{}), before: look(o.folder)}
	var arguments []string
	for _, argument := range o.command {
		arguments = append(arguments, strings.ReplaceAll(argument, "{folder}", o.folder))
	}
	h.command = exec.Command(arguments[0], arguments[1:]...)
	out, err := h.command.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := h.command.Start(); err != nil {
		return nil, err
	}
	address := make(chan string, 1)
	go h.read(out, address)
	select {
	case h.address = <-address:
		return h, nil
	case <-h.ended:
	case <-time.After(patience):
	}
	h.command.Process.Kill()
	<-h.ended
	return nil, errors.Join(fmt.Errorf("the server does not serve: %s", strings.Join(h.log, "; ")), h.command.Wait())
}

func (h *host) read(out io.Reader, address chan<- string) {
	defer close(h.ended)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, found, is := strings.Cut(lines.Text(), "serving on http://"); is {
			address <- found
		}
		if h.log = append(h.log, lines.Text()); len(h.log) > 20 {
			h.log = h.log[1:]
		}
	}
}

// metric reads one line of /metrics.
func (h *host) metric(name string) (float64, error) {
	client := http.Client{Timeout: patience}
	response, err := client.Get("http://" + h.address + "/metrics")
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	defer client.CloseIdleConnections()
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if value, is := strings.CutPrefix(lines.Text(), name+" "); is {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fmt.Errorf("/metrics has no %s", name)
}

// until gives the metric when it is as wanted, or what it is when time is over.
func (h *host) until(name string, wait time.Duration, is func(float64) bool) (value float64, err error) {
	for end := time.Now().Add(wait); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if value, err = h.metric(name); err != nil || is(value) {
			return value, err
		}
	}
	return value, nil
}

// reload has the file at path served, and returns when it is.
func (h *host) reload(path, served string) error {
	const reloads = `clicklens_server_reloads_total{result="ok"}`
	before, err := h.metric(reloads)
	if err != nil {
		return err
	}
	if err := put(path, served); err != nil {
		return err
	}
	if err := h.command.Process.Signal(syscall.SIGHUP); err != nil {
		return err
	}
	now, err := h.until(reloads, patience, func(now float64) bool { return now > before })
	if err == nil && now <= before {
		err = fmt.Errorf("not within %v: %s", patience, strings.Join(h.log, "; "))
	}
	return err
}

// put copies a file into its place by rename.
func put(path, place string) error {
	bytes, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := os.WriteFile(place+".next", bytes, 0o644); err != nil {
		return err
	}
	return os.Rename(place+".next", place)
}

// kill ends the process without a warning, soon after it said that something is safe.
func (h *host) kill(profiles, recordings bool) (err error) {
	const wait = 5 * time.Second // a small share may pick nothing
	some := func(value float64) bool { return value > 0 }
	if profiles {
		if h.rows, err = h.until("clicklens_server_profile_saved_rows_total", wait, some); err != nil {
			return err
		}
	}
	if recordings {
		if h.records, err = h.until("clicklens_recorder_records_total", wait, some); err != nil {
			return err
		}
	}
	h.killed.Store(true)
	if err := h.command.Process.Kill(); err != nil {
		return err
	}
	<-h.ended
	h.command.Wait()
	return nil
}

// stop asks it to end, which has to leave nothing unwritten.
func (h *host) stop() error {
	if err := h.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	timer := time.AfterFunc(2*patience, func() { h.command.Process.Kill() })
	defer timer.Stop()
	<-h.ended
	if err := h.command.Wait(); err != nil {
		return fmt.Errorf("at its end: %w: %s", err, strings.Join(h.log, "; "))
	}
	return nil
}

// seconds of processors that it took; its most memory.
func (h *host) seconds() float64 {
	return (h.command.ProcessState.UserTime() + h.command.ProcessState.SystemTime()).Seconds()
}

func (h *host) peakBytes() int64 {
	if usage, is := h.command.ProcessState.SysUsage().(*syscall.Rusage); is {
		return usage.Maxrss << 10
	}
	return 0
}
