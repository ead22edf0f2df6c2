package clicklens

// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"context"
	"runtime"
	"unsafe"
)

// ExplainerOptions of [Model.NewExplainer].
type ExplainerOptions struct {
	Layers []string // values that specs may name
	Rows   int      // steps, draws and replacements that go through the network together: even, up to 1024 [96]
}

// An Explainer says why a candidate has its score by methods that look at more than one gradient. Its methods may be
// called by any goroutine; they take turns. All memory is taken when it is made.
type Explainer struct {
	handle  handle[*C.clens_explainer]
	bound   *binding
	seat    *C.clg_seat
	release runtime.Cleanup
	frame   frame
}

// AttributionSpec says what is attributed, and how. Zero fields: the default in brackets.
type AttributionSpec struct {
	Method        AttributionMethod
	Level         SaliencyLevel // but LevelID; Conductance has a column for each neuron instead
	Target        SaliencyTarget
	GradientsOnly bool      // SmoothGrad, NeuronGradients: without the factor x - baseline
	Task          int       // TargetLogit, TargetProbability: index of the output
	Value, Column int       // TargetNeuron: one of the explainer's layers, or a task's logit
	Layer         int       // Conductance, NeuronGradients: one of the explainer's layers
	Baselines     []float32 // rows of input width: none: zero; one for all; else one for each candidate
	Spreads       []float32 // SmoothGrad: the standard deviation of each input column
	Steps         int       // of a path [50]
	MostSteps     int       // IntegratedGradients with Tolerance: steps double up to here [1024]
	Tolerance     float64   // IntegratedGradients: of Attribution.Gap; 0: Steps alone
	Draws         int       // ExpectedGradients, SmoothGrad [50]
	Seed          uint64    // of the draws: equal candidates have equal draws
	Noise         float64   // SmoothGrad: share of a group's standard deviation [0.1]
}

// Attributions are what a batch's candidates owe their scores to.
type Attributions struct {
	Values     []float32 // candidate-major, as many a candidate as the level has
	Candidates []Attribution
	Counts     Counts
}

// An Attribution is about one candidate. NaN: the method has no such figure.
type Attribution struct {
	Score, Baseline float64 // of the target
	Sum             float64 // of the candidate's values
	Bias            float64 // Additive: what biases and shifts add
	Gap             float64 // what the sum misses, by the sum of |values|
	Steps           int     // of the path, or draws; 0: neither
}

// NewExplainer makes an explainer for what a host sends; options nil: the default. Errors are those of
// [Model.NewSession].
func (m *Model) NewExplainer(inputs *Inputs, options *ExplainerOptions) (*Explainer, error) {
	var given ExplainerOptions
	if options != nil {
		given = *options
	}
	layers, err := m.findValues(given.Layers)
	if err != nil {
		return nil, err
	}
	var keep cMemory
	defer keep.free()
	o := (*C.clens_explainer_options)(keep.take(C.sizeof_clens_explainer_options))
	o.struct_size, o.rows = C.sizeof_clens_explainer_options, C.uint32_t(narrow(given.Rows))
	o.layers, o.layer_count = keep.indices(layers)
	e := &Explainer{bound: bind(m, inputs)}
	if e.seat = C.clg_seat_create(C.size_t(len(e.bound.inputs)), 0); e.seat == nil {
		return nil, failed(ErrOutOfMemory, "no memory for an explainer")
	}
	e.release = runtime.AddCleanup(e, func(seat *C.clg_seat) { C.clg_seat_release(seat) }, e.seat)
	var c *C.clens_explainer
	err = m.handle.share(func(model *C.clens_model) error {
		return inputs.handle.share(func(in *C.clens_inputs) error {
			return check(func() C.clens_status { return C.clens_explainer_create(model, in, o, &c) })
		})
	})
	if err != nil {
		return nil, err
	}
	e.handle.own(c, func(c *C.clens_explainer) { C.clens_explainer_release(c) })
	return e, nil
}

// Close gives the explainer's memory back. Closing twice does nothing.
func (e *Explainer) Close() error { return e.handle.close() }

func (f *frame) attribution(spec *AttributionSpec, width int) error {
	for _, n := range []int{spec.Task, spec.Value, spec.Column, spec.Layer, spec.Steps, spec.MostSteps, spec.Draws} {
		if n < 0 {
			return failed(ErrInvalidArgument, "attribution: a negative number: %d", n)
		}
	}
	if width > 0 && len(spec.Baselines)%width != 0 {
		return failed(ErrInvalidArgument, "attribution: %d numbers of baselines, rows have %d", len(spec.Baselines), width)
	}
	a := &f.call.attribution
	a.method, a.level, a.target = C.uint32_t(spec.Method), C.uint32_t(spec.Level), C.uint32_t(spec.Target)
	if spec.GradientsOnly {
		a.flags = C.CLENS_ATTRIBUTION_GRADIENTS_ONLY
	}
	a.task, a.value, a.column = C.uint64_t(spec.Task), C.uint64_t(spec.Value), C.uint64_t(spec.Column)
	a.layer = C.uint64_t(spec.Layer)
	if len(spec.Baselines) > 0 {
		a.baselines, a.baseline_rows = f.place(view(spec.Baselines)), C.uint64_t(len(spec.Baselines)/width)
	}
	a.spreads, a.spread_count = f.place(view(spec.Spreads)), C.uint64_t(len(spec.Spreads))
	a.steps, a.most_steps, a.draws = C.uint32_t(narrow(spec.Steps)), C.uint32_t(narrow(spec.MostSteps)), C.uint32_t(narrow(spec.Draws))
	a.tolerance, a.seed, a.noise = C.double(spec.Tolerance), C.uint64_t(spec.Seed), C.double(spec.Noise)
	return nil
}

// Run attributes the scores of the batch's candidates. [ErrUnsupported] names what the method is not defined for.
func (e *Explainer) Run(ctx context.Context, b *Batch, spec *AttributionSpec) (*Attributions, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if b.Cache != nil || b.CacheRows != nil {
		return nil, failed(ErrUnsupported, "an attribution of a batch with a cache")
	}
	out := &Attributions{}
	err := e.handle.alone(func(c *C.clens_explainer) error {
		f := &e.frame
		defer f.forget()
		f.reset()
		if err := f.attribution(spec, e.bound.width); err != nil {
			return err
		}
		f.call.candidates = C.uint64_t(max(b.Candidates, 0))
		if err := f.run(C.CLG_EXPLAIN_SIZE, e.seat, nil, unsafe.Pointer(c)); err != nil {
			return err
		}
		out.Values = make([]float32, int(f.call.count))
		infos := make([]C.clens_attribution_info, max(b.Candidates, 0))
		f.reset()
		f.call.values, f.call.value_capacity = f.output(view(out.Values)), C.uint64_t(len(out.Values))
		place := f.output(view(infos))
		if err := f.attribution(spec, e.bound.width); err != nil {
			return err
		}
		f.call.attribution.infos, f.call.attribution.info_capacity = place, C.uint64_t(len(infos))
		if err := f.batch(e.bound, b); err != nil {
			return err
		}
		if err := f.run(C.CLG_EXPLAIN, e.seat, nil, unsafe.Pointer(c)); err != nil {
			return err
		}
		out.Counts = f.counts()
		for _, i := range infos {
			out.Candidates = append(out.Candidates, Attribution{float64(i.score), float64(i.baseline), float64(i.sum),
				float64(i.bias), float64(i.gap), int(i.steps)})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Inputs are the pooled inputs of each candidate, candidates x input width: what baselines and spreads are made of.
func (e *Explainer) Inputs(ctx context.Context, b *Batch) (values []float32, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	values = make([]float32, max(b.Candidates, 0)*e.bound.width)
	err = e.handle.alone(func(c *C.clens_explainer) error {
		f := &e.frame
		defer f.forget()
		f.reset()
		f.call.values, f.call.value_capacity = f.output(view(values)), C.uint64_t(len(values))
		if err := f.batch(e.bound, b); err != nil {
			return err
		}
		return f.run(C.CLG_EXPLAIN_INPUTS, e.seat, nil, unsafe.Pointer(c))
	})
	return values, err
}
