package clicklens

// #include "shim.h"
import "C"

import (
	"context"
	"unsafe"
)

// capturable is a value that a session may capture.
type capturable struct{ value, width int }

// A Result is what one run gives back. Runs into the same Result use its memory again: keep a Result for each
// goroutine, and nothing is allocated.
type Result struct {
	Kind        OutputKind // in: what scores are
	Scores      []float32  // Scores[candidate*tasks+task]
	Captures    []Capture  // in: which values, by Value; out: their Data
	ProbeLogits []float32  // ProbeLogits[candidate*probes+i], of the session's probe
	Counts      Counts
	Exited      uint64 // candidates that stopped early
}

// A Capture is a value of the network, as it was in one run.
type Capture struct {
	Value int       // index, one of the session's Captures (Model.FindValue)
	Data  []float32 // Data[row*width+column]
	Rows  int
	Scope Scope // ScopeRequest: a row per request; else a row per candidate
}

// Score scores a batch: scores[candidate*tasks+task] are probabilities.
//
// The batch's structure is checked before any work: [ErrBadBatch]. Bad values follow the feature's rule for missing or
// unknown ones, unless the batch is strict: [ErrBadValue]. A context that is done ends Score before it starts; a run
// itself is too short to be stopped.
func (s *Session) Score(ctx context.Context, b *Batch) ([]float32, error) {
	scores := make([]float32, max(b.Candidates, 0)*s.bound.tasks)
	if err := s.ScoreInto(ctx, b, scores); err != nil {
		return nil, err
	}
	return scores, nil
}

// ScoreInto is Score into the caller's slice, of candidates x tasks: [ErrBufferTooSmall] where it is shorter. It
// allocates nothing, once a few batches of the largest size have been scored.
func (s *Session) ScoreInto(ctx context.Context, b *Batch, scores []float32) error {
	return s.scoreInto(ctx, b, scores, Probability)
}

// LogitsInto is ScoreInto of logits.
func (s *Session) LogitsInto(ctx context.Context, b *Batch, logits []float32) error {
	return s.scoreInto(ctx, b, logits, Logit)
}

func (s *Session) scoreInto(ctx context.Context, b *Batch, scores []float32, kind OutputKind) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.end()
	s.frame.scores(kind, scores)
	return s.recorded(b)
}

// Run scores a batch and gives everything back that the session was made for.
func (s *Session) Run(ctx context.Context, b *Batch, r *Result) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.end()
	if err := s.results(b, r); err != nil {
		return err
	}
	if err := s.recorded(b); err != nil {
		return err
	}
	s.read(r)
	return nil
}

// NewResult makes a Result that captures all of the session's captures.
func (s *Session) NewResult() *Result {
	r := &Result{}
	for _, c := range s.captures {
		r.Captures = append(r.Captures, Capture{Value: c.value})
	}
	return r
}

// recorded scores, and hands the batch to the session's recorder in the same call.
func (s *Session) recorded(b *Batch) error {
	if s.recorder == nil {
		return s.run(C.CLG_RUN, b, nil)
	}
	if b.Keys == nil && b.Candidates > 0 {
		s.frame.forget()
		return failed(ErrInvalidArgument, "batch: no Keys, by which the session's recorder samples")
	}
	return s.recorder.handle.share(func(recorder *C.clens_recorder) error {
		s.seat.recorder = recorder
		defer func() { s.seat.recorder = nil }()
		return s.run(C.CLG_RUN, b, nil)
	})
}

func (f *frame) scores(kind OutputKind, scores []float32) {
	f.call.kind = C.uint32_t(kind)
	f.call.scores = f.output(view(scores))
	f.call.score_capacity = C.uint64_t(len(scores))
}

// results makes room for what a run gives back.
func (s *Session) results(b *Batch, r *Result) error {
	f := &s.frame
	candidates := max(b.Candidates, 0)
	r.Scores = room(r.Scores, candidates*s.bound.tasks)
	f.scores(r.Kind, r.Scores)
	if s.probes > 0 {
		r.ProbeLogits = room(r.ProbeLogits, candidates*s.probes)
		f.call.probe_logits = f.output(view(r.ProbeLogits))
		f.call.probe_capacity = C.uint64_t(len(r.ProbeLogits))
	}
	if len(r.Captures) > len(s.captures) {
		f.forget()
		return failed(ErrInvalidArgument, "%d captures, the session was made for %d", len(r.Captures), len(s.captures))
	}
	for i := range r.Captures {
		c := &r.Captures[i]
		width := -1
		for _, known := range s.captures {
			if known.value == c.Value {
				width = known.width
			}
		}
		if width < 0 {
			f.forget()
			return failed(ErrBadState, "captures[%d]: the session was not made to capture value %d", i, c.Value)
		}
		// Of request scope or not, C says: as many rows as candidates or requests, whichever are more, are enough.
		c.Data = room(c.Data, max(candidates, b.requests())*width)
		f.captures = append(f.captures, C.clg_capture{value: C.uint64_t(c.Value), data: f.output(view(c.Data)),
			capacity: C.uint64_t(len(c.Data))})
	}
	return nil
}

// read takes what a run has said.
func (s *Session) read(r *Result) {
	f := &s.frame
	r.Counts, r.Exited = f.counts(), uint64(f.call.exited)
	for i := range r.Captures {
		c := &r.Captures[i]
		c.Rows, c.Scope = int(f.captures[i].rows), Scope(f.captures[i].scope)
		for _, known := range s.captures {
			if known.value == c.Value {
				c.Data = c.Data[:c.Rows*known.width]
			}
		}
	}
}

// room is a slice of that length, of the memory of s where that is enough.
func room[T any](s []T, length int) []T {
	if cap(s) >= length {
		return s[:length]
	}
	return make([]T, length)
}

// FlatScoreInto scores a batch in its flat form, one buffer as [Session.Flat] and a [Recording] give it, into
// candidates x tasks scores. The buffer is not trusted: [ErrBadBatch] names the field.
func (s *Session) FlatScoreInto(ctx context.Context, flat []byte, kind OutputKind, scores []float32) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.end()
	f := &s.frame
	at := unsafe.Pointer(unsafe.SliceData(flat))
	if uintptr(at)%8 != 0 || at == nil {
		_, at = f.reserve(max(len(flat), 1))
		copy(unsafe.Slice((*byte)(at), len(flat)), flat)
	}
	var none C.float
	out := &none
	if len(scores) > 0 {
		out = (*C.float)(unsafe.Pointer(&scores[0]))
	}
	status := C.clg_run_flat(s.seat, (*C.uint8_t)(at), C.size_t(len(flat)), C.uint32_t(kind), out,
		C.size_t(len(scores)))
	if status != C.CLENS_OK {
		return &Error{Status: Status(status), Message: C.GoString(&s.seat.message[0])}
	}
	return nil
}

// Flat writes the batch in its flat form: little-endian, for recording and replay. Equal batches give equal bytes.
func (s *Session) Flat(ctx context.Context, b *Batch) ([]byte, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.end()
	if err := s.run(C.CLG_FLAT_SIZE, b, nil); err != nil {
		return nil, err
	}
	size := int(s.frame.call.count)
	flat := make([]uint64, (size+7)/8)
	s.frame.reset()
	s.frame.call.values = s.frame.output(view(flat))
	s.frame.call.value_capacity = C.uint64_t(8 * len(flat))
	if err := s.run(C.CLG_FLAT_WRITE, b, nil); err != nil {
		return nil, err
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(flat))), size), nil
}
