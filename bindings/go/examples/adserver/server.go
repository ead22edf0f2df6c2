package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/clicklens/clicklens/bindings/go"
)

// A server ranks candidates with the model of a slot.
type server struct {
	config
	inputs   *clicklens.Inputs
	slot     *clicklens.Slot
	admitted chan struct{} // room for config.concurrent requests
	draining atomic.Bool
	loaded   os.FileInfo // the model file when it was opened first
	metrics  metrics
	archive  *archive // of profiles

	collecting sync.Mutex // from the slot to the archive, so that no part is between them when it saves

	current   atomic.Pointer[release]
	reloading sync.Mutex       // guards what follows
	serving   *clicklens.Model // the base of the next
	retired   []*release       // whose recorder waits to be closed
}

// In a settleInterval a session gets no more than the 256 profiled rows that it has room for, unless it is very busy.
const settleInterval = 100 * time.Millisecond

// A release is what the server keeps for one version of the slot.
type release struct {
	*layout
	id       string // of the model
	groups   []string
	tasks    []string
	saliency *clicklens.SaliencySpec
	recorder *clicklens.Recorder // or nil
}

// newServer opens the model and is ready to serve. What the host sends is bound to the features of this first model.
func newServer(c config) (*server, error) {
	s := &server{config: c, admitted: make(chan struct{}, c.concurrent)}
	s.loaded = stat(c.model)
	model, err := clicklens.Open(c.model)
	if err != nil {
		return nil, err
	}
	if s.inputs, err = model.Inputs(); err != nil {
		return nil, err
	}
	if s.slot, err = clicklens.NewSlot(s.inputs, c.seats, &clicklens.SlotOptions{Drain: c.drain}); err != nil {
		return nil, err
	}
	if s.archive, err = newArchive(c.profiles, c.profileFiles); err != nil {
		return nil, err
	}
	if c.recordings != "" {
		if err := os.MkdirAll(c.recordings, 0o755); err != nil {
			return nil, err
		}
	}
	s.serving = model
	if err := s.publish(model); err != nil {
		s.slot.Close()
		return nil, err
	}
	return s, nil
}

// reload serves the file as it is now, or leaves everything as it was.
func (s *server) reload() error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	next, err := clicklens.Open(s.model, clicklens.WithBase(s.serving))
	if err == nil {
		if err = s.publish(next); err != nil {
			next.Close()
		}
	}
	if err != nil {
		s.metrics.reloadsRefused.Add(1)
		return err
	}
	s.metrics.reloads.Add(1)
	s.serving.Close()
	s.serving = next
	return nil
}

// publish makes the model the one that is served.
func (s *server) publish(m *clicklens.Model) error {
	info := m.Describe()
	r := &release{layout: newLayout(m, s.inputs), id: fmt.Sprintf("%016x%016x", info.ID[1], info.ID[0]), groups: info.Groups}
	for _, task := range info.Outputs {
		r.tasks = append(r.tasks, task.Name)
	}
	profile := &clicklens.ProfileOptions{Sections: clicklens.ProfileScores | clicklens.ProfileFeatures | clicklens.ProfileNeurons,
		Every: s.profileEvery, SampleRows: 64} // few rows: /metrics analyses them each time
	options := &clicklens.SessionOptions{Profile: profile}
	if s.saliency {
		means, err := m.ReferenceMeans()
		if err != nil { // the file carries none: relative to nothing, gradient x input
			means = make([]float32, info.InputWidth)
		}
		profile.Sections |= clicklens.ProfileSaliency
		profile.Means = means
		options.Gradients = clicklens.GradientsGroups
		r.saliency = &clicklens.SaliencySpec{Means: means}
	}
	// A prefix of its own for each: the recorder before may be at work until its last request has ended.
	prefix := filepath.Join(s.recordings, fmt.Sprintf("rank-%d", time.Now().UnixNano()))
	if s.recordings != "" {
		recorder, err := m.NewRecorder(s.inputs, prefix, &clicklens.RecorderOptions{SampleRate: s.recordRate, Thread: true,
			FileBytes: uint64(s.recordMaxFile), Files: s.recordFiles})
		if err != nil {
			return err
		}
		r.recorder, options.Recorder = recorder, recorder
	}
	version, err := s.slot.Publish(&clicklens.Publication{Model: m, Session: options, With: r})
	if err != nil {
		if r.recorder != nil {
			r.recorder.Close()
			prune(prefix+"*", 0) // it holds nothing
		}
		return err
	}
	s.metrics.published.Store(time.Now().UnixNano())
	if before := s.current.Swap(r); before != nil {
		s.retired = append(s.retired, before)
	}
	s.closeRetired()
	log.Printf("serving version %d: model %s %s", version, info.Name, r.id)
	return nil
}

// closeRetired closes recorders of versions that nobody scores with. Under reloading.
func (s *server) closeRetired() {
	if info, err := s.slot.Describe(); err != nil || info.Draining > 0 {
		return
	}
	for _, r := range s.retired {
		if r.recorder != nil {
			if err := r.recorder.Close(); err != nil {
				log.Print(err)
			}
		}
	}
	s.retired = nil
	if s.recordings != "" {
		prune(filepath.Join(s.recordings, "rank-*.clrec"), s.recordFiles)
	}
}

// flush writes what was recorded. It waits for no reload.
func (s *server) flush() {
	if s.reloading.TryLock() {
		s.closeRetired()
		s.reloading.Unlock()
	}
	if err := s.current.Load().recorder.Flush(); err != nil && !errors.Is(err, clicklens.ErrClosed) {
		s.metrics.recordFailures.Add(1)
		log.Print("recording: ", err)
	}
}

// collect moves what was profiled from the seats to the archive: of versions that are gone, then of the one that serves,
// of which there is always more under load. Under collecting.
func (s *server) collect() error {
	info, err := s.slot.Describe()
	if err != nil {
		return err
	}
	for {
		got, err := s.slot.Collect()
		if errors.Is(err, clicklens.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.archive.add(got); err != nil || got.Version >= info.Version {
			return err
		}
	}
}

// save collects, and returns when all of it is on disk.
func (s *server) save() error {
	s.collecting.Lock()
	defer s.collecting.Unlock()
	info, err := s.slot.Describe()
	if err != nil {
		return err
	}
	if err := s.collect(); err != nil {
		return err
	}
	return s.archive.save(info)
}

// run does what is to be done now and then, until the context ends.
func (s *server) run(ctx context.Context, hangup <-chan os.Signal) {
	var group sync.WaitGroup
	every := func(interval time.Duration, f func()) {
		group.Add(1)
		go func() {
			defer group.Done()
			tick := time.NewTicker(interval)
			defer tick.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
					f()
				}
			}
		}()
	}
	every(settleInterval, func() { // so that requests copy profiled rows, and no more
		if _, err := s.slot.Settle(); err != nil {
			log.Print("profiles: ", err)
		}
	})
	every(s.profileInterval, func() {
		if err := s.save(); err != nil {
			log.Print("profiles: ", err)
		}
	})
	if s.recordings != "" {
		every(s.recordFlush, s.flush)
	}
	s.watch(ctx, hangup)
	group.Wait()
}

// close saves and gives everything back, once no request is at hand.
func (s *server) close() error {
	err := s.save()
	s.reloading.Lock()
	defer s.reloading.Unlock()
	for _, r := range append(s.retired, s.current.Load()) {
		if r.recorder != nil {
			err = errors.Join(err, r.recorder.Close())
		}
	}
	err = errors.Join(err, s.slot.Close(), s.serving.Close(), s.inputs.Close())
	return err
}

func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /rank", s.rank)
	mux.HandleFunc("GET /metrics", s.exposeMetrics)
	mux.HandleFunc("GET /healthz", s.health)
	return mux
}
