package clicklens

// #include <stdlib.h>
// #include <clicklens/clicklens.h>
import "C"

import (
	"time"
	"unsafe"
)

// RecorderOptions of [Model.NewRecorder]; zero fields: the default in brackets.
type RecorderOptions struct {
	SampleRate float64       // share of requests, by a hash of their key: the same ones on every host [all]
	FileBytes  uint64        // a file that would grow beyond it is followed by the next [64 MiB]
	RingBytes  uint64        // of what waits to be written, a power of two [4 MiB]
	Files      int           // kept, the oldest is removed [16]
	Thread     bool          // a thread of its own writes; else call Flush
	Interval   time.Duration // that the thread sleeps between looks [20 ms]
}

// A Recorder keeps a sample of the requests that were scored, and their scores, in rotating files that a [Recording] and
// `clicklens replay` read. Sessions made with it ([SessionOptions.Recorder]) hand their batches over within the call
// that scores them, without a lock or a system call. One recorder serves all sessions of a model and its inputs.
type Recorder struct {
	handle handle[*C.clens_recorder]
	model  [2]uint64
}

// RecorderStats are what a recorder has done so far.
type RecorderStats struct {
	Offered, Sampled           uint64 // requests given; of those, picked by the sample rate
	Dropped, DroppedLarge      uint64 // of the picked: no room in the ring; larger than it takes
	Records, Bytes             uint64 // written
	Lost                       uint64 // records that could not be written
	FilesCreated, FilesRemoved uint64
}

// NewRecorder makes the ring and the first file: files are prefix-00000001.clrec and so on, numbered on from those that
// are there. options nil: the default.
func (m *Model) NewRecorder(inputs *Inputs, prefix string, options *RecorderOptions) (*Recorder, error) {
	name, err := cString(prefix)
	if err != nil {
		return nil, err
	}
	defer C.free(unsafe.Pointer(name))
	o := C.clens_recorder_options{struct_size: C.sizeof_clens_recorder_options}
	if options != nil {
		o.sample_rate, o.file_bytes = C.double(options.SampleRate), C.uint64_t(options.FileBytes)
		o.ring_bytes, o.files = C.uint64_t(options.RingBytes), C.uint32_t(narrow(options.Files))
		o.interval_ms = C.uint32_t(narrow(int((options.Interval + time.Millisecond - 1) / time.Millisecond)))
		if options.Thread {
			o.flags = C.CLENS_RECORDER_THREAD
		}
	}
	var c *C.clens_recorder
	err = m.handle.share(func(model *C.clens_model) error {
		return inputs.handle.share(func(in *C.clens_inputs) error {
			return check(func() C.clens_status { return C.clens_recorder_create(model, in, name, &o, &c) })
		})
	})
	if err != nil {
		return nil, err
	}
	r := &Recorder{model: m.info.ID}
	r.handle.own(c, func(c *C.clens_recorder) { C.clens_recorder_release(c) })
	return r, nil
}

// Close waits for the runs at hand, writes what is in the ring, syncs and closes the file. Sessions made with the
// recorder give [ErrClosed] from then on. Closing twice does nothing.
func (r *Recorder) Close() error { return r.handle.close() }

// Flush writes what is in the ring. [ErrIO]: the first failure since the last one.
func (r *Recorder) Flush() error {
	return r.handle.share(func(c *C.clens_recorder) error {
		return check(func() C.clens_status { return C.clens_recorder_flush(c) })
	})
}

// Stats tells what the recorder has done so far.
func (r *Recorder) Stats() (stats RecorderStats, err error) {
	err = r.handle.share(func(c *C.clens_recorder) error {
		s := C.clens_recorder_stats{struct_size: C.sizeof_clens_recorder_stats}
		err := check(func() C.clens_status { return C.clens_recorder_describe(c, &s) })
		stats = RecorderStats{uint64(s.offered), uint64(s.sampled), uint64(s.dropped), uint64(s.dropped_large),
			uint64(s.records), uint64(s.bytes), uint64(s.lost), uint64(s.files_created), uint64(s.files_removed)}
		return err
	})
	return stats, err
}

// A Recording is a file of a [Recorder] being read. Nothing in it is believed: damaged records are stepped over and
// counted. Its methods take turns.
type Recording struct {
	handle handle[*C.clens_recording]
	info   RecordingInfo
}

// RecordingInfo is what a recording holds, and what of it was read so far.
type RecordingInfo struct {
	Model             [2]uint64 // ModelInfo.ID of the model that scored
	ArithmeticVersion int
	Tasks             int
	SampleRate        float64
	Inputs            []Input
	Records           uint64 // so far: handed out
	Corrupted         uint64 // so far: stretches of damaged bytes that were stepped over
	SkippedBytes      uint64 // in them
	TornBytes         uint64 // of an unfinished record at the end
	Position          uint64
}

// A Record is some requests of a recording, in a copy of their own.
type Record struct {
	Flat                 []byte // for Session.FlatScoreInto
	Candidates, Requests int    // Requests 0: every candidate is its own
	Scores               []float32
	Kind                 OutputKind
	Precision            Precision
	OwnWays              bool // scored with early exit, or with some linears in float32
}

// OpenRecording opens a recording.
func OpenRecording(path string) (*Recording, error) {
	name, err := cString(path)
	if err != nil {
		return nil, err
	}
	defer C.free(unsafe.Pointer(name))
	var c *C.clens_recording
	if err := check(func() C.clens_status { return C.clens_recording_open(name, &c) }); err != nil {
		return nil, err
	}
	r := &Recording{}
	r.handle.own(c, func(c *C.clens_recording) { C.clens_recording_release(c) })
	return r, nil
}

// Close closes the file. Closing twice does nothing.
func (r *Recording) Close() error { return r.handle.close() }

// Describe tells what the recording holds and what of it was read so far.
func (r *Recording) Describe() (info RecordingInfo, err error) {
	err = r.handle.alone(func(c *C.clens_recording) error {
		raw := C.clens_recording_info{struct_size: C.sizeof_clens_recording_info}
		if err := check(func() C.clens_status { return C.clens_recording_describe(c, &raw) }); err != nil {
			return err
		}
		info = RecordingInfo{Model: [2]uint64{uint64(raw.model_low), uint64(raw.model_high)},
			ArithmeticVersion: int(raw.arithmetic_version), Tasks: int(raw.tasks), SampleRate: float64(raw.sample_rate),
			Records: uint64(raw.records), Corrupted: uint64(raw.corrupted), SkippedBytes: uint64(raw.skipped_bytes),
			TornBytes: uint64(raw.torn_bytes), Position: uint64(raw.position)}
		return list(&info.Inputs, raw.inputs, func(i C.size_t) (Input, error) {
			spec := C.clens_input_spec{struct_size: C.sizeof_clens_input_spec}
			err := check(func() C.clens_status { return C.clens_recording_input(c, i, &spec) })
			return Input{C.GoString(spec.name), ColumnKind(spec.kind)}, err
		})
	})
	return info, err
}

// Next reads the next record. [ErrNotFound]: there is none; a file that grows may have one later.
func (r *Recording) Next() (record Record, err error) {
	err = r.handle.alone(func(c *C.clens_recording) error {
		raw := C.clens_record{struct_size: C.sizeof_clens_record}
		if err := check(func() C.clens_status { return C.clens_recording_next(c, &raw) }); err != nil {
			return err
		}
		flat := make([]uint64, (raw.flat_size+7)/8) // for its alignment
		record = Record{Flat: unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(flat))), int(raw.flat_size)),
			Candidates: int(raw.candidates), Requests: int(raw.requests), Kind: OutputKind(raw.score_kind),
			Precision: Precision(raw.precision), OwnWays: raw.own_ways != 0}
		copy(record.Flat, unsafe.Slice((*byte)(raw.flat), int(raw.flat_size)))
		if raw.scores != nil {
			record.Scores = append(record.Scores, unsafe.Slice((*float32)(raw.scores), int(raw.score_count))...)
		}
		return nil
	})
	return record, err
}
