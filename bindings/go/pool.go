package clicklens

import (
	"context"
	"errors"
)

// A Pool is a bounded number of sessions, its seats, that any number of goroutines score with: a call takes a free seat
// or waits for one, as long as its context allows.
type Pool struct {
	seats queue[*Session]
	all   []*Session
	tasks int
}

// NewPool makes a pool of so many sessions. With [SessionOptions] of several strands each seat has helper threads of
// its own; for a server, one strand and as many seats as processors is the usual choice.
func (m *Model) NewPool(inputs *Inputs, seats int, options *SessionOptions) (*Pool, error) {
	if seats < 1 {
		return nil, failed(ErrInvalidArgument, "a pool of %d seats", seats)
	}
	p := &Pool{seats: newQueue[*Session](seats), tasks: len(m.info.Outputs)}
	for range seats {
		s, err := m.NewSession(inputs, options)
		if err != nil {
			p.Close()
			return nil, err
		}
		p.all = append(p.all, s)
		p.seats.give(s)
	}
	return p, nil
}

// Close ends the pool: who waits for a seat, and who comes later, gets [ErrClosed]; runs at hand are waited for. Closing
// twice does nothing.
func (p *Pool) Close() error {
	p.seats.close(func() {
		for _, s := range p.all {
			s.Close()
		}
	})
	return nil
}

// Do runs f with a session that is f's alone until it returns.
func (p *Pool) Do(ctx context.Context, f func(*Session) error) error {
	s, err := p.seats.take(ctx)
	if err != nil {
		return err
	}
	defer p.seats.give(s)
	return f(s)
}

// Score is [Session.Score] with the next free seat.
func (p *Pool) Score(ctx context.Context, b *Batch) ([]float32, error) {
	scores := make([]float32, max(b.Candidates, 0)*p.tasks)
	if err := p.ScoreInto(ctx, b, scores); err != nil {
		return nil, err
	}
	return scores, nil
}

// ScoreInto is [Session.ScoreInto] with the next free seat.
func (p *Pool) ScoreInto(ctx context.Context, b *Batch, scores []float32) error {
	return p.Do(ctx, func(s *Session) error { return s.ScoreInto(ctx, b, scores) })
}

// Run is [Session.Run] with the next free seat.
func (p *Pool) Run(ctx context.Context, b *Batch, r *Result) error {
	return p.Do(ctx, func(s *Session) error { return s.Run(ctx, b, r) })
}

// Saliency is [Session.Saliency] with the next free seat.
func (p *Pool) Saliency(ctx context.Context, b *Batch, spec *SaliencySpec) (values []float32, err error) {
	err = p.Do(ctx, func(s *Session) error {
		values, err = s.Saliency(ctx, b, spec)
		return err
	})
	return values, err
}

// SaliencyInto is [Session.SaliencyInto] with the next free seat.
func (p *Pool) SaliencyInto(ctx context.Context, b *Batch, spec *SaliencySpec, values []float32, r *Result) error {
	return p.Do(ctx, func(s *Session) error { return s.SaliencyInto(ctx, b, spec, values, r) })
}

// Collect adds what all seats saw since the last time to profile; it waits for no run, nor any run for it. It gives the
// number of rows that came.
func (p *Pool) Collect(profile *Profile) (rows uint64, err error) {
	for _, s := range p.all {
		came, failure := s.Collect(profile)
		rows += came
		err = errors.Join(err, failure)
	}
	return rows, err
}

// Settle adds up the rows that wait in all seats, as [Session.Settle].
func (p *Pool) Settle() (rows uint64, err error) {
	for _, s := range p.all {
		settled, failure := s.Settle()
		rows += settled
		err = errors.Join(err, failure)
	}
	return rows, err
}
