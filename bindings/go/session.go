package clicklens

// #include "shim.h"
import "C"

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A Session is memory and plan for running one model. One goroutine uses it at a time, any one: a [Pool] hands sessions
// out. All memory is taken when it is made; a run allocates nothing.
type Session struct {
	running  sync.Mutex   // held by a run
	closing  atomic.Bool  // set before Close waits for it
	alive    sync.RWMutex // held for writing by Close, for reading by what may go on beside a run
	seat     *C.clg_seat
	cleanup  runtime.Cleanup
	frame    frame
	borrowed bool // of a Slot, that owns what the seat runs
	*setup
}

// setup is what a session was made for, and what a run must know of it.
type setup struct {
	bound    *binding
	captures []capturable
	probes   int
	recorder *Recorder
}

// NewSession makes a session for what a host sends. [ErrNotFound]: a required feature has no input, or a name means no
// value; [ErrInvalidArgument]: an input of a kind that its feature cannot take; [ErrUnsupported], [ErrLimitExceeded],
// [ErrOutOfMemory].
func (m *Model) NewSession(inputs *Inputs, options *SessionOptions) (*Session, error) {
	var keep cMemory
	defer keep.free()
	c, made, err := options.c(m, inputs, &keep)
	if err != nil {
		return nil, err
	}
	s := &Session{setup: made}
	seat := C.clg_seat_create(C.size_t(len(s.bound.inputs)), C.size_t(len(s.captures)))
	if seat == nil {
		return nil, failed(ErrOutOfMemory, "no memory for a session")
	}
	err = m.handle.share(func(model *C.clens_model) error {
		return inputs.handle.share(func(in *C.clens_inputs) error {
			return options.probed(c, made, func() error {
				return check(func() C.clens_status { return C.clens_session_create(model, in, c, &seat.session) })
			})
		})
	})
	if err != nil {
		C.clg_seat_release(seat)
		return nil, err
	}
	s.seat = seat
	s.cleanup = runtime.AddCleanup(s, func(seat *C.clg_seat) { C.clg_seat_release(seat) }, seat)
	return s, nil
}

// Close waits for the run at hand and gives the session's memory back. Closing twice does nothing, nor does
// closing one of a [Slot].
func (s *Session) Close() error {
	if s.borrowed {
		return nil
	}
	s.close()
	return nil
}

func (s *Session) close() {
	s.closing.Store(true)
	s.alive.Lock()
	defer s.alive.Unlock()
	s.running.Lock()
	defer s.running.Unlock()
	if s.seat != nil {
		s.cleanup.Stop()
		C.clg_seat_release(s.seat)
		s.seat = nil
	}
}

// Bytes is what the session's memory takes.
func (s *Session) Bytes() uint64 {
	s.alive.RLock()
	defer s.alive.RUnlock()
	if s.seat == nil || s.seat.session == nil {
		return 0
	}
	return uint64(C.clens_session_bytes(s.seat.session))
}

// begin makes the session the caller's, until end.
func (s *Session) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !s.running.TryLock() {
		if s.closing.Load() {
			return ErrClosed
		}
		return ErrInUse
	}
	if s.seat == nil || s.seat.session == nil {
		s.running.Unlock()
		return ErrClosed
	}
	s.frame.reset()
	return nil
}

func (s *Session) end() { s.running.Unlock() }

// run lays out the batch and calls C, once.
func (s *Session) run(action C.clg_action, b *Batch, object unsafe.Pointer) error {
	if err := s.frame.batch(s.bound, b); err != nil {
		s.frame.forget()
		return err
	}
	if b.Cache == nil {
		var published *C.clens_cache
		if b.CacheRows != nil {
			published = s.seat.cache
		}
		return s.frame.run(action, s.seat, published, object)
	}
	cache := &b.Cache.handle
	cache.mu.RLock()
	defer cache.mu.RUnlock()
	if cache.c == nil {
		s.frame.forget()
		return ErrClosed
	}
	return s.frame.run(action, s.seat, cache.c, object)
}
