package clicklens_test

import (
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/clicklens/clicklens/bindings/go"
)

func TestGoroutinesHammerAPool(t *testing.T) {
	m := openDemo(t)
	in := inputsOf(t, m)
	pool := closing(t, must[*clicklens.Pool](t)(m.NewPool(in, 3, &clicklens.SessionOptions{
		Gradients: clicklens.GradientsFull, Captures: []string{"l2"}})))
	spec := &clicklens.SaliencySpec{Method: clicklens.GradientXInput}
	const sizes = 40
	var batches [sizes]*clicklens.Batch
	var scores, values, layers [sizes][]float32
	for n := range sizes {
		batches[n] = small(m, n+1)
		ok(t, pool.Do(always, func(s *clicklens.Session) error {
			r := s.NewResult()
			ok(t, s.Run(always, batches[n], r))
			scores[n], layers[n] = r.Scores, r.Captures[0].Data
			values[n] = must[[]float32](t)(s.Saliency(always, batches[n], spec))
			return nil
		}))
	}
	var busy, most atomic.Int32
	var group sync.WaitGroup
	for g := range 16 {
		group.Add(1)
		go func() {
			defer group.Done()
			mine := make([]float32, sizes)
			r := &clicklens.Result{Captures: []clicklens.Capture{{Value: m.Describe().Layers[2].Value}}}
			for i := range 100 {
				n := (g*31 + i*7) % sizes
				var got, want []float32
				var err error
				switch i % 4 {
				case 0:
					want = scores[n]
					got, err = pool.Score(always, batches[n])
				case 1:
					want, got = scores[n], mine[:n+1]
					err = pool.ScoreInto(always, batches[n], got)
				case 2:
					want = layers[n]
					err = pool.Do(always, func(s *clicklens.Session) error {
						most.Store(max(most.Load(), busy.Add(1)))
						defer busy.Add(-1)
						return s.Run(always, batches[n], r)
					})
					got = r.Captures[0].Data
				case 3:
					want = values[n]
					got, err = pool.Saliency(always, batches[n], spec)
				}
				if err != nil {
					t.Error(err)
					return
				}
				for k := range want {
					if math.Float32bits(got[k]) != math.Float32bits(want[k]) {
						t.Errorf("goroutine %d, run %d: number %d is %v, not %v", g, i, k, got[k], want[k])
						return
					}
				}
			}
		}()
	}
	group.Wait()
	if most.Load() > 3 {
		t.Errorf("%d sessions at a time of 3", most.Load())
	}
}

func TestASessionIsOneGoroutines(t *testing.T) {
	m, s := demoSession(t, nil)
	b := small(m, 1000)
	var refused, scored atomic.Int32
	var group sync.WaitGroup
	for range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			out := make([]float32, 1000)
			for range 50 {
				switch err := s.ScoreInto(always, b, out); {
				case err == nil:
					scored.Add(1)
				case errors.Is(err, clicklens.ErrInUse):
					refused.Add(1)
				default:
					t.Error(err)
				}
			}
		}()
	}
	group.Wait()
	if scored.Load()+refused.Load() != 200 || scored.Load() == 0 {
		t.Errorf("%d scored, %d refused", scored.Load(), refused.Load())
	}
}

func TestClosingWhileScoring(t *testing.T) {
	m := openDemo(t)
	pool := must[*clicklens.Pool](t)(m.NewPool(inputsOf(t, m), 2, nil))
	b := small(m, 50)
	var started, group sync.WaitGroup
	for range 8 {
		started.Add(1)
		group.Add(1)
		go func() {
			defer group.Done()
			first := true
			for {
				_, err := pool.Score(always, b)
				if first {
					started.Done()
					first = false
				}
				if errors.Is(err, clicklens.ErrClosed) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		}()
	}
	started.Wait()
	ok(t, pool.Close())
	group.Wait()
}

func TestCachedCandidatesScoreAlike(t *testing.T) {
	m := openDemo(t)
	in := inputsOf(t, m)
	s := closing(t, must[*clicklens.Session](t)(m.NewSession(in, &clicklens.SessionOptions{Cache: true})))
	b := small(m, 8)
	want := must[[]float32](t)(s.Score(always, b))
	cache := closing(t, must[*clicklens.Cache](t)(m.NewCache(in, &clicklens.CacheOptions{Rows: 20})))
	ads := &clicklens.Batch{Candidates: 8, Columns: b.Columns}
	must[clicklens.Counts](t)(cache.Fill(always, ads, []int64{10, 11, 12, 13, 14, 15, 16, 17}))
	info := must[clicklens.CacheInfo](t)(cache.Describe())
	if info.Rows != 20 || info.Filled != 8 || info.Model != m.Describe().ID || info.Bytes < 20*info.RowBytes {
		t.Errorf("%+v", info)
	}
	cached := *b
	cached.Cache, cached.CacheRows = cache, []int64{10, 11, 12, 13, 14, 15, 16, 17}
	cached.Columns = nil
	for i, f := range m.Describe().Features {
		if f.Scope != clicklens.ScopeCandidate {
			cached.Columns = append(cached.Columns, b.Columns[i])
		}
	}
	sameBits(t, "all cached", must[[]float32](t)(s.Score(always, &cached)), want)

	cached.CacheRows = []int64{10, -1, 12, 13, 14, -1, 16, 17} // ads 1 and 5 come as columns
	for i, f := range m.Describe().Features {
		if f.Scope == clicklens.ScopeCandidate {
			cached.Columns = append(cached.Columns,
				clicklens.Keys(i, []int64{int64(1*7+i) % 20, int64(5*7+i) % 20}))
		}
	}
	sameBits(t, "some cached", must[[]float32](t)(s.Score(always, &cached)), want)

	cached.CacheRows = []int64{10, -1, 12, 13, -1, -1, 16, 17}
	_, err := s.Score(always, &cached)
	wants(t, err, clicklens.ErrBadBatch, "")
	cached.CacheRows = []int64{10, -1, 12, 13, 14, -1, 16, 99}
	_, err = s.Score(always, &cached)
	wants(t, err, clicklens.ErrBadBatch, "")
	_, err = cache.Fill(always, ads, []int64{1})
	wants(t, err, clicklens.ErrInvalidArgument, "rows")
	_, err = cache.Fill(always, ads, []int64{0, 1, 2, 3, 4, 5, 6, 20})
	wants(t, err, clicklens.ErrInvalidArgument, "row")
	_, plain := demoSession(t, nil)
	_, err = plain.Score(always, &cached)
	wants(t, err, clicklens.ErrBadState, "cache")
	ok(t, cache.Close())
	_, err = s.Score(always, &cached)
	wants(t, err, clicklens.ErrClosed, "Close")
}
