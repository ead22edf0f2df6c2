package clicklens

import (
	"testing"
	"time"
)

func owned(number *int) *handle[*int] {
	h := &handle[*int]{}
	h.own(number, func(*int) {})
	return h
}

// The same handle twice is read once: another that waits to close may come in between.
func TestShareBothReadsAHandleOnce(t *testing.T) {
	h := owned(new(int))
	err := shareBoth(h, h, func(a, b *int) error {
		if a != h.c || b != h.c {
			t.Error("another object")
		}
		h.mu.RUnlock()
		if !h.mu.TryLock() {
			t.Error("read twice")
		} else {
			h.mu.Unlock()
		}
		h.mu.RLock()
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// Whichever is named first, the one made first is locked first.
func TestShareBothLocksInTheOrderOfMaking(t *testing.T) {
	first, second := owned(new(int)), owned(new(int))
	first.mu.Lock()
	done := make(chan error)
	go func() {
		done <- shareBoth(second, first, func(a, b *int) error {
			if a != second.c || b != first.c {
				t.Error("another object")
			}
			return nil
		})
	}()
	for range 20 {
		time.Sleep(time.Millisecond)
		if !second.mu.TryLock() {
			t.Error("the second is locked before the first")
			break
		}
		second.mu.Unlock()
	}
	first.mu.Unlock()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := first.close(); err != nil {
		t.Error(err)
	}
	if err := shareBoth(second, first, func(a, b *int) error { return nil }); err != ErrClosed {
		t.Error(err)
	}
}
