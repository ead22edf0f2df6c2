package clicklens

// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"runtime"
	"slices"
	"sync/atomic"
	"unsafe"
)

// A Publication is a version of what a [Slot] serves.
type Publication struct {
	Model   *Model          // may be closed afterwards: the slot keeps what it needs
	Session *SessionOptions // of every seat; its names, probe, means and recorder are this model's. nil: the default
	Cache   *Cache          // of this model, with Session.Cache; the slot's once published. nil: none
	Flags   PublishFlags    // what to leave out
	With    any             // goes with the version to [Seat.With]: what the host keeps for each
}

// Publish verifies, warms and tests the model, makes its sessions, and then serves it from one instant to the next. It
// returns when no call scores with the version before, whose memory is given back then, or when [SlotOptions.Drain] is
// over: a call that still scores with it may, and a later publication or Collect lets it go. Versions count from 1.
//
// Any error: what was served before is served on. [ErrChecksumMismatch]; [ErrInternal]: the file's own rows score
// differently; [ErrStale]: a cache of another model; and those of [Model.NewSession]. Publications take turns.
func (s *Slot) Publish(p *Publication) (number uint64, err error) {
	s.publishing.Lock()
	defer s.publishing.Unlock()
	if p.Model == nil {
		return 0, s.refuse(failed(ErrInvalidArgument, "publication: no Model"))
	}
	var keep cMemory
	defer keep.free()
	options, setup, err := p.Session.c(p.Model, s.inputs, &keep)
	if err != nil {
		return 0, s.refuse(err)
	}
	c := (*C.clens_publication)(keep.take(C.sizeof_clens_publication))
	*c = C.clens_publication{struct_size: C.sizeof_clens_publication, session: options, flags: C.uint32_t(p.Flags)}
	next := &version{number: s.versions.serving + 1, model: p.Model, with: p.With, setup: setup}
	if err := next.makeRoom(len(s.all)); err != nil {
		return 0, s.refuse(err)
	}
	reached := false
	publish := func() error {
		return s.handle.share(func(slot *C.clens_slot) error {
			return p.Model.handle.share(func(model *C.clens_model) error {
				c.model = model
				return p.Session.probed(options, setup, func() error {
					// A seat may enter the version before C returns: it finds it.
					s.versions.add(next)
					reached = true
					return check(func() C.clens_status { return C.clens_slot_publish(slot, c, nil) })
				})
			})
		})
	}
	if p.Cache != nil {
		err = p.Cache.handle.giveAway(func(cache *C.clens_cache) error {
			c.cache = cache
			return publish()
		})
	} else {
		err = publish()
	}
	if !reached {
		return 0, s.refuse(err)
	}
	if err != nil {
		s.versions.keep(func(v *version) bool { return v != next })
		return 0, err
	}
	s.versions.serving = next.number
	s.forget()
	return next.number, nil
}

// refuse counts what never came to C, which counts the others.
func (s *Slot) refuse(err error) error {
	s.versions.refused.Add(1)
	return err
}

// forget lets go of versions that no seat holds or is about to hold. Under publishing.
func (s *Slot) forget() {
	held := make([]uint64, len(s.all))
	for i, seat := range s.all {
		held[i] = seat.holds.Load()
	}
	if !slices.Contains(held, entering) {
		s.versions.keep(func(v *version) bool { return v.number >= s.versions.serving || slices.Contains(held, v.number) })
	}
}

// A version is what Go must know of one, beside what C does.
type version struct {
	number   uint64
	model    *Model
	with     any
	setup    *setup
	captures *C.clens_capture // room of all seats
}

// idle is what a seat has that holds no version.
var idle = &version{setup: &setup{bound: &binding{}}}

func (v *version) makeRoom(seats int) error {
	v.captures = (*C.clens_capture)(C.calloc(C.size_t(seats*len(v.setup.captures)+1), C.sizeof_clens_capture))
	if v.captures == nil {
		return failed(ErrOutOfMemory, "no memory for captures")
	}
	runtime.AddCleanup(v, func(c *C.clens_capture) { C.free(unsafe.Pointer(c)) }, v.captures)
	return nil
}

func (v *version) room(seat int) *C.clens_capture {
	return (*C.clens_capture)(unsafe.Add(unsafe.Pointer(v.captures), seat*len(v.setup.captures)*C.sizeof_clens_capture))
}

// versions are those that seats may hold, the oldest first. Found without a lock, changed under Slot.publishing.
type versions struct {
	live    atomic.Pointer[[]*version]
	serving uint64 // under Slot.publishing
	refused atomic.Uint64
}

func (v *versions) find(number uint64) *version {
	all := v.live.Load()
	if all == nil {
		return nil
	}
	for i := len(*all) - 1; i >= 0; i-- {
		if (*all)[i].number == number {
			return (*all)[i]
		}
	}
	return nil
}

func (v *versions) add(next *version) {
	var all []*version
	if old := v.live.Load(); old != nil {
		all = slices.Clone(*old)
	}
	all = append(all, next)
	v.live.Store(&all)
}

func (v *versions) keep(which func(*version) bool) {
	old := v.live.Load()
	if old == nil {
		return
	}
	var all []*version
	for _, version := range *old {
		if which(version) {
			all = append(all, version)
		}
	}
	v.live.Store(&all)
}

func (v *versions) clear() { v.keep(func(*version) bool { return false }) }
