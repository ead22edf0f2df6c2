package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/clicklens/clicklens/bindings/go"
)

// metrics are what the server counts itself; the rest of /metrics is asked of the slot, the recorder and the profile.
type metrics struct {
	requests       byCode
	latency        histogram
	inFlight       atomic.Int64
	candidates     atomic.Uint64
	reloads        atomic.Uint64
	reloadsRefused atomic.Uint64
	published      atomic.Int64 // Unix nanoseconds
	recordFailures atomic.Uint64
}

type byCode [600]atomic.Uint64

func (b *byCode) add(code int) { b[code].Add(1) }

// bounds of latency, in seconds; the last bucket has no bound.
var bounds = [...]float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1}

type histogram struct {
	counts      [len(bounds) + 1]atomic.Uint64
	nanoseconds atomic.Int64
}

func (h *histogram) observe(d time.Duration) {
	i := 0
	for i < len(bounds) && d.Seconds() > bounds[i] {
		i++
	}
	h.counts[i].Add(1)
	h.nanoseconds.Add(int64(d))
}

// A page is text of Prometheus's format, version 0.0.4.
type page struct{ bytes.Buffer }

func (p *page) family(name, kind, help string) {
	fmt.Fprintf(p, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

func (p *page) one(name, kind, help string, value float64) {
	p.family(name, kind, help)
	p.sample(name, value)
}

// sample writes one value of a family; name may have labels.
func (p *page) sample(name string, value float64) {
	fmt.Fprintf(p, "%s %s\n", name, strconv.FormatFloat(value, 'g', -1, 64))
}

func (s *server) exposeMetrics(w http.ResponseWriter, r *http.Request) {
	text, err := s.metricsPage()
	if err != nil {
		log.Print("metrics: ", err)
		http.Error(w, "metrics: "+err.Error(), http.StatusInternalServerError)
		return
	}
	respond(w, http.StatusOK, "text/plain; version=0.0.4; charset=utf-8", text)
}

func (s *server) metricsPage() ([]byte, error) {
	var p page
	m := &s.metrics
	p.family("clicklens_server_requests_total", "counter", "Requests to /rank, by the answer's code")
	for code := range m.requests {
		if n := m.requests[code].Load(); n > 0 || code == 200 {
			p.sample(fmt.Sprintf("clicklens_server_requests_total{code=\"%d\"}", code), float64(n))
		}
	}
	m.latency.write(&p)
	p.one("clicklens_server_requests_in_flight", "gauge", "Requests to /rank at hand", float64(m.inFlight.Load()))
	p.one("clicklens_server_concurrency_limit", "gauge", "Requests at hand beyond which one more is 429", float64(s.concurrent))
	p.one("clicklens_server_candidates_total", "counter", "Candidates ranked", float64(m.candidates.Load()))
	p.family("clicklens_server_reloads_total", "counter", "Reloads of the model file, by result")
	p.sample(`clicklens_server_reloads_total{result="ok"}`, float64(m.reloads.Load()))
	p.sample(`clicklens_server_reloads_total{result="refused"}`, float64(m.reloadsRefused.Load()))
	p.one("clicklens_server_published_timestamp_seconds", "gauge", "When the model was last published", float64(m.published.Load())/1e9)
	if err := s.writeSlot(&p); err != nil {
		return nil, err
	}
	if err := s.writeRecorder(&p); err != nil {
		return nil, err
	}
	p.one("clicklens_server_profile_saved_rows_total", "counter", "Profiled rows that are on disk", float64(s.archive.savedRows.Load()))
	p.one("clicklens_server_profile_save_failures_total", "counter", "Saves of profiles that failed", float64(s.archive.failures.Load()))
	p.one("process_resident_memory_bytes", "gauge", "Resident memory", residentBytes())
	p.one("process_start_time_seconds", "gauge", "When the process began", float64(s.archive.begin)/1e9)
	s.collecting.Lock()
	err := s.collect()
	s.collecting.Unlock()
	if err != nil {
		return nil, err
	}
	err = s.archive.expose(func(profile *clicklens.Profile) error { return profile.WritePrometheus(&p) })
	return p.Bytes(), err
}

func (h *histogram) write(p *page) {
	const name = "clicklens_server_request_seconds"
	p.family(name, "histogram", "Time from a request's header to its answer")
	sum := float64(h.nanoseconds.Load()) / 1e9
	var count uint64
	for i := range h.counts {
		count += h.counts[i].Load()
		le := "+Inf"
		if i < len(bounds) {
			le = strconv.FormatFloat(bounds[i], 'g', -1, 64)
		}
		p.sample(fmt.Sprintf("%s_bucket{le=%q}", name, le), float64(count))
	}
	p.sample(name+"_sum", sum)
	p.sample(name+"_count", float64(count))
}

func (s *server) writeSlot(p *page) error {
	info, err := s.slot.Describe()
	if err != nil {
		return err
	}
	p.family("clicklens_slot_model_info", "gauge", "The model that serves")
	p.sample(fmt.Sprintf("clicklens_slot_model_info{model=\"%016x%016x\"}", info.Model[1], info.Model[0]), 1)
	p.one("clicklens_slot_version", "gauge", "Number of the version that serves", float64(info.Version))
	p.one("clicklens_slot_seats", "gauge", "Requests that can be scored at the same time", float64(info.Seats))
	p.one("clicklens_slot_entered", "gauge", "Seats that are scoring", float64(info.Entered))
	p.one("clicklens_slot_draining", "gauge", "Versions replaced that a request still scores with", float64(info.Draining))
	p.one("clicklens_slot_published_total", "counter", "Publications", float64(info.Published))
	p.one("clicklens_slot_refused_total", "counter", "Publications refused", float64(info.Refused))
	p.one("clicklens_slot_lost_rows_total", "counter", "Profiled rows that were dropped", float64(info.LostRows))
	return nil
}

// writeRecorder is of the recorder of now: its counters begin again with each model.
func (s *server) writeRecorder(p *page) error {
	var stats clicklens.RecorderStats
	if recorder := s.current.Load().recorder; recorder != nil {
		var err error
		if stats, err = recorder.Stats(); err != nil && !errors.Is(err, clicklens.ErrClosed) {
			return err
		}
	}
	p.one("clicklens_recorder_sampled_total", "counter", "Requests picked for recording", float64(stats.Sampled))
	p.one("clicklens_recorder_records_total", "counter", "Records written", float64(stats.Records))
	p.one("clicklens_recorder_dropped_total", "counter", "Picked requests without room in the ring", float64(stats.Dropped+stats.DroppedLarge))
	p.one("clicklens_recorder_lost_total", "counter", "Records that could not be written", float64(stats.Lost))
	p.one("clicklens_recorder_bytes_total", "counter", "Bytes written", float64(stats.Bytes))
	p.one("clicklens_recorder_failures_total", "counter", "Flushes that failed", float64(s.metrics.recordFailures.Load()))
	return nil
}

// residentBytes is what Linux says; 0 elsewhere.
func residentBytes() float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseFloat(fields[1], 64)
	return pages * float64(os.Getpagesize())
}

// health is 200 while requests are wanted.
func (s *server) health(w http.ResponseWriter, r *http.Request) {
	if s.draining.Load() {
		http.Error(w, "shutting down", http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "ok\n")
}
