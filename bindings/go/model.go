package clicklens

// #include <stdlib.h>
// #include <string.h>
// #include <clicklens/clicklens.h>
// static void *aligned_copy(const void *bytes, size_t size) {
//   void *copy = NULL;
//   if (posix_memalign(&copy, 64, size > 0 ? size : 1) != 0) return NULL;
//   return memcpy(copy, bytes, size);
// }
import "C"

import "unsafe"

// A Model is an open model file. It is immutable: any number of goroutines and sessions share it. Sessions, caches and
// profiles hold what they need of it, so it may be closed before them.
type Model struct {
	handle handle[*C.clens_model]
	info   ModelInfo
}

// An Option of [Open] or [OpenBytes].
type Option func(*openOptions)

type openOptions struct {
	access Access
	flags  OpenFlags
	limits *Limits
	base   *Model
}

// WithAccess says whether the file is mapped, the default, or copied.
func WithAccess(access Access) Option { return func(o *openOptions) { o.access = access } }

// WithFlags adds flags, such as [OpenVerifySegments].
func WithFlags(flags OpenFlags) Option { return func(o *openOptions) { o.flags |= flags } }

// WithLimits bounds what the file may ask for; beyond them opening is [ErrLimitExceeded].
func WithLimits(limits Limits) Option { return func(o *openOptions) { o.limits = &limits } }

// WithBase names another version of the model. Tables and weights that are the same there, by size and checksum, are taken
// from it, not read: a retrained tower over tables that stayed takes the tower's memory. The base may be closed
// afterwards; what is shared stays.
func WithBase(base *Model) Option { return func(o *openOptions) { o.base = base } }

// Limits on what a file may ask for. A field that is 0 has the default in brackets.
type Limits struct {
	FlatBufferBytes uint64 // [64 MiB]
	Segments        uint64 // [65,536]
	Nodes           uint64 // [65,536]
	Features        uint64 // [16,384]
	Columns         uint64 // of one value [1,048,576]
	Reduction       uint64 // inputs of one linear [65,536]
	TableRows       uint64 // of one table [2^32 - 2]
	DenseBytes      uint64 // all constants [4 GiB]
	SequenceLength  uint64 // ids kept of one entry [65,536]
	SessionBytes    uint64 // one session's block [4 GiB]
}

func (l *Limits) c() *C.clens_limits {
	if l == nil {
		return nil
	}
	c := (*C.clens_limits)(C.calloc(1, C.sizeof_clens_limits))
	*c = C.clens_limits{struct_size: C.sizeof_clens_limits, flatbuffer_bytes: C.uint64_t(l.FlatBufferBytes),
		segments: C.uint64_t(l.Segments), nodes: C.uint64_t(l.Nodes), features: C.uint64_t(l.Features),
		columns: C.uint64_t(l.Columns), reduction: C.uint64_t(l.Reduction), table_rows: C.uint64_t(l.TableRows),
		dense_bytes: C.uint64_t(l.DenseBytes), sequence_length: C.uint64_t(l.SequenceLength),
		session_bytes: C.uint64_t(l.SessionBytes)}
	return c
}

// Open opens and verifies a model file. Its errors are [ErrIO], [ErrBadFile], [ErrChecksumMismatch],
// [ErrUnknownRequirement], [ErrLimitExceeded] and [ErrOutOfMemory]; the message names the file and the field.
func Open(path string, options ...Option) (*Model, error) {
	name, err := cString(path)
	if err != nil {
		return nil, err
	}
	defer C.free(unsafe.Pointer(name))
	return open(options, func(o *C.clens_model_options, out **C.clens_model) C.clens_status {
		return C.clens_model_open(name, o, out)
	})
}

// OpenBytes opens a model file that is in memory, and copies it.
func OpenBytes(file []byte, options ...Option) (*Model, error) {
	aligned := C.aligned_copy(unsafe.Pointer(unsafe.SliceData(file)), C.size_t(len(file)))
	if aligned == nil {
		return nil, failed(ErrOutOfMemory, "no memory for %d bytes of a model", len(file))
	}
	defer C.free(aligned)
	options = append(options[:len(options):len(options)], WithAccess(AccessCopy))
	return open(options, func(o *C.clens_model_options, out **C.clens_model) C.clens_status {
		return C.clens_model_open_memory(aligned, C.size_t(len(file)), o, out)
	})
}

func open(options []Option, call func(*C.clens_model_options, **C.clens_model) C.clens_status) (*Model, error) {
	var o openOptions
	for _, set := range options {
		set(&o)
	}
	limits := o.limits.c()
	defer C.free(unsafe.Pointer(limits))
	c := C.clens_model_options{struct_size: C.sizeof_clens_model_options, access: C.uint32_t(o.access),
		flags: C.uint32_t(o.flags), limits: limits}
	var model *C.clens_model
	err := shareModelOrNil(o.base, func(base *C.clens_model) error {
		c.base = base
		return check(func() C.clens_status { return call(&c, &model) })
	})
	if err != nil {
		return nil, err
	}
	return ownModel(model)
}

func ownModel(c *C.clens_model) (*Model, error) {
	m := &Model{}
	m.handle.own(c, func(c *C.clens_model) { C.clens_model_release(c) })
	if err := m.describe(); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

// Close gives the model's memory back once nothing made from it needs it any more. Closing twice does nothing.
func (m *Model) Close() error { return m.handle.close() }

// SelfTest scores the rows that the file carries and compares: [ErrNotFound] where it carries none, [ErrInternal]
// where a score differs.
func (m *Model) SelfTest() error {
	return m.handle.share(func(c *C.clens_model) error {
		return check(func() C.clens_status { return C.clens_model_self_test(c) })
	})
}

// Verify checksums every segment, verified before or not: [ErrChecksumMismatch] names the first that differs.
func (m *Model) Verify() error {
	return m.handle.share(func(c *C.clens_model) error {
		return check(func() C.clens_status { return C.clens_model_verify_segments(c) })
	})
}

// Warm touches every page of every segment.
func (m *Model) Warm() error {
	return m.handle.share(func(c *C.clens_model) error {
		return check(func() C.clens_status { return C.clens_model_warm(c) })
	})
}

// Graph is the network as text to be drawn.
func (m *Model) Graph(format GraphFormat) (text string, err error) {
	err = m.handle.share(func(c *C.clens_model) error {
		var size C.size_t
		if err := check(func() C.clens_status {
			return C.clens_model_graph(c, C.uint32_t(format), nil, 0, &size)
		}); err != nil {
			return err
		}
		buffer := make([]byte, size+1)
		err := check(func() C.clens_status {
			return C.clens_model_graph(c, C.uint32_t(format), (*C.char)(unsafe.Pointer(&buffer[0])), size+1, &size)
		})
		text = string(buffer[:size])
		return err
	})
	return text, err
}
