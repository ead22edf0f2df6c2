package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A soaking is one run.
type soaking struct {
	*options
	load    load
	report  report
	turn    int // of models
	written struct{ profiles, recordings bool }
}

func run(o options) (*report, error) {
	if o.folder == "" {
		folder, err := os.MkdirTemp("", "soak-*")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(folder)
		o.folder = folder
	} else if err := os.MkdirAll(o.folder, 0o755); err != nil {
		return nil, err
	}
	models, err := openReferences(o.models)
	if err != nil {
		return nil, err
	}
	s := &soaking{options: &o}
	if s.load.questions, err = newQuestions(models, o.pool, o.candidates); err != nil {
		return nil, err
	}
	s.load.wanted = o.requests
	command := strings.Join(o.command, " ")
	s.written.profiles = strings.Contains(command, "-profiles")
	s.written.recordings = strings.Contains(command, "-recordings")
	if err := put(o.models[0], s.served()); err != nil {
		return nil, err
	}
	h, err := start(&o)
	if err != nil {
		return nil, err
	}
	s.load.host.Store(h)
	err = errors.Join(s.soak(), s.finish())
	return &s.report, err
}

func (s *soaking) served() string { return filepath.Join(s.folder, "m.clens") }

// soak sends all requests, and meanwhile does what else is asked for.
func (s *soaking) soak() error {
	begin := time.Now()
	done := make(chan struct{})
	go func() {
		s.load.run(s.connections)
		close(done)
	}()
	err := s.disturb(done)
	if err != nil { // nobody waits for requests that nobody answers
		s.load.asked.Store(s.load.wanted)
	}
	<-done
	s.report.Seconds = time.Since(begin).Seconds()
	return err
}

// disturb reloads and kills at even distances.
func (s *soaking) disturb(done <-chan struct{}) error {
	type event struct {
		at int64
		do func() error
	}
	events := []event{{s.requests / 10, func() error { return s.resident(&s.report.ResidentFirst) }}}
	for i := range s.reloads {
		events = append(events, event{s.requests * int64(i+1) / int64(s.reloads+1), s.reload})
	}
	for i := range s.kills {
		events = append(events, event{s.requests * int64(i+1) / int64(s.kills+1), s.kill})
	}
	slices.SortStableFunc(events, func(a, b event) int { return int(a.at - b.at) })
	for _, e := range events {
		for s.load.answered.Load() < e.at {
			select {
			case <-done:
				return nil // all that is left failed
			case <-time.After(time.Millisecond):
			}
		}
		if err := e.do(); err != nil {
			return err
		}
	}
	<-done
	return s.resident(&s.report.ResidentLast)
}

func (s *soaking) resident(to *float64) (err error) {
	*to, err = s.load.host.Load().metric("process_resident_memory_bytes")
	return err
}

func (s *soaking) reload() error {
	s.turn++
	begin := time.Now()
	if err := s.load.host.Load().reload(s.models[s.turn%len(s.models)], s.served()); err != nil {
		return fmt.Errorf("reload: %w", err)
	}
	s.report.Reloads++
	s.report.SlowestReload = max(s.report.SlowestReload, time.Since(begin).Seconds())
	return nil
}

func (s *soaking) kill() error {
	h := s.load.host.Load()
	if err := h.kill(s.written.profiles, s.written.recordings); err != nil {
		return fmt.Errorf("kill: %w", err)
	}
	begin := time.Now()
	if err := s.settle(h, false); err != nil {
		return err
	}
	next, err := start(s.options)
	if err != nil {
		return err
	}
	s.load.host.Store(next)
	s.report.Kills++
	s.report.DownSeconds += time.Since(begin).Seconds()
	return nil
}

// settle holds what a process that ended left behind to what it had said, and to what clients saw.
func (s *soaking) settle(h *host, whole bool) error {
	s.report.ServerSeconds += h.seconds()
	s.report.PeakBytes = max(s.report.PeakBytes, h.peakBytes())
	for _, part := range []struct {
		what, pattern string
		written       bool
		count         func(string) (uint64, error)
		said          float64
		seen          int64
		to            *safe
	}{
		{"profiled rows", profilePattern, s.written.profiles, rowsOf, h.rows, h.ranked.Load(), &s.report.Profiles},
		{"recorded requests", recordingPattern, s.written.recordings, requestsOf, h.records, h.served.Load(), &s.report.Recordings},
	} {
		if !part.written {
			continue
		}
		kept, err := h.before.since(s.folder, part.pattern, part.count)
		if err != nil {
			return err
		}
		part.to.Acknowledged += uint64(part.said)
		part.to.Kept += kept
		if float64(kept) < part.said {
			return fmt.Errorf("%d %s are kept, %v were acknowledged", kept, part.what, part.said)
		}
		if whole && s.exact && kept != uint64(part.seen) {
			return fmt.Errorf("%d %s are kept of %d that were answered", kept, part.what, part.seen)
		}
	}
	return nil
}

// finish ends the server in good order.
func (s *soaking) finish() error {
	h := s.load.host.Load()
	if h.killed.Load() {
		return nil // and was not started again
	}
	err := h.stop()
	if err == nil {
		err = s.settle(h, true)
	}
	if err == nil && s.written.profiles {
		if s.report.Profiles.Merged, err = merge(s.folder); err == nil && s.exact && s.report.Profiles.Merged < s.report.Profiles.Kept {
			err = fmt.Errorf("%d rows in the merged profiles of %d", s.report.Profiles.Merged, s.report.Profiles.Kept)
		}
	}
	s.report.take(&s.load, s.options)
	return err
}
