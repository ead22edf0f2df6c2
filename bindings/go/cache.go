package clicklens

// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"context"
	"runtime"
	"unsafe"
)

// CacheOptions of [Model.NewCache].
type CacheOptions struct {
	Rows          int // ads it has room for
	Precision     Precision
	Storage       CacheStorage
	Explainable   bool // keeps every value of candidate scope: for gradients, captures, probes
	Strands       int  // threads that fill
	FullPrecision []string
}

// A Cache keeps what depends on a candidate alone, computed once per ad, as rows that batches name
// ([Batch.CacheRows]). Sessions that read one are made with [SessionOptions.Cache]; one of another model, precision or
// choice of layers is [ErrStale]. Scores from float32 rows have the bits of an uncached run.
//
// A Cache may be read by any number of goroutines; Fill waits for the runs that read it, and runs wait for Fill. One that
// was published ([Slot.Publish]) is the slot's, and closed for its maker.
type Cache struct {
	handle  handle[*C.clens_cache]
	bound   *binding
	seat    *C.clg_seat
	release runtime.Cleanup
	frame   frame
}

// CacheInfo is how full a cache is and what it takes.
type CacheInfo struct {
	Rows, Filled    uint64 // room; rows that hold an ad
	RowBytes, Bytes uint64 // of one ad; of all memory
	Model           [2]uint64
}

// NewCache makes an empty cache. inputs name what Fill's batches send: features of request and pair scope need none.
func (m *Model) NewCache(inputs *Inputs, options *CacheOptions) (*Cache, error) {
	full, err := m.findValues(options.FullPrecision)
	if err != nil {
		return nil, err
	}
	var keep cMemory
	defer keep.free()
	o := (*C.clens_cache_options)(keep.take(C.sizeof_clens_cache_options))
	*o = C.clens_cache_options{struct_size: C.sizeof_clens_cache_options, rows: C.uint64_t(max(options.Rows, 0)),
		precision: C.uint32_t(options.Precision), storage: C.uint32_t(options.Storage),
		strands: C.uint32_t(narrow(options.Strands))}
	if options.Explainable {
		o.explainable = 1
	}
	o.full_precision, o.full_precision_count = keep.indices(full)
	k := &Cache{bound: bind(m, inputs)}
	for i := range k.bound.inputs {
		in := &k.bound.inputs[i]
		in.used = in.used && in.scope == ScopeCandidate
	}
	if k.seat = C.clg_seat_create(C.size_t(len(k.bound.inputs)), 0); k.seat == nil {
		return nil, failed(ErrOutOfMemory, "no memory for a cache")
	}
	k.release = runtime.AddCleanup(k, func(seat *C.clg_seat) { C.clg_seat_release(seat) }, k.seat)
	var c *C.clens_cache
	err = m.handle.share(func(model *C.clens_model) error {
		return inputs.handle.share(func(in *C.clens_inputs) error {
			return check(func() C.clens_status { return C.clens_cache_create(model, in, o, &c) })
		})
	})
	if err != nil {
		return nil, err
	}
	k.handle.own(c, func(c *C.clens_cache) { C.clens_cache_release(c) })
	return k, nil
}

// Close waits for runs that read the cache and gives its memory back. Closing twice does nothing.
func (k *Cache) Close() error { return k.handle.close() }

// Fill computes the batch's candidates into rows, or into rows 0, 1, 2, ... where rows is nil. Columns of candidate
// scope are read, others are left alone; the batch has neither Requests nor Keys.
func (k *Cache) Fill(ctx context.Context, ads *Batch, rows []int64) (counts Counts, err error) {
	if err := ctx.Err(); err != nil {
		return counts, err
	}
	if rows != nil && len(rows) != ads.Candidates {
		return counts, failed(ErrInvalidArgument, "%d rows, %d candidates", len(rows), ads.Candidates)
	}
	if ads.Cache != nil || ads.CacheRows != nil {
		return counts, failed(ErrInvalidArgument, "a batch to fill a cache with that names a cache")
	}
	err = k.handle.alone(func(c *C.clens_cache) error {
		f := &k.frame
		f.reset()
		if err := f.batch(k.bound, ads); err != nil {
			f.forget()
			return err
		}
		f.call.fill_rows = f.place(view(rows))
		err := f.run(C.CLG_CACHE_FILL, k.seat, nil, unsafe.Pointer(c))
		counts = f.counts()
		return err
	})
	return counts, err
}

// Describe tells how full the cache is.
func (k *Cache) Describe() (info CacheInfo, err error) {
	err = k.handle.share(func(c *C.clens_cache) error {
		raw := C.clens_cache_info{struct_size: C.sizeof_clens_cache_info}
		err := check(func() C.clens_status { return C.clens_cache_describe(c, &raw) })
		info = CacheInfo{uint64(raw.rows), uint64(raw.filled), uint64(raw.row_bytes), uint64(raw.bytes),
			[2]uint64{uint64(raw.model_low), uint64(raw.model_high)}}
		return err
	})
	return info, err
}
