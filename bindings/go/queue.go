package clicklens

import (
	"context"
	"sync"
)

// A queue hands out a bounded number of seats, each to one goroutine at a time.
type queue[T any] struct {
	free   chan T
	closed chan struct{}
	once   sync.Once
}

func newQueue[T any](seats int) queue[T] {
	return queue[T]{free: make(chan T, seats), closed: make(chan struct{})}
}

// take gives a free seat, or waits for one as long as the context allows. [ErrClosed].
func (q *queue[T]) take(ctx context.Context) (seat T, err error) {
	if err := ctx.Err(); err != nil {
		return seat, err
	}
	select {
	case <-q.closed:
		return seat, ErrClosed
	default:
	}
	select {
	case seat = <-q.free:
		return seat, nil
	default:
	}
	select {
	case seat = <-q.free:
		return seat, nil
	case <-q.closed:
		return seat, ErrClosed
	case <-ctx.Done():
		return seat, ctx.Err()
	}
}

func (q *queue[T]) give(seat T) { q.free <- seat }

// close turns away who waits and who comes later, then runs f; closing twice does nothing.
func (q *queue[T]) close(f func()) {
	q.once.Do(func() {
		close(q.closed)
		f()
	})
}
