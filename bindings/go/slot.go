package clicklens

// #include "shim.h"
// #cgo noescape clg_enter
// #cgo nocallback clg_enter
// #cgo noescape clg_leave
// #cgo nocallback clg_leave
import "C"

import (
	"context"
	"sync"
	"time"
)

// A Slot is what a server scores with while models come and go. Publish puts a model in; each call scores with all of
// one version, model and cache, and who began before a publication ends with the version before.
//
// Seats are bounded as a [Pool]'s: a call takes a free one or waits for it, as long as its context allows. No call waits
// for a publication, or allocates because of one. Any goroutine uses any method.
type Slot struct {
	handle handle[*C.clens_slot] // kept open while seats are out
	inputs *Inputs
	seats  queue[*Seat]
	all    []*Seat

	publishing sync.Mutex // one at a time: its number is known before
	versions   versions
}

// SlotOptions of [NewSlot]; nil or a zero field: the default in brackets.
type SlotOptions struct {
	Drain time.Duration // how long Publish waits for calls that score with the version before [10 s]
}

// NewSlot makes a slot of so many seats for a host that sends these inputs, whatever the model: features are bound by
// name. It serves nothing yet.
func NewSlot(inputs *Inputs, seats int, options *SlotOptions) (*Slot, error) {
	if seats < 1 {
		return nil, failed(ErrInvalidArgument, "a slot of %d seats", seats)
	}
	o := C.clens_slot_options{struct_size: C.sizeof_clens_slot_options, seats: C.size_t(seats)}
	if options != nil && options.Drain > 0 {
		o.drain_milliseconds = C.uint32_t(max(options.Drain/time.Millisecond, 1))
	}
	s := &Slot{inputs: inputs, seats: newQueue[*Seat](seats)}
	var c *C.clens_slot
	err := inputs.handle.share(func(in *C.clens_inputs) error {
		return check(func() C.clens_status { return C.clens_slot_create(in, &o, &c) })
	})
	if err != nil {
		return nil, err
	}
	s.handle.own(c, func(c *C.clens_slot) { C.clens_slot_release(c) })
	for i := range seats {
		seat, err := newSeat(s, c, i)
		if err != nil {
			s.Close()
			return nil, err
		}
		s.all = append(s.all, seat)
		s.seats.give(seat)
	}
	return s, nil
}

// Close ends the slot: who waits for a seat, and who comes later, gets [ErrClosed]; calls at hand and a publication are
// waited for. What was profiled and not collected is lost. Closing twice does nothing.
func (s *Slot) Close() error {
	s.seats.close(func() {
		for range s.all {
			(<-s.seats.free).close()
		}
		s.publishing.Lock()
		defer s.publishing.Unlock()
		s.handle.close()
		s.versions.clear()
	})
	return nil
}

// Do runs f with a seat that is f's alone until it returns, and so are the version's session, model and cache: neither
// is to be used afterwards. [ErrBadState]: nothing was published yet.
func (s *Slot) Do(ctx context.Context, f func(*Seat) error) error {
	seat, err := s.seats.take(ctx)
	if err != nil {
		return err
	}
	defer s.seats.give(seat)
	if err := seat.enter(); err != nil {
		return err
	}
	defer seat.leave()
	return f(seat)
}

// Score is [Session.Score] with the next free seat.
func (s *Slot) Score(ctx context.Context, b *Batch) (scores []float32, err error) {
	err = s.Do(ctx, func(seat *Seat) error {
		scores, err = seat.Score(ctx, b)
		return err
	})
	return scores, err
}

// ScoreInto is [Session.ScoreInto] with the next free seat.
func (s *Slot) ScoreInto(ctx context.Context, b *Batch, scores []float32) error {
	return s.Do(ctx, func(seat *Seat) error { return seat.ScoreInto(ctx, b, scores) })
}

// Run is [Session.Run] with the next free seat.
func (s *Slot) Run(ctx context.Context, b *Batch, r *Result) error {
	return s.Do(ctx, func(seat *Seat) error { return seat.Run(ctx, b, r) })
}

// Saliency is [Session.Saliency] with the next free seat.
func (s *Slot) Saliency(ctx context.Context, b *Batch, spec *SaliencySpec) (values []float32, err error) {
	err = s.Do(ctx, func(seat *Seat) error {
		values, err = seat.Saliency(ctx, b, spec)
		return err
	})
	return values, err
}

// SaliencyInto is [Session.SaliencyInto] with the next free seat.
func (s *Slot) SaliencyInto(ctx context.Context, b *Batch, spec *SaliencySpec, values []float32, r *Result) error {
	return s.Do(ctx, func(seat *Seat) error { return seat.SaliencyInto(ctx, b, spec, values, r) })
}

// SlotInfo is what a slot does.
type SlotInfo struct {
	Seats, Entered int
	Draining       int       // versions that were replaced and that a call still scores with
	Version        uint64    // that serves; 0: none yet
	Model          [2]uint64 // its ModelInfo.ID
	Published      uint64
	Refused        uint64
	LostRows       uint64 // profiled by versions that are gone, and dropped: nobody collected
	LostVersions   uint64 // whose profile could not be kept: no memory
}

// Describe tells what the slot does.
func (s *Slot) Describe() (info SlotInfo, err error) {
	err = s.handle.share(func(c *C.clens_slot) error {
		raw := C.clens_slot_info{struct_size: C.sizeof_clens_slot_info}
		err := check(func() C.clens_status { return C.clens_slot_describe(c, &raw) })
		info = SlotInfo{int(raw.seats), int(raw.entered), int(raw.draining), uint64(raw.version),
			[2]uint64{uint64(raw.model_low), uint64(raw.model_high)}, uint64(raw.published),
			uint64(raw.refused) + s.versions.refused.Load(),
			uint64(raw.lost_rows), uint64(raw.lost_versions)}
		return err
	})
	return info, err
}

// A SlotProfile is what the sessions of one version profiled since the last time.
type SlotProfile struct {
	Profile       *Profile // the caller's, to be closed
	Version, Rows uint64
}

// Collect gives what was profiled (SessionOptions.Profile) since the last time by all seats: of versions that are gone
// first, the oldest first, one a call, then of the version that serves. So no row is lost by a publication.
// [ErrNotFound]: no row since; while seats run there may always be some.
func (s *Slot) Collect() (collected SlotProfile, err error) {
	if s.publishing.TryLock() {
		s.forget()
		s.publishing.Unlock()
	}
	err = s.handle.share(func(c *C.clens_slot) error {
		var profile *C.clens_profile
		var version, rows C.uint64_t
		if err := check(func() C.clens_status {
			return C.clens_slot_collect(c, &profile, &version, &rows)
		}); err != nil {
			return err
		}
		collected = SlotProfile{ownProfile(profile), uint64(version), uint64(rows)}
		return nil
	})
	return collected, err
}

// Settle adds up, on the caller's thread, the profiled rows that wait in the sessions of the version that serves. Called
// a few times a second it leaves serving goroutines with no more to do than to copy rows.
func (s *Slot) Settle() (rows uint64, err error) {
	err = s.handle.share(func(c *C.clens_slot) error {
		var settled C.uint64_t
		err := check(func() C.clens_status { return C.clens_slot_settle(c, &settled) })
		rows = uint64(settled)
		return err
	})
	return rows, err
}
