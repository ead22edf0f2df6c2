package clicklens

// #include "shim.h"
// #cgo noescape clg_run
// #cgo nocallback clg_run
// #cgo noescape clg_run_few
// #cgo nocallback clg_run_few
import "C"

import "unsafe"

// Arrays up to so many bytes are copied beside each other; longer ones go to C where they are, while arguments are left.
const inlineBytes = 128

// A frame lays out one run for C, in memory that it keeps: a run allocates nothing once it has grown.
type frame struct {
	call     C.clg_call
	columns  []C.clg_column
	captures []C.clg_capture
	arena    []uint64 // the first word stands for no place
	used     int      // bytes of the arena
	slots    [C.CLG_SLOTS]unsafe.Pointer
	taken    int
	back     []copied
}

// copied is output that lies in the arena until the run is done.
type copied struct {
	to    unsafe.Pointer
	place C.uint64_t
	bytes int
}

func (f *frame) reset() {
	f.call = C.clg_call{}
	f.columns, f.captures, f.back = f.columns[:0], f.captures[:0], f.back[:0]
	f.used, f.taken = 8, 0
	if f.arena == nil {
		f.arena = make([]uint64, 256)
	}
}

// forget lets the caller's memory go.
func (f *frame) forget() {
	clear(f.slots[:f.taken])
	clear(f.back)
	f.taken, f.back = 0, f.back[:0]
}

// reserve gives so many bytes of the arena.
func (f *frame) reserve(bytes int) (C.uint64_t, unsafe.Pointer) {
	begin := f.used
	f.used += (bytes + 7) &^ 7
	if f.used > 8*len(f.arena) {
		grown := make([]uint64, max(2*len(f.arena), (f.used+7)/8))
		copy(grown, f.arena)
		f.arena = grown
	}
	if begin == 8*len(f.arena) { // nothing was asked for, at the very end
		f.arena = append(f.arena, 0)
	}
	return C.uint64_t(begin), unsafe.Pointer(&f.arena[begin/8])
}

// place puts an array that C reads; a nil one is absent.
func (f *frame) place(a array) C.uint64_t {
	if a.at == nil {
		return 0
	}
	bytes := a.count * a.size
	if bytes > inlineBytes && f.taken < len(f.slots) {
		return f.slot(a.at)
	}
	place, room := f.reserve(bytes)
	if bytes == 8 { // a request's id
		*(*[8]byte)(room) = *(*[8]byte)(a.at)
		return place
	}
	copy(unsafe.Slice((*byte)(room), bytes), unsafe.Slice((*byte)(a.at), bytes))
	return place
}

// present is place for an array that C wants even where it is empty.
func (f *frame) present(a array) C.uint64_t {
	if a.at == nil {
		place, _ := f.reserve(8)
		return place
	}
	return f.place(a)
}

// output puts an array that C writes.
func (f *frame) output(a array) C.uint64_t {
	if a.count == 0 {
		place, _ := f.reserve(8)
		return place
	}
	if f.taken < len(f.slots) {
		return f.slot(a.at)
	}
	place, _ := f.reserve(a.count * a.size)
	f.back = append(f.back, copied{a.at, place, a.count * a.size})
	return place
}

func (f *frame) slot(at unsafe.Pointer) C.uint64_t {
	f.slots[f.taken] = at
	f.taken++
	return C.uint64_t(2*(f.taken-1) + 1)
}

// run is the one call to C. object is what the action works on, a C pointer or nil.
func (f *frame) run(action C.clg_action, seat *C.clg_seat, cache *C.clens_cache, object unsafe.Pointer) error {
	c, s := &f.call, &f.slots
	c.action = C.uint32_t(action)
	c.column_count, c.capture_count = C.uint32_t(len(f.columns)), C.uint32_t(len(f.captures))
	columns, captures := unsafe.SliceData(f.columns), unsafe.SliceData(f.captures)
	arena := (*C.uint8_t)(unsafe.Pointer(&f.arena[0]))
	p := func(i int) *C.uint8_t { return (*C.uint8_t)(s[i]) }
	var status C.clens_status
	if f.taken <= C.CLG_FEW_SLOTS {
		status = C.clg_run_few(seat, cache, object, c, columns, captures, arena, p(0), p(1), p(2), p(3), p(4), p(5))
	} else {
		status = C.clg_run(seat, cache, object, c, columns, captures, arena, p(0), p(1), p(2), p(3), p(4), p(5), p(6),
			p(7), p(8), p(9), p(10), p(11), p(12), p(13), p(14), p(15), p(16), p(17), p(18), p(19), p(20), p(21), p(22), p(23))
	}
	for _, b := range f.back {
		room := unsafe.Pointer(&f.arena[b.place/8])
		copy(unsafe.Slice((*byte)(b.to), b.bytes), unsafe.Slice((*byte)(room), b.bytes))
	}
	f.forget()
	if status != C.CLENS_OK {
		return &Error{Status: Status(status), Message: C.GoString(&seat.message[0])}
	}
	return nil
}

func (f *frame) counts() Counts {
	c := &f.call.counts
	return Counts{uint64(c.missing), uint64(c.unknown), uint64(c.cut), uint64(c.bad_values), uint64(c.non_finite)}
}
