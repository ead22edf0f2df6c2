package main

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
)

// safe is what was said to be on disk, and what was there.
type safe struct {
	Acknowledged uint64 `json:"acknowledged_before_kills"`
	Kept         uint64 `json:"kept"`
	Merged       uint64 `json:"merged,omitempty"`
}

type report struct {
	Command     string `json:"command"`
	Processors  int    `json:"processors"`
	Connections int    `json:"connections"`
	Candidates  int    `json:"candidates"`

	Requests    int64    `json:"requests"`
	Errors      int64    `json:"errors"`
	Failures    []string `json:"failures,omitempty"` // the first of them
	Interrupted int64    `json:"interrupted"`        // by kills, asked again and answered

	Seconds       float64 `json:"seconds"`
	PerSecond     float64 `json:"requests_per_second"`
	ServerSeconds float64 `json:"server_processor_seconds"` // of all its processes, from start to end
	PerCore       float64 `json:"requests_per_server_processor_second"`
	P50           float64 `json:"p50_us"`
	P99           float64 `json:"p99_us"`
	P999          float64 `json:"p999_us"`
	Most          float64 `json:"max_us"`

	Reloads       int     `json:"reloads"`
	SlowestReload float64 `json:"slowest_reload_seconds"`
	Kills         int     `json:"kills"`
	DownSeconds   float64 `json:"down_seconds"`

	Profiles   safe `json:"profiles"`
	Recordings safe `json:"recordings"`

	ResidentFirst float64 `json:"resident_bytes_after_a_tenth"`
	ResidentLast  float64 `json:"resident_bytes_at_the_end"`
	PeakBytes     int64   `json:"peak_bytes"`
}

func (r *report) take(l *load, o *options) {
	r.Command = strings.Join(o.command, " ")
	r.Processors = runtime.NumCPU()
	r.Connections, r.Candidates = o.connections, o.candidates
	r.Requests = int64(l.took.count)
	r.Errors, r.Failures, r.Interrupted = l.failed.Load(), l.failures, l.interrupted.Load()
	r.PerSecond = float64(r.Requests) / (r.Seconds - r.DownSeconds)
	if r.ServerSeconds > 0 {
		r.PerCore = float64(r.Requests) / r.ServerSeconds
	}
	r.P50, r.P99, r.P999 = l.took.quantile(.5), l.took.quantile(.99), l.took.quantile(.999)
	r.Most = float64(l.took.most) / 1e3
}

func (r *report) print(out io.Writer) {
	fmt.Fprintf(out, "%s\n", r.Command)
	fmt.Fprintf(out, "%d requests of %d candidates by %d connections in %.1f s on %d processors: %d errors\n", r.Requests,
		r.Candidates, r.Connections, r.Seconds, r.Processors, r.Errors)
	for _, failure := range r.Failures {
		fmt.Fprintf(out, "  %s\n", failure)
	}
	fmt.Fprintf(out, "%.0f requests/s; %.0f per second of the server's processor time\n", r.PerSecond, r.PerCore)
	fmt.Fprintf(out, "us: p50 %.0f, p99 %.0f, p99.9 %.0f, max %.0f\n", r.P50, r.P99, r.P999, r.Most)
	fmt.Fprintf(out, "%d reloads, the slowest in %.2f s\n", r.Reloads, r.SlowestReload)
	fmt.Fprintf(out, "%d kills, down for %.2f s, %d requests cut off and asked again\n", r.Kills, r.DownSeconds, r.Interrupted)
	fmt.Fprintf(out, "profiled rows: %d acknowledged before kills; %d kept, %d in the merged profiles\n",
		r.Profiles.Acknowledged, r.Profiles.Kept, r.Profiles.Merged)
	fmt.Fprintf(out, "recorded requests: %d acknowledged before kills; %d kept\n", r.Recordings.Acknowledged, r.Recordings.Kept)
	fmt.Fprintf(out, "memory: %.1f MiB after a tenth, %.1f MiB at the end, %.1f MiB at most\n", r.ResidentFirst/(1<<20),
		r.ResidentLast/(1<<20), float64(r.PeakBytes)/(1<<20))
}

func (r *report) verdict() error {
	if r.Errors > 0 {
		return fmt.Errorf("%d errors: %w", r.Errors, errors.New(r.Failures[0]))
	}
	return nil
}
