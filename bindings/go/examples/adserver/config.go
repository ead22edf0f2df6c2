package main

import (
	"flag"
	"fmt"
	"io"
	"runtime"
	"time"
)

// config is all that flags say.
type config struct {
	listen, model string

	seats, concurrent      int
	maxBody                int64
	maxCandidates, maxIDs  int
	headerTimeout          time.Duration
	readTimeout            time.Duration
	writeTimeout           time.Duration
	idleTimeout            time.Duration
	scoreTimeout           time.Duration
	pause, shutdownTimeout time.Duration

	poll, drain     time.Duration
	saliency        bool
	profiles        string
	profileEvery    int
	profileInterval time.Duration
	profileFiles    int

	recordings    string
	recordRate    float64
	recordFlush   time.Duration
	recordFiles   int
	recordMaxFile int64
}

// parse reads the command line; usage goes to out.
func parse(arguments []string, out io.Writer) (c config, err error) {
	f := flag.NewFlagSet("adserver", flag.ContinueOnError)
	f.SetOutput(out)
	f.StringVar(&c.listen, "listen", "localhost:8080", "address to serve on")
	f.StringVar(&c.model, "model", "", "model `file`; replace it by rename, and it is reloaded")
	f.IntVar(&c.seats, "seats", runtime.GOMAXPROCS(0), "requests that are scored at the same time")
	f.IntVar(&c.concurrent, "concurrent", 256, "requests at hand, read or waiting; one more is 429")
	f.Int64Var(&c.maxBody, "max-body", 1<<20, "bytes of a request")
	f.IntVar(&c.maxCandidates, "max-candidates", 1000, "candidates of a request")
	f.IntVar(&c.maxIDs, "max-ids", 100_000, "ids and numbers of a request")
	f.DurationVar(&c.headerTimeout, "header-timeout", 2*time.Second, "to read a request's header")
	f.DurationVar(&c.readTimeout, "read-timeout", 5*time.Second, "to read a whole request")
	f.DurationVar(&c.writeTimeout, "write-timeout", 10*time.Second, "from a request's header to the end of its answer")
	f.DurationVar(&c.idleTimeout, "idle-timeout", time.Minute, "that a connection is kept without a request")
	f.DurationVar(&c.scoreTimeout, "score-timeout", time.Second, "to wait for a seat; later is 429")
	f.DurationVar(&c.pause, "pause", 0, "after SIGTERM: /healthz is 503, requests are still served")
	f.DurationVar(&c.shutdownTimeout, "shutdown-timeout", 10*time.Second, "after that: for requests at hand")
	f.DurationVar(&c.poll, "poll", time.Second, "between looks at the model file; 0: SIGHUP alone reloads")
	f.DurationVar(&c.drain, "drain", 10*time.Second, "that a reload waits for requests on the model before")
	f.BoolVar(&c.saliency, "saliency", true, "answer \"explain\", and profile saliency")
	f.StringVar(&c.profiles, "profiles", "", "`folder` for profiles of what was scored; empty: none are kept")
	f.IntVar(&c.profileEvery, "profile-every", 16, "profile one candidate in so many")
	f.DurationVar(&c.profileInterval, "profile-interval", 30*time.Second, "between saves of profiles")
	f.IntVar(&c.profileFiles, "profile-files", 100, "profiles kept, the oldest is removed")
	f.StringVar(&c.recordings, "recordings", "", "`folder` for recordings of requests; empty: none")
	f.Float64Var(&c.recordRate, "record-rate", .01, "share of requests that is recorded")
	f.DurationVar(&c.recordFlush, "record-flush", time.Second, "between flushes of recordings")
	f.IntVar(&c.recordFiles, "record-files", 16, "recordings kept, the oldest is removed")
	f.Int64Var(&c.recordMaxFile, "record-file-bytes", 64<<20, "of one recording")
	if err = f.Parse(arguments); err != nil {
		return c, err
	}
	if f.NArg() > 0 {
		return c, fmt.Errorf("%s: no such argument", f.Arg(0))
	}
	return c, c.check()
}

func (c *config) check() error {
	if c.model == "" {
		return fmt.Errorf("-model: no model file given")
	}
	for _, limit := range []struct {
		name        string
		value, most int64
	}{
		{"seats", int64(c.seats), 65536}, {"concurrent", int64(c.concurrent), 1 << 20}, {"max-body", c.maxBody, 1 << 30},
		{"max-candidates", int64(c.maxCandidates), 1 << 20}, {"max-ids", int64(c.maxIDs), 1 << 26},
		{"profile-every", int64(c.profileEvery), 1 << 31}, {"profile-files", int64(c.profileFiles), 1 << 20},
		{"record-files", int64(c.recordFiles), 1 << 20}, {"record-file-bytes", c.recordMaxFile, 1 << 40},
		{"header-timeout", int64(c.headerTimeout), int64(time.Hour)}, {"read-timeout", int64(c.readTimeout), int64(time.Hour)},
		{"write-timeout", int64(c.writeTimeout), int64(time.Hour)}, {"idle-timeout", int64(c.idleTimeout), int64(time.Hour)},
		{"score-timeout", int64(c.scoreTimeout), int64(time.Hour)}, {"drain", int64(c.drain), int64(time.Hour)},
		{"shutdown-timeout", int64(c.shutdownTimeout), int64(time.Hour)},
		{"profile-interval", int64(c.profileInterval), int64(24 * time.Hour)},
		{"record-flush", int64(c.recordFlush), int64(24 * time.Hour)},
	} {
		if limit.value < 1 || limit.value > limit.most {
			return fmt.Errorf("-%s: %d is out of range", limit.name, limit.value)
		}
	}
	if c.poll < 0 || c.pause < 0 {
		return fmt.Errorf("-poll and -pause: not below 0")
	}
	if !(c.recordRate > 0 && c.recordRate <= 1) {
		return fmt.Errorf("-record-rate: %v is not above 0 and at most 1", c.recordRate)
	}
	return nil
}
