package clicklens

// #include "shim.h"
import "C"

import (
	"math"
	"unsafe"
)

// batch lays out a batch. C checks kinds, counts and offsets; what it cannot see, how long the slices are, is checked
// here.
func (f *frame) batch(to *binding, b *Batch) error {
	c := &f.call
	if b.Candidates < 0 {
		return failed(ErrBadBatch, "batch: Candidates %d", b.Candidates)
	}
	c.candidates = C.uint64_t(b.Candidates)
	if len(b.Requests) == 1 && b.Candidates > 0 {
		return failed(ErrBadBatch, "batch: Requests: one offset is no request, of %d candidates", b.Candidates)
	}
	if len(b.Requests) > 1 {
		c.requests = C.uint64_t(len(b.Requests) - 1)
		c.request_offsets = f.place(view(b.Requests))
	}
	if b.Keys != nil && len(b.Keys) != b.requests() {
		return failed(ErrBadBatch, "batch: %d Keys, %d requests", len(b.Keys), b.requests())
	}
	c.request_keys = f.place(view(b.Keys))
	if b.Strict {
		c.flags = C.CLENS_BATCH_STRICT
	}
	if b.CacheRows != nil && len(b.CacheRows) != b.Candidates {
		return failed(ErrBadBatch, "batch: %d CacheRows, %d candidates", len(b.CacheRows), b.Candidates)
	}
	c.cache_rows = f.place(view(b.CacheRows))
	if len(b.Columns) > len(to.inputs) {
		return failed(ErrBadBatch, "batch: %d columns of %d inputs", len(b.Columns), len(to.inputs))
	}
	uncached := -1
	for i := range b.Columns {
		col := &b.Columns[i]
		if uint64(col.input) >= uint64(len(to.inputs)) {
			return failed(ErrBadBatch, "batch: column %d: no input %d", i, int32(col.input))
		}
		if !to.inputs[col.input].used {
			continue
		}
		entries := b.Candidates
		switch to.inputs[col.input].scope {
		case ScopeRequest:
			entries = b.requests()
		case ScopeCandidate:
			if b.CacheRows != nil && uncached < 0 {
				uncached = b.uncached()
			}
			if uncached >= 0 {
				entries = uncached
			}
		}
		if err := f.column(col, to.inputs[col.input].name, entries); err != nil {
			return err
		}
	}
	return nil
}

// nextColumn is one column more, zero.
func (f *frame) nextColumn() *C.clg_column {
	n := len(f.columns)
	if n == cap(f.columns) {
		f.columns = append(f.columns, C.clg_column{})
	} else {
		f.columns = f.columns[:n+1]
		f.columns[n] = C.clg_column{}
	}
	return &f.columns[n]
}

// column lays out one column of so many entries.
func (f *frame) column(col *Column, name string, entries int) error {
	if col.plain {
		c := f.nextColumn()
		c.input, c.kind, c.value_type = C.uint32_t(col.input), C.uint32_t(col.kind), C.uint32_t(col.valueType)
		c.value_count, c.values = C.uint64_t(col.values.count), f.present(col.values)
		return nil
	}
	bits := col.offsetBits()
	switch {
	case col.complaint != "":
		return failed(ErrBadBatch, "batch: column %s: %s", name, col.complaint)
	case bits < 0:
		return failed(ErrBadBatch, "batch: column %s: offsets of 32 and of 64 bits", name)
	case col.first < 0:
		return failed(ErrBadBatch, "batch: column %s: From(%d)", name, col.first)
	case col.lists.at != nil && (!long(col.lists.count-1, col.first, entries) || col.first == 0 && col.lists.count-1 != entries):
		return failed(ErrBadBatch, "batch: column %s: %d entries, %d are needed", name, col.lists.count-1-col.first, entries)
	case col.validity != nil && !long(len(col.validity)*8, col.first, entries):
		return failed(ErrBadBatch, "batch: column %s: the bitmap of entries is too short", name)
	}
	c := f.nextColumn()
	*c = C.clg_column{input: C.uint32_t(col.input), kind: C.uint32_t(col.kind), value_type: C.uint32_t(col.valueType),
		offset_bits: C.uint32_t(bits), first: C.uint64_t(col.first), value_count: C.uint64_t(col.values.count)}
	if col.kind == ColumnStrings {
		c.string_count = C.uint64_t(col.elements)
	}
	if col.texts != nil {
		if !f.strings(col.texts, bits, c) {
			return failed(ErrLimitExceeded, "batch: column %s: more text than offsets of 32 bits can number", name)
		}
	} else {
		c.values = f.present(col.values)
		c.value_offsets = f.place(col.offsets)
	}
	c.row_offsets = f.place(col.lists)
	c.weights = f.place(view(col.weights))
	c.validity = f.place(view(col.validity))
	c.value_validity = f.place(view(col.elementOK))
	return nil
}

// long says whether first + entries of have are there.
func long(have, first, entries int) bool { return first <= have && entries <= have-first }

// strings lays out Go's strings as Arrow does, where offsets of so many bits can.
func (f *frame) strings(texts []string, bits int, c *C.clg_column) bool {
	total := 0
	for _, text := range texts {
		total += len(text)
	}
	if bits == 32 && total > math.MaxInt32 {
		return false
	}
	size := bits / 8
	offsets, _ := f.reserve((len(texts) + 1) * size)
	values, _ := f.reserve(max(total, 1))
	// Growing moves the arena: addresses come after both.
	at := unsafe.Pointer(&f.arena[offsets/8])
	to := unsafe.Slice((*byte)(unsafe.Pointer(&f.arena[values/8])), total)
	end := 0
	for i := 0; ; i++ {
		if bits == 32 {
			*(*int32)(unsafe.Add(at, 4*i)) = int32(end)
		} else {
			*(*int64)(unsafe.Add(at, 8*i)) = int64(end)
		}
		if i == len(texts) {
			break
		}
		end += copy(to[end:], texts[i])
	}
	c.value_offsets, c.values, c.value_count = offsets, values, C.uint64_t(total)
	return true
}

// rows lays out what is known of the candidates.
func (f *frame) rows(b *Batch, r *RowInfo) error {
	if r == nil {
		return nil
	}
	c, n := &f.call, b.Candidates
	for _, have := range []struct {
		name  string
		count int
	}{{"Labels", len(r.Labels)}, {"Clusters", len(r.Clusters)}, {"Groups", len(r.Groups)}, {"Controls", len(r.Controls)},
		{"Targets", len(r.Targets)}} {
		if have.count != 0 && have.count != n {
			return failed(ErrInvalidArgument, "rows: %d %s, %d candidates", have.count, have.name, n)
		}
	}
	c.has_rows = 1
	c.labels, c.clusters, c.groups = f.place(view(r.Labels)), f.place(view(r.Clusters)), f.place(view(r.Groups))
	c.controls, c.targets = f.place(view(r.Controls)), f.place(view(r.Targets))
	c.first_row = C.uint64_t(r.FirstRow)
	return nil
}
