package clicklens

// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"context"
	"unsafe"
)

// A Probe is one linear classifier, or regression, for each of some values of a model. It is immutable and shared by
// goroutines; sessions made with it hold it.
type Probe struct{ handle handle[*C.clens_probe] }

func ownProbe(c *C.clens_probe) *Probe {
	p := &Probe{}
	p.handle.own(c, func(c *C.clens_probe) { C.clens_probe_release(c) })
	return p
}

// Probe is the one that the model's file carries: [ErrNotFound] where it carries none.
func (m *Model) Probe() (*Probe, error) {
	var c *C.clens_probe
	err := m.handle.share(func(model *C.clens_model) error {
		return check(func() C.clens_status { return C.clens_model_probe(model, &c) })
	})
	if err != nil {
		return nil, err
	}
	return ownProbe(c), nil
}

// OpenProbe opens a probe that has a file of its own. [ErrBadState]: it was fitted to another model.
func (m *Model) OpenProbe(path string) (*Probe, error) {
	name, err := cString(path)
	if err != nil {
		return nil, err
	}
	defer C.free(unsafe.Pointer(name))
	var c *C.clens_probe
	err = m.handle.share(func(model *C.clens_model) error {
		return check(func() C.clens_status { return C.clens_probe_open(name, model, &c) })
	})
	if err != nil {
		return nil, err
	}
	return ownProbe(c), nil
}

// Close gives the probe's memory back once no session needs it. Closing twice does nothing.
func (p *Probe) Close() error { return p.handle.close() }

func (p *Probe) shareOrNil(f func(*C.clens_probe) error) error {
	if p == nil {
		return f(nil)
	}
	return p.handle.share(f)
}

// ProbeInfo describes the probe of one value.
type ProbeInfo struct {
	Name                string // the layer's, value's or output's
	Value, Width        int
	Rows, Clicks        uint64 // fitted to
	Target              ProbeTarget
	Converged           bool
	Iterations          int
	Lambda              float64
	Objective, Gradient float64
	Intercept           float64 // on standardised inputs
}

// Describe tells what each probe is of, in the order of [Result.ProbeLogits].
func (p *Probe) Describe() (infos []ProbeInfo, err error) {
	err = p.handle.share(func(c *C.clens_probe) error {
		for i := range C.clens_probe_count(c) {
			raw := C.clens_probe_info{struct_size: C.sizeof_clens_probe_info}
			if err := check(func() C.clens_status { return C.clens_probe_describe(c, i, &raw) }); err != nil {
				return err
			}
			infos = append(infos, ProbeInfo{C.GoString(raw.name), int(raw.value), int(raw.width), uint64(raw.rows),
				uint64(raw.clicks), ProbeTarget(raw.target), raw.converged != 0, int(raw.iterations), float64(raw.lambda),
				float64(raw.objective), float64(raw.gradient), float64(raw.intercept)})
		}
		return nil
	})
	return infos, err
}

// ProbeRows are values of some rows, kept in memory with their labels: what probes are evaluated on. Its methods may
// be called by any goroutine; they take turns.
type ProbeRows struct{ handle handle[*C.clens_probe_rows] }

// NewProbeRows keeps the values of these names, or, with none, of every layer and then every task's logit.
func (m *Model) NewProbeRows(values ...string) (*ProbeRows, error) {
	indices, err := m.findValues(values)
	if err != nil {
		return nil, err
	}
	var keep cMemory
	defer keep.free()
	o := (*C.clens_probe_rows_options)(keep.take(C.sizeof_clens_probe_rows_options))
	o.struct_size = C.sizeof_clens_probe_rows_options
	o.values, o.value_count = keep.indices(indices)
	var c *C.clens_probe_rows
	err = m.handle.share(func(model *C.clens_model) error {
		return check(func() C.clens_status { return C.clens_probe_rows_create(model, o, &c) })
	})
	if err != nil {
		return nil, err
	}
	r := &ProbeRows{}
	r.handle.own(c, func(c *C.clens_probe_rows) { C.clens_probe_rows_release(c) })
	return r, nil
}

// Close gives the rows' memory back. Closing twice does nothing.
func (r *ProbeRows) Close() error { return r.handle.close() }

// Add runs the batch in a session that observes the values, and keeps its candidates.
func (r *ProbeRows) Add(ctx context.Context, s *Session, b *Batch, rows *RowInfo) error {
	return r.handle.alone(func(c *C.clens_probe_rows) error {
		if err := s.begin(ctx); err != nil {
			return err
		}
		defer s.end()
		if err := s.frame.rows(b, rows); err != nil {
			return err
		}
		return s.run(C.CLG_PROBE_ROWS_ADD, b, unsafe.Pointer(c))
	})
}

// Metrics of scores against clicks. NaN: not defined. SE: clustered standard errors.
type Metrics struct {
	Rows, Clicks, NonFinite               uint64
	AUC, AUCSE, AUCErrorBound             float64
	GAUC, GAUCCoverage, GAUCMedianRows    float64
	LogLoss, LogLossSE, NormalizedEntropy float64
	Calibration, CalibrationSE            float64 // sum of probabilities over clicks
	Slope, SlopeSE, Intercept             float64 // of clicks on logits
	EnoughData                            bool    // 200 clicks or more
}

// Evaluate gives the metrics of probe number index (from 0) on rows; of a regression r2 too, else that is NaN.
func (p *Probe) Evaluate(index int, rows *ProbeRows) (m Metrics, r2 float64, err error) {
	err = p.handle.share(func(c *C.clens_probe) error {
		return rows.handle.alone(func(on *C.clens_probe_rows) error {
			raw := C.clens_metrics_result{struct_size: C.sizeof_clens_metrics_result}
			if err := check(func() C.clens_status {
				return C.clens_probe_evaluate(c, C.size_t(index), on, nil, &raw, (*C.double)(&r2))
			}); err != nil {
				return err
			}
			m = Metrics{uint64(raw.rows), uint64(raw.clicks), uint64(raw.non_finite), float64(raw.auc), float64(raw.auc_se),
				float64(raw.auc_error_bound), float64(raw.gauc), float64(raw.gauc_coverage), float64(raw.gauc_median_rows),
				float64(raw.logloss), float64(raw.logloss_se), float64(raw.normalized_entropy), float64(raw.calibration),
				float64(raw.calibration_se), float64(raw.slope), float64(raw.slope_se), float64(raw.intercept),
				raw.enough_data != 0}
			return nil
		})
	})
	return m, r2, err
}
