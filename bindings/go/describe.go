package clicklens

// #include <stdlib.h>
// #include <clicklens/clicklens.h>
import "C"

import "unsafe"

// ModelInfo is what a model is made of.
type ModelInfo struct {
	Name              string
	ID                [2]uint64 // low, high half of the description's xxh3-128, which holds the hashes of all weights
	ArithmeticVersion int
	FileSize          int64
	Parameters        uint64 // numbers in tables and constants
	InputWidth        int    // sum of the features' pooled widths: a row of dimension-level saliency
	Nodes             int
	Features          []Feature
	Groups            []string // of features, in order of first appearance: the columns of group-level saliency
	Outputs           []Named  // tasks: the columns of scores
	Layers            []Named  // values worth watching
	Values            []Value
	Tables            []Table
	Metadata          [][2]string // key, value
}

// A Feature of a model.
type Feature struct {
	Name, Group string
	GroupIndex  int
	Dense       bool
	Scope       Scope
	Required    bool
	Column      ColumnKind // of raw values: ColumnKeys, ColumnStrings or ColumnFloats
	Weighted    bool       // may carry a weight per id
	MaxLength   int        // ids kept per entry, 0: all
	Width       int        // dense: floats per entry; sparse: columns that nodes read of it
	Rows        uint64     // sparse: rows its encoder can name
	InputBegin  int        // its first column in dimension-level saliency
}

// Named is a layer's or a task's name for a value.
type Named struct {
	Name  string
	Value int // index into ModelInfo.Values
}

// A Value is what a node makes: Width columns for each request (ScopeRequest) or for each candidate.
type Value struct {
	Name, Op                                      string
	Scope                                         Scope // of its widest column
	Width                                         int
	Fields                                        int // of shape [Fields, Width / Fields]
	RequestColumns, CandidateColumns, PairColumns int
	Node                                          int
}

// A Table of embeddings. Type is "f32", "f16", "bf16", "int8" or "int4".
type Table struct {
	Name, Type       string
	Rows, Dim, Bytes uint64
}

// Describe tells what the model is made of. What it returns is shared: do not change it. It stays after Close.
func (m *Model) Describe() ModelInfo { return m.info }

// FindValue is the index of the value that a name means: a layer's, else a value's, else an output's.
func (m *Model) FindValue(name string) (int, error) {
	text, err := cString(name)
	if err != nil {
		return 0, err
	}
	defer C.free(unsafe.Pointer(text))
	var index C.size_t
	err = m.handle.share(func(c *C.clens_model) error {
		return check(func() C.clens_status { return C.clens_model_find_value(c, text, &index) })
	})
	return int(index), err
}

func (m *Model) findValues(names []string) ([]int, error) {
	indices := make([]int, len(names))
	for i, name := range names {
		index, err := m.FindValue(name)
		if err != nil {
			return nil, err
		}
		indices[i] = index
	}
	return indices, nil
}

func (m *Model) describe() error {
	return m.handle.share(func(c *C.clens_model) error {
		raw := C.clens_model_info{struct_size: C.sizeof_clens_model_info}
		if err := check(func() C.clens_status { return C.clens_model_describe(c, &raw) }); err != nil {
			return err
		}
		m.info = ModelInfo{Name: C.GoString(raw.name), ID: [2]uint64{uint64(raw.id_low), uint64(raw.id_high)},
			ArithmeticVersion: int(raw.arithmetic_version), FileSize: int64(raw.file_size),
			Parameters: uint64(raw.parameters), InputWidth: int(raw.input_width), Nodes: int(raw.nodes)}
		return firstError(
			list(&m.info.Features, raw.features, func(i C.size_t) (Feature, error) { return feature(c, i) }),
			list(&m.info.Groups, raw.groups, func(i C.size_t) (string, error) {
				var name *C.char
				err := check(func() C.clens_status { return C.clens_model_group(c, i, &name) })
				return C.GoString(name), err
			}),
			list(&m.info.Outputs, raw.outputs, func(i C.size_t) (Named, error) {
				v := C.clens_named_value{struct_size: C.sizeof_clens_named_value}
				err := check(func() C.clens_status { return C.clens_model_output(c, i, &v) })
				return Named{C.GoString(v.name), int(v.value)}, err
			}),
			list(&m.info.Layers, raw.layers, func(i C.size_t) (Named, error) {
				v := C.clens_named_value{struct_size: C.sizeof_clens_named_value}
				err := check(func() C.clens_status { return C.clens_model_layer(c, i, &v) })
				return Named{C.GoString(v.name), int(v.value)}, err
			}),
			list(&m.info.Values, raw.values, func(i C.size_t) (Value, error) { return value(c, i) }),
			list(&m.info.Tables, raw.tables, func(i C.size_t) (Table, error) {
				t := C.clens_table_info{struct_size: C.sizeof_clens_table_info}
				err := check(func() C.clens_status { return C.clens_model_table(c, i, &t) })
				return Table{C.GoString(t.name), C.GoString(t._type), uint64(t.rows), uint64(t.dim), uint64(t.bytes)}, err
			}),
			list(&m.info.Metadata, raw.metadata, func(i C.size_t) ([2]string, error) {
				var key, text *C.char
				err := check(func() C.clens_status { return C.clens_model_metadata(c, i, &key, &text) })
				return [2]string{C.GoString(key), C.GoString(text)}, err
			}))
	})
}

func feature(c *C.clens_model, i C.size_t) (Feature, error) {
	f := C.clens_feature_info{struct_size: C.sizeof_clens_feature_info}
	err := check(func() C.clens_status { return C.clens_model_feature(c, i, &f) })
	return Feature{Name: C.GoString(f.name), Group: C.GoString(f.group), GroupIndex: int(f.group_index),
		Dense: f.dense != 0, Scope: Scope(f.scope), Required: f.required != 0, Column: ColumnKind(f.column),
		Weighted: f.weighted != 0, MaxLength: int(f.max_length), Width: int(f.width), Rows: uint64(f.rows),
		InputBegin: int(f.input_begin)}, err
}

func value(c *C.clens_model, i C.size_t) (Value, error) {
	v := C.clens_value_info{struct_size: C.sizeof_clens_value_info}
	err := check(func() C.clens_status { return C.clens_model_value(c, i, &v) })
	return Value{Name: C.GoString(v.name), Op: C.GoString(v.op), Scope: Scope(v.scope), Width: int(v.width),
		Fields: int(v.fields), RequestColumns: int(v.request_columns), CandidateColumns: int(v.candidate_columns),
		PairColumns: int(v.pair_columns), Node: int(v.node)}, err
}

func list[T any](into *[]T, count C.size_t, get func(C.size_t) (T, error)) error {
	*into = make([]T, count)
	for i := range *into {
		var err error
		if (*into)[i], err = get(C.size_t(i)); err != nil {
			return err
		}
	}
	return nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
