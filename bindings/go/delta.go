package clicklens

// #include <stdlib.h>
// #include <clicklens/clicklens.h>
import "C"

import "unsafe"

// A Delta is a file that says how a model differs from its base: rows of tables, keys of vocabularies, layers. Made from
// two models, applied to the first it gives the second: the same ID, the same bits, over the memory of the first. It is of
// one base, whatever was applied to that base before. Any number of goroutines use it.
type Delta struct {
	handle handle[*C.clens_delta]
	info   DeltaInfo
}

// DeltaInfo is what a delta is of, and what it does.
type DeltaInfo struct {
	Base, Result                                     [2]uint64 // as [ModelInfo].ID
	FileSize                                         uint64    // bytes of the delta
	ResultSize                                       uint64    // bytes of the result as a file of its own
	ChangedRows, AppendedRows                        uint64    // of tables that are not replaced as a whole
	AddedKeys, RemovedKeys, MovedKeys                uint64    // of vocabularies; moved: to another row
	KeptSegments, OverlaidSegments, ReplacedSegments uint64    // of the result's tables, layers and vocabularies
	Share                                            float64   // of the bytes of these, how much the delta carries
}

func deltaInfo(c *C.clens_delta_info) DeltaInfo {
	return DeltaInfo{Base: [2]uint64{uint64(c.base_low), uint64(c.base_high)},
		Result:   [2]uint64{uint64(c.result_low), uint64(c.result_high)},
		FileSize: uint64(c.file_size), ResultSize: uint64(c.result_size),
		ChangedRows: uint64(c.changed_rows), AppendedRows: uint64(c.appended_rows),
		AddedKeys: uint64(c.added_keys), RemovedKeys: uint64(c.removed_keys), MovedKeys: uint64(c.moved_keys),
		KeptSegments: uint64(c.kept_segments), OverlaidSegments: uint64(c.overlaid_segments),
		ReplacedSegments: uint64(c.replaced_segments), Share: float64(c.share)}
}

// OpenDelta reads and verifies the front of the file alone; what it carries is read by each Apply. Errors are those of
// [Open].
func OpenDelta(path string) (*Delta, error) {
	name, err := cString(path)
	if err != nil {
		return nil, err
	}
	defer C.free(unsafe.Pointer(name))
	var c *C.clens_delta
	if err := check(func() C.clens_status { return C.clens_delta_open(name, nil, &c) }); err != nil {
		return nil, err
	}
	d := &Delta{}
	d.handle.own(c, func(c *C.clens_delta) { C.clens_delta_release(c) })
	info := C.clens_delta_info{struct_size: C.sizeof_clens_delta_info}
	if err := check(func() C.clens_status { return C.clens_delta_describe(c, &info) }); err != nil {
		d.Close()
		return nil, err
	}
	d.info = deltaInfo(&info)
	return d, nil
}

// Close lets the file go; models that came of it stay. Closing twice does nothing.
func (d *Delta) Close() error { return d.handle.close() }

// Describe says what the delta does.
func (d *Delta) Describe() DeltaInfo { return d.info }

// Apply gives the model that the delta was made from, sharing the memory of base, which may be closed afterwards.
// [ErrStale]: the delta was made for another base. copiedBelow: tables of fewer bytes are copied whole, not looked up in two
// places; 0: 1 MiB.
func (d *Delta) Apply(base *Model, copiedBelow uint64) (*Model, error) {
	options := C.clens_apply_options{struct_size: C.sizeof_clens_apply_options, copied_below: C.uint64_t(copiedBelow)}
	var made *C.clens_model
	err := d.with(base, func(d *C.clens_delta, base *C.clens_model) C.clens_status {
		return C.clens_delta_apply(d, base, &options, &made)
	})
	if err != nil {
		return nil, err
	}
	return ownModel(made)
}

// Write writes what Apply gives as a file: byte for byte the one that the delta was made from.
func (d *Delta) Write(base *Model, path string) error {
	name, err := cString(path)
	if err != nil {
		return err
	}
	defer C.free(unsafe.Pointer(name))
	return d.with(base, func(d *C.clens_delta, base *C.clens_model) C.clens_status {
		return C.clens_delta_write(d, base, name)
	})
}

func (d *Delta) with(base *Model, call func(*C.clens_delta, *C.clens_model) C.clens_status) error {
	return d.handle.share(func(c *C.clens_delta) error {
		return base.handle.share(func(m *C.clens_model) error {
			return check(func() C.clens_status { return call(c, m) })
		})
	})
}

// MakeDelta writes what makes result of base. [ErrLimitExceeded]: it would carry more than mostShare (0: a tenth) of the
// result's bytes, and a new base serves better.
func MakeDelta(base, result *Model, path string, mostShare float64) (DeltaInfo, error) {
	name, err := cString(path)
	if err != nil {
		return DeltaInfo{}, err
	}
	defer C.free(unsafe.Pointer(name))
	options := C.clens_delta_options{struct_size: C.sizeof_clens_delta_options, most_share: C.double(mostShare)}
	info := C.clens_delta_info{struct_size: C.sizeof_clens_delta_info}
	err = shareBoth(&base.handle, &result.handle, func(a, b *C.clens_model) error {
		return check(func() C.clens_status { return C.clens_delta_make(a, b, name, &options, &info) })
	})
	return deltaInfo(&info), err
}
