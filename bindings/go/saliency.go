package clicklens

// #include "shim.h"
import "C"

import "context"

// SaliencySpec says what influence is measured of. Its zero value, the default but for Means, is the centred gradient
// x input of the first task's logit, by feature group.
type SaliencySpec struct {
	Method     SaliencyMethod
	Level      SaliencyLevel
	Target     SaliencyTarget
	Task       int       // TargetLogit, TargetProbability: index of the output
	Value      int       // TargetNeuron: one of the session's captures, or a task's logit
	Column     int       // TargetNeuron
	PerRequest bool      // request features: the signed sum over the request's candidates
	Means      []float32 // Centred: input width reference means, as Means.Values gives them
}

func (f *frame) spec(spec *SaliencySpec) error {
	if spec.Task < 0 || spec.Value < 0 || spec.Column < 0 {
		return failed(ErrInvalidArgument, "saliency: a negative task, value or column")
	}
	c := &f.call
	c.method, c.level, c.target = C.uint32_t(spec.Method), C.uint32_t(spec.Level), C.uint32_t(spec.Target)
	c.task, c.value, c.column = C.uint64_t(spec.Task), C.uint64_t(spec.Value), C.uint64_t(spec.Column)
	if spec.PerRequest {
		c.saliency_flags = C.CLENS_SALIENCY_PER_REQUEST
	}
	c.means, c.mean_count = f.place(view(spec.Means)), C.uint64_t(len(spec.Means))
	return nil
}

// Saliency says how much each group, feature, id or pooled dimension moved each candidate's score: values are
// candidate-major, as many a candidate as the model has groups, features or input columns. At [LevelID] they are
// ragged: [Session.SaliencySize] says where each candidate's begin.
//
// [ErrBadState]: the session was made without gradients; [ErrInvalidArgument], [ErrUnsupported]: what cannot be asked.
func (s *Session) Saliency(ctx context.Context, b *Batch, spec *SaliencySpec) ([]float32, error) {
	count, ok := s.saliencyCount(b, spec)
	if !ok {
		var err error
		if count, err = s.SaliencySize(ctx, b, spec, nil); err != nil {
			return nil, err
		}
	}
	values := make([]float32, count)
	if err := s.SaliencyInto(ctx, b, spec, values, nil); err != nil {
		return nil, err
	}
	return values, nil
}

// saliencyCount is what needs no call to know.
func (s *Session) saliencyCount(b *Batch, spec *SaliencySpec) (int, bool) {
	n := max(b.Candidates, 0)
	switch spec.Level {
	case LevelGroup:
		return n * s.bound.groups, true
	case LevelFeature:
		return n * s.bound.features, true
	case LevelDimension:
		return n * s.bound.width, true
	}
	return 0, false
}

// SaliencySize is the number of values that Saliency gives for the batch. offsets, where not nil, has candidates + 1
// elements and receives where each candidate's values begin.
func (s *Session) SaliencySize(ctx context.Context, b *Batch, spec *SaliencySpec, offsets []uint64) (int, error) {
	if err := s.begin(ctx); err != nil {
		return 0, err
	}
	defer s.end()
	if err := s.frame.spec(spec); err != nil {
		return 0, err
	}
	if offsets != nil {
		s.frame.call.values = s.frame.output(view(offsets))
		s.frame.call.value_capacity = C.uint64_t(len(offsets))
	}
	err := s.run(C.CLG_SALIENCY_SIZE, b, nil)
	return int(s.frame.call.count), err
}

// SaliencyInto is Saliency into the caller's slice; scores, captures and counts of the same run go to r, where that is
// not nil. It allocates nothing but what r needs.
func (s *Session) SaliencyInto(ctx context.Context, b *Batch, spec *SaliencySpec, values []float32, r *Result) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.end()
	f := &s.frame
	f.call.values, f.call.value_capacity = f.output(view(values)), C.uint64_t(len(values))
	if r != nil {
		f.call.has_scores = 1
		if err := s.results(b, r); err != nil {
			return err
		}
	}
	if err := f.spec(spec); err != nil {
		f.forget()
		return err
	}
	if err := s.run(C.CLG_SALIENCY, b, nil); err != nil {
		return err
	}
	if r != nil {
		s.read(r)
	}
	return nil
}

// Means adds up pooled inputs over reference rows, which centred saliency is relative to. Its zero value is empty.
type Means struct {
	Sums []float64 // of each input column
	Rows uint64
}

// Values are the means: what SaliencySpec.Means wants. nil where there are no rows.
func (m *Means) Values() []float32 {
	if m.Rows == 0 {
		return nil
	}
	values := make([]float32, len(m.Sums))
	for i, sum := range m.Sums {
		values[i] = float32(sum / float64(m.Rows))
	}
	return values
}

// AddMeans adds the batch's candidates to means. The session must have been made with gradients. Sums of a batch that
// failed are of no use.
func (s *Session) AddMeans(ctx context.Context, b *Batch, means *Means) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.end()
	if means.Sums == nil {
		means.Sums = make([]float64, s.bound.width)
	}
	f := &s.frame
	f.call.values, f.call.value_capacity = f.output(view(means.Sums)), C.uint64_t(len(means.Sums))
	f.call.count = C.uint64_t(means.Rows)
	err := s.run(C.CLG_MEANS, b, nil)
	means.Rows = uint64(f.call.count)
	return err
}

// Coverage says which features say something of each candidate: covered[candidate*features+feature] is 1 where the
// feature has an id with a table row of its own, or a finite dense value.
func (s *Session) Coverage(ctx context.Context, b *Batch) (covered []uint8, err error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.end()
	covered = make([]uint8, max(b.Candidates, 0)*s.bound.features)
	s.frame.call.values, s.frame.call.value_capacity = s.frame.output(view(covered)), C.uint64_t(len(covered))
	err = s.run(C.CLG_COVERAGE, b, nil)
	return covered, err
}
