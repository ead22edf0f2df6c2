package clicklens

// #include <stdlib.h>
// #include <clicklens/clicklens.h>
import "C"

import "unsafe"

// An Input is one column that a host sends: a feature's name, and how its values come.
type Input struct {
	Name string
	Kind ColumnKind
}

// Inputs is the list of columns that a host sends, declared once and bound to every model by feature name. It is
// immutable and shared by goroutines. Columns that no feature asks for are allowed, and ignored.
type Inputs struct {
	handle handle[*C.clens_inputs]
	all    []Input
	index  map[string]int
}

// NewInputs declares what a host sends. [ErrInvalidArgument]: two equal names, an unknown kind.
func NewInputs(inputs ...Input) (*Inputs, error) {
	specs := (*C.clens_input_spec)(C.calloc(C.size_t(len(inputs)+1), C.sizeof_clens_input_spec))
	if specs == nil {
		return nil, failed(ErrOutOfMemory, "no memory for %d inputs", len(inputs))
	}
	defer C.free(unsafe.Pointer(specs))
	in := &Inputs{all: append([]Input(nil), inputs...), index: make(map[string]int, len(inputs))}
	room := unsafe.Slice(specs, len(inputs))
	for i, input := range inputs {
		name, err := cString(input.Name)
		if err != nil {
			return nil, err
		}
		defer C.free(unsafe.Pointer(name))
		room[i] = C.clens_input_spec{struct_size: C.sizeof_clens_input_spec, name: name, kind: C.uint32_t(input.Kind)}
		in.index[input.Name] = i
	}
	var c *C.clens_inputs
	if err := check(func() C.clens_status { return C.clens_inputs_create(specs, C.size_t(len(inputs)), &c) }); err != nil {
		return nil, err
	}
	in.handle.own(c, func(c *C.clens_inputs) { C.clens_inputs_release(c) })
	return in, nil
}

// Inputs declares every feature of the model, as raw values, in the model's order: input i is feature i.
func (m *Model) Inputs() (*Inputs, error) {
	inputs := make([]Input, len(m.info.Features))
	for i, f := range m.info.Features {
		inputs[i] = Input{f.Name, f.Column}
	}
	return NewInputs(inputs...)
}

// Index is the number by which a [Column] names the input; -1 where there is none of that name.
func (in *Inputs) Index(name string) int {
	if i, ok := in.index[name]; ok {
		return i
	}
	return -1
}

// All gives the inputs in their order.
func (in *Inputs) All() []Input { return append([]Input(nil), in.all...) }

// Close gives the list's memory back; sessions made with it keep what they need. Closing twice does nothing.
func (in *Inputs) Close() error { return in.handle.close() }

// A binding is what a frame must know of inputs and a model to lay out a batch.
type binding struct {
	inputs   []boundInput
	features int
	width    int // input width
	groups   int
	tasks    int
}

type boundInput struct {
	name  string
	used  bool
	scope Scope
}

func bind(m *Model, in *Inputs) *binding {
	b := &binding{inputs: make([]boundInput, len(in.all)), features: len(m.info.Features), width: m.info.InputWidth,
		groups: len(m.info.Groups), tasks: len(m.info.Outputs)}
	for i := range in.all {
		b.inputs[i].name = in.all[i].Name
	}
	for _, f := range m.info.Features {
		if i, ok := in.index[f.Name]; ok {
			b.inputs[i] = boundInput{f.Name, true, f.Scope}
		}
	}
	return b
}
