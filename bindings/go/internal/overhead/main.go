// Overhead measures what Go adds to a request: overhead MODEL ROWS SECONDS, as bench/overhead/README.md says. It prints
// the median nanoseconds of a request and a hash of the scores.
package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/clicklens/clicklens/bindings/go"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "overhead:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 4 {
		return fmt.Errorf("usage: overhead MODEL ROWS SECONDS")
	}
	rows, err := strconv.Atoi(os.Args[2])
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseFloat(os.Args[3], 64)
	if err != nil {
		return err
	}
	model, err := clicklens.Open(os.Args[1])
	if err != nil {
		return err
	}
	defer model.Close()
	inputs, err := model.Inputs()
	if err != nil {
		return err
	}
	defer inputs.Close()
	session, err := model.NewSession(inputs, nil)
	if err != nil {
		return err
	}
	defer session.Close()
	batch := request(model.Describe(), rows)
	ctx := context.Background()
	scores := make([]float32, rows*len(model.Describe().Outputs))
	score := func(times int) (time.Duration, error) {
		begin := time.Now()
		for range times {
			if err := session.ScoreInto(ctx, batch, scores); err != nil {
				return 0, err
			}
		}
		return time.Since(begin), nil
	}
	ns, err := median(score, time.Duration(seconds*float64(time.Second)))
	if err != nil {
		return err
	}
	fmt.Printf("%.1f %016x\n", ns, hash(scores))
	return nil
}

// request is one request of so many candidates, with made-up ids of every feature.
func request(info clicklens.ModelInfo, rows int) *clicklens.Batch {
	batch := &clicklens.Batch{Candidates: rows, Requests: []int64{0, int64(rows)}}
	for f, feature := range info.Features {
		entries := rows
		if feature.Scope == clicklens.ScopeRequest {
			entries = 1
		}
		if feature.Dense {
			values := make([]float32, entries*feature.Width)
			for i := range values {
				e, j := i/feature.Width, i%feature.Width
				values[i] = float32((e*31+f*17+j)%64) / 64
			}
			batch.Columns = append(batch.Columns, clicklens.Floats(f, values))
			continue
		}
		ids := make([]int64, entries)
		for e := range ids {
			ids[e] = (int64(e)*7919 + int64(f)*104729) % int64(feature.Rows)
		}
		batch.Columns = append(batch.Columns, clicklens.Keys(f, ids))
	}
	return batch
}

// median of blocks of about 200 microseconds: nanoseconds of one request.
func median(score func(int) (time.Duration, error), limit time.Duration) (float64, error) {
	count := 0
	var spent time.Duration
	for spent < limit/10 || count == 0 {
		took, err := score(1)
		if err != nil {
			return 0, err
		}
		spent += took
		count++
	}
	k := max(1, int(200*time.Microsecond/max(spent/time.Duration(count), 1)))
	var blocks []float64
	for spent = 0; spent < limit || len(blocks) == 0; {
		took, err := score(k)
		if err != nil {
			return 0, err
		}
		spent += took
		blocks = append(blocks, float64(took.Nanoseconds())/float64(k))
	}
	slices.Sort(blocks)
	return blocks[len(blocks)/2], nil
}

func hash(scores []float32) uint64 {
	h := uint64(0xcbf29ce484222325)
	for _, s := range scores {
		for bits, i := math.Float32bits(s), 0; i < 4; i++ {
			h = (h ^ uint64(bits>>(8*i)&255)) * 0x100000001b3
		}
	}
	return h
}
