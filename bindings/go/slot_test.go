package clicklens_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clicklens/clicklens/bindings/go"
)

// otherPath is the demo's model with its tables of other bits: the same inputs, other scores.
func otherPath(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "other.clens")
	runCommand(t, "refine", demoPath, path, "--tables", "int4")
	return path
}

func newSlot(t testing.TB, in *clicklens.Inputs, seats int) *clicklens.Slot {
	t.Helper()
	return closing(t, must[*clicklens.Slot](t)(clicklens.NewSlot(in, seats, nil)))
}

// publish opens the model, publishes and closes it.
func publish(t testing.TB, s *clicklens.Slot, path string, p clicklens.Publication) uint64 {
	t.Helper()
	p.Model = must[*clicklens.Model](t)(clicklens.Open(path))
	defer p.Model.Close()
	return must[uint64](t)(s.Publish(&p))
}

func TestSlotServesWhatWasPublishedLast(t *testing.T) {
	m, in := openDemo(t), inputsOf(t, openDemo(t))
	other := otherPath(t)
	b := small(m, 5)
	_, session := demoSession(t, nil)
	first := must[[]float32](t)(session.Score(always, b))
	slot := newSlot(t, in, 2)
	_, err := slot.Score(always, b)
	wants(t, err, clicklens.ErrBadState, "nothing was published")
	if n := publish(t, slot, demoPath, clicklens.Publication{With: "one"}); n != 1 {
		t.Error(n)
	}
	sameBits(t, "first", must[[]float32](t)(slot.Score(always, b)), first)
	var kept *clicklens.Seat
	ok(t, slot.Do(always, func(seat *clicklens.Seat) error {
		kept = seat
		if seat.Version() != 1 || seat.With() != "one" || seat.Model().Describe().ID != m.Describe().ID || seat.HasCache() {
			t.Errorf("%d %v", seat.Version(), seat.With())
		}
		ok(t, seat.Close()) // the slot's: nothing
		values := must[[]float32](t)(seat.Score(always, b))
		sameBits(t, "in a seat", values, first)
		return nil
	}))
	_, err = kept.Score(always, b)
	wants(t, err, clicklens.ErrClosed, "")
	_, err = kept.Collect(must[*clicklens.Profile](t)(m.NewProfile(nil)))
	wants(t, err, clicklens.ErrBadState, "slot")
	_, err = kept.Settle()
	wants(t, err, clicklens.ErrBadState, "slot")

	if n := publish(t, slot, other, clicklens.Publication{}); n != 2 {
		t.Error(n)
	}
	second := must[[]float32](t)(slot.Score(always, b))
	o := closing(t, must[*clicklens.Model](t)(clicklens.Open(other)))
	alone := closing(t, must[*clicklens.Session](t)(o.NewSession(in, nil)))
	sameBits(t, "second", second, must[[]float32](t)(alone.Score(always, b)))
	if second[0] == first[0] {
		t.Error("both models score alike")
	}
	info := must[clicklens.SlotInfo](t)(slot.Describe())
	want := clicklens.SlotInfo{Seats: 2, Version: 2, Model: o.Describe().ID, Published: 2}
	if info != want {
		t.Errorf("%+v", info)
	}
	ok(t, slot.Close())
	ok(t, slot.Close())
	_, err = slot.Score(always, b)
	wants(t, err, clicklens.ErrClosed, "")
	_, err = slot.Publish(&clicklens.Publication{Model: m})
	wants(t, err, clicklens.ErrClosed, "")
	_, err = clicklens.NewSlot(in, 0, nil)
	wants(t, err, clicklens.ErrInvalidArgument, "seats")
	_, err = clicklens.NewSlot(in, 70000, nil)
	wants(t, err, clicklens.ErrInvalidArgument, "seats")
}

// Every run has all the scores and captures of the version that it entered, while versions of several shapes come and go.
func TestSlotSwapsUnderLoad(t *testing.T) {
	m := openDemo(t)
	in := inputsOf(t, m)
	paths := []string{demoPath, otherPath(t)}
	options := []*clicklens.SessionOptions{{Captures: []string{"l2", "l3"}}, nil}
	b := small(m, 3)
	var scores [2][]float32
	for i, path := range paths {
		model := closing(t, must[*clicklens.Model](t)(clicklens.Open(path)))
		scores[i] = must[[]float32](t)(closing(t, must[*clicklens.Session](t)(model.NewSession(in, nil))).Score(always, b))
	}
	slot := newSlot(t, in, 3)
	publish(t, slot, paths[0], clicklens.Publication{Session: options[0], With: 0})
	var over atomic.Bool
	var runs, seen atomic.Uint64
	var group sync.WaitGroup
	for range 6 {
		group.Add(1)
		go func() {
			defer group.Done()
			out := make([]float32, 3)
			var before uint64
			for !over.Load() {
				err := slot.Do(always, func(seat *clicklens.Seat) error {
					which := seat.With().(int)
					if int(seat.Version()-1)%2 != which || seat.Version() < before {
						t.Errorf("version %d with %d, after %d", seat.Version(), which, before)
					}
					before = seat.Version()
					seen.Store(max(seen.Load(), before))
					if err := seat.ScoreInto(always, b, out); err != nil {
						return err
					}
					for i := range out {
						if math.Float32bits(out[i]) != math.Float32bits(scores[which][i]) {
							return errors.New("scores of another version")
						}
					}
					r := seat.NewResult()
					if err := seat.Run(always, b, r); err != nil {
						return err
					}
					if len(r.Captures) != 2-2*which {
						return errors.New("captures of another version")
					}
					return nil
				})
				if err != nil {
					t.Error(err)
					return
				}
				runs.Add(1)
			}
		}()
	}
	const swaps = 60
	for n := 1; n < swaps; n++ {
		publish(t, slot, paths[n%2], clicklens.Publication{Session: options[n%2], With: n % 2})
	}
	for seen.Load() < swaps {
		time.Sleep(time.Millisecond)
	}
	over.Store(true)
	group.Wait()
	info := must[clicklens.SlotInfo](t)(slot.Describe())
	if info.Published != swaps || info.Draining != 0 || info.Entered != 0 {
		t.Errorf("%+v after %d runs", info, runs.Load())
	}
}

func TestWhoEnteredBeforeKeepsItsVersion(t *testing.T) {
	m := openDemo(t)
	in := inputsOf(t, m)
	other := otherPath(t)
	b := small(m, 2)
	slot := closing(t, must[*clicklens.Slot](t)(clicklens.NewSlot(in, 2, &clicklens.SlotOptions{Drain: time.Millisecond})))
	publish(t, slot, demoPath, clicklens.Publication{})
	first := must[[]float32](t)(slot.Score(always, b))
	ok(t, slot.Do(always, func(seat *clicklens.Seat) error {
		publish(t, slot, other, clicklens.Publication{})
		if info := must[clicklens.SlotInfo](t)(slot.Describe()); info.Draining != 1 || info.Version != 2 {
			t.Errorf("%+v", info)
		}
		sameBits(t, "the old", must[[]float32](t)(seat.Score(always, b)), first)
		if second := must[[]float32](t)(slot.Score(always, b)); second[0] == first[0] {
			t.Error("the new version is not served")
		}
		return nil
	}))
	ctx, cancel := context.WithTimeout(always, time.Millisecond)
	defer cancel()
	ok(t, slot.Do(always, func(*clicklens.Seat) error {
		return slot.Do(always, func(*clicklens.Seat) error {
			_, err := slot.Score(ctx, b)
			wants(t, err, context.DeadlineExceeded, "")
			return nil
		})
	}))
	publish(t, slot, other, clicklens.Publication{})
	if info := must[clicklens.SlotInfo](t)(slot.Describe()); info.Draining != 0 {
		t.Errorf("%+v", info)
	}
}

func TestRefusedPublicationsChangeNothing(t *testing.T) {
	m := openDemo(t)
	in := inputsOf(t, m)
	b := small(m, 4)
	slot := newSlot(t, in, 1)
	publish(t, slot, demoPath, clicklens.Publication{})
	want := must[[]float32](t)(slot.Score(always, b))
	damaged := must[[]byte](t)(os.ReadFile(demoPath))
	damaged[len(damaged)-5000] ^= 1
	broken := closing(t, must[*clicklens.Model](t)(clicklens.OpenBytes(damaged)))
	closed := must[*clicklens.Model](t)(clicklens.Open(demoPath))
	ok(t, closed.Close())
	o := closing(t, must[*clicklens.Model](t)(clicklens.Open(otherPath(t))))
	recorder := closing(t, must[*clicklens.Recorder](t)(m.NewRecorder(in, filepath.Join(t.TempDir(), "r"), nil)))
	cache := closing(t, must[*clicklens.Cache](t)(m.NewCache(in, &clicklens.CacheOptions{Rows: 4})))
	for _, bad := range []struct {
		p      clicklens.Publication
		status error
		part   string
	}{
		{clicklens.Publication{Model: broken}, clicklens.ErrChecksumMismatch, ""},
		{clicklens.Publication{}, clicklens.ErrInvalidArgument, "Model"},
		{clicklens.Publication{Model: closed}, clicklens.ErrClosed, ""},
		{clicklens.Publication{Model: m, Flags: 8}, clicklens.ErrInvalidArgument, "flags"},
		{clicklens.Publication{Model: m, Session: &clicklens.SessionOptions{Captures: []string{"none"}}}, clicklens.ErrNotFound, "none"},
		{clicklens.Publication{Model: m, Session: &clicklens.SessionOptions{TileRows: 5000}}, clicklens.ErrInvalidArgument, "tile"},
		{clicklens.Publication{Model: o, Session: &clicklens.SessionOptions{Recorder: recorder}}, clicklens.ErrBadState, "another model"},
		{clicklens.Publication{Model: m, Cache: cache}, clicklens.ErrInvalidArgument, "cache"},
		{clicklens.Publication{Model: o, Cache: cache, Session: &clicklens.SessionOptions{Cache: true}}, clicklens.ErrStale, "cache"},
	} {
		_, err := slot.Publish(&bad.p)
		wants(t, err, bad.status, bad.part)
		sameBits(t, "after a refusal", must[[]float32](t)(slot.Score(always, b)), want)
	}
	must[clicklens.CacheInfo](t)(cache.Describe()) // still its maker's
	info := must[clicklens.SlotInfo](t)(slot.Describe())
	if info.Published != 1 || info.Refused != 9 || info.Version != 1 {
		t.Errorf("%+v", info)
	}
	if n := publish(t, slot, demoPath, clicklens.Publication{Flags: clicklens.PublishSkipVerify | clicklens.PublishSkipSelfTest | clicklens.PublishSkipWarm}); n != 2 {
		t.Error(n)
	}
}

func TestACacheIsPublishedWithItsModel(t *testing.T) {
	m := openDemo(t)
	in := inputsOf(t, m)
	slot := newSlot(t, in, 1)
	b := small(m, 3)
	_, session := demoSession(t, nil)
	want := must[[]float32](t)(session.Score(always, b))
	cache := must[*clicklens.Cache](t)(m.NewCache(in, &clicklens.CacheOptions{Rows: 3}))
	must[clicklens.Counts](t)(cache.Fill(always, &clicklens.Batch{Candidates: 3, Columns: b.Columns}, nil))
	publish(t, slot, demoPath, clicklens.Publication{Session: &clicklens.SessionOptions{Cache: true}, Cache: cache})
	_, err := cache.Describe()
	wants(t, err, clicklens.ErrClosed, "") // the slot's
	cached := *b
	cached.CacheRows, cached.Columns = []int64{0, 1, 2}, nil
	for i, f := range m.Describe().Features {
		if f.Scope != clicklens.ScopeCandidate {
			cached.Columns = append(cached.Columns, b.Columns[i])
		}
	}
	ok(t, slot.Do(always, func(seat *clicklens.Seat) error {
		if !seat.HasCache() {
			t.Error("no cache")
		}
		sameBits(t, "cached", must[[]float32](t)(seat.Score(always, &cached)), want)
		sameBits(t, "uncached", must[[]float32](t)(seat.Score(always, b)), want)
		return nil
	}))
	publish(t, slot, demoPath, clicklens.Publication{})
	_, err = slot.Score(always, &cached)
	wants(t, err, clicklens.ErrInvalidArgument, "cache")
}

// Rows that were scored are collected once, whatever publications came in between.
func TestSlotProfilesLoseNoRow(t *testing.T) {
	m := openDemo(t)
	in := inputsOf(t, m)
	slot := newSlot(t, in, 2)
	options := &clicklens.SessionOptions{Profile: &clicklens.ProfileOptions{Sections: clicklens.ProfileScores}}
	publish(t, slot, demoPath, clicklens.Publication{Session: options})
	_, err := slot.Collect()
	wants(t, err, clicklens.ErrNotFound, "")
	var scored, collected atomic.Uint64
	var over atomic.Bool
	collect := func() {
		for {
			if _, err := slot.Settle(); err != nil {
				t.Error(err)
			}
			got, err := slot.Collect()
			if errors.Is(err, clicklens.ErrNotFound) {
				return
			}
			if err != nil {
				t.Error(err)
				return
			}
			info, err := got.Profile.Describe()
			if err != nil || info.Rows != got.Rows || got.Version == 0 {
				t.Errorf("version %d: %d rows, the profile %d: %v", got.Version, got.Rows, info.Rows, err)
			}
			got.Profile.Close()
			collected.Add(got.Rows)
		}
	}
	var group sync.WaitGroup
	for range 3 {
		group.Add(1)
		go func() {
			defer group.Done()
			b := small(m, 7)
			out := make([]float32, 7)
			for !over.Load() {
				if err := slot.ScoreInto(always, b, out); err != nil {
					t.Error(err)
					return
				}
				scored.Add(7)
			}
		}()
	}
	for range 10 {
		publish(t, slot, demoPath, clicklens.Publication{Session: options})
		collect()
	}
	over.Store(true)
	group.Wait()
	collect()
	if scored.Load() == 0 || scored.Load() != collected.Load() {
		t.Errorf("%d rows scored, %d collected", scored.Load(), collected.Load())
	}
	if info := must[clicklens.SlotInfo](t)(slot.Describe()); info.LostRows+info.LostVersions != 0 {
		t.Errorf("%+v", info)
	}
}

func TestSlotScoringAllocatesNothing(t *testing.T) {
	m := openDemo(t)
	slot := newSlot(t, inputsOf(t, m), 1)
	publish(t, slot, demoPath, clicklens.Publication{})
	b, out := small(m, 60), make([]float32, 60)
	score := func() { ok(t, slot.ScoreInto(always, b, out)) }
	score()
	publish(t, slot, demoPath, clicklens.Publication{}) // the first call of a version neither
	if n := testing.AllocsPerRun(200, score); n != 0 {
		t.Errorf("%v allocations a call", n)
	}
}

// What did not change is shared with the base, by pages of one file: the scores are the same.
func TestVersionsShareSegments(t *testing.T) {
	m := openDemo(t)
	in := inputsOf(t, m)
	table := m.Describe().Tables[0].Name
	path := filepath.Join(t.TempDir(), "one.clens")
	runCommand(t, "refine", demoPath, path, "--tables", "int4", "--only", table)
	base := must[*clicklens.Model](t)(clicklens.Open(demoPath))
	shared := closing(t, must[*clicklens.Model](t)(clicklens.Open(path, clicklens.WithBase(base), clicklens.WithAccess(clicklens.AccessCopy))))
	ok(t, base.Close())
	ok(t, shared.Verify())
	alone := closing(t, must[*clicklens.Model](t)(clicklens.Open(path)))
	b := small(m, 6)
	sameBits(t, "with a base",
		must[[]float32](t)(closing(t, must[*clicklens.Session](t)(shared.NewSession(in, nil))).Score(always, b)),
		must[[]float32](t)(closing(t, must[*clicklens.Session](t)(alone.NewSession(in, nil))).Score(always, b)))
	_, err := clicklens.Open(path, clicklens.WithBase(base))
	wants(t, err, clicklens.ErrClosed, "")
}
