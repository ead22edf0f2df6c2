package clicklens

// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"math"
	"unsafe"
)

// SessionOptions say all that a session may be asked for; nil or a zero field: the default.
type SessionOptions struct {
	Strands       int       // parts that a batch may be cut into, each with a helper thread but the first; up to 256
	Gradients     Gradients // for saliency
	TileRows      int       // candidates that go through the network together; 0: chosen
	Captures      []string  // layers, values or outputs that runs may capture
	Observed      []string  // that a profile or probe rows read
	Precision     Precision
	FullPrecision []string // outputs of linears that stay float32 whatever Precision says
	Cache         bool     // batches may name a candidate cache

	// Probe's logits come with every run's scores. With ExitProbe (number of a probe, from 1) candidates whose logit by
	// it is below ExitBound stop at its layer: their score is the probe's.
	Probe     *Probe
	ExitProbe int
	ExitBound float32

	Profile  *ProfileOptions // what runs meet is profiled, for Session.Collect; give batches Keys
	Recorder *Recorder       // of the same model; gets every batch that Score and Run have scored; batches need Keys
}

// c lays the options out for C; the probe comes with probed.
func (o *SessionOptions) c(m *Model, inputs *Inputs, keep *cMemory) (*C.clens_session_options, *setup, error) {
	if o == nil {
		o = &SessionOptions{}
	}
	if o.Recorder != nil && o.Recorder.model != m.info.ID {
		return nil, nil, failed(ErrBadState, "options.Recorder: of another model")
	}
	captures, err := m.findValues(o.Captures)
	if err != nil {
		return nil, nil, err
	}
	observed, err := m.findValues(o.Observed)
	if err != nil {
		return nil, nil, err
	}
	full, err := m.findValues(o.FullPrecision)
	if err != nil {
		return nil, nil, err
	}
	c := (*C.clens_session_options)(keep.take(C.sizeof_clens_session_options))
	*c = C.clens_session_options{struct_size: C.sizeof_clens_session_options, strands: C.uint32_t(narrow(o.Strands)),
		gradients: C.uint32_t(o.Gradients), tile_rows: C.uint32_t(narrow(o.TileRows)), precision: C.uint32_t(o.Precision),
		exit_probe: C.uint32_t(narrow(o.ExitProbe)), exit_bound: C.float(o.ExitBound)}
	c.captures, c.capture_count = keep.indices(captures)
	c.observed, c.observed_count = keep.indices(observed)
	c.full_precision, c.full_precision_count = keep.indices(full)
	if o.Cache {
		c.cache = 1
	}
	if o.Profile != nil {
		if c.profile, err = o.Profile.c(m, keep); err != nil {
			return nil, nil, err
		}
	}
	made := &setup{bound: bind(m, inputs), recorder: o.Recorder}
	for _, value := range captures {
		made.captures = append(made.captures, capturable{value, m.info.Values[value].Width})
	}
	return c, made, nil
}

// probed calls f while the options' probe, if there is one, is in c.
func (o *SessionOptions) probed(c *C.clens_session_options, made *setup, f func() error) error {
	if o == nil {
		return f()
	}
	return o.Probe.shareOrNil(func(probe *C.clens_probe) error {
		if probe != nil {
			made.probes = int(C.clens_probe_count(probe))
		}
		c.probe = probe
		return f()
	})
}

// narrow is a number as C takes it. One that does not fit becomes the largest, not another that might be meant: C
// refuses that where it has bounds.
func narrow(i int) uint32 {
	if i < 0 || uint64(i) > math.MaxUint32 {
		return math.MaxUint32
	}
	return uint32(i)
}

// cMemory is memory that C reads during one call.
type cMemory []unsafe.Pointer

func (k *cMemory) take(size C.size_t) unsafe.Pointer {
	p := C.calloc(1, max(size, 1))
	*k = append(*k, p)
	return p
}

func (k *cMemory) indices(all []int) (*C.size_t, C.size_t) {
	if len(all) == 0 {
		return nil, 0
	}
	p := (*C.size_t)(k.take(C.size_t(len(all)) * C.sizeof_size_t))
	for i, index := range all {
		unsafe.Slice(p, len(all))[i] = C.size_t(index)
	}
	return p, C.size_t(len(all))
}

func (k *cMemory) floats(all []float32) (*C.float, C.size_t) {
	if len(all) == 0 {
		return nil, 0
	}
	p := (*C.float)(k.take(C.size_t(len(all)) * C.sizeof_float))
	copy(unsafe.Slice((*float32)(p), len(all)), all)
	return p, C.size_t(len(all))
}

func (k *cMemory) free() {
	for _, p := range *k {
		C.free(p)
	}
}
