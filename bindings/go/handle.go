package clicklens

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// A handle owns a C object, of pointer type P. Close frees it; the garbage collector does where Close was forgotten. A use holds the lock
// for reading (objects that threads share) or for writing (those for one thread at a time), so that Close waits for
// it; the lock belongs to the handle's owner, who stays reachable meanwhile.
type handle[P comparable] struct {
	mu      sync.RWMutex
	c       P
	free    func(P)
	cleanup runtime.Cleanup
	number  uint64 // in the order of making: that locks are taken in
}

var handles atomic.Uint64

func (h *handle[P]) own(c P, free func(P)) {
	h.c, h.free, h.number = c, free, handles.Add(1)
	h.cleanup = runtime.AddCleanup(h, free, c)
}

func (h *handle[P]) close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.c != *new(P) {
		h.cleanup.Stop()
		h.free(h.c)
		h.c = *new(P)
	}
	return nil
}

// giveAway leaves the object to another owner, once f has made it one; f runs beside no other call.
func (h *handle[P]) giveAway(f func(P) error) error {
	return h.alone(func(c P) error {
		if err := f(c); err != nil {
			return err
		}
		h.cleanup.Stop()
		h.c = *new(P)
		return nil
	})
}

// share runs f beside other calls of share.
func (h *handle[P]) share(f func(P) error) error {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.c == *new(P) {
		return ErrClosed
	}
	return f(h.c)
}

// shareBoth runs f beside other calls of share of either, which may be the same. Locks are taken in one order, each once: a
// lock that is read twice by one goroutine stands still when another waits to close in between.
func shareBoth[P comparable](a, b *handle[P], f func(a, b P) error) error {
	if a == b {
		return a.share(func(c P) error { return f(c, c) })
	}
	first, second := a, b
	if b.number < a.number {
		first, second = b, a
	}
	return first.share(func(P) error {
		return second.share(func(P) error { return f(a.c, b.c) })
	})
}

// alone runs f beside no other call.
func (h *handle[P]) alone(f func(P) error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.c == *new(P) {
		return ErrClosed
	}
	return f(h.c)
}

// both runs f beside no other call of either.
func both[P comparable](a, b *handle[P], f func(a, b P) error) error {
	return allOf([]*handle[P]{a, b}, func() error { return f(a.c, b.c) })
}

// allOf runs f beside no other call of any of the handles, of which some may be the same.
func allOf[P comparable](handles []*handle[P], f func() error) error {
	if len(handles) == 0 {
		return f()
	}
	slices.SortFunc(handles, func(a, b *handle[P]) int { return cmp.Compare(a.number, b.number) })
	first, rest := handles[0], handles[1:]
	for len(rest) > 0 && rest[0] == first {
		rest = rest[1:]
	}
	return first.alone(func(P) error { return allOf(rest, f) })
}
