package clicklens

// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"math"
	"runtime"
	"sync/atomic"
	"unsafe"
)

// A Seat scores with one version of a [Slot], as a [Session] does, for the function that [Slot.Do] hands it to.
type Seat struct {
	*Session
	slot    *C.clens_slot
	index   C.size_t
	holds   atomic.Uint64 // number of the version, entering, or 0
	shared  *versions
	current *version
}

const entering = math.MaxUint64

func newSeat(s *Slot, slot *C.clens_slot, index int) (*Seat, error) {
	c := C.clg_seat_create(C.size_t(len(s.inputs.all)), 0)
	if c == nil {
		return nil, failed(ErrOutOfMemory, "no memory for a seat")
	}
	C.free(unsafe.Pointer(c.captures)) // their room is the versions'
	c.captures = nil
	session := &Session{seat: c, borrowed: true, setup: idle.setup}
	session.cleanup = runtime.AddCleanup(session, func(c *C.clg_seat) { C.clg_seat_release(c) }, c)
	return &Seat{Session: session, slot: slot, index: C.size_t(index), shared: &s.versions, current: idle}, nil
}

// Version is the number that Publish gave.
func (s *Seat) Version() uint64 { return s.current.number }

// Model is what was published. It may be closed by now; Describe works all the same.
func (s *Seat) Model() *Model { return s.current.model }

// HasCache says whether a cache was published: then batches may have CacheRows without a Cache.
func (s *Seat) HasCache() bool { return s.seat.cache != nil }

// With is what was published with the version, for the host's own use: Publication.With.
func (s *Seat) With() any { return s.current.with }

// enter takes the version that serves now.
func (s *Seat) enter() error {
	s.running.Lock()
	defer s.running.Unlock()
	s.holds.Store(entering)
	if status := C.clg_enter(s.slot, s.index, s.seat); status != C.CLENS_OK {
		s.holds.Store(0)
		return &Error{Status: Status(status), Message: C.GoString(&s.seat.message[0])}
	}
	number := uint64(s.seat.version)
	found := s.shared.find(number)
	if found == nil {
		C.clg_leave(s.slot, s.index, s.seat)
		s.holds.Store(0)
		return failed(ErrInternal, "slot: version %d is not known", number)
	}
	s.holds.Store(number)
	s.current, s.setup = found, found.setup
	s.seat.captures = found.room(int(s.index))
	return nil
}

// leave waits for a run that should not be at hand any more, since the version may go afterwards.
func (s *Seat) leave() {
	s.running.Lock()
	defer s.running.Unlock()
	C.clg_leave(s.slot, s.index, s.seat)
	s.seat.captures = nil
	s.current, s.setup = idle, idle.setup
	s.holds.Store(0)
}
